"""Every option of ``symadj prove``, and its exit statuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from symadj.commands import cli
from tests.cli.fake_prover import fake_prove
from tests.cli.statements import BAD, table, write

Prove = Callable[..., Result]


@pytest.fixture
def prove(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Prove:
    """Runs ``symadj prove`` with the prover that goes by names, in a folder of its own."""
    monkeypatch.setattr("symadj.verdict.prove", fake_prove, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, text: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, ["prove", *arguments], input=text)

    return run


def objects(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def names(result: Result) -> set[object]:
    return {each["name"] for each in objects(result)}


# ------------------------------------------------------------------------------------------------ exit statuses


@pytest.mark.parametrize(
    ("name", "expect", "status"),
    [
        ("linear", "proved", 0),
        ("false", "disproved", 0),
        ("false_dW", "disproved: dW", 0),
        ("false", "disproved: dW, dx", 0),
        ("unknown", "unknown", 0),
        ("linear", "disproved", 1),
        ("linear", "disproved: dW", 1),
        ("linear", "unknown", 1),
        ("false", "proved", 1),
        ("false", "unknown", 1),
        ("false", "disproved: dW", 1),
        ("false_dW", "disproved: dx", 1),
        ("false_dW", "disproved: dW, dx", 1),
        ("unknown", "proved", 1),
        ("unknown", "disproved", 1),
        ("kink", "proved", 1),
        ("kink_dx", "proved", 1),
        ("kink", "unknown", 1),
        ("impossible", "proved", 2),
        ("impossible", "disproved", 2),
    ],
)
def test_the_exit_status_compares_with_what_is_expected(prove: Prove, name: str, expect: str, status: int) -> None:
    write(Path("a.toml"), table(name, expect=expect))
    assert prove("a.toml").exit_code == status
    (found,) = objects(prove("a.toml", "--format", "json"))
    assert found["ok"] is (status == 0)
    assert found["expect"] == expect


def test_what_cannot_be_read_outweighs_what_was_not_expected(prove: Prove) -> None:
    write(Path("a.toml"), table("false"), table("broken", BAD))
    assert prove("a.toml").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Give a file, a folder, or '-'"),
        (["--quiet"], "Give a file, a folder, or '-'"),
        (["a.toml", "--shapes", "x: n"], "--shapes states one statement by itself"),
        (["a.toml", "--linear", "x"], "--linear states one statement by itself"),
        (["--shapes", "x: n", "--only", "x"], "--only selects from files"),
        (["a.toml", "--format", "xml"], "--format"),
        (["a.toml", "--jobs", "0"], "--jobs"),
        (["a.toml", "--jobs", "many"], "--jobs"),
        (["a.toml", "--timeout", "0"], "--timeout"),
        (["a.toml", "--timeout", "-1"], "--timeout"),
        (["a.toml", "--timeout", "nan"], "--timeout"),
        (["a.toml", "--timeout", "inf"], "--timeout"),
        (["a.toml", "--timeout", "soon"], "--timeout"),
        (["--field", "rational", "--shapes", "x: n"], "--field"),
        (["a.toml", "--verbose"], "--verbose"),
    ],
)
def test_wrong_use_is_explained_on_standard_error(prove: Prove, arguments: list[str], complaint: str) -> None:
    write(Path("a.toml"), table("linear"))
    result = prove(*arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert not result.stdout


def test_an_unknown_command_is_wrong_use() -> None:
    assert CliRunner().invoke(cli, ["disprove"]).exit_code == 2


def test_the_version() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert result.output.startswith("symadj ")
    assert result.exit_code == 0


def test_help_names_every_option_of_the_interface() -> None:
    result = CliRunner().invoke(cli, ["prove", "--help"])
    assert result.exit_code == 0
    for option in ("only", "format", "jobs", "timeout", "quiet", "shapes", "forward", "backward", "equal", "linear"):
        assert f"--{option}" in result.output


# ------------------------------------------------------------------------------------------------ paths and --only


def test_files_and_folders_in_their_order(prove: Prove) -> None:
    write(Path("proofs/b.toml"), table("second"))
    write(Path("proofs/a/z.toml"), table("first"))
    write(Path("proofs/notes.txt"), "no statement file")
    write(Path("single.toml"), table("zeroth"))
    result = prove("single.toml", "proofs")
    lines = [line.split("  ")[0] for line in result.stdout.splitlines()]
    assert lines[:-1] == ["single.toml", "proved", "proofs/a/z.toml", "proved", "proofs/b.toml", "proved"]
    assert result.exit_code == 0


def test_a_file_named_twice_is_proved_once(prove: Prove) -> None:
    write(Path("proofs/a.toml"), table("linear"))
    assert len(objects(prove("proofs", "proofs/a.toml", "proofs", "--format", "json"))) == 1


def test_standard_input(prove: Prove) -> None:
    result = prove("-", "--format", "json", text=table("linear"))
    assert result.exit_code == 0
    assert [(each["file"], each["name"]) for each in objects(result)] == [("-", "linear")]


def test_standard_input_that_is_no_text(prove: Prove) -> None:
    result = prove("-", text=b"title = 'a'\n\xff\xfe\n")
    assert result.exit_code == 2
    assert "<stdin>:2" in result.stderr
    assert "UTF-8" in result.stderr


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["linear"], {"linear"}),
        (["lin*"], {"linear", "linear_batched"}),
        (["proofs/a.toml::*"], {"linear", "linear_batched"}),
        (["*b.toml::soft*"], {"softmax"}),
        (["linear", "softmax"], {"linear", "softmax"}),
        (["[ls]*[rx]"], {"linear", "softmax"}),
    ],
)
def test_only(prove: Prove, patterns: list[str], expected: set[object]) -> None:
    write(Path("proofs/a.toml"), table("linear"), table("linear_batched"))
    write(Path("proofs/b.toml"), table("softmax"))
    chosen = [part for pattern in patterns for part in ("--only", pattern)]
    result = prove("proofs", "--format", "json", *chosen)
    assert result.exit_code == 0
    assert names(result) == expected


@pytest.mark.parametrize("pattern", ["nothing", "LINEAR", "a.toml::linear", "proofs/a.toml", ""])
def test_only_that_selects_nothing_is_no_success(prove: Prove, pattern: str) -> None:
    write(Path("proofs/a.toml"), table("linear"))
    result = prove("proofs", "--only", pattern)
    assert result.exit_code == 2
    assert "no statement matches" in result.stderr


def test_only_leaves_out_the_errors_of_other_statements(prove: Prove) -> None:
    write(Path("a.toml"), table("linear"), table("broken", BAD))
    assert prove("a.toml", "--only", "linear").exit_code == 0
    assert prove("a.toml", "--only", "broken").exit_code == 2


# ------------------------------------------------------------------------------------------------ one statement


def test_one_statement_from_options(prove: Prove) -> None:
    result = prove("--shapes", "W: m n, x: n", "--forward", "y = W @ x", "--backward", "dW = outer(dy, x)")
    assert result.exit_code == 0
    assert result.stdout == "proved     statement  dW  (1.1 ms)\n"


def test_several_lines_from_options(prove: Prove) -> None:
    lines = ["--forward", "z = W @ x", "--forward", "y = tanh(z)", "--backward", "dz = dy*(1 - y**2)"]
    result = prove("--shapes", "W: m n, x: n", *lines, "--backward", "dW = outer(dz, x)", "--format", "json")
    (found,) = objects(result)
    assert found["file"] is None
    assert found["name"] == "statement"
    assert [each["target"] for each in found["claims"]] == ["dW"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "options",
    [
        ["--shapes", "A: m n, B: n m", "--equal", "trace(A @ B)", "--equal", "trace(B @ A)"],
        ["--shapes", "W: m n, x: n", "--forward", "y = W @ x", "--linear", "W"],
        ["--shapes", "x: n", "--forward", "y = log(x)", "--backward", "dx = dy/x", "--assume", "x[i] > 0"],
        ["--shapes", "x: n", "--forward", "y[i] = k*x[i]", "--backward", "dx[i] = k*dy[i]", "--integers", "k"],
        ["--shapes", "x: n", "--forward", "y[i] = f(x[i])", "--backward", "dx[i] = D(f)(x[i])*dy[i]",
         "--functions", "f"],
        ["--shapes", "x: n", "--forward", "y = conj(x)", "--backward", "dx = conj(dy)", "--field", "complex"],
        ["--shapes", "x: n", "--forward", "y = 2*x", "--forward", "z = 3*x", "--backward", "dx = 2*dy + 3*dz",
         "--outputs", "y, z"],
    ],
    ids=lambda options: options[-2],
)  # fmt: skip
def test_each_option_of_a_statement(prove: Prove, options: list[str]) -> None:
    result = prove(*options)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("proved")


@pytest.mark.parametrize(
    "options",
    [
        ["--shapes", "W: m n, x: n"],
        ["--shapes", "W: m n, x: n", "--forward", "y = W @ q", "--backward", "dW = outer(dy, x)"],
        ["--forward", "y = W @ x", "--backward", "dW = outer(dy, x)"],
    ],
)
def test_one_statement_that_makes_no_sense(prove: Prove, options: list[str]) -> None:
    result = prove(*options)
    assert result.exit_code == 2
    assert "statement" in result.stderr
    assert not result.stdout
    (found,) = objects(prove(*options, "--format", "json"))
    assert found["verdict"] == "error"


# ------------------------------------------------------------------------------------------------ --quiet, --jobs


def test_quiet_is_about_what_was_not_expected(prove: Prove) -> None:
    write(Path("a.toml"), table("linear"), table("false", expect="disproved"), table("false_dx"))
    result = prove("a.toml", "--quiet")
    assert "false_dx" in result.stdout
    assert "linear" not in result.stdout
    assert result.stdout.splitlines()[-1].startswith("3 statements in ")
    assert names(prove("a.toml", "--quiet", "--format", "json")) == {"false_dx"}


def test_quiet_with_nothing_to_say_leaves_the_summary(prove: Prove) -> None:
    write(Path("a.toml"), table("linear"), table("softmax"))
    (line,) = prove("a.toml", "--quiet").stdout.splitlines()
    assert line.endswith(": 2 proved; all as expected")


@pytest.mark.parametrize("jobs", ["1", "2", "5"])
def test_any_number_of_processes_gives_the_same_text(prove: Prove, jobs: str) -> None:
    write(Path("a.toml"), *(table(f"statement{number}") for number in range(12)), table("false"), table("crash"))
    result = prove("a.toml", "--jobs", jobs)
    found = [
        line.split()[1] for line in result.stdout.splitlines() if line.startswith(("proved", "disproved", "unknown"))
    ]
    assert found == [*(f"statement{number}" for number in range(12)), "false", "crash"]


def test_a_timeout_is_unknown(prove: Prove) -> None:
    write(Path("a.toml"), table("hang"), table("linear"))
    result = prove("a.toml", "--timeout", "0.2", "--format", "json")
    assert result.exit_code == 1
    assert {each["name"]: each["verdict"] for each in objects(result)} == {"hang": "unknown", "linear": "proved"}
    assert "took longer than 0.2 s" in result.stdout
