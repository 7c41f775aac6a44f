"""Terms replaced inside terms."""

from __future__ import annotations

from collections.abc import Callable

from symadj.terms.nodes import Term
from symadj.terms.rewriting import Rewriting

Change = Callable[[Term], Term | None]


class _Mapping(Rewriting[Change]):
    def term(self, term: Term, at: Change) -> Term:
        found = at(term)
        return super().term(term, at) if found is None else found


_MAPPING = _Mapping()


def mapped(term: Term, change: Change) -> Term:
    """``term`` with ``change(part)`` in the place of every part, outside in, for which that is not ``None``."""
    return _MAPPING.term(term, change)
