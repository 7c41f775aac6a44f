"""The second tier: is a sum of indexed monomials with affine subscripts zero for all sizes, entries and free indices?

Complete for subscripts, ranges and conditions that are affine in indices, sizes and integer parameters, with floors and
remainders by constants: there ``True`` and ``False`` are both final, given that atoms of different names are
algebraically independent. Beyond that class (products of an index with a size, floors by a size, entries of integer
tensors) it can prove, and refute by plain expansion at small sizes; else it is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from symadj.errors import BudgetExceeded, Unsupported
from symadj.points.counting import Counting
from symadj.points.expansion import Witness, search, witness_at
from symadj.points.groups import Group, grouped
from symadj.points.isl_build import Frame
from symadj.points.isl_context import OPERATIONS, OperationsExceeded, session
from symadj.points.isl_zero import Cell, ZeroTest, cancel_equal, overlay
from symadj.points.region import Region
from symadj.points.systems import Piece, add_pieces, assign, piece_of, simplify, system_of
from symadj.points.terms import PointTerm, SizeContext, systems
from symadj.terms.index import Index

if TYPE_CHECKING:
    import islpy as isl

__all__ = ["Decision", "PointTerm", "SizeContext", "Witness", "decide", "difference", "is_zero"]

MOST_CANONICAL = 24
FEW_OPERATIONS = 20_000
FEW_STEPS = 1_500
VERY_FEW_STEPS = 100

Free = Mapping[str, tuple[Index, Index]]


@dataclass(frozen=True, slots=True)
class Decision:
    """``zero`` is ``None`` where it is not decided; ``reason`` then says which construct or limit was met."""

    zero: bool | None
    reason: str | None = None


def is_zero(terms: Iterable[PointTerm], free: Free, context: SizeContext, operations: int = OPERATIONS) -> bool | None:
    """Whether the sum of the terms is zero for all sizes allowed, all entries, and all values of the free variables.

    ``free`` gives each free variable's range. Shapes: none; the terms are scalars. See ``decide`` for the reason of
    ``None``.

    >>> from fractions import Fraction
    >>> from symadj.terms.index import constant, size, var
    >>> i, j, n = var("i"), var("j"), size("n")
    >>> forward = PointTerm(Fraction(1), atoms=(("x", (i,), 1),), binders=(("i", constant(0), n),))
    >>> flipped = PointTerm(Fraction(-1), atoms=(("x", (n - 1 - j,), 1),), binders=(("j", constant(0), n),))
    >>> is_zero([forward, flipped], {}, SizeContext(("n",)))
    True
    >>> shifted = PointTerm(Fraction(-1), atoms=(("x", (j,), 1),), binders=(("j", constant(1), n),))
    >>> is_zero([forward, shifted], {}, SizeContext(("n",)))
    False
    """
    return decide(terms, free, context, operations).zero


def decide(terms: Iterable[PointTerm], free: Free, context: SizeContext, operations: int = OPERATIONS) -> Decision:
    """``is_zero`` with the reason where it is undecided; never raises ``Unsupported`` or ``BudgetExceeded``."""
    members = list(terms)
    reason: str | None = None
    for group in grouped(members, free):
        if reason is not None and context.deadline is not None and monotonic() > context.deadline:
            break
        outcome = _decide_group(group, free, context, operations)
        if outcome.zero is False:
            return outcome
        if outcome.zero is None:
            reason = reason or outcome.reason
    return Decision(True) if reason is None else Decision(None, reason)


def _decide_group(group: Group, free: Free, context: SizeContext, operations: int) -> Decision:
    """A short try, plain expansion at small sizes, then all the work that is allowed."""
    try:
        outcome = _Problem(free, context, min(operations, FEW_OPERATIONS)).decide(group)
    except OperationsExceeded:
        if search(group.terms, free, context) is not None:
            return Decision(False)
        try:
            return _Problem(free, context, operations).decide(group)
        except (Unsupported, BudgetExceeded) as error:
            return Decision(None, str(error))
    except (Unsupported, BudgetExceeded) as error:
        outcome = Decision(None, str(error))
    if outcome.zero is None and search(group.terms, free, context) is not None:
        return Decision(False)
    return outcome


def difference(
    terms: Iterable[PointTerm], free: Free, context: SizeContext, operations: int = OPERATIONS
) -> Witness | None:
    """The least sizes and subscripts at which the sum is not zero, a hint for the oracle; ``None`` where none is found.

    Least is: the sum of the sizes and parameters, then these in the context's order, then free variables and
    subscripts.
    """
    found: list[Witness] = []
    for group in grouped(list(terms), free):
        try:
            witness = _Problem(free, context, operations).least(group)
        except (Unsupported, BudgetExceeded):
            witness = search(group.terms, free, context)
        if witness is not None:
            found.append(witness)
    return min(found, key=lambda witness: witness.order, default=None)


class _Problem:
    """One group's decision: the columns met, and what is known of them."""

    def __init__(self, free: Free, context: SizeContext, operations: int) -> None:
        self.free = free
        self.context = context
        self.operations = operations
        self.region = Region(free, context)
        self.columns = self.region.columns

    # ------------------------------------------------------------------------------------------------ pieces

    def pieces(self, group: Group, context: isl.Context | None = None) -> dict[int, list[Piece]]:
        """The group's terms as pieces, by the number of promoted columns; without a context, nothing is counted."""
        counting = Counting(self.columns, self.region.facts, promote_all=context is None)
        if context is not None:
            counting.feasible = self.region.feasible(context)
        found: dict[int, list[Piece]] = {}
        renamings = self._canonical_orders(group)
        for term, coordinates in zip(group.terms, group.coordinates, strict=True):
            self.context.check_time()
            for system in systems(self.columns, term, dict(zip(group.names(), coordinates, strict=True))):
                for promoted, piece in counting.pieces(system):
                    found.setdefault(promoted, []).append(self._canonical(piece, renamings))
        return {promoted: added for promoted, pieces in found.items() if (added := add_pieces(pieces))}

    def _canonical_orders(self, group: Group) -> list[dict[str, str]]:
        if not group.alike:
            return []
        try:
            orders = group.orders()
        except Unsupported:
            return []
        return orders[1:] if len(orders) <= MOST_CANONICAL else []

    def _canonical(self, piece: Piece, renamings: list[dict[str, str]]) -> Piece:
        return min((piece, *(self.renamed(piece, r) for r in renamings)), key=lambda p: (p.place, p.weight))

    def renamed(self, piece: Piece, renaming: Mapping[str, str]) -> Piece:
        """The piece with coordinates renamed, all at once."""
        if not renaming:
            return piece
        system = system_of(piece)
        for old in renaming:
            assign(self.columns, system, old, {f"%{old}": 1})
        for old, new in renaming.items():
            assign(self.columns, system, f"%{old}", {new: 1})
        simplify(self.columns, system)
        return piece_of(system)

    # ------------------------------------------------------------------------------------------------ decisions

    def decide(self, group: Group) -> Decision:
        """Zero by cancellation of equal pieces, else by sets of points, if not seen to be nonzero at a glance."""
        pieces = self.pieces(group)
        if not pieces:
            return Decision(True)
        if search(group.terms, self.free, self.context, VERY_FEW_STEPS) is not None:
            return Decision(False)
        with session(self.operations) as context:
            if set(pieces) != {0}:
                pieces = self.pieces(group, context)
            exact = set(pieces) <= {0} and self.region.exact(pieces.get(0, []))
            if not exact and search(group.terms, self.free, self.context, FEW_STEPS) is not None:
                return Decision(False)
            for members in pieces.values():
                if not self._zero(context, group, members):
                    reason = self.region.inexact_reason(members) or "a sum over an index of a product or a table"
                    return Decision(False) if exact else Decision(None, reason)
        return Decision(True)

    def _zero(self, context: isl.Context, group: Group, members: list[Piece]) -> bool:
        frame = self.region.frame(context, members)
        allowed = self.region.points(frame)
        cells = [Cell(self.region.place(frame, piece).intersect(allowed), dict(piece.weight)) for piece in members]
        cells = overlay(cancel_equal([cell for cell in cells if not cell.points.is_empty()]))
        test = ZeroTest(frame, self.region.impossible(frame))
        if test.nonzero_point(cells) is None:
            return True
        if not group.alike:
            return False
        frame, cells = self._symmetrised(context, group, members)
        return ZeroTest(frame, self.region.impossible(frame)).nonzero_point(overlay(cells)) is None

    def _symmetrised(
        self, context: isl.Context, group: Group, members: list[Piece], total: bool = False
    ) -> tuple[Frame, list[Cell]]:
        """The pieces under all orders of equal atoms, on the points whose equal atoms stand in ascending order."""
        everywhere = [self.renamed(piece, renaming) for renaming in group.orders() for piece in members]
        frame = self.region.frame(context, everywhere, total)
        allowed = self.region.points(frame).intersect(self.region.ascending(frame, group.alike))
        cells = []
        for piece in add_pieces(everywhere):
            points = self.region.place(frame, piece).intersect(allowed)
            if not points.is_empty():
                cells.append(Cell(points, dict(piece.weight)))
        return frame, cells

    def least(self, group: Group) -> Witness | None:
        """The least point at which the group's sum is not zero.

        Raises ``Unsupported`` where the group is beyond the class that the points decide.
        """
        with session(self.operations) as context:
            pieces = self.pieces(group, context)
            members = [piece for some in pieces.values() for piece in some]
            if not members:
                return None
            if set(pieces) != {0} or not self.region.exact(members):
                raise Unsupported(self.region.inexact_reason(members) or "a sum that is not counted")
            frame, cells = self._symmetrised(context, group, members, total=True)
            point = ZeroTest(frame).least_point(overlay(cells))
        return None if point is None else witness_at(point, group, self.free, self.context)
