"""Axis arguments as numpy reads them."""

from __future__ import annotations

from symadj.arrays.array import SymbolicArray, integer
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import format_shape


def read_axis(array: SymbolicArray, axis: object, rank: int | None = None) -> int:
    """``axis`` counted from 0, of an array with ``rank`` axes (default: those it has).

    Fails (``ArrayError``) when there is no such axis.
    """
    number, count = integer(axis, "an axis"), array.ndim if rank is None else rank
    if not -count <= number < count:
        raise ArrayError(f"axis {number} of an array of shape {format_shape(array.shape)}")
    return number % count


def read_axes(array: SymbolicArray, axes: object) -> tuple[int, ...]:
    """One axis or a tuple of them, counted from 0, in the order given; ``None`` is all axes.

    Fails (``ArrayError``) when there is no such axis, or one is repeated.
    """
    if axes is None:
        return tuple(range(array.ndim))
    given = axes if isinstance(axes, tuple | list) else (axes,)
    read = tuple(read_axis(array, axis) for axis in given)
    if len(set(read)) != len(read):
        raise ArrayError(f"an axis is repeated in {read} of an array of shape {format_shape(array.shape)}")
    return read
