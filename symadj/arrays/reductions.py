"""Reductions over axes: sums, means, products, extrema, and softmax with its like."""

from __future__ import annotations

from symadj.arrays.array import SymbolicArray, elementwise, index_value, lift, make, share
from symadj.arrays.axes import read_axes, read_axis
from symadj.arrays.binding import REDUCTIONS, bind
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.sizes import format_shape, product
from symadj.arrays.substitution import size_value
from symadj.terms.index import ONE, ZERO, Index
from symadj.terms.index import var as variable
from symadj.terms.nodes import Binder, Call, Power, Sum, Term, divide, mul, number


def over_axes(kind: str, array: SymbolicArray, axes: tuple[int, ...], keepdims: object) -> SymbolicArray:
    """``array`` reduced by ``kind`` (a key of ``REDUCTIONS``) over ``axes``, in ascending order, the first outside."""
    if not isinstance(keepdims, bool):
        raise ArrayError("keepdims is True or False")
    builder = array.builder
    bounds = [(builder.fresh(), array.shape[axis]) for axis in sorted(axes)]
    places = dict(zip(sorted(axes), bounds, strict=True))
    kept = [axis for axis in range(array.ndim) if axis not in places]
    shape = tuple(ONE if axis in places else array.shape[axis] for axis in range(array.ndim))

    def entry(subscripts: tuple[Index, ...]) -> Term:
        free = dict(zip(range(array.ndim) if keepdims else kept, subscripts, strict=True))
        full = [variable(places[axis][0]) if axis in places else free[axis] for axis in range(array.ndim)]
        return bind(REDUCTIONS[kind], builder, bounds, array.entry(full))

    return make(builder, shape if keepdims else tuple(array.shape[axis] for axis in kept), entry)


def sum(builder: Builder, a: object, axis: object = None, *, keepdims: object = False) -> SymbolicArray:
    """The sum over ``axis``: one, a tuple, or all. ``sum(A, axis=1)[i] = sum(A[i,j] for j in range(n))``."""
    array = lift(builder, a)
    return over_axes("sum", array, read_axes(array, axis), keepdims)


def prod(builder: Builder, a: object, axis: object = None, *, keepdims: object = False) -> SymbolicArray:
    """The product over ``axis``."""
    array = lift(builder, a)
    return over_axes("prod", array, read_axes(array, axis), keepdims)


def max(builder: Builder, a: object, *others: object, axis: object = None, keepdims: object = False) -> SymbolicArray:
    """The maximum over ``axis``; of several scalars, Python's ``max``."""
    return _extremum(builder, "max", "maximum", (a, *others), axis, keepdims)


def min(builder: Builder, a: object, *others: object, axis: object = None, keepdims: object = False) -> SymbolicArray:
    """The minimum over ``axis``; of several scalars, Python's ``min``."""
    return _extremum(builder, "min", "minimum", (a, *others), axis, keepdims)


def _extremum(
    builder: Builder, kind: str, pair: str, values: tuple[object, ...], axis: object, keepdims: object
) -> SymbolicArray:
    array = lift(builder, values[0])
    if len(values) == 1:
        return over_axes(kind, array, read_axes(array, axis), keepdims)
    if array.ndim:
        # As numpy reads max(a, 0): the second positional argument is the axis.
        if len(values) > 2 or axis is not None:
            raise ArrayError(f"{kind} takes an array and an axis, or scalars: {pair} is elementwise")
        return over_axes(kind, array, read_axes(array, values[1]), keepdims)
    arrays = [lift(builder, value) for value in values]
    if any(other.ndim for other in arrays):
        shapes = ", ".join(format_shape(other.shape) for other in arrays)
        raise ArrayError(f"{kind} of several values takes scalars, not shapes {shapes}: {pair} is elementwise")
    result = arrays[0]
    for other in arrays[1:]:
        result = elementwise(builder, lambda x, y: Call(pair, (x, y)), result, other)
    return result


def mean(builder: Builder, a: object, axis: object = None, *, keepdims: object = False) -> SymbolicArray:
    """The sum over ``axis`` divided by the number of entries."""
    array = lift(builder, a)
    axes = read_axes(array, axis)
    total = over_axes("sum", array, axes, keepdims)
    return _divided(total, product(array.shape[k] for k in axes))


def var(
    builder: Builder, a: object, axis: object = None, *, ddof: object = 0, keepdims: object = False
) -> SymbolicArray:
    """The sum of the squared distances from the mean over ``axis``, divided by the number of entries less ``ddof``."""
    array = share(lift(builder, a), "var")
    axes = read_axes(array, axis)
    distance = array - mean(builder, array, axes, keepdims=True)
    if builder.complex:
        squares = elementwise(builder, lambda z: mul(z, Call("conj", (z,))), distance)
    else:
        squares = elementwise(builder, lambda x: Power(x, number(2)), distance)
    total = over_axes("sum", squares, axes, keepdims)
    return _divided(total, product(array.shape[k] for k in axes) - index_value(ddof, "ddof"))


def _divided(array: SymbolicArray, count: Index) -> SymbolicArray:
    if count == ZERO:
        raise ArrayError("a mean over no entries")
    return elementwise(array.builder, lambda term: divide(term, size_value(count)), array)


def cumsum(builder: Builder, a: object, axis: object = None) -> SymbolicArray:
    """The sums of the entries up to each: ``cumsum(x)[i] = sum(x[j] for j in range(i+1))``.

    Fails (``ArrayError``) without ``axis`` for more than one axis, where numpy flattens.
    """
    array = lift(builder, a)
    if axis is None and array.ndim != 1:
        raise ArrayError(f"cumsum of shape {format_shape(array.shape)} needs an axis")
    along = read_axis(array, 0 if axis is None else axis)
    name = builder.fresh()

    def entry(subscripts: tuple[Index, ...]) -> Term:
        full = [*subscripts[:along], variable(name), *subscripts[along + 1 :]]
        return Sum(Binder(name, ZERO, subscripts[along] + 1), array.entry(full))

    return make(builder, array.shape, entry)


def softmax(builder: Builder, a: object, axis: object) -> SymbolicArray:
    """``exp(a) / sum(exp(a))`` over ``axis``."""
    powers = exp(share(lift(builder, a), "softmax"))
    return powers / over_axes("sum", powers, read_axes(powers, axis), True)


def logsumexp(builder: Builder, a: object, axis: object = None, keepdims: object = False) -> SymbolicArray:
    """``log(sum(exp(a)))`` over ``axis``."""
    powers = exp(lift(builder, a))
    total = over_axes("sum", powers, read_axes(powers, axis), keepdims)
    return elementwise(builder, lambda term: Call("log", (term,)), total)


def log_softmax(builder: Builder, a: object, axis: object) -> SymbolicArray:
    """``a - logsumexp(a)`` over ``axis``: the logarithm of ``softmax``."""
    array = share(lift(builder, a), "log_softmax")
    return array - logsumexp(builder, array, axis, True)


def exp(array: SymbolicArray) -> SymbolicArray:
    """The exponential of each entry."""
    return elementwise(array.builder, lambda term: Call("exp", (term,)), array)
