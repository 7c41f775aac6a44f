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
from symadj.normal.algebra import add_into, multiply, replace_monomials
from symadj.normal.leaves import guard
from symadj.normal.store import Factor, Monomial, Poly, Store
from symadj.normal.substitution import IN_ARGUMENTS, close_component, open_component
from symadj.terms.index import Index, var


def split_diagonals(store: Store, poly: Poly) -> Poly | None:
    """The polynomial with one split for each pair of subscripts that may meet; ``None`` where there is none."""
    return replace_monomials(poly, lambda monomial: _split(store, monomial))


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
        rest = tuple((n, e) for n, e in monomial if n != number)
        return multiply(store, {rest: 1}, close_component(store, body, bound))
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
