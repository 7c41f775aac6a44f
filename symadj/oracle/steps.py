"""Many equations between the lines of one program, tried together: each line is run once for each point.

Whether lines are the differentials of others is tried with dual numbers, which know nothing of the rules by which those
lines were derived: ``f(x + ε·dx) = f(x) + ε·df``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from symadj.errors import BudgetExceeded, Unsupported
from symadj.oracle.compiler import Compiler
from symadj.oracle.duals import Dual, tangent_of
from symadj.oracle.failures import Dropped, OutOfRange
from symadj.oracle.frames import STEPS, Frame, array
from symadj.oracle.modes import float_mode
from symadj.oracle.numbers import surely_differ
from symadj.oracle.patterns import KINKED
from symadj.oracle.points import Point, Points
from symadj.oracle.programs import STEP_BUDGET, CompiledLet, World, term_names
from symadj.oracle.search import Budget
from symadj.oracle.sizes import SizeConditions
from symadj.oracle.trying import Kind, Worlds, differ_in_float, loaded
from symadj.terms.index import Index
from symadj.terms.nodes import Term
from symadj.terms.statement import Let, Statement

_MOST_SIZES = 3
_EVALUATIONS = 60
_SIZE_STEPS = 20_000
_ROUGHLY = 1e-6
_SCALE = 1e-3
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """Two lines that differ at these sizes."""

    left: str
    right: str
    sizes: dict[str, int]


def first_failure(
    statement: Statement, pairs: Sequence[Pair], differential_of: Mapping[str, str], *, deadline: float
) -> Failure | None:
    """The first of ``pairs`` of lines of the forward program that differ somewhere at small sizes, or the first line
    that is no differential of the line it belongs to; ``None`` where no such point was found.

    ``differential_of`` names the differential of a line or, as an input, the direction in which an input moves.
    Where a side is undefined, or a line has a kink, nothing is concluded. ``deadline`` is a value of
    ``time.monotonic``.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="x: n, v: n", forward=["y[i] = x[i]**2", "t[i] = 2*v[i]*x[i]", "w = y"], equal=["y", "w"])
    >>> first_failure(of, [("y", "w")], {"x": "v", "y": "t"}, deadline=float("inf"))
    >>> first_failure(of, [("y", "t")], {}, deadline=float("inf")).sizes
    {'n': 2}
    """
    try:
        worlds = Worlds(statement)
        for sizes in _small(SizeConditions(statement)):
            found = _Trial(statement, worlds, pairs, differential_of, Budget(_EVALUATIONS, deadline)).at(sizes)
            if found is not None:
                return Failure(*found, sizes)
    except (Unsupported, BudgetExceeded, OutOfRange, RecursionError):
        pass
    return None


def _small(conditions: SizeConditions) -> list[dict[str, int]]:
    """The smallest sizes, and some at which every axis is longer than one."""
    budget = Budget(0, None, _SIZE_STEPS)
    found: list[dict[str, int]] = []
    for total in range(conditions.least_total, conditions.least_total + 3):
        found += list(conditions.of_total(total, budget.step))[:1]
    twos = {name: 2 + (k % 2) for k, name in enumerate(conditions.names)}
    if conditions.allow(twos):
        found.append(twos)
    return found[-_MOST_SIZES:]


@dataclass(slots=True)
class _Trial:
    statement: Statement
    worlds: Worlds
    pairs: Sequence[Pair]
    differential_of: Mapping[str, str]
    budget: Budget

    def at(self, sizes: dict[str, int]) -> Pair | None:
        """The first pair that fails at these sizes."""
        try:
            worlds = self.worlds.at(sizes)
            points = Points(self.worlds.hypotheses, worlds["exact"])
        except Dropped:
            return None
        for point in points.generate(KINKED[:4]):
            self.budget.spend()
            for pair in self._unlike(worlds["float"], point):
                if self._confirmed(worlds["exact"], point, pair):
                    return pair
            for pair in self._moved_otherwise(worlds, "float", point, self._differentials()):
                if any(True for _ in self._moved_otherwise(worlds, "exact", point, [pair])):
                    return pair
        return None

    def _differentials(self) -> list[Pair]:
        inputs = {tensor.name for tensor in self.statement.inputs}
        return [(line, moved) for line, moved in self.differential_of.items() if line not in inputs]

    # ---- equations

    def _unlike(self, world: World, point: Point) -> Iterator[Pair]:
        """The pairs that may differ; a side that is undefined says nothing of the others."""
        frame = self._frame(world, "float", point)
        lines = world.program.needed([name for pair in self.pairs for name in pair], self.statement.forward)
        undefined = _run(world, lines, frame)
        for left, right in self.pairs:
            if left not in undefined and right not in undefined:
                values = zip(world.get(frame, left).data, world.get(frame, right).data, strict=True)
                if _any_differ(values, "float"):
                    yield left, right

    def _confirmed(self, world: World, point: Point, pair: Pair) -> bool:
        """Whether the two sides differ exactly at the point: what floating point says may be rounding."""
        frame = self._frame(world, "exact", point)
        if _run(world, world.program.needed(list(pair), self.statement.forward), frame) & {*pair}:
            return False
        left, right = (world.get(frame, name).data for name in pair)
        return _any_differ(zip(left, right, strict=True), "exact")

    # ---- differentials

    def _moved_otherwise(
        self, worlds: Mapping[Kind, World], kind: Kind, point: Point, lines: Sequence[Pair]
    ) -> Iterator[Pair]:
        """The lines whose tangents are not what their differentials say."""
        if not lines:
            return
        world = worlds[kind]
        plain, dual = self._frame(world, kind, point), self._frame(world, kind, point)
        for tensor in self.statement.inputs:
            moved = self.differential_of.get(tensor.name)
            if moved is not None:
                both = zip(world.get(plain, tensor.name).data, world.get(plain, moved).data, strict=True)
                world.put(dual, tensor.name, [Dual(value, tangent) for value, tangent in both])
        program, forward = world.program, self.statement.forward
        undefined = _run(world, program.needed([moved for _, moved in lines], forward), plain)
        undefined |= _run(world, program.needed([line for line, _ in lines], forward), dual)
        for line, moved in lines:
            if line not in undefined and moved not in undefined:
                tangents = map(tangent_of, world.get(dual, line).data)
                if _any_differ(zip(tangents, world.get(plain, moved).data, strict=True), kind):
                    yield line, moved

    def _frame(self, world: World, kind: Kind, point: Point) -> Frame:
        return world.frame(_entries(self.statement, kind, world, point), point.functions)


def _entries(statement: Statement, kind: Kind, world: World, point: Point) -> dict[str, list[Any]]:
    return {t.name: loaded(world, kind, point.values[t.name], t.below is not None) for t in statement.inputs}


def _run(world: World, lines: Iterable[CompiledLet], frame: Frame) -> set[str]:
    """Runs the lines; the names of those that have no value here, or read one that has none."""
    undefined: set[str] = set()
    for line in lines:
        frame[STEPS] = STEP_BUDGET
        if world.program.reads[line.name] & undefined:
            undefined.add(line.name)
            continue
        try:
            world.run([line], frame)
        except (Dropped, OverflowError):
            undefined.add(line.name)
    return undefined


def _any_differ(values: Iterable[tuple[Any, Any]], kind: Kind) -> bool:
    try:
        if kind == "exact":
            return any(surely_differ(a, b) for a, b in values)
        # What cancels is no more exact than what it is made of, which is seldom small.
        return any(differ_in_float(a, b, max(_SCALE, abs(a) + abs(b))) for a, b in values)
    except (Dropped, OverflowError):
        return False


# ------------------------------------------------------------------------------------------------ guesses


class Sample:
    """A program's lines in floating point at one small point, against which guesses are held before anyone tries to
    prove them. Nothing rests on it; where no point is found it refutes nothing.
    """

    def __init__(self, statement: Statement) -> None:
        self._known: set[str] = set()
        self._undefined: set[str] = set()
        self._frame: Frame = []
        self._compiler = Compiler(float_mode(statement.complex))
        try:
            worlds = Worlds(statement)
            both = worlds.at(_small(SizeConditions(statement))[-1])
            point = next(Points(worlds.hypotheses, both["exact"]).generate(KINKED[:4]))
        except (Dropped, Unsupported, OutOfRange, BudgetExceeded, RecursionError, IndexError, StopIteration):
            return
        self._compiler = worlds.float.compiler
        self._frame = both["float"].frame(_entries(statement, "float", both["float"], point), point.functions)

    def add(self, line: Let) -> None:
        """A further line; one that is known already stays as it is."""
        if line.name in self._known or not self._frame:
            return
        self._known.add(line.name)
        found = self._values(tuple(zip(line.indices, line.shape, strict=True)), line.body)
        if found is None:
            self._undefined.add(line.name)
            return
        slot = self._compiler.slot("tensor", line.name)
        self._grow()
        self._frame[slot] = array(*found)

    def refutes(self, indices: Sequence[tuple[str, Index]], left: Term, right: Term) -> bool:
        """Whether the two terms differ at this point."""
        one, other = (self._values(indices, term) for term in (left, right))
        if one is None or other is None:
            return False
        # Far more than rounding, for what cancels in a deep program: a guess that is let through costs time only.
        pairs = zip(one[1], other[1], strict=True)
        return any(abs(a - b) > _ROUGHLY * max(1.0, abs(a) + abs(b)) for a, b in pairs)

    def _values(self, indices: Sequence[tuple[str, Index]], term: Term) -> tuple[tuple[int, ...], list[Any]] | None:
        if not self._frame or term_names(term) & self._undefined:
            return None
        try:
            slots = [self._compiler.slot("index", name) for name, _ in indices]
            closure = self._compiler.term(term)
            axes = [self._compiler.index(length) for _, length in indices]
            self._grow()
            frame = self._frame
            frame[STEPS] = STEP_BUDGET
            shape = tuple(axis(frame) for axis in axes)
            data = []
            for values in product(*map(range, shape)):
                for slot, value in zip(slots, values, strict=True):
                    frame[slot] = value
                data.append(closure(frame))
            return shape, data
        except (Dropped, Unsupported, BudgetExceeded, OutOfRange, OverflowError, RecursionError):
            return None

    def _grow(self) -> None:
        self._frame += [None] * (self._compiler.frame_length() - len(self._frame))
