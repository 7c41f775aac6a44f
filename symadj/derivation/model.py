"""A derivation as data: parts, each of paragraphs, definitions and chains of equalities.

The expressions are terms over an extended program, in which prefixed names stand for what a derivation speaks of:

    D.T     the differential dT of a tensor T
    bar.T   its cotangent, which the notation calls dT; printed as T with a bar
    one.T   two.T    the first and the second of the points that linearity is about; printed as T′ and T″
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symadj.terms.index import Index
from symadj.terms.nodes import Condition, Term
from symadj.terms.statement import Statement

DIFFERENTIAL, COTANGENT, FIRST, SECOND = "D.", "bar.", "one.", "two."
Indices = tuple[tuple[str, Index], ...]


@dataclass(frozen=True, slots=True)
class Equation:
    """``left = right``."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class ForAll:
    """A condition, for every value of the indices in their ranges."""

    indices: Indices
    condition: Condition


Piece = str | Term | Equation | ForAll
Text = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The next expression of a chain, the rule that leads to it, and what it acted on (which may be empty)."""

    expression: Term
    rule: Text
    acted_on: Text = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """``start = step = step = …`` for all values of ``indices``; ``pairing`` names two tensors whose inner product
    ``start`` is.
    """

    indices: Indices
    start: Term
    steps: tuple[Step, ...]
    pairing: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: Text


@dataclass(frozen=True, slots=True)
class Definitions:
    """Equations that are true by definition, each with a note; ``restated`` ones are lines of the statement."""

    lines: tuple[tuple[Equation, Text], ...]
    restated: bool = False


Block = Paragraph | Definitions | Chain


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a derivation under its own title."""

    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """The derivation of the proved claims ``targets`` of a statement; ``hypotheses`` is what their proof needed."""

    statement: Statement
    targets: tuple[str, ...]
    hypotheses: tuple[str, ...]
    parts: tuple[Part, ...]

    def chains(self) -> Iterator[Chain]:
        """Every chain, in reading order."""
        for part in self.parts:
            yield from (block for block in part.blocks if isinstance(block, Chain))

    def steps(self) -> Iterator[Step]:
        """Every step, in reading order."""
        for chain in self.chains():
            yield from chain.steps
