"""Products of matrices, read off a monomial: ``Σ_k A[i,k]·d[k]·B[j,k]`` is ``A·diag(d)·Bᵀ``.

A matrix is a polynomial in ``$0`` (its row) and ``$1`` (its column). The product as a whole is square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symadj.normal.algebra import factor_poly, multiply
from symadj.normal.leaves import guard
from symadj.normal.store import Argument, Exponent, Factor, Head, Monomial, Poly, Store
from symadj.normal.substitution import at_axes, open_component
from symadj.terms.index import ZERO, Index, var

ROW, COLUMN = "$0", "$1"


@dataclass(frozen=True, slots=True)
class Link:
    """One matrix of a product; ``turned`` where it is transposed. ``weights`` is the diagonal matrix in front of it, a
    product of factors in ``$0``.
    """

    head: Head
    turned: bool
    weights: Monomial

    def ends(self, factor: Factor) -> tuple[Argument, Argument]:
        """Row and column of the link, of an atom of its head."""
        first, second = factor.arguments
        return (second, first) if self.turned else (first, second)


@dataclass(frozen=True, slots=True)
class Chain:
    """A product of matrices, from the row to the column, times ``scalars``; ``last`` is the diagonal at its end.

    ``sizes`` are the lengths of the axes: of the row, between the links, of the column.
    """

    links: tuple[Link, ...]
    last: Monomial
    sizes: tuple[Index, ...]
    scalars: Monomial

    @property
    def is_plain(self) -> bool:
        """Whether there is no diagonal matrix in it, and no scalar."""
        return not self.scalars and not self.last and not any(link.weights for link in self.links)


def read_chain(store: Store, monomial: Monomial, size: Index) -> Chain | None:
    """The monomial as a product of matrices, with ``size`` rows and columns; ``None`` where it is none.

    Complete for products in which each matrix stands as atoms with two plain subscripts, and each summed index ties
    two of them.
    """
    scalars: list[tuple[int, Exponent]] = []
    atoms: list[tuple[Factor, Exponent]] = []
    vertices = {ROW: size, COLUMN: size}
    for number, exponent in monomial:
        factor = store.factors[number]
        if not factor.free & {ROW, COLUMN}:
            scalars.append((number, exponent))
        elif factor.head is not None:
            atoms.append((factor, exponent))
        elif exponent == 1 and len(vertices) == 2:
            body, names = open_component(store, factor)
            for name in names:
                lower, vertices[name] = store.ranges[name]
                if lower.terms or vertices[name].variables():
                    return None
            ((inside, _),) = body.items()
            atoms += [(store.factors[n], e) for n, e in inside]
        else:
            return None
    return _walked(store, atoms, vertices, tuple(scalars))


def _walked(
    store: Store, atoms: Sequence[tuple[Factor, Exponent]], vertices: dict[str, Index], scalars: Monomial
) -> Chain | None:
    edges: dict[str, list[tuple[Factor, str]]] = {v: [] for v in vertices}
    weights: dict[str, list[tuple[Factor, Exponent]]] = {v: [] for v in vertices}
    for factor, exponent in atoms:
        ends = [a for a in factor.arguments if isinstance(a, str) and a in vertices]
        if len(ends) != len(factor.arguments) or not ends:
            return None
        if len(set(ends)) == 1:
            weights[ends[0]].append((factor, exponent))
        elif len(ends) == 2 and exponent == 1:
            edges[ends[0]].append((factor, ends[1]))
            edges[ends[1]].append((factor, ends[0]))
        else:
            return None
    links: list[Link] = []
    at, seen = ROW, [ROW]
    used: set[int] = set()
    while at != COLUMN:
        following = [(f, to) for f, to in edges[at] if f.number not in used]
        if len(following) != 1 or following[0][1] in seen:
            return None
        ((factor, to),) = following
        if factor.head is None:
            return None
        links.append(Link(factor.head, factor.arguments[0] != at, _at_row(store, weights[at], at)))
        used.add(factor.number)
        seen.append(to)
        at = to
    if len(seen) != len(vertices) or len(used) != sum(map(len, edges.values())) // 2:
        return None
    sizes = tuple(vertices[v] for v in seen)
    return Chain(tuple(links), _at_row(store, weights[COLUMN], COLUMN), sizes, scalars)


def _at_row(store: Store, weights: Sequence[tuple[Factor, Exponent]], at: str) -> Monomial:
    """The weights of a vertex, in ``$0``."""
    found = []
    for factor, exponent in weights:
        if factor.head is None:
            raise TypeError("a weight is an atom")
        renamed = store.atom(factor.head, tuple(ROW if a == at else a for a in factor.arguments))
        found.append((renamed.number, exponent))
    return tuple(sorted(found))


def identity(store: Store) -> Poly:
    """The identity matrix."""
    return guard(store, "equal", var(ROW) - var(COLUMN))


def product(store: Store, matrices: Sequence[Poly], sizes: Sequence[Index]) -> Poly:
    """The product of matrices, in their order; ``sizes`` are the lengths of the axes between them. Of none, the
    identity.
    """
    if not matrices:
        return identity(store)
    total = matrices[0]
    for matrix, size in zip(matrices[1:], sizes, strict=True):
        middle = store.fresh(ZERO, size)
        left, right = at_axes(store, total, (ROW, middle)), at_axes(store, matrix, (middle, COLUMN))
        total = store.bind(store, multiply(store, left, right), middle, ZERO, size)
    return total


def segments(store: Store, chain: Chain) -> list[tuple[Poly, Index]]:
    """The matrices of the chain (a diagonal matrix is one), each with the length of the axis after it; no scalars."""
    found: list[tuple[Poly, Index]] = []
    for link, before, after in zip(chain.links, chain.sizes, chain.sizes[1:], strict=False):
        if link.weights:
            found.append((_diagonal(store, link.weights), before))
        found.append((factor_poly(store.atom(link.head, (COLUMN, ROW) if link.turned else (ROW, COLUMN))), after))
    if chain.last:
        found.append((_diagonal(store, chain.last), chain.sizes[-1]))
    return found


def _diagonal(store: Store, weights: Monomial) -> Poly:
    return multiply(store, identity(store), {weights: 1})
