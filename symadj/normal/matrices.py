"""Entries of inverses, and determinants: atoms of the matrix, a polynomial in ``$k`` for its axes.

    inv(Aᵀ)[i,j] = inv(A)[j,i]       det(Aᵀ) = det(A)       Σ_j A[i,j]·inv(A)[j,k] = [i == k]

The matrix and its transpose share one head. The last rule holds for a matrix of plain entries; it is registered when
the inverse is first met, and applied to sums whose index stands in these two atoms alone.
"""

from __future__ import annotations

from symadj.normal.algebra import factor_poly
from symadj.normal.leaves import guard
from symadj.normal.store import Argument, Factor, Poly, Store, as_index, poly_key
from symadj.normal.substitution import substitute


def matrix_atom(store: Store, kind: str, matrix: Poly, arguments: tuple[Argument, ...], rank: int) -> Poly:
    """``inv(matrix)[arguments]`` (``kind`` "inverse") or ``det(matrix)`` ("determinant"), of a stack for rank > 2."""
    first, second = f"${rank - 2}", f"${rank - 1}"
    transposed = substitute(store, matrix, {first: second, second: first})
    key, other = poly_key(matrix), poly_key(transposed)
    if other < key:
        key = other
        if kind == "inverse":
            arguments = (*arguments[:-2], arguments[-1], arguments[-2])
    known = len(store.head_list)
    head = store.head(kind, "", (key,))
    head.arity = rank
    if kind == "inverse" and head.number == known and rank == 2:
        _register(store, head.number, dict(key))
    return factor_poly(store.atom(head, arguments))


def _register(store: Store, inverse: int, matrix: Poly) -> None:
    if len(matrix) != 1:
        return
    ((monomial, coefficient),) = matrix.items()
    if coefficient != 1 or len(monomial) != 1 or monomial[0][1] != 1:
        return
    entry = store.factors[monomial[0][0]]
    if entry.head is None or sorted(map(str, entry.arguments)) != ["$0", "$1"]:
        return
    head, turned = entry.head, entry.arguments[0] == "$1"

    def contract(store: Store, left: Factor, right: Factor, variable: str) -> Poly | None:
        for one, two in ((left, right), (right, left)):
            if one.head is not head or two.head is None or two.head.number != inverse:
                continue
            row, column = reversed(one.arguments) if turned else one.arguments
            top, side = two.arguments
            if column == top == variable and variable not in (row, side):
                return guard(store, "equal", as_index(row) - as_index(side))
            if row == side == variable and variable not in (column, top):
                return guard(store, "equal", as_index(column) - as_index(top))
        return None

    store.contractions.append(contract)
