"""What the tests of this package share: the corpus, random terms, and a small evaluator of lets by numpy."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from symadj.notation import Reading, read_file
from symadj.terms.index import Floor, Index, Lookup, Mod, Size, Var
from symadj.terms.nodes import (
    Add,
    All,
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
from tests.support.corpus import CORPUS


@cache
def corpus(path: Path) -> Reading:
    return read_file(path)


@cache
def reference() -> ModuleType:
    """The corpus's own oracle, which runs the lines as Python."""
    spec = importlib.util.spec_from_file_location("corpus_oracle", CORPUS / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------------------------------------------ evaluation

FUNCTIONS: dict[str, Any] = {
    "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan, "abs": np.abs, "sign": np.sign,
    "erf": math.erf, "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "softplus": lambda x: np.logaddexp(0, x),
    "relu": lambda x: np.maximum(x, 0), "maximum": np.maximum, "minimum": np.minimum, "conj": np.conj,
    "real": np.real, "imag": np.imag,
}  # fmt: skip


class Machine:
    """Evaluates terms: ``tensors`` are arrays by name, ``numbers`` the sizes and bound indices."""

    def __init__(self, tensors: Mapping[str, Any], numbers: Mapping[str, int], functions: Mapping[str, Any]) -> None:
        self.tensors, self.numbers, self.functions = dict(tensors), dict(numbers), functions

    def let(self, let: Let) -> Any:
        shape = tuple(self.index(length) for length in let.shape)
        value = np.empty(shape, dtype=complex)
        for at in product(*map(range, shape)):
            self.numbers.update(zip(let.indices, at, strict=True))
            value[at] = self.term(let.body)
        self.tensors[let.name] = value
        return value

    def index(self, index: Index) -> int:
        return sum(c * math.prod(self.atom(a) for a in monomial) for monomial, c in index.terms)

    def atom(self, atom: Any) -> int:
        match atom:
            case Var(name) | Size(name):
                return self.numbers[name]
            case Floor(numerator, divisor):
                return self.index(numerator) // self.index(divisor)
            case Mod(numerator, divisor):
                return self.index(numerator) % self.index(divisor)
            case Lookup(tensor, subscripts):
                return int(self.entry(self.tensors[tensor], subscripts).real)
        raise AssertionError(atom)

    def entry(self, array: Any, subscripts: tuple[Index, ...]) -> Any:
        at = tuple(map(self.index, subscripts))
        array = np.asarray(array)
        assert all(0 <= k < length for k, length in zip(at, array.shape, strict=True)), (at, array.shape)
        return array[at]

    def bound(self, binder: Binder) -> Iterator[None]:
        for k in range(self.index(binder.lower), self.index(binder.upper)):
            self.numbers[binder.index] = k
            if binder.condition is None or self.holds(binder.condition):
                yield
        self.numbers.pop(binder.index, None)

    def holds(self, condition: Condition) -> bool:
        match condition:
            case IndexCondition(relation, index):
                return self.index(index) == 0 if relation == "==" else self.index(index) >= 0
            case ValueCondition(relation, left, right):
                a, b = self.term(left), self.term(right)
                return bool(a == b if relation == "==" else a.real < b.real if relation == "<" else a.real <= b.real)
            case All(parts):
                return all(map(self.holds, parts))
            case Some(parts):
                return any(map(self.holds, parts))
            case Not(part):
                return not self.holds(part)

    def call(self, name: str, arguments: tuple[Term, ...]) -> Any:
        values = [self.term(a) for a in arguments]
        return FUNCTIONS[name](*(v.real if not np.imag(v) else v for v in values))

    def term(self, term: Term) -> Any:
        match term:
            case Number(value):
                return complex(value)
            case Constant(name):
                return complex(math.pi) if name == "pi" else 1j
            case IndexValue(index):
                return complex(self.index(index))
            case Entry(tensor, subscripts):
                return complex(self.entry(self.tensors[tensor], subscripts))
            case Add(terms):
                return sum(map(self.term, terms))
            case Mul(factors):
                return math.prod(map(self.term, factors))
            case Power(base, exponent):
                return self.term(base) ** self.term(exponent)
            case Call(name, arguments):
                return complex(self.call(name, arguments))
            case Sum(binder, body):
                return complex(sum(self.term(body) for _ in self.bound(binder)))
            case Product(binder, body):
                return complex(math.prod(self.term(body) for _ in self.bound(binder)))
            case Extremum(kind, binder, body):
                values = [self.term(body).real for _ in self.bound(binder)]
                return complex(max(values) if kind == "max" else min(values))
            case Indicator(condition):
                return complex(self.holds(condition))
            case Select(condition, then, otherwise):
                return self.term(then if self.holds(condition) else otherwise)
            case Inverse(tensor, subscripts):
                return complex(self.entry(np.linalg.inv(self.tensors[tensor]), subscripts))
            case Determinant(tensor, subscripts):
                return complex(self.entry(np.linalg.det(self.tensors[tensor]), subscripts))
        return self.apply(term)

    def apply(self, term: Any) -> Any:
        function = self.functions[term.function]
        for _ in range(term.orders[0]):
            function = function.derivative()
        return complex(function(self.term(term.arguments[0]).real))
