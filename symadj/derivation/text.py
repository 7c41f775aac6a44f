"""A derivation as text for a terminal that is 80 columns wide."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator

from symadj.derivation.layout import lines, unmarked
from symadj.derivation.model import Chain, Definitions, Derivation, Paragraph, Part, Text
from symadj.derivation.reading import grouped, index_names, uses_guards, usual_ranges
from symadj.derivation.unicode import UnicodeWriter, name_text, subscriptable
from symadj.terms.printer import format_let, format_sizes
from symadj.terms.statement import Claim, EqualClaim, GradientClaim

WIDTH = 80
_INDENT = "  "
_SHORT = 44


def width(text: str) -> int:
    """The columns that a text takes: accents take none.

    >>> width("ȳ")
    1
    """
    return sum(not unicodedata.combining(c) for c in unicodedata.normalize("NFD", text))


def explain(derivation: Derivation) -> str:
    """The derivation as text: the statement, how to read it, and part by part the steps with their reasons.

    >>> from symadj.derivation.build import derivation as derive
    >>> from symadj.notation import statement
    >>> from symadj.verdict import prove
    >>> told = derive(prove(statement(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)")))
    >>> print(explain(told).splitlines()[-2].strip())
    W̄ᵢⱼ = ȳᵢ xⱼ
    """
    rows = (line.rstrip().replace("\u00a0", " ") for line in _Document(derivation).lines())
    return unicodedata.normalize("NFC", "\n".join(rows))


class _Document:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.ranges = usual_ranges(derivation)
        self.writer = UnicodeWriter(self.ranges, below=subscriptable(index_names(derivation)))

    def lines(self) -> Iterator[str]:
        statement = self.derivation.statement
        targets = ", ".join(self.derivation.targets)
        yield from _hanging("", f"{statement.name}{': ' if targets else ''}{targets}")
        if statement.about:
            yield from textwrap.wrap(statement.about, WIDTH)
        yield ""
        yield from self._claims()
        for part in self.derivation.parts:
            yield ""
            yield from self._part(part)

    def _claims(self) -> Iterator[str]:
        statement = self.derivation.statement
        shapes = ", ".join(f"{t.name}: {format_sizes(t.shape)}".strip() for t in statement.inputs)
        yield from _hanging("for      ", shapes)
        for let in statement.forward:
            if not let.name.startswith("equal."):
                yield from _hanging("forward  ", format_let(let))
        for claim in statement.claims:
            if claim.target in self.derivation.targets:
                yield from _hanging("claim    ", _claim_text(self.derivation, claim))
        for assumption in statement.assumptions:
            text = (
                assumption.source.text if assumption.source else unmarked(self.writer.condition(assumption.condition))
            )
            yield from _hanging("assume   ", text)
        if statement.almost_everywhere:
            yield "assume   almost everywhere"
        for hypothesis in self.derivation.hypotheses:
            yield from _hanging("if       ", hypothesis)
        yield from self._notation()

    def _notation(self) -> Iterator[str]:
        notes: list[str] = []
        if any(isinstance(c, GradientClaim) for c in self.derivation.statement.claims):
            first = next(c.input for c in self.derivation.statement.claims if isinstance(c, GradientClaim))
            bar = name_text(f"bar.{first}")
            notes.append(
                f"d{name_text(first)} is the differential of {name_text(first)}, "
                f"{bar} its cotangent (d{first} in the claim)"
            )
        bounded = [f"0 ≤ {', '.join(n)} < {self.writer.index(length)}" for n, length in grouped(self.derivation)]
        if bounded:
            notes.append("; ".join(map(_together, bounded)))
        if uses_guards(self.derivation):
            notes.append("[c] is 1 where c holds, else 0; what stands behind it is then not read")
        for number, note in enumerate(notes):
            yield from _hanging("where    " if number == 0 else " " * 9, note)

    def _part(self, part: Part) -> Iterator[str]:
        title = unmarked(self._text(part.title))
        yield from textwrap.wrap(title, WIDTH, subsequent_indent=_INDENT)
        for block in part.blocks:
            match block:
                case Paragraph(text):
                    yield from textwrap.wrap(
                        self._prose(text), WIDTH - 2, initial_indent=_INDENT, subsequent_indent=_INDENT
                    )
                case Definitions(rows, restated):
                    if restated:
                        yield f"{_INDENT}With"
                    for equation, note in rows:
                        left = self.writer.write(equation.left)
                        yield from self._row(f"{left} = ", self.writer.write(equation.right), self._text(note))
                case Chain():
                    yield from self._chain(block)

    def _chain(self, chain: Chain) -> Iterator[str]:
        start = self.writer.write(chain.start)
        if chain.pairing is not None:
            head = f"⟨{', '.join(map(name_text, chain.pairing))}⟩ = "
            yield from self._row(head, start, "definition of the inner product")
        else:
            head = f"{start} = "
        for number, step in enumerate(chain.steps):
            text, reason = self.writer.write(step.expression), self._text(step.rule)
            if number == 0 and chain.pairing is None:
                if width(unmarked(head)) > 24:
                    yield from self._row("", start, "")
                    head = "    = "
                yield from self._row(head, text, reason)
            else:
                yield from self._row(" " * max(min(width(head), 24) - 2, 2) + "= ", text, reason)

    def _text(self, text: Text) -> str:
        return "".join(self.writer.write(piece) for piece in text)

    def _prose(self, text: Text) -> str:
        """Running text, in which short formulas are not broken."""
        pieces = (unmarked(self.writer.write(piece)) for piece in text)
        return "".join(
            written if isinstance(piece, str) else _together(written)
            for piece, written in zip(text, pieces, strict=True)
        )

    def _row(self, head: str, text: str, reason: str) -> Iterator[str]:
        head = _INDENT + unmarked(head)
        room = WIDTH - width(head)
        broken = lines(text, room, room - 2, width)
        rows = [head + broken[0], *(" " * (width(head) + 2) + line for line in broken[1:])]
        reason = "; ".join(_together(part) for part in unmarked(reason).split("; "))
        if not reason:
            yield from rows
            return
        note = f"({reason})"
        gap = WIDTH - width(rows[-1]) - width(note)
        if gap >= 2:
            yield from rows[:-1]
            yield rows[-1] + " " * gap + note
            return
        yield from rows
        for line in _wrapped(note, WIDTH - 12):
            yield " " * (WIDTH - width(line)) + line


def _together(text: str) -> str:
    """A short reason is not broken."""
    return text.replace(" ", "\u00a0") if width(text) < _SHORT else text


def _wrapped(text: str, room: int) -> list[str]:
    found: list[str] = []
    for word in text.split(" "):
        if found and width(found[-1]) + 1 + width(word) <= room:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def _hanging(head: str, text: str) -> Iterator[str]:
    for number, line in enumerate(_wrapped(re.sub(r"[ \t\n]+", " ", text), WIDTH - len(head))):
        yield (head if number == 0 else " " * len(head)) + line


def _claim_text(derivation: Derivation, claim: Claim) -> str:
    statement = derivation.statement
    lets = {let.name: let for let in (*statement.forward, *statement.backward)}
    match claim:
        case GradientClaim(target):
            let = lets[target]
            return let.source.text if let.source else format_let(let)
        case EqualClaim(_, left, right):
            sides = [lets[name] for name in (left, right)]
            return " = ".join(s.source.text if s.source else format_let(s) for s in sides)
        case _:
            return f"{', '.join(statement.outputs)} is linear in {claim.input}"
