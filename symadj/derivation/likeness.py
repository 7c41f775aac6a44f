"""Terms that are the same to a reader: up to the order of summands, factors and sums, and names of bound indices;
numbers, signs and conditions of a sum stand before it or in it; ``x x`` is ``x²``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
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
    Number,
    Power,
    Select,
    Some,
    Sum,
    Term,
)

_MOST_PERMUTED = 4


def alike(left: Term, right: Term) -> bool:
    """Whether two terms differ in such order and names only (true is sure, false is not).

    >>> from symadj.terms.nodes import Entry, mul, number
    >>> x, y = Entry("x", ()), Entry("y", ())
    >>> alike(mul(x, y), mul(y, x)), alike(mul(x, x, y), mul(Power(x, number(2)), y))
    (True, True)
    """
    return left == right or key(left) == key(right)


def key(term: Term, depth: int = 0) -> str:
    """A text that like terms share."""
    value, text = _scaled(term, depth)
    return text if value == 1 else f"{value}*{text}" if value else "0"


def _scaled(term: Term, depth: int) -> tuple[Fraction, str]:
    """A number, and the text of what it multiplies."""
    found = Counter[tuple[str, bool]]()
    value = _factors(term, 1, depth, found)
    texts = sorted(f"{text}^{times if above else -times}" for (text, above), times in found.items())
    return value, f"({'*'.join(texts)})"


def _factors(term: Term, exponent: int, depth: int, found: Counter[tuple[str, bool]]) -> Fraction:
    """Counts the factors of ``term`` to a power, those above and those below a bar apart; the number beside them."""
    match term:
        case Number(value) if value or exponent > 0:
            return value**exponent
        case Mul(factors):
            numbers = Fraction(1)
            for factor in factors:
                numbers *= _factors(factor, exponent, depth, found)
            return numbers
        case Power(base, Number(value)) if value.denominator == 1:
            return _factors(base, exponent * int(value), depth, found)
        case Indicator(condition) if exponent > 0:
            found.update(dict.fromkeys(_guards(condition) - found.keys(), 1))
            return Fraction(1)
        case Select(condition, then, otherwise) if otherwise == ZERO_TERM and exponent == 1:
            found.update(dict.fromkeys(_guards(condition) - found.keys(), 1))
            return _factors(then, 1, depth, found)
        case Sum():
            number, text = _sum(term, depth)
            found[text, exponent > 0] += abs(exponent)
            return number**exponent if number or exponent > 0 else number
        case _:
            found[_atom(term, depth), exponent > 0] += abs(exponent)
            return Fraction(1)


def _atom(term: Term, depth: int) -> str:
    match term:
        case Add(terms):
            return f"({'+'.join(sorted(key(t, depth) for t in terms))})"
        case Power(base, exponent):
            return f"({key(base, depth)}**{key(exponent, depth)})"
        case Select(condition, then, otherwise):
            return f"({key(then, depth)} if {_condition(condition)} else {key(otherwise, depth)})"
        case _:
            return format_term(term)


def _guards(condition: Condition) -> set[tuple[str, bool]]:
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return {(f"[{_condition(part)}]", True) for part in parts}


def _sum(term: Sum, depth: int) -> tuple[Fraction, str]:
    """Nested sums in the order that makes the text least, of a few orders; bound indices by number."""
    binders: list[Binder] = []
    body: Term = term
    while isinstance(body, Sum):
        binders.append(body.binder)
        body = body.body
    plain = not any(b.lower.variables() | b.upper.variables() for b in binders)
    orders = permutations(binders) if plain and len(binders) <= _MOST_PERMUTED else iter([tuple(binders)])
    return min(_texts(orders, body, depth), key=lambda found: found[1])


def _texts(orders: Iterator[tuple[Binder, ...]], body: Term, depth: int) -> Iterator[tuple[Fraction, str]]:
    for binders in orders:
        values = {b.index: var(f"_{depth + number}") for number, b in enumerate(binders)}
        heads = []
        inner = substitute(body, values)
        for binder in binders:
            if binder.condition is not None:
                inner = Select(substitute_condition(binder.condition, values), inner, ZERO_TERM)
            ends = binder.lower.substitute(values), binder.upper.substitute(values)
            heads.append(f"{values[binder.index]}:{ends[0]}..{ends[1]}")
        value, text = _scaled(inner, depth + len(binders))
        yield value, f"S[{';'.join(heads)}]{text}"


def _condition(condition: Condition) -> str:
    match condition:
        case All(parts):
            return f"({' and '.join(sorted(map(_condition, parts)))})"
        case Some(parts):
            return f"({' or '.join(sorted(map(_condition, parts)))})"
        case _:
            return format_condition(condition)
