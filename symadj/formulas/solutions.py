"""The values that conditions leave to the index of a sum.

The equations are linear in the index, with a coefficient that is a number or a product of sizes; or they are between a
quotient or a remainder of the index and something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symadj.calculus.rewriting import condition_variables, substitute_condition
from symadj.formulas.integers import Integers
from symadj.terms.index import (
    ONE,
    ZERO,
    Floor,
    Index,
    Lookup,
    Mod,
    Size,
    Var,
    constant,
    floor_div,
    lookup,
    remainder,
    solved_for_atoms,
    split_multiple,
    var,
)
from symadj.terms.nodes import All, Binder, Condition, IndexCondition, Some, same

_MOST_VALUES = 8


@dataclass(frozen=True, slots=True)
class Solution:
    """The bound index is ``value``, by the ``spent`` conditions; the index of ``left``, if not ``None``, is in it.

    ``needed`` must hold for there to be a term; where ``value`` may be out of range without them, they are ``guards``.
    """

    value: Index
    spent: tuple[Condition, ...]
    left: Binder | None = None
    needed: tuple[Condition, ...] = ()
    guards: bool = False
    multiple: tuple[Index, Index] | None = None  # a multiple of the bound index, and what it is


@dataclass(frozen=True, slots=True)
class BoundSum:
    """One sum of a monomial, the conditions that speak of its index, and all bound indices; ``windows`` are subscripts
    of entries beside a cotangent that is read at the index itself.
    """

    binder: Binder
    conditions: list[Condition]
    bound: frozenset[str]
    integers: Integers
    windows: frozenset[Index]

    @property
    def name(self) -> str:
        """Its index."""
        return self.binder.index

    def is_divisor(self, size: Index) -> bool:
        """Whether this is a number or a product of sizes that is surely positive."""
        if len(size.terms) != 1:
            return False
        ((monomial, number),) = size.terms
        return number > 0 and all(isinstance(a, Size) and a.name in self.integers.positive for a in monomial)


def joined(conditions: list[Condition]) -> Condition | None:
    kept = tuple(dict.fromkeys(conditions))
    return All(kept) if len(kept) > 1 else kept[0] if kept else None


def solutions(total: BoundSum) -> Iterator[Solution]:
    """The values of the bound index that conditions leave."""
    binder = total.binder
    length = binder.upper - binder.lower
    if length.value == 1:
        yield Solution(binder.lower, ())
    equations = [c for c in total.conditions if isinstance(c, IndexCondition) and c.relation == "=="]
    if binder.lower.terms and (
        any(e.index.divides for e in equations) or (binder.lower.variables() and not length.variables())
    ):
        start = Binder(binder.index, ZERO, length)
        yield Solution(var(binder.index) + binder.lower, (), start)
    for equation in equations:
        yield from _of_equation(total, equation)
        yield from _digits(total, equation)
    yield from _windows(total)
    yield from _numbered(total)


def _of_equation(total: BoundSum, equation: IndexCondition) -> Iterator[Solution]:
    """``c*k + rest == 0``, for a number or a product of sizes c."""
    step, rest = split_multiple(equation.index, var(total.name))
    if total.name in step.variables() | rest.variables():
        yield from _round(total, equation)
        yield from _permuted(total, equation)
        return
    for size, goal in ((step, -rest), (-step, rest)):
        if not total.is_divisor(size):
            continue
        low = _low_digits(total, goal, size)
        if size == ONE:
            yield _placed(total, (equation,), goal, size, ())
        elif low is None:
            yield _placed(total, (equation,), goal, size, (_divisible(goal, size),), exact=True)
        else:
            whole = goal + low
            yield _placed(total, (equation,), whole, size, (same(low, remainder(whole, size)),))


def _low_digits(total: BoundSum, goal: Index, size: Index) -> Index | None:
    """What is subtracted in ``goal`` of other bound indices, if it lies in ``range(size)``."""
    low = ZERO
    for monomial, coefficient in goal.terms:
        if any(isinstance(a, Var) and a.name in total.bound for a in monomial):
            low = low - Index(((monomial, coefficient),))
    lies = low.terms and total.integers.nonnegative(low) and total.integers.nonnegative(size - 1 - low)
    return low if lies else None


def _divisible(goal: Index, size: Index) -> Condition:
    """``goal%size == 0``, with the numbers of ``goal`` on the other side."""
    number = dict(goal.terms).get((), 0)
    if size.value is None:
        return same(remainder(goal, size), ZERO)
    return same(remainder(goal - number, size), constant(-number % size.value))


def _placed(
    total: BoundSum,
    spent: tuple[Condition, ...],
    goal: Index,
    size: Index,
    needed: tuple[Condition, ...],
    *,
    exact: bool = False,
) -> Solution:
    """The index is ``goal//size``, in its range; ``exact`` where what is needed says that nothing is left over."""
    binder, integers = total.binder, total.integers
    ends = (goal - size * binder.lower, size * binder.upper - 1 - goal)
    multiple = (size * var(total.name), goal) if exact else None
    signs = [c for m, c in goal.terms if any(isinstance(a, Var) for a in m)]
    backwards = exact and max(signs, default=0) < 0
    if backwards:  # where nothing is left over, n - (l+1)//2 is (2*n-1-l)//2
        goal = -goal
    number = dict(goal.terms).get((), 0) if size.value is not None else 0
    more = -(-number // (size.value or 1)) if number else 0
    base = goal - number
    lower, upper = (1 - binder.upper, 1 - binder.lower) if backwards else (binder.lower, binder.upper)
    always = (base - size * (lower - more), size * (upper - more) - 1 - base)
    unread = [end for end, bound in zip(ends, always[::-1] if backwards else always, strict=True)
              if not integers.nonnegative(bound)]  # fmt: skip
    inside = [IndexCondition(">=", end) for end in unread if not integers.nonnegative(end)]
    value = floor_div(base, size) + more
    return Solution(-value if backwards else value, spent, None, (*needed, *inside), bool(unread), multiple)


def _round(total: BoundSum, equation: IndexCondition) -> Iterator[Solution]:
    """``(rest ± k)%n == l``, for k and l of ``range(n)``."""
    binder = total.binder
    for atom, rest in solved_for_atoms(equation.index):
        if not isinstance(atom, Mod) or total.name in rest.variables() or binder.lower.terms:
            continue
        sign = dict(atom.numerator.terms).get((Var(total.name),), 0)
        other = atom.numerator - var(total.name) * sign
        if abs(sign) == 1 and total.name not in other.variables() and atom.divisor == binder.upper:
            within = (IndexCondition(">=", rest), IndexCondition(">=", atom.divisor - 1 - rest))
            yield Solution(remainder((rest - other) * sign, atom.divisor), (equation,), None, within)


def _permuted(total: BoundSum, equation: IndexCondition) -> Iterator[Solution]:
    """``p[k] == l``, for k and l of ``range(n)``, where p permutes that and its inverse has a name; ``p[r[k]]`` too."""
    binder, integers = total.binder, total.integers
    for atom, rest in solved_for_atoms(equation.index):
        value, entry = rest, atom if isinstance(atom, Lookup) and total.name not in rest.variables() else None
        while entry is not None and len(entry.subscripts) == 1:
            inverse = integers.inverses.get(entry.tensor)
            if inverse is None or binder.lower.terms or binder.upper != integers.below[inverse]:
                break
            value = lookup(inverse, (value,))
            if entry.subscripts[0].variable == total.name:
                within = (IndexCondition(">=", rest), IndexCondition(">=", binder.upper - 1 - rest))
                yield Solution(value, (equation,), None, within)
            entry = entry.subscripts[0].lookup


def _windows(total: BoundSum) -> Iterator[Solution]:
    """``d*k <= l`` and ``l < d*k + w``, for w of at most d."""
    bounds = [c for c in total.conditions if isinstance(c, IndexCondition) and c.relation == ">="]
    for low in bounds:
        step, rest = split_multiple(low.index, var(total.name))
        size = -step
        if total.name in step.variables() | rest.variables() or size == ONE or not total.is_divisor(size):
            continue
        for high in bounds:
            width = low.index + high.index + 1
            if high is low or width.variables():
                continue
            if total.integers.nonnegative(size - width):
                short = () if width == size else (IndexCondition(">=", width - 1 - remainder(rest, size)),)
                yield _placed(total, (low, high), rest, size, short)
            elif low.index in total.windows:
                goal = rest - var(total.name)
                within = replace(total, integers=total.integers.where(total.name, width))
                found = _placed(within, (low, high), goal, size, (_divisible(goal, size),), exact=True)
                yield replace(found, left=Binder(total.name, ZERO, width, joined([*found.needed])), needed=())


def _digits(total: BoundSum, equation: IndexCondition) -> Iterator[Solution]:
    """``(k + e)//d == l`` leaves the remainders, ``k%d == p`` the quotients."""
    binder, integers = total.binder, total.integers
    me = var(total.name)
    for atom, rest in solved_for_atoms(equation.index):
        if not isinstance(atom, Floor | Mod) or binder.lower.terms or total.name in rest.variables():
            continue
        shift, divisor = atom.numerator - me, atom.divisor
        if total.name in shift.variables() | divisor.variables():
            continue
        if isinstance(atom, Floor):
            value = divisor * rest - shift + me
            inside = integers.where(total.name, divisor)
            ends = [b for b in (value, binder.upper - 1 - value) if not inside.nonnegative(b)]
            conditions = [inside.condition(IndexCondition(">=", b)) for b in ends]
            own = [c for c in conditions if total.name in condition_variables(c)]
            left = Binder(total.name, ZERO, divisor, joined(own))
            free = tuple(c for c in conditions if c not in own)
            yield Solution(value, (equation,), left, free, bool(free))
        elif not shift.terms and integers.nonnegative(rest) and integers.nonnegative(divisor - 1 - rest):
            times, over = split_multiple(binder.upper, divisor)
            if over.terms:
                times = floor_div(binder.upper - rest + divisor - 1, divisor)
            yield Solution(divisor * me + rest, (equation,), Binder(total.name, ZERO, times))


def _numbered(total: BoundSum) -> Iterator[Solution]:
    """A range of a few numbers, of which conditions leave one, or none."""
    lower, upper = total.binder.lower.value, total.binder.upper.value
    if lower is None or upper is None or upper - lower > _MOST_VALUES:
        return
    alone = tuple(c for c in total.conditions if condition_variables(c) == {total.name})
    kept = []
    for number in range(lower, upper):
        known = [total.integers.truth(substitute_condition(c, {total.name: constant(number)})) for c in alone]
        if None in known:
            return
        if all(known):
            kept.append(number)
    if len(kept) < 2:
        yield Solution(constant(kept[0] if kept else lower), alone, None, () if kept else (Some(()),))
