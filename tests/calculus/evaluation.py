"""An evaluator of programs on plain numbers: floats, complex numbers, fractions.

It shares no code with symadj's own oracle, so that a test here stands on its own feet.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from symadj.terms.index import Index
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
from symadj.terms.statement import Let

Value = Any
Array = dict[tuple[int, ...], Value]


class OutOfRange(Exception):
    """An entry outside of its tensor was read."""


@dataclass
class Evaluator:
    """Values at concrete sizes; arrays are dictionaries from subscripts to numbers."""

    sizes: dict[str, int]
    arrays: dict[str, Array]
    functions: dict[str, Any] = field(default_factory=dict)

    def run(self, lets: Sequence[Let]) -> dict[str, Array]:
        for let in lets:
            self.arrays[let.name] = {
                point: self.term(let.body, dict(zip(let.indices, point, strict=True)))
                for point in product(*(range(self.index(n, {})) for n in let.shape))
            }
        return self.arrays

    def index(self, index: Index, at: Mapping[str, int]) -> int:
        total = 0
        for monomial, coefficient in index.terms:
            value = coefficient
            for atom in monomial:
                match type(atom).__name__:
                    case "Var":
                        value *= at[atom.name]  # type: ignore[union-attr]
                    case "Size":
                        value *= self.sizes[atom.name]  # type: ignore[union-attr]
                    case "Floor":
                        value *= self.index(atom.numerator, at) // self.index(atom.divisor, at)  # type: ignore[union-attr]
                    case "Mod":
                        value *= self.index(atom.numerator, at) % self.index(atom.divisor, at)  # type: ignore[union-attr]
                    case "Lookup":
                        value *= self.entry(atom.tensor, atom.subscripts, at)  # type: ignore[union-attr]
            total += value
        return total

    def entry(self, tensor: str, subscripts: tuple[Index, ...], at: Mapping[str, int]) -> Value:
        point = tuple(self.index(s, at) for s in subscripts)
        try:
            return self.arrays[tensor][point]
        except KeyError:
            raise OutOfRange(f"{tensor}{list(point)}") from None

    def condition(self, condition: Condition, at: Mapping[str, int]) -> bool:
        match condition:
            case IndexCondition("==", index):
                return self.index(index, at) == 0
            case IndexCondition(_, index):
                return self.index(index, at) >= 0
            case ValueCondition(relation, left, right):
                a, b = self.term(left, at), self.term(right, at)
                return bool(a == b if relation == "==" else a < b if relation == "<" else a <= b)
            case All(parts):
                return all(self.condition(p, at) for p in parts)
            case Some(parts):
                return any(self.condition(p, at) for p in parts)
            case Not(part):
                return not self.condition(part, at)

    def points(self, binder: Binder, at: Mapping[str, int]) -> list[dict[str, int]]:
        inner = [{**at, binder.index: k} for k in range(self.index(binder.lower, at), self.index(binder.upper, at))]
        return [p for p in inner if binder.condition is None or self.condition(binder.condition, p)]

    def term(self, term: Term, at: Mapping[str, int]) -> Value:
        match term:
            case Number(value):
                return value if value.denominator != 1 else value.numerator
            case Constant(name):
                return math.pi if name == "pi" else 1j
            case IndexValue(index):
                return self.index(index, at)
            case Entry(tensor, subscripts):
                return self.entry(tensor, subscripts, at)
            case Add(terms):
                return sum(self.term(t, at) for t in terms)
            case Mul(factors):
                return math.prod((self.term(f, at) for f in factors), start=1)
            case Power(base, exponent):
                return self.term(base, at) ** self.exponent(exponent, at)
            case Call(function, arguments):
                return call(function, *(self.term(a, at) for a in arguments))
            case Apply(function, orders, arguments):
                return self.functions[function](orders, *(self.term(a, at) for a in arguments))
            case Sum(binder, body):
                return sum(self.term(body, p) for p in self.points(binder, at))
            case Product(binder, body):
                return math.prod((self.term(body, p) for p in self.points(binder, at)), start=1)
            case Extremum(kind, binder, body):
                values = [self.term(body, p) for p in self.points(binder, at)]
                return max(values) if kind == "max" else min(values)
            case Indicator(condition):
                return int(self.condition(condition, at))
            case Select(condition, then, otherwise):
                return self.term(then if self.condition(condition, at) else otherwise, at)
            case Inverse(tensor, (a, b)):
                return inverse(self.arrays[tensor])[self.index(a, at), self.index(b, at)]
            case Determinant(tensor, _):
                return determinant(self.arrays[tensor])
        raise TypeError(term)

    def exponent(self, exponent: Term, at: Mapping[str, int]) -> Value:
        value = self.term(exponent, at)
        return float(value) if isinstance(value, Fraction) else value


def call(name: str, *arguments: Value) -> Value:
    """A known function, by its definition."""
    complex_valued = any(isinstance(a, complex) for a in arguments)
    library: Any = cmath if complex_valued else math
    (u, *_) = arguments
    match name:
        case "exp" | "log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "erf":
            return getattr(library, name)(u)
        case "arcsin" | "arccos" | "arctan":
            return getattr(library, "a" + name[3:])(u)
        case "sigmoid":
            return 1 / (1 + library.exp(-u))
        case "softplus":
            return library.log(1 + library.exp(u))
        case "relu":
            return max(u, 0)
        case "abs":
            return abs(u)
        case "sign":
            return (u > 0) - (u < 0)
        case "maximum":
            return max(arguments)
        case "minimum":
            return min(arguments)
        case "conj":
            return u.conjugate()
        case "real":
            return u.real
        case "imag":
            return u.imag
    raise ValueError(name)


def determinant(matrix: Array) -> Value:
    """By expansion along the first row."""
    n = math.isqrt(len(matrix))
    if n == 0:
        return 1
    total: Value = 0
    for j in range(n):
        minor = {(r, c - (c > j)): matrix[r + 1, c] for r in range(n - 1) for c in range(n) if c != j}
        total += (-1) ** j * matrix[0, j] * determinant(minor)
    return total


def inverse(matrix: Array) -> Array:
    """By cofactors."""
    n, whole = math.isqrt(len(matrix)), determinant(matrix)
    result: Array = {}
    for i, j in product(range(n), repeat=2):
        minor = {(r - (r > i), c - (c > j)): matrix[r, c] for r in range(n) for c in range(n) if r != i and c != j}
        result[j, i] = (-1) ** (i + j) * determinant(minor) / whole
    return result
