"""Terms that are the same to a reader: up to the order of summands, factors and sums, and names of bound indices."""

from __future__ import annotations

from itertools import permutations

from symadj.calculus.rewriting import substitute, substitute_condition
from symadj.terms.formula import format_condition, format_term
from symadj.terms.index import var
from symadj.terms.nodes import (
    ZERO_TERM,
    Add,
    All,
    Binder,
    Condition,
    Indicator,
    Mul,
    Power,
    Select,
    Some,
    Sum,
    Term,
    mul,
)


def alike(left: Term, right: Term) -> bool:
    """Whether two terms differ in such order and names only (true is sure, false is not).

    >>> from symadj.terms.nodes import Entry, mul
    >>> x, y = Entry("x", ()), Entry("y", ())
    >>> alike(mul(x, y), mul(y, x))
    True
    """
    return left == right or key(left) == key(right)


def key(term: Term, depth: int = 0) -> str:
    """A text that like terms share."""
    match term:
        case Add(terms):
            return f"({'+'.join(sorted(key(t, depth) for t in terms))})"
        case Mul(factors):
            return f"({'*'.join(sorted(key(f, depth) for f in factors))})"
        case Power(base, exponent):
            return f"({key(base, depth)}^{key(exponent, depth)})"
        case Sum():
            return _sum(term, depth)
        case Indicator(condition):
            return f"[{_condition(condition)}]"
        case Select(condition, then, otherwise) if otherwise == ZERO_TERM:
            return key(mul(Indicator(condition), then), depth)
        case Select(condition, then, otherwise):
            return f"({key(then, depth)} if {_condition(condition)} else {key(otherwise, depth)})"
        case _:
            return format_term(term)


def _sum(term: Sum, depth: int) -> str:
    """Nested sums in the order that makes the text least, of a few orders; bound indices by number."""
    binders: list[Binder] = []
    body: Term = term
    while isinstance(body, Sum):
        binders.append(body.binder)
        body = body.body
    plain = all(b.condition is None for b in binders) and not any(
        b.lower.variables() | b.upper.variables() for b in binders
    )
    orders = _orders(binders) if plain and len(binders) <= 4 else [binders]
    return min(_text(order, body, depth) for order in orders)


def _condition(condition: Condition) -> str:
    match condition:
        case All(parts):
            return f"({' and '.join(sorted(map(_condition, parts)))})"
        case Some(parts):
            return f"({' or '.join(sorted(map(_condition, parts)))})"
        case _:
            return format_condition(condition)


def _orders(binders: list[Binder]) -> list[list[Binder]]:
    return [list(order) for order in permutations(binders)]


def _text(binders: list[Binder], body: Term, depth: int) -> str:
    values = {b.index: var(f"_{depth + number}") for number, b in enumerate(binders)}
    heads = []
    for binder in binders:
        condition = "" if binder.condition is None else _condition(substitute_condition(binder.condition, values))
        ends = binder.lower.substitute(values), binder.upper.substitute(values)
        heads.append(f"{values[binder.index]}:{ends[0]}..{ends[1]} {condition}")
    return f"S[{';'.join(heads)}]{key(substitute(body, values), depth + len(binders))}"
