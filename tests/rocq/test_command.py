"""``symadj certify``, with the real ``coqc``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from symadj.commands import cli

needs_coqc = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")

FILE = """
[adjoint]
shapes   = "W: m n, x: n"
forward  = ["y = W @ x"]
backward = ["dW = outer(dy, x)"]

[exchanged]
shapes   = "W: n n, x: n"
forward  = ["y = W @ x"]
backward = ["dW = outer(x, dy)"]
expect   = "disproved"

[gauss_error]
shapes   = "x: n, a:"
forward  = ["y[i] = erf(x[i])"]
backward = ["dx[i] = 2/sqrt(pi)*exp(-x[i]**2)*dy[i]"]

[gauss]
shapes   = "x: n"
equal    = ["sum(i for i in range(n))", "n*(n - 1)/2"]
"""


@needs_coqc
def test_prove_and_certify_at_once(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text(FILE, encoding="utf-8")
    done = CliRunner().invoke(cli, ["prove", str(file), "--only", "adjoint", "--certify", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "adjoint: kernel-checked" in done.output


def test_certify_does_not_go_with_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["prove", "x.toml", "--format", "json", "--certify", str(tmp_path)])
    assert done.exit_code == 2
    assert "--certify reports in text" in done.output


@needs_coqc
def test_proved_claims_are_checked_and_false_ones_are_not_exported(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text(FILE, encoding="utf-8")
    done = CliRunner().invoke(cli, ["certify", str(file), "-o", str(tmp_path / "out"), "--check"])
    assert done.exit_code == 0, done.output
    assert "adjoint: kernel-checked" in done.output
    assert "gauss_error: not exported: dx: the function erf" in done.output
    assert "gauss: not exported: the checker does not close it (equal_holds: no proof is found)" in done.output
    assert "exchanged" not in done.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["certify", str(tmp_path / "nothing.toml"), "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
