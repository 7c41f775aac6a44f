"""The independent check of a backward program: difference quotients of the forward one, at small sizes."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from symadj.calculus import pullback
from symadj.terms.index import Index
from symadj.terms.nodes import Condition
from symadj.terms.statement import Let, Shape
from tests.calculus.evaluation import Array, Evaluator
from tests.calculus.language import Program, show

STEP = 1e-6


def arrays(
    shapes: Mapping[str, Shape], sizes: dict[str, int], draw: random.Random, complex_field: bool
) -> dict[str, Array]:
    """Random entries; positive numbers between 1/2 and 2, so that every function is defined."""
    evaluator = Evaluator(sizes, {})

    def entry() -> Any:
        magnitude = draw.uniform(0.5, 2.0)
        return complex(magnitude, draw.uniform(-1.0, 1.0)) if complex_field else magnitude

    return {
        name: {point: entry() for point in product(*(range(evaluator.index(n, {})) for n in shape))}
        for name, shape in shapes.items()
    }


def inner(a: Mapping[Any, Any], b: Mapping[Any, Any]) -> float:
    """Re Σ conj(a) b."""
    return sum((complex(a[k]).conjugate() * b[k]).real for k in a)


def holds(evaluator: Evaluator, indices: Sequence[tuple[str, Index]], condition: Condition) -> bool:
    """Whether the condition holds for every value of the indices, whose ranges may mention earlier ones."""
    points: list[dict[str, int]] = [{}]
    for name, extent in indices:
        points = [{**p, name: k} for p in points for k in range(evaluator.index(extent, p))]
    return all(evaluator.condition(condition, p) for p in points)


def is_differentiable(program: Program, sizes: dict[str, int], seed: int) -> bool:
    """Whether the hypotheses of the pullback hold at the point that ``check_pullback`` takes."""
    point = arrays(program.inputs, sizes, random.Random(seed), False)
    evaluator = Evaluator(sizes, point)
    evaluator.run(program.lets)
    outputs = [program.lets[-1].name]
    return all(
        holds(evaluator, h.indices, h.condition) for h in pullback(program.lets, outputs, program.inputs).hypotheses
    )


def check_pullback(
    program: Program,
    outputs: Sequence[str],
    sizes: dict[str, int],
    *,
    given: Mapping[str, Array] | None = None,
    inputs: Sequence[str] | None = None,
    complex_field: bool = False,
    functions: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> tuple[Let, ...]:
    """⟨D forward [v], δ⟩ = ⟨v, pullback(δ)⟩ for each input, with a central difference on the left; returns the lets."""
    draw = random.Random(seed)
    wanted = {n: s for n, s in program.inputs.items() if inputs is None or n in inputs}
    result = pullback(program.lets, outputs, wanted, complex=complex_field).lets
    shapes = {let.name: let.shape for let in program.lets}
    point = {**arrays(program.inputs, sizes, draw, complex_field), **(given or {})}
    deltas = arrays({f"d{o}": shapes[o] for o in outputs}, sizes, draw, complex_field)
    if not complex_field:
        deltas = {n: {k: v - 1.2 for k, v in a.items()} for n, a in deltas.items()}

    def forward(values: Mapping[str, Array]) -> dict[str, Array]:
        return Evaluator(sizes, dict(values), dict(functions or {})).run(program.lets)

    base = forward(point)
    backward = Evaluator(sizes, {**base, **deltas}, dict(functions or {})).run(result)
    text = "\n".join(map(show, result))
    for name, shape in wanted.items():
        direction = arrays({name: shape}, sizes, draw, complex_field)[name]
        plus = forward({**point, name: {k: v + STEP * direction[k] for k, v in point[name].items()}})
        minus = forward({**point, name: {k: v - STEP * direction[k] for k, v in point[name].items()}})
        left = sum(
            inner({k: (plus[o][k] - minus[o][k]) / (2 * STEP) for k in plus[o]}, deltas[f"d{o}"]) for o in outputs
        )
        right = inner(direction, backward[f"d{name}"])
        assert abs(left - right) <= 1e-5 * (1 + abs(left)), f"d{name}: {left} but {right}\n{text}"
    return result
