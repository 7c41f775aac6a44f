"""Flat products as terms: where each sum stands, and in which order factors are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import permutations

from symadj.calculus.rewriting import condition_variables, free_variables
from symadj.formulas.cost import Ranges, cost, measure
from symadj.formulas.monomials import ONE, Monomial
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    Add,
    Binder,
    Call,
    Entry,
    IndexValue,
    Mul,
    Number,
    Power,
    Sum,
    Term,
    mul,
    number,
)

_MOST_ORDERED = 4
_LESS = 0.999
_ROOT = Fraction(-1, 2)
Part = tuple[Term, Fraction]


def nested(monomial: Monomial, ranges: Ranges, cotangents: frozenset[str]) -> Term:
    """The term of a monomial, with the sums where they cost least; between equals, as few nested ones as possible."""
    if not monomial.binders:
        return _eliminated(monomial, (), True, cotangents)
    inner = dict(ranges)
    for binder in monomial.binders:
        inner[binder.index] = max(measure(binder.upper - binder.lower, inner), 1.0)
    first, *chains = orders(monomial.binders)
    best = _eliminated(monomial, first, True, cotangents)
    if len(monomial.binders) < 2:
        return best
    least = cost(best, ranges)
    for chain in (first, *chains):
        term = _eliminated(monomial, chain, False, cotangents)
        price = least if term == best else cost(term, ranges)
        if price < least * _LESS:
            best, least = term, price
    return best


def orders(binders: Sequence[Binder]) -> Iterable[Sequence[Binder]]:
    """The orders of sums, outermost first, in which no range speaks of an index that is bound further in."""
    if len(binders) > _MOST_ORDERED:
        yield binders
        return
    for order in permutations(binders):
        known: set[str] = set()
        names = {b.index for b in binders}
        for binder in order:
            if _needs(binder) & names - known - {binder.index}:
                break
            known.add(binder.index)
        else:
            yield order


def _needs(binder: Binder) -> set[str]:
    found = binder.lower.variables() | binder.upper.variables()
    return found if binder.condition is None else found | condition_variables(binder.condition)


def _eliminated(monomial: Monomial, order: Sequence[Binder], together: bool, cotangents: frozenset[str]) -> Term:
    """The sums carried out from the innermost; ``together`` keeps all of them around one product."""
    if not order:
        return ordered(monomial.coefficient, monomial.atoms.values(), cotangents)
    bound = {b.index for b in order}
    outside: list[Part] = []
    inside: list[tuple[Part, set[str]]] = []
    for part in monomial.atoms.values():
        names = free_variables(part[0])
        if names & bound or _guarded(part[0], order):
            inside.append((part, names))
        else:
            outside.append(part)
    if together:
        term: Term = ordered(ONE, [p for p, _ in inside], cotangents)
        for binder in reversed(order):
            term = _summed(binder, term)
        return _joined(monomial.coefficient, outside, [term], cotangents)
    for binder in reversed(order):
        mine: list[Part] = []
        rest: list[tuple[Part, set[str]]] = []
        for part, names in inside:
            if binder.index in names or _guarded(part[0], [binder]):
                mine.append(part)
            else:
                rest.append((part, names))
        summed = _summed(binder, ordered(ONE, mine, cotangents))
        rest.append(((summed, ONE), free_variables(summed)))
        inside = rest
    return _joined(monomial.coefficient, outside, [], cotangents, [p for p, _ in inside])


def _joined(
    coefficient: Fraction,
    outside: list[Part],
    sums: list[Term],
    cotangents: frozenset[str],
    others: Sequence[Part] = (),
) -> Term:
    return ordered(coefficient, [*outside, *((t, ONE) for t in sums), *others], cotangents)


def _guarded(term: Term, order: Sequence[Binder]) -> bool:
    """Whether a condition or an empty range may keep the term from being read outside of a tensor."""
    if all(b.condition is None and not b.lower.terms for b in order):
        return False
    return isinstance(term, Entry) and any(s.variable is None and s.value is None for s in term.subscripts)


def _summed(binder: Binder, body: Term) -> Term:
    plain = binder.condition is None and not binder.lower.terms and len(binder.upper.terms) == 1
    if body == ONE_TERM and plain and not binder.upper.variables():
        return IndexValue(binder.upper)
    return Sum(binder, body)


# ------------------------------------------------------------------------------------------------ order of factors


def ordered(coefficient: Fraction, parts: Iterable[Part], cotangents: frozenset[str]) -> Term:
    """A product as a person writes it: sign, number, cotangent, entries, functions, sums; then what divides it."""
    above: list[Term] = []
    below: list[Term] = []
    flattened: list[Part] = []
    for term, exponent in parts:
        if isinstance(term, Mul) and (exponent is ONE or exponent == 1):
            flattened += [(f, ONE) for f in term.factors]
        else:
            flattened.append((term, exponent))
    for term, exponent in flattened:
        if exponent is ONE or exponent == 1:
            if isinstance(term, Number):
                coefficient *= term.value
            elif isinstance(term, Power) and term.exponent == MINUS_ONE:
                below.append(term.base)
            else:
                above.append(term)
        elif exponent.numerator < 0 and (exponent.denominator == 1 or exponent == _ROOT):
            below.append(_raised(term, -exponent))
        else:
            above.append(_raised(term, exponent))
    if not coefficient.numerator:
        return number(0)
    for factors in (above, below):
        if len(factors) > 1:
            factors.sort(key=lambda t: _place(t, cotangents))
    top = abs(coefficient.numerator)
    front = [number(top)] if top != 1 else []
    if coefficient.numerator < 0:
        front = [MINUS_ONE, *front] if not front else [number(-top)]
    bottom = [*([number(coefficient.denominator)] if coefficient.denominator != 1 else []), *below]
    return _divided([*front, *above], bottom)


def without_sign(term: Term) -> Term:
    """``2*(b - a)`` for ``-2*(a - b)``."""
    if not isinstance(term, Mul) or not is_negative(term):
        return term
    opposite = _opposite(negated(term))
    return term if opposite is None else opposite


def _opposite(term: Term) -> Term | None:
    """``b - a`` of ``a - b``, also inside a sum or a product; ``None`` where no entries are subtracted."""
    match term:
        case Add(terms) if any(map(is_negative, terms)) and not any(isinstance(t, Number) for t in terms):
            return Add(tuple(sorted((negated(t) for t in terms), key=is_negative)))
        case Sum(binder, body):
            inner = _opposite(body)
            return None if inner is None else Sum(binder, inner)
        case Mul(factors):
            for place, factor in enumerate(factors):
                inner = _opposite(factor)
                if inner is not None:
                    return Mul((*factors[:place], inner, *factors[place + 1 :]))
    return None


def is_negative(term: Term) -> bool:
    """Whether it is written with a sign in front."""
    match term:
        case Number(value):
            return value < 0
        case Mul(factors):
            return is_negative(factors[0])
        case IndexValue(index):
            return all(c < 0 for _, c in index.terms)
        case _:
            return False


def negated(term: Term) -> Term:
    """``-term``, without two signs."""
    match term:
        case Number(value):
            return Number(-value)
        case IndexValue(index):
            return IndexValue(-index)
        case Mul((Number(value), *rest)):
            return mul(number(-value), *rest) if value != -1 else mul(*rest)
        case _:
            return mul(MINUS_ONE, term)


def _divided(top: list[Term], bottom: list[Term]) -> Term:
    if not bottom:
        return mul(*top)
    if len(bottom) == 1 and isinstance(bottom[0], Number):
        share = Number(1 / bottom[0].value)
        return mul(*top, share)
    denominator = bottom[0] if len(bottom) == 1 else Mul(tuple(bottom))
    return mul(*top, Power(denominator, MINUS_ONE))


def _raised(term: Term, exponent: Fraction) -> Term:
    return term if exponent == 1 else Power(term, Number(exponent))


def _place(term: Term, cotangents: frozenset[str]) -> tuple[int, int]:
    base = term.base if isinstance(term, Power) else term
    match base:
        case Entry(tensor, subscripts):
            mine = tensor in cotangents
            return (0 if not subscripts else 1), (0 if mine else 1)
        case IndexValue():
            return 0, 0
        case Call():
            return (2 if free_variables(base) else 0), 2
        case Add():
            return 3, 0
        case Sum():
            return 4, 0
        case _:
            return 2, 0
