"""Terms as a person would write them: sums where they belong, common factors taken out, known values by their names.

Rules, for products laid out flat (``monomials``):

- ``a*b**2/a`` is ``b**2``; numbers are multiplied together
- ``sum(a*b[j] for j …)`` is ``a*sum(b[j] for j …)``, and nested sums of products stand in the order that costs least
- ``sum(1 for j in range(n))`` is ``n``
- ``a*b + a*c`` is ``a*(b + c)``; equal terms are counted
- ``sum(x[i] - m for i …)`` is taken apart where that leaves less

Nothing here is relied upon: ``checking`` compares the result with the derived line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symadj.calculus.conditions import conjunction, flattened
from symadj.calculus.rewriting import Names, free_variables, substitute, substitute_condition
from symadj.formulas.choices import FALSE, TRUE, chosen, merged, pinned, simplified
from symadj.formulas.cost import cost
from symadj.formulas.factoring import common, complete, grouped, like, together
from symadj.formulas.integers import Integers
from symadj.formulas.monomials import Monomial, flat, product
from symadj.formulas.products import is_negative, nested
from symadj.formulas.reuse import Pattern, reused, with_sigmoids
from symadj.formulas.solving import solved
from symadj.terms.index import Index, var
from symadj.terms.nodes import (
    ZERO_TERM,
    Add,
    Apply,
    Binder,
    Call,
    Condition,
    Determinant,
    Entry,
    Extremum,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    walk,
)

_MOST_EXPANDED = 24


class Simplifier:
    """Simplifies the right side of one line, whose free indices run over ``axes``."""

    def __init__(
        self,
        axes: Mapping[str, Index],
        ranges: Mapping[str, float],
        known: Sequence[Pattern],
        cotangents: frozenset[str],
        integers: Integers,
        *,
        expand: bool = False,
    ) -> None:
        self.names = Names()
        self.axes = dict(axes)
        self.ranges = dict(ranges)
        self.known = list(known)
        self.cotangents = cotangents
        self.integers = integers
        self.expand = expand
        self.could_expand = False  # whether ``expand`` may lead to something else
        self.has_brackets = False  # whether there is anything for ``expand`` to multiply out
        self._among = 0  # the sums around what is taken apart

    def term(self, term: Term) -> Term:
        """The simplified term; its bound indices carry marks."""
        match term:
            case Add() | Mul() | Sum() | Power():
                return self.build(self.monomials(term))
            case Call(function, arguments):
                return self._known(Call(function, tuple(self.term(a) for a in arguments)))
            case Select():
                return self.build(self.monomials(term))
            case Indicator(condition):
                return self.build(self._where(condition))
            case Apply(function, orders, arguments):
                return self._known(Apply(function, orders, tuple(self.term(a) for a in arguments)))
            case Product(binder, body):
                bound, inner = self._fresh(binder, body)
                return Product(bound, self.term(inner))
            case Extremum(kind, binder, body):
                bound, inner = self._fresh(binder, body)
                return self._known(Extremum(kind, bound, self.term(inner)))
            case IndexValue(index) if index.divides and self.integers.simplified(index) != index:
                return self.term(IndexValue(self.integers.simplified(index)))
            case IndexValue() | Number():
                return self.build([self._flat(term)])
            case Entry():
                return self.integers.with_digits(term)
            case _:
                return term

    def _known(self, atom: Term) -> Term:
        """An atom, by its name if it has one."""
        monomial = Monomial()
        monomial.times(atom)
        return self._nested(reused(monomial, self.known, self.axes))

    # ---- taking apart

    def monomials(self, term: Term) -> list[Monomial]:
        """The term as a sum of flat products."""
        match term:
            case Add(terms):
                self._among += 1
                apart = [m for t in terms for m in self.monomials(t)]
                self._among -= 1
                return apart
            case Mul(factors):
                return self._product([self.monomials(f) for f in factors])
            case Sum(binder, body):
                return self._summed(binder, body)
            case Power(base, Number() as exponent):
                inner = self.build(self.monomials(base))
                return [self._settled(self._flat(Power(inner, exponent)))]
            case Power(base, exponent):
                return [self._flat(self._known(Power(self.term(base), self.term(exponent))))]
            case Select(condition, then, otherwise):
                return self._chosen(self._condition(condition), then, otherwise)
            case Indicator(condition):
                return self._where(condition)
            case _:
                found = self._flat(self.term(term))
                return [found] if found.coefficient else []

    def _condition(self, condition: Condition) -> Condition:
        return simplified(condition, self.integers, lambda t: t if isinstance(t, Indicator) else self.term(t))

    def _where(self, condition: Condition) -> list[Monomial]:
        """The condition as a factor."""
        known = self._condition(condition)
        if known in (TRUE, FALSE):
            return [Monomial()] if known == TRUE else []
        return [self._flat(self._known(Indicator(known)))]

    def _chosen(self, condition: Condition, then: Term, otherwise: Term) -> list[Monomial]:
        if condition in (TRUE, FALSE):
            return self.monomials(then if condition == TRUE else otherwise)
        if otherwise == ZERO_TERM and _reads_scalars(then):
            return self._product([self._where(condition), self.monomials(then)])
        first, second = (self._flat(self.term(t)) for t in (then, otherwise))
        if not second.coefficient:
            return [self._guarded(condition, first)] if first.coefficient else []
        return [chosen(condition, first, second, self.build)]

    def _flat(self, term: Term) -> Monomial:
        found = flat(term, self.names)
        self._register(found.binders)
        return found

    def _register(self, binders: Sequence[Binder]) -> None:
        for binder in binders:
            self.integers.ranges[binder.index] = (binder.lower, binder.upper)
            if not binder.lower.terms:
                self.axes[binder.index] = binder.upper

    def _settled(self, monomial: Monomial) -> Monomial:
        found = solved(monomial, self.integers, self.cotangents)
        self._register(found.monomial.binders)
        result = reused(_counted(found.monomial), self.known, self.axes)
        short = with_sigmoids(result)
        result = result if short is result else reused(short, self.known, self.axes)
        guard = conjunction(found.guards)
        return result if guard is None or not result.coefficient else self._guarded(guard, result)

    def _guarded(self, condition: Condition, inside: Monomial) -> Monomial:
        """``inside if condition else 0``, with its number in front."""
        guards, values = pinned(list(flattened(condition)))
        if values:
            condition, inside = conjunction(guards) or condition, _at(inside, values)
        guarded = Monomial(inside.coefficient)
        inside.coefficient = Fraction(1)
        guarded.times(Select(condition, self._nested(inside), ZERO_TERM))
        return guarded

    def _product(self, factors: list[list[Monomial]]) -> list[Monomial]:
        count = 1
        for monomials in factors:
            count *= len(monomials)
        if count == 0:
            return []
        result = [Monomial()]
        below = {t for ms in factors for m in ms for t, (_, e) in m.atoms.items() if e < 0}
        for monomials in factors:
            if len(monomials) > 1:
                whole = self._flat(self.build(monomials))
                possible = count <= _MOST_EXPANDED and not below & set(whole.atoms)
                self.has_brackets |= possible
                self.could_expand |= possible and (self._among > 0 or self._pays(monomials, factors))
                if not (self.expand and possible):
                    monomials = [whole]
            result = [product(left, self._renewed(right)) for left in result for right in monomials]
        return [self._settled(m) for m in result if m.coefficient]

    @staticmethod
    def _pays(monomials: list[Monomial], factors: list[list[Monomial]]) -> bool:
        """Whether something may become simpler when the other factors are multiplied into a sum.

        So it is beside another sum, around one, where something cancels, and where a term of it needs no index that is
        summed over.
        """
        others = [ms for ms in factors if ms is not monomials]
        atoms = {t: e for ms in others for m in ms for t, (_, e) in m.atoms.items()}
        bound = {n for ms in others for m in ms for a, _ in m.atoms.values() for n in free_variables(a) if "#" in n}
        for monomial in monomials:
            names = {n for atom, _ in monomial.atoms.values() for n in free_variables(atom)}
            if monomial.atoms and bound - names:
                return True
            for text, (atom, exponent) in monomial.atoms.items():
                if isinstance(atom, Add) or atoms.get(text, exponent) * exponent < 0:
                    return True
        return any(len(ms) > 1 for ms in others)

    def _renewed(self, monomial: Monomial) -> Monomial:
        """The same, with bound indices of its own, so that it can be multiplied by itself."""
        if not monomial.binders:
            return monomial
        values = {b.index: var(self.names.fresh(b.index)) for b in monomial.binders}
        result = Monomial(monomial.coefficient, {}, tuple(_called(b, values) for b in monomial.binders))
        for atom, exponent in monomial.atoms.values():
            result.times(substitute(atom, values), exponent)
        self._register(result.binders)
        return result

    def _fresh(self, binder: Binder, body: Term) -> tuple[Binder, Term]:
        fresh = self.names.fresh(binder.index)
        values = {binder.index: var(fresh)}
        condition = None if binder.condition is None else substitute_condition(binder.condition, values)
        bound = Binder(fresh, binder.lower, binder.upper, condition)
        self._register([bound])
        return bound, substitute(body, values)

    def _summed(self, binder: Binder, body: Term) -> list[Monomial]:
        bound, inner = self._fresh(binder, body)
        apart = self.monomials(inner)
        if len(apart) > 1:
            spread = [self._under(bound, m) for m in apart]
            if self.expand or len(like(spread)) < 2:
                return spread
            self.could_expand = True
            apart = [self._flat(self.build(apart))]
        return [self._spread(self._under(bound, m)) if len(apart) == 1 else m for m in apart if m.coefficient]

    def _under(self, binder: Binder, monomial: Monomial) -> Monomial:
        result = self._renewed(monomial).copy()
        fresh = self.names.fresh(binder.index)
        values = {binder.index: var(fresh)}
        condition = None if binder.condition is None else substitute_condition(binder.condition, values)
        bound = Binder(fresh, binder.lower, binder.upper, condition)
        self._register([bound])
        moved = Monomial(result.coefficient, {}, (bound, *(_renamed(b, values) for b in result.binders)))
        for atom, exponent in result.atoms.values():
            moved.times(substitute(atom, values), exponent)
        return self._settled(moved)

    def _spread(self, monomial: Monomial) -> Monomial:
        """A sum over nothing but a bracket, as the sums of its terms, where these cancel."""
        for text, (atom, exponent) in monomial.atoms.items():
            if not (isinstance(atom, Add) and exponent == 1):
                continue
            mine = free_variables(atom) & monomial.bound
            others = [a for t, (a, _) in monomial.atoms.items() if t != text]
            if not mine or any(free_variables(a) & mine for a in others):
                continue
            rest = Monomial(monomial.coefficient, {t: p for t, p in monomial.atoms.items() if t != text})
            rest.binders = tuple(b for b in monomial.binders if b.index not in mine)
            inner = tuple(b for b in monomial.binders if b.index in mine)
            if any(mine & _speaks(b) for b in monomial.binders):
                continue
            total = self._terms_under(inner, atom)
            if not total:
                return Monomial(Fraction(0))
            if len(total) == 1:
                return self._settled(product(rest, total[0]))
        return monomial

    def _terms_under(self, binders: tuple[Binder, ...], atom: Add) -> list[Monomial]:
        apart = self.monomials(atom)
        for binder in reversed(binders):
            apart = [self._under(binder, m) for m in apart]
        return like(apart)

    # ---- putting together

    def build(self, monomials: Sequence[Monomial]) -> Term:
        """The sum of the monomials, with what they have in common taken out."""
        left = merged(complete(like(list(monomials))), self.build)
        if not left:
            return ZERO_TERM
        if len(left) == 1:
            return self._nested(left[0])
        shared, rest = common(left)
        if shared.atoms or shared.coefficient != 1:
            inner = self.build(rest)
            shared.times(inner) if isinstance(inner, Add) else None
            if not isinstance(inner, Add):
                shared = product(shared, self._flat(inner))
            return self._nested(shared)
        left = self._sums_merged(left)
        if len(left) == 1:
            return self._nested(left[0])
        plain = Add(tuple(_positive_first([self._nested(m) for m in left])))
        price: float | None = None
        for inside, outside in grouped(left):
            candidate = self.build([self._flat(self.build(inside)), *outside])
            if isinstance(candidate, Add):
                price = cost(plain, self.ranges) if price is None else price
                if cost(candidate, self.ranges) <= price:
                    return candidate
        return plain

    def _sums_merged(self, monomials: list[Monomial]) -> list[Monomial]:
        """``sum(a[j]*x[j] for j …) + sum(b[j]*x[j] for j …)`` as one sum, where that costs no more."""
        for place, first in enumerate(monomials):
            for later in range(place + 1, len(monomials)):
                pair = together(first, monomials[later])
                if pair is None:
                    continue
                shared, rest = pair
                shared.times(self.build(rest))
                apart = cost(self._nested(first), self.ranges) + cost(self._nested(monomials[later]), self.ranges)
                if cost(self._nested(shared), self.ranges) <= apart:
                    others = [m for k, m in enumerate(monomials) if k not in (place, later)]
                    return self._sums_merged([*others[:place], shared, *others[place:]])
        return monomials

    def _nested(self, monomial: Monomial) -> Term:
        return nested(monomial, self.ranges, self.cotangents)


def _positive_first(terms: list[Term]) -> list[Term]:
    return sorted(terms, key=is_negative)


def _reads_scalars(term: Term) -> bool:
    """Whether nothing in the term needs a guard to be read."""
    return all(not t.subscripts for t in walk(term) if isinstance(t, Entry | Inverse | Determinant))


def _renamed(binder: Binder, values: Mapping[str, Index]) -> Binder:
    condition = None if binder.condition is None else substitute_condition(binder.condition, values)
    return Binder(binder.index, binder.lower.substitute(values), binder.upper.substitute(values), condition)


def _at(monomial: Monomial, values: Mapping[str, Index]) -> Monomial:
    """The monomial at these values of free indices."""
    result = Monomial(monomial.coefficient, {}, tuple(_renamed(b, values) for b in monomial.binders))
    for atom, exponent in monomial.atoms.values():
        result.times(substitute(atom, values), exponent)
    return result


def _called(binder: Binder, values: Mapping[str, Index]) -> Binder:
    return replace(_renamed(binder, values), index=values[binder.index].variable or binder.index)


def _speaks(binder: Binder) -> set[str]:
    return binder.lower.variables() | binder.upper.variables()


def _counted(monomial: Monomial) -> Monomial:
    """``sum(1 for j in range(n))`` as ``n``."""
    if not monomial.binders:
        return monomial
    used = {n for atom, _ in monomial.atoms.values() for n in free_variables(atom)}
    used |= {n for b in monomial.binders for n in _speaks(b)}
    idle = [
        b
        for b in monomial.binders
        if b.index not in used and b.condition is None and not b.lower.terms
        and len(b.upper.terms) == 1 and not b.upper.variables()
    ]  # fmt: skip
    if not idle:
        return monomial
    result = monomial.copy()
    result.binders = tuple(b for b in monomial.binders if b not in idle)
    for binder in idle:
        counted = flat(IndexValue(binder.upper), Names())
        result = product(result, counted)
    return result
