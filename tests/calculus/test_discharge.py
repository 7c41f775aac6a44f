"""What follows from assumptions, and, more often, what does not."""

from __future__ import annotations

import pytest

from symadj.calculus import domain
from tests.calculus.language import read
from tests.calculus.reasoning import left, remaining


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = x[i]/sum(exp(x[j]) for j in range(n))",
        "y[i] = log(sum(exp(x[j]) for j in range(n)))",
        "y[i] = log(1 + exp(x[i]))",
        "y[i] = sqrt(x[i]**2 + 1)",
        "y[i] = 1/(x[i]*x[i] + 2)",
        "y[i] = x[i]/(2 + cos(x[i]))",
        "y[i] = log(2 + sin(x[i])*1)",
        "y[i] = 1/cosh(x[i])",
        "y[i] = log(sigmoid(x[i]))",
        "y[i] = log(softplus(x[i]))",
        "y[i] = sqrt(exp(x[i]))/sigmoid(x[i])**2",
        "y[i] = 1/(1 - tanh(x[i])**2)",
        "y[i] = 1/(1 + tanh(x[i]))",
        "y[i] = log(1 - sigmoid(x[i]))",
        "y[i] = x[i]/n",
        "y[i] = x[i]/(n*m + 1)",
        "y[i] = x[i]/sqrt(n)",
        "y[i] = x[i]/(i + 1)",
        "y[i] = x[i]/(n - i)",
        "y[i] = 2**x[i] + pi**x[i]",
        "y[i] = sqrt(n)**x[i]",
        "y[i] = x[i]/prod(exp(x[j]) for j in range(n))",
        "y[i] = 1/sum(exp(x[j]) for j in range(n) if j <= i)",
        "y[i] = 1/sum(exp(x[j]) for j in range(i, n))",
        "y[i] = 1/(1 + max(x[j]**2 for j in range(n)))**1 if i < 0 else 0",
        "y[i] = 1/(exp(x[i]) if x[0] > 1 else exp(x[0]))*(1 if i < 0 else 0) if i < 0 else x[i]",
        "y[i] = (1/x[i] if x[i] > 0 else 1) if i < 0 else 2*x[i]",
        "y[i] = log(log(3 + x[i]**2))",
        "y[i] = sum(max(i for j in range(n) if j <= i)*x[j] for j in range(n))",
        "y[i] = 1/log(2 + x[i]**2)",
    ],
)
def test_signs_alone(line: str) -> None:
    assert left(read("x: n, z: m, y: n", line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = 1/sum(x[j] for j in range(n))",
        "y[i] = 1/sum(exp(x[j]) for j in range(i))",
        "y[i] = 1/sum(exp(x[j]) for j in range(n-1))",
        "y[i] = 1/sum(exp(x[j]) for j in range(n) if j < i)",
        "y[i] = 1/sum(x[j]**2 for j in range(n))",
        "y[i] = 1/(x[i]**2 - 1)",
        "y[i] = 1/(x[i]**2 + z[0])",
        "y[i] = sqrt(x[i]**2)",
        "y[i] = 1/(n - 1)*x[i]",
        "y[i] = x[i]/(n - m)",
        "y[i] = x[i]/(n - 2)",
        "y[i] = x[i]/(i - 1)",
        "y[i] = x[i]/i",
        "y[i] = log(x[i]**2 - x[i] + 1/5)",
        "y[i] = log(cos(x[i]))",
        "y[i] = 1/(1 + cos(x[i]))",
        "y[i] = log(tanh(x[i]))",
        "y[i] = 1/tanh(x[i])",
        "y[i] = log(softplus(x[i]) - 1)",
        "y[i] = 1/(1 - sigmoid(x[i])*2)",
        "y[i] = log(log(1 + x[i]**2))",
        "y[i] = 1/log(1 + x[i]**2)",
        "y[i] = log(erf(x[i]))",
        "y[i] = x[i]**z[0]",
        "y[i] = (x[i] > 0)/sum(exp(x[j]) for j in range(n))",
        "y[i] = abs(x[i])",
        "y[i] = max(x[j] for j in range(n))",
        "y[i] = 1/f(x[i])",
        "y[i] = 1/prod(x[j] for j in range(n))",
        "y[i] = max(i for j in range(n) if j < i)*x[i]",
    ],
)
def test_signs_alone_do_not_do(line: str) -> None:
    assert left(read("x: n, z: m, y: n", line)) != []


GRANTED = [
    ("y[i] = 1/x[i]", ("x[i] != 0",)),
    ("y[i] = 1/x[i]", ("x[i] > 0",)),
    ("y[i] = 1/x[i]", ("x[i] < 0",)),
    ("y[i] = 1/x[i]", ("x[i] >= 1",)),
    ("y[i] = 1/x[i]", ("x[i] > z[i]", "z[i] >= 0")),
    ("y[i] = 1/x[i]", ("x[i]*z[i] != 0",)),
    ("y[i] = 1/x[i]", ("x[i]**2 > 0",)),
    ("y[i] = 1/x[i]", ("abs(x[i]) > 0",)),
    ("y[i] = 1/x[i]", ("abs(x[i]) >= a", "a > 0")),
    ("y[i] = 1/x[i]", ("x[i] == z[i]", "z[i] != 0")),
    ("y[i] = 1/x[i]", ("2*x[i] + 3 == z[i]", "z[i] != 3")),
    ("y[i] = 1/(x[i] - z[i])", ("x[i] != z[i]",)),
    ("y[i] = 1/(x[i] - z[i])", ("z[i] - x[i] != 0",)),
    ("y[i] = 1/(x[i] + z[i])", ("x[i] > 0", "z[i] >= 0")),
    ("y[i] = 1/(a - x[i])", ("abs(x[i]) != a", "a > 0")),
    ("y[i] = 1/(a + x[i])", ("abs(x[i]) != a", "a > 0")),
    ("y[i] = 1/(1 - x[i]**2)", ("x[i] != 1", "x[i] != -1")),
    ("y[i] = log(x[i])", ("x[i] > 0",)),
    ("y[i] = log(1 - x[i])", ("0 < x[i] and x[i] < 1",)),
    ("y[i] = log(x[i])", ("0 < x[i] and x[i] < 1",)),
    ("y[i] = 1/(x[i]*(1 - x[i]))", ("0 < x[i] and x[i] < 1",)),
    ("y[i] = sqrt(1 - x[i]**2)", ("-1 < x[i]", "x[i] < 1")),
    ("y[i] = sqrt(1 - x[i]**2)", ("abs(x[i]) < 1",)),
    ("y[i] = arcsin(x[i])", ("-1 < x[i] < 1",)),
    ("y[i] = arccos(x[i])", ("abs(x[i]) < 1",)),
    ("y[i] = log(x[i]*z[i])", ("x[i] > 0", "z[i] > 0")),
    ("y[i] = log(x[i]*z[i])", ("x[i] < 0", "z[i] < 0")),
    ("y[i] = log(x[i]/z[i])", ("x[i] > 0", "z[i] > 0")),
    ("y[i] = x[i]**a", ("x[i] > 0",)),
    ("y[i] = sqrt(x[i]**2 + a)", ("a > 0",)),
    ("y[i] = 1/sqrt(sum((x[j] - z[j])**2 for j in range(n))/n + a)", ("a > 0",)),
    ("y[i] = 1/sum(x[j] for j in range(n))", ("sum(x[k] for k in range(n)) != 0",)),
    ("y[i] = 1/sum(x[j] for j in range(n))", ("x[i] > 0",)),
    ("y[i] = 1/sum(2*x[j] for j in range(n))", ("sum(x[k] for k in range(n)) > 0",)),
    ("y[i] = log(sum(x[j]*z[j] for j in range(n)))", ("x[i] > 0", "z[i] > 0")),
    ("y[i] = 1/sqrt(sum(x[j]**2 for j in range(n)))", ("sum(x[i]**2 for i in range(n)) > 0",)),
    ("y[i] = 1/sum(abs(x[j]) for j in range(n))", ("x[i] != 0",)),
    ("y[i] = 1/prod(x[j] for j in range(n))", ("x[i] != 0",)),
    ("y[i] = relu(x[i])", ("x[i] != 0",)),
    ("y[i] = minimum(maximum(x[i], 0), 6)", ("x[i] != 0", "x[i] != 6")),
    ("y[i] = (x[i] if x[i] > a else (z[i] if x[i] < -a else 0))", ("a > 0", "abs(x[i]) != a")),
    ("y[i] = max(x[j] for j in range(n))", ("x[i] != x[j] or i == j",)),
    ("y[i] = max(abs(x[j]) for j in range(n))", ("abs(x[i]) != abs(x[j]) or i == j", "x[i] != 0")),
    ("y[i] = maximum(x[i], x[i+1]) if i < n-1 else 0", ("x[i] != x[j] or i == j",)),
    ("y[i] = 1/(x[i-1] if i > 0 else x[n-1])", ("x[i] != 0",)),
    ("y[i] = tan(x[i])", ("cos(x[i]) != 0",)),
    ("y[i] = x[i]/(n - 1)", ("n >= 2",)),
    ("y[i] = x[i]/(n - 1)", ("n > 1",)),
    ("y[i] = x[i]/(n - m)", ("n > m",)),
    ("y[i] = x[i]**i", ("x[i] != 0",)),
]


@pytest.mark.parametrize(("line", "assume"), GRANTED)
def test_assumptions_that_do(line: str, assume: tuple[str, ...]) -> None:
    assert left(read("x: n, z: n, w: m, a:, y: n", line), *assume) == []


@pytest.mark.parametrize(("line", "assume"), [case for case in GRANTED if len(case[1]) > 1])
@pytest.mark.parametrize("without", [0, 1])
def test_each_of_two_assumptions_is_needed(line: str, assume: tuple[str, ...], without: int) -> None:
    assert left(read("x: n, z: n, w: m, a:, y: n", line), assume[1 - without]) != []


@pytest.mark.parametrize(
    ("line", "assume"),
    [
        ("y[i] = 1/x[i]", ("x[i] >= 0",)),
        ("y[i] = 1/x[i]", ("z[i] != 0",)),
        ("y[i] = 1/x[i]", ("x[i] != 1",)),
        ("y[i] = 1/x[i]", ("x[0] != 0",)),
        ("y[i] = 1/x[i]", ("x[i] != 0 or z[i] != 0",)),
        ("y[i] = 1/x[i]", ("x[i] > -1",)),
        ("y[i] = 1/x[i]", ("x[i] + z[i] != 0", "z[i] != 0")),
        ("y[i] = 1/x[i]", ("x[i]**2 >= 0",)),
        ("y[i] = 1/x[i]", ("abs(x[i]) < 1",)),
        ("y[i] = 1/x[i]", ("abs(x[i]) >= a",)),
        ("y[i] = 1/x[i]", ("sum(x[i]**2 for i in range(n)) > 0",)),
        ("y[i] = 1/x[i]", ("sum(x[i] for i in range(n)) != 0",)),
        ("y[i] = 1/x[i]", ("x[i] == z[i]",)),
        ("y[i] = 1/(x[i] - z[i])", ("x[i] != -z[i]",)),
        ("y[i] = 1/(x[i] - z[i])", ("x[i] > 0", "z[i] > 0")),
        ("y[i] = 1/(a - x[i])", ("abs(x[i]) != a",)),
        ("y[i] = 1/(a - x[i])", ("abs(x[i]) != a", "a < 0")),
        ("y[i] = 1/(1 - x[i]**2)", ("x[i] != 1",)),
        ("y[i] = log(x[i])", ("x[i] != 0",)),
        ("y[i] = log(x[i])", ("x[i] >= 0",)),
        ("y[i] = log(x[i])", ("abs(x[i]) > 0",)),
        ("y[i] = log(1 - x[i])", ("x[i] != 1",)),
        ("y[i] = log(1 - x[i])", ("x[i] <= 1",)),
        ("y[i] = log(1 - 2*x[i])", ("0 < x[i] and x[i] < 1",)),
        ("y[i] = sqrt(1 - x[i]**2)", ("x[i] < 1",)),
        ("y[i] = sqrt(1 - x[i]**2)", ("-1 <= x[i]", "x[i] <= 1")),
        ("y[i] = arcsin(x[i])", ("-1 <= x[i] <= 1",)),
        ("y[i] = arcsin(x[i])", ("x[i] < 1",)),
        ("y[i] = log(x[i]*z[i])", ("x[i] != 0", "z[i] != 0")),
        ("y[i] = log(x[i]*z[i])", ("x[i] > 0", "z[i] < 0")),
        ("y[i] = log(x[i]/z[i])", ("x[i]*z[i] > -1",)),
        ("y[i] = x[i]**a", ("a > 0",)),
        ("y[i] = x[i]**a", ("x[i] != 0",)),
        ("y[i] = sqrt(x[i]**2 + a)", ("a >= 0",)),
        ("y[i] = sqrt(x[i]**2 - a)", ("a > 0",)),
        ("y[i] = sqrt(x[i]**3 + a)", ("a > 0",)),
        ("y[i] = 1/sum(x[j] for j in range(n))", ("x[i] != 0",)),
        ("y[i] = 1/sum(x[j] for j in range(n))", ("x[i] >= 0",)),
        ("y[i] = 1/sum(x[j] for j in range(n))", ("sum(z[j] for j in range(n)) != 0",)),
        ("y[i] = 1/sum(x[j] for j in range(n))", ("sum(x[j]**2 for j in range(n)) != 0",)),
        ("y[i] = 1/sum(x[j] for j in range(n) if j > i)", ("x[i] > 0",)),
        ("y[i] = 1/sum(x[j] for j in range(n) if z[j] > 0)", ("x[i] > 0",)),
        ("y[i] = 1/sum(x[j]*z[j] for j in range(n))", ("x[i] > 0",)),
        ("y[i] = relu(x[i])", ("x[i] >= 0",)),
        ("y[i] = relu(x[i])", ("relu(x[i]) >= 0",)),
        ("y[i] = abs(x[i] - z[i])", ("x[i] != 0",)),
        ("y[i] = minimum(maximum(x[i], 0), 6)", ("x[i] != 6",)),
        ("y[i] = max(x[j] for j in range(n))", ("x[i] != x[0] or i == 0",)),
        ("y[i] = max(x[j] for j in range(n))", ("x[i] != z[j] or i == j",)),
        ("y[i] = max(x[j] for j in range(n))", ("x[i] != 0",)),
        ("y[i] = max(x[j]**2 for j in range(n))", ("x[i] != x[j] or i == j",)),
        ("y[i] = max(x[j] + z[j] for j in range(n))", ("x[i] != x[j] or i == j",)),
        ("y[i] = maximum(x[i], z[i])", ("x[i] != x[j] or i == j",)),
        ("y[i] = tan(x[i])", ("sin(x[i]) != 0",)),
        ("y[i] = tan(x[i])", ("x[i] > 0",)),
        ("y[i] = x[i]/(n - 1)", ("n >= 1",)),
        ("y[i] = x[i]/(n - 2)", ("n >= 2",)),
        ("y[i] = x[i]/(n - m)", ("n >= m",)),
        ("y[i] = 1/z[i+1] if i < n-1 else 0", ("z[i] != 0 or i >= 3",)),
        ("y[i] = 1/(x[i] + exp(x[i]))", ("x[i] > -1",)),
    ],
)
def test_assumptions_that_do_not_do(line: str, assume: tuple[str, ...]) -> None:
    program = read("x: n, z: n, w: m, a:, y: n", line)
    assert left(program, *assume) != []


def test_an_assumption_may_name_a_line() -> None:
    program = read(
        "x: n",
        "mu = sum(x[i] for i in range(n))/n",
        "y = sqrt(sum((x[i] - mu)**2 for i in range(n))/(n - 1))",
    )
    assert left(program, "n >= 2", "y > 0") == []
    assert left(program, "n >= 2", "y >= 0") != []
    assert left(program, "n >= 2", "mu > 0") != []
    assert left(program, "y > 0") == [], "where y is positive it has a value, and n is not 1"
    assert left(program, "mu > 0") != []


def test_a_hypothesis_may_name_a_line() -> None:
    program = read("w: n", "t = sum(w[i] for i in range(n))", "y[i] = w[i]/t")
    assert left(program, "sum(w[i] for i in range(n)) != 0") == []
    assert left(program, "t != 0") == []
    assert left(program, "t > 0") == []
    assert left(program, "w[i] > 0") == []
    assert left(program, "w[i] != 0") == ["not t == 0"]


def test_lines_through_several_levels() -> None:
    program = read("x: n, a:", "u[i] = x[i]**2", "v[i] = u[i] + a", "y[i] = log(v[i])")
    assert left(program, "a > 0") == []
    assert left(program, "x[i] != 0", "a >= 0") == []
    assert left(program, "x[i] != 0") != []
    assert left(program) != []


def test_a_relu_line_that_is_positive() -> None:
    program = read("x: n", "h[i] = relu(x[i])", "y[i] = log(h[i])")
    assert left(program, "h[i] > 0") == []
    assert left(program, "h[i] >= 0") != []


def test_guards_and_their_facts() -> None:
    program = read("x: n, y: n", "y[i] = (log(x[i] - 1) if x[i] > 1 else 0)")
    assert left(program, "x[i] != 1") == []
    program = read("x: n, y: n", "y[i] = (log(x[i] - 1) if x[i] > 0 else 0)")
    assert left(program, "x[i] != 0", "x[i] != 1") != []
    program = read("x: n, y: n", "y[i] = (1/i*x[i] if i > 0 else 0)")
    assert left(program) == []


def test_determinants() -> None:
    program = read("A: n n", "y[i,j] = inv(A)[i,j]")
    assert left(program, "det(A) != 0") == []
    assert left(program, "det(A) > 0") == []
    assert left(program, "det(A) != 1") != []
    assert left(program) == ["not det(A) == 0"]


@pytest.mark.parametrize(
    ("matrix", "assume"),
    [
        ("A[j,i]", ("det(A) != 0",)),
        ("2*A[i,j]", ("det(A) != 0",)),
        ("-A[j,i]", ("det(A) != 0",)),
        ("a*A[i,j]", ("det(A) != 0", "a != 0")),
        ("sum(A[i,k]*B[k,j] for k in range(n))", ("det(A) != 0", "det(B) != 0")),
        ("sum(A[k,i]*A[k,j] for k in range(n))", ("det(A) != 0",)),
        ("inv(A)[i,j]", ("det(A) != 0",)),
        (
            "A[i,j] + u[i]*v[j]",
            ("det(A) != 0", "1 + sum(v[i]*sum(inv(A)[i,j]*u[j] for j in range(n)) for i in range(n)) != 0"),
        ),
        ("(i == j)*1 + u[i]*v[j]", ("1 + sum(u[i]*v[i] for i in range(n)) != 0",)),
    ],
)
def test_determinants_of_lines(matrix: str, assume: tuple[str, ...]) -> None:
    program = read("A: n n, B: n n, u: n, v: n, a:, M: n n", f"M[i,j] = {matrix}", "y[i,j] = inv(M)[i,j]")
    assert remaining(program, domain(program.lets), *assume) == []
    for missing in range(len(assume)):
        rest = (*assume[:missing], *assume[missing + 1 :])
        assert remaining(program, domain(program.lets), *rest) != []


@pytest.mark.parametrize(
    "matrix",
    ["A[i,j] + B[i,j]", "A[i,j]*B[i,j]", "A[i,0]*B[0,j]", "C[i,j]", "A[i,i]", "sum(C[i,k]*C[k,j] for k in range(n))"],
)
def test_determinants_of_lines_of_which_nothing_is_known(matrix: str) -> None:
    program = read("A: n n, B: n n, C: n+1 n+1, M: n n", f"M[i,j] = {matrix}", "y[i,j] = inv(M)[i,j]")
    assert "not det(M) == 0" in remaining(program, domain(program.lets), "det(A) != 0", "det(B) != 0", "det(C) != 0")


def test_the_lemmas_are_no_facts() -> None:
    """det(A + u vᵀ) may differ from 0 although A is singular."""
    program = read("A: n n, u: n, v: n, M: n n", "M[i,j] = A[i,j] + u[i]*v[j]", "y[i,j] = inv(A)[i,j] + inv(M)[i,j]")
    assert remaining(program, domain(program.lets), "det(M) != 0") == ["not det(A) == 0"]


def test_counts_of_masks() -> None:
    program = read("x: m n, k: m n in range(2), y: m", "y[i] = 1/sum(exp(x[i,j]) for j in range(n) if k[i,j] == 1)")
    assert left(program, "sum(k[i,j] for j in range(n)) >= 1") == []
    assert left(program, "sum(k[i,j] for j in range(n)) >= 0") != []
    assert left(program, "sum(k[j,i] for j in range(m)) >= 1") != []
    assert left(program) != []


def test_sizes_and_parameters() -> None:
    program = read("x: n", "y[i] = x[i]/S")
    assert left(program) == []
    assert left(program, integers=("S",)) == ["not S == 0"]
    assert left(program, "S >= 1", integers=("S",)) == []
    assert left(program, "S >= 0", integers=("S",)) != []


def test_complex_numbers_are_not_ordered() -> None:
    program = read("z: n", "y[i] = 1/(z[i]**2 + 1)")
    assert left(program) == []
    assert left(program, complex_field=True) != []
    program = read("z: n", "y[i] = 1/(abs(z[i])**2 + 1)")
    assert left(program, complex_field=True) == []
    program = read("z: n", "y[i] = 1/exp(z[i]) + 1/cosh(z[i])")
    assert left(program) == []
    assert left(program, complex_field=True) == ["not cosh(z[i]) == 0"]
    program = read("z: n", "y[i] = 1/conj(z[i])")
    assert left(program, "z[i] != 0", complex_field=True) == []


def test_contradictory_assumptions_grant_everything() -> None:
    assert left(read("x: n", "y[i] = 1/x[i]"), "x[i] > 1", "x[i] < 0") == []
