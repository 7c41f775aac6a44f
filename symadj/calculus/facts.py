"""Facts, that a polynomial is not negative or positive, and how facts bear on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symadj.calculus import signs
from symadj.calculus.linear_arithmetic import Inequality, inequality
from symadj.calculus.polynomials import Canonical, Monomial, Poly

MAX_PRODUCTS = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """``poly >= 0``, or ``poly > 0`` where ``strict``; ``names`` are the monomials of ``poly`` but the constant one."""

    poly: Poly
    strict: bool
    names: frozenset[Monomial]


def fact(poly: Poly, *, strict: bool) -> Fact:
    """The fact with its names."""
    return Fact(poly, strict, names_of(poly))


def names_of(poly: Poly) -> frozenset[Monomial]:
    """The monomials of ``poly``, the constant one left out."""
    return frozenset(m for m in poly if m)


def compared(poly: Poly, fact: Poly, strict: bool) -> int:
    """The signs of ``poly`` that ``fact >= 0`` (``> 0``) leaves, where both are the same but for a factor and a
    constant.
    """
    monomials = [m for m in poly if m]
    if not monomials:
        return signs.ANY
    scale = fact[monomials[0]] / poly[monomials[0]]
    if any(fact[m] != scale * poly[m] for m in monomials):
        return signs.ANY
    end = poly.get((), Fraction(0)) - fact.get((), Fraction(0)) / scale  # poly >= end, or <= end
    outward = end if scale > 0 else -end
    if outward > 0 or (outward == 0 and strict):
        return signs.POSITIVE if scale > 0 else signs.NEGATIVE
    if outward == 0:
        return signs.NONNEGATIVE if scale > 0 else signs.NEGATIVE | signs.ZERO
    return signs.ANY


def as_inequality(poly: Poly, *, strict: bool) -> Inequality:
    """``poly >= 0`` (``> 0``), with the monomials as variables."""
    return inequality({m: c for m, c in poly.items() if m}, poly.get((), Fraction(0)), strict=strict)


def linked_facts(polys: Sequence[Poly], facts: Sequence[Fact]) -> list[Fact]:
    """The facts that share monomials with ``polys``, or with such facts, and so on; the others can't matter."""
    reached = {m for poly in polys for m in poly if m}
    waiting = list(facts)
    result: list[Fact] = []
    while True:
        linked = [f for f in waiting if not reached.isdisjoint(f.names)]
        if not linked:
            return result
        result += linked
        waiting = [f for f in waiting if reached.isdisjoint(f.names)]
        reached.update(m for f in linked for m in f.names)


def products(facts: Sequence[Fact], canonical: Canonical) -> list[Fact]:
    """Products of two facts about polynomials of degree one: ``1 - x > 0`` and ``1 + x > 0`` give ``1 - x**2 > 0``."""
    linear = [f for f in facts if len(f.poly) <= 3 and all(sum(e for _, e in m) <= 1 for m in f.names)][:MAX_PRODUCTS]
    return [
        fact(canonical.times(first.poly, second.poly), strict=first.strict and second.strict)
        for k, first in enumerate(linear)
        for second in linear[k:]
    ]
