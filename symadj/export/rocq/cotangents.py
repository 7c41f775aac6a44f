"""Which claimed lines are the cotangents of the forward lines that they are called after."""

from __future__ import annotations

from collections.abc import Collection

from symadj.calculus import pullback
from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.programs import Proof
from symadj.terms.statement import Statement

BUDGET = 2_000  # steps of the normal form, after which lines are taken for what they are called


def cotangents(statement: Statement, target: str, tensor: str, lines: Collection[str]) -> list[str]:
    """Those of the forward ``lines`` for which ``dL`` is the whole cotangent of L, as far as is easily seen.

    A program may call something else so, as a cotangent that is already scaled. Where the claim itself is not shown,
    all of them: then it matters which line is false.
    """
    shapes = {f"d{o}": statement.shape(o) for o in statement.outputs}
    try:
        derived = pullback(statement.forward, statement.outputs, {tensor: statement.shape(tensor)}).lets
        proof = Proof(statement.inputs, statement.forward, statement.assumptions, statement.integers, budget=BUDGET)
        model, own = proof.program(shapes), proof.program(shapes)
        proof.add_lets(model, derived)
        proof.add_lets(own, statement.backward, model)

        def same(name: str, other: str) -> bool:
            try:
                return proof.same(own, name, model, other)
            except (Unsupported, BudgetExceeded, KeyError):
                return True

        known = same(target, f"d{tensor}")
        return [line for line in lines if not known or same(f"d{line}", f"d{line}")]
    except (Unsupported, BudgetExceeded):
        return list(lines)
