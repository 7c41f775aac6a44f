"""Backward formulas in the form that a person would write."""

from symadj.formulas.deriving import derived, formulas_for
from symadj.formulas.formula import Lines

__all__ = ["Lines", "derived", "formulas_for"]
