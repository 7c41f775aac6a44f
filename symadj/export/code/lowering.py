"""Which form a contraction takes in a framework: a convolution's call, an ``einsum`` over windows, or a scatter."""

from __future__ import annotations

from typing import Protocol

from symadj.calculus.rewriting import free_variables
from symadj.export.code.calls import Array, Caller
from symadj.export.code.contraction import Contraction, Factor, Order, Shapes, contraction
from symadj.export.code.convolutions import convolution
from symadj.export.code.frameworks import Framework
from symadj.export.code.idioms import ones, permuted
from symadj.export.code.scatters import scatter, scatter_lines
from symadj.export.code.sure import Sure
from symadj.export.code.windows import Viewer, eliminated
from symadj.formulas.slices import Roll, rolled
from symadj.terms.index import Index
from symadj.terms.nodes import Add, Entry, Term, walk

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Writer(Protocol):
    """What lowering asks of the one who writes the statements of a line."""

    framework: Framework
    shapes: Shapes
    sure: Sure
    lines: list[str]
    ends: dict[str, Index]

    def operand(self, term: Term, order: Order) -> Array:
        """The text of an array of some of the indices of ``order``, and which."""

    def temporary_name(self) -> str:
        """A name that nothing has yet."""

    def whole(self, term: Term, order: Order) -> str:
        """An expression with exactly the axes of ``order``."""

    def named(self, text: str) -> str:
        """A name for the value of an expression."""

    def integers(self, index: Index, order: Order) -> str:
        """An integer expression over the indices of ``order``."""


def lowered(writer: Writer, term: Term, order: Order) -> str | None:
    """An expression for the array of ``term`` over ``order``, after the statements that it needs.

    ``None``, and no statement, where the term is no contraction with equations, or something about its sizes is not
    sure.
    """
    roll = rolled(term, {n: writer.ends[n] for n in order}, writer.shapes)
    if roll is not None:
        return _rolled(writer, roll, order)
    if isinstance(term, Add):
        return None
    found = contraction(term, order, writer.ends, writer.shapes, writer.sure)
    if found is None:
        return None
    start, before = len(writer.lines), dict(writer.ends)
    writer.ends.update(found.ends)
    for attempt in (_convolved, _windowed, _scattered):
        text = attempt(writer, found)
        if text is not None:
            return text
        del writer.lines[start:]
    writer.ends.clear()
    writer.ends.update(before)
    return None


def lowered_part(writer: Writer, term: Term, order: Order) -> Array | None:
    """The same over those indices of ``order`` that the term depends on, and which they are."""
    axes = tuple(n for n in order if n in free_variables(term))
    text = lowered(writer, term, axes)
    return None if text is None else (text, axes)


def _rolled(writer: Writer, roll: Roll, order: Order) -> str | None:
    text, axes = writer.operand(roll.entry, order)
    if set(axes) != set(order) or len(axes) != len(order):
        return None
    text = f"{writer.framework.prefix}.roll({text}, {roll.shift}, {axes.index(roll.index)})"
    return permuted(writer.framework, text, [axes.index(n) for n in order])


def _array(writer: Writer, factor: Factor, found: Contraction) -> Array:
    if factor.term is None:
        like = next(t.tensor for f in found.factors if f.term for t in walk(f.term) if isinstance(t, Entry))
        return ones(writer.framework, found.ends[factor.axes[0]], like), factor.axes
    return writer.operand(factor.term, factor.axes)


def _convolved(writer: Writer, found: Contraction) -> str | None:
    if writer.framework.name == "numpy" or found.places:
        return None
    made = convolution(found, writer.sure)
    if made is None:
        return None
    caller = Caller(writer.framework, writer.sure, made, found.ends)
    return caller.text(_array(writer, made.data, found), _array(writer, made.kernel, found), found.order)


def _windowed(writer: Writer, found: Contraction) -> str | None:
    windows = None if found.places else eliminated(found, writer.sure)
    if windows is None:
        return None
    viewer = Viewer(writer.framework, writer.sure, found.ends, writer.named, writer.lines)
    arrays: list[Array] = []
    for factor in found.factors:
        text, axes = _array(writer, factor, found)
        if not text.isidentifier() and any(n in windows for n in axes):
            text = writer.named(text)
        seen = viewer.seen(text, axes, windows)
        if seen is None:
            return None
        arrays.append(seen)
    if len(arrays) == 1 and set(arrays[0][1]) == set(found.order):
        return permuted(writer.framework, arrays[0][0], [arrays[0][1].index(n) for n in found.order])
    letters = dict(zip(dict.fromkeys((*found.order, *(n for _, a in arrays for n in a))), _LETTERS, strict=False))
    spelled = ",".join("".join(letters[n] for n in axes) for _, axes in arrays)
    if not set(found.order) <= {n for _, axes in arrays for n in axes}:
        return None
    result = "".join(letters[n] for n in found.order)
    return f'{writer.framework.prefix}.einsum("{spelled}->{result}", {", ".join(t for t, _ in arrays)})'


def _scattered(writer: Writer, found: Contraction) -> str | None:
    made = scatter(found, writer.sure)
    if made is None:
        return None
    axes = made.axes(found.order)
    text, given = writer.operand(made.value, axes)
    if given != axes:
        wider = set(given) < set(axes)
        text = (
            writer.whole(made.value, axes)
            if wider
            else permuted(writer.framework, text, [given.index(n) for n in axes])
        )
    value = text if text.isidentifier() else writer.named(text)
    name = writer.temporary_name()
    lines = scatter_lines(writer.framework, made, found.order, found.ends, value, writer.integers, name)
    writer.lines.extend(lines)
    return name
