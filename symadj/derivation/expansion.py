"""Products distributed over sums, at the level of terms: what a reader does with a pencil.

A term becomes a sum of *monomials*: binders and guards, and factors. Nothing is cancelled or collected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symadj.calculus.conditions import negated
from symadj.calculus.merging import merged_sum
from symadj.calculus.rewriting import Names, freshen
from symadj.terms.nodes import (
    ZERO_TERM,
    Add,
    Binder,
    Condition,
    Mul,
    Number,
    Power,
    Select,
    Sum,
    Term,
    add,
    mul,
    number,
)

MOST_MONOMIALS = 24


class TooLong(Exception):
    """The expansion has more monomials than a reader wants to see."""


@dataclass(frozen=True, slots=True)
class Monomial:
    """``Σ_scope [guards] · factors``; a guard stands where it must be looked at."""

    scope: tuple[Binder | Condition, ...]
    factors: tuple[Term, ...]

    def times(self, other: Monomial) -> Monomial:
        """The product; the scopes share no names."""
        return Monomial((*self.scope, *other.scope), (*self.factors, *other.factors))

    def term(self) -> Term:
        """As a term, numbers in front."""
        coefficient, rest = Fraction(1), list[Term]()
        for factor in self.factors:
            if isinstance(factor, Number):
                coefficient *= factor.value
            else:
                rest.append(factor)
        result = mul(*rest)
        for item in reversed(self.scope):
            result = Sum(item, result) if isinstance(item, Binder) else Select(item, result, ZERO_TERM)
        return mul(number(coefficient), result)


ONE = Monomial((), ())


def monomials(term: Term, names: Names, opened: Callable[[Term], bool] = lambda _: True) -> list[Monomial]:
    """The monomials of a term; only sums for which ``opened`` says so are distributed.

    Raises ``TooLong``.
    """
    return _Expansion(opened).of(freshen(term, {}, names), names)


@dataclass(frozen=True, slots=True)
class _Expansion:
    opened: Callable[[Term], bool]

    def of(self, term: Term, names: Names) -> list[Monomial]:
        if not self.opened(term):
            return [Monomial((), (term,))]
        match term:
            case Add(terms):
                return self._limited([m for t in terms for m in self.of(t, names)])
            case Mul(factors):
                return self._product([self.of(f, names) for f in factors])
            case Sum(binder, body):
                return [Monomial((binder, *m.scope), m.factors) for m in self.of(body, names)]
            case Power(base, Number(value)) if value == 2 and isinstance(base, Add | Sum):
                again = freshen(base, {}, names)
                return self._product([self.of(base, names), self.of(again, names)])
            case Select(condition, then, otherwise):
                return self._select(condition, then, otherwise, names)
            case _:
                return [Monomial((), (term,))]

    def _product(self, parts: Sequence[list[Monomial]]) -> list[Monomial]:
        result = [ONE]
        for part in parts:
            result = self._limited([a.times(b) for a in result for b in part])
        return result

    def _select(self, condition: Condition, then: Term, otherwise: Term, names: Names) -> list[Monomial]:
        found = [Monomial((condition, *m.scope), m.factors) for m in self.of(then, names)] if then != ZERO_TERM else []
        if otherwise != ZERO_TERM:
            found += [Monomial((negated(condition), *m.scope), m.factors) for m in self.of(otherwise, names)]
        return found

    def _limited(self, found: list[Monomial]) -> list[Monomial]:
        if len(found) > MOST_MONOMIALS:
            raise TooLong
        return found


def expanded(term: Term, names: Names) -> Term:
    """The term as a sum of monomials. Raises ``TooLong``.

    >>> from symadj.terms.nodes import Entry
    >>> x, y, z = (Entry(name, ()) for name in "xyz")
    >>> expanded(mul(x, add(y, z)), Names()) == add(mul(x, y), mul(x, z))
    True
    """
    found = monomials(term, names)
    return add(*(m.term() for m in found)) if len(found) > 1 else merged_sum([m.term() for m in found])
