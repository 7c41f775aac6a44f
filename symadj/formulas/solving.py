"""Sums of which a condition leaves one term.

- ``sum(dy[k] for k in range(n) if k == t[i])`` is ``dy[t[i]]`` where the entries of ``t`` lie in ``range(n)``
- ``sum(dy[i,j]*(i == j) for j in range(n))`` is ``dy[i,i]``
- ``sum(x[k] for k in range(d*h) if k//d == l and k%d == p)`` is ``x[d*l + p]``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symadj.calculus.rewriting import substitute, substitute_condition
from symadj.formulas.monomials import Monomial
from symadj.terms.index import ZERO, Floor, Index, Lookup, Mod, Var, var
from symadj.terms.nodes import All, Binder, Condition, IndexCondition, Indicator

Axes = Mapping[str, Index]
Bounds = Mapping[str, Index]


def solved(monomial: Monomial, axes: Axes, below: Bounds) -> Monomial:
    """The monomial without the sums that are a single term; ``below`` bounds the entries of integer tensors."""
    for binder in monomial.binders:
        conditions = list(_parts(binder.condition))
        factors = [
            (text, atom.condition)
            for text, (atom, exponent) in monomial.atoms.items()
            if isinstance(atom, Indicator) and exponent > 0
        ]
        found = _solution(binder, [*conditions, *(c for _, c in factors)], axes, below)
        if found is None:
            continue
        value, spent = found
        if any(c not in spent for c in conditions):
            continue
        return solved(_at(monomial, binder, value, {t for t, c in factors if c in spent}), axes, below)
    return monomial


def _parts(condition: Condition | None) -> Iterable[Condition]:
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, All) else (condition,)


def _solution(
    binder: Binder, conditions: list[Condition], axes: Axes, below: Bounds
) -> tuple[Index, list[Condition]] | None:
    """The one value of the bound index, in its range, and the conditions that say so."""
    if binder.lower.terms:
        return None
    me = var(binder.index)
    quotient: dict[Index, tuple[Index, Condition]] = {}
    remainder: dict[Index, tuple[Index, Condition]] = {}
    for condition in conditions:
        if not (isinstance(condition, IndexCondition) and condition.relation == "=="):
            continue
        index = condition.index
        for monomial, coefficient in index.terms:
            rest = Index(tuple((m, c) for m, c in index.terms if m != monomial)) * -coefficient
            if len(monomial) != 1 or coefficient not in (1, -1) or binder.index in rest.variables():
                continue
            atom = monomial[0]
            if atom == Var(binder.index) and _lies_in(rest, binder.upper, axes, below):
                return rest, [condition]
            if isinstance(atom, Floor) and atom.numerator == me:
                quotient[atom.divisor] = (rest, condition)
            if isinstance(atom, Mod) and atom.numerator == me:
                remainder[atom.divisor] = (rest, condition)
    for divisor in quotient.keys() & remainder.keys():
        (above, first), (left, second) = quotient[divisor], remainder[divisor]
        high, low = axes.get(above.variable or ""), axes.get(left.variable or "")
        if high is not None and low == divisor and high * divisor == binder.upper:
            return above * divisor + left, [first, second]
    return None


def _lies_in(value: Index, upper: Index, axes: Axes, below: Bounds) -> bool:
    if value.variable is not None:
        return axes.get(value.variable) == upper
    if len(value.terms) == 1:
        monomial, coefficient = value.terms[0]
        if coefficient == 1 and len(monomial) == 1 and isinstance(monomial[0], Lookup):
            return below.get(monomial[0].tensor) == upper
    return value == ZERO and upper.value != 0 and len(upper.terms) == 1


def _at(monomial: Monomial, binder: Binder, value: Index, spent: set[str]) -> Monomial:
    values = {binder.index: value}
    result = Monomial(monomial.coefficient)
    for text, (atom, exponent) in monomial.atoms.items():
        if text not in spent:
            result.times(substitute(atom, values), exponent)
    for other in monomial.binders:
        if other is not binder:
            condition = None if other.condition is None else substitute_condition(other.condition, values)
            ends = other.lower.substitute(values), other.upper.substitute(values)
            result.binders += (Binder(other.index, *ends, condition),)
    return result
