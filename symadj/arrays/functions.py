"""The functions of array expressions by name, and how one is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from symadj.arrays import creation, einops, joining, linalg, products, reductions, shaping
from symadj.arrays.array import SymbolicArray
from symadj.arrays.builder import Builder
from symadj.arrays.einsum import einsum
from symadj.arrays.elementwise import scalar_function, sqrt, where
from symadj.arrays.errors import ArrayError
from symadj.terms.nodes import FUNCTIONS

Result = SymbolicArray | tuple[SymbolicArray, ...]

# Each takes the builder, then what numpy's function of that name takes, under numpy's names.
ARRAY_FUNCTIONS: dict[str, Callable[..., Result]] = {
    **{name: scalar_function(name) for name in FUNCTIONS},
    "sqrt": sqrt,
    "where": where,
    "einsum": einsum,
    "outer": products.outer,
    "inner": products.inner,
    "dot": products.dot,
    "vdot": products.vdot,
    "kron": products.kron,
    "trace": products.trace,
    "diag": products.diag,
    "transpose": shaping.transpose,
    "swapaxes": shaping.swapaxes,
    "flip": shaping.flip,
    "roll": shaping.roll,
    "tril": shaping.tril,
    "triu": shaping.triu,
    "rearrange": einops.rearrange,
    "reduce": einops.reduce,
    "repeat": einops.repeat,
    "sum": reductions.sum,
    "prod": reductions.prod,
    "max": reductions.max,
    "min": reductions.min,
    "mean": reductions.mean,
    "var": reductions.var,
    "cumsum": reductions.cumsum,
    "softmax": reductions.softmax,
    "log_softmax": reductions.log_softmax,
    "logsumexp": reductions.logsumexp,
    "concatenate": joining.concatenate,
    "stack": joining.stack,
    "pad": joining.pad,
    "zeros": creation.zeros,
    "ones": creation.ones,
    "eye": creation.eye,
    "zeros_like": creation.zeros_like,
    "ones_like": creation.ones_like,
    "inv": linalg.inv,
    "det": linalg.det,
    "slogdet": linalg.slogdet,
    "solve": linalg.solve,
}


def call(builder: Builder, function: str, /, *arguments: object, **keywords: object) -> Result:
    """The function ``function`` of array expressions, of these arguments.

    Fails (``ArrayError``) for an unknown name, arguments that it does not take, and as the function itself fails.

    >>> from symadj.arrays import Builder, tensor
    >>> from symadj.terms.index import size
    >>> builder = Builder()
    >>> A = tensor(builder, "A", (size("m"), size("n")))
    >>> call(builder, "sum", A, axis=0).shape == (size("n"),)
    True
    """
    if function not in ARRAY_FUNCTIONS:
        raise ArrayError(f"unknown function {function!r} of arrays")
    target = ARRAY_FUNCTIONS[function]
    try:
        inspect.signature(target).bind(builder, *arguments, **keywords)
    except TypeError as error:
        raise ArrayError(f"{function}: {error}") from None
    return target(builder, *arguments, **keywords)
