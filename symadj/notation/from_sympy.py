"""Equations between sympy expressions, as statements: ``Sum``, ``Product``, ``Indexed``, ``KroneckerDelta``.

An ``IndexedBase`` is a tensor; its shape is the one it was made with, or the one given by ``shapes``. A symbol that
some sum binds or that stands in a subscript is an index, one that stands in a shape or a limit is a size, any other
one is a scalar. Free indices range over the axes that they index alone. Nothing is simplified by sympy. A range whose
end lies below its beginning is empty, as Python's (sympy's ``doit`` counts such a sum negatively).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from symadj.errors import StatementError
from symadj.notation.places import Text
from symadj.notation.shapes import read_shapes
from symadj.terms.index import Index, constant, size, var
from symadj.terms.nodes import (
    Binder,
    Call,
    Constant,
    Entry,
    IndexValue,
    Indicator,
    Number,
    Power,
    Product,
    Sum,
    Term,
    add,
    mul,
    same,
)
from symadj.terms.statement import EqualClaim, Let, Shape, Statement, Tensor

FUNCTIONS = {
    "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "Abs": "abs", "sign": "sign", "erf": "erf",
}  # fmt: skip


def equation(lhs: Any, rhs: Any, shapes: str | Mapping[str, Sequence[Any]] = "", name: str = "statement") -> Statement:
    """The statement that two sympy expressions are equal, for all sizes and all entries.

    Raises ``StatementError`` where an expression holds what the notation does not have, or a range is not known.

    >>> import sympy
    >>> m, n, i, j = sympy.symbols("m n i j", integer=True)
    >>> A, x = sympy.IndexedBase("A", shape=(m, n)), sympy.IndexedBase("x", shape=(n,))
    >>> left = sympy.Sum(A[i, j]*x[j], (j, 0, n - 1))
    >>> statement = equation(left, sympy.Sum(x[j]*A[i, j], (j, 0, n - 1)))
    >>> [let.indices for let in statement.forward], statement.sizes
    ([('i',), ('i',)], ('m', 'n'))
    """
    reader = _Reader(name, shapes)
    for expression in (lhs, rhs):
        reader.gather(expression)
    sides = [reader.term(expression) for expression in (lhs, rhs)]
    indices = reader.free_indices()
    shape = tuple(reader.ranges[i] for i in indices)
    lets = tuple(Let(f"equal.{k}", indices, shape, side) for k, side in enumerate(sides))
    inputs = [Tensor(t, s) for t, s in reader.tensors.items()] + [Tensor(t, ()) for t in sorted(reader.scalars)]
    sizes = tuple(sorted({s for t in inputs for axis in t.shape for s in axis.sizes()} | reader.sizes))
    claims = (EqualClaim("equal", "equal.0", "equal.1"),)
    return Statement(name, sizes, (), tuple(inputs), {}, lets, (), (), claims)


class _Reader:
    """The names of two expressions, and their terms."""

    def __init__(self, name: str, shapes: str | Mapping[str, Sequence[Any]]) -> None:
        self.name = name
        self.given: dict[str, Shape] = {}
        if isinstance(shapes, str):
            self.given = read_shapes(Text(shapes), name, ()).shapes if shapes else {}
        else:
            self.given = {t: tuple(self._size(axis) for axis in axes) for t, axes in shapes.items()}
        self.tensors: dict[str, Shape] = {}
        self.bound: set[str] = set()
        self.subscripts: set[str] = set()
        self.sizes: set[str] = set()
        self.scalars: set[str] = set()
        self.ranges: dict[str, Index] = {}

    def fail(self, message: str, expression: Any) -> StatementError:
        """The error about a part of an expression."""
        return StatementError(message, statement=self.name, text=str(expression)[:200])

    def gather(self, expression: Any) -> None:
        """Learn which symbols are indices, sizes and tensors."""
        import sympy

        for part in sympy.preorder_traversal(expression):
            if isinstance(part, sympy.Sum | sympy.Product):
                for index, lower, upper in part.limits:
                    self.bound.add(str(index))
                    self.sizes |= {str(s) for end in (lower, upper) for s in end.free_symbols}
            elif isinstance(part, sympy.Indexed):
                self._tensor(part)
                self.subscripts |= {str(s) for index in part.indices for s in index.free_symbols}
        self.sizes -= self.bound
        known = {s for shape in self.tensors.values() for axis in shape for s in axis.sizes()}
        self.subscripts -= known | self.sizes
        self.sizes -= self.subscripts

    def _tensor(self, part: Any) -> None:
        name = str(part.base.label)
        shape = self.given.get(name)
        if shape is None and part.base.shape is not None:
            shape = tuple(self._size(axis) for axis in part.base.shape)
        if shape is None:
            raise self.fail(f"the shape of {name} is not known: give the IndexedBase a shape, or shapes=", part)
        if len(shape) != len(part.indices):
            raise self.fail(f"{name} has {len(shape)} axes, and {len(part.indices)} subscripts stand here", part)
        self.tensors[name] = shape
        for axis, index in zip(shape, part.indices, strict=True):
            if index.is_Symbol:
                self.ranges.setdefault(str(index), axis)

    def free_indices(self) -> tuple[str, ...]:
        """The indices that no sum binds, in alphabetical order; raises where one has no range."""
        free = tuple(sorted(self.subscripts - self.bound))
        for index in free:
            if index not in self.ranges:
                raise self.fail(f"the index {index} has no range: it indexes no axis alone", index)
        return free

    def _size(self, expression: Any) -> Index:
        return self._integer(expression, lambda name: size(name))

    def integer(self, expression: Any) -> Index:
        """An integer expression of indices and sizes."""
        indices = self.bound | self.subscripts
        return self._integer(expression, lambda name: var(name) if name in indices else size(name))

    def _integer(self, expression: Any, leaf: Any) -> Index:
        if isinstance(expression, int):
            return constant(expression)
        if expression.is_Integer:
            return constant(int(expression))
        if expression.is_Symbol:
            found: Index = leaf(str(expression))
            return found
        parts = [self._integer(part, leaf) for part in expression.args]
        if expression.is_Add:
            return sum(parts[1:], parts[0])
        if expression.is_Mul:
            return reduce(lambda a, b: a * b, parts)
        raise self.fail("a sum or product of indices, sizes and integers was expected", expression)

    def term(self, expression: Any) -> Term:
        """The expression as a term of the notation."""
        import sympy

        if expression.is_Rational:
            return Number(Fraction(int(expression.p), int(expression.q)))
        if expression is sympy.pi:
            return Constant("pi")
        if expression.is_Symbol:
            return self._symbol(str(expression))
        if isinstance(expression, sympy.Indexed):
            return Entry(str(expression.base.label), tuple(self.integer(i) for i in expression.indices))
        if isinstance(expression, sympy.KroneckerDelta):
            return Indicator(same(*(self.integer(a) for a in expression.args[:2])))
        if isinstance(expression, sympy.Sum | sympy.Product):
            return self._over_ranges(expression)
        arguments = [self.term(part) for part in expression.args]
        if expression.is_Add:
            return add(*arguments)
        if expression.is_Mul:
            return mul(*arguments)
        if expression.is_Pow:
            return Power(arguments[0], arguments[1])
        name = FUNCTIONS.get(type(expression).__name__)
        if name is None:
            raise self.fail(f"{type(expression).__name__} is not in the notation", expression)
        return Call(name, tuple(arguments))

    def _symbol(self, name: str) -> Term:
        if name in self.bound or name in self.subscripts:
            return IndexValue(var(name))
        if name in self.sizes or any(name in axis.sizes() for shape in self.tensors.values() for axis in shape):
            return IndexValue(size(name))
        self.scalars.add(name)
        return Entry(name, ())

    def _over_ranges(self, expression: Any) -> Term:
        import sympy

        body = self.term(expression.function)
        kind = Sum if isinstance(expression, sympy.Sum) else Product
        for index, lower, upper in expression.limits:
            body = kind(Binder(str(index), self.integer(lower), self.integer(upper) + 1), body)
        return body


__all__ = ["equation"]
