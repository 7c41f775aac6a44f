"""Complex numbers over an exact domain: Gaussian rationals, pairs of intervals, pairs of rational functions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symadj.oracle.duals import Dual


class Complex:
    """``re + im·1j``; never changed after it is made. Build with ``complex_of``, which keeps real numbers real."""

    __slots__ = ("im", "re")

    def __init__(self, re: Any, im: Any) -> None:
        self.re = re
        self.im = im

    def __repr__(self) -> str:
        return f"Complex({self.re}, {self.im})"

    def __add__(self, other: Any) -> Any:
        kind = type(other)
        if kind is Complex:
            return complex_of(self.re + other.re, self.im + other.im)
        if kind is Dual:
            return NotImplemented
        return Complex(self.re + other, self.im)

    __radd__ = __add__

    def __neg__(self) -> Complex:
        return Complex(-self.re, -self.im)

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if type(other) is Dual else self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        kind = type(other)
        if kind is Complex:
            return complex_of(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
        if kind is Dual:
            return NotImplemented
        return complex_of(self.re * other, self.im * other)

    __rmul__ = __mul__

    @property
    def squared_modulus(self) -> Any:
        """``re² + im²``."""
        return self.re * self.re + self.im * self.im


def complex_of(re: Any, im: Any) -> Any:
    """``re + im·1j``, which is the number ``re`` itself when ``im`` is exactly 0.

    >>> complex_of(2, 0)
    2
    """
    if (type(im) is int or type(im) is Fraction) and not im:
        return re
    return Complex(re, im)


def real_part(number: Any) -> Any:
    """The real part of a number of any domain, python's included."""
    kind = type(number)
    if kind is Complex:
        return number.re
    return number.real if kind is complex else number


def imaginary_part(number: Any) -> Any:
    """The imaginary part of a number of any domain, python's included."""
    kind = type(number)
    if kind is Complex:
        return number.im
    return number.imag if kind is complex else 0


def conjugate(number: Any) -> Any:
    """The complex conjugate of a number of any domain, python's included."""
    kind = type(number)
    if kind is Complex:
        return Complex(number.re, -number.im)
    return number.conjugate() if kind is complex else number
