"""What a counterexample says, as text; and reading it back.

Numbers are exact rationals (``3/2``), complex ones ``1/2 + 3/4*1j``, or intervals ``[lo, hi]`` with ends rounded
outward; complex intervals ``[a, b] + [c, d]*1j``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symadj.oracle.complexes import Complex, complex_of, imaginary_part, real_part
from symadj.oracle.intervals import UNIT, Interval, enclose

_DIGITS = 6
_MOST_DIGITS = 40
_LONGEST = 60
_TERM = r"(\[[^\[\]]*\]|[^\s\[\]*]+)(\*1j)?"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Sizes and entries at which a claim fails.

    ``entries`` maps the names of the notation to numbers, for those that differ from ``default``: ``"x[1]"``, ``"c"``
    of a scalar, ``"dy[0]"`` of a cotangent, ``"idx[0]"`` of an integer tensor; for a failure of linearity also the
    second point ``"x'[0]"`` and the ``"scalar"``; ``"f(s)"`` says which function an unknown one was taken to be.
    ``at`` is the position: ``"dW[0, 1]"``; for linearity ``"y[0] additive in x"`` or ``"y[0] homogeneous in x"``.
    ``claimed`` and ``actual`` are, for a gradient, the claimed and the true entry; for ``equal``, the left and the
    right side; for linearity, ``f(x) + f(x')`` and ``f(x + x')``, or ``scalar*f(x)`` and ``f(scalar*x)``.
    """

    sizes: Mapping[str, int]
    entries: Mapping[str, str]
    default: str
    at: str
    claimed: str
    actual: str

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "sizes": dict(self.sizes),
            "entries": dict(self.entries),
            "default": self.default,
            "at": self.at,
            "claimed": self.claimed,
            "actual": self.actual,
        }


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: a confirmed counterexample, or how far it went without one.

    ``checked_total``: every allowed size assignment with at most this sum was tried. ``checked_up_to``: so was every
    one whose sizes are all at most this. ``points`` were tried in all. ``reason`` says why the search ended early, if
    it did.
    """

    counterexample: Counterexample | None
    checked_total: int
    checked_up_to: int
    points: int
    reason: str = ""


def entry_name(tensor: str, subscripts: tuple[int, ...]) -> str:
    """The entry as the notation writes it.

    >>> entry_name("W", (0, 1)), entry_name("c", ())
    ('W[0, 1]', 'c')
    """
    return f"{tensor}[{', '.join(map(str, subscripts))}]" if subscripts else tensor


def parse_entry_name(text: str) -> tuple[str, tuple[int, ...]]:
    """The tensor and the subscripts. Raises ``ValueError``."""
    match = re.fullmatch(r"([^\[\]\s]+)(?:\[(\d+(?:, ?\d+)*)\])?", text)
    if match is None:
        raise ValueError(f"not an entry: {text!r}")
    return match[1], tuple(int(s) for s in match[2].split(",")) if match[2] else ()


# ------------------------------------------------------------------------------------------------ numbers


def format_number(value: Any, digits: int = _DIGITS) -> str:
    """A number as text; an interval, or a very long rational, with so many significant digits, rounded outward.

    >>> format_number(Fraction(3, 2)), format_number(Complex(0, Fraction(-1, 2))), format_number(Complex(1, 1))
    ('3/2', '-1/2*1j', '1 + 1j')
    """
    if isinstance(value, Complex):
        return _format_complex(value, digits)
    if isinstance(value, Interval):
        lower = _decimal(Fraction(value.lo, UNIT), digits, up=False)
        return f"[{lower}, {_decimal(Fraction(value.hi, UNIT), digits, up=True)}]"
    text = str(value)
    return text if len(text) <= _LONGEST else format_number(enclose(value), digits)


def _format_complex(value: Complex, digits: int) -> str:
    re_text, im_text = format_number(value.re, digits), format_number(value.im, digits)
    im_text += "j" if im_text.lstrip("-").isdigit() else "*1j"
    if re_text == "0":
        return im_text
    return f"{re_text} - {im_text[1:]}" if im_text.startswith("-") else f"{re_text} + {im_text}"


def format_pair(claimed: Any, actual: Any) -> tuple[str, str]:
    """Two numbers that differ, with as many digits as it takes to see it."""
    for digits in range(_DIGITS, _MOST_DIGITS, 6):
        texts = format_number(claimed, digits), format_number(actual, digits)
        if apart(parse_number(texts[0]), parse_number(texts[1])):
            return texts
    return format_number(claimed, _MOST_DIGITS), format_number(actual, _MOST_DIGITS)


def _decimal(value: Fraction, digits: int, up: bool) -> str:
    """A short decimal below (above) the value."""
    if not value:
        return "0"
    exponent = 0
    size = abs(value)
    while size >= 10:
        size, exponent = size / 10, exponent + 1
    while size < 1:
        size, exponent = size * 10, exponent - 1
    scale = Fraction(10) ** (digits - 1 - exponent)
    scaled = value * scale
    rounded = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return _write(rounded, exponent - digits + 1)


def _write(mantissa: int, exponent: int) -> str:
    """``mantissa * 10**exponent`` as people write it."""
    sign, text = ("-", str(-mantissa)) if mantissa < 0 else ("", str(mantissa))
    while text.endswith("0") and len(text) > 1:
        text, exponent = text[:-1], exponent + 1
    point = len(text) + exponent
    if text == "0":
        return "0"
    if -4 < point <= 0:
        return f"{sign}0.{'0' * -point}{text}"
    if 0 < point <= 15:
        return sign + (text + "0" * exponent if exponent >= 0 else f"{text[:point]}.{text[point:]}")
    return f"{sign}{text[0]}{'.' + text[1:] if len(text) > 1 else ''}e{point - 1}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in the complex plane: what a text says of a number."""

    re: tuple[Fraction, Fraction]
    im: tuple[Fraction, Fraction]

    @property
    def exact(self) -> Any:
        """The number, where the text gives exactly one; else None."""
        if self.re[0] != self.re[1] or self.im[0] != self.im[1]:
            return None
        re_part, im_part = (p.numerator if p.denominator == 1 else p for p in (self.re[0], self.im[0]))
        return complex_of(re_part, im_part)

    def holds(self, value: Any) -> bool:
        """Is the number certainly inside?"""
        return _inside(real_part(value), self.re) and _inside(imaginary_part(value), self.im)


def _inside(value: Any, bounds: tuple[Fraction, Fraction]) -> bool:
    if isinstance(value, Interval):
        return bounds[0] <= Fraction(value.lo, UNIT) and Fraction(value.hi, UNIT) <= bounds[1]
    return bool(bounds[0] <= value <= bounds[1])


def apart(first: Bounds, second: Bounds) -> bool:
    """Do the two texts say that the numbers differ?"""
    return any(a[1] < b[0] or b[1] < a[0] for a, b in ((first.re, second.re), (first.im, second.im)))


def parse_number(text: str) -> Bounds:
    """What a text says of a number. Raises ``ValueError``.

    >>> parse_number("1/2 - 3j").exact
    Complex(1/2, -3)
    """
    match = re.fullmatch(rf"{_TERM}(?: ([+-]) {_TERM})?", text.strip())
    if match is None:
        raise ValueError(f"not a number: {text!r}")
    body, unit, operator, second, second_unit = match.groups()
    first_imaginary, bounds = _part(body, unit)
    zero = (Fraction(0), Fraction(0))
    if operator is None:
        return Bounds(zero, bounds) if first_imaginary else Bounds(bounds, zero)
    second_imaginary, (lower, upper) = _part(second, second_unit)
    if first_imaginary or not second_imaginary:
        raise ValueError(f"not a number: {text!r}")
    return Bounds(bounds, (lower, upper) if operator == "+" else (-upper, -lower))


def _part(body: str, unit: str | None) -> tuple[bool, tuple[Fraction, Fraction]]:
    """Is the term imaginary; and its ends."""
    if unit is None and body.endswith("j"):
        return True, _ends(body.removesuffix("j"))
    return unit is not None, _ends(body)


def _ends(text: str) -> tuple[Fraction, Fraction]:
    if text.startswith("["):
        ends = [_fraction(end.strip()) for end in text[1:-1].split(",")]
        lower, upper = ends[0], ends[-1]
        if len(ends) != 2 or lower > upper:
            raise ValueError(f"not an interval: {text!r}")
        return lower, upper
    value = _fraction(text)
    return value, value


def _fraction(text: str) -> Fraction:
    if not re.fullmatch(r"[+-]?\d{1,4000}(\.\d{1,400})?(e[+-]?\d{1,4})?(/\d{1,4000})?", text):
        raise ValueError(f"not a number: {text!r}")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError(f"not a number: {text!r}") from None
