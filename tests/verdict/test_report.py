"""What a reader sees of a verdict."""

from __future__ import annotations

import pytest

from symadj.terms.index import size, var
from symadj.terms.nodes import Entry
from symadj.terms.statement import EqualClaim, Expectation, GradientClaim, Let, LinearClaim, Source, Statement, Tensor
from symadj.verdict import ClaimVerdict, Counterexample, Verdict
from symadj.verdict.model import combined, unknown
from symadj.verdict.text import duration, printable

b, m, n = size("b"), size("m"), size("n")
INPUTS = (Tensor("x", (b, n)), Tensor("W", (m, n)), Tensor("c", (m,)))


def let(name: str, text: str, *shape: object) -> Let:
    return Let(name, (), shape, Entry("x", ()), Source(text))  # type: ignore[arg-type]


LINEAR = Statement(
    name="linear",
    sizes=("b", "n", "m"),
    integers=(),
    inputs=INPUTS,
    functions={},
    forward=(let("y", "y[s,i] = c[i] + sum(W[i,j]*x[s,j] for j in range(n))", b, m),),
    outputs=("y",),
    backward=(let("dW", "dW[i,j] = sum(dy[s,j]*x[s,i] for s in range(b))", m, n), let("dc", "dc = dy", m)),
    claims=(GradientClaim("dW", "W"), GradientClaim("dc", "c")),
)
COUNTEREXAMPLE = Counterexample(
    sizes={"b": 1, "m": 2, "n": 2},
    entries={"x[0, 0]": "3/2", "dy[0, 1]": "1"},
    default="0",
    at="dW[0, 1]",
    claimed="0",
    actual="3/2",
)
FALSE = ClaimVerdict(
    "dW",
    "disproved",
    counterexample=COUNTEREXAMPLE,
    formula="dW[i,j] = sum(dy[s,i]*x[s,j] for s in range(b))",
    holds_at=({"b": 1, "m": 1, "n": 1},),
)
PROVED = ClaimVerdict("dc", "proved")


def verdict(*claims: ClaimVerdict, statement: Statement | None = LINEAR) -> Verdict:
    return Verdict("linear", combined(claims), {claim.target: claim for claim in claims}, 0.0021, statement)


def test_a_false_claim_shows_the_right_one_and_numbers() -> None:
    assert str(verdict(FALSE, PROVED)).splitlines() == [
        "disproved  linear  dW disproved; dc proved  (2.1 ms)",
        "",
        "      claimed  dW[i,j] = sum(dy[s,j]*x[s,i] for s in range(b))",
        "      right    dW[i,j] = sum(dy[s,i]*x[s,j] for s in range(b))",
        "",
        "    Smallest counterexample: b = 1, m = 2, n = 2, and every entry 0 but for",
        "",
        "      x = [[3/2, 0]]",
        "      dy = [[0, 1]]",
        "",
        "      claimed  dW[0, 1] = 0",
        "      actual   dW[0, 1] = 3/2",
        "",
        "    It happens to hold at b = 1, m = 1, n = 1: tests at such sizes do not see the difference.",
    ]


def test_a_false_claim_of_which_nothing_more_is_known() -> None:
    assert str(verdict(ClaimVerdict("dW", "disproved"), statement=None)) == "disproved  linear  dW  (2.1 ms)"


def test_a_line_that_nobody_wrote_is_printed_from_its_term() -> None:
    derived = Let("dx", ("s", "j"), (b, n), Entry("x", (var("s"), var("j"))))
    statement = Statement("s", (), (), INPUTS, {}, (), ("y",), (derived,), (GradientClaim("dx", "x"),))
    text = str(verdict(ClaimVerdict("dx", "disproved", formula="dx = 0"), statement=statement))
    assert "claimed  dx[s,j] = x[s,j]\n" in text


def test_a_default_other_than_zero_is_said() -> None:
    found = Counterexample({"n": 1}, {}, default="1", at="dW[0]", claimed="1", actual="2")
    text = str(verdict(ClaimVerdict("dW", "disproved", counterexample=found)))
    assert "n = 1, and every entry 1\n" in text


def test_two_false_claims_each_have_their_report() -> None:
    text = str(verdict(FALSE, ClaimVerdict("dc", "disproved", formula="dc = 0")))
    assert text.startswith("disproved  linear  dW, dc  (2.1 ms)\n\n")
    assert "    claimed  dc = dy\n" in text
    assert text.endswith("    right    dc = 0")


def test_a_proof_says_what_it_needed() -> None:
    needs = ("x[i] != 0 for every i", "n*var + eps > 0")
    claims = [ClaimVerdict("dW", "proved", hypotheses=needs), ClaimVerdict("dc", "proved", hypotheses=needs)]
    assert str(verdict(*claims)).splitlines() == [
        "proved if  linear  dW, dc  (2.1 ms)",
        "    dW and dc if x[i] != 0 for every i",
        "             and n*var + eps > 0",
    ]


def test_what_is_unknown_has_a_reason() -> None:
    lines = str(verdict(ClaimVerdict("dW", "unknown", reason="a stride " * 20), PROVED)).splitlines()
    assert lines[0] == "unknown    linear  dW unknown; dc proved  (2.1 ms)"
    assert lines[1].startswith("    dW: a stride a stride")
    assert all(len(line) <= 96 for line in lines)


def test_claims_of_equality_and_linearity() -> None:
    statement = Statement(
        "both", (), (), INPUTS, {}, (let("equal.0", "trace(A)"), let("equal.1", "sum(A)")), ("y",), (),
        (EqualClaim("equal", "equal.0", "equal.1"), LinearClaim("linear W", "W")),
    )  # fmt: skip
    found = Counterexample({"n": 2}, {}, default="0", at="equal", claimed="0", actual="1")
    text = str(
        verdict(
            ClaimVerdict("equal", "disproved", counterexample=found),
            ClaimVerdict("linear W", "disproved", reason="W stands under exp"),
            statement=statement,
        )
    )
    assert "claimed  trace(A) == sum(A)\n" in text
    assert "left   equal = 0\n" in text
    assert "right  equal = 1\n" in text
    assert "claimed  y linear in W\n" in text
    assert "W stands under exp" in text


@pytest.mark.parametrize(
    ("law", "lines"),
    [
        ("additive", ["y[0] at x, plus y[0] at x' = 2", "y[0] at x + x' = 4"]),
        ("homogeneous", ["scalar times y[0] at x = 2", "y[0] at scalar*x = 4"]),
    ],
)
def test_how_linearity_fails(law: str, lines: list[str]) -> None:
    statement = Statement("s", (), (), INPUTS, {}, (), ("y",), (), (LinearClaim("linear x", "x"),))
    entries = {"x[0, 0]": "1", "x'[0, 0]": "1", "scalar": "2"}
    found = Counterexample({"b": 1, "n": 1}, entries, "0", f"y[0] {law} in x", "2", "4")
    text = str(verdict(ClaimVerdict("linear x", "disproved", counterexample=found), statement=statement))
    assert [line.strip() for line in text.splitlines()][-6:] == ["x = [[1]]", "x' = [[1]]", "scalar = 2", "", *lines]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (["proved", "proved"], "proved"),
        (["proved", "unknown"], "unknown"),
        (["unknown", "disproved"], "disproved"),
        ([], "unknown"),
    ],
)
def test_the_verdict_of_a_statement(claims: list[str], expected: str) -> None:
    assert combined(ClaimVerdict(str(number), status) for number, status in enumerate(claims)) == expected  # type: ignore[arg-type]


def test_truth_is_a_proof_without_hypotheses() -> None:
    assert verdict(PROVED)
    assert not verdict(ClaimVerdict("dc", "proved", hypotheses=("x > 0",)))
    assert not verdict(FALSE)
    assert not verdict(ClaimVerdict("dc", "unknown"))


def test_exactly_these_claims_are_false() -> None:
    def expecting(*targets: str) -> Statement:
        return Statement(
            "s", (), (), (), {}, (), (), (), LINEAR.claims, expect=Expectation("disproved", targets)
        )  # fmt: skip

    false_dc = ClaimVerdict("dc", "disproved")
    assert verdict(FALSE, PROVED, statement=expecting("dW")).ok
    assert verdict(FALSE, PROVED, statement=expecting()).ok
    assert verdict(FALSE, false_dc, statement=expecting("dc", "dW")).ok
    assert not verdict(FALSE, PROVED, statement=expecting("dc")).ok
    assert not verdict(FALSE, false_dc, statement=expecting("dW")).ok
    assert not verdict(FALSE, PROVED, statement=expecting("dW", "dc")).ok
    assert not verdict(FALSE, ClaimVerdict("dc", "unknown"), statement=expecting("dW")).ok


def test_nothing_known() -> None:
    found = unknown(LINEAR, "took longer than 60 s", 60.0)
    assert str(found) == "unknown    linear  dW, dc  (60.0 s)\n    dW, dc: took longer than 60 s"
    assert found.status == "unknown"


def test_many_claims_are_abridged() -> None:
    claims = [ClaimVerdict(f"dW{number}", "proved") for number in range(64)]
    assert str(verdict(*claims)) == "proved     linear  dW0, dW1, dW2, dW3, dW4, … dW63  (2.1 ms)"


def test_a_strangers_text_is_harmless() -> None:
    claim = ClaimVerdict("d\x1b[2J", "disproved", formula="x\n\x07" + "y" * 5000, reason="\u202eevil")
    text = str(verdict(claim))
    assert all(line.isprintable() for line in text.splitlines())
    assert max(map(len, text.splitlines())) < 500


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0.0 ms"), (0.00004, "0.0 ms"), (0.0994, "99.4 ms"), (0.0999, "100 ms"), (0.9994, "999 ms"), (1.0, "1.0 s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_printable_leaves_mathematics_alone() -> None:
    assert printable("∂W ⊗ δ") == "∂W ⊗ δ"
