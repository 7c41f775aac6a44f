"""Statement files: TOML, of which every table is a statement."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from symadj.errors import StatementError
from symadj.notation.places import Places
from symadj.notation.statements import read_table
from symadj.notation.table import Table
from symadj.terms.statement import Statement

MAX_BYTES = 16_000_000

_HEADER = re.compile(r"^[ \t]*\[[ \t]*([^\[\]\n]+?)[ \t]*\][ \t]*(?:#.*)?$", re.MULTILINE)
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: the statements that could be read, the errors of the others, and what it says of itself."""

    statements: tuple[Statement, ...]
    errors: tuple[StatementError, ...]
    title: str = ""
    about: str = ""


def read_file(path: str | os.PathLike[str]) -> Reading:
    """The statements of the file at ``path``.

    Nothing is raised: a file that is not there, is too large or is not UTF-8, a TOML syntax error and a statement that
    makes no sense are among ``errors``, and the other statements are read all the same.
    """
    file = os.fspath(path)
    try:
        with open(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _failed(f"the file {file} cannot be read: {error.strerror or error}")
    except ValueError as error:
        return _failed(f"the file {file!r} cannot be read: {error}")
    if len(data) > MAX_BYTES:
        return _failed(f"the file {file} is larger than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        return _failed(f"the file {file} is not UTF-8: byte 0x{data[error.start]:02x}", line, column)
    return read_text(text, file)


def _failed(message: str, line: int | None = None, column: int | None = None) -> Reading:
    return Reading((), (StatementError(message, line=line, column=column),))


def read_text(text: str, file: str | None = None) -> Reading:
    """The statements of a TOML text; ``file`` is where it came from. Errors are collected, as by ``read_file``.

    >>> good = '[id]\\nshapes = "x: n"\\nforward = ["y = x"]\\nbackward = ["dx = dy"]\\n'
    >>> reading = read_text(good + "[bad]\\nshapes = 1\\n")
    >>> [s.name for s in reading.statements]
    ['id']
    >>> print(reading.errors[0])
    bad, line 6, column 1: the value of 'shapes' is a string, not an integer
        shapes
    """
    if len(text) > MAX_BYTES:
        return _failed(f"a text of more than {MAX_BYTES} characters")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    statements: list[Statement] = []
    errors: list[StatementError] = []
    about = {"title": "", "about": ""}
    seen: dict[str, int | None] = {}
    for values, places, error in _documents(text):
        if error is not None:
            errors.append(error)
        for name, value in values.items():
            try:
                if name in seen:
                    raise _at(f"the statement {name!r} stands twice, the first on line {seen[name]}", name, places)
                if isinstance(value, dict):
                    seen[name] = places.line((name,))
                    statements.append(read_table(Table(name, value, places), file))
                elif name in about and isinstance(value, str):
                    about[name] = value
                else:
                    raise _stray(name, value, places)
            except StatementError as failure:
                errors.append(failure)
    return Reading(tuple(statements), tuple(errors), about["title"], about["about"])


def _at(message: str, name: str, places: Places) -> StatementError:
    line, column = places.key((name,))
    return StatementError(message, statement=name, line=line, column=column, text=name)


def _stray(name: str, value: object, places: Places) -> StatementError:
    if name in ("title", "about"):
        return _at(f"the file's {name!r} is a string", name, places)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _at(f"a statement is a table [{name}], not a list of tables [[{name}]]", name, places)
    return _at(f"a statement [{name}] was expected: beside 'title' and 'about', a file holds tables only", name, places)


def _documents(text: str) -> Iterator[tuple[dict[str, object], Places, StatementError | None]]:
    """The file as one document; where that is no TOML, statement by statement, so that one does not hide the others."""
    try:
        yield tomllib.loads(text), Places(text), None
        return
    except (tomllib.TOMLDecodeError, RecursionError):
        starts = [0, *(found.start() for found in _HEADER.finditer(text) if found.start())]
    first = 0
    for before, start, end in zip([0, *starts], starts, [*starts[1:], len(text)], strict=False):
        piece, first = text[start:end], first + text.count("\n", before, start)
        try:
            yield tomllib.loads(piece), Places(piece, first + 1), None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            yield {}, Places(""), _syntax(piece, first, error)


def _syntax(piece: str, first: int, error: Exception) -> StatementError:
    header = _HEADER.match(piece)
    name = header.group(1).strip("\"'") if header else None
    if isinstance(error, RecursionError):
        return StatementError("the values are nested too deeply", statement=name, line=first + 1)
    message = str(error)
    found = _AT.search(message)
    lines = piece.split("\n")
    if found and found.group(1):
        row, column = int(found.group(1)), int(found.group(2))
    else:  # at the end of the document something was still open, since the last key
        row, column = Places(piece).last()
    text = lines[row - 1][:200] if row <= len(lines) else ""
    message = message[: found.start()] if found else message
    return StatementError(f"TOML: {message}", statement=name, line=first + row, column=column, text=text)
