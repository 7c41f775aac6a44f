"""What a rule for the value of a function is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symadj.export.rocq.syntax import Expr, Function, InverseSize, Num, Plus, Ratio, SizeOf, SumOf, Times

HALF = Ratio(1, 2)


@dataclass(frozen=True, slots=True)
class Condition:
    """A premise of a rule: ``form`` with the texts of ``parts`` in it, proved by ``tactic``."""

    form: str
    parts: tuple[Expr, ...]
    tactic: str = "positive_here"


@dataclass(frozen=True, slots=True)
class Value:
    """The function to the ``power`` is ``value``, by ``lemma``, whose premises are ``conditions``.

    ``along`` is the family of numbers, by its index, that the lemma is about, where Rocq does not find it.
    """

    lemma: str
    value: Expr
    power: int = 1
    conditions: tuple[Condition, ...] = ()
    along: tuple[str, Expr] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at.

    ``see`` shows an expression with a line's body for its name, ``unfolded`` one without any lines in it; ``local``:
    the claim is about a derivative, so that arguments of functions with a kink at 0 are not 0: ``nonzero`` says which
    those are; ``mixed``: whether a function of this argument is to be made from exponentials, since others of the kind
    stand beside it. ``granted`` are pairs of which the first is assumed to be below the second.
    """

    see: Callable[[Expr], Expr]
    unfolded: Callable[[Expr], Expr]
    local: bool
    nonzero: Callable[[Expr], bool]
    mixed: Callable[[str, Expr], bool]
    granted: tuple[tuple[Expr, Expr], ...]

    def positive(self, expr: Expr) -> bool:
        """Whether the expression is positive, whatever its tensors are or as it is assumed."""
        if positive(expr, self.see):
            return True
        whole = self.unfolded(expr)
        return any(_is_difference(whole, large, small) for small, large in self.granted)


def _is_difference(expr: Expr, large: Expr, small: Expr) -> bool:
    if small == Num(0):
        return expr == large
    match expr:
        case Plus(a, b):
            return a == large and getattr(b, "part", None) == small
        case _:
            return False


def positive(expr: Expr, see: Callable[[Expr], Expr]) -> bool:
    """Whether the expression is positive whatever its tensors are, as ``positive`` of ``SymadjAnalysis`` sees it."""
    match see(expr):
        case Function("exp" | "sigmoid" | "softplus" | "pi", _) | SizeOf() | InverseSize():
            return True
        case Function("inv" | "sqrt", a) | SumOf(_, _, _, a):
            return positive(a, see)
        case Plus(a, b) | Times(a, b):
            return positive(a, see) and positive(b, see)
        case Num(n):
            return n > 0
        case Ratio(n, _):
            return n > 0
        case _:
            return False
