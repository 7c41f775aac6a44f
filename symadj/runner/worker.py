"""Worker processes: each proves the statements whose numbers it is sent, until its pipe is closed or it is killed.

The worker says ``None`` when it is ready, and then answers each number with an ``Attempt``. One that had to break off a
statement, or that kept much memory, is not used again.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from symadj.errors import StatementError
from symadj.runner.attempt import Attempt, Outcome, Prove, attempt
from symadj.runner.limits import Limits, die_with_processor_time, memory_held
from symadj.terms.statement import Statement
from symadj.verdict.model import unknown

_STARTING = 60.0  # a process that does not fork imports everything again, on a busy machine
_ENDING = 1.0


class Worker:
    """The parent's view of a worker process, and of the statement that it works on."""

    def __init__(
        self, statements: Sequence[Statement], prove: Prove, limits: Limits, others: Sequence[Worker], index: int
    ) -> None:
        self._statements = statements
        self._limits = limits
        self._ready = False
        self.index = index
        self.started = time.monotonic()
        forks = _can_fork()
        context = multiprocessing.get_context("fork") if forks else multiprocessing.get_context("spawn")
        self.connection: Connection[Any, Any]
        self.connection, theirs = context.Pipe()
        # A forked child closes what it inherits of the parent's ends, so that every pipe ends with the parent.
        inherited = [self.connection, *(other.connection for other in others)] if forks else []
        self._process = context.Process(target=serve, args=(theirs, inherited, statements, prove, limits), daemon=True)
        with warnings.catch_warnings():
            # Python 3.12 warns of threads such as a numeric library's, which take care of themselves in a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        theirs.close()

    @property
    def kill_at(self) -> float:
        """The time, of ``time.monotonic()``, past which it is given up."""
        return self.started + self._limits.hard_seconds + (0 if self._ready else _STARTING)

    def give(self, index: int) -> None:
        """Hands a ready worker the next statement; its time begins now."""
        self.index = index
        self.started = time.monotonic()
        with contextlib.suppress(OSError):  # it has died: its end of the pipe will tell
            self.connection.send(index)

    def answer(self) -> Attempt | None:
        """What it says, once its connection has something; ``None`` when it was only ready to begin."""
        try:
            found: Attempt | None = self.connection.recv()
        except (EOFError, OSError):
            return self._lost(f"the process that worked on it {self._death()}")
        if found is None:
            self._ready = True
            self.give(self.index)
            return None
        return Attempt(_attached(found.outcome, self._statements[self.index]), found.clean)

    def give_up(self) -> Attempt:
        """The answer in place of one that did not come in time."""
        return self._lost(f"took longer than {self._limits.said()[0]}")

    def end(self) -> None:
        """Ends the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self.connection.close()

    def _lost(self, reason: str) -> Attempt:
        return Attempt(unknown(self._statements[self.index], reason, time.monotonic() - self.started), clean=False)

    def _death(self) -> str:
        self._process.join(_ENDING)
        code = self._process.exitcode
        if code is None or code >= 0:
            return f"ended with status {code}" if code else "ended"
        known = -code in {int(each) for each in signal.Signals}
        name = signal.Signals(-code).name if known else f"signal {-code}"
        return f"was killed by {name}{', perhaps for want of memory' if name == 'SIGKILL' else ''}"


def _can_fork() -> bool:
    # A fork while another thread holds a lock (in a notebook) leaves it locked in the child.
    return "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1


def _attached(outcome: Outcome, statement: Statement) -> Outcome:
    return outcome if isinstance(outcome, StatementError) else replace(outcome, statement=statement)


def _detached(outcome: Outcome) -> Outcome:
    # The parent has the statement: sending it back would cost more than a cheap proof, and fail where it nests deeply.
    return outcome if isinstance(outcome, StatementError) else replace(outcome, statement=None)


def serve(
    connection: Connection[Any, Any],
    inherited: Sequence[Connection[Any, Any]],
    statements: Sequence[Statement],
    prove: Prove,
    limits: Limits,
) -> None:
    """What a worker process runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent ends the others
    for other in inherited:
        other.close()
    with contextlib.suppress(OSError):
        os.dup2(2, 1)  # standard output is for the parent's results alone
    gc.freeze()
    held = memory_held() or 0
    with contextlib.suppress(EOFError, OSError):
        connection.send(None)
        while True:
            index = connection.recv()
            die_with_processor_time(limits.hard_seconds + _ENDING)
            found = attempt(statements[index], prove, limits)
            die_with_processor_time(0)
            fat = (memory_held() or 0) - held > limits.memory // 4
            _send(connection, Attempt(_detached(found.outcome), found.clean and not fat), statements[index])


def _send(connection: Connection[Any, Any], found: Attempt, statement: Statement) -> None:
    try:
        connection.send(found)
    except OSError:
        raise
    except Exception as error:  # what cannot be pickled, or nests too deeply for it
        reason = f"its verdict could not be sent: {type(error).__name__}: {error}"
        connection.send(Attempt(_detached(unknown(statement, reason, 0.0)), clean=False))
