"""Whether the normal form keeps the value of what it stands for: after normalising, after each unfolding, and with
hyperbolic functions written through exponentials.

That tries every rule on every program, and needs no false claim to be lucky.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from time import monotonic

from symadj.calculus import pullback
from symadj.domains.checking import size_context
from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.decide import deepest_let
from symadj.normal.environment import Environment
from symadj.normal.programs import Proof
from symadj.normal.store import Poly, Store
from symadj.normal.unfold import expand_functions, unfold
from symadj.terms.index import ZERO
from symadj.terms.printer import format_let
from symadj.terms.statement import Let, Statement
from tests.support.judge import Evaluated, Point, sizes_of
from tests.support.numbers import FAILURES, Line, allow
from tests.support.polynomials import Values
from tests.support.programs import draw_statement

UNFOLDINGS = 12
SAMPLE = 3
TERMS = 1500


@dataclass
class Checked:
    """What was compared."""

    programs: int = 0
    values: int = 0
    undefined: int = 0
    stopped: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.programs} programs, {self.values} values compared, {self.undefined} undefined"


def check_values(seed: str, checked: Checked, seconds: float = 1.0) -> None:
    """One random program with its derived backward lines."""
    random = Random(seed)
    statement = draw_statement(seed)
    try:
        lets = pullback(statement.forward, statement.outputs, {t.name: t.shape for t in statement.inputs}).lets
    except (Unsupported, BudgetExceeded):
        lets = ()
    points = Evaluated(statement, random, sizes_of(statement, random, 3), slopes=False).points
    for point in points:
        for let in lets:
            try:
                point.arrays[let.name] = Line(let).run(point.sizes, point.arrays)
            except FAILURES:
                continue
    if points:
        _Check(seed, statement, lets, points, random, checked).run(seconds)


class _Check:
    def __init__(
        self,
        seed: str,
        statement: Statement,
        lets: tuple[Let, ...],
        points: list[Point],
        random: Random,
        checked: Checked,
    ) -> None:
        self.seed, self.statement, self.lets = seed, statement, lets
        self.points, self.random, self.checked = points, random, checked

    def run(self, seconds: float) -> None:
        statement = self.statement
        self.checked.programs += 1
        try:
            proof = Proof(
                statement.inputs,
                statement.forward,
                statement.assumptions,
                statement.integers,
                sizes=size_context(statement),
                budget=30_000,
                deadline=monotonic() + seconds,
            )
            env = proof.program({"d" + o: statement.shape(o) for o in statement.outputs})
            proof.add_lets(env, self.lets)
            for let in (*statement.forward, *self.lets):
                self.line(proof.store, env, proof, let)
        except (Unsupported, BudgetExceeded):
            self.checked.stopped += 1

    def line(self, store: Store, env: Environment, proof: Proof, let: Let) -> None:
        """The forms of one let: each has the values of the let itself."""
        value = env.lookup(let.name)
        names = tuple(store.fresh(ZERO, n) for n in let.shape)
        left = proof.difference(value, value)
        if left:
            self.checked.wrong.append(f"{self.seed}: {let.name} - {let.name} is not 0")
        if value.head is not None and value.head.body is not None:
            self.compare("normal form", store, let, value.head.body, tuple(f"${k}" for k in range(let.rank)))
        poly = proof._at(value, names)
        for _ in range(UNFOLDINGS):
            self.compare("unfolded", store, let, poly, names)
            head = deepest_let(store, poly, set())
            if head is None:
                break
            poly = unfold(store, poly, head)
        self.compare("expanded", store, let, expand_functions(store, poly), names)

    def compare(self, what: str, store: Store, let: Let, poly: Poly, names: tuple[str, ...]) -> None:
        for point in self.points:
            wanted = point.arrays.get(let.name)
            if wanted is None:
                continue
            values = Values(store, point.sizes, point.arrays)
            positions = list(wanted)
            largest = max((abs(v) for v in wanted.values()), default=0.0)
            for position in positions if len(positions) <= SAMPLE else self.random.sample(positions, SAMPLE):
                try:
                    allow(TERMS)
                    got = values.poly(poly, dict(zip(names, position, strict=True)))
                except FAILURES:
                    self.checked.undefined += 1
                    break
                self.checked.values += 1
                if abs(got - wanted[position]) > 1e-6 * (1 + largest + values.largest):
                    self.checked.wrong.append(
                        f"{self.seed}: {what} of {let.name}{list(position)} at {point.sizes}: {got}, not "
                        f"{wanted[position]}\n    {format_let(let)}"
                    )
                    return
