"""Products of arrays: outer, inner, dot, vdot, kron; and the trace and diagonals."""

from __future__ import annotations

from symadj.arrays.array import SymbolicArray, elementwise, index_value, lift, make, matmul, numbers
from symadj.arrays.axes import read_axis
from symadj.arrays.binding import bind
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.reductions import over_axes
from symadj.arrays.shaping import ravel
from symadj.arrays.sizes import format_shape, is_nonnegative, split_index
from symadj.terms.index import ONE, ZERO, Index, var
from symadj.terms.nodes import ZERO_TERM, Call, Indicator, Select, Sum, Term, mul, same


def outer(builder: Builder, a: object, b: object) -> SymbolicArray:
    """``outer(a, b)[i,j] = a[i]*b[j]``; arrays of other ranks are flattened, as numpy does."""
    first, second = ravel(lift(builder, a)), ravel(lift(builder, b))
    return elementwise(builder, mul, first[:, None], second[None, :])


def inner(builder: Builder, a: object, b: object) -> SymbolicArray:
    """The Frobenius inner product: the sum of ``conj(a)*b`` over all entries (``a*b`` over the real field).

    Fails (``ArrayError``) when the shapes are not the same.
    """
    first, second = lift(builder, a), lift(builder, b)
    if first.shape != second.shape:
        raise ArrayError(f"inner of shapes {format_shape(first.shape)} and {format_shape(second.shape)}")
    products = elementwise(builder, mul, conjugate(first), second)
    return over_axes("sum", products, tuple(range(products.ndim)), False)


def vdot(builder: Builder, a: object, b: object) -> SymbolicArray:
    """As ``inner``, but arrays of different shapes are flattened first.

    Fails (``ArrayError``) when they have not the same number of entries.
    """
    first, second = lift(builder, a), lift(builder, b)
    numbers("vdot", first, second)
    if first.shape != second.shape:
        flat = ravel(first), ravel(second)
        if flat[0].shape != flat[1].shape:
            raise ArrayError(f"vdot of shapes {format_shape(first.shape)} and {format_shape(second.shape)}")
        first, second = flat
    return inner(builder, first, second)


def conjugate(array: SymbolicArray) -> SymbolicArray:
    """``conj`` of each entry over the complex field; the array itself over the real one."""
    if not array.builder.complex:
        return array
    return elementwise(array.builder, lambda term: Call("conj", (term,)), array)


def dot(builder: Builder, a: object, b: object) -> SymbolicArray:
    """numpy's dot: of scalars ``*``, of vectors and matrices ``@``; else the last axis of ``a`` with the last but one
    of ``b``.

    Fails (``ArrayError``) when the summed sizes are different polynomials.
    """
    first, second = lift(builder, a), lift(builder, b)
    numbers("dot", first, second)
    if not first.ndim or not second.ndim:
        return first * second
    if first.ndim <= 2 and second.ndim <= 2:
        return matmul(builder, first, second)
    along = second.ndim - 2 if second.ndim > 1 else 0
    length = first.shape[-1]
    if length != second.shape[along]:
        shapes = f"{format_shape(first.shape)} and {format_shape(second.shape)}"
        raise ArrayError(f"dot of shapes {shapes}: {length} and {second.shape[along]} differ")
    name, rank = builder.fresh(), first.ndim - 1

    def entry(subscripts: tuple[Index, ...]) -> Term:
        left, right = subscripts[:rank], subscripts[rank:]
        factors = first.entry((*left, var(name))), second.entry((*right[:along], var(name), *right[along:]))
        return bind(Sum, builder, [(name, length)], mul(*factors))

    return make(builder, (*first.shape[:-1], *second.shape[:along], *second.shape[along + 1 :]), entry)


def kron(builder: Builder, a: object, b: object) -> SymbolicArray:
    """The Kronecker product: ``kron(A, B)[u,v] = A[u//p, v//q]*B[u%p, v%q]``; missing axes in front have size 1."""
    first, second = lift(builder, a), lift(builder, b)
    rank = first.ndim if first.ndim > second.ndim else second.ndim
    outside, inside = ((ONE,) * (rank - x.ndim) + x.shape for x in (first, second))

    def entry(subscripts: tuple[Index, ...]) -> Term:
        pairs = [split_index(u, (m, p)) for u, m, p in zip(subscripts, outside, inside, strict=True)]
        left = [above for above, _ in pairs][rank - first.ndim :]
        right = [below for _, below in pairs][rank - second.ndim :]
        return mul(first.entry(left), second.entry(right))

    return make(builder, tuple(m * p for m, p in zip(outside, inside, strict=True)), entry)


def trace(builder: Builder, a: object, offset: object = 0, axis1: object = 0, axis2: object = 1) -> SymbolicArray:
    """The sum of a diagonal: ``trace(A) = sum(A[i,i] for i in range(n))``.

    Fails (``ArrayError``) for fewer than two axes, and when it is not known which size ends the diagonal.
    """
    diagonal = _diagonal(lift(builder, a), "trace", offset, axis1, axis2)
    return over_axes("sum", diagonal, (diagonal.ndim - 1,), False)


def diag(builder: Builder, v: object, k: object = 0) -> SymbolicArray:
    """The matrix with ``v`` on its ``k``-th diagonal; of a matrix, its ``k``-th diagonal.

    - ``diag(v)[i,j] = v[i]*(i == j)``;  ``diag(A)[i] = A[i,i]``.

    Fails (``ArrayError``) for other ranks, and when it is not known which size ends the diagonal.
    """
    array = lift(builder, v)
    if array.ndim == 2:
        return _diagonal(array, "diag", k, 0, 1)
    if array.ndim != 1:
        raise ArrayError(f"diag of an array of shape {format_shape(array.shape)}")
    offset = index_value(k, "a diagonal")
    down = not is_nonnegative(offset, builder.integers)
    if down and not is_nonnegative(-offset, builder.integers):
        raise ArrayError(f"the sign of the diagonal {offset} is not known")
    side = array.shape[0] + (-offset if down else offset)

    def entry(subscripts: tuple[Index, ...]) -> Term:
        row, column = subscripts
        value = array.entry((column if down else row,))
        condition = same(row + offset, column)
        return mul(value, Indicator(condition)) if offset == ZERO else Select(condition, value, ZERO_TERM)

    return make(builder, (side, side), entry)


def _diagonal(array: SymbolicArray, what: str, k: object, axis1: object, axis2: object) -> SymbolicArray:
    """The ``k``-th diagonal of two axes, as the last axis."""
    shape = format_shape(array.shape)
    if array.ndim < 2:
        raise ArrayError(f"{what} of an array of shape {shape} needs two axes")
    first, second = read_axis(array, axis1), read_axis(array, axis2)
    if first == second:
        raise ArrayError(f"{what} of an array of shape {shape} needs two different axes")
    offset, integers = index_value(k, "a diagonal"), array.builder.integers
    down = not is_nonnegative(offset, integers)
    if down and not is_nonnegative(-offset, integers):
        raise ArrayError(f"the sign of the diagonal {offset} is not known")
    start = (-offset, ZERO) if down else (ZERO, offset)
    rows, columns = array.shape[first] - start[0], array.shape[second] - start[1]
    if is_nonnegative(columns - rows, integers):
        length = rows
    elif is_nonnegative(rows - columns, integers):
        length = columns
    else:
        raise ArrayError(f"{what} of shape {shape}: it is not known whether {rows} or {columns} ends the diagonal")
    length = ZERO if is_nonnegative(-length, integers) else length
    kept = [axis for axis in range(array.ndim) if axis not in (first, second)]

    def entry(subscripts: tuple[Index, ...]) -> Term:
        place = dict(zip(kept, subscripts[:-1], strict=True))
        place |= {first: subscripts[-1] + start[0], second: subscripts[-1] + start[1]}
        return array.entry([place[axis] for axis in range(array.ndim)])

    diagonal = make(array.builder, (*(array.shape[axis] for axis in kept), length), entry)
    return SymbolicArray(diagonal.shape, diagonal.indices, diagonal.body, diagonal.builder, array.boolean)
