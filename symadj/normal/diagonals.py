"""Sums split where two subscripts of one function meet.

A function of two entries, ``f(x[i], x[j])``, is an atom with the arguments i and j, and another function where they are
equal: ``[x[i] > x[j]]`` is 0 at i = j, ``1/(x[i] + x[j])`` is ``1/(2·x[i])``. So

    m = [i < j]·m + [j < i]·m + [i == j]·m(j := i)

before sums over ranges are compared point by point. Where m has no value at i = j (``1/(x[i] − x[j])``), a guard keeps
it from being taken there, and the last term is left out.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations

from symadj.errors import NoValue
from symadj.normal.algebra import add_into, multiply
from symadj.normal.leaves import guard
from symadj.normal.store import Factor, Monomial, Poly, Store
from symadj.normal.substitution import IN_ARGUMENTS, open_component
from symadj.terms.index import Index, var


def split_diagonals(store: Store, poly: Poly) -> Poly | None:
    """The polynomial with one split for each pair of subscripts that may meet; ``None`` where there is none."""
    total: Poly = {}
    changed = False
    for monomial, coefficient in poly.items():
        parts = _split(store, monomial)
        changed = changed or parts is not None
        add_into(total, {monomial: 1} if parts is None else parts, coefficient)
    return total if changed else None


def _split(store: Store, monomial: Monomial) -> Poly | None:
    for number, exponent in monomial:
        factor = store.factors[number]
        if not factor.is_component or exponent != 1:
            continue
        body, bound = open_component(store, factor)
        ((inside, _),) = body.items()
        pairs = _pairs([store.factors[n] for n, _ in inside])
        if not pairs:
            continue
        for pair in sorted(pairs):
            body = _apart(store, body, *pair)
        for name in reversed(bound):
            body = store.bind(store, body, name, *store.ranges[name])
        return multiply(store, {tuple((n, e) for n, e in monomial if n != number): 1}, body)
    pairs = _pairs([store.factors[n] for n, _ in monomial])
    if not pairs:
        return None
    body = {monomial: 1}
    for pair in sorted(pairs):
        body = _apart(store, body, *pair)
    return body


def _pairs(atoms: list[Factor]) -> set[tuple[str, str]]:
    """The pairs of variables that are arguments of one function."""
    found: set[tuple[str, str]] = set()
    for atom in atoms:
        if atom.head is not None and atom.head.kind in IN_ARGUMENTS:
            names = sorted({a for a in atom.arguments if isinstance(a, str)})
            found.update(combinations(names, 2))
    return found


def _apart(store: Store, body: Poly, first: str, second: str) -> Poly:
    gap: Index = var(first) - var(second)
    total: Poly = {}
    for side in (gap - 1, -gap - 1):
        add_into(total, multiply(store, body, guard(store, "atleast", side)))
    with suppress(NoValue):
        add_into(total, multiply(store, body, guard(store, "equal", gap)))
    return total
