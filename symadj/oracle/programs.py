"""A statement's lets and assumptions, compiled; and run at concrete sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from symadj.errors import BudgetExceeded
from symadj.oracle.compiler import Compiler
from symadj.oracle.complexes import Complex, complex_of
from symadj.oracle.duals import Dual
from symadj.oracle.frames import (
    BETWEEN_LOOKS,
    DEADLINE,
    FUNCTIONS,
    STEPS,
    Array,
    Closure,
    Frame,
    array,
    check_time,
    spend,
)
from symadj.oracle.intervals import enclose
from symadj.oracle.modes import Mode
from symadj.terms.index import Index, Lookup
from symadj.terms.nodes import (
    All,
    Binder,
    Condition,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Not,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    walk,
)
from symadj.terms.statement import Assumption, Let, Statement, Tensor

LARGEST_TENSOR = 100_000
STEP_BUDGET = 500_000
_LARGEST_EXACT_BITS = 4096


@dataclass(frozen=True, slots=True)
class CompiledLet:
    """A let: its body, and the slots of its indices and of its tensor."""

    name: str
    slot: int
    indices: tuple[int, ...]
    body: Closure


@dataclass(frozen=True, slots=True)
class CompiledAssumption:
    """An assumption: the slots and the ranges of its indices, its condition, and the names that it reads."""

    source: Assumption
    indices: tuple[int, ...]
    ranges: tuple[Closure, ...]
    condition: Closure
    names: frozenset[str]

    def instances(self, frame: Frame) -> Iterator[None]:
        """Sets the indices in the frame to each of their values in turn; a range may depend on the indices
        before it.
        """
        return self._from(0, frame)

    def _from(self, depth: int, frame: Frame) -> Iterator[None]:
        if depth == len(self.indices):
            yield None
            return
        for value in range(self.ranges[depth](frame)):
            frame[self.indices[depth]] = value
            yield from self._from(depth + 1, frame)

    def holds(self, frame: Frame) -> bool:
        """Does the condition hold for all values of its indices? Raises ``Dropped``."""
        return all(self.condition(frame) is True for _ in self.instances(frame))


class Program:
    """A statement compiled in one mode. Raises ``Unsupported`` for a construct it does not know.

    ``deadline`` is a value of ``time.monotonic``, past which nothing is evaluated any more.
    """

    def __init__(self, statement: Statement, mode: Mode, deadline: float | None = None) -> None:
        self.statement = statement
        self.deadline = deadline
        self.mode = mode
        self.compiler = Compiler(mode)
        self.lets = {let.name: self._let(let) for let in (*statement.forward, *statement.backward)}
        self.reads = {let.name: term_names(let.body) for let in (*statement.forward, *statement.backward)}
        exact = mode.name != "float"
        self.assumptions = tuple(self._assumption(a) for a in statement.assumptions if exact)
        self.shapes = self._compile_shapes()
        self.below = {t.name: self.compiler.index(t.below) for t in statement.inputs if t.below is not None}

    def _let(self, let: Let) -> CompiledLet:
        body = self.compiler.term(let.body)
        indices = tuple(self.compiler.slot("index", i) for i in let.indices)
        return CompiledLet(let.name, self.compiler.slot("tensor", let.name), indices, body)

    def _assumption(self, assumption: Assumption) -> CompiledAssumption:
        indices = tuple(self.compiler.slot("index", i) for i, _ in assumption.indices)
        ranges = tuple(self.compiler.index(length) for _, length in assumption.indices)
        condition = self.compiler.condition(assumption.condition)
        return CompiledAssumption(assumption, indices, ranges, condition, condition_names(assumption.condition))

    def _compile_shapes(self) -> dict[str, tuple[Closure, ...]]:
        statement, shapes = self.statement, {}
        tensors: tuple[Tensor | Let, ...] = (*statement.inputs, *statement.forward, *statement.backward)
        for made in tensors:
            shapes[made.name] = tuple(self.compiler.index(axis) for axis in made.shape)
        for output in statement.outputs:
            shapes["d" + output] = shapes[output]
        for name in shapes:
            self.compiler.slot("tensor", name)
        for name in (*statement.sizes, *statement.integers):
            self.compiler.slot("size", name)
        return shapes

    def needed(self, targets: Iterable[str], lets: Sequence[Let]) -> tuple[CompiledLet, ...]:
        """Those of ``lets`` that the targets depend on, in order."""
        wanted = set(targets)
        chosen = []
        for let in reversed(lets):
            if let.name in wanted:
                chosen.append(self.lets[let.name])
                wanted |= self.reads[let.name]
        return tuple(reversed(chosen))

    def at(self, sizes: Mapping[str, int]) -> World:
        """This program at concrete sizes."""
        return World(self, sizes)


class World:
    """A program at concrete sizes: its tensors' shapes, and frames to run it in.

    Raises ``BudgetExceeded`` when a tensor would be too large to hold.
    """

    def __init__(self, program: Program, sizes: Mapping[str, int]) -> None:
        self.program = program
        self.sizes = dict(sizes)
        self.template: Frame = [None] * program.compiler.frame_length()
        for name, value in sizes.items():
            self.template[program.compiler.slot("size", name)] = value
        self.shapes = {n: tuple(axis(self.template) for axis in s) for n, s in program.shapes.items()}
        self.below = {n: b(self.template) for n, b in program.below.items() if not _reads_entries(program, n)}
        if any(prod(max(0, axis) for axis in shape) > LARGEST_TENSOR for shape in self.shapes.values()):
            raise BudgetExceeded("a tensor too large for the oracle")

    def frame(self, values: Mapping[str, list[Any]], functions: Mapping[str, Any] | None = None) -> Frame:
        """A new frame with these tensors in it. Raises ``BudgetExceeded`` past the deadline."""
        check_time(self.program.deadline)
        frame = self.template.copy()
        frame[DEADLINE] = self.program.deadline
        frame[STEPS] = STEP_BUDGET
        frame[FUNCTIONS] = functions or {}
        for name, data in values.items():
            self.put(frame, name, data)
        return frame

    def put(self, frame: Frame, name: str, data: list[Any]) -> None:
        """Sets a tensor in the frame."""
        frame[self.program.compiler.slot("tensor", name)] = array(self.shapes[name], data)

    def get(self, frame: Frame, name: str) -> Array:
        """The tensor of that name in the frame."""
        found = frame[self.program.compiler.slot("tensor", name)]
        if not isinstance(found, Array):
            raise KeyError(name)
        return found

    def run(self, lets: Iterable[CompiledLet], frame: Frame) -> None:
        """Computes the lets in order. Raises ``Dropped``, ``OutOfRange``, ``BudgetExceeded``."""
        exact = self.program.mode.name == "exact"
        for let in lets:
            shape = self.shapes[let.name]
            data = _entries(let, shape, frame)
            frame[let.slot] = array(shape, [_compact(v) for v in data] if exact else data)


def _entries(let: CompiledLet, shape: tuple[int, ...], frame: Frame) -> list[Any]:
    body = let.body
    spend(frame, prod(shape))
    if not shape:
        return [body(frame)]
    if len(shape) == 1:
        slot, data = let.indices[0], []
        for frame[slot] in range(shape[0]):
            data.append(body(frame))
        return data
    data = []
    for values in product(*map(range, shape)):
        for slot, value in zip(let.indices, values, strict=True):
            frame[slot] = value
        data.append(body(frame))
        if not len(data) % BETWEEN_LOOKS:
            check_time(frame[DEADLINE])
    return data


def _compact(value: Any) -> Any:
    """A number without needless digits: integers as ``int``, monstrous rationals as intervals."""
    kind = type(value)
    if kind is int:
        return value if value.bit_length() <= _LARGEST_EXACT_BITS else enclose(value)
    if kind is Fraction:
        if value.denominator == 1:
            return value.numerator
        return enclose(value) if value.denominator.bit_length() > _LARGEST_EXACT_BITS else value
    if kind is Dual:
        return Dual(_compact(value.value), _compact(value.tangent))
    if kind is Complex:
        return complex_of(_compact(value.re), _compact(value.im))
    return value


def _reads_entries(program: Program, name: str) -> bool:
    tensor = next(t for t in program.statement.inputs if t.name == name)
    return tensor.below is not None and bool(index_names(tensor.below))


# ------------------------------------------------------------------------------------------------ names


def index_names(index: Index) -> set[str]:
    """The integer tensors that an integer expression looks into."""
    return {a.tensor for a in index.atoms() if isinstance(a, Lookup)}


def term_names(term: Term) -> frozenset[str]:
    """The tensors that a term reads."""
    names: set[str] = set()
    for part in walk(term):
        match part:
            case Entry(tensor, subscripts) | Inverse(tensor, subscripts) | Determinant(tensor, subscripts):
                names.add(tensor)
                for subscript in subscripts:
                    names |= index_names(subscript)
            case IndexValue(index):
                names |= index_names(index)
            case Sum(binder, _) | Product(binder, _) | Extremum(_, binder, _):
                names |= _binder_names(binder)
            case Indicator(condition) | Select(condition, _, _):
                names |= _index_condition_names(condition)
    return frozenset(names)


def _binder_names(binder: Binder) -> set[str]:
    names = index_names(binder.lower) | index_names(binder.upper)
    return names | (_index_condition_names(binder.condition) if binder.condition is not None else set())


def _index_condition_names(condition: Condition) -> set[str]:
    match condition:
        case IndexCondition(_, index):
            return index_names(index)
        case All(parts) | Some(parts):
            return {name for part in parts for name in _index_condition_names(part)}
        case Not(part):
            return _index_condition_names(part)
        case _:
            return set()


def condition_names(condition: Condition) -> frozenset[str]:
    """The tensors that a condition reads."""
    return term_names(Indicator(condition))


def equalities(condition: Condition, forced: bool = False) -> tuple[ValueCondition, ...]:
    """The equations between entries that stand in a condition; ``forced``: only those that follow from it."""
    match condition:
        case ValueCondition("==", _, _):
            return (condition,)
        case All(parts):
            return tuple(e for part in parts for e in equalities(part, forced))
        case Some(parts) if not forced or len(parts) == 1:
            return tuple(e for part in parts for e in equalities(part, forced))
        case _:
            return ()
