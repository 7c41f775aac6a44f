"""Sums of what is positive or not negative.

    Σ_v [guards(v)]·p(v) > 0      for p > 0, where some v in the range meets the guards, whatever the free variables are
    Σ_v a(v)·p(v) > 0             for p > 0, a >= 0, where Σ_v a(v) > 0 is assumed
    Σ_v p(v) − p(e) > 0           for p > 0, where e lies in the range, and something else does

The first is complete for guards in which the variables have the coefficients 1 and −1, as far as the ranges in scope
tell that what is left, once they are eliminated, is not negative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symadj.normal.algebra import multiply
from symadj.normal.canonical import canonical_component
from symadj.normal.integers import surely_nonnegative
from symadj.normal.store import Exponent, Factor, Monomial, Poly, Store, as_argument, as_index, monomial_factors
from symadj.normal.substitution import open_component, substitute
from symadj.terms.index import Index, Lookup, Var, var

Sign = str | None
SignOf = Callable[[Factor], Sign]
GUARDS = frozenset({"equal", "atleast"})
INTEGERS = GUARDS | {"positive", "zero", "size", "index", "lookup"}
MOST_CONDITIONS = 64


def sum_sign(store: Store, component: Factor, signs: Sequence[Sign], sign_of: SignOf) -> Sign:
    """The sign of a component whose atoms have these signs; ``sign_of`` tells what is assumed of another component."""
    if None in signs:
        return None
    signed = list(zip(component.atoms, signs, strict=True))
    weighted = "positive" in signs and bool(store.signs)
    if not weighted and not all(sign == "positive" or _is_guard(store.factors[n]) for (n, _), sign in signed):
        return "nonnegative"
    body, names = open_component(store, component)
    ((monomial, _),) = body.items()
    # Opening renames the variables, and so may sort the atoms anew.
    positive = {store.factors[n].head for (n, _), sign in signed if sign == "positive"}
    rest = [(f, e) for f, e in monomial_factors(store, monomial) if f.head not in positive]
    if all(_is_guard(f) for f, _ in rest):
        return "positive" if _inhabited(store, [f for f, _ in rest], names) else "nonnegative"
    if weighted and set(names) <= set().union(*(f.free for f, _ in rest)):
        bound = {name: store.ranges[name] for name in names}
        weights = canonical_component(store, bound, {f.number: e for f, e in rest})
        if sign_of(weights) == "positive":
            return "positive"
    return "nonnegative"


def _is_guard(factor: Factor) -> bool:
    return factor.head is not None and factor.head.kind in GUARDS


def without_one(store: Store, poly: Poly, sign_of: SignOf) -> bool:
    """Whether the polynomial is a multiple of ``Σ_v p(v) − p(e)``, and so positive by the last of the rules above."""
    if len(poly) != 2:
        return False
    ((less, minus), (more, plus)) = sorted(poly.items(), key=lambda item: item[1])
    sums = [(n, e) for n, e in more if store.factors[n].head is None and (n, e) not in less]
    if minus + plus or len(sums) != 1 or sums[0][1] != 1:
        return False
    component = store.factors[sums[0][0]]
    body, names = open_component(store, component)
    shared = tuple(pair for pair in more if pair != sums[0])
    if len(names) != 1 or any(sign_of(store.factors[n]) != "positive" for n, _ in (*shared, *component.atoms)):
        return False
    lower, upper = store.ranges[names[0]]
    if not surely_nonnegative(store, upper - lower - 2):
        return False
    candidates = {lower, upper - 1, *(var(v) for n, _ in less for v in store.factors[n].free)}
    for place in candidates:
        inside = surely_nonnegative(store, place - lower) and surely_nonnegative(store, upper - 1 - place)
        if inside and _at(store, body, names[0], place, shared) == {less: 1}:
            return True
    return False


def is_whole(store: Store, poly: Poly) -> bool:
    """Whether the polynomial is an integer, whatever the entries are: a count."""
    return all(
        isinstance(c, int) and all(_whole(store, f, e) for f, e in monomial_factors(store, m)) for m, c in poly.items()
    )


def _whole(store: Store, factor: Factor, exponent: Exponent) -> bool:
    if not isinstance(exponent, int) or exponent < 0:
        return False
    if factor.head is not None:
        return factor.head.kind in INTEGERS
    return all(_whole(store, store.factors[n], e) for n, e in factor.atoms)


def _at(store: Store, body: Poly, name: str, place: Index, shared: Monomial) -> Poly:
    return multiply(store, {shared: 1}, substitute(store, body, {name: as_argument(place)}))


def _inhabited(store: Store, guards: list[Factor], names: list[str]) -> bool:
    """Whether some values of the variables, outermost first, lie in their ranges and meet all guards.

    The variables are eliminated, innermost first: integers between ``a <= v`` and ``v <= b`` exist where ``a <= b``.
    """
    left: list[Index] = []  # what must not be negative
    for name in names:
        lower, upper = store.ranges[name]
        left += [var(name) - lower, upper - 1 - var(name)]
    for guard in guards:
        index = as_index(guard.arguments[0])
        left += [index, -index] if guard.head is not None and guard.head.kind == "equal" else [index]
    for name in reversed(names):
        left = [index.substitute(_own_entry(left, name)) for index in left]
        signs = [dict(index.terms).get((Var(name),), 0) for index in left]
        rest = [index - var(name) * sign for index, sign in zip(left, signs, strict=True)]
        if any(sign not in (-1, 0, 1) for sign in signs) or any(name in index.variables() for index in rest):
            return False
        below = [index for index, sign in zip(rest, signs, strict=True) if sign == 1]
        above = [index for index, sign in zip(rest, signs, strict=True) if sign == -1]
        if len(below) * len(above) > MOST_CONDITIONS:
            return False
        left = [index for index, sign in zip(rest, signs, strict=True) if not sign]
        left += [a + b for a in below for b in above]
    return all(surely_nonnegative(store, index) for index in left)


def _own_entry(conditions: list[Index], name: str) -> dict[str, Index]:
    """The place that ``g[name] == g[i]`` is met at: i, where each of the two stands alone; else none."""
    for index in conditions:
        entries = [m[0] for m, _ in index.terms if len(m) == 1 and isinstance(m[0], Lookup)]
        if len(index.terms) == len(entries) == 2 and entries[0].tensor == entries[1].tensor:
            for one, other in (entries, entries[::-1]):
                if one.subscripts == (var(name),) and name not in other.subscripts[0].variables():
                    return {name: other.subscripts[0]}
    return {}
