"""One program of the campaign: its derived backward, mutants of it, what the prover says, and what the numbers say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from symadj.calculus import pullback
from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.terms.nodes import Entry, walk
from symadj.terms.printer import format_let
from symadj.terms.statement import EqualClaim, GradientClaim, Let, Statement
from symadj.verdict import prove
from tests.support.mutants import Mutator
from tests.support.numbers import FAILURES, STEP, Array, Arrays, Ints, Line, close, positions


@dataclass
class Figures:
    """What a run counted."""

    programs: int = 0
    mutants: int = 0
    proved: int = 0  # originals
    unproved: int = 0
    equal_mutants: int = 0  # proved, and right
    skipped: int = 0
    wrong: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def merge(self, other: Figures) -> None:
        """Adds what another run counted."""
        for name in self.__slots__ if hasattr(self, "__slots__") else vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True)
class Point:
    """Sizes, and the arrays of inputs, lines and cotangents there; ``slopes`` maps an input to ⟨D forward [v], δ⟩."""

    sizes: Ints
    arrays: Arrays
    directions: Arrays
    slopes: dict[str, float]


def draw_array(random: Random, shape: Sequence[object], sizes: Ints, positive: bool) -> Array:
    """Generic entries, away from zero and from each other."""
    return {
        p: random.uniform(0.3, 1.1) * (1 if positive or random.random() < 0.6 else -1)
        for p in positions(tuple(shape), sizes)  # type: ignore[arg-type]
    }


class Evaluated:
    """A statement's forward map at several points."""

    def __init__(self, statement: Statement, random: Random, sizes: Sequence[Ints]) -> None:
        self.statement = statement
        self.random = random
        self.lines = [Line(let) for let in statement.forward]
        self.positive = {
            e.tensor
            for a in statement.assumptions
            for e in _entries(a.condition)
        }
        self.points = [p for s in sizes if (p := self._point(s)) is not None]

    def _point(self, sizes: Ints) -> Point | None:
        inputs = self.statement.inputs
        try:
            arrays = {t.name: draw_array(self.random, t.shape, sizes, t.name in self.positive) for t in inputs}
            directions = {t.name: draw_array(self.random, t.shape, sizes, False) for t in inputs}
            slopes = {}
            base: Arrays = self._forward(arrays, sizes)
            shapes = {let.name: let.shape for let in self.statement.forward}
            deltas = {
                "d" + o: draw_array(self.random, shapes[o], sizes, False) for o in self.statement.outputs
            }
            for tensor in inputs:
                moved = {
                    p: complex(v, STEP * directions[tensor.name][p]) for p, v in arrays[tensor.name].items()
                }
                found = self._forward({**arrays, tensor.name: moved}, sizes)
                slopes[tensor.name] = sum(
                    complex(v).imag / STEP * deltas["d" + o][p]
                    for o in self.statement.outputs
                    for p, v in found[o].items()
                )
        except FAILURES:
            return None
        return Point(sizes, {**base, **deltas}, directions, slopes)

    def _forward(self, arrays: Arrays, sizes: Ints) -> Arrays:
        found = dict(arrays)
        for line in self.lines:
            found[line.let.name] = line.run(sizes, found)
        return found


def _entries(condition: object) -> list[Entry]:
    from symadj.terms.nodes import condition_terms

    return [t for part in condition_terms(condition) for t in walk(part) if isinstance(t, Entry)]  # type: ignore[arg-type]


SIZE_CHOICES = ((1, 2, 3), (2, 2, 2), (2, 3, 1), (3, 3, 3), (3, 2, 2), (1, 1, 1), (4, 4, 4), (4, 3, 2))


def sizes_of(statement: Statement, count: int) -> list[Ints]:
    """Some small sizes, square and not."""
    return [
        {n: choice[k % 3] for k, n in enumerate(statement.sizes)} for choice in SIZE_CHOICES[:count]
    ]


def backward_claims(statement: Statement, lets: Sequence[Let]) -> Statement:
    """The statement that the derived lines are right."""
    claims = tuple(GradientClaim(f"d{t.name}", t.name) for t in statement.inputs)
    return replace(statement, backward=tuple(lets), claims=claims)


def with_mutants(statement: Statement, random: Random, count: int) -> tuple[Statement, list[str]]:
    """The statement with further claims, each a mutant of one of its own; the texts of what was changed."""
    backward = list(statement.backward)
    shapes = {t.name: t.shape for t in statement.inputs}
    shapes |= {let.name: let.shape for let in (*statement.forward, *statement.backward)}
    shapes |= {"d" + o: statement.shape(o) for o in statement.outputs}
    claims = list(statement.claims)
    known = set(shapes)
    texts: list[str] = []
    order = [let.name for let in statement.backward]
    for number in range(count):
        k = random.randrange(len(statement.backward))
        let = statement.backward[k]
        earlier = {n: s for n, s in shapes.items() if n not in order[k:]}
        mutant = Mutator(random, earlier, statement.sizes).mutate(let)
        if mutant is None or mutant.body == let.body:
            continue
        renamed = {let.name: f"m{number}_{let.name}"}
        made = [replace(mutant, name=renamed[let.name])]
        for later in statement.backward[k + 1 :]:
            if any(isinstance(t, Entry) and t.tensor in renamed for t in walk(later.body)):
                renamed[later.name] = f"m{number}_{later.name}"
                made.append(replace(later, name=renamed[later.name], body=renamed_entries(later.body, renamed), source=None))
        if known & set(renamed.values()):
            continue
        backward += made
        for claim in statement.claims:
            if isinstance(claim, GradientClaim) and claim.target in renamed:
                claims.append(GradientClaim(renamed[claim.target], claim.input))
        texts.append(format_let(mutant))
    return replace(statement, backward=tuple(backward), claims=tuple(claims)), texts


def renamed_entries(term: object, names: dict[str, str]) -> object:
    """The term with tensors renamed."""
    from dataclasses import fields, is_dataclass

    if isinstance(term, Entry):
        return replace(term, tensor=names.get(term.tensor, term.tensor))
    if isinstance(term, tuple):
        return tuple(renamed_entries(t, names) for t in term)
    if is_dataclass(term) and not isinstance(term, type) and type(term).__module__.endswith("nodes"):
        return replace(term, **{f.name: renamed_entries(getattr(term, f.name), names) for f in fields(term)})
    return term


__all__ = [
    "BudgetExceeded", "EqualClaim", "Evaluated", "Figures", "Line", "Point", "StatementError", "Unsupported",
    "backward_claims", "close", "prove", "pullback", "sizes_of", "with_mutants",
]  # fmt: skip
