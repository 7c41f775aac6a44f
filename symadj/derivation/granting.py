"""The hypotheses that a conditional proof stands under, as assumptions that its steps may use."""

from __future__ import annotations

from symadj.calculus import Hypothesis, discharge, domain, pullback
from symadj.terms.statement import Assumption, GradientClaim, Statement


def granted(statement: Statement) -> tuple[Assumption, ...]:
    """Whatever ``assume`` does not cover of what the lines need in order to be defined and differentiable."""
    forward = tuple(let for let in statement.forward if not let.name.startswith("equal."))
    inputs = {c.input: statement.shape(c.input) for c in statement.claims if isinstance(c, GradientClaim)}
    needed: list[Hypothesis] = list(domain((*statement.forward, *statement.backward), complex=statement.complex))
    if inputs:
        needed += pullback(forward, statement.outputs, inputs, complex=statement.complex).hypotheses
    left = discharge(
        needed,
        statement.assumptions,
        (*statement.forward, *statement.backward),
        statement.almost_everywhere,
        integers=statement.integers,
        inputs=statement.inputs,
        complex=statement.complex,
    )
    return tuple(Assumption(h.indices, h.condition) for h in left)
