"""Sums over one variable, of a polynomial.

    Σ_v [v == e]·m(v)       = [lower <= e < upper]·m(e)         and the same modulo the length of the range
    Σ_v m                   = (upper − lower)·m          where v stands in no factor of m and upper >= lower
    Σ_v p(v)·m              = S(upper) − S(lower), times m     for a polynomial p in the number v alone (Faulhaber)
    Σ_v m(v)·Σ_w k(v, w)    = one component over v and w

A component is connected: each of its bound variables is tied to the others through atoms that share variables. Factors
that hold no bound variable stay outside, and what falls apart is split, so that a power of a sum is an exponent.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

from symadj.normal.algebra import add_into, factor_poly, multiply, whole
from symadj.normal.bijections import at_image, best_form, image_met
from symadj.normal.canonical import canonical_component, numbered
from symadj.normal.folds import attained
from symadj.normal.integers import digits, radix, surely_nonnegative, tidy
from symadj.normal.leaves import guard, index_value
from symadj.normal.roots_of_unity import sum_of_roots
from symadj.normal.rules import settle, solve_delta
from symadj.normal.store import (
    UNIT,
    Argument,
    Coefficient,
    Contracted,
    Exponent,
    Factor,
    Monomial,
    Poly,
    Range,
    Store,
    as_argument,
    as_index,
    in_ranges,
    nested,
)
from symadj.normal.substitution import open_component, substitute_exponents
from symadj.terms.index import ZERO, Index, split_multiple, var


def bind(store: Store, poly: Poly, variable: str, lower: Index, upper: Index) -> Poly:
    """``Σ poly for variable in range(lower, upper)``; the ends may hold free variables."""
    total: Poly = {}
    for monomial, coefficient in poly.items():
        add_into(total, _bind_monomial(store, monomial, coefficient, variable, (lower, upper)))
    return total


def _bind_monomial(store: Store, monomial: Monomial, coefficient: Coefficient, variable: str, ends: Range) -> Poly:
    outside: list[tuple[int, Exponent]] = []
    inside: list[tuple[Factor, Exponent]] = []
    for number, exponent in monomial:
        factor = store.factors[number]
        if variable in factor.free:
            inside.append((factor, exponent))
        else:
            outside.append((number, exponent))
    rest: Poly = {tuple(outside): coefficient}
    if not inside:
        return multiply(store, rest, _length(store, ends))
    split = _split_digits(store, inside, variable, ends)
    if split is not None:
        return multiply(store, rest, split)
    for factor, _ in inside:
        if factor.head is not None and factor.head.kind == "equal":
            for rule in (_at_delta, at_image):
                eliminated = rule(store, inside, factor, variable, ends)
                if eliminated is not None:
                    return multiply(store, rest, eliminated)
    counted = _faulhaber(store, inside, variable, ends) or sum_of_roots(store, inside, variable, ends)
    if counted is not None:
        return multiply(store, rest, counted)
    return multiply(store, rest, _close(store, inside, variable, ends))


def _split_digits(store: Store, inside: list[tuple[Factor, Exponent]], variable: str, ends: Range) -> Poly | None:
    """``Σ_{u < q·d} m(u//d, u % d) = Σ_{a < q} Σ_{b < d} m(a, b)``, where a factor holds a floor or a remainder of u by
    d.
    """
    lower, upper = ends
    if lower.terms:
        return None
    for factor, _ in inside:
        for argument in _arguments(store, factor):
            divisor = radix(upper, argument, variable) if argument.divides else None
            if divisor is None:
                continue
            quotient, _ = split_multiple(upper, divisor)
            first, second = store.fresh(ZERO, quotient), store.fresh(ZERO, divisor)
            value = var(first) * divisor + var(second)
            body = substitute_exponents(store, {f.number: e for f, e in inside}, {variable: value})
            return bind(store, bind(store, body, second, ZERO, divisor), first, ZERO, quotient)
    return None


def _arguments(store: Store, factor: Factor) -> list[Index]:
    if factor.head is not None:
        return [a for a in factor.arguments if not isinstance(a, str)]
    return [a for n, _ in factor.atoms for a in store.factors[n].arguments if not isinstance(a, str)]


def _length(store: Store, ends: Range) -> Poly:
    """The number of values of a range: its length where that cannot be negative, else an empty product summed
    over it.
    """
    lower, upper = ends
    length = upper - lower
    if surely_nonnegative(store, length):
        return index_value(store, length)
    return factor_poly(store.component((ends,), ()))


def _at_delta(
    store: Store, inside: list[tuple[Factor, Exponent]], delta: Factor, variable: str, ends: Range
) -> Poly | None:
    """``Σ_v [v == e]·m(v) = [lower <= e < upper]·m(e)``; ``q·d + v == e`` with a digit v is solved by ``v = e % d``."""
    index = as_index(delta.arguments[0])
    parts = digits(store, index) or ()
    for part in (*parts, index):
        solved = solve_delta(part, variable)
        if solved is None:
            continue
        value = tidy(store, solved[1])
        others = {f.number: e for f, e in inside if f is not delta}
        at: dict[str, Argument] = {variable: as_argument(value)}
        result: Poly = substitute_exponents(store, others, at) if others else {UNIT: 1}
        for other in parts:
            if part is not index and other is not part:
                left = other.substitute({variable: value})
                result = multiply(store, result, guard(store, "equal", left))
        name = value.variable
        if name is not None and store.ranges.get(name) == ends:
            return result
        lower, upper = ends
        result = multiply(store, result, guard(store, "atleast", value - lower))
        return multiply(store, result, guard(store, "atleast", upper - 1 - value))
    return None


def _faulhaber(store: Store, inside: list[tuple[Factor, Exponent]], variable: str, ends: Range) -> Poly | None:
    if len(inside) != 1:
        return None
    factor, exponent = inside[0]
    if factor.head is None or factor.head.kind != "index" or factor.arguments != (variable,):
        return None
    if not isinstance(exponent, int) or not 0 < exponent <= 12:
        return None
    lower, upper = ends
    if not surely_nonnegative(store, upper - lower):
        return None
    total: Poly = {}
    for end, sign in ((upper, 1), (lower, -1)):
        at = index_value(store, end)
        for k, c in enumerate(power_sum(exponent)):
            if c:
                add_into(total, store.raise_to(store, at, k) if k else {UNIT: 1}, c * sign)
    return total


def power_sum(exponent: int) -> list[Fraction]:
    """The coefficients of ``S(n) = Σ_{i<n} i**exponent``, a polynomial in n, from the constant up.

    ``S`` solves ``S(n+1) − S(n) = n**exponent``, ``S(0) = 0`` (Faulhaber).

    >>> [str(c) for c in power_sum(1)]
    ['0', '-1/2', '1/2']
    """
    degree = exponent + 1
    coefficients = [Fraction(0)] * (degree + 1)
    wanted = [Fraction(int(k == exponent)) for k in range(degree)]
    for k in range(degree, 0, -1):
        # The coefficient of n**(k-1) in S(n+1) − S(n) is Σ_{j>=k} s_j·C(j, k-1).
        known = sum((coefficients[j] * comb(j, k - 1) for j in range(k + 1, degree + 1)), Fraction(0))
        coefficients[k] = (wanted[k - 1] - known) / k
    return coefficients


def _close(store: Store, inside: list[tuple[Factor, Exponent]], variable: str, ends: Range) -> Poly:
    if len(inside) == 1 and inside[0][0].head is not None:
        factor, exponent = inside[0]
        if factor.head is None:
            raise TypeError("not an atom")
        if exponent == 2 and store.contractions:
            contracted = _contract(store, {factor.number: 2}, {variable: ends})
            if contracted is not None:
                return contracted
        known = attained(store, factor, variable, ends)
        if known is None:
            known = _reindexed(store, {factor.number: exponent}, {variable: ends})
        if known is not None:
            return known
        atom = store.atom(factor.head, tuple(numbered(a, {variable: "#0"}) for a in factor.arguments))
        return _whole(store, store.component((ends,), ((atom.number, exponent),)))
    atoms: dict[int, Exponent] = {}
    bound: dict[str, Range] = {variable: ends}
    taken = set().union(*(factor.free for factor, _ in inside))
    for factor, exponent in inside:
        if factor.head is not None:
            atoms[factor.number] = whole(atoms.get(factor.number, 0) + exponent)
        elif isinstance(exponent, int) and exponent > 0:
            for _ in range(exponent):
                _merge(store, factor, atoms, bound, taken)
        else:
            raise TypeError("a sum to a power that is not a whole number is a base")
    contracted = _contract(store, atoms, bound)
    if contracted is not None:
        return contracted
    if any(store.factors[n].special for n in atoms):
        # Guards and bases that met in the merge obey their rules; where one applied, the sums are built anew.
        settled = settle(store, dict(atoms), 1)
        if settled != {tuple(sorted(atoms.items())): 1}:
            store.ranges.update(bound)
            for name in reversed(nested(bound)):
                settled = bind(store, settled, name, *bound[name])
            return settled
    reindexed = _reindexed(store, atoms, bound)
    return _whole(store, canonical_component(store, bound, atoms)) if reindexed is None else reindexed


def _reindexed(store: Store, atoms: dict[int, Exponent], bound: dict[str, Range]) -> Poly | None:
    """The sum, where bijections are applied to its variables (``bijections``)."""
    arguments = (a for n in atoms for a in store.factors[n].arguments if not isinstance(a, str))
    if not any(a.divides or store.inverses for a in arguments):
        return None
    store.ranges.update(bound)
    met = image_met(store, atoms, bound)
    if met is not None:
        return _without(store, atoms, bound, met)
    pieces = best_form(store, atoms, bound)
    if pieces is None:
        return None
    if len(pieces) == 1:
        return _whole(store, canonical_component(store, bound, pieces[0][1]))
    total: Poly = {UNIT: 1}
    for names, held in pieces:
        piece = settle(store, dict(held), 1)
        for name in reversed(nested({v: bound[v] for v in names})):
            piece = bind(store, piece, name, *bound[name])
        total = multiply(store, total, piece)
    return total


def _whole(store: Store, component: Factor) -> Poly:
    return settle(store, {component.number: 1}, 1) if component.special else factor_poly(component)


def _contract(store: Store, atoms: dict[int, Exponent], bound: dict[str, Range]) -> Poly | None:
    """A bound variable whose sum is known: of an inverse and its matrix, of what is assumed, of roots of unity."""
    if not store.contractions and not store.complex:
        return None
    for variable in bound:
        store.ranges.update(bound)
        if store.complex and len(bound) > 1:
            holding = [(store.factors[n], e) for n, e in atoms.items() if variable in store.factors[n].free]
            roots = sum_of_roots(store, holding, variable, bound[variable])
            if roots is not None:
                taken = frozenset(factor.number for factor, _ in holding)
                return _without(store, atoms, bound, (roots, taken, frozenset({variable})))
        if in_ranges(variable, bound.values()):
            continue
        for contraction in store.contractions:
            found = contraction(store, atoms, bound, variable)
            if found is not None:
                store.nest(1)
                try:
                    return _without(store, atoms, bound, found)
                finally:
                    store.nest(-1)
    return None


def _without(store: Store, atoms: dict[int, Exponent], bound: dict[str, Range], found: Contracted) -> Poly:
    """The sums over the other variables, of the other atoms times the value of the sum that was found."""
    value, taken, gone = found
    result = multiply(store, settle(store, {n: e for n, e in atoms.items() if n not in taken}, 1), value)
    for name in reversed(nested({v: ends for v, ends in bound.items() if v not in gone})):
        result = bind(store, result, name, *bound[name])
    return result


def _merge(store: Store, factor: Factor, atoms: dict[int, Exponent], bound: dict[str, Range], taken: set[str]) -> None:
    """The atoms and variables of a component, with names that nothing around has: a copy for each time it is met."""
    body, names = open_component(store, factor)
    ((monomial, _),) = body.items()
    copy = 0
    while any(f"{name}.{copy}" in taken or f"{name}.{copy}" in bound for name in names):
        copy += 1
    fresh = {name: f"{name}.{copy}" for name in names}
    indices = {name: var(new) for name, new in fresh.items()}
    for name in names:
        lower, upper = store.ranges[name]
        bound[fresh[name]] = (lower.substitute(indices), upper.substitute(indices))
    for number, exponent in monomial:
        atom = store.factors[number]
        if atom.head is not None:
            renamed = store.atom(atom.head, tuple(numbered(a, fresh) for a in atom.arguments))
            atoms[renamed.number] = whole(atoms.get(renamed.number, 0) + exponent)
