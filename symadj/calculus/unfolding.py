"""Lines put in for their names, a level at a time and within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symadj.calculus.rewriting import Names, Rebinder, Within, freshen
from symadj.terms.nodes import (
    Condition,
    Entry,
    Term,
    condition_terms,
    walk,
)
from symadj.terms.statement import Let

MAX_NODES = 300


class Unfolder(Rebinder):
    """Replaces entries of lines by the lines' right sides, one level deep."""

    __slots__ = ("_lets", "_names")

    def __init__(self, lets: Mapping[str, Let], names: Names) -> None:
        super().__init__(lambda name, _: names.fresh(name))
        self._lets = lets
        self._names = names

    def term(self, term: Term, at: Within) -> Term:
        """The rewritten term."""
        if isinstance(term, Entry) and term.tensor in self._lets:
            let = self._lets[term.tensor]
            if len(let.indices) == len(term.subscripts):
                subscripts = (self.index(s, at) for s in term.subscripts)
                return freshen(let.body, dict(zip(let.indices, subscripts, strict=True)), self._names)
        return super().term(term, at)


def unfoldings(condition: Condition, lets: Mapping[str, Let], names: Names) -> Iterator[Condition]:
    """``condition``, then the same with lines put in one level, two levels, … deep, while it stays small."""
    unfolder = Unfolder(lets, names)
    while True:
        yield condition
        inside = [t for term in condition_terms(condition) for t in walk(term)]
        if len(inside) > MAX_NODES or not any(isinstance(t, Entry) and t.tensor in lets for t in inside):
            return
        condition = unfolder.condition(condition, Within())
