"""The points that the sizes and the ranges of the free variables allow, and the columns that stand for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING

from symadj.errors import BudgetExceeded
from symadj.points.counting import Facts
from symadj.points.isl_build import Frame
from symadj.points.isl_products import ProductTest
from symadj.points.isl_zero import lexicographic
from symadj.points.linear import Columns, Linear, Product, Quotient, TableEntry, plus, shifted
from symadj.points.systems import Piece, quotient_bounds
from symadj.points.terms import Conjunction, SizeContext, all_cases
from symadj.terms.index import Index

if TYPE_CHECKING:
    import islpy as isl

MOST_COLUMNS = 48
TOTAL = "+"
"""The column of the sum of all sizes and parameters, first in the frames that look for a least point."""


class Region:
    """What holds throughout one decision: sizes, parameters, their conditions, and the free variables' ranges."""

    def __init__(self, free: Mapping[str, tuple[Index, Index]], context: SizeContext) -> None:
        self.columns = Columns()
        self.context = context
        self.free = tuple(free)
        self.base: list[Linear] = [{name: 1, "": -1} for name in context.sizes]
        self.base += [{name: 1} for name in context.integers]
        for name, (lower, upper) in free.items():
            low, high = self.columns.form(lower, {}), self.columns.form(upper, {})
            self.base += [plus({name: 1}, low, -1), shifted(plus(high, {name: 1}, -1), -1)]
        self.cases = all_cases(self.columns, context.conditions, {})
        certain = list(self.cases[0].inequalities) if len(self.cases) == 1 else []
        self.facts = Facts.of([*self.base, *certain])

    # ------------------------------------------------------------------------------------------------ columns

    def exact(self, pieces: Iterable[Piece]) -> bool:
        """Whether no column stands for an unknown integer: then a nonzero point is one in truth."""
        return self.inexact_reason(pieces) is None

    def inexact_reason(self, pieces: Iterable[Piece]) -> str | None:
        """The first construct that is read as an unknown integer, though its value is not free."""
        ranged = {*self.context.sizes, *self.context.integers, *self.free}
        for name in sorted(self._closure(self._names(pieces))):
            match self.columns.opaque.get(name):
                case Product():
                    return f"the product {name} of an index or a size with a size"
                case Quotient(_, divisor) if dict(divisor).keys() - {""}:
                    return f"the division {name} by a size"
                case TableEntry(tensor, subscripts) if subscripts or tensor not in self.context.tables:
                    return f"the entry {name} of an integer tensor"
                case None if name[0] not in "@&" and name not in ranged:
                    return f"the range of {name}, which is not known"
        return None

    def _names(self, pieces: Iterable[Piece]) -> set[str]:
        names: set[str] = set()
        for piece in pieces:
            names.update(c for form in (*piece.equalities, *piece.inequalities) for c, _ in form)
            names.update(n for monomial, _ in piece.weight for n in monomial)
        for form in (*self.base, *(f for case in self.cases for f in (*case.equalities, *case.inequalities))):
            names.update(form)
        return names - {""}

    def _closure(self, names: set[str]) -> set[str]:
        """The names, those inside them, and those that the bounds of opaque ones mention."""
        pending = sorted(names)
        found: set[str] = set()
        while pending:
            name = pending.pop()
            if name in found:
                continue
            found.add(name)
            pending += self.columns.inside(name)
            pending += [column for form in self._bounds(name) for column in form if column]
        return found

    def _bounds(self, name: str) -> list[Linear]:
        match self.columns.opaque.get(name):
            case Quotient(numerator, divisor):
                return list(quotient_bounds(self.columns, {name: 1}, dict(numerator), dict(divisor)))
            case TableEntry(tensor):
                bound = self.context.tables.get(tensor)
                if bound is None:
                    return []
                return [{name: 1}, shifted(plus(self.columns.form(bound, {}), {name: 1}, -1), -1)]
            case _:
                return []

    # ------------------------------------------------------------------------------------------------ sets

    def frame(
        self, context: isl.Context, pieces: Iterable[Piece], total: bool = False, forms: Iterable[Linear] = ()
    ) -> Frame:
        """The frame of all columns in the pieces and forms: sizes, then free variables, coordinates, opaque columns.

        With ``total``, the sum of the sizes and parameters is the first column of all. Raises ``BudgetExceeded`` past
        ``MOST_COLUMNS``, where a single isl operation can take minutes.
        """
        names = self._closure(self._names(pieces).union(*forms) - {""})
        if len(names) > MOST_COLUMNS:
            raise BudgetExceeded(f"more than {MOST_COLUMNS} integer unknowns in one comparison")
        first = [*self.context.sizes, *self.context.integers, *self.free]
        rest = sorted(names - set(first), key=lambda n: (n in self.columns.opaque, n[0] != "@", len(n), n))
        return Frame(context, [*([TOTAL] if total else []), *first, *rest])

    def points(self, frame: Frame) -> isl.Set:
        """The allowed points, with the bounds of the opaque columns."""
        common = [*self.base, *(bound for name in frame.names for bound in self._bounds(name))]
        equal: list[Linear] = []
        if TOTAL in frame.names:
            equal = [{TOTAL: -1, **dict.fromkeys((*self.context.sizes, *self.context.integers), 1)}]
        return frame.union(
            [frame.set([*equal, *case.equalities], [*common, *case.inequalities]) for case in self.cases]
        )

    def feasible(self, context: isl.Context) -> Callable[[list[Linear], list[Linear]], bool]:
        """A test whether constraints (equalities, inequalities) may have an allowed point."""

        def test(equalities: list[Linear], inequalities: list[Linear]) -> bool:
            forms = (*equalities, *inequalities, *self.base)
            names = sorted(self._closure({column for form in forms for column in form if column}))
            bounds = [bound for name in names for bound in self._bounds(name)]
            frame = Frame(context, names)
            return not frame.basic(equalities, [*inequalities, *self.base, *bounds]).is_empty()

        return test

    def place(self, frame: Frame, piece: Piece) -> isl.Set:
        """The points on which a piece has its weight."""
        return frame.set([dict(e) for e in piece.equalities], [dict(e) for e in piece.inequalities])

    def ascending(self, frame: Frame, alike: Sequence[Sequence[Sequence[str]]]) -> isl.Set:
        """The points at which the copies of each name stand in lexicographic order."""
        neighbours = [
            lexicographic(list(first), list(second)) for copies in alike for first, second in pairwise(copies)
        ]
        found = []
        for choice in product(*neighbours):
            case = Conjunction()
            for equalities, inequalities in choice:
                case = case.joined(Conjunction(tuple(equalities), tuple(inequalities)))
            found.append(frame.set(case.equalities, case.inequalities))
        return frame.union(found)

    def impossible(self, frame: Frame) -> Callable[[isl.BasicSet], bool] | None:
        """The test for sets that are empty by the laws of products and tables; ``None`` where no column needs it."""
        if not any(isinstance(self.columns.opaque.get(n), Product | TableEntry) for n in frame.names):
            return None
        natural = self.context.integers
        positive = [*self.context.sizes, *(n for n in natural if self.facts.lower.get(n, 0) >= 1)]
        return ProductTest(self.columns, frame, positive, natural).impossible
