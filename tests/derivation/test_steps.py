"""Derivations: what is told, and that a false step is caught."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from symadj.derivation import Chain, StepFails, derivation, explain
from symadj.derivation.checking import Extended
from symadj.derivation.gradients import Gradients
from symadj.derivation.model import Step
from symadj.notation import read_file, statement
from symadj.terms.nodes import mul, number
from symadj.terms.statement import Statement
from symadj.verdict import prove

ROOT = Path(__file__).parents[2]


def linear() -> Statement:
    return statement(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)")


def test_the_founding_lemma_has_the_steps_of_the_textbook() -> None:
    told = derivation(prove(linear()))
    pairing = next(told.chains())
    assert pairing.pairing == ("D.y", "bar.y")
    assert len(pairing.steps) == 2


def test_a_step_that_is_false_raises() -> None:
    of = linear()
    program = Gradients(of, of.claims, ())  # type: ignore[arg-type]
    chain = next(derivation(prove(of)).chains())
    wrong = replace(chain, steps=(Step(mul(number(2), chain.start), ("a wrong step",)),))
    with pytest.raises(StepFails, match="is not shown"):
        program.extended.check([wrong])


def test_the_oracle_alone_catches_a_false_step() -> None:
    of = linear()
    program = Gradients(of, of.claims, ())  # type: ignore[arg-type]
    start = next(derivation(prove(of)).chains()).start
    with pytest.raises(StepFails, match="is false at"):
        program.extended.try_numbers([((), start, mul(number(2), start))], {})


def grown(shapes: str, line: str) -> Gradients:
    of = statement(shapes=shapes, forward=[line], backward=["dx[i] = dy[i]"])
    return Gradients(of, of.claims, ())  # type: ignore[arg-type]


def with_wrong_differential(program: Gradients) -> Gradients:
    (line,) = program.differentials.values()
    program.extended.define(replace(line, body=mul(number(3), line.body)))
    return program


@pytest.mark.parametrize("line", ["y[i] = a*x[i] + x[i]", "y[i] = x[i]**2", "y[i] = x[i]*x[n-1-i]"])
def test_a_differential_of_degree_two_is_shown_by_normal_forms(line: str) -> None:
    program = grown("x: n, a:", line)
    assert program.extended.check([], program.differential_of()) == 0
    wrong = with_wrong_differential(program)
    with pytest.raises(StepFails, match="is not shown"):
        wrong.extended.check([], wrong.differential_of())


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = x[i]**2",
        "y[i] = exp(x[i])*x[i]",
        "y[i] = 1/x[i]",
        "y[i] = x[i]**3",
        "y[i] = maximum(x[i], x[n-1-i])",
    ],
)
def test_the_oracle_alone_catches_a_false_differential(line: str) -> None:
    program = grown("x: n", line)
    program.extended.try_numbers([], program.differential_of())
    wrong = with_wrong_differential(program)
    with pytest.raises(StepFails, match=r"the differential of .* is false at"):
        wrong.extended.try_numbers([], wrong.differential_of())


def layers(depth: int) -> Statement:
    forward, backward = [], []
    for k in range(1, depth + 1):
        forward += [f"z{k} = W{k} @ h{k - 1} + b{k}", f"h{k} = tanh(z{k})"]
    for k in range(depth, 0, -1):
        backward += [f"db{k} = (1 - h{k}**2)*dh{k}", f"dW{k} = outer(db{k}, h{k - 1})", f"dh{k - 1} = W{k}.T @ db{k}"]
    shapes = ", ".join(["h0: n", *(f"W{k}: n n, b{k}: n" for k in range(1, depth + 1))])
    return statement(shapes=shapes, forward=forward, backward=backward)


def test_the_work_is_linear_in_the_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[int] = []
    attempt = Extended._attempt

    def counted(self: Extended, facts: frozenset[str], *rest: Any) -> bool | None:
        lines.append(1 + len(facts))
        return attempt(self, facts, *rest)

    monkeypatch.setattr(Extended, "_attempt", counted)
    work = []
    for depth in (3, 6, 12):
        lines.clear()
        derivation(prove(layers(depth), refute=False))
        work.append(sum(lines))
        assert max(lines) < 12
    assert work[2] - work[1] == 2 * (work[1] - work[0])


def test_a_false_claim_has_no_derivation() -> None:
    of = statement(shapes="W: n n, x: n", forward="y = W @ x", backward="dW = outer(x, dy)")
    told = derivation(prove(of))
    assert told.targets == ()
    assert told.parts == ()


def test_only_the_claims_that_hold_are_derived() -> None:
    of = statement(shapes="W: n n, x: n", forward="y = W @ x", backward=["dW = outer(x, dy)", "dx = W.T @ dy"])
    assert derivation(prove(of)).targets == ("dx",)


def test_a_vanishing_sum_is_dropped_with_its_reason() -> None:
    of = statement(
        shapes="x: n",
        forward=["mu = sum(x[i] for i in range(n))/n", "v = sum((x[i] - mu)**2 for i in range(n))"],
        backward=["dx[i] = 2*dv*(x[i] - mu)"],
    )
    told = derivation(prove(of))
    assert "= 0)" in explain(told)


def test_a_conditional_proof_says_its_hypotheses() -> None:
    told = derivation(prove(statement(shapes="x: n", forward="y = log(x)", backward="dx = dy/x")))
    assert told.hypotheses
    assert told.hypotheses[0] in explain(told)


def test_a_verdict_without_its_statement_cannot_be_derived() -> None:
    verdict = replace(prove(linear()), statement=None)
    with pytest.raises(ValueError, match="no statement"):
        derivation(verdict)


def test_the_linear_layer_fits_on_one_screen() -> None:
    of = next(s for s in read_file(str(ROOT / "proofs" / "linear.toml")).statements if s.name == "linear")
    assert len(explain(derivation(prove(of))).splitlines()) <= 24


def test_chains_are_data() -> None:
    told = derivation(prove(linear()))
    assert all(isinstance(chain, Chain) and chain.steps for chain in told.chains())
    assert all(step.rule for step in told.steps())
