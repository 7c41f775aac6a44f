"""explain, expand and tex on the command line: what they print, and how they fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from symadj.commands import cli
from symadj.derivation import StepFails

GOOD = '[ok]\nshapes = "W: n n, x: n"\nforward = ["y = W @ x"]\nbackward = ["dW = outer(dy, x)"]\n'
WRONG = GOOD.replace("[ok]", "[wrong]").replace("outer(dy, x)", "outer(x, dy)") + 'expect = "disproved"\n'
BROKEN = '[broken]\nshapes = "x: n"\nforward = ["y = q"]\n'


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "some.toml"
    path.write_text("\n".join([GOOD, WRONG, BROKEN]), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, result.output


def test_explain_goes_on_after_what_cannot_be_read(file: str) -> None:
    status, output = run("explain", file)
    assert status == 2
    assert "broken" in output
    assert "Hence, by nondegeneracy" in output
    assert "disproved" in output


def test_explain_one(file: str) -> None:
    status, output = run("explain", file, "--only", "ok")
    assert status == 0
    assert output.startswith("ok: dW\n")


def test_explain_says_when_nothing_matches(file: str) -> None:
    status, output = run("explain", file, "--only", "no_such")
    assert status == 2
    assert "no statement matches 'no_such'" in output


def test_expand_tells_true_from_false(file: str) -> None:
    assert run("expand", file, "--only", "ok", "--sizes", "n=2")[0] == 0
    status, output = run("expand", file, "--only", "wrong", "--sizes", "n=2")
    assert status == 1
    assert "difference = dy[0]" in output


@pytest.mark.parametrize("sizes", ["n", "n=", "n=two", "n=-1", "=2", ""])
def test_expand_refuses_sizes_that_are_none(file: str, sizes: str) -> None:
    status, output = run("expand", file, "--sizes", sizes)
    assert status == 2
    assert "--sizes" in output


def test_tex_needs_a_file_to_write(file: str) -> None:
    assert run("tex", file)[0] == 2


def test_tex_says_when_it_cannot_write(file: str, tmp_path: Path) -> None:
    status, output = run("tex", file, "--only", "ok", "-o", str(tmp_path / "no" / "such.tex"))
    assert status == 1
    assert "such.tex" in output


def test_a_fragment_is_no_document(file: str, tmp_path: Path) -> None:
    assert run("tex", file, "--only", "ok", "--fragment", "--pdf", "-o", str(tmp_path / "x.tex"))[0] == 2


def test_tex_writes_what_can_be_read(file: str, tmp_path: Path) -> None:
    status, output = run("tex", file, "-o", str(tmp_path / "x.tex"))
    assert status == 2
    assert "broken" in output
    assert (tmp_path / "x.tex").read_text(encoding="utf-8").count(r"\begin{theorem}") == 1


@pytest.mark.parametrize("command", [("explain",), ("expand", "--sizes", "n=1"), ("tex", "-o", "x.tex")])
def test_a_step_that_fails_is_a_message(
    command: tuple[str, ...], file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StepFails("ok: 1 = 2 is not shown")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("symadj.derivation.checking.Extended.check", fails)
    monkeypatch.setattr("symadj.export.latex.explicit.explicit", fails)
    status, output = run(*command, file, "--only", "ok")
    assert status == 1
    assert "1 = 2 is not shown" in output
