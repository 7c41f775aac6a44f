"""Polynomials with rational coefficients in integer columns: the weights of points.

A ``Polynomial`` maps monomials (sorted tuples of columns, none of them a product column) to nonzero coefficients.

Sums over a range are polynomials in its ends (Faulhaber): for integers ``upper >= lower - 1``,
``sum(v**k for v in range(lower, upper + 1)) = F_k(upper) - F_k(lower - 1)``, where ``F_k(x) = sum(v**k for v in
range(x + 1))`` is a polynomial of degree ``k + 1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from math import comb

from symadj.points.linear import Columns, Linear, shifted

Monomial = tuple[str, ...]
Polynomial = dict[Monomial, Fraction]


def add_into(target: Polynomial, other: Mapping[Monomial, Fraction], factor: Fraction | int = 1) -> None:
    """``target += factor*other``, in place."""
    for monomial, coefficient in other.items():
        total = target.get(monomial, 0) + factor * coefficient
        if total:
            target[monomial] = Fraction(total)
        else:
            target.pop(monomial, None)


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product."""
    if len(right) == 1 and () in right:
        return {m: c * right[()] for m, c in left.items()}
    result: Polynomial = {}
    for m1, c1 in left.items():
        for m2, c2 in right.items():
            monomial = tuple(sorted(m1 + m2)) if m1 and m2 else m1 or m2
            known = result.get(monomial)
            result[monomial] = c1 * c2 if known is None else known + c1 * c2
    return {m: c for m, c in result.items() if c}


def from_form(columns: Columns, form: Mapping[str, int]) -> Polynomial:
    """A form as a polynomial; product columns are multiplied out."""
    result: Polynomial = {}
    for column, coefficient in form.items():
        add_into(result, {columns.factors(column) if column else (): Fraction(coefficient)})
    return result


def names_in(polynomial: Polynomial) -> set[str]:
    """The columns in it."""
    return {name for monomial in polynomial for name in monomial}


def substitute(columns: Columns, polynomial: Polynomial, name: str, value: Linear) -> Polynomial:
    """The polynomial after ``name := value``, inside opaque columns too."""
    touched = {n for n in names_in(polynomial) if n == name or name in columns.inside(n)}
    if not touched:
        return polynomial
    images = {n: from_form(columns, columns.replaced(n, name, value)) for n in touched}
    return substitute_all(polynomial, images)


def substitute_all(polynomial: Polynomial, images: Mapping[str, Polynomial]) -> Polynomial:
    """The polynomial with each column that has an image replaced by it, all at once."""
    result: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        product: Polynomial = {tuple(n for n in monomial if n not in images): coefficient}
        for n in monomial:
            if n in images:
                product = times(product, images[n])
        add_into(result, product)
    return result


def evaluate(polynomial: Polynomial, point: Mapping[str, int]) -> Fraction:
    """The value at a point that has all of its columns."""
    total = Fraction(0)
    for monomial, coefficient in polynomial.items():
        for name in monomial:
            coefficient = coefficient * point[name]
        total += coefficient
    return total


@cache
def _bernoulli(order: int) -> tuple[Fraction, ...]:
    """Bernoulli's numbers up to ``order``, with B_1 = +1/2."""
    numbers = [Fraction(1)]
    for n in range(1, order + 1):
        numbers.append(-sum((comb(n + 1, k) * numbers[k] for k in range(n)), Fraction(0)) / (n + 1))
    if order >= 1:
        numbers[1] = Fraction(1, 2)
    return tuple(numbers)


@cache
def faulhaber(exponent: int) -> tuple[Fraction, ...]:
    """The coefficients, from x**0 on, of ``F(x) = sum(v**exponent for v in range(1, x + 1))``, plus 1 at exponent 0.

    >>> [str(c) for c in faulhaber(1)], [str(c) for c in faulhaber(0)]
    (['0', '1/2', '1/2'], ['1', '1'])
    """
    numbers = _bernoulli(exponent)
    result = [Fraction(0)] * (exponent + 2)
    for k in range(exponent + 1):
        result[exponent + 1 - k] = Fraction(comb(exponent + 1, k)) * numbers[k] / (exponent + 1)
    if exponent == 0:
        result[0] = Fraction(1)  # 0**0 is 1, so that the value of F at -1 is 0
    return tuple(result)


def sum_over(columns: Columns, polynomial: Polynomial, name: str, lower: Linear, upper: Linear) -> Polynomial:
    """``sum(polynomial for name in range(lower, upper + 1))``, right where ``upper >= lower - 1``."""
    by_power: dict[int, Polynomial] = {}
    for monomial, coefficient in polynomial.items():
        rest = tuple(n for n in monomial if n != name)
        add_into(by_power.setdefault(len(monomial) - len(rest), {}), {rest: coefficient})
    top, below = from_form(columns, upper), from_form(columns, shifted(lower, -1))
    result: Polynomial = {}
    for exponent, factor in by_power.items():
        total = _compose(faulhaber(exponent), top)
        add_into(total, _compose(faulhaber(exponent), below), -1)
        add_into(result, times(factor, total))
    return result


def _compose(coefficients: tuple[Fraction, ...], argument: Polynomial) -> Polynomial:
    """The polynomial in one variable at ``argument``, by Horner's rule."""
    result: Polynomial = {}
    for coefficient in reversed(coefficients):
        result = times(result, argument)
        if coefficient:
            add_into(result, {(): coefficient})
    return result
