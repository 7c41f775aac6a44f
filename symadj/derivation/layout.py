"""Lines broken at operators: the marks that a writer leaves, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_ADDED, _MULTIPLIED, DEEPEST = 0xE000, 0xE040, 31
_MARK = re.compile(f"[{chr(_ADDED)}-{chr(_MULTIPLIED + DEEPEST)}]")

Measure = Callable[[str], float]


def broken_before(depth: int, *, product: bool = False) -> str:
    """The mark of a place where a line may be broken, ``depth`` brackets deep; a product is worse than a sum."""
    deep = min(depth, DEEPEST)
    return chr((_MULTIPLIED if product else _ADDED) + deep)


def unmarked(text: str) -> str:
    """The text without marks.

    >>> unmarked(f"a{broken_before(2)} + b")
    'a + b'
    """
    return _MARK.sub("", text)


def _rank(mark: str) -> float:
    code = ord(mark)
    return code - _ADDED if code < _MULTIPLIED else code - _MULTIPLIED + 0.5


def lines(text: str, first: float, others: float, measure: Measure) -> list[str]:
    """The text in lines of these widths, broken at the least deep marks that will do; a line may be too long where it
    has none.

    >>> lines(f"aaaa{broken_before(0)} + bbbb", 6, 6, len)
    ['aaaa', '+ bbbb']
    """
    if measure(unmarked(text)) <= first:
        return [unmarked(text)]
    marks = _MARK.findall(text)
    if not marks:
        return [text]
    lowest = min(map(_rank, marks))
    pieces = _pieces(text, lowest)
    result: list[str] = []
    current = ""
    for piece in pieces:
        room = first if not result else others
        if current and measure(unmarked(current + piece)) > room:
            result += lines(current, room, others, measure)
            current = piece.lstrip()
        else:
            current += piece
    return [*result, *lines(current, first if not result else others, others, measure)]


def _pieces(text: str, rank: float) -> Sequence[str]:
    pieces = [""]
    for part in re.split(f"({_MARK.pattern})", text):
        if len(part) == 1 and _MARK.fullmatch(part) and _rank(part) == rank:
            pieces.append("")
        else:
            pieces[-1] += part
    return [piece for piece in pieces if piece]
