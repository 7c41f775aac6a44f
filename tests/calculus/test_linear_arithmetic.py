"""Fourier and Motzkin's elimination against points: what is called contradictory has none."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symadj.calculus.linear_arithmetic import Inequality, contradictory, inequality


def atleast(constant: int = 0, *, strict: bool = False, **coefficients: int) -> Inequality:
    return inequality({v: Fraction(c) for v, c in coefficients.items()}, Fraction(constant), strict=strict)


@pytest.mark.parametrize(
    "system",
    [
        [atleast(-1, x=1), atleast(0, x=-1)],
        [atleast(0, x=1, strict=True), atleast(0, x=-1)],
        [atleast(0, x=1, y=-1, strict=True), atleast(0, y=1, z=-1), atleast(0, z=1, x=-1)],
        [atleast(-1)],
        [atleast(0, strict=True)],
        [atleast(0, x=2, y=3), atleast(-1, x=-4, y=-6)],
        [atleast(-3, x=1, y=1), atleast(1, x=-1), atleast(1, y=-1)],
    ],
)
def test_contradictory(system: list[Inequality]) -> None:
    assert contradictory(system)


@pytest.mark.parametrize(
    "system",
    [
        [],
        [atleast(0)],
        [atleast(0, x=1), atleast(0, x=-1)],
        [atleast(0, x=1, y=-1), atleast(0, y=1, z=-1), atleast(0, z=1, x=-1)],
        [atleast(-1, x=2), atleast(1, x=-2)],
        [atleast(0, x=1, strict=True), atleast(1, x=-1, strict=True)],
        [atleast(-2, x=1, y=1), atleast(1, x=-1), atleast(1, y=-1)],
    ],
)
def test_not_contradictory(system: list[Inequality]) -> None:
    assert not contradictory(system)


def test_integers_are_treated_as_rationals() -> None:
    assert not contradictory([atleast(-1, x=2), atleast(1, x=-2)]), "x = 1/2"


def test_inequalities_are_scaled() -> None:
    half = inequality({"x": Fraction(1, 2), "y": Fraction(0)}, Fraction(3, 4), strict=False)
    assert half == Inequality((("x", 2),), 3)


def test_the_work_is_bounded() -> None:
    """Many inequalities of many variables: the answer may be no, but it comes."""
    names = [f"v{k}" for k in range(12)]
    rows = [{n: Fraction((1 + (k * j) % 7) * (-1) ** ((k >> j) & 1)) for j, n in enumerate(names)} for k in range(300)]
    system = [inequality(row, Fraction(k), strict=True) for k, row in enumerate(rows)]
    assert not contradictory(system)


coefficients = st.integers(-2, 2)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(coefficients, coefficients, coefficients, coefficients, st.booleans()), max_size=6))
def test_no_point_meets_a_contradictory_system(rows: list[tuple[int, int, int, int, bool]]) -> None:
    system = [atleast(d, x=a, y=b, z=c, strict=strict) for a, b, c, d, strict in rows]
    grid = [Fraction(k, 2) for k in range(-4, 5)]
    if contradictory(system):
        for x, y, z in product(grid, repeat=3):
            values = [a * x + b * y + c * z + d for a, b, c, d, _ in rows]
            assert not all(v > 0 or (v == 0 and not row[4]) for v, row in zip(values, rows, strict=True))
