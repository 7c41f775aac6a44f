"""At which sizes a claim holds for all entries: the accidental truths."""

from __future__ import annotations

from typing import Any

import pytest

from symadj.oracle import accidental, holds
from tests.oracle.helpers import claim_of, made

LINEAR = "y[i] = sum(W[i,j]*x[j] for j in range(n))"


def at(of: Any, up_to: int = 4, target: str = "") -> list[tuple[int, ...]]:
    return [tuple(sizes.values()) for sizes in accidental(of, claim_of(of, target), up_to)]


def test_a_formula_that_is_right_for_n_1_only() -> None:
    of = made("W: n n, x: n", [LINEAR], ["dW[i,j] = x[i]*dy[j]"])
    assert at(of) == [(1,)]
    assert holds(of, claim_of(of), {"n": 1}) is True
    assert holds(of, claim_of(of), {"n": 2}) is False
    assert holds(of, claim_of(of), {"n": 0}) is None
    assert holds(of, claim_of(of), {}) is None


def test_a_formula_that_is_right_for_n_4_only() -> None:
    of = made("q: n, k: n, y:", ["y = sum(q[i]*k[i] for i in range(n))/sqrt(n)"], ["dq[i] = k[i]*dy/2"])
    assert at(of, 6) == [(4,)]


def test_a_formula_that_is_right_where_two_sizes_agree() -> None:
    of = made("A: m n, y:", ["y = sum(A[i,j] for i in range(m) for j in range(n))/m"], ["dA[i,j] = dy/n"])
    assert at(of, 3) == [(1, 1), (2, 2), (3, 3)]


def test_an_identity_of_small_sizes() -> None:
    shapes = "A: n n, B: n n, C: n n"
    of = made(shapes, equal=["sum(A[i,j]*B[j,i] for i in range(n) for j in range(n))",
                             "sum(A[i,i] for i in range(n))*sum(B[i,i] for i in range(n))"])  # fmt: skip
    assert at(of, 3) == [(1,)]


def test_symmetry_is_used() -> None:
    of = made("A: n n, x: n, y: n", ["y[i] = sum(A[i,j]*x[j] for j in range(n))"],
              ["dx[i] = sum(A[i,j]*dy[j] for j in range(n))"], assume="A[i,j] == A[j,i]")  # fmt: skip
    assert at(of, 3) == [(1,), (2,), (3,)]


def test_an_alternative_in_assume_is_not_taken_for_granted() -> None:
    of = made("a:, b:, y:", ["y = a*b"], ["da = 0*dy"], assume="a == 0 or b == 0")
    assert holds(of, claim_of(of), {}) is not True
    of = made("a:, y:", ["y = a*a"], ["da = 0*dy"], assume="a == 0 or a == 1")
    assert holds(of, claim_of(of), {}) is not True


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        (["e[i] = exp(x[i])", "y[i] = e[i]/sum(e[j] for j in range(n))"], "dx[i] = 0*dy[i]"),
        (["y[i] = (x[i] - sum(x[j] for j in range(n))/n)/sqrt(x[i]**2 + 1)"], "dx[i] = 0*dy[i]"),
        (["y[i] = log(sum(exp(x[j]) for j in range(n)))"], "dx[i] = dy[i]"),
        (["y[i] = max(x[j] for j in range(n))"], "dx[i] = dy[i]"),
        (["y[i] = f(sum(x[j] for j in range(n)))"], "dx[i] = D(f)(x[i])*dy[i]"),
        (["y[i] = tanh(x[i])*n"], "dx[i] = dy[i]*(1 - tanh(x[i])**2)"),
        (["y[i] = sqrt(n*x[i]**2 + 1)"], "dx[i] = dy[i]*x[i]/sqrt(x[i]**2 + 1)"),
    ],
)
def test_functions_that_happen_to_cancel(forward: list[str], backward: str) -> None:
    of = made("x: n, y: n, e: n" if len(forward) > 1 else "x: n, y: n", forward, [backward], functions="f")
    assert at(of, 3) == [(1,)]


def test_complex() -> None:
    of = made("x: n, y: n", ["y[i] = n*x[i]"], ["dx[i] = dy[i]"], field="complex")
    assert at(of, 2) == [(1,)]
    of = made("x: n, y: n", ["y[i] = conj(x[i])"], ["dx[i] = dy[i]"], field="complex")
    assert at(of, 2) == []


def test_integer_tables_are_all_tried() -> None:
    of = made("x: n, p: n in range(n), y: n", ["y[i] = x[p[i]]"], ["dx[i] = dy[i]"])
    assert at(of, 3) == [(1,)]
    of = made("x: n, p: m in range(n), y: m", ["y[s] = x[p[s]]"], ["dx[i] = sum((p[s] == i)*dy[s] for s in range(m))"])
    assert holds(of, claim_of(of), {"n": 2, "m": 2}) is True


def test_linear() -> None:
    of = made("x: n, y:", ["y = prod(x[i] for i in range(n))"], linear="x")
    assert at(of, 3) == [(1,)]


def test_what_is_undecided_is_not_said_to_hold() -> None:
    of = made("x: n, y: n", ["y[i] = relu(x[i])"], ["dx[i] = dy[i]*(x[i] > 0)"])
    assert holds(of, claim_of(of), {"n": 1}) is None
    of = made("x:, y:", ["y = sin(2*x)"], ["dx = 2*dy*(1 - 2*sin(x)**2)"])
    assert holds(of, claim_of(of), {}) is None


def test_large_polynomials_end_undecided() -> None:
    of = made("A: n n, y:", ["y = (sum(A[i,j] for i in range(n) for j in range(n)))**60"],
              ["dA[i,j] = 60*dy*(sum(A[k,l] for k in range(n) for l in range(n)))**59"])  # fmt: skip
    assert holds(of, claim_of(of), {"n": 3}) is None


def test_the_number_of_sizes_is_limited() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]"], ["dx[i] = dy[i]"])
    assert len(accidental(of, claim_of(of), 50, most=5)) == 5
    assert accidental(of, claim_of(of), 50, deadline=0.0) == ()
