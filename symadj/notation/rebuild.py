"""A term as the reader would have built it: every operation done again by the reader's arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import reduce

from symadj.arrays.substitution import names
from symadj.notation.arithmetic import compare, conjunction, disjunction, integer, over, plus, power, times
from symadj.terms.index import ZERO, Index, var
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    at_most,
    same,
)

Values = Mapping[str, Index]


def rebuild(term: Term) -> Term:
    """``term`` as it is read from its own text: the same value, in the reader's one way of writing it.

    >>> from symadj.terms.index import size
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


class _Rebuild:
    """One pass over a term; ``values`` are the new names of the indices that were renamed."""

    def __init__(self, keep: Set[str] | None, taken: Set[str]) -> None:
        self.keep = keep
        self.taken = taken

    def _all(self, indices: tuple[Index, ...], values: Values) -> tuple[Index, ...]:
        return tuple(index.substitute(values) for index in indices)

    def term(self, term: Term, values: Values) -> Term:
        match term:
            case IndexValue(index):
                return integer(index.substitute(values))
            case Entry(tensor, subscripts):
                return Entry(tensor, self._all(subscripts, values)) if values else term
            case Add(terms):
                return reduce(plus, [self.term(part, values) for part in terms])
            case Mul(factors):
                return reduce(times, [self.term(part, values) for part in factors])
            case Power(base, exponent):
                new_base, new_exponent = self.term(base, values), self.term(exponent, values)
                return over(ONE_TERM, new_base) if new_exponent == MINUS_ONE else power(new_base, new_exponent)
            case Call(function, arguments):
                return Call(function, tuple(self.term(part, values) for part in arguments))
            case Apply(function, orders, arguments):
                return Apply(function, orders, tuple(self.term(part, values) for part in arguments))
            case Sum() | Product() | Extremum():
                return self.bound(term, values)
            case Indicator(condition):
                return Indicator(self.condition(condition, values))
            case Select(condition, then, otherwise):
                return Select(self.condition(condition, values), self.term(then, values), self.term(otherwise, values))
            case Inverse(tensor, subscripts):
                return Inverse(tensor, self._all(subscripts, values))
            case Determinant(tensor, subscripts):
                return Determinant(tensor, self._all(subscripts, values))
            case _:
                return term

    def bound(self, term: Sum | Product | Extremum, values: Values) -> Term:
        old, name = term.binder, term.binder.index
        inner = values
        if self.keep is not None and name not in self.keep:
            scope = {other for value in values.values() for other in value.variables()}
            name = next(names(self.taken | scope))
            inner = {**values, old.index: var(name)}
        condition = None if old.condition is None else self.condition(old.condition, inner)
        binder = Binder(name, old.lower.substitute(values), old.upper.substitute(values), condition)
        body = self.term(term.body, inner)
        if isinstance(term, Extremum):
            return Extremum(term.kind, binder, body)
        return Sum(binder, body) if isinstance(term, Sum) else Product(binder, body)

    def condition(self, condition: Condition, values: Values) -> Condition:
        match condition:
            case IndexCondition("==", index):
                return same(index.substitute(values), ZERO)
            case IndexCondition(_, index):
                return at_most(ZERO, index.substitute(values))
            case ValueCondition(relation, left, right):
                return compare(relation, self.term(left, values), self.term(right, values))
            case All(()):
                return same(ZERO, ZERO)
            case Some(()):
                return same(ZERO, ZERO + 1)
            case All(parts):
                return conjunction([self.condition(part, values) for part in parts])
            case Some(parts):
                return disjunction([self.condition(part, values) for part in parts])
            case Not(part):
                return Not(self.condition(part, values))
