"""The functions of the notation on floating-point numbers, complex ones too, for derivatives by the complex step."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from typing import Any

TINY = 1e-9
Array = dict[tuple[int, ...], Any]


class Undefined(Exception):
    """A value that does not exist here: a division by zero, an entry outside of its tensor, an overflow."""


def real(value: Any) -> float:
    """The real part."""
    return value.real if isinstance(value, complex) else float(value)


def difference(left: Any, right: Any) -> float:
    """The difference of two values to compare; undefined where rounding may have made or lost it."""
    gap = real(left) - real(right)
    if gap and abs(gap) < TINY * (1 + abs(real(left))):
        raise Undefined("a comparison too close to a tie")
    return gap


def positive(value: Any) -> Any:
    """The value. Raises ``Undefined`` where it is not positive."""
    if real(value) <= 0:
        raise Undefined("a root of what is not positive")
    return value


def _abs(value: Any) -> Any:
    return value if real(value) >= 0 else -value


def _sign(value: Any) -> float:
    gap = difference(value, 0.0)
    return float((gap > 0) - (gap < 0))


def _relu(value: Any) -> Any:
    return value if real(value) > 0 else 0.0


def _log(value: Any) -> Any:
    return cmath.log(positive(value))


def _erf(value: Any) -> Any:
    slope = 2 / math.sqrt(math.pi) * math.exp(-(real(value) ** 2))
    return complex(math.erf(real(value)), complex(value).imag * slope)


def _sigmoid(value: Any) -> Any:
    return 1 / (1 + cmath.exp(-value))


def _inside(value: Any) -> Any:
    if not -1 < real(value) < 1:
        raise Undefined("outside of the domain of arcsin")
    return value


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "exp": cmath.exp, "log": _log, "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "sinh": cmath.sinh,
    "cosh": cmath.cosh, "tanh": cmath.tanh, "arcsin": lambda v: cmath.asin(_inside(v)),
    "arccos": lambda v: math.pi / 2 - cmath.asin(_inside(v)), "arctan": cmath.atan, "abs": _abs, "sign": _sign,
    "erf": _erf, "sigmoid": _sigmoid, "softplus": lambda v: cmath.log(1 + cmath.exp(v)), "relu": _relu,
    "conj": lambda v: v, "real": lambda v: v, "imag": lambda v: 0.0,
}  # fmt: skip


def inverse(matrix: Array) -> tuple[Array, Any]:
    """The inverse and the determinant, by elimination with pivots."""
    size = math.isqrt(len(matrix))
    rows = [[complex(matrix[i, j]) for j in range(size)] + [complex(i == j) for j in range(size)] for i in range(size)]
    determinant: Any = 1.0
    for k in range(size):
        pivot = max(range(k, size), key=lambda r: abs(rows[r][k]))
        if abs(rows[pivot][k]) < 1e-9:
            raise Undefined("a singular matrix")
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            determinant = -determinant
        scale = rows[k][k]
        determinant *= scale
        rows[k] = [value / scale for value in rows[k]]
        for r in range(size):
            if r != k:
                factor = rows[r][k]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return {(i, j): rows[i][size + j] for i in range(size) for j in range(size)}, determinant


def unknown(function: str, orders: tuple[int, ...], values: list[Any]) -> Any:
    """What an unknown function stands for: ``sin`` of a linear form, with a phase and coefficients of its own."""
    phase = sum(map(ord, function)) % 7 / 3
    weights = [0.7 + 0.6 * k for k in range(len(values))]
    scale = math.prod(w**k for w, k in zip(weights, orders, strict=True))
    inside = sum(w * v for w, v in zip(weights, values, strict=True)) + phase + sum(orders) * math.pi / 2
    return scale * cmath.sin(inside)
