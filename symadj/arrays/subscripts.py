"""What stands in the brackets of an array: integers, slices, ``None``, ``...`` and integer arrays, as numpy reads them.

A subscript turns a shape into a new shape and, for each entry of the new array, the subscripts of the old one: a
``Selection``. Sizes may be symbolic, so slices are read affinely (see ``slice_axis``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import EllipsisType

from symadj.arrays.broadcasting import broadcast_shapes, broadcast_subscripts
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import Shape, format_shape, is_negative, is_nonnegative
from symadj.terms.index import ONE, ZERO, Index, constant, floor_div

Subscripts = tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Gather:
    """A subscript that is an integer array: its shape, and its entry for subscripts of its own."""

    shape: Shape
    entry: Callable[[Subscripts], Index]


@dataclass(frozen=True, slots=True)
class Slice:
    """``start:stop:step`` with ends that are integer expressions."""

    start: Index | None = None
    stop: Index | None = None
    step: Index | None = None


Part = Index | Slice | Gather | None


@dataclass(frozen=True, slots=True)
class Selection:
    """The shape of the selected array, and where the old array is read for subscripts of the new one."""

    shape: Shape
    read: Callable[[Subscripts], Subscripts]


def position(index: Index, length: Index, integers: frozenset[str] = frozenset()) -> Index:
    """``index``, counted from the end where it is negative for all sizes.

    Fails (``ArrayError``) where it is 0 for some sizes and negative for the others, as ``-s`` for ``s >= 0`` is: numpy
    would count it from the start and from the end.
    """
    if is_negative(index, integers):
        return length + index
    if index != ZERO and is_nonnegative(-index, integers):
        raise ArrayError(f"{index} may be 0 or negative, so it is not known from which end it counts: add {length}")
    return index


def at_axis(index: Index, length: Index, shape: Shape, integers: frozenset[str] = frozenset()) -> Index:
    """The integer subscript ``index`` of an axis; fails (``ArrayError``) where it is out of range for every size."""
    place = position(index, length, integers)
    if is_negative(place, integers) or is_nonnegative(place - length, integers):
        raise ArrayError(f"subscript {index} is outside the axis of size {length} of shape {format_shape(shape)}")
    return place


def slice_axis(part: Slice, length: Index, integers: frozenset[str] = frozenset()) -> tuple[Index, Index, Index]:
    """The size of ``part`` of an axis of size ``length``, its first place, and its step.

    With numbers only this is numpy's rule. With a symbolic size no end is clipped: ``[2:]`` has size ``n - 2`` and
    ``[:2]`` size 2, and an entry that does not exist is found by the check of all entries.

    Fails (``ArrayError``) for a step of 0, or of unknown sign.

    >>> from symadj.terms.index import size
    >>> [str(part) for part in slice_axis(Slice(step=constant(-1)), size("n"))]
    ['n', 'n - 1', '-1']
    """
    step = ONE if part.step is None else part.step
    backward = is_negative(step, integers)
    if not backward and not is_nonnegative(step - 1, integers):
        raise ArrayError(f"a slice step must be known to be positive or negative, not {step}")
    exact = _numbers(part, length)
    if exact is not None:
        return exact
    first = position(part.start, length, integers) if part.start is not None else length - 1 if backward else ZERO
    last = constant(-1) if backward else length
    end = last if part.stop is None else position(part.stop, length, integers)
    distance, stride = (first - end, -step) if backward else (end - first, step)
    extent = distance if stride == ONE else floor_div(distance + stride - 1, stride)
    return (ZERO if is_nonnegative(-distance, integers) else extent), first, step


def _numbers(part: Slice, length: Index) -> tuple[Index, Index, Index] | None:
    ends = [end if end is None else end.value for end in (part.start, part.stop, part.step)]
    symbolic = any(end is not None and end.value is None for end in (part.start, part.stop, part.step))
    if length.value is None or symbolic:
        return None
    places = range(length.value)[slice(*ends)]
    return constant(len(places)), constant(places.start), constant(places.step)


def select(shape: Shape, key: Sequence[Part | EllipsisType], integers: frozenset[str] = frozenset()) -> Selection:
    """What ``array[key]`` selects from an array of ``shape``.

    - an integer drops its axis, a slice keeps it, ``None`` adds one of size 1, ``...`` stands for all axes not named;
    - integer arrays are broadcast together (and with the integers); their axes stand where the first stood when they
      are neighbours, else in front.

    Fails (``ArrayError``) for more subscripts than axes, or integer arrays that do not broadcast.
    """
    parts = _expand(shape, key)
    gathering = any(isinstance(part, Gather) for part in parts)
    picks = [k for k, part in enumerate(parts) if isinstance(part, Gather) or (gathering and isinstance(part, Index))]
    block = broadcast_shapes([p.shape for p in parts if isinstance(p, Gather)], "index arrays of shapes")
    together = picks == list(range(picks[0], picks[-1] + 1)) if picks else True
    return _assemble(shape, parts, picks[0] if picks and together else 0, block, integers)


def _expand(shape: Shape, key: Sequence[Part | EllipsisType]) -> list[Part]:
    named = sum(part is not None and part is not Ellipsis for part in key)
    dots = [k for k, part in enumerate(key) if part is Ellipsis]
    if named > len(shape):
        raise ArrayError(f"{named} subscripts for an array of shape {format_shape(shape)}")
    if len(dots) > 1:
        raise ArrayError("a subscript has more than one '...'")
    at = dots[0] if dots else len(key)
    whole: list[Part] = [Slice()] * (len(shape) - named)
    return [
        *(part for part in key[:at] if not isinstance(part, EllipsisType)),
        *whole,
        *(part for part in key[at:] if not isinstance(part, EllipsisType)),
    ]


def _assemble(shape: Shape, parts: Sequence[Part], before: int, block: Shape, integers: frozenset[str]) -> Selection:
    """The selection, where the axes of the integer arrays, ``block``, stand before those of ``parts[before:]``."""
    block_at = sum(part is None or isinstance(part, Slice) for part in parts[:before])
    new_shape: list[Index] = []
    readers: list[Callable[[Subscripts], Index]] = []
    for k, part in enumerate(parts):
        if k == before:
            new_shape += block
        if part is None:
            new_shape.append(ONE)
            continue
        length = shape[len(readers)]
        if isinstance(part, Gather):
            readers.append(_gathered(part, block, block_at))
        elif isinstance(part, Slice):
            extent, first, step = slice_axis(part, length, integers)
            readers.append(_along(len(new_shape), first, step))
            new_shape.append(extent)
        else:
            readers.append(_always(at_axis(part, length, shape, integers)))
    return Selection(tuple(new_shape), lambda subscripts: tuple(reader(subscripts) for reader in readers))


def _along(axis: int, first: Index, step: Index) -> Callable[[Subscripts], Index]:
    return lambda subscripts: first + step * subscripts[axis]


def _always(index: Index) -> Callable[[Subscripts], Index]:
    return lambda subscripts: index


def _gathered(gather: Gather, block: Shape, start: int) -> Callable[[Subscripts], Index]:
    def read(subscripts: Subscripts) -> Index:
        inside = subscripts[start : start + len(block)]
        return gather.entry(broadcast_subscripts(gather.shape, block, inside))

    return read
