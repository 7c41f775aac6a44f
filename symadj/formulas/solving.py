"""Sums of which a condition leaves one term, or fewer.

- ``sum(dy[k] for k in range(n) if k == t[i])`` is ``dy[t[i]]`` where the entries of ``t`` lie in ``range(n)``
- ``sum(dy[i,j]*(i == j) for j in range(n))`` is ``dy[i,i]``
- ``sum(x[k] for k in range(n) if d*k + e == l)`` is ``x[(l-e)//d] if (l-e)%d == 0 and 0 <= l - e < d*n else 0``, where
  the conditions that hold for all l are left out; for ``x[l//d]`` that can always be read, ``x[l//d]*(l%d == 0)``
- ``sum(x[r*k+i] for k in range(n) for i in range(r) if r*k + i == l)`` is ``x[l]``, with ``k = l//r`` and ``i = l%r``
- ``sum(x[k] for k in range(n) if k//d == l)`` is ``sum(x[d*l+p] for p in range(d) if d*l + p < n)``; with ``k%d == p``
  it is the sum over l
- ``sum(x[k] for k in range(n) if (k+1)%n == l)`` is ``x[(l-1)%n]``
- ``sum(x[k] for k in range(n) if d*k <= l < d*k + d)`` is ``x[l//d]``, with the same guards
- ``sum(dy[i]*w[l-d*i] for i in range(n) if d*i <= l < d*i + k)`` is a sum over j of ``range(k)`` of ``w[j]`` and of
  ``dy[(l-j)//d]``, where that divides and is read inside
- ``sum(x[j]*w[j-i] for j in range(i, i+k))`` is ``sum(x[i+j]*w[j] for j in range(k))``
- ``sum(x[i] for i in range(2) if i%2 == 1)`` is ``x[1]``

The equations are linear in the index, with a coefficient that is a number or a product of sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from symadj.calculus.conditions import flattened
from symadj.calculus.rewriting import Rebinder, Within, base_name, condition_variables, substitute_condition
from symadj.formulas.integers import Integers
from symadj.formulas.monomials import Monomial
from symadj.terms.index import (
    ONE,
    ZERO,
    Floor,
    Index,
    IndexAtom,
    Mod,
    Size,
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
    Some,
    Term,
    same,
    walk,
)

_MOST_VALUES = 8
_NOWHERE = Within()


@dataclass(frozen=True, slots=True)
class _Solution:
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
class _Sum:
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


@dataclass(slots=True)
class Solved:
    """A monomial, and the conditions on free indices without which its entries cannot be read; there it is zero."""

    monomial: Monomial
    guards: list[Condition] = field(default_factory=list)


def solved(monomial: Monomial, integers: Integers, cotangents: frozenset[str]) -> Solved:
    """The monomial without the sums that are a single term, and those over windows that read cotangents at their own
    index, which become sums over what is in the window.
    """
    result = Solved(monomial)
    while result.monomial.coefficient:
        totals = _sums(result.monomial, integers, cotangents)
        steps = [(total, s) for total in totals for s in _solutions(total) if not _is_too_much(s, total)]
        if not steps:
            break
        total, solution = min(steps, key=lambda step: (step[1].guards, len(step[1].needed)))
        result = _at(result, total, solution)
    return result


def _is_too_much(found: _Solution, total: _Sum) -> bool:
    """Whether it needs conditions on indices that are bound further out, and may be solved for there; or has quotients
    by sizes of quotients by sizes, of which too little is known.
    """
    if any(map(_divides_by_sizes, found.value.atoms())):
        return True
    names = {n for c in found.needed for n in condition_variables(c)} - total.bound
    return any(base_name(n) != n for n in names)


def _divides_by_sizes(atom: IndexAtom) -> bool:
    """Whether it is a quotient by sizes of a sum with another one in it."""
    if not isinstance(atom, Floor | Mod) or atom.divisor.value is not None or len(atom.numerator.terms) < 2:
        return False
    return any(isinstance(a, Floor | Mod) and a.divisor.value is None for a in atom.numerator.atoms())


def _sums(monomial: Monomial, integers: Integers, cotangents: frozenset[str]) -> Iterator[_Sum]:
    conditions = [c for b in monomial.binders for c in _parts(b.condition)]
    if monomial.binders:
        conditions += [c for atom, exponent in monomial.atoms.values() if exponent > 0 for c in _guards(atom)]
    entries = [a for a, _ in monomial.atoms.values() if isinstance(a, Entry)]
    moving = {s.variable for e in entries if e.tensor in cotangents for s in e.subscripts}
    others = frozenset(s for e in entries if e.tensor not in cotangents for s in e.subscripts)
    for binder in monomial.binders:
        mine = [c for c in conditions if binder.index in condition_variables(c)]
        yield _Sum(binder, mine, monomial.bound, integers, others if binder.index in moving else frozenset())


def _guards(atom: Term) -> Iterable[Condition]:
    """The conditions that must hold for an atom not to be zero."""
    if isinstance(atom, Indicator) or (isinstance(atom, Select) and atom.otherwise == ZERO_TERM):
        yield from flattened(atom.condition)


def _parts(condition: Condition | None) -> Iterable[Condition]:
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, All) else (condition,)


# ------------------------------------------------------------------------------------------------ solutions


def _solutions(total: _Sum) -> Iterator[_Solution]:
    """The values of the bound index that conditions leave."""
    binder = total.binder
    length = binder.upper - binder.lower
    if length.value == 1:
        yield _Solution(binder.lower, ())
    equations = [c for c in total.conditions if isinstance(c, IndexCondition) and c.relation == "=="]
    if binder.lower.terms and (
        any(e.index.divides for e in equations) or (binder.lower.variables() and not length.variables())
    ):
        start = Binder(binder.index, ZERO, length)
        yield _Solution(var(binder.index) + binder.lower, (), start)
    for equation in equations:
        yield from _of_equation(total, equation)
        yield from _digits(total, equation)
    yield from _windows(total)
    yield from _numbered(total)


def _of_equation(total: _Sum, equation: IndexCondition) -> Iterator[_Solution]:
    """``c*k + rest == 0``, for a number or a product of sizes c."""
    step, rest = split_multiple(equation.index, var(total.name))
    if total.name in step.variables() | rest.variables():
        yield from _round(total, equation)
        return
    for size, goal in ((step, -rest), (-step, rest)):
        if not total.is_divisor(size):
            continue
        low = _low_digits(total, goal, size)
        if size == ONE:
            yield _placed(total, (equation,), goal, size, ())
        elif low is None:
            yield _placed(total, (equation,), goal, size, (_divisible(goal, size),))
        else:
            whole = goal + low
            yield _placed(total, (equation,), whole, size, (same(low, remainder(whole, size)),))


def _low_digits(total: _Sum, goal: Index, size: Index) -> Index | None:
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
    total: _Sum, spent: tuple[Condition, ...], goal: Index, size: Index, needed: tuple[Condition, ...]
) -> _Solution:
    """The index is ``goal/size``, in its range."""
    binder, integers = total.binder, total.integers
    number = dict(goal.terms).get((), 0) if size.value is not None else 0
    more = -(-number // (size.value or 1)) if number else 0
    base = goal - number
    ends = (goal - size * binder.lower, size * binder.upper - 1 - goal)
    always = (base - size * (binder.lower - more), size * (binder.upper - more) - 1 - base)
    unread = [end for end, bound in zip(ends, always, strict=True) if not integers.nonnegative(bound)]
    inside = [IndexCondition(">=", end) for end in unread if not integers.nonnegative(end)]
    value, multiple = floor_div(base, size) + more, (size * var(total.name), goal)
    return _Solution(value, spent, None, (*needed, *inside), bool(unread), multiple if needed else None)


def _round(total: _Sum, equation: IndexCondition) -> Iterator[_Solution]:
    """``(rest ± k)%n == l``, for k and l of ``range(n)``."""
    binder = total.binder
    for atom, rest in solved_for_atoms(equation.index):
        if not isinstance(atom, Mod) or total.name in rest.variables() or binder.lower.terms:
            continue
        sign = dict(atom.numerator.terms).get((Var(total.name),), 0)
        other = atom.numerator - var(total.name) * sign
        if abs(sign) == 1 and total.name not in other.variables() and atom.divisor == binder.upper:
            within = (IndexCondition(">=", rest), IndexCondition(">=", atom.divisor - 1 - rest))
            yield _Solution(remainder((rest - other) * sign, atom.divisor), (equation,), None, within)


def _windows(total: _Sum) -> Iterator[_Solution]:
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
                yield replace(_placed(total, (low, high), rest, size, short), multiple=None)
            elif low.index in total.windows:
                goal = rest - var(total.name)
                within = replace(total, integers=total.integers.where(total.name, width))
                found = _placed(within, (low, high), goal, size, (_divisible(goal, size),))
                yield replace(found, left=Binder(total.name, ZERO, width, _joined([*found.needed])), needed=())


def _digits(total: _Sum, equation: IndexCondition) -> Iterator[_Solution]:
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
            condition = _joined([IndexCondition(">=", b) for b in ends])
            yield _Solution(value, (equation,), Binder(total.name, ZERO, divisor, condition))
        elif not shift.terms and integers.nonnegative(rest) and integers.nonnegative(divisor - 1 - rest):
            times, over = split_multiple(binder.upper, divisor)
            if over.terms:
                times = floor_div(binder.upper - rest + divisor - 1, divisor)
            yield _Solution(divisor * me + rest, (equation,), Binder(total.name, ZERO, times))


def _numbered(total: _Sum) -> Iterator[_Solution]:
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
        yield _Solution(constant(kept[0] if kept else lower), alone, None, () if kept else (Some(()),))


# ------------------------------------------------------------------------------------------------ put in


def _at(before: Solved, total: _Sum, found: _Solution) -> Solved:
    monomial, name, integers = before.monomial, total.name, total.integers
    put = _Put(name, found)
    if found.left is not None:
        integers.ranges[name] = (found.left.lower, found.left.upper)
    result = Monomial(monomial.coefficient)
    for atom, exponent in monomial.atoms.values():
        left = _freed(atom, found.spent) if exponent > 0 else atom
        if left is not None:
            result.times(integers.with_digits(put.term(left, _NOWHERE)), exponent)
    own: list[Condition] = []
    for other in monomial.binders:
        kept = [c for c in _parts(other.condition) if c not in found.spent]
        conditions = [integers.condition(put.condition(c, _NOWHERE)) for c in kept]
        lower, upper = put.index(other.lower, _NOWHERE), put.index(other.upper, _NOWHERE)
        if other.index == name:
            if found.left is None:
                own = conditions
                continue
            lower, upper = found.left.lower, found.left.upper
            conditions += _parts(found.left.condition)
        result.binders += (Binder(other.index, lower, upper, _joined(conditions)),)
    after = Solved(result, before.guards)
    guarding = found.guards or not _reads_plainly(monomial, name)
    for condition in found.needed:
        _restrict(after, integers.condition(condition), guarding, integers)
    for condition in own:
        _restrict(after, condition, not _reads_plainly(monomial), integers)
    return after


class _Put(Rebinder):
    """The value in the place of the bound index; first what is known of a multiple of it."""

    def __init__(self, name: str, found: _Solution) -> None:
        super().__init__(lambda bound, _: bound)
        self.name = name
        self.found = found

    def index(self, index: Index, at: Within) -> Index:
        """The integer expression with it."""
        if self.found.multiple is not None and self.name in index.variables():
            multiple, value = self.found.multiple
            times, rest = split_multiple(index, multiple)
            if self.name not in times.variables() | rest.variables():
                return times * value + rest
        return index.substitute({self.name: self.found.value})


def _restrict(result: Solved, condition: Condition, guarding: bool, integers: Integers) -> None:
    """A condition put on the sum of an index that it speaks of, else to the guards, or as a factor."""
    monomial = result.monomial
    known = integers.truth(condition)
    if known is False:
        monomial.coefficient *= 0
    if known is not None:
        return
    names = condition_variables(condition) & monomial.bound
    if names:
        place = max(k for k, b in enumerate(monomial.binders) if b.index in names)
        binder = monomial.binders[place]
        joined = _joined([*_parts(binder.condition), condition])
        changed = Binder(binder.index, binder.lower, binder.upper, joined)
        monomial.binders = (*monomial.binders[:place], changed, *monomial.binders[place + 1 :])
    elif guarding:
        result.guards.append(condition)
    else:
        monomial.times(Indicator(condition))


def _reads_plainly(monomial: Monomial, name: str | None = None) -> bool:
    """Whether the index, or every one, stands alone in all subscripts that it is in."""
    conditions = [Indicator(c) for b in monomial.binders for c in _parts(b.condition)]
    terms = [*conditions, *(atom for atom, _ in monomial.atoms.values())]
    subscripts = (s for term in terms for t in walk(term) if isinstance(t, Entry) for s in t.subscripts)
    return all(s.variable is not None for s in subscripts if name is None or name in s.variables())


def _joined(conditions: list[Condition]) -> Condition | None:
    kept = tuple(dict.fromkeys(conditions))
    return All(kept) if len(kept) > 1 else kept[0] if kept else None


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
