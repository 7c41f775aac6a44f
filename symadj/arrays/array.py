"""The symbolic array: a shape and the term of one entry, with numpy's operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import EllipsisType
from typing import get_args

from symadj.arrays import scalars
from symadj.arrays.binding import bind
from symadj.arrays.broadcasting import broadcast_shapes, broadcast_subscripts
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import Shape, format_shape
from symadj.arrays.subscripts import Gather, Part, Slice, select
from symadj.arrays.substitution import is_light, size_value, substitute
from symadj.terms.index import Index, constant, lookup, var
from symadj.terms.nodes import (
    Condition,
    Entry,
    IndexValue,
    Indicator,
    Select,
    Sum,
    Term,
    add,
    divide,
    mul,
    negate,
    number,
)
from symadj.terms.statement import Let, Source

TERMS = get_args(Term)
INDEXING = "subscripts are integers, slices, None, ... and integer arrays"


@dataclass(frozen=True, slots=True, eq=False)
class SymbolicArray:
    """An array of symbolic shape: ``body`` is the term of its entry at the index variables ``indices``.

    ``boolean`` arrays hold conditions: ``body`` is their 0/1 factor. Comparison is numpy's, entry by entry, so arrays
    have no truth value and no value equality: compare ``shape`` and ``body``.

    >>> from symadj.terms.index import size
    >>> builder = Builder()
    >>> W, x = tensor(builder, "W", (size("m"), size("n"))), tensor(builder, "x", (size("n"),))
    >>> (W @ x).shape == (size("m"),)
    True
    """

    shape: Shape
    indices: tuple[str, ...]
    body: Term
    builder: Builder = field(repr=False)
    boolean: bool = False

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def T(self) -> SymbolicArray:
        """The axes in reverse order."""
        return SymbolicArray(self.shape[::-1], self.indices[::-1], self.body, self.builder, self.boolean)

    @property
    def condition(self) -> Condition:
        """The condition that an entry is; of a number, that it is not zero, as numpy reads it."""
        return scalars.holds(self.body)

    def entry(self, subscripts: Sequence[Index]) -> Term:
        """The term of the entry at ``subscripts``, one for each axis."""
        if len(subscripts) != self.ndim:
            raise ArrayError(f"{len(subscripts)} subscripts for an array of shape {format_shape(self.shape)}")
        return substitute(self.body, dict(zip(self.indices, subscripts, strict=True)))

    def __add__(self, other: object) -> SymbolicArray:
        return _arithmetic(self.builder, "+", self, other)

    def __radd__(self, other: object) -> SymbolicArray:
        return _arithmetic(self.builder, "+", other, self)

    def __sub__(self, other: object) -> SymbolicArray:
        return _arithmetic(self.builder, "-", self, other)

    def __rsub__(self, other: object) -> SymbolicArray:
        return _arithmetic(self.builder, "-", other, self)

    def __mul__(self, other: object) -> SymbolicArray:
        return _arithmetic(self.builder, "*", self, other)

    def __rmul__(self, other: object) -> SymbolicArray:
        return _arithmetic(self.builder, "*", other, self)

    def __truediv__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, divide, self, other)

    def __rtruediv__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, divide, other, self)

    def __pow__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, scalars.power, self, other)

    def __rpow__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, scalars.power, other, self)

    def __floordiv__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, scalars.floor_divide, self, other)

    def __rfloordiv__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, scalars.floor_divide, other, self)

    def __mod__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, scalars.modulo, self, other)

    def __rmod__(self, other: object) -> SymbolicArray:
        return elementwise(self.builder, scalars.modulo, other, self)

    def __neg__(self) -> SymbolicArray:
        if self.boolean and self.ndim:
            raise ArrayError("numpy has no - of an array of conditions")
        return elementwise(self.builder, negate, self)

    def __pos__(self) -> SymbolicArray:
        return self

    def __matmul__(self, other: object) -> SymbolicArray:
        return matmul(self.builder, self, other)

    def __rmatmul__(self, other: object) -> SymbolicArray:
        return matmul(self.builder, other, self)

    def __eq__(self, other: object) -> SymbolicArray:  # type: ignore[override]
        return compare(self.builder, "==", self, other)

    def __ne__(self, other: object) -> SymbolicArray:  # type: ignore[override]
        return compare(self.builder, "!=", self, other)

    def __lt__(self, other: object) -> SymbolicArray:
        return compare(self.builder, "<", self, other)

    def __le__(self, other: object) -> SymbolicArray:
        return compare(self.builder, "<=", self, other)

    def __gt__(self, other: object) -> SymbolicArray:
        return compare(self.builder, ">", self, other)

    def __ge__(self, other: object) -> SymbolicArray:
        return compare(self.builder, ">=", self, other)

    def __and__(self, other: object) -> SymbolicArray:
        return _logical(self.builder, "&", scalars.both, self, other)

    def __or__(self, other: object) -> SymbolicArray:
        return _logical(self.builder, "|", scalars.either, self, other)

    def __invert__(self) -> SymbolicArray:
        return _logical(self.builder, "~", scalars.opposite, self)

    def __bool__(self) -> bool:
        raise ArrayError("a symbolic array has no truth value: use where, or a condition in the notation")

    def __iter__(self) -> Iterator[SymbolicArray]:
        length = self.shape[0].value if self.shape else None
        if length is None:
            raise ArrayError(f"an array of shape {format_shape(self.shape)} has no known number of rows to go through")
        return iter([self[k] for k in range(length)])

    __hash__ = object.__hash__

    def __getitem__(self, key: object) -> SymbolicArray:
        parts = [_part(self.builder, part) for part in (key if isinstance(key, tuple) else (key,))]
        selection = select(self.shape, parts, self.builder.integers)
        return make(self.builder, selection.shape, lambda subs: self.entry(selection.read(subs)), boolean=self.boolean)


def make(
    builder: Builder, shape: Shape, entry: Callable[[tuple[Index, ...]], Term], *, boolean: bool = False
) -> SymbolicArray:
    """The array whose entry at fresh index variables is ``entry(subscripts)``."""
    indices = tuple(builder.fresh() for _ in shape)
    return SymbolicArray(tuple(shape), indices, entry(tuple(var(name) for name in indices)), builder, boolean)


def tensor(builder: Builder, name: str, shape: Sequence[Index], *, integer: bool = False) -> SymbolicArray:
    """The tensor ``name``: an input, a cotangent or an earlier let; entries of an ``integer`` one may be subscripts."""
    builder.declare(name, tuple(shape))
    if integer:
        return make(builder, tuple(shape), lambda subscripts: IndexValue(lookup(name, subscripts)))
    return make(builder, tuple(shape), lambda subscripts: Entry(name, subscripts))


def lift(builder: Builder, value: object) -> SymbolicArray:
    """``value`` as an array: an array itself; a number, an ``Index`` or a scalar term as a scalar.

    A float is the decimal number that it is written as. Fails (``ArrayError``) for anything else, a complex number over
    the real field, and an array of another builder.

    >>> lift(Builder(), 0.1).body
    Number(value=Fraction(1, 10))
    """
    match value:
        case SymbolicArray():
            if value.builder is not builder:
                raise ArrayError("two arrays of different statements meet")
            return value
        case bool():
            return SymbolicArray((), (), Indicator(scalars.TRUE if value else scalars.FALSE), builder, True)
        case int() | Fraction():
            return SymbolicArray((), (), number(value), builder)
        case float():
            return SymbolicArray((), (), scalars.decimal(value), builder)
        case complex():
            if not builder.complex:
                raise ArrayError(f"the complex number {value} over the real field")
            return SymbolicArray((), (), scalars.complex_number(value), builder)
        case Index():
            return SymbolicArray((), (), size_value(value), builder)
    if isinstance(value, TERMS):
        return SymbolicArray((), (), value, builder)
    raise ArrayError(f"expected an array or a number, not {type(value).__name__} {value!r}")


def index_value(value: object, what: str = "an integer") -> Index:
    """The integer expression that ``value`` is: an int, an ``Index``, or a scalar array or term with such a value.

    Fails (``ArrayError``), naming ``what`` was wanted, for anything else.

    >>> str(index_value(2)), str(index_value(number(2)))
    ('2', '2')
    """
    if isinstance(value, bool):
        raise ArrayError(f"expected {what}, not {value}")
    if isinstance(value, int):
        return constant(value)
    if isinstance(value, Index):
        return value
    if isinstance(value, SymbolicArray):
        found = scalars.index_of(value.body) if not value.ndim and not value.boolean else None
        if found is None:
            raise ArrayError(f"expected {what}, not an array of shape {format_shape(value.shape)}")
        return found
    found = scalars.index_of(value) if isinstance(value, TERMS) else None
    if found is None:
        raise ArrayError(f"expected {what}, not {value!r}")
    return found


def integer(value: object, what: str = "an integer") -> int:
    """``value`` as a plain int; as ``index_value``, and it fails for a symbolic value too."""
    found = index_value(value, what)
    if found.value is None:
        raise ArrayError(f"expected {what} that is a number, not {found}")
    return found.value


def elementwise(
    builder: Builder, combine: Callable[..., Term], *operands: object, boolean: bool = False
) -> SymbolicArray:
    """``combine`` of the entries of the operands, broadcast together; fails (``ArrayError``) when they do not."""
    arrays = [lift(builder, operand) for operand in operands]
    shape = broadcast_shapes([array.shape for array in arrays])

    def entry(subscripts: tuple[Index, ...]) -> Term:
        return combine(*(a.entry(broadcast_subscripts(a.shape, shape, subscripts)) for a in arrays))

    return make(builder, shape, entry, boolean=boolean)


def compare(builder: Builder, relation: str, left: object, right: object) -> SymbolicArray:
    """``left relation right`` for one of ``== != < <= > >=``, entry by entry: an array of conditions."""
    return elementwise(builder, lambda a, b: Indicator(scalars.compare(relation, a, b)), left, right, boolean=True)


def choose(builder: Builder, condition: Condition, then: object, otherwise: object) -> SymbolicArray:
    """``then if condition else otherwise``, of two arrays that broadcast: the branch not taken is not read.

    >>> choose(Builder(), scalars.TRUE, 1, 2).body == Select(scalars.TRUE, number(1), number(2))
    True
    """
    return elementwise(builder, lambda a, b: Select(condition, a, b), then, otherwise)


def share(array: SymbolicArray, kind: str) -> SymbolicArray:
    """The same array, through a hidden let ``kind.number`` where its entry is too large to be written twice.

    An array that depends on an index of the line around it stays as it is.
    """
    if array.boolean or is_light(array.body):
        return array
    try:
        name = array.builder.hide(kind, array.shape, array.indices, array.body)
    except ArrayError:
        return array
    return tensor(array.builder, name, array.shape)


def make_let(name: str, array: SymbolicArray, source: Source | None = None) -> Let:
    """The let that defines ``name`` as ``array``, its index names tidied; ``name`` is declared to the builder.

    >>> builder = Builder({"i"})
    >>> make_let("y", tensor(builder, "x", (constant(3),))).indices
    ('j',)
    """
    return array.builder.let(name, array.shape, array.indices, array.body, source)


def matmul(builder: Builder, left: object, right: object) -> SymbolicArray:
    """``left @ right``: vectors, matrices, and stacks of matrices, whose leading axes are broadcast.

    - ``(W @ x)[i] = sum(W[i,j]*x[j] for j in range(n))``.

    Fails (``ArrayError``) for a scalar, and when the summed sizes are different polynomials.
    """
    a, b = lift(builder, left), lift(builder, right)
    shapes = f"{format_shape(a.shape)} and {format_shape(b.shape)}"
    numbers("@", a, b)
    if not a.ndim or not b.ndim:
        raise ArrayError(f"@ of shapes {shapes}: a scalar is multiplied with *")
    length = a.shape[-1]
    if length != b.shape[max(b.ndim - 2, 0)]:
        raise ArrayError(f"@ of shapes {shapes}: {length} and {b.shape[max(b.ndim - 2, 0)]} differ")
    stack = broadcast_shapes([a.shape[:-2], b.shape[:-2]], f"@ of shapes {shapes}: the stacks")
    rows, columns = a.shape[-2:-1], b.shape[-1:] if b.ndim > 1 else ()
    name = builder.fresh()

    def entry(subscripts: tuple[Index, ...]) -> Term:
        front, rest = subscripts[: len(stack)], subscripts[len(stack) :]
        row, column = rest[: len(rows)], rest[len(rows) :]
        first = a.entry((*broadcast_subscripts(a.shape[:-2], stack, front), *row, var(name)))
        second = b.entry((*broadcast_subscripts(b.shape[:-2], stack, front), var(name), *column))
        return bind(Sum, builder, [(name, length)], mul(first, second))

    return make(builder, (*stack, *rows, *columns), entry)


def numbers(what: str, *arrays: SymbolicArray) -> None:
    """Fails (``ArrayError``) when all arrays hold conditions: numpy would count them as one."""
    if arrays and all(array.boolean for array in arrays):
        raise ArrayError(f"{what} of arrays of conditions is numpy's logical one: multiply one of them by 1.0")


def _arithmetic(builder: Builder, operator: str, left: object, right: object) -> SymbolicArray:
    a, b = lift(builder, left), lift(builder, right)
    if a.boolean and b.boolean and (a.ndim or b.ndim):
        if operator == "-":
            raise ArrayError("numpy has no - of two arrays of conditions")
        join = scalars.both if operator == "*" else scalars.either
        return _logical(builder, operator, join, a, b)
    combines: dict[str, Callable[..., Term]] = {"+": add, "-": scalars.subtract, "*": mul}
    return elementwise(builder, combines[operator], a, b)


def _logical(builder: Builder, operator: str, join: Callable[..., Condition], *operands: object) -> SymbolicArray:
    arrays = [lift(builder, operand) for operand in operands]
    if not all(array.boolean for array in arrays):
        raise ArrayError(f"{operator} joins conditions, not numbers")
    return elementwise(
        builder, lambda *terms: Indicator(join(*(scalars.holds(term) for term in terms))), *arrays, boolean=True
    )


def _part(builder: Builder, part: object) -> Part | EllipsisType:
    if part is None or isinstance(part, EllipsisType):
        return part
    if isinstance(part, slice):
        ends = (part.start, part.stop, part.step)
        return Slice(*(None if end is None else index_value(end, "an integer in a slice") for end in ends))
    if isinstance(part, SymbolicArray) and part.ndim:
        if part.boolean or scalars.index_of(part.body) is None:
            kind = "conditions" if part.boolean else "numbers that are no integers"
            raise ArrayError(f"{INDEXING}, not an array of {kind}, of shape {format_shape(part.shape)}")

        def read(subscripts: tuple[Index, ...]) -> Index:
            return index_value(part.entry(subscripts))

        return Gather(part.shape, read)
    return index_value(part, INDEXING)
