"""Which hypotheses are found: each kind, under its guards, over its ranges, and none where none is needed."""

from __future__ import annotations

import pytest

from symadj.calculus import Hypothesis, differentiability, domain, pullback
from tests.calculus.language import read, show_condition


def text(hypothesis: Hypothesis) -> str:
    ranges = "".join(f"{i}<{n}: " for i, n in hypothesis.indices)
    return ranges + show_condition(hypothesis.condition)


def found(shapes: str, *lines: str, complex_field: bool = False, fixed: str = "") -> list[str]:
    program = read(shapes, *lines)
    varying = {n: s for n, s in program.inputs.items() if n not in fixed.split()}
    result = pullback(program.lets, [program.lets[-1].name], varying, complex=complex_field)
    return [text(h) for h in result.hypotheses]


def needed_for_values(shapes: str, *lines: str, complex_field: bool = False) -> list[str]:
    return [text(h) for h in domain(read(shapes, *lines).lets, complex=complex_field)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y[i] = 1/x[i]", ["i<n: not x[i] == 0"]),
        ("y[i] = 1/(x[i]*z[i]**2)", ["i<n: not x[i] == 0", "i<n: not z[i] == 0"]),
        ("y[i] = x[i]**(-3)", ["i<n: not x[i] == 0"]),
        ("y[i] = 1/(x[i] + z[i])", ["i<n: not (x[i] + z[i]) == 0"]),
        ("y[i] = sqrt(x[i])", ["i<n: 0 < x[i]"]),
        ("y[i] = x[i]**(3/2)", ["i<n: 0 < x[i]"]),
        ("y[i] = 1/sqrt(x[i])", ["i<n: 0 < x[i]"]),
        ("y[i] = sqrt(x[i]**2)", ["i<n: not x[i] == 0"]),
        ("y[i] = sqrt(x[i])**2", ["i<n: 0 < x[i]"]),
        ("y[i] = log(x[i])", ["i<n: 0 < x[i]"]),
        ("y[i] = log(abs(x[i]))", ["i<n: not x[i] == 0"]),
        ("y[i] = log(x[i]**2)", ["i<n: not x[i] == 0"]),
        ("y[i] = x[i]**z[i]", ["i<n: 0 < x[i]"]),
        ("y[i] = 2**x[i]", []),
        ("y[i] = abs(x[i])", ["i<n: not x[i] == 0"]),
        ("y[i] = relu(x[i] - 1)", ["i<n: not (x[i] + -1) == 0"]),
        ("y[i] = sign(x[i])", ["i<n: not x[i] == 0"]),
        ("y[i] = maximum(x[i], z[i])", ["i<n: not x[i] == z[i]"]),
        ("y[i] = minimum(x[i], 1)", ["i<n: not x[i] == 1"]),
        ("y[i] = arcsin(x[i])", ["i<n: -1 < x[i]", "i<n: x[i] < 1"]),
        ("y[i] = arccos(x[i])", ["i<n: -1 < x[i]", "i<n: x[i] < 1"]),
        ("y[i] = tan(x[i])", ["i<n: not cos(x[i]) == 0"]),
        ("y[i] = (x[i] > z[i])*z[i]", ["i<n: not z[i] == x[i]"]),
        ("y[i] = (x[i] if x[i] > 1 else z[i])", ["i<n: not 1 == x[i]"]),
        ("y[i] = sum(z[j] for j in range(n) if z[j] <= x[i])", ["i<n: j<n: not z[j] == x[i]"]),
        ("y[i] = sqrt(maximum(x[i], 0))", ["i<n: not x[i] == 0"]),
        ("y[i] = x[i]**i", ["i<n: (i - 1 >= 0 or not x[i] == 0)"]),
    ],
)
def test_each_kind_is_found(line: str, expected: list[str]) -> None:
    assert found("x: n, z: n", line) == expected


def test_extremum_ties() -> None:
    hypotheses = found("x: n", "y = max(x[j] for j in range(n))")
    assert hypotheses == ["n - 1 >= 0", "j<n: i<n: (not x[j] == x[i] or i - j == 0)"]


def test_ties_matter_only_among_those_that_compete() -> None:
    hypotheses = found("x: n, y: n", "y[i] = max(x[j] for j in range(n) if j <= i)")
    (ties,) = (h for h in hypotheses if "not x" in h)
    assert ties == "i<n: j<n: k<n: (j - i - 1 >= 0 or k - i - 1 >= 0 or not x[j] == x[k] or j - k == 0)"


def test_matrices() -> None:
    assert found("A: n n", "y[i,j] = inv(A)[i,j]") == ["not det(A) == 0"]
    assert found("A: n n", "y = det(A)") == ["not det(A) == 0"]
    assert needed_for_values("A: n n", "y[i,j] = inv(A)[i,j]") == ["not det(A) == 0"]
    assert needed_for_values("A: n n", "y = det(A)") == []


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = x[i]**3 - 2*x[i]*z[i] + 7",
        "y[i] = exp(x[i])*sin(x[i]) - cosh(tanh(z[i]))",
        "y[i] = sigmoid(x[i]) + softplus(x[i]) + erf(x[i]) + arctan(x[i])",
        "y[i] = abs(x[i])**2",
        "y[i] = abs(x[i])*abs(x[i])",
        "y[i] = abs(x[i])**(3/2)",
        "y[i] = relu(x[i])**2",
        "y[i] = maximum(0, x[i])**3",
        "y[i] = f(x[i])",
        "y[i] = x[i]/2",
        "y[i] = x[i]*sqrt(2)/pi",
        "y[i] = (x[i] if i > 0 else z[i])",
        "y[i] = (x[i]*z[i] if z[i] > 0 else x[i]*z[i])",
        "y[i] = prod(x[j] for j in range(n) if j != i)",
    ],
)
def test_nothing_is_asked_without_need(line: str) -> None:
    assert found("x: n, z: n, y: n", line) == []


def test_a_condition_asks_for_continuity_only() -> None:
    """|r| inside of the comparison has a kink at r = 0, which makes no jump in what is chosen."""
    hypotheses = found("x: n", "y[i] = (x[i]**2 if abs(x[i]) < 1 else 3*x[i])")
    assert hypotheses == ["i<n: not abs(x[i]) == 1"]


def test_what_does_not_vary_needs_only_its_value() -> None:
    assert found("x: n, z: n", "y[i] = x[i]*sqrt(z[i])*abs(z[i])*(z[i] > 0)", fixed="z") == ["i<n: 0 <= z[i]"]
    assert found("x: n, z: n", "y[i] = x[i]*z[i]**(-1/2)", fixed="z") == ["i<n: 0 < z[i]"]
    assert found("x: n, z: n", "y[i] = x[i]*arcsin(z[i])", fixed="z") == ["i<n: -1 <= z[i]", "i<n: z[i] <= 1"]
    assert found("x: n, z: n", "y[i] = x[i]/z[i]", fixed="z") == ["i<n: not z[i] == 0"]


def test_guards_are_alternatives() -> None:
    assert found("x: n", "y[i] = (1/x[i] if x[i] > 0 else 0)") == [
        "i<n: not 0 == x[i]",
        "i<n: (x[i] <= 0 or not x[i] == 0)",
    ]
    assert found("x: n", "y[i] = (1/x[i] if i > 0 else 0)") == ["i<n: (-i >= 0 or not x[i] == 0)"]
    assert found("x: n", "y = sum(1/x[i] for i in range(n) if i > 2)") == ["i<n: (2 - i >= 0 or not x[i] == 0)"]


def test_a_later_part_of_a_condition_is_guarded_by_the_earlier_ones() -> None:
    hypotheses = found("x: n, y: n", "y[i] = (x[i] if i > 0 and x[i-1] > 0 else 0)")
    assert hypotheses == ["i<n: (-i >= 0 or not 0 == x[i - 1])"]
    hypotheses = found("x: n, y: n", "y[i] = (x[i] if i == 0 or x[i-1] > 0 else 0)")
    assert hypotheses == ["i<n: (i == 0 or not 0 == x[i - 1])"]


def test_ranges_start_at_zero() -> None:
    assert found("x: n, y: n", "y[i] = sum(1/x[j] for j in range(i, n))") == ["i<n: j<n - i: not x[i + j] == 0"]
    assert found("x: n+1, y: n", "y[i] = sum(1/x[j] for j in range(1, n))") == ["j<n - 1: not x[j + 1] == 0"]


def test_an_idle_index_is_kept_where_its_range_may_be_empty() -> None:
    assert found("x: n, z:", "y[i] = x[i]/z") == ["not z == 0"]
    assert found("x: n-1, z:", "y[i] = x[i]/z") == ["i<n - 1: not z == 0"]


def test_each_line_answers_for_itself() -> None:
    program = read("x: n", "h[i] = 1/x[i]", "y[i] = sqrt(h[i])")
    result = pullback(program.lets, ["y"], program.inputs)
    assert [(h.let, text(h)) for h in result.hypotheses] == [("h", "i<n: not x[i] == 0"), ("y", "i<n: 0 < h[i]")]


def test_reasons_are_for_people() -> None:
    program = read("x: n", "y[i] = sqrt(x[i]) + abs(x[i])/x[i]")
    reasons = [h.reason for h in differentiability(program.lets, program.inputs)]
    assert reasons == [
        "a root is differentiable where its argument is positive",
        "abs has a kink at 0",
    ]


def test_masked_sums_make_no_kink() -> None:
    """z is 0 where the mask is empty, and positive elsewhere: the choice depends on the mask alone."""
    lines = (
        "e[i] = (exp(x[i]) if mask[i] > 0 else 0)",
        "z = sum(e[i] for i in range(n))",
        "y[i] = (e[i]/z if z > 0 else 0)",
    )
    assert found("x: n, mask: n in range(2), e: n, z:, y: n", *lines) == ["(z <= 0 or not z == 0)"]


def test_a_sum_that_may_vanish_makes_a_kink() -> None:
    lines = ("z = sum(x[i] for i in range(n))", "y[i] = (x[i]/z if z > 0 else 0)")
    assert "not 0 == z" in found("x: n", *lines)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y[i] = 1/x[i]", ["i<n: not x[i] == 0"]),
        ("y[i] = sqrt(x[i])", ["i<n: (not imag(x[i]) == 0 or 0 < real(x[i]))"]),
        ("y[i] = log(x[i])", ["i<n: (not imag(x[i]) == 0 or 0 < real(x[i]))"]),
        ("y[i] = abs(x[i])", ["i<n: not x[i] == 0"]),
        ("y[i] = abs(x[i])**2", []),
        ("y[i] = tanh(x[i])", ["i<n: not cosh(x[i]) == 0"]),
        ("y[i] = sigmoid(x[i])", ["i<n: not (1 + exp(-1*x[i])) == 0"]),
        ("y[i] = log(abs(x[i]))", ["i<n: not x[i] == 0"]),
        ("y[i] = relu(real(x[i]))", ["i<n: not real(x[i]) == 0"]),
        ("y[i] = exp(conj(x[i]))*real(x[i])", []),
    ],
)
def test_complex_field(line: str, expected: list[str]) -> None:
    assert found("x: n", line, complex_field=True) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y[i] = abs(x[i]) + relu(x[i]) + sign(x[i]) + maximum(x[i], 1)", []),
        ("y[i] = sqrt(x[i])", ["i<n: 0 <= x[i]"]),
        ("y[i] = x[i]**(-1/2)", ["i<n: 0 < x[i]"]),
        ("y[i] = sqrt(x[i]**2)", []),
        ("y[i] = sqrt(abs(x[i]))", []),
        ("y[i] = log(x[i])", ["i<n: 0 < x[i]"]),
        ("y[i] = (1 if x[i] > 1 else 1/x[i])", ["i<n: (1 < x[i] or not x[i] == 0)"]),
        ("y[i] = arcsin(x[i])", ["i<n: -1 <= x[i]", "i<n: x[i] <= 1"]),
        ("y[i] = x[i]**i", ["i<n: (i >= 0 or not x[i] == 0)"]),
        ("y = max(x[j] for j in range(n-1))", ["n - 2 >= 0"]),
        ("y = max(x[j] for j in range(n) if j > 1)", ["0 < sum(1 for j in range(n) if j - 2 >= 0)"]),
    ],
)
def test_values_alone(line: str, expected: list[str]) -> None:
    assert needed_for_values("x: n", line) == expected
