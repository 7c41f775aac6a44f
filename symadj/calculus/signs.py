"""Sets of signs, and how arithmetic and the known functions act on them.

A set is a bit mask of ``NEGATIVE``, ``ZERO``, ``POSITIVE`` and ``OTHER`` (no real number). An operation on sets gives
every sign that an operation on members can have, wherever it has a value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

NEGATIVE, ZERO, POSITIVE, OTHER = 1, 2, 4, 8
REAL = NEGATIVE | ZERO | POSITIVE
ANY = REAL | OTHER
NONNEGATIVE = ZERO | POSITIVE
NONZERO = ANY & ~ZERO

_BITS = (NEGATIVE, ZERO, POSITIVE, OTHER)


def of_number(value: Fraction | int) -> int:
    """The sign of a rational number.

    >>> of_number(-3) == NEGATIVE
    True
    """
    return POSITIVE if value > 0 else NEGATIVE if value < 0 else ZERO


def subset(signs: int, allowed: int) -> bool:
    """Whether every sign in the set is allowed."""
    return not signs & ~allowed


def opposite(signs: int) -> int:
    """The signs of ``-u``."""
    swapped = signs & (ZERO | OTHER)
    if signs & NEGATIVE:
        swapped |= POSITIVE
    if signs & POSITIVE:
        swapped |= NEGATIVE
    return swapped


def _sum(a: int, b: int) -> int:
    if ZERO in (a, b):
        return a | b if a == b else (a | b) & ~ZERO
    if a == b:
        return ANY if a == OTHER else a
    return OTHER if OTHER in (a, b) else REAL


def _product(a: int, b: int) -> int:
    if ZERO in (a, b):
        return ZERO
    if OTHER in (a, b):
        return NONZERO if a == b else OTHER
    return POSITIVE if a == b else NEGATIVE


_SUMS = {(a, b): _sum(a, b) for a in _BITS for b in _BITS}
_PRODUCTS = {(a, b): _product(a, b) for a in _BITS for b in _BITS}


def _pairwise(table: dict[tuple[int, int], int], first: int, second: int) -> int:
    result = 0
    for a in _BITS:
        if first & a:
            for b in _BITS:
                if second & b:
                    result |= table[a, b]
    return result


def added(first: int, second: int) -> int:
    """The signs of ``u + v``.

    >>> added(POSITIVE, NONNEGATIVE) == POSITIVE, added(POSITIVE, NEGATIVE) == REAL
    (True, True)
    """
    return _pairwise(_SUMS, first, second)


def multiplied(first: int, second: int) -> int:
    """The signs of ``u*v``."""
    return _pairwise(_PRODUCTS, first, second)


def raised(signs: int, exponent: Fraction, *, complex: bool = False) -> int:
    """The signs of ``u**exponent`` where it is defined; over the reals a root of a negative number is not.

    >>> raised(REAL, Fraction(2)) == NONNEGATIVE, raised(REAL, Fraction(-1)) == NEGATIVE | POSITIVE
    (True, True)
    """
    whole, even = exponent.denominator == 1, exponent.numerator % 2 == 0
    if exponent == 0:
        return POSITIVE
    result = signs & POSITIVE
    if signs & ZERO and exponent > 0:
        result |= ZERO
    if signs & NEGATIVE:
        if whole:
            result |= POSITIVE if even else NEGATIVE
        elif complex:
            result |= NONZERO
    if signs & OTHER:
        result |= OTHER if exponent in (1, -1) else NONZERO
    return result


def _always(signs: int) -> Callable[[int], int]:
    return lambda u: signs


def _absolute(u: int) -> int:
    return (u & ZERO) | (POSITIVE if u & ~ZERO else 0)


def _rectified(u: int) -> int:
    return (u & POSITIVE) | (ZERO if u & (NEGATIVE | ZERO) else 0)


def _same(u: int) -> int:
    return u


# over the reals; sinh, tanh, arctan, arcsin, erf are increasing and odd
_FUNCTIONS: dict[str, Callable[[int], int]] = {
    "exp": _always(POSITIVE),
    "cosh": _always(POSITIVE),
    "sigmoid": _always(POSITIVE),
    "softplus": _always(POSITIVE),
    "arccos": _always(NONNEGATIVE),
    "sin": lambda u: ZERO if u == ZERO else REAL,
    "cos": lambda u: POSITIVE if u == ZERO else REAL,
    "tan": lambda u: ZERO if u == ZERO else REAL,
    "log": _always(REAL),
    "sinh": _same,
    "tanh": _same,
    "arctan": _same,
    "arcsin": _same,
    "erf": _same,
    "sign": _same,
    "conj": _same,
    "real": _same,
    "imag": _always(ZERO),
    "abs": _absolute,
    "relu": _rectified,
}


def of_function(name: str, arguments: tuple[int, ...]) -> int:
    """The signs of a known function, from those of its arguments.

    >>> of_function("tanh", (POSITIVE,)) == POSITIVE, of_function("maximum", (POSITIVE, REAL)) == POSITIVE
    (True, True)
    """
    if any(a & OTHER for a in arguments):
        return _of_complex(name, arguments)
    if name in ("maximum", "minimum"):
        a, b = arguments if name == "maximum" else (opposite(arguments[0]), opposite(arguments[1]))
        larger = 0
        for x in (NEGATIVE, ZERO, POSITIVE):
            for y in (NEGATIVE, ZERO, POSITIVE):
                if a & x and b & y:
                    larger |= max(x, y)
        return larger if name == "maximum" else opposite(larger)
    return _FUNCTIONS.get(name, _always(REAL))(arguments[0])


def _of_complex(name: str, arguments: tuple[int, ...]) -> int:
    """The same where an argument may be no real number."""
    (u, *_) = arguments
    match name:
        case "exp":
            return NONZERO
        case "abs":
            return _absolute(u)
        case "conj":
            return u
        case "real" | "imag":
            return REAL
        case _:
            return ANY
