"""Concrete sizes that a statement allows, the smallest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from symadj.errors import BudgetExceeded
from symadj.oracle.compiler import Compiler
from symadj.oracle.failures import Dropped, OutOfRange
from symadj.oracle.frames import FUNCTIONS, STEPS, Closure, Frame
from symadj.oracle.modes import exact_mode
from symadj.oracle.programs import condition_names, index_names
from symadj.terms.index import Index, Var
from symadj.terms.nodes import All, Condition, IndexCondition, IndexValue, Not, Some, condition_terms, walk
from symadj.terms.statement import Let, Statement, Tensor

_STEPS = 10_000


class SizeConditions:
    """What the sizes must satisfy: the assumptions on sizes alone, and that no axis has a negative length.

    Named sizes are at least 1 and integer parameters at least 0. Each condition is checked as soon as the sizes in it
    are known.
    """

    def __init__(self, statement: Statement) -> None:
        self.names = (*statement.sizes, *statement.integers)
        self.least = [1] * len(statement.sizes) + [0] * len(statement.integers)
        compiler = Compiler(exact_mode(statement.complex))
        self._slots = [compiler.slot("size", name) for name in self.names]
        checks: list[tuple[set[str], Closure]] = []
        for assumption in statement.assumptions:
            if is_of_sizes(assumption.condition) and not assumption.indices:
                checks.append((_sizes_in(assumption.condition, self.names), compiler.condition(assumption.condition)))
        tensors: tuple[Tensor | Let, ...] = (*statement.inputs, *statement.forward)
        for axis in {a for made in tensors for a in made.shape}:
            if axis.value is None or axis.value < 0:
                checks.append((axis.sizes(), _at_least(compiler, axis, 0)))
        for tensor in statement.inputs:
            if tensor.below is not None and not index_names(tensor.below):
                checks.append((tensor.below.sizes(), _at_least(compiler, tensor.below, 1)))
        self._length = compiler.frame_length()
        self._due: list[list[Closure]] = [[] for _ in range(len(self.names) + 1)]
        for names, closure in checks:
            self._due[max((self.names.index(n) + 1 for n in names if n in self.names), default=0)].append(closure)

    def allow(self, sizes: Mapping[str, int]) -> bool:
        """Are these sizes ones that the statement is about?"""
        if set(sizes) != set(self.names) or any(sizes[n] < low for n, low in zip(self.names, self.least, strict=True)):
            return False
        frame = self._frame()
        for slot, name in zip(self._slots, self.names, strict=True):
            frame[slot] = sizes[name]
        return all(self._hold(frame, known) for known in range(len(self.names) + 1))

    def of_total(self, total: int, visit: Callable[[], None] = lambda: None) -> Iterator[dict[str, int]]:
        """All allowed sizes with this sum, in lexicographic order; ``visit`` is called at each step of the search, and
        may raise to end it."""
        frame = self._frame()
        if self._hold(frame, 0) and total >= self.least_total:
            yield from self._extend(frame, 0, total - self.least_total, visit)

    def _extend(self, frame: Frame, known: int, left: int, visit: Callable[[], None]) -> Iterator[dict[str, int]]:
        if known == len(self.names):
            if not left:
                yield {name: frame[slot] for name, slot in zip(self.names, self._slots, strict=True)}
            return
        for more in range(left + 1) if known + 1 < len(self.names) else (left,):
            visit()
            frame[self._slots[known]] = self.least[known] + more
            if self._hold(frame, known + 1):
                yield from self._extend(frame, known + 1, left - more, visit)

    def _frame(self) -> Frame:
        frame: Frame = [None] * self._length
        frame[STEPS], frame[FUNCTIONS] = _STEPS, {}
        return frame

    def _hold(self, frame: Frame, known: int) -> bool:
        frame[STEPS] = _STEPS
        try:
            return all(closure(frame) is True for closure in self._due[known])
        except (Dropped, OutOfRange, BudgetExceeded):
            return False

    @property
    def least_total(self) -> int:
        """The sum of the least sizes, allowed or not."""
        return sum(self.least)


def _at_least(compiler: Compiler, index: Index, bound: int) -> Closure:
    return compiler.condition(IndexCondition(">=", index - bound))


def is_of_sizes(condition: Condition) -> bool:
    """Does the condition read no entry and no index?"""
    return not condition_names(condition) and not any(
        isinstance(atom, Var) for index in _indices(condition) for atom in index.atoms()
    )


def _sizes_in(condition: Condition, names: tuple[str, ...]) -> set[str]:
    """The sizes in a condition on integers; of one on scalars, all of them."""
    if any(True for _ in condition_terms(condition)):
        return set(names)
    return {name for index in _indices(condition) for name in index.sizes()}


def _indices(condition: Condition) -> Iterator[Index]:
    match condition:
        case IndexCondition(_, index):
            yield index
        case All(parts) | Some(parts):
            for part in parts:
                yield from _indices(part)
        case Not(part):
            yield from _indices(part)
        case _:
            for term in condition_terms(condition):
                for inner in walk(term):
                    if isinstance(inner, IndexValue):
                        yield inner.index
