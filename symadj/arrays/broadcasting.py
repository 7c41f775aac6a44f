"""Which shape arrays broadcast to, and where each is then read."""

from __future__ import annotations

from collections.abc import Sequence

from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import Shape, format_shape
from symadj.terms.index import ONE, ZERO, Index


def broadcast_shapes(shapes: Sequence[Shape], what: str = "shapes") -> Shape:
    """The shape that all broadcast to: axes are aligned at the end, and an axis of literal size 1 stretches.

    Fails (``ArrayError``) when two aligned sizes are different polynomials and none is 1.

    >>> from symadj.terms.index import size
    >>> format_shape(broadcast_shapes([(size("m"), ONE), (size("n"),)]))
    '(m, n)'
    """
    rank = max((len(shape) for shape in shapes), default=0)
    result = [ONE] * rank
    for shape in shapes:
        for axis, length in enumerate(shape, start=rank - len(shape)):
            if result[axis] == ONE:
                result[axis] = length
            elif length not in (ONE, result[axis]):
                quoted = " and ".join(format_shape(s) for s in shapes)
                raise ArrayError(f"{what} {quoted} do not broadcast: {result[axis]} and {length} differ")
    return tuple(result)


def broadcast_subscripts(shape: Shape, target: Shape, subscripts: Sequence[Index]) -> tuple[Index, ...]:
    """Where an array of ``shape``, broadcast to ``target``, is read for these subscripts of ``target``."""
    skipped = len(target) - len(shape)
    return tuple(
        ZERO if length == ONE and target[skipped + axis] != ONE else subscripts[skipped + axis]
        for axis, length in enumerate(shape)
    )
