"""The isl context: loaded late, one at a time, with a cap on work that it survives."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading

import islpy as isl
import pytest

from symadj.errors import BudgetExceeded, Unsupported
from symadj.points.equality import decide, is_zero
from symadj.points.isl_build import Frame
from symadj.points.isl_context import session
from tests.points.reading import Case

EASY = Case("sum(x[i] for i in range(n) if i >= 0)", "sum(x[i] for i in range(n) if 0 <= i < n + m)", sizes="n m")


def _work_a_lot() -> None:
    with session(10) as context:
        frame = Frame(context, ["n", "i", "j"])
        for k in range(100):
            frame.set([], [{"n": 2, "i": -3, "": -k}, {"i": 5, "j": 1, "": -7}, {"j": 7, "n": -1}]).lexmin()


def test_the_budget_ends_the_work_and_the_context_stays_fit() -> None:
    with pytest.raises(BudgetExceeded, match="isl operations"):
        _work_a_lot()
    assert is_zero(EASY.terms, EASY.free, EASY.context) is True


def test_where_isl_fails_nothing_is_decided_and_the_next_session_is_fit() -> None:
    with pytest.raises(Unsupported, match="isl failed"), session() as context:
        isl.Set("[n] -> { this is no set }", context)
    assert is_zero(EASY.terms, EASY.free, EASY.context) is True


def test_a_small_budget_leaves_it_undecided() -> None:
    case = Case(
        "sum(x[i//2]*x[j//3]*w[i] for i in range(n) for j in range(m) if i <= 2*j)",
        "sum(x[i//2]*x[j//3]*w[i] for i in range(n) for j in range(m) if i < 2*j)"
        " + sum(x[j]*x[(2*j)//3]*w[2*j] for j in range(m) if 2*j < n) * 0"
        " + sum(x[i//2]*x[j//3]*w[i] for i in range(n) for j in range(m) if i == 2*j)",
        sizes="n m",
    )
    assert decide(case.terms, case.free, case.context).zero is True
    decision = decide(case.terms, case.free, case.context, operations=5)
    assert decision.zero is None
    assert "isl operations" in (decision.reason or "")


def test_isl_is_not_loaded_for_what_cancels() -> None:
    code = (
        "import sys\n"
        "from fractions import Fraction\n"
        "from symadj.points.equality import PointTerm, SizeContext, is_zero\n"
        "from symadj.terms.index import constant, size, var\n"
        "i, n = var('i'), size('n')\n"
        "a = PointTerm(Fraction(1), atoms=(('x', (i,), 1),), binders=(('i', constant(0), n),))\n"
        "b = PointTerm(Fraction(-1), atoms=(('x', (n - 1 - i,), 1),), binders=(('i', constant(0), n),))\n"
        "assert is_zero([a, b], {}, SizeContext(('n',)))\n"
        "sys.exit('islpy' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_threads_take_turns() -> None:
    found: list[bool | None] = []

    def work() -> None:
        for _ in range(10):
            found.append(is_zero(EASY.terms, EASY.free, EASY.context))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 40


def _in_child(queue: multiprocessing.SimpleQueue[bool | None]) -> None:
    queue.put(is_zero(EASY.terms, EASY.free, EASY.context))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
def test_a_forked_process_has_its_own_context() -> None:
    assert is_zero(EASY.terms, EASY.free, EASY.context) is True
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    child = context.Process(target=_in_child, args=(queue,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert queue.get() is True


def test_large_numbers_come_back_whole() -> None:
    with session() as context:
        frame = Frame(context, ["i"])
        for number in (0, -7, 2**23, 2**31, -(2**40), 2**70):
            (basic,) = frame.pieces(frame.set([{"i": 1, "": -number} if number else {"i": 1}], []))
            assert frame.point(basic.sample_point()) == {"i": number}
