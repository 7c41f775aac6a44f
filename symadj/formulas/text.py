"""An array expression as text, and what its parts ask of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from symadj.terms.formula import ATOM
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


def aligned(array: Text, order: Order) -> Text:
    """The axes in the order asked for, and axes of length 1 between and behind them."""
    axes = tuple(n for n in order if n in array.axes)
    text, binds = array.text, array.binds
    if axes != array.axes:
        places = tuple(array.axes.index(n) for n in axes)
        text = f"{array.within(ATOM)}.T" if len(axes) == 2 else f"transpose({text}, {places})"
        binds = ATOM
    if axes and axes != order[len(order) - len(axes) :]:
        start = order.index(axes[0])
        marks = ", ".join(":" if n in axes else "None" for n in order[start:])
        text = f"{text}[{marks}]" if binds == ATOM else f"({text})[{marks}]"
        binds = ATOM
    return Text(text, binds, axes, array.chain if text == array.text else None)
