"""The places where a let reads an entry, divides integers, or looks into an integer table, each with what guards it.

The ``if`` of a sum and of ``a if c else b`` guard what stands behind them; ``and`` and ``or`` evaluate from the left
and stop early. An ``Indicator`` guards nothing. Of a guard, only what it says of indices is used: a comparison of
entries may come out either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from symadj.terms.choices import integer_comparison
from symadj.terms.index import ZERO, Floor, Index, IndexAtom, Lookup, Mod
from symadj.terms.nodes import (
    All,
    Binder,
    Condition,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Not,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    children,
)
from symadj.terms.statement import Let

Range = tuple[str, Index, Index]


@dataclass(frozen=True, slots=True)
class Guarded:
    """Where evaluation stands: the index variables with their ranges, outer ones first, and what holds there."""

    ranges: tuple[Range, ...]
    conditions: tuple[Condition, ...] = ()

    def inside(self, binder: Binder) -> Guarded:
        """Within a sum's range, before its condition."""
        return Guarded((*self.ranges, (binder.index, binder.lower, binder.upper)), self.conditions)

    def given(self, condition: Condition, holds: bool = True) -> Guarded:
        """Where the condition has come out true (or not)."""
        known = on_indices(condition, holds)
        return self if known is None else Guarded(self.ranges, (*self.conditions, known))


@dataclass(frozen=True, slots=True)
class Access:
    """``tensor[subscripts]`` is read; or, of kind ``division``, the divisor ``subscripts[0]`` must be at least 1."""

    kind: Literal["entry", "table", "division"]
    tensor: str
    subscripts: tuple[Index, ...]
    where: Guarded
    let: Let


def on_indices(condition: Condition, holds: bool = True) -> Condition | None:
    """What the truth of a condition (of its negation) says of indices alone; ``None`` where it says nothing."""
    match condition:
        case IndexCondition():
            return condition if holds else Not(condition)
        case ValueCondition():
            of_integers = integer_comparison(condition)
            return None if of_integers is None else on_indices(of_integers, holds)
        case Not(part):
            return on_indices(part, not holds)
        case All(parts) | Some(parts):
            found = [on_indices(part, holds) for part in parts]
            known = tuple(part for part in found if part is not None)
            if isinstance(condition, All) == holds:
                return All(known) if known else None
            return Some(known) if len(known) == len(found) else None


def accesses(let: Let) -> Iterator[Access]:
    """Every access of a let, in the order of evaluation."""
    start = Guarded(tuple((name, ZERO, upper) for name, upper in zip(let.indices, let.shape, strict=True)))
    for divisor in let.divisors:  # what guarded it is gone with the division
        yield Access("division", "", (divisor,), Guarded(()), let)
    yield from _Walk(let).term(let.body, start)


class _Walk:
    def __init__(self, let: Let) -> None:
        self.let = let

    def term(self, term: Term, where: Guarded) -> Iterator[Access]:
        match term:
            case Entry(tensor, subscripts) | Inverse(tensor, subscripts) | Determinant(tensor, subscripts):
                for subscript in subscripts:
                    yield from self.index(subscript, where)
                yield Access("entry", tensor, subscripts, where, self.let)
            case IndexValue(index):
                yield from self.index(index, where)
            case Sum(binder, body) | Product(binder, body) | Extremum(_, binder, body):
                yield from self.index(binder.lower, where)
                yield from self.index(binder.upper, where)
                inside = where.inside(binder)
                if binder.condition is not None:
                    yield from self.condition(binder.condition, inside)
                    inside = inside.given(binder.condition)
                yield from self.term(body, inside)
            case Indicator(condition):
                yield from self.condition(condition, where)
            case Select(condition, then, otherwise):
                yield from self.condition(condition, where)
                yield from self.term(then, where.given(condition))
                yield from self.term(otherwise, where.given(condition, False))
            case _:
                for child in children(term):
                    yield from self.term(child, where)

    def condition(self, condition: Condition, where: Guarded) -> Iterator[Access]:
        match condition:
            case IndexCondition(_, index):
                yield from self.index(index, where)
            case ValueCondition(_, left, right):
                yield from self.term(left, where)
                yield from self.term(right, where)
            case Not(part):
                yield from self.condition(part, where)
            case All(parts) | Some(parts):
                for part in parts:
                    yield from self.condition(part, where)
                    where = where.given(part, isinstance(condition, All))

    def index(self, index: Index, where: Guarded) -> Iterator[Access]:
        for monomial, _ in index.terms:
            for atom in monomial:
                yield from self._atom(atom, where)

    def _atom(self, atom: IndexAtom, where: Guarded) -> Iterator[Access]:
        match atom:
            case Floor(numerator, divisor) | Mod(numerator, divisor):
                yield from self.index(numerator, where)
                yield from self.index(divisor, where)
                yield Access("division", "", (divisor,), where, self.let)
            case Lookup(tensor, subscripts):
                for subscript in subscripts:
                    yield from self.index(subscript, where)
                yield Access("table", tensor, subscripts, where, self.let)
            case _:
                return
