"""Arithmetic on terms as the reader does it: the one way in which an expression becomes a term.

Integers (sizes, indices, entries of integer tensors, whole numbers) are kept as one ``IndexValue`` for as long as only
``+ - *`` and small powers join them, so ``n*(n - 1)`` is one polynomial; ``/`` makes a rational scalar of them. Numbers
are computed where both sides are numbers. Nothing else is: sums and products keep the order in which they stand.

Sizes of numbers and polynomials are bounded: past the bound an operation is kept as it stands, and never carried out.
"""

from __future__ import annotations

from fractions import Fraction

from symadj.arrays.scalars import opposite
from symadj.terms.index import Index, constant
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Add,
    All,
    Condition,
    Entry,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Some,
    Term,
    ValueCondition,
    at_most,
    less,
    same,
    walk,
)

MAX_TERMS = 100
"""The most terms of an integer polynomial that is multiplied out."""
MAX_BITS = 2048
"""The most bits of a numerator or denominator that is computed."""

HALF = Fraction(1, 2)


def integer(index: Index) -> Term:
    """The integer expression as a number."""
    value = index.value
    return IndexValue(index) if value is None else Number(Fraction(value))


def index_of(term: Term) -> Index | None:
    """The integer expression that ``term`` is, or ``None``.

    >>> from symadj.terms.index import size
    >>> index_of(times(Number(Fraction(2)), IndexValue(size("n")))) == size("n") * 2
    True
    """
    if isinstance(term, IndexValue):
        return term.index
    if isinstance(term, Number) and term.value.denominator == 1:
        return constant(term.value.numerator)
    return None


def _small(value: Fraction) -> bool:
    return value.numerator.bit_length() <= MAX_BITS and value.denominator.bit_length() <= MAX_BITS


def _small_index(index: Index) -> bool:
    return len(index.terms) <= MAX_TERMS and all(c.bit_length() <= MAX_BITS for _, c in index.terms)


def _plus(left: Term, right: Term) -> Term:
    if isinstance(left, Number) and isinstance(right, Number) and _small(left.value) and _small(right.value):
        return Number(left.value + right.value)
    if isinstance(left, Add):
        return Add((*left.terms, right))
    if isinstance(left, IndexValue | Number):
        a, b = index_of(left), index_of(right)
        if a is not None and b is not None and _small_index(a) and _small_index(b):
            return integer(a + b)
    return Add((left, right))


def plus(left: Term, right: Term) -> Term:
    """``left + right``, flattened."""
    if isinstance(right, Add):
        for term in right.terms:
            left = _plus(left, term)
        return left
    return _plus(left, right)


def negative(term: Term) -> Term:
    """``-term``; a number in front of a product takes the sign."""
    return times(MINUS_ONE, term)


def minus(left: Term, right: Term) -> Term:
    """``left - right``."""
    return plus(left, negative(right))


def reads_entry(term: Term) -> bool:
    """Does ``term`` read an entry, so that it must not be dropped although it is multiplied by 0?"""
    return any(isinstance(part, Entry | Inverse | IndexValue | Power) for part in walk(term))


def _times(left: Term, right: Term) -> Term:
    if isinstance(left, Number) and isinstance(right, Number) and _small(left.value) and _small(right.value):
        return Number(left.value * right.value)
    if left == ONE_TERM:
        return right
    if right == ONE_TERM:
        return left
    if isinstance(left, Mul):
        return Mul((*left.factors, right))
    if isinstance(left, IndexValue | Number):
        a, b = index_of(left), index_of(right)
        if a is not None and b is not None and _product_is_small(a, b):
            return integer(a * b)
        if left == ZERO_TERM and not reads_entry(right):
            return left
    return Mul((left, right))


def _product_is_small(a: Index, b: Index) -> bool:
    return len(a.terms) * len(b.terms) <= MAX_TERMS and _small_index(a) and _small_index(b)


def times(left: Term, right: Term) -> Term:
    """``left * right``, flattened; a factor 1 is dropped, and a factor 0 keeps the entries that are read beside it.

    >>> x = Entry("x", ())
    >>> times(MINUS_ONE, times(Number(Fraction(2)), x)) == Mul((Number(Fraction(-2)), x))
    True
    """
    if isinstance(right, Mul):
        for factor in right.factors:
            left = _times(left, factor)
        return left
    return _times(left, right)


def over(left: Term, right: Term) -> Term:
    """``left / right``; ``ZeroDivisionError`` where ``right`` is the number 0."""
    if isinstance(right, Number):
        if not right.value:
            raise ZeroDivisionError
        return times(left, Number(1 / right.value))
    return times(left, Power(right, MINUS_ONE))


def power(base: Term, exponent: Term) -> Term:
    """``base ** exponent``; computed for small numbers, and multiplied out for small polynomials.

    ``ZeroDivisionError`` for ``0 ** -1``. ``10 ** 10 ** 9`` stays as it is.
    """
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        n = exponent.value.numerator
        if isinstance(base, Number):
            if not base.value and n < 0:
                raise ZeroDivisionError
            largest = max(base.value.numerator.bit_length(), base.value.denominator.bit_length())
            if abs(n) <= MAX_BITS and abs(n) * largest <= MAX_BITS:
                return Number(base.value**n)
        elif isinstance(base, IndexValue) and 0 <= n <= 8 and len(base.index.terms) ** n <= MAX_TERMS:
            result = constant(1)
            for _ in range(n):
                result = result * base.index
            return integer(result)
    return Power(base, exponent)


def compare(relation: str, left: Term, right: Term) -> Condition:
    """The comparison ``left relation right``: of integers where both are, else of values.

    ``relation`` is one of ``== != < <= > >=``.
    """
    if relation == "!=":
        return Not(compare("==", left, right))
    if relation in (">", ">="):
        return compare("<" if relation == ">" else "<=", right, left)
    a, b = index_of(left), index_of(right)
    if a is None or b is None:
        if relation == "==":
            return ValueCondition("==", left, right)
        return ValueCondition("<" if relation == "<" else "<=", left, right)
    if relation == "==":
        return same(a, b)
    return less(a, b) if relation == "<" else at_most(a, b)


def conjunction(parts: list[Condition]) -> Condition:
    """All of ``parts``, flattened; one alone is itself."""
    flat = [p for part in parts for p in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def disjunction(parts: list[Condition]) -> Condition:
    """One of ``parts``, flattened; one alone is itself."""
    flat = [p for part in parts for p in (part.parts if isinstance(part, Some) else (part,))]
    return flat[0] if len(flat) == 1 else Some(tuple(flat))


def truth(term: Term) -> Condition:
    """The condition that a number stands for where a condition is wanted: it is not 0."""
    if isinstance(term, Indicator):
        return term.condition
    return compare("!=", term, ZERO_TERM)


def choose(condition: Condition, then: Term, otherwise: Term) -> Term:
    """``where(condition, then, otherwise)``: both are read, so it is a sum of 0/1 factors and guards nothing."""
    first = times(Indicator(condition), then)
    second = times(Indicator(opposite(condition)), otherwise)
    if otherwise == ZERO_TERM:
        return first
    return second if then == ZERO_TERM else plus(first, second)
