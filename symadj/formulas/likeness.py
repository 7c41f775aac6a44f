"""Lines compared at a glance, by one text for what is the same sum of products, however it is written and nested.

- the order of factors, of terms and of sums does not matter; what does not need an index may stand in its sum
- ``a/n/m`` is ``a/(n*m)``
- ``a if c else b`` is ``a*(c) + b*(not c)``, and ``sum(a for j … if c)`` is ``sum(a*(c) for j …)``, where a and b have
  values in any case
- ``a[(i+1)%n]`` is ``a[i+1] if i + 1 < n else a[i+1-n]`` for an index i of the line in ``range(n)``; so it is for other
  shifts that lead around the axis once, whatever its size is

Lines of one text have equal entries wherever both read inside of tensors; of different texts nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symadj.calculus.conditions import flattened, negated
from symadj.calculus.rewriting import Names, substitute, substitute_condition
from symadj.formulas.factoring import like, summed
from symadj.formulas.keys import key, key_in
from symadj.formulas.monomials import Monomial, flat, product
from symadj.terms.index import Index, Mod, var
from symadj.terms.nodes import (
    Add,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Entry,
    IndexCondition,
    IndexValue,
    Indicator,
    Mul,
    Number,
    Power,
    Select,
    Sum,
    Term,
    add,
    mul,
    walk,
)
from symadj.terms.statement import Let

_ALWAYS_FINITE = Entry | Number | Constant | IndexValue | Add | Mul | Sum | Indicator


def by_place(let: Let) -> Let:
    """The line with indices named by their places."""
    names = tuple([f"place{k}#" for k in range(let.rank)])
    values = dict(zip(let.indices, map(var, names), strict=True))
    return replace(let, indices=names, body=substitute(let.body, values))


def is_copy(first: Let, second: Let) -> bool:
    """Whether two lines differ in nothing but names of indices and the order of factors and of terms.

    >>> i, j, n = var("i"), var("j"), var("n")
    >>> left = Let("y", ("i",), (n,), Mul((Entry("a", ()), Entry("x", (i,)))))
    >>> is_copy(left, Let("z", ("j",), (n,), Mul((Entry("x", (j,)), Entry("a", ())))))
    True
    """
    return first.shape == second.shape and _text(first) == _text(second)


def _text(let: Let) -> str:
    return key_in(let.body, {name: var(f"~{place}") for place, name in enumerate(let.indices)}, 0)


def alike(first: Let, second: Let) -> bool:
    """Whether two lines are seen to have the same entries, whatever their names and their indices are called.

    >>> i, j, n = var("i"), var("j"), var("n")
    >>> inside = Let("y", ("i",), (n,), Sum(Binder("j", i - i, n), Mul((Entry("x", (i,)), Entry("t", (j,))))))
    >>> outside = Let("y", ("i",), (n,), Mul((Entry("x", (i,)), Sum(Binder("j", i - i, n), Entry("t", (j,))))))
    >>> is_copy(inside, outside), alike(inside, outside)
    (False, True)
    """
    if is_copy(first, second):
        return True
    if first.shape != second.shape:
        return False
    left, right = map(by_place, (first, second))
    layout = _Layout(dict(zip(left.indices, left.shape, strict=True)))
    return key(layout.term(left.body)) == key(layout.term(right.body))


class _Layout:
    def __init__(self, axes: Mapping[str, Index]) -> None:
        self.names = Names()
        self.axes = axes

    def term(self, term: Term) -> Term:
        """The term as a sum of flat products."""
        match term:
            case Add() | Mul() | Sum() | Power() | Select() | Indicator() | Entry():
                return add(*map(_written, self.products(term)))
            case Call(function, arguments):
                return Call(function, tuple(map(self.term, arguments)))
            case Apply(function, orders, arguments):
                return Apply(function, orders, tuple(map(self.term, arguments)))
            case _:
                return term

    def products(self, term: Term) -> list[Monomial]:
        """The products that the term is the sum of, like ones counted together."""
        match term:
            case Add(terms):
                return like([m for t in terms for m in self.products(t)])
            case Mul(factors):
                result = Monomial()
                for factor in factors:
                    result = product(result, self._one(self.products(factor)))
                return [result] if result.coefficient else []
            case Sum(binder, body):
                return self._summed(binder, body)
            case Power(base, Number(exponent)) if exponent.denominator == 1:
                inner = self._one(self.products(base))
                if inner.binders or not inner.coefficient:
                    return [flat(Power(_written(inner), Number(exponent)), self.names)]
                powers = {t: (a, e * exponent) for t, (a, e) in inner.atoms.items()}
                return [Monomial(inner.coefficient**exponent.numerator, powers)]
            case Entry(_, subscripts) if (turn := self._turning(subscripts)) is not None:
                return self.products(_turned(term, *turn))
            case Power(base, exponent):
                return [flat(Power(self.term(base), self.term(exponent)), self.names)]
            case Indicator(condition):
                return [_mask(condition)]
            case Select(condition, then, otherwise) if _is_finite(then) and _is_finite(otherwise):
                sides = ((condition, then), (negated(condition), otherwise))
                return like([product(_mask(c), m) for c, side in sides for m in self.products(side)])
            case _:
                found = flat(self.term(term) if isinstance(term, Call | Apply) else term, self.names)
                return [found] if found.coefficient else []

    def _turning(self, subscripts: Sequence[Index]) -> tuple[int, Mod] | None:
        """The place of the first subscript ``(i + shift)%n`` that leads around the axis of i at most once, and it."""
        for place, subscript in enumerate(subscripts):
            if len(subscript.terms) != 1 or len(subscript.terms[0][0]) != 1 or subscript.terms[0][1] != 1:
                continue
            atom = subscript.terms[0][0][0]
            if not isinstance(atom, Mod) or len(atom.numerator.variables()) != 1:
                continue
            (name,) = atom.numerator.variables()
            shift = (atom.numerator - var(name)).value
            if shift and self.axes.get(name) == atom.divisor and abs(shift) <= (atom.divisor.value or 1):
                return place, atom
        return None

    def _one(self, products: Sequence[Monomial]) -> Monomial:
        """A sum of products as one factor."""
        if len(products) == 1:
            return products[0]
        result = Monomial()
        result.times(add(*map(_written, products)))
        return result

    def _summed(self, binder: Binder, body: Term) -> list[Monomial]:
        values = {binder.index: var(self.names.fresh(binder.index))}
        inner = self._one(self.products(substitute(body, values)))
        if binder.condition is not None:
            inner = product(_mask(substitute_condition(binder.condition, values)), inner)
        bound = Binder(values[binder.index].variable or "", binder.lower, binder.upper)
        inner.binders = (bound, *inner.binders)
        return [inner] if inner.coefficient else []


def _turned(entry: Entry, place: int, subscript: Mod) -> Select:
    """The entry with ``i + shift`` where that is inside the axis, and one turn further or back where it is not."""
    plain, length = subscript.numerator, subscript.divisor
    back = dict(plain.terms).get((), 0) > 0
    inside = IndexCondition(">=", length - 1 - plain if back else plain)
    turns = (plain, plain - length if back else plain + length)
    before, after = entry.subscripts[:place], entry.subscripts[place + 1 :]
    return Select(inside, *(Entry(entry.tensor, (*before, s, *after)) for s in turns))


def _mask(condition: Condition) -> Monomial:
    result = Monomial()
    for part in flattened(condition):
        result.atoms[key(Indicator(part))] = (Indicator(part), Fraction(1))
    return result


def _is_finite(term: Term) -> bool:
    """Whether the term has a value where its entries do: it divides by nothing, and takes no functions."""
    return all(isinstance(t, _ALWAYS_FINITE) for t in walk(term))


def _written(monomial: Monomial) -> Term:
    factors = [a if e == 1 else Power(a, Number(e)) for a, e in monomial.atoms.values()]
    body = mul(Number(monomial.coefficient), *factors)
    return summed(monomial.binders, body) if monomial.binders else body
