"""What a notebook shows of a verdict: the theorem and its derivation, typeset."""

from __future__ import annotations

import html

from symadj.derivation import derivation, explain
from symadj.export.latex.documents import fragment
from symadj.verdict.model import Verdict


def verdict_latex(verdict: Verdict) -> str:
    """The theorem with its derivation, for pasting into a paper. Raises ``ValueError`` without a statement."""
    return fragment([verdict])


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
