"""Sums and products of polynomials in indexed atoms.

Products merge equal factors into exponents. Where a factor obeys rules of its own (``special``), ``settle`` applies
them. Everything is exact; no rule loses or adds a value where the expression is defined.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symadj.normal.store import UNIT, Coefficient, Exponent, Factor, Monomial, Poly, Store


def whole(exponent: Exponent) -> Exponent:
    """A fraction that is an integer, as an ``int``."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return exponent.numerator
    return exponent


def number_poly(value: Coefficient) -> Poly:
    """The constant polynomial."""
    return {UNIT: whole(value)} if value else {}


def factor_poly(factor: Factor, exponent: Exponent = 1) -> Poly:
    """The polynomial that is one factor to a power (which obeys no special rule at that power)."""
    return {((factor.number, exponent),): 1}


def add_into(total: Poly, poly: Poly, scale: Coefficient = 1) -> None:
    """``total += scale·poly``, in place."""
    for monomial, coefficient in poly.items():
        value = total.get(monomial, 0) + scale * coefficient
        if value:
            total[monomial] = whole(value)
        else:
            total.pop(monomial, None)


def add(*polys: Poly) -> Poly:
    """The sum."""
    total: Poly = {}
    for poly in polys:
        add_into(total, poly)
    return total


def scale(poly: Poly, factor: Coefficient) -> Poly:
    """``factor·poly``, always a new dictionary: what is returned may be added into."""
    if factor == 1:
        return dict(poly)
    return {m: whole(c * factor) for m, c in poly.items()} if factor else {}


def replace_monomials(poly: Poly, replace: Callable[[Monomial], Poly | None]) -> Poly | None:
    """The polynomial with ``replace`` of its monomials in their places; ``None`` where that is None for all of them."""
    total: Poly = {}
    changed = False
    for monomial, coefficient in poly.items():
        other = replace(monomial)
        changed = changed or other is not None
        add_into(total, {monomial: 1} if other is None else other, coefficient)
    return total if changed else None


def subtract(left: Poly, right: Poly) -> Poly:
    """``left - right``."""
    total = dict(left)
    add_into(total, right, -1)
    return total


def multiply(store: Store, left: Poly, right: Poly) -> Poly:
    """The product."""
    if not left or not right:
        return {}
    if len(left) == 1 and UNIT in left:
        return scale(right, left[UNIT])
    if len(right) == 1 and UNIT in right:
        return scale(left, right[UNIT])
    store.spend(len(left) * len(right))
    total: Poly = {}
    for m1, c1 in left.items():
        for m2, c2 in right.items():
            add_monomial(store, total, m1, m2, c1 * c2)
    return total


def add_monomial(store: Store, total: Poly, m1: Monomial, m2: Monomial, coefficient: Coefficient) -> None:
    """``total += coefficient·m1·m2``, in place."""
    exponents = dict(m1)
    special = False
    factors = store.factors
    for number, exponent in m2:
        if number in exponents:
            exponents[number] = whole(exponents[number] + exponent)
        else:
            exponents[number] = exponent
    for number in exponents:
        if factors[number].special:
            special = True
            break
    if special:
        add_into(total, store.settle(store, exponents, coefficient))
        return
    monomial = tuple(sorted((n, e) for n, e in exponents.items() if e))
    value = total.get(monomial, 0) + coefficient
    if value:
        total[monomial] = whole(value)
    else:
        total.pop(monomial, None)


def power(store: Store, poly: Poly, exponent: int) -> Poly:
    """``poly**exponent`` for a whole exponent >= 0, by repeated squaring; one monomial without rules at once."""
    if exponent == 0:
        return {UNIT: 1}
    if len(poly) == 1:
        ((monomial, coefficient),) = poly.items()
        exponents = {n: whole(e * exponent) for n, e in monomial}
        if not any(store.factors[n].special for n in exponents):
            return {tuple((n, e) for n, e in exponents.items()): whole(Fraction(coefficient) ** exponent)}
        return store.settle(store, exponents, Fraction(coefficient) ** exponent)
    half: Poly = power(store, poly, exponent // 2) if exponent > 1 else {UNIT: 1}
    squared = multiply(store, half, half)
    return multiply(store, squared, poly) if exponent % 2 else squared
