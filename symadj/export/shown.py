"""Verdicts as the library hands them out: they show themselves, as text, as LaTeX, in a notebook.

The package that makes them knows nothing of those that print them, so this is done here, to the right of both. What
prints is loaded by who asks for it: most verdicts are looked at and no more.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import symadj.verdict

if TYPE_CHECKING:
    from symadj.export.shown_derivation import Derivation


class Verdict(symadj.verdict.Verdict):
    """A verdict with the derivation of what is proved.

    Each method raises ``ValueError`` for a verdict without its statement, and ``StepFails`` where a step is not shown
    to be true, which is an error of symadj.
    """

    def derivation(self) -> Derivation:
        """The derivation of what is proved, as data."""
        return self._derivation

    @cached_property
    def _derivation(self) -> Derivation:
        from symadj.derivation import derivation
        from symadj.export.shown_derivation import Derivation

        told = derivation(self)
        return Derivation(told.statement, told.targets, told.hypotheses, told.parts)

    def _told(self) -> Derivation | None:
        """The derivation, where something is proved."""
        proved = any(claim.status == "proved" for claim in self.claims.values())
        return self._derivation if proved and self.statement is not None else None

    def explain(self) -> str:
        """The derivation of what is proved, as text that is 80 columns wide."""
        return str(self.derivation())

    def latex(self) -> str:
        """The theorem with its derivation, for pasting into a paper."""
        from symadj.export.latex import fragment

        return fragment([self])

    def rocq(self) -> str:
        """The file in which the Rocq kernel checks what is proved without further hypotheses; see ``symadj certify``.

        Raises ``NotExported`` where nothing of it can be exported.
        """
        from symadj.export.rocq import certificate

        if self.statement is None:
            raise ValueError("the verdict carries no statement")
        return certificate(self.statement, self.outright)

    def _repr_html_(self) -> str:
        from symadj.export.latex import verdict_html

        return verdict_html(self, self._told())

    def _repr_latex_(self) -> str | None:
        from symadj.export.latex import verdict_formulas

        told = self._told()
        return None if told is None else verdict_formulas(told)


def shown(verdict: symadj.verdict.Verdict) -> Verdict:
    """The same verdict, as one that shows itself."""
    return Verdict(verdict.name, verdict.status, verdict.claims, verdict.seconds, verdict.statement)
