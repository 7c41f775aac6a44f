"""Comparisons that an increasing function passes on: ``exp(p) > exp(q)`` where ``p > q``."""

from __future__ import annotations

from symadj.normal.algebra import add_into
from symadj.normal.store import UNIT, Monomial, Poly, Store
from symadj.normal.substitution import at_arguments


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
        exponent = _exponent(store, monomial)
        if exponent is None:
            return None
        add_into(gap, exponent, sign)
    return gap


def _exponent(store: Store, monomial: Monomial) -> Poly | None:
    """p, where the monomial is ``exp(p)``; 0 for the empty one."""
    if monomial == UNIT:
        return {}
    total: Poly = {}
    for number, exponent in monomial:
        factor = store.factors[number]
        if factor.head is None or factor.head.kind != "function" or factor.head.name != "exp":
            return None
        add_into(total, at_arguments(store, dict(factor.head.polys[0]), factor.arguments), exponent)
    return total
