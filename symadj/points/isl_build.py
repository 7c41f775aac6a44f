"""Linear constraints to isl sets and back. All columns are set dimensions: without parameters nothing is misaligned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from symadj.points.isl_context import OperationsExceeded
from symadj.points.linear import Linear

if TYPE_CHECKING:
    import islpy as isl


def integer(value: isl.Val) -> int:
    """An integer value as Python's."""
    if value.n_abs_num_chunks(3) <= 1:
        return int(value.get_num_si())  # at most three bytes long: it fits a C long anywhere
    text = value.to_str()  # None when the work allowed has run out
    if text is None:
        raise OperationsExceeded("more isl operations than are allowed")
    return int(text)


class Frame:
    """Integer points with one coordinate for each of ``names``, in this order."""

    def __init__(self, context: isl.Context, names: Sequence[str]) -> None:
        import islpy as isl

        self.isl = isl
        self.context = context
        self.names = tuple(names)
        self._position = {name: k for k, name in enumerate(self.names)}
        self._position[""] = len(self.names)
        self._space = isl.Space.set_alloc(context, 0, len(self.names))
        self._order = (isl.dim_type.set, isl.dim_type.div, isl.dim_type.param, isl.dim_type.cst)
        self._values: dict[int, isl.Val] = {}

    def basic(self, equalities: Iterable[Linear], inequalities: Iterable[Linear]) -> isl.BasicSet:
        """The points with ``form == 0`` and ``form >= 0`` for the forms given."""
        return self.isl.BasicSet.from_constraint_matrices(
            self._space, self._matrix(list(equalities)), self._matrix(list(inequalities)), *self._order
        )

    def set(self, equalities: Iterable[Linear], inequalities: Iterable[Linear]) -> isl.Set:
        """``basic`` as a set."""
        return self.basic(equalities, inequalities).to_set()

    def union(self, sets: Sequence[isl.Set]) -> isl.Set:
        """All the points of the sets; none, if there are no sets."""
        if not sets:
            return self.isl.Set.empty(self._space)
        result = sets[0]
        for other in sets[1:]:
            result = result.union(other)
        return result

    def _matrix(self, forms: list[Linear]) -> isl.Mat:
        matrix = self.isl.Mat.alloc(self.context, 0, len(self.names) + 1).add_zero_rows(len(forms))
        for row, form in enumerate(forms):
            for column, coefficient in form.items():
                matrix = matrix.set_element_val(row, self._position[column], self._value(coefficient))
        return matrix

    def _value(self, number: int) -> isl.Val:
        value = self._values.get(number)
        if value is None:
            if abs(number) < 2**31:
                value = self.isl.Val.int_from_si(self.context, number)
            else:
                value = self.isl.Val.read_from_str(self.context, str(number))
            self._values[number] = value
        return value

    def objective(self, form: Linear) -> isl.Aff:
        """A form as a function on the points."""
        space = self.isl.LocalSpace.from_space(self._space)
        result = self.isl.Aff.zero_on_domain(space)
        for column, coefficient in form.items():
            value = self._value(coefficient)
            if column:
                result = result.set_coefficient_val(self.isl.dim_type.in_, self._position[column], value)
            else:
                result = result.set_constant_val(value)
        return result

    def point(self, point: isl.Point) -> dict[str, int]:
        """The coordinates of a point."""
        kind = self.isl.dim_type.set
        return {name: integer(point.get_coordinate_val(kind, k)) for k, name in enumerate(self.names)}

    def pieces(self, points: isl.Set) -> list[isl.BasicSet]:
        """The basic sets of which a set is made."""
        found: list[isl.BasicSet] = []
        points.foreach_basic_set(found.append)
        return found

    def constraints(self, basic: isl.BasicSet) -> tuple[list[Linear], list[Linear]]:
        """The equalities and inequalities; those that involve a quotient that isl made for itself are left out."""
        order = self._order
        return self._forms(basic.equalities_matrix(*order)), self._forms(basic.inequalities_matrix(*order))

    def _forms(self, matrix: isl.Mat) -> list[Linear]:
        width = matrix.cols()
        own = range(len(self.names), width - 1)
        forms: list[Linear] = []
        for row in range(matrix.rows()):
            if any(not matrix.get_element_val(row, k).is_zero() for k in own):
                continue
            form: Linear = {}
            for k in (*range(len(self.names)), width - 1):
                value = matrix.get_element_val(row, k)
                if not value.is_zero():
                    form[self.names[k] if k < len(self.names) else ""] = integer(value)
            forms.append(form)
        return forms
