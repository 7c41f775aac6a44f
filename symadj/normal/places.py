"""What is assumed of a polynomial at some subscripts only: ``t[i] < t[i+1]``, ``x[2*i] != x[2*i+1]``.

Complete for subscripts that are linear in the assumption's indices, each with one index that the subscripts before it
do not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symadj.normal.integers import surely_nonnegative
from symadj.normal.store import Argument, Poly, PolyKey, Range, Store, as_argument, as_index, atoms_of
from symadj.normal.substitution import IN_ARGUMENTS
from symadj.terms.index import Index, Var, var


def everywhere(arguments: tuple[Argument, ...]) -> bool:
    """Whether a polynomial at these arguments is assumed for every argument: each is an index of its own.

    ``x[0] > 0`` and ``x[i] >= x[0]`` say nothing of the other entries, and are not used.
    """
    return all(isinstance(a, str) for a in arguments) and len(set(arguments)) == len(arguments)


def is_everywhere(store: Store, poly: Poly, arguments: tuple[Argument, ...]) -> bool:
    """Whether a polynomial at these arguments is assumed at all subscripts: each is an index of its own, and runs over
    the whole of every axis that it stands for. ``log(x[i])`` for all but the last i asks nothing of the last entry.
    """
    names = [a for a in arguments if isinstance(a, str)]
    return everywhere(arguments) and all(
        name in store.ranges
        and not store.ranges[name][0].terms
        and {store.ranges[name][1]} == set(_axes(store, poly, name))
        for name in names
    )


def _axes(store: Store, poly: Poly, name: str) -> Iterator[Index]:
    """The lengths of the axes that the variable stands for, in the arguments of functions too."""
    for atom in (a for monomial in poly for n, _ in monomial for a in atoms_of(store, store.factors[n])):
        head = atom.head
        if head is None:
            continue
        shape = store.head("tensor", head.name).shape if head.kind == "conjugate" else head.shape
        for k, argument in enumerate(atom.arguments):
            if argument == name and head.kind in IN_ARGUMENTS:
                yield from _axes(store, dict(head.polys[0]), f"@{k}")
            elif argument == name and k < len(shape):
                yield shape[k]


def remember(store: Store, key: PolyKey, arguments: tuple[Argument, ...], sign: str) -> None:
    """The polynomial with this key is "positive", "nonnegative" or "nonzero" at the arguments, whatever the values of
    their variables are in the ranges in scope.
    """
    names = set().union(*(as_index(a).variables() for a in arguments))
    ends = {name: store.ranges[name] for name in sorted(names & store.ranges.keys())}
    if not names or names != ends.keys() or any(not names.issuperset(e.variables()) for r in ends.values() for e in r):
        return
    # Names of their own: the arguments that are held against these may have variables of the same names.
    own = {name: f"&{k}" for k, name in enumerate(ends)}
    renamed = {name: var(new) for name, new in own.items()}
    pattern = tuple(as_argument(as_index(a).substitute(renamed)) for a in arguments)
    ranges = {own[name]: (e[0].substitute(renamed), e[1].substitute(renamed)) for name, e in ends.items()}
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
        surely_nonnegative(store, values[name] - lower.substitute(values))
        and surely_nonnegative(store, upper.substitute(values) - 1 - values[name])
        for name, (lower, upper) in ranges.items()
    )


def _solved(left: Index, name: str, right: Index) -> Index | None:
    """The value of the variable at which ``left`` is ``right``, where it is linear in it."""
    factor = dict(left.terms).get((Var(name),), 0)
    rest = right - (left - var(name) * factor)
    if not factor or name in rest.variables() or any(c % factor for _, c in rest.terms):
        return None
    return Index(tuple((m, c // factor) for m, c in rest.terms))
