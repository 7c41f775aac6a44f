"""The parts of a derivation as LaTeX: paragraphs, definitions, and chains of equalities in ``align*``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symadj.derivation.layout import lines, unmarked
from symadj.derivation.model import Chain, Definitions, Paragraph, Part, Text
from symadj.export.latex.laws import reason_latex
from symadj.export.latex.names import name_latex, text_latex
from symadj.export.latex.terms import LatexWriter, measure

LINE = 74.0
_LEFT_MOST = 16.0
_GAP = 3.0
_MOST_ROWS = 12
_ALIKE = 6.0
_LETTER = 0.85
_NOTE = 0.62 * LINE
_REASON, _CONTINUED = r"&\quad ", r"&\qquad "
_MOST_TOGETHER = 3


class Parts:
    """Writes parts with one writer; ``LINE`` is about how many letters a line of the page holds."""

    def __init__(self, writer: LatexWriter) -> None:
        self.writer = writer

    def part(self, part: Part) -> Iterator[str]:
        """The lines of one part."""
        yield rf"\symadjpart{{{self.text(part.title)}}}"
        rows: list[str] = []
        left = 0.0
        for block in part.blocks:
            match block:
                case Paragraph(text):
                    yield from _aligned(rows)
                    rows = []
                    yield r"\par"
                    yield _apart(self.text(text))
                case Definitions(_, restated) if restated:
                    pass  # the theorem has them
                case Definitions():
                    rows += self.definitions(block)
                case Chain():
                    width = self._left(block)
                    if rows and (block.pairing is not None or len(rows) > _MOST_ROWS or abs(width - left) > _ALIKE):
                        yield from _aligned(rows)
                        rows = []
                    rows += self.chain(block)
                    left = width
        yield from _aligned(rows)

    def _left(self, chain: Chain) -> float:
        """How far to the right the chain's equals signs are pushed; those that differ are not set below each other."""
        width = measure(unmarked(self.writer.write(chain.start)))
        return width if width <= _LEFT_MOST else -_LEFT_MOST

    def text(self, text: Text) -> str:
        """Running text with mathematics in it."""
        pieces = []
        for piece in text:
            if isinstance(piece, str):
                pieces.append(text_latex(piece))
            else:
                pieces.append(self.inline(self.writer.write(piece)))
        return "".join(pieces)

    def inline(self, marked: str) -> str:
        """Mathematics within a line of text, which may be broken where the marks are."""
        rows = [unmarked(marked)] if measure(unmarked(marked)) < LINE / 3 else lines(marked, 30, 30, measure)
        return r"\allowbreak ".join(f"${row}$" if k == 0 else f"${{}}{row}$" for k, row in enumerate(rows))

    def definitions(self, block: Definitions) -> list[str]:
        """The rows of equations one below the other."""
        rows: list[str] = []
        for equation, note in block.lines:
            left = unmarked(self.writer.write(equation.left))
            rows += self._row(f"{left} &= ", measure(left) + 2.2, self.writer.write(equation.right), note)
        return rows

    def chain(self, chain: Chain) -> list[str]:
        """The rows of a chain of equalities, each with its reason."""
        start = self.writer.write(chain.start)
        rows: list[str] = []
        if chain.pairing is not None:
            first, second = map(name_latex, chain.pairing)
            left = rf"\langle {first}, {second}\rangle"
            used = measure(left) + 2.2
            note: Text = ("definition of the inner product",)
            rows += self._row(f"{left} &= ", used, start, note)
            head = "&= "
        elif measure(unmarked(start)) <= _LEFT_MOST:
            used, head = measure(unmarked(start)) + 2.2, f"{unmarked(start)} &= "
        else:
            broken = lines(start, LINE, LINE - 4, measure)
            rows += [rf"&{broken[0]}", *(rf"&\qquad {line}" for line in broken[1:])]
            used, head = 4.2, r"&\quad= "
        for number, step in enumerate(chain.steps):
            again = r"&\quad= " if head.startswith(r"&\quad") else "&= "
            text = self.writer.write(step.expression)
            rows += self._row(head if number == 0 else again, used, text, step.rule)
        return rows

    def _row(self, head: str, used: float, text: str, reason: Text) -> list[str]:
        broken = lines(text, LINE - used, LINE - used - 4, measure)
        rows = [head + broken[0], *(rf"&\qquad {line}" for line in broken[1:])]
        taken = used + measure(broken[-1]) + (4.0 if len(broken) > 1 else 0.0)
        notes = self._notes(reason, LINE - taken - _GAP)
        if notes and notes[0]:
            rows[-1] += rf" \tag*{{\reason{{{notes[0]}}}}}"
        return rows + [rf"{_REASON}\tag*{{\reason{{{note}}}}}" for note in notes[1:]]

    def _notes(self, reason: Text, room: float) -> list[str]:
        """A reason in lines: the first in the room beside a formula, where all of it fits; else it is empty."""
        words: list[tuple[str, float]] = []
        for piece in reason:
            if isinstance(piece, str):
                parts = [p for p in re.split(r"(?<=[;:]\s)", piece) if p]
                wide = [p for p in parts if _LETTER * len(p) > _NOTE]
                parts = [w for p in parts for w in (re.findall(r"\S+\s*|\s+", p) if p in wide else [p])]
                words += [(reason_latex(part), _LETTER * len(part)) for part in parts]
            else:
                written = self.writer.write(piece)
                words.append((self.inline(written), measure(unmarked(written))))
        words = _joined(words)
        if sum(width for _, width in words) <= room:
            return ["".join(word for word, _ in words)] if words else []
        found, taken = [""], _NOTE
        for word, width in words:
            if taken + width > _NOTE:
                found.append("")
                taken = 0.0
            found[-1] += word
            taken += width
        return found


def _joined(words: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """With ``as`` before what it speaks of."""
    found: list[tuple[str, float]] = []
    for text, width in words:
        if found and found[-1][0].endswith("as "):
            before, taken = found.pop()
            text, width = before + text, taken + width
        found.append((text, width))
    return found


def _apart(text: str) -> str:
    """Text whose lines keep a distance where they are high."""
    return rf"{{\lineskiplimit=2pt\lineskip=4pt {text}\par}}" if r"\frac" in text or r"\sum" in text else text


def _aligned(rows: Sequence[str]) -> Iterator[str]:
    if not rows:
        return
    yield r"\begin{align*}"
    text, continued = rows[0], 0
    for row in rows[1:]:
        continued = continued + 1 if row.startswith(_CONTINUED) else 0
        together = row.startswith(_REASON) or 0 < continued <= _MOST_TOGETHER
        text += r" \\" + ("*" if together else "") + ("[-0.9ex]" if row.startswith(_REASON) else "") + f"\n{row}"
    yield text
    yield r"\end{align*}"
