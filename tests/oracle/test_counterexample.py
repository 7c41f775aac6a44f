"""Numbers and entries as text, and back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symadj.oracle.complexes import Complex, complex_of
from symadj.oracle.counterexample import apart, entry_name, format_number, format_pair, parse_entry_name, parse_number
from symadj.oracle.intervals import UNIT, Interval

FRACTIONS = st.fractions(max_denominator=10**6)
ENDS = st.integers(-(UNIT**2), UNIT**2) | st.integers(-(10**9), 10**9)


@given(FRACTIONS, FRACTIONS)
def test_exact_numbers_come_back(re: Fraction, im: Fraction) -> None:
    for number in (re, complex_of(re, im)):
        bounds = parse_number(format_number(number))
        assert bounds.re == (re, re)
        assert bounds.im == ((im, im) if isinstance(number, Complex) else (0, 0))
        assert bounds.holds(number)


@given(ENDS, ENDS)
def test_intervals_are_written_outward(a: int, b: int) -> None:
    interval = Interval(min(a, b), max(a, b))
    text = format_number(interval)
    assert parse_number(text).holds(interval)
    for sign in ("+", "-"):
        other = Complex(interval, -interval) if sign == "-" else Complex(interval, interval)
        assert parse_number(format_number(other)).holds(other)


def test_short_texts() -> None:
    third = Interval(UNIT // 3, UNIT // 3 + 1)
    assert format_number(third) == "[0.333333, 0.333334]"
    assert format_number(-third) == "[-0.333334, -0.333333]"
    assert format_number(third * 10**20) == "[3.33333e19, 3.33334e19]"
    assert format_number(third * Fraction(1, 10**9)) == "[3.33333e-10, 3.33334e-10]"
    assert format_number(third * 4_000_000) == "[1333330, 1333340]"
    assert format_number(Complex(Fraction(1, 2), -2)) == "1/2 - 2j"
    assert format_number(Complex(0, Fraction(2, 3))) == "2/3*1j"
    assert format_number(Complex(0, third)) == "[0.333333, 0.333334]*1j"


def test_monstrous_rationals_are_shortened() -> None:
    text = format_number(Fraction(10**200 + 1, 3 * 10**200))
    assert text == "[0.333333, 0.333334]"


def test_numbers_that_differ_late_get_the_digits_to_see_it() -> None:
    close = Interval(UNIT // 3, UNIT // 3 + 1), Interval(UNIT // 3 + 2**100, UNIT // 3 + 2**100 + 1)
    texts = format_pair(*close)
    assert apart(*map(parse_number, texts))
    assert len(texts[0]) > 30


@pytest.mark.parametrize(
    "text",
    ["", "one", "1/0", "[1, 2", "[2, 1]", "[1]", "1 + 2", "1j + 1", "1 + 1j + 1j", "1e99999", "nan", "inf", "--1",
     "1 - -", "__import__('os')", "9" * 5000, "[1, 2]*2j", "1_000", "0x10", "1 +1j"],
)  # fmt: skip
def test_texts_that_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_number(text)


@pytest.mark.parametrize(
    ("name", "at"), [("W", (0, 12)), ("c", ()), ("x'", (3,)), ("dy", (0,)), ("équation", (1, 2, 3))]
)
def test_names_of_entries(name: str, at: tuple[int, ...]) -> None:
    assert parse_entry_name(entry_name(name, at)) == (name, at)


@pytest.mark.parametrize("text", ["", "x[", "x[]", "x[a]", "x[-1]", "x[0][1]", "x [0]", "x[0, ]", "[0]"])
def test_texts_that_name_no_entry(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_entry_name(text)


def test_apart() -> None:
    assert apart(parse_number("[1, 2]"), parse_number("[3, 4]"))
    assert not apart(parse_number("[1, 2]"), parse_number("[2, 3]"))
    assert not apart(parse_number("1/2"), parse_number("[0, 1]"))
    assert apart(parse_number("1j"), parse_number("2j"))
    assert apart(parse_number("0"), parse_number("1/1000000"))
