"""The steps of a proof, fit for a reader: a derivation as data, each of its steps checked, and as text."""

from symadj.derivation.build import derivation
from symadj.derivation.checking import StepFails
from symadj.derivation.model import Chain, Definitions, Derivation, Equation, Paragraph, Part, Step
from symadj.derivation.text import explain

__all__ = [
    "Chain", "Definitions", "Derivation", "Equation", "Paragraph", "Part", "Step", "StepFails", "derivation", "explain",
]  # fmt: skip
