"""The JSON lines hold to the interface that scripts are written against."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from symadj.commands import cli
from tests.cli.fake_prover import fake_prove
from tests.cli.statements import BAD, table, write

TOP = {"file": str, "name": str, "expect": str, "verdict": str, "ok": bool, "seconds": float, "claims": list}
CLAIM = ["target", "verdict", "hypotheses", "counterexample", "formula", "reason"]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, dict[str, object]]:
    monkeypatch.setattr("symadj.verdict.prove", fake_prove, raising=False)
    file = write(
        tmp_path / "a.toml",
        *(table(name) for name in ("linear", "false_dW", "unknown_dx", "kink_dx", "impossible", "crash")),
        table("broken", BAD),
    )
    result = CliRunner().invoke(cli, ["prove", str(file), "--format", "json"])
    assert result.exit_code == 2
    return {found["name"]: found for found in map(json.loads, result.stdout.splitlines())}


def test_each_statement_has_its_object(lines: dict[str, dict[str, object]]) -> None:
    assert set(lines) == {"linear", "false_dW", "unknown_dx", "kink_dx", "impossible", "crash", "broken"}
    for name, found in lines.items():
        if name != "broken":  # what it expects cannot be read either
            assert {key: type(found[key]) for key in TOP} == TOP, name
        assert str(found["file"]).endswith("a.toml")


def test_verdicts(lines: dict[str, dict[str, object]]) -> None:
    assert {name: found["verdict"] for name, found in lines.items()} == {
        "linear": "proved",
        "false_dW": "disproved",
        "unknown_dx": "unknown",
        "kink_dx": "proved",
        "impossible": "error",
        "crash": "unknown",
        "broken": "error",
    }


def test_a_proof_under_a_hypothesis_is_not_what_was_expected(lines: dict[str, dict[str, object]]) -> None:
    assert lines["kink_dx"]["ok"] is False
    assert lines["linear"]["ok"] is True


def test_claims(lines: dict[str, dict[str, object]]) -> None:
    for found in lines.values():
        for claim in found["claims"]:  # type: ignore[attr-defined]
            assert list(claim) == CLAIM
    dw, dx = lines["false_dW"]["claims"]  # type: ignore[misc]
    assert (dx["verdict"], dx["hypotheses"], dx["counterexample"]) == ("proved", [], None)
    assert dw["verdict"] == "disproved"
    assert dw["formula"] == "dW = right"
    assert dw["counterexample"] == {
        "sizes": {"m": 1, "n": 2},
        "entries": {"x[1]": "3/2", "dy[0]": "1"},
        "default": "0",
        "at": "dW[0, 1]",
        "claimed": "0",
        "actual": "3/2",
    }


@pytest.mark.parametrize("name", ["broken", "impossible"])
def test_errors_say_where(lines: dict[str, dict[str, object]], name: str) -> None:
    found = lines[name]
    assert found["ok"] is False
    assert found["claims"] == []
    assert isinstance(found["reason"], str)
    assert isinstance(found["line"], int)
    assert isinstance(found["column"], int)
    assert isinstance(found["text"], str)


def test_a_file_that_cannot_be_read_is_an_object_too(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.toml")
    result = CliRunner().invoke(cli, ["prove", missing, "--format", "json"])
    (found,) = map(json.loads, result.stdout.splitlines())
    assert (found["file"], found["name"], found["verdict"], found["ok"]) == (missing, None, "error", False)
    assert missing in result.stderr
