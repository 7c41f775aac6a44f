"""Emptiness of sets in which products and table entries stand as unknown integers.

isl sees ``S*i`` as a column of its own. What is lost are its laws; this test puts back those that follow by
multiplying a constraint with a product M of sizes: ``f == 0`` gives ``M*f == 0``, and ``f >= 0`` gives ``M*f >= f``
(``M*f >= 0`` if M may be 0). Where that is not enough, it tries cases: of ``M*x`` and ``M*y``, ``x < y``, ``x == y``
or ``x > y`` (so a division has one quotient: ``S*i + u`` with ``0 <= u < S``); small values of a quotient by a size;
entries of one table at equal subscripts, or not. A set is impossible when each case of some question is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from symadj.errors import BudgetExceeded
from symadj.points.isl_build import Frame
from symadj.points.linear import Columns, Linear, Product, Quotient, TableEntry, negated, plus, shifted

if TYPE_CHECKING:
    import islpy as isl

Constraints = tuple[list[Linear], list[Linear]]
MOST_FORMS = 600
MOST_TESTS = 400
DEEPEST = 3


class ProductTest:
    """``impossible(basic)``: the basic set has no point that respects the laws of its opaque columns.

    ``positive`` are the names that are at least 1, ``natural`` those that are at least 0.
    """

    def __init__(self, columns: Columns, frame: Frame, positive: Iterable[str], natural: Iterable[str]) -> None:
        self.columns = columns
        self.frame = frame
        self.positive = set(positive)
        self.natural = set(natural) | self.positive
        products = [columns.factors(n) for n in frame.names if isinstance(columns.opaque.get(n), Product)]
        self.degree = max((len(factors) for factors in products), default=0)
        self.multipliers = self._multipliers(products)
        self.questions = [*self._comparisons(products), *self._values(), *self._entries()]
        self.tests = 0

    # ------------------------------------------------------------------------------------------------ cases

    def _multipliers(self, products: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        found: dict[tuple[str, ...], None] = {}
        for factors in products:
            sizes = [factor for factor in factors if factor in self.natural]
            for length in range(1, min(len(sizes), len(factors) - 1) + 1):
                found.update(dict.fromkeys(combinations(sizes, length)))
        return list(found)

    def _comparisons(self, products: list[tuple[str, ...]]) -> Iterator[list[Constraints]]:
        """For each two products that share a size: their other factors are less, equal, or greater."""
        others: dict[str, set[str]] = {}
        for factors in products:
            for factor in sorted(set(factors) & self.natural):
                rest = [other for other in factors if other not in self.natural]
                if not rest:
                    rest = list(factors)
                    rest.remove(factor)
                others.setdefault(factor, set()).add(self.columns.product(rest))
        seen: set[tuple[str, str]] = set()
        for names in others.values():
            for pair in combinations(sorted(names), 2):
                if pair not in seen and not self.natural.issuperset(pair):
                    seen.add(pair)
                    yield _compared({pair[0]: 1, pair[1]: -1}, 0, 0)

    def _values(self) -> Iterator[list[Constraints]]:
        """For each quotient by a size: -1, 0, 1, or beyond."""
        for name in self.frame.names:
            opaque = self.columns.opaque.get(name)
            if isinstance(opaque, Quotient) and dict(opaque.divisor).keys() - {""}:
                yield _compared({name: 1}, -1, 1)

    def _entries(self) -> Iterator[list[Constraints]]:
        """For each two entries of a table: a subscript differs, or all are equal and so are the entries."""
        entries: dict[str, list[str]] = {}
        for name in self.frame.names:
            opaque = self.columns.opaque.get(name)
            if isinstance(opaque, TableEntry) and opaque.subscripts:
                entries.setdefault(opaque.tensor, []).append(name)
        for names in entries.values():
            for first, second in combinations(names, 2):
                cases: list[Constraints] = []
                equal: list[Linear] = []
                for one, other in zip(self.columns.parts(first), self.columns.parts(second), strict=True):
                    below, same, above = _compared(plus(dict(one), dict(other), -1), 0, 0)
                    cases += [(list(equal), side[1]) for side in (below, above)]
                    equal += same[0]
                yield [*cases, ([*equal, {first: 1, second: -1}], [])]

    # ------------------------------------------------------------------------------------------------ tests

    def impossible(self, basic: isl.BasicSet) -> bool:
        """Whether the basic set is empty by the laws above. Raises ``BudgetExceeded`` past ``MOST_TESTS``."""
        if not self.multipliers and not self.questions:
            return False
        constraints = self.frame.constraints(basic)
        return any(self._refuted(constraints, self.questions, depth) for depth in range(DEEPEST + 1))

    def _refuted(self, constraints: Constraints, questions: list[list[Constraints]], depth: int) -> bool:
        if self._empty(*constraints):
            return True
        if not depth:
            return False
        for k, cases in enumerate(questions):
            rest = questions[:k] + questions[k + 1 :]
            if all(self._refuted(_both(constraints, case), rest, depth - 1) for case in cases):
                return True
        return False

    def _empty(self, equalities: list[Linear], inequalities: list[Linear]) -> bool:
        self.tests += 1
        if self.tests > MOST_TESTS:
            raise BudgetExceeded(f"more than {MOST_TESTS} cases of products of indices with sizes")
        more_equal = [*equalities]
        more = [*inequalities]
        for multiplier in self.multipliers:
            column = {self.columns.product(multiplier): 1}
            positive = self.positive.issuperset(multiplier)
            for form in equalities:
                self._append(more_equal, self.columns.multiply(column, form))
            for form in inequalities:
                product = self.columns.multiply(column, form)
                self._append(more, plus(product, form, -1) if positive else product)
        names = {column for form in (*more_equal, *more) for column in form if column}
        wide = Frame(self.frame.context, sorted(names))
        return bool(wide.basic(more_equal, more).is_empty())

    def _append(self, forms: list[Linear], form: Linear) -> None:
        degree = max((len(self.columns.factors(column)) for column in form if column), default=0)
        if degree <= self.degree and len(forms) < MOST_FORMS:
            forms.append(form)


def _both(one: Constraints, other: Constraints) -> Constraints:
    return (one[0] + other[0], one[1] + other[1])


def _compared(form: Linear, least: int, most: int) -> list[Constraints]:
    """The cases ``form < least``, ``form == least``, …, ``form == most``, ``form > most``."""
    return [
        ([], [shifted(negated(form), least - 1)]),
        *(([shifted(form, -value)], []) for value in range(least, most + 1)),
        ([], [shifted(form, -most - 1)]),
    ]
