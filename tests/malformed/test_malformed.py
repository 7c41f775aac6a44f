"""Every statement in the files of this folder is wrong, but for those named ``good``, and each says how.

A comment ``# … ^ message`` under a line puts the ``^`` where the error must point, and holds a part of its message;
the comment ``#< message`` says the same of column 1. An error without such a comment fails, and so does a comment
without an error.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from symadj.notation import Reading, read_file

FILES = sorted(Path(__file__).parent.glob("*.toml"))
MARK = re.compile(r"#(?:< (?P<first>.*)| *(?P<caret>\^) (?P<message>.*))")
NO_TOML = {"syntax_of_toml", "names"}
"""Files with a syntax error of TOML itself, on purpose."""


def expected(text: str) -> list[tuple[int, int, str]]:
    """(line, column, part of the message) of each comment."""
    found, line = [], 0
    for number, row in enumerate(text.splitlines(), start=1):
        mark = MARK.fullmatch(row)
        if mark is None:
            line = number
        elif mark["first"] is not None:
            found.append((line, 1, mark["first"]))
        else:
            found.append((line, mark.start("caret") + 1, mark["message"]))
    return found


def headers(text: str) -> list[tuple[int, str]]:
    return [
        (number, found[1])
        for number, row in enumerate(text.splitlines(), start=1)
        if (found := re.fullmatch(r"\[+(\w+)(?:\.\w+)?\]+", row))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_error_stands_where_the_comment_points(path: Path) -> None:
    wanted = expected(path.read_text(encoding="utf-8"))
    errors = sorted(read_file(path).errors, key=lambda e: (e.line or 0, e.column or 0))
    assert [(e.line, e.column) for e in errors] == [(line, column) for line, column, _ in wanted]
    for error, (_, _, message) in zip(errors, wanted, strict=True):
        assert message in error.message
        assert f"line {error.line}" in str(error)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_error_names_its_statement_and_hides_no_other(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    reading: Reading = read_file(path)
    for error in reading.errors:
        above = [name for line, name in headers(text) if line <= (error.line or 0)]
        assert error.statement == (above[-1] if above else error.statement)
    assert {s.name for s in reading.statements} == {name for _, name in headers(text) if name.endswith("good")}


def test_all_but_the_two_files_meant_to_be_are_toml() -> None:
    broken = set()
    for path in FILES:
        try:
            tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError:
            broken.add(path.stem)
    assert broken == NO_TOML


def test_there_are_many() -> None:
    assert sum(len(read_file(path).errors) for path in FILES) > 250
