"""Terms built again: one walk, of which a rewriting overrides what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from symadj.terms.index import ZERO, Index
from symadj.terms.nodes import (
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
    add,
    mul,
    same,
)

At = TypeVar("At")


class Rewriting(Generic[At]):
    """Every node of a term made anew from its parts; ``at`` is what the walk carries inwards.

    As it stands it gives back the same term, in the form that ``add`` and ``mul`` give.
    """

    def index(self, index: Index, at: At) -> Index:
        """An integer expression, in a subscript, a range or a condition."""
        return index

    def value(self, index: Index, at: At) -> Term:
        """An integer expression as a scalar."""
        return IndexValue(self.index(index, at))

    def added(self, terms: Sequence[Term]) -> Term:
        """A sum of rewritten terms."""
        return add(*terms)

    def multiplied(self, factors: Sequence[Term]) -> Term:
        """A product of rewritten factors."""
        return mul(*factors)

    def power(self, base: Term, exponent: Term) -> Term:
        """A power of what is rewritten."""
        return Power(base, exponent)

    def term(self, term: Term, at: At) -> Term:
        """The rewritten term."""
        match term:
            case Entry(tensor, subscripts):
                return Entry(tensor, tuple([self.index(s, at) for s in subscripts]))
            case Mul(factors):
                return self.multiplied([self.term(f, at) for f in factors])
            case Add(terms):
                return self.added([self.term(t, at) for t in terms])
            case Sum() | Product() | Extremum():
                return self.bound(term, at)
            case Power(base, exponent):
                return self.power(self.term(base, at), self.term(exponent, at))
            case Call(function, arguments):
                return Call(function, tuple([self.term(a, at) for a in arguments]))
            case Apply(function, orders, arguments):
                return Apply(function, orders, tuple([self.term(a, at) for a in arguments]))
            case IndexValue(index):
                return self.value(index, at)
            case Indicator(condition):
                return Indicator(self.condition(condition, at))
            case Select(condition, then, otherwise):
                return Select(self.condition(condition, at), self.term(then, at), self.term(otherwise, at))
            case Inverse(tensor, subscripts):
                return Inverse(tensor, tuple([self.index(s, at) for s in subscripts]))
            case Determinant(tensor, subscripts):
                return Determinant(tensor, tuple([self.index(s, at) for s in subscripts]))
            case _:
                return term

    def bound(self, term: Sum | Product | Extremum, at: At) -> Term:
        """A sum, a product or an extremum; here its index keeps its name."""
        return self.rebound(term, term.binder.index, at, at)

    def rebound(self, term: Sum | Product | Extremum, name: str, at: At, inner: At) -> Term:
        """It with an index called ``name``; ``inner`` is carried to what it binds, ``at`` to the ends of the range."""
        old = term.binder
        condition = None if old.condition is None else self.condition(old.condition, inner)
        binder = Binder(name, self.index(old.lower, at), self.index(old.upper, at), condition)
        return replace(term, binder=binder, body=self.term(term.body, inner))

    def condition(self, condition: Condition, at: At) -> Condition:
        """The rewritten condition."""
        match condition:
            case IndexCondition(relation, index):
                found = self.index(index, at)
                return same(found, ZERO) if relation == "==" else IndexCondition(relation, found)
            case ValueCondition(relation, left, right):
                return ValueCondition(relation, self.term(left, at), self.term(right, at))
            case All(parts):
                return All(tuple([self.condition(p, at) for p in parts]))
            case Some(parts):
                return Some(tuple([self.condition(p, at) for p in parts]))
            case Not(part):
                return Not(self.condition(part, at))
