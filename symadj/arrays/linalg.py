"""Inverses, determinants and solves: terms that refer to a matrix by its name.

- ``inv(A)[i,j]`` is ``Inverse("A", (i, j))``;  ``inv(A.T)[i,j] = inv(A)[j,i]``;  ``inv(conj(A)) = conj(inv(A))``;
- any other matrix gets a name first, by a hidden let.
"""

from __future__ import annotations

from dataclasses import dataclass

from symadj.arrays.array import SymbolicArray, elementwise, lift, make, matmul
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import format_shape
from symadj.terms.index import Index, var
from symadj.terms.nodes import Call, Determinant, Entry, Inverse, Power, Term, mul, negate, number


@dataclass(frozen=True, slots=True)
class _Matrix:
    """A square matrix by name: ``tensor`` at ``stack``, perhaps transposed, perhaps conjugated."""

    tensor: str
    stack: tuple[Index, ...]
    transposed: bool
    conjugated: bool


def _named(array: SymbolicArray, kind: str) -> _Matrix:
    """The stack of matrices ``array`` by name, through a hidden let where it is no tensor's."""
    found = _plain(array)
    if found is not None:
        return found
    name = array.builder.hide(kind, array.shape, array.indices, array.body)
    return _Matrix(name, tuple(var(index) for index in array.indices[:-2]), False, False)


def _plain(array: SymbolicArray) -> _Matrix | None:
    body, conjugated = array.body, False
    while isinstance(body, Call) and body.function == "conj":
        body, conjugated = body.arguments[0], not conjugated
    if not isinstance(body, Entry) or len(body.subscripts) < 2:
        return None
    declared = array.builder.tensors.get(body.tensor)
    *stack, first, second = body.subscripts
    row, column = var(array.indices[-2]), var(array.indices[-1])
    if declared is None or declared[-2:] != array.shape[-2:] or (first, second) not in ((row, column), (column, row)):
        return None
    inside = {name for index in stack for name in index.variables()}
    if inside & set(array.indices[-2:]):
        return None
    return _Matrix(body.tensor, tuple(stack), (first, second) == (column, row), conjugated)


def _square(builder: Builder, what: str, a: object) -> SymbolicArray:
    array = lift(builder, a)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ArrayError(f"{what} of shape {format_shape(array.shape)}: it takes square matrices")
    if array.boolean:
        raise ArrayError(f"{what} of an array of conditions")
    return array


def inv(builder: Builder, a: object) -> SymbolicArray:
    """The inverse of each square matrix. Fails (``ArrayError``) for matrices that are not square."""
    return _inverse(_square(builder, "inv", a))


def _inverse(array: SymbolicArray) -> SymbolicArray:
    matrix = _named(array, "inv")

    def entry(subscripts: tuple[Index, ...]) -> Term:
        replaced = dict(zip(array.indices[:-2], subscripts[:-2], strict=True))
        stack = tuple(index.substitute(replaced) for index in matrix.stack)
        row, column = subscripts[-2:]
        term = Inverse(matrix.tensor, (*stack, *((column, row) if matrix.transposed else (row, column))))
        return Call("conj", (term,)) if matrix.conjugated else term

    return make(array.builder, array.shape, entry)


def det(builder: Builder, a: object) -> SymbolicArray:
    """The determinant of each square matrix. Fails (``ArrayError``) for matrices that are not square."""
    array = _square(builder, "det", a)
    matrix = _named(array, "det")

    def entry(subscripts: tuple[Index, ...]) -> Term:
        replaced = dict(zip(array.indices[:-2], subscripts, strict=True))
        term = Determinant(matrix.tensor, tuple(index.substitute(replaced) for index in matrix.stack))
        return Call("conj", (term,)) if matrix.conjugated else term

    return make(builder, array.shape[:-2], entry)


def slogdet(builder: Builder, a: object) -> tuple[SymbolicArray, SymbolicArray]:
    """The sign of the determinant (``det/abs(det)`` over the complex field) and the logarithm of its absolute value."""
    determinant = det(builder, a)

    def sign(term: Term) -> Term:
        if not builder.complex:
            return Call("sign", (term,))
        return mul(term, Power(Call("abs", (term,)), negate(number(1))))

    logarithm = elementwise(builder, lambda term: Call("log", (Call("abs", (term,)),)), determinant)
    return elementwise(builder, sign, determinant), logarithm


def solve(builder: Builder, a: object, b: object) -> SymbolicArray:
    """``inv(a) @ b``: for a vector ``b``, or a stack of matrices.

    Fails (``ArrayError``) when ``a`` is not square, and when its size is not that of ``b``.
    """
    array, right = _square(builder, "solve", a), lift(builder, b)
    along = right.ndim - 2 if right.ndim > 1 else 0
    if not right.ndim or right.shape[along] != array.shape[-1]:
        raise ArrayError(f"solve of shapes {format_shape(array.shape)} and {format_shape(right.shape)}")
    return matmul(builder, _inverse(array), right)
