"""Cheap proofs that a subscript stays inside its axis, without isl: most accesses need no more.

To show ``e >= 0``, index variables are replaced by the end of their range that makes e least, inner ones first;
before each step, e may follow from a guard or from what is known of the sizes. Entries of integer tables are
variables with the range that is declared for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from symadj.domains.accesses import Access, Range
from symadj.errors import SymadjError
from symadj.points.counting import Facts
from symadj.points.linear import Columns, Linear, Product, Quotient, TableEntry, negated, shifted
from symadj.points.systems import quotient_bounds
from symadj.points.terms import SizeContext, all_cases
from symadj.terms.index import ONE, ZERO, Index, Size, Var
from symadj.terms.nodes import Add, Binder, Entry, Mul, Number, Sum, Term
from symadj.terms.statement import Let, Shape


class QuickBounds:
    """Cheap proofs in one statement; ``context`` has its sizes."""

    def __init__(self, context: SizeContext) -> None:
        self.context = context
        self._columns: Columns | None = None
        self._facts = Facts()
        self._guards: dict[tuple[object, ...], list[Linear]] = {}

    def reads_plainly(self, let: Let, shapes: Mapping[str, Shape]) -> bool:
        """Whether the line is made of sums, products and plain entries alone: nothing in it can leave its tensor."""
        ranges = tuple((name, ZERO, upper) for name, upper in zip(let.indices, let.shape, strict=True))
        return not let.divisors and self._all_plain(let.body, ranges, shapes)

    def _all_plain(self, term: Term, ranges: tuple[Range, ...], shapes: Mapping[str, Shape]) -> bool:
        match term:
            case Entry(tensor, subscripts):
                return self._inside(subscripts, shapes.get(tensor, ()), ranges)
            case Mul(parts) | Add(parts):
                return all(self._all_plain(part, ranges, shapes) for part in parts)
            case Sum(Binder(name, lower, upper, None), body) if not lower.terms and _adds_up(upper):
                return self._all_plain(body, (*ranges, (name, lower, upper)), shapes)
            case Number():
                return True
            case _:
                return False

    def plain(self, access: Access, shape: Shape) -> bool:
        """Each subscript is an index that ranges over its axis, or a number that its axis has; a divisor, a number."""
        if access.kind == "division":
            return (access.subscripts[0].value or 0) >= 1
        return self._inside(access.subscripts, shape, access.where.ranges)

    def _inside(self, subscripts: tuple[Index, ...], shape: Shape, ranges: tuple[Range, ...]) -> bool:
        for subscript, axis in zip(subscripts, shape, strict=False):
            name = subscript.variable
            if name is None:
                if not self._is_position(subscript.value, axis):
                    return False
            elif not any(n == name and not lower.terms and upper == axis for n, lower, upper in ranges):
                return False
        return True

    def _is_position(self, number: int | None, axis: Index) -> bool:
        """Whether the number is a position on an axis of this length."""
        if number is None or number < 0:
            return False
        length = axis.value
        if length is None and number == 0 and len(axis.terms) == 1:
            monomial, coefficient = axis.terms[0]
            return coefficient > 0 and all(getattr(atom, "name", None) in self.context.sizes for atom in monomial)
        return length is not None and number < length

    def shows(self, access: Access, goal: Index) -> bool:
        """Whether ``goal >= 0`` follows."""
        columns = self._ready()
        try:
            form = columns.form(goal, {})
            guards = self._guard_forms(access)
            if self._holds(form, guards):
                return True
            for name, lower, upper in self._ranges(access, form):
                form = self._at_end(form, name, lower, upper)
                if self._holds(form, guards):
                    return True
        except SymadjError:
            return False
        return False

    def _ranges(self, access: Access, form: Linear) -> Iterator[tuple[str, Linear, Linear]]:
        """Entries of tables, then the index variables, inner ones first, each with its range."""
        columns = self._ready()
        names = {name for column in form for name in (column, *columns.inside(column))}
        for name in sorted(names):
            opaque = columns.opaque.get(name)
            if isinstance(opaque, TableEntry) and opaque.tensor in self.context.tables:
                yield name, {}, columns.form(self.context.tables[opaque.tensor], {})
        for name, lower, upper in reversed(access.where.ranges):
            yield name, columns.form(lower, {}), columns.form(upper, {})

    def _holds(self, form: Linear, guards: list[Linear]) -> bool:
        """Whether the form is not negative by a guard, what is known of sizes, or a division with remainder in it."""
        columns = self._ready()
        extra = guards
        for column in form:
            factors = columns.factors(column)
            if len(factors) > 1 and column not in self._facts.lower:
                least = [self._facts.lower.get(factor, -1) for factor in factors]
                if min(least) >= 0:
                    self._facts.lower[column] = prod(least)
            for factor in factors:
                opaque = columns.opaque.get(factor)
                if isinstance(opaque, Quotient):
                    numerator, divisor = dict(opaque.numerator), dict(opaque.divisor)
                    extra = [*extra, *quotient_bounds(columns, {factor: 1}, numerator, divisor)]
        return self._facts.nonnegative(form, extra)

    def _at_end(self, form: Linear, name: str, lower: Linear, upper: Linear) -> Linear:
        """The form at the end of the name's range at which it is least; as it is, if that end is not clear."""
        columns = self._ready()
        direction = self._direction(form, name)
        if not direction:
            return form
        return columns.substitute(form, name, lower if direction > 0 else shifted(upper, -1))

    def _direction(self, form: Linear, name: str) -> int | None:
        """1 where the form does not fall as the name grows, -1 where it does not grow; 0 or ``None``: not clear."""
        columns = self._ready()
        found = 0
        for column, coefficient in form.items():
            if column != name and name not in columns.inside(column):
                continue
            inner = self._column_direction(column, name)
            sign = inner * (1 if coefficient > 0 else -1) if inner else 0
            if not sign or found == -sign:
                return None
            found = sign
        return found

    def _column_direction(self, column: str, name: str) -> int | None:
        columns = self._ready()
        if column == name:
            return 1
        match columns.opaque.get(column):
            case Product(factors):
                inside = [f for f in factors if f == name or name in columns.inside(f)]
                others = [f for f in factors if f not in inside]
                if len(inside) != 1 or any(self._facts.lower.get(factor, -1) < 0 for factor in others):
                    return None
                return self._column_direction(inside[0], name)
            case Quotient(numerator, divisor):
                return None if columns.mentions(dict(divisor), name) else self._direction(dict(numerator), name)
            case _:
                return None

    def _ready(self) -> Columns:
        if self._columns is None:
            self._columns = Columns()
            known: list[Linear] = [{name: 1, "": -1} for name in self.context.sizes]
            known += [{name: 1} for name in self.context.integers]
            for condition in self.context.conditions:
                try:
                    cases = all_cases(self._columns, (condition,), {})
                except SymadjError:
                    continue
                if len(cases) == 1:
                    known += cases[0].inequalities
                    known += [form for e in cases[0].equalities for form in (e, negated(e))]
            self._facts = Facts.of(known)
        return self._columns

    def _guard_forms(self, access: Access) -> list[Linear]:
        """The inequalities that the guards of an access are, where they are no alternatives."""
        key = access.where.conditions
        if key not in self._guards:
            columns = self._ready()
            forms: list[Linear] = []
            for condition in key:
                cases = all_cases(columns, (condition,), {})
                if len(cases) == 1:
                    forms += cases[0].inequalities
                    forms += [form for e in cases[0].equalities for form in (e, negated(e))]
            self._guards[key] = forms
        return self._guards[key]


def _adds_up(index: Index) -> bool:
    """Sums and products of sizes and indices: without a division, or an entry of a table, which could fail."""
    return all(isinstance(atom, Size | Var) for monomial, _ in index.terms for atom in monomial)


def goals(access: Access, shape: tuple[Index, ...]) -> list[tuple[int, str, Index]]:
    """What an access needs: (axis, side, form) with ``form >= 0``; of a division, that the divisor is at least 1."""
    if access.kind == "division":
        return [(0, "divisor", access.subscripts[0] - ONE)]
    found: list[tuple[int, str, Index]] = []
    for axis, (subscript, length) in enumerate(zip(access.subscripts, shape, strict=False)):
        found += [(axis, "lower", subscript), (axis, "upper", length - 1 - subscript)]
    return found
