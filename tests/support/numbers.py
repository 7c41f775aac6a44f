"""Statements on plain floating-point numbers: fast, and independent of symadj's derivative, normal form and oracle.

A term is compiled to closures over a dictionary of integers (sizes and indices) and a dictionary of arrays. Derivatives
are taken by the complex step: every function here is analytic away from its kinks, so that the imaginary part of
``f(x + i·h·v)/h`` is the derivative along v to full precision for h = 1e-25. Complex fields are left to the oracle.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

from symadj.terms.index import Floor, Index, Lookup, Mod, Size, Var
from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
)
from symadj.terms.statement import Let, Shape
from tests.support.functions import FUNCTIONS, Array, Undefined, difference, inverse, positive, real, unknown

STEP = 1e-25
Ints = dict[str, int]
Arrays = dict[str, Array]
IndexCode = Callable[[Ints, Arrays], int]
Code = Callable[[Ints, Arrays], Any]


class Work:
    """How many terms of sums may still be added up; past it a value counts as undefined."""

    left = 0


def allow(terms: int) -> None:
    """Starts an evaluation that may add up so many terms."""
    Work.left = terms


FAILURES = (ZeroDivisionError, OverflowError, KeyError, ValueError, Undefined)

# ------------------------------------------------------------------------------------------------ integers


def compile_index(index: Index) -> IndexCode:
    """The integer expression as a function."""
    if index.value is not None:
        value = index.value
        return lambda ints, arrays: value
    name = index.variable
    if name is not None:
        return lambda ints, arrays: ints[name]
    parts = [(coefficient, [_integer_atom(a) for a in monomial]) for monomial, coefficient in index.terms]

    def total(ints: Ints, arrays: Arrays) -> int:
        result = 0
        for coefficient, atoms in parts:
            for atom in atoms:
                coefficient *= atom(ints, arrays)
            result += coefficient
        return result

    return total


def _integer_atom(atom: object) -> IndexCode:
    match atom:
        case Var(name) | Size(name):
            return lambda ints, arrays: ints[name]
        case Floor(numerator, divisor):
            n, d = compile_index(numerator), compile_index(divisor)
            return lambda ints, arrays: n(ints, arrays) // d(ints, arrays)
        case Mod(numerator, divisor):
            n, d = compile_index(numerator), compile_index(divisor)
            return lambda ints, arrays: n(ints, arrays) % d(ints, arrays)
        case Lookup(tensor, subscripts):
            codes = [compile_index(s) for s in subscripts]
            return lambda ints, arrays: int(arrays[tensor][tuple(c(ints, arrays) for c in codes)].real)
    raise TypeError(atom)


def compile_condition(condition: Condition) -> Callable[[Ints, Arrays], bool]:
    """The condition as a function."""
    match condition:
        case IndexCondition("==", index):
            code = compile_index(index)
            return lambda ints, arrays: code(ints, arrays) == 0
        case IndexCondition(_, index):
            code = compile_index(index)
            return lambda ints, arrays: code(ints, arrays) >= 0
        case ValueCondition(relation, left, right):
            a, b = compile_term(left), compile_term(right)
            if relation == "==":
                return lambda ints, arrays: difference(a(ints, arrays), b(ints, arrays)) == 0
            if relation == "<":
                return lambda ints, arrays: difference(a(ints, arrays), b(ints, arrays)) < 0
            return lambda ints, arrays: difference(a(ints, arrays), b(ints, arrays)) <= 0
        case All(parts):
            tests = [compile_condition(p) for p in parts]
            return lambda ints, arrays: all(t(ints, arrays) for t in tests)
        case Some(parts):
            tests = [compile_condition(p) for p in parts]
            return lambda ints, arrays: any(t(ints, arrays) for t in tests)
        case Not(part):
            test = compile_condition(part)
            return lambda ints, arrays: not test(ints, arrays)
    raise TypeError(condition)


# ------------------------------------------------------------------------------------------------ terms


def compile_term(term: Term) -> Code:
    """The scalar term as a function."""
    match term:
        case Number(value):
            number = float(value)
            return lambda ints, arrays: number
        case Constant("pi"):
            return lambda ints, arrays: math.pi
        case IndexValue(index):
            code = compile_index(index)
            return lambda ints, arrays: float(code(ints, arrays))
        case Entry(tensor, subscripts):
            return _entry(tensor, subscripts)
        case Add(terms):
            codes = [compile_term(t) for t in terms]
            return lambda ints, arrays: sum([c(ints, arrays) for c in codes])
        case Mul(factors):
            return _mul(factors)
        case Power(base, exponent):
            return _power(base, exponent)
        case Call(function, arguments):
            return _call(function, arguments)
        case Apply(function, orders, arguments):
            return _apply(function, orders, arguments)
        case Sum() | Product() | Extremum():
            return _loop(term)
        case Indicator(condition):
            test = compile_condition(condition)
            return lambda ints, arrays: 1.0 if test(ints, arrays) else 0.0
        case Select(condition, then, otherwise):
            test, a, b = compile_condition(condition), compile_term(then), compile_term(otherwise)
            return lambda ints, arrays: a(ints, arrays) if test(ints, arrays) else b(ints, arrays)
        case Inverse(tensor, subscripts):
            codes = [compile_index(s) for s in subscripts]
            return lambda ints, arrays: inverse(arrays[tensor])[0][tuple(c(ints, arrays) for c in codes)]
        case Determinant(tensor, _):
            return lambda ints, arrays: inverse(arrays[tensor])[1]
    raise TypeError(term)


def _entry(tensor: str, subscripts: tuple[Index, ...]) -> Code:
    names = [s.variable for s in subscripts]
    if len(names) == 1 and names[0] is not None:
        first = names[0]
        return lambda ints, arrays: arrays[tensor][(ints[first],)]
    if len(names) == 2 and names[0] is not None and names[1] is not None:
        one, two = names[0], names[1]
        return lambda ints, arrays: arrays[tensor][(ints[one], ints[two])]
    codes = [compile_index(s) for s in subscripts]
    return lambda ints, arrays: arrays[tensor][tuple([c(ints, arrays) for c in codes])]


def _mul(factors: tuple[Term, ...]) -> Code:
    codes = [compile_term(f) for f in factors]

    def code(ints: Ints, arrays: Arrays) -> Any:
        result = 1.0
        for c in codes:
            result *= c(ints, arrays)
        return result

    return code


def _power(base: Term, exponent: Term) -> Code:
    inside = compile_term(base)
    if isinstance(exponent, Number):
        value = exponent.value
        if value.denominator == 1:
            whole = int(value)
            return lambda ints, arrays: inside(ints, arrays) ** whole
        fraction = float(value)
        return lambda ints, arrays: positive(inside(ints, arrays)) ** fraction
    power = compile_term(exponent)
    return lambda ints, arrays: positive(inside(ints, arrays)) ** power(ints, arrays)


def _apply(function: str, orders: tuple[int, ...], arguments: tuple[Term, ...]) -> Code:
    codes = [compile_term(a) for a in arguments]

    def code(ints: Ints, arrays: Arrays) -> Any:
        return unknown(function, orders, [c(ints, arrays) for c in codes])

    return code


def _loop(term: Sum | Product | Extremum) -> Code:
    binder, body = term.binder, compile_term(term.body)
    name, values = binder.index, compile_range(binder)
    if isinstance(term, Sum):

        def total(ints: Ints, arrays: Arrays) -> Any:
            result = 0.0
            for value in values(ints, arrays):
                ints[name] = value
                result += body(ints, arrays)
                Work.left -= 1
            if Work.left < 0:
                raise Undefined("too many terms")
            return result

        return total

    def fold(ints: Ints, arrays: Arrays) -> Any:
        found = []
        for value in values(ints, arrays):
            ints[name] = value
            found.append(body(ints, arrays))
        if isinstance(term, Product):
            return math.prod(found)
        if not found:
            raise Undefined("an extremum over nothing")
        return max(found, key=real) if term.kind == "max" else min(found, key=real)

    return fold


def compile_range(binder: Binder) -> Callable[[Ints, Arrays], list[int]]:
    """The values that a bound index takes."""
    lower, upper = compile_index(binder.lower), compile_index(binder.upper)
    if binder.condition is None:
        return lambda ints, arrays: list(range(lower(ints, arrays), upper(ints, arrays)))
    test, name = compile_condition(binder.condition), binder.index

    def values(ints: Ints, arrays: Arrays) -> list[int]:
        kept = []
        for value in range(lower(ints, arrays), upper(ints, arrays)):
            ints[name] = value
            if test(ints, arrays):
                kept.append(value)
        return kept

    return values


def _call(function: str, arguments: tuple[Term, ...]) -> Code:
    codes = [compile_term(a) for a in arguments]
    if len(codes) == 2:
        first, second = codes
        pick = max if function == "maximum" else min
        return lambda ints, arrays: pick(first(ints, arrays), second(ints, arrays), key=real)
    inside = codes[0]
    code = FUNCTIONS[function]
    return lambda ints, arrays: code(inside(ints, arrays))


# ------------------------------------------------------------------------------------------------ programs


def positions(shape: Shape, ints: Ints) -> list[tuple[int, ...]]:
    """Every position of a tensor of this shape. Raises ``Undefined`` for a negative length."""
    lengths = [compile_index(length)(ints, {}) for length in shape]
    if any(length < 0 for length in lengths):
        raise Undefined("a negative length")
    return list(product(*map(range, lengths)))


class Line:
    """A let, compiled."""

    def __init__(self, let: Let) -> None:
        self.let = let
        self.code = compile_term(let.body)

    def run(self, sizes: Ints, arrays: Arrays, terms: int = 3000) -> Array:
        """Every entry. Raises one of ``FAILURES``, also where more than so many terms are added up."""
        allow(terms)
        ints = dict(sizes)
        found: Array = {}
        for position in positions(self.let.shape, sizes):
            ints.update(zip(self.let.indices, position, strict=True))
            found[position] = self.code(ints, arrays)
        return found


def close(left: Array, right: Array, tolerance: float = 1e-7) -> bool:
    """Whether two arrays agree, relative to their largest entry."""
    if left.keys() != right.keys():
        return False
    largest = max((abs(v) for a in (left, right) for v in a.values()), default=0.0)
    return all(abs(left[k] - right[k]) <= tolerance * (1 + largest) for k in left)
