"""Array expressions on symbolic shapes, with numpy's meaning, as entry terms.

A ``SymbolicArray(shape, indices, body, builder, boolean=False)`` is a shape and the term of one entry, in which the
names ``indices`` are free: ``W @ x`` has the shape ``(m,)`` and an entry ``sum(W[i,j]*x[j] for j in range(n))``. A
scalar is an array of shape ``()``; everything that a function or an operator returns is a ``SymbolicArray``
(``slogdet``: a pair).

The ``Builder`` hands out index names and collects hidden lets. Make **one for each statement** and give it every name
in use (``Builder(taken, complex=False, integers=())``; later ones with ``builder.reserve(*names)``;
``builder.forget(name)`` before a line that gives a name another meaning, which ``make_let`` does itself). It reaches

- the operators, as each array carries its builder: ``a + b``, ``a @ b``, ``a[1:, None]``, ``a.T``, ``a < b``;
- the functions, as their first argument: ``ARRAY_FUNCTIONS["sum"](builder, a, axis=0)``. Better: ``call(builder,
  "sum", a, axis=0)`` also turns a wrong argument list into an ``ArrayError``.

What a reader does with one array line, ``y = W @ x + 1``:

>>> from symadj.terms.index import size
>>> m, n = size("m"), size("n")
>>> builder = Builder({"W", "x", "m", "n"})
>>> W = tensor(builder, "W", (m, n))  # an input, a cotangent or an earlier let
>>> x = tensor(builder, "x", (n,))  # tensor(…, integer=True) may be a subscript: E[idx]
>>> one = lift(builder, 1)  # an int, Fraction, float, Index, Term or array
>>> y = W @ x + one  # the operators also take what lift takes
>>> builder.take_lets()  # the hidden lets that stand before the line, each returned once
()
>>> let = make_let("y", y)  # a Let, its index names tidied
>>> let.indices, let.shape == (m,)
(('i',), True)

``y.entry(subscripts)`` is the entry as a term, for an array expression inside an index line; ``array.condition`` is
the ``Condition`` of a boolean scalar (or of the entry), ``choose(builder, condition, a, b)`` is ``a if condition else
b``, ``apply_function(builder, name, orders, *arrays)`` a declared unknown function, elementwise,
``index_value(value)`` the ``Index`` that a scalar is, else an ``ArrayError``. Wherever numpy wants an integer (axes,
shifts, sizes, subscripts, ends of slices), an int, an ``Index`` or a scalar array with an integer value will do:
``a[1:n]`` is ``a[slice(1, n)]`` with any of these in it.

Choices, where symbolic sizes leave one:

- *Broadcasting*: an axis of literal size 1 broadcasts; else two sizes must be the same polynomial.
- *Slices* are read affinely, without clipping: ``a[2:]`` has size ``n - 2`` and ``a[:2]`` size 2, whose entries must
  exist; with numbers only, the slice is clipped as numpy does. An end that is negative for all sizes (``-1``, ``-k``)
  counts from the end, any other from the start; so does an integer subscript.
- A diagonal that is off by a constant has an affine size too: ``diag(A, 2)`` has size ``n - 2``.
- Conditions are numpy's booleans: of arrays, ``+`` is "or", ``*`` is "and" and ``-`` an error; of two scalars,
  as Python's, they add up. ``sum`` counts them; ``@``, ``dot`` and ``einsum`` of nothing but conditions are errors.
- ``roll`` takes entries by cases where the number of wraps is bounded (a constant shift), else with ``% n``.
- ``where`` reads both branches (0/1 factors); ``concatenate``, ``pad``, ``roll`` and ``diag(x, k)`` select, and so
  guard.
- ``inv`` and ``det`` refer to a tensor by name: a plain, transposed or conjugated tensor directly, any other array
  through a hidden let. ``softmax``, ``var`` and others that use an entry twice make a hidden let of a large argument.
- ``rearrange`` and ``kron`` merge axes by ``//`` and ``%``; a split after a merge cancels it, and a sum over a merged
  axis that only meets it in this way becomes one sum for each part.
"""

from symadj.arrays.array import SymbolicArray, choose, compare, elementwise, index_value, lift, make_let, tensor
from symadj.arrays.builder import Builder
from symadj.arrays.elementwise import apply_function
from symadj.arrays.errors import ArrayError
from symadj.arrays.functions import ARRAY_FUNCTIONS, call

__all__ = [
    "ARRAY_FUNCTIONS",
    "ArrayError",
    "Builder",
    "SymbolicArray",
    "apply_function",
    "call",
    "choose",
    "compare",
    "elementwise",
    "index_value",
    "lift",
    "make_let",
    "tensor",
]
