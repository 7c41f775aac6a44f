"""Functions of scalars, entry by entry, with broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symadj.arrays import scalars
from symadj.arrays.array import SymbolicArray, elementwise, lift, share
from symadj.arrays.builder import Builder
from symadj.arrays.errors import ArrayError
from symadj.arrays.substitution import is_light
from symadj.terms.nodes import FUNCTIONS, ZERO_TERM, Apply, Call, Indicator, Term, add, condition_terms, mul


def scalar_function(name: str) -> Callable[..., SymbolicArray]:
    """The known function ``name`` of one or two scalars, as a function of a builder and arrays that broadcast."""
    if FUNCTIONS[name] == 1:

        def unary(builder: Builder, x: object) -> SymbolicArray:
            return elementwise(builder, lambda term: Call(name, (term,)), x)

        return unary

    def binary(builder: Builder, x1: object, x2: object) -> SymbolicArray:
        return elementwise(builder, lambda a, b: Call(name, (a, b)), x1, x2)

    return binary


def sqrt(builder: Builder, x: object) -> SymbolicArray:
    """The square root, ``x**(1/2)``."""
    return elementwise(builder, scalars.square_root, x)


def where(builder: Builder, condition: object, x: object, y: object) -> SymbolicArray:
    """``x`` where the condition holds, else ``y``; both are read, so it guards nothing.

    - ``where(c, x, y)[i] = (c[i])*x[i] + (not c[i])*y[i]``, without the part that is 0.

    A number is a condition when it is not zero. Fails (``ArrayError``) when the shapes do not broadcast.
    """
    chosen = _light_condition(lift(builder, condition))
    left, right = lift(builder, x), lift(builder, y)

    def combine(test: Term, then: Term, otherwise: Term) -> Term:
        holds = scalars.holds(test)
        parts = (mul(Indicator(holds), then), mul(Indicator(scalars.opposite(holds)), otherwise))
        return add(*(part for part in parts if part != ZERO_TERM))

    if left.boolean and right.boolean:
        return (chosen & left) | (~chosen & right)
    return elementwise(builder, combine, chosen, left, right)


def _light_condition(condition: SymbolicArray) -> SymbolicArray:
    """The condition as an array of conditions, small enough to be written twice."""
    builder = condition.builder
    heavy = [term for term in condition_terms(condition.condition) if not is_light(term)]
    if heavy:
        numeric = SymbolicArray(condition.shape, condition.indices, Indicator(condition.condition), builder)
        condition = share(numeric, "where")
    return elementwise(builder, lambda term: Indicator(scalars.holds(term)), condition, boolean=True)


def apply_function(builder: Builder, name: str, orders: Sequence[int], *arguments: object) -> SymbolicArray:
    """The declared, unknown function ``name``, differentiated ``orders[k]`` times in argument ``k``, entry by entry.

    Fails (``ArrayError``) when the number of arguments is not that of the orders, or they do not broadcast.

    >>> apply_function(Builder(), "f", (1,), 0).body
    Apply(function='f', orders=(1,), arguments=(Number(value=Fraction(0, 1)),))
    """
    if len(orders) != len(arguments):
        raise ArrayError(f"{name} is a function of {len(orders)} arguments, not of {len(arguments)}")
    return elementwise(builder, lambda *terms: Apply(name, tuple(orders), terms), *arguments)
