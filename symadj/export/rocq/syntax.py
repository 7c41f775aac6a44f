"""The expressions of a certificate: one tree, from which both the readable text and the embedded term are printed.

Indices are natural numbers, subtraction among them is cut off at zero, and every tensor is a function of naturals:
entries outside of its shape exist, and no theorem says anything about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class IVar:
    """An index, or a size."""

    name: str


@dataclass(frozen=True, slots=True)
class INum:
    """A number."""

    value: int


@dataclass(frozen=True, slots=True)
class IBin:
    """``left operator right`` of naturals; ``/`` is rounded down."""

    operator: Literal["+", "-", "*", "/", "%"]
    left: Nat
    right: Nat


@dataclass(frozen=True, slots=True)
class ITable:
    """An entry of an integer tensor."""

    table: str
    arguments: tuple[Nat, ...]


Nat = IVar | INum | IBin | ITable


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of naturals."""

    relation: Literal["==", "<=", "<"]
    left: Nat
    right: Nat


@dataclass(frozen=True, slots=True)
class Truth:
    """The condition that always holds."""


@dataclass(frozen=True, slots=True)
class Negation:
    """The part does not hold."""

    part: Formula


@dataclass(frozen=True, slots=True)
class Both:
    """Both parts hold."""

    left: Formula
    right: Formula


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds."""

    left: Formula
    right: Formula


Formula = Compare | Truth | Negation | Both | Either


@dataclass(frozen=True, slots=True)
class Num:
    """An integer."""

    value: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator/denominator``, the denominator above 1."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Ref:
    """An entry of a tensor, or of an earlier line."""

    name: str
    arguments: tuple[Nat, ...]


@dataclass(frozen=True, slots=True)
class SizeOf:
    """A natural number as a scalar."""

    value: Nat


@dataclass(frozen=True, slots=True)
class InverseSize:
    """One over a natural number."""

    value: Nat


@dataclass(frozen=True, slots=True)
class Holds:
    """1 where the formula holds, else 0."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class Cases:
    """``then`` where the formula holds, else ``otherwise``."""

    formula: Formula
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Plus:
    """``left + right``."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Opposite:
    """``-part``."""

    part: Expr


@dataclass(frozen=True, slots=True)
class Times:
    """``left * right``."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Raise:
    """``base ** exponent``, the exponent a natural number above 1."""

    base: Expr
    exponent: int


@dataclass(frozen=True, slots=True)
class SumOf:
    """The sum over ``index < bound`` where ``guard`` holds."""

    index: str
    bound: Nat
    guard: Formula
    body: Expr


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the reals: ``exp``, ``log``, ``inv`` (one over), ``sqrt`` …; ``pi`` is the same everywhere."""

    name: str
    argument: Expr


@dataclass(frozen=True, slots=True)
class Operator:
    """An entry, at ``arguments``, of what an operator makes of ``body``, of ``size`` rows and columns.

    ``inverse`` (and ``mirrored``, the same once more) takes two arguments, the others none; a product and a maximum
    are those of a family, and have no column.
    """

    name: Literal["inverse", "mirrored", "determinant", "product", "maximum"]
    row: str
    column: str
    size: Nat
    body: Expr
    arguments: tuple[Nat, ...] = ()


Expr = (
    Num
    | Ratio
    | Ref
    | SizeOf
    | InverseSize
    | Holds
    | Cases
    | Plus
    | Opposite
    | Times
    | Raise
    | SumOf
    | Function
    | Operator
)


def plus(terms: list[Expr]) -> Expr:
    """The sum, from the left; of nothing, 0."""
    if not terms:
        return Num(0)
    total = terms[0]
    for term in terms[1:]:
        total = Plus(total, term)
    return total


def times(factors: list[Expr]) -> Expr:
    """The product, from the left; of nothing, 1."""
    if not factors:
        return Num(1)
    product = factors[0]
    for factor in factors[1:]:
        product = Times(product, factor)
    return product


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside."""
    match expr:
        case Cases(_, a, b) | Plus(a, b) | Times(a, b):
            return (a, b)
        case Opposite(a) | Raise(a, _) | SumOf(_, _, _, a) | Function(_, a):
            return (a,)
        case Operator(body=a):
            return (a,)
        case _:
            return ()
