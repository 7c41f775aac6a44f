"""A step's reason says what happened, and under which hypothesis; nothing is changed back."""

from __future__ import annotations

import pytest

from symadj.derivation import derivation, explain
from symadj.notation import statement
from symadj.verdict import prove


def told(**parts: object) -> str:
    verdict = prove(statement(**parts), refute=False)  # type: ignore[arg-type]
    assert verdict.status == "proved"
    return " ".join(explain(derivation(verdict)).split())


@pytest.mark.parametrize(
    ("shapes", "sides", "reason"),
    [
        ("x: n, a:", ["sum(a*x[i] for i in range(n))", "a*sum(x[i] for i in range(n))"], "take factors out of the sum"),
        ("x: n, a:", ["a*sum(x[i] for i in range(n))", "sum(a*x[i] for i in range(n))"], "distribute"),
        ("x: n, y: n, a:", ["x*a + y*a", "a*(x + y)"], "take out what is common"),
        ("x: n", ["sum(x[i] for i in range(n))", "sum(x[n-1-i] for i in range(n))"], "another index of summation"),
        ("x: n", ["sum((i == j)*x[j] for j in range(n) for i in range(n))", "sum(x)"], "the delta leaves one term"),
        ("x: n, y: n", ["exp(x + y)", "exp(x)*exp(y)"], "exp (u + v) = exp u exp v"),
        ("x: n", ["tanh(x)", "(exp(x) - exp(-x))/(exp(x) + exp(-x))"], "tanh written with exponentials"),
        ("x: n", ["sin(x)**2 + cos(x)**2", "0*x + 1"], "sin² u + cos² u = 1"),
        ("x: n", ["sigmoid(-x)", "1 - sigmoid(x)"], "sigmoid (−u) = 1 − sigmoid u"),
        ("x: n+1", ["sum(x[i+1] - x[i] for i in range(n))", "x[n] - x[0]"], "all but the ends cancel"),
        ("n1: n", ["sum(i for i in range(n))", "n*(n - 1)/2"], "by the sums of powers of an index"),
        ("A: n n, B: n n", ["det(A@B)", "det(A)*det(B)"], "by the laws of determinants"),
    ],
)
def test_what_happened(shapes: str, sides: list[str], reason: str) -> None:
    assert f"({reason}" in told(shapes=shapes, equal=sides)


def test_a_hypothesis_is_shown_where_it_is_used() -> None:
    text = told(shapes="A: n n, x: n", forward="y = x @ A @ x", backward="dx = 2*dy*(A @ x)", assume="A[i,j] == A[j,i]")
    assert "as Aᵢⱼ = Aⱼᵢ" in text
    text = told(
        shapes="q: n, x: n",
        forward="y = -sum(q[i]*log(exp(x[i])/sum(exp(x[j]) for j in range(n))) for i in range(n))",
        backward="dx[i] = dy*(exp(x[i])/sum(exp(x[j]) for j in range(n)) - q[i])",
        assume="sum(q[i] for i in range(n)) == 1",
    )
    assert "Σᵢ qᵢ = 1" in text.partition("The claimed")[2]


def test_one_that_is_not_used_is_not_shown() -> None:
    text = told(shapes="x: n, a:", forward="y = a*x", backward=["dx = a*dy", "da = dot(dy, x)"], assume="a > 0")
    assert "> 0" not in text.partition("The pairing")[2]


def test_what_holds_off_a_null_set_may_be_used() -> None:
    text = told(
        shapes="x: n", assume="almost everywhere",
        forward=["y = sum(max(x[i], x[j]) for i in range(n) for j in range(n))"],
        backward=["dx[k] = dy*(1 + 2*sum((x[k] > x[j]) for j in range(n)))"],
    )  # fmt: skip
    assert "xᵢ ≠ xⱼ or i = j" in text


def test_nothing_is_taken_out_to_be_put_back() -> None:
    text = told(
        shapes="a: n, c: n", assume=["p > 0", "q > 0"],
        forward=["p = sqrt(dot(a, a))", "q = sqrt(dot(c, c))", "y = dot(a, c)/(p*q)"],
        backward="da = dy*(c/(p*q) - y*a/p**2)",
    )  # fmt: skip
    closing = text.partition("The claimed")[2]
    assert closing.count("=") == 3
    assert "distribute" not in closing


def test_the_zero_map_is_linear_by_a_chain() -> None:
    verdict = prove(statement(shapes="x: n, y: n", forward=["y[i] = 0"], linear="x"))
    assert [len(chain.steps) for chain in derivation(verdict).chains()] == [2]


def test_a_guarded_value_is_put_back_by_its_name() -> None:
    text = told(
        shapes="s: n n",
        forward=["p[i,j] = exp(s[i,j])/sum(exp(s[i,k]) for k in range(i+1)) if j <= i else 0"],
        backward=["ds[i,j] = p[i,j]*(dp[i,j] - sum(p[i,k]*dp[i,k] for k in range(n)))"],
    )
    assert "pᵢⱼ (dsᵢⱼ −" in text


def test_bound_indices_are_named_by_their_ranges() -> None:
    text = told(
        shapes="A: n n, B: k n", assume="det(A) != 0", forward="X = B @ inv(A)",
        backward=["dB = dX @ inv(A).T", "dA = -X.T @ dB"],
    )  # fmt: skip
    assert "Σ[" not in text
    assert "[q]" not in text


def test_hidden_matrices_have_letters() -> None:
    text = told(
        shapes="A: n n, b: n, s:", assume="det(s*eye(n) - A) != 0", forward="x = solve(s*eye(n) - A, b)",
        backward=["g = solve((s*eye(n) - A).T, dx)", "db = g", "dA = outer(g, x)", "ds = -dot(g, x)"],
    )  # fmt: skip
    assert "inv.1" not in text
    assert "inv₁" not in text
    assert "M⁻¹ᵢⱼ" in text
