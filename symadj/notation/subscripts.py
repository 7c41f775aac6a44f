"""Subscripts: entries, slices, and entries of array expressions."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from symadj.arrays import ArrayError, SymbolicArray, lift
from symadj.notation.arithmetic import integer
from symadj.notation.values import Value, describe
from symadj.terms.index import Index, lookup
from symadj.terms.nodes import Entry

if TYPE_CHECKING:
    from symadj.notation.reader import Reader


def subscript(reader: Reader, node: ast.Subscript) -> Value:
    """``x[…]``: an entry where every axis has an integer, else an array; of a pair, one of its two values."""
    parts = _subscripts(node)
    if isinstance(node.value, ast.Name) and node.value.id not in reader.indices:
        name = node.value.id
        shape = _shape(reader, name)
        if shape is None:
            _not_subscripted(reader, node.value)
        _note(reader, shape, parts)
        if len(parts) == len(shape) and not any(_is_slice(part) for part in parts):
            return _entry(reader, node, name, parts)
        named = sum(not _is(part, None) and not _is(part, ...) for part in parts)
        if named > len(shape):
            reader.fail(node, f"{name!r} has {_axes(len(shape))}, and {_count(named)} here")
        return _select(reader, node, reader.tensor(name, shape), parts)
    value = reader.value(node.value)
    if isinstance(value, tuple):
        place = reader.index(parts[0], "the place in a pair").value if len(parts) == 1 else None
        if place is None or not 0 <= place < len(value):
            reader.fail(node.slice, f"[0] or [{len(value) - 1}] was expected, to take one of {describe(value)}")
        return reader.settle(value[place])
    if not isinstance(value, SymbolicArray):
        reader.fail(node, f"{reader.located.source(node.value)!r} is {describe(value)}, and has no entries")
    _note(reader, value.shape, parts)
    return _select(reader, node, value, parts)


def _shape(reader: Reader, name: str) -> tuple[Index, ...] | None:
    tensors = reader.scope.tensors
    return tensors[name] if name in tensors else reader.scope.tables.get(name)


def _not_subscripted(reader: Reader, node: ast.Name) -> NoReturn:
    role = reader.scope.role(node.id)
    if role is None:
        reader.fail(node, reader.scope.unknown(node.id))
    reader.fail(node, f"{node.id!r} is {role}, and has no entries")


def _note(reader: Reader, shape: tuple[Index, ...], parts: list[ast.expr]) -> None:
    """Remember where an index stands alone, for its range."""
    axis = 0
    for part in parts:
        if _is(part, ...):
            return
        if _is(part, None):
            continue
        if axis < len(shape) and isinstance(part, ast.Name):
            reader.alone.setdefault(part.id, []).append((shape[axis], part))
        axis += 1


def _entry(reader: Reader, node: ast.Subscript, name: str, parts: list[ast.expr]) -> Value:
    shape = _shape(reader, name) or ()
    found = [_subscript_value(reader, part, length) for part, length in zip(parts, shape, strict=True)]
    if any(isinstance(part, SymbolicArray) for part in found):
        return _take(reader, node, reader.tensor(name, shape), found)
    subscripts = tuple(part for part in found if isinstance(part, Index))
    if not subscripts:
        reader.fail(node, f"{name!r} is a scalar: no subscripts were expected")
    return integer(lookup(name, subscripts)) if name in reader.scope.tables else Entry(name, subscripts)


def _subscript_value(reader: Reader, node: ast.expr, length: Index | None = None) -> Index | SymbolicArray:
    """A subscript of an axis of this length; where no index is about, as in an array line, ``-1`` is the last place."""
    reader.check_integer(node, "a subscript")
    value = reader.value(node)
    if isinstance(value, SymbolicArray):
        return value
    index = reader.as_index(node, value, "a subscript")
    if index.value is not None and index.value < 0:
        if reader.indices:
            text = f"the subscript {index.value} is negative: beside indices the last of n entries is n - 1"
            reader.fail(node, text)
        return index if length is None else length + index
    return index


def _select(reader: Reader, node: ast.Subscript, value: SymbolicArray, parts: list[ast.expr]) -> Value:
    key: list[object] = []
    for part in parts:
        if isinstance(part, ast.Slice):
            ends = (part.lower, part.upper, part.step)
            key.append(slice(*(None if e is None else reader.index(e, "the end of a slice") for e in ends)))
        elif isinstance(part, ast.Constant) and (part.value is None or part.value is ...):
            key.append(part.value)
        else:
            key.append(_subscript_value(reader, part))
    return _take(reader, node, value, key)


def _take(reader: Reader, node: ast.Subscript, value: SymbolicArray, key: Sequence[object]) -> Value:
    integers = [part for part in key if isinstance(part, Index)]
    try:
        if len(integers) == len(key) == value.ndim:
            entry = value.entry(integers)
            return lift(reader.builder, entry).condition if value.boolean else entry
        return reader.settle(value[tuple(key)])
    except ArrayError as error:
        reader.fail(node, error.message)


def lacking(reader: Reader, node: ast.expr) -> tuple[ast.Subscript, str] | None:
    """The first entry in ``node`` with fewer subscripts than its tensor has axes, and what is wrong with it."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name):
            shape, parts = _shape(reader, part.value.id), _subscripts(part)
            if shape is not None and len(parts) < len(shape) and not any(map(_is_slice, parts)):
                return part, f"{part.value.id!r} has {_axes(len(shape))}, and {_count(len(parts))} here"
    return None


def _subscripts(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _is_slice(part: ast.expr) -> bool:
    return isinstance(part, ast.Slice) or _is(part, None) or _is(part, ...)


def _is(part: ast.expr, value: object) -> bool:
    return isinstance(part, ast.Constant) and part.value is value


def _axes(count: int) -> str:
    return "no axes, it is a scalar" if not count else f"{count} axis" if count == 1 else f"{count} axes"


def _count(count: int) -> str:
    return "1 subscript stands" if count == 1 else f"{count} subscripts stand"
