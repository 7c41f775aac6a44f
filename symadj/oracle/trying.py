"""What all trials of claims share: the programs of a statement in both kinds of numbers, positions, kinks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any, Literal

from symadj.oracle.complexes import imaginary_part, real_part
from symadj.oracle.duals import Dual
from symadj.oracle.failures import Undecided, Undefined
from symadj.oracle.frames import Frame
from symadj.oracle.modes import exact_mode, float_mode, strict_mode
from symadj.oracle.numbers import surely_differ
from symadj.oracle.patterns import directions
from symadj.oracle.points import Hypotheses, Point, Points
from symadj.oracle.programs import CompiledLet, Program, World
from symadj.terms.nodes import (
    Call,
    Extremum,
    Indicator,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    condition_terms,
    walk,
)
from symadj.terms.statement import Statement

Kind = Literal["exact", "float", "strict"]

_RELATIVE = 1e-9
_ABSOLUTE = 1e-12


@dataclass(frozen=True, slots=True)
class Position:
    """Where a claim fails: subscripts in a tensor; for linearity also which of its two halves fails."""

    tensor: str
    subscripts: tuple[int, ...]
    law: str = ""


class Worlds:
    """The programs of a statement: exact, in floating point, and for ``almost everywhere`` a strict one, in which
    entries that happen to be equal can't be compared."""

    def __init__(self, statement: Statement, deadline: float | None = None) -> None:
        self.statement = statement
        self.exact = Program(statement, exact_mode(statement.complex), deadline)
        self.float = Program(statement, float_mode(statement.complex), deadline)
        self.hypotheses = Hypotheses(self.exact)
        strictly = statement.almost_everywhere
        self.strict = Program(statement, strict_mode(statement.complex), deadline) if strictly else None

    @contextmanager
    def without_deadline(self) -> Iterator[None]:
        """A context in which what was found is evaluated to its end, whatever the time."""
        programs = [p for p in (self.exact, self.float, self.strict) if p is not None]
        deadlines = [p.deadline for p in programs]
        for program in programs:
            program.deadline = None
        try:
            yield
        finally:
            for program, deadline in zip(programs, deadlines, strict=True):
                program.deadline = deadline

    def at(self, sizes: dict[str, int]) -> dict[Kind, World]:
        """The programs at these sizes."""
        worlds: dict[Kind, World] = {"exact": self.exact.at(sizes), "float": self.float.at(sizes)}
        if self.strict is not None:
            worlds["strict"] = self.strict.at(sizes)
        return worlds


def loaded(world: World, kind: Kind, data: Sequence[Any], integer: bool = False) -> list[Any]:
    """Exact entries in the numbers of a program."""
    if kind != "float" or integer:
        return list(data)
    if world.program.mode.over_complex:
        return [complex(float(real_part(v)), float(imaginary_part(v))) for v in data]
    return [float(v) for v in data]


def differ_in_float(left: Any, right: Any, scale: float) -> bool:
    """Is the difference more than rounding? Raises ``Undefined`` for numbers that are not finite."""
    gap = abs(left - right)
    if not isfinite(gap) or not isfinite(scale):
        raise Undefined("a number that is not finite")
    return bool(gap > _RELATIVE * scale + _ABSOLUTE * min(1.0, scale))


class Trial(ABC):
    """How one kind of claim is tried.

    ``kinked``: may the forward map have kinks? ``thresholds``: with which numbers are entries compared?
    """

    kinked: bool
    thresholds: tuple[Fraction, ...]

    def __init__(self, worlds: Worlds, targets: Sequence[str]) -> None:
        statement = worlds.statement
        self.statement = statement
        self.integer = {t.name for t in statement.inputs if t.below is not None}
        self.forward: dict[Kind, tuple[CompiledLet, ...]] = {
            "exact": worlds.exact.needed(targets, statement.forward),
            "float": worlds.float.needed(targets, statement.forward),
        }
        names = {let.name for let in self.forward["exact"]}
        self.kinked = any(has_kink(let.body) for let in statement.forward if let.name in names)
        lets = (*(let for let in statement.forward if let.name in names), *statement.backward)
        self.thresholds = tuple(sorted({t for let in lets for t in thresholds(let.body)}))

    @abstractmethod
    def positions(self, world: World) -> Iterator[Position]:
        """All positions at which the claim says something, in order."""

    @abstractmethod
    def suspicious(self, worlds: dict[Kind, World], point: Point) -> bool:
        """May the claim fail at this point? In floating point. Raises ``Dropped``."""

    @abstractmethod
    def values(self, kind: Kind, worlds: dict[Kind, World], point: Point, at: Position) -> tuple[Any, Any]:
        """The claimed and the actual value at a position. Raises ``Dropped``."""

    @abstractmethod
    def run_moving(self, world: World, point: Point) -> None:
        """Runs the strict program. Raises ``Dropped`` where entries that are compared happen to be equal."""

    def start(self, point: Point) -> Point:
        """The point, with all that the trial needs beside inputs and cotangents."""
        return point

    def others(self, point: Point, at: Position) -> tuple[Point, ...]:
        """The other points that must satisfy ``assume`` for the claim to say something at this position."""
        return ()

    def check(self, worlds: dict[Kind, World], points: Points, point: Point, at: Position) -> None:
        """Raises ``Dropped`` where a failure of the claim does not count: at a kink of the forward map, if the claim is
        about its derivative; and when ``almost everywhere`` is assumed, at a point that a null set may hold."""
        if "strict" not in worlds:
            return
        moved = points.repaired(points.nudged(point), frozenset())
        if moved is None:
            raise Undecided("no other point near this one")
        for place in (point, moved):
            self.run_moving(worlds["strict"], place)
        if not surely_differ(*self.values("exact", worlds, moved, at)):
            raise Undecided("the claim may fail at a null set only")

    def load(self, kind: Kind, world: World, point: Point, without: str = "") -> Frame:
        """A frame with the statement's inputs."""
        values = {
            t.name: loaded(world, kind, point.values[t.name], t.name in self.integer)
            for t in self.statement.inputs
            if t.name != without
        }
        return world.frame(values, point.functions)

    def all_moving(self, world: World, point: Point) -> Frame:
        """A frame of the strict program in which every entry depends on the direction."""
        frame = self.load("strict", world, point)
        for tensor in self.statement.inputs:
            if tensor.name not in self.integer:
                data = point.values[tensor.name]
                world.put(frame, tensor.name, moving(data, self.statement.complex))
        return frame


def moving(data: Sequence[Any], over_complex: bool) -> list[Any]:
    """Dual numbers along a generic direction."""
    return [Dual(v, d) for v, d in zip(data, directions(len(data), over_complex), strict=True)]


def has_kink(term: Term) -> bool:
    for part in walk(term):
        match part:
            case Extremum() | Select():
                return True
            case Sum(binder, _) | Product(binder, _) if binder.condition is not None:
                if any(True for _ in condition_terms(binder.condition)):
                    return True
            case Call(function, _) if function in ("relu", "abs", "sign", "maximum", "minimum"):
                return True
            case Call(function, _) if function in ("arcsin", "arccos"):
                return True
            case Power(_, Number(value)) if value.denominator != 1:
                return True
            case Indicator(condition) if any(True for _ in condition_terms(condition)):
                return True
    return False


def thresholds(term: Term) -> Iterator[Fraction]:
    """The sizes of the numbers, other than 0, that stand in comparisons, maxima and minima."""
    for part in walk(term):
        match part:
            case Indicator(condition) | Select(condition, _, _):
                compared = list(condition_terms(condition))
            case Sum(binder, _) | Product(binder, _) if binder.condition is not None:
                compared = list(condition_terms(binder.condition))
            case Call("maximum" | "minimum", arguments):
                compared = list(arguments)
            case _:
                continue
        for side in compared:
            yield from (abs(t.value) for t in walk(side) if isinstance(t, Number) and t.value not in (0, 1, -1))


def flat(subscripts: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """The place of an entry in row-major order."""
    position = 0
    for subscript, length in zip(subscripts, shape, strict=True):
        position = position * length + subscript
    return position
