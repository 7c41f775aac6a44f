"""Hypotheses that exclude only a null set, and those that exclude more."""

from __future__ import annotations

import pytest

from tests.calculus.language import read
from tests.calculus.reasoning import left


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = 1/x[i]",
        "y[i] = relu(x[i])",
        "y[i] = relu(x[i] - 3)",
        "y[i] = abs(x[i] - z[i])",
        "y[i] = 1/(x[i]*z[i] - 1)",
        "y[i] = 1/(x[i]**2 - 2)",
        "y[i] = minimum(maximum(x[i], 0), 6)",
        "y[i] = maximum(x[i], z[i])",
        "y[i] = 1/sum(x[j] for j in range(n))",
        "y[i] = 1/sum(x[j]*z[j] for j in range(n))",
        "y[i] = 1/sum((x[j] - z[j])**2 for j in range(n))",
        "y[i] = max(x[j] for j in range(n))",
        "y[i] = max(abs(x[j]) for j in range(n))",
        "y[i] = tan(x[i])",
        "y[i] = 1/(exp(x[i]) - 1)",
        "y[i] = relu(sum(A[i,j]*x[j] for j in range(n)))",
        "y[i] = relu(z[i] + sum(A[i,j]*relu(x[j]) for j in range(n)))",
        "y[i] = (x[i] if x[i] > z[i] else 0)",
        "y[i] = sum(inv(A)[i,j]*x[j] for j in range(n))",
        "y[i] = 1/(x[i] + i + 1)",
        "y[i] = 1/(1/x[i] - 2)",
        "y[i] = sqrt(sum(x[j]*x[j] for j in range(n)))",
        "y[i] = 1/(z[i]*sqrt(sum(x[j]*x[j] for j in range(n))))",
        "y[i] = sqrt(abs(x[i]))",
        "y[i] = sqrt(sum((x[j] - z[j])**2 for j in range(n)))",
        "y[i] = sum(sqrt((x[i] - x[j])**2 + (z[i] - z[j])**2) for j in range(i))",
        "y[i] = sum(1/sum((A[i,k] - A[j,k])**2 for k in range(n)) for j in range(n) if j < i)",
        "y[i] = relu(x[i] + sum(A[i,j]*relu(x[j]) for j in range(n)))",
        "y[i] = relu(x[i]**2 + sum(A[i,j]*abs(x[j]) for j in range(n) if j < i))",
    ],
)
def test_almost_everywhere(line: str) -> None:
    program = read("x: n, z: n, A: n n, y: n", line)
    assert left(program) != []
    assert left(program, almost_everywhere=True) == []


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = log(x[i])",
        "y[i] = sqrt(x[i])",
        "y[i] = arcsin(x[i])",
        "y[i] = 1/relu(x[i])",
        "y[i] = 1/(x[i] - x[i])",
        "y[i] = 1/(x[i] - x[0])",
        "y[i] = 1/(x[i] - x[n-1-i])",
        "y[i] = 1/sum(x[j] - x[i] for j in range(n))",
        "y[i] = 1/(abs(x[i]) - x[i])",
        "y[i] = 1/(sign(x[i]) - 1)",
        "y[i] = 1/(maximum(x[i], z[i]) - x[i])",
        "y[i] = maximum(relu(x[i]), 0)",
        "y[i] = 1/(sqrt(x[i]**2) - x[i])",
        "y[i] = 1/(arctan(x[i]) + arctan(1/x[i]) - pi/2)",
        "y[i] = 1/(x[i] > 0)",
        "y[i] = 1/f(x[i])",
        "y[i] = 1/sum(x[j] for j in range(n) if j < i)",
        "y[i] = 1/i*x[i]",
        "y[i] = x[i]/(n - 1)",
        "y[i] = relu(sum(A[i,j]*relu(x[j]) for j in range(n)))",
        "y[i] = max(relu(x[j]) for j in range(n))",
        "y[i] = maximum(x[i], x[n-1-i])",
        "y[i] = 1/(sin(x[i])**2 + cos(x[i])**2 - 1)",
        "y[i] = sqrt(sum(x[j]*z[j] for j in range(n)))",
        "y[i] = sqrt(sum(relu(x[j])**2 for j in range(n)))",
        "y[i] = sqrt((x[i] - x[n-1-i])**2)",
        "y[i] = sum(sqrt((x[i] - x[j])**2 + (z[i] - z[j])**2) for j in range(n))",
        "y[i] = 1/sum((x[j] - z[j])**2 for j in range(i))",
        "y[i] = 1/((x[i] - z[i])**2 - (z[i] - x[i])**2)",
        "y[i] = sqrt(relu(x[i]) + relu(-z[i]))",
        "y[i] = 1/sum((x[j] - x[0])**2 for j in range(n))",
        "y[i] = relu(relu(x[i]) + sum(A[i,j]*relu(x[j]) for j in range(n)))",
        "y[i] = 1/(relu(x[i]) + z[i]*relu(x[i]))",
        "y[i] = relu(x[i] + sum((relu(A[i,j]) - x[i]/n) for j in range(n)))",
    ],
)
def test_not_almost_everywhere(line: str) -> None:
    assert left(read("x: n, z: n, A: n n, y: n", line), almost_everywhere=True) != []


def test_almost_everywhere_through_lines() -> None:
    lines = ("h[i] = relu(x[i] + b[i])", "g[i] = sum(W[i,j]*h[j] for j in range(n)) + c[i]", "y[i] = relu(g[i])")
    assert left(read("x: n, b: n, W: n n, c: n", *lines), almost_everywhere=True) == []
    # without the bias, all of h is 0 on an open set, and g with it
    lines = ("h[i] = relu(x[i] + b[i])", "g[i] = sum(W[i,j]*h[j] for j in range(n))", "y[i] = relu(g[i])")
    assert left(read("x: n, b: n, W: n n", *lines), almost_everywhere=True) == ["not g[i] == 0"]
    # the bias is used before
    lines = ("h[i] = x[i] - c[i]", "y[i] = relu(h[i] + c[i] - x[i])")
    assert left(read("x: n, c: n", *lines), almost_everywhere=True) != []


def test_almost_everywhere_beside_an_equation() -> None:
    program = read("x: n, z: n", "y[i] = 1/(x[i] - z[i])")
    assert left(program, almost_everywhere=True) == []
    assert left(program, "x[i] == z[i]", almost_everywhere=True) != []
    assert left(program, "x[i] > 0", almost_everywhere=True) == []


def test_ties_through_a_table_are_not_null() -> None:
    program = read("x: n, idx: m in range(n), y:", "y = max(x[idx[j]] for j in range(m))")
    assert left(program, almost_everywhere=True) != []
