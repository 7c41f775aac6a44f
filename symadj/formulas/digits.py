"""Quotients and remainders of an index in the subscripts of entries.

- ``i//d`` is 0 and ``i%d`` is i, for i of ``range(d)``; so is ``(d*k + i)//d`` k
- ``i - d*(i//d)`` is ``i%d``
"""

from __future__ import annotations

from collections.abc import Mapping

from symadj.formulas.mapping import mapped
from symadj.terms.index import ZERO, Floor, Index, IndexAtom, Mod, remainder, var
from symadj.terms.nodes import Entry, Term

Axes = Mapping[str, Index]


def with_digits(term: Term, axes: Axes) -> Term:
    """The term with the subscripts of its entries simplified."""

    def replaced(part: Term) -> Term | None:
        if isinstance(part, Entry) and any(s.divides for s in part.subscripts):
            return Entry(part.tensor, tuple(simplified(s, axes) for s in part.subscripts))
        return None

    return mapped(term, replaced)


def simplified(index: Index, axes: Axes) -> Index:
    """An integer expression with what is known of its quotients and remainders."""
    total = ZERO
    for monomial, coefficient in index.terms:
        part = Index((((), coefficient),))
        for atom in monomial:
            part = part * _known(atom, axes)
        total = total + part
    for monomial, coefficient in total.terms:
        floors = [a for a in monomial if isinstance(a, Floor)]
        if len(floors) != 1 or coefficient >= 0:
            continue
        (floor,) = floors
        left = total - Index(((monomial, coefficient),))
        if Index(((tuple(a for a in monomial if a is not floor), -coefficient),)) == floor.divisor:
            rest = left - floor.numerator
            if len(rest.terms) < len(left.terms):
                return rest + remainder(floor.numerator, floor.divisor)
    return total


def _known(atom: IndexAtom, axes: Axes) -> Index:
    if isinstance(atom, Floor | Mod):
        name = atom.numerator.variable
        if name is not None and axes.get(name) == atom.divisor:
            return ZERO if isinstance(atom, Floor) else var(name)
    return Index((((atom,), 1),))
