"""Comparisons that can come out either way, because an input that nothing is assumed of decides them.

``sum(W[i,j]*h[j] for j in range(n)) + b[i] != 0`` follows from nothing that does not speak of b: whatever the other
entries are, some b[i] makes the sum 0. That is seen at once, where a proof would be sought for long in vain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from symadj.terms.nodes import (
    Add,
    Condition,
    Entry,
    Mul,
    Not,
    Number,
    Sum,
    Term,
    ValueCondition,
    condition_terms,
    tensors_in,
)
from symadj.terms.statement import Assumption, Let


class FreeInputs:
    """The inputs, of these names, that the assumptions do not speak of.

    >>> from symadj.terms.index import var
    >>> from symadj.terms.nodes import ZERO_TERM, add
    >>> b, x = Entry("b", (var("i"),)), Entry("x", (var("i"),))
    >>> free = FreeInputs(["b", "x"], [], [])
    >>> [free.decide(Not(ValueCondition("==", t, ZERO_TERM))) for t in (add(b, x), Mul((b, b)))]
    [True, False]
    """

    def __init__(self, inputs: Collection[str], lets: Iterable[Let], assumptions: Sequence[Assumption]) -> None:
        self._inputs = set(inputs)
        self._read: dict[str, frozenset[str]] = {}  # what the entries of a line depend on
        self._deciding: dict[str, frozenset[str]] = {}  # which inputs alone give them any value
        for let in lets:
            self._deciding[let.name] = self._decisive(list(_added(let.body)))
            self._read[let.name] = self._names([let.body])
        self._spoken_of = self._names(t for a in assumptions for t in condition_terms(a.condition))

    def decide(self, condition: Condition) -> bool:
        """Whether the condition is a comparison of two sides whose difference takes every value for some free input.

        Complete for differences with a term that is linear in an entry of the input, or of a line that such a term
        decides, with entries and numbers as its other factors, the input standing nowhere else.
        """
        comparison = condition.part if isinstance(condition, Not) else condition
        if not isinstance(comparison, ValueCondition):
            return False
        terms = [t for side in (comparison.left, comparison.right) for t in _added(side)]
        return not self._decisive(terms) <= self._spoken_of

    def _decisive(self, terms: Sequence[Term]) -> frozenset[str]:
        """The inputs, each of which gives the sum of the terms any value, whatever the others are."""
        found: set[str] = set()
        for k, term in enumerate(terms):
            deciding = self._linear(term)
            found |= deciding and deciding - self._names((*terms[:k], *terms[k + 1 :]))
        return frozenset(found)

    def _linear(self, term: Term) -> frozenset[str]:
        """The inputs that a product of entries and numbers is linear in, a sum of such over plain ranges too."""
        while isinstance(term, Sum) and term.binder.condition is None:
            term = term.body
        factors = term.factors if isinstance(term, Mul) else (term,)
        found: set[str] = set()
        for k, factor in enumerate(factors):
            if isinstance(factor, Entry):
                name = factor.tensor
                deciding = frozenset((name,)) if name in self._inputs else self._deciding.get(name, frozenset())
                found |= deciding and deciding - self._names((*factors[:k], *factors[k + 1 :]))
            elif not (isinstance(factor, Number) and factor.value):
                return frozenset()
        return frozenset(found)

    def _names(self, terms: Iterable[Term]) -> frozenset[str]:
        """The inputs that the terms depend on, through lines too."""
        named = {name for term in terms for name in tensors_in(term)}
        return frozenset(named & self._inputs).union(*(self._read.get(name, frozenset()) for name in named))


def _added(term: Term) -> Iterator[Term]:
    if isinstance(term, Add):
        for part in term.terms:
            yield from _added(part)
    else:
        yield term
