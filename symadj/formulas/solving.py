"""Sums of which a condition leaves one term, or fewer.

- ``sum(dy[k] for k in range(n) if k == t[i])`` is ``dy[t[i]]`` where the entries of ``t`` lie in ``range(n)``
- ``sum(dy[i,j]*(i == j) for j in range(n))`` is ``dy[i,i]``
- ``sum(x[k] for k in range(d*h) if k//d == l and k%d == p)`` is ``x[d*l + p]``; with ``k//d == l`` alone, the sum over
  p of ``range(d)`` is left, with ``k%d == p`` alone that over l
- ``sum(x[k] for k in range(n) if (k+1)%n == l)`` is ``x[(l-1)%n]``
- ``sum(x[k] for k in range(n) if d*k <= l < d*k + d)`` is ``x[l//d]``; ``sum(x[k] for k in range(n) if d*k + 1 == l)``
  is ``x[l//d]*(l%d == 1)`` for a number d
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symadj.calculus.conditions import flattened
from symadj.calculus.rewriting import substitute, substitute_condition
from symadj.formulas.digits import with_digits
from symadj.formulas.monomials import Monomial
from symadj.terms.index import (
    ONE,
    ZERO,
    Floor,
    Index,
    Lookup,
    Mod,
    Var,
    constant,
    floor_div,
    remainder,
    solved_for_atoms,
    split_multiple,
    var,
)
from symadj.terms.nodes import (
    ZERO_TERM,
    All,
    Binder,
    Condition,
    Entry,
    IndexCondition,
    Indicator,
    Select,
    Term,
    same,
    walk,
)

Axes = Mapping[str, Index]
Bounds = Mapping[str, Index]


@dataclass(frozen=True, slots=True)
class _Solution:
    """The bound index is ``value``, by the ``spent`` conditions; it runs over ``range(left)`` in it, if not ``None``.

    Where ``only`` is not ``None``, it must hold for there to be a term.
    """

    value: Index
    spent: tuple[Condition, ...]
    left: Index | None = None
    only: Condition | None = None


def solved(monomial: Monomial, axes: Axes, below: Bounds) -> Monomial:
    """The monomial without the sums that are a single term; ``below`` bounds the entries of integer tensors."""
    for binder in monomial.binders:
        conditions = list(_parts(binder.condition))
        factors = [
            (text, condition)
            for text, (atom, exponent) in monomial.atoms.items()
            if exponent > 0
            for condition in _guards(atom)
        ]
        for found in _solutions(binder, [*conditions, *(c for _, c in factors)], axes, below):
            if found.left is None and any(c not in found.spent for c in conditions) and not _needs_no_guard(monomial):
                continue
            if found.only is not None and not _read_plainly(monomial, binder.index):
                continue
            inner = axes if found.left is None else {**axes, binder.index: found.left}
            return solved(_at(monomial, binder, found, inner), inner, below)
    return monomial


def _guards(atom: Term) -> Iterable[Condition]:
    """The conditions that must hold for an atom not to be zero."""
    if isinstance(atom, Indicator) or (isinstance(atom, Select) and atom.otherwise == ZERO_TERM):
        yield from flattened(atom.condition)


def _needs_no_guard(monomial: Monomial) -> bool:
    """Whether every subscript is an index alone, in the conditions of the sums too."""
    conditions = [Indicator(c) for b in monomial.binders for c in _parts(b.condition)]
    terms = [*conditions, *(atom for atom, _ in monomial.atoms.values())]
    subscripts = (s for term in terms for t in walk(term) if isinstance(t, Entry) for s in t.subscripts)
    return all(s.variable is not None for s in subscripts)


def _read_plainly(monomial: Monomial, name: str) -> bool:
    """Whether the index stands alone in every subscript."""
    entries = (t for atom, _ in monomial.atoms.values() for t in walk(atom) if isinstance(t, Entry))
    return all(s.variable == name for e in entries for s in e.subscripts if name in s.variables())


def _parts(condition: Condition | None) -> Iterable[Condition]:
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, All) else (condition,)


def _solutions(binder: Binder, conditions: list[Condition], axes: Axes, below: Bounds) -> Iterable[_Solution]:
    """The values of the bound index, in its range, that conditions leave."""
    if binder.lower.terms:
        return
    me = var(binder.index)
    quotient: dict[Index, tuple[Index, Condition]] = {}
    rest_of: dict[Index, tuple[Index, Condition]] = {}
    for condition in conditions:
        if not (isinstance(condition, IndexCondition) and condition.relation == "=="):
            continue
        for atom, rest in solved_for_atoms(condition.index):
            if binder.index in rest.variables():
                continue
            match atom:
                case Var(name) if name == binder.index and _lies_in(rest, binder.upper, axes, below):
                    yield _Solution(rest, (condition,))
                case Floor(numerator, divisor) if numerator == me:
                    quotient[divisor] = (rest, condition)
                case Mod(numerator, divisor) if numerator == me:
                    rest_of[divisor] = (rest, condition)
                case Mod(numerator, divisor) if binder.index not in (numerator - me).variables():
                    if divisor == binder.upper == axes.get(rest.variable or ""):
                        yield _Solution(remainder(rest - (numerator - me), divisor), (condition,))
        yield from _strided(binder, condition, axes)
    yield from _windows(binder, conditions, axes)
    yield from _digits(binder, quotient, rest_of, axes)


def _digits(
    binder: Binder,
    quotient: Mapping[Index, tuple[Index, Condition]],
    rest_of: Mapping[Index, tuple[Index, Condition]],
    axes: Axes,
) -> Iterable[_Solution]:
    me = var(binder.index)
    for divisor in quotient.keys() & rest_of.keys():
        (above, first), (left, second) = quotient[divisor], rest_of[divisor]
        high, low = axes.get(above.variable or ""), axes.get(left.variable or "")
        if high is not None and low == divisor and high * divisor == binder.upper:
            yield _Solution(above * divisor + left, (first, second))
    for divisor, (above, condition) in quotient.items():
        high = axes.get(above.variable or "")
        if high is not None and high * divisor == binder.upper:
            yield _Solution(above * divisor + me, (condition,), divisor)
    for divisor, (low, condition) in rest_of.items():
        times, over = split_multiple(binder.upper, divisor)
        if axes.get(low.variable or "") == divisor and not over.terms:
            yield _Solution(me * divisor + low, (condition,), times)


def _strided(binder: Binder, condition: IndexCondition, axes: Axes) -> Iterable[_Solution]:
    """``d*k + e == l + d*r`` with numbers d and e: k is ``l//d + r`` where ``l%d == e``."""
    step = dict(condition.index.terms).get((Var(binder.index),), 0)
    other = condition.index - var(binder.index) * step
    if abs(step) < 2 or binder.index in other.variables():
        return
    total = other * (-1 if step > 0 else 1)
    name = next(iter(total.variables()), "")
    shift, size = total - var(name), abs(step)
    times, offset = split_multiple(shift, constant(size))
    length, over = split_multiple(axes.get(name, ONE), constant(size))
    if shift.variables() or offset.value is None or over.terms:
        return
    more = times + (1 if offset.value else 0)
    if all(c >= 0 for bound in (more, binder.upper - length - more) for _, c in bound.terms):
        left = same(remainder(var(name), constant(size)), constant(-offset.value % size))
        yield _Solution(floor_div(var(name), constant(size)) + more, (condition,), only=left)


def _windows(binder: Binder, conditions: list[Condition], axes: Axes) -> Iterable[_Solution]:
    """``d*k <= l`` and ``l < d*k + d``, for l of ``range(d*n)`` and k of ``range(n)``."""
    bounds = [c for c in conditions if isinstance(c, IndexCondition) and c.relation == ">="]
    for low in bounds:
        for name in low.index.variables() - {binder.index}:
            width = var(name) - low.index
            step = split_multiple(width, var(binder.index))[0]
            if not step.terms or step.variables() or width != step * var(binder.index):
                continue
            high = next((c for c in bounds if c.index + low.index == step - 1), None)
            if high is not None and axes.get(name) == step * binder.upper:
                yield _Solution(floor_div(var(name), step), (low, high))


def _lies_in(value: Index, upper: Index, axes: Axes, below: Bounds) -> bool:
    if value.variable is not None:
        return axes.get(value.variable) == upper
    if len(value.terms) == 1:
        monomial, coefficient = value.terms[0]
        if coefficient == 1 and len(monomial) == 1 and isinstance(monomial[0], Lookup):
            return below.get(monomial[0].tensor) == upper
    return value == ZERO and upper.value != 0 and len(upper.terms) == 1


def _at(monomial: Monomial, binder: Binder, found: _Solution, axes: Axes) -> Monomial:
    values = {binder.index: found.value}
    result = Monomial(monomial.coefficient)
    for atom, exponent in monomial.atoms.values():
        left = _freed(atom, found.spent) if exponent > 0 else atom
        if left is not None:
            result.times(with_digits(substitute(left, values), axes), exponent)
    if found.only is not None:
        result.times(Indicator(found.only))
    for other in monomial.binders:
        mine = other is binder
        if mine and found.left is None:
            for part in _parts(other.condition):
                if part not in found.spent:
                    result.times(Indicator(substitute_condition(part, values)))
            continue
        conditions = [c for c in _parts(other.condition) if not (mine and c in found.spent)]
        lower, upper = other.lower.substitute(values), other.upper.substitute(values)
        if mine and found.left is not None:
            lower, upper = ZERO, found.left
        kept = [substitute_condition(c, values) for c in conditions]
        condition = None if not kept else kept[0] if len(kept) == 1 else All(tuple(kept))
        result.binders += (Binder(other.index, lower, upper, condition),)
    return result


def _freed(atom: Term, spent: tuple[Condition, ...]) -> Term | None:
    """An atom without the conditions that hold; ``None`` where nothing is left of it."""
    guards = list(_guards(atom))
    kept = tuple(c for c in guards if c not in spent)
    if len(kept) == len(guards):
        return atom
    left = atom.then if isinstance(atom, Select) else None
    if not kept:
        return left
    condition = kept[0] if len(kept) == 1 else All(kept)
    return Indicator(condition) if left is None else Select(condition, left, ZERO_TERM)
