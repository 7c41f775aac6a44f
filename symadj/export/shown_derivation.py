"""Derivations as the library hands them out: they show themselves, as text and in a notebook."""

from __future__ import annotations

import symadj.derivation
from symadj.export.latex import derivation_formulas, derivation_html


class Derivation(symadj.derivation.Derivation):
    """A derivation that is printed as text that is 80 columns wide, and typeset in a notebook."""

    def __str__(self) -> str:
        return symadj.derivation.explain(self)

    def _repr_html_(self) -> str:
        return derivation_html(self)

    def _repr_latex_(self) -> str | None:
        return derivation_formulas(self)
