"""Complex statements as real ones: every tensor gets an axis of its two parts, 0 the real and 1 the imaginary one.

``Re Σ conj(a) b`` is then ``Σ_c Σ_i a[c,i]*b[c,i]``, the pairing of real tensors, so that a claim over the complex
numbers is one claim over the reals, with one differential and one uniqueness lemma. Complete for sums, products,
quotients, whole powers, ``conj real imag abs``, exponentials and the circular and hyperbolic functions, and for roots
and other functions of what is seen to be real; an exponential ``exp(1j*t)`` is ``cos(t) + 1j*sin(t)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symadj.export.rocq.errors import NotExported
from symadj.terms.index import ONE, ZERO, Index, constant, var
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Add,
    All,
    Binder,
    Call,
    Condition,
    Constant,
    Entry,
    IndexCondition,
    IndexValue,
    Indicator,
    Mul,
    Not,
    Number,
    Power,
    Select,
    Sum,
    Term,
    ValueCondition,
    add,
    condition_terms,
    mul,
    negate,
    number,
    same,
)
from symadj.terms.statement import Assumption, Let, Statement, Tensor

PART = "c'"  # the index of the parts; no name of the notation has a prime
MOST_POWER = 4
PARTS = (ZERO, ONE)
Parts = tuple[Term, Term]


def in_parts(statement: Statement) -> Statement:
    """The statement about parts; it stays marked as complex. Raises ``NotExported``."""
    split = Splitting()
    return replace(
        statement,
        inputs=tuple(t if t.below is not None else Tensor(t.name, (constant(2), *t.shape)) for t in statement.inputs),
        forward=tuple(split.line(let) for let in statement.forward),
        backward=tuple(split.line(let) for let in statement.backward),
        assumptions=tuple(a for assumption in statement.assumptions for a in split.assumption(assumption)),
    )


def of_part(part: str, real: Term, imaginary: Term) -> Term:
    """The part ``part`` of ``real + 1j*imaginary``."""
    first, second = (same(var(part), value) for value in PARTS)
    return Select(first, real, Select(second, imaginary, ZERO_TERM))


class Splitting:
    """Terms in parts, once the lines before them are: which of these are real, and which of those not negative."""

    def __init__(self) -> None:
        self.reals: set[str] = set()
        self.not_negative: set[str] = set()

    def line(self, let: Let) -> Let:
        """The line ``let``, of parts."""
        real, imaginary = self.parts(let.body)
        if imaginary == ZERO_TERM:
            self.reals.add(let.name)
            if self._not_negative(let.body):
                self.not_negative.add(let.name)
        return Let(
            let.name, (PART, *let.indices), (constant(2), *let.shape), of_part(PART, real, imaginary), let.source
        )

    def assumption(self, assumption: Assumption) -> list[Assumption]:
        """What is assumed, of parts; what cannot be said is left out, which makes the theorem stronger."""
        try:
            return [replace(assumption, condition=self._condition(assumption.condition))]
        except NotExported:
            return []

    def _condition(self, part: Condition) -> Condition:
        match part:
            case ValueCondition("==", left, right):
                real, imaginary = self.parts(_plus(left, _negated(right)))
                return All((ValueCondition("==", real, ZERO_TERM), ValueCondition("==", imaginary, ZERO_TERM)))
            case ValueCondition(relation, left, right):
                return ValueCondition(relation, self._real(left), self._real(right))
            case Not(ValueCondition("==", left, right)):
                real, imaginary = self.parts(_plus(left, _negated(right)))
                apart = real if imaginary == ZERO_TERM else _square((real, imaginary))
                return Not(ValueCondition("==", apart, ZERO_TERM))
            case All(pieces):
                return All(tuple(self._condition(p) for p in pieces))
            case IndexCondition():
                return part
            case _:
                raise NotExported("a hypothesis on complex numbers")

    def _real(self, term: Term) -> Term:
        real, imaginary = self.parts(term)
        if imaginary != ZERO_TERM:
            raise NotExported("an order of complex numbers")
        return real

    def parts(self, term: Term) -> Parts:
        """The real and the imaginary part of a term.

        >>> Splitting().parts(mul(Constant("1j"), Entry("x", ())))[1] == Entry("x", (ZERO,))
        True
        """
        match term:
            case Number() | IndexValue() | Constant("pi"):
                return term, ZERO_TERM
            case Constant():
                return ZERO_TERM, ONE_TERM
            case Entry(tensor, subscripts):
                entry = Entry(tensor, (ZERO, *subscripts))
                return entry, ZERO_TERM if tensor in self.reals else Entry(tensor, (ONE, *subscripts))
            case Add(terms):
                split = [self.parts(t) for t in terms]
                return _plus(*(a for a, _ in split)), _plus(*(b for _, b in split))
            case Mul(factors):
                product: Parts = (ONE_TERM, ZERO_TERM)
                for factor in factors:
                    product = _product(product, self.parts(factor))
                return product
            case Power(base, exponent):
                return self._power(base, exponent)
            case Sum(binder, body):
                if binder.condition is not None:
                    _of_integers(binder.condition)
                first, second = self.parts(body)
                return _sum(binder, first), _sum(binder, second)
            case Indicator(condition):
                _of_integers(condition)
                return term, ZERO_TERM
            case Select(condition, then, otherwise):
                _of_integers(condition)
                (a, b), (c, d) = self.parts(then), self.parts(otherwise)
                return _select(condition, a, c), _select(condition, b, d)
            case Call(function, arguments):
                return self._call(function, arguments)
            case _:
                raise NotExported(f"{_CONSTRUCTS.get(type(term).__name__, type(term).__name__)} of complex numbers")

    def _power(self, base: Term, exponent: Term) -> Parts:
        if not isinstance(exponent, Number):
            raise NotExported("a power with a symbolic exponent of complex numbers")
        value = exponent.value
        if (inside := _absolute(base)) and value.denominator == 1 and not value % 2:
            squares = _square(self.parts(inside))
            return (squares if value == 2 else Power(squares, Number(value / 2))), ZERO_TERM
        real, imaginary = self.parts(base)
        if imaginary == ZERO_TERM:
            if value.denominator != 1 and not self._not_negative(base):
                raise NotExported("a root of what may be negative, over the complex numbers")
            return Power(real, exponent), ZERO_TERM
        if value.denominator != 1 or abs(value) > MOST_POWER:
            raise NotExported("a root, or a high power, of a complex number")
        product: Parts = (ONE_TERM, ZERO_TERM)
        for _ in range(abs(int(value))):
            product = _product(product, (real, imaginary) if value > 0 else _inverse((real, imaginary)))
        return product

    def _not_negative(self, term: Term) -> bool:
        """Whether a term with real values is seen not to be negative."""
        match term:
            case Number(value):
                return value >= 0
            case Call("abs" | "exp", _):
                return True
            case Power(base, exponent):
                even = isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value % 2 == 0
                return even or self._not_negative(base)
            case Add(pieces) | Mul(pieces):
                return all(self._not_negative(p) for p in pieces)
            case Sum(_, body):
                return self._not_negative(body)
            case Entry(tensor, _):
                return tensor in self.not_negative
            case IndexValue(index):
                return _counts(index)
            case _:
                return False

    def _call(self, function: str, arguments: tuple[Term, ...]) -> Parts:
        if len(arguments) > 1:
            raise NotExported("a maximum or minimum of complex numbers")
        real, imaginary = self.parts(arguments[0])
        match function:
            case "conj":
                return real, _negated(imaginary)
            case "real":
                return real, ZERO_TERM
            case "imag":
                return imaginary, ZERO_TERM
        if imaginary == ZERO_TERM and (function != "log" or self._not_negative(arguments[0])):
            return Call(function, (real,)), ZERO_TERM
        if function == "abs":
            return Power(_square((real, imaginary)), Number(Fraction(1, 2))), ZERO_TERM
        if function in _SPLIT:
            return _SPLIT[function](real, imaginary)
        if function in {"tan", "tanh"}:
            above, below = ("sin", "cos") if function == "tan" else ("sinh", "cosh")
            return _product(_SPLIT[above](real, imaginary), _inverse(_SPLIT[below](real, imaginary)))
        raise NotExported(f"the function {function} of complex numbers")


_CONSTRUCTS = {
    "Apply": "an unknown function",
    "Product": "a product over a range",
    "Extremum": "a maximum or minimum",
    "Inverse": "the inverse of a matrix",
    "Determinant": "a determinant",
}


def _of_integers(condition: Condition) -> None:
    if condition_terms(condition):
        raise NotExported("a condition on complex numbers")


def _select(condition: Condition, then: Term, otherwise: Term) -> Term:
    return ZERO_TERM if then == otherwise == ZERO_TERM else Select(condition, then, otherwise)


def _sum(binder: Binder, body: Term) -> Term:
    return ZERO_TERM if body == ZERO_TERM else Sum(binder, body)


def _plus(*terms: Term) -> Term:
    return add(*(t for t in terms if t != ZERO_TERM))


def _sign(term: Term) -> tuple[bool, Term]:
    """Whether the term is an opposite, and of what."""
    if isinstance(term, Mul) and isinstance(term.factors[0], Number) and term.factors[0].value < 0:
        return True, mul(Number(-term.factors[0].value), *term.factors[1:])
    return (True, Number(-term.value)) if isinstance(term, Number) and term.value < 0 else (False, term)


def _negated(term: Term) -> Term:
    negative, positive = _sign(term)
    return positive if negative else negate(term)


def _times(left: Term, right: Term) -> Term:
    (first, a), (second, b) = _sign(left), _sign(right)
    product = Number(a.value * b.value) if isinstance(a, Number) and isinstance(b, Number) else mul(a, b)
    return product if first == second else _negated(product)


def _product(left: Parts, right: Parts) -> Parts:
    (a, b), (c, d) = left, right
    return _plus(_times(a, c), _negated(_times(b, d))), _plus(_times(a, d), _times(b, c))


def _square(value: Parts) -> Term:
    """The square of the absolute value."""
    return _plus(*(Power(_sign(t)[1], number(2)) for t in value if t != ZERO_TERM))


def _inverse(value: Parts) -> Parts:
    below = Power(_square(value), MINUS_ONE)
    return _times(value[0], below), _negated(_times(value[1], below))


def _absolute(term: Term) -> Term | None:
    return term.arguments[0] if isinstance(term, Call) and term.function == "abs" else None


def _counts(index: Index) -> bool:
    return all(coefficient > 0 for _, coefficient in index.terms)


def _of(function: str, term: Term) -> Term:
    if term == ZERO_TERM:
        return ZERO_TERM if function in {"sin", "sinh"} else ONE_TERM
    return Call(function, (term,))


def _exponential(a: Term, b: Term) -> Parts:
    return _times(_of("exp", a), _of("cos", b)), _times(_of("exp", a), _of("sin", b))


_SPLIT: dict[str, Callable[[Term, Term], Parts]] = {
    "exp": _exponential,
    "sin": lambda a, b: (_times(_of("sin", a), _of("cosh", b)), _times(_of("cos", a), _of("sinh", b))),
    "cos": lambda a, b: (_times(_of("cos", a), _of("cosh", b)), _negated(_times(_of("sin", a), _of("sinh", b)))),
    "sinh": lambda a, b: (_times(_of("sinh", a), _of("cos", b)), _times(_of("cosh", a), _of("sin", b))),
    "cosh": lambda a, b: (_times(_of("cosh", a), _of("cos", b)), _times(_of("sinh", a), _of("sin", b))),
}
