"""Index variables replaced, and bound variables renamed, throughout a term.

Every rewriting here keeps the two habits that the other modules rely on: no bound name shadows another, and inside this
package a name may carry a mark (``i#3``), which makes it the only one of its kind until ``tidy`` takes the marks off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import chain

from symadj.terms.index import Index, var
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
    children,
    same,
)

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


@dataclass(slots=True)
class Rebinder:
    """One walk over a term: free variables replaced by ``values``, each bound one renamed as ``choose`` says.

    ``choose(name, scope)`` is given the bound name and the names in use around it.
    """

    choose: Choose

    def term(self, term: Term, values: Mapping[str, Index], scope: frozenset[str]) -> Term:
        """The rewritten term."""
        match term:
            case IndexValue(index):
                return IndexValue(index.substitute(values))
            case Entry(tensor, subscripts):
                return Entry(tensor, tuple(s.substitute(values) for s in subscripts))
            case Inverse(tensor, subscripts):
                return Inverse(tensor, tuple(s.substitute(values) for s in subscripts))
            case Determinant(tensor, subscripts):
                return Determinant(tensor, tuple(s.substitute(values) for s in subscripts))
            case Add(terms):
                return Add(tuple(self.term(t, values, scope) for t in terms))
            case Mul(factors):
                return Mul(tuple(self.term(f, values, scope) for f in factors))
            case Power(base, exponent):
                return Power(self.term(base, values, scope), self.term(exponent, values, scope))
            case Call(function, arguments):
                return Call(function, tuple(self.term(a, values, scope) for a in arguments))
            case Apply(function, orders, arguments):
                return Apply(function, orders, tuple(self.term(a, values, scope) for a in arguments))
            case Indicator(condition):
                return Indicator(self.condition(condition, values, scope))
            case Select(condition, then, otherwise):
                return Select(
                    self.condition(condition, values, scope),
                    self.term(then, values, scope),
                    self.term(otherwise, values, scope),
                )
            case Sum(binder, body):
                return Sum(*self._bound(binder, body, values, scope))
            case Product(binder, body):
                return Product(*self._bound(binder, body, values, scope))
            case Extremum(kind, binder, body):
                return Extremum(kind, *self._bound(binder, body, values, scope))
            case _:
                return term

    def _bound(
        self, binder: Binder, body: Term, values: Mapping[str, Index], scope: frozenset[str]
    ) -> tuple[Binder, Term]:
        name = self.choose(binder.index, scope)
        inner = {**values, binder.index: var(name)}
        around = scope | {name}
        condition = binder.condition if binder.condition is None else self.condition(binder.condition, inner, around)
        renamed = Binder(name, binder.lower.substitute(values), binder.upper.substitute(values), condition)
        return renamed, self.term(body, inner, around)

    def condition(self, condition: Condition, values: Mapping[str, Index], scope: frozenset[str]) -> Condition:
        """The rewritten condition."""
        match condition:
            case IndexCondition("==", index):
                return same(index.substitute(values), Index(()))
            case IndexCondition(relation, index):
                return IndexCondition(relation, index.substitute(values))
            case ValueCondition(relation, left, right):
                return ValueCondition(relation, self.term(left, values, scope), self.term(right, values, scope))
            case All(parts):
                return All(tuple(self.condition(p, values, scope) for p in parts))
            case Some(parts):
                return Some(tuple(self.condition(p, values, scope) for p in parts))
            case Not(part):
                return Not(self.condition(part, values, scope))


_KEEP = Rebinder(lambda name, _: name)
_NO_SCOPE: frozenset[str] = frozenset()


def substitute(term: Term, values: Mapping[str, Index]) -> Term:
    """Free index variables replaced, all at once; no value may name a variable that ``term`` binds.

    >>> from symadj.terms.index import constant
    >>> substitute(Entry("x", (var("i") + 1,)), {"i": constant(2)}) == Entry("x", (constant(3),))
    True
    """
    return _KEEP.term(term, values, _NO_SCOPE) if values else term


def substitute_condition(condition: Condition, values: Mapping[str, Index]) -> Condition:
    """``substitute`` for a condition."""
    return _KEEP.condition(condition, values, _NO_SCOPE) if values else condition


def freshen(term: Term, values: Mapping[str, Index], names: Names) -> Term:
    """``substitute``, and every bound variable gets a name of its own, so that nothing is captured later."""
    return Rebinder(lambda name, _: names.fresh(name)).term(term, values, _NO_SCOPE)


def freshen_condition(condition: Condition, values: Mapping[str, Index], names: Names) -> Condition:
    """``freshen`` for a condition."""
    return Rebinder(lambda name, _: names.fresh(name)).condition(condition, values, _NO_SCOPE)


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
        return Rebinder(self.choose).term(term, values, frozenset(free.values()))


def free_variables(term: Term) -> set[str]:
    """The index variables that are free in the term.

    >>> body = Entry("x", (var("i"), var("j")))
    >>> sorted(free_variables(Sum(Binder("j", Index(()), var("k")), body)))
    ['i', 'k']
    """
    match term:
        case IndexValue(index):
            return index.variables()
        case Entry(_, subscripts) | Inverse(_, subscripts) | Determinant(_, subscripts):
            return set().union(*(s.variables() for s in subscripts))
        case Sum(binder, body) | Product(binder, body) | Extremum(_, binder, body):
            inner = free_variables(body)
            if binder.condition is not None:
                inner |= condition_variables(binder.condition)
            return inner - {binder.index} | binder.lower.variables() | binder.upper.variables()
        case Indicator(condition):
            return condition_variables(condition)
        case Select(condition, then, otherwise):
            return condition_variables(condition) | free_variables(then) | free_variables(otherwise)
        case _:
            return set().union(*(free_variables(t) for t in children(term)))


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
