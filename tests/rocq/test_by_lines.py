"""Long programs, whose gradients are proved line by line: the true one, and twins that are false in one line."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from symadj.export.rocq import Checked, RocqMissing, certify, check, find_rocq
from symadj.export.rocq.document import module
from symadj.notation import read_text

try:
    find_rocq(analysis=True)
except RocqMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)

# two residual layers and a normalisation: no line between two cuts can be put into the others any more
LAYERS = """
[{name}]
shapes   = "x: n, W1: n n, W2: n n, z1: n, h1: n, r1: n, z2: n, h2: n, r2: n, m:, c: n, v:, s:, y: n, g: n, e:"
assume   = "e > 0"
forward  = [
  "z1[i] = sum(W1[i,j]*x[j] for j in range(n))",
  "h1[i] = tanh(z1[i])",
  "r1[i] = x[i] + h1[i]",
  "z2[i] = sum(W2[i,j]*r1[j] for j in range(n))",
  "h2[i] = tanh(z2[i])",
  "r2[i] = r1[i] + h2[i]",
  "m = sum(r2[i] for i in range(n))/n",
  "c[i] = r2[i] - m",
  "v = sum(c[i]*c[i] for i in range(n))/n",
  "s = 1/sqrt(v + e)",
  "y[i] = c[i]*s*g[i]",
]
backward = [
  "t = sum(dy[k]*g[k]*c[k] for k in range(n))/n",
  "dr2[i] = s*(dy[i]*g[i] - sum(dy[k]*g[k] for k in range(n))/n - {normalised})",
  "dz2[i] = dr2[i]*(1 - h2[i]*h2[i])",
  "dr1[j] = {residual}sum(W2[i,j]*dz2[i] for i in range(n))",
  "dz1[i] = dr1[i]*{slope}",
  "dx[j] = {last} + sum(W1[i,j]*dz1[i] for i in range(n))",
]
"""
TRUE = {"normalised": "c[i]*s*s*t", "residual": "dr2[j] + ", "slope": "(1 - h1[i]*h1[i])", "last": "dr1[j]"}
TWINS = {
    "true": {},
    "normalised_wrongly": {"normalised": "c[i]*s*t"},
    "residual_forgotten": {"residual": ""},
    "slope_of_the_other_layer": {"slope": "(1 - h2[i]*h2[i])"},
    "last_line_wrong": {"last": "dr2[j]"},
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Checked]:
    folder = tmp_path_factory.mktemp("by_lines")
    text = "".join(LAYERS.format(name=name, **{**TRUE, **changed}) for name, changed in TWINS.items())
    reading = read_text(text, "layers.toml")
    assert not reading.errors
    certify(reading.statements, folder)
    return {checked.statement: checked for checked in check(folder)}


def test_the_true_program_is_accepted(verdicts: Mapping[str, Checked]) -> None:
    assert (verdicts["true"].status, verdicts["true"].detail) == ("kernel-checked", "")
    assert len(verdicts["true"].axioms) == 3


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("normalised_wrongly", "r2"),
        ("residual_forgotten", "r1"),
        ("slope_of_the_other_layer", "z1"),
        ("last_line_wrong", "x"),
    ],
)
def test_a_program_with_a_false_line_is_rejected_at_that_line(
    verdicts: Mapping[str, Checked], name: str, line: str
) -> None:
    assert verdicts[name].status == "rejected"
    assert verdicts[name].detail == f"x_gradient_claim_{line}: the checker computes false"


def test_the_text_is_linear_in_the_depth() -> None:
    def text(depth: int) -> str:
        lines = [f"h{k}[i] = tanh(sum(W[i,j]*h{k - 1}[j] for j in range(n)))" for k in range(1, depth + 1)]
        summed = "dh{0}[j] = sum(W[i,j]*dh{1}[i]*(1 - h{1}[i]**2) for i in range(n))"
        back = [summed.format(k, k + 1) for k in range(depth - 1, -1, -1)]
        shapes = ", ".join(f"h{k}: n" for k in range(depth + 1))
        source = f'[deep]\nshapes = "{shapes}, W: n n"\nforward = {lines}\nbackward = {back}\n'
        (statement,) = read_text(source.replace("'", '"'), None).statements
        return module(statement, set(), ["dh0"]).text

    assert len(text(40)) < 2.5 * len(text(20))
