"""What a run prints: text for people, one JSON object a line for programs, and the messages of what cannot be read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol

from symadj.errors import StatementError
from symadj.runner.files import STANDARD_INPUT
from symadj.runner.run import Result
from symadj.terms.statement import Statement
from symadj.verdict.model import expectation_text
from symadj.verdict.text import Paint, duration, plain, printable

Write = Callable[[str], None]

_WIDEST_NAME = 32
_ORDER = ("proved", "proved if", "disproved", "unknown")


def place(file: str | None, error: StatementError) -> str:
    """Where an error stands, as compilers say it.

    >>> place("a.toml", StatementError("unknown name 'q'", line=7, column=12))
    'a.toml:7:12'
    """
    shown = "<stdin>" if file == STANDARD_INPUT else file
    return ":".join(str(part) for part in (shown, error.line, error.column) if part is not None)


def message(file: str | None, error: StatementError) -> str:
    """The message of an error, for standard error.

    >>> print(message("a.toml", StatementError("unknown name 'q'", statement="linear", line=7, column=12, text="q[i]")))
    a.toml:7:12: linear: unknown name 'q'
        q[i]
    """
    head = ": ".join(part for part in (place(file, error), error.statement, error.message) if part)
    lines = [head, *(f"    {line}" for line in (error.text or "").splitlines()[:5])]
    return "\n".join(printable(line[:500]) for line in lines)


def error_json(file: str | None, error: StatementError, expect: str | None = None) -> dict[str, object]:
    """The JSON object of a statement that cannot be read; ``expect`` where that much is known."""
    return {
        "file": file,
        "name": error.statement,
        "expect": expect,
        "verdict": "error",
        "ok": False,
        "seconds": 0.0,
        "claims": [],
        "reason": error.message,
        "line": error.line,
        "column": error.column,
        "text": error.text,
    }


def word(result: Result) -> str:
    """The verdict in the words of the text report: a proof under hypotheses is ``proved if``."""
    if isinstance(result.outcome, StatementError):
        return "error"
    conditional = result.outcome.status == "proved" and not result.outcome
    return "proved if" if conditional else result.outcome.status


class Report(Protocol):
    """Takes what a run finds, as it finds it."""

    def unread(self, file: str | None, error: StatementError) -> None:
        """A statement, or a file, that cannot be read."""

    def result(self, result: Result) -> None:
        """What came of a statement."""

    def end(self, seconds: float) -> None:
        """Everything is done."""


class JsonReport:
    """One JSON object a line, as each statement finishes; when ``quiet``, only what did not come out as expected."""

    def __init__(self, write: Write, *, quiet: bool = False) -> None:
        self._write = write
        self._quiet = quiet

    def unread(self, file: str | None, error: StatementError) -> None:
        """An object with the verdict ``error``."""
        self._write(json.dumps(error_json(file, error)))

    def result(self, result: Result) -> None:
        """An object with the verdict."""
        if isinstance(result.outcome, StatementError):
            expect = expectation_text(result.statement.expect)
            self._write(json.dumps(error_json(result.statement.file, result.outcome, expect)))
        elif not (self._quiet and result.ok):
            self._write(json.dumps(result.outcome.to_json()))

    def end(self, seconds: float) -> None:
        """Nothing: every line is an object."""


class TextReport:
    """One line a statement, in the order of ``statements``, under the name of its file; details where it surprises."""

    def __init__(
        self,
        write: Write,
        statements: Sequence[Statement],
        *,
        paint: Paint = plain,
        quiet: bool = False,
        summary: bool = True,
    ) -> None:
        self._write = write
        self._paint = paint
        self._quiet = quiet
        self._summary = summary
        self._widths = {
            file: min(_WIDEST_NAME, max(len(printable(statement.name)) for statement in group))
            for file, group in groupby(statements, lambda statement: statement.file)
        }
        self._waiting: dict[int, Result] = {}
        self._next = 0
        self._file: str | None = None
        self._counts: Counter[str] = Counter()
        self._unexpected = 0
        self._unread = 0

    def unread(self, file: str | None, error: StatementError) -> None:
        """Counted only: its message is on standard error."""
        self._unread += 1

    def result(self, result: Result) -> None:
        """Printed as soon as those before it are."""
        self._waiting[result.index] = result
        while self._next in self._waiting:
            self._print(self._waiting.pop(self._next))
            self._next += 1

    def _print(self, result: Result) -> None:
        if isinstance(result.outcome, StatementError):
            self._unread += 1
            return
        self._counts[word(result)] += 1
        self._unexpected += not result.ok
        if result.ok and self._quiet:
            return
        file = result.statement.file
        if file is not None and file != self._file:
            self._write(self._paint("standard input" if file == STANDARD_INPUT else printable(file), "faint"))
        self._file = file
        line = result.outcome.headline(paint=self._paint, width=self._widths.get(file, 0))
        expect = result.statement.expect
        if result.ok and expect.verdict != "proved":
            line += self._paint("  as expected", "faint")
        elif not result.ok and expect.verdict != "proved":
            line += f"  expected {printable(expectation_text(expect))}"
        self._write(line)
        lines = [] if result.ok else result.outcome.details(paint=self._paint)
        for each in [*lines, ""] if any(not each for each in lines) else lines:
            self._write(each)

    def end(self, seconds: float) -> None:
        """The summary."""
        if not self._summary:
            return
        total = sum(self._counts.values())
        counts = ", ".join(f"{self._counts[each]} {each}" for each in _ORDER if self._counts[each])
        head = f"{total} statement{'s' if total != 1 else ''} in {duration(seconds)}"
        parts = [f"{head}: {counts}" if counts else head]
        if total:
            parts.append(f"{self._unexpected} not as expected" if self._unexpected else "all as expected")
        if self._unread:
            parts.append(f"{self._unread} could not be read")
        self._write(self._paint("; ".join(parts), "disproved" if self._unexpected or self._unread else "proved"))
