"""Files: what cannot be read is an error with its place, and nothing is raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from symadj.notation import files, read_file, read_text

GOOD = '[good]\nshapes = "x: n"\nforward = ["y = x"]\nbackward = ["dx = dy"]\n'


def test_title_and_about() -> None:
    reading = read_text('title = "T"\nabout = "A"\n' + GOOD)
    assert (reading.title, reading.about) == ("T", "A")
    assert not reading.errors


def test_nothing_is_no_error() -> None:
    reading = read_text("")
    assert (reading.statements, reading.errors, reading.title) == ((), (), "")


def test_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "good.toml"
    path.write_text(GOOD, encoding="utf-8")
    (statement,) = read_file(path).statements
    assert statement.file == str(path)
    assert statement.line == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (error,) = read_file(tmp_path / "absent.toml").errors
    assert "absent.toml" in error.message
    assert error.line is None


def test_a_folder(tmp_path: Path) -> None:
    (error,) = read_file(tmp_path).errors
    assert "cannot be read" in error.message


def test_a_null_byte_in_the_path() -> None:
    (error,) = read_file("a\0b").errors
    assert "cannot be read" in error.message


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"\xff", 1, 1),
        (b'title = "\xe9"\n', 1, 10),
        (b'title = "a"\nabout = "\xc3\xa9\xc3"\n', 2, 11),
        (b"a\n\n \x80", 3, 2),
    ],
)
def test_not_utf_8(tmp_path: Path, data: bytes, line: int, column: int) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(data)
    (error,) = read_file(path).errors
    assert "not UTF-8" in error.message
    assert (error.line, error.column) == (line, column)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.toml"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(files, "MAX_BYTES", len(GOOD) - 1)
    assert "larger than" in read_file(path).errors[0].message
    assert "more than" in read_text(GOOD).errors[0].message
    monkeypatch.setattr(files, "MAX_BYTES", len(GOOD))
    assert not read_file(path).errors


def test_a_byte_order_mark_and_carriage_returns_do_not_shift_places(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    text = GOOD + GOOD.replace("good", "bad").replace('"y = x"', '"y = q"')
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    reading = read_file(path)
    assert [s.name for s in reading.statements] == ["good"]
    assert [(e.statement, e.line, e.column) for e in reading.errors] == [("bad", 7, 17)]


def test_values_nested_too_deeply_hide_no_other_statement() -> None:
    text = GOOD + "[deep]\nshapes = " + "[" * 3000 + "]" * 3000 + "\n[bad]\n" + GOOD.replace("[good]", "[other]")
    reading = read_text(text)
    assert [s.name for s in reading.statements] == ["good", "other"]
    assert [(e.statement, e.line) for e in reading.errors] == [("deep", 5), ("bad", 7)]


def test_an_error_prints_its_place_and_the_line() -> None:
    (error,) = read_text(GOOD.replace("dx = dy", "dx = dz")).errors
    assert str(error) == "good, line 4, column 19: unknown name 'dz'\n    dx = dz"


def test_quoted_and_dotted_names() -> None:
    reading = read_text(GOOD.replace("[good]", '["a b.c"]') + GOOD.replace("[good]", "[ 'q' ]") + "[x.y]\nz = 1\n")
    assert [s.name for s in reading.statements] == ["a b.c", "q"]
    assert [(e.statement, e.line) for e in reading.errors] == [("x", 9)]


def test_a_hundred_bad_statements_are_a_hundred_errors() -> None:
    text = "".join(GOOD.replace("good", f"s{k}").replace("= x", f"= x{k}") for k in range(100))
    assert [e.line for e in read_text(text).errors] == [4 * k + 3 for k in range(100)]
