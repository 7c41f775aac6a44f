"""What is sure of sizes: inequalities that hold for every size that a statement admits."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from symadj.domains.accesses import Access, Guarded
from symadj.domains.bounds import QuickBounds
from symadj.domains.checking import size_context
from symadj.terms.index import ZERO, Index, IndexAtom, Size
from symadj.terms.nodes import ZERO_TERM, Condition
from symadj.terms.statement import Let, Statement

_NOWHERE = Let("", (), (), ZERO_TERM)
_NO_ENDS: Mapping[str, Index] = {}


class Sure:
    """Cheap proofs about the sizes of one statement; what is not shown is not sure."""

    def __init__(self, statement: Statement) -> None:
        context = size_context(statement)
        self._bounds = QuickBounds(context)
        self._positive = frozenset(context.sizes)
        self._named = self._positive | frozenset(context.integers)

    def nonnegative(
        self, index: Index, ends: Mapping[str, Index] = _NO_ENDS, given: tuple[Condition, ...] = ()
    ) -> bool:
        """Whether ``index >= 0`` follows, where each index variable runs over ``range(ends[variable])`` and what is
        ``given`` holds.
        """
        if index.value is not None:
            return index.value >= 0
        if not index.variables() and self._is_sum_of_products(index):
            return True
        where = Guarded(tuple((name, ZERO, end) for name, end in ends.items()), given)
        return self._bounds.shows(Access("entry", "", (), where, _NOWHERE), index)

    def _is_sum_of_products(self, index: Index) -> bool:
        """Whether no coefficient is negative with ``n = 1 + n'`` for every size n that is 1 or more."""
        total: dict[tuple[IndexAtom, ...], int] = {}
        for monomial, coefficient in index.terms:
            if not all(isinstance(a, Size) and a.name in self._named for a in monomial):
                return False
            sizes = [a for a in monomial if isinstance(a, Size) and a.name in self._positive]
            others = [a for a in monomial if a not in sizes]
            for count in range(len(sizes) + 1):
                for chosen in combinations(sizes, count):
                    key = tuple(sorted((*chosen, *others), key=str))
                    total[key] = total.get(key, 0) + coefficient
        return all(c >= 0 for c in total.values())

    def positive(self, index: Index) -> bool:
        """Whether ``index >= 1`` follows."""
        return self.nonnegative(index - 1)
