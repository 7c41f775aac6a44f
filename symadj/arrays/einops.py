"""``rearrange``, ``reduce`` and ``repeat`` with einops' patterns: axes split, merged, reduced and repeated by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from symadj.arrays.array import SymbolicArray, elementwise, index_value, lift, make
from symadj.arrays.binding import REDUCTIONS, bind
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import exact_divide, format_shape, merge_indices, product, simplify_index, split_index
from symadj.arrays.substitution import size_value, substitute
from symadj.terms.index import Index, var
from symadj.terms.nodes import Term, divide

# 'b (h d)' is [['b'], ['h', 'd']]; an axis 1 is [].
Groups = list[list[str]]
KINDS = (*REDUCTIONS, "mean")


def rearrange(builder: Builder, a: object, pattern: object, /, **sizes: object) -> SymbolicArray:
    """The axes transposed, split and merged: ``rearrange(x, "b (h d) -> b h d", h=h)``.

    - a merged axis ``(h d)`` has the index ``h*d_size + d``, and is split by ``u//d_size`` and ``u%d_size``.

    Fails (``ArrayError``) when the two sides have not the same names, and when an axis does not split as asked.
    """
    array = lift(builder, a)
    left, right = _read(pattern, array)
    known = _known(array, pattern, left, sizes, {name for group in left for name in group})
    _same_names(pattern, left, right)
    return _arranged(array, left, right, known)


def reduce(builder: Builder, a: object, pattern: object, /, reduction: object, **sizes: object) -> SymbolicArray:
    """As ``rearrange``, with the names that only the left side has reduced: ``sum mean prod max min``."""
    array = lift(builder, a)
    if reduction not in KINDS:
        raise ArrayError(f"reduce by {reduction!r}: one of {', '.join(sorted(KINDS))} is known")
    left, right = _read(pattern, array)
    inside, wanted = _names(left), _names(right)
    known = _known(array, pattern, left, sizes, set(inside))
    missing = [name for name in wanted if name not in inside]
    if missing:
        raise ArrayError(f"reduce {pattern!r}: {missing[0]} is not on the left")
    gone = [name for name in inside if name not in wanted]
    kind = "sum" if reduction == "mean" else str(reduction)
    result = _arranged(array, left, right, known, tuple(gone), kind)
    if reduction == "mean":
        count = size_value(product(known[name] for name in gone))
        return elementwise(builder, lambda term: divide(term, count), result)
    return result


def repeat(builder: Builder, a: object, pattern: object, /, **sizes: object) -> SymbolicArray:
    """As ``rearrange``, with the names that the left side lacks as further axes, along which all entries are equal."""
    array = lift(builder, a)
    left, right = _read(pattern, array)
    inside, wanted = _names(left), _names(right)
    known = _known(array, pattern, left, sizes, {*inside, *wanted})
    missing = [name for name in inside if name not in wanted]
    if missing:
        raise ArrayError(f"repeat {pattern!r}: {missing[0]} is not on the right")
    unsized = [name for name in wanted if name not in known]
    if unsized:
        raise ArrayError(f"repeat {pattern!r} needs the size of {unsized[0]}")
    return _arranged(array, left, right, known)


def _arranged(
    array: SymbolicArray,
    left: Groups,
    right: Groups,
    sizes: Mapping[str, Index],
    gone: tuple[str, ...] = (),
    kind: str = "sum",
) -> SymbolicArray:
    """The array with its axes named by ``left`` read by the axes of ``right``, and ``gone`` reduced."""
    builder = array.builder
    bounds = {name: (builder.fresh(), sizes[name]) for name in gone}

    def lengths(group: Sequence[str]) -> list[Index]:
        return [sizes[name] for name in group]

    shape = tuple(product(lengths(group)) for group in right)

    def entry(subscripts: tuple[Index, ...]) -> Term:
        place = {name: var(variable) for name, (variable, _) in bounds.items()}
        for group, subscript in zip(right, subscripts, strict=True):
            place |= dict(zip(group, split_index(subscript, lengths(group)), strict=True))
        read = [merge_indices([place[name] for name in group], lengths(group)) for group in left]
        ranges = {s.variable: length for s, length in zip(subscripts, shape, strict=True) if s.variable}
        ranges |= dict(bounds.values())
        body = substitute(
            array.body, dict(zip(array.indices, read, strict=True)), lambda index: simplify_index(index, ranges)
        )
        return bind(REDUCTIONS[kind], builder, list(bounds.values()), body)

    return make(builder, shape, entry, boolean=array.boolean and not gone)


# ------------------------------------------------------------------------------------------------ reading a pattern


def _names(side: Groups) -> list[str]:
    return [name for group in side for name in group]


def _read(pattern: object, array: SymbolicArray) -> tuple[Groups, Groups]:
    """The two sides of a pattern, the left one with a group for each axis of ``array``."""
    sides = pattern.split("->") if isinstance(pattern, str) else []
    if len(sides) != 2:
        raise ArrayError(f"a pattern is text with one '->', as 'b (h d) -> b h d', not {pattern!r}")
    left, right = (_groups(pattern, side) for side in sides)
    hidden = array.ndim - len(left) + 1 if ["..."] in left else 0
    dots = [f"...{k}" for k in range(hidden)]
    if "..." in _names(left) and ["..."] not in left:
        raise ArrayError(f"{pattern!r}: '...' on the left stands alone, not in brackets")
    left = [opened for group in left for opened in ([[dot] for dot in dots] if group == ["..."] else [group])]
    if len(left) != array.ndim or hidden < 0:
        raise ArrayError(f"{pattern!r} is not of an array of shape {format_shape(array.shape)}")
    opened_right: Groups = []
    for group in right:
        if group == ["..."]:
            opened_right += [[dot] for dot in dots]
        else:
            opened_right.append([name for part in group for name in (dots if part == "..." else [part])])
    for side in (left, opened_right):
        names = _names(side)
        repeated = [name for name in names if names.count(name) > 1]
        if repeated:
            raise ArrayError(f"{pattern!r} repeats {repeated[0]} on one side")
    return left, opened_right


def _groups(pattern: object, side: str) -> Groups:
    groups: Groups = []
    for token in re.findall(r"\([^()]*\)|[^\s()]+|[()]", side):
        names = token[1:-1].split() if token.startswith("(") and token.endswith(")") else [token]
        for name in names:
            if name not in ("1", "...") and not name.isidentifier():
                raise ArrayError(f"{pattern!r}: {name!r} is no name of an axis")
        groups.append([name for name in names if name != "1"])
    return groups


def _known(
    array: SymbolicArray, pattern: object, left: Groups, sizes: Mapping[str, object], allowed: set[str]
) -> dict[str, Index]:
    """The size of each name, given or found by dividing the axis by the sizes given."""
    known = {name: index_value(value, f"the size of {name}") for name, value in sizes.items()}
    for name in known:
        if name not in allowed:
            raise ArrayError(f"{pattern!r} has no axis {name}")
    for group, length in zip(left, array.shape, strict=True):
        unknown = [name for name in group if name not in known]
        given = product(known[name] for name in group if name in known)
        axis = f"the axis of size {length} in shape {format_shape(array.shape)}"
        if len(unknown) > 1:
            raise ArrayError(f"{pattern!r}: {axis} splits in more than one way; give the size of {unknown[0]}")
        if unknown:
            rest = exact_divide(length, given)
            if rest is None:
                raise ArrayError(f"{pattern!r}: {axis} does not split by {given}")
            known[unknown[0]] = rest
        elif given != length:
            raise ArrayError(f"{pattern!r}: {axis} is not {given}")
    return known


def _same_names(pattern: object, left: Groups, right: Groups) -> None:
    odd = sorted(set(_names(left)) ^ set(_names(right)))
    if odd:
        raise ArrayError(f"rearrange {pattern!r}: {odd[0]} is on one side only; reduce and repeat drop and add axes")
