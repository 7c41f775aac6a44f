"""Small rewritings of terms that derivations are made of: tensors renamed, names put in the place of bodies, size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from symadj.calculus.rewriting import Names, Tidy, free_variables, freshen, substitute
from symadj.terms.index import ZERO, var
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
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    add,
    mul,
    number,
    walk,
)
from symadj.terms.statement import Let, Shape

Replace = Callable[[Term], Term | None]


def rewrite(term: Term, replace_leaf: Replace) -> Term:
    """``term`` with every part for which ``replace_leaf`` gives something replaced by that, outside in."""
    found = replace_leaf(term)
    if found is not None:
        return found

    def go(part: Term) -> Term:
        return rewrite(part, replace_leaf)

    match term:
        case Add(terms):
            return add(*map(go, terms))
        case Mul(factors):
            return mul(*map(go, factors))
        case Power(base, exponent):
            return Power(go(base), go(exponent))
        case Call(function, arguments):
            return Call(function, tuple(map(go, arguments)))
        case Apply(function, orders, arguments):
            return Apply(function, orders, tuple(map(go, arguments)))
        case Sum(binder, body):
            return Sum(_binder(binder, replace_leaf), go(body))
        case Product(binder, body):
            return Product(_binder(binder, replace_leaf), go(body))
        case Extremum(kind, binder, body):
            return Extremum(kind, _binder(binder, replace_leaf), go(body))
        case Indicator(condition):
            return Indicator(rewrite_condition(condition, replace_leaf))
        case Select(condition, then, otherwise):
            return Select(rewrite_condition(condition, replace_leaf), go(then), go(otherwise))
        case _:
            return term


def _binder(binder: Binder, replace_leaf: Replace) -> Binder:
    if binder.condition is None:
        return binder
    return replace(binder, condition=rewrite_condition(binder.condition, replace_leaf))


def rewrite_condition(condition: Condition, replace_leaf: Replace) -> Condition:
    """``rewrite`` for the scalars that a condition compares."""
    match condition:
        case ValueCondition(relation, left, right):
            return ValueCondition(relation, rewrite(left, replace_leaf), rewrite(right, replace_leaf))
        case All(parts):
            return All(tuple(rewrite_condition(p, replace_leaf) for p in parts))
        case Some(parts):
            return Some(tuple(rewrite_condition(p, replace_leaf) for p in parts))
        case Not(part):
            return Not(rewrite_condition(part, replace_leaf))
        case _:
            return condition


def renamed(term: Term, names: Mapping[str, str]) -> Term:
    """``term`` with the tensors that are keys of ``names`` renamed.

    >>> renamed(Entry("x", ()), {"x": "bar.x"})
    Entry(tensor='bar.x', subscripts=())
    """

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Entry | Inverse | Determinant) and part.tensor in names:
            return replace(part, tensor=names[part.tensor])
        return None

    return rewrite(term, leaf)


def inlined(term: Term, lets: Mapping[str, Let], names: Names) -> Term:
    """``term`` with the entries of ``lets`` replaced by their bodies, and those in the bodies too."""

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Entry) and part.tensor in lets:
            let = lets[part.tensor]
            body = freshen(let.body, dict(zip(let.indices, part.subscripts, strict=True)), names)
            return rewrite(body, leaf)
        return None

    return rewrite(term, leaf)


def tidied(term: Term, indices: Iterable[str], taken: Iterable[str]) -> Term:
    """``term`` with plain names for its bound indices; ``indices`` are the free ones, and keep their names."""
    free = {name: name for name in (*indices, *free_variables(term))}
    return polished(Tidy(frozenset(taken)).term(term, free))


def polished(term: Term) -> Term:
    """Numbers multiplied together and put in front, everywhere in ``term``."""

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Mul):
            value, rest = Fraction(1), list[Term]()
            for factor in (mul(*(rewrite(f, leaf) for f in part.factors)),):
                for f in factor.factors if isinstance(factor, Mul) else (factor,):
                    if isinstance(f, Number):
                        value *= f.value
                    else:
                        rest.append(f)
            return mul(number(value), *rest)
        if isinstance(part, Sum):
            inner = rewrite(part.body, leaf)
            if isinstance(inner, Mul) and isinstance(inner.factors[0], Number):
                return mul(inner.factors[0], Sum(_binder(part.binder, leaf), mul(*inner.factors[1:])))
            return Sum(_binder(part.binder, leaf), inner)
        return None

    return rewrite(term, leaf)


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
    "entry", "inlined", "polished", "renamed", "rewrite", "rewrite_condition", "substitute", "tensors_in", "tidied",
    "total",
    "weight",
]  # fmt: skip
