"""Frames, tensors and integer expressions: the lower half of the compiler.

A *frame* is one list that holds a step budget, the declared functions, a deadline, and in a slot each the sizes, the
current values of the index variables, and the tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from time import monotonic
from typing import Any

from symadj.errors import BudgetExceeded
from symadj.oracle.failures import OutOfRange, Undefined
from symadj.oracle.modes import Mode
from symadj.terms.index import Floor, Index, IndexAtom, Lookup, Mod, Size, Var

Frame = list[Any]
Closure = Callable[[Frame], Any]

STEPS, FUNCTIONS, DEADLINE, FIRST_SLOT = 0, 1, 2, 3
BETWEEN_LOOKS = 1 << 10
"""So many steps are done between two looks at the clock."""


@dataclass(slots=True)
class Array:
    """A tensor's entries in row-major order; ``inverses`` and ``determinants`` remember what was computed from them."""

    shape: tuple[int, ...]
    data: list[Any]
    inverses: dict[tuple[int, ...], list[list[Any]]]
    determinants: dict[tuple[int, ...], Any]

    def __getitem__(self, subscripts: tuple[int, ...]) -> Any:
        position = 0
        for subscript, length in zip(subscripts, self.shape, strict=True):
            position = position * length + subscript
        return self.data[position]

    def matrix(self, stack: tuple[int, ...]) -> list[list[Any]]:
        """The matrix of the last two axes at ``stack`` of the others."""
        rows, columns = self.shape[-2:]
        return [[self[(*stack, i, j)] for j in range(columns)] for i in range(rows)]


def array(shape: tuple[int, ...], data: list[Any]) -> Array:
    """A tensor with these entries."""
    return Array(shape, data, {}, {})


def spend(frame: Frame, steps: int) -> None:
    """Counts steps of the frame's budget. Raises ``BudgetExceeded`` when it, or the time, is used up."""
    before = frame[STEPS]
    frame[STEPS] = left = before - steps
    if left < 0:
        raise BudgetExceeded("evaluating a statement at concrete sizes")
    if left // BETWEEN_LOOKS != before // BETWEEN_LOOKS:
        check_time(frame[DEADLINE])


def check_time(deadline: float | None) -> None:
    """Raises ``BudgetExceeded`` past the deadline, a value of ``time.monotonic``."""
    if deadline is not None and monotonic() > deadline:
        raise BudgetExceeded("the time allowed ran out")


class IndexCompiler:
    """Compiles integer expressions and entries against one layout of frames; ``slots`` grows as names are met."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.slots: dict[tuple[str, str], int] = {}

    def slot(self, kind: str, name: str) -> int:
        """The slot of a ``"size"``, an ``"index"`` or a ``"tensor"``."""
        return self.slots.setdefault((kind, name), FIRST_SLOT + len(self.slots))

    def frame_length(self) -> int:
        """How long a frame must be for all that was compiled so far."""
        return FIRST_SLOT + len(self.slots)

    # -------------------------------------------------------------------------------------------- integers

    def index(self, index: Index) -> Closure:
        """An integer expression."""
        constant = index.value
        if constant is not None:
            return lambda e: constant
        parts = [(c, [self._atom(a) for a in monomial]) for monomial, c in index.terms]
        if len(parts) == 1 and len(parts[0][1]) == 1:
            factor, (only,) = parts[0][0], parts[0][1]
            return only if factor == 1 else (lambda e: factor * only(e))
        if len(parts) == 2 and len(parts[0][1]) == 1 and len(parts[1][1]) <= 1:
            return self._two_terms(parts)

        def polynomial(e: Frame) -> int:
            total = 0
            for coefficient, atoms in parts:
                for atom in atoms:
                    coefficient *= atom(e)
                total += coefficient
            return total

        return polynomial

    def _two_terms(self, parts: list[tuple[int, list[Closure]]]) -> Closure:
        (a, (first,)), (b, rest) = parts
        if not rest:
            return (lambda e: first(e) + b) if a == 1 else (lambda e: a * first(e) + b)
        second = rest[0]
        return lambda e: a * first(e) + b * second(e)

    def _atom(self, atom: IndexAtom) -> Closure:
        match atom:
            case Var(name):
                return itemgetter(self.slot("index", name))
            case Size(name):
                return itemgetter(self.slot("size", name))
            case Lookup(tensor, subscripts):
                return self.entry(tensor, subscripts)
            case Floor(numerator, divisor):
                upper, lower = self.index(numerator), self.index(divisor)
                return lambda e: upper(e) // _positive(lower(e))
            case Mod(numerator, divisor):
                upper, lower = self.index(numerator), self.index(divisor)
                return lambda e: upper(e) % _positive(lower(e))

    def entry(self, tensor: str, subscripts: tuple[Index, ...]) -> Closure:
        """An entry of a tensor. The closure raises ``OutOfRange``."""
        slot, places = self.slot("tensor", tensor), [self.index(s) for s in subscripts]
        if not places:
            return lambda e: e[slot].data[0]
        if len(places) == 1:
            place = places[0]

            def vector(e: Frame) -> Any:
                i, a = place(e), e[slot]
                if not 0 <= i < a.shape[0]:
                    raise OutOfRange(tensor, (i,), a.shape)
                return a.data[i]

            return vector
        if len(places) == 2:
            row, column = places

            def matrix(e: Frame) -> Any:
                i, j, a = row(e), column(e), e[slot]
                rows, columns = a.shape
                if not (0 <= i < rows and 0 <= j < columns):
                    raise OutOfRange(tensor, (i, j), a.shape)
                return a.data[i * columns + j]

            return matrix

        def general(e: Frame) -> Any:
            at, position, a = [p(e) for p in places], 0, e[slot]
            for subscript, length in zip(at, a.shape, strict=True):
                if not 0 <= subscript < length:
                    raise OutOfRange(tensor, tuple(at), a.shape)
                position = position * length + subscript
            return a.data[position]

        return general


def _positive(divisor: int) -> int:
    if divisor <= 0:
        raise Undefined("a floor or remainder by a divisor that is not positive")
    return divisor


def check_range(tensor: str, at: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """Raises ``OutOfRange`` unless the subscripts are inside of the shape."""
    if any(not 0 <= subscript < length for subscript, length in zip(at, shape, strict=True)):
        raise OutOfRange(tensor, at, shape)
