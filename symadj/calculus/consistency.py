"""Assumptions that plainly hold somewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from symadj.calculus.conditions import flattened
from symadj.terms.index import Index, Size
from symadj.terms.nodes import Condition, Entry, IndexCondition, Not, Number, ValueCondition
from symadj.terms.statement import Assumption


def plainly_consistent(assumptions: Sequence[Assumption], inputs: Collection[str]) -> bool:
    """Whether each assumption speaks of an input of its own, of real or complex entries, and some values meet it.

    Complete for bounds of entries by numbers, entries that are no number, equal entries of one input (symmetric
    matrices), and sizes that are at least a number.

    >>> from symadj.terms.nodes import ZERO_TERM
    >>> positive = Assumption((), ValueCondition("<", ZERO_TERM, Entry("x", ())))
    >>> negative = Assumption((), ValueCondition("<", Entry("x", ()), ZERO_TERM))
    >>> plainly_consistent([positive], ["x"]), plainly_consistent([positive, negative], ["x"])
    (True, False)
    """
    named: list[str] = []
    for assumption in assumptions:
        for condition in flattened(assumption.condition):
            if isinstance(condition, IndexCondition):
                if condition.relation != ">=" or not _grows(condition.index):
                    return False
                continue
            found = list(_subjects(condition))
            if not found or found[0] in named or found[0] not in inputs:
                return False
            named.append(found[0])
    return True


def _grows(index: Index) -> bool:
    """Whether sizes that are large enough make it as large as one likes."""
    return all(c > 0 and all(isinstance(a, Size) for a in m) for m, c in index.terms if m)


def _subjects(condition: Condition) -> Iterator[str]:
    """The one input that the condition speaks of, where it is met by some values."""
    match condition:
        case ValueCondition("<" | "<=", Entry(name, _), Number()):
            yield name
        case ValueCondition("<" | "<=", Number(), Entry(name, _)):
            yield name
        case Not(ValueCondition("==", Entry(name, _), Number()) | ValueCondition("==", Number(), Entry(name, _))):
            yield name
        case ValueCondition("==", Entry(name, _), Entry(other, _)) if name == other:
            yield name
