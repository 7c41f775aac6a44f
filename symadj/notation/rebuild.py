"""A term as the reader would have built it: every operation done again by the reader's arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import reduce

from symadj.arrays.substitution import names
from symadj.notation.arithmetic import compare, conjunction, disjunction, integer, over, plus, power, times
from symadj.terms.index import ZERO, Index, var
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    All,
    Condition,
    Extremum,
    IndexCondition,
    Product,
    Some,
    Sum,
    Term,
    ValueCondition,
    at_most,
    same,
)
from symadj.terms.rewriting import Rewriting

Values = Mapping[str, Index]


def rebuild(term: Term) -> Term:
    """``term`` as it is read from its own text: the same value, in the reader's one way of writing it.

    >>> from symadj.terms.index import size
    >>> from symadj.terms.nodes import IndexValue, Mul
    >>> rebuild(Mul((IndexValue(size("n")), IndexValue(size("n"))))) == IndexValue(size("n") * size("n"))
    True
    """
    return _Rebuild(None, frozenset()).term(term, {})


def rebuild_condition(condition: Condition) -> Condition:
    """``condition`` as it is read from its own text."""
    return _Rebuild(None, frozenset()).condition(condition, {})


def rename_bound(term: Term, keep: Set[str], taken: Set[str]) -> Term:
    """``rebuild``, with names as people choose them for the bound indices that array code has named: all but ``keep``.

    ``taken`` are the names in use around the term; ``keep`` are among them, or bound by sums inside.
    """
    return _Rebuild(keep, taken | keep).term(term, {})


class _Rebuild(Rewriting[Values]):
    """One pass over a term; it carries the new names of the indices that were renamed."""

    def __init__(self, keep: Set[str] | None, taken: Set[str]) -> None:
        self.keep = keep
        self.taken = taken

    def index(self, index: Index, at: Values) -> Index:
        return index.substitute(at) if at else index

    def value(self, index: Index, at: Values) -> Term:
        return integer(index.substitute(at))

    def added(self, terms: Sequence[Term]) -> Term:
        return reduce(plus, terms)

    def multiplied(self, factors: Sequence[Term]) -> Term:
        return reduce(times, factors)

    def power(self, base: Term, exponent: Term) -> Term:
        return over(ONE_TERM, base) if exponent == MINUS_ONE else power(base, exponent)

    def bound(self, term: Sum | Product | Extremum, at: Values) -> Term:
        name = term.binder.index
        if self.keep is None or name in self.keep:
            return self.rebound(term, name, at, at)
        scope = {other for value in at.values() for other in value.variables()}
        new = next(names(self.taken | scope))
        return self.rebound(term, new, at, {**at, name: var(new)})

    def condition(self, condition: Condition, at: Values) -> Condition:
        match condition:
            case IndexCondition(relation, index) if relation != "==":
                return at_most(ZERO, index.substitute(at))
            case ValueCondition(relation, left, right):
                return compare(relation, self.term(left, at), self.term(right, at))
            case All(()):
                return same(ZERO, ZERO)
            case Some(()):
                return same(ZERO, ZERO + 1)
            case All(parts):
                return conjunction([self.condition(part, at) for part in parts])
            case Some(parts):
                return disjunction([self.condition(part, at) for part in parts])
            case _:
                return super().condition(condition, at)
