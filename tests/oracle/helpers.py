"""Statements for the oracle's tests, and short ways to ask about them."""

from __future__ import annotations

from typing import Any

from symadj.notation import statement
from symadj.oracle import Counterexample, confirm, search
from symadj.oracle.evaluation import evaluate
from symadj.terms.statement import Claim, Statement


def made(shapes: str, forward: Any = (), backward: Any = (), **more: Any) -> Statement:
    """A statement from its keys."""
    return statement(shapes=shapes, forward=forward, backward=backward, **more)


def claim_of(of: Statement, target: str = "") -> Claim:
    """The claim with this target, or the only one."""
    found = [c for c in of.claims if target in ("", c.target)]
    assert len(found) == 1, [c.target for c in of.claims]
    return found[0]


def refuted(of: Statement, target: str = "", **limits: Any) -> Counterexample:
    """The counterexample, which must exist and be confirmed from its text."""
    claim = claim_of(of, target)
    example = search(of, claim, **limits).counterexample
    assert example is not None
    assert confirm(of, claim, example)
    return example


def not_refuted(of: Statement, target: str = "", **limits: Any) -> None:
    """No counterexample is found, although points are."""
    found = search(of, claim_of(of, target), **{"evaluations": 300, **limits})
    assert found.counterexample is None, found.counterexample
    assert found.points > 0, found.reason


def value(shapes: str, line: str, sizes: dict[str, int] | None = None, entries: Any = None, **more: Any) -> Any:
    """The value of one forward line: a number, or a list of the entries of a vector."""
    of = made(shapes, [line], [], equal=["0", "0"], **more)
    name = of.forward[0].name
    entries_of = evaluate(of, sizes or {}, entries or {})[name]
    return entries_of[()] if () in entries_of else list(entries_of.values())
