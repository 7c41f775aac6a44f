"""``load`` and what it returns."""

from __future__ import annotations

from pathlib import Path

import pytest

import symadj

PROOFS = Path(__file__).parents[2] / "proofs"


def test_loaded_statements_prove_themselves() -> None:
    statements = symadj.load(PROOFS / "linear.toml")
    verdicts = {statement.name: statement.prove() for statement in statements}
    assert verdicts["linear"]
    assert verdicts["linear_outer_exchanged"].claims["dW"].status == "disproved"
    assert all(verdict.ok for verdict in verdicts.values())


def test_the_first_error_is_raised(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('[wrong]\nshapes = "x: n"\nforward = ["y[i] = q[i]"]\nbackward = ["dx[i] = dy[i]"]\n')
    with pytest.raises(symadj.StatementError, match="unknown name 'q'"):
        symadj.load(file)
