"""What the numbers say: a statement's arrays at small sizes, and which of its claims are false there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from symadj.calculus import Hypothesis
from symadj.oracle import Counterexample
from symadj.oracle.counterexample import parse_entry_name, parse_number
from symadj.terms.index import Index
from symadj.terms.nodes import Condition, Entry, condition_terms, walk
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, Shape, Statement
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

NEAR = 1e-6  # as far as two values of a counterexample may be from these numbers
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
            base = _run(self.lines, sizes, arrays)
            if any(abs(v) > LARGE for array in base.values() for v in array.values()):
                return None
            deltas = {"d" + o: self._draw(statement.shape(o), sizes, False) for o in statement.outputs}
            slopes = {}
            for name in [t.name for t in statement.inputs] if wanted else ():
                moved = {p: complex(v, STEP * directions[name][p]) for p, v in arrays[name].items()}
                found = _run(self.lines, sizes, {**arrays, name: moved})
                slopes[name] = sum(
                    complex(v).imag / STEP * deltas["d" + o][p] for o in statement.outputs for p, v in found[o].items()
                )
        except FAILURES:
            return None
        return Point(sizes, {**base, **deltas}, directions, slopes)

    def _draw(self, shape: Shape, sizes: Ints, positive: bool) -> Array:
        return draw_array(self.random, shape, sizes, positive)


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
    """Which claims are false by the numbers, and where. ``seen`` counts the points at which a claim was compared."""

    def __init__(self, statement: Statement, points: Sequence[Point]) -> None:
        self.false: dict[str, list[tuple[Ints, Arrays]]] = {}
        self.seen: dict[str, int] = {}
        lines = [Line(let) for let in (*statement.forward, *statement.backward)]
        for point in points:
            arrays = dict(point.arrays)
            for line in lines:
                if line.let.name not in arrays:
                    with suppress(*FAILURES):
                        arrays[line.let.name] = line.run(point.sizes, arrays)
            for claim in statement.claims:
                agree = self._agree(claim, point, arrays)
                if agree is not None:
                    self.seen[claim.target] = self.seen.get(claim.target, 0) + 1
                if agree is False:
                    self.false.setdefault(claim.target, []).append((point.sizes, arrays))

    def _agree(self, claim: Claim, point: Point, arrays: Arrays) -> bool | None:
        """Whether a claim holds at a point; ``None`` where it says nothing there."""
        if isinstance(claim, GradientClaim):
            value = arrays.get(claim.target)
            if value is None:
                return None
            got = sum(complex(v).real * point.directions[claim.input][p] for p, v in value.items())
            want = point.slopes[claim.input]
            scale = 1 + abs(want) + max((abs(v) for v in value.values()), default=0.0)
            return abs(got - want) <= 1e-6 * scale
        if isinstance(claim, EqualClaim):
            left, right = arrays.get(claim.left), arrays.get(claim.right)
            return None if left is None or right is None else close(left, right)
        return None


def contradicts(statement: Statement, claim: Claim, example: Counterexample) -> bool:
    """Whether the two values of a counterexample are other ones by these numbers; not where these cannot tell."""
    if statement.functions and any("(" in name for name in example.entries):
        return False  # an unknown function is sin here, and a polynomial there
    sizes = dict(example.sizes)
    tensors = {t.name: t.shape for t in statement.inputs} | {"d" + o: statement.shape(o) for o in statement.outputs}
    try:
        arrays: Arrays = {n: dict.fromkeys(positions(s, sizes), 0.0) for n, s in tensors.items()}
        for name, value in example.entries.items():
            tensor, subscripts = parse_entry_name(name)
            arrays[tensor][subscripts] = float(Fraction(value))
        lines = [Line(let) for let in (*statement.forward, *statement.backward)]
        found = _run(lines, sizes, arrays)
        _, at = parse_entry_name("e" + example.at.removeprefix(claim.target))
        if isinstance(claim, EqualClaim):
            values = found[claim.left][at], found[claim.right][at]
        elif isinstance(claim, GradientClaim):
            moved = dict(arrays[claim.input])
            moved[at] = complex(moved[at], STEP)
            slopes = _run(lines[: len(statement.forward)], sizes, {**arrays, claim.input: moved})
            outputs = [
                (complex(v).imag / STEP, arrays["d" + o][p]) for o in statement.outputs for p, v in slopes[o].items()
            ]
            values = found[claim.target][at], sum(slope * delta for slope, delta in outputs)
        else:
            return False
    except FAILURES:
        return False
    return not all(_near(v, text) for v, text in zip(values, (example.claimed, example.actual), strict=True))


def _near(value: complex, text: str) -> bool:
    middle = float(sum(parse_number(text).re)) / 2
    return abs(complex(value).real - middle) <= NEAR * (1 + abs(middle))


def _run(lines: Sequence[Line], sizes: Ints, arrays: Arrays) -> Arrays:
    """The arrays with those of the lines."""
    found = dict(arrays)
    for line in lines:
        found[line.let.name] = line.run(sizes, found)
    return found
