"""Conditions and choices between two values.

- a condition on integers that always holds, or never, is dropped with what it guards
- ``not a < b`` is ``b <= a``
- ``x*(c) + y*(not c)`` is ``x if c else y``, for a comparison c of entries
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symadj.calculus.conditions import negated
from symadj.formulas.factoring import common
from symadj.formulas.integers import Integers
from symadj.formulas.keys import key
from symadj.formulas.monomials import Monomial
from symadj.terms.nodes import (
    All,
    Condition,
    IndexCondition,
    Indicator,
    Not,
    Select,
    Some,
    Term,
    ValueCondition,
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
            return _by_name(ValueCondition(relation, term(left), term(right)), term)
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
