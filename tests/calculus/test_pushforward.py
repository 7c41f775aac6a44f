"""The derivative as a program, against difference quotients and against the pullback."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from symadj.calculus import pullback, pushforward
from symadj.errors import Unsupported
from tests.calculus.checking import STEP, arrays, inner
from tests.calculus.evaluation import Evaluator
from tests.calculus.language import Program, read, show

SIZES = {"n": 3, "m": 2, "K": 2}


def unknown(orders: tuple[int, ...], *arguments: Any) -> Any:
    return [math.sin, math.cos][sum(orders)](sum(arguments))


def check(program: Program, complex_field: bool = False) -> None:
    """D f [v] by the program and by a difference quotient; and <D f [v], w> = <v, pullback of w>."""
    draw = random.Random(1)
    output = program.lets[-1].name
    point = arrays(program.inputs, SIZES, draw, complex_field)
    directions = arrays({f"v{n}": s for n, s in program.inputs.items()}, SIZES, draw, complex_field)

    def run(values: dict[str, Any], *lets: Any) -> dict[str, Any]:
        return Evaluator(SIZES, dict(values), {"f": unknown}).run(lets)

    def moved(step: float) -> Any:
        there = {n: {k: v + step * directions[f"v{n}"][k] for k, v in a.items()} for n, a in point.items()}
        return run(there, *program.lets)[output]

    base = run(point, *program.lets)
    tangents = pushforward(program.lets, program.inputs, complex=complex_field)
    found = run({**base, **directions}, *tangents)[f"D{output}"]
    plus, minus = moved(STEP), moved(-STEP)
    for at, value in found.items():
        assert abs(value - (plus[at] - minus[at]) / (2 * STEP)) < 1e-5 * (1 + abs(value)), "\n".join(
            map(show, tangents)
        )
    cotangent = arrays({f"d{output}": program.lets[-1].shape}, SIZES, draw, complex_field)
    backward = run({**base, **cotangent}, *pullback(program.lets, [output], program.inputs, complex=complex_field).lets)
    left = inner(found, cotangent[f"d{output}"])
    right = sum(inner(directions[f"v{n}"], backward[f"d{n}"]) for n in program.inputs)
    assert abs(left - right) < 1e-9 * (1 + abs(left))


@pytest.mark.parametrize(
    "lines",
    [
        ("y[i] = sum(A[i,j]*x[j] for j in range(n) if j <= i) + 7",),
        ("y[i] = x[i]*z[i]/x[0] - 2*x[i]**3",),
        ("h[i] = tanh(x[i])", "s = sum(h[j]*z[j] for j in range(n))", "y[i] = h[i]/(1 + s**2)"),
        ("y[i] = sqrt(x[i])*z[i]**x[i] + 1/sqrt(z[i])",),
        ("y[i] = abs(x[i] - 1)**3 + relu(x[i] - 1)**2 + sqrt(maximum(z[i] - 1, 0))",),
        ("y[i] = z[i]*prod(x[j] for j in range(n) if j != i)",),
        ("y[i] = max(x[j]*z[i] for j in range(n))",),
        ("y[i] = z[i]*max(x[j] for j in range(n) if j <= i)",),
        ("y[i] = maximum(x[i], z[i]) + minimum(x[i], 1) + relu(z[i] - 1)",),
        ("y[i] = (x[i-1] if i > 0 else z[i]**2)",),
        ("y[i] = (x[i] if x[i] > z[i] else z[i]**2)*(z[i] > 1)",),
        ("y[i] = f(x[i]*z[i])",),
        ("y[i] = sum(inv(A)[i,j]*x[j] for j in range(n)) + det(A)*z[i]",),
        ("y[i,j] = inv(A)[i,j]",),
        ("y = det(A)",),
        ("y[i] = tanh(sum(x[i] for i in range(n)))*sum(x[i] for i in range(n))",),
    ],
)
def test_against_difference_quotients(lines: tuple[str, ...]) -> None:
    check(read("x: n, z: n, A: n n", *lines))


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = conj(x[i])*z[i] + real(x[i]*z[i]) - imag(z[i])*x[i]",
        "y[i] = abs(x[i]) + abs(z[i])**2*x[i] + abs(x[i])**3",
        "y[i] = exp(x[i])/log(z[i]) + tanh(conj(x[i]))",
        "y[i] = relu(real(x[i]))*z[i]",
        "y[i] = sum(inv(A)[i,j]*conj(x[j]) for j in range(n))",
    ],
)
def test_complex_field(line: str) -> None:
    check(read("x: n, z: n, A: n n", line), complex_field=True)


def test_names() -> None:
    program = read("x: n, z: n", "h[i] = x[i]*z[i]", "g[i] = z[i]", "y[i] = h[i] + g[i]")
    tangents = pushforward(program.lets, {"x": program.shapes["x"]})
    assert [show(let) for let in tangents] == ["Dh[i] = vx[i]*z[i]", "Dy[i] = Dh[i]"]


def test_no_input_no_line() -> None:
    assert pushforward(read("x: n", "y[i] = x[i]").lets, {}) == ()


@pytest.mark.parametrize(("name", "tangent"), [("vx", "x"), ("Dh", "h")])
def test_a_name_in_use(name: str, tangent: str) -> None:
    program = read(f"x: n, {name}: n", f"h[i] = x[i]*{name}[i]", "y[i] = h[i]")
    with pytest.raises(Unsupported, match=f"the tangent of {tangent} would be called {name}"):
        pushforward(program.lets, {"x": program.shapes["x"]})


def test_functions_without_a_derivative() -> None:
    with pytest.raises(Unsupported):
        pushforward(read("x: n", "y[i] = relu(x[i])").lets, read("x: n", "y[i] = x[i]").inputs, complex=True)
    with pytest.raises(Unsupported):
        pushforward(read("x: n", "y[i] = f(x[i])").lets, read("x: n", "y[i] = x[i]").inputs, complex=True)
