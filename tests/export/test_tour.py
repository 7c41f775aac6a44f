"""The tour is run: its examples as doctests, its commands in a scratch folder."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from symadj.commands import cli

ROOT = Path(__file__).parents[2]
TOUR = ROOT / "docs" / "tour.md"
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", TOUR.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]


def test_the_examples_print_what_they_say() -> None:
    failed, tried = doctest.testfile(str(TOUR), module_relative=False, encoding="utf-8")
    assert tried > 8
    assert failed == 0


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "proofs", tmp_path / "proofs")
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(line)
    assert program == "symadj"
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    if "-o" in arguments:
        assert Path(arguments[arguments.index("-o") + 1]).read_text(encoding="utf-8")
