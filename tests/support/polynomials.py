"""The value of a normal form at concrete sizes and entries: what every rule of it must leave as it is."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

from symadj.normal.store import Argument, Factor, Head, Poly, Range, Store, as_index, nested
from tests.support.functions import FUNCTIONS, Array, Undefined, inverse, unknown
from tests.support.numbers import Arrays, Ints, Work, compile_index

TINY = 1e-9
MARK = "argument "


class Values:
    """Evaluates polynomials of one store; every tensor of the program stands in ``arrays``."""

    def __init__(self, store: Store, sizes: Ints, arrays: Arrays) -> None:
        self.store = store
        self.sizes = sizes
        self.arrays = arrays
        self.marks: dict[str, float] = {}
        self.largest = 0.0  # term met: the scale of what rounding loses
        self._inverses: dict[int, tuple[Array, Any]] = {}

    def poly(self, poly: Poly, at: Ints) -> Any:
        """The value, where the free variables have the values ``at``."""
        total: Any = 0.0
        for monomial, coefficient in poly.items():
            value: Any = float(coefficient)
            factors = [(self.store.factors[n], e) for n, e in monomial]
            for factor, exponent in sorted(factors, key=lambda f: not _is_guard(f[0])):
                value *= self.power(self.factor(factor, at), exponent)
                if not value and _is_guard(factor):
                    break
            total += value
            self.largest = max(self.largest, abs(value))
        return total

    @staticmethod
    def power(value: Any, exponent: Any) -> Any:
        """The power; a root of a negative number is undefined."""
        if isinstance(exponent, int):
            return value**exponent
        if complex(value).real < 0:
            raise Undefined("a root of a negative number")
        return value ** float(exponent)

    def factor(self, factor: Factor, at: Ints) -> Any:
        """An atom, or the sum of a component over its bound variables."""
        if factor.head is not None:
            return self.atom(factor.head, factor.arguments, at)
        names = [f"#{k}" for k in range(len(factor.ranges))]
        ends = dict(zip(names, factor.ranges, strict=True))
        return self._sum(factor, nested(ends), ends, dict(at))

    def _sum(self, factor: Factor, names: list[str], ends: dict[str, Range], at: Ints) -> Any:
        if not names:
            return self.poly({factor.atoms: 1}, at)
        total: Any = 0.0
        lower, upper = ends[names[0]]
        for value in range(self.index(lower, at), self.index(upper, at)):
            at[names[0]] = value
            total += self._sum(factor, names[1:], ends, at)
            Work.left -= 1
            if Work.left < 0:
                raise Undefined("too many terms")
        return total

    def index(self, argument: Argument, at: Ints) -> int:
        """An integer expression."""
        return compile_index(as_index(argument))({**self.sizes, **at}, self.arrays)

    def atom(self, head: Head, arguments: tuple[Argument, ...], at: Ints) -> Any:
        """The value of an atom."""
        values = tuple(self.index(a, at) for a in arguments)
        match head.kind:
            case "tensor" | "lookup":
                return self.arrays[head.name][values]
            case "let":
                return self.poly(head.body or {}, {f"${k}": v for k, v in enumerate(values)})
            case "size":
                return float(self.sizes[head.name])
            case "constant":
                return math.pi if head.name == "pi" else self.marks[head.name]
            case "root":
                return float(int(head.name))
            case "index":
                return float(values[0])
            case "equal":
                return float(values[0] == 0)
            case "atleast":
                return float(values[0] >= 0)
            case "inverse" | "determinant":
                return self.matrix(head, values)
        return self.of_poly(head, {f"@{k}": v for k, v in enumerate(values)})

    def matrix(self, head: Head, values: tuple[int, ...]) -> Any:
        """An entry of the inverse, or the determinant."""
        if head.number not in self._inverses:
            size = math.isqrt(len(self.arrays[head.name]))
            body = dict(head.polys[0])
            entries = {(i, j): self.poly(body, {"$0": i, "$1": j}) for i, j in product(range(size), repeat=2)}
            self._inverses[head.number] = inverse(entries)
        found = self._inverses[head.number]
        return found[0][values] if head.kind == "inverse" else found[1]

    def of_poly(self, head: Head, at: Ints) -> Any:
        """A head that is a function of a polynomial."""
        body = dict(head.polys[0])
        if head.kind == "function" and "(" in head.name:
            name, orders = head.name.split("(", 1)
            places = tuple(int(o) for o in orders.strip(")").split(",") if o.strip())
            if len(places) == 1:
                return unknown(name, places, [self.poly(body, at)])
            return unknown(name, places, [self._place(body, k, len(places), at) for k in range(len(places))])
        if head.kind == "fold":
            raise Undefined("a fold")
        value = self.poly(body, at)
        match head.kind:
            case "base":
                return value
            case "positive":
                return float(_settled(value) > 0)
            case "zero":
                return float(_settled(value) == 0)
            case "function" if head.name == "log":
                size = abs(value)
                if size < TINY:
                    raise Undefined("the logarithm of zero")
                return math.log(size)
            case "function":
                return FUNCTIONS[head.name](value)
        raise TypeError(head.kind)

    def _place(self, body: Poly, place: int, places: int, at: Ints) -> Any:
        saved = dict(self.marks)
        self.marks.update({f"{MARK}{k}": float(k == place) for k in range(places)})
        value = self.poly(body, at)
        self.marks = saved
        return value


def _settled(value: Any) -> float:
    """A compared value: what rounding has brought close to zero is undecided."""
    real = complex(value).real
    if real != 0 and abs(real) < TINY:
        raise Undefined("a comparison too close to zero")
    return real


def _is_guard(factor: Factor) -> bool:
    return factor.head is not None and factor.head.kind in ("equal", "atleast", "positive", "zero")
