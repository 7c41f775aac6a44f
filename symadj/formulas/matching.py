"""Where the right side of a forward line stands inside a term, for which indices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from symadj.calculus.rewriting import free_variables
from symadj.formulas.keys import key
from symadj.terms.index import Index, Var, var
from symadj.terms.nodes import (
    Add,
    Apply,
    Call,
    Constant,
    Determinant,
    Entry,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Number,
    Power,
    Sum,
    Term,
    ValueCondition,
)

Binding = dict[str, str]
_MOST_PERMUTED = 4


def unify(pattern: Term, target: Term, found: Binding, wild: frozenset[str]) -> Iterator[Binding]:
    """The ways to call the indices ``wild`` of ``pattern`` (its bound ones too) that make it ``target``."""
    if type(pattern) is not type(target):
        return
    match pattern, target:
        case Entry(a, left), Entry(b, right) if a == b and len(left) == len(right):
            yield from _subscripts(left, right, found, wild)
        case Inverse(a, left), Inverse(b, right) if a == b:
            yield from _subscripts(left, right, found, wild)
        case Determinant(a, left), Determinant(b, right) if a == b:
            yield from _subscripts(left, right, found, wild)
        case IndexValue(a), IndexValue(b):
            yield from _subscripts((a,), (b,), found, wild)
        case ((Number() | Constant()), (Number() | Constant())):
            if pattern == target:
                yield found
        case Add(left), Add(right):
            yield from _any_order(left, right, found, wild)
        case Mul(left), Mul(right):
            yield from _any_order(left, right, found, wild)
        case Power(a, e), Power(b, f):
            for between in unify(a, b, found, wild):
                yield from unify(e, f, between, wild)
        case Call(f, left), Call(g, right) if f == g:
            yield from _in_order(left, right, found, wild)
        case Apply(f, p, left), Apply(g, q, right) if (f, p) == (g, q):
            yield from _in_order(left, right, found, wild)
        case Indicator(ValueCondition(r, a, b)), Indicator(ValueCondition(s, c, d)) if r == s:
            yield from _in_order((a, b), (c, d), found, wild)
        case Sum(b, body), Sum(c, other):
            if b.condition is None and c.condition is None:
                inner = {**found, b.index: c.index}
                for between in _subscripts((b.lower, b.upper), (c.lower, c.upper), found, wild):
                    yield from unify(body, other, {**between, b.index: inner[b.index]}, wild | {b.index})
        case _:
            if key(pattern) == key(target) and not wild & free_variables(pattern):
                yield found


def _subscripts(
    left: Sequence[Index], right: Sequence[Index], found: Binding, wild: frozenset[str]
) -> Iterator[Binding]:
    found = dict(found)
    for a, b in zip(left, right, strict=True):
        if a.lookup is not None and b.lookup is not None and a.lookup.tensor == b.lookup.tensor:
            inner = next(_subscripts(a.lookup.subscripts, b.lookup.subscripts, found, wild), None)
            if inner is None:
                return
            found = inner
            continue
        name = a.variable
        if name is not None and name in wild and name not in found:
            if b.variable is None:
                return
            found[name] = b.variable
        elif a.substitute(_values(found)) != b:
            solved = _solved(a.substitute(_values(found)) - b, wild - found.keys())
            if solved is None:
                return
            found[solved[0]] = solved[1]
        else:  # an index of the pattern that is called as one of the target stands for that one
            found |= {n: n for n in a.variables() & wild - found.keys()}
    yield found


def _solved(apart: Index, wild: frozenset[str]) -> tuple[str, str] | None:
    """``i + a == j + a``, where i is all that is not known yet, is known by the name j."""
    (first, second) = apart.terms if len(apart.terms) == 2 else (((), 0), ((), 0))
    for (left, one), (right, other) in ((first, second), (second, first)):
        names = [m[0].name for m in (left, right) if len(m) == 1 and isinstance(m[0], Var)]
        if one == 1 and other == -1 and len(names) == 2 and names[0] in wild:
            return names[0], names[1]
    return None


def _values(found: Mapping[str, str]) -> dict[str, Index]:
    return {name: var(other) for name, other in found.items()}


def _in_order(left: Sequence[Term], right: Sequence[Term], found: Binding, wild: frozenset[str]) -> Iterator[Binding]:
    if len(left) != len(right):
        return
    if not left:
        yield found
        return
    for between in unify(left[0], right[0], found, wild):
        yield from _in_order(left[1:], right[1:], between, wild)


def _any_order(left: Sequence[Term], right: Sequence[Term], found: Binding, wild: frozenset[str]) -> Iterator[Binding]:
    if len(left) != len(right) or len(left) > _MOST_PERMUTED:
        return
    if not left:
        yield found
        return
    for k, other in enumerate(right):
        for between in unify(left[0], other, found, wild):
            yield from _any_order(left[1:], (*right[:k], *right[k + 1 :]), between, wild)
