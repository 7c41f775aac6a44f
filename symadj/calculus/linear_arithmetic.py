"""Linear inequalities with rational coefficients: is a set of them contradictory?

Fourier and Motzkin's elimination, on integers (each inequality is scaled to coprime ones). From ``a x + p >= 0`` and
``-b x + q >= 0`` with a, b > 0 follows ``b p + a q >= 0``, strictly if one of the two is strict; a set is
contradictory over the rationals exactly if elimination of all variables leaves a false constant.

Complete over the rationals within its bounds; integers are treated as rationals (write ``i < j`` as ``i + 1 <= j``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

MAX_CONSTRAINTS = 300


@dataclass(frozen=True, slots=True)
class Inequality:
    """``Σ coefficient·variable + constant >= 0``, or ``> 0`` where ``strict``; the coefficients are not zero."""

    coefficients: tuple[tuple[Hashable, int], ...]
    constant: int
    strict: bool = False

    @property
    def is_false(self) -> bool:
        """No variable, and a constant that says the contrary."""
        return not self.coefficients and (self.constant < 0 or (self.strict and self.constant == 0))

    @property
    def is_true(self) -> bool:
        """No variable, and a constant that agrees."""
        return not self.coefficients and not self.is_false


def inequality(coefficients: Mapping[Hashable, Fraction], constant: Fraction, *, strict: bool) -> Inequality:
    """The inequality, scaled to coprime integers.

    >>> inequality({"x": Fraction(1, 2)}, Fraction(-3), strict=True)
    Inequality(coefficients=(('x', 1),), constant=-6, strict=True)
    """
    scale = lcm(constant.denominator, *(c.denominator for c in coefficients.values()))
    whole = {v: int(c * scale) for v, c in coefficients.items() if c}
    return _reduced(whole, int(constant * scale), strict)


def contradictory(inequalities: Iterable[Inequality]) -> bool:
    """Whether no rational point meets all of them. ``False`` also where the work exceeds its bound.

    >>> x_below_y = inequality({"y": Fraction(1), "x": Fraction(-1)}, Fraction(0), strict=True)
    >>> y_below_x = inequality({"x": Fraction(1), "y": Fraction(-1)}, Fraction(0), strict=False)
    >>> contradictory([x_below_y]), contradictory([x_below_y, y_below_x])
    (False, True)
    """
    current = _strongest(inequalities)
    if current is None:
        return True
    while True:
        variables: dict[Hashable, tuple[int, int]] = {}
        for item in current:
            for name, c in item.coefficients:
                ups, downs = variables.get(name, (0, 0))
                variables[name] = (ups + (c > 0), downs + (c < 0))
        if not variables:
            return False
        name = min(variables, key=lambda v: variables[v][0] * variables[v][1] - sum(variables[v]))
        ups, downs = variables[name]
        if len(current) - ups - downs + ups * downs > MAX_CONSTRAINTS:
            return False
        step = _strongest(_eliminated(current, name))
        if step is None:
            return True
        current = step


def _reduced(coefficients: Mapping[Hashable, int], constant: int, strict: bool) -> Inequality:
    divisor = gcd(constant, *coefficients.values()) or 1
    return Inequality(
        tuple(sorted(((v, c // divisor) for v, c in coefficients.items() if c), key=lambda item: hash(item[0]))),
        constant // divisor,
        strict,
    )


def _strongest(inequalities: Iterable[Inequality]) -> list[Inequality] | None:
    """Of those with the same coefficients the strongest; ``None`` where one is false."""
    best: dict[tuple[tuple[Hashable, int], ...], Inequality] = {}
    for item in inequalities:
        if item.is_false:
            return None
        if item.is_true:
            continue
        known = best.get(item.coefficients)
        if known is None or (item.constant, not item.strict) < (known.constant, not known.strict):
            best[item.coefficients] = item
    return list(best.values())


def _eliminated(inequalities: list[Inequality], name: Hashable) -> Iterable[Inequality]:
    ups: list[tuple[int, Inequality]] = []
    downs: list[tuple[int, Inequality]] = []
    for item in inequalities:
        c = next((c for v, c in item.coefficients if v == name), 0)
        if c > 0:
            ups.append((c, item))
        elif c < 0:
            downs.append((-c, item))
        else:
            yield item
    for a, up in ups:
        for b, down in downs:
            total = {v: b * c for v, c in up.coefficients}
            for v, c in down.coefficients:
                total[v] = total.get(v, 0) + a * c
            yield _reduced(total, b * up.constant + a * down.constant, up.strict or down.strict)
