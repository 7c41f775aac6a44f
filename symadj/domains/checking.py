"""Every entry that a statement reads must stand inside its tensor, for all sizes allowed and all index values.

``check_accesses`` is complete for affine subscripts, ranges and guards (with floors and remainders by constants): an
access that can leave its axis is an error, with the smallest sizes and indices at which it does. Beyond that
(products of indices with sizes, divisions by sizes, integer tables) an access may stay unproved; it is then an error
only if small sizes show it to be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symadj.domains.accesses import Access, accesses, on_indices
from symadj.domains.bounds import QuickBounds, goals
from symadj.domains.messages import Violation, error, tables_in
from symadj.domains.search import first_violation
from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.assumptions import least_sizes
from symadj.points.isl_context import OPERATIONS, session
from symadj.points.isl_zero import Cell, ZeroTest
from symadj.points.linear import Columns, Product, Quotient, TableEntry, negated, shifted
from symadj.points.region import Region
from symadj.points.terms import SizeContext
from symadj.terms.index import Index, size
from symadj.terms.nodes import All, Condition, IndexCondition, Indicator, Not, Some, ValueCondition
from symadj.terms.statement import Let, Shape, Statement


@dataclass(frozen=True, slots=True)
class Unproved:
    """An access that was neither shown to stay inside its tensor nor seen to leave it, and why."""

    access: Access
    reason: str


def check_accesses(
    statement: Statement, operations: int = OPERATIONS, *, lets: Iterable[Let] | None = None
) -> tuple[Unproved, ...]:
    """Check every access of every let of a statement, or of these of its ``lets``; the accesses that are not decided
    are handed back.

    Raises ``StatementError``, with line and column where they are known, for an access that can be outside of its
    tensor.
    """
    shapes = shapes_of(statement)
    context = size_context(statement)
    quick = QuickBounds(context)
    unproved: list[Unproved] = []
    for let in (*statement.forward, *statement.backward, *_assumed(statement)) if lets is None else lets:
        if quick.reads_plainly(let, shapes):
            continue
        for access in accesses(let):
            shape = shapes.get(access.tensor, ())
            if quick.plain(access, shape):
                continue
            open_goals = [goal for goal in goals(access, shape) if not quick.shows(access, goal[2])]
            if open_goals:
                unproved += _Check(statement, context, access, shape, operations).run(open_goals)
    return tuple(unproved)


def _assumed(statement: Statement) -> Iterable[Let]:
    """The assumptions that read entries, as lines over their free indices."""
    for k, assumption in enumerate(statement.assumptions):
        names = tuple(name for name, _ in assumption.indices)
        shape = tuple(upper for _, upper in assumption.indices)
        yield Let(f"assume.{k}", names, shape, Indicator(assumption.condition), assumption.source)


def shapes_of(statement: Statement) -> Mapping[str, Shape]:
    """The shapes of all names: inputs, lets of forward, cotangents of the outputs, lets of backward."""
    shapes: dict[str, Shape] = {tensor.name: tensor.shape for tensor in statement.inputs}
    shapes.update((let.name, let.shape) for let in statement.forward)
    for output in statement.outputs:
        shapes.setdefault(f"d{output}", shapes[output])
    shapes.update((let.name, let.shape) for let in statement.backward)
    return shapes


def size_context(statement: Statement) -> SizeContext:
    """What a statement says of its sizes: its assumptions on them, and that no axis is negative."""
    least = least_sizes(statement.assumptions, statement.integers)
    shapes = [t.shape for t in statement.inputs] + [let.shape for let in (*statement.forward, *statement.backward)]
    lengths = dict.fromkeys(axis for shape in shapes for axis in shape for _, c in axis.terms if c < 0)
    conditions: list[Condition] = [IndexCondition(">=", length) for length in lengths]
    for assumption in statement.assumptions:
        known = on_indices(assumption.condition)
        if known is not None and _on_sizes(known):
            conditions.append(known)
    return SizeContext(
        tuple(name for name in statement.sizes if least.get(name, 1) >= 1),
        (*statement.integers, *(name for name in statement.sizes if least.get(name, 1) < 1)),
        tuple(conditions),
        {tensor.name: tensor.below for tensor in statement.inputs if tensor.below is not None},
    )


def _on_sizes(condition: Condition) -> bool:
    match condition:
        case IndexCondition(_, index):
            return not tables_in(index) and not index.variables()
        case ValueCondition():
            return False
        case Not(part):
            return _on_sizes(part)
        case All(parts) | Some(parts):
            return all(_on_sizes(part) for part in parts)


class _Check:
    """One access that is not obvious."""

    def __init__(
        self, statement: Statement, context: SizeContext, access: Access, shape: Shape, operations: int
    ) -> None:
        self.statement = statement
        self.access = access
        self.shape = shape
        self.operations = operations
        self.free = {name: (lower, upper) for name, lower, upper in access.where.ranges}
        conditions = (*context.conditions, *access.where.conditions)
        self.context = SizeContext(context.sizes, context.integers, conditions, context.tables)

    def run(self, open_goals: list[tuple[int, str, Index]]) -> Iterable[Unproved]:
        """Raises ``StatementError`` if a goal fails somewhere; gives what stays undecided."""
        try:
            violation = self._decide(open_goals)
        except (Unsupported, BudgetExceeded) as found:
            reason = str(found)
            violation = first_violation(open_goals, self.free, self.context)
            if violation is None or self._assumed():
                return (Unproved(self.access, reason),)
        if violation is None:
            return ()
        if self._assumed():
            return (Unproved(self.access, "an assumption on an integer tensor"),)
        failing = self._failing(open_goals)
        assumable = self._assumable(open_goals, violation)
        raise error(self.statement, self.access, self.shape, violation, failing, assumable)

    def _failing(self, open_goals: list[tuple[int, str, Index]]) -> list[tuple[int, str]]:
        """All sides that fail somewhere, or may: the guard has to mend them all."""
        failing = []
        for axis, side, goal in open_goals:
            try:
                if self._decide([(axis, side, goal)]) is None:
                    continue
            except (Unsupported, BudgetExceeded):
                pass
            failing.append((axis, side))
        return failing

    def _assumable(self, open_goals: list[tuple[int, str, Index]], violation: Violation) -> list[str]:
        """Integer parameters that are 0 where it fails, and for which being 1 or more would be enough."""
        enough = []
        for name in self.context.integers:
            if violation.values.get(name) == 0:
                positive = IndexCondition(">=", size(name) - 1)
                context = replace(self.context, conditions=(*self.context.conditions, positive))
                try:
                    if _Check(self.statement, context, self.access, self.shape, self.operations)._decide(open_goals):
                        continue
                except (Unsupported, BudgetExceeded):
                    continue
                enough.append(f"{name} >= 1")
        return enough

    def _assumed(self) -> bool:
        """Whether an assumption speaks of a table that the access involves, so that made-up entries show nothing."""
        indices = (*self.access.subscripts, *(end for _, *ends in self.access.where.ranges for end in ends))
        tables = {name for index in indices for name in tables_in(index)}
        return any(tables & _tables_of(assumption.condition) for assumption in self.statement.assumptions)

    def _decide(self, open_goals: list[tuple[int, str, Index]]) -> Violation | None:
        """The least point at which a goal fails, by sizes and then by indices; ``None`` if there is none.

        Raises ``Unsupported`` and ``BudgetExceeded`` where that is not decided.
        """
        region = Region(self.free, self.context)
        forms = [(axis, side, region.columns.form(goal, {})) for axis, side, goal in open_goals]
        best: tuple[tuple[int, ...], Violation] | None = None
        with session(self.operations) as context:
            frame = region.frame(context, (), True, [form for _, _, form in forms])
            inexact = _inexact(region.columns, frame.names)
            allowed = region.points(frame)
            impossible = region.impossible(frame)
            for axis, side, form in forms:
                bad = allowed.intersect(frame.set([], [shifted(negated(form), -1)]))
                possible = [
                    b for b in frame.pieces(bad) if not (b.is_empty() or (impossible is not None and impossible(b)))
                ]
                if possible and inexact:
                    raise Unsupported(inexact)
                point = ZeroTest(frame).least_point(Cell(b.to_set(), {(): Fraction(1)}) for b in possible)
                if point is not None:
                    key = tuple(point[name] for name in frame.names)
                    if best is None or key < best[0]:
                        best = (key, Violation(axis, side, point, _table_values(region.columns, point)))
        return None if best is None else best[1]


def _inexact(columns: Columns, names: Iterable[str]) -> str | None:
    """The first column that is read as an unknown integer although its value is not free."""
    tables: set[str] = set()
    for name in names:
        opaque = columns.opaque.get(name)
        if isinstance(opaque, Product):
            return f"the product {name}"
        if isinstance(opaque, Quotient) and dict(opaque.divisor).keys() - {""}:
            return f"the division {name}"
        if isinstance(opaque, TableEntry):
            if opaque.tensor in tables:
                return f"several entries of the integer tensor {opaque.tensor}"
            tables.add(opaque.tensor)
    return None


def _table_values(columns: Columns, point: Mapping[str, int]) -> dict[tuple[str, tuple[int, ...]], int]:
    values: dict[tuple[str, tuple[int, ...]], int] = {}
    for name, number in point.items():
        opaque = columns.opaque.get(name)
        if isinstance(opaque, TableEntry):
            at = tuple(sum(k * point[c] if c else k for c, k in subscript) for subscript in opaque.subscripts)
            values[opaque.tensor, at] = number
    return values


def _tables_of(condition: Condition) -> set[str]:
    match condition:
        case IndexCondition(_, index):
            return tables_in(index)
        case Not(part):
            return _tables_of(part)
        case All(parts) | Some(parts):
            return {name for part in parts for name in _tables_of(part)}
        case ValueCondition():
            return set()
