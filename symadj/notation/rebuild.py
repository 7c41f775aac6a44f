"""A term as the reader would have built it: every operation done again by the reader's arithmetic."""

from __future__ import annotations

from functools import reduce

from symadj.notation.arithmetic import compare, conjunction, disjunction, integer, over, plus, power, times
from symadj.terms.index import ZERO
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Mul,
    Not,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    at_most,
    same,
)


def rebuild(term: Term) -> Term:
    """``term`` as it is read from its own text: the same value, in the reader's one way of writing it.

    >>> from symadj.terms.index import size
    >>> rebuild(Mul((IndexValue(size("n")), IndexValue(size("n"))))) == IndexValue(size("n") * size("n"))
    True
    """
    match term:
        case IndexValue(index):
            return integer(index)
        case Add(terms):
            return reduce(plus, map(rebuild, terms))
        case Mul(factors):
            return reduce(times, map(rebuild, factors))
        case Power(base, exponent):
            new_base, new_exponent = rebuild(base), rebuild(exponent)
            return over(ONE_TERM, new_base) if new_exponent == MINUS_ONE else power(new_base, new_exponent)
        case Call(function, arguments):
            return Call(function, tuple(map(rebuild, arguments)))
        case Apply(function, orders, arguments):
            return Apply(function, orders, tuple(map(rebuild, arguments)))
        case Sum(binder, body):
            return Sum(_binder(binder), rebuild(body))
        case Product(binder, body):
            return Product(_binder(binder), rebuild(body))
        case Extremum(kind, binder, body):
            return Extremum(kind, _binder(binder), rebuild(body))
        case Indicator(condition):
            return Indicator(rebuild_condition(condition))
        case Select(condition, then, otherwise):
            return Select(rebuild_condition(condition), rebuild(then), rebuild(otherwise))
        case _:
            return term


def _binder(binder: Binder) -> Binder:
    if binder.condition is None:
        return binder
    return Binder(binder.index, binder.lower, binder.upper, rebuild_condition(binder.condition))


def rebuild_condition(condition: Condition) -> Condition:
    """``condition`` as it is read from its own text."""
    match condition:
        case IndexCondition("==", index):
            return same(index, ZERO)
        case IndexCondition(_, index):
            return at_most(ZERO, index)
        case ValueCondition(relation, left, right):
            return compare(relation, rebuild(left), rebuild(right))
        case All(()):
            return same(ZERO, ZERO)
        case Some(()):
            return same(ZERO, ZERO + 1)
        case All(parts):
            return conjunction([rebuild_condition(p) for p in parts])
        case Some(parts):
            return disjunction([rebuild_condition(p) for p in parts])
        case Not(part):
            return Not(rebuild_condition(part))
