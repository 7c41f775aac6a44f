"""Comparisons that an increasing function passes on: ``exp(p) > exp(q)`` where ``p > q``."""

from __future__ import annotations

from symadj.normal.algebra import add_into
from symadj.normal.store import Poly, Store, monomial_factors
from symadj.normal.substitution import exponent_of


def exponent_gap(store: Store, poly: Poly) -> Poly | None:
    """``p − q``, which has the sign of ``c·exp(p) − c·exp(q)`` for a positive number c; 1 is ``exp(0)``.

    ``None`` for other polynomials, and over the complex numbers.
    """
    if len(poly) != 2 or store.complex:
        return None
    (first, above), (second, below) = sorted(poly.items(), key=lambda item: item[1], reverse=True)
    if above != -below:
        return None
    gap: Poly = {}
    for monomial, sign in ((first, 1), (second, -1)):
        exponent = exponent_of(store, monomial_factors(store, monomial))
        if exponent is None:
            return None
        add_into(gap, exponent, sign)
    return gap
