"""One program of the campaign: claims, mutants of them, what the prover says of each, and what the numbers say."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from time import monotonic, perf_counter
from types import FrameType

from symadj.calculus import Hypothesis
from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.notation import statement as read
from symadj.oracle import confirm
from symadj.terms.statement import Claim, Statement
from symadj.verdict import Verdict, prove
from symadj.verdict.claim import ClaimVerdict
from tests.support.claims import derivative, equal_statement, gradient_statement, group, in_range, text, without
from tests.support.figures import Figures
from tests.support.judge import Evaluated, Judge, Point, contradicts, holds, sizes_of, smooth
from tests.support.numbers import FAILURES, Arrays, Ints
from tests.support.programs import draw_statement

SECONDS = 0.3  # for one statement with all its mutants
HANG = 10.0
REFUTE_SECONDS = 20.0


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
    """One program: its derived lines with mutants, or one of its lines written in other ways with mutants.

    ``refute`` is the share of the mutants that are not proved for which a counterexample is sought.
    """
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
        points = smooth(Evaluated(statement, random, sizes_of(statement, random, 3), gradient).points, hypotheses)
        if points:
            decide(seed, made, points, figures, seconds, random, refute)
        else:
            figures.skipped += 1
    except (Unsupported, BudgetExceeded):
        figures.skipped += 1
    except Hang:
        figures.slow.append(f"{seed}: stopped\n{text(statement, '')}")
    except Exception:
        figures.crashes.append(f"{seed}: {traceback.format_exc(limit=-6)}\n{text(statement, '')}")


def decide(
    seed: str,
    statement: Statement,
    points: Sequence[Point],
    figures: Figures,
    seconds: float,
    random: Random,
    refute: float,
) -> None:
    """What the prover says of each claim, against the numbers."""
    start = perf_counter()
    try:
        verdict = limited_prove(statement, seconds)
    except StatementError:
        statement = in_range(statement)
        verdict = limited_prove(statement, seconds)
    taken = perf_counter() - start
    figures.prover_seconds += taken
    if taken > seconds + 2:
        figures.slow.append(f"{seed}: {taken:.1f} s")
    figures.programs += 1
    proved = {group(t) for t, c in verdict.claims.items() if c.status == "proved"}
    judge = Judge(without(statement, {group(c.target) for c in statement.claims} - proved - {""}), points)
    for claim in statement.claims:
        found, mutant = verdict.claims[claim.target], bool(group(claim.target))
        figures.mutants += mutant
        trouble = wrong(statement, claim, found, judge, figures)
        if trouble:
            figures.wrong.append(f"{seed}: {claim.target} {trouble}\n{text(statement, group(claim.target))}")
        elif not mutant and found.status == "unknown":
            figures.open.append(f"{seed}: {claim.target}: {found.reason}\n{text(statement, '')}")
        if mutant and found.status == "unknown" and random.random() < refute:
            disprove(seed, statement, claim, figures)


def wrong(statement: Statement, claim: Claim, found: ClaimVerdict, judge: Judge, figures: Figures) -> str:
    """What is wrong with a verdict, or an empty text; the verdict is counted."""
    false = judge.false.get(claim.target)
    status = found.status
    if not group(claim.target):
        figures.originals_proved += status == "proved"
        figures.originals_open += status != "proved"
    else:
        figures.mutants_proved += status == "proved"
        stopped = not (found.reason or "").startswith("the normal forms differ")
        figures.mutants_stopped += status == "unknown" and stopped
    if status == "proved" and not judge.seen.get(claim.target):
        figures.uncompared += 1
    if status == "proved" and false:
        if holds_at(statement, found.hypotheses, false):
            return f"proved if {found.hypotheses}, but false at {false[0][0]}"
        figures.excluded += 1
    if status == "disproved":
        return f"disproved without being asked: {found.counterexample}"
    return f"derived, but false at {false[0][0]}" if false and not group(claim.target) else ""


def disprove(seed: str, statement: Statement, claim: Claim, figures: Figures) -> None:
    """Has a mutant disproved, and looks at the numbers of the counterexample."""
    alone = without(statement, {group(c.target) for c in statement.claims} - {group(claim.target), ""})
    figures.sought += 1
    found = limited_prove(replace(alone, claims=(claim,)), REFUTE_SECONDS, refute=True).claims[claim.target]
    if found.status != "disproved":
        return
    figures.disproved += 1
    example = found.counterexample
    if example is None or not confirm(alone, claim, example):
        trouble = "disproved without a confirmed counterexample"
    elif contradicts(alone, claim, example):
        trouble = f"has other values at its counterexample {example}"
    else:
        return
    figures.wrong.append(f"{seed}: {claim.target} {trouble}\n{text(alone, group(claim.target))}")


def holds_at(statement: Statement, hypotheses: Sequence[str], places: Sequence[tuple[Ints, Arrays]]) -> bool:
    """Whether all hypotheses of a proof hold at one of the places."""
    if not hypotheses:
        return True
    shapes = {t.name: t.shape for t in statement.inputs}
    shapes |= {let.name: let.shape for let in (*statement.forward, *statement.backward) if "." not in let.name}
    shapes |= {"d" + o: statement.shape(o) for o in statement.outputs}
    declared = ", ".join(f"{n}: {' '.join(str(a).replace(' ', '') for a in s)}" for n, s in shapes.items())
    conditions = [h.split(" for all ")[0] for h in hypotheses]
    try:
        parsed = read(shapes=declared, equal=["0", "0"], assume=conditions, functions=", ".join(statement.functions))
    except StatementError:
        return True  # not to be told: let it be looked at
    for sizes, arrays in places:
        with suppress(*FAILURES):
            if all(holds(a.indices, a.condition, sizes, arrays) for a in parsed.assumptions):
                return True
    return False
