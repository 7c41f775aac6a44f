"""Terms with equal signatures, and the coordinates of their points.

Two terms can only cancel where their atoms make the same monomial of entries. A group collects the terms whose atoms
have the same names with the same total degrees: ``x[i]**2`` and ``x[i]*x[j]`` meet at ``i = j``. Before coordinates
are given out,

- an atom with the same free subscripts in every term is a common factor, and is divided out;
- the exponents of one name are divided by their greatest common divisor;
- an axis on which every copy in every term has the same free subscript distinguishes nothing, and gets no coordinate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial, gcd, prod

from symadj.errors import Unsupported
from symadj.points.terms import Atom, PointTerm
from symadj.terms.index import Index

MOST_ORDERS = 120

Subscripts = tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A coordinate: the subscript of ``axis`` of the ``copy``-th atom named ``key``."""

    key: Hashable
    copy: int
    axis: int


@dataclass(frozen=True, slots=True)
class Group:
    """Terms with the value of each coordinate in each; ``common`` are the atoms that were divided out.

    ``alike`` lists, for each name that stands more than once, the coordinates of its copies: permuting the copies of a
    name does not change the monomial of entries. ``shared`` are the subscripts of the axes without a coordinate, and
    ``exponents`` and ``copies`` say for each name that it stands ``copies`` times with that exponent.
    """

    terms: tuple[PointTerm, ...]
    coordinates: tuple[tuple[Index, ...], ...]
    places: tuple[Place, ...]
    alike: tuple[tuple[tuple[str, ...], ...], ...]
    common: tuple[Atom, ...]
    shared: tuple[tuple[Place, Index], ...]
    exponents: tuple[tuple[Hashable, int], ...]
    copies: tuple[tuple[Hashable, int], ...]

    def names(self) -> tuple[str, ...]:
        """The coordinates' columns."""
        return tuple(f"@{k}" for k in range(len(self.places)))

    def orders(self) -> list[dict[str, str]]:
        """The renamings of coordinates that permute copies of one name, the identity first.

        Raises ``Unsupported`` past ``MOST_ORDERS``.
        """
        if prod(factorial(len(copies)) for copies in self.alike) > MOST_ORDERS:
            raise Unsupported("too many equal atoms to symmetrise")
        found: list[dict[str, str]] = []
        for choice in product(*(permutations(copies) for copies in self.alike)):
            renaming: dict[str, str] = {}
            for copies, permuted in zip(self.alike, choice, strict=True):
                for old, new in zip(copies, permuted, strict=True):
                    renaming.update(zip(old, new, strict=True))
            found.append({old: new for old, new in renaming.items() if old != new})
        return found


def grouped(terms: Iterable[PointTerm], free: Mapping[str, object]) -> list[Group]:
    """The terms by the rest and the signature of their atoms."""
    found: dict[tuple[Hashable, ...], list[PointTerm]] = {}
    for term in terms:
        signature: Counter[tuple[Hashable, int]] = Counter()
        for key, subscripts, exponent in term.atoms:
            signature[key, len(subscripts)] += exponent
        found.setdefault((term.rest, frozenset(signature.items())), []).append(term)
    return [_group(members, free) for members in found.values()]


def _group(terms: list[PointTerm], free: Mapping[str, object]) -> Group:
    common = _common_factor(terms, free)
    rest = [_divided(term, common) for term in terms]
    keys = list(dict.fromkeys(key for atoms in rest for key, _, _ in atoms))
    exponents = {key: gcd(*(e for atoms in rest for name, _, e in atoms if name == key)) for key in keys}
    copies = [_copies(atoms, keys, exponents) for atoms in rest]
    places: list[Place] = []
    shared: list[tuple[Place, Index]] = []
    alike: list[tuple[tuple[str, ...], ...]] = []
    for key in keys:
        degree, width = len(copies[0][key]), len(copies[0][key][0])
        axes: list[int] = []
        for axis in range(width):
            values = {subscripts[axis] for one in copies for subscripts in one[key]}
            if len(values) == 1 and _is_free(next(iter(values)), free, terms):
                shared.append((Place(key, 0, axis), values.pop()))
            else:
                axes.append(axis)
        columns = []
        for copy in range(degree):
            columns.append(tuple(f"@{len(places) + k}" for k in range(len(axes))))
            places += [Place(key, copy, axis) for axis in axes]
        if degree > 1 and axes:
            alike.append(tuple(columns))
    coordinates = tuple(tuple(one[p.key][p.copy][p.axis] for p in places) for one in copies)
    numbers = tuple((key, len(copies[0][key])) for key in keys)
    return Group(
        tuple(terms),
        coordinates,
        tuple(places),
        tuple(alike),
        common,
        tuple(shared),
        tuple(exponents.items()),
        numbers,
    )


def _is_free(index: Index, free: Mapping[str, object], terms: Iterable[PointTerm]) -> bool:
    names = index.variables()
    if not names <= free.keys():
        return False
    return not names or not any(name in names for term in terms for name, _, _ in term.binders)


def _common_factor(terms: list[PointTerm], free: Mapping[str, object]) -> tuple[Atom, ...]:
    shared: Counter[tuple[Hashable, Subscripts]] | None = None
    for term in terms:
        own: Counter[tuple[Hashable, Subscripts]] = Counter()
        for key, subscripts, exponent in term.atoms:
            own[key, subscripts] += exponent
        shared = own if shared is None else shared & own
    return tuple(
        (key, subscripts, exponent)
        for (key, subscripts), exponent in (shared or Counter()).items()
        if all(_is_free(subscript, free, terms) for subscript in subscripts)
    )


def _divided(term: PointTerm, common: tuple[Atom, ...]) -> list[Atom]:
    less = {(key, subscripts): exponent for key, subscripts, exponent in common}
    total: Counter[tuple[Hashable, Subscripts]] = Counter()
    for key, subscripts, exponent in term.atoms:
        total[key, subscripts] += exponent
    return [
        (key, subscripts, exponent - less.get((key, subscripts), 0))
        for (key, subscripts), exponent in total.items()
        if exponent > less.get((key, subscripts), 0)
    ]


def _copies(
    atoms: list[Atom], keys: list[Hashable], exponents: Mapping[Hashable, int]
) -> dict[Hashable, list[Subscripts]]:
    found: dict[Hashable, list[Subscripts]] = {key: [] for key in keys}
    for key, subscripts, exponent in atoms:
        found[key] += [subscripts] * (exponent // exponents[key])
    return found
