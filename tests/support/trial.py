"""One program of the campaign: claims, mutants of them, what the prover says of each, and what the numbers say."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from random import Random
from time import monotonic, perf_counter
from types import FrameType
from typing import Any

from symadj.calculus import Hypothesis, Pullback, pullback
from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.normal.domains import check_accesses
from symadj.notation import statement as read
from symadj.oracle import confirm
from symadj.terms.index import Index
from symadj.terms.nodes import Condition, Entry, condition_terms, walk
from symadj.terms.printer import format_condition, format_let
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, Let, Shape, Statement
from symadj.verdict import Verdict, prove
from symadj.verdict.claim import ClaimVerdict
from tests.support.mutants import Mutator
from tests.support.numbers import (
    FAILURES,
    STEP,
    Array,
    Arrays,
    Ints,
    Line,
    allow,
    close,
    compile_condition,
    compile_index,
    positions,
)
from tests.support.programs import Draw, draw_statement
from tests.support.rewrites import Rewriter, mapped

SECONDS = 0.3  # for one statement with all its mutants
HANG = 10.0
LARGE = 1e5  # values past it lose too many digits
SIZE_CHOICES = ((1, 2, 3), (2, 2, 2), (2, 3, 1), (3, 3, 3), (3, 2, 2), (1, 1, 1), (4, 4, 4))


class Hang(BaseException):
    """A statement that did not end, though its deadline had passed long ago; counted as slow, not as wrong."""


@dataclass
class Figures:
    """What a run counted."""

    programs: int = 0
    mutants: int = 0
    originals_proved: int = 0
    originals_open: int = 0
    mutants_proved: int = 0  # and right, by the numbers
    mutants_true_open: int = 0
    mutants_disproved: int = 0
    vacuous: int = 0
    skipped: int = 0
    prover_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def merge(self, other: Figures) -> None:
        """Adds what another run counted."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))

    def __str__(self) -> str:
        rows = []
        for f in fields(self):
            value: Any = getattr(self, f.name)
            rows.append(f"{f.name:18} {len(value) if isinstance(value, list) else round(value, 1)}")
        return "\n".join(rows)


@dataclass(frozen=True)
class Point:
    """Sizes, and the arrays of inputs, lines and cotangents there; ``slopes`` maps an input to ⟨D forward [v], δ⟩."""

    sizes: Ints
    arrays: Arrays
    directions: Arrays
    slopes: dict[str, float]


def draw_array(random: Random, shape: Shape, sizes: Ints, positive: bool) -> Array:
    """Generic entries, away from zero and from each other."""
    return {
        p: random.uniform(0.3, 1.1) * (1 if positive or random.random() < 0.6 else -1) for p in positions(shape, sizes)
    }


def assumed(statement: Statement) -> set[str]:
    """The tensors that are assumed to be positive."""
    return {
        t.tensor
        for a in statement.assumptions
        for part in condition_terms(a.condition)
        for t in walk(part)
        if isinstance(t, Entry)
    }


class Evaluated:
    """A statement's forward map at several points, with its derivative along one direction of each input."""

    def __init__(self, statement: Statement, random: Random, sizes: Sequence[Ints], slopes: bool = True) -> None:
        self.statement = statement
        self.random = random
        self.lines = [Line(let) for let in statement.forward]
        self.positive = assumed(statement)
        self.points = [p for s in sizes if (p := self._point(s, slopes)) is not None]

    def _point(self, sizes: Ints, wanted: bool) -> Point | None:
        statement = self.statement
        try:
            arrays = {t.name: self._draw(t.shape, sizes, t.name in self.positive) for t in statement.inputs}
            directions = {t.name: self._draw(t.shape, sizes, False) for t in statement.inputs}
            base = self._forward(arrays, sizes)
            if any(abs(v) > LARGE for array in base.values() for v in array.values()):
                return None
            deltas = {"d" + o: self._draw(statement.shape(o), sizes, False) for o in statement.outputs}
            slopes = {}
            for name in [t.name for t in statement.inputs] if wanted else ():
                moved = {p: complex(v, STEP * directions[name][p]) for p, v in arrays[name].items()}
                found = self._forward({**arrays, name: moved}, sizes)
                slopes[name] = sum(
                    complex(v).imag / STEP * deltas["d" + o][p] for o in statement.outputs for p, v in found[o].items()
                )
        except FAILURES:
            return None
        return Point(sizes, {**base, **deltas}, directions, slopes)

    def _draw(self, shape: Shape, sizes: Ints, positive: bool) -> Array:
        return draw_array(self.random, shape, sizes, positive)

    def _forward(self, arrays: Arrays, sizes: Ints) -> Arrays:
        found = dict(arrays)
        for line in self.lines:
            found[line.let.name] = line.run(sizes, found)
        return found


def sizes_of(statement: Statement, count: int) -> list[Ints]:
    """Some small sizes, square and not."""
    return [{n: choice[k % 3] for k, n in enumerate(statement.sizes)} for choice in SIZE_CHOICES[:count]]


# ------------------------------------------------------------------------------------------------ claims with mutants


def derivative(statement: Statement) -> Pullback:
    """The derived backward program. Raises ``Unsupported`` and ``BudgetExceeded`` where there is none."""
    return pullback(statement.forward, statement.outputs, {t.name: t.shape for t in statement.inputs})


def smooth(points: Sequence[Point], hypotheses: Sequence[Hypothesis]) -> list[Point]:
    """The points at which the forward map has a derivative: ties are not so rare, where two sums become the same."""
    kept = []
    for point in points:
        try:
            if all(holds(h.indices, h.condition, point.sizes, point.arrays) for h in hypotheses):
                kept.append(point)
        except FAILURES:
            continue
    return kept


def holds(indices: Sequence[tuple[str, Index]], condition: Condition, sizes: Ints, arrays: Arrays) -> bool:
    """Whether a condition holds for all values of its indices, whose ranges may hold earlier ones."""
    test = compile_condition(condition)
    places: list[Ints] = [dict(sizes)]
    for name, length in indices:
        upper = compile_index(length)
        places = [{**p, name: k} for p in places for k in range(upper(p, arrays))]
    allow(20_000)
    return all(test(p, arrays) for p in places)


def gradient_statement(statement: Statement, derived: Sequence[Let], random: Random, count: int) -> Statement:
    """The claims that the derived lines are right, and mutants of them, whose names begin with ``m7_``."""
    inputs = {t.name: t.shape for t in statement.inputs}
    shapes = dict(inputs)
    shapes |= {let.name: let.shape for let in (*statement.forward, *derived)}
    shapes |= {"d" + o: statement.shape(o) for o in statement.outputs}
    claims: list[Claim] = [GradientClaim(f"d{n}", n) for n in inputs]
    backward = list(derived)
    order = [let.name for let in derived]
    for number in range(count):
        k = random.randrange(len(derived))
        earlier = {n: s for n, s in shapes.items() if n not in order[k:]}
        mutant = Mutator(random, earlier, statement.sizes).mutate(derived[k])
        if mutant is None:
            continue
        renamed = {mutant.name: f"m{number}_{mutant.name}"}
        made = [replace(mutant, name=renamed[mutant.name])]
        for later in derived[k + 1 :]:
            if any(isinstance(t, Entry) and t.tensor in renamed for t in walk(later.body)):
                renamed[later.name] = f"m{number}_{later.name}"
                made.append(replace(later, name=renamed[later.name], body=mapped(later.body, {}, renamed)))
        backward += made
        claims += [GradientClaim(renamed[f"d{n}"], n) for n in inputs if f"d{n}" in renamed]
    return replace(statement, backward=tuple(backward), claims=tuple(claims))


def equal_statement(statement: Statement, random: Random, count: int) -> Statement:
    """One line against others: every third written in another way, the rest mutants of such."""
    inputs = {t.name: t.shape for t in statement.inputs}
    lets = {let.name: let for let in statement.forward}
    shapes = inputs | {let.name: let.shape for let in statement.forward}
    line = random.choice(statement.forward)
    rewriter, mutator = Rewriter(random, shapes, lets), Mutator(random, shapes, statement.sizes)
    claims: list[Claim] = []
    made: list[Let] = [replace(line, name="equal.0")]
    for number in range(1, count + 1):
        other: Let | None = rewriter.rewrite(line, random.randint(1, 6))
        name = f"equal.{number}"
        if number % 3 and other is not None:
            other = mutator.mutate(other)
            name = f"equal.m{number}"
        if other is None:
            continue
        made.append(replace(other, name=name))
        claims.append(EqualClaim(name.removeprefix("equal."), "equal.0", name))
    return replace(statement, forward=(*statement.forward, *made), outputs=(), backward=(), claims=tuple(claims))


def group(name: str) -> str:
    """The mutant that a let or a claim belongs to; an empty text for the originals."""
    name = name.removeprefix("equal.")
    return name.split("_")[0] if name.startswith("m") else ""


def without(statement: Statement, groups: Iterable[str]) -> Statement:
    """The statement without some mutants."""
    gone = set(groups)
    if not gone:
        return statement
    return replace(
        statement,
        forward=tuple(let for let in statement.forward if let.name[:6] != "equal." or group(let.name) not in gone),
        backward=tuple(let for let in statement.backward if group(let.name) not in gone),
        claims=tuple(c for c in statement.claims if group(c.target) not in gone),
    )


# ------------------------------------------------------------------------------------------------ judging


class Judge:
    """Which claims are true by the numbers."""

    def __init__(self, statement: Statement, points: Sequence[Point]) -> None:
        self.false: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.invalid: set[str] = set()
        self.statement = statement
        self.at: list[tuple[Point, Arrays]] = []
        lines = [Line(let) for let in (*statement.forward, *statement.backward)]
        for point in points:
            arrays = dict(point.arrays)
            for line in lines:
                if line.let.name not in arrays:
                    self._run(line, point.sizes, arrays)
            self.at.append((point, arrays))
            for claim in statement.claims:
                self._judge(claim, point, arrays)

    def _run(self, line: Line, sizes: Ints, arrays: Arrays) -> None:
        try:
            arrays[line.let.name] = line.run(sizes, arrays)
        except KeyError as error:
            if error.args and isinstance(error.args[0], tuple):
                self.invalid.add(group(line.let.name))
        except FAILURES:
            pass

    def _judge(self, claim: Claim, point: Point, arrays: Arrays) -> None:
        if isinstance(claim, GradientClaim):
            value = arrays.get(claim.target)
            if value is None:
                return
            got = sum(complex(v).real * point.directions[claim.input][p] for p, v in value.items())
            want = point.slopes[claim.input]
            scale = 1 + abs(want) + max((abs(v) for v in value.values()), default=0.0)
            agree = abs(got - want) <= 1e-6 * scale
        elif isinstance(claim, EqualClaim):
            left, right = arrays.get(claim.left), arrays.get(claim.right)
            if left is None or right is None:
                return
            agree = close(left, right)
        else:
            return
        if agree:
            self.seen[claim.target] = self.seen.get(claim.target, 0) + 1
        else:
            self.false.setdefault(claim.target, f"at {point.sizes}")


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


def in_range(statement: Statement) -> Statement | None:
    """The statement without the mutants that read outside of their tensors; None where an original does."""
    try:
        check_accesses(statement)
        return statement
    except StatementError:
        pass
    gone = set()
    for name in {group(c.target) for c in statement.claims}:
        others = {group(c.target) for c in statement.claims} - {name, ""}
        try:
            check_accesses(without(statement, others))
        except StatementError:
            gone.add(name)
    return None if "" in gone else without(statement, gone)


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
    points = smooth(Evaluated(statement, random, sizes_of(statement, 4), gradient).points, hypotheses)
    judge = Judge(made, points)
    if not points or "" in judge.invalid:
        figures.skipped += 1
        return
    checked = in_range(without(made, judge.invalid))
    if checked is None:
        figures.crashes.append(f"{seed}: an original reads outside of its tensor\n{text(made, '')}")
        return
    decide(seed, checked, judge, figures, seconds, refute=random.random() < refute)


def decide(seed: str, statement: Statement, judge: Judge, figures: Figures, seconds: float, *, refute: bool) -> None:
    """What the prover says of each claim, against the numbers."""
    start = perf_counter()
    try:
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
            count(figures, found.status, mutant, judge.seen.get(claim.target, 0))
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


def count(figures: Figures, status: str, mutant: bool, seen: int) -> None:
    """A verdict that is right."""
    if not mutant:
        figures.originals_proved += status == "proved"
        figures.originals_open += status != "proved"
    else:
        figures.mutants_proved += status == "proved"
        figures.mutants_disproved += status == "disproved"
        figures.mutants_true_open += status == "unknown" and seen > 2


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


def text(statement: Statement, name: str) -> str:
    """The statement with one mutant only, for people."""
    others = {group(c.target) for c in statement.claims} - {name, ""}
    kept = without(statement, others)
    shapes = ", ".join(f"{t.name}: {' '.join(str(a).replace(' ', '') for a in t.shape)}" for t in kept.inputs)
    rows = [f"    shapes   {shapes}   outputs {', '.join(kept.outputs)}"]
    rows += [f"    assume   {format_condition(a.condition)}" for a in kept.assumptions]
    rows += [f"    forward  {format_let(let)}" for let in kept.forward]
    rows += [f"    backward {format_let(let)}" for let in kept.backward]
    return "\n".join(rows)


__all__ = ["Draw", "Evaluated", "Figures", "Judge", "equal_statement", "gradient_statement", "run", "sizes_of"]
