"""Comparisons of values, decided case by case.

A polynomial whose terms hold ``[p > 0]`` and ``[p = 0]`` outside of sums vanishes iff it does in each case of the
signs of those p. A case is skipped where linear arithmetic shows it to be impossible: the p as linear forms in their
monomials, with the signs of monomials and the polynomials that the statement assumes to be positive. In the case ``p
= 0`` the leading monomial of p is replaced by the rest.

Complete for piecewise polynomials whose compared expressions are linear in independent monomials, up to ``MAX_SIGNS``
different comparisons. A comparison under a sum that no kernel freed is left alone, as an atom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as cartesian

from symadj.normal.algebra import add_into, multiply, scale
from symadj.normal.linear import Constraint, feasible
from symadj.normal.rules import leading
from symadj.normal.signs import poly_sign, zero
from symadj.normal.store import UNIT, Argument, Exponent, Factor, Monomial, Poly, PolyKey, Store, monomial_factors
from symadj.normal.substitution import at_arguments, exponent_of

MAX_SIGNS = 7

Known = tuple[Poly, int]  # a polynomial and its sign in this case: 1, 0, -1


@dataclass(frozen=True, slots=True)
class Comparison:
    """One compared polynomial, at its arguments."""

    polys: tuple[PolyKey, ...]
    arguments: tuple[Argument, ...]

    def value(self, store: Store) -> Poly:
        """The polynomial itself."""
        return at_arguments(store, dict(self.polys[0]), self.arguments)


def vanishes_by_cases(store: Store, poly: Poly, leaf: Callable[[Poly], bool], known: tuple[Known, ...] = ()) -> bool:
    """Whether the polynomial vanishes in every possible case; ``leaf`` decides it where no comparison is left."""
    store.spend(4)
    if not poly:
        return True
    comparison = first_comparison(store, poly)
    if comparison is None:
        return leaf(_reduce(store, poly, known)) or not possible(store, known)
    if len(known) >= MAX_SIGNS:
        return False
    value = comparison.value(store)
    signs = (1, -1) if not zero(store, value) else (1, -1, 0)
    for sign in signs:
        case = (*known, (value, sign))
        if possible(store, case) and not vanishes_by_cases(store, in_case(store, poly, comparison, sign), leaf, case):
            return False
    return True


def first_comparison(store: Store, poly: Poly) -> Comparison | None:
    """The comparison to split first, of those that multiply terms of the polynomial."""
    best: tuple[int, Comparison] | None = None
    for monomial in poly:
        for number, _ in monomial:
            factor = store.factors[number]
            if factor.head is None or factor.head.kind not in ("positive", "zero"):
                continue
            # A comparison inside of another one was split off before; the first by number is the simplest.
            if best is None or number < best[0]:
                best = (number, Comparison(factor.head.polys, factor.arguments))
    return best[1] if best else None


def in_case(store: Store, poly: Poly, comparison: Comparison, sign: int) -> Poly:
    """The polynomial where the compared one has this sign."""
    total: Poly = {}
    for monomial, coefficient in poly.items():
        rest: list[tuple[int, Exponent]] = []
        value = 1
        for number, exponent in monomial:
            factor = store.factors[number]
            if _is(factor, comparison):
                value *= int(sign > 0 if factor.head is not None and factor.head.kind == "positive" else sign == 0)
            else:
                rest.append((number, exponent))
        if value:
            add_into(total, {tuple(rest): coefficient})
    return total


def _is(factor: Factor, comparison: Comparison) -> bool:
    head = factor.head
    if head is None or head.kind not in ("positive", "zero"):
        return False
    return head.polys == comparison.polys and factor.arguments == comparison.arguments


def _reduce(store: Store, poly: Poly, known: tuple[Known, ...]) -> Poly:
    """In the cases p = 0, the leading monomial of p replaced."""
    for value, sign in known:
        if sign or set(value) <= {UNIT}:
            continue
        lead = leading(store, value)
        if lead is None or len(lead) != 1 or lead[0][1] != 1:
            continue
        rest = {m: c for m, c in value.items() if m != lead}
        image = scale(rest, -1 / Fraction(value[lead]))
        total: Poly = {}
        for monomial, coefficient in poly.items():
            exponents = dict(monomial)
            exponent = exponents.pop(lead[0][0], 0)
            piece: Poly = {tuple(sorted(exponents.items())): coefficient}
            if exponent:
                if not image and exponent < 0:
                    return poly
                piece = multiply(store, piece, store.raise_to(store, image, exponent))
            add_into(total, piece)
        poly = total
    return poly


def possible(store: Store, known: tuple[Known, ...]) -> bool:
    """Whether the signs can occur together with what is assumed; True where linear arithmetic cannot exclude it."""
    constraints: list[Constraint[Monomial]] = []
    arguments: set[tuple[Argument, ...]] = {()}
    present = {number for value, _ in known for monomial in value for number, _ in monomial}
    for value, sign in known:
        if sign:
            constraints.append(_constraint(scale(value, sign), strict=True))
        else:
            constraints += [_constraint(value, strict=False), _constraint(scale(value, -1), strict=False)]
        for monomial in value:
            for number, _ in monomial:
                arguments.add(store.factors[number].arguments)
    for key, sign_text in store.signs.items():
        body = dict(key)
        rank = 1 + max((int(v[1:]) for m in body for n, _ in m for v in store.factors[n].free), default=-1)
        for values in _instances(arguments, rank):
            assumed = at_arguments(store, body, values)
            # Only of entries that are met: there the arguments are known to lie in their axes.
            if all(n in present or not store.factors[n].arguments for m in assumed for n, _ in m):
                constraints.append(_constraint(assumed, strict=sign_text == "positive"))
    for monomial in {m for coefficients, _, _ in constraints for m in coefficients}:
        sign_of = poly_sign(store, {monomial: 1})
        if sign_of:
            constraints.append(({monomial: Fraction(1)}, Fraction(0), sign_of == "positive"))
    return feasible([*constraints, *_exponentials(store, constraints)])


def _exponentials(store: Store, constraints: list[Constraint[Monomial]]) -> list[Constraint[Monomial]]:
    """``exp(m) > 1`` where the constraints force m > 0, ``exp(m) < 1`` where they force m < 0."""
    found: list[Constraint[Monomial]] = []
    for monomial in {m for coefficients, _, _ in constraints for m in coefficients}:
        if len(monomial) != 1 or monomial[0][1] != 1:
            continue
        exponent = exponent_of(store, monomial_factors(store, monomial))
        if exponent is None:
            continue
        for sign in (1, -1):
            if not feasible([*constraints, _constraint(scale(exponent, -sign), strict=False)]):
                found.append(({monomial: Fraction(sign)}, Fraction(-sign), True))
    return found


def _instances(arguments: set[tuple[Argument, ...]], rank: int) -> list[tuple[Argument, ...]]:
    exact = [a for a in arguments if len(a) == rank]
    if exact or rank == 0:
        return exact
    single: list[Argument] = [*sorted({a for values in arguments for a in values if isinstance(a, str)})]
    return list(cartesian(single, repeat=rank))[:16]


def _constraint(poly: Poly, strict: bool) -> Constraint[Monomial]:
    constant = Fraction(poly.get(UNIT, 0))
    return {m: Fraction(c) for m, c in poly.items() if m != UNIT}, constant, strict


__all__ = ["Comparison", "possible", "vanishes_by_cases"]
