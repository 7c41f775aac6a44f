"""Determinants and inverses of matrices whose size is a small number, written out.

    det(M) = Σ_π sgn(π)·Π_a M[a, π(a)]                 inv(M)[i,j] = Σ_{a,b} [i == a]·[j == b]·cofactor(b, a)/det(M)

A matrix is a polynomial in ``$k`` for its axes; those of a stack come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from symadj.normal.algebra import add_into, multiply
from symadj.normal.leaves import guard
from symadj.normal.store import UNIT, Poly, Store
from symadj.normal.substitution import at_axes
from symadj.terms.index import Index, constant, var


def leibniz(store: Store, matrix: Poly, extents: tuple[Index, ...]) -> Poly:
    """The determinant, for each matrix of a stack; the last extent is a number."""
    places = range(extents[-1].value or 0)
    return _minor(store, matrix, extents, places, places)


def explicit_inverse(store: Store, matrix: Poly, extents: tuple[Index, ...]) -> Poly:
    """The inverse, for each matrix of a stack, through its cofactors; the last extent is a number."""
    places = range(extents[-1].value or 0)
    row, column = (var(f"${k}") for k in range(len(extents) - 2, len(extents)))
    adjugate: Poly = {}
    for a in places:
        for b in places:
            rows, columns = [k for k in places if k != b], [k for k in places if k != a]
            at = multiply(store, guard(store, "equal", row - a), guard(store, "equal", column - b))
            entry = multiply(store, at, _minor(store, matrix, extents, rows, columns))
            add_into(adjugate, entry, -1 if (a + b) % 2 else 1)
    return multiply(store, adjugate, store.raise_to(store, leibniz(store, matrix, extents), -1))


def _minor(store: Store, matrix: Poly, extents: tuple[Index, ...], rows: Sequence[int], columns: Sequence[int]) -> Poly:
    """The determinant of some rows and columns."""
    stack = tuple(f"${k}" for k in range(len(extents) - 2))
    total: Poly = {}
    for order in permutations(range(len(columns))):
        product: Poly = {UNIT: 1}
        for row, place in zip(rows, order, strict=True):
            entry = at_axes(store, matrix, (*stack, constant(row), constant(columns[place])))
            product = multiply(store, product, entry)
        add_into(total, product, _sign(order))
    return total


def _sign(order: Sequence[int]) -> int:
    inversions = sum(order[a] > order[b] for a in range(len(order)) for b in range(a + 1, len(order)))
    return -1 if inversions % 2 else 1
