"""One program of the campaign: claims, mutants of them, what the prover says of each, and what the numbers say."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Sequence
from random import Random
from time import monotonic, perf_counter
from types import FrameType
from typing import Any

from symadj.calculus import Hypothesis
from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.notation import statement as read
from symadj.oracle import confirm
from symadj.terms.statement import Claim, Statement
from symadj.verdict import Verdict, prove
from symadj.verdict.claim import ClaimVerdict
from tests.support.claims import derivative, equal_statement, gradient_statement, group, in_range, text, without
from tests.support.figures import Figures
from tests.support.judge import Evaluated, Judge, holds, sizes_of, smooth
from tests.support.numbers import FAILURES
from tests.support.programs import draw_statement

SECONDS = 0.3  # for one statement with all its mutants
HANG = 10.0


class Hang(BaseException):
    """A statement that did not end, though its deadline had passed long ago; counted as slow, not as wrong."""


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def limited_prove(statement: Statement, seconds: float, refute: bool = False) -> Verdict:
    """``prove``, with an alarm long past its deadline. Raises ``Hang``."""
    signal.signal(signal.SIGALRM, _alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds + HANG)
    try:
        return prove(statement, refute=refute, deadline=monotonic() + seconds)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run(seed: str, mutants: int, figures: Figures, seconds: float = SECONDS, refute: float = 0.0) -> None:
    """One program: its derived lines with mutants, or one of its lines written in other ways with mutants."""
    random = Random(seed)
    statement = draw_statement(seed)
    gradient = random.random() < 0.6
    hypotheses: tuple[Hypothesis, ...] = ()
    try:
        if gradient:
            derived = derivative(statement)
            hypotheses = derived.hypotheses
            made = gradient_statement(statement, derived.lets, random, mutants)
        else:
            made = equal_statement(statement, random, mutants)
    except (Unsupported, BudgetExceeded):
        figures.skipped += 1
        return
    except Exception:
        figures.crashes.append(f"{seed}: {traceback.format_exc(limit=-4)}")
        return
    points = smooth(Evaluated(statement, random, sizes_of(statement, random, 3), gradient).points, hypotheses)
    judge = Judge(made, points)
    if not points or "" in judge.invalid:
        figures.skipped += 1
        return
    decide(seed, without(made, judge.invalid), judge, figures, seconds, refute=random.random() < refute)


def decide(seed: str, statement: Statement, judge: Judge, figures: Figures, seconds: float, *, refute: bool) -> None:
    """What the prover says of each claim, against the numbers."""
    start = perf_counter()
    try:
        try:
            verdict = limited_prove(statement, 20 if refute else seconds, refute)
        except StatementError:
            statement = in_range(statement)
            verdict = limited_prove(statement, 20 if refute else seconds, refute)
    except Hang:
        figures.slow.append(f"{seed}: stopped after {perf_counter() - start:.1f} s\n{text(statement, '')}")
        return
    except Exception as error:
        trace = traceback.format_exc(limit=-5)
        figures.crashes.append(f"{seed}: {type(error).__name__} {trace}\n{text(statement, '')}")
        return
    taken = perf_counter() - start
    figures.prover_seconds += taken
    if taken > seconds + 2 and not refute:
        figures.slow.append(f"{seed}: {taken:.1f} s")
    figures.programs += 1
    for claim in statement.claims:
        found = verdict.claims[claim.target]
        mutant = bool(group(claim.target))
        figures.mutants += mutant
        trouble = wrong(statement, claim, found, judge)
        if trouble == VACUOUS:
            figures.vacuous += 1
        elif trouble:
            figures.wrong.append(f"{seed}: {claim.target} {trouble}\n{text(statement, group(claim.target))}")
        else:
            count(figures, claim, found, judge)
            if not mutant and found.status == "unknown":
                figures.open.append(f"{seed}: {claim.target}: {found.reason}\n{text(statement, '')}")


VACUOUS = "proved under hypotheses that hold at no point tried"


def wrong(statement: Statement, claim: Claim, found: ClaimVerdict, judge: Judge) -> str:
    """What is wrong with a verdict, or an empty text."""
    false = judge.false.get(claim.target)
    mutant = bool(group(claim.target))
    if found.status == "proved" and false:
        if found.hypotheses and not consistent(statement, found.hypotheses, judge):
            return VACUOUS
        return f"proved if {found.hypotheses}, but false {false}"
    if found.status == "disproved" and not confirmed(statement, claim, found.counterexample):
        return "disproved without a confirmed counterexample"
    if found.status == "disproved" and not mutant:
        return f"disproved, but derived: {found.counterexample}"
    return f"derived, but false {false}" if false and not mutant else ""


def confirmed(statement: Statement, claim: Claim, example: Any) -> bool:
    """Whether the counterexample stands."""
    return example is not None and confirm(statement, claim, example)


def count(figures: Figures, claim: Claim, found: ClaimVerdict, judge: Judge) -> None:
    """A verdict that is right."""
    status = found.status
    if not group(claim.target):
        figures.originals_proved += status == "proved"
        figures.originals_open += status != "proved"
        return
    false = claim.target in judge.false
    figures.mutants_false += false
    figures.mutants_proved += status == "proved"
    figures.mutants_disproved += status == "disproved"
    figures.mutants_true_open += status == "unknown" and not false and judge.seen.get(claim.target, 0) > 2
    figures.mutants_stopped += status == "unknown" and not (found.reason or "").startswith("the normal forms differ")


def consistent(statement: Statement, hypotheses: Sequence[str], judge: Judge) -> bool:
    """Whether all hypotheses of the proof hold at a point at which the claim was found to be false."""
    shapes = {t.name: t.shape for t in statement.inputs}
    shapes |= {let.name: let.shape for let in (*statement.forward, *statement.backward) if "." not in let.name}
    shapes |= {"d" + o: statement.shape(o) for o in statement.outputs}
    declared = ", ".join(f"{n}: {' '.join(str(a).replace(' ', '') for a in s)}" for n, s in shapes.items())
    conditions = [h.split(" for all ")[0] for h in hypotheses]
    try:
        parsed = read(shapes=declared, equal=["0", "0"], assume=conditions, functions=", ".join(statement.functions))
    except StatementError:
        return True  # not to be told: let it be looked at
    for point, arrays in judge.at:
        try:
            if all(holds(a.indices, a.condition, point.sizes, arrays) for a in parsed.assumptions):
                return True
        except FAILURES:
            continue
    return False
