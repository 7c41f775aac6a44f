"""Both sides as explicit sympy expressions."""

from __future__ import annotations

import pytest
import sympy

from symadj.oracle import Dropped, explicit
from tests.oracle.helpers import claim_of, made


def symbol(name: str) -> sympy.Symbol:
    return sympy.Symbol(name, real=True)


def test_a_linear_layer() -> None:
    of = made("W: m n, x: n", ["y[i] = sum(W[i,j]*x[j] for j in range(n))"], ["dW[i,j] = dy[i]*x[j]"])
    (row,) = explicit(of, claim_of(of), {"m": 1, "n": 2})
    v0, v1, x0, x1, d = map(symbol, ("vW[0,0]", "vW[0,1]", "x[0]", "x[1]", "dy[0]"))
    assert row.left == v0 * x0 * d + v1 * x1 * d
    assert row.right == row.left
    assert row.difference == 0


def test_a_wrong_one_shows_the_difference() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]**2"], ["dx[i] = x[i]*dy[i]"])
    (row,) = explicit(of, claim_of(of), {"n": 1})
    assert row.difference == symbol("vx[0]") * symbol("x[0]") * symbol("dy[0]")


def test_functions() -> None:
    of = made("x:, y:", ["y = exp(x)*f(x) + arctan(x)/pi"], ["dx = dy*exp(x)"], functions="f")
    (row,) = explicit(of, claim_of(of), {})
    x, v, d = map(symbol, ("x", "vx", "dy"))
    f, df = sympy.Function("f")(x), sympy.Function("D(f)")(x)
    assert sympy.simplify(row.left - v * d * (sympy.exp(x) * (f + df) + 1 / (1 + x**2) / sympy.pi)) == 0


def test_conditions_become_piecewise() -> None:
    of = made("x:, y:", ["y = relu(x) + (x if x > 1 and not x > 2 else 0)"], ["dx = dy*(x > 0)"])
    (row,) = explicit(of, claim_of(of), {})
    x, v, d = map(symbol, ("x", "vx", "dy"))
    for point, slope in ((-1, 0), (sympy.Rational(1, 2), 1), (sympy.Rational(3, 2), 2), (3, 1)):
        assert row.left.subs({x: point, v: 1, d: 1}) == slope
        assert row.right.subs({x: point, v: 1, d: 1}) == (1 if point > 0 else 0)


def test_complex_numbers() -> None:
    of = made("x:, y:", ["y = 1j*x"], ["dx = -1j*dy"], field="complex")
    (row,) = explicit(of, claim_of(of), {})
    assert row.difference == 0
    assert symbol("re(x)") not in row.left.free_symbols
    assert symbol("im(vx)") in row.left.free_symbols


def test_equal_and_linear() -> None:
    of = made("x: n", equal=["sum(x[i] for i in range(n))**2", "sum(x[i]**2 for i in range(n))"])
    (row,) = explicit(of, claim_of(of), {"n": 2})
    assert row.difference == 2 * symbol("x[0]") * symbol("x[1]")
    of = made("x:, y:", ["y = x + 1"], linear="x")
    (row,) = explicit(of, claim_of(of), {})
    assert row.difference == 1 - symbol("a") - symbol("b")


def test_tables() -> None:
    of = made("x: n, p: m in range(n), y: m", ["y[i] = x[p[i]]"], ["dx[i] = 0*dy[0]"])
    (row,) = explicit(of, claim_of(of), {"n": 2, "m": 1}, {"p": [1]})
    assert row.left == symbol("vx[1]") * symbol("dy[0]")


def test_what_does_not_exist() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]/(n - 1)"], ["dx[i] = dy[i]/(n - 1)"])
    with pytest.raises(Dropped):
        explicit(of, claim_of(of), {"n": 1})
    with pytest.raises(ValueError, match="not about the sizes"):
        explicit(of, claim_of(of), {"n": 0})
