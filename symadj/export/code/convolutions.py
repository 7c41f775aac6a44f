"""Contractions of two arrays along sliding windows, as the convolutions of torch and jax.

Along each direction the output's index o, the data's a and the kernel's b are tied by one equation. Where it is
``a == stride*o + dilation*b + constant`` it is a correlation (what frameworks call a convolution), where it is
``o == stride*a + dilation*b + constant`` a transposed one. An index that goes the other way is reversed first.
The other indices are, by the arrays that have them: data and output, the batch; data and kernel, the channels; kernel
and output, the channels of the output; all three, the groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from symadj.export.code.contraction import Contraction, Equation, Factor, Order
from symadj.export.code.idioms import Margin
from symadj.export.code.sure import Sure
from symadj.terms.index import Index
from symadj.terms.nodes import Term, mul

MOST_DIRECTIONS = 3


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction in which windows slide; ``turned`` are those of its indices that are reversed first."""

    out: str
    data: str
    kernel: str
    stride: Index
    dilation: Index
    constant: Index
    turned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Convolution:
    """A correlation, or a transposed one, with the roles of its indices."""

    transposed: bool
    data: Factor
    kernel: Factor
    directions: tuple[Direction, ...]
    batch: Order
    channels: Order
    features: Order
    groups: Order

    @property
    def turned(self) -> frozenset[str]:
        """The indices that are reversed."""
        return frozenset(name for d in self.directions for name in d.turned)

    def full(self, direction: Direction, ends: dict[str, Index]) -> Index:
        """The length of what a transposed correlation gives, before margins; of what one reads."""
        along = direction.data if self.transposed else direction.out
        return direction.stride * (ends[along] - 1) + direction.dilation * (ends[direction.kernel] - 1) + 1

    def margin(self, direction: Direction, ends: dict[str, Index]) -> Margin:
        """The zeros around the data of a correlation; around the result of a transposed one."""
        length = self.full(direction, ends)
        if self.transposed:
            return Margin(direction.constant, ends[direction.out] - length - direction.constant)
        return Margin(direction.constant * -1, direction.constant + length - ends[direction.data])


def convolution(found: Contraction, sure: Sure) -> Convolution | None:
    """The contraction as a convolution of two arrays; ``None`` where it is none, or an axis may be empty."""
    if not 1 <= len(found.equations) <= MOST_DIRECTIONS or not all(map(sure.positive, found.ends.values())):
        return None
    pair = _two(found)
    if pair is None or any(len(set(f.axes)) < len(f.axes) for f in pair):
        return None
    ends = dict(found.ends)
    best: tuple[tuple[int, ...], Convolution] | None = None
    for transposed, (data, kernel) in product((False, True), (pair, pair[::-1])):
        made = _roles(found, transposed, data, kernel, sure)
        if made is None or not all(_cuts_little(made, d, ends, sure) for d in made.directions):
            continue
        key = (len(made.turned), not made.batch, made.kernel.term is None and transposed)
        if best is None or key < best[0]:
            best = key, made
    return None if best is None else best[1]


def _two(found: Contraction) -> tuple[Factor, Factor] | None:
    """The factors as two, each that depends on no more than another put to it."""
    factors = sorted(found.factors, key=lambda f: -len(f.axes))
    kept: list[Factor] = []
    for factor in factors:
        wider = (k for k, f in enumerate(kept) if f.term and factor.term and set(factor.axes) <= set(f.axes))
        place = next(wider, None)
        if place is None:
            kept.append(factor)
        else:
            kept[place] = Factor(_times(kept[place].term, factor.term), kept[place].axes)
    if len(kept) != 2 or all(f.term is None for f in kept):
        return None
    first = next((k for k, f in enumerate(found.factors) if set(f.axes) == set(kept[0].axes)), 0)
    later = next((k for k, f in enumerate(found.factors) if set(f.axes) == set(kept[1].axes)), 0)
    return (kept[0], kept[1]) if first <= later else (kept[1], kept[0])


def _times(left: Term | None, right: Term | None) -> Term | None:
    return None if left is None or right is None else mul(left, right)


def _roles(found: Contraction, transposed: bool, data: Factor, kernel: Factor, sure: Sure) -> Convolution | None:
    directions = []
    for equation in found.equations:
        made = _direction(found, equation, transposed, data, kernel, sure)
        if made is None:
            return None
        directions.append(made)
    sliding = {n for e in found.equations for n in e.coefficients}
    if len(sliding) != 3 * len(directions):
        return None
    out, mine, other = (set(a) - sliding for a in (found.order, data.axes, kernel.axes))
    if (out | mine | other) != (out & mine) | (out & other) | (mine & other):
        return None
    return Convolution(
        transposed, data, kernel, tuple(sorted(directions, key=lambda d: found.order.index(d.out))),
        tuple(n for n in found.order if n in mine - other),
        tuple(n for n in data.axes if n in mine & other - out),
        tuple(n for n in found.order if n in other - mine),
        tuple(n for n in found.order if n in mine & other),
    )  # fmt: skip


def _direction(
    found: Contraction, equation: Equation, transposed: bool, data: Factor, kernel: Factor, sure: Sure
) -> Direction | None:
    names = list(_owners(found, equation, data, kernel))
    if len(equation.coefficients) != 3 or len(names) != 3:
        return None
    out, mine, other = names
    whole, along = (out, mine) if transposed else (mine, out)
    solved = equation.solved(whole)
    if solved is None:
        return None
    coefficients, constant = solved
    turned = set()
    for name in (along, other):
        if sure.positive(coefficients[name] * -1):
            turned.add(name)
            constant = constant + coefficients[name] * (found.ends[name] - 1)
            coefficients[name] = coefficients[name] * -1
        elif not sure.positive(coefficients[name]):
            return None
    return Direction(out, mine, other, coefficients[along], coefficients[other], constant, frozenset(turned))


def _owners(found: Contraction, equation: Equation, data: Factor, kernel: Factor) -> Iterator[str]:
    """The indices of an equation: the output's, the data's, the kernel's, each of which only that one has."""
    for axes in (found.order, data.axes, kernel.axes):
        mine = [n for n in equation.coefficients if n in axes]
        if len(mine) == 1:
            yield mine[0]


def _cuts_little(made: Convolution, direction: Direction, ends: dict[str, Index], sure: Sure) -> bool:
    margin = made.margin(direction, ends)
    length = made.full(direction, ends) if made.transposed else ends[direction.data]
    return all(sure.nonnegative(m + length) for m in (margin.before, margin.after))
