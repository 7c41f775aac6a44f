"""Verdicts and derivations as the library hands them out: they show themselves, as text, as LaTeX, in a notebook.

The packages that make them know nothing of those that print them, so this is done here, to the right of both.
"""

from __future__ import annotations

import symadj.derivation
import symadj.verdict
from symadj.export.latex import derivation_formulas, derivation_html, fragment, verdict_formulas, verdict_html
from symadj.export.rocq import certificate


class Derivation(symadj.derivation.Derivation):
    """A derivation that is printed as text that is 80 columns wide, and typeset in a notebook."""

    def __str__(self) -> str:
        return symadj.derivation.explain(self)

    def _repr_html_(self) -> str:
        return derivation_html(self)

    def _repr_latex_(self) -> str | None:
        return derivation_formulas(self)


class Verdict(symadj.verdict.Verdict):
    """A verdict with the derivation of what is proved.

    Each method raises ``ValueError`` for a verdict without its statement, and ``StepFails`` where a step is not shown
    to be true, which is an error of symadj.
    """

    def derivation(self) -> Derivation:
        """The derivation of what is proved, as data."""
        told = symadj.derivation.derivation(self)
        return Derivation(told.statement, told.targets, told.hypotheses, told.parts)

    def explain(self) -> str:
        """The derivation of what is proved, as text that is 80 columns wide."""
        return str(self.derivation())

    def latex(self) -> str:
        """The theorem with its derivation, for pasting into a paper."""
        return fragment([self])

    def rocq(self) -> str:
        """The file in which the Rocq kernel checks what is proved without further hypotheses; see ``symadj certify``.

        Raises ``NotExported`` where nothing of it can be exported.
        """
        if self.statement is None:
            raise ValueError("the verdict carries no statement")
        proved = [t for t, claim in self.claims.items() if claim.status == "proved" and not claim.hypotheses]
        return certificate(self.statement, proved)

    def _repr_html_(self) -> str:
        return verdict_html(self)

    def _repr_latex_(self) -> str | None:
        return verdict_formulas(self)


def shown(verdict: symadj.verdict.Verdict) -> Verdict:
    """The same verdict, as one that shows itself."""
    return Verdict(verdict.name, verdict.status, verdict.claims, verdict.seconds, verdict.statement)
