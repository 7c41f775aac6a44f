"""What a notebook shows of verdicts and derivations: formulas typeset, and the whole derivation folded away."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator

from symadj.derivation import Chain, Definitions, Derivation, Paragraph, explain
from symadj.derivation.layout import unmarked
from symadj.derivation.model import COTANGENT, Text
from symadj.derivation.reading import usual_ranges
from symadj.export.latex.names import text_latex
from symadj.export.latex.terms import LatexWriter
from symadj.terms.nodes import Entry, Term
from symadj.terms.statement import GradientClaim
from symadj.verdict.model import Verdict


def verdict_formulas(told: Derivation) -> str | None:
    """What is proved as one formula, which a notebook typesets; ``None`` where there is none.

    >>> from symadj.derivation import derivation
    >>> from symadj.notation import statement
    >>> from symadj.verdict import prove
    >>> verdict = prove(statement(shapes="x: n", forward="y = x*x", backward="dx = 2*x*dy"))
    >>> print(verdict_formulas(derivation(verdict)))
    $\\displaystyle \\begin{aligned} \\bar{x}_{i} &= 2\\, \\bar{y}_{i}\\, x_{i} \\end{aligned}$
    """
    writer = LatexWriter(usual_ranges(told))
    claimed = {COTANGENT + c.input for c in told.statement.claims if isinstance(c, GradientClaim)}
    found: dict[Term, Term] = {}
    for part in told.parts:
        for block in part.blocks:
            if isinstance(block, Chain):
                if block.pairing is None and (part is told.parts[-1] or _names(block.start, claimed)):
                    found[block.start] = block.steps[-1].expression
            elif isinstance(block, Definitions):
                found |= {e.left: e.right for e, _ in block.lines if _names(e.left, claimed)}
    rows = [f"{unmarked(writer.write(left))} &= {unmarked(writer.write(right))}" for left, right in found.items()]
    return _displayed(rows) if rows else None


def _names(term: Term, claimed: Collection[str]) -> bool:
    return isinstance(term, Entry) and term.tensor in claimed


def derivation_formulas(told: Derivation) -> str | None:
    """The steps of a derivation with their reasons, part by part; ``None`` where there are none."""
    rows = list(_rows(told))
    return _displayed(rows) if rows else None


def _displayed(rows: list[str]) -> str:
    return r"$\displaystyle \begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}$"


def _rows(told: Derivation) -> Iterator[str]:
    writer = LatexWriter(usual_ranges(told))

    def text(pieces: Text) -> str:
        return "".join(
            rf"\text{{{text_latex(piece)}}}" if isinstance(piece, str) else unmarked(writer.write(piece))
            for piece in pieces
        )

    for part in told.parts:
        yield f"& {text(part.title)}"
        for block in part.blocks:
            match block:
                case Paragraph(pieces):
                    yield f"& {text(pieces)}"
                case Definitions(lines):
                    for equation, note in lines:
                        left, right = (unmarked(writer.write(side)) for side in (equation.left, equation.right))
                        yield rf"{left} &= {right} && {text(note)}"
                case Chain(_, start, steps):
                    left = unmarked(writer.write(start))
                    for step in steps:
                        yield rf"{left} &= {unmarked(writer.write(step.expression))} && {text(step.rule)}"
                        left = ""


def derivation_html(told: Derivation) -> str:
    """The derivation as the terminal shows it."""
    return f"<pre>{html.escape(explain(told))}</pre>"


def verdict_html(verdict: Verdict, told: Derivation | None) -> str:
    """The headline, what is proved as a formula, what did not come out as hoped, and the derivation folded away."""
    parts = [f"<div><b>{html.escape(verdict.name)}</b>: {html.escape(verdict.status)}"]
    formulas = None if told is None else verdict_formulas(told)
    if formulas is not None:
        parts.append(f"<p>{html.escape(formulas)}</p>")
    details = "\n".join(verdict.details())
    if details:
        parts.append(f"<pre>{html.escape(details)}</pre>")
    if told is not None:
        parts.append(f"<details><summary>derivation</summary>{derivation_html(told)}</details>")
    return "".join([*parts, "</div>"])
