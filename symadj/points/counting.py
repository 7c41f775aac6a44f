"""Sums over integer points, counted by Faulhaber's formulas.

``Counting.pieces`` turns a system into pieces: it sums out one counted column after the other. With ``l <= v`` and
``v <= u`` for several forms l and u, the sum splits into disjoint cases by which l is the largest and which u the
least; a bound ``a*v <= e`` with a > 1 is ``v <= e//a``, where the quotient is an outer column. What cannot be summed
so: a column that stands inside an opaque one (``S*i``, ``t[i]``) is *promoted* to one more coordinate; then the terms
must agree for each of its values, which proves that the sums agree but does not refute it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from symadj.errors import BudgetExceeded, Unsupported
from symadj.points.linear import Columns, Linear, Quotient, TableEntry, negated, plus, shifted
from symadj.points.polynomials import names_in, sum_over
from symadj.points.systems import (
    Piece,
    System,
    assign,
    is_usable,
    mentioned,
    piece_of,
    quotient_bounds,
    simplify,
    solve,
)

MOST_STEPS = 4_000
LARGEST_RESIDUE = 12


@dataclass(slots=True)
class Facts:
    """Inequalities that hold throughout, for cheap proofs that a form is not negative."""

    known: list[Linear] = field(default_factory=list)
    lower: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, inequalities: Iterable[Linear]) -> Facts:
        """Facts from a list of ``form >= 0``; those with one column are its least value."""
        facts = cls()
        for form in inequalities:
            names = [c for c in form if c]
            if len(names) == 1 and form[names[0]] == 1:
                value = -form.get("", 0)
                facts.lower[names[0]] = max(value, facts.lower.get(names[0], value))
            else:
                facts.known.append(form)
        return facts

    def nonnegative(self, form: Linear, extra: Iterable[Linear] = ()) -> bool:
        """Whether a fact, or one of ``extra``, together with the least values of columns shows ``form >= 0``."""
        return self._by_least_values(form) or any(
            self._by_least_values(plus(form, fact, -_multiple(form, fact))) for fact in (*self.known, *extra)
        )

    def _by_least_values(self, form: Linear) -> bool:
        total = 0
        for column, coefficient in form.items():
            if not column:
                total += coefficient
            elif coefficient < 0 or column not in self.lower:
                return False
            else:
                total += coefficient * self.lower[column]
        return total >= 0


def _multiple(form: Linear, fact: Linear) -> int:
    """How often a fact may go into a form: as often as its first column does."""
    column = next((c for c in fact if c), "")
    return max(1, form.get(column, 0) // fact[column]) if column else 1


@dataclass(slots=True)
class Counting:
    """One run. ``feasible`` tells whether (equalities, inequalities) may have a point; cases that do not are skipped.

    With ``promote_all`` nothing is counted: each column that the equalities do not determine is promoted.
    """

    columns: Columns
    facts: Facts
    promote_all: bool = False
    feasible: Callable[[list[Linear], list[Linear]], bool] | None = None
    steps: int = 0

    def pieces(self, system: System) -> Iterator[tuple[int, Piece]]:
        """The pieces of a system, each with the number of its promoted columns.

        Raises ``Unsupported`` and ``BudgetExceeded``.
        """
        yield from self._pieces(system, 0)

    def _pieces(self, system: System, promoted: int) -> Iterator[tuple[int, Piece]]:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise BudgetExceeded(f"more than {MOST_STEPS} cases when counting")
        if not self._settle(system):
            return
        if not system.counted:
            if system.weight:
                yield promoted, piece_of(system)
            return
        for value, numerator, divisor in system.floors:
            system.inequalities.extend(quotient_bounds(self.columns, value, numerator, divisor))
        system.floors = []
        choice = None if self.promote_all else self._choose(system)
        if choice is None:
            yield from self._promote(system, promoted)
        elif choice.residue is not None:
            name, modulus = choice.residue
            for remainder in range(modulus):
                branch = system.copy()
                branch.counted.append(name)
                assign(self.columns, branch, name, {name: modulus, **({"": remainder} if remainder else {})})
                yield from self._pieces(branch, promoted)
        else:
            for part in self._sum_out(system, choice):
                yield from self._pieces(part, promoted)

    def _settle(self, system: System) -> bool:
        """Solve and simplify until no equality is left that determines a counted column."""
        while True:
            if not (solve(self.columns, system) and simplify(self.columns, system)):
                return False
            if not any(is_usable(self.columns, system, equality) for equality in system.equalities):
                return True

    def _promote(self, system: System, promoted: int) -> Iterator[tuple[int, Piece]]:
        name = system.counted[0]
        assign(self.columns, system, name, {f"&{promoted}": 1})
        yield from self._pieces(system, promoted + 1)

    def _choose(self, system: System) -> _Choice | None:
        """The counted column that is cheapest to sum out; ``None`` if all stand inside opaque columns."""
        choices = [choice for name in system.counted if (choice := self._bounds(system, name)) is not None]
        best = min(choices, key=lambda choice: choice.cost, default=None)
        if best is not None and best.residue is not None and best.residue[1] > LARGEST_RESIDUE:
            raise Unsupported(f"a floor or remainder of a summed index by {best.residue[1]}")
        return best

    def _bounds(self, system: System, name: str) -> _Choice | None:
        forms = [*system.equalities, *system.inequalities]
        if any(self.columns.hides(form, name) for form in forms) or any(name in e for e in system.equalities):
            return None
        if any(name in self.columns.inside(n) for n in names_in(system.weight)):
            return None
        choice = _Choice(name)
        others = [form for form in system.inequalities if name not in form]
        for form in system.inequalities:
            if name in form and not self._add_bound(system, choice, form):
                return None
        if not choice.lowers or not choice.uppers:
            raise Unsupported("a sum over an unbounded range")
        choice.lowers = self._strongest(choice.lowers, others, 1)
        choice.uppers = self._strongest(choice.uppers, others, -1)
        return choice

    def _add_bound(self, system: System, choice: _Choice, form: Linear) -> bool:
        """Note the bound that an inequality is for the choice's column; ``False`` where it cannot be used."""
        coefficient = form[choice.name]
        rest = {c: k for c, k in form.items() if c != choice.name}
        modulus = abs(coefficient)
        for column, k in rest.items():
            if k % modulus and (inside := mentioned(self.columns, system, {column: 1})):
                if isinstance(self.columns.opaque.get(column), Quotient | TableEntry):
                    return False
                choice.residue = (inside[0], modulus)
        quotient = rest if modulus == 1 else self.columns.quotient(rest, {"": modulus})
        if coefficient > 0:
            choice.lowers.append(negated(quotient))
        else:
            choice.uppers.append(quotient)
        return True

    def _strongest(self, bounds: list[Linear], others: list[Linear], sign: int) -> list[Linear]:
        """The bounds without those that another one implies; ``sign`` is 1 for lower, -1 for upper ends."""
        kept: list[Linear] = []
        for bound in bounds:
            if any(self._implied(one, bound, others, sign) for one in kept):
                continue
            kept = [one for one in kept if not self._implied(bound, one, others, sign)]
            kept.append(bound)
        return kept

    def _implied(self, strong: Linear, weak: Linear, others: list[Linear], sign: int) -> bool:
        difference = plus(strong, weak, -1)
        return self.facts.nonnegative(difference if sign > 0 else negated(difference), others)

    def _sum_out(self, system: System, choice: _Choice) -> Iterator[System]:
        name = choice.name
        others = [form for form in system.inequalities if name not in form]
        counted = [one for one in system.counted if one != name]
        for a, lower in enumerate(choice.lowers):
            largest = [
                shifted(plus(lower, other, -1), -1 if k < a else 0) for k, other in enumerate(choice.lowers) if k != a
            ]
            for b, upper in enumerate(choice.uppers):
                least = [
                    shifted(plus(other, upper, -1), -1 if k < b else 0)
                    for k, other in enumerate(choice.uppers)
                    if k != b
                ]
                inequalities = [*others, *largest, *least, plus(upper, lower, -1)]
                if len(choice.lowers) * len(choice.uppers) > 1 and not self._feasible(system, inequalities):
                    continue
                weight = sum_over(self.columns, system.weight, name, lower, upper)
                yield System(list(counted), list(system.equalities), inequalities, [], weight)

    def _feasible(self, system: System, inequalities: list[Linear]) -> bool:
        return self.feasible is None or self.feasible(system.equalities, inequalities)


@dataclass(slots=True)
class _Choice:
    """A counted column with its bounds; ``residue`` is a column to split by residues first, and the modulus."""

    name: str
    lowers: list[Linear] = field(default_factory=list)
    uppers: list[Linear] = field(default_factory=list)
    residue: tuple[str, int] | None = None

    @property
    def cost(self) -> tuple[int, int]:
        """Splits by residues come last, then what makes few cases is best."""
        return (self.residue[1] if self.residue else 0, len(self.lowers) * len(self.uppers))
