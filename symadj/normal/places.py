"""What is assumed of a polynomial at some subscripts only: ``t[i] < t[i+1]``, ``x[2*i] != x[2*i+1]``.

Complete for subscripts that are linear in the assumption's indices, each with one index that the subscripts before it
do not have.
"""

from __future__ import annotations

from collections.abc import Mapping

from symadj.normal.integers import surely_nonnegative
from symadj.normal.store import Argument, PolyKey, Range, Store, as_argument, as_index, in_ranges
from symadj.terms.index import Index, Var, var


def remember(store: Store, key: PolyKey, arguments: tuple[Argument, ...], sign: str) -> None:
    """The polynomial with this key is "positive", "nonnegative" or "nonzero" at the arguments, whatever the values of
    their variables are in the ranges in scope.
    """
    names = sorted(set().union(*(as_index(a).variables() for a in arguments)))
    if not names or any(n not in store.ranges or in_ranges(n, store.ranges.values()) for n in names):
        return
    # Names of their own: the arguments that are held against these may have variables of the same names.
    own = {name: f"&{k}" for k, name in enumerate(names)}
    renamed = {name: var(new) for name, new in own.items()}
    pattern = tuple(as_argument(as_index(a).substitute(renamed)) for a in arguments)
    ranges = {own[name]: store.ranges[name] for name in names}
    store.at_places.setdefault(key, []).append((pattern, ranges, sign))


def sign_at(store: Store, key: PolyKey, arguments: tuple[Argument, ...]) -> str | None:
    """What is remembered of the polynomial at these arguments."""
    for pattern, ranges, sign in store.at_places.get(key, ()):
        if _is_instance(store, pattern, ranges, arguments):
            return sign
    return None


def _is_instance(
    store: Store, pattern: tuple[Argument, ...], ranges: Mapping[str, Range], arguments: tuple[Argument, ...]
) -> bool:
    values: dict[str, Index] = {}
    for part, argument in zip(pattern, arguments, strict=True):
        left = as_index(part).substitute(values)
        unknown = [name for name in ranges if name in left.variables()]
        if not unknown:
            if left != as_index(argument):
                return False
            continue
        value = _solved(left, unknown[0], as_index(argument)) if len(unknown) == 1 else None
        if value is None:
            return False
        values[unknown[0]] = value
    return len(values) == len(ranges) and all(
        surely_nonnegative(store, values[name] - lower) and surely_nonnegative(store, upper - 1 - values[name])
        for name, (lower, upper) in ranges.items()
    )


def _solved(left: Index, name: str, right: Index) -> Index | None:
    """The value of the variable at which ``left`` is ``right``, where it is linear in it."""
    factor = dict(left.terms).get((Var(name),), 0)
    rest = right - (left - var(name) * factor)
    if not factor or name in rest.variables() or any(c % factor for _, c in rest.terms):
        return None
    return Index(tuple((m, c // factor) for m, c in rest.terms))
