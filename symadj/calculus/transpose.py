"""The transpose of the derivative of one line: what each entry that it reads receives.

A walk from the line's root to its entries that carries the cotangent ``g`` of the term it stands at, and the scope
(indices, binders, guards) it stands in. At ``f(u)`` the cotangent of ``u`` is ``f'(u) g``. Over the complex numbers,
with the inner product Re Σ conj(a) b, a derivative v ↦ a v + b conj(v) has the adjoint g ↦ conj(a) g + b conj(g).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from symadj.calculus import complexes, rules
from symadj.calculus.conditions import negated
from symadj.calculus.deltas import Contribution, Scope
from symadj.calculus.rewriting import Names, freshen, substitute, substitute_condition
from symadj.errors import Unsupported
from symadj.terms.index import ZERO as ZERO_INDEX
from symadj.terms.index import Index, var
from symadj.terms.nodes import (
    MINUS_ONE,
    ZERO_TERM,
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Determinant,
    Entry,
    Extremum,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    ValueCondition,
    children,
    mul,
    nested_extremum,
    same,
)
from symadj.terms.statement import Let, Shape


@dataclass(slots=True)
class Transposer:
    """The transposes of lines in which the tensors of ``shapes`` vary, and every other one is held fixed.

    ``real`` names the tensors whose entries are real numbers although the field is complex.
    """

    shapes: Mapping[str, Shape]
    names: Names
    complex: bool = False
    real: Collection[str] = ()
    _rank: int = 0
    _depends: dict[int, tuple[Term, bool]] = field(default_factory=dict)

    def contributions(self, let: Let, cotangent: str) -> Iterator[Contribution]:
        """What each entry that ``let`` reads receives from the tensor ``cotangent``, in the order of reading.

        Raises ``Unsupported`` for a function without a derivative in the field.
        """
        indices = [self.names.fresh(i) for i in let.indices]
        values = {old: var(new) for old, new in zip(let.indices, indices, strict=True)}
        body = freshen(let.body, values, self.names)
        subscripts = tuple(var(i) for i in indices)
        scope = tuple(Binder(i, ZERO_INDEX, n) for i, n in zip(indices, let.shape, strict=True))
        self._rank = let.rank
        self._depends = {}
        yield from self._visit(body, Entry(cotangent, subscripts), scope, Entry(let.name, subscripts))

    def depends(self, term: Term) -> bool:
        """Whether a varying tensor is read in ``term``, its conditions included."""
        known = self._depends.get(id(term))  # by identity, for hashing walks the term; the entry keeps the term alive
        if known is not None:
            return known[1]
        if isinstance(term, Entry | Inverse | Determinant):
            answer = term.tensor in self.shapes
        else:
            answer = any(self.depends(t) for t in children(term))
        self._depends[id(term)] = (term, answer)
        return answer

    def _visit(self, term: Term, g: Term, scope: Scope, name: Term | None = None) -> Iterator[Contribution]:
        """What ``term`` passes on, its cotangent being ``g``; ``name`` is an entry that equals ``term``, if any."""
        if g == ZERO_TERM or not self.depends(term):
            return
        match term:
            case Entry(tensor, subscripts):
                yield Contribution(tensor, subscripts, g, scope, self._rank)
            case Add(terms):
                for part in terms:
                    yield from self._visit(part, g, scope)
            case Mul(factors):
                yield from self._product(factors, g, scope)
            case Power():
                yield from self._power(term, g, scope, name)
            case Call():
                yield from self._call(term, g, scope, name)
            case Apply(function, orders, arguments):
                if self.complex:
                    raise Unsupported(f"whether the function {function} is holomorphic is not known")
                for k, argument in enumerate(arguments):
                    bumped = tuple(o + (j == k) for j, o in enumerate(orders))
                    yield from self._visit(argument, mul(g, Apply(function, bumped, arguments)), scope)
            case Sum(binder, body):
                yield from self._visit(body, g, _entered(scope, binder))
            case Product(binder, body):
                others = mul(self._conjugate(all_but_one(binder, body, self.names)), g)
                yield from self._visit(body, others, _entered(scope, binder))
            case Extremum():
                binders, body = nested_extremum(term)
                for binder in binders:
                    scope = _entered(scope, binder)
                attained = ValueCondition("==", body, term if name is None else name)
                yield from self._visit(body, g, (*scope, attained))
            case Select(condition, then, otherwise):
                yield from self._visit(then, g, (*scope, condition))
                yield from self._visit(otherwise, g, (*scope, negated(condition)))
            case Inverse() | Determinant():
                yield self._matrix(term, g, scope, name)
            case _:
                return

    def _product(self, factors: tuple[Term, ...], g: Term, scope: Scope) -> Iterator[Contribution]:
        factors = rules.collected_squares(factors)
        for k, factor in enumerate(factors):
            if self.depends(factor):
                before = [self._conjugate(f) for f in factors[:k]]
                after = [self._conjugate(f) for f in factors[k + 1 :]]
                yield from self._visit(factor, mul(*before, g, *after), scope)

    def _power(self, term: Power, g: Term, scope: Scope, name: Term | None) -> Iterator[Contribution]:
        kink = rules.smooth_kink(term)
        if kink is not None and isinstance(term.exponent, Number):
            (kind, u), e = kink, term.exponent.value
            if not self.complex or complexes.is_real(u, self.real):
                slope = rules.smooth_kink_derivative(kind, term.base, u, e)
                yield from self._visit(u, mul(g, slope), scope)
                return
            if kind == "abs" and e >= 2:
                yield from self._visit(u, mul(complexes.abs_power_factor(u, e), self._real_part(g)), scope)
                return
        rectified = rules.rectified_root(term)
        if rectified is not None and (not self.complex or complexes.is_real(rectified, self.real)):
            slope = rules.power_in_base(rectified, term.exponent, name)
            yield from self._visit(rectified, mul(g, slope), (*scope, ValueCondition("<", ZERO_TERM, rectified)))
            return
        merged = rules.merged_power(term)
        base, exponent = merged.base, merged.exponent
        value = term if name is None else name
        slope = rules.power_in_base(base, exponent, name)
        yield from self._visit(base, mul(g, self._conjugate(slope)), scope)
        yield from self._visit(exponent, mul(g, self._conjugate(rules.power_in_exponent(base, value))), scope)

    def _call(self, term: Call, g: Term, scope: Scope, name: Term | None) -> Iterator[Contribution]:
        if self.complex:
            special = complexes.adjoint(term, g, self.real)
            if special is not None:
                yield from self._visit(term.arguments[0], special, scope)
                return
            complexes.require_holomorphic(term, self.real)
        slopes = rules.partials(term, term if name is None else name)
        for argument, slope in zip(term.arguments, slopes, strict=True):
            yield from self._visit(argument, mul(g, self._conjugate(slope)), scope)

    def _matrix(self, term: Inverse | Determinant, g: Term, scope: Scope, name: Term | None) -> Contribution:
        """D inv(A) = -inv(A) dA inv(A);  D det(A) = det(A) tr(inv(A) dA)."""
        shape = self.shapes[term.tensor]
        p, q = self.names.fresh("i"), self.names.fresh("j")
        if isinstance(term, Inverse):
            *stack, a, b = term.subscripts
            left = inverse_entry(term, name, (*stack, a, var(p)))
            right = inverse_entry(term, name, (*stack, var(q), b))
            factors: tuple[Term, ...] = (MINUS_ONE, self._conjugate(left), g, self._conjugate(right))
        else:
            stack = list(term.subscripts)
            value = term if name is None else name
            transposed = Inverse(term.tensor, (*stack, var(q), var(p)))
            factors = (g, self._conjugate(value), self._conjugate(transposed))
        entered = (*scope, Binder(p, ZERO_INDEX, shape[-2]), Binder(q, ZERO_INDEX, shape[-1]))
        return Contribution(term.tensor, (*stack, var(p), var(q)), mul(*factors), entered, self._rank)

    def _conjugate(self, term: Term) -> Term:
        return complexes.conjugate(term, self.real) if self.complex else term

    def _real_part(self, term: Term) -> Term:
        return complexes.real_part(term, self.real) if self.complex else term


def _entered(scope: Scope, binder: Binder) -> Scope:
    """The scope inside ``binder``."""
    plain = Binder(binder.index, binder.lower, binder.upper)
    return (*scope, plain) if binder.condition is None else (*scope, plain, binder.condition)


def all_but_one(binder: Binder, body: Term, names: Names) -> Term:
    """``prod(body for k in … if k != j)`` where ``j`` is the binder's own variable, left free."""
    other = names.fresh(binder.index)
    values: dict[str, Index] = {binder.index: var(other)}
    differs: Condition = Not(same(var(other), var(binder.index)))
    if binder.condition is not None:
        differs = All((differs, substitute_condition(binder.condition, values)))
    return Product(Binder(other, binder.lower, binder.upper, differs), freshen(substitute(body, values), {}, names))


def inverse_entry(term: Inverse, name: Term | None, subscripts: tuple[Index, ...]) -> Term:
    """An entry of the inverse; through ``name``, where that is the inverse with the same subscripts."""
    if isinstance(name, Entry) and name.subscripts == term.subscripts:
        return Entry(name.tensor, subscripts)
    return Inverse(term.tensor, subscripts)
