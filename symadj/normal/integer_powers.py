"""Powers with a whole exponent that is not a number: ``x**n``, ``(-1)**i``.

``x**n = |x|**n · sgn(x)**n``. The first factor is ``exp(n·log|x|)``; the second is the atom ``parity(n, x)``, whose
square is 1. (Where x is 0 the first factor is 0 for n >= 1, and a power that may be negative asks for ``x != 0``.)
"""

from __future__ import annotations

from symadj.normal.algebra import factor_poly, multiply
from symadj.normal.functions import exponential, function_atom, logarithm
from symadj.normal.leaves import guard, index_value
from symadj.normal.powers import split_content
from symadj.normal.signs import by_cases, is_positive, poly_sign, sign_function
from symadj.normal.store import UNIT, Poly, Store, monomial_factors
from symadj.terms.index import Index


def integer_power(store: Store, base: Poly, exponent: Index) -> Poly:
    """``base**exponent``, where the exponent is a whole number whatever its indices and sizes are; ``0**0 = 1``."""
    powers = index_value(store, exponent)
    whole_part = powers.pop(UNIT, 0)
    if not powers:
        return store.raise_to(store, base, whole_part)
    if not base:
        return guard(store, "equal", exponent)
    split = by_cases(store, base, lambda p: integer_power(store, p, exponent))
    if split is not None:
        return split
    total = exponential(store, multiply(store, powers, logarithm(store, base)))
    if not store.complex:
        for part in _of_unknown_sign(store, base):
            total = multiply(store, total, parity(store, powers, part))
    return multiply(store, total, store.raise_to(store, base, whole_part)) if whole_part else total


def parity(store: Store, exponent: Poly, base: Poly) -> Poly:
    """``sgn(base)**exponent``: 1 for an even exponent."""
    sign = poly_sign(store, base)
    total: Poly = {UNIT: 1}
    for monomial, coefficient in exponent.items():
        if not coefficient % 2 or sign == "positive":
            continue
        if monomial == UNIT:
            total = multiply(store, total, sign_function(store, base))
        else:
            total = multiply(store, total, function_atom(store, "parity", ({monomial: 1}, base)))
    return total


def _of_unknown_sign(store: Store, base: Poly) -> list[Poly]:
    """Factors whose signs make that of the base, those left out that are positive."""
    found: list[Poly] = []
    contents, rest = split_content(store, base, 1)
    for content in contents:
        ((monomial, coefficient),) = content.items()
        if coefficient < 0:
            found.append({UNIT: -1})
        for factor, exponent in monomial_factors(store, monomial):
            if exponent % 2 and not is_positive(store, factor):
                found.append(factor_poly(factor))
    if rest != {UNIT: 1}:
        found.append(rest)
    return found
