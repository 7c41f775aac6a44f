"""Names put back in the place of their bodies, and common factors taken out, as a textbook writes a gradient.

From ``exp(l[i,j])*dp[i,j]/S - sum(exp(l[i,a])*dp[i,a]*exp(l[i,j])/S**2 for a in …)``, where ``p = exp(l)/S``:
``p[i,j]*(dp[i,j] - sum(p[i,a]*dp[i,a] for a in …))``. Nothing here has to be right: whoever uses it checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TypeGuard

from symadj.calculus.rewriting import free_variables, substitute
from symadj.derivation.terms import weight
from symadj.formulas.mapping import mapped
from symadj.terms.index import Index, var
from symadj.terms.nodes import (
    ONE_TERM,
    ZERO_TERM,
    Add,
    Call,
    Entry,
    Mul,
    Number,
    Power,
    Select,
    Sum,
    Term,
    add,
    mul,
    number,
    walk,
)
from symadj.terms.statement import Let

_LEAST_WEIGHT = 3


def folded(term: Term, lets: Iterable[Let]) -> Term:
    """``term`` with the names of ``lets`` in the place of their bodies, where those stand as they are or as factors."""
    for let in lets:
        if weight(let.body) >= _LEAST_WEIGHT and all(i in free_variables(let.body) for i in let.indices):
            term = _fold(term, let)
    return term


def _fold(term: Term, let: Let) -> Term:
    """A body that is ``[c] e`` is looked for as ``e``; a condition around what has its name is left off."""
    core = let.body.then if _is_guarded(let.body) else let.body
    pattern = dict(_powers(core))

    def leaf(part: Term) -> Term | None:
        if isinstance(part, Sum):
            return Sum(part.binder, mapped(part.body, leaf))
        if isinstance(part, Mul):
            return _in_product(part, pattern, let)
        if _is_guarded(part) and _is_guarded(let.body):
            inner = mapped(part.then, leaf)
            return inner if any(isinstance(p, Entry) and p.tensor == let.name for p in walk(inner)) else None
        values = _match(core, part, let.indices)
        return None if values is None else Entry(let.name, tuple(values[i] for i in let.indices))

    return mapped(term, leaf)


def _is_guarded(term: Term) -> TypeGuard[Select]:
    return isinstance(term, Select) and term.otherwise == ZERO_TERM


def _in_product(part: Mul, pattern: dict[Term, Fraction], let: Let) -> Term | None:
    factors = list(_powers(part))
    found: list[Term] = []
    while len(found) < 4:
        entry = _take(factors, pattern, let)
        if entry is None:
            break
        found.append(entry)
    if not found:
        return None
    return mul(*found, *(_power(base, exponent) for base, exponent in factors if exponent))


def _take(factors: list[tuple[Term, Fraction]], pattern: dict[Term, Fraction], let: Let) -> Entry | None:
    """One occurrence of the pattern taken out of the factors, in place; ``None`` where there is none."""
    (first, *others) = pattern.items()
    for at, (base, _) in enumerate(factors):
        values = _match(first[0], base, let.indices)
        if values is None or len(values) < len(let.indices):
            continue
        wanted = [(substitute(b, values), e) for b, e in (first, *others)]
        places = [_place(factors, b, e) for b, e in wanted]
        if None in places or places[0] != at or len(set(places)) < len(places):
            continue
        for place, (_, exponent) in zip(places, wanted, strict=True):
            if place is not None:
                factors[place] = (factors[place][0], factors[place][1] - exponent)
        return Entry(let.name, tuple(values[i] for i in let.indices))
    return None


def _place(factors: list[tuple[Term, Fraction]], base: Term, exponent: Fraction) -> int | None:
    for at, (other, have) in enumerate(factors):
        if have * exponent > 0 and abs(have) >= abs(exponent) and _match(base, other, ()) is not None:
            return at
    return None


def _powers(term: Term) -> Iterator[tuple[Term, Fraction]]:
    for factor in term.factors if isinstance(term, Mul) else (term,):
        if isinstance(factor, Power) and isinstance(factor.exponent, Number) and factor.exponent.value.denominator == 1:
            yield factor.base, factor.exponent.value
        else:
            yield factor, Fraction(1)


def _power(base: Term, exponent: Fraction) -> Term:
    return base if exponent == 1 else Power(base, number(exponent))


def _match(pattern: Term, term: Term, free: Iterable[str]) -> dict[str, Index] | None:
    """Values of the ``free`` indices that make ``pattern`` the ``term``, up to the names of bound indices."""
    values: dict[str, Index] = {}
    return values if _matches(pattern, term, set(free), values, {}) else None


def _matches(a: Term, b: Term, free: set[str], values: dict[str, Index], bound: dict[str, Index]) -> bool:
    match a, b:
        case Entry(s, first), Entry(t, second):
            return s == t and all(_index(x, y, free, values, bound) for x, y in zip(first, second, strict=True))
        case Sum(p, x), Sum(q, y):
            if (p.condition is None) != (q.condition is None) or p.condition is not None:
                return False
            ends = _index(p.lower, q.lower, free, values, bound) and _index(p.upper, q.upper, free, values, bound)
            return ends and _matches(x, y, free - {p.index}, values, {**bound, p.index: var(q.index)})
        case (Add(xs), Add(ys)) | (Mul(xs), Mul(ys)):
            return len(xs) == len(ys) and all(_matches(x, y, free, values, bound) for x, y in zip(xs, ys, strict=True))
        case Power(x, e), Power(y, f):
            return _matches(x, y, free, values, bound) and _matches(e, f, free, values, bound)
        case Call(f, xs), Call(g, ys):
            return f == g and all(_matches(x, y, free, values, bound) for x, y in zip(xs, ys, strict=True))
        case _:
            return a == b and not free_variables(a)


def _index(a: Index, b: Index, free: set[str], values: dict[str, Index], bound: dict[str, Index]) -> bool:
    name = a.variable
    if name is not None and name in free:
        return values.setdefault(name, b) == b
    return a.substitute({**values, **bound}) == b


# ------------------------------------------------------------------------------------------------ common factors


def pulled(term: Term) -> Term:
    """Factors that do not depend on a sum's index taken out of it, in the summands of ``term``.

    >>> from symadj.terms.nodes import Binder
    >>> x, y = Entry("x", (var("i"),)), Entry("y", ())
    >>> s = Sum(Binder("i", Index(()), Index(())), mul(x, y))
    >>> pulled(s) == mul(y, Sum(s.binder, x))
    True
    """
    match term:
        case Add(terms):
            return add(*map(pulled, terms))
        case Mul(factors):
            return mul(*map(pulled, factors))
        case Sum(binder, body):
            inner = pulled(body)
            factors = inner.factors if isinstance(inner, Mul) else (inner,)
            outside = [f for f in factors if binder.index not in free_variables(f)]
            inside = [f for f in factors if binder.index in free_variables(f)]
            if not outside or not inside:
                return Sum(binder, inner)
            return mul(*outside, Sum(binder, mul(*inside)))
        case _:
            return term


def pushed(term: Term) -> Term:
    """The opposite: the factors beside a sum taken into it, where no index would be captured."""
    match term:
        case Add(terms):
            return add(*map(pushed, terms))
        case Mul(factors):
            inner = next((f for f in factors if isinstance(f, Sum)), None)
            others = [f for f in factors if f is not inner]
            if inner is None or any(inner.binder.index in free_variables(f) for f in others):
                return term
            return Sum(inner.binder, pushed(mul(*others, inner.body)))
        case Sum(binder, body):
            return Sum(binder, pushed(body))
        case Select(condition, then, otherwise) if otherwise == ZERO_TERM:
            return Select(condition, pushed(then), otherwise)
        case _:
            return term


def factored(term: Term) -> Term:
    """The factors that all summands share, taken out."""
    term = pulled(term)
    if not isinstance(term, Add):
        return term
    rows: list[list[Term]] = [list(t.factors) if isinstance(t, Mul) else [t] for t in term.terms]
    common: list[Term] = []
    for factor in list(rows[0]):
        if not isinstance(factor, Number) and all(factor in row for row in rows):
            common.append(factor)
            for row in rows:
                row.remove(factor)
    if not common:
        return term
    return mul(*common, add(*(mul(*row) if row else ONE_TERM for row in rows)))


__all__ = ["factored", "folded", "pulled", "pushed"]
