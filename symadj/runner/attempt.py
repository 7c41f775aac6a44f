"""One statement, worked on in this process: whatever happens, there is an answer."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from symadj.errors import StatementError, SymadjError
from symadj.runner.limits import Limits, OutOfTime
from symadj.terms.statement import Statement
from symadj.verdict.model import Verdict, unknown

Outcome = Verdict | StatementError


class Prove(Protocol):
    """``symadj.verdict.prove``, or what stands in for it; ``deadline`` is a value of ``time.monotonic()``."""

    def __call__(self, statement: Statement, *, deadline: float | None = None) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """An outcome, and whether the process can be trusted with another statement."""

    outcome: Outcome
    clean: bool = True


def attempt(statement: Statement, prove: Prove, limits: Limits) -> Attempt:
    """Proves one statement within its limits; never raises an ``Exception``.

    An error of the statement that shows only now (an entry outside of its tensor) is the outcome; every other exception
    makes it unknown, with the reason.
    """
    start = time.perf_counter()
    try:
        with limits.enforced() as deadline:
            return Attempt(prove(statement, deadline=deadline))
    except StatementError as error:
        error.statement = error.statement or statement.name
        return Attempt(error.with_traceback(None))
    except SymadjError as error:
        return Attempt(unknown(statement, str(error), time.perf_counter() - start))
    except (Exception, OutOfTime) as error:
        return Attempt(unknown(statement, failure(error, limits), time.perf_counter() - start), clean=False)


def failure(error: BaseException, limits: Limits) -> str:
    """Why work that ended with ``error`` has no result.

    >>> failure(MemoryError(), Limits())
    'needs more than 1 GiB of memory'
    """
    seconds, memory = limits.said()
    match error:
        case OutOfTime():
            return f"took longer than {seconds}"
        case MemoryError():
            return f"needs more than {memory} of memory"
        case RecursionError():
            return "is nested too deeply"
        case _:
            place = traceback.extract_tb(error.__traceback__)[-1:]
            where = "".join(f" in {Path(frame.filename).name}, line {frame.lineno}" for frame in place)
            return f"internal error{where}: {type(error).__name__}: {error}"
