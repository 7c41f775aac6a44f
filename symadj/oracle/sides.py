"""Both sides of a claim over a domain of expressions, with symbols for the entries and the directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from symadj.oracle.complexes import conjugate, real_part
from symadj.oracle.counterexample import entry_name
from symadj.oracle.duals import Dual, tangent_of, value_of
from symadj.oracle.frames import Frame
from symadj.oracle.points import Point
from symadj.oracle.programs import World
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, LinearClaim, Statement


@dataclass(frozen=True, slots=True)
class Pair:
    """Two expressions that the claim says are equal, and where."""

    at: str
    left: Any
    right: Any


def sides(statement: Statement, claim: Claim, world: World, point: Point, symbol: Callable[[], Any]) -> Iterator[Pair]:
    """The pairs: for a gradient one, ⟨D forward [V], cotangents⟩ and ⟨V, claimed⟩; else one for each entry.

    ``symbol`` makes the entries of V, or the second point and the scalars of linearity, in this order.
    """
    match claim:
        case GradientClaim():
            yield _gradient(statement, claim, world, point, symbol)
        case EqualClaim(target, left, right):
            frame = _run(statement, world, point)
            shape = world.shapes[left]
            places = product(*map(range, shape))
            for at, a, b in zip(places, world.get(frame, left).data, world.get(frame, right).data, strict=True):
                yield Pair(entry_name(target, at), a, b)
        case LinearClaim():
            yield from _linear(statement, claim, world, point, symbol)


def _run(statement: Statement, world: World, point: Point) -> Frame:
    frame = world.frame(point.values, point.functions)
    world.run([world.program.lets[let.name] for let in statement.forward], frame)
    return frame


def _gradient(
    statement: Statement, claim: GradientClaim, world: World, point: Point, symbol: Callable[[], Any]
) -> Pair:
    data = point.values[claim.input]
    direction = [symbol() for _ in data]
    moving = point.replaced(claim.input, [Dual(v, d) for v, d in zip(data, direction, strict=True)])
    frame = _run(statement, world, moving)
    left: Any = 0
    for output in statement.outputs:
        for entry, cotangent in zip(world.get(frame, output).data, point.values["d" + output], strict=True):
            left = left + real_part(conjugate(tangent_of(entry)) * cotangent)
    for let in statement.forward:
        world.put(frame, let.name, [value_of(v) for v in world.get(frame, let.name).data])
    world.put(frame, claim.input, list(data))
    world.run(world.program.needed([claim.target], statement.backward), frame)
    right: Any = 0
    for v, g in zip(direction, world.get(frame, claim.target).data, strict=True):
        right = right + real_part(conjugate(v) * g)
    return Pair(claim.target, left, right)


def _linear(
    statement: Statement, claim: LinearClaim, world: World, point: Point, symbol: Callable[[], Any]
) -> Iterator[Pair]:
    """``f(a*x + b*x')`` and ``a*f(x) + b*f(x')``."""
    first = point.values[claim.input]
    second, a, b = [symbol() for _ in first], symbol(), symbol()
    combined = [a * x + b * z for x, z in zip(first, second, strict=True)]
    points = [point, point.replaced(claim.input, second), point.replaced(claim.input, combined)]
    frames = [_run(statement, world, p) for p in points]
    for output in statement.outputs:
        places = product(*map(range, world.shapes[output]))
        f_first, f_second, f_combined = (world.get(f, output).data for f in frames)
        for at, left, x, z in zip(places, f_combined, f_first, f_second, strict=True):
            yield Pair(entry_name(output, at), left, a * x + b * z)
