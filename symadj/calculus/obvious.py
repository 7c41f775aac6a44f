"""Hypotheses that are plain to see: a quick look at the signs of terms, before ``discharge`` reasons about them.

    exp, cosh, sigmoid, softplus > 0       |u|, u*u, u**(2k), sums of such >= 0       sizes > 0
    positive * positive, positive + nonnegative, positive ** anything > 0        a sum of positives over an axis > 0

An entry of a line has the sign of the line's right side; ``0 < eps``, ``0 < x[i]`` and ``x[i] < 1`` in ``assume`` are
read off where they stand alone. Sound, and complete for nothing: what it does not see is decided by ``discharge``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from symadj.calculus.hypotheses import Hypothesis
from symadj.terms.index import Index, Size
from symadj.terms.nodes import (
    ZERO_TERM,
    Add,
    All,
    Call,
    Condition,
    Entry,
    IndexCondition,
    IndexValue,
    Mul,
    Not,
    Number,
    Power,
    Some,
    Sum,
    Term,
    ValueCondition,
)
from symadj.terms.statement import Assumption, Let

POSITIVE, NONNEGATIVE, UNKNOWN = 2, 1, 0
_POSITIVE_CALLS = frozenset({"exp", "cosh", "sigmoid", "softplus"})


def not_obvious(
    hypotheses: Sequence[Hypothesis],
    assumptions: Sequence[Assumption],
    lets: Sequence[Let],
    integers: Collection[str],
) -> list[Hypothesis]:
    """The hypotheses over the reals that a look at signs does not show."""
    signs = _Signs(assumptions, lets, integers)
    return [h for h in hypotheses if not signs.holds(h.condition)]


def _are_free(subscripts: tuple[Index, ...]) -> bool:
    """Whether they stand for all subscripts: each is an index of its own."""
    names = [s.variable for s in subscripts]
    return all(names) and len(set(names)) == len(names)


class _Signs:
    """The signs of terms: POSITIVE, NONNEGATIVE or UNKNOWN; those of lines are remembered."""

    def __init__(self, assumptions: Sequence[Assumption], lets: Sequence[Let], integers: Collection[str]) -> None:
        self.lets = {let.name: let for let in lets}
        self.known: dict[str, int] = {}
        self.below: dict[str, Fraction] = {}
        # A size is at least 1, unless it is an integer parameter, or an assumption speaks of it.
        self.doubtful = set(integers)
        for assumption in assumptions:
            self._read(assumption.condition)

    def _read(self, condition: Condition) -> None:
        match condition:
            case All(parts):
                for part in parts:
                    self._read(part)
            case IndexCondition(_, index):
                self.doubtful |= index.sizes()
            case ValueCondition("<", left, Entry(tensor, subscripts)) if left == ZERO_TERM and _are_free(subscripts):
                self.known[tensor] = POSITIVE
            case ValueCondition("<", Entry(tensor, subscripts), Number(value)) if _are_free(subscripts):
                self.below[tensor] = value

    def holds(self, condition: Condition) -> bool:
        """Whether the condition holds by signs."""
        match condition:
            case Not(ValueCondition("==", left, right)):
                return (right == ZERO_TERM and self.sign(left) == POSITIVE) or (
                    left == ZERO_TERM and self.sign(right) == POSITIVE
                )
            case ValueCondition("<", left, right) if left == ZERO_TERM:
                return self.sign(right) == POSITIVE
            case ValueCondition("<=", left, right) if left == ZERO_TERM:
                return self.sign(right) != UNKNOWN
            case Some(parts):
                return any(self.holds(p) for p in parts)
            case All(parts):
                return all(self.holds(p) for p in parts)
        return False

    def sign(self, term: Term) -> int:
        """The sign of a term at every point that is assumed."""
        match term:
            case Number(value):
                return POSITIVE if value > 0 else NONNEGATIVE if value == 0 else UNKNOWN
            case IndexValue(index):
                return POSITIVE if self._is_length(index) else UNKNOWN
            case Entry(tensor, _):
                return self._entry(tensor)
            case Add((Number(value), Mul((Number(minus), Entry(tensor, _))))) if minus == -1 and tensor in self.below:
                return POSITIVE if value >= self.below[tensor] else UNKNOWN
            case Add(terms):
                signs = [self.sign(t) for t in terms]
                return UNKNOWN if UNKNOWN in signs else max(signs)
            case Mul(factors):
                return self._product(factors)
            case Power(base, Number(exponent)):
                return self._power(base, exponent)
            case Power(base, _):
                return POSITIVE if self.sign(base) == POSITIVE else UNKNOWN
            case Call(function, _):
                return POSITIVE if function in _POSITIVE_CALLS else NONNEGATIVE if function == "abs" else UNKNOWN
            case Sum(binder, body):
                sign = self.sign(body)
                whole = binder.condition is None and not binder.lower.terms and self._is_length(binder.upper)
                return sign if whole else min(sign, NONNEGATIVE)
        return UNKNOWN

    def _entry(self, tensor: str) -> int:
        found = self.known.get(tensor)
        if found is None:
            self.known[tensor] = UNKNOWN
            let = self.lets.get(tensor)
            if let is not None:
                found = self.sign(let.body)
            self.known[tensor] = found = found or UNKNOWN
        return found

    def _is_length(self, index: Index) -> bool:
        """A product of sizes that are at least 1."""
        return len(index.terms) == 1 and all(
            c > 0 and m and all(isinstance(a, Size) and a.name not in self.doubtful for a in m) for m, c in index.terms
        )

    def _product(self, factors: tuple[Term, ...]) -> int:
        sign = POSITIVE
        left = list(factors)
        while left:
            factor = left.pop()
            if factor in left:
                left.remove(factor)
                sign = min(sign, self.sign(factor) or NONNEGATIVE)
            else:
                sign = min(sign, self.sign(factor))
        return sign

    def _power(self, base: Term, exponent: Fraction) -> int:
        sign = self.sign(base)
        if sign == POSITIVE:
            return POSITIVE
        if exponent > 0 and (sign == NONNEGATIVE or (exponent.denominator == 1 and exponent.numerator % 2 == 0)):
            return NONNEGATIVE
        return UNKNOWN
