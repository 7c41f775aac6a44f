"""How a verdict shows itself to whoever holds it: its derivation, as text, as LaTeX and in a notebook.

The packages that do the work stand to the right of this one, and import it; so they are imported by name, when a method
is called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Showing:
    """The methods of a verdict that tell its derivation. Each raises ``ValueError`` for one without a statement."""

    __slots__ = ()

    def derivation(self) -> Any:
        """The derivation of what is proved, as data: a ``symadj.derivation.Derivation``."""
        return import_module("symadj.derivation").derivation(self)

    def explain(self) -> str:
        """The derivation of what is proved, as text that is 80 columns wide."""
        return str(self.derivation())

    def latex(self) -> str:
        """The theorem with its derivation, for pasting into a paper."""
        text: str = import_module("symadj.export.latex").verdict_latex(self)
        return text

    def _repr_html_(self) -> str:
        text: str = import_module("symadj.export.latex").verdict_html(self)
        return text

    def _repr_latex_(self) -> str | None:
        """Notebooks ask for this first; what they typeset is formulas, no theorems: the claims that are proved."""
        text: str | None = import_module("symadj.export.latex").verdict_formulas(self)
        return text
