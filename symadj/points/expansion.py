"""Plain expansion at concrete sizes: sums written out, monomial by monomial. It shares nothing with the set methods."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from zlib import crc32

from symadj.errors import Unsupported
from symadj.points.groups import Group
from symadj.points.terms import PointTerm, SizeContext
from symadj.terms.index import Floor, Index, IndexAtom, Lookup, Mod, Size, Var
from symadj.terms.nodes import All, Condition, IndexCondition, Not, Some

LARGEST_SIZE = 4
MOST_STEPS = 30_000
MOST_SIZES = 400

Monomial = frozenset[tuple[Hashable, tuple[int, ...], int]]


@dataclass(frozen=True, slots=True)
class Witness:
    """Where a sum is not zero: there the monomial of ``atoms`` (times ``rest``) has the coefficient ``value``.

    ``sizes`` are those of the context, its integer parameters included; ``indices`` the free variables; ``tables``
    the entries of integer tensors that were met.
    """

    sizes: tuple[tuple[str, int], ...]
    indices: tuple[tuple[str, int], ...]
    atoms: tuple[tuple[Hashable, tuple[int, ...], int], ...]
    rest: Hashable
    value: Fraction
    tables: tuple[tuple[tuple[str, tuple[int, ...]], int], ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """Witnesses are compared by the sum of the sizes, the sizes, the free indices, and the subscripts."""
        sizes = tuple(value for _, value in self.sizes)
        return (sum(sizes), sizes, tuple(v for _, v in self.indices), tuple(sorted(s for _, s, _ in self.atoms)))


@dataclass(slots=True)
class Point:
    """Values of sizes and variables; entries of integer tensors are made up as they are met, from ``seed``."""

    values: dict[str, int]
    bounds: Mapping[str, Index] = field(default_factory=dict)
    tables: dict[tuple[str, tuple[int, ...]], int] = field(default_factory=dict)
    seed: int = 0
    steps: int = 0
    most: int = MOST_STEPS

    def index(self, index: Index) -> int:
        """The value of an integer expression.

        Raises ``Unsupported`` where a divisor is not positive, or a table has no entries.
        """
        total = 0
        for monomial, coefficient in index.terms:
            for atom in monomial:
                coefficient *= self._atom(atom)
            total += coefficient
        return total

    def _atom(self, atom: IndexAtom) -> int:
        match atom:
            case Var(name) | Size(name):
                return self.value(name)
            case Floor(numerator, divisor):
                return self.index(numerator) // self._divisor(divisor)
            case Mod(numerator, divisor):
                return self.index(numerator) % self._divisor(divisor)
            case Lookup(tensor, subscripts):
                return self._entry(tensor, tuple(self.index(s) for s in subscripts))

    def value(self, name: str) -> int:
        """The value of a size or an index variable; raises ``Unsupported`` where none is given."""
        if name not in self.values:
            raise Unsupported(f"no range is known for {name}")
        return self.values[name]

    def _divisor(self, index: Index) -> int:
        value = self.index(index)
        if value < 1:
            raise Unsupported("a division by zero")
        return value

    def _entry(self, tensor: str, at: tuple[int, ...]) -> int:
        if (tensor, at) not in self.tables:
            if tensor not in self.bounds:
                raise Unsupported(f"no bound is known for the integer tensor {tensor}")
            below = self.index(self.bounds[tensor])
            if below < 1:
                raise Unsupported(f"the integer tensor {tensor} has no possible entry")
            self.tables[tensor, at] = crc32(repr((tensor, at, self.seed)).encode()) % below
        return self.tables[tensor, at]

    def holds(self, condition: Condition) -> bool:
        """The truth of a condition on indices."""
        match condition:
            case IndexCondition(relation, index):
                value = self.index(index)
                return value == 0 if relation == "==" else value >= 0
            case All(parts):
                return all(self.holds(part) for part in parts)
            case Some(parts):
                return any(self.holds(part) for part in parts)
            case Not(part):
                return not self.holds(part)
            case _:
                raise Unsupported("a condition on scalars")

    def step(self) -> None:
        """Count one point of a sum; raises ``Unsupported`` past ``most`` of them."""
        self.steps += 1
        if self.steps > self.most:
            raise Unsupported("too many points to expand")


def expand(terms: Iterable[PointTerm], point: Point) -> dict[tuple[Hashable, Monomial], Fraction]:
    """The coefficients, by rest and monomial of entries, at a point that gives sizes and free variables.

    Raises ``Unsupported`` past ``MOST_STEPS`` points.
    """
    total: dict[tuple[Hashable, Monomial], Fraction] = {}
    for term in terms:
        for _ in _points(term, point, 0):
            value = term.coefficient
            for name, exponent in term.weight:
                if exponent < 0:
                    raise Unsupported(f"a negative power of {name} as a weight")
                value *= point.value(name) ** exponent
            key = (term.rest, _monomial(term, point))
            value += total.get(key, Fraction(0))
            if value:
                total[key] = value
            else:
                total.pop(key, None)
    return total


def _points(term: PointTerm, point: Point, depth: int) -> Iterator[None]:
    point.step()
    if depth == len(term.binders):
        if all(point.holds(condition) for condition in term.conditions):
            yield
        return
    name, lower, upper = term.binders[depth]
    before = point.values.get(name)
    for value in range(point.index(lower), point.index(upper)):
        point.values[name] = value
        yield from _points(term, point, depth + 1)
    if before is None:
        point.values.pop(name, None)
    else:
        point.values[name] = before


def _monomial(term: PointTerm, point: Point) -> Monomial:
    exponents: dict[tuple[Hashable, tuple[int, ...]], int] = {}
    for key, subscripts, exponent in term.atoms:
        at = (key, tuple(point.index(s) for s in subscripts))
        exponents[at] = exponents.get(at, 0) + exponent
    return frozenset((key, at, exponent) for (key, at), exponent in exponents.items())


def search(
    terms: Iterable[PointTerm], free: Mapping[str, tuple[Index, Index]], context: SizeContext, most: int = MOST_STEPS
) -> Witness | None:
    """The first point, by the sum of the sizes, where the sum of the terms is not zero; ``None`` if none is found."""
    members = list(terms)
    names = [*context.sizes, *context.integers]
    lowest = [1] * len(context.sizes) + [0] * len(context.integers)
    steps = 0
    for values in islice(_by_sum(lowest), MOST_SIZES):
        for seed in range(2 if context.tables else 1):
            point = Point(dict(zip(names, values, strict=True)), context.tables, seed=seed, steps=steps, most=most)
            try:
                witness = _search_at(members, free, context, point)
            except Unsupported:
                if point.steps > most:
                    return None
                continue
            steps = point.steps
            if witness is not None:
                return witness
    return None


def _by_sum(lowest: list[int]) -> Iterator[tuple[int, ...]]:
    """Numbers up to ``LARGEST_SIZE``, each from its lowest on: by their sum, then lexicographically."""

    def from_(k: int, left: int) -> Iterator[tuple[int, ...]]:
        if k == len(lowest):
            yield ()
            return
        room = sum(LARGEST_SIZE - low for low in lowest[k + 1 :])
        for more in range(max(0, left - room), min(left, LARGEST_SIZE - lowest[k]) + 1):
            for rest in from_(k + 1, left - more):
                yield (lowest[k] + more, *rest)

    for total in range(sum(LARGEST_SIZE - low for low in lowest) + 1):
        yield from from_(0, total)


def _search_at(
    terms: list[PointTerm], free: Mapping[str, tuple[Index, Index]], context: SizeContext, point: Point
) -> Witness | None:
    if not all(point.holds(condition) for condition in context.conditions):
        return None
    sizes = tuple((name, point.values[name]) for name in (*context.sizes, *context.integers))
    ends = [(point.index(lower), point.index(upper)) for lower, upper in free.values()]
    if any(upper - lower > point.most for lower, upper in ends):
        raise Unsupported("too many points to expand")
    ranges = [range(lower, upper) for lower, upper in ends]
    for values in product(*ranges):
        point.values.update(zip(free, values, strict=True))
        for (rest, monomial), value in expand(terms, point).items():
            atoms = tuple(sorted(monomial, key=lambda atom: (str(atom[0]), atom[1])))
            tables = tuple(sorted(point.tables.items()))
            return Witness(sizes, tuple(zip(free, values, strict=True)), atoms, rest, value, tables)
    return None


def witness_at(
    values: Mapping[str, int], group: Group, free: Mapping[str, tuple[Index, Index]], context: SizeContext
) -> Witness | None:
    """The witness that a point of the group's sets is, confirmed by expansion; ``None`` if the expansion is zero there.

    Raises ``Unsupported`` where the expansion is too long.
    """
    scalars: dict[tuple[str, tuple[int, ...]], int] = {
        (name, ()): values[f"{name}[]"] for name in context.tables if f"{name}[]" in values
    }
    names = (*context.sizes, *context.integers)
    point = Point({name: values[name] for name in (*names, *free)}, context.tables, scalars)
    subscripts: dict[tuple[Hashable, int], dict[int, int]] = {}
    for k, place in enumerate(group.places):
        subscripts.setdefault((place.key, place.copy), {})[place.axis] = values[f"@{k}"]
    coefficients = expand(group.terms, point)
    wanted = _wanted(group, point, subscripts)
    rest = group.terms[0].rest
    value = coefficients.get((rest, wanted))
    if value is None:
        return None
    atoms = tuple(sorted(wanted, key=lambda atom: (str(atom[0]), atom[1])))
    sizes = tuple((name, values[name]) for name in names)
    indices = tuple((name, values[name]) for name in free)
    return Witness(sizes, indices, atoms, rest, value, tuple(sorted(point.tables.items())))


def _wanted(group: Group, point: Point, subscripts: Mapping[tuple[Hashable, int], Mapping[int, int]]) -> Monomial:
    exponents: dict[tuple[Hashable, tuple[int, ...]], int] = {}
    copies = dict(group.copies)
    for key, gcd in group.exponents:
        for copy in range(copies[key]):
            axes = dict(subscripts.get((key, copy), {}))
            axes.update({place.axis: point.index(index) for place, index in group.shared if place.key == key})
            at = (key, tuple(axes[axis] for axis in sorted(axes)))
            exponents[at] = exponents.get(at, 0) + gcd
    for key, indices, exponent in group.common:
        at = (key, tuple(point.index(index) for index in indices))
        exponents[at] = exponents.get(at, 0) + exponent
    return frozenset((key, at, exponent) for (key, at), exponent in exponents.items())
