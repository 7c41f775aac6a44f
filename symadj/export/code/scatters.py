"""Contractions in which the bound indices say at which place of the output each term is added.

``sum(dy[s,a] for s in range(b) if l == t[s])`` adds ``dy[s,a]`` at ``[t[s], a]``: ``np.add.at``, ``index_add`` of
torch, ``.at[…].add`` of jax; so does ``sum(dy[i,l-i] for i in range(n) if 0 <= l - i < k)``, whose entries ``dy[i,t]``
are added at ``i + t``. The place may be any integer expression of bound indices that surely lies in the output.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symadj.export.code.contraction import Contraction, Order
from symadj.export.code.frameworks import Framework
from symadj.export.code.idioms import zeros
from symadj.export.code.sure import Sure
from symadj.terms.index import ZERO, Index, var
from symadj.terms.nodes import Binder, Sum, Term, mul


@dataclass(frozen=True, slots=True)
class Scatter:
    """``out[…, place, …] += value`` for all ``moving`` indices; ``value`` is over them and the output's others.

    Where the place depends on other indices of the output, one index moves.
    """

    target: str
    place: Index
    moving: Order
    value: Term

    def axes(self, order: Order) -> Order:
        """The indices of the value: the moving ones where the target stands in the output."""
        return tuple(n for name in order for n in (self.moving if name == self.target else (name,)))


def scatter(found: Contraction, sure: Sure) -> Scatter | None:
    """The contraction as a scatter along one axis; ``None`` where it is none."""
    places = dict(found.places)
    for equation in found.equations:
        for name in equation.coefficients:
            solved = equation.solved(name) if name in found.order else None
            if solved is not None:
                coefficients, constant = solved
                places[name] = sum((var(n) * c for n, c in coefficients.items()), constant)
    if len(places) != 1 or len(found.equations) + len(found.places) != 1:
        return None
    ((target, place),) = places.items()
    bound = {n: e for n, e in found.ends.items() if n not in found.order}
    others = {n: e for n, e in found.ends.items() if n != target}
    terms = [f.term for f in found.factors]
    if any(t is None for t in terms) or any(target in f.axes for f in found.factors):
        return None
    moving = tuple(n for n in bound if n in place.variables())
    if not moving or not _lies_in(place, found.ends[target], others, sure):
        return None
    if len(moving) > 1 and place.variables() & set(found.order):
        return None
    value = mul(*(t for t in terms if t is not None))
    for name, end in bound.items():
        if name not in moving:
            value = Sum(Binder(name, ZERO, end), value)
    return Scatter(target, place, moving, value)


def _lies_in(place: Index, end: Index, bound: Mapping[str, Index], sure: Sure) -> bool:
    return sure.nonnegative(place, bound) and sure.nonnegative(end - 1 - place, bound)


def scatter_lines(
    framework: Framework,
    found: Scatter,
    order: Order,
    ends: Mapping[str, Index],
    value: str,
    integers: Callable[[Index, Order], str],
    name: str,
) -> list[str]:
    """The statements that give ``name`` the scattered array, from the value's name and the texts of integers."""
    axis = order.index(found.target)
    start = zeros(framework, [str(ends[n]) for n in order], value)
    if found.place.variables() & set(order):
        axes = found.axes(order)
        places = [integers(found.place if n in found.moving else var(n), axes) for n in axes]
        if framework.name == "torch":
            full = found.place.variables() == set(axes)
            index = places[axis] if full else f"({places[axis]}).expand({value}.shape)"
            return [f"{name} = {start}.scatter_add({axis}, {index}, {value})"]
        if framework.name == "jax":
            return [f"{name} = {start}.at[{', '.join(places)}].add({value})"]
        return [f"{name} = {start}", f"np.add.at({name}, ({', '.join(places)}), {value})"]
    place = integers(found.place, found.moving)
    if framework.name == "torch":
        if len(found.moving) > 1:
            place = f"{place if place.isidentifier() else f'({place})'}.reshape(-1)"
            value = f"{value}.flatten({axis}, {axis + len(found.moving) - 1})"
        return [f"{name} = {start}.index_add({axis}, {place}, {value})"]
    if framework.name == "jax":
        return [f"{name} = {start}.at[{', '.join([*[':'] * axis, place])}].add({value})"]
    where = f"({', '.join([*['slice(None)'] * axis, place])})" if axis else place
    return [f"{name} = {start}", f"np.add.at({name}, {where}, {value})"]
