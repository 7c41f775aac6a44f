"""An array expression as text, and what its parts ask of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from symadj.terms.index import Index
from symadj.terms.nodes import Term
from symadj.terms.statement import Shape

Order = tuple[str, ...]


class NoArray(Exception):
    """The term is not written as an array expression."""


@dataclass(frozen=True, slots=True)
class Text:
    """An expression, how tightly it binds, and its axes; ``chain``: the lengths of the last matrix product's axes."""

    text: str
    binds: int
    axes: Order
    chain: tuple[Index, Index, Index] | None = None

    def within(self, least: int) -> str:
        """The text as an operand."""
        return self.text if self.binds >= least else f"({self.text})"


class Writer(Protocol):
    """Who writes the parts of an array expression."""

    axes: dict[str, Index]
    shapes: Callable[[str], Shape | None]

    def term(self, term: Term, order: Order) -> Text:
        """The term as an array aligned with ``order``."""


def union(parts: Sequence[Text], order: Order) -> Order:
    """The axes that the parts have together."""
    present = {name for part in parts for name in part.axes}
    return tuple(name for name in order if name in present)
