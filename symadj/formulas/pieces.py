"""Arrays that are put together along an axis.

- ``concatenate([a, b])`` is ``a[i] if i < m else b[i-m]``, and the sum of ``a[i] if i < m else 0`` and of
  ``b[i-m] if m <= i else 0``; of any number of parts that follow each other from one end of the axis to the other
- ``stack([a, b])`` is the same where the axis is as long as there are parts
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symadj.calculus.conditions import flattened, negated
from symadj.calculus.rewriting import substitute
from symadj.formulas.text import NoArray, Order, Text, Writer
from symadj.terms.formula import ATOM
from symadj.terms.index import ONE, ZERO, Index, var
from symadj.terms.nodes import ZERO_TERM, Add, Condition, IndexCondition, Indicator, Mul, Select, Term, mul

_Guarded = tuple[tuple[Condition, ...], Term]


@dataclass(frozen=True, slots=True)
class _Piece:
    """``value`` for ``start <= index < end``."""

    index: str
    start: Index
    end: Index
    value: Term


def pieced(writer: Writer, term: Add | Select, order: Order) -> Text | None:
    """The term as parts along one axis of the order; ``None`` where it is not that."""
    found = [_piece(writer, guards, value, order) for guards, value in _guarded(term, ())]
    pieces = [piece for piece in found if piece is not None]
    if len(pieces) < max(len(found), 2) or len({piece.index for piece in pieces}) > 1:
        return None
    index = pieces[0].index
    length = writer.axes[index]
    chain = _chain(pieces, length)
    if chain is None:
        return None
    place = order.index(index)
    axis = f", axis={place}" if place else ""
    if len(chain) > 1 and length.value == len(chain):
        others = (*order[:place], *order[place + 1 :])
        parts = [writer.term(substitute(p.value, {index: p.start}), others) for p in chain]
        name, whole = "stack", others
    else:
        parts = [_part(writer, piece, order) for piece in chain]
        name, whole = "concatenate", order
    if any(part.axes != whole for part in parts):
        return None
    return Text(f"{name}([{', '.join(part.text for part in parts)}]{axis})", ATOM, order)


def _guarded(term: Term, guards: tuple[Condition, ...]) -> Iterator[_Guarded]:
    """What the term is the sum of, each with the conditions without which it is 0."""
    match term:
        case Add(terms):
            for part in terms:
                yield from _guarded(part, guards)
        case Select(condition, then, otherwise):
            yield from _guarded(then, (*guards, *flattened(condition)))
            if otherwise != ZERO_TERM:
                yield from _guarded(otherwise, (*guards, *flattened(negated(condition))))
        case Mul(factors):
            for place, factor in enumerate(factors):
                rest = (*factors[:place], *factors[place + 1 :])
                if isinstance(factor, Select) and factor.otherwise == ZERO_TERM:
                    yield from _guarded(mul(*rest, factor.then), (*guards, *flattened(factor.condition)))
                    return
                if isinstance(factor, Indicator) and isinstance(factor.condition, IndexCondition):
                    yield from _guarded(mul(*rest), (*guards, factor.condition))
                    return
            yield guards, term
        case _:
            yield guards, term


def _piece(writer: Writer, guards: Sequence[Condition], value: Term, order: Order) -> _Piece | None:
    """The part of an axis in which the conditions hold, where they say no more than that."""
    index, starts, ends = "", list[Index](), list[Index]()
    for guard in guards:
        if not isinstance(guard, IndexCondition) or len(guard.index.variables()) != 1:
            return None
        (name,) = guard.index.variables()
        above, below = guard.index - var(name), guard.index + var(name)
        if name not in order or index not in ("", name) or (above.variables() and below.variables()):
            return None
        index = name
        if guard.relation == "==":
            at = below if above.variables() else -above
            starts.append(at)
            ends.append(at + 1)
        elif above.variables():
            ends.append(below + 1)
        else:
            starts.append(-above)
    if not index or len(starts) > 1 or len(ends) > 1:
        return None
    return _Piece(index, (starts or [ZERO])[0], (ends or [writer.axes[index]])[0], value)


def _chain(pieces: Sequence[_Piece], length: Index) -> list[_Piece] | None:
    """The pieces in their order, if each begins where the one before it ends."""
    at, chain, left = ZERO, list[_Piece](), list(pieces)
    while left:
        following = [piece for piece in left if piece.start == at]
        if len(following) != 1:
            return None
        chain += following
        left.remove(following[0])
        at = following[0].end
    return chain if at == length else None


def _part(writer: Writer, piece: _Piece, order: Order) -> Text:
    """The part with an index of its own, from 0 on."""
    whole = writer.axes[piece.index]
    writer.axes[piece.index] = piece.end - piece.start
    try:
        if writer.axes[piece.index] == ONE:
            raise NoArray
        return writer.term(substitute(piece.value, {piece.index: var(piece.index) + piece.start}), order)
    finally:
        writer.axes[piece.index] = whole
