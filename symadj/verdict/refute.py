"""Counterexamples for what is not proved, and the formula that would have been right.

A claim is disproved by numbers alone: sizes and entries that the oracle finds, writes down, and reads back and
evaluates again. Where it finds none the claim stays unknown, with what was tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from symadj.calculus import Hypothesis
from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.oracle import (
    Counterexample,
    OutOfRange,
    Place,
    Search,
    accidental,
    confirm,
    fails_somewhere,
    is_of_sizes,
    search,
)
from symadj.terms.nodes import ONE_TERM, ZERO_TERM
from symadj.terms.statement import Assumption, Claim, EqualClaim, GradientClaim, Let, Statement, Tensor
from symadj.verdict.claim import ClaimVerdict

if TYPE_CHECKING:
    from symadj.normal.where import Where

# How to find where a claim and what was derived differ, for each claim that was compared.
Places = dict[str, "Callable[[], Where | None]"]

# Seconds for one claim's search and for the sizes at which it happens to hold; less where the deadline is nearer.
SEARCH_SECONDS = 20.0
ACCIDENTAL_SECONDS = 0.1
MOST_SIZES = 12
POINT_SECONDS = 2.0
EVALUATIONS = 4000
FIRST_EVALUATIONS = 100
FIRST_SECONDS = 2.0  # a slow search must not take the time of the proof that comes after it


def within(seconds: float, deadline: float | None) -> float:
    """The end of so many seconds, or the deadline, where that is nearer."""
    until = monotonic() + seconds
    return until if deadline is None else min(until, deadline)


def refuted(
    statement: Statement,
    claim: Claim,
    verdict: ClaimVerdict,
    deadline: float | None,
    where: Callable[[], Where | None] | None = None,
    evaluations: int = EVALUATIONS,
) -> ClaimVerdict:
    """The claim as disproved, where the oracle finds numbers; else unknown, with how far it looked.

    ``where`` says where the normal forms differ: there the oracle looks first. ``evaluations`` limits the points.

    Raises ``StatementError`` where a line reads outside of its tensor.
    """
    found = _search(statement, claim, within(SEARCH_SECONDS, deadline), evaluations, _first(where))
    if found.counterexample is None or not confirm(statement, claim, found.counterexample):
        reason = verdict.reason or "not decided"
        if found.points:
            reach = f"at sizes up to {found.checked_up_to}" if statement.sizes else "found"
            reason += f"; no counterexample {reach}"
        return ClaimVerdict(verdict.target, "unknown", reason=reason)
    return _disproved(statement, claim, found.counterexample, deadline)


def plainly_refuted(statement: Statement, claim: Claim, deadline: float | None) -> ClaimVerdict | None:
    """The claim as disproved, where it fails at the first few points of the least sizes. Raises as ``refuted``."""
    found = _search(statement, claim, within(FIRST_SECONDS, deadline), FIRST_EVALUATIONS, None).counterexample
    if found is None or not confirm(statement, claim, found):
        return None
    return _disproved(statement, claim, found, deadline)


def _search(
    statement: Statement, claim: Claim, deadline: float | None, evaluations: int, first: Place | None
) -> Search:
    try:
        return search(statement, claim, deadline=deadline, evaluations=evaluations, first=first)
    except OutOfRange as error:
        raise StatementError(f"an entry outside of its tensor: {error}", statement=statement.name) from None


def _disproved(
    statement: Statement, claim: Claim, counterexample: Counterexample, deadline: float | None
) -> ClaimVerdict:
    return ClaimVerdict(
        claim.target,
        "disproved",
        counterexample=counterexample,
        holds_at=_holds_at(statement, claim, deadline),
    )


def _first(where: Callable[[], Where | None] | None) -> Place | None:
    try:
        place = where() if where is not None else None
    except (Unsupported, BudgetExceeded):
        return None
    return None if place is None else Place(place.sizes, place.subscripts or None, place.least)


def with_formulas(
    statement: Statement, claims: Mapping[str, ClaimVerdict], derived: Set[str] = frozenset()
) -> dict[str, ClaimVerdict]:
    """The claims, the false ones with the formula that would have been right, and the lines that it needs.

    Not those whose lines are the ``derived`` ones already, which are right under hypotheses that were not assumed.
    """
    wrong = {
        claim.target: claim.input
        for claim in statement.claims
        if isinstance(claim, GradientClaim)
        and claims[claim.target].status == "disproved"
        and claim.target not in derived
    }
    if not wrong:
        return dict(claims)
    from symadj.formulas import formulas_for  # a tenth of a second, for those who are wrong

    formulas = formulas_for(statement, list(dict.fromkeys(wrong.values())))
    right = {target: formulas.get(name) for target, name in wrong.items()}
    return {t: replace(claim, formula=right[t]) if t in right else claim for t, claim in claims.items()}


def _holds_at(statement: Statement, claim: Claim, deadline: float | None) -> tuple[dict[str, int], ...]:
    """Small sizes at which a false claim holds all the same: how it passed somebody's tests."""
    try:
        return accidental(statement, claim, deadline=within(ACCIDENTAL_SECONDS, deadline), most=MOST_SIZES)
    except (Unsupported, BudgetExceeded):
        return ()


def has_sizes(statement: Statement, deadline: float | None) -> bool:
    """Whether the oracle finds sizes, before the deadline, that meet what is assumed of sizes alone."""
    of_sizes = tuple(a for a in statement.assumptions if not a.indices and is_of_sizes(a.condition))
    empty = replace(statement, forward=(), outputs=(), backward=(), claims=(), assumptions=of_sizes)
    return has_point(empty, (), deadline)


def has_point(statement: Statement, hypotheses: Sequence[Hypothesis], deadline: float | None) -> bool:
    """Whether the oracle finds a point, before the deadline, that meets what is assumed and these hypotheses too.

    It is asked to refute ``0 = 1`` there, with the cotangents as inputs, for a hypothesis may speak of claimed lines.
    """
    cotangents = tuple(Tensor(f"d{o}", statement.shape(o)) for o in statement.outputs if statement.backward)
    lines = (Let("point.0", (), (), ZERO_TERM), Let("point.1", (), (), ONE_TERM))
    asked = replace(
        statement,
        inputs=(*statement.inputs, *cotangents),
        forward=(*statement.forward, *statement.backward, *lines),
        outputs=(),
        backward=(),
        claims=(EqualClaim("point", "point.0", "point.1"),),
        assumptions=(*statement.assumptions, *(Assumption(h.indices, h.condition) for h in hypotheses)),
    )
    try:
        return fails_somewhere(asked, asked.claims[0], deadline=within(POINT_SECONDS, deadline))
    except OutOfRange:
        return False
