"""Explicit polynomials at small sizes, as a prover that shares nothing with the other: it agrees with the verdicts."""

from __future__ import annotations

import csv
import signal
from collections.abc import Iterator

from symadj.export.latex.explicit import expansion, vanishing
from symadj.notation import read_file, statement
from symadj.terms.statement import Statement
from tests.support.corpus import CORPUS, CORPUS_FILES, needs_corpus

POLYNOMIAL = {"einsum", "affine", "condition", "product"}
SECONDS = 1.0  # for one statement at one choice of sizes; what takes longer is left out
CHOICES = ((1, 1), (2, 3), (3, 2))  # every other size, and the rest


def polynomial_statements() -> Iterator[Statement]:
    with open(CORPUS / "classes.tsv", encoding="utf-8") as lines:
        classes = {(row[0], row[1]): row[3] for row in csv.reader(lines, delimiter="\t")}
    for file in CORPUS_FILES:
        for of in read_file(str(file)).statements:
            if classes.get((file.stem, of.name)) in POLYNOMIAL:
                yield of


def _alarm(number: int, frame: object) -> None:
    raise TimeoutError


def expanded(of: Statement) -> bool | None:
    """Whether the claims hold at all the small sizes; ``None`` where that was not found out."""
    names = (*of.sizes, *of.integers)
    found: list[bool] = []
    for even, odd in CHOICES:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            result = expansion(of, {name: odd if k % 2 else even for k, name in enumerate(names)})
            shown = [vanishing(row) for _, rows in result.claims for row in rows]
        except (TimeoutError, RecursionError):
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if False in shown:
            return False
        if shown and None not in shown and not result.failures:
            found.append(True)
    return True if found else None


@needs_corpus
def test_it_agrees_with_the_verdicts_on_the_corpus() -> None:
    previous = signal.signal(signal.SIGALRM, _alarm)
    try:
        outcomes = {(of.file, of.name): (of.expect.verdict, expanded(of)) for of in polynomial_statements()}
    finally:
        signal.signal(signal.SIGALRM, previous)
    wrong = [key for key, outcome in outcomes.items() if outcome in (("proved", False), ("disproved", True))]
    assert wrong == []
    left_out = sum(found is None for _, found in outcomes.values())
    assert left_out <= len(outcomes) // 10


def test_equations_that_are_assumed_are_solved() -> None:
    of = statement(shapes="A: n n, x: n", forward=["y = x @ A @ x"], backward=["dx = 2*dy*(A @ x)"], assume="A == A.T")
    assert expansion(of, {"n": 3}).holds
    wrong = statement(
        shapes="A: n n, x: n", forward=["y = x @ A @ x"], backward=["dx = 3*dy*(A @ x)"], assume="A == A.T"
    )
    assert not expansion(wrong, {"n": 2}).holds


def test_equations_that_cannot_be_solved_are_said() -> None:
    of = statement(
        shapes="x: n", forward=["y[i] = x[i]"], equal=["y", "y"], assume="sum(x[i]**2 for i in range(n)) == 1"
    )
    result = expansion(of, {"n": 2})
    assert not result.claims
    assert "affine in no entry" in result.text()


def test_integer_tensors_are_what_is_assumed_of_them() -> None:
    of = statement(
        shapes="x: n, p: n in range(n)", equal=["x[p[0]]*x[p[0]]", "x[p[0]]*x[p[n-1]]"],
        assume=["n >= 2", "p[0] > p[n-1]"],
    )  # fmt: skip
    assert not expansion(of, {"n": 2}).holds


def test_a_false_claim_leaves_a_polynomial() -> None:
    of = statement(shapes="x: n", forward=["y[i] = x[i]**2"], backward=["dx[i] = x[i]*dy[i]"])
    result = expansion(of, {"n": 1})
    assert not result.holds
    assert "difference = dy[0]*vx[0]*x[0]" in result.text()
    assert r"\mathrm{d}x" in result.latex()


def test_sizes_that_the_statement_is_not_about_are_said() -> None:
    of = statement(shapes="x: n-k, w: k", forward=["y = sum(x[i] for i in range(n-k))"], backward=["dx[i] = dy"])
    result = expansion(of, {"n": 1, "k": 2})
    assert not result.claims
    assert "is not about the sizes" in result.text()


def test_rational_differences_are_brought_over_one_denominator() -> None:
    of = statement(shapes="x: n", forward=["y[i] = 1/(1 + x[i]**2)"], backward=["dx[i] = -2*x[i]*y[i]**2*dy[i]"])
    assert expansion(of, {"n": 2}).holds
