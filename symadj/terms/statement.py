"""Let-bound programs, and the statement that a file's table makes.

A program is an ordered tuple of ``Let``: each defines one tensor, entry by entry, from inputs and earlier lets. Lets
are never inlined into one another.

The founding statement, for fixed x the adjoint of W ↦ W x:

>>> from symadj.terms.index import var, size
>>> from symadj.terms.nodes import Entry, Sum, Binder, mul
>>> i, j, m, n = var("i"), var("j"), size("m"), size("n")
>>> product = mul(Entry("W", (i, j)), Entry("x", (j,)))
>>> y = Let("y", ("i",), (m,), Sum(Binder("j", i - i, n), product))
>>> y.rank
1
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from symadj.terms.index import Index
from symadj.terms.nodes import Condition, Term, tensors_in

Shape = tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line stands: its text, the file's line (from 1), and the column (from 1) at which the text begins."""

    text: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input: its name, shape, and for an integer tensor the bound of its entries, ``0 <= entry < below``."""

    name: str
    shape: Shape
    below: Index | None = None


@dataclass(frozen=True, slots=True)
class Let:
    """One line: ``name[indices] = body``; index ``k`` ranges over ``range(shape[k])``.

    A name with a dot (``equal.0``, ``inv.1``) was made by the reader, for an array expression that needs a name.
    ``divisors`` are those that were written and of which the body tells nothing: ``k//k`` was read as 1.
    """

    name: str
    indices: tuple[str, ...]
    shape: Shape
    body: Term
    source: Source | None = field(default=None, compare=False)
    divisors: tuple[Index, ...] = field(default=(), compare=False)

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.indices)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A hypothesis on the point: the condition, for every value of ``indices`` in the ranges given with them."""

    indices: tuple[tuple[str, Index], ...]
    condition: Condition
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class GradientClaim:
    """⟨D forward/D input [V], cotangents⟩ = ⟨V, target⟩ for all V; ``target`` is the let ``d<input>`` of backward."""

    target: str
    input: str


@dataclass(frozen=True, slots=True)
class LinearClaim:
    """The outputs are linear in ``input``, the other inputs held fixed."""

    target: str
    input: str


@dataclass(frozen=True, slots=True)
class EqualClaim:
    """The lets ``left`` and ``right`` (at the end of forward, of the same shape) are equal."""

    target: str
    left: str
    right: str


Claim = GradientClaim | LinearClaim | EqualClaim


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the runner must find; ``targets``, where not empty, are exactly the claims that fail."""

    verdict: Literal["proved", "disproved", "unknown"] = "proved"
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, read and checked: every name is known, every entry has as many subscripts as its tensor has axes.

    ``inputs`` are the declared tensors that no line of forward defines, in the order of ``shapes``. ``forward`` ends
    with the lets that ``equal`` compares (their names have a dot). The inputs of ``backward`` are the inputs,
    forward's lets, and a cotangent ``d<output>`` with the output's shape for each of ``outputs``.
    """

    name: str
    sizes: tuple[str, ...]
    integers: tuple[str, ...]
    inputs: tuple[Tensor, ...]
    functions: Mapping[str, int]
    forward: tuple[Let, ...]
    outputs: tuple[str, ...]
    backward: tuple[Let, ...]
    claims: tuple[Claim, ...]
    assumptions: tuple[Assumption, ...] = ()
    almost_everywhere: bool = False
    complex: bool = False
    expect: Expectation = Expectation()
    about: str = ""
    origin: str = ""
    file: str | None = None
    line: int | None = None

    def shape(self, name: str) -> Shape:
        """The shape of an input, a let of forward or backward, or a cotangent ``d<output>``; ``KeyError`` if
        unknown.
        """
        for tensor in self.inputs:
            if tensor.name == name:
                return tensor.shape
        for let in (*self.forward, *self.backward):
            if let.name == name:
                return let.shape
        if name.startswith("d"):
            return self.shape(name[1:])
        raise KeyError(name)


def used_lines(lets: Sequence[Let], targets: Iterable[str]) -> tuple[Let, ...]:
    """The lines that the targets are computed from, in their order; a line is read by its inverse too."""
    wanted = set(targets)
    kept: list[Let] = []
    for let in reversed(lets):
        if let.name in wanted:
            kept.append(let)
            wanted |= tensors_in(let.body)
    return tuple(reversed(kept))
