"""Maxima and minima over several indices at once: one selection, whatever the order of the indices."""

from __future__ import annotations

import pytest

from symadj.notation import statement
from symadj.verdict import prove

MAXIMUM = "y = max(A[i,j] for i in range(m) for j in range(n))"
PROVED = [
    (MAXIMUM, "dA[i,j] = (A[i,j] == y)*dy"),
    ("y = max(A)", "dA[i,j] = (A[i,j] == y)*dy"),
    (MAXIMUM, "dA[i,j] = (A[i,j] == max(A[k,l] for l in range(n) for k in range(m)))*dy"),
    ("y = min(A[i,j]*A[i,j] for j in range(n) for i in range(m))", "dA[i,j] = 2*A[i,j]*(A[i,j]**2 == y)*dy"),
    (
        "y[i] = exp(A[i,0] - max(A))",
        "dA[i,j] = ((j == 0)*y[i]*dy[i]) - (A[i,j] == max(A))*sum(y[k]*dy[k] for k in range(m))",
    ),
]
DISPROVED = [
    (MAXIMUM, "dA[i,j] = (A[i,j] == max(A[i,k] for k in range(n)))*dy"),
    (MAXIMUM, "dA[i,j] = (A[i,j] == min(A))*dy"),
    (MAXIMUM, "dA[i,j] = dy/(m*n)"),
    ("y = min(A[i,j]*A[i,j] for j in range(n) for i in range(m))", "dA[i,j] = 2*A[i,j]*(A[i,j] == y)*dy"),
]
EQUAL = [
    ("max(A[i,j] for i in range(n) for j in range(n))", "max(A[j,i] for i in range(n) for j in range(n))"),
    (
        "max(A[i,j] + B[i,j] for i in range(n) for j in range(n))",
        "max(A[j,i] + B[j,i] for i in range(n) for j in range(n))",
    ),
    (
        "max(A[i,j] for i in range(n) for j in range(n) if j <= i)",
        "max(A[i,j] for j in range(n) for i in range(n) if i >= j)",
    ),
    ("min(exp(A[i,j]) for i in range(n) for j in range(n))", "min(exp(A[i,j]) for j in range(n) for i in range(n))"),
]
DIFFERENT = [
    ("max(A[i,j] + B[i,j] for i in range(n) for j in range(n))",
     "max(A[i,j] + B[j,i] for i in range(n) for j in range(n))"),
    ("max(A[i,j] for i in range(n) for j in range(i+1))", "max(A[j,i] for i in range(n) for j in range(i+1))"),
    ("max(A[i,j] for i in range(n) for j in range(n))", "max(A[i,i] for i in range(n))"),
    ("max(A[i,j]*A[j,k] for i in range(n) for j in range(n) for k in range(n))",
     "max(A[i,j]*A[i,k] for i in range(n) for j in range(n) for k in range(n))"),
]  # fmt: skip


@pytest.mark.parametrize(("forward", "backward"), PROVED)
def test_right_selections(forward: str, backward: str) -> None:
    verdict = prove(statement(shapes="A: m n", forward=[forward], backward=[backward]))
    assert verdict.status == "proved", verdict
    assert verdict.claims["dA"].hypotheses, "a maximum has kinks"


@pytest.mark.parametrize(("forward", "backward"), DISPROVED)
def test_wrong_selections(forward: str, backward: str) -> None:
    assert prove(statement(shapes="A: m n", forward=[forward], backward=[backward])).status == "disproved"


@pytest.mark.parametrize("sides", EQUAL)
def test_equal_maxima(sides: tuple[str, str]) -> None:
    assert prove(statement(shapes="A: n n, B: n n", equal=list(sides))).status == "proved"


@pytest.mark.parametrize("sides", DIFFERENT)
def test_different_maxima(sides: tuple[str, str]) -> None:
    assert prove(statement(shapes="A: n n, B: n n", equal=list(sides))).status == "disproved"
