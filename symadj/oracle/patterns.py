"""Generic entries: distinct small dyadic rationals in fixed patterns of signs and scales.

Nothing here is random. Dyadic numbers make the quick look in floating point exact for polynomials; distinct absolute
values avoid ties; the scales and signs reach both sides of conditions such as ``x > 6`` or ``abs(x - t) < beta``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from symadj.oracle.complexes import complex_of
from symadj.oracle.numbers import reciprocal


@dataclass(frozen=True, slots=True)
class Pattern:
    """How entries are chosen: magnitudes in the order of the multiples of ``step`` (0: all alike), the signs by
    ``signs`` ("+", "-", "0" for an entry that is 0), which repeats, times ``scale``, and times ``scalar`` for tensors
    without axes.
    """

    step: int
    signs: str
    scale: Fraction = Fraction(1)
    scalar: Fraction = Fraction(1)


_QUARTER = Fraction(1, 4)

SMOOTH = (
    Pattern(7, "+-++--+"),
    Pattern(5, "+"),
    Pattern(3, "-+-", _QUARTER),
    Pattern(9, "--+-+", scalar=Fraction(2)),
)
KINKED = (
    *SMOOTH,
    Pattern(11, "+-", scalar=Fraction(4)),
    Pattern(6, "-+", scalar=_QUARTER),
    Pattern(8, "-"),
    Pattern(10, "-+-++", Fraction(8)),
    Pattern(4, "+", _QUARTER),
    Pattern(13, "+", Fraction(8)),
    Pattern(14, "-++--", Fraction(2), Fraction(1, 2)),
    Pattern(16, "+--", Fraction(1, 16)),
)


# One or two entries need more patterns to fall between two thresholds: x > 2 and x > 3 differ at few numbers.
MOST_FEW = 2
FEW = tuple(
    Pattern(step, sign, Fraction(scale)) for scale in (1, 2) for step in (2, 12, 15, 18, 20, 22) for sign in ("+", "-")
)


def _prime_above(number: int) -> int:
    candidate = max(23, number | 1)
    while any(candidate % d == 0 for d in range(3, int(candidate**0.5) + 1, 2)):
        candidate += 2
    return candidate


# What generic entries miss: zeros, ones and ties. Only for claims that must hold there.
SPECIAL = (
    Pattern(0, "+", Fraction(0)),
    Pattern(0, "+", Fraction(8)),
    Pattern(0, "+-", Fraction(8)),
    Pattern(7, "0+"),
    Pattern(5, "+0"),
)


def around(threshold: Fraction) -> tuple[Pattern, ...]:
    """Entries on both sides of a number that entries are compared with, and of its negative."""
    return tuple(Pattern(step, signs, threshold) for step in (3, 17) for signs in ("-+", "+-"))


def between(low: Fraction, high: Fraction) -> tuple[Pattern, ...]:
    """All entries alike, between two numbers that entries are compared with, or between their negatives."""
    return tuple(Pattern(0, sign, 4 * (low + high)) for sign in ("+", "-"))


class Entries:
    """Hands out the entries of one pattern for ``count`` entries in all, each used once."""

    def __init__(self, pattern: Pattern, count: int) -> None:
        self.pattern = pattern
        self._prime = _prime_above(count + 1)
        self._unit = Fraction(1, 8 << max(0, (self._prime // 23).bit_length() - 1))
        self._taken = 0

    def take(self, count: int, rank: int) -> list[int | Fraction]:
        """The next ``count`` entries, for a tensor of so many axes."""
        scale = self.pattern.scale * (1 if rank else self.pattern.scalar) * self._unit
        return [self._next() * scale for _ in range(count)]

    def _next(self) -> int:
        self._taken += 1
        magnitude = self.pattern.step * self._taken % self._prime if self.pattern.step else 1
        sign = self.pattern.signs[self._taken % len(self.pattern.signs)]
        return 0 if sign == "0" else magnitude if sign == "+" else -magnitude


def inside(value: int | Fraction, low: Any, high: Any) -> Any:
    """A number strictly between two bounds (None: no bound), made from a generic one that is not 0."""
    if low is None and high is None:
        return value
    if high is None:
        return low + abs(value)
    if low is None:
        return high - abs(value)
    while max(value, -value) > 3:
        value = value * _QUARTER
    return low + (high - low) * (value + 4) * Fraction(1, 8)


def directions(count: int, over_complex: bool) -> list[Any]:
    """A direction with generic integer entries, none of them 0."""
    reals = [((5 * k + 2) % 31 + 1) * (-1 if k % 3 == 1 else 1) for k in range(count)]
    if not over_complex:
        return list(reals)
    return [complex_of(r, (7 * k + 3) % 29 + 1) for k, r in enumerate(reals)]


# ------------------------------------------------------------------------------------------------ integer tables


def tables(length: int, below: int) -> Iterator[list[int]]:
    """Some integer tensors with entries in ``range(below)``: permutations first, where the length allows them."""
    seen: set[tuple[int, ...]] = set()
    for table in (
        [k % below for k in range(length)],
        [(length - 1 - k) % below for k in range(length)],
        [(k + 1) % below for k in range(length)],
        [(k - 1) % below for k in range(length)],
        [0] * length,
        [k // 2 % below for k in range(length)],
        [below - 1] * length,
        [(2 * k + 1) % below for k in range(length)],
    ):
        if tuple(table) not in seen:
            seen.add(tuple(table))
            yield table
    if below**length <= 27:
        for entries in product(range(below), repeat=length):
            if entries not in seen:
                yield list(entries)


# ------------------------------------------------------------------------------------------------ matrices


ISOMETRIES = 4


def isometries(rows: int, columns: int, over_complex: bool) -> Iterator[list[Any]]:
    """``ISOMETRIES`` matrices, in row-major order, with orthonormal columns (rows, if there are fewer).

    They are a product of two reflections, with phases over the complex field; a reflection; a permutation; and the
    identity.
    """
    n = max(rows, columns)
    first, second = _reflection(n, 1, over_complex), _reflection(n, 2, over_complex)
    both = [[sum((first[i][k] * second[k][j] for k in range(n)), 0) for j in range(n)] for i in range(n)]
    phases = [complex_of(Fraction(3, 5), Fraction(4, 5) * (-1) ** k) if over_complex else 1 for k in range(n)]
    yield [both[i][j] * phases[j] for i in range(rows) for j in range(columns)]
    yield [first[i][j] for i in range(rows) for j in range(columns)]
    yield [int((i + 1) % n == j) for i in range(rows) for j in range(columns)]
    yield [int(i == j) for i in range(rows) for j in range(columns)]


def _reflection(n: int, seed: int, over_complex: bool) -> list[list[Any]]:
    """I - 2 v v* / (v* v), with rational entries."""
    v = [complex_of(k + seed, (k * seed) % 3 - 1) if over_complex else (k + seed) * (-1) ** k for k in range(n)]
    conj = [complex_of(k + seed, 1 - (k * seed) % 3) if over_complex else (k + seed) * (-1) ** k for k in range(n)]
    factor = -2 * reciprocal(sum((a * b for a, b in zip(v, conj, strict=True)), 0))
    return [[int(i == j) + v[i] * conj[j] * factor for j in range(n)] for i in range(n)]
