"""Intervals hold what they must, and never claim a difference that is none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symadj.oracle.failures import Dropped, Undecided, Undefined
from symadj.oracle.functions import call, rational_power
from symadj.oracle.intervals import ELEMENTARY, UNIT, Interval, enclose, integer_root, pi
from symadj.oracle.numbers import compare, surely_differ

RATIONALS = st.fractions(min_value=-20, max_value=20, max_denominator=1000)
REFERENCE = {
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan, "abs": mpmath.fabs, "sign": mpmath.sign,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
}  # fmt: skip


def holds(interval: Any, exact: Any) -> bool:
    if isinstance(interval, int | Fraction):
        interval = enclose(interval)
    lower, upper = mpmath.mpf(interval.lo) / UNIT, mpmath.mpf(interval.hi) / UNIT
    return bool(lower <= exact <= upper)


@pytest.mark.parametrize("function", sorted(ELEMENTARY))
@given(x=RATIONALS)
def test_a_function_is_enclosed(function: str, x: Fraction) -> None:
    with mpmath.workdps(120):
        argument = mpmath.mpf(x.numerator) / x.denominator
        exact = REFERENCE.get(function, getattr(mpmath, function, None))(argument)
        try:
            found = enclose(x).call(function)
        except Dropped:
            assert function in ("log", "arcsin", "arccos", "abs", "sign") or abs(exact) > 1e6
            return
        assert holds(found, exact)
        if isinstance(found, Interval):
            assert (found.hi - found.lo) * 10**25 < max(abs(found.hi), UNIT)


@given(a=RATIONALS, b=RATIONALS, c=RATIONALS)
def test_arithmetic_encloses_the_exact_result(a: Fraction, b: Fraction, c: Fraction) -> None:
    third = Fraction(1, 3)
    x, y = enclose(a * third), enclose(b * third)
    for found, exact in (
        (x + y, (a + b) * third),
        (x - y, (a - b) * third),
        (x * y, a * b * third * third),
        (x * c, a * c * third),
        (c - x, c - a * third),
        (x + 2, a * third + 2),
    ):
        lower, upper = (found.lo, found.hi) if isinstance(found, Interval) else (found * UNIT, found * UNIT)
        assert lower <= exact * UNIT <= upper
    if b:
        quotient = x * y.reciprocal()
        assert quotient.lo <= a / b * UNIT <= quotient.hi


@given(x=st.fractions(min_value=0, max_value=1000), p=st.integers(-7, 7), q=st.integers(2, 5))
def test_a_root_is_enclosed(x: Fraction, p: int, q: int) -> None:
    exponent = Fraction(p, q)
    if exponent.denominator == 1 or not x:
        return
    with mpmath.workdps(120):
        exact = mpmath.power(mpmath.mpf(x.numerator) / x.denominator, mpmath.mpf(p) / q)
        found = rational_power(x, exponent, over_complex=False)
        if isinstance(found, Interval):
            assert holds(found, exact)
        else:
            assert found**exponent.denominator == x**exponent.numerator


@given(value=st.integers(0, 10**40), degree=st.integers(2, 9))
def test_integer_roots(value: int, degree: int) -> None:
    root = integer_root(value, degree)
    assert root**degree <= value < (root + 1) ** degree


@given(x=st.fractions(min_value=-3, max_value=3, max_denominator=50), power=st.integers(2, 9))
def test_powers_are_enclosed(x: Fraction, power: int) -> None:
    wide = Interval(int(x * UNIT) - UNIT, int(x * UNIT) + UNIT)
    found = wide.integer_power(power)
    for inside in (x, x - Fraction(1, 2), x + Fraction(1, 2)):
        assert found.lo <= inside**power * UNIT <= found.hi


def test_pi() -> None:
    with mpmath.workdps(120):
        assert holds(pi(), mpmath.pi)


def test_values_that_agree_to_30_digits_are_no_difference() -> None:
    e = call("exp", 1)
    assert not surely_differ(call("log", e), 1)
    assert not surely_differ(rational_power(2, Fraction(1, 2), False) * rational_power(3, Fraction(1, 2), False),
                             rational_power(6, Fraction(1, 2), False))  # fmt: skip
    assert not surely_differ(e, e)
    assert not surely_differ(call("sin", 1) * call("sin", 1) + call("cos", 1) * call("cos", 1), 1)


def test_values_that_differ_beyond_30_digits_are_told_apart() -> None:
    tiny = Fraction(1, 10**35)
    assert surely_differ(call("exp", 1 + tiny), call("exp", 1))
    assert not surely_differ(call("exp", 1 + tiny**2), call("exp", 1))


def test_a_comparison_that_the_width_hides_is_undecided() -> None:
    e = call("exp", 1)
    for relation in ("<", "<=", "=="):
        with pytest.raises(Undecided):
            compare(relation, e, call("exp", 1))
    assert compare("<", e, 3)
    assert not compare("==", e, 3)


def test_a_denominator_that_may_be_zero() -> None:
    e = call("exp", 1)
    with pytest.raises(Undecided):
        (e - e).reciprocal()
    with pytest.raises(Undefined):
        Interval(0, 0).reciprocal()


@pytest.mark.parametrize(("function", "x"), [("log", 0), ("log", -1), ("arcsin", 2), ("arccos", -2)])
def test_outside_of_the_domain(function: str, x: int) -> None:
    with pytest.raises(Undefined):
        call(function, x)


def test_an_exponential_too_large_is_undecided_not_wrong() -> None:
    with pytest.raises(Undecided):
        call("exp", 10**6)
    tiny = call("exp", -(10**6))
    assert tiny.lo == 0
    assert tiny.hi == 1
    with pytest.raises(Undecided):
        tiny.sign()


def test_zero_times_an_interval_is_exactly_zero() -> None:
    assert call("exp", 1) * 0 == 0
    assert Fraction(0) * call("exp", 1) == 0
