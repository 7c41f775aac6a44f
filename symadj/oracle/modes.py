"""In which numbers a program is compiled: how constants enter, and what a comparison and a selection mean there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symadj.oracle.complexes import Complex
from symadj.oracle.duals import Dual
from symadj.oracle.failures import Undecided, Undifferentiable
from symadj.oracle.intervals import pi
from symadj.oracle.numbers import compare, extremum, is_zero


def _no_selection(condition: Any, then: Any, otherwise: Any) -> Any:
    raise Undecided("a condition that is neither true nor false")


@dataclass(frozen=True, slots=True)
class Mode:
    """A number domain, for the compiler.

    ``lift`` turns an exact constant into the domain; ``compare(relation, left, right)`` gives a ``bool``, or in a
    domain of expressions a condition, between which ``select`` chooses.
    """

    name: str
    lift: Callable[[int | Fraction], Any]
    pi: Callable[[], Any]
    imaginary: Any
    over_complex: bool
    compare: Callable[[str, Any, Any], Any] = compare
    select: Callable[[Any, Any, Any], Any] = _no_selection
    extremum: Callable[[list[Any], bool], Any] = extremum


def _as_it_is(value: int | Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def _as_float(value: int | Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def exact_mode(over_complex: bool) -> Mode:
    """Rationals, and certain intervals once a root or a transcendental function is involved."""
    return Mode("exact", _as_it_is, pi, Complex(0, 1), over_complex)


def strict_mode(over_complex: bool) -> Mode:
    """Exact dual numbers, of which two are compared only if they are apart, or equal along with their tangents."""
    return Mode("exact", _as_it_is, pi, Complex(0, 1), over_complex, _strictly_compared, extremum=_strict_extremum)


def _strictly_compared(relation: str, left: Any, right: Any) -> bool:
    difference = left - right
    if type(difference) is Dual and is_zero(difference.value):
        if not is_zero(difference.tangent):
            raise Undifferentiable("entries that are compared happen to be equal")
        return relation != "<"
    return compare(relation, difference, 0)


def _strict_extremum(values: list[Any], greatest: bool) -> Any:
    if not values:
        return extremum(values, greatest)
    best = values[0]
    for value in values[1:]:
        if _strictly_compared("<", best, value) if greatest else _strictly_compared("<", value, best):
            best = value
    return best


def float_mode(over_complex: bool) -> Mode:
    """Floating point: a quick look, on which no result rests."""
    return Mode("float", _as_float, lambda: math.pi, 1j, over_complex)
