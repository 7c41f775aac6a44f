"""Which ranges surely have an element: by their ends, by a witness, or by a sum known to be positive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from symadj.calculus import signs
from symadj.calculus.conditions import flattened
from symadj.calculus.polynomials import atom_poly, atoms, plus, proportional
from symadj.calculus.rewriting import condition_variables, substitute, substitute_condition
from symadj.terms.index import Index, var
from symadj.terms.nodes import (
    ZERO_TERM,
    Binder,
    Condition,
    Extremum,
    IndexCondition,
    Not,
    Sum,
    ValueCondition,
    at_most,
    less,
)

if TYPE_CHECKING:
    from symadj.calculus.knowledge import Knowledge


def is_nonempty(knowledge: Knowledge, binder: Binder) -> bool:
    """Whether ``binder`` surely has a value.

    With a condition: if the first, the last, or a value named in the condition meets it; if it says that an element
    is the largest; or if some ``sum(b for …) > 0`` over the same range is known, and the condition follows from ``b >
    0``.
    """
    if not knowledge.implies_integer(binder.upper - binder.lower - 1, signs.NONNEGATIVE):
        return False
    condition = binder.condition
    if condition is None:
        return True
    spoken_of = {v for c in knowledge.seen if isinstance(c, IndexCondition) for v in c.index.variables()}
    names = sorted((condition_variables(condition) | spoken_of) - {binder.index})
    witnesses = [binder.lower, binder.upper - 1, *map(var, names)]
    if any(_is_witness(knowledge, binder, condition, value) for value in witnesses):
        return True
    if _is_attained(knowledge, binder, condition):
        return True
    return any(_follows(knowledge, total, binder, condition) for total in _positive_sums(knowledge, binder))


def _is_attained(knowledge: Knowledge, binder: Binder, condition: Condition) -> bool:
    """``b == max(b for …)`` over the same range: some element is the largest."""
    if not isinstance(condition, ValueCondition) or condition.relation != "==":
        return False
    name = knowledge.world.names.fresh("i")
    difference = knowledge.difference(
        *(substitute(t, {binder.index: var(name)}) for t in (condition.left, condition.right))
    )
    for atom in atoms([difference]):
        if isinstance(atom, Extremum) and replace(atom.binder, index=binder.index) == replace(binder, condition=None):
            element = knowledge.world.canonical.poly(substitute(atom.body, {atom.binder.index: var(name)}))
            if proportional(difference, plus(element, atom_poly(atom), -1)):
                return True
    return False


def _is_witness(knowledge: Knowledge, binder: Binder, condition: Condition, value: Index) -> bool:
    inside = (value - binder.lower, binder.upper - 1 - value)
    if not all(knowledge.implies_integer(i, signs.NONNEGATIVE) for i in inside):
        return False
    return _holds(knowledge, substitute_condition(condition, {binder.index: value}))


def _holds(knowledge: Knowledge, condition: Condition) -> bool:
    """Whether a conjunction of integer conditions follows."""
    for part in flattened(condition):
        match part:
            case IndexCondition(">=", index):
                follows = knowledge.implies_integer(index, signs.NONNEGATIVE)
            case IndexCondition(_, index):
                follows = knowledge.implies_integer(index, signs.ZERO)
            case Not(IndexCondition("==", index)):
                follows = knowledge.implies_integer(index, signs.NONZERO)
            case _:
                follows = False
        if not follows:
            return False
    return True


def _positive_sums(knowledge: Knowledge, binder: Binder) -> Iterator[Sum]:
    """The sums over the same range that the facts say to be positive."""
    for atom in atoms(f.poly for f in knowledge.facts):
        if not isinstance(atom, Sum) or (atom.binder.lower, atom.binder.upper) != (binder.lower, binder.upper):
            continue
        if knowledge.atom_signs(atom, deep=False) == signs.POSITIVE:
            yield atom


def _follows(knowledge: Knowledge, total: Sum, binder: Binder, condition: Condition) -> bool:
    """Whether the condition holds wherever the summand of ``total`` is positive, which it is somewhere."""
    name = knowledge.world.names.fresh("i")
    values = {total.binder.index: var(name)}
    facts: list[Condition] = [at_most(binder.lower, var(name)), less(var(name), binder.upper)]
    if total.binder.condition is not None:
        facts.append(substitute_condition(total.binder.condition, values))
    facts.append(ValueCondition("<", ZERO_TERM, substitute(total.body, values)))
    there = knowledge.extended(facts, resolve=False)
    return _holds(there, substitute_condition(condition, {binder.index: var(name)}))
