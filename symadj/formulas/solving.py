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
from symadj.calculus.rewriting import Names, Rebinder, Within, base_name, condition_variables
from symadj.formulas.integers import Integers
from symadj.formulas.monomials import Monomial, flat, product
from symadj.formulas.solutions import BoundSum, Solution, joined, solutions
from symadj.terms.index import Floor, Index, IndexAtom, Mod, split_multiple
from symadj.terms.nodes import ZERO_TERM, All, Binder, Condition, Entry, Indicator, Select, Term, walk

_NOWHERE = Within()


@dataclass(slots=True)
class Solved:
    """A monomial, and the conditions on free indices without which its entries cannot be read; there it is zero."""

    monomial: Monomial
    guards: list[Condition] = field(default_factory=list)


def solved(monomial: Monomial, integers: Integers, cotangents: frozenset[str]) -> Solved:
    """The monomial without the sums that are a single term, and those over windows that read cotangents at their own
    index, which become sums over what is in the window.
    """
    if not monomial.binders:
        return Solved(monomial)
    result = Solved(_absorbed(monomial))
    while result.monomial.coefficient:
        totals = _sums(result.monomial, integers, cotangents)
        steps = [(total, s) for total in totals for s in solutions(total) if not _is_too_much(s, total)]
        if not steps:
            break
        total, solution = min(steps, key=lambda step: (step[1].guards, len(step[1].needed)))
        result = _at(result, total, solution)
    return result


def _absorbed(monomial: Monomial) -> Monomial:
    """``sum(a if c else 0 for k …)`` as ``sum(a for k … if c)``."""
    for text, (atom, exponent) in monomial.atoms.items():
        if not isinstance(atom, Select) or exponent != 1 or atom.otherwise != ZERO_TERM:
            continue
        parts = list(flattened(atom.condition))
        if not all(condition_variables(c) & monomial.bound for c in parts):
            continue
        result = Monomial(monomial.coefficient, {t: p for t, p in monomial.atoms.items() if t != text})
        result.binders = monomial.binders
        inside = flat(atom.then, Names())
        if inside.binders:
            continue
        result = product(result, inside)
        for condition in parts:
            _onto_sum(result, condition)
        return _absorbed(result)
    return monomial


def _is_too_much(found: Solution, total: BoundSum) -> bool:
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


def _sums(monomial: Monomial, integers: Integers, cotangents: frozenset[str]) -> Iterator[BoundSum]:
    if not monomial.binders:
        return
    conditions = [c for b in monomial.binders for c in _parts(b.condition)]
    conditions += [c for atom, exponent in monomial.atoms.values() if exponent > 0 for c in _guards(atom)]
    entries = [a for a, _ in monomial.atoms.values() if isinstance(a, Entry)]
    moving = {s.variable for e in entries if e.tensor in cotangents for s in e.subscripts}
    others = frozenset(s for e in entries if e.tensor not in cotangents for s in e.subscripts)
    for binder in monomial.binders:
        mine = [c for c in conditions if binder.index in condition_variables(c)]
        yield BoundSum(binder, mine, monomial.bound, integers, others if binder.index in moving else frozenset())


def _guards(atom: Term) -> Iterable[Condition]:
    """The conditions that must hold for an atom not to be zero."""
    if isinstance(atom, Indicator) or (isinstance(atom, Select) and atom.otherwise == ZERO_TERM):
        yield from flattened(atom.condition)


def _parts(condition: Condition | None) -> Iterable[Condition]:
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, All) else (condition,)


def _at(before: Solved, total: BoundSum, found: Solution) -> Solved:
    monomial, name, integers = before.monomial, total.name, total.integers
    # Of what a function or a comparison is taken, the normal form knows no other name under a condition.
    put, plain = _Put(name, found), _Put(name, replace(found, multiple=None))
    if found.left is not None:
        integers.ranges[name] = (found.left.lower, found.left.upper)
    result = Monomial(monomial.coefficient)
    for atom, exponent in monomial.atoms.values():
        left = _freed(atom, found.spent) if exponent > 0 else atom
        if left is not None:
            value = put if isinstance(left, Entry) else plain
            result.times(integers.with_digits(value.term(left, _NOWHERE)), exponent)
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
        result.binders += (Binder(other.index, lower, upper, joined(conditions)),)
    after = Solved(result, before.guards)
    guarding = found.guards or not _reads_plainly(monomial, name)
    for condition in found.needed:
        _restrict(after, integers.condition(condition), guarding, integers)
    for condition in own:
        _restrict(after, condition, not _reads_plainly(monomial), integers)
    return after


class _Put(Rebinder):
    """The value in the place of the bound index; first what is known of a multiple of it."""

    def __init__(self, name: str, found: Solution) -> None:
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
    if condition_variables(condition) & monomial.bound:
        _onto_sum(monomial, condition)
    elif guarding:
        result.guards.append(condition)
    else:
        monomial.times(Indicator(condition))


def _onto_sum(monomial: Monomial, condition: Condition) -> None:
    """The condition on the innermost sum of an index that it speaks of."""
    names = condition_variables(condition)
    place = max(k for k, b in enumerate(monomial.binders) if b.index in names)
    binder = monomial.binders[place]
    kept = joined([*_parts(binder.condition), condition])
    changed = Binder(binder.index, binder.lower, binder.upper, kept)
    monomial.binders = (*monomial.binders[:place], changed, *monomial.binders[place + 1 :])


def _reads_plainly(monomial: Monomial, name: str | None = None) -> bool:
    """Whether the index, or every one, stands alone in all subscripts that it is in."""
    conditions = [Indicator(c) for b in monomial.binders for c in _parts(b.condition)]
    terms = [*conditions, *(atom for atom, _ in monomial.atoms.values())]
    subscripts = (s for term in terms for t in walk(term) if isinstance(t, Entry) for s in t.subscripts)
    return all(s.variable is not None for s in subscripts if name is None or name in s.variables())


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
