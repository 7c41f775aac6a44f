"""Points that satisfy ``assume`` at concrete sizes: generic entries, repaired until the hypotheses hold exactly.

What is found: bounds on entries (``x[i] > 0``, ``0 < p[i] and p[i] < 1``); equations that are affine in one of their
entries (symmetry, sums that are 1, ``x[i] == r[i]``); isometries; conditions on integer tables that a permutation, a
constant table or one of few tables satisfies; and whatever generic entries satisfy by themselves. Where nothing is
found the search has no point at these sizes: nothing wrong follows from that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

from symadj.errors import Unsupported
from symadj.oracle.complexes import Complex, complex_of
from symadj.oracle.duals import Dual, tangent_of
from symadj.oracle.failures import Dropped
from symadj.oracle.frames import Closure, Frame
from symadj.oracle.intervals import Interval
from symadj.oracle.numbers import is_zero, reciprocal
from symadj.oracle.patterns import ISOMETRIES, SMOOTH, Entries, Pattern, directions, inside, isometries, tables
from symadj.oracle.programs import CompiledAssumption, CompiledLet, Program, World, condition_names, equalities
from symadj.oracle.sizes import is_of_sizes
from symadj.oracle.unknowns import Polynomial, interpretations
from symadj.terms.index import var
from symadj.terms.nodes import All, Call, Condition, Entry, Term, ValueCondition, negate, walk

Place = tuple[str, int]

_NUDGE = Fraction(1, 100_003)


@dataclass(frozen=True, slots=True)
class Point:
    """The entries of inputs and cotangents, row by row, and what the unknown functions stand for."""

    values: dict[str, list[Any]]
    functions: dict[str, Polynomial] = field(default_factory=dict)

    def replaced(self, name: str, data: list[Any]) -> Point:
        """The point with other entries of one tensor."""
        return Point({**self.values, name: data}, self.functions)

    def with_entry(self, place: Place, value: Any) -> Point:
        """The point with another value at one place."""
        name, position = place
        data = list(self.values[name])
        data[position] = value
        return self.replaced(name, data)


@dataclass(frozen=True, slots=True)
class _Bound:
    """``tensor``'s entries are above (below) the value of ``limit``."""

    tensor: str
    limit: Closure
    is_lower: bool


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation between entries that ``assume`` states."""

    assumption: CompiledAssumption
    left: Closure
    right: Closure


class Hypotheses:
    """The assumptions of a statement on its entries, in the exact mode."""

    def __init__(self, program: Program) -> None:
        self.program = program
        statement = program.statement
        integer = {t.name for t in statement.inputs if t.below is not None}
        on_entries = [a for a in program.assumptions if a.source.indices or not is_of_sizes(a.source.condition)]
        self.of_tables = [a for a in on_entries if a.names and a.names <= integer]
        self.of_entries = [a for a in on_entries if a not in self.of_tables]
        names = {name for a in self.of_entries for name in a.names}
        self.lets = program.needed(names, statement.forward)
        self.bounds = [b for a in self.of_entries for b in _bounds(program, a)]
        self.equations = assumed_equations(program, self.of_entries)
        self.inputs = tuple(t for t in statement.inputs if t.below is None)
        self.tables = tuple(t for t in statement.inputs if t.below is not None)
        self.cotangents = tuple("d" + o for o in statement.outputs)

    def solvable(self, equation: Equation) -> list[str]:
        """The inputs that the equation depends on."""
        wanted = set(equation.assumption.names)
        for let in self.program.needed(wanted, self.program.statement.forward):
            wanted |= self.program.reads[let.name]
        return [t.name for t in self.inputs if t.name in wanted]


def assumed_equations(program: Program, of: Sequence[CompiledAssumption] | None = None) -> list[Equation]:
    """The equations between entries in the assumptions ``of`` (all of the program's, where they are not given)."""
    term = program.compiler.term
    return [
        Equation(a, term(e.left), term(e.right))
        for a in (program.assumptions if of is None else of)
        for e in equalities(a.source.condition, forced=program.mode.name in ("ring", "sympy"))
        if condition_names(e)
    ]


def _bounds(program: Program, assumption: CompiledAssumption) -> Iterator[_Bound]:
    indices = {name for name, _ in assumption.source.indices}
    for part in _conjuncts(assumption.source.condition):
        if isinstance(part, ValueCondition) and part.relation != "==":
            for entry, limit, is_lower in ((part.right, part.left, True), (part.left, part.right, False)):
                if any(isinstance(t, Entry) for t in walk(limit)):
                    continue
                if isinstance(entry, Call) and entry.function == "abs" and not is_lower:
                    yield from _bound(program, entry.arguments[0], limit, False, indices)
                    yield from _bound(program, entry.arguments[0], negate(limit), True, indices)
                yield from _bound(program, entry, limit, is_lower, indices)


def _bound(program: Program, entry: Term, limit: Term, is_lower: bool, indices: set[str]) -> Iterator[_Bound]:
    if isinstance(entry, Entry):
        subscripts = set(entry.subscripts)
        if len(subscripts) == len(entry.subscripts) and subscripts <= {var(i) for i in indices}:
            yield _Bound(entry.tensor, program.compiler.term(limit), is_lower)


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _conjuncts(part)
    else:
        yield condition


class Points:
    """The points of one statement at concrete sizes."""

    def __init__(self, hypotheses: Hypotheses, world: World) -> None:
        self.hypotheses = hypotheses
        self.world = world
        self.over_complex = world.program.mode.over_complex
        self.over_expressions = world.program.mode.name == "ring"
        self.names = (*(t.name for t in hypotheses.inputs), *hypotheses.cotangents)
        self.counts = {n: prod(world.shapes[n]) for n in self.names}
        self._limits = self._evaluate_bounds()

    def _evaluate_bounds(self) -> dict[str, tuple[Any, Any]]:
        limits: dict[str, tuple[Any, Any]] = {}
        for bound in self.hypotheses.bounds:
            try:
                value = bound.limit(self.world.frame({}))
            except (Dropped, TypeError):
                continue
            if not isinstance(value, int | Fraction):
                continue
            low, high = limits.get(bound.tensor, (None, None))
            if bound.is_lower:
                low = value if low is None else max(low, value)
            else:
                high = value if high is None else min(high, value)
            limits[bound.tensor] = (low, high)
        return limits

    # -------------------------------------------------------------------------------------------- generating

    def generate(self, patterns: tuple[Pattern, ...]) -> Iterator[Point]:
        """At most one point for each pattern (and for each of a few integer tables), that satisfies ``assume``."""
        found = list(islice(self._tables(), 16))
        if not found:
            return
        for k in range(max(len(patterns), len(found))):
            point = self._satisfying(patterns[k % len(patterns)], found[k % len(found)], k)
            if point is not None:
                yield point

    def _tables(self) -> Iterator[dict[str, list[int]]]:
        choices = []
        for tensor in self.hypotheses.tables:
            below = self.world.below.get(tensor.name, 1)
            choices.append(list(tables(prod(self.world.shapes[tensor.name]), below)))
        names = [t.name for t in self.hypotheses.tables]
        longest = max((len(c) for c in choices), default=0)
        diagonal = [tuple(c[k * (1 + at) % len(c)] for at, c in enumerate(choices)) for k in range(longest)]
        for chosen in (*diagonal, *islice(product(*choices), 2000)):
            candidate = dict(zip(names, chosen, strict=True))
            if self._hold(self.hypotheses.of_tables, self.world.frame(candidate)):
                yield candidate

    def _satisfying(self, pattern: Pattern, integer: dict[str, list[int]], turn: int) -> Point | None:
        functions = self.world.program.statement.functions
        chosen = {f: interpretations(arity)[turn % 2] for f, arity in functions.items()}
        for variant in _variants(pattern):
            values: dict[str, list[Any]] = {**integer, **self._generic(variant)}
            point = self.repaired(Point(values, chosen), frozenset(), turn)
            if point is None and turn == 0 and not self.hypotheses.equations:
                point = self.repaired(Point(self._dominant(values), chosen), frozenset(), turn)
            if point is not None:
                return point
        return None

    def _generic(self, pattern: Pattern) -> dict[str, list[Any]]:
        total = sum(self.counts.values()) * (2 if self.over_complex else 1)
        entries, values = Entries(pattern, total), {}
        cotangents = Entries(pattern if pattern.step else SMOOTH[0], total)
        for name in self.names:
            count, rank = self.counts[name], len(self.world.shapes[name])
            low, high = self._limits.get(name, (None, None))
            source = cotangents if name in self.hypotheses.cotangents else entries
            data = [inside(v, low, high) for v in source.take(count, rank)]
            if self.over_complex and low is None and high is None:
                data = [complex_of(re, im) for re, im in zip(data, source.take(count, rank), strict=True)]
            values[name] = data
        return values

    def _dominant(self, values: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """The entries, with a large number added on the diagonals of square matrices."""
        result = dict(values)
        for tensor in self.hypotheses.inputs:
            shape = self.world.shapes[tensor.name]
            if len(shape) == 2 and shape[0] == shape[1]:
                n = shape[0]
                result[tensor.name] = [v + 8 * int(k % (n + 1) == 0) for k, v in enumerate(values[tensor.name])]
        return result

    def nudged(self, point: Point) -> Point:
        """The point with every entry of the inputs moved a little, in a generic direction."""
        values = dict(point.values)
        for tensor in self.hypotheses.inputs:
            over_complex = self.over_complex and tensor.name not in self._limits
            step = directions(len(values[tensor.name]), over_complex)
            values[tensor.name] = [v + _NUDGE * d for v, d in zip(values[tensor.name], step, strict=True)]
        return Point(values, point.functions)

    # -------------------------------------------------------------------------------------------- satisfying

    def satisfies(self, point: Point) -> bool:
        """Does the point satisfy every assumption, beyond doubt?"""
        known = {n: data for n, data in point.values.items() if n in self.world.shapes}
        frame = self.world.frame(known, point.functions)
        return self._hold(self.hypotheses.of_tables, frame) and self._entries_hold(frame)

    def _entries_hold(self, frame: Frame) -> bool:
        if not self.hypotheses.of_entries:
            return True
        try:
            self.world.run(self.hypotheses.lets, frame)
        except Dropped:
            return False
        return self._hold(self.hypotheses.of_entries, frame)

    def _hold(self, assumptions: list[CompiledAssumption], frame: Frame) -> bool:
        try:
            return all(a.holds(frame) for a in assumptions)
        except Dropped:
            return False

    def repaired(self, point: Point, frozen: frozenset[Place], turn: int = 0) -> Point | None:
        """The point, with some entries that are not frozen changed so that it satisfies ``assume``; or None."""
        if self.hypotheses.equations:
            solved = self.solve(point, frozen)
            if solved is None and not frozen:
                solved = self._with_isometries(point, turn)
            if solved is None:
                return None
            point = solved
        return point if self.satisfies(point) else None

    def _with_isometries(self, point: Point, turn: int) -> Point | None:
        names = {n for e in self.hypotheses.equations for n in self.hypotheses.solvable(e)}
        shapes = {n: self.world.shapes[n] for n in sorted(names) if len(self.world.shapes[n]) == 2}
        kinds = range(ISOMETRIES)
        for kind in [*kinds[turn % ISOMETRIES :], *kinds[: turn % ISOMETRIES]]:
            for name, (rows, columns) in shapes.items():
                point = point.replaced(name, list(isometries(rows, columns, self.over_complex))[kind])
            solved = self.solve(point, frozenset())
            if solved is not None:
                return solved
        return None

    def solve(self, point: Point, frozen: frozenset[Place]) -> Point | None:
        """The equations of ``assume`` solved, one after the other, each for one entry in which it is affine."""
        pivots = set(frozen)
        for equation in self.hypotheses.equations:
            names = self.hypotheses.solvable(equation)
            ranges = [range(r(self.world.template)) for r in equation.assumption.ranges]
            for values in product(*ranges):
                solved = self._solve_one(point, equation, values, names, pivots)
                if solved is None:
                    return None
                point = solved
        return point

    def _solve_one(
        self, point: Point, equation: Equation, values: tuple[int, ...], names: list[str], pivots: set[Place]
    ) -> Point | None:
        try:
            frame = self._set(point.values, point, equation, values)
            residual = equation.left(frame) - equation.right(frame)
            if self.over_expressions:
                if _surely_zero(residual):
                    return point
            elif equation.assumption.condition(frame) is True:
                return point
        except Dropped:
            return None
        for name in names:
            for position in reversed(range(len(point.values[name]))):
                if (name, position) not in pivots:
                    for unit in (1, Complex(0, 1)) if self.over_complex else (1,):
                        moved = self._moved(point, equation, values, (name, position), unit, residual)
                        if moved is not None:
                            pivots.add((name, position))
                            return moved
        return None

    def _set(self, data: dict[str, list[Any]], point: Point, equation: Equation, at: tuple[int, ...]) -> Frame:
        """A frame for one instance of an equation."""
        known = {n: entries for n, entries in data.items() if n in self.world.shapes}
        frame = self.world.frame(known, point.functions)
        self.world.run(self._lets_of(equation), frame)
        for slot, value in zip(equation.assumption.indices, at, strict=True):
            frame[slot] = value
        return frame

    def _lets_of(self, equation: Equation) -> tuple[CompiledLet, ...]:
        return self.world.program.needed(equation.assumption.names, self.world.program.statement.forward)

    def _moved(
        self, point: Point, equation: Equation, at: tuple[int, ...], place: Place, unit: Any, residual: Any
    ) -> Point | None:
        """The point moved along one entry, so that the residual vanishes; None where it is not affine in the entry."""
        name, position = place
        old = point.values[name][position]
        dual = point.with_entry(place, Dual(old, unit))
        try:
            frame = self._set(dual.values, point, equation, at)
            slope = tangent_of(equation.left(frame) - equation.right(frame))
            if is_zero(slope):
                return None
            step = residual * reciprocal(slope)
            if isinstance(step, Interval) or (unit != 1 and isinstance(step, Complex)):
                return None
            moved = point.with_entry(place, old - unit * step)
            frame = self._set(moved.values, moved, equation, at)
            return moved if is_zero(equation.left(frame) - equation.right(frame)) else None
        except (Dropped, Unsupported):
            return None


def _surely_zero(residual: Any) -> bool:
    try:
        return is_zero(residual)
    except Unsupported:
        return False


def _variants(pattern: Pattern) -> Iterator[Pattern]:
    """The pattern, and what to try when its entries do not satisfy the assumptions: positive ones, smaller ones."""
    yield pattern
    yield Pattern(pattern.step, "+", pattern.scale, pattern.scalar)
    yield Pattern(pattern.step, "-++", pattern.scale, pattern.scalar * 8)
    for divisor in (8, 64):
        yield Pattern(pattern.step, pattern.signs, pattern.scale / divisor, pattern.scalar)
        yield Pattern(pattern.step, "+", pattern.scale / divisor, pattern.scalar)
