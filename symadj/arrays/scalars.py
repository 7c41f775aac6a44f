"""Arithmetic and comparison of two scalar terms, as numpy does on each entry."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symadj.arrays.errors import ArrayError
from symadj.terms.index import Index, constant, floor_div, remainder
from symadj.terms.nodes import (
    Add,
    All,
    Call,
    Condition,
    Constant,
    IndexCondition,
    IndexValue,
    Indicator,
    Mul,
    Not,
    Number,
    Power,
    Some,
    Term,
    ValueCondition,
    add,
    at_most,
    less,
    mul,
    negate,
    number,
    same,
)

HALF = Number(Fraction(1, 2))
TRUE = All(())
FALSE = Some(())


def index_of(term: Term) -> Index | None:
    """The integer expression that a scalar is, where it is one: sums and products of sizes, indices and whole numbers.

    >>> str(index_of(add(number(1), number(2)))), index_of(HALF)
    ('3', None)
    """
    match term:
        case IndexValue(index):
            return index
        case Number(value):
            return constant(int(value)) if value.denominator == 1 else None
        case Add(terms):
            total = constant(0)
            for part in terms:
                value_ = index_of(part)
                if value_ is None:
                    return None
                total = total + value_
            return total
        case Mul(factors):
            total = constant(1)
            for part in factors:
                value_ = index_of(part)
                if value_ is None:
                    return None
                total = total * value_
            return total
        case _:
            return None


def subtract(left: Term, right: Term) -> Term:
    """``left - right``."""
    return add(left, negate(right))


def power(base: Term, exponent: Term) -> Term:
    """``base ** exponent``."""
    return Power(base, exponent)


def square_root(term: Term) -> Term:
    """``sqrt(term)``."""
    return Power(term, HALF)


def function(name: str) -> Callable[..., Term]:
    """The known function ``name`` of scalars."""

    def call(*arguments: Term) -> Term:
        return Call(name, arguments)

    return call


def floor_divide(left: Term, right: Term) -> Term:
    """``left // right``; fails (``ArrayError``) unless both are integer expressions."""
    return IndexValue(floor_div(*_integers("//", left, right)))


def modulo(left: Term, right: Term) -> Term:
    """``left % right``; fails (``ArrayError``) unless both are integer expressions."""
    return IndexValue(remainder(*_integers("%", left, right)))


def _integers(operator: str, left: Term, right: Term) -> tuple[Index, Index]:
    numerator, divisor = index_of(left), index_of(right)
    if numerator is None or divisor is None:
        raise ArrayError(f"{operator} is of integers: sizes, indices and integer tensors")
    return numerator, divisor


def decimal(value: float) -> Number:
    """The decimal number that ``value`` is written as; fails (``ArrayError``) for an infinity and for no number."""
    try:
        return Number(Fraction(repr(value)))
    except ValueError:
        raise ArrayError(f"{value} is not a number") from None


def complex_number(value: complex) -> Term:
    """``value`` with its parts read as ``decimal`` does."""
    imaginary = mul(decimal(value.imag), Constant("1j"))
    return add(decimal(value.real), imaginary) if value.real else imaginary


def compare(relation: str, left: Term, right: Term) -> Condition:
    """``left relation right``; of integers where both are, else of values.

    - ``a > b`` is ``b < a``;  ``a >= b`` is ``b <= a``;  ``a != b`` is ``not a == b``.
    """
    if relation == "!=":
        return Not(compare("==", left, right))
    if relation in (">", ">="):
        return compare({">": "<", ">=": "<="}[relation], right, left)
    a, b = index_of(left), index_of(right)
    if a is not None and b is not None:
        return {"==": same, "<": less, "<=": at_most}[relation](a, b)
    if relation == "==":
        return ValueCondition("==", left, right)
    return ValueCondition("<" if relation == "<" else "<=", left, right)


def holds(term: Term) -> Condition:
    """The condition that numpy reads a number as: it is not zero."""
    if isinstance(term, Indicator):
        return term.condition
    if isinstance(term, Number):
        return TRUE if term.value else FALSE
    return compare("!=", term, number(0))


def both(left: Condition, right: Condition) -> Condition:
    """``left and right``, flattened."""
    return All((*_parts(All, left), *_parts(All, right)))


def either(left: Condition, right: Condition) -> Condition:
    """``left or right``, flattened."""
    return Some((*_parts(Some, left), *_parts(Some, right)))


def _parts(kind: type[All] | type[Some], condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All | Some) and isinstance(condition, kind) else (condition,)


def opposite(condition: Condition) -> Condition:
    """``not condition``; a comparison of integers is turned round."""
    match condition:
        case Not(part):
            return part
        case IndexCondition(">=", index):
            return IndexCondition(">=", -index - 1)
        case _:
            return Not(condition)
