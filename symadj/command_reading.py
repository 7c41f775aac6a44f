"""What the commands that show statements have in common: reading files, and proving what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from symadj.errors import StatementError, SymadjError
from symadj.export.latex.documents import Chapter
from symadj.notation import read_file
from symadj.runner.attempt import Attempt, attempt, failure
from symadj.runner.files import STANDARD_INPUT, gather
from symadj.runner.limits import Limits, OutOfTime
from symadj.runner.report import message
from symadj.terms.statement import Statement
from symadj.verdict import prove
from symadj.verdict.model import Verdict

Result = TypeVar("Result")


def statements(paths: Sequence[str], only: Sequence[str]) -> Iterator[tuple[Statement | None, str]]:
    """Each statement, or ``None`` with the message of what cannot be read."""
    found = False
    for batch in gather(paths, only=only):
        for error in batch.errors:
            found = True
            yield None, message(batch.file, error)
        for statement in batch.statements:
            found = True
            yield statement, ""
    if not found:
        yield None, message(None, StatementError(f"no statement matches {' or '.join(map(repr, only))}"))


def verdicts(paths: Sequence[str], only: Sequence[str]) -> Iterator[tuple[Verdict | None, str]]:
    """The verdict on each statement, or ``None`` with a message."""
    for statement, error in statements(paths, only):
        yield (None, error) if statement is None else _verdict(statement)


def _verdict(statement: Statement) -> tuple[Verdict | None, str]:
    done: Attempt = attempt(statement, prove, Limits())
    if isinstance(done.outcome, StatementError):
        return None, message(statement.file, done.outcome)
    return done.outcome, ""


def within_limits(name: str, work: Callable[[], Result]) -> tuple[Result | None, str]:
    """The result of work on the statement ``name``, or ``None`` with the reason why there is none."""
    limits = Limits()
    try:
        with limits.enforced():
            return work(), ""
    except SymadjError as error:
        return None, f"{name}: {error}"
    except (Exception, OutOfTime) as error:
        return None, f"{name}: {failure(error, limits)}"


def chapters(paths: Sequence[str], only: Sequence[str]) -> tuple[list[Chapter], list[str]]:
    """The verdicts file by file, with the files' titles, and what cannot be read."""
    found: dict[str, list[Verdict]] = {}
    errors: list[str] = []
    for verdict, error in verdicts(paths, only):
        if verdict is None:
            errors.append(error)
        else:
            file = verdict.statement.file if verdict.statement else None
            found.setdefault(file or STANDARD_INPUT, []).append(verdict)
    result = []
    for file, group in found.items():
        reading = None if file == STANDARD_INPUT else read_file(file)
        title = (reading.title if reading else "") or ("Derivations" if reading is None else file)
        result.append(Chapter(title, tuple(group), (reading.about or "") if reading else ""))
    return result, errors


__all__ = ["chapters", "statements", "verdicts", "within_limits"]
