"""The parts of the simplifier: what is known of integers, what is hoisted, how quotients are printed."""

from __future__ import annotations

import pytest

import symadj
from symadj.formulas.hoisting import hoisted
from symadj.formulas.integers import Integers
from symadj.formulas.likeness import alike
from symadj.notation import statement as read
from symadj.terms.formula import format_integer
from symadj.terms.index import Index, constant, floor_div, remainder, size, var
from symadj.terms.nodes import IndexCondition, Not
from symadj.terms.printer import format_condition, format_let

E, J, L, N, K, R = var("i"), var("j"), var("l"), size("n"), size("k"), size("r")
TWO, THREE = constant(2), constant(3)
RANGES = {"i": (constant(0), N), "j": (constant(0), R), "l": (constant(0), N * R), "s": (constant(1), constant(3))}
S = var("s")


def integers() -> Integers:
    return Integers({}, frozenset({"n", "r"}), dict(RANGES))


@pytest.mark.parametrize(
    "index",
    [E, N - 1 - E, N - 1, R * E + J, N * R - 1 - R * E - J, floor_div(N + 1, TWO) - 1 - floor_div(E, TWO), K,
     E - 2 * floor_div(E, TWO), N - 1 - floor_div(L, R), 1 - remainder(L, TWO), S - 1, 2 - S],
)  # fmt: skip
def test_bounds(index: Index) -> None:
    assert integers().nonnegative(index)


@pytest.mark.parametrize(
    "index",
    [E - 1, N - 2 - E, K - 1, R * E - J, N * R - 1 - R * E - R, floor_div(N, TWO) - 1 - floor_div(E, TWO), E - J,
     floor_div(L, R) - 1, remainder(L, TWO) - 1, S - 2, 1 - S, N - R, var("unknown")],
)  # fmt: skip
def test_what_is_not_known(index: Index) -> None:
    assert not integers().nonnegative(index)


@pytest.mark.parametrize(
    ("index", "simple"),
    [
        (floor_div(J, R), "0"), (remainder(J, R), "j"), (floor_div(R * E + J, R), "i"), (remainder(R * E + J, R), "j"),
        (L - R * floor_div(L, R), "l%r"), (2 * L - 4 * floor_div(L, TWO), "2*(l%2)"),
        (floor_div(2 * E + remainder(J, TWO), constant(4)), "i//2"),
        (remainder(remainder(E, THREE) + 2, THREE), "(i - 1)%3"),
        (floor_div(L, TWO), "l//2"), (floor_div(E, R), "i//r"), (remainder(E + J, R), "(i + j)%r"),
    ],
)  # fmt: skip
def test_quotients(index: Index, simple: str) -> None:
    assert format_integer(integers().simplified(index)) == simple


@pytest.mark.parametrize(
    ("condition", "simple"),
    [
        (2 * N - 1 - 2 * E, "i < n"), (2 * N - 2 - 2 * E, "i < n"), (2 * N - 3 - 2 * E, "i + 2 <= n"),
        (3 * N - 1 - 3 * E - S, "i < n"), (3 * N + 2 - 3 * E - S, "i <= n"),
        (3 * E - S, "i > 0"), (2 * E - J, "j <= 2*i"),
    ],
)  # fmt: skip
def test_conditions_in_lowest_terms(condition: Index, simple: str) -> None:
    assert format_condition(integers().condition(IndexCondition(">=", condition))) == simple


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        (IndexCondition(">=", E), True), (IndexCondition(">=", -1 - E), False), (IndexCondition("==", E + 1), False),
        (Not(IndexCondition("==", E + 1)), True), (IndexCondition(">=", E - 1), None), (IndexCondition("==", E), None),
        (Not(IndexCondition("==", E - J)), None), (IndexCondition("==", N - E), False),
    ],
)  # fmt: skip
def test_truth(condition: IndexCondition, truth: bool | None) -> None:
    assert integers().truth(condition) is truth


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (floor_div(L - J, TWO), "(l - j)//2"), (floor_div(L - J + 1, THREE), "(l - j + 1)//3"),
        (remainder(L - J, THREE), "(l - j)%3"), (remainder(L - J, TWO), "(j + l)%2"),
        (floor_div(L + J, TWO), "(j + l)//2"), (floor_div(L - J, TWO) - J, "(j + l)//2 - 2*j"),
        (floor_div(N - 1, TWO), "(n - 1)//2"), (floor_div(L + 1, TWO), "(l + 1)//2"),
        (floor_div(L + 2 * J, THREE), "(2*j + l)//3"), (2 * floor_div(L - J, TWO), "2*((j + l)//2) - 2*j"),
    ],
)  # fmt: skip
def test_signs_in_quotients(index: Index, text: str) -> None:
    """They are printed with small coefficients, and read as the same integers."""
    assert format_integer(index) == text
    line = f"y[l,j] = x[{text}]"
    found = read(shapes="x: m, y: n n", forward=[line], linear="x").forward[0]
    assert found.body.subscripts[0] == index


def hoisted_texts(forward: str) -> list[str]:
    lines = read(shapes="x: n, W: m n, v: m", forward=forward, linear="x").forward
    return [format_let(let) for let in hoisted(lines)]


def test_what_is_hoisted() -> None:
    inner, line = hoisted_texts("y[i] = maximum(sum(W[i,j]*x[j] for j in range(n)), 0)")
    assert inner == "inner.0[i] = sum(W[i,j]*x[j] for j in range(n))"
    assert line == "y[i] = maximum(inner.0[i], 0)"
    twice = hoisted_texts("y[i] = exp(x[i] - max(x[j] for j in range(n)))/sum(exp(x[k] - max(x[j] for j in range(n))) "
                          "for k in range(n))")  # fmt: skip
    assert len(twice) == 2


@pytest.mark.parametrize(
    "forward",
    [
        "y = max(x[j] for j in range(n))",
        "y[i] = exp(sum(W[i,j]*x[j] for j in range(n)))",
        "y[i] = tanh(x[i])",
        "y[i] = tanh(sum(x[j] for j in range(i, n))) if i > 0 else 0",
        "y = sum(tanh(sum(x[j] for j in range(i))) for i in range(n) if i > 0)",
    ],
)
def test_what_is_not_hoisted(forward: str) -> None:
    shapes = (
        "x: n, W: m n, y: m"
        if "y[i] = exp" in forward
        else "x: n, W: m n, y:"
        if "y =" in forward
        else "x: n, W: m n, y: n"
    )
    lines = read(shapes=shapes, forward=forward, linear="x").forward
    assert hoisted(lines) == lines


@pytest.mark.parametrize(
    ("shapes", "forward", "wrong"),
    [
        ("x: n", "y = x[::2]", "dx[l] = dy[l//2]"),
        ("x: n", "y = x[::2]", "dx[l] = dy[l//2]*(l%2 == 1)"),
        ("x: 2*n+1, y: n", "y[i] = x[2*i]", "dx[l] = dy[l//2] if l%2 == 0 and l + 2 < 2*n else 0"),
        ("x: 2*n+k, w: k, y: n", "y[i] = sum(w[j]*x[2*i+j] for j in range(k))",
         "dx[l] = sum(dy[(l-i)//2]*w[i] for i in range(k) if i <= l and l < 2*n + i)"),
        ("x: 2*n+k, w: k, y: n", "y[i] = sum(w[j]*x[2*i+j] for j in range(k))",
         "dx[l] = sum(dy[(l-i)//2]*w[i] for i in range(k) if (i + l)%2 == 1 and i <= l and l < 2*n + i)"),
        ("x: n+1", "y = x[1:] - x[:-1]", "dx = pad(dy, (0, 1)) - pad(dy, (1, 0))"),
        ("A: n n", "y = tril(A)", "dA = tril(dy, -1)"),
        ("A: n n", "y = trace(A)", "dA = dy*tril(eye(n), -1)"),
        ("a: m, b: n", "y = concatenate([a, b])", "db = dy[:n]"),
    ],
)  # fmt: skip
def test_near_misses_are_disproved(shapes: str, forward: str, wrong: str) -> None:
    assert symadj.prove(shapes=shapes, forward=forward, backward=wrong).status == "disproved"


SHAPES = "A: m n, B: m n, x: n, t: n, c:, y: n"


def seen(first: str, second: str) -> bool:
    """Whether two right sides of ``y[i]`` are seen to be the same."""
    lines = [f"y[i] = {first}", f"z[i] = {second}"]
    lets = read("s", shapes=f"{SHAPES}, z: n", forward=lines, linear="x").forward
    return alike(*lets)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x[i]*sum(t[k]*c for k in range(n))", "c*sum(x[i]*t[k] for k in range(n))"),
        ("sum(A[l,i]*sum(B[l,k]*t[k] for k in range(n)) for l in range(m))",
         "sum(t[k]*sum(A[l,i]*B[l,k] for l in range(m)) for k in range(n))"),
        ("x[i]/n/c", "x[i]/(c*n)"),
        ("x[i] if x[i] > 0 else c", "x[i]*(x[i] > 0) + c*(x[i] <= 0)"),
        ("sum(t[k] for k in range(n) if x[i] < t[k])", "sum(t[k]*(x[i] < t[k]) for k in range(n))"),
        ("x[(i+1)%n]", "x[i+1] if i + 1 < n else x[i+1-n]"),
        ("c*(x[(i-1)%n] - t[i])", "c*((x[i-1] if i > 0 else x[i-1+n]) - t[i])"),
    ],
)  # fmt: skip
def test_lines_that_are_seen_to_be_the_same(first: str, second: str) -> None:
    assert seen(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x[i]*sum(t[k] for k in range(n))", "sum(x[k]*t[i] for k in range(n))"),
        ("sum(A[l,i]*sum(B[l,k]*t[k] for k in range(n)) for l in range(m))",
         "sum(B[l,i]*sum(A[l,k]*t[k] for k in range(n)) for l in range(m))"),
        ("x[i]/n/c", "x[i]/n*c"),
        ("x[i] if x[i] > 0 else c", "x[i]*(x[i] > 0) + c*(x[i] < 0)"),
        ("1/x[i] if x[i] != 0 else 0", "(x[i] != 0)/x[i]"),
        ("sum(t[k] for k in range(n) if x[i] < t[k])", "sum(t[k]*(x[i] <= t[k]) for k in range(n))"),
        ("x[(i+1)%n]", "x[i-1] if i > 0 else x[i-1+n]"),
        ("x[(i+1)%n]", "x[i+1] if i + 2 < n else x[i+1-n]"),
        ("x[(i+2)%n]", "x[i+2] if i + 2 < n else x[i+2-n]"),
        ("A[0,(i+1)%n]", "x[i+1] if i + 1 < n else x[i+1-n]"),
        ("x[i]", "0*x[i]"),
        ("c", "n"),
    ],
)  # fmt: skip
def test_lines_that_are_not_seen_to_be_the_same(first: str, second: str) -> None:
    assert not seen(first, second)


def test_lines_of_different_shapes_are_not_the_same() -> None:
    lets = read("s", shapes="c:, y: n, z: m", forward=["y[i] = c", "z[i] = c"], linear="c").forward
    assert not alike(*lets)
