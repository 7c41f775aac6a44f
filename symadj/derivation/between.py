"""Two bounds on one integer expression, read together: ``j <= l`` and ``l < n + j`` as ``0 <= l - j < n``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symadj.terms.index import Index, Var
from symadj.terms.nodes import Condition, IndexCondition


@dataclass(frozen=True, slots=True)
class Between:
    """``lower <= middle < upper``."""

    lower: Index
    middle: Index
    upper: Index


def paired(parts: Sequence[Condition]) -> list[Condition | Between]:
    """The conditions, with those that bound one expression of the index variables from both sides put together.

    >>> from symadj.terms.index import size, var
    >>> l, j, n = var("l"), var("j"), size("n")
    >>> (pair,) = paired([IndexCondition(">=", l - j), IndexCondition(">=", n - 1 - l + j)])
    >>> print(pair.lower, pair.middle, pair.upper)
    0 l - j n
    """
    found: list[Condition | Between] = []
    for part in parts:
        for at, other in enumerate(found):
            pair = None if isinstance(other, Between) else _between(other, part)
            if pair is not None:
                found[at] = pair
                break
        else:
            found.append(part)
    return found


def _between(one: Condition, other: Condition) -> Between | None:
    if not (isinstance(one, IndexCondition) and isinstance(other, IndexCondition)):
        return None
    if one.relation != ">=" or other.relation != ">=" or not one.index.variables() & other.index.variables():
        return None
    length = one.index + other.index + 1
    if length.variables() or not length.terms:
        return None
    ways = [_from_below(one.index, length), _from_below(other.index, length)]
    return min(ways, key=_length)


def _length(pair: Between) -> tuple[bool, int]:
    """``1 <= j < n`` before ``-n < -j <= -1``; then what is shorter."""
    negative = all(coefficient < 0 for _, coefficient in pair.middle.terms)
    return negative, len(pair.lower.terms) + len(pair.middle.terms) + len(pair.upper.terms)


def _from_below(index: Index, length: Index) -> Between:
    """``0 <= index < length``, with what has no index variable moved to the ends."""
    fixed = Index(tuple((m, c) for m, c in index.terms if not any(isinstance(a, Var) for a in m)))
    return Between(-1 * fixed, index - fixed, length - fixed)
