"""Entries of inverses, and determinants: atoms of the matrix, a polynomial in ``$k`` for its axes.

A matrix is brought to a form first in which its rows and columns hold no entry of an inverse, and it is no product:

    inv(M) = R·inv(L·M·R)·L,  det(M) = det(L·M·R)/(det(L)·det(R))      for L, R that cancel inverses in M
    inv(P·Q) = inv(Q)·inv(P)                  det(P·Q) = det(P)·det(Q)
    inv(diag(d)) = diag(1/d)                  det(diag(d)) = Π d
    inv(c·M) = inv(M)/c                       det(c·M) = cⁿ·det(M)       for c > 0
    inv(Mᵀ)[i,j] = inv(M)[j,i]                det(Mᵀ) = det(M)
    det(M) = Σ_π sgn(π)·Π_a M[a,π(a)],  inv(M) = adj(M)/det(M)           for sizes up to 3 that are numbers
    det(M + u·vᵀ) = det(M)·(1 + vᵀ·inv(M)·u),   det(M + U·V) = det(M)·det(1 + V·inv(M)·U)     where det(M) ≠ 0 is known
    det(1 + U·V) = det(1 + V·U)

P, Q, L and R are square. An inverse stands where the matrix has one, so each rule holds wherever both sides are
defined. What is left is an atom; ``inverses`` cancels it against its matrix. Stacks of matrices are atoms at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from symadj.normal.algebra import add, add_into, factor_poly, multiply, whole
from symadj.normal.chains import COLUMN, ROW, identity, product, read_chain, segments
from symadj.normal.definite import is_definite
from symadj.normal.explicit import explicit_inverse, leibniz
from symadj.normal.folds import fold
from symadj.normal.integer_powers import integer_power
from symadj.normal.inverses import free_inverses, register, times_inverse_of
from symadj.normal.signs import is_positive, shared_content, zero
from symadj.normal.store import UNIT, Argument, Exponent, Poly, PolyKey, Store, poly_key
from symadj.normal.substitution import at_axes, substitute
from symadj.terms.index import ZERO, Index

MAX_STEPS = 12
MOST_EXPANDED = 3


def matrix_atom(
    store: Store, kind: str, matrix: Poly, arguments: tuple[Argument, ...], extents: tuple[Index, ...]
) -> Poly:
    """``inv(matrix)[arguments]`` (``kind`` "inverse") or ``det(matrix)`` ("determinant"); a stack has more than two
    axes.
    """
    key = (kind, poly_key(matrix), extents)
    form = store.matrix_forms.get(key)
    if form is None:
        with _axes(store, extents):
            number = extents[-1].value
            if number is not None and number <= MOST_EXPANDED:
                form = (
                    explicit_inverse(store, matrix, extents) if kind == "inverse" else leibniz(store, matrix, extents)
                )
            elif len(extents) != 2:
                form = _atom(store, kind, matrix, extents)
            elif kind == "inverse":
                form = _inverse(store, matrix, extents[0])
            else:
                form = _determinant(store, matrix, extents[0])
        store.matrix_forms[key] = form
    return at_axes(store, form, arguments) if arguments else dict(form)


@contextmanager
def _axes(store: Store, extents: tuple[Index, ...]) -> Iterator[None]:
    """``$k`` ranges over the axes of the matrix, whatever it stands for around."""
    names = [f"${k}" for k in range(len(extents))]
    saved = {name: store.ranges.get(name) for name in names}
    store.ranges.update((name, (ZERO, n)) for name, n in zip(names, extents, strict=True))
    try:
        yield
    finally:
        for name, ends in saved.items():
            if ends is None:
                store.ranges.pop(name, None)
            else:
                store.ranges[name] = ends


def _atom(store: Store, kind: str, matrix: Poly, extents: tuple[Index, ...]) -> Poly:
    """The atom of the matrix; it and its transpose share one head."""
    *stack, first, second = (f"${k}" for k in range(len(extents)))
    transposed = substitute(store, matrix, {first: second, second: first})
    key, other = poly_key(matrix), poly_key(transposed)
    turned = other < key
    head = store.head(kind, "", (min(key, other),), extents)
    is_new = not head.shape
    head.shape = extents
    if kind == "determinant":
        if len(extents) == 2 and is_definite(store, matrix, extents[0]):
            head.sign = "positive"
        return factor_poly(store.atom(head, tuple(stack)))
    if is_new and key == other:
        rank = len(extents)
        head.symmetries = (tuple(range(rank)), (*range(rank - 2), rank - 1, rank - 2))
    if is_new and len(extents) == 2:
        register(store, head, dict(head.polys[0]))
    return factor_poly(store.atom(head, (*stack, second, first) if turned else (*stack, first, second)))


# ------------------------------------------------------------------------------------------------ inverses


def _inverse(store: Store, matrix: Poly, size: Index) -> Poly:
    """The inverse as a polynomial in ``$0`` and ``$1``."""
    left, middle, right = _stripped(store, matrix, size)
    if left or right:
        return _product(store, [*right, _inverse(store, middle, size), *reversed(left)], size)
    content, rest = _content(store, matrix)
    if content != {UNIT: 1}:
        return multiply(store, _reciprocal(store, content), _inverse(store, rest, size))
    diagonal = _diagonal(store, matrix)
    if diagonal is not None:
        return multiply(store, identity(store), _reciprocal(store, diagonal))
    parts = _parts(store, matrix, size)
    if len(parts) > 1:
        return _product(store, [_inverse(store, part, size) for part in reversed(parts)], size)
    return _atom(store, "inverse", matrix, (size, size))


def _product(store: Store, matrices: Sequence[Poly], size: Index) -> Poly:
    return product(store, matrices, [size] * (len(matrices) - 1))


def _reciprocal(store: Store, poly: Poly) -> Poly:
    return store.raise_to(store, poly, -1)


def _stripped(store: Store, matrix: Poly, size: Index) -> tuple[list[Poly], Poly, list[Poly]]:
    """Matrices L and R and the middle one, ``L_k···L_1·M·R_1···R_l``: one in which no row and no column stands in an
    entry of an inverse that could be cancelled.
    """
    left: list[Poly] = []
    right: list[Poly] = []
    for _ in range(MAX_STEPS):
        for inverse, variable in free_inverses(store, matrix, (ROW, COLUMN)):
            target = store.fresh(ZERO, size)
            changed = times_inverse_of(store, matrix, inverse, variable, target)
            if changed is None or inverse.head is None:
                continue
            matrix = substitute(store, changed, {target: variable})
            factor = dict(inverse.head.polys[0])
            if (variable == ROW) != (inverse.arguments[0] == variable):
                factor = substitute(store, factor, {ROW: COLUMN, COLUMN: ROW})
            (left if variable == ROW else right).append(factor)
            break
        else:
            break
    return left, matrix, right


def _content(store: Store, matrix: Poly) -> tuple[Poly, Poly]:
    """A scalar that is a factor of every entry, and the matrix without it."""
    shared: dict[int, Exponent] | None = None
    for monomial in matrix:
        scalars = {n: e for n, e in monomial if not store.factors[n].free & {ROW, COLUMN}}
        shared = scalars if shared is None else {n: e for n, e in shared.items() if scalars.get(n) == e}
    taken = shared or {}
    number = matrix[min(matrix)] if matrix else 1
    rest: Poly = {}
    for monomial, coefficient in matrix.items():
        rest[tuple((n, e) for n, e in monomial if n not in taken)] = whole(Fraction(coefficient) / number)
    return {tuple(sorted(taken.items())): number}, rest


def _diagonal(store: Store, matrix: Poly) -> Poly | None:
    """The diagonal as a polynomial in ``$0``, where the matrix is a diagonal one."""
    delta, _ = next(iter(identity(store)))[0]
    total: Poly = {}
    for monomial, coefficient in matrix.items():
        rest = tuple((n, e) for n, e in monomial if n != delta)
        if rest == monomial:
            return None
        add_into(total, {rest: coefficient})
    return substitute(store, total, {COLUMN: ROW}) if total else None


def _parts(store: Store, matrix: Poly, size: Index) -> list[Poly]:
    """The square matrices whose product this is; itself alone, where it is none."""
    chain = read_chain(store, next(iter(matrix)), size) if len(matrix) == 1 else None
    if chain is None:
        return [matrix]
    parts: list[Poly] = []
    waiting: list[tuple[Poly, Index]] = []
    for segment in segments(store, chain):
        waiting.append(segment)
        if segment[1] == size:
            parts.append(product(store, [m for m, _ in waiting], [n for _, n in waiting[:-1]]))
            waiting = []
    return parts


# ------------------------------------------------------------------------------------------------ determinants


def _determinant(store: Store, matrix: Poly, size: Index) -> Poly:
    left, middle, right = _stripped(store, matrix, size)
    if left or right:
        total = _determinant(store, middle, size)
        for factor in (*left, *right):
            total = multiply(store, total, _reciprocal(store, _determinant(store, factor, size)))
        return total
    content, rest = _content(store, matrix)
    if content != {UNIT: 1}:
        power = integer_power(store, content, size)
        return multiply(store, power, _determinant(store, rest, size))
    diagonal = _diagonal(store, matrix)
    if diagonal is not None:
        return fold(store, "prod", diagonal, {UNIT: 1}, ((ROW, (ZERO, size)),))
    parts = _parts(store, matrix, size)
    if len(parts) > 1:
        total = {UNIT: 1}
        for part in parts:
            total = multiply(store, total, _determinant(store, part, size))
        return total
    updated = _rank_one(store, matrix, size) or _low_rank(store, matrix, size)
    if updated is not None:
        return updated
    return _cyclic(store, matrix, size)


def _rank_one(store: Store, matrix: Poly, size: Index) -> Poly | None:
    """``det(M + u·vᵀ) = det(M)·(1 + vᵀ·inv(M)·u)``, for the one such term in a sum, where M is known to be
    invertible.
    """
    outer = [m for m in matrix if not any({ROW, COLUMN} <= store.factors[n].free for n, _ in m)]
    if len(outer) != 1 or len(matrix) == 1:
        return None
    rest = {m: c for m, c in matrix.items() if m != outer[0]}
    determinant = _determinant(store, rest, size)
    if zero(store, determinant):
        return None
    u: Poly = {tuple((n, e) for n, e in outer[0] if COLUMN not in store.factors[n].free): matrix[outer[0]]}
    v: Poly = {tuple((n, e) for n, e in outer[0] if COLUMN in store.factors[n].free): 1}
    row, column = store.fresh(ZERO, size), store.fresh(ZERO, size)
    middle = at_axes(store, _inverse(store, rest, size), (row, column))
    form = multiply(store, at_axes(store, v, (COLUMN, row)), multiply(store, middle, at_axes(store, u, (column, ROW))))
    for name in (row, column):
        form = store.bind(store, form, name, ZERO, size)
    ratio = add({UNIT: 1}, form)
    if is_definite(store, matrix, size) and is_definite(store, rest, size):
        store.fixed_signs[poly_key(shared_content(store, ratio, lambda f: is_positive(store, f))[1])] = "positive"
    return multiply(store, determinant, ratio)


def _low_rank(store: Store, matrix: Poly, size: Index) -> Poly | None:
    """``det(M + U·V) = det(M)·det(1 + inv(M)·U·V)``, for the one product through another axis, where M is known to be
    invertible and not 1.
    """
    found = [m for m in matrix if (chain := read_chain(store, m, size)) is not None and set(chain.sizes) != {size}]
    rest = {m: c for m, c in matrix.items() if m not in found}
    if len(found) != 1 or not rest or rest == identity(store):
        return None
    determinant = _determinant(store, rest, size)
    if zero(store, determinant):
        return None
    factor = _product(store, [_inverse(store, rest, size), {found[0]: matrix[found[0]]}], size)
    return multiply(store, determinant, _cyclic(store, add(identity(store), factor), size))


def _cyclic(store: Store, matrix: Poly, size: Index) -> Poly:
    """The atom of the determinant; of ``1 + A·B···C``, with the product begun at the place that makes it least."""
    turned, length = _rotated(store, matrix, size)
    with _axes(store, (length, length)):
        return _atom(store, "determinant", turned, (length, length))


def _rotated(store: Store, matrix: Poly, size: Index) -> tuple[Poly, Index]:
    """``1 + A·B···C`` with the product begun at another place: all have one determinant."""
    unit = next(iter(identity(store)))
    rest = {m: c for m, c in matrix.items() if m != unit}
    chain = read_chain(store, next(iter(rest)), size) if len(rest) == 1 and matrix.get(unit) == 1 else None
    if chain is None:
        return matrix, size
    ((_, number),) = rest.items()
    parts = segments(store, chain)
    best: tuple[tuple[str, PolyKey], Poly, Index] | None = None
    for k in range(len(parts)):
        turned = [*parts[k:], *parts[:k]]
        length = turned[-1][1]
        with _axes(store, (length, length)):
            whole_product = product(store, [m for m, _ in turned], [n for _, n in turned[:-1]])
            candidate = add(identity(store), multiply(store, {chain.scalars: number}, whole_product))
            transposed = substitute(store, candidate, {ROW: COLUMN, COLUMN: ROW})
        rank = (str(length), min(poly_key(candidate), poly_key(transposed)))
        if best is None or rank < best[0]:
            best = (rank, candidate, length)
    return (matrix, size) if best is None else (best[1], best[2])
