"""What is sure of sizes: inequalities that hold for every size that a statement admits."""

from __future__ import annotations

from collections.abc import Mapping

from symadj.normal.domain_bounds import QuickBounds
from symadj.normal.domain_walk import Access, Guarded
from symadj.normal.domains import size_context
from symadj.terms.index import ZERO, Index
from symadj.terms.nodes import ZERO_TERM, Condition
from symadj.terms.statement import Let, Statement

_NOWHERE = Let("", (), (), ZERO_TERM)
_NO_ENDS: Mapping[str, Index] = {}


class Sure:
    """Cheap proofs about the sizes of one statement; what is not shown is not sure."""

    def __init__(self, statement: Statement) -> None:
        self._bounds = QuickBounds(size_context(statement))

    def nonnegative(
        self, index: Index, ends: Mapping[str, Index] = _NO_ENDS, given: tuple[Condition, ...] = ()
    ) -> bool:
        """Whether ``index >= 0`` follows, where each index variable runs over ``range(ends[variable])`` and what is
        ``given`` holds.
        """
        if index.value is not None:
            return index.value >= 0
        where = Guarded(tuple((name, ZERO, end) for name, end in ends.items()), given)
        return self._bounds.shows(Access("entry", "", (), where, _NOWHERE), index)

    def positive(self, index: Index) -> bool:
        """Whether ``index >= 1`` follows."""
        return self.nonnegative(index - 1)
