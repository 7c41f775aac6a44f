"""Terms replaced inside terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Extremum,
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
    add,
    mul,
)

Change = Callable[[Term], Term | None]


def mapped(term: Term, change: Change) -> Term:
    """``term`` with ``change(part)`` in the place of every part, outside in, for which that is not ``None``."""
    found = change(term)
    if found is not None:
        return found
    match term:
        case Add(terms):
            return add(*(mapped(t, change) for t in terms))
        case Mul(factors):
            return mul(*(mapped(f, change) for f in factors))
        case Power(base, exponent):
            return Power(mapped(base, change), mapped(exponent, change))
        case Call(function, arguments):
            return Call(function, tuple(mapped(a, change) for a in arguments))
        case Apply(function, orders, arguments):
            return Apply(function, orders, tuple(mapped(a, change) for a in arguments))
        case Sum(binder, body) | Product(binder, body) | Extremum(_, binder, body):
            return replace(term, binder=mapped_binder(binder, change), body=mapped(body, change))
        case Indicator(condition):
            return Indicator(mapped_condition(condition, change))
        case Select(condition, then, otherwise):
            return Select(mapped_condition(condition, change), mapped(then, change), mapped(otherwise, change))
        case _:
            return term


def mapped_binder(binder: Binder, change: Change) -> Binder:
    """``mapped`` for the condition of a bound index."""
    if binder.condition is None:
        return binder
    return replace(binder, condition=mapped_condition(binder.condition, change))


def mapped_condition(condition: Condition, change: Change) -> Condition:
    """``mapped`` for the scalars that a condition compares."""
    match condition:
        case ValueCondition(relation, left, right):
            return ValueCondition(relation, mapped(left, change), mapped(right, change))
        case All(parts):
            return All(tuple(mapped_condition(p, change) for p in parts))
        case Some(parts):
            return Some(tuple(mapped_condition(p, change) for p in parts))
        case Not(part):
            return Not(mapped_condition(part, change))
        case _:
            return condition
