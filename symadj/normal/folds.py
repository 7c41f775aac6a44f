"""``prod``, ``max`` and ``min`` over a range: what stands before them, and the atom of what is left.

    Π_v c·f(v)**k·g(v)  = c**length · (Π_v f(v))**k · Π_v g(v)         Π_v f(v) = exp(Σ_v log f(v))  for f > 0
    max_v (p(v) + c)    = max_v p(v) + c                               max_v c·p(v) = c·max_v p(v)   for c >= 0
    max_v −p(v)         = −min_v p(v)                                  max_v c·exp(p(v)) = c·exp(max_v p(v))
    max_v max_w p(v, w) = max_w max_v p(v, w)

c holds no v, k is a whole number. Of extrema over up to ``MOST_ORDERED`` variables, the order does not
matter. (A maximum over nothing has no value, so it may be taken as being of something.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

from symadj.normal.abstract import abstract, split_joint
from symadj.normal.algebra import add, add_into, factor_poly, multiply, scale
from symadj.normal.functions import exponential, function_atom, joint, logarithm
from symadj.normal.integer_powers import integer_power
from symadj.normal.integers import surely_nonnegative
from symadj.normal.signs import factor_sign, poly_sign, shared_content
from symadj.normal.store import UNIT, Argument, Exponent, Factor, Monomial, Poly, Range, Store, monomial_factors
from symadj.normal.substitution import open_component, substitute
from symadj.terms.index import var

DUAL = {"max": "min", "min": "max"}
MOST_ORDERED = 4
Bound = Mapping[str, Range]


def fold(store: Store, kind: str, inner: Poly, case: Poly, bound: Bound) -> Poly:
    """``kind(inner for v in range(…) … if case)`` over the ``bound`` variables, outer ones first; the case is a 0/1
    polynomial. A product has one variable.
    """
    store.ranges.update(bound)
    if kind == "prod":
        ((variable, ends),) = bound.items()
        return _product(store, inner, case, variable, ends)
    return _extremum(store, kind, inner, case, bound)


def refold(store: Store, kind: str, joint: Poly) -> Poly:
    """The same, of the two polynomials as the atom holds them, after something in them was replaced."""
    store.nest(1)
    try:
        parts = split_joint(store, joint)
        bound: dict[str, Range] = {}
        opened = [_unmarked(store, part, bound) for part in parts]
        if None in opened or not bound:
            return function_atom(store, kind, parts, "fold")
        inner, case = (poly for poly in opened if poly is not None)
        return fold(store, kind, inner, case, bound)
    finally:
        store.nest(-1)


# ------------------------------------------------------------------------------------------------ products


def _product(store: Store, inner: Poly, case: Poly, variable: str, ends: Range) -> Poly:
    length = ends[1] - ends[0]
    if case != {UNIT: 1} or len(inner) != 1 or not surely_nonnegative(store, length):
        return _one_product(store, inner, case, variable, ends)
    ((monomial, coefficient),) = inner.items()
    outside: Poly = {tuple((n, e) for n, e in monomial if variable not in store.factors[n].free): coefficient}
    total = integer_power(store, outside, length) if outside != {UNIT: 1} else outside
    kept: list[tuple[int, Exponent]] = []
    for factor, exponent in monomial_factors(store, monomial):
        if variable not in factor.free:
            continue
        if isinstance(exponent, int):
            single = _one_product(store, factor_poly(factor), case, variable, ends)
            total = multiply(store, total, store.raise_to(store, single, exponent))
        else:
            kept.append((factor.number, exponent))
    if kept:
        total = multiply(store, total, _one_product(store, {tuple(kept): 1}, case, variable, ends))
    return total


def _one_product(store: Store, inner: Poly, case: Poly, variable: str, ends: Range) -> Poly:
    if case == {UNIT: 1} and not store.complex and poly_sign(store, inner) == "positive":
        return exponential(store, store.bind(store, logarithm(store, inner), variable, *ends))
    return function_atom(store, "prod", _marked(store, (inner, case), {variable: ends}, (variable,)), "fold")


# ------------------------------------------------------------------------------------------------ extrema


def _extremum(store: Store, kind: str, inner: Poly, case: Poly, bound: Bound) -> Poly:
    constant = {m: c for m, c in inner.items() if _is_free(store, m, bound)}
    if constant:
        rest = {m: c for m, c in inner.items() if m not in constant}
        return add(constant, _extremum(store, kind, rest, case, bound)) if rest else constant
    if not inner:
        return {}
    content, rest = shared_content(store, inner, lambda f: _may_leave(store, f, bound))
    if content != {UNIT: 1}:
        return multiply(store, content, _extremum(store, kind, rest, case, bound))
    if len(inner) == 1 and next(iter(inner.values())) < 0:
        return scale(_extremum(store, DUAL[kind], scale(inner, -1), case, bound), -1)
    power = _exponential(store, inner, bound)
    if power is not None:
        outside, exponent = power
        return multiply(store, outside, exponential(store, _extremum(store, kind, exponent, case, bound)))
    orders = list(permutations(bound)) if len(bound) <= MOST_ORDERED else [tuple(bound)]
    candidates = [
        (abstract(store, joint(store, marked))[0], sign, marked)
        for sign in (1, -1)
        for order in orders
        for marked in [_marked(store, (scale(inner, sign), case), bound, order)]
    ]
    _, sign, marked = min(candidates, key=lambda candidate: candidate[:2])
    return scale(function_atom(store, kind if sign > 0 else DUAL[kind], marked, "fold"), sign)


def _is_free(store: Store, monomial: Monomial, bound: Bound) -> bool:
    """Whether none of the bound variables stands in the monomial."""
    return all(bound.keys().isdisjoint(store.factors[n].free) for n, _ in monomial)


def _may_leave(store: Store, factor: Factor, bound: Bound) -> bool:
    """Whether the factor is the same for all values of the bound variables, and not negative."""
    return bound.keys().isdisjoint(factor.free) and factor_sign(store, factor) is not None


def _exponential(store: Store, inner: Poly, bound: Bound) -> tuple[Poly, Poly] | None:
    """c and p, where the polynomial is ``c·exp(p)``, all that varies stands in p, and c is positive."""
    if len(inner) != 1 or store.complex:
        return None
    ((monomial, coefficient),) = inner.items()
    outside: Poly = {tuple((n, e) for n, e in monomial if _is_free(store, ((n, e),), bound)): coefficient}
    exponent: Poly = {}
    for factor, power in monomial_factors(store, monomial):
        if bound.keys().isdisjoint(factor.free):
            continue
        if factor.head is None or factor.head.kind != "function" or factor.head.name != "exp":
            return None
        add_into(exponent, logarithm(store, factor_poly(factor)), power)
    return (outside, exponent) if exponent and poly_sign(store, outside) == "positive" else None


# ------------------------------------------------------------------------------------------------ bound variables


def _marked(store: Store, parts: tuple[Poly, Poly], bound: Bound, order: Sequence[str]) -> tuple[Poly, ...]:
    """The bound variables are marked, in an order, by a sum over them: so the body is told from its variables, and
    from those of sums in it, by the rules of sums.
    """
    mark = factor_poly(store.atom(store.head("constant", f"each {len(order)}"), tuple(order)))
    marked = [multiply(store, mark, part) for part in parts]
    for name in reversed(tuple(bound)):
        marked = [store.bind(store, part, name, *bound[name]) for part in marked]
    return tuple(marked)


def _unmarked(store: Store, part: Poly, bound: dict[str, Range]) -> Poly | None:
    """What was marked, with new variables, put into ``bound`` with their ranges when they are met first; ``None``
    where it can no longer be told.
    """
    total: Poly = {}
    for monomial, coefficient in part.items():
        opened = _opened(store, monomial)
        if opened is None:
            return None
        body, names, others = opened
        if not bound:
            fresh = [store.fresh(*store.ranges[name]) for name in names]
            indices = {name: var(new) for name, new in zip(names, fresh, strict=True)}
            for name, new in zip(names, fresh, strict=True):
                lower, upper = store.ranges[name]
                bound[new] = (lower.substitute(indices), upper.substitute(indices))
            store.ranges.update(bound)
        if len(names) != len(bound):
            return None
        values: dict[str, Argument] = dict(zip(names, bound, strict=True))
        indices = {name: var(new) for name, new in zip(names, bound, strict=True)}
        ends = {name: store.ranges[name] for name in names}
        if any(tuple(e.substitute(indices) for e in ends[name]) != bound[str(values[name])] for name in names):
            return None
        for other in reversed(others):
            body = store.bind(store, body, other, *store.ranges[other])
        add_into(total, substitute(store, body, values), coefficient)
    return total


def _opened(store: Store, monomial: Monomial) -> tuple[Poly, list[str], list[str]] | None:
    """The monomial without its mark, the variables that were marked, outer ones first, and those of other sums."""
    for factor, exponent in monomial_factors(store, monomial):
        if not factor.is_component or exponent != 1:
            continue
        body, names = open_component(store, factor)
        ((inside, _),) = body.items()
        marks = [f for f, e in monomial_factors(store, inside) if _is_mark(f) and e == 1]
        if len(marks) != 1:
            continue
        marked = [name for name in marks[0].arguments if isinstance(name, str) and name in names]
        others = [name for name in names if name not in marked]
        ends = [end for name in marked for end in store.ranges[name]]
        if len(marked) != len(marks[0].arguments) or any(v in end.variables() for end in ends for v in others):
            return None
        rest = tuple((n, e) for n, e in monomial if n != factor.number)
        without = tuple((n, e) for n, e in inside if n != marks[0].number)
        # In the order of the mark, for all parts; where that is none of nesting, nothing is told.
        if any(v in end.variables() for k, name in enumerate(marked) for end in store.ranges[name] for v in marked[k:]):
            return None
        return multiply(store, {rest: 1}, {without: 1}), marked, others
    return None


def _is_mark(factor: Factor) -> bool:
    return factor.head is not None and factor.head.kind == "constant" and factor.head.name.startswith("each ")
