"""Lines put in for their names, a level at a time and within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symadj.calculus.rewriting import Names, Rebinder, freshen
from symadj.terms.index import Index
from symadj.terms.nodes import (
    Condition,
    Entry,
    Term,
    condition_terms,
    walk,
)
from symadj.terms.statement import Let

MAX_NODES = 300


@dataclass(slots=True)
class Unfolder(Rebinder):
    """Replaces entries of lines by the lines' right sides, one level deep."""

    lets: Mapping[str, Let]
    names: Names

    def term(self, term: Term, values: Mapping[str, Index], scope: frozenset[str]) -> Term:
        """The rewritten term."""
        if isinstance(term, Entry) and term.tensor in self.lets:
            let = self.lets[term.tensor]
            if len(let.indices) == len(term.subscripts):
                subscripts = (s.substitute(values) for s in term.subscripts)
                return freshen(let.body, dict(zip(let.indices, subscripts, strict=True)), self.names)
        return Rebinder.term(self, term, values, scope)


def unfoldings(condition: Condition, lets: Mapping[str, Let], names: Names) -> Iterator[Condition]:
    """``condition``, then the same with lines put in one level, two levels, … deep, while it stays small."""
    unfolder = Unfolder(lambda name, _: names.fresh(name), lets, names)
    while True:
        yield condition
        inside = [t for term in condition_terms(condition) for t in walk(term)]
        if len(inside) > MAX_NODES or not any(isinstance(t, Entry) and t.tensor in lets for t in inside):
            return
        condition = unfolder.condition(condition, {}, frozenset())
