"""Linear arithmetic over the rationals: whether some real values satisfy linear constraints (Fourier–Motzkin).

>>> x_positive, x_below = {"x": Fraction(1)}, {"x": Fraction(-1)}
>>> feasible([(x_positive, Fraction(0), True), (x_below, Fraction(-1), True)])     # x > 0 and -x - 1 > 0
False
>>> feasible([(x_positive, Fraction(0), True), (x_below, Fraction(1), True)])      # x > 0 and 1 - x > 0
True
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import TypeVar

V = TypeVar("V", bound=Hashable)
# (coefficients, constant, strict): Σ c·v + constant > 0, or >= 0 where it is not strict.
Constraint = tuple[dict[V, Fraction], Fraction, bool]

MAX_CONSTRAINTS = 400


def feasible(constraints: Sequence[Constraint[V]]) -> bool:
    """Whether the constraints have a common solution; True also where the elimination grew past its bound.

    Complete for up to ``MAX_CONSTRAINTS`` constraints at every stage of the elimination.
    """
    current = [(dict(c), k, s) for c, k, s in constraints]
    while True:
        kept = []
        for coefficients, constant, strict in current:
            live = {v: c for v, c in coefficients.items() if c}
            if live:
                kept.append((live, constant, strict))
            elif constant < 0 or (strict and constant == 0):
                return False
        if not kept:
            return True
        counts: dict[V, list[int]] = {}
        for live, _, _ in kept:
            for v, c in live.items():
                counts.setdefault(v, [0, 0])[c > 0] += 1
        variable = min(counts, key=lambda v: counts[v][0] * counts[v][1])
        current = _eliminate(kept, variable)
        if len(current) > MAX_CONSTRAINTS:
            return True


def _eliminate(constraints: list[Constraint[V]], variable: V) -> list[Constraint[V]]:
    above = [c for c in constraints if c[0].get(variable, 0) > 0]
    below = [c for c in constraints if c[0].get(variable, 0) < 0]
    rest = [c for c in constraints if variable not in c[0]]
    for up, up_constant, up_strict in above:
        for down, down_constant, down_strict in below:
            a, b = -down[variable], up[variable]
            combined = {
                v: a * up.get(v, Fraction(0)) + b * down.get(v, Fraction(0)) for v in {*up, *down} if v != variable
            }
            rest.append((combined, a * up_constant + b * down_constant, up_strict or down_strict))
    return rest
