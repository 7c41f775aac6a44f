"""Derived formulas as code, and as mathematics."""

from symadj.export.code.formula import Formula
from symadj.export.code.functions import backward_code, module_code

__all__ = ["Formula", "backward_code", "module_code"]
