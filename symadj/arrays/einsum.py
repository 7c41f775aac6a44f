"""Einstein summation, as numpy.einsum reads its subscripts."""

from __future__ import annotations

from collections.abc import Sequence

from symadj.arrays.array import SymbolicArray, lift, make, numbers
from symadj.arrays.binding import bind
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import Shape, format_shape
from symadj.terms.index import ONE, ZERO, Index, var
from symadj.terms.nodes import Sum, Term, mul

# Labels of the axes that an ellipsis stands for: counted from the last axis, so that they align there.
Label = str | int


def einsum(builder: Builder, subscripts: object, *operands: object) -> SymbolicArray:
    """The sum over all labels that are not in the output of the product of the operands' entries.

    - ``einsum("ij,j->i", A, x)[i] = sum(A[i,j]*x[j] for j in range(n))``;
    - a label repeated in one operand reads its diagonal; ``...`` stands for the other axes, broadcast;
    - without ``->`` the output is the ellipsis, then the labels that occur once, sorted.

    Fails (``ArrayError``) for a label without a size or with two, and a number of labels that is not that of the axes.
    """
    if not isinstance(subscripts, str):
        raise ArrayError("einsum takes its subscripts as text: einsum('ij,j->i', A, x)")
    arrays = [lift(builder, operand) for operand in operands]
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    texts = left.split(",")
    if len(texts) != len(arrays):
        raise ArrayError(f"einsum {subscripts!r} is of {len(texts)} operands, not of {len(arrays)}")
    numbers("einsum", *arrays)
    labels = [_labels(subscripts, text, array.shape) for text, array in zip(texts, arrays, strict=True)]
    sizes = _sizes(subscripts, labels, arrays)
    output = _output(subscripts, right, labels) if arrow else _implicit(labels)
    summed = [label for label in sizes if label not in output]
    names = {label: builder.fresh() for label in summed}

    def entry(free: tuple[Index, ...]) -> Term:
        place = dict(zip(output, free, strict=True)) | {label: var(name) for label, name in names.items()}
        factors = [
            array.entry(
                [
                    ZERO if length == ONE and sizes[label] != ONE else place[label]
                    for label, length in zip(own, array.shape, strict=True)
                ]
            )
            for own, array in zip(labels, arrays, strict=True)
        ]
        return bind(Sum, builder, [(names[label], sizes[label]) for label in summed], mul(*factors))

    return make(builder, tuple(sizes[label] for label in output), entry)


def _labels(subscripts: str, text: str, shape: Shape) -> list[Label]:
    """The label of each axis of an operand."""
    before, dots, after = text.partition("...")
    if not (before + after).isalpha() and before + after:
        raise ArrayError(f"einsum {subscripts!r}: {text!r} has other signs than letters and one '...'")
    hidden = len(shape) - len(before) - len(after)
    if hidden < 0 or (hidden and not dots):
        raise ArrayError(f"einsum {subscripts!r}: {text!r} is of an array of shape {format_shape(shape)}")
    return [*before, *range(-hidden, 0), *after]


def _sizes(subscripts: str, labels: Sequence[Sequence[Label]], arrays: Sequence[SymbolicArray]) -> dict[Label, Index]:
    """The size of each label, in the order in which they occur; a literal 1 meets any size, as in broadcasting."""
    sizes: dict[Label, Index] = {}
    for own, array in zip(labels, arrays, strict=True):
        inside: dict[Label, Index] = {}
        for label, length in zip(own, array.shape, strict=True):
            known = sizes.get(label, ONE)
            clash = inside.get(label, length) != length
            if clash or (known != length and ONE not in (known, length)):
                shapes = " and ".join(format_shape(a.shape) for a in arrays)
                other = inside[label] if clash else known
                raise ArrayError(f"einsum {subscripts!r} of shapes {shapes}: {label} is both {other} and {length}")
            inside[label] = length
            sizes[label] = length if known == ONE else known
    return sizes


def _output(subscripts: str, text: str, labels: Sequence[Sequence[Label]]) -> list[Label]:
    before, dots, after = text.partition("...")
    known = {label for own in labels for label in own}
    hidden = sorted(label for label in known if isinstance(label, int))
    if hidden and not dots:
        raise ArrayError(f"einsum {subscripts!r}: the output lacks '...', which stands for {len(hidden)} axes")
    output: list[Label] = [*before, *hidden, *after]
    for label in output:
        if label not in known:
            raise ArrayError(f"einsum {subscripts!r}: the output's {label!r} is in no operand")
        if output.count(label) > 1:
            raise ArrayError(f"einsum {subscripts!r}: the output repeats {label!r}")
    return output


def _implicit(labels: Sequence[Sequence[Label]]) -> list[Label]:
    every = [label for own in labels for label in own]
    hidden = sorted({label for label in every if isinstance(label, int)})
    return [*hidden, *sorted(label for label in every if isinstance(label, str) and every.count(label) == 1)]
