"""What the numbers say: a statement's arrays at small sizes, and which of its claims are false there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from symadj.calculus import Hypothesis
from symadj.terms.index import Index
from symadj.terms.nodes import Condition, Entry, condition_terms, walk
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, Shape, Statement
from tests.support.claims import group
from tests.support.numbers import (
    FAILURES,
    STEP,
    Array,
    Arrays,
    Ints,
    Line,
    allow,
    close,
    compile_condition,
    compile_index,
    positions,
)

LARGE = 1e5  # values past it lose too many digits
SIZE_CHOICES = ((1, 2, 3), (2, 2, 2), (2, 3, 1), (3, 3, 3), (3, 2, 2), (1, 1, 1), (4, 4, 4))


@dataclass(frozen=True)
class Point:
    """Sizes, and the arrays of inputs, lines and cotangents there; ``slopes`` maps an input to ⟨D forward [v], δ⟩."""

    sizes: Ints
    arrays: Arrays
    directions: Arrays
    slopes: dict[str, float]


def draw_array(random: Random, shape: Shape, sizes: Ints, positive: bool) -> Array:
    """Generic entries, away from zero and from each other."""
    return {
        p: random.uniform(0.3, 1.1) * (1 if positive or random.random() < 0.6 else -1) for p in positions(shape, sizes)
    }


def assumed(statement: Statement) -> set[str]:
    """The tensors that are assumed to be positive."""
    return {
        t.tensor
        for a in statement.assumptions
        for part in condition_terms(a.condition)
        for t in walk(part)
        if isinstance(t, Entry)
    }


class Evaluated:
    """A statement's forward map at several points, with its derivative along one direction of each input."""

    def __init__(self, statement: Statement, random: Random, sizes: Sequence[Ints], slopes: bool = True) -> None:
        self.statement = statement
        self.random = random
        self.lines = [Line(let) for let in statement.forward]
        self.positive = assumed(statement)
        self.points = [p for s in sizes if (p := self._point(s, slopes)) is not None]

    def _point(self, sizes: Ints, wanted: bool) -> Point | None:
        statement = self.statement
        try:
            arrays = {t.name: self._draw(t.shape, sizes, t.name in self.positive) for t in statement.inputs}
            directions = {t.name: self._draw(t.shape, sizes, False) for t in statement.inputs}
            base = self._forward(arrays, sizes)
            if any(abs(v) > LARGE for array in base.values() for v in array.values()):
                return None
            deltas = {"d" + o: self._draw(statement.shape(o), sizes, False) for o in statement.outputs}
            slopes = {}
            for name in [t.name for t in statement.inputs] if wanted else ():
                moved = {p: complex(v, STEP * directions[name][p]) for p, v in arrays[name].items()}
                found = self._forward({**arrays, name: moved}, sizes)
                slopes[name] = sum(
                    complex(v).imag / STEP * deltas["d" + o][p] for o in statement.outputs for p, v in found[o].items()
                )
        except FAILURES:
            return None
        return Point(sizes, {**base, **deltas}, directions, slopes)

    def _draw(self, shape: Shape, sizes: Ints, positive: bool) -> Array:
        return draw_array(self.random, shape, sizes, positive)

    def _forward(self, arrays: Arrays, sizes: Ints) -> Arrays:
        found = dict(arrays)
        for line in self.lines:
            found[line.let.name] = line.run(sizes, found)
        return found


def sizes_of(statement: Statement, random: Random, count: int) -> list[Ints]:
    """Some small sizes, square and not."""
    choices = random.sample(SIZE_CHOICES, count)
    return [{n: choice[k % 3] for k, n in enumerate(statement.sizes)} for choice in choices]


def smooth(points: Sequence[Point], hypotheses: Sequence[Hypothesis]) -> list[Point]:
    """The points at which the forward map has a derivative: ties are not so rare, where two sums become the same."""
    kept = []
    for point in points:
        try:
            if all(holds(h.indices, h.condition, point.sizes, point.arrays) for h in hypotheses):
                kept.append(point)
        except FAILURES:
            continue
    return kept


def holds(indices: Sequence[tuple[str, Index]], condition: Condition, sizes: Ints, arrays: Arrays) -> bool:
    """Whether a condition holds for all values of its indices, whose ranges may hold earlier ones."""
    test = compile_condition(condition)
    places: list[Ints] = [dict(sizes)]
    for name, length in indices:
        upper = compile_index(length)
        places = [{**p, name: k} for p in places for k in range(upper(p, arrays))]
    allow(20_000)
    return all(test(p, arrays) for p in places)


class Judge:
    """Which claims are true by the numbers."""

    def __init__(self, statement: Statement, points: Sequence[Point]) -> None:
        self.false: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.invalid: set[str] = set()
        self.statement = statement
        self.at: list[tuple[Point, Arrays]] = []
        lines = [Line(let) for let in (*statement.forward, *statement.backward)]
        for point in points:
            arrays = dict(point.arrays)
            for line in lines:
                if line.let.name not in arrays:
                    self._run(line, point.sizes, arrays)
            self.at.append((point, arrays))
            for claim in statement.claims:
                self._judge(claim, point, arrays)

    def _run(self, line: Line, sizes: Ints, arrays: Arrays) -> None:
        try:
            arrays[line.let.name] = line.run(sizes, arrays)
        except KeyError as error:
            if error.args and isinstance(error.args[0], tuple):
                self.invalid.add(group(line.let.name))
        except FAILURES:
            pass

    def _judge(self, claim: Claim, point: Point, arrays: Arrays) -> None:
        if isinstance(claim, GradientClaim):
            value = arrays.get(claim.target)
            if value is None:
                return
            got = sum(complex(v).real * point.directions[claim.input][p] for p, v in value.items())
            want = point.slopes[claim.input]
            scale = 1 + abs(want) + max((abs(v) for v in value.values()), default=0.0)
            agree = abs(got - want) <= 1e-6 * scale
        elif isinstance(claim, EqualClaim):
            left, right = arrays.get(claim.left), arrays.get(claim.right)
            if left is None or right is None:
                return
            agree = close(left, right)
        else:
            return
        if agree:
            self.seen[claim.target] = self.seen.get(claim.target, 0) + 1
        else:
            self.false.setdefault(claim.target, f"at {point.sizes}")
