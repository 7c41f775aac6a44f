"""``prod``, ``max`` and ``min`` over a range: what stands before them, and the atom of what is left.

    Π_{v != k} f(v)     = Π_v f(v)/f(k)  for f(k) != 0, else Π_{v < k} f(v) · Π_{v > k} f(v), if k lies in the range
    Π_{v <= k} f(v)     is a product over a range that ends at k;  ``f(n-1-v)`` reads as ``f(v)``, in extrema too
    Π_v c·f(v)**k·g(v)  = c**length · (Π_v f(v))**k · Π_v g(v)         Π_v f(v) = exp(Σ_v log f(v))  for f > 0
    max_v (p(v) + c)    = max_v p(v) + c                               max_v c·p(v) = c·max_v p(v)   for c >= 0
    max_v −p(v)         = −min_v p(v)                                  max_v c·exp(p(v)) = c·exp(max_v p(v))
    max_u (p(u) + c·max_v q(u,v)) = max_(u,v) (p(u) + c·q(u,v))        max_(u,v) = max_(v,u)
    Σ_v [p(v) = max_w p(w)] = 1  where no two of the values are equal

c holds no v (and is a positive number in the last row), k is a whole number. (A maximum over nothing has no value, so
it may be taken as being of something.) Of several variables the order with the least form is taken, which is complete
up to ``MOST_VARIABLES`` of them whose ranges are the same in every order of nesting.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from symadj.normal.abstract import abstract, is_mark, mark, split_joint
from symadj.normal.algebra import add, add_into, factor_poly, multiply, scale, subtract
from symadj.normal.functions import exponential, function_atom, logarithm
from symadj.normal.integer_powers import integer_power
from symadj.normal.integers import surely_nonnegative
from symadj.normal.leaves import guard
from symadj.normal.rules import solve_delta
from symadj.normal.signs import factor_sign, poly_sign, shared_content, zero
from symadj.normal.store import (
    UNIT,
    Argument,
    Exponent,
    Factor,
    Monomial,
    Poly,
    Range,
    Store,
    as_argument,
    as_index,
    atoms_of,
    in_ranges,
    monomial_factors,
    nested,
    poly_key,
)
from symadj.normal.substitution import at_arguments, close_component, exponent_of, open_component, substitute
from symadj.terms.index import Index, Var, var

Bound = tuple[tuple[str, Range], ...]

MOST_VARIABLES = 4
DUAL = {"max": "min", "min": "max"}


def fold(store: Store, kind: str, inner: Poly, case: Poly, bound: Bound) -> Poly:
    """``kind(inner for variable in range(*ends) … if case)``, over one variable or, for an extremum, several, outer
    ones first; the case is a 0/1 polynomial.
    """
    for variable, ends in bound:
        store.ranges[variable] = ends
    if len(bound) == 1:
        ((variable, ends),) = bound
        narrowed = _narrowed(store, case, variable, ends) if kind == "prod" and case != {UNIT: 1} else None
        if narrowed is not None:
            store.ranges[variable], case = narrowed, {UNIT: 1}
            bound = ((variable, narrowed),)
        inner, case = _forwards(store, inner, case, *bound[0])
    if kind == "prod":
        ((variable, ends),) = bound
        return _product(store, inner, case, variable, ends)
    return _extremum(store, kind, inner, case, bound)


def _forwards(store: Store, inner: Poly, case: Poly, variable: str, ends: Range) -> tuple[Poly, Poly]:
    """The body and its case read from the end of the range where that is the plainer way: ``x[n-1-v]`` is ``x[v]``."""
    if not _computed(store, inner, variable):
        return inner, case
    back: dict[str, Argument] = {variable: as_argument(ends[0] + ends[1] - 1 - var(variable))}
    turned = substitute(store, inner, back), substitute(store, case, back)
    counts = [_computed(store, poly, variable) for poly in (inner, turned[0])]
    if counts[0] != counts[1]:
        return (inner, case) if counts[0] < counts[1] else turned
    # Both are built, whichever is met: of equal ones the same has the least numbers.
    bound = ((variable, ends),)
    keys = [[poly_key(part) for part in _marked(store, parts, bound, (0,))] for parts in ((inner, case), turned)]
    return (inner, case) if keys[0] <= keys[1] else turned


def _computed(store: Store, poly: Poly, variable: str) -> int:
    """How often the variable stands in a subscript that is more than the variable."""
    atoms = [a for m in poly for f, _ in monomial_factors(store, m) for a in atoms_of(store, f)]
    return sum(not isinstance(s, str) and variable in s.variables() for a in atoms for s in a.arguments)


def attained(store: Store, delta: Factor, variable: str, ends: Range) -> Poly | None:
    """``Σ_v [p(v) = max_w p(w)] = 1``, and the same of a minimum, over a range that is not empty, where the values are
    known to differ.
    """
    head = delta.head
    if head is None or head.kind != "zero" or not surely_nonnegative(store, ends[1] - ends[0] - 1):
        return None
    poly = at_arguments(store, dict(head.polys[0]), delta.arguments)
    held = {m: c for m, c in poly.items() if any(variable in f.free for f, _ in monomial_factors(store, m))}
    extremum = {m: -c for m, c in poly.items() if m not in held}
    if not any(f.head is not None and f.head.kind == "fold" for m in extremum for f, _ in monomial_factors(store, m)):
        return None
    if all(fold(store, kind, held, {UNIT: 1}, ((variable, ends),)) != extremum for kind in DUAL):
        return None
    other = store.fresh(*ends)
    gap = subtract(held, substitute(store, held, {variable: other}))
    return {UNIT: 1} if zero(store, gap) == guard(store, "equal", var(variable) - var(other)) else None


def refold(store: Store, kind: str, joint: Poly) -> Poly:
    """The same, of the two polynomials as the atom holds them, after something in them was replaced."""
    store.nest(1)
    try:
        parts = split_joint(store, joint)
        opened = [_unmarked(store, part) for part in parts]
        found = next((o for o in opened if o is not None), None)
        if found is None or any(o is None and part for o, part in zip(opened, parts, strict=True)):
            return function_atom(store, kind, parts, "fold")
        inner, case = (_renamed(store, o, found[1]) if o is not None else {} for o in opened)
        return fold(store, kind, inner, case, _nested(found[1]))
    finally:
        store.nest(-1)


# ------------------------------------------------------------------------------------------------ products


def _product(store: Store, inner: Poly, case: Poly, variable: str, ends: Range) -> Poly:
    without = _excluded(store, inner, case, variable, ends)
    if without is not None:
        return without
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


def _excluded(store: Store, inner: Poly, case: Poly, variable: str, ends: Range) -> Poly | None:
    """The product, where the case leaves out one place k of the range."""
    if sorted(case.values()) != [-1, 1]:
        return None
    (kept,) = (m for m, c in case.items() if c == 1)
    (monomial,) = (m for m, c in case.items() if c == -1)
    if kept != UNIT:
        # [v <= e] − [v <= e]·[v == k], of which the first says what the range is.
        deltas = [n for n, _ in monomial if (h := store.factors[n].head) is not None and h.kind == "equal"]
        narrowed = _narrowed(store, {kept: 1}, variable, ends)
        if narrowed is None or len(deltas) != 1:
            return None
        if multiply(store, {kept: 1}, factor_poly(store.factors[deltas[0]])) != {monomial: 1}:
            return None
        ends, monomial = narrowed, ((deltas[0], 1),)
    for factor, _ in monomial_factors(store, monomial):
        if factor.head is None or factor.head.kind != "equal" or variable not in factor.free:
            continue
        solved = solve_delta(as_index(factor.arguments[0]), variable)
        left: Poly = {tuple((n, e) for n, e in monomial if n != factor.number): 1}
        if solved is None or any(variable in store.factors[n].free for m in left for n, _ in m):
            return None
        place = solved[1]
        for index in (place - ends[0], ends[1] - 1 - place):
            left = multiply(store, left, guard(store, "atleast", index))
        every = _product(store, inner, {UNIT: 1}, variable, ends)
        at = substitute(store, inner, {variable: as_argument(place)})
        if not zero(store, at):
            others = multiply(store, every, store.raise_to(store, at, -1))
        else:
            before = _product(store, inner, {UNIT: 1}, variable, (ends[0], place))
            others = multiply(store, before, _product(store, inner, {UNIT: 1}, variable, (place + 1, ends[1])))
        return add(every, multiply(store, left, subtract(others, every)))
    return None


def _narrowed(store: Store, case: Poly, variable: str, ends: Range) -> Range | None:
    """The range in which the case holds, where it says no more than bounds of the variable within the range."""
    if len(case) != 1 or next(iter(case.values())) != 1:
        return None
    lower, upper = ends
    for factor, _ in monomial_factors(store, next(iter(case))):
        index = as_index(factor.arguments[0]) if factor.head is not None and factor.head.kind == "atleast" else None
        coefficient = 0 if index is None else dict(index.terms).get((Var(variable),), 0)
        if index is None or coefficient not in (1, -1):
            return None
        end = (index - var(variable) * coefficient) * -coefficient  # v >= end, or v <= end
        if variable in end.variables():
            return None
        if coefficient == 1 and surely_nonnegative(store, end - lower):
            lower = end
        elif coefficient == -1 and surely_nonnegative(store, upper - 1 - end):
            upper = end + 1
        else:
            return None
    return lower, upper


def _one_product(store: Store, inner: Poly, case: Poly, variable: str, ends: Range) -> Poly:
    if case == {UNIT: 1} and not store.complex and poly_sign(store, inner) == "positive":
        return exponential(store, store.bind(store, logarithm(store, inner), variable, *ends))
    return function_atom(store, "prod", _marked(store, (inner, case), ((variable, ends),), (0,)), "fold")


# ------------------------------------------------------------------------------------------------ extrema


def _extremum(store: Store, kind: str, inner: Poly, case: Poly, bound: Bound) -> Poly:
    names = {name for name, _ in bound}
    if not any(names & store.factors[n].free for m in inner for n, _ in m):
        return dict(inner)
    constant = {m: c for m, c in inner.items() if not any(names & store.factors[n].free for n, _ in m)}
    if constant:
        rest = {m: c for m, c in inner.items() if m not in constant}
        return add(constant, _extremum(store, kind, rest, case, bound))
    content, rest = shared_content(store, inner, lambda f: not names & f.free and factor_sign(store, f) is not None)
    if content != {UNIT: 1}:
        return multiply(store, content, _extremum(store, kind, rest, case, bound))
    if len(inner) == 1 and next(iter(inner.values())) < 0:
        return scale(_extremum(store, DUAL[kind], scale(inner, -1), case, bound), -1)
    power = _exponential(store, inner, names)
    if power is not None:
        outside, exponent = power
        return multiply(store, outside, exponential(store, _extremum(store, kind, exponent, case, bound)))
    flat = _flattened(store, kind, inner, case, bound)
    if flat is not None:
        return _extremum(store, kind, *flat)
    orders = list(permutations(range(len(bound)))) if len(bound) <= MOST_VARIABLES else [tuple(range(len(bound)))]
    joints = [_marked(store, (poly, case), bound, o) for poly in (inner, scale(inner, -1)) for o in orders]
    keys = [tuple(abstract(store, part)[0] for part in parts) for parts in joints]
    least = min(range(len(joints)), key=lambda k: (keys[k], k))
    turned = least >= len(orders)
    atom = function_atom(store, DUAL[kind] if turned else kind, joints[least], "fold")
    return scale(atom, -1) if turned else atom


def _flattened(store: Store, kind: str, inner: Poly, case: Poly, bound: Bound) -> tuple[Poly, Poly, Bound] | None:
    """The polynomial, the case and the variables with an extremum of the same kind, which stands alone, taken apart."""
    for monomial, coefficient in inner.items():
        if len(monomial) != 1 or monomial[0][1] != 1:
            continue
        factor = store.factors[monomial[0][0]]
        if factor.head is None or factor.head.kind != "fold":
            continue
        if factor.head.name != (kind if coefficient > 0 else DUAL[kind]):
            continue
        parts = split_joint(store, at_arguments(store, dict(factor.head.polys[0]), factor.arguments))
        opened = [_unmarked(store, part) for part in parts]
        if opened[0] is None or opened[1] is None:
            continue
        more = opened[0][1]
        rest = {m: c for m, c in inner.items() if m != monomial}
        add_into(rest, opened[0][0], coefficient)
        return rest, multiply(store, case, _renamed(store, opened[1], more)), (*bound, *_nested(more))
    return None


def _exponential(store: Store, inner: Poly, names: set[str]) -> tuple[Poly, Poly] | None:
    """c and p, where the polynomial is ``c·exp(p)``, all that holds the variables stands in p, and c is positive."""
    if len(inner) != 1 or store.complex:
        return None
    ((monomial, coefficient),) = inner.items()
    outside: Poly = {tuple((n, e) for n, e in monomial if not names & store.factors[n].free): coefficient}
    exponent = exponent_of(store, [(f, e) for f, e in monomial_factors(store, monomial) if names & f.free])
    return (outside, exponent) if exponent and poly_sign(store, outside) == "positive" else None


# ------------------------------------------------------------------------------------------------ the bound variable


def _marked(store: Store, parts: tuple[Poly, Poly], bound: Bound, order: tuple[int, ...]) -> tuple[Poly, ...]:
    """The bound variables are marked by sums over them, so that the body is told from their names by the same rules;
    ``order`` says in which order the mark holds them.
    """
    each = factor_poly(mark(store, tuple(bound[k][0] for k in order)))
    found = []
    for part in parts:
        marked = multiply(store, each, part)
        for name, ends in reversed(bound):
            marked = store.bind(store, marked, name, *ends)
        found.append(marked)
    return tuple(found)


def _unmarked(store: Store, part: Poly) -> tuple[Poly, Bound] | None:
    """What was marked, and the variables with their ranges; ``None`` where it can no longer be told."""
    bound: Bound | None = None
    total: Poly = {}
    for monomial, coefficient in part.items():
        opened = _opened(store, monomial)
        if opened is None:
            return None
        body, own, others = opened
        body = close_component(store, body, others)
        if bound is None:
            bound = own
        values = {old: var(new) for (old, _), (new, _) in zip(own, bound, strict=False)}
        if tuple(_substituted(ends, values) for _, ends in own) != tuple(ends for _, ends in bound):
            return None
        add_into(total, _renamed(store, (body, own), bound), coefficient)
    return None if bound is None else (total, bound)


def _renamed(store: Store, opened: tuple[Poly, Bound], bound: Bound) -> Poly:
    """What was unmarked, with other names for its variables."""
    body, own = opened
    return substitute(store, body, {old: new for (old, _), (new, _) in zip(own, bound, strict=True) if old != new})


def _substituted(ends: Range, values: Mapping[str, Index]) -> Range:
    return ends[0].substitute(values), ends[1].substitute(values)


def _nested(bound: Bound) -> Bound:
    """The variables in an order in which each range holds earlier ones only."""
    ranges = dict(bound)
    return tuple((name, ranges[name]) for name in nested(ranges))


def _opened(store: Store, monomial: Monomial) -> tuple[Poly, Bound, list[str]] | None:
    """The monomial without the mark; what the mark held, in its order; the other variables that are summed over."""
    for factor, exponent in monomial_factors(store, monomial):
        if not factor.is_component or exponent != 1:
            continue
        body, bound = open_component(store, factor)
        ((inside, _),) = body.items()
        marks = [f for f, e in monomial_factors(store, inside) if is_mark(f) and e == 1]
        if len(marks) != 1 or not all(isinstance(a, str) and a in bound for a in marks[0].arguments):
            continue
        names = [str(a) for a in marks[0].arguments]
        rest = tuple((n, e) for n, e in monomial if n != factor.number)
        inner = multiply(store, {rest: 1}, {tuple((n, e) for n, e in inside if n != marks[0].number): 1})
        others = [v for v in bound if v not in names]
        own = tuple((name, store.ranges[name]) for name in names)
        if len(set(names)) < len(names) or any(in_ranges(v, (ends for _, ends in own)) for v in others):
            return None
        return inner, own, others
    return None
