"""Plain search at small sizes for a point at which an access leaves its tensor, where the set methods do not decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from symadj.domains.messages import Violation
from symadj.errors import Unsupported
from symadj.points.expansion import Point
from symadj.points.terms import SizeContext
from symadj.terms.index import Index

LARGEST_SIZE = 5
MOST_STEPS = 20_000
SEEDS = 3


def first_violation(
    goals: Sequence[tuple[int, str, Index]], free: Mapping[str, tuple[Index, Index]], context: SizeContext
) -> Violation | None:
    """The first point, by the sum of the sizes, at which a goal is negative; ``None`` where none is found."""
    names = (*context.sizes, *context.integers)
    lowest = [1] * len(context.sizes) + [0] * len(context.integers)
    steps = 0
    every = product(*(range(low, LARGEST_SIZE + 1) for low in lowest)) if len(names) <= 8 else iter(())
    for sizes in sorted(every, key=lambda numbers: (sum(numbers), numbers)):
        for seed in range(SEEDS if context.tables else 1):
            point = Point(dict(zip(names, sizes, strict=True)), context.tables, {}, seed, steps, MOST_STEPS)
            try:
                found = _at(point, goals, list(free.items()), context)
            except Unsupported:
                if point.steps > MOST_STEPS:
                    return None
                continue
            if found is not None:
                return found
            steps = point.steps
    return None


def _at(
    point: Point,
    goals: Sequence[tuple[int, str, Index]],
    ranges: list[tuple[str, tuple[Index, Index]]],
    context: SizeContext,
) -> Violation | None:
    for _ in _points(point, ranges):
        point.step()
        if all(point.holds(condition) for condition in context.conditions):
            for axis, side, goal in goals:
                if point.index(goal) < 0:
                    return Violation(axis, side, dict(point.values), dict(point.tables))
    return None


def _points(point: Point, ranges: list[tuple[str, tuple[Index, Index]]]) -> Iterator[None]:
    if not ranges:
        yield
        return
    (name, (lower, upper)), *rest = ranges
    for value in range(point.index(lower), point.index(upper)):
        point.values[name] = value
        yield from _points(point, rest)
    point.values.pop(name, None)
