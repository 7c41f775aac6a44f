"""Explicit polynomials at small sizes, as a prover that shares nothing with the other: it agrees with the verdicts."""

from __future__ import annotations

import csv
import signal
import time
from collections.abc import Iterator

from symadj.export.latex.explicit import expansion, vanishing
from symadj.notation import read_file, statement
from symadj.terms.statement import Statement
from tests.support.corpus import CORPUS, CORPUS_FILES, needs_corpus

POLYNOMIAL = {"einsum", "affine", "condition", "product"}
SECONDS, EACH = 45.0, 1


def polynomial_statements() -> Iterator[Statement]:
    with open(CORPUS / "classes.tsv", encoding="utf-8") as lines:
        classes = {(row[0], row[1]): row[3] for row in csv.reader(lines, delimiter="\t")}
    for file in CORPUS_FILES:
        for of in read_file(str(file)).statements:
            if classes.get((file.stem, of.name)) in POLYNOMIAL:
                yield of


def _alarm(number: int, frame: object) -> None:
    raise TimeoutError


@needs_corpus
def test_it_agrees_with_the_verdicts_on_the_corpus() -> None:
    until = time.monotonic() + SECONDS
    everything = list(polynomial_statements())
    tried = refuted = 0
    wrong = []
    previous = signal.signal(signal.SIGALRM, _alarm)
    try:
        for of in everything[:: 1 if len(everything) < 100 else 3]:
            if time.monotonic() > until:
                break
            for total in (1, 2, 3):
                signal.alarm(EACH)
                try:
                    result = expansion(of, dict.fromkeys((*of.sizes, *of.integers), total))
                    found = [vanishing(row) for _, rows in result.claims for row in rows]
                except (TimeoutError, RecursionError):
                    break
                finally:
                    signal.alarm(0)
                tried += bool(found)
                if False in found:
                    refuted += 1
                    if of.expect.verdict == "proved":
                        wrong.append((of.name, total))
                    break
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert wrong == []
    assert tried > 20
    assert refuted > 5


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
