"""Matrices that are seen to be positive definite: their determinant is positive.

    M = Σ Bᵀ·B + Σ u·uᵀ + diag(d),  with positive coefficients, d >= 0, and one d > 0

Over the reals. Complete for sums of such terms as they stand in the normal form; ``A`` with ``A > 0`` assumed is none.
"""

from __future__ import annotations

from symadj.normal.chains import COLUMN, ROW, identity, read_chain
from symadj.normal.signs import poly_sign
from symadj.normal.store import Monomial, Poly, Store
from symadj.normal.substitution import substitute
from symadj.terms.index import Index


def is_definite(store: Store, matrix: Poly, size: Index) -> bool:
    """Whether the matrix is seen to be positive definite."""
    if store.complex:
        return False
    delta, _ = next(iter(identity(store)))[0]
    strictly = False
    for monomial, coefficient in matrix.items():
        if coefficient <= 0:
            return False
        exponents = dict(monomial)
        if exponents.pop(delta, None) is not None:
            sign = poly_sign(store, {tuple(exponents.items()): 1})
            if sign is None:
                return False
            strictly = strictly or sign == "positive"
        elif not (_is_gram(store, monomial, size) or _is_dyad(store, monomial)):
            return False
    return strictly


def _is_gram(store: Store, monomial: Monomial, size: Index) -> bool:
    """``c·B·diag(d)·Bᵀ`` with c and d not negative, B a product of matrices."""
    chain = read_chain(store, monomial, size)
    if chain is None or len(chain.links) % 2 or poly_sign(store, {chain.scalars: 1}) is None:
        return False
    weights = [*(link.weights for link in chain.links), chain.last]
    middle = weights.pop(len(chain.links) // 2)
    if any(weights) or poly_sign(store, {middle: 1}) is None:
        return False
    return all(
        link.head is other.head and link.turned != other.turned
        for link, other in zip(chain.links, reversed(chain.links), strict=True)
    )


def _is_dyad(store: Store, monomial: Monomial) -> bool:
    """``c·u·uᵀ`` with c not negative."""
    row = tuple((n, e) for n, e in monomial if ROW in store.factors[n].free)
    column = tuple((n, e) for n, e in monomial if COLUMN in store.factors[n].free)
    rest = tuple((n, e) for n, e in monomial if (n, e) not in row and (n, e) not in column)
    if not row or set(row) & set(column) or poly_sign(store, {rest: 1}) is None:
        return False
    return substitute(store, {row: 1}, {ROW: COLUMN}) == {column: 1}
