"""Inverses cancelled against their matrices.

* Under a sum: the leading product of matrices in ``M = c·A···B + rest`` is rewritten where it meets ``inv(M)``,

      Σ_j (A···B)[i,j]·inv(M)[j,k] = ([i == k] − Σ_j rest[i,j]·inv(M)[j,k])/c

  and the same from the other side. The longest product leads, so that this ends.
* At a free index: ``p(i)`` vanishes for all i iff ``Σ_i M[r,i]·p(i)`` does for all r, since M is invertible where
  ``inv(M)`` stands; terms in which i stands in an entry of ``inv(M)`` alone lose it.

Complete for identities in which, in every term, each inverse can be freed from one side; the word problem of matrices
with inverses of sums is not decided beyond that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symadj.normal.algebra import add_into, multiply, scale
from symadj.normal.chains import Chain, read_chain
from symadj.normal.leaves import guard
from symadj.normal.store import (
    Argument,
    Contracted,
    Exponent,
    Factor,
    Head,
    Monomial,
    Poly,
    Range,
    Store,
    as_index,
    atoms_of,
    in_ranges,
)
from symadj.normal.substitution import at_axes, close_component, open_component
from symadj.terms.index import ZERO, Index, var

MAX_STEPS = 16


@dataclass(frozen=True, slots=True)
class Lead:
    """``M = number·chain + rest``, the matrix of the inverse ``head``."""

    head: Head
    chain: Chain
    number: Fraction
    rest: Poly


def register(store: Store, head: Head, matrix: Poly) -> None:
    """From now on sums cancel entries of the inverse ``head`` of ``matrix`` against those of the matrix."""
    size = head.shape[0]
    chains = [(m, chain) for m in matrix if (chain := read_chain(store, m, size)) is not None and chain.is_plain]
    if not chains:
        return
    monomial, chain = max(chains, key=lambda pair: (len(pair[1].links), pair[0]))
    rest = {m: c for m, c in matrix.items() if m != monomial}
    wanted = [link.head for link in chain.links]
    for other in rest:
        parts = _atoms(store, other)
        if len(parts) >= len(wanted) and all(h in parts for h in wanted):
            return  # what it is rewritten to would hold it again
    lead = Lead(head, chain, Fraction(matrix[monomial]), rest)

    def contract(store: Store, atoms: dict[int, Exponent], bound: dict[str, Range], variable: str) -> Contracted | None:
        return _contracted(store, lead, atoms, bound, variable)

    store.contractions.append(contract)


def _atoms(store: Store, monomial: Monomial) -> list[Head]:
    atoms = [a for number, _ in monomial for a in atoms_of(store, store.factors[number])]
    return [a.head for a in atoms if a.head is not None]


# ------------------------------------------------------------------------------------------------ under a sum


def _contracted(
    store: Store, lead: Lead, atoms: dict[int, Exponent], bound: dict[str, Range], variable: str
) -> Contracted | None:
    size = lead.head.shape[0]
    if bound[variable] != (ZERO, size):
        return None
    holding = [store.factors[n] for n in atoms if variable in store.factors[n].free]
    inverses = [f for f in holding if f.head is lead.head and f.arguments.count(variable) == 1]
    if len(holding) != 2 or len(inverses) != 1 or atoms[inverses[0].number] != 1:
        return None
    inverse = inverses[0]
    place = inverse.arguments.index(variable)
    other = inverse.arguments[1 - place]
    # inv(M)[variable, other] is met from the matrix's column, inv(M)[other, variable] from its row.
    for backwards in (True, False) if lead.head.symmetries else (place == 0,):
        walk = _walk(store, lead.chain, backwards, atoms, bound, variable, inverse)
        if walk is None:
            continue
        end, used, passed = walk
        value = guard(store, "equal", as_index(end) - as_index(other))
        middle = store.fresh(ZERO, size)
        entry = store.atom(lead.head, (middle, other) if place == 0 else (other, middle))
        rest = at_axes(store, lead.rest, (end, middle) if backwards else (middle, end))
        left = multiply(store, rest, {((entry.number, 1),): 1})
        add_into(value, store.bind(store, left, middle, ZERO, size), -1)
        return scale(value, 1 / lead.number), frozenset(used), frozenset(passed)
    return None


def _walk(
    store: Store,
    chain: Chain,
    backwards: bool,
    atoms: dict[int, Exponent],
    bound: dict[str, Range],
    start: str,
    inverse: Factor,
) -> tuple[Argument, set[int], set[str]] | None:
    """Along the links from ``start``: where they end, the atoms used up, and the bound variables passed."""
    used = {inverse.number}
    passed: set[str] = set()
    at: Argument = start
    steps = list(zip(chain.links, chain.sizes[1:] if backwards else chain.sizes, strict=False))
    for link, size in reversed(steps) if backwards else steps:
        if not isinstance(at, str) or at not in bound or at in passed or bound[at] != (ZERO, size):
            return None
        holding = [n for n in atoms if at in store.factors[n].free]
        step = [n for n in holding if n not in used and store.factors[n].head is link.head and atoms[n] == 1]
        if len(holding) != 2 or len(step) != 1 or in_ranges(at, bound.values()):
            return None
        row, column = link.ends(store.factors[step[0]])
        near, far = (column, row) if backwards else (row, column)
        if near != at:
            if not link.head.symmetries or far != at:
                return None
            far = near
        if far == at:
            return None
        used.add(step[0])
        passed.add(at)
        at = far
    return at, used, passed


def inverse_size(inverse: Factor) -> Index:
    """The length of the axes of the matrix of which this is an entry of the inverse."""
    if inverse.head is None:
        raise TypeError("a sum is no entry of an inverse")
    return inverse.head.shape[0]


# ------------------------------------------------------------------------------------------------ at a free index


def clear_inverses(store: Store, poly: Poly) -> Poly:
    """A polynomial that vanishes iff this one does, with fewer inverses at free indices."""
    for _ in range(MAX_STEPS):
        for inverse, variable in free_inverses(store, poly):
            target = store.fresh(ZERO, inverse_size(inverse))
            cleared = times_inverse_of(store, poly, inverse, variable, target)
            if cleared is not None:
                poly = cleared
                break
        else:
            break
    return poly


def free_inverses(store: Store, poly: Poly, variables: Sequence[str] | None = None) -> Iterator[tuple[Factor, str]]:
    """Entries of inverses with a free index (one of ``variables``) that ranges over the whole axis; the inverse that
    was met last, and may hold others, comes first.
    """
    found: dict[tuple[int, int, str], tuple[Factor, str]] = {}
    for monomial in poly:
        for number, _ in monomial:
            factor = store.factors[number]
            for atom in atoms_of(store, factor):
                if atom.head is None or atom.head.kind != "inverse" or len(atom.head.shape) != 2:
                    continue
                for place, argument in enumerate(atom.arguments):
                    if isinstance(argument, str) and argument in (factor.free if variables is None else variables):
                        whole = store.ranges.get(argument) == (ZERO, atom.head.shape[0])
                        if whole and atom.arguments.count(argument) == 1:
                            found.setdefault((-atom.head.number, place, argument), (atom, argument))
    for key in sorted(found):
        yield found[key]


def times_inverse_of(store: Store, poly: Poly, inverse: Factor, variable: str, target: str) -> Poly | None:
    """``Σ_f N[target, f]·poly(f)`` for the matrix N of which ``inverse`` is an entry, f the ``variable`` in it.

    (Where f is its column, ``Σ_f poly(f)·N[f, target]``.) A product in which f stands in an entry of N⁻¹ alone loses
    that entry: ``Σ_f N[p,f]·N⁻¹[f,j] = [p == j]``. ``None`` where there is no such product.
    """
    head = inverse.head
    if head is None:
        raise TypeError("a sum is no entry of an inverse")
    position = inverse.arguments.index(variable)
    matrix = dict(head.polys[0])
    total: Poly = {}
    cancelled = False
    for monomial, coefficient in poly.items():
        term = _cancelled(store, monomial, head, position, variable, target)
        if term is None:
            row, column = (target, variable) if position == 0 else (variable, target)
            entry = at_axes(store, matrix, (row, column))
            whole = multiply(store, {monomial: 1}, entry)
            term = store.bind(store, whole, variable, ZERO, head.shape[0])
        else:
            cancelled = True
        add_into(total, term, coefficient)
    return total if cancelled else None


def _cancelled(store: Store, monomial: Monomial, head: Head, position: int, variable: str, target: str) -> Poly | None:
    holding = [(n, e) for n, e in monomial if variable in store.factors[n].free]
    if len(holding) != 1 or holding[0][1] != 1:
        return None
    factor = store.factors[holding[0][0]]
    rest = tuple((n, e) for n, e in monomial if n != factor.number)
    if factor.head is not None:
        delta = _delta(store, factor, head, position, variable, target)
        return None if delta is None else multiply(store, {rest: 1}, delta)
    body, names = open_component(store, factor)
    ((inside, _),) = body.items()
    if in_ranges(variable, (store.ranges[name] for name in names)):
        return None
    opened = _cancelled(store, inside, head, position, variable, target)
    if opened is None:
        return None
    return multiply(store, {rest: 1}, close_component(store, opened, names))


def _delta(store: Store, factor: Factor, head: Head, position: int, variable: str, target: str) -> Poly | None:
    if factor.head is not head or factor.arguments.count(variable) != 1:
        return None
    if factor.arguments[position] != variable:
        if not head.symmetries:
            return None
        position = 1 - position
    other = factor.arguments[1 - position]
    if not isinstance(other, str):
        return None
    return guard(store, "equal", var(target) - var(other))
