"""Roots, powers and the known functions of a scalar, with their derivatives, over every domain of the oracle.

A value that is rational stays rational where it can: ``sqrt(9/4)``, ``exp(0)``, ``log(1)``. Every function raises a
``Dropped`` error where the value does not exist or can't be told.
"""

from __future__ import annotations

import cmath
import math
from fractions import Fraction
from typing import Any

from symadj.oracle.complexes import Complex, complex_of, conjugate, imaginary_part, real_part
from symadj.oracle.duals import Dual, value_of
from symadj.oracle.failures import Undecided, Undefined, Undifferentiable
from symadj.oracle.intervals import Interval, enclose, integer_root
from symadj.oracle.numbers import NUMERIC, integer_power, is_complex, is_zero, reciprocal, sign

# Roots of a higher degree go through the exponential function.
_LARGEST_DEGREE = 16


def rational_power(x: Any, exponent: Fraction, over_complex: bool) -> Any:
    """``x ** exponent`` of a rational exponent that is no integer.

    Raises ``Undefined`` for a negative base (over the complex field: for one on the branch cut), and for a negative
    power of 0, or the derivative at 0.
    """
    kind = type(x)
    if kind is Dual:
        value = rational_power(x.value, exponent, over_complex)
        return Dual(value, exponent * value * reciprocal(x.value) * x.tangent)
    if kind is Complex or (kind is complex and x.imag):
        return _complex_power(x, exponent)
    if kind not in NUMERIC:
        return x.rational_power(exponent)
    if sign(x) < 0:
        raise Undefined("a root of a negative number")
    x = real_part(x)
    if kind is float or kind is complex:
        if not x and exponent < 0:
            raise Undefined("a zero denominator")
        try:
            return x ** float(exponent)
        except OverflowError:
            raise Undecided("a power too large to compute") from None
    numerator, degree = exponent.numerator, exponent.denominator
    if kind is int or kind is Fraction:
        return _exact_power(x, numerator, degree)
    if degree > _LARGEST_DEGREE:
        return call("exp", exponent * call("log", x))
    return integer_power(x.root(degree), numerator)


def _exact_power(x: int | Fraction, numerator: int, degree: int) -> Any:
    if not x:
        if numerator < 0:
            raise Undefined("a zero denominator")
        return 0
    if degree > _LARGEST_DEGREE:
        return call("exp", Fraction(numerator, degree) * call("log", x))
    above, below = integer_root(x.numerator, degree), integer_root(x.denominator, degree)
    if above**degree == x.numerator and below**degree == x.denominator:
        return integer_power(_reduced(Fraction(above, below)), numerator)
    return integer_power(enclose(x).root(degree), numerator)


def _reduced(x: Fraction) -> int | Fraction:
    return x.numerator if x.denominator == 1 else x


def _complex_power(x: Any, exponent: Fraction) -> Any:
    if type(x) is complex:
        return x ** float(exponent)
    if exponent.denominator != 2:
        return call("exp", exponent * call("log", x))
    modulus = rational_power(x.squared_modulus, Fraction(1, 2), over_complex=False)
    if sign(x.re) >= 0:
        re = rational_power((modulus + x.re) * Fraction(1, 2), Fraction(1, 2), over_complex=False)
        root = complex_of(re, x.im * reciprocal(2 * re))
    else:
        size = rational_power((modulus - x.re) * Fraction(1, 2), Fraction(1, 2), over_complex=False)
        im = size if sign(x.im) > 0 else -size
        root = complex_of(x.im * reciprocal(2 * im), im)
    return integer_power(root, exponent.numerator)


def real_power(base: Any, exponent: Any, over_complex: bool) -> Any:
    """``base ** exponent`` of any scalar exponent. Raises ``Undefined`` unless the base is positive."""
    plain = value_of(base)
    if type(plain) in NUMERIC and not (type(plain) is complex and plain.imag) and sign(plain) <= 0:
        raise Undefined("a symbolic power of a number that is not positive")
    if type(exponent) is int:
        return integer_power(base, exponent)
    if type(exponent) is Fraction:
        if exponent.denominator == 1:
            return integer_power(base, exponent.numerator)
        return rational_power(base, exponent, over_complex)
    if type(exponent) is Dual:
        value = real_power(plain, exponent.value, over_complex)
        tangent = value * call("log", plain) * exponent.tangent
        if type(base) is Dual:
            tangent = tangent + value * exponent.value * reciprocal(plain) * base.tangent
        return Dual(value, tangent)
    return call("exp", exponent * call("log", base))


# ------------------------------------------------------------------------------------------------ functions of a scalar

AT_ZERO: dict[str, int | Fraction] = {
    "exp": 1, "sin": 0, "cos": 1, "tan": 0, "sinh": 0, "cosh": 1, "tanh": 0, "arcsin": 0, "arctan": 0, "erf": 0,
    "sigmoid": Fraction(1, 2),
}  # fmt: skip


def _float_sigmoid(x: float) -> float:
    return 0.5 * (1 + math.tanh(0.5 * x))


def _float_softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


_FLOAT = {
    "exp": math.exp, "log": math.log, "sin": math.sin, "cos": math.cos, "tan": math.tan, "sinh": math.sinh,
    "cosh": math.cosh, "tanh": math.tanh, "arcsin": math.asin, "arccos": math.acos, "arctan": math.atan,
    "erf": math.erf, "sigmoid": _float_sigmoid, "softplus": _float_softplus,
}  # fmt: skip

_FLOAT_COMPLEX = {
    "exp": cmath.exp, "log": cmath.log, "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "sinh": cmath.sinh,
    "cosh": cmath.cosh, "tanh": cmath.tanh, "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
    "softplus": lambda z: cmath.log(1 + cmath.exp(z)),
}  # fmt: skip


def call(function: str, x: Any) -> Any:
    """A known function of one scalar, ``relu`` and those of two arguments aside."""
    kind = type(x)
    if function in _PARTS:
        return _PARTS[function](x)
    if kind is float or (kind is complex and not x.imag):
        return _call_float(_FLOAT, function, real_part(x))
    if kind is complex:
        return _call_float(_FLOAT_COMPLEX, function, x)
    if kind is int or kind is Fraction:
        if not x and function in AT_ZERO:
            return AT_ZERO[function]
        if x == 1 and function in ("log", "arccos"):
            return 0
        return enclose(x).call(function)
    if kind is Dual:
        value = call(function, x.value)
        return Dual(value, _derivative(function, x.value, value) * x.tangent)
    if kind is Complex:
        return _call_complex(function, x)
    return x.call(function)


def _call_float(table: dict[str, Any], function: str, x: Any) -> Any:
    try:
        return table[function](x)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise Undefined(f"{function} outside of its domain") from None
    except KeyError:
        raise Undecided(f"{function} of a complex number") from None


def _derivative(function: str, x: Any, y: Any) -> Any:
    """The derivative at ``x``, where the value is ``y``."""
    match function:
        case "exp":
            return y
        case "log":
            return reciprocal(x)
        case "sin":
            return call("cos", x)
        case "cos":
            return -call("sin", x)
        case "tan":
            return 1 + y * y
        case "sinh":
            return call("cosh", x)
        case "cosh":
            return call("sinh", x)
        case "tanh":
            return 1 - y * y
        case "arcsin":
            return rational_power(1 - x * x, Fraction(-1, 2), over_complex=False)
        case "arccos":
            return -rational_power(1 - x * x, Fraction(-1, 2), over_complex=False)
        case "arctan":
            return reciprocal(1 + x * x)
        case "erf":
            return 2 * call("exp", -(x * x)) * rational_power(_pi_like(x), Fraction(-1, 2), over_complex=False)
        case "sigmoid":
            return y * (1 - y)
        case "softplus":
            return call("sigmoid", x)
    raise Undecided(f"the derivative of {function}")


def _pi_like(x: Any) -> Any:
    """π, in the domain of ``x``."""
    if type(x) is float:
        return math.pi
    return 4 * call("arctan", 1) if type(x) in (int, Fraction, Interval) else x.pi()


def _call_complex(function: str, z: Complex) -> Any:
    a, b = z.re, z.im
    match function:
        case "exp":
            return complex_of(call("cos", b), call("sin", b)) * call("exp", a)
        case "log":
            return complex_of(Fraction(1, 2) * call("log", z.squared_modulus), _angle(a, b))
        case "sin":
            return complex_of(call("sin", a) * call("cosh", b), call("cos", a) * call("sinh", b))
        case "cos":
            return complex_of(call("cos", a) * call("cosh", b), -(call("sin", a) * call("sinh", b)))
        case "sinh":
            return complex_of(call("sinh", a) * call("cos", b), call("cosh", a) * call("sin", b))
        case "cosh":
            return complex_of(call("cosh", a) * call("cos", b), call("sinh", a) * call("sin", b))
        case "tan":
            return call("sin", z) * reciprocal(call("cos", z))
        case "tanh":
            return call("sinh", z) * reciprocal(call("cosh", z))
        case "sigmoid":
            return reciprocal(1 + call("exp", -z))
        case "softplus":
            return call("log", 1 + call("exp", z))
    raise Undecided(f"{function} of a complex number")


def _angle(a: Any, b: Any) -> Any:
    """The principal argument of ``a + b·1j``, off the negative real axis."""
    if sign(b):
        turned = call("arctan", a * reciprocal(b))
        return sign(b) * Fraction(1, 2) * _pi_like(b) - turned
    if sign(a) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return 0


# ---- functions that are not holomorphic, or have a kink


def _abs(x: Any) -> Any:
    kind = type(x)
    if kind is Complex:
        return rational_power(x.squared_modulus, Fraction(1, 2), over_complex=False)
    if kind is complex or kind is float:
        return abs(x)
    if kind is Dual:
        if type(x.value) is Complex or type(x.value) is complex:
            modulus = _abs(x.value)
            return Dual(modulus, real_part(conjugate(x.value) * x.tangent) * reciprocal(modulus))
        if is_complex(x.tangent):
            return _abs_dual_real(x)
        if is_zero(x.value) and is_zero(x.tangent):
            return x  # |u| changes as little as u does where u is 0 and does not change
        return x if sign(x) > 0 else -x
    if kind is int or kind is Fraction:
        return abs(x)
    return x.call("abs")


def _abs_dual_real(x: Dual) -> Dual:
    """|x| at a real value, in a direction that leaves the real line."""
    direction = sign(x.value)
    if not direction:
        raise Undifferentiable("the absolute value at 0")
    return Dual(direction * x.value, direction * real_part(x.tangent))


def _sign(x: Any) -> Any:
    if type(x) is Dual:
        return Dual(sign(x), 0)
    return sign(x) if type(x) in (int, float, Fraction, complex, Complex) else x.call("sign")


def _of_parts(function: Any) -> Any:
    def apply(x: Any) -> Any:
        return Dual(function(x.value), function(x.tangent)) if type(x) is Dual else function(x)

    return apply


_PARTS = {
    "abs": _abs,
    "sign": _sign,
    "conj": _of_parts(conjugate),
    "real": _of_parts(real_part),
    "imag": _of_parts(imaginary_part),
}
