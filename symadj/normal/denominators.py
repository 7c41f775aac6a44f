"""Denominators cleared from a polynomial that is to vanish.

Outside of sums: the polynomial is multiplied by them. Under a sum they stay, and their rule is applied from outside
too: for a base ``B = c·lead + rest`` whose leading monomial holds no index,

    lead·Σ_i m(i)·B(i)**e = Σ_i m(i)·(B(i)**(e+1) − rest(i)·B(i)**e)/c
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from symadj.normal.algebra import factor_poly, multiply, replace_monomials
from symadj.normal.store import Exponent, Factor, Monomial, Poly, Store
from symadj.normal.substitution import close_component, open_component

MAX_STEPS = 8


def clear_denominators(store: Store, poly: Poly) -> Poly:
    """The polynomial times a product of its denominators; it vanishes iff the polynomial does, where that is
    defined.
    """
    for _ in range(MAX_STEPS):
        lowest: dict[int, Exponent] = {}
        for monomial in poly:
            for number, exponent in monomial:
                if exponent < 0:
                    lowest[number] = min(lowest.get(number, 0), exponent)
        if not lowest:
            return _absorbed(store, poly)
        for number, exponent in sorted(lowest.items(), reverse=True):
            raised = ceil(-Fraction(exponent))
            poly = multiply(store, poly, factor_poly(store.factors[number], raised))
            if not poly:
                return poly
    return poly


def _absorbed(store: Store, poly: Poly) -> Poly:
    """Leading monomials outside of sums put into them, until that changes nothing."""
    for _ in range(MAX_STEPS):
        absorbed = replace_monomials(poly, lambda monomial: _absorb(store, monomial))
        if absorbed is None:
            return poly
        poly = absorbed
    return poly


def _absorb(store: Store, monomial: Monomial) -> Poly | None:
    outside = {n: e for n, e in monomial if not store.factors[n].is_component}
    for number, exponent in monomial:
        factor = store.factors[number]
        lead = _scalar_lead(store, factor, outside) if factor.is_component and exponent == 1 else None
        if lead is None:
            continue
        left = dict(monomial)
        del left[number]
        for n, e in lead:
            left[n] -= e
        body, bound = open_component(store, factor)
        inner = close_component(store, multiply(store, body, {lead: 1}), bound)
        return multiply(store, {tuple((n, e) for n, e in left.items() if e): 1}, inner)
    return None


def _scalar_lead(store: Store, component: Factor, outside: dict[int, Exponent]) -> Monomial | None:
    """The leading monomial of a base in a denominator of the component, where it stands outside as a factor."""
    for number, exponent in component.atoms:
        head = store.factors[number].head
        if head is None or head.kind != "base" or head.lead is None or exponent >= 0:
            continue
        if all(not store.factors[n].free and outside.get(n, 0) >= e > 0 for n, e in head.lead):
            return head.lead
    return None
