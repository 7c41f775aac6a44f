"""From paths to statements, and what can be wrong with a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from symadj.errors import StatementError
from symadj.runner import Limits
from symadj.runner.files import Batch, gather, within
from tests.cli.statements import BAD, table, write


def only_error(*paths: Path | str) -> StatementError:
    (batch,) = gather([str(path) for path in paths])
    assert not batch.statements
    (error,) = batch.errors
    return error


def test_a_missing_file(tmp_path: Path) -> None:
    assert only_error(tmp_path / "missing.toml").message


def test_a_file_without_a_statement(tmp_path: Path) -> None:
    file = write(tmp_path / "a.toml", 'title = "nothing here"')
    assert "no statement" in only_error(file).message


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    assert "no statement" in only_error(write(tmp_path / "a.toml", text)).message


def test_a_folder_without_a_statement_file(tmp_path: Path) -> None:
    write(tmp_path / "folder" / "notes.txt", table("linear"))
    assert "no statement file (*.toml)" in only_error(tmp_path / "folder").message


@pytest.mark.parametrize(
    "data", [b"\xff\xfe[\x00a\x00]\x00", b"title = '\xe9'\n", b"[a\n", b"\x00", b"a = [1,\n" * 100]
)
def test_a_file_that_is_no_toml(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(data)
    assert only_error(file).message


def test_a_pipe_in_a_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.toml")
    assert "not a regular file" in only_error(tmp_path).message


def test_a_link_to_a_device_in_a_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").symlink_to("/dev/zero")
    assert "not a regular file" in only_error(tmp_path).message


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a.toml").symlink_to(tmp_path / "gone")
    assert only_error(tmp_path).message


def test_folders_that_link_to_each_other_end(tmp_path: Path) -> None:
    write(tmp_path / "a" / "one.toml", table("linear"))
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    assert [batch.file for batch in gather([str(tmp_path)])] == [str(tmp_path / "a" / "one.toml")]


def test_a_folder_that_is_named_like_a_file(tmp_path: Path) -> None:
    write(tmp_path / "odd.toml" / "a.toml", table("linear"))
    assert [batch.file for batch in gather([str(tmp_path)])] == [str(tmp_path / "odd.toml" / "a.toml")]


def test_what_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything: the refusal is made here."""
    file = write(tmp_path / "a.toml", table("linear"))

    def refused(path: str, *_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("builtins.open", refused)
    assert "Permission denied" in only_error(file).message


def test_a_bad_statement_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    file = write(tmp_path / "a.toml", table("first"), table("broken", BAD), table("last"))
    (batch,) = gather([str(file)])
    assert [each.name for each in batch.statements] == ["first", "last"]
    assert [each.statement for each in batch.errors] == ["broken"]


def test_a_bad_file_does_not_hide_the_good_ones(tmp_path: Path) -> None:
    write(tmp_path / "a.toml", "[")
    write(tmp_path / "b.toml", table("linear"))
    first, second = gather([str(tmp_path)])
    assert first.errors
    assert [each.name for each in second.statements] == ["linear"]


def test_statements_know_their_file(tmp_path: Path) -> None:
    file = write(tmp_path / "a.toml", table("linear"))
    (batch,) = gather([str(file)])
    assert [each.file for each in batch.statements] == [str(file)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RecursionError(), "is nested too deeply"),
        (MemoryError(), "needs more than 1 GiB of memory"),
        (KeyError("x"), "internal error"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (StatementError("unknown key"), "unknown key"),
    ],
)
def test_reading_never_raises(error: Exception, reason: str) -> None:
    def read() -> Batch:
        raise error

    batch = within("a.toml", Limits(), read)
    assert reason in batch.errors[0].message


def test_reading_has_a_time_limit() -> None:
    def read() -> Batch:
        while True:
            pass

    batch = within("a.toml", Limits(seconds=0.1), read)
    assert "took longer than 0.1 s" in batch.errors[0].message
