"""Rigorous real intervals: every operation rounds outward.

The ends are integers in units of ``2**-BITS`` (fixed point), so that sums and products are exact integer arithmetic
with one floor or ceiling, and can be read and checked in a minute. Elementary functions come from ``mpmath``'s
``libmp`` with ``GUARD`` bits to spare, and are widened by far more than its error. What is exact stays exact: an
interval times the integer 0 is the integer 0.

>>> x = enclose(Fraction(1, 3)); (x * 3 - 1).sign()
Traceback (most recent call last):
symadj.oracle.failures.Undecided: the sign of a number close to 0
>>> (enclose(Fraction(1, 3)) - enclose(Fraction(1, 4))).sign()
1
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import Any

from symadj.oracle.failures import Undecided, Undefined

BITS = 160
GUARD = 32
UNIT = 1 << BITS
_SQUARE = 1 << 2 * BITS
_LARGEST_EXPONENT = 5000


def _ceil_shift(value: int) -> int:
    return -((-value) >> BITS)


class Interval:
    """The real numbers between ``lo`` and ``hi``, both in units of ``2**-BITS``; never changed after it is made."""

    __slots__ = ("hi", "lo")

    def __init__(self, lo: int, hi: int) -> None:
        self.lo = lo
        self.hi = hi

    def __repr__(self) -> str:
        return f"Interval({self.lo / UNIT}, {self.hi / UNIT})"

    def __add__(self, other: Any) -> Any:
        kind = type(other)
        if kind is int:
            shift = other << BITS
            return Interval(self.lo + shift, self.hi + shift)
        if kind is Fraction:
            other = enclose(other)
        elif kind is not Interval:
            return NotImplemented
        return Interval(self.lo + other.lo, self.hi + other.hi)

    __radd__ = __add__

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo)

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        kind = type(other)
        a, b = self.lo, self.hi
        if kind is Interval:
            c, d = other.lo, other.hi
            if a >= 0 and c >= 0:
                return Interval((a * c) >> BITS, _ceil_shift(b * d))
            products = (a * c, a * d, b * c, b * d)
            return Interval(min(products) >> BITS, _ceil_shift(max(products)))
        if kind is int:
            if other > 0:
                return Interval(a * other, b * other)
            return Interval(b * other, a * other) if other else 0
        if kind is Fraction:
            n, d = other.numerator, other.denominator
            if n < 0:
                a, b = b, a
            return Interval(a * n // d, -(-b * n // d)) if n else 0
        return NotImplemented

    __rmul__ = __mul__

    def sign(self) -> int:
        """-1, 0 or 1. Raises ``Undecided`` when the interval holds 0 and more."""
        if self.lo > 0:
            return 1
        if self.hi < 0:
            return -1
        if self.lo == self.hi == 0:
            return 0
        raise Undecided("the sign of a number close to 0")

    def reciprocal(self) -> Interval:
        """1/x. Raises ``Undefined`` at 0, ``Undecided`` when the interval holds 0 and more."""
        if self.sign() == 0:
            raise Undefined("a zero denominator")
        return Interval(_SQUARE // self.hi, -(-_SQUARE // self.lo))

    def integer_power(self, exponent: int) -> Interval:
        """``x ** exponent`` for ``exponent >= 2``, by repeated squaring."""
        if exponent % 2 == 0 and self.lo < 0:
            if self.hi <= 0:
                return (-self).integer_power(exponent)
            largest = Interval(0, max(-self.lo, self.hi)).integer_power(exponent)
            return Interval(0, largest.hi)
        result, square = None, self
        while exponent:
            if exponent & 1:
                result = square if result is None else result * square
            exponent >>= 1
            if exponent:
                square = square * square
                if square.hi.bit_length() > 64 * BITS:
                    raise Undecided("a power too large to compute")
        return result if result is not None else Interval(UNIT, UNIT)

    def root(self, degree: int) -> Interval:
        """The real ``degree``-th root of a positive number."""
        if self.sign() < 0:
            raise Undefined("a root of a negative number")
        if degree == 2:
            return Interval(isqrt(self.lo << BITS), isqrt(self.hi << BITS) + 1)
        shift = BITS * (degree - 1)
        return Interval(integer_root(self.lo << shift, degree), integer_root(self.hi << shift, degree) + 1)

    def call(self, function: str) -> Any:
        """An elementary function. Raises ``Undefined`` or ``Undecided`` at and near the ends of its domain."""
        return ELEMENTARY[function](self)


def integer_root(value: int, degree: int) -> int:
    """The largest integer whose ``degree``-th power is at most ``value >= 0``.

    >>> integer_root(26, 3), integer_root(27, 3)
    (2, 3)
    """
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def enclose(value: int | Fraction) -> Interval:
    """The least interval that holds a rational number."""
    if type(value) is int:
        return Interval(value << BITS, value << BITS)
    scaled = value.numerator << BITS
    return Interval(scaled // value.denominator, -(-scaled // value.denominator))


# ------------------------------------------------------------------------------------------------ elementary functions


@cache
def _libmp() -> Any:
    import mpmath.libmp

    return mpmath.libmp


def _at(function: str, end: int) -> tuple[int, int]:
    """Bounds of a function of the exactly representable number ``end``, from libmp's value and a generous margin."""
    lib = _libmp()
    argument = lib.from_man_exp(end, -BITS)
    precision = BITS + GUARD + max(0, end.bit_length() - BITS)
    sign, mantissa, exponent, _ = getattr(lib, f"mpf_{function}")(argument, precision, "n")
    if not mantissa and exponent:
        raise Undecided(f"{function} is not finite")
    shift = exponent + BITS
    value = mantissa << shift if shift >= 0 else mantissa >> -shift
    margin = (value >> (BITS + GUARD // 2)) + 2
    value = -value if sign else value
    return value - margin, value + margin


def _increasing(function: str) -> Callable[[Interval], Interval]:
    return lambda x: Interval(_at(function, x.lo)[0], _at(function, x.hi)[1])


def _exp(x: Interval) -> Interval:
    if x.hi > _LARGEST_EXPONENT << BITS:
        raise Undecided("an exponential too large to compute")
    lower = 0 if x.lo < -_LARGEST_EXPONENT << BITS else max(0, _at("exp", x.lo)[0])
    return Interval(lower, 1 if x.hi < -_LARGEST_EXPONENT << BITS else _at("exp", x.hi)[1])


def _log(x: Interval) -> Interval:
    if x.hi <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    x.sign()
    return Interval(_at("log", x.lo)[0], _at("log", x.hi)[1])


def _wave(function: str) -> Callable[[Interval], Interval]:
    """sin and cos from their value in the middle: they change by no more than their argument does."""

    def wave(x: Interval) -> Interval:
        middle = (x.lo + x.hi) >> 1
        reach = x.hi - middle
        lower, upper = _at(function, middle)
        return Interval(max(-UNIT, lower - reach), min(UNIT, upper + reach))

    return wave


def _inside(x: Interval) -> None:
    if x.lo > UNIT or x.hi < -UNIT:
        raise Undefined("an inverse sine or cosine outside of [-1, 1]")
    if x.lo < -UNIT or x.hi > UNIT:
        raise Undecided("an inverse sine or cosine close to 1")


def _arcsin(x: Interval) -> Interval:
    _inside(x)
    return Interval(_at("asin", x.lo)[0], _at("asin", x.hi)[1])


def _arccos(x: Interval) -> Interval:
    _inside(x)
    return Interval(_at("acos", x.hi)[0], _at("acos", x.lo)[1])


def _cosh(x: Interval) -> Interval:
    return (_exp(x) + _exp(-x)) * Fraction(1, 2)  # type: ignore[no-any-return]


def _sinh(x: Interval) -> Interval:
    return (_exp(x) - _exp(-x)) * Fraction(1, 2)  # type: ignore[no-any-return]


_SIN, _COS = _wave("sin"), _wave("cos")

ELEMENTARY: dict[str, Callable[[Interval], Any]] = {
    "exp": _exp,
    "log": _log,
    "sin": _SIN,
    "cos": _COS,
    "tan": lambda x: _SIN(x) * _COS(x).reciprocal(),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _increasing("tanh"),
    "arcsin": _arcsin,
    "arccos": _arccos,
    "arctan": _increasing("atan"),
    "erf": _increasing("erf"),
    "sigmoid": lambda x: (1 + _exp(-x)).reciprocal(),
    "softplus": lambda x: _log(1 + _exp(x)),
    "abs": lambda x: x if x.sign() >= 0 else -x,
    "sign": lambda x: x.sign(),
}


@cache
def pi() -> Interval:
    """An interval that holds π."""
    lower, upper = _at("atan", UNIT)
    return Interval(4 * lower, 4 * upper)
