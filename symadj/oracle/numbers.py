"""Arithmetic that is the same for every domain of the oracle.

A *value* is one of

- ``int`` and ``Fraction``: exact; ``Interval``: certain bounds of a real number; ``Complex`` over these;
- ``float`` and ``complex``: the quick look that says where it pays to compute exactly, and that nothing rests on;
- a class with ``reciprocal``, ``integer_power``, ``root``, ``call`` and ``sign``: rational functions, sympy's
  expressions;
- ``Dual`` over each of these.

Every function raises a ``Dropped`` error where the value does not exist or can't be told.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symadj.oracle.complexes import Complex, conjugate
from symadj.oracle.duals import Dual, Gradient, tangent_of, value_of
from symadj.oracle.failures import Undecided, Undefined, Undifferentiable
from symadj.oracle.intervals import Interval, enclose

LARGEST_EXACT_BITS = 40_000

# The domains of numbers that are real, or may be; all others are Complex, or domains of expressions.
NUMERIC = frozenset({int, Fraction, float, complex, Interval})


def reciprocal(x: Any) -> Any:
    """1/x, as an exact number of an exact one. Raises ``Undefined`` at 0."""
    kind = type(x)
    if kind is int or kind is Fraction:
        if not x:
            raise Undefined("a zero denominator")
        return x if x in (1, -1) else Fraction(1) / x
    if kind is float or kind is complex:
        if not x:
            raise Undefined("a zero denominator")
        return 1 / x
    if kind is Dual:
        inverse = reciprocal(x.value)
        return Dual(inverse, -(inverse * inverse) * x.tangent)
    if kind is Complex:
        return conjugate(x) * reciprocal(x.squared_modulus)
    return x.reciprocal()


def integer_power(x: Any, exponent: int) -> Any:
    """``x ** exponent``; ``0 ** 0`` is 1. Raises ``Undefined`` for negative powers of 0, ``Undecided`` if too large."""
    if exponent == 1:
        return x
    if exponent == 0:
        return 1
    if exponent < 0:
        return reciprocal(integer_power(x, -exponent))
    kind = type(x)
    if kind is int or kind is Fraction:
        bits = max(x.numerator.bit_length(), x.denominator.bit_length())
        if x in (0, 1, -1) or bits * exponent <= LARGEST_EXACT_BITS:
            return x**exponent
        return integer_power(enclose(x), exponent)
    if kind is float or kind is complex:
        try:
            return x**exponent
        except OverflowError:
            raise Undecided("a power too large to compute") from None
    if kind is Dual:
        below = integer_power(x.value, exponent - 1)
        return Dual(below * x.value, exponent * below * x.tangent)
    if kind is Complex:
        return _by_squaring(x, exponent)
    return x.integer_power(exponent)


def _by_squaring(x: Any, exponent: int) -> Any:
    if exponent > LARGEST_EXACT_BITS:
        raise Undecided("a power too large to compute")
    result: Any = 1
    while exponent:
        if exponent & 1:
            result = result * x
        exponent >>= 1
        if exponent:
            x = x * x
            if _bits(x.re if type(x) is Complex else x) > LARGEST_EXACT_BITS:
                raise Undecided("a power too large to compute")
    return result


def _bits(x: Any) -> int:
    """The length of an exact number; 0 of any other."""
    return max(x.numerator.bit_length(), x.denominator.bit_length()) if isinstance(x, int | Fraction) else 0


# ------------------------------------------------------------------------------------------------ comparisons


def sign(x: Any) -> int:
    """-1, 0 or 1. Raises ``Undecided`` when unknown, ``Undefined`` of a number that is not real, and
    ``Undifferentiable`` at 0 of a number that depends on the direction of a derivative."""
    kind = type(x)
    if kind is int or kind is float or kind is Fraction:
        return int(x > 0) - int(x < 0)
    if kind is Dual:
        result = sign(x.value)
        if not result or is_complex(x.tangent):
            raise Undifferentiable("a comparison is met with equality, or leaves the real line")
        return result
    if kind is complex and not x.imag:
        return int(x.real > 0) - int(x.real < 0)
    if kind is complex or kind is Complex:
        raise Undefined("a comparison of numbers that are not real")
    return x.sign()  # type: ignore[no-any-return]


def is_zero(x: Any) -> bool:
    """Raises ``Undecided`` when it is unknown; a ``Dual`` that is zero raises ``Undifferentiable``."""
    kind = type(x)
    if kind is Complex:
        return _both(x.re, x.im)
    if kind is complex:
        return not x
    if kind is Dual:
        if is_zero(x.value):
            raise Undifferentiable("a comparison is met with equality")
        return False
    if kind is Gradient:
        return all(is_zero(part) for part in x.parts.values())
    return sign(x) == 0


def _both(first: Any, second: Any) -> bool:
    try:
        if not is_zero(first):
            return False
    except Undecided:
        if not is_zero(second):
            return False
        raise
    return is_zero(second)


def surely_differ(left: Any, right: Any) -> bool:
    """Is it certain that the two numbers differ? False when they are equal, and when the intervals can't tell."""
    try:
        return not is_zero(left - right)
    except Undecided:
        return False


def compare(relation: str, left: Any, right: Any) -> bool:
    """``left == right``, ``left < right`` or ``left <= right``; raises as ``sign`` and ``is_zero`` do."""
    if relation == "==":
        return is_zero(left - right)
    order = sign(left - right)
    return order < 0 or (order == 0 and relation == "<=")


def extremum(values: list[Any], greatest: bool) -> Any:
    """The maximum, or the minimum. Raises ``Undefined`` over nothing, ``Undifferentiable`` where several values are
    equal to it that do not change alike (where they do, the maximum is differentiable, and changes so too)."""
    if not values:
        raise Undefined("a maximum or minimum over nothing")
    best, tied = values[0], False
    for value in values[1:]:
        order = sign(value_of(value) - value_of(best))
        if order == 0:
            tied = tied or not is_zero(tangent_of(value) - tangent_of(best))
        elif (order > 0) == greatest:
            best, tied = value, False
    if tied or (type(best) is Dual and len(values) > 1 and is_complex(best.tangent)):
        raise Undifferentiable("a tie of a maximum or minimum")
    return best


def is_complex(x: Any) -> bool:
    """Has it an imaginary part?"""
    return type(x) is Complex or type(x) is complex
