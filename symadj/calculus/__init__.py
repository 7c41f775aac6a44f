"""Derivatives and their transposes, the hypotheses they stand under, and what follows from what."""

from symadj.calculus.discharge import discharge
from symadj.calculus.hypotheses import Hypothesis, differentiability, domain
from symadj.calculus.linearity import NotLinear, linearity
from symadj.calculus.pullback import Pullback, pullback
from symadj.calculus.pushforward import pushforward

__all__ = [
    "Hypothesis",
    "NotLinear",
    "Pullback",
    "differentiability",
    "discharge",
    "domain",
    "linearity",
    "pullback",
    "pushforward",
]
