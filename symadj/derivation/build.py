"""The derivation of a verdict's proved claims, every step of it checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symadj.derivation.checking import Extended
from symadj.derivation.claims import Claims
from symadj.derivation.gradients import Gradients
from symadj.derivation.granting import granted
from symadj.derivation.hidden import with_names
from symadj.derivation.identities import equal_parts, linear_parts
from symadj.derivation.model import Chain, Derivation, Part
from symadj.terms.statement import EqualClaim, GradientClaim, LinearClaim
from symadj.verdict.model import Verdict


def derivation(verdict: Verdict) -> Derivation:
    """The derivation of the claims that the verdict says are proved; without any, one without parts.

    >>> from symadj.notation import statement
    >>> from symadj.verdict import prove
    >>> verdict = prove(statement(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)"))
    >>> [len(part.blocks) for part in derivation(verdict).parts]
    [4]

    Raises ``StepFails`` where a step is not shown to be true, which is an error of symadj; ``ValueError`` for a
    verdict without a statement.
    """
    statement = verdict.statement
    if statement is None:
        raise ValueError("the verdict carries no statement")
    statement = with_names(statement)
    proved = [c for c in statement.claims if verdict.claims[c.target].status == "proved"]
    hypotheses = tuple(dict.fromkeys(h for c in proved for h in verdict.claims[c.target].hypotheses))
    under = granted(statement) if hypotheses or statement.almost_everywhere else ()
    parts: list[Part] = []
    gradients = [c for c in proved if isinstance(c, GradientClaim)]
    if gradients:
        told = Gradients(statement, gradients, under)
        own = Claims(told).closing(list(told.parts()))
        _check(told.extended, own, told.differential_of())
        parts += own
    equal = [c for c in proved if isinstance(c, EqualClaim)]
    if equal:
        extended, own = equal_parts(statement, equal, under)
        _check(extended, own)
        parts += own
    for extended, own in linear_parts(statement, [c for c in proved if isinstance(c, LinearClaim)], under):
        _check(extended, own)
        parts += own
    return Derivation(statement, tuple(c.target for c in proved), hypotheses, tuple(parts))


def _check(extended: Extended, parts: Sequence[Part], differential_of: Mapping[str, str] | None = None) -> None:
    chains = [block for part in parts for block in part.blocks if isinstance(block, Chain)]
    extended.check(chains, differential_of)
