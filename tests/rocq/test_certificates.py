"""Certificates against the real Rocq kernel: true claims are accepted, false ones rejected for the right reason.

Needs ``coq``, ``libcoq-mathcomp-algebra`` and ``libcoq-mathcomp-analysis`` (Debian's names).
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from symadj.export.rocq import Checked, RocqMissing, certify, check, find_rocq
from symadj.notation import read_text

try:
    find_rocq(analysis=True)
except RocqMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)

ALGEBRA = """
[linear_layer]
shapes   = "x: b n, W: m n, c: m"
forward  = ["y[s,i] = c[i] + sum(W[i,j]*x[s,j] for j in range(n))"]
backward = [
  "dW[i,j] = sum(dy[s,i]*x[s,j] for s in range(b))",
  "dc[i] = sum(dy[s,i] for s in range(b))",
  "dx[s,j] = sum(W[i,j]*dy[s,i] for i in range(m))",
]

[outer_wrong_way]
shapes   = "A: n n, x: n"
forward  = ["y = A @ x"]
backward = ["dA = outer(x, dy)", "dx = A.T @ dy"]

[quadratic]
shapes   = "A: n n, x: n"
forward  = ["y = sum(x[i]*A[i,j]*x[j] for i in range(n) for j in range(n))"]
backward = ["dx[i] = dy*sum((A[i,j] + A[j,i])*x[j] for j in range(n))"]

[quadratic_half]
shapes   = "A: n n, x: n"
forward  = ["y = sum(x[i]*A[i,j]*x[j] for i in range(n) for j in range(n))"]
backward = ["dx[i] = dy*sum(A[i,j]*x[j] for j in range(n))"]

[variance]
shapes   = "x: n"
forward  = ["m = sum(x[i] for i in range(n))/n", "y = sum((x[i] - m)**2 for i in range(n))/n"]
backward = ["dx[i] = 2*dy*(x[i] - m)/n"]

[variance_not_averaged]
shapes   = "x: n"
forward  = ["m = sum(x[i] for i in range(n))/n", "y = sum((x[i] - m)**2 for i in range(n))/n"]
backward = ["dx[i] = 2*dy*(x[i] - m)"]

[convolution]
shapes   = "x: n, w: k, y: n-k+1"
forward  = ["y[i] = sum(w[l]*x[i+l] for l in range(k))"]
backward = ["dx[j] = sum(w[l]*dy[j-l] for l in range(k) if 0 <= j-l and j-l < n-k+1)"]

[convolution_shifted]
shapes   = "x: n, w: k, y: n-k+1"
forward  = ["y[i] = sum(w[l]*x[i+l] for l in range(k))"]
backward = ["dx[j] = sum(w[l]*dy[j-l] for l in range(k) if 0 <= j-l and j-l < n-k)"]

[flipped]
shapes   = "x: n, y: n"
forward  = ["y[i] = x[n-1-i]"]
backward = ["dx[i] = dy[n-1-i]"]

[trace]
shapes   = "A: m n, B: n m"
equal    = ["trace(A @ B)", "trace(B @ A)"]

[names]
shapes   = "V: fun n, R: n"
forward  = ["e[i] = sum(V[i,u]*R[u] for u in range(n))"]
backward = ["dR[u] = sum(V[i,u]*de[i] for i in range(fun))"]

[embedding]
shapes   = "E: v n, p: t in range(v)"
forward  = ["y[s,j] = E[p[s],j]"]
backward = ["dE[i,j] = sum((p[s] == i)*dy[s,j] for s in range(t))"]

[flip_is_linear]
shapes   = "x: n, y: n"
forward  = ["y[i] = x[n-1-i]"]
linear   = "x"

[part_of_a_range]
shapes   = "x: n+1, y: n"
equal    = ["max(x[i] for i in range(1, n+1))", "max(x[i+1] for i in range(n))"]
"""

REALS = """
[softmax]
shapes   = "x: n"
forward  = ["e[i] = exp(x[i])", "y[i] = e[i]/sum(e[j] for j in range(n))"]
backward = ["dx[i] = y[i]*(dy[i] - sum(y[j]*dy[j] for j in range(n)))"]

[softmax_diagonal]
shapes   = "x: n"
forward  = ["e[i] = exp(x[i])", "y[i] = e[i]/sum(e[j] for j in range(n))"]
backward = ["dx[i] = y[i]*(1 - y[i])*dy[i]"]

[logistic]
shapes   = "x: n"
forward  = ["y[i] = 1/(1 + exp(-x[i]))"]
backward = ["dx[i] = dy[i]*y[i]*(1 - y[i])"]

[between_bounds]
shapes   = "x: n"
assume   = ["x[i] != 1", "x[i] != -1"]
forward  = ["y[i] = 1 if x[i] > 1 else (-1 if x[i] < -1 else x[i])"]
backward = ["dx[i] = dy[i]*(abs(x[i]) < 1)"]

[between_wrong_bounds]
shapes   = "x: n"
assume   = ["x[i] != 1", "x[i] != -1"]
forward  = ["y[i] = 1 if x[i] > 1 else (-1 if x[i] < -1 else x[i])"]
backward = ["dx[i] = dy[i]*(x[i] < 1)"]

[from_the_output]
shapes   = "x: n, a:"
assume   = ["x[i] != 0", "a > 0"]
forward  = ["y[i] = x[i] if x[i] > 0 else a*(exp(x[i]) - 1)"]
backward = ["dx[i] = dy[i] if y[i] > 0 else (y[i] + a)*dy[i]"]

[from_the_output_turned]
shapes   = "x: n, a:"
assume   = ["x[i] != 0", "a > 0"]
forward  = ["y[i] = x[i] if x[i] > 0 else a*(exp(x[i]) - 1)"]
backward = ["dx[i] = dy[i] if y[i] < 0 else (y[i] + a)*dy[i]"]

[symmetric]
shapes   = "A: n n, x: n"
assume   = "A[i,j] == A[j,i]"
forward  = ["y = x @ A @ x"]
backward = ["dx = 2*dy*A @ x"]

[symmetric_by_diagonal]
shapes   = "A: n n, x: n"
assume   = "A[i,j] == A[j,i]"
forward  = ["y = x @ A @ x"]
backward = ["dx[i] = 2*dy*A[i,i]*x[i]"]

[normalised_target]
shapes   = "x: b n, q: b n"
assume   = "sum(q[s,i] for i in range(n)) == 1"
forward  = [
  "z[s] = log(sum(exp(x[s,i]) for i in range(n)))",
  "y = sum(z[s] - sum(q[s,i]*x[s,i] for i in range(n)) for s in range(b))",
]
backward = ["dx[s,i] = dy*(sum(q[s,j] for j in range(n))*exp(x[s,i] - z[s]) - q[s,i])"]

[normalised_target_twice]
shapes   = "x: b n, q: b n"
assume   = "sum(q[s,i] for i in range(n)) == 1"
forward  = [
  "z[s] = log(sum(exp(x[s,i]) for i in range(n)))",
  "y = sum(z[s] - sum(q[s,i]*x[s,i] for i in range(n)) for s in range(b))",
]
backward = ["dx[s,i] = dy*(2*sum(q[s,j] for j in range(n))*exp(x[s,i] - z[s]) - q[s,i])"]

[large_numbers]
shapes   = "x: n"
forward  = ["y[i] = exp(0.044715*x[i])"]
backward = ["dx[i] = 0.044715*y[i]*dy[i]"]

[large_numbers_off_by_one]
shapes   = "x: n"
forward  = ["y[i] = exp(0.044715*x[i])"]
backward = ["dx[i] = 0.044716*y[i]*dy[i]"]

[does_not_move]
shapes   = "w: n, x: n"
forward  = ["y[i] = w[i]*maximum(x[i], 0)"]
backward = ["dw[i] = dy[i]*maximum(x[i], 0)"]
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Checked]:
    folder = tmp_path_factory.mktemp("certificates")
    reading = [read_text(text, file) for text, file in ((ALGEBRA, "algebra.toml"), (REALS, "reals.toml"))]
    assert not [e for r in reading for e in r.errors]
    certify([s for r in reading for s in r.statements], folder)
    return {checked.statement: checked for checked in check(folder)}


@pytest.mark.parametrize(
    "name",
    [
        "linear_layer",
        "quadratic",
        "variance",
        "convolution",
        "flipped",
        "trace",
        "names",
        "embedding",
        "flip_is_linear",
    ],
)
def test_true_algebra_is_accepted_without_axioms(verdicts: Mapping[str, Checked], name: str) -> None:
    assert (verdicts[name].status, verdicts[name].detail) == ("kernel-checked", "")
    assert verdicts[name].axioms == ()


@pytest.mark.parametrize(
    "name",
    [
        "softmax",
        "logistic",
        "between_bounds",
        "from_the_output",
        "symmetric",
        "normalised_target",
        "large_numbers",
        "does_not_move",
    ],
)
def test_true_analysis_rests_on_the_three_axioms_of_mathcomp(verdicts: Mapping[str, Checked], name: str) -> None:
    assert (verdicts[name].status, verdicts[name].detail) == ("kernel-checked", "")
    assert len(verdicts[name].axioms) == 3


@pytest.mark.parametrize(
    "name",
    [
        "outer_wrong_way",
        "quadratic_half",
        "variance_not_averaged",
        "softmax_diagonal",
        "between_wrong_bounds",
        "from_the_output_turned",
        "symmetric_by_diagonal",
        "normalised_target_twice",
        "large_numbers_off_by_one",
    ],
)
def test_a_false_claim_is_rejected_because_the_checker_computes_false(
    verdicts: Mapping[str, Checked], name: str
) -> None:
    assert verdicts[name].status == "rejected"
    assert verdicts[name].detail.endswith("the checker computes false")


def test_a_false_range_is_rejected_because_its_arithmetic_is_not_provable(verdicts: Mapping[str, Checked]) -> None:
    assert verdicts["convolution_shifted"].status == "rejected"
    assert verdicts["convolution_shifted"].detail.endswith("is not proved")


def test_what_is_not_exported_says_why(verdicts: Mapping[str, Checked]) -> None:
    assert verdicts["part_of_a_range"].status == "not exported"
    assert "a part of a range" in verdicts["part_of_a_range"].detail
