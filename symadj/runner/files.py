"""From the paths of a command line to statements: files, folders, standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from symadj.errors import StatementError
from symadj.notation import read_file, read_text
from symadj.runner.attempt import failure
from symadj.runner.limits import Limits, OutOfTime
from symadj.terms.statement import Statement

STANDARD_INPUT = "-"
_MOST_INPUT = 1 << 26


@dataclass(frozen=True, slots=True)
class Batch:
    """The statements of one file (``None`` where they come from elsewhere), and what in it could not be read."""

    file: str | None
    statements: tuple[Statement, ...]
    errors: tuple[StatementError, ...] = ()


def gather(paths: Sequence[str], *, only: Sequence[str] = (), limits: Limits | None = None) -> Iterator[Batch]:
    """The files at ``paths``, read one after the other; never raises a ``SymadjError``.

    A folder stands for every ``*.toml`` below it, in the order of their paths; ``-`` for standard input. With
    ``only``, nothing but the statements whose name or ``FILE::NAME`` matches one of these patterns. A file that
    cannot be read, within the limits, makes an error, and so does a path that leads to no statement.
    """
    limits = limits or Limits()
    seen: set[str] = set()
    for path in paths:
        for file, error in _files(path):
            if file in seen:
                continue
            seen.add(file)
            batch = Batch(file, (), (error,)) if error else _read(file, limits)
            yield _selected(batch, only) if only else batch


def _files(path: str) -> Iterator[tuple[str, StatementError | None]]:
    if path == STANDARD_INPUT or not os.path.isdir(path):
        yield path, None
        return
    failed: list[OSError] = []
    found: list[Path] = []
    for folder, _, names in os.walk(path, onerror=failed.append):
        found += (Path(folder, name) for name in names if name.endswith(".toml"))
    for problem in failed:
        yield str(problem.filename), StatementError(f"the folder cannot be read: {problem.strerror}")
    if not found and not failed:
        yield path, StatementError("no statement file (*.toml) in this folder or below")
    for file in sorted(found):
        # Opening a pipe would wait for ever. A link that leads nowhere is left to the reader, which says so.
        special = file.exists() and not file.is_file()
        yield str(file), StatementError("not a regular file") if special else None


def _read(file: str, limits: Limits) -> Batch:
    data = sys.stdin.buffer.read(_MOST_INPUT + 1) if file == STANDARD_INPUT else b""

    def read() -> Batch:
        reading = read_text(_decoded(data), file) if file == STANDARD_INPUT else read_file(file)
        return Batch(file, reading.statements, reading.errors)

    batch = within(file, limits, read)
    if not batch.statements and not batch.errors:
        return Batch(file, (), (StatementError("no statement in this file"),))
    return batch


def _decoded(data: bytes) -> str:
    if len(data) > _MOST_INPUT:
        raise StatementError(f"longer than {_MOST_INPUT >> 20} MiB")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise StatementError(f"not UTF-8 text: {error.reason} at byte {error.start}", line=line) from None


def within(file: str | None, limits: Limits, read: Callable[[], Batch]) -> Batch:
    """What ``read`` gives, or the error for which it gives nothing."""
    try:
        with limits.enforced():
            return read()
    except StatementError as error:
        return Batch(file, (), (error,))
    except (Exception, OutOfTime) as error:
        return Batch(file, (), (StatementError(f"cannot be read: {failure(error, limits)}"),))


def _selected(batch: Batch, only: Sequence[str]) -> Batch:
    def wanted(name: str) -> bool:
        return any(fnmatchcase(name, each) or fnmatchcase(f"{batch.file}::{name}", each) for each in only)

    return Batch(
        batch.file,
        tuple(statement for statement in batch.statements if wanted(statement.name)),
        tuple(error for error in batch.errors if error.statement is None or wanted(error.statement)),
    )
