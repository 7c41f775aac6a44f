"""Is a sum of weighted sets of integer points zero everywhere? Overlay the sets, then test the weight of every cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from symadj.errors import BudgetExceeded, Unsupported
from symadj.points.isl_build import Frame, integer
from symadj.points.linear import Linear, negated, shifted
from symadj.points.polynomials import Monomial, Polynomial, add_into, evaluate, names_in, substitute_all

if TYPE_CHECKING:
    import islpy as isl

MOST_CELLS = 400
LONGEST_SLACK = 256
TRIES = 60


@dataclass(slots=True)
class Cell:
    """A set of points and the weight on it."""

    points: isl.Set
    weight: Polynomial


def cancel_equal(cells: list[Cell]) -> list[Cell]:
    """The cells without the pairs of equal sets and opposite weights."""
    waiting: dict[frozenset[tuple[Monomial, Fraction]], list[Cell]] = {}
    for cell in cells:
        opposite = frozenset((m, -c) for m, c in cell.weight.items())
        partners = waiting.get(opposite, [])
        for k, partner in enumerate(partners):
            if partner.points.is_equal(cell.points):
                del partners[k]
                break
        else:
            waiting.setdefault(frozenset(cell.weight.items()), []).append(cell)
    return [cell for group in waiting.values() for cell in group]


def overlay(cells: Iterable[Cell]) -> list[Cell]:
    """Disjoint cells with the same sum everywhere; those of weight zero are left out.

    Raises ``BudgetExceeded`` past ``MOST_CELLS``.
    """
    found: list[Cell] = []
    for new in cells:
        found = list(_add(found, new))
        if len(found) > MOST_CELLS:
            raise BudgetExceeded(f"more than {MOST_CELLS} cells where sums overlap")
    return found


def _add(cells: list[Cell], new: Cell) -> Iterator[Cell]:
    rest = new.points
    for cell in cells:
        common = cell.points.intersect(rest)
        if common.is_empty():
            yield cell
            continue
        weight = dict(cell.weight)
        add_into(weight, new.weight)
        if weight:
            yield Cell(common, weight)
        outside = cell.points.subtract(rest)
        if not outside.is_empty():
            yield Cell(outside.coalesce(), cell.weight)
        rest = rest.subtract(cell.points)
    if not rest.is_empty():
        yield Cell(rest.coalesce(), new.weight)


class ZeroTest:
    """Whether polynomials vanish on sets of points; ``impossible`` may show that a basic set has no point after all."""

    def __init__(self, frame: Frame, impossible: Callable[[isl.BasicSet], bool] | None = None) -> None:
        self.frame = frame
        self.impossible = impossible

    def nonzero_point(self, cells: Iterable[Cell]) -> dict[str, int] | None:
        """A point at which the weight of its cell is not zero; ``None`` if there is none.

        Raises ``Unsupported`` where neither is found.
        """
        for cell in cells:
            for basic in self.frame.pieces(cell.points):
                found = self._search(basic, cell.weight)
                if found is not None:
                    return found
        return None

    def _search(self, basic: isl.BasicSet, weight: Polynomial) -> dict[str, int] | None:
        """The weight does not vanish at some point of the basic set: such a point.

        A polynomial vanishes on the integer points of a polyhedron all of whose slacks are unbounded only if it
        vanishes on its affine hull; a bounded slack is split into its finitely many values.
        """
        if basic.is_empty() or (self.impossible is not None and self.impossible(basic)):
            return None
        point = self.frame.point(basic.sample_point())
        if evaluate(weight, point):
            return point
        equalities, _ = self.frame.constraints(basic.affine_hull())
        weight = reduce_by(equalities, weight)
        if not weight:
            return None
        unbounded: list[Linear] = []
        for slack in self.frame.constraints(basic)[1]:
            most = basic.to_set().max_val(self.frame.objective(slack))
            if most.is_infty():
                unbounded.append(slack)
            elif not most.is_zero():
                return self._split(basic, weight, slack, integer(most))
        return self._far_point(basic, weight, unbounded)

    def _split(self, basic: isl.BasicSet, weight: Polynomial, slack: Linear, most: int) -> dict[str, int] | None:
        if most > LONGEST_SLACK:
            raise Unsupported("a polynomial in the sizes on a long bounded range")
        for value in range(most + 1):
            part = basic.intersect(self.frame.basic([shifted(slack, -value)], []))
            found = self._search(part, weight)
            if found is not None:
                return found
        return None

    def _far_point(self, basic: isl.BasicSet, weight: Polynomial, slacks: list[Linear]) -> dict[str, int] | None:
        for step in range(1, TRIES):
            bounds = [shifted(slack, -((7 * k * k + 3 * k) % 5 * step + step)) for k, slack in enumerate(slacks)]
            part = basic.intersect(self.frame.basic([], bounds))
            if part.is_empty():
                continue
            point = self.frame.point(part.sample_point())
            if evaluate(weight, point):
                return point
        raise Unsupported("a polynomial in the sizes for which no nonzero value was found")

    def least_point(self, cells: Iterable[Cell]) -> dict[str, int] | None:
        """The least point, in the order of the frame's columns, at which the weight of its cell is not zero.

        Column by column, the least value for which the weight does not vanish on all of the points left. Raises
        ``Unsupported`` where a column has no least value, or it was not found within ``TRIES`` steps.
        """
        left = [Cell(basic.to_set(), cell.weight) for cell in cells for basic in self.frame.pieces(cell.points)]
        point = self.nonzero_point(left)
        if point is None:
            return None
        for name in self.frame.names:
            left, point = self._least_value(left, name, point)
        return point

    def _least_value(self, cells: list[Cell], name: str, known: dict[str, int]) -> tuple[list[Cell], dict[str, int]]:
        """The cells and a nonzero point at the least value of a column; ``known`` is a nonzero point of the cells."""
        least = [cell.points.dim_min_val(self.frame.names.index(name)) for cell in cells]
        if not all(value.is_int() for value in least):
            raise Unsupported(f"no least value of {name}")
        start = min(integer(value) for value in least)
        if known[name] - start > TRIES:
            raise Unsupported(f"no small value of {name}")
        for value in range(start, known[name] + 1):
            here = self.frame.set([{name: 1, **({"": -value} if value else {})}], [])
            found = [Cell(points, c.weight) for c in cells if not (points := c.points.intersect(here)).is_empty()]
            point = known if value == known[name] else self.nonzero_point(found)
            if point is not None:
                return found, point
        raise Unsupported(f"no least value of {name}")  # not reached: the known point is one


def reduce_by(equalities: Iterable[Linear], weight: Polynomial) -> Polynomial:
    """The weight with columns replaced as the equalities determine them, over the rationals."""
    pending = [{c: Fraction(k) for c, k in form.items()} for form in equalities]
    while pending:
        form = pending.pop()
        names = [c for c in form if c]
        if not names:
            continue
        pivot = max(names, key=lambda name: (name in names_in(weight), name))
        value = {c: -k / form[pivot] for c, k in form.items() if c != pivot}
        image: Polynomial = {((c,) if c else ()): k for c, k in value.items()}
        weight = substitute_all(weight, {pivot: image})
        pending = [_eliminate(other, pivot, value) for other in pending]
    return weight


def _eliminate(form: dict[str, Fraction], pivot: str, value: dict[str, Fraction]) -> dict[str, Fraction]:
    factor = form.get(pivot)
    if not factor:
        return form
    result = {c: k for c, k in form.items() if c != pivot}
    for column, coefficient in value.items():
        total = result.get(column, Fraction(0)) + factor * coefficient
        if total:
            result[column] = total
        else:
            result.pop(column, None)
    return result


def lexicographic(first: list[str], second: list[str]) -> list[tuple[list[Linear], list[Linear]]]:
    """``first <= second`` in the lexicographic order, as disjoint (equalities, inequalities)."""
    cases: list[tuple[list[Linear], list[Linear]]] = []
    equal: list[Linear] = []
    for a, b in zip(first, second, strict=True):
        cases.append((list(equal), [{b: 1, a: -1, "": -1}]))
        equal.append({a: 1, b: -1})
    cases.append((equal, []))
    return cases


def above(form: Linear) -> Linear:
    """``form < 0`` as an inequality: ``-form - 1 >= 0``."""
    return shifted(negated(form), -1)
