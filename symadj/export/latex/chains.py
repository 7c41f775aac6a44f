"""The parts of a derivation as LaTeX: paragraphs, definitions, and chains of equalities in ``align*``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symadj.derivation.layout import lines, unmarked
from symadj.derivation.model import Chain, Definitions, Paragraph, Part, Text
from symadj.export.latex.names import name_latex, text_latex
from symadj.export.latex.terms import LatexWriter, measure

LINE = 74.0
_LEFT_MOST = 16.0
_GAP = 3.0


class Parts:
    """Writes parts with one writer; ``LINE`` is about how many letters a line of the page holds."""

    def __init__(self, writer: LatexWriter) -> None:
        self.writer = writer

    def part(self, part: Part) -> Iterator[str]:
        """The lines of one part."""
        yield rf"\symadjpart{{{self.text(part.title)}}}"
        for block in part.blocks:
            match block:
                case Paragraph(text):
                    yield r"\par"
                    yield self.text(text)
                case Definitions():
                    yield from self.definitions(block)
                case Chain():
                    yield from self.chain(block)

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

    def definitions(self, block: Definitions) -> Iterator[str]:
        """Equations one below the other."""
        rows: list[str] = []
        for equation, note in block.lines:
            left = unmarked(self.writer.write(equation.left))
            rows += self._row(
                f"{left} &= ", measure(left) + 2.2, self.writer.write(equation.right), self.text(note), note
            )
        yield from _aligned(rows)

    def chain(self, chain: Chain) -> Iterator[str]:
        """A chain of equalities, each with its reason."""
        start = self.writer.write(chain.start)
        rows: list[str] = []
        if chain.pairing is not None:
            first, second = map(name_latex, chain.pairing)
            left = rf"\langle {first}, {second}\rangle"
            used = measure(left) + 2.2
            note: Text = ("definition of the inner product",)
            rows += self._row(f"{left} &= ", used, start, self.text(note), note)
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
            rows += self._row(head if number == 0 else again, used, text, self.text(step.rule), step.rule)
        yield from _aligned(rows)

    def _row(self, head: str, used: float, text: str, reason: str, plain: Text) -> list[str]:
        broken = lines(text, LINE - used, LINE - used - 4, measure)
        rows = [head + broken[0], *(rf"&\qquad {line}" for line in broken[1:])]
        if not reason:
            return rows
        length = sum(0.85 * len(p) if isinstance(p, str) else measure(unmarked(self.writer.write(p))) for p in plain)
        taken = used + measure(broken[-1]) + (4.0 if len(broken) > 1 else 0.0)
        if taken + _GAP + length <= LINE:
            rows[-1] += rf" \tag*{{\reason{{{reason}}}}}"
        elif length <= 0.8 * LINE:
            rows.append(rf"&\quad \tag*{{\reason{{{reason}}}}}")
        else:
            share = max(0.3, min(0.7, 0.85 - used / LINE))
            rows.append(rf"&\quad \parbox[t]{{{share:.2f}\linewidth}}{{\raggedright\reason{{{reason}}}}}")
        return rows


def _aligned(rows: Sequence[str]) -> Iterator[str]:
    if not rows:
        return
    yield r"\begin{align*}"
    yield " \\\\\n".join(rows)
    yield r"\end{align*}"
