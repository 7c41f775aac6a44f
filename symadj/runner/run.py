"""Many statements: in worker processes, in this process, or in any executor; each result as it comes."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from multiprocessing.connection import wait

import symadj.verdict
from symadj.errors import StatementError
from symadj.runner.attempt import Attempt, Outcome, Prove, attempt, failure
from symadj.runner.limits import Limits
from symadj.runner.worker import Worker
from symadj.terms.statement import Statement
from symadj.verdict.model import unknown

_TICK = 0.2


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the statement with this number in the sequence: a verdict, or the error that it proved to have."""

    index: int
    statement: Statement
    outcome: Outcome

    @property
    def ok(self) -> bool:
        """Whether it came out as the statement expects."""
        return not isinstance(self.outcome, StatementError) and self.outcome.ok


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    statements: Sequence[Statement],
    *,
    jobs: int | None = None,
    limits: Limits | None = None,
    executor: Executor | None = None,
    prove: Prove | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """Proves the statements, and gives each result when it is there, in any order.

    ``jobs`` is the number of worker processes (default: one for each processor). A worker that dies, or does not
    return, takes down its own statement only. With ``jobs=0`` everything is done in this process, and with an
    ``executor`` wherever that does it: C code that does not return is then waited for, and in threads so is all that
    does not look at the deadline. ``waiting`` is called a few times a second while worker processes work.
    """
    prove = prove or symadj.verdict.prove
    limits = limits or Limits()
    if executor is not None:
        return _in_executor(executor, statements, prove, limits)
    if jobs == 0:
        return _here(statements, prove, limits)
    return _in_processes(statements, prove, limits, jobs or processors(), waiting)


def _here(statements: Sequence[Statement], prove: Prove, limits: Limits) -> Iterator[Result]:
    for index, statement in enumerate(statements):
        yield Result(index, statement, attempt(statement, prove, limits).outcome)


def _in_executor(executor: Executor, statements: Sequence[Statement], prove: Prove, limits: Limits) -> Iterator[Result]:
    numbers: dict[Future[Attempt], int] = {}
    for index, statement in enumerate(statements):
        numbers[executor.submit(attempt, statement, prove, limits)] = index
    for future in as_completed(numbers):
        statement = statements[numbers[future]]
        error = future.exception()
        outcome = unknown(statement, failure(error, limits), 0.0) if error else future.result().outcome
        yield Result(numbers[future], statement, outcome)


def _in_processes(
    statements: Sequence[Statement], prove: Prove, limits: Limits, jobs: int, waiting: Callable[[], None]
) -> Iterator[Result]:
    todo = deque(range(len(statements)))
    workers: list[Worker] = []
    try:
        while todo or workers:
            waiting()
            if todo and len(workers) < jobs:
                # One at a time: cheap statements are done by a few workers before there are many.
                workers.append(Worker(statements, prove, limits, workers, todo.popleft()))
            for worker, found in _heard(workers, patient=not todo or len(workers) == jobs):
                index = worker.index
                if found.clean and todo:
                    worker.give(todo.popleft())
                else:
                    workers.remove(worker)
                    worker.end()
                yield Result(index, statements[index], found.outcome)
    finally:
        for worker in workers:
            worker.end()


def _heard(workers: Sequence[Worker], patient: bool) -> Iterator[tuple[Worker, Attempt]]:
    """The workers that are done with their statement, now or (when ``patient``) within a moment."""
    first = min(worker.kill_at for worker in workers)
    ready = wait([worker.connection for worker in workers], min(_TICK, max(0.0, first - time.monotonic())) * patient)
    now = time.monotonic()
    for worker in list(workers):
        found = worker.answer() if worker.connection in ready else worker.give_up() if now > worker.kill_at else None
        if found is not None:
            yield worker, found
