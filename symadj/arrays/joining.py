"""Arrays put together: concatenate, stack, pad. An entry is selected by its place, so each part is read only inside."""

from __future__ import annotations

from collections.abc import Sequence

from symadj.arrays.array import SymbolicArray, index_value, lift, make
from symadj.arrays.axes import read_axis
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import Shape, format_shape, is_negative
from symadj.terms.index import ONE, ZERO, Index
from symadj.terms.nodes import All, Condition, Select, Term, at_most, less


def _read_arrays(builder: Builder, what: str, arrays: object) -> list[SymbolicArray]:
    if not isinstance(arrays, tuple | list):
        raise ArrayError(f"{what} takes a list of arrays")
    if not arrays:
        raise ArrayError(f"{what} of no arrays")
    return [lift(builder, array) for array in arrays]


def _shapes(arrays: Sequence[SymbolicArray]) -> str:
    return " and ".join(format_shape(array.shape) for array in arrays)


def _append(arrays: Sequence[SymbolicArray], shape: Shape, axis: int) -> SymbolicArray:
    """The arrays one after the other along ``axis``."""
    ends, total = [], ZERO
    for array in arrays:
        total = total + array.shape[axis]
        ends.append(total)

    def entry(subscripts: tuple[Index, ...]) -> Term:
        place = subscripts[axis]

        def read(array: SymbolicArray, end: Index) -> Term:
            inside = place - (end - array.shape[axis])
            return array.entry((*subscripts[:axis], inside, *subscripts[axis + 1 :]))

        result = read(arrays[-1], ends[-1])
        for array, end in zip(reversed(arrays[:-1]), reversed(ends[:-1]), strict=True):
            result = Select(less(place, end), read(array, end), result)
        return result

    return make(arrays[0].builder, (*shape[:axis], total, *shape[axis + 1 :]), entry)


def concatenate(builder: Builder, arrays: object, axis: object = 0) -> SymbolicArray:
    """The arrays one after the other along ``axis``: ``concatenate([x, y])[i] = x[i] if i < n else y[i-n]``.

    Fails (``ArrayError``) for scalars, and when the other sizes are different polynomials.
    """
    parts = _read_arrays(builder, "concatenate", arrays)
    if not parts[0].ndim or any(part.ndim != parts[0].ndim for part in parts):
        raise ArrayError(f"concatenate of shapes {_shapes(parts)}: as many axes each, and one at least")
    along = read_axis(parts[0], axis)
    others = {(*part.shape[:along], *part.shape[along + 1 :]) for part in parts}
    if len(others) > 1:
        raise ArrayError(f"concatenate of shapes {_shapes(parts)} along axis {along}: the other sizes differ")
    return _append(parts, parts[0].shape, along)


def stack(builder: Builder, arrays: object, axis: object = 0) -> SymbolicArray:
    """The arrays, all of one shape, along a new axis: ``stack([x, y])[k,i] = x[i] if k < 1 else y[i]``.

    Fails (``ArrayError``) when the shapes are not the same.
    """
    parts = _read_arrays(builder, "stack", arrays)
    if any(part.shape != parts[0].shape for part in parts):
        raise ArrayError(f"stack of shapes {_shapes(parts)}: all must be the same")
    along = read_axis(parts[0], axis, parts[0].ndim + 1)
    opened = [part[(*(slice(None),) * along, None)] for part in parts]
    shape = (*parts[0].shape[:along], ONE, *parts[0].shape[along:])
    return _append(opened, shape, along)


def pad(
    builder: Builder, array: object, pad_width: object, mode: object = "constant", constant_values: object = 0
) -> SymbolicArray:
    """The array with ``pad_width`` more entries, all ``constant_values``, around it.

    ``pad_width`` is one number for both ends of all axes, a pair ``(before, after)`` for all axes, or a pair for each.

    - ``pad(x, (p, q))[i] = x[i-p] if 0 <= i-p < n else 0``.

    Fails (``ArrayError``) for another mode than ``"constant"``, negative widths, and a number of pairs that is not that
    of the axes.
    """
    inner = lift(builder, array)
    if mode != "constant":
        raise ArrayError(f"pad with mode {mode!r} is not supported: only 'constant'")
    fill = lift(builder, constant_values)
    if fill.ndim:
        raise ArrayError("pad takes one scalar as constant_values")
    widths = _widths(inner, pad_width)
    shape = tuple(before + length + after for length, (before, after) in zip(inner.shape, widths, strict=True))

    def entry(subscripts: tuple[Index, ...]) -> Term:
        places = tuple(place - before for place, (before, _) in zip(subscripts, widths, strict=True))
        guards: list[Condition] = []
        for place, length, (before, after) in zip(places, inner.shape, widths, strict=True):
            guards += [at_most(ZERO, place)] if before != ZERO else []
            guards += [less(place, length)] if after != ZERO else []
        value = inner.entry(places)
        if not guards:
            return value
        return Select(guards[0] if len(guards) == 1 else All(tuple(guards)), value, fill.body)

    return make(builder, shape, entry)


def _widths(array: SymbolicArray, pad_width: object) -> list[tuple[Index, Index]]:
    parts = list(pad_width) if isinstance(pad_width, tuple | list) else [pad_width]
    if not any(isinstance(part, tuple | list) for part in parts):
        parts = [parts]
    pairs = [_pair(part) for part in parts]
    if len(pairs) == 1:
        pairs = pairs * array.ndim
    if len(pairs) != array.ndim:
        raise ArrayError(f"{len(pairs)} pairs of pad widths for an array of shape {format_shape(array.shape)}")
    integers = array.builder.integers
    if any(is_negative(width, integers) for pair in pairs for width in pair):
        raise ArrayError(f"negative pad widths for an array of shape {format_shape(array.shape)}")
    return pairs


def _pair(part: object) -> tuple[Index, Index]:
    ends = list(part) if isinstance(part, tuple | list) else [part]
    if len(ends) not in (1, 2):
        raise ArrayError(f"a pad width is (before, after), not {len(ends)} numbers")
    widths = [index_value(end, "a pad width") for end in ends]
    return widths[0], widths[-1]
