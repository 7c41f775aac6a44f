"""``prod``, ``max`` and ``min`` over a range: what stands before them, and the atom of what is left.

    Π_v c·f(v)**k·g(v)  = c**length · (Π_v f(v))**k · Π_v g(v)         Π_v f(v) = exp(Σ_v log f(v))  for f > 0
    max_v (p(v) + c)    = max_v p(v) + c                               max_v c·p(v) = c·max_v p(v)   for c >= 0
    max_v −p(v)         = −min_v p(v)                                  max_v c·exp(p(v)) = c·exp(max_v p(v))

c holds no v, k is a whole number. (A maximum over nothing has no value, so it may be taken as being of something.)
"""

from __future__ import annotations

from collections.abc import Sequence

from symadj.normal.abstract import abstract, split_joint
from symadj.normal.algebra import add, add_into, factor_poly, multiply, scale
from symadj.normal.functions import exponential, function_atom, logarithm
from symadj.normal.integer_powers import integer_power
from symadj.normal.integers import surely_nonnegative
from symadj.normal.signs import factor_sign, poly_sign, shared_content
from symadj.normal.store import UNIT, Exponent, Factor, Monomial, Poly, Range, Store, monomial_factors
from symadj.normal.substitution import open_component, substitute

DUAL = {"max": "min", "min": "max"}


def fold(store: Store, kind: str, inner: Poly, case: Poly, variable: str, ends: Range) -> Poly:
    """``kind(inner for variable in range(*ends) if case)``; the case is a 0/1 polynomial."""
    store.ranges[variable] = ends
    if kind == "prod":
        return _product(store, inner, case, variable, ends)
    return _extremum(store, kind, inner, case, variable, ends)


def refold(store: Store, kind: str, joint: Poly) -> Poly:
    """The same, of the two polynomials as the atom holds them, after something in them was replaced."""
    store.nest(1)
    try:
        parts = split_joint(store, joint)
        opened = [_unmarked(store, part) for part in parts]
        found = next((o for o in opened if o is not None), None)
        if found is None or any(o is None and part for o, part in zip(opened, parts, strict=True)):
            return function_atom(store, kind, parts, "fold")
        _, variable, ends = found
        inner, case = (o[0] if o is not None else {} for o in opened)
        return fold(store, kind, inner, case, variable, ends)
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
    return function_atom(store, "prod", _marked(store, (inner, case), variable, ends), "fold")


# ------------------------------------------------------------------------------------------------ extrema


def _extremum(store: Store, kind: str, inner: Poly, case: Poly, variable: str, ends: Range) -> Poly:
    if variable not in {v for m in inner for n, _ in m for v in store.factors[n].free}:
        return dict(inner)
    constant = {m: c for m, c in inner.items() if not any(variable in store.factors[n].free for n, _ in m)}
    if constant:
        rest = {m: c for m, c in inner.items() if m not in constant}
        return add(constant, _extremum(store, kind, rest, case, variable, ends))
    content, rest = shared_content(store, inner, lambda f: variable not in f.free and factor_sign(store, f) is not None)
    if content != {UNIT: 1}:
        return multiply(store, content, _extremum(store, kind, rest, case, variable, ends))
    if len(inner) == 1 and next(iter(inner.values())) < 0:
        return scale(_extremum(store, DUAL[kind], scale(inner, -1), case, variable, ends), -1)
    power = _exponential(store, inner, variable)
    if power is not None:
        outside, exponent = power
        return multiply(store, outside, exponential(store, _extremum(store, kind, exponent, case, variable, ends)))
    turned = scale(inner, -1)
    joints = [_marked(store, (poly, case), variable, ends) for poly in (inner, turned)]
    if abstract(store, joints[1][0])[0] < abstract(store, joints[0][0])[0]:
        return scale(function_atom(store, DUAL[kind], joints[1], "fold"), -1)
    return function_atom(store, kind, joints[0], "fold")


def _exponential(store: Store, inner: Poly, variable: str) -> tuple[Poly, Poly] | None:
    """c and p, where the polynomial is ``c·exp(p)``, all that holds the variable stands in p, and c is positive."""
    if len(inner) != 1 or store.complex:
        return None
    ((monomial, coefficient),) = inner.items()
    outside: Poly = {tuple((n, e) for n, e in monomial if variable not in store.factors[n].free): coefficient}
    exponent: Poly = {}
    for factor, power in monomial_factors(store, monomial):
        if variable in factor.free:
            if factor.head is None or factor.head.kind != "function" or factor.head.name != "exp":
                return None
            add_into(exponent, logarithm(store, factor_poly(factor)), power)
    return (outside, exponent) if exponent and poly_sign(store, outside) == "positive" else None


# ------------------------------------------------------------------------------------------------ the bound variable


def _marked(store: Store, parts: tuple[Poly, Poly], variable: str, ends: Range) -> tuple[Poly, ...]:
    """The bound variable is marked by a sum over it, so that the body is told from its variables by the same rules."""
    mark = factor_poly(_mark(store, variable))
    return tuple(store.bind(store, multiply(store, mark, part), variable, *ends) for part in parts)


def _mark(store: Store, variable: str) -> Factor:
    return store.atom(store.head("constant", "each"), (variable,))


def _unmarked(store: Store, part: Poly) -> tuple[Poly, str, Range] | None:
    """What was marked, its variable and its range; ``None`` where it can no longer be told."""
    variable = ""
    ends: Range | None = None
    total: Poly = {}
    for monomial, coefficient in part.items():
        opened = _opened(store, monomial)
        if opened is None:
            return None
        body, name, bound, own = opened
        if ends is None:
            variable, ends = store.fresh(*own), own
        if own != ends:
            return None
        for other in reversed(bound):
            body = store.bind(store, body, other, *store.ranges[other])
        add_into(total, substitute(store, body, {name: variable}), coefficient)
    return None if ends is None else (total, variable, ends)


def _opened(store: Store, monomial: Monomial) -> tuple[Poly, str, Sequence[str], Range] | None:
    for factor, exponent in monomial_factors(store, monomial):
        if not factor.is_component or exponent != 1:
            continue
        body, bound = open_component(store, factor)
        ((inside, _),) = body.items()
        marks = [f for f, e in monomial_factors(store, inside) if _is_mark(f) and e == 1]
        if len(marks) != 1 or not isinstance(marks[0].arguments[0], str):
            continue
        name = marks[0].arguments[0]
        rest = tuple((n, e) for n, e in monomial if n != factor.number)
        inner = multiply(store, {rest: 1}, {tuple((n, e) for n, e in inside if n != marks[0].number): 1})
        others = [v for v in bound if v != name]
        if any(v in end.variables() for end in store.ranges[name] for v in others):
            return None
        return inner, name, others, store.ranges[name]
    return None


def _is_mark(factor: Factor) -> bool:
    return factor.head is not None and factor.head.kind == "constant" and factor.head.name == "each"
