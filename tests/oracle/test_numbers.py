"""Exact values, the domains of functions, and dual numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symadj.oracle.complexes import Complex, complex_of, conjugate
from symadj.oracle.duals import Dual, Gradient, tangent_of
from symadj.oracle.failures import Dropped, Undecided, Undefined, Undifferentiable
from symadj.oracle.functions import call, rational_power, real_power
from symadj.oracle.intervals import UNIT, Interval
from symadj.oracle.matrices import determinant, inverse
from symadj.oracle.numbers import compare, extremum, integer_power, is_zero, reciprocal, sign

HALF = Fraction(1, 2)


def rough(number: Any) -> float:
    """The middle of an interval; or the number."""
    return float((number.lo + number.hi) / (2 * UNIT)) if isinstance(number, Interval) else float(number)


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [("exp", 0, 1), ("log", 1, 0), ("sin", 0, 0), ("cos", 0, 1), ("tanh", 0, 0), ("sigmoid", 0, HALF),
     ("arccos", 1, 0), ("erf", Fraction(0), 0), ("abs", Fraction(-3, 2), Fraction(3, 2)), ("sign", -7, -1)],
)  # fmt: skip
def test_exact_special_values(function: str, x: Any, value: Any) -> None:
    assert call(function, x) == value
    assert isinstance(call(function, x), int | Fraction)


def test_roots_of_perfect_powers_are_exact() -> None:
    assert rational_power(Fraction(9, 4), HALF, False) == Fraction(3, 2)
    assert rational_power(Fraction(8, 27), Fraction(-2, 3), False) == Fraction(9, 4)
    assert isinstance(rational_power(2, HALF, False), Interval)
    assert rational_power(0, HALF, False) == 0


@pytest.mark.parametrize(
    "broken",
    [
        lambda: reciprocal(0),
        lambda: reciprocal(Fraction(0)),
        lambda: reciprocal(0.0),
        lambda: integer_power(0, -2),
        lambda: rational_power(0, -HALF, False),
        lambda: rational_power(-2, HALF, False),
        lambda: rational_power(-2, HALF, True),
        lambda: real_power(-2, 2, False),
        lambda: real_power(0, HALF, False),
        lambda: extremum([], True),
        lambda: compare("<", Complex(1, 1), 2),
        lambda: call("log", -1.0),
        lambda: inverse([[1, 2], [2, 4]]),
        lambda: determinant([[1, 2]]),
    ],
)
def test_what_does_not_exist_is_undefined(broken: Any) -> None:
    with pytest.raises(Undefined):
        broken()


def test_zero_to_the_zero_is_one() -> None:
    assert integer_power(0, 0) == 1


@pytest.mark.parametrize(
    "kink",
    [
        lambda x: call("sign", x),
        lambda x: compare("<", x, 0),
        lambda x: compare("<=", 0, x),
        lambda x: compare("==", x, 0),
        lambda x: rational_power(x, HALF, False),
        lambda x: rational_power(x, Fraction(3, 2), False),
        lambda x: call("arcsin", x + 1),
    ],
)
def test_kinks_have_no_derivative_even_where_the_tangent_is_zero(kink: Any) -> None:
    for tangent in (1, 0):
        with pytest.raises(Dropped):
            kink(Dual(0, tangent))


@pytest.mark.parametrize(
    "kink", [lambda x: call("abs", x), lambda x: extremum([x, 0], True), lambda x: extremum([x, -x], False)]
)
@pytest.mark.parametrize(("here", "kinked"), [(1, True), (0, False)])
def test_what_is_tied_is_no_kink_where_it_changes_alike(kink: Any, here: int, kinked: bool) -> None:
    for tangent in (here, Gradient({0: here, 1: 0})):
        if kinked:
            with pytest.raises(Undifferentiable):
                kink(Dual(0, tangent))
        else:
            assert is_zero(tangent_of(kink(Dual(0, tangent))))


def test_a_tie_that_is_none_along_one_direction_is_one_along_all() -> None:
    x = Dual(0, Gradient({0: 1}))
    y = Dual(0, Gradient({1: 1}))
    with pytest.raises(Undifferentiable):
        extremum([x, y], True)
    assert extremum([x, x], True) is x


def test_a_comparison_of_constants_is_no_kink() -> None:
    assert compare("<=", 0, 0)
    assert extremum([0, 0], True) == 0
    assert call("abs", 0) == 0


def test_ties_below_the_top_are_none() -> None:
    assert extremum([Dual(1, 1), Dual(1, 2), Dual(5, 3)], True).tangent == 3
    with pytest.raises(Undifferentiable):
        extremum([Dual(5, 1), Dual(1, 2), Dual(5, 3)], True)


FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "erf", "sigmoid",
             "softplus")  # fmt: skip
REFERENCE = {
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
}  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_derivatives_of_functions(function: str) -> None:
    x = Fraction(3, 8)
    with mpmath.workdps(60):
        slope = mpmath.diff(REFERENCE.get(function, getattr(mpmath, function, None)), mpmath.mpf(3) / 8)
        for argument in (x, float(x)):
            found = call(function, Dual(argument, 2)).tangent
            assert abs(rough(found) - float(2 * slope)) < 1e-12, argument


@given(x=st.integers(-5, 5), p=st.integers(-4, 4))
def test_derivatives_of_powers(x: int, p: int) -> None:
    if x:
        assert integer_power(Dual(x, 1), p).tangent == p * Fraction(x) ** (p - 1) if p else True


def test_derivative_of_a_symbolic_power() -> None:
    found = real_power(Dual(1, 2), Dual(3, 5), False)
    assert (found.value, found.tangent) == (1, 6)
    found = real_power(4, Dual(HALF, 1), False)
    assert found.value == 2
    assert abs(rough(found.tangent) - 2.772588722239781) < 1e-12


@pytest.mark.parametrize("function", ["exp", "sin", "cos", "sinh", "cosh", "tan", "tanh", "log", "sigmoid"])
def test_complex_functions_and_their_derivatives(function: str) -> None:
    z = Complex(Fraction(3, 4), Fraction(-1, 2))
    exact = call(function, Dual(z, Complex(0, 1)))
    quick = call(function, Dual(complex(0.75, -0.5), 1j))
    for a, b in ((exact.value, quick.value), (exact.tangent, quick.tangent)):
        assert abs(complex(rough(a.re), rough(a.im)) - b) < 1e-12


def test_complex_roots() -> None:
    root = rational_power(Complex(3, 4), HALF, True)
    assert (root.re, root.im) == (2, 1)
    root = rational_power(Complex(-3, -4), HALF, True)
    assert (root.re, root.im) == (1, -2)


def test_what_is_real_stays_real() -> None:
    z = Complex(1, 2)
    assert z * conjugate(z) == 5
    assert complex_of(HALF, 0) == HALF
    assert is_zero(z - z)
    assert not is_zero(Complex(0, 1))


def test_only_real_linear_functions_of_dual_numbers() -> None:
    z = Dual(Complex(3, 4), Complex(0, 1))
    assert call("abs", z).tangent == Fraction(4, 5)
    assert call("real", z).tangent == 0
    assert call("imag", z).tangent == 1
    assert call("conj", z).tangent.im == -1


def test_a_real_point_moved_off_the_real_line_cannot_be_compared() -> None:
    with pytest.raises(Undifferentiable):
        sign(Dual(1, Complex(0, 1)))
    assert call("abs", Dual(-2, Complex(3, 1))).tangent == -3


def test_powers_too_large_are_undecided() -> None:
    with pytest.raises(Undecided):
        integer_power(3, 10**9)
    with pytest.raises(Undecided):
        integer_power(3.0, 10**9)
    with pytest.raises(Undecided):
        integer_power(Complex(1, 1), 10**9)
    assert integer_power(-1, 10**9) == 1
    half = integer_power(HALF, 10**9)
    assert half.lo == 0


@given(st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=4, max_size=4))
def test_inverse_and_determinant(rows: list[list[int]]) -> None:
    d = determinant(rows)
    assert d == sum((-1) ** j * rows[0][j] * determinant([r[:j] + r[j + 1 :] for r in rows[1:]]) for j in range(4))
    if d:
        found = inverse(rows)
        for i in range(4):
            for j in range(4):
                assert sum(rows[i][k] * found[k][j] for k in range(4)) == (i == j)
    else:
        with pytest.raises(Undefined):
            inverse(rows)


def test_the_derivative_of_a_determinant_at_a_singular_matrix() -> None:
    assert determinant([[Dual(0, 1), 2], [3, 0]]).tangent == 0
    assert determinant([[Dual(0, 1), 0], [0, 5]]).tangent == 5
