"""Conditions and choices between two values.

- a condition on integers that always holds, or never, is dropped with what it guards
- ``not a < b`` is ``b <= a``; ``0 < 1 - x`` is ``x < 1``
- ``l >= 1 and l <= 1`` is ``l == 1``, and what it guards has 1 in the place of l
- ``x*(c) + y*(not c)`` is ``x if c else y``, for a comparison c of entries
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symadj.calculus.conditions import negated
from symadj.formulas.factoring import common
from symadj.formulas.integers import Integers
from symadj.formulas.keys import key
from symadj.formulas.monomials import Monomial
from symadj.formulas.products import is_negative
from symadj.formulas.products import negated as opposite
from symadj.terms.index import Index, var
from symadj.terms.nodes import (
    ZERO_TERM,
    Add,
    All,
    Condition,
    IndexCondition,
    Indicator,
    Not,
    Select,
    Some,
    Term,
    ValueCondition,
    add,
    same,
)

TRUE, FALSE = All(()), Some(())
Build = Callable[[list[Monomial]], Term]


def simplified(condition: Condition, integers: Integers, term: Callable[[Term], Term]) -> Condition:
    """The condition with its parts simplified, those on entries by ``term``; ``TRUE`` or ``FALSE`` where it is known
    which.
    """
    match condition:
        case IndexCondition():
            known = integers.truth(condition)
            return integers.condition(condition) if known is None else TRUE if known else FALSE
        case ValueCondition(relation, left, right):
            return _by_name(balanced(ValueCondition(relation, term(left), term(right))), term)
        case Not(part):
            inner = simplified(part, integers, term)
            return FALSE if inner == TRUE else TRUE if inner == FALSE else negated(inner)
        case All(parts) | Some(parts):
            neutral, absorbing = (TRUE, FALSE) if isinstance(condition, All) else (FALSE, TRUE)
            found = [simplified(p, integers, term) for p in parts]
            kept = tuple(dict.fromkeys(p for p in found if p != neutral))
            if absorbing in kept:
                return absorbing
            return kept[0] if len(kept) == 1 else type(condition)(kept)


def balanced(condition: ValueCondition) -> ValueCondition:
    """``x < 1`` for ``0 < 1 - x``: what is subtracted from something stands on the other side."""
    sides = (condition.left, condition.right)
    for place, side in enumerate(sides):
        if not isinstance(side, Add) or sides[1 - place] != ZERO_TERM:
            continue
        kept = [t for t in side.terms if not is_negative(t)]
        moved = [opposite(t) for t in side.terms if is_negative(t)]
        if kept and moved:
            pair = (add(*kept), add(*moved))
            return ValueCondition(condition.relation, pair[place], pair[1 - place])
    return condition


def pinned(guards: Sequence[Condition]) -> tuple[list[Condition], dict[str, Index]]:
    """Conditions with an equation in the place of two bounds that meet, and the index that this leaves one value."""
    for place, first in enumerate(guards):
        for second in guards[place + 1 :]:
            if not isinstance(first, IndexCondition) or not isinstance(second, IndexCondition):
                continue
            if (first.relation, second.relation) != (">=", ">=") or (first.index + second.index).terms:
                continue
            for name in sorted(first.index.variables()):
                for value in (var(name) - first.index, var(name) + first.index):
                    if name not in value.variables():
                        rest = [g for g in guards if g is not first and g is not second]
                        return [same(var(name), value), *rest], {name: value}
    return list(guards), {}


def _by_name(condition: ValueCondition, term: Callable[[Term], Term]) -> Condition:
    """``y > 0`` for ``z > 0``, where forward has ``y = maximum(z, 0)``."""
    found = term(Indicator(condition))
    return found.condition if isinstance(found, Indicator) else condition


def merged(monomials: Sequence[Monomial], build: Build) -> list[Monomial]:
    """The monomials with one for each two that have complementary conditions."""
    for place, first in enumerate(monomials):
        for text, (atom, _) in first.atoms.items():
            if not isinstance(atom, Indicator) or not isinstance(atom.condition, ValueCondition | Not):
                continue
            opposite = key(Indicator(negated(atom.condition)))
            other = next((m for m in monomials[place + 1 :] if opposite in m.atoms and not m.binders), None)
            if other is None or first.binders:
                continue
            pair = _without(first, text), _without(other, opposite)
            condition: Condition = atom.condition
            if isinstance(condition, Not):
                condition, pair = condition.part, pair[::-1]
            rest = [m for m in monomials if m is not first and m is not other]
            return merged([*rest[:place], chosen(condition, *pair, build), *rest[place:]], build)
    return list(monomials)


def _without(monomial: Monomial, text: str) -> Monomial:
    atoms = {t: pair for t, pair in monomial.atoms.items() if t != text}
    return Monomial(monomial.coefficient, atoms, monomial.binders)


def chosen(condition: Condition, then: Monomial, otherwise: Monomial, build: Build) -> Monomial:
    """``then if condition else otherwise``, with what both have in common in front."""
    shared, rest = common([then, otherwise])
    shared.times(Select(condition, *(build([m]) for m in rest)))
    return shared
