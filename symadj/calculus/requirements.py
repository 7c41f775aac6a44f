"""What ``u != 0``, ``u > 0`` and the like ask of the terms that ``u`` is made of.

Each function yields the conditions whose conjunction is meant; none, where it holds whatever the entries are.

    a b != 0          a != 0 and b != 0               |u| > 0, u² > 0       u != 0
    b^e != 0          b != 0 (e an integer)           b^e > 0               b > 0 (e no integer)
    e^u != 0          always                          a number              whether it is
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symadj.terms.nodes import (
    ZERO_TERM,
    Call,
    Condition,
    Constant,
    IndexCondition,
    IndexValue,
    Mul,
    Not,
    Number,
    Power,
    Some,
    Term,
    ValueCondition,
)


def distinct(left: Term, right: Term = ZERO_TERM) -> Iterator[Condition]:
    """``left != right``."""
    yield Not(ValueCondition("==", left, right))


def above(low: Term, high: Term, *, strict: bool) -> Iterator[Condition]:
    """``low < high``, or ``low <= high``."""
    yield ValueCondition("<" if strict else "<=", low, high)


def nonzero(term: Term) -> Iterator[Condition]:
    """``term != 0``.

    >>> from symadj.terms.nodes import Entry, mul, number
    >>> x, y = Entry("x", ()), Entry("y", ())
    >>> list(nonzero(mul(number(2), x, Power(y, number(2))))) == [*distinct(x), *distinct(y)]
    True
    """
    match term:
        case Number(value) if value:
            return
        case Constant() | Call("exp", _):
            return
        case IndexValue(index):
            yield Not(IndexCondition("==", index))
        case Mul(factors):
            for factor in factors:
                yield from nonzero(factor)
        case Power(base, Number(value)) if value.denominator == 1:
            yield from nonzero(base)
        case Call("abs", (argument,)):
            yield from nonzero(argument)
        case _:
            yield from distinct(term)


def positive(term: Term) -> Iterator[Condition]:
    """``term > 0``, of a real term.

    >>> from symadj.terms.nodes import Entry
    >>> x = Entry("x", ())
    >>> list(positive(Call("abs", (x,)))) == list(distinct(x))
    True
    """
    match term:
        case Number(value) if value > 0:
            return
        case Constant("pi"):
            return
        case IndexValue(index):
            yield IndexCondition(">=", index - 1)
        case Call("abs", (argument,)):
            yield from nonzero(argument)
        case Power(base, Number(value)) if _is_even(value):
            yield from nonzero(base)
        case Power(base, Number(value)) if value.denominator != 1:
            yield from positive(base)
        case _:
            yield ValueCondition("<", ZERO_TERM, term)


def nonnegative(term: Term) -> Iterator[Condition]:
    """``term >= 0``, of a real term."""
    match term:
        case Number(value) if value >= 0:
            return
        case Constant("pi") | Call("abs", _):
            return
        case IndexValue(index):
            yield IndexCondition(">=", index)
        case Power(_, Number(value)) if _is_even(value) or value.denominator != 1:
            return
        case _:
            yield ValueCondition("<=", ZERO_TERM, term)


def off_the_slit(term: Term) -> Iterator[Condition]:
    """``term`` is no real number that is zero or negative: where the principal logarithm is holomorphic."""
    real, imaginary = Call("real", (term,)), Call("imag", (term,))
    yield Some((*distinct(imaginary), ValueCondition("<", ZERO_TERM, real)))


def _is_even(exponent: Fraction) -> bool:
    return exponent.denominator == 1 and exponent.numerator % 2 == 0
