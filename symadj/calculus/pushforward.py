"""The derivative of a let-bound program, as a let-bound program: one line for each line, linear in the tangents.

D(a + b) = Da + Db                     D sum(b for j) = sum(Db for j)
D(a b) = Da b + a Db                   D prod(b for j) = sum(Db prod(b[k] for k if k != j) for j)
D(b^e) = e b^(e-1) Db + b^e log b De   D max(b for j) = sum(Db for j if b == max)
D f(u) = f'(u) Du                      D(a if c else b) = Da if c else Db
D inv(A) = -inv(A) DA inv(A)           D det(A) = det(A) tr(inv(A) DA)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from symadj.calculus import complexes, rules
from symadj.calculus.merging import merged_sum
from symadj.calculus.rewriting import Names, Tidy, freshen
from symadj.calculus.transpose import all_but_one, inverse_entry
from symadj.calculus.vocabulary import Vocabulary, reads_any, varying, vocabulary
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
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    ValueCondition,
    add,
    mul,
    nested_extremum,
)
from symadj.terms.statement import Let, Shape


def pushforward(lets: Sequence[Let], inputs: Mapping[str, Shape], *, complex: bool = False) -> tuple[Let, ...]:
    """The derivative of ``lets`` in the tensors ``inputs``, the others held fixed.

    For each line that depends on an input, in order, a line ``D<name>`` with the same indices: its derivative in the
    direction ``v<input>``, which is of the input's shape. It means what it says under the same hypotheses as the
    pullback.

    >>> from symadj.terms.index import size
    >>> x = Entry("x", (var("i"),))
    >>> y = Let("y", ("i",), (size("n"),), Call("exp", (x,)))
    >>> (Dy,) = pushforward([y], {"x": (size("n"),)})
    >>> Dy.name, Dy.body == mul(Entry("y", (var("i"),)), Entry("vx", (var("i"),)))
    ('Dy', True)

    Raises ``Unsupported`` where a tangent's name is in use, and, over the complex numbers, where the pullback does.
    Complete for every node otherwise.
    """
    words = vocabulary(lets, inputs)
    shapes = varying(lets, inputs)
    tangents = {name: f"v{name}" if name in inputs else f"D{name}" for name in shapes}
    for name, tangent in tangents.items():
        if tangent in words.tensors:
            raise Unsupported(f"the tangent of {name} would be called {tangent}, which is the name of a tensor")
    real = complexes.real_tensors([(let.name, let.body) for let in lets]) if complex else frozenset[str]()
    derivative = _Derivative(tangents, shapes, words, Names(), complex, real)
    return tuple(derivative.line(let) for let in lets if let.name in shapes and let.name not in inputs)


@dataclass(frozen=True, slots=True)
class _Derivative:
    """The derivative of lines and terms; ``tangents`` names the tangents of the tensors that vary."""

    tangents: Mapping[str, str]
    shapes: Mapping[str, Shape]
    words: Vocabulary
    names: Names
    complex: bool
    real: Collection[str]

    def line(self, let: Let) -> Let:
        """The derivative of a line."""
        indices = [self.names.fresh(i) for i in let.indices]
        values = {old: var(new) for old, new in zip(let.indices, indices, strict=True)}
        body = self.of(freshen(let.body, values, self.names), Entry(let.name, tuple(map(var, indices))))
        tangents = frozenset(self.tangents.values())
        tidy = Tidy(self.words.taken | tangents, self.words.indices)
        # factors are repeated inside of the sums they come from: fresh names first, then readable ones
        readable = tidy.term(freshen(body, {}, self.names), dict(zip(indices, let.indices, strict=True)))
        return Let(self.tangents[let.name], let.indices, let.shape, readable)

    def of(self, term: Term, name: Term | None = None) -> Term:
        """The derivative of a term; ``name`` is an entry that equals it, if any."""
        if not reads_any(term, self.tangents):
            return ZERO_TERM
        match term:
            case Entry(tensor, subscripts):
                return Entry(self.tangents[tensor], subscripts)
            case Add(terms):
                return merged_sum([self.of(t) for t in terms])
            case Mul(factors):
                return self._product(factors)
            case Power():
                return self._power(term, name)
            case Call():
                return self._call(term, name)
            case Apply(function, orders, arguments):
                return self._apply(function, orders, arguments)
            case Sum(binder, body):
                return _sum(binder, self.of(body))
            case Product(binder, body):
                return _sum(binder, mul(all_but_one(binder, body, self.names), self.of(body)))
            case Extremum():
                binders, body = nested_extremum(term)
                last = binders[-1]
                attained: Condition = ValueCondition("==", body, term if name is None else name)
                if last.condition is not None:
                    attained = All((last.condition, attained))
                moved = _sum(Binder(last.index, last.lower, last.upper, attained), self.of(body))
                for binder in reversed(binders[:-1]):
                    moved = _sum(binder, moved)
                return moved
            case Select(condition, then, otherwise):
                first, second = self.of(then), self.of(otherwise)
                return ZERO_TERM if first == second == ZERO_TERM else Select(condition, first, second)
            case Inverse() | Determinant():
                return self._matrix(term, name)
            case _:
                return ZERO_TERM

    def _product(self, factors: tuple[Term, ...]) -> Term:
        factors = rules.collected_squares(factors)
        if len(factors) == 1:
            return self.of(factors[0])
        derivatives = (self.of(f) for f in factors)
        return merged_sum([mul(*factors[:k], d, *factors[k + 1 :]) for k, d in enumerate(derivatives)])

    def _power(self, term: Power, name: Term | None) -> Term:
        exponent = term.exponent
        if isinstance(exponent, Number):
            kink, rectified = rules.smooth_kink(term), rules.rectified_root(term)
            if kink is not None and (not self.complex or complexes.is_real(kink[1], self.real)):
                slope = rules.smooth_kink_derivative(kink[0], term.base, kink[1], exponent.value)
                return mul(slope, self.of(kink[1]))
            if kink is not None and kink[0] == "abs" and exponent.value >= 2:
                factor = complexes.abs_power_factor(kink[1], exponent.value)
                return complexes.real_part(mul(complexes.conjugate(factor, self.real), self.of(kink[1])), self.real)
            if rectified is not None and (not self.complex or complexes.is_real(rectified, self.real)):
                slope = rules.power_in_base(rectified, exponent, name)
                return Select(ValueCondition("<", ZERO_TERM, rectified), mul(slope, self.of(rectified)), ZERO_TERM)
        merged = rules.merged_power(term)
        in_base = mul(rules.power_in_base(merged.base, merged.exponent, name), self.of(merged.base))
        logarithmic = rules.power_in_exponent(merged.base, term if name is None else name)
        return merged_sum([in_base, mul(logarithmic, self.of(merged.exponent))])

    def _call(self, term: Call, name: Term | None) -> Term:
        if self.complex:
            special = complexes.tangent(term, self.of(term.arguments[0]), self.real)
            if special is not None:
                return special
            complexes.require_holomorphic(term, self.real)
        slopes = rules.partials(term, term if name is None else name)
        return merged_sum([mul(s, self.of(a)) for s, a in zip(slopes, term.arguments, strict=True)])

    def _apply(self, function: str, orders: tuple[int, ...], arguments: tuple[Term, ...]) -> Term:
        if self.complex:
            raise Unsupported(f"whether the function {function} is holomorphic is not known")
        parts: list[Term] = []
        for k, argument in enumerate(arguments):
            bumped = tuple(o + (j == k) for j, o in enumerate(orders))
            parts.append(mul(Apply(function, bumped, arguments), self.of(argument)))
        return merged_sum(parts)

    def _matrix(self, term: Inverse | Determinant, name: Term | None) -> Term:
        shape = self.shapes[term.tensor]
        p, q = self.names.fresh("i"), self.names.fresh("j")
        stack: tuple[Index, ...]
        if isinstance(term, Inverse):
            *leading, a, b = term.subscripts
            stack = tuple(leading)
            left = inverse_entry(term, name, (*stack, a, var(p)))
            right = inverse_entry(term, name, (*stack, var(q), b))
            entry = Entry(self.tangents[term.tensor], (*stack, var(p), var(q)))
            body = mul(MINUS_ONE, left, entry, right)
        else:
            stack = term.subscripts
            entry = Entry(self.tangents[term.tensor], (*stack, var(p), var(q)))
            body = mul(term if name is None else name, Inverse(term.tensor, (*stack, var(q), var(p))), entry)
        return _sum(Binder(p, ZERO_INDEX, shape[-2]), _sum(Binder(q, ZERO_INDEX, shape[-1]), body))


def _sum(binder: Binder, body: Term) -> Term:
    """The sum, which is 0 where its body is."""
    return add() if body == ZERO_TERM else Sum(binder, body)
