"""Arrays of zeros and ones."""

from __future__ import annotations

from symadj.arrays.array import SymbolicArray, index_value, lift, make
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import Shape, format_shape, is_negative
from symadj.arrays.substitution import decide
from symadj.terms.index import Index
from symadj.terms.nodes import ONE_TERM, ZERO_TERM, Indicator, Term, same


def read_shape(builder: Builder, shape: object) -> Shape:
    """A shape: one size, or a tuple or list of sizes. Fails (``ArrayError``) for a size that can only be negative."""
    parts = shape if isinstance(shape, tuple | list) else (shape,)
    sizes = tuple(index_value(part, "a size") for part in parts)
    if any(is_negative(length, builder.integers) for length in sizes):
        raise ArrayError(f"a shape has no negative sizes: {format_shape(sizes)}")
    return sizes


def zeros(builder: Builder, shape: object) -> SymbolicArray:
    """All entries 0."""
    return make(builder, read_shape(builder, shape), lambda _: ZERO_TERM)


def ones(builder: Builder, shape: object) -> SymbolicArray:
    """All entries 1."""
    return make(builder, read_shape(builder, shape), lambda _: ONE_TERM)


def zeros_like(builder: Builder, a: object) -> SymbolicArray:
    """Zeros with the shape of ``a``."""
    return make(builder, lift(builder, a).shape, lambda _: ZERO_TERM)


def ones_like(builder: Builder, a: object) -> SymbolicArray:
    """Ones with the shape of ``a``."""
    return make(builder, lift(builder, a).shape, lambda _: ONE_TERM)


# The parameters are named as numpy's.
def eye(builder: Builder, N: object, M: object = None, k: object = 0) -> SymbolicArray:
    """The matrix with ones where the column is the row plus ``k``: ``eye(n)[i,j] = (i == j)``."""
    offset = index_value(k, "a diagonal")
    shape = read_shape(builder, (N, N if M is None else M))

    def entry(subscripts: tuple[Index, ...]) -> Term:
        row, column = subscripts
        condition = same(row + offset, column)
        holds = decide(condition)
        return Indicator(condition) if holds is None else (ONE_TERM if holds else ZERO_TERM)

    return make(builder, shape, entry)
