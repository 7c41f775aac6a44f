"""What the lines mean at concrete sizes and entries."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest

from symadj.errors import BudgetExceeded
from symadj.oracle import frames, search
from symadj.oracle.evaluation import evaluate, gradient
from symadj.oracle.failures import Dropped, OutOfRange, Undefined, Undifferentiable
from symadj.oracle.intervals import Interval
from symadj.oracle.modes import float_mode
from symadj.oracle.programs import Program
from symadj.oracle.unknowns import Polynomial, interpretations, parse_polynomial
from tests.oracle.helpers import claim_of, made, value

VECTOR = {"x[0]": 2, "x[1]": "-3/2", "x[2]": 5}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y = sum(x[i] for i in range(n))", Fraction(11, 2)),
        ("y = sum(x[i] for i in range(n) if i >= 1)", Fraction(7, 2)),
        ("y = sum(x[i] for i in range(n, 0))", 0),
        ("y = prod(x[i] for i in range(n))", -15),
        ("y = prod(x[i] for i in range(0))", 1),
        ("y = max(x[i] for i in range(n))", 5),
        ("y = min(x[i] for i in range(n) if i != 1)", 2),
        ("y = max(x[i]*x[j] for i in range(n) for j in range(n) if j < i)", 10),
        ("y = sum((i == 1)*x[i] for i in range(n))", Fraction(-3, 2)),
        ("y = sum(x[i-1] if i > 0 else 7 for i in range(n))", Fraction(15, 2)),
        ("y = sum(x[i-1] if i > 0 and x[i-1] > 0 else 0 for i in range(n))", 2),
        ("y = sum(x[i//2]*(i % 2) for i in range(2*n))", Fraction(11, 2)),
        ("y = sum(x[i] if x[i] > 0 else 0 for i in range(n))", 7),
        ("y = relu(x[1]) + relu(x[0])", 2),
        ("y = maximum(x[0], x[1])*minimum(x[0], x[2])", 4),
        ("y = sum(sign(x[i])*abs(x[i]) for i in range(n))", Fraction(11, 2)),
        ("y = x[0]**n", 8),
        ("y = x[0]**(-2)", Fraction(1, 4)),
        ("y = sqrt(x[0] + 1/4)", Fraction(3, 2)),
        ("y = x[0]**x[2]", 32),
        ("y = sum(i*n for i in range(n))/n", 3),
        ("y = 0.1*x[0]", Fraction(1, 5)),
        ("y = exp(x[0] - x[0])", 1),
    ],
)
def test_the_value_of_a_line(line: str, expected: Any) -> None:
    found = value("x: n, y:", line, {"n": 3}, VECTOR)
    assert found == expected
    assert isinstance(found, int | Fraction)


def test_an_irrational_value_is_an_interval() -> None:
    found = value("x: n, y:", "y = exp(x[0])", {"n": 3}, VECTOR)
    assert isinstance(found, Interval)
    assert found.sign() == 1


@pytest.mark.parametrize(
    "line",
    [
        "y = 1/(x[0] - 2)",
        "y = log(x[1])",
        "y = sqrt(x[1])",
        "y = max(x[i] for i in range(0))",
        "y = min(x[i] for i in range(n) if i > n)",
        "y = x[1]**x[0]",
        "y = (x[1] - x[1])*(1/(x[0] - 2))",
        "y = (n == 4)*log(x[1])",
        "y = arcsin(x[0])",
    ],
)
def test_what_does_not_exist(line: str) -> None:
    with pytest.raises(Undefined):
        value("x: n, y:", line, {"n": 3}, VECTOR)


@pytest.mark.parametrize(
    "line",
    ["y = sum(x[i+1] for i in range(n))", "y = x[n]", "y = sum((i > 0)*x[i-1] for i in range(n))",
     "y = sum(x[i-1] if i >= 0 else 0 for i in range(n))", "y = (x[0] - x[0])*x[2*n]"],
)  # fmt: skip
def test_an_entry_outside_of_its_tensor(line: str) -> None:
    with pytest.raises(OutOfRange) as error:
        value("x: n, y:", line, {"n": 3}, VECTOR)
    assert error.value.tensor == "x"
    assert error.value.shape == (3,)


def test_a_loop_too_long_ends() -> None:
    with pytest.raises(BudgetExceeded):
        value("x: n, y:", "y = sum(x[0] for i in range(1000000000))", {"n": 3}, VECTOR)
    with pytest.raises(BudgetExceeded):
        value("x: n, y: n", "y[i] = x[i]", {"n": 10**9}, VECTOR)


def test_integer_tensors() -> None:
    shapes, entries = "E: v m, g: t in range(v), y: t m", {"E[1, 0]": 5, "E[2, 1]": 7, "g[0]": 2, "g[1]": 1}
    sizes = {"v": 3, "m": 2, "t": 2}
    assert value(shapes, "y[s,j] = E[g[s], j]", sizes, entries) == [0, 7, 5, 0]
    assert value(shapes, "y[s,j] = g[s]*(g[s] == 2)", sizes, entries) == [2, 2, 0, 0]


def test_unknown_functions_and_their_derivatives() -> None:
    of = made("x:", ["y = f(x)"], ["dx = D(f)(x)*dy"], functions="f")
    f = parse_polynomial("1 + 3*s**2", 1)
    found = evaluate(of, {}, {"x": 2, "dy": 1}, {"f": f})
    assert found["y"][()] == 13
    assert found["dx"][()] == 12
    assert gradient(of, "x", {}, {"x": 2, "dy": 1}, {"f": f}) == {(): 12}
    of = made("a:, b:", ["y = g(a, b)"], ["da = D(g, 0)(a, b)*dy", "db = D(g, 1)(a, b)*dy"], functions="g: 2")
    entries = {"a": 2, "b": -1, "dy": 1}
    found = evaluate(of, {}, entries)
    assert gradient(of, "a", {}, entries) == found["da"]
    assert gradient(of, "b", {}, entries) == found["db"]


def test_polynomials_as_text() -> None:
    for arity in (1, 2, 3):
        for f in interpretations(arity):
            assert parse_polynomial(str(f), arity) == f
    assert str(Polynomial(1, {})) == "0"
    for wrong in ("x**2", "s**2.5", "s + ", "__import__('os')", "s**s", "2**3"):
        with pytest.raises(ValueError, match="not a polynomial"):
            parse_polynomial(wrong, 1)


def test_the_actual_gradient() -> None:
    of = made("W: m n, x: n", ["y[i] = sum(W[i,j]*x[j] for j in range(n))"], ["dW[i,j] = dy[i]*x[j]"])
    sizes, entries = {"m": 1, "n": 2}, {"W[0, 0]": 3, "W[0, 1]": "1/2", "x[1]": 5, "dy[0]": 2}
    assert gradient(of, "W", sizes, entries) == {(0, 0): 0, (0, 1): 10}
    assert gradient(of, "x", sizes, entries) == {(0,): 6, (1,): 1}


def test_the_gradient_of_a_map_that_is_only_real_linear() -> None:
    of = made("x:", ["y = conj(x)"], ["dx = conj(dy)"], field="complex")
    found = gradient(of, "x", {}, {"x": "1 + 2j", "dy": "3 - 1/2*1j"})[()]
    assert (found.re, found.im) == (3, Fraction(1, 2))
    of = made("x:", ["y = abs(x)**2"], ["dx = 2*x*real(dy)"], field="complex")
    found = gradient(of, "x", {}, {"x": "3 + 4j", "dy": "1 + 1j"})[()]
    assert (found.re, found.im) == (6, 8)


@pytest.mark.parametrize(
    ("line", "x"),
    [("y[i] = relu(x[i])", ["0", "1"]), ("y[i] = abs(x[i])", ["1", "0"]),
     ("y[i] = x[i]*max(x[j] for j in range(n))", ["1", "1"]),
     ("y[i] = x[i] if x[i] > 1 else 0", ["1", "0"]), ("y[i] = sqrt(x[i])", ["0", "1"]),
     ("y[i] = sum(x[j] for j in range(n) if x[j] > x[i])", ["2", "2"])],
)  # fmt: skip
def test_no_gradient_at_a_kink(line: str, x: list[str]) -> None:
    of = made("x: n", [line], ["dx[i] = dy[i]"])
    with pytest.raises(Dropped):
        gradient(of, "x", {"n": 2}, {"x[0]": x[0], "x[1]": x[1], "dy[0]": 1})


def test_a_kink_in_another_input_does_not_matter() -> None:
    of = made("x: n, w: n", ["y[i] = w[i]*relu(x[i])"], ["dw[i] = dy[i]*relu(x[i])"])
    assert gradient(of, "w", {"n": 1}, {"w[0]": 1, "dy[0]": 1}) == {(0,): 0}
    with pytest.raises(Undifferentiable):
        gradient(of, "x", {"n": 1}, {"w[0]": 1, "dy[0]": 1})


@pytest.mark.parametrize("sizes", [{}, {"n": 0}, {"n": 1, "m": 1}, {"n": -1}])
def test_sizes_that_the_statement_is_not_about(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="not about the sizes"):
        value("x: n, y:", "y = x[0]", sizes)


@pytest.mark.parametrize(
    "entries", [{"z[0]": 1}, {"x[3]": 1}, {"x": 1}, {"x[0, 0]": 1}, {"x[0]": "a"}, {"x[0]": "[1, 2]"}]
)
def test_entries_that_do_not_exist(entries: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"entry|number"):
        value("x: n, y:", "y = x[0]", {"n": 3}, entries)


def test_the_clock_is_looked_at_inside_of_one_evaluation(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = itertools.count()
    monkeypatch.setattr(frames, "monotonic", lambda: next(looks))
    of = made("A: n n n n", ["y[i,j,k,l] = sum(A[i,j,a,b]*A[a,b,k,l] for a in range(n) for b in range(n))"], ["dA = A"])
    world = Program(of, float_mode(False), deadline=5).at({"n": 5})
    frame = world.frame({"A": [0.5] * 5**4})
    with pytest.raises(BudgetExceeded):
        world.run(world.program.needed(["y"], of.forward), frame)
    assert next(looks) == 7


def test_an_irrational_exponent() -> None:
    of = made("x: n", ["y[i] = x[i]**(2**0.5)"], ["dx[i] = 2**0.5*x[i]**(2**0.5 - 1)*dy[i]"])
    assert search(of, claim_of(of), evaluations=40).counterexample is None
    wrong = made("x: n", ["y[i] = x[i]**(2**0.5)"], ["dx[i] = x[i]**(2**0.5)*dy[i]"])
    assert search(wrong, claim_of(wrong)).counterexample is not None
