"""The runner as a library: whatever a statement does to its process, it alone pays for it."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from symadj.errors import StatementError
from symadj.runner import Limits, Result, run
from symadj.runner.limits import memory_held
from symadj.terms.statement import GradientClaim, Statement
from symadj.verdict import Verdict
from tests.cli.fake_prover import fake_prove

SHORT = Limits(seconds=1, memory=1 << 28)
LONG = Limits(seconds=60, memory=1 << 28)


def statement(name: str) -> Statement:
    claims = (GradientClaim("dW", "W"), GradientClaim("dx", "x"))
    return Statement(name, (), (), (), {}, (), ("y",), (), claims)


def outcomes(results: Iterator[Result]) -> dict[str, str]:
    """The reason of each statement that is unknown or an error, the status of the others."""
    found = {}
    for result in results:
        if isinstance(result.outcome, StatementError):
            found[result.statement.name] = str(result.outcome)
        else:
            first = next(iter(result.outcome.claims.values()))
            found[result.statement.name] = first.reason or result.outcome.status
    return found


ENDLESS = {
    "hang": "took longer than 1 s",
    "swallow": "took longer than 1 s",
    "stubborn": "took longer than 1 s",
}
HOSTILE = {
    "hog": "needs more than 0.25 GiB of memory",
    "deep": "is nested too deeply",
    "crash": "the process that worked on it was killed by SIGSEGV",
    "killed": "the process that worked on it was killed by SIGKILL, perhaps for want of memory",
    "exit": "the process that worked on it ended with status 3",
    "leave": "the process that worked on it ended",
    "bug": "internal error in fake_prover.py",
    "unsupported": "remainders modulo a size",
    "budget": "too many cases",
    "impossible": "impossible, line 3, column 7: x[n] is outside of x: n",
}


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_hostile_statement_takes_down_itself_only(jobs: int) -> None:
    names = ["first", *HOSTILE, "last"]
    found = outcomes(run([statement(name) for name in names], prove=fake_prove, jobs=jobs, limits=LONG))
    assert set(found) == set(names)
    assert found["first"] == found["last"] == "proved"
    for name, reason in HOSTILE.items():
        assert found[name].startswith(reason), (name, found[name])


def test_an_endless_statement_is_ended() -> None:
    names = ["first", *ENDLESS, "last"]
    found = outcomes(run([statement(name) for name in names], prove=fake_prove, jobs=3, limits=SHORT))
    assert found == {"first": "proved", **ENDLESS, "last": "proved"}


@pytest.mark.parametrize("name", ["hog", "deep", "bug", "unsupported", "budget", "impossible"])
def test_in_this_process_too(name: str) -> None:
    found = outcomes(run([statement(name), statement("last")], prove=fake_prove, jobs=0, limits=LONG))
    assert found["last"] == "proved"
    assert found[name].startswith(HOSTILE[name])


@pytest.mark.parametrize("name", ["hang", "swallow"])
def test_an_endless_statement_is_ended_in_this_process_too(name: str) -> None:
    found = outcomes(run([statement(name), statement("last")], prove=fake_prove, jobs=0, limits=SHORT))
    assert found == {name: ENDLESS[name], "last": "proved"}


@pytest.mark.parametrize("name", ["deep", "bug", "unsupported", "budget", "impossible"])
def test_in_threads(name: str) -> None:
    with ThreadPoolExecutor(2) as executor:
        found = outcomes(run([statement(name), statement("last")], prove=fake_prove, executor=executor))
    assert found["last"] == "proved"
    assert found[name].startswith(HOSTILE[name])


def test_threads_leave_the_limits_of_the_process_alone() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with ThreadPoolExecutor(4) as executor:
        list(run([statement(str(number)) for number in range(50)], prove=fake_prove, executor=executor))
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_in_a_process_pool() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        names = ["linear", "hang", "false", "impossible"]
        results = list(run([statement(name) for name in names], prove=fake_prove, executor=executor, limits=SHORT))
    found = outcomes(iter(results))
    assert (found["linear"], found["hang"], found["false"]) == ("proved", ENDLESS["hang"], "disproved")


def test_a_broken_process_pool_makes_its_statements_unknown() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        found = outcomes(run([statement("exit")], prove=fake_prove, executor=executor))
    assert "BrokenProcessPool" in found["exit"]


def test_where_threads_run_processes_are_spawned() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        names = ["linear", "crash", "last"]
        found = outcomes(run([statement(name) for name in names], prove=fake_prove, jobs=1, limits=SHORT))
    finally:
        stop.set()
        thread.join()
    assert found == {"linear": "proved", "crash": HOSTILE["crash"], "last": "proved"}


def test_results_come_with_the_callers_statement_and_number() -> None:
    statements = [statement("a"), statement("false"), statement("c")]
    results = sorted(run(statements, prove=fake_prove, jobs=2), key=lambda result: result.index)
    assert [result.index for result in results] == [0, 1, 2]
    assert all(result.statement is statements[result.index] for result in results)
    assert all(isinstance(r.outcome, Verdict) and r.outcome.statement is r.statement for r in results)
    assert [result.ok for result in results] == [True, False, True]


def test_no_statement_no_process() -> None:
    assert list(run([], prove=fake_prove)) == []


def test_no_process_outlives_the_run() -> None:
    list(run([statement("a"), statement("hang"), statement("crash")], prove=fake_prove, jobs=2, limits=SHORT))
    assert not multiprocessing.active_children()


def test_no_process_outlives_a_run_that_is_broken_off() -> None:
    results = run([statement("a"), statement("hang"), statement("hang")], prove=fake_prove, jobs=3)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_the_waiting_run_calls_back() -> None:
    calls = []
    list(run([statement("slow")], prove=fake_prove, jobs=1, waiting=lambda: calls.append(1)))
    assert len(calls) > 3


def test_the_prover_is_told_a_deadline_within_the_limit() -> None:
    told = []

    def prove(each: Statement, *, deadline: float | None = None) -> Verdict:
        told.append(deadline)
        return fake_prove(each)

    list(run([statement("a")], prove=prove, jobs=0))
    assert isinstance(told[0], float)


def test_a_verdict_that_cannot_be_sent_is_unknown() -> None:
    class Unsendable(str):
        def __reduce__(self) -> tuple[object, ...]:
            raise pickle.PicklingError("not this one")

    def prove(each: Statement, *, deadline: float | None = None) -> Verdict:
        return Verdict(Unsendable("a"), "proved", {}, 0.0)

    (result,) = run([statement("a")], prove=prove, jobs=1)
    assert isinstance(result.outcome, Verdict)
    assert result.outcome.status == "unknown"
    assert "not this one" in str(result.outcome)


def test_memory_is_counted_from_where_the_statement_begins() -> None:
    held = memory_held()
    if held is None:
        pytest.skip("this system does not say how much memory a process holds")
    kept = bytearray(1 << 28)  # more than the limit, and none of the statement's business
    found = outcomes(run([statement("a")], prove=fake_prove, jobs=1, limits=Limits(5, 1 << 26)))
    assert found == {"a": "proved"}
    assert len(kept) == 1 << 28


def test_limits_are_lifted_afterwards() -> None:
    with SHORT.enforced():
        pass
    assert len(bytearray(1 << 29)) == 1 << 29


def test_a_worker_that_keeps_much_memory_is_replaced(tmp_path: Path) -> None:
    kept: list[bytearray] = []

    def prove(each: Statement, *, deadline: float | None = None) -> Verdict:
        kept.append(bytearray(1 << 25))
        (tmp_path / each.name).write_text(str(os.getpid()))
        return fake_prove(each)

    list(run([statement("a"), statement("b")], prove=prove, jobs=1, limits=Limits(5, 1 << 26)))
    assert (tmp_path / "a").read_text() != (tmp_path / "b").read_text()
