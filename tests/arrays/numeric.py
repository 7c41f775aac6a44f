"""The reference for array expressions: numpy itself at concrete sizes, against a plain evaluator of the entry terms.

``check(lambda f, A, x: f.sum(A @ x), {"A": "m n", "x": "n"})`` runs the same expression twice, once on numpy arrays
with numpy's functions and once on symbolic arrays, and compares every entry at several sizes. A parameter without a
shape is a size.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import math
import operator
import re
import types
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symadj.arrays import ARRAY_FUNCTIONS, Builder, SymbolicArray, call, lift, make_let, tensor
from symadj.terms.index import Floor, Index, Lookup, Mod, Size, Var, constant, size
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


class OutOfRange(Exception):
    """An entry outside its tensor."""


# ------------------------------------------------------------------------------------------------ evaluating terms

SCALAR_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "conj": lambda z: z.conjugate(),
    "sign": lambda x: int(x > 0) - int(x < 0),
    "erf": math.erf,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "relu": lambda x: x if x > 0 else 0,
    "maximum": max,
    "minimum": min,
    "real": lambda z: z.real,
    "imag": lambda z: z.imag,
    **{name: getattr(math, name) for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
}


class Point:
    """Numbers for sizes, tensors and index variables; a term has a value at it."""

    def __init__(self, sizes: Mapping[str, int], tensors: Mapping[str, np.ndarray[Any, Any]]) -> None:
        self.sizes = dict(sizes)
        self.tensors = dict(tensors)

    def define(self, let: Let) -> None:
        """The let's tensor, evaluated."""
        self.tensors[let.name] = self.array(let.shape, let.indices, let.body)

    def array(self, shape: tuple[Index, ...], indices: tuple[str, ...], body: Term) -> np.ndarray[Any, Any]:
        lengths = [self.index(length, {}) for length in shape]
        assert all(length >= 0 for length in lengths), lengths
        values = np.empty(lengths, dtype=object)
        for at in itertools.product(*map(range, lengths)):
            values[at] = self.value(body, dict(zip(indices, at, strict=True)))
        return values

    def index(self, index: Index, env: Mapping[str, int]) -> int:
        return sum(c * math.prod(self._atom(atom, env) for atom in monomial) for monomial, c in index.terms)

    def _atom(self, atom: object, env: Mapping[str, int]) -> int:
        match atom:
            case Var(name):
                return env[name]
            case Size(name):
                return self.sizes[name]
            case Floor(numerator, divisor):
                return self.index(numerator, env) // self._positive(divisor, env)
            case Mod(numerator, divisor):
                return self.index(numerator, env) % self._positive(divisor, env)
            case Lookup(name, subscripts):
                return int(self._read(name, subscripts, env))
        raise AssertionError(atom)

    def _positive(self, divisor: Index, env: Mapping[str, int]) -> int:
        value = self.index(divisor, env)
        assert value > 0, value
        return value

    def _read(self, name: str, subscripts: tuple[Index, ...], env: Mapping[str, int]) -> Any:
        values = self.tensors[name]
        at = tuple(self.index(s, env) for s in subscripts)
        assert len(at) == values.ndim
        if not all(0 <= k < length for k, length in zip(at, values.shape, strict=True)):
            raise OutOfRange(f"{name}{list(at)} of shape {values.shape}")
        return values[at]

    def value(self, term: Term, env: Mapping[str, int]) -> Any:
        match term:
            case Number(number):
                return number
            case Constant(name):
                return math.pi if name == "pi" else 1j
            case IndexValue(index):
                return Fraction(self.index(index, env))
            case Entry(name, subscripts):
                return self._read(name, subscripts, env)
            case Add(terms):
                return sum(self.value(t, env) for t in terms)
            case Mul(factors):
                return math.prod(self.value(f, env) for f in factors)
            case Power(base, exponent):
                return self.value(base, env) ** self.value(exponent, env)
            case Call(name, arguments):
                return SCALAR_FUNCTIONS[name](*(self.value(a, env) for a in arguments))
            case Apply(name, orders, arguments):
                assert len(orders) == len(arguments)
                return unknown(*(self.value(a, env) for a in arguments)) + sum(orders)
            case Sum(binder, body):
                return sum(self.value(body, inner) for inner in self._range(binder, env))
            case Product(binder, body):
                return math.prod(self.value(body, inner) for inner in self._range(binder, env))
            case Extremum(kind, binder, body):
                values = [self.value(body, inner) for inner in self._range(binder, env)]
                return max(values) if kind == "max" else min(values)
            case Indicator(condition):
                return int(self.holds(condition, env))
            case Select(condition, then, otherwise):
                return self.value(then if self.holds(condition, env) else otherwise, env)
            case Inverse(name, subscripts):
                matrix = self._matrix(name, subscripts[:-2], env)
                row, column = (self.index(s, env) for s in subscripts[-2:])
                return np.linalg.inv(matrix)[row, column]
            case Determinant(name, subscripts):
                return np.linalg.det(self._matrix(name, subscripts, env))
        raise AssertionError(term)

    def _matrix(self, name: str, stack: tuple[Index, ...], env: Mapping[str, int]) -> np.ndarray[Any, Any]:
        values = self.tensors[name]
        at = tuple(self.index(s, env) for s in stack)
        assert len(at) == values.ndim - 2
        has_complex = any(isinstance(z, complex) for z in values.flat)
        return np.array(values[at], dtype=complex if has_complex else float)

    def _range(self, binder: Binder, env: Mapping[str, int]) -> Iterator[dict[str, int]]:
        assert binder.index not in env, f"{binder.index} is bound twice"
        for k in range(self.index(binder.lower, env), self.index(binder.upper, env)):
            inner = {**env, binder.index: k}
            if binder.condition is None or self.holds(binder.condition, inner):
                yield inner

    def holds(self, condition: Condition, env: Mapping[str, int]) -> bool:
        match condition:
            case IndexCondition(relation, index):
                value = self.index(index, env)
                return value == 0 if relation == "==" else value >= 0
            case ValueCondition(relation, left, right):
                compare = {"==": operator.eq, "<": operator.lt, "<=": operator.le}[relation]
                return bool(compare(self.value(left, env), self.value(right, env)))
            case All(parts):
                return all(self.holds(p, env) for p in parts)
            case Some(parts):
                return any(self.holds(p, env) for p in parts)
            case Not(part):
                return not self.holds(part, env)
        raise AssertionError(condition)


def unknown(*arguments: Any) -> Any:
    """What stands for a declared unknown function; its derivatives add their order, so that they can be told apart."""
    return sum((k + 2) * a * a for k, a in enumerate(arguments))


# ------------------------------------------------------------------------------------------------ numpy's side


def _axes_of(side: str) -> list[list[str]]:
    return [[n for n in group.strip("()").split() if n != "1"] for group in re.findall(r"\([^)]*\)|\S+", side)]


def _einops(x: Any, pattern: str, sizes: Mapping[str, int], how: Callable[..., Any] | None = None) -> Any:
    """einops by numpy: split, reduce, repeat, transpose, merge."""
    left, right = (_axes_of(side) for side in pattern.split("->"))
    known = dict(sizes)
    for group, length in zip(left, np.shape(x), strict=True):
        given = math.prod(known[n] for n in group if n in known)
        for name in group:
            if name not in known:
                known[name] = length // given
    names = [n for group in left for n in group]
    wanted = [n for group in right for n in group]
    x = np.reshape(x, [known[n] for n in names])
    if how is not None:
        x = how(x, axis=tuple(k for k, n in enumerate(names) if n not in wanted))
        names = [n for n in names if n in wanted]
    for name in wanted:
        if name not in names:
            x, names = np.repeat(x[..., None], known[name], axis=-1), [*names, name]
    x = np.transpose(x, [names.index(n) for n in wanted])
    return x.reshape([math.prod(known[n] for n in group) for group in right])


REDUCERS: dict[str, Callable[..., Any]] = {
    "sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "prod": np.prod,
}  # fmt: skip


def _softmax(x: Any, axis: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


NUMPY = types.SimpleNamespace(
    **{name: getattr(np, name) for name in ARRAY_FUNCTIONS if hasattr(np, name)},
)
NUMPY.inner = lambda a, b: np.sum(np.conj(a) * b)
NUMPY.rearrange = lambda x, pattern, **sizes: _einops(x, pattern, sizes)
NUMPY.repeat = NUMPY.rearrange
NUMPY.reduce = lambda x, pattern, how, **sizes: _einops(x, pattern, sizes, REDUCERS[how])
NUMPY.softmax = _softmax
NUMPY.logsumexp = _logsumexp
NUMPY.log_softmax = lambda x, axis: x - _logsumexp(x, axis, True)
NUMPY.erf = np.vectorize(math.erf, otypes=[float])
NUMPY.sigmoid = lambda x: 1 / (1 + np.exp(-x))
NUMPY.softplus = lambda x: np.log1p(np.exp(x))
NUMPY.relu = lambda x: np.maximum(x, 0)
NUMPY.inv, NUMPY.det, NUMPY.solve = np.linalg.inv, np.linalg.det, np.linalg.solve
NUMPY.slogdet = np.linalg.slogdet


def symbolic(builder: Builder) -> types.SimpleNamespace:
    """The functions of array expressions, as attributes like numpy's."""

    def bound(name: str) -> Callable[..., Any]:
        return lambda *arguments, **keywords: call(builder, name, *arguments, **keywords)

    return types.SimpleNamespace(**{name: bound(name) for name in ARRAY_FUNCTIONS})


# ------------------------------------------------------------------------------------------------ comparing


def parse_size(text: str) -> Index:
    """``2*n``, ``n-k+1``, ``h*d``."""
    total = constant(0)
    for sign, product in re.findall(r"([+-]?)([^+-]+)", text):
        factor = constant(-1 if sign == "-" else 1)
        for part in product.split("*"):
            factor = factor * (constant(int(part)) if part.isdigit() else size(part))
        total = total + factor
    return total


class World:
    """An expression's parameters: tensors with their shapes, and sizes."""

    def __init__(self, shapes: Mapping[str, str], *, complex: bool = False, integers: tuple[str, ...] = ()) -> None:
        self.axes: dict[str, tuple[Index, ...]] = {}
        self.below: dict[str, Index] = {}
        for name, text in shapes.items():
            axes, _, below = text.partition("<")
            self.axes[name] = tuple(parse_size(part) for part in axes.split())
            if below:
                self.below[name] = parse_size(below.strip())
        self.complex = complex
        self.integers = integers

    def sizes(self) -> list[str]:
        every = [*itertools.chain(*self.axes.values()), *self.below.values()]
        return sorted({name for index in every for name in index.sizes()} | set(self.integers))

    def builder(self) -> Builder:
        return Builder({*self.axes, *self.sizes()}, complex=self.complex, integers=self.integers)

    def symbolic(self, builder: Builder) -> dict[str, Any]:
        return {name: tensor(builder, name, axes, integer=name in self.below) for name, axes in self.axes.items()}

    def point(self, sizes: Mapping[str, int], seed: int) -> Point | None:
        """Entries at these sizes; None where an axis would be negative."""
        rng = np.random.default_rng(seed)
        point = Point(sizes, {})
        for name, axes in self.axes.items():
            shape = tuple(point.index(axis, {}) for axis in axes)
            if any(length < 0 for length in shape):
                return None
            if name in self.below:
                values = rng.integers(0, point.index(self.below[name], {}), shape)
            elif self.complex:
                values = rng.integers(-3, 4, shape) + 1j * rng.integers(-3, 4, shape)
            else:
                values = rng.integers(-4, 5, shape)
            exact = [complex(v) if self.complex and name not in self.below else Fraction(int(v)) for v in values.flat]
            point.tensors[name] = np.array([*exact, None], dtype=object)[:-1].reshape(shape)
        return point


def assignments(names: list[str], integers: tuple[str, ...] = ()) -> Iterator[dict[str, int]]:
    """Small sizes: all of 1..3 for few names, else a spread."""
    ranges = [range(0 if name in integers else 1, 4) for name in names]
    if len(names) <= 2:
        choices = list(itertools.product(*ranges))
    else:
        spread = [tuple((a + k) % 3 + 1 for k in range(len(names))) for a in range(3)]
        choices = [(1,) * len(names), (2,) * len(names), *spread]
    for choice in choices:
        yield dict(zip(names, choice, strict=True))


def native(name: str, values: np.ndarray[Any, Any], world: World) -> Any:
    if name in world.below:
        return values.astype(int) if values.ndim else int(values[()])
    kind = complex if world.complex else float
    return values.astype(kind) if values.ndim else kind(values[()])


def check(
    expression: Callable[..., Any],
    shapes: Mapping[str, str],
    *,
    complex: bool = False,
    integers: tuple[str, ...] = (),
    where: Callable[[Mapping[str, int]], bool] = lambda sizes: True,
) -> SymbolicArray:
    """``expression`` means on symbolic arrays what it means to numpy; returns the symbolic array."""
    world = World(shapes, complex=complex, integers=integers)
    builder = world.builder()
    names = [p.name for p in list(inspect.signature(expression).parameters.values())[1:] if p.default is p.empty]
    arrays = world.symbolic(builder)
    parameters = [arrays[name] if name in arrays else size(name) for name in names]
    result = lift(builder, expression(symbolic(builder), *parameters))
    let = make_let("result", result)
    lets = builder.take_lets()
    compared = 0
    for seed, sizes in enumerate(assignments(world.sizes(), integers)):
        if not where(sizes):
            continue
        for attempt in range(50):
            point = world.point(sizes, seed + 100 * attempt)
            if point is None:
                break
            numbers = [native(n, point.tensors[n], world) if n in arrays else sizes[n] for n in names]
            with np.errstate(all="ignore"), contextlib.suppress(np.linalg.LinAlgError):
                expected = np.asarray(expression(NUMPY, *numbers))
                break
        if point is None:
            continue
        for hidden in lets:
            point.define(hidden)
        compare_at(point, let, expected, sizes)
        compared += 1
    assert compared
    return result


def compare_at(point: Point, let: Let, expected: np.ndarray[Any, Any], sizes: Mapping[str, int]) -> None:
    shape = tuple(point.index(length, {}) for length in let.shape)
    assert shape == expected.shape, f"shape {shape}, numpy's is {expected.shape}, at {sizes}"
    if not np.all(np.isfinite(expected.astype(complex))):
        return
    actual = point.array(let.shape, let.indices, let.body)
    if expected.size:
        np.testing.assert_allclose(
            actual.astype(complex), expected.astype(complex), rtol=1e-9, atol=1e-9, err_msg=str(sizes)
        )
