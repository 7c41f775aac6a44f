"""Verdicts: what is proved, what is false and at which numbers, and what is not known."""

from symadj.verdict.model import ClaimVerdict, Counterexample, Verdict
from symadj.verdict.proving import prove

__all__ = ["ClaimVerdict", "Counterexample", "Verdict", "prove"]
