"""LaTeX: derivations as documents, as fragments for a paper, and in notebooks."""

from symadj.export.latex.compiling import LatexMissing, compile_pdf
from symadj.export.latex.documents import document, fragment
from symadj.export.latex.notebook import derivation_formulas, derivation_html, verdict_formulas, verdict_html

__all__ = [
    "LatexMissing", "compile_pdf", "derivation_formulas", "derivation_html", "document", "fragment", "verdict_formulas",
    "verdict_html",
]  # fmt: skip
