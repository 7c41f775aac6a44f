"""One claim tried at one point: what is claimed at a position, and what is actually so.

Gradients come from dual numbers: the actual gradient at position ``p`` is ⟨D forward [e_p], cotangents⟩ with the inner
product Re Σ conj(a) b; over the complex field the direction 1j·e_p gives its imaginary part.

A trial is made twice: in floating point, to find candidates quickly, and exactly, which alone counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from symadj.oracle.complexes import complex_of, conjugate, imaginary_part, real_part
from symadj.oracle.duals import Dual, tangent_of
from symadj.oracle.patterns import directions
from symadj.oracle.points import Point, Points
from symadj.oracle.programs import CompiledLet, World
from symadj.oracle.trying import Kind, Position, Trial, Worlds, differ_in_float, flat, loaded, moving, moving_everywhere
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, LinearClaim, Statement


class GradientTrial(Trial):
    """⟨D forward/D input [V], cotangents⟩ = ⟨V, target⟩."""

    def __init__(self, worlds: Worlds, claim: GradientClaim) -> None:
        statement = worlds.statement
        super().__init__(worlds, statement.outputs)
        self.claim = claim
        self.backward: dict[Kind, tuple[CompiledLet, ...]] = {
            "exact": worlds.exact.needed([claim.target], statement.backward),
            "float": worlds.float.needed([claim.target], statement.backward),
        }
        made = {let.name for let in statement.backward}
        read = {n for let in self.backward["exact"] for n in worlds.exact.reads[let.name]} - made
        self.read_by_backward = read
        self.extra: dict[Kind, tuple[CompiledLet, ...]] = {
            "exact": worlds.exact.needed(read, statement.forward),
            "float": worlds.float.needed(read, statement.forward),
        }

    def positions(self, world: World) -> Iterator[Position]:
        for subscripts in product(*map(range, world.shapes[self.claim.input])):
            yield Position(self.claim.target, subscripts)

    def actual(
        self, kind: Kind, worlds: dict[Kind, World], point: Point, tangents: dict[int, Any]
    ) -> tuple[Any, float]:
        """⟨D forward [V], cotangents⟩ along the tangents of some entries, and in floats the size of its terms."""
        world = worlds[kind]
        frame = self.load(kind, world, point, without=self.claim.input)
        data = loaded(world, kind, point.values[self.claim.input])
        world.put(frame, self.claim.input, [Dual(v, tangents[k]) if k in tangents else v for k, v in enumerate(data)])
        world.run(self.forward[kind], frame)
        total: Any = 0
        scale = 0.0
        for output in self.statement.outputs:
            cotangents = loaded(world, kind, point.values["d" + output])
            for entry, cotangent in zip(world.get(frame, output).data, cotangents, strict=True):
                part = real_part(conjugate(tangent_of(entry)) * cotangent)
                total = total + part
                if kind == "float":
                    scale += abs(part)
        return total, scale

    def claimed(self, kind: Kind, worlds: dict[Kind, World], point: Point) -> list[Any]:
        """The entries of the claimed gradient."""
        world = worlds[kind]
        frame = self.load(kind, world, point)
        for output in self.statement.outputs:
            world.put(frame, "d" + output, loaded(world, kind, point.values["d" + output]))
        world.run(self.extra[kind], frame)
        world.run(self.backward[kind], frame)
        return list(world.get(frame, self.claim.target).data)

    def suspicious(self, worlds: dict[Kind, World], point: Point) -> bool:
        count = len(point.values[self.claim.input])
        direction = directions(count, self.statement.complex)
        if self.statement.complex:
            direction = [complex(float(real_part(d)), float(imaginary_part(d))) for d in direction]
        else:
            direction = [float(d) for d in direction]
        actual, scale = self.actual("float", worlds, point, dict(enumerate(direction)))
        claimed = self.claimed("float", worlds, point)
        parts = [real_part(conjugate(d) * g) for d, g in zip(direction, claimed, strict=True)]
        return differ_in_float(actual, sum(parts), scale + sum(map(abs, parts)))

    def values(self, kind: Kind, worlds: dict[Kind, World], point: Point, at: Position) -> tuple[Any, Any]:
        position = flat(at.subscripts, worlds[kind].shapes[self.claim.input])
        return self.claimed(kind, worlds, point)[position], self.actual_at(kind, worlds, point, at)

    def actual_at(self, kind: Kind, worlds: dict[Kind, World], point: Point, at: Position) -> Any:
        """The actual gradient at one position."""
        position = flat(at.subscripts, worlds[kind].shapes[self.claim.input])
        one: Any = 1.0 if kind == "float" else 1
        actual = self.actual(kind, worlds, point, {position: one})[0]
        if self.statement.complex:
            imaginary = worlds[kind].program.mode.imaginary
            part = self.actual(kind, worlds, point, {position: imaginary})[0]
            actual = complex(actual, part) if kind == "float" else complex_of(actual, part)
        return actual

    def check(self, worlds: dict[Kind, World], points: Points, point: Point, at: Position) -> None:
        self.check_smooth(worlds, point)
        super().check(worlds, points, point, at)

    def check_smooth(self, worlds: dict[Kind, World], point: Point) -> None:
        """Raises ``Dropped`` where the forward map may not be differentiable in the input."""
        if self.kinked:
            world = worlds["exact"]
            for data in moving_everywhere(point.values[self.claim.input], self.statement.complex):
                frame = self.load("exact", world, point)
                world.put(frame, self.claim.input, data)
                world.run(self.forward["exact"], frame)

    def run_moving(self, world: World, point: Point) -> None:
        frame = self.all_moving(world, point)
        for output in self.statement.outputs:
            data = point.values["d" + output]
            world.put(frame, "d" + output, moving(data, self.statement.complex))
        statement, program = self.statement, world.program
        world.run(program.needed(statement.outputs, statement.forward), frame)
        world.run(program.needed(self.read_by_backward, statement.forward), frame)
        world.run(program.needed([self.claim.target], statement.backward), frame)


class EqualTrial(Trial):
    """Two lets are equal."""

    def __init__(self, worlds: Worlds, claim: EqualClaim) -> None:
        super().__init__(worlds, [claim.left, claim.right])
        self.claim = claim

    def positions(self, world: World) -> Iterator[Position]:
        for subscripts in product(*map(range, world.shapes[self.claim.left])):
            yield Position(self.claim.target, subscripts)

    def _both(self, kind: Kind, worlds: dict[Kind, World], point: Point) -> tuple[list[Any], list[Any]]:
        world = worlds[kind]
        frame = self.load(kind, world, point)
        world.run(self.forward[kind], frame)
        return world.get(frame, self.claim.left).data, world.get(frame, self.claim.right).data

    def suspicious(self, worlds: dict[Kind, World], point: Point) -> bool:
        left, right = self._both("float", worlds, point)
        return any(differ_in_float(a, b, abs(a) + abs(b)) for a, b in zip(left, right, strict=True))

    def values(self, kind: Kind, worlds: dict[Kind, World], point: Point, at: Position) -> tuple[Any, Any]:
        left, right = self._both(kind, worlds, point)
        position = flat(at.subscripts, worlds[kind].shapes[self.claim.left])
        return left[position], right[position]

    def run_moving(self, world: World, point: Point) -> None:
        targets = [self.claim.left, self.claim.right]
        world.run(world.program.needed(targets, self.statement.forward), self.all_moving(world, point))


class LinearTrial(Trial):
    """Additive and homogeneous: ``f(x + x') = f(x) + f(x')`` and ``f(c*x) = c*f(x)`` at two points and a scalar.

    The second point is kept in the point's values as ``x'``, the scalar as ``scalar`` (``scalar'`` where the statement
    has that name). The points ``x``, ``x'``, ``x + x'`` and ``c*x`` must all satisfy ``assume``.
    """

    def __init__(self, worlds: Worlds, claim: LinearClaim) -> None:
        super().__init__(worlds, worlds.statement.outputs)
        self.claim = claim
        self.second = claim.input + "'"
        self.scalar = scalar_name(worlds.statement)

    def others(self, point: Point, at: Position) -> tuple[Point, ...]:
        return self.combined(point, at.law)

    def start(self, point: Point) -> Point:
        data = point.values[self.claim.input]
        second = [v + Fraction(3, 2) * (1 + k % 3) for k, v in enumerate(reversed(data))]
        scalar = complex_of(2, 3) if self.statement.complex else 3
        return Point({**point.values, self.second: second, self.scalar: [scalar]}, point.functions)

    def positions(self, world: World) -> Iterator[Position]:
        for law in ("homogeneous", "additive"):
            for output in self.statement.outputs:
                for subscripts in product(*map(range, world.shapes[output])):
                    yield Position(output, subscripts, law)

    def combined(self, point: Point, law: str) -> tuple[Point, ...]:
        """The points at which the law takes the outputs: the second input, and the combination."""
        first, second = point.values[self.claim.input], point.values[self.second]
        if law == "homogeneous":
            return (point.replaced(self.claim.input, [point.values[self.scalar][0] * v for v in first]),)
        both = point.replaced(self.claim.input, [a + b for a, b in zip(first, second, strict=True)])
        return point.replaced(self.claim.input, second), both

    def _outputs(self, kind: Kind, worlds: dict[Kind, World], point: Point) -> dict[str, list[Any]]:
        world = worlds[kind]
        frame = self.load(kind, world, point)
        world.run(self.forward[kind], frame)
        return {output: world.get(frame, output).data for output in self.statement.outputs}

    def _sides(self, kind: Kind, worlds: dict[Kind, World], point: Point, law: str) -> dict[str, list[tuple[Any, Any]]]:
        first = self._outputs(kind, worlds, point)
        *others, combination = [self._outputs(kind, worlds, p) for p in self.combined(point, law)]
        sides = {}
        for output, data in first.items():
            if others:
                claimed = [a + b for a, b in zip(data, others[0][output], strict=True)]
            else:
                (scalar,) = loaded(worlds[kind], kind, point.values[self.scalar])
                claimed = [scalar * a for a in data]
            sides[output] = list(zip(claimed, combination[output], strict=True))
        return sides

    def suspicious(self, worlds: dict[Kind, World], point: Point) -> bool:
        for law in ("homogeneous", "additive"):
            for pairs in self._sides("float", worlds, point, law).values():
                if any(differ_in_float(a, b, abs(a) + abs(b)) for a, b in pairs):
                    return True
        return False

    def values(self, kind: Kind, worlds: dict[Kind, World], point: Point, at: Position) -> tuple[Any, Any]:
        pairs = self._sides(kind, worlds, point, at.law)[at.tensor]
        return pairs[flat(at.subscripts, worlds[kind].shapes[at.tensor])]

    def run_moving(self, world: World, point: Point) -> None:
        lets = world.program.needed(self.statement.outputs, self.statement.forward)
        for law in ("homogeneous", "additive"):
            for place in (point, *self.combined(point, law)):
                world.run(lets, self.all_moving(world, place))


def scalar_name(statement: Statement) -> str:
    """The name of the scalar in a counterexample to linearity."""
    names = {t.name for t in statement.inputs} | {let.name for let in statement.forward}
    return "scalar'" if "scalar" in names else "scalar"


def make_trial(worlds: Worlds, claim: Claim) -> Trial:
    """The trial for a claim."""
    match claim:
        case GradientClaim():
            return GradientTrial(worlds, claim)
        case EqualClaim():
            return EqualTrial(worlds, claim)
        case LinearClaim():
            return LinearTrial(worlds, claim)
