"""What a notebook shows of a verdict: the theorem and its derivation, typeset."""

from __future__ import annotations

import html
from collections.abc import Sequence

from symadj.derivation import Chain, Derivation, derivation, explain
from symadj.derivation.layout import unmarked
from symadj.derivation.reading import usual_ranges
from symadj.export.latex.documents import fragment
from symadj.export.latex.terms import LatexWriter
from symadj.verdict.model import Verdict


def verdict_latex(verdict: Verdict) -> str:
    """The theorem with its derivation, for pasting into a paper. Raises ``ValueError`` without a statement."""
    return fragment([verdict])


def verdict_formulas(verdict: Verdict) -> str | None:
    """The proved gradients as one formula, which is what a notebook typesets; ``None`` where there are none.

    >>> from symadj.notation import statement
    >>> from symadj.verdict import prove
    >>> print(verdict_formulas(prove(statement(shapes="x: n", forward="y = x*x", backward="dx = 2*x*dy"))))
    $\\displaystyle \\begin{aligned} \\bar{x}_{i} &= 2\\, x_{i}\\, \\bar{y}_{i} \\end{aligned}$
    """
    rows = _last_chains(verdict)
    return rf"$\displaystyle \begin{{aligned}} {_joined(rows)} \end{{aligned}}$" if rows else None


def _last_chains(verdict: Verdict) -> list[str]:
    if verdict.statement is None or not any(c.status == "proved" for c in verdict.claims.values()):
        return []
    return _conclusions(derivation(verdict))


def _conclusions(told: Derivation) -> list[str]:
    writer = LatexWriter(usual_ranges(told))
    found = []
    for block in told.parts[-1].blocks if told.parts else ():
        if isinstance(block, Chain) and block.steps:
            left, right = writer.write(block.start), writer.write(block.steps[-1].expression)
            found.append(f"{unmarked(left)} &= {unmarked(right)}")
    return found


def _joined(rows: Sequence[str]) -> str:
    return r" \\ ".join(rows)


def verdict_html(verdict: Verdict) -> str:
    """The headline, what did not come out as hoped, and the derivation folded away below."""
    details = "\n".join(verdict.details())
    parts = [f"<div><b>{html.escape(verdict.name)}</b>: {html.escape(verdict.status)}"]
    if details:
        parts.append(f"<pre>{html.escape(details)}</pre>")
    if verdict.statement is not None and any(c.status == "proved" for c in verdict.claims.values()):
        text = html.escape(explain(derivation(verdict)))
        parts.append(f"<details><summary>derivation</summary><pre>{text}</pre></details>")
    return "".join([*parts, "</div>"])
