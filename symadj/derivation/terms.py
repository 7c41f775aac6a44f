"""Small rewritings of terms that derivations are made of: tensors renamed, names put in the place of bodies, size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symadj.calculus.rewriting import Names, free_variables, freshen, substitute
from symadj.formulas.mapping import mapped
from symadj.terms.index import ZERO, var
from symadj.terms.nodes import (
    Binder,
    Determinant,
    Entry,
    Inverse,
    Mul,
    Number,
    Power,
    Sum,
    Term,
    mul,
    number,
    tensors_in,
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


def polished(term: Term) -> Term:
    """Numbers multiplied together and put in front, what is multiplied and divided by cancelled, and sizes before
    sums, everywhere in ``term``.

    >>> x, y = Entry("x", ()), Entry("y", ())
    >>> polished(mul(x, Power(mul(x, y), number(-1)))) == Power(y, number(-1))
    True
    """

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Mul):
            inner = mul(*(mapped(f, leaf) for f in part.factors))
            return _cancelled(inner.factors) if isinstance(inner, Mul) else inner
        if isinstance(part, Sum):
            inner = mapped(part.body, leaf)
            factors = inner.factors if isinstance(inner, Mul) else (inner,)
            constant = [f for f in factors if not tensors_in(f) and not free_variables(f)]
            rest = [f for f in factors if f not in constant]
            return mul(*constant, Sum(part.binder, mul(*rest))) if constant and rest else Sum(part.binder, inner)
        return None

    return mapped(term, leaf)


def _cancelled(factors: Sequence[Term]) -> Term:
    """The product, with the number in front; bases that are divided by and multiplied with are cancelled."""
    value, powers = Fraction(1), dict[Term, int]()
    whole = list(_whole_powers(factors, 1))
    below = {base for base, exponent in whole if exponent < 0}
    both = {base for base, exponent in whole if exponent > 0 and base in below}
    if both:
        rest: list[Term] = []
        for base, exponent in whole:
            if base in both:
                powers[base] = powers.get(base, 0) + exponent
            else:
                rest.append(base if exponent == 1 else Power(base, number(exponent)))
        factors = [*rest, *(b if e == 1 else Power(b, number(e)) for b, e in powers.items() if e)]
    kept: list[Term] = []
    for factor in factors:
        if isinstance(factor, Number):
            value *= factor.value
        else:
            kept.append(factor)
    return mul(number(value), *kept)


def _whole_powers(factors: Iterable[Term], exponent: int) -> Iterator[tuple[Term, int]]:
    for factor in factors:
        match factor:
            case Mul(inner):
                yield from _whole_powers(inner, exponent)
            case Power(base, Number(value)) if value.denominator == 1:
                yield from _whole_powers((base,), exponent * int(value))
            case _:
                yield factor, exponent


def entry(tensor: str, indices: Iterable[str]) -> Entry:
    """``tensor[i,j]``."""
    return Entry(tensor, tuple(map(var, indices)))


def total(indices: Iterable[str], shape: Shape, body: Term) -> Term:
    """The sum of ``body`` over all ``indices``."""
    for name, length in reversed(tuple(zip(indices, shape, strict=True))):
        body = Sum(Binder(name, ZERO, length), body)
    return body


def weight(term: Term) -> int:
    """How long a term is to read: the number of its parts."""
    return sum(1 for _ in walk(term))


__all__ = [
    "entry", "inlined", "polished", "renamed", "substitute", "tensors_in",
    "total",
    "weight",
]  # fmt: skip
