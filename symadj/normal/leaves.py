"""Integer expressions in polynomials: as numbers, and as guards."""

from __future__ import annotations

from math import gcd

from symadj.normal.algebra import add_into, factor_poly, number_poly
from symadj.normal.integers import surely_nonnegative, tidy
from symadj.normal.store import UNIT, Exponent, Factor, Poly, Store, as_argument
from symadj.terms.index import ONE, Index, Lookup, Size, Var, lookup, solved_for_atoms


def index_value(store: Store, index: Index) -> Poly:
    """An integer expression as a number: a polynomial in sizes, index variables and opaque integers."""
    total: Poly = {}
    index = tidy(store, index)
    for monomial, coefficient in index.terms:
        exponents: dict[int, Exponent] = {}
        for atom in monomial:
            if isinstance(atom, Size):
                factor = store.atom(store.head("size", atom.name), ())
            elif isinstance(atom, Var):
                factor = store.atom(store.head("index"), (atom.name,))
            elif isinstance(atom, Lookup):
                factor = table_entry(store, atom)
            else:
                factor = store.atom(store.head("index"), (Index((((atom,), 1),)),))
            exponents[factor.number] = exponents.get(factor.number, 0) + 1
        add_into(total, {tuple(sorted(exponents.items())): coefficient})
    return total


def table_entry(store: Store, lookup: Lookup) -> Factor:
    """The entry of an integer tensor as a number; one that is 0 or 1 is its own square."""
    head = store.head("lookup", lookup.tensor)
    head.special = is_mask(store, lookup)
    return store.atom(head, tuple(as_argument(s) for s in lookup.subscripts))


def is_mask(store: Store, lookup: Lookup) -> bool:
    """Whether the entries of an integer tensor are 0 and 1."""
    below = store.tables.get(lookup.tensor)
    return below is not None and below.value == 2


def _of_mask(store: Store, kind: str, index: Index) -> Poly | None:
    """A guard on one entry k of a mask: ``[k == 1] = k``, ``[k == 0] = 1 − k``, by its values at 0 and 1."""
    found = [(m, c) for m, c in index.terms if m]
    if len(found) != 1 or len(found[0][0]) != 1 or not isinstance(found[0][0][0], Lookup):
        return None
    lookup, coefficient = found[0][0][0], found[0][1]
    if not is_mask(store, lookup):
        return None
    off = (index - Index((found[0],))).value or 0
    holds = [int(v == 0 if kind == "equal" else v >= 0) for v in (off, off + coefficient)]
    entry = factor_poly(table_entry(store, lookup))
    total = number_poly(holds[0])
    add_into(total, entry, holds[1] - holds[0])
    return total


def _preimage(store: Store, index: Index) -> Index:
    """``[p[a] == p[b]] = [a == b]`` for a permutation, and ``[q[a] == b] = [a == p[b]]`` for its inverse: of the two
    names, the one that comes first.
    """
    for atom, other in solved_for_atoms(index):
        inverse = store.inverses.get(atom.tensor) if isinstance(atom, Lookup) else None
        if inverse is None or not isinstance(atom, Lookup):
            continue
        last = store.tables[atom.tensor] - 1
        if other.lookup is not None and other.lookup.tensor == atom.tensor:
            return tidy(store, atom.subscripts[0] - other.lookup.subscripts[0])
        if inverse < atom.tensor and surely_nonnegative(store, other) and surely_nonnegative(store, last - other):
            return tidy(store, atom.subscripts[0] - lookup(inverse, (other,)))
    return index


def _primitive(kind: str, index: Index) -> Index:
    """The condition divided by what its coefficients share: ``2·i == 2·j`` is ``i == j``, ``2·i >= 1`` is ``i >= 1``,
    and ``2·i == 1`` is never met.
    """
    divisor = gcd(*(c for m, c in index.terms if m))
    if divisor < 2:
        return index
    constant = dict(index.terms).get((), 0)
    if kind == "equal" and constant % divisor:
        return ONE
    rest = Index(tuple((m, c // divisor) for m, c in index.terms if m))
    return rest + constant // divisor


def guard(store: Store, kind: str, index: Index) -> Poly:
    """``[index == 0]`` or ``[index >= 0]`` as a polynomial; decided where it is a number or the ranges in scope
    tell.
    """
    index = _primitive(kind, tidy(store, index))
    value = index.value
    if value is not None:
        return number_poly(int(value == 0 if kind == "equal" else value >= 0))
    mask = _of_mask(store, kind, index)
    if mask is not None:
        return mask
    if kind == "atleast":
        if surely_nonnegative(store, index):
            return {UNIT: 1}
        if surely_nonnegative(store, -index - 1):
            return {}
    else:
        index = _preimage(store, index) if store.inverses else index
        if index.value is not None:
            return number_poly(int(index.value == 0))
        if index.terms[0][1] < 0:
            index = -index
    return factor_poly(store.atom(store.head(kind), (as_argument(index),)))
