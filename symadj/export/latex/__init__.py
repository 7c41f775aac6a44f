"""LaTeX: derivations as documents, as fragments for a paper, and in notebooks."""

from symadj.export.latex.compiling import LatexMissing, compile_pdf
from symadj.export.latex.documents import document, fragment
from symadj.export.latex.notebook import verdict_formulas, verdict_html, verdict_latex

__all__ = ["LatexMissing", "compile_pdf", "document", "fragment", "verdict_formulas", "verdict_html", "verdict_latex"]
