"""Every command and every output in the README is run here."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TIME = re.compile(r"\(?\b[\d.]+ (?:ms|s)\b\)?")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def sessions() -> list[tuple[str, str]]:
    """The commands of the console blocks, each with the output that stands below it."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def run(command: str) -> str:
    """What a command prints; ``symadj`` is the one of this interpreter."""
    program, *arguments = shlex.split(command)
    assert program == "symadj"
    done = subprocess.run(
        [sys.executable, "-m", "symadj", *arguments],
        cwd=ROOT, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr
    return done.stdout


def masked(text: str) -> str:
    """The text without its times, which are another run's, and without a summary line at its end."""
    kept = [line.rstrip() for line in TIME.sub("(TIME)", text).rstrip().splitlines()]
    return "\n".join(kept)


@pytest.mark.parametrize(("command", "output"), sessions())
def test_commands_print_what_stands_below_them(command: str, output: str) -> None:
    assert masked(run(command)) == masked(output)


def test_the_library_example() -> None:
    (session,) = blocks("pycon")
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", str(ROOT / "README.md"), 0)
    previous = Path.cwd()
    os.chdir(ROOT)
    try:
        failures, tried = doctest.DocTestRunner().run(test)
    finally:
        os.chdir(previous)
    assert tried >= 5
    assert failures == 0


def test_the_statement_file_is_proved(tmp_path: Path) -> None:
    files = blocks("toml")
    assert files
    for text in files:
        assert tomllib.loads(text)
        file = tmp_path / "readme.toml"
        file.write_text(text, encoding="utf-8")
        assert run(f"symadj prove {file}").count("proved ") == text.count("[linear]")


def test_the_two_commands_name_what_there_is() -> None:
    commands = [line.strip() for line in README.splitlines() if line.startswith("    python3 -m venv .venv")]
    proves, tests = commands
    assert proves.endswith("&& .venv/bin/pip install -q . && .venv/bin/symadj prove proofs")
    assert tests.endswith("&& .venv/bin/pip install -q -e '.[test]' && .venv/bin/python -m pytest")
    # CI takes the command from here.
    assert "'.[test]'" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
