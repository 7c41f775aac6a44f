"""A forward program with lines of their own for what its derivative is simpler in.

- a maximum or minimum over a range inside a line: that it is only subtracted for stability is seen line by line
- a sum in the argument of a function other than ``exp`` and ``log``: for ``maximum(W @ x, 0)``, the cotangent of
  ``W @ x`` has a line, and the gradients in W and x are read off from that

Not inside conditions and choices, where an entry may be out of its tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from symadj.calculus.rewriting import free_variables, substitute
from symadj.formulas.keys import key
from symadj.terms.index import Index, var
from symadj.terms.nodes import Add, Call, Entry, Extremum, Mul, Power, Product, Sum, Term, walk
from symadj.terms.rewriting import Rewriting
from symadj.terms.statement import Let

Axes = dict[str, Index]
_EXPONENTIALS = ("exp", "log")


def hoisted(forward: Sequence[Let]) -> tuple[Let, ...]:
    """The lines, each after those that were taken out of it; the new ones have dots in their names."""
    taken = {let.name for let in forward}
    result: list[Let] = []
    for let in forward:
        if any(isinstance(t, Extremum | Call) for t in walk(let.body)):
            result += _Hoisting(taken).taken_apart(let)
        else:
            result.append(let)
    return tuple(result)


class _Hoisting(Rewriting[Axes]):
    """What is hoisted from one line; ``at`` are the ranges of the indices around a term."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.lines: list[Let] = []
        self.known: dict[str, str] = {}

    def taken_apart(self, let: Let) -> list[Let]:
        """The line, after those that are taken out of it."""
        axes = dict(zip(let.indices, let.shape, strict=True))
        body = let.body if isinstance(let.body, Extremum) else self.term(let.body, axes)
        return [*self.lines, replace(let, body=body)] if self.lines else [let]

    def term(self, term: Term, at: Axes) -> Term:
        match term:
            case Extremum():
                return self._named(term, at)
            case Call(function, arguments):
                parts = [self.term(a, at) for a in arguments]
                if function not in _EXPONENTIALS:
                    parts = [self._named(a, at) if _adds(a) else a for a in parts]
                return Call(function, tuple(parts))
            case Add() | Mul() | Power() | Sum() | Product():
                return super().term(term, at)
            case _:
                return term

    def bound(self, term: Sum | Product | Extremum, at: Axes) -> Term:
        binder = term.binder
        inner = {name: end for name, end in at.items() if name != binder.index}
        if binder.condition is None and not binder.lower.terms and not binder.upper.variables():
            inner[binder.index] = binder.upper
        return self.rebound(term, binder.index, at, inner)

    def _named(self, term: Term, axes: Axes) -> Term:
        """An entry of a line with the term, where all its indices are known to run over whole axes."""
        names = sorted(free_variables(term))
        if not set(names) <= axes.keys():
            return term
        values = {name: var(f"~{place}") for place, name in enumerate(names)}
        text = f"{[str(axes[n]) for n in names]} {key(substitute(term, values))}"
        if text not in self.known:
            self.known[text] = next(n for n in map("inner.{}".format, count()) if n not in self.taken)
            self.taken.add(self.known[text])
            self.lines.append(Let(self.known[text], tuple(names), tuple(axes[n] for n in names), term))
        return Entry(self.known[text], tuple(map(var, names)))


def _adds(term: Term) -> bool:
    return any(isinstance(t, Sum) for t in walk(term))
