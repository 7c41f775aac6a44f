"""What a declared, unknown function stands for in an example: a polynomial, so that all its derivatives are known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from symadj.oracle.numbers import integer_power

_NAMES = ("s", "t", "u", "v", "w")


class Polynomial:
    """A polynomial of ``arity`` arguments; ``coefficients`` maps the exponents of a monomial to its coefficient.

    >>> f = Polynomial(1, {(2,): 3, (0,): 1}); str(f), f.apply((0,), [2]), f.apply((1,), [2])
    ('1 + 3*s**2', 13, 12)
    """

    __slots__ = ("_derived", "arity", "coefficients")

    def __init__(self, arity: int, coefficients: Mapping[tuple[int, ...], int | Fraction]) -> None:
        self.arity = arity
        self.coefficients = {e: c for e, c in sorted(coefficients.items()) if c}
        self._derived: dict[tuple[int, ...], Polynomial] = {}

    def derived(self, orders: tuple[int, ...]) -> Polynomial:
        """The partial derivative, ``orders[k]`` times in argument ``k``."""
        if orders not in self._derived:
            result: dict[tuple[int, ...], int | Fraction] = {}
            for exponents, coefficient in self.coefficients.items():
                for exponent, order in zip(exponents, orders, strict=True):
                    for lost in range(order):
                        coefficient = coefficient * max(0, exponent - lost)
                lower = tuple(max(0, e - o) for e, o in zip(exponents, orders, strict=True))
                result[lower] = result.get(lower, 0) + coefficient
            self._derived[orders] = Polynomial(self.arity, result)
        return self._derived[orders]

    def apply(self, orders: tuple[int, ...], arguments: Sequence[Any]) -> Any:
        """The value of a partial derivative, in any domain of numbers."""
        if any(orders):
            return self.derived(orders).apply((0,) * self.arity, arguments)
        total: Any = 0
        for exponents, coefficient in self.coefficients.items():
            term: Any = coefficient
            for argument, exponent in zip(arguments, exponents, strict=True):
                if exponent:
                    term = term * integer_power(argument, exponent)
            total = total + term
        return total

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        texts = []
        for exponents, coefficient in self.coefficients.items():
            factors = [str(coefficient)] if coefficient != 1 or not any(exponents) else []
            for name, exponent in zip(_NAMES, exponents, strict=False):
                if exponent:
                    factors.append(name if exponent == 1 else f"{name}**{exponent}")
            texts.append("*".join(factors))
        return " + ".join(texts) or "0"


def arguments_text(arity: int) -> str:
    """How the arguments are written: ``s`` or ``s, t``."""
    return ", ".join(_NAMES[:arity])


def parse_polynomial(text: str, arity: int) -> Polynomial:
    """Reads what ``str`` of a ``Polynomial`` wrote. Raises ``ValueError`` for anything else."""
    coefficients: dict[tuple[int, ...], int | Fraction] = {}
    for term in text.split(" + "):
        exponents, coefficient = [0] * arity, Fraction(1)
        for factor in term.replace("**", "^").split("*"):
            power = re.fullmatch(r"([s-w])(?:\^(\d{1,3}))?", factor)
            if power is not None and power[1] in _NAMES[:arity]:
                exponents[_NAMES.index(power[1])] += int(power[2] or 1)
            elif re.fullmatch(r"-?\d{1,30}(/[1-9]\d{0,30})?", factor):
                coefficient *= Fraction(factor)
            else:
                raise ValueError(f"not a polynomial: {text!r}")
        coefficients[tuple(exponents)] = coefficient
    return Polynomial(arity, coefficients)


def interpretations(arity: int) -> list[Polynomial]:
    """Some polynomials, distinct in value and in every derivative of a low order; the generic ones first."""
    generic = {e: 1 + (3 * k) % 7 for k, e in enumerate(product(range(4 if arity > 1 else 6), repeat=arity))}
    other = {e: (-1) ** sum(e) * (1 + (5 * k) % 11) for k, e in enumerate(product(range(4), repeat=arity))}
    return [Polynomial(arity, generic), Polynomial(arity, other)]


def simpler(arity: int) -> list[Polynomial]:
    """Polynomials to try when a counterexample is simplified, the simplest first."""
    units = [tuple(int(k == j) for k in range(arity)) for j in range(arity)]
    simple: list[dict[tuple[int, ...], int | Fraction]] = [{}, {(0,) * arity: 1}]
    for power in (1, 2, 3):
        simple += [{tuple(power * u for u in unit): 1} for unit in units]
    if arity > 1:
        simple.append({(1,) * arity: 1})
    return [Polynomial(arity, s) for s in simple]
