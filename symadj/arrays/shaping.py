"""Axes exchanged, reversed and flattened; triangles; rolls."""

from __future__ import annotations

from symadj.arrays.array import SymbolicArray, index_value, lift, make, share
from symadj.arrays.axes import read_axes, read_axis
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import format_shape, is_nonnegative, product, split_index
from symadj.terms.index import ZERO, Index, remainder
from symadj.terms.nodes import IndexCondition, Indicator, Select, Term, at_most, less, mul

# A roll is written out by cases up to this many wraps round the axis.
WRAPS = 4


def transpose(builder: Builder, a: object, axes: object = None) -> SymbolicArray:
    """The axes in the order ``axes``, by default reversed. Fails (``ArrayError``) unless each axis is named once."""
    array = lift(builder, a)
    if axes is None:
        return array.T
    order = read_axes(array, axes)
    if len(order) != array.ndim:
        raise ArrayError(f"transpose of shape {format_shape(array.shape)} needs {array.ndim} axes, not {order}")
    return _reordered(array, order)


def swapaxes(builder: Builder, a: object, axis1: object, axis2: object) -> SymbolicArray:
    """Two axes exchanged."""
    array = lift(builder, a)
    first, second = read_axis(array, axis1), read_axis(array, axis2)
    order = list(range(array.ndim))
    order[first], order[second] = second, first
    return _reordered(array, tuple(order))


def _reordered(array: SymbolicArray, order: tuple[int, ...]) -> SymbolicArray:
    return SymbolicArray(
        tuple(array.shape[axis] for axis in order),
        tuple(array.indices[axis] for axis in order),
        array.body,
        array.builder,
        array.boolean,
    )


def ravel(array: SymbolicArray) -> SymbolicArray:
    """All entries along one axis, in numpy's order: the last axis runs fastest."""
    if array.ndim == 1:
        return array
    return make(
        array.builder,
        (product(array.shape),),
        lambda subscripts: array.entry(split_index(subscripts[0], array.shape)),
        boolean=array.boolean,
    )


def flip(builder: Builder, m: object, axis: object = None) -> SymbolicArray:
    """The entries in reverse order along ``axis``: ``flip(x)[i] = x[n-1-i]``; by default along all axes."""
    array = lift(builder, m)
    axes = read_axes(array, axis)
    return array[tuple(slice(None, None, -1) if k in axes else slice(None) for k in range(array.ndim))]


def tril(builder: Builder, m: object, k: object = 0) -> SymbolicArray:
    """The entries on and below the ``k``-th diagonal of the last two axes: ``tril(A)[i,j] = (j <= i)*A[i,j]``."""
    return _triangle(lift(builder, m), "tril", index_value(k, "a diagonal"))


def triu(builder: Builder, m: object, k: object = 0) -> SymbolicArray:
    """The entries on and above the ``k``-th diagonal of the last two axes: ``triu(A)[i,j] = (i <= j)*A[i,j]``."""
    return _triangle(lift(builder, m), "triu", index_value(k, "a diagonal"))


def _triangle(array: SymbolicArray, what: str, k: Index) -> SymbolicArray:
    if not array.ndim:
        raise ArrayError(f"{what} of a scalar")
    # numpy broadcasts a vector against the square mask.
    shape = array.shape if array.ndim > 1 else array.shape * 2

    def entry(subscripts: tuple[Index, ...]) -> Term:
        row, column = subscripts[-2:]
        mask: IndexCondition = at_most(column, row + k) if what == "tril" else at_most(row + k, column)
        return mul(Indicator(mask), array.entry(subscripts[-array.ndim :]))

    return make(array.builder, shape, entry)


def roll(builder: Builder, a: object, shift: object, axis: object = None) -> SymbolicArray:
    """The entries moved on by ``shift`` along ``axis``, round the end.

    - ``roll(x, s)[i] = x[(i - s) % n]``, by cases where few wraps are possible: ``x[i-1] if i >= 1 else x[i-1+n]``.

    ``shift`` and ``axis`` may be tuples of the same length, or one of them a tuple. Fails (``ArrayError``) for tuples
    of different lengths, and for an array of more than one axis that numpy would flatten.
    """
    array = lift(builder, a)
    if axis is None and array.ndim != 1:
        raise ArrayError(f"roll of shape {format_shape(array.shape)} needs an axis")
    axes = tuple(axis) if isinstance(axis, tuple | list) else (0 if axis is None else axis,)
    shifts = tuple(shift) if isinstance(shift, tuple | list) else (shift,)
    if len(shifts) != len(axes) and 1 not in (len(shifts), len(axes)):
        raise ArrayError(f"roll by {len(shifts)} shifts along {len(axes)} axes")
    if len(shifts) == 1:
        shifts *= len(axes)
    elif len(axes) == 1:
        axes *= len(shifts)
    for one_shift, one_axis in zip(shifts, axes, strict=True):
        array = _rolled(array, index_value(one_shift, "a shift"), read_axis(array, one_axis))
    return array


def _rolled(array: SymbolicArray, shift: Index, axis: int) -> SymbolicArray:
    length, builder = array.shape[axis], array.builder
    if length.value and shift.value is not None:
        # The short way round.
        shift = shift + (-(shift.value // length.value) * length.value)
    forward = is_nonnegative(shift, builder.integers)
    wraps = _wraps(shift if forward else -shift, length, builder.integers)
    if wraps:
        array = share(array, "roll")

    def entry(subscripts: tuple[Index, ...]) -> Term:
        def at(place: Index) -> Term:
            return array.entry((*subscripts[:axis], place, *subscripts[axis + 1 :]))

        place = subscripts[axis] - shift
        if wraps is None:
            return at(remainder(place, length))
        step = length if forward else -length
        result = at(place + step * wraps)
        for count in reversed(range(wraps)):
            there = place + step * count
            inside = at_most(ZERO, there) if forward else less(there, length)
            result = Select(inside, at(there), result)
        return result

    return make(builder, array.shape, entry)


def _wraps(shift: Index, length: Index, integers: frozenset[str]) -> int | None:
    """How often a place moved by ``shift >= 0`` may need the length added to be in range; None when not bounded."""
    if not is_nonnegative(shift, integers):
        return None
    for wraps in range(WRAPS + 1):
        if is_nonnegative(length * wraps - shift, integers):
            return wraps
    # An axis that has a place at all has a size of at least 1.
    return shift.value if shift.value is not None and shift.value <= WRAPS else None
