"""A failing point made simple: as many zeros as it bears, then ones, then small numbers; and still failing, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any, Protocol

from symadj.errors import BudgetExceeded
from symadj.oracle.complexes import Complex
from symadj.oracle.failures import OutOfRange
from symadj.oracle.points import Point, Points
from symadj.oracle.programs import World
from symadj.oracle.trying import Kind, Position
from symadj.oracle.unknowns import Polynomial, simpler

_SIMPLE: tuple[int | Fraction, ...] = (0, 1, -1, 2, Fraction(1, 2), -2, Fraction(-1, 2), 3, -3, 4, 5, 7)
_ROUNDS = 3


class Failing(Protocol):
    """Tells whether a claim fails at a point."""

    @property
    def worlds(self) -> dict[Kind, World]: ...

    @property
    def points(self) -> Points: ...

    def failure(self, point: Point, at: Position) -> tuple[Any, Any] | None: ...


def simplify(spot: Failing, point: Point, at: Position) -> Point:
    """A simpler point at which the claim fails at the same position; the same one where none is found.

    When the budget runs out, the simplest found so far.
    """
    simplifier = _Simplifier(spot, point, at)
    with suppress(BudgetExceeded):
        simplifier.run()
    return simplifier.point


class _Simplifier:
    def __init__(self, spot: Failing, point: Point, at: Position) -> None:
        self.spot = spot
        self.point = point
        self.at = at
        self.integer = set(spot.worlds["exact"].program.below)

    def run(self) -> None:
        self._functions()
        for name in self._names():
            self._whole(name)
        for _ in range(_ROUNDS):
            before = self.point
            for name in self._names():
                self._entries(name)
            if self.point is before:
                break
        self._functions()

    def _names(self) -> list[str]:
        """Cotangents first: a claim is linear in them, so that a single one serves."""
        cotangents = [n for n in self.point.values if n in self.spot.points.hypotheses.cotangents]
        return cotangents + [n for n in self.point.values if n not in cotangents]

    def _try(self, candidate: Point, frozen: frozenset[tuple[str, int]] = frozenset()) -> bool:
        """Takes the candidate, repaired for the equations of ``assume``, if the claim still fails there."""
        try:
            if self.spot.points.hypotheses.equations:
                solved = self.spot.points.solve(candidate, frozen)
                if solved is None:
                    return False
                candidate = solved
            if _cost(candidate) >= _cost(self.point) or self.spot.failure(candidate, self.at) is None:
                return False
        except OutOfRange:
            return False
        self.point = candidate
        return True

    def _whole(self, name: str) -> None:
        """All entries of one tensor at once: zeros, one 1 among zeros (an identity, of a square matrix), ones."""
        data = self.point.values[name]
        for candidate in self._fillings(name, len(data)):
            if self._try(self.point.replaced(name, candidate)):
                return

    def _fillings(self, name: str, count: int) -> Iterator[list[Any]]:
        yield [0] * count
        if name in self.integer or count < 2:
            return
        if name in self.spot.points.hypotheses.cotangents:
            for k in range(min(count, 16)):
                yield [int(j == k) for j in range(count)]
        shape = self.spot.worlds["exact"].shapes.get(name, ())
        if len(shape) == 2 and shape[0] == shape[1]:
            yield [int(k % (shape[0] + 1) == 0) for k in range(count)]

    def _entries(self, name: str) -> None:
        for position in reversed(range(len(self.point.values[name]))):
            old = self.point.values[name][position]
            for value in self._simpler(name, old):
                if self._try(self.point.with_entry((name, position), value), frozenset({(name, position)})):
                    break

    def _simpler(self, name: str, old: Any) -> Iterator[Any]:
        if name in self.integer:
            yield from range(old)
            return
        best = number_cost(old)
        candidates: list[Any] = list(_SIMPLE)
        if isinstance(old, Complex):
            candidates += [old.re, Complex(0, 1), Complex(0, old.im), Complex(1, 1), Complex(0, -1), Complex(0, 2)]
        elif not isinstance(old, int):
            candidates += [round(old), Fraction(round(2 * old), 2)]
        for value in candidates:
            if number_cost(value) < best:
                yield value

    def _functions(self) -> None:
        for name, old in self.point.functions.items():
            for candidate in simpler(old.arity):
                if self._try(Point(self.point.values, {**self.point.functions, name: candidate})):
                    break


def _cost(point: Point) -> int:
    entries = sum(number_cost(v) for data in point.values.values() for v in data)
    return entries + sum(_function_cost(f) for f in point.functions.values())


def _function_cost(function: Polynomial) -> int:
    return sum(3 + sum(e) + number_cost(c) for e, c in function.coefficients.items())


def number_cost(value: Any) -> int:
    """How much there is to read in a number: 0 for 0, which is not written at all."""
    if isinstance(value, Complex):
        return 6 + number_cost(value.re) + number_cost(value.im)
    if value in (0, 1):
        return int(value) * 4
    size = abs(value.numerator) + 3 * (value.denominator - 1)
    return 4 + min(int(size), 1000) + int(value < 0)
