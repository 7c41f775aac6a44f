"""What tier 1 hands over, and its reading as systems of linear constraints.

A group of terms with equal signatures is compared point by point: the *coordinates* ``@0, @1, …`` are the subscripts
of the group's atoms, one after the other, and a term is the function that counts, with its weight, how often it meets
a point.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from time import monotonic

from symadj.errors import BudgetExceeded, Unsupported
from symadj.points.linear import Columns, Linear, negated, normal_equality, normal_inequality, plus, shifted
from symadj.points.polynomials import Polynomial
from symadj.points.systems import System, release_floors
from symadj.terms.index import Index
from symadj.terms.nodes import All, Condition, IndexCondition, Not, Some, ValueCondition

MOST_CASES = 256

Atom = tuple[Hashable, tuple[Index, ...], int]


@dataclass(frozen=True, slots=True)
class PointTerm:
    """``coefficient * weight * rest * sum(product of atoms for binders if conditions)``.

    ``weight`` is a product of sizes, integer parameters and index variables, with exponents; ``rest`` is everything
    without an index (equal keys are combined, different keys are independent); ``atoms`` are (name, subscripts,
    exponent >= 1), where equal names are the same tensor or function; ``binders`` are (variable, lower, upper),
    summed over ``range(lower, upper)``, whose ends may use earlier binders; ``conditions`` all hold.
    """

    coefficient: Fraction
    weight: tuple[tuple[str, int], ...] = ()
    rest: Hashable = ()
    atoms: tuple[Atom, ...] = ()
    binders: tuple[tuple[str, Index, Index], ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class SizeContext:
    """What is known of the sizes: each of ``sizes`` is >= 1, each of ``integers`` >= 0, and ``conditions`` hold.

    ``tables`` are the integer tensors with the bounds of their entries, ``0 <= entry < bound``.
    """

    sizes: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    tables: Mapping[str, Index] = field(default_factory=dict)
    deadline: float | None = None

    def check_time(self) -> None:
        """Raises ``BudgetExceeded`` past the deadline, a value of ``time.monotonic``."""
        if self.deadline is not None and monotonic() > self.deadline:
            raise BudgetExceeded("the time allowed for the statement ran out")


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Equalities ``form == 0`` and inequalities ``form >= 0`` that all hold."""

    equalities: tuple[Linear, ...] = ()
    inequalities: tuple[Linear, ...] = ()

    def joined(self, other: Conjunction) -> Conjunction:
        """Both."""
        return Conjunction(self.equalities + other.equalities, self.inequalities + other.inequalities)

    @property
    def contradictory(self) -> bool:
        """Whether one of its parts alone cannot hold."""
        return any(normal_equality(e) is False for e in self.equalities) or any(
            normal_inequality(i) is False for i in self.inequalities
        )


def cases(
    columns: Columns, condition: Condition, values: Mapping[str, Linear], holds: bool = True
) -> list[Conjunction]:
    """The condition (its negation, unless it ``holds``) as disjoint conjunctions of linear constraints.

    Raises ``Unsupported`` at a comparison of scalars, ``BudgetExceeded`` past ``MOST_CASES``.
    """
    match condition:
        case IndexCondition(relation, index):
            return _comparison(relation, columns.form(index, values), holds)
        case Not(part):
            return cases(columns, part, values, not holds)
        case All(parts):
            return _every(columns, parts, values, True) if holds else _first(columns, parts, values, False)
        case Some(parts):
            return _first(columns, parts, values, True) if holds else _every(columns, parts, values, False)
        case ValueCondition():
            raise Unsupported("a condition on scalars among the conditions on indices")


def _comparison(relation: str, form: Linear, holds: bool) -> list[Conjunction]:
    above, below = shifted(form, -1), shifted(negated(form), -1)
    if relation == ">=":
        found = [Conjunction(inequalities=(form if holds else below,))]
    elif holds:
        found = [Conjunction(equalities=(form,))]
    else:
        found = [Conjunction(inequalities=(above,)), Conjunction(inequalities=(below,))]
    return [case for case in found if not case.contradictory]


def _every(
    columns: Columns, parts: Sequence[Condition], values: Mapping[str, Linear], holds: bool
) -> list[Conjunction]:
    found = [Conjunction()]
    for part in parts:
        found = _product(found, cases(columns, part, values, holds))
    return found


def _first(
    columns: Columns, parts: Sequence[Condition], values: Mapping[str, Linear], holds: bool
) -> list[Conjunction]:
    """One part at least has the truth value: the first that has it is part k, for each k."""
    found: list[Conjunction] = []
    before = [Conjunction()]
    for part in parts:
        found += _product(before, cases(columns, part, values, holds))
        before = _product(before, cases(columns, part, values, not holds))
    return found


def _product(left: list[Conjunction], right: list[Conjunction]) -> list[Conjunction]:
    if len(left) * len(right) > MOST_CASES:
        raise BudgetExceeded(f"more than {MOST_CASES} cases in a condition")
    return [a.joined(b) for a in left for b in right]


def all_cases(columns: Columns, conditions: Sequence[Condition], values: Mapping[str, Linear]) -> list[Conjunction]:
    """The conjunction of conditions as disjoint conjunctions of constraints."""
    return _every(columns, conditions, values, True)


def systems(columns: Columns, term: PointTerm, coordinates: Mapping[str, Index]) -> Iterator[System]:
    """The term as a sum of systems, one for each case of its conditions; ``coordinates`` are its images' values."""
    values: dict[str, Linear] = {}
    counted: list[str] = []
    ranges: list[Linear] = []
    for variable, lower, upper in term.binders:
        low, high = columns.form(lower, values), columns.form(upper, values)
        name = f"?{variable}"
        if name in counted:
            raise Unsupported(f"two sums over {variable} in one term")
        values[variable] = {name: 1}
        counted.append(name)
        ranges += [plus({name: 1}, low, -1), shifted(plus(high, {name: 1}, -1), -1)]
    equalities = [plus(columns.form(index, values), {name: 1}, -1) for name, index in coordinates.items()]
    weight = _weight(term, values)
    for case in all_cases(columns, term.conditions, values):
        system = System(list(counted), [*equalities, *case.equalities], [*ranges, *case.inequalities], [], dict(weight))
        release_floors(columns, system)
        yield system


def _weight(term: PointTerm, values: Mapping[str, Linear]) -> Polynomial:
    monomial: list[str] = []
    for name, exponent in term.weight:
        if exponent < 0:
            raise Unsupported(f"a negative power of {name} as a weight")
        monomial += [next(iter(values[name])) if name in values else name] * exponent
    return {tuple(sorted(monomial)): term.coefficient} if term.coefficient else {}
