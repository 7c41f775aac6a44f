"""How a counterexample's numbers are laid out for a reader: sparse entries as small arrays, sizes as equations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from math import prod

from symadj.terms.index import Floor, Index, IndexAtom, Mod, Size
from symadj.terms.statement import Shape

WIDTH = 96
_MOST_ENTRIES = 24
_INLINE = 60
_ENTRY = re.compile(r"(?P<tensor>[^\[\]]+)\[(?P<place>\s*\d+(?:\s*,\s*\d+)*)\s*\]")


def equations(sizes: Mapping[str, int]) -> str:
    """Sizes as one would say them.

    >>> equations({"m": 1, "n": 2})
    'm = 1, n = 2'
    """
    return ", ".join(f"{name} = {value}" for name, value in sizes.items())


def enumeration(names: Iterable[str]) -> str:
    """Names as a person lists them.

    >>> enumeration(["dW", "dc", "dx"])
    'dW, dc and dx'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def concrete_shape(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...] | None:
    """The lengths of the axes at these sizes; ``None`` where one of them is not known from ``sizes``."""
    lengths = [index_value(axis, sizes) for axis in shape]
    return None if None in lengths else tuple(length for length in lengths if length is not None)


def index_value(index: Index, sizes: Mapping[str, int]) -> int | None:
    """The value of an integer expression of sizes; ``None`` where something else than known sizes stands in it."""
    total = 0
    for monomial, coefficient in index.terms:
        factors = [_atom_value(atom, sizes) for atom in monomial]
        if None in factors:
            return None
        total += coefficient * prod(factor for factor in factors if factor is not None)
    return total


def _atom_value(atom: IndexAtom, sizes: Mapping[str, int]) -> int | None:
    match atom:
        case Size(name):
            return sizes.get(name)
        case Floor(numerator, divisor) | Mod(numerator, divisor):
            above, below = index_value(numerator, sizes), index_value(divisor, sizes)
            if above is None or not below:
                return None
            return above // below if isinstance(atom, Floor) else above % below
        case _:
            return None


def assignments(
    entries: Mapping[str, str], default: str, shape_of: Callable[[str], tuple[int, ...] | None]
) -> list[str]:
    """One equation for each tensor that has an entry in ``entries``, as a whole array where that reads well.

    ``shape_of`` gives a tensor's concrete shape, or ``None``; its entries are then listed one by one.

    >>> assignments({"x[1]": "3/2", "A[0, 1]": "1", "eps": "2"}, "0", {"x": (2,), "A": (2, 2)}.get)
    ['x = [0, 3/2]', 'A = [[0, 1], [0, 0]]', 'eps = 2']
    """
    grouped: dict[str, dict[tuple[int, ...], str]] = {}
    lines: dict[str, list[str]] = {}
    for key, value in entries.items():
        match = _ENTRY.fullmatch(key)
        if match is None:
            lines[key] = [f"{key} = {value}"]
            continue
        tensor = match["tensor"]
        lines.setdefault(tensor, [])
        grouped.setdefault(tensor, {})[tuple(int(part) for part in match["place"].split(","))] = value
    for tensor, values in grouped.items():
        shape = shape_of(tensor)
        whole = None if shape is None else _whole(tensor, shape, values, default)
        lines[tensor] = whole or [f"{tensor}[{', '.join(map(str, at))}] = {value}" for at, value in values.items()]
    return [line for group in lines.values() for line in group]


def _whole(
    tensor: str, shape: tuple[int, ...], values: Mapping[tuple[int, ...], str], default: str
) -> list[str] | None:
    places = list(product(*map(range, shape))) if 0 < prod(shape) <= _MOST_ENTRIES else []
    if not values.keys() <= set(places):
        return None
    text = _nested(shape, [values.get(place, default) for place in places])
    if len(text) <= _INLINE:
        return [f"{tensor} = {text}"]
    if len(shape) != 2:
        return None
    return _rows(tensor, shape, [values.get(place, default) for place in places])


def _nested(shape: tuple[int, ...], values: list[str]) -> str:
    if len(shape) == 1:
        return f"[{', '.join(values)}]"
    step = len(values) // shape[0]
    return f"[{', '.join(_nested(shape[1:], values[at : at + step]) for at in range(0, len(values), step))}]"


def _rows(tensor: str, shape: tuple[int, ...], values: list[str]) -> list[str]:
    columns = shape[1]
    widths = [max(len(value) for value in values[column::columns]) for column in range(columns)]
    rows = [
        ", ".join(value.rjust(width) for value, width in zip(values[at : at + columns], widths, strict=True))
        for at in range(0, len(values), columns)
    ]
    head = f"{tensor} = "
    if len(head) + len(rows[0]) + 4 > WIDTH - 8:
        return []
    opened = [f"{head if at == 0 else ' ' * len(head)}{'[' if at == 0 else ' '}[{row}]" for at, row in enumerate(rows)]
    return [*(f"{line}," for line in opened[:-1]), f"{opened[-1]}]"]
