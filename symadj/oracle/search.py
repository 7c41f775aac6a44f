"""The search for the smallest counterexample.

Sizes in the order of their sum, then lexicographic; at each a few generic points of different signs and scales; the
first that fails is simplified and read back from its own text before it is believed. Who knows where to look says so:
that place is tried first, and then the sizes that come before it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, takewhile
from math import prod
from typing import Any

from symadj.errors import BudgetExceeded, Unsupported
from symadj.oracle.confirm import confirm_in, render
from symadj.oracle.counterexample import Counterexample, Search
from symadj.oracle.failures import Dropped, OutOfRange
from symadj.oracle.numbers import surely_differ
from symadj.oracle.patterns import FEW, KINKED, MOST_FEW, SMOOTH, SPECIAL, Pattern, around, between
from symadj.oracle.points import Point, Points
from symadj.oracle.programs import World
from symadj.oracle.simplify import simplify
from symadj.oracle.sizes import SizeConditions
from symadj.oracle.trials import make_trial
from symadj.oracle.trying import Kind, Position, Trial, Worlds, differ_in_float
from symadj.terms.statement import Claim, Statement

EVALUATIONS = 4000
_EXTRA_TOTAL = 8
_THRESHOLDS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look first: sizes, and subscripts in the claimed tensor (none: any). ``least``: it is known that at
    sizes that come before the claim holds, so that nobody need look there.
    """

    sizes: Mapping[str, int]
    subscripts: tuple[int, ...] | None = None
    least: bool = False


@dataclass(slots=True)
class Budget:
    """What a search may spend: trials, steps in the enumeration of sizes, and time."""

    evaluations: int
    deadline: float | None
    steps: int = 200_000

    def spend(self) -> None:
        """Counts one trial. Raises ``BudgetExceeded``."""
        self.evaluations -= 1
        if self.evaluations < 0 or (self.deadline is not None and time.monotonic() > self.deadline):
            raise BudgetExceeded("the search for a counterexample")

    def step(self) -> None:
        """Counts one step. Raises ``BudgetExceeded``."""
        self.steps -= 1
        if self.steps < 0 or (self.deadline is not None and self.steps % 64 == 0 and time.monotonic() > self.deadline):
            raise BudgetExceeded("the search for sizes that the statement is about")


@dataclass(frozen=True, slots=True)
class Spot:
    """One claim at concrete sizes: what it takes to try it at a point."""

    trial: Trial
    worlds: dict[Kind, World]
    points: Points
    budget: Budget

    def suspicious(self, point: Point) -> bool:
        """May the claim fail at this point? In floating point."""
        self.budget.spend()
        try:
            return self.trial.suspicious(self.worlds, point)
        except (Dropped, OverflowError):
            return False

    def failure(self, point: Point, at: Position) -> tuple[Any, Any] | None:
        """The claimed and the actual value, where they certainly differ, at a point that the statement is about."""
        self.budget.spend()
        try:
            claimed, actual = self.trial.values("float", self.worlds, point, at)
            if not differ_in_float(claimed, actual, abs(claimed) + abs(actual)):
                return None
            if not all(self.points.satisfies(p) for p in (point, *self.trial.others(point, at))):
                return None
            claimed, actual = self.trial.values("exact", self.worlds, point, at)
            if not surely_differ(claimed, actual):
                return None
            self.trial.check(self.worlds, self.points, point, at)
        except (Dropped, OverflowError):
            return None
        return claimed, actual

    def first_failure(self, point: Point, guess: tuple[int, ...] | None = None) -> Position | None:
        """The first position at which the claim fails; the subscripts of a ``guess`` are tried before all others."""
        positions = self.trial.positions(self.worlds["exact"])
        if guess is not None:
            positions = iter(sorted(positions, key=lambda at: at.subscripts != guess))
        for at in positions:
            if self.failure(point, at) is not None:
                return at
        return None


class Searcher:
    """The search for one claim of a statement. Raises ``Unsupported`` for a construct that the oracle does not know."""

    def __init__(self, statement: Statement, claim: Claim, budget: Budget) -> None:
        self.statement = statement
        self.claim = claim
        self.budget = budget
        self.conditions = SizeConditions(statement)
        self.worlds = Worlds(statement, budget.deadline)
        self.trial = make_trial(self.worlds, claim)
        self.tried = 0

    def patterns(self, entries: int) -> tuple[Pattern, ...]:
        """The patterns to try at sizes at which the inputs have so many entries."""
        generic = KINKED if self.trial.kinked else SMOOTH
        thresholds = self.trial.thresholds[:_THRESHOLDS]
        generic = (*generic, *(p for t in thresholds for p in around(t)))
        generic = (*generic, *(p for low, high in pairwise(thresholds) for p in between(low, high)))
        if not self.statement.almost_everywhere:
            generic = (*generic, *SPECIAL)
        return (*generic, *FEW) if self.trial.kinked and entries <= MOST_FEW else generic

    def at(self, sizes: Mapping[str, int], guess: tuple[int, ...] | None = None) -> Counterexample | None:
        """A counterexample at these sizes, or None; ``guess``: the subscripts to try first.

        Raises ``OutOfRange`` where a line reads outside of a tensor, and ``BudgetExceeded``.
        """
        for spot, point, at in self._failures(sizes, guess):
            found = self._settle(spot, point, at)
            if found is not None:
                return found
        return None

    def fails(self, sizes: Mapping[str, int]) -> bool:
        """Whether the claim was seen to fail at these sizes. Raises as ``at`` does."""
        return next(self._failures(sizes), None) is not None

    def _failures(
        self, sizes: Mapping[str, int], guess: tuple[int, ...] | None = None
    ) -> Iterator[tuple[Spot, Point, Position]]:
        """Generic points at which the claim certainly fails, each with a position."""
        self.budget.spend()
        try:
            worlds = self.worlds.at(dict(sizes))
        except (Dropped, BudgetExceeded):
            return
        points = Points(self.worlds.hypotheses, worlds["exact"])
        spot = Spot(self.trial, worlds, points, self.budget)
        entries = sum(prod(worlds["exact"].shapes[tensor.name]) for tensor in self.worlds.hypotheses.inputs)
        try:
            for generic in points.generate(self.patterns(entries)):
                self.tried += 1
                point = self.trial.start(generic)
                if spot.suspicious(point):
                    at = spot.first_failure(point, guess)
                    if at is not None:
                        yield spot, point, at
        except OutOfRange as error:
            error.sizes = dict(sizes)
            raise

    def _settle(self, spot: Spot, point: Point, at: Position) -> Counterexample | None:
        """The counterexample that a failing point makes, simplified, where its text confirms it."""
        for candidate in (simplify(spot, point, at), point):
            with self.worlds.without_deadline():
                try:
                    values = spot.trial.values("exact", spot.worlds, candidate, at)
                except Dropped:
                    continue
                example = render(self.statement, self.claim, spot.worlds["exact"], candidate, at, values)
                if confirm_in(self.worlds, self.claim, self.trial, self.conditions, example):
                    return example
        return None


def search(
    statement: Statement,
    claim: Claim,
    *,
    deadline: float | None = None,
    evaluations: int = EVALUATIONS,
    max_total: int | None = None,
    first: Place | None = None,
) -> Search:
    """The smallest sizes and simple entries at which the claim fails, or how far no failure was found.

    ``deadline`` is a value of ``time.monotonic``; ``evaluations`` limits the points that are tried; ``max_total`` the
    sum of the sizes (8 more than the least, if not given); ``first`` is looked at before all others, and if the claim
    fails there, only the sizes that come before it are left to look at. The same call gives the same answer, unless the
    deadline cuts it off. A counterexample was confirmed from its own text; finding none proves nothing.

    Raises ``OutOfRange`` when a line reads outside of its tensor at sizes and entries that ``assume`` allows.

    The sum of squares, with the 2 of its gradient forgotten (``y = sum(x[i]**2 …)``, ``dx[i] = x[i]*dy``):

    >>> from symadj.terms.index import ZERO, size, var
    >>> from symadj.terms.nodes import Binder, Entry, Power, Sum, mul, number
    >>> from symadj.terms.statement import GradientClaim, Let, Statement, Tensor
    >>> i, n = var("i"), size("n")
    >>> y = Let("y", (), (), Sum(Binder("i", ZERO, n), Power(Entry("x", (i,)), number(2))))
    >>> dx = Let("dx", ("i",), (n,), mul(Entry("x", (i,)), Entry("dy", ())))
    >>> claim = GradientClaim("dx", "x")
    >>> wrong = Statement("squares", ("n",), (), (Tensor("x", (n,)),), {}, (y,), ("y",), (dx,), (claim,))
    >>> found = search(wrong, claim).counterexample
    >>> found.sizes, found.entries, found.at, found.claimed, found.actual
    ({'n': 1}, {'x[0]': '1', 'dy': '1'}, 'dx[0]', '1', '2')
    """
    budget = Budget(evaluations, deadline)
    try:
        searcher = Searcher(statement, claim, budget)
    except (Unsupported, RecursionError) as error:
        return Search(None, 0, 0, 0, str(error) or "nested too deeply")
    found: Counterexample | None = None
    done, reason = searcher.conditions.least_total - 1, ""
    try:
        if first is not None and searcher.conditions.allow(first.sizes):
            found = searcher.at(first.sizes, first.subscripts)
            if found is not None and first.least:
                return Search(found, done, _up_to(searcher.conditions, done), searcher.tried)
        for total in _totals(searcher, max_total if found is None else sum(found.sizes.values())):
            earlier = _first(searcher, _before(found, searcher.conditions.of_total(total, budget.step)))
            if earlier is not None:
                found = earlier
                break
            done = total
    except (BudgetExceeded, Unsupported, RecursionError) as error:
        reason = str(error) or "nested too deeply"
    return Search(found, done, _up_to(searcher.conditions, done), searcher.tried, reason)


def fails_somewhere(statement: Statement, claim: Claim, *, deadline: float | None = None) -> bool:
    """Whether the claim was seen to fail at some sizes and entries, which are not simplified. Raises as ``search``."""
    try:
        searcher = Searcher(statement, claim, Budget(EVALUATIONS, deadline))
        budget = searcher.budget
        return any(
            searcher.fails(sizes)
            for total in _totals(searcher, None)
            for sizes in searcher.conditions.of_total(total, budget.step)
        )
    except (BudgetExceeded, Unsupported, RecursionError):
        return False


def _before(found: Counterexample | None, assignments: Iterable[Mapping[str, int]]) -> Iterator[Mapping[str, int]]:
    """The assignments, up to the one at which a counterexample is known."""
    return takewhile(lambda sizes: found is None or sizes != found.sizes, assignments)


def _totals(searcher: Searcher, max_total: int | None) -> Iterator[int]:
    """The sums of sizes to search, from the least that is allowed on."""
    conditions = searcher.conditions
    total, last = conditions.least_total, max_total
    while last is None or total <= last:
        yield total
        if last is None and any(True for _ in conditions.of_total(total, searcher.budget.step)):
            last = total + _EXTRA_TOTAL if conditions.names else total
        total += 1


def _first(searcher: Searcher, assignments: Iterable[Mapping[str, int]]) -> Counterexample | None:
    for sizes in assignments:
        found = searcher.at(sizes)
        if found is not None:
            return found
    return None


def _up_to(conditions: SizeConditions, total: int) -> int:
    return max(0, total) // len(conditions.names) if conditions.names else 0
