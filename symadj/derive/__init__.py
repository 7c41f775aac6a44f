"""Backward formulas in the form that a person would write."""

from symadj.derive.deriving import derived, formula_for
from symadj.derive.formula import Lines

__all__ = ["Lines", "derived", "formula_for"]
