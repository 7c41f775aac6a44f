"""Small rewritings of terms that derivations are made of: tensors renamed, names put in the place of bodies, size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from symadj.calculus.rewriting import Names, Tidy, free_variables, freshen, substitute
from symadj.formulas.mapping import mapped
from symadj.terms.index import ZERO, var
from symadj.terms.nodes import (
    Binder,
    Determinant,
    Entry,
    Inverse,
    Mul,
    Number,
    Sum,
    Term,
    mul,
    number,
    walk,
)
from symadj.terms.statement import Let, Shape


def renamed(term: Term, names: Mapping[str, str]) -> Term:
    """``term`` with the tensors that are keys of ``names`` renamed.

    >>> renamed(Entry("x", ()), {"x": "bar.x"})
    Entry(tensor='bar.x', subscripts=())
    """

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Entry | Inverse | Determinant) and part.tensor in names:
            return replace(part, tensor=names[part.tensor])
        return None

    return mapped(term, leaf)


def inlined(term: Term, lets: Mapping[str, Let], names: Names) -> Term:
    """``term`` with the entries of ``lets`` replaced by their bodies, and those in the bodies too."""

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Entry) and part.tensor in lets:
            let = lets[part.tensor]
            body = freshen(let.body, dict(zip(let.indices, part.subscripts, strict=True)), names)
            return mapped(body, leaf)
        return None

    return mapped(term, leaf)


def tidied(term: Term, indices: Iterable[str], taken: Iterable[str]) -> Term:
    """``term`` with plain names for its bound indices; ``indices`` are the free ones, and keep their names."""
    free = {name: name for name in (*indices, *free_variables(term))}
    return polished(Tidy(frozenset(taken)).term(term, free))


def polished(term: Term) -> Term:
    """Numbers multiplied together and put in front, and sizes before sums, everywhere in ``term``."""

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Mul):
            value, rest = Fraction(1), list[Term]()
            for factor in (mul(*(mapped(f, leaf) for f in part.factors)),):
                for f in factor.factors if isinstance(factor, Mul) else (factor,):
                    if isinstance(f, Number):
                        value *= f.value
                    else:
                        rest.append(f)
            return mul(number(value), *rest)
        if isinstance(part, Sum):
            inner = mapped(part.body, leaf)
            factors = inner.factors if isinstance(inner, Mul) else (inner,)
            constant = [f for f in factors if not tensors_in(f) and not free_variables(f)]
            rest = [f for f in factors if f not in constant]
            return mul(*constant, Sum(part.binder, mul(*rest))) if constant and rest else Sum(part.binder, inner)
        return None

    return mapped(term, leaf)


def entry(tensor: str, indices: Iterable[str]) -> Entry:
    """``tensor[i,j]``."""
    return Entry(tensor, tuple(map(var, indices)))


def total(indices: Iterable[str], shape: Shape, body: Term) -> Term:
    """The sum of ``body`` over all ``indices``."""
    for name, length in reversed(tuple(zip(indices, shape, strict=True))):
        body = Sum(Binder(name, ZERO, length), body)
    return body


def tensors_in(term: Term) -> set[str]:
    """The names of the tensors that a term reads, not those of integers."""
    return {part.tensor for part in walk(term) if isinstance(part, Entry | Inverse | Determinant)}


def weight(term: Term) -> int:
    """How long a term is to read: the number of its parts."""
    return sum(1 for _ in walk(term))


__all__ = [
    "entry", "inlined", "polished", "renamed", "substitute", "tensors_in", "tidied",
    "total",
    "weight",
]  # fmt: skip
