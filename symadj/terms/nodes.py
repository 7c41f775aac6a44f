"""Scalar terms: what stands on the right of an index line.

A term is a tree of frozen nodes with value equality. Division is ``Power(b, -1)``, subtraction a factor ``-1``; the
printer writes them as people do. An index variable is bound by the ``Binder`` of a ``Sum`` (``Product``,
``Extremum``) or is free: one of the line's own indices. Bound names may repeat in separate sums but never shadow.

What a node means is numpy's: ``Select`` evaluates only the branch it takes, so it guards an entry, as the ``condition``
of a binder does; ``Indicator`` is a 0/1 factor and guards nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from symadj.terms.index import Index

# ------------------------------------------------------------------------------------------------ conditions


@dataclass(frozen=True, slots=True)
class IndexCondition:
    """``index == 0`` or ``index >= 0``, of an integer expression."""

    relation: Literal["==", ">="]
    index: Index


@dataclass(frozen=True, slots=True)
class ValueCondition:
    """A comparison of two scalars: ``left == right``, ``left < right`` or ``left <= right``."""

    relation: Literal["==", "<", "<="]
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class All:
    """Each part holds; the empty one is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part holds at least; the empty one is false."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = IndexCondition | ValueCondition | All | Some | Not

# ------------------------------------------------------------------------------------------------ terms


@dataclass(frozen=True, slots=True)
class Number:
    """An exact rational number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant:
    """``pi``, or the imaginary unit ``1j``."""

    name: Literal["pi", "1j"]


@dataclass(frozen=True, slots=True)
class IndexValue:
    """An integer expression (a size, an index, an entry of an integer tensor) used as a number."""

    index: Index


@dataclass(frozen=True, slots=True)
class Entry:
    """``tensor[subscripts]``: an entry of an input, a cotangent, or an earlier line; a scalar has no subscripts."""

    tensor: str
    subscripts: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Add:
    """The sum of its terms."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Mul:
    """The product of its factors."""

    factors: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """``base ** exponent``; ``exponent`` is a ``Number``, or any scalar (then the base is positive)."""

    base: Term
    exponent: Term


@dataclass(frozen=True, slots=True)
class Call:
    """A known function of scalars, by its name in ``FUNCTIONS``."""

    function: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """A declared, unknown function, differentiated ``orders[k]`` times in its argument ``k``: ``D(f)(x)``."""

    function: str
    orders: tuple[int, ...]
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Binder:
    """``for index in range(lower, upper) if condition``; an upper end below the lower one makes it empty."""

    index: str
    lower: Index
    upper: Index
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """``sum(body for …)``."""

    binder: Binder
    body: Term


@dataclass(frozen=True, slots=True)
class Product:
    """``prod(body for …)``."""

    binder: Binder
    body: Term


@dataclass(frozen=True, slots=True)
class Extremum:
    """``max(body for …)`` or ``min(body for …)``; several clauses nest."""

    kind: Literal["max", "min"]
    binder: Binder
    body: Term


@dataclass(frozen=True, slots=True)
class Indicator:
    """1 where the condition holds, else 0: a Kronecker delta, when the condition is ``i == j``."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Select:
    """``then if condition else otherwise``; the branch not taken is not read."""

    condition: Condition
    then: Term
    otherwise: Term


@dataclass(frozen=True, slots=True)
class Inverse:
    """``inv(tensor)[subscripts]`` of a square matrix (leading subscripts, if any, number a stack)."""

    tensor: str
    subscripts: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Determinant:
    """``det(tensor)`` of a square matrix (subscripts, if any, number a stack)."""

    tensor: str
    subscripts: tuple[Index, ...]


Term = (
    Number
    | Constant
    | IndexValue
    | Entry
    | Add
    | Mul
    | Power
    | Call
    | Apply
    | Sum
    | Product
    | Extremum
    | Indicator
    | Select
    | Inverse
    | Determinant
)

# The known functions of scalars, and how many arguments each takes. ``relu``, ``abs``, ``sign``, ``maximum`` and
# ``minimum`` have kinks. There is no ``where``: it does not guard, and is read as products with Indicators.
FUNCTIONS: dict[str, int] = {
    "exp": 1, "log": 1, "sin": 1, "cos": 1, "tan": 1, "sinh": 1, "cosh": 1, "tanh": 1,
    "arcsin": 1, "arccos": 1, "arctan": 1, "abs": 1, "sign": 1, "erf": 1, "sigmoid": 1, "softplus": 1,
    "relu": 1, "maximum": 2, "minimum": 2, "conj": 1, "real": 1, "imag": 1,
}  # fmt: skip

# ------------------------------------------------------------------------------------------------ building


def number(value: int | Fraction) -> Number:
    """The rational ``value``."""
    return Number(Fraction(value))


def add(*terms: Term) -> Term:
    """The sum, flattened one level; no arithmetic is done."""
    flat = [t for term in terms for t in (term.terms if isinstance(term, Add) else (term,))]
    if not flat:
        return ZERO_TERM
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def mul(*factors: Term) -> Term:
    """The product, flattened one level; a factor 1 is dropped and a factor 0 makes it 0.

    >>> mul(number(1), Entry("x", ())) == Entry("x", ())
    True
    """
    flat = [f for factor in factors for f in (factor.factors if isinstance(factor, Mul) else (factor,))]
    kept: list[Term] = []
    for factor in flat:
        if not isinstance(factor, Number):
            kept.append(factor)
        elif not factor.value:
            return ZERO_TERM
        elif factor.value != 1:
            kept.append(factor)
    if not kept:
        return ONE_TERM
    return kept[0] if len(kept) == 1 else Mul(tuple(kept))


def negate(term: Term) -> Term:
    """``-term``."""
    return number(-term.value) if isinstance(term, Number) else mul(MINUS_ONE, term)


def divide(numerator: Term, denominator: Term) -> Term:
    """``numerator / denominator``."""
    if isinstance(denominator, Number) and denominator.value:
        inverse: Term = Number(1 / denominator.value)
        return Number(numerator.value / denominator.value) if isinstance(numerator, Number) else mul(numerator, inverse)
    return mul(numerator, Power(denominator, MINUS_ONE))


def less(left: Index, right: Index) -> IndexCondition:
    """``left < right`` of integers."""
    return IndexCondition(">=", right - left - 1)


def at_most(left: Index, right: Index) -> IndexCondition:
    """``left <= right`` of integers."""
    return IndexCondition(">=", right - left)


def same(left: Index, right: Index) -> IndexCondition:
    """``left == right`` of integers; the sign is chosen so that both orders give the same condition."""
    difference = left - right
    if difference.terms and difference.terms[0][1] < 0:
        difference = -difference
    return IndexCondition("==", difference)


def children(term: Term) -> tuple[Term, ...]:
    """The scalar terms directly inside ``term``, those of its conditions included."""
    match term:
        case Entry() | Number():  # the most frequent ones first
            return ()
        case Add(terms):
            return terms
        case Mul(factors):
            return factors
        case Power(base, exponent):
            return (base, exponent)
        case Call(_, arguments) | Apply(_, _, arguments):
            return arguments
        case Sum(binder, body) | Product(binder, body) | Extremum(_, binder, body):
            return (body,) if binder.condition is None else (*condition_terms(binder.condition), body)
        case Indicator(condition):
            return condition_terms(condition)
        case Select(condition, then, otherwise):
            return (*condition_terms(condition), then, otherwise)
        case _:
            return ()


def condition_terms(condition: Condition) -> tuple[Term, ...]:
    """The scalar terms that a condition compares."""
    match condition:
        case ValueCondition(_, left, right):
            return (left, right)
        case All(parts) | Some(parts):
            return tuple(term for part in parts for term in condition_terms(part))
        case Not(part):
            return condition_terms(part)
        case _:
            return ()


def nested_extremum(term: Extremum) -> tuple[tuple[Binder, ...], Term]:
    """The binders of maxima (or minima) that stand directly inside each other, outer ones first, and the body of all.

    >>> from symadj.terms.index import ONE, ZERO, var
    >>> row = Extremum("max", Binder("j", ZERO, ONE), Entry("A", (var("i"), var("j"))))
    >>> binders, body = nested_extremum(Extremum("max", Binder("i", ZERO, ONE), row))
    >>> [binder.index for binder in binders], body == row.body
    (['i', 'j'], True)
    """
    binders: list[Binder] = []
    body: Term = term
    while isinstance(body, Extremum) and body.kind == term.kind and all(b.index != body.binder.index for b in binders):
        binders.append(body.binder)
        body = body.body
    return tuple(binders), body


def walk(term: Term) -> Iterator[Term]:
    """``term`` and every term inside it, outside in."""
    stack = [term]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(children(current))


def tensors_in(term: Term) -> set[str]:
    """The tensors of which an entry, the inverse or the determinant stands in the term, its conditions included."""
    return {t.tensor for t in walk(term) if isinstance(t, Entry | Inverse | Determinant)}


ZERO_TERM = Number(Fraction(0))
ONE_TERM = Number(Fraction(1))
MINUS_ONE = Number(Fraction(-1))
