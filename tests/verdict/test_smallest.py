"""Smallest means smallest: at all sizes that come before a counterexample's, the claim holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from symadj.notation import read_file, statement
from symadj.oracle import holds
from symadj.oracle.sizes import SizeConditions
from symadj.terms.statement import Statement
from symadj.verdict import prove

PROOFS = sorted((Path(__file__).parents[2] / "proofs").glob("*.toml"))
MOST = 12
"""Sizes tried before a counterexample's."""


def earlier(of: Statement, sizes: dict[str, int]) -> Iterator[dict[str, int]]:
    """The sizes that come before these: of a smaller sum, or of the same sum and before them in order."""
    conditions = SizeConditions(of)
    for total in range(conditions.least_total, sum(sizes.values()) + 1):
        for found in conditions.of_total(total):
            if found == sizes:
                return
            yield found


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_nothing_fails_before_a_counterexample(path: Path) -> None:
    for of in read_file(path).statements:
        if of.expect.verdict != "disproved":
            continue
        verdict = prove(of)
        for claim in of.claims:
            example = verdict.claims[claim.target].counterexample
            if example is None:
                continue
            for k, sizes in enumerate(earlier(of, dict(example.sizes))):
                if k >= MOST:
                    break
                found = holds(of, claim, sizes, deadline=time.monotonic() + 5)
                assert found is not False, f"{of.name}, {claim.target}: fails at {sizes} before {example.sizes}"


LATE = [
    ("x: n", "y[i] = x[i]*(i != 20)", "dx[i] = dy[i]", {"n": 21}, "dx[20]"),
    ("x: n, y: n", "y[i] = sum(w[j]*x[i+j] if i+j<n else 0 for j in range(k))",
     "dx[p] = sum(w[j]*dy[p-j] for j in range(k) if 0 <= p-j and j < 4)", {"k": 5, "n": 5}, "dx[4]"),
    ("A: n n, B: n n", "y = sum(A @ B)",
     "dA[i,j] = sum(B[j,k] for k in range(n))*dy if j < 7 else 0", {"n": 8}, "dA[0, 7]"),
    ("x: n m", "y = sum(x)*(n-1)*(n-2)*(m-1)*(m-2)*(m-3)", "dx[i,j] = 0*dy", {"n": 3, "m": 4}, "dx[0, 0]"),
    ("x: n", "y[i] = exp(x[i])*(i != 9)", "dx[i] = exp(x[i])*dy[i]", {"n": 10}, "dx[9]"),
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "forward", "backward", "sizes", "at"), LATE)
def test_the_difference_tells_where_to_look(
    shapes: str, forward: str, backward: str, sizes: dict[str, int], at: str
) -> None:
    shapes += ", w: k" if "k" in sizes else ""
    verdict = prove(statement(shapes=shapes, forward=[forward], backward=[backward]))
    example = verdict.claims[backward.split("[")[0]].counterexample
    assert example is not None
    assert (dict(example.sizes), example.at) == (sizes, at)
