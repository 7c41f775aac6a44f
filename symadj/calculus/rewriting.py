"""Index variables replaced, and bound variables renamed, throughout a term.

Every rewriting here keeps the two habits that the other modules rely on: no bound name shadows another, and inside this
package a name may carry a mark (``i#3``), which makes it the only one of its kind until ``tidy`` takes the marks off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from symadj.terms.index import Index, var
from symadj.terms.nodes import (
    Add,
    All,
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
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    children,
)
from symadj.terms.rewriting import Rewriting

_LETTERS = "ijklpqrstuvwmnabcefghoxyz"


@dataclass(slots=True)
class Names:
    """A supply of index names that nothing else has: ``fresh("i")`` is ``i#1``, then ``i#2``, and so on."""

    count: int = 0

    def fresh(self, base: str) -> str:
        """A name that was never given out, and that no reader can write."""
        self.count += 1
        return f"{base_name(base)}#{self.count}"


def base_name(name: str) -> str:
    """The name without its mark.

    >>> base_name("i#3")
    'i'
    """
    return name.partition("#")[0]


Choose = Callable[[str, frozenset[str]], str]


class Within(NamedTuple):
    """What ``Rebinder`` carries inwards: the values of free variables, and the names in use around the term."""

    values: Mapping[str, Index] = {}
    scope: frozenset[str] = frozenset()


class Rebinder(Rewriting[Within]):
    """One walk over a term: free variables replaced by values, each bound one renamed as ``choose`` says.

    ``choose(name, scope)`` is given the bound name and the names in use around it. Sums and products stay as they are
    written.
    """

    __slots__ = ("_choose",)

    def __init__(self, choose: Choose) -> None:
        self._choose = choose

    def index(self, index: Index, at: Within) -> Index:
        """With the values put in."""
        return index.substitute(at.values)

    def added(self, terms: Sequence[Term]) -> Term:
        """The sum as it is written."""
        return Add(tuple(terms))

    def multiplied(self, factors: Sequence[Term]) -> Term:
        """The product as it is written."""
        return Mul(tuple(factors))

    def bound(self, term: Sum | Product | Extremum, at: Within) -> Term:
        """With the name that was chosen."""
        old = term.binder.index
        name = self._choose(old, at.scope)
        return self.rebound(term, name, at, Within({**at.values, old: var(name)}, at.scope | {name}))


_KEEP = Rebinder(lambda name, _: name)


def substitute(term: Term, values: Mapping[str, Index]) -> Term:
    """Free index variables replaced, all at once; no value may name a variable that ``term`` binds.

    >>> from symadj.terms.index import constant
    >>> substitute(Entry("x", (var("i") + 1,)), {"i": constant(2)}) == Entry("x", (constant(3),))
    True
    """
    return _KEEP.term(term, Within(values)) if values else term


def substitute_condition(condition: Condition, values: Mapping[str, Index]) -> Condition:
    """``substitute`` for a condition."""
    return _KEEP.condition(condition, Within(values)) if values else condition


def freshen(term: Term, values: Mapping[str, Index], names: Names) -> Term:
    """``substitute``, and every bound variable gets a name of its own, so that nothing is captured later."""
    return Rebinder(lambda name, _: names.fresh(name)).term(term, Within(values))


def freshen_condition(condition: Condition, values: Mapping[str, Index], names: Names) -> Condition:
    """``freshen`` for a condition."""
    return Rebinder(lambda name, _: names.fresh(name)).condition(condition, Within(values))


@dataclass(frozen=True, slots=True)
class Tidy:
    """Marks taken off: each bound variable gets its base name, or, where that is in use, another one.

    ``taken`` are the names of tensors, sizes and functions, which share one namespace with the indices; ``preferred``
    are tried before the letters of the alphabet.
    """

    taken: frozenset[str]
    preferred: tuple[str, ...] = ()

    def choose(self, name: str, scope: Collection[str]) -> str:
        """A readable name for ``name`` that is neither in ``scope`` nor taken."""
        for candidate in chain((base_name(name),), self.preferred, _LETTERS):
            if candidate not in scope and candidate not in self.taken:
                return candidate
        number = 1
        while f"i{number}" in scope or f"i{number}" in self.taken:
            number += 1
        return f"i{number}"

    def term(self, term: Term, free: Mapping[str, str]) -> Term:
        """``term`` with readable names; ``free`` says how its free variables are called."""
        values = {old: var(new) for old, new in free.items()}
        return Rebinder(self.choose).term(term, Within(values, frozenset(free.values())))


def free_variables(term: Term) -> set[str]:
    """The index variables that are free in the term.

    >>> from symadj.terms.nodes import Binder
    >>> body = Entry("x", (var("i"), var("j")))
    >>> sorted(free_variables(Sum(Binder("j", Index(()), var("k")), body)))
    ['i', 'k']
    """
    found: set[str] = set()
    _add_variables(term, found)
    return found


def _add_variables(term: Term, found: set[str]) -> None:
    match term:
        case Entry(_, subscripts) | Inverse(_, subscripts) | Determinant(_, subscripts):
            for subscript in subscripts:
                if subscript.variable is not None:
                    found.add(subscript.variable)
                elif subscript.terms:
                    found |= subscript.variables()
        case Sum(binder, body) | Product(binder, body) | Extremum(_, binder, body):
            inner = free_variables(body)
            if binder.condition is not None:
                inner |= condition_variables(binder.condition)
            found |= inner - {binder.index} | binder.lower.variables() | binder.upper.variables()
        case IndexValue(index):
            found |= index.variables()
        case Indicator(condition):
            found |= condition_variables(condition)
        case Select(condition, then, otherwise):
            found |= condition_variables(condition)
            _add_variables(then, found)
            _add_variables(otherwise, found)
        case _:
            for part in children(term):
                _add_variables(part, found)


def condition_variables(condition: Condition) -> set[str]:
    """The index variables that are free in the condition."""
    match condition:
        case IndexCondition(_, index):
            return index.variables()
        case ValueCondition(_, left, right):
            return free_variables(left) | free_variables(right)
        case All(parts) | Some(parts):
            return set().union(*(condition_variables(p) for p in parts))
        case Not(part):
            return condition_variables(part)
