"""The hypotheses that a proof stands under beyond ``assume``: the steps of its derivation may use them."""

from __future__ import annotations

from symadj.calculus import Hypothesis, discharge, domain, pullback
from symadj.terms.statement import Assumption, GradientClaim, Statement


def granted(statement: Statement) -> tuple[Assumption, ...]:
    """What the lines need in order to be defined and differentiable, and ``assume`` does not say: what a conditional
    proof is conditional on, and what holds off a null set, where ``assume`` grants that.
    """
    forward = tuple(let for let in statement.forward if not let.name.startswith("equal."))
    inputs = {c.input: statement.shape(c.input) for c in statement.claims if isinstance(c, GradientClaim)}
    lines = (*statement.forward, *statement.backward)
    smooth: list[Hypothesis] = []
    if inputs:
        smooth += pullback(forward, statement.outputs, inputs, complex=statement.complex).hypotheses
    left = discharge(
        [*domain(lines, complex=statement.complex), *smooth],
        statement.assumptions,
        lines,
        statement.almost_everywhere,
        integers=statement.integers,
        inputs=statement.inputs,
        complex=statement.complex,
    )
    almost = [h for h in smooth if h not in left] if statement.almost_everywhere else []
    return tuple(Assumption(h.indices, h.condition) for h in (*left, *almost))
