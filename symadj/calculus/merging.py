"""Contributions added up as a person would write them.

- numbers go in front, and out of sums: ``sum(dy[i]*-1*2 for i …)`` is ``-2*sum(dy[i] for i …)``;
- equal ones are counted, in whatever order their factors stand: ``dy*x + x*dy`` is ``2*dy*x``;
- complementary ones become one choice: ``(a if c else 0) + (b if not c else 0)`` is ``a if c else b``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction
from math import prod

from symadj.calculus.conditions import negated
from symadj.terms.nodes import ZERO_TERM, Binder, Mul, Number, Select, Sum, Term, add, mul, number

_ONE = Fraction(1)


def merged_sum(terms: Sequence[Term]) -> Term:
    """The sum of ``terms``; zeros are dropped.

    >>> from symadj.terms.nodes import Entry
    >>> x, y = Entry("x", ()), Entry("y", ())
    >>> merged_sum([mul(x, y), ZERO_TERM, mul(y, x)]) == mul(number(2), x, y)
    True
    """
    chosen = _choices([polished(t) for t in terms if t != ZERO_TERM])
    if len(chosen) == 1:
        return chosen[0]
    totals: dict[Hashable, tuple[Fraction, Term]] = {}
    for term in chosen:
        coefficient, rest = _split(term)
        key = _key(rest)
        total, first = totals.get(key, (Fraction(0), rest))
        totals[key] = (total + coefficient, first)
    return add(*(mul(number(c), t) for c, t in totals.values() if c))


def polished(term: Term) -> Term:
    """Numbers multiplied together and put in front, along the products and sums at the root of ``term``."""
    match term:
        case Mul():
            return _scaled(*_split(term))
        case Sum(binder, body):
            coefficient, rest = _split(polished(body))
            return _scaled(coefficient, term if rest is body else Sum(binder, rest))
        case Select(condition, then, otherwise):
            return Select(condition, polished(then), polished(otherwise))
        case _:
            return term


def _split(term: Term) -> tuple[Fraction, Term]:
    """The number in front of a product, and the product of the other factors; a number alone is not split."""
    if not isinstance(term, Mul):
        return _ONE, term
    numbers = [f.value for f in term.factors if isinstance(f, Number)]
    if not numbers:
        return _ONE, term
    return prod(numbers, start=_ONE), mul(*(f for f in term.factors if not isinstance(f, Number)))


def _scaled(coefficient: Fraction, term: Term) -> Term:
    return term if coefficient is _ONE else mul(Number(coefficient), term)


def _key(term: Term) -> Hashable:
    """The same for products of the same factors in any order, below sums too."""
    match term:
        case Mul(factors):
            return frozenset(Counter(factors).items())
        case Sum(Binder() as binder, body):
            return (binder, _key(body))
        case _:
            return term


def _choices(terms: list[Term]) -> list[Term]:
    """Guarded terms of the same or of complementary conditions put together, at the place of the first."""
    result: list[Term] = []
    for term in terms:
        if isinstance(term, Select) and term.otherwise == ZERO_TERM:
            place = next((k for k, t in enumerate(result) if _partner(t, term)), None)
            if place is not None:
                first = result[place]
                if isinstance(first, Select):
                    result[place] = _joined(first, term)
                continue
        result.append(term)
    return result


def _partner(first: Term, second: Select) -> bool:
    return isinstance(first, Select) and second.condition in (first.condition, negated(first.condition))


def _joined(first: Select, second: Select) -> Select:
    """``first + second``: ``second`` is 0 outside of its condition, which is that of ``first`` or its negation."""
    if second.condition == first.condition:
        return Select(first.condition, merged_sum([first.then, second.then]), first.otherwise)
    return Select(first.condition, first.then, merged_sum([first.otherwise, second.then]))
