"""The oracle: exact values at concrete sizes, counterexamples, and sympy's explicit polynomials.

It imports the terms only, and shares no code with the derivative, the transpose or the normal form: what it says can be
trusted against them.
"""

from symadj.oracle.confirm import confirm
from symadj.oracle.counterexample import Counterexample, Search
from symadj.oracle.evaluation import evaluate, gradient
from symadj.oracle.explicit import Explicit, explicit
from symadj.oracle.failures import Dropped, OutOfRange, Undecided, Undefined, Undifferentiable
from symadj.oracle.holding import accidental, holds
from symadj.oracle.search import Place, fails_somewhere, search
from symadj.oracle.sizes import is_of_sizes

__all__ = [
    "Counterexample",
    "Dropped",
    "Explicit",
    "OutOfRange",
    "Place",
    "Search",
    "Undecided",
    "Undefined",
    "Undifferentiable",
    "accidental",
    "confirm",
    "evaluate",
    "explicit",
    "fails_somewhere",
    "gradient",
    "holds",
    "is_of_sizes",
    "search",
]
