"""Every step is checked twice: by normal forms, and with numbers by the oracle, which shares no code with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from time import monotonic

from symadj.derivation.differentials import equations
from symadj.derivation.model import COTANGENT, Chain, Indices
from symadj.domains.checking import size_context
from symadj.errors import BudgetExceeded, SymadjError, Unsupported
from symadj.normal.programs import Proof, names_in
from symadj.oracle.steps import Sample, first_failure
from symadj.points.terms import SizeContext
from symadj.terms.formula import format_term
from symadj.terms.index import Index
from symadj.terms.nodes import Term, tensors_in
from symadj.terms.statement import Assumption, Let, Shape, Statement, Tensor

BUDGET = 400_000
GUESS_BUDGET = 40_000
_NEAREST = 4
_MOST_HYPOTHESES = 8
_SECONDS = 4.0

Equality = tuple[Indices, Term, Term]


class StepFails(SymadjError):
    """A step of a derivation that is not shown to be true: an error of symadj, not of the statement."""


@dataclass(slots=True)
class Extended:
    """A statement's program with further inputs (tangents, cotangents) and further lines, in which steps are terms.

    ``granted`` are hypotheses beyond ``assume`` that the proof stands under. A step is about the lines that it names:
    it is looked at with these, then with those that they read, and so on, so that its cost does not grow with the
    program around it.
    """

    statement: Statement
    inputs: tuple[Tensor, ...]
    granted: tuple[Assumption, ...] = ()
    lets: dict[str, Let] = field(default_factory=dict)
    _sizes: SizeContext = field(init=False)
    _named: set[str] = field(init=False)
    _reads: dict[str, set[str]] = field(default_factory=dict)
    _sample: Sample | None = None
    _tried: dict[tuple[frozenset[str], Equality], bool | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sizes = size_context(self.statement)
        self._named = {n for a in (*self.statement.assumptions, *self.granted) for n in names_in(a.condition)}

    def define(self, *lets: Let) -> None:
        """Add lines; what was shown before stays shown."""
        self.lets.update((let.name, let) for let in lets)
        self._reads.update((let.name, tensors_in(let.body)) for let in lets)

    def shapes(self) -> dict[str, Shape]:
        """The shape of every name."""
        found = {tensor.name: tensor.shape for tensor in self.inputs}
        return found | {let.name: let.shape for let in self.lets.values()}

    # -------------------------------------------------------------------------------- normal forms

    def same(self, indices: Indices, left: Term, right: Term) -> bool:
        """Whether two terms are shown to be equal for all values of their free indices, as the prover shows it."""
        if left == right:
            return True
        cut_off: list[frozenset[str]] = []
        for facts in self.levels(left, right):
            if self.same_with(facts, indices, left, right):
                return True
            if self._tried[facts, (indices, left, right)] is None:
                cut_off.append(facts)
        return any(self.same_with(facts, indices, left, right, BUDGET) for facts in cut_off)

    def likely(self, indices: Indices, left: Term, right: Term) -> bool:
        """The same, for a guess: numbers are asked first, which are quick to say no; then the nearest lines."""
        if left == right:
            return True
        nearest = islice(self.levels(left, right), _NEAREST)
        return not self.refuted(indices, left, right) and any(
            self.same_with(facts, indices, left, right) for facts in nearest
        )

    def refuted(self, indices: Indices, left: Term, right: Term) -> bool:
        """Whether numbers are against it. Nothing follows from them: they only save the search for a proof."""
        if self._sample is None:
            self._sample = Sample(self._program(()))
        for let in self.lets.values():
            self._sample.add(let)
        return self._sample.refutes(indices, left, right)

    def levels(self, left: Term, right: Term) -> Iterator[frozenset[str]]:
        """Sets of lines by which the terms may be equal, smaller ones first: those that only the left side names; those
        that only one side does; what the lines of the derivation read in turn, without looking behind the cotangents
        that the right side is written with; the forward lines that these read in turn; then whatever there is.
        """
        one, other = (tensors_in(term) & self.lets.keys() for term in (left, right))
        forward = {let.name for let in self.statement.forward}
        own = self.lets.keys() - forward
        written = {name for name in other if name.startswith(COTANGENT)}
        given: set[frozenset[str]] = set()
        for found in chain(
            (frozenset(one - other), frozenset(one ^ other)),
            self._reached(one | other, own - written, forward),
            self._reached(one | other, own, forward),
        ):
            if found not in given:
                given.add(found)
                yield found

    def _reached(self, names: set[str], *allowed: set[str]) -> Iterator[frozenset[str]]:
        """What lines read in turn, in steps that double, of the first ``allowed`` to the end, then of the next."""
        found = set[str]()
        for lines in allowed:
            level, due = 1, 1
            waiting = names & lines
            while waiting:
                found |= waiting
                read = set[str]().union(*(self._reads[line] for line in waiting))
                names = names | read
                waiting = (read & lines) - found
                if level == due or not waiting:
                    yield frozenset(found)
                due *= 2 if level == due else 1
                level += 1

    def same_with(
        self, facts: Iterable[str], indices: Indices, left: Term, right: Term, budget: int = GUESS_BUDGET
    ) -> bool:
        """Whether they are equal whatever the lines are that are not among ``facts``."""
        key = (frozenset(facts), (indices, left, right))
        if self._tried.get(key) is None:
            self._tried[key] = self._attempt(*key, budget)
        return self._tried[key] is True

    def relied_on(self, facts: Iterable[str], indices: Indices, left: Term, right: Term) -> list[Assumption]:
        """Hypotheses about entries without which the two are not shown to be equal by these lines: none that can be
        left out; of many, none at all.
        """
        known, equality = frozenset(facts), (indices, left, right)
        kept = [*self.statement.assumptions, *self.granted]
        about = [a for a in kept if names_in(a.condition) & self.shapes().keys()]
        others = [a for a in kept if a not in about]
        if not about or len(about) > _MOST_HYPOTHESES or self._attempt(known, equality, GUESS_BUDGET, others):
            return []
        for assumption in list(about):
            fewer = [a for a in about if a is not assumption]
            if self._attempt(known, equality, GUESS_BUDGET, [*others, *fewer]):
                about = fewer
        return about if self._attempt(known, equality, GUESS_BUDGET, [*others, *about]) else []

    def _attempt(
        self, facts: frozenset[str], equality: Equality, budget: int, assumptions: Sequence[Assumption] | None = None
    ) -> bool | None:
        """``None`` where the budget did not do; without ``assumptions``, all that there are."""
        indices, left, right = equality
        assumed = (*self.statement.assumptions, *self.granted) if assumptions is None else tuple(assumptions)
        names, shape = tuple(n for n, _ in indices), tuple(length for _, length in indices)
        sides = [Let("step.left", names, shape, left), Let("step.right", names, shape, right)]
        lets = [let for let in self.lets.values() if let.name in facts]
        read = self._named.union(tensors_in(left), tensors_in(right), *(self._reads[let.name] for let in lets))
        opaque = [Tensor(name, self.lets[name].shape) for name in self.lets if name in read - facts]
        inputs = [t for t in self.inputs if t.name in read or t.below is not None]
        try:
            proof = Proof(
                [*inputs, *opaque],
                lets,
                assumed,
                self.statement.integers,
                sizes=self._sizes,
                complex=self.statement.complex,
                budget=budget,
            )
            env = proof.forward.child()
            proof.add_lets(env, sides)
            return proof.same(env, "step.left", env, "step.right")
        except Unsupported:
            return False
        except BudgetExceeded:
            return None

    # -------------------------------------------------------------------------------- the final check

    def check(self, chains: Iterable[Chain], differential_of: Mapping[str, str] | None = None) -> int:
        """Check every step of the chains, and that lines are the differentials of others; tells how many steps there
        were.

        ``differential_of`` names the differential of each input and line that moves. Raises ``StepFails``.
        """
        steps = [
            (of.indices, left, step.expression)
            for of in chains
            for left, step in zip((of.start, *(s.expression for s in of.steps)), of.steps, strict=False)
        ]
        differentials = differential_of or {}
        for indices, left, right in (*steps, *equations(self.lets, differentials)):
            if not self.same(indices, left, right):
                raise StepFails(f"{self.statement.name}: {format_term(left)} = {format_term(right)} is not shown")
        self.try_numbers(steps, differentials)
        return len(steps)

    def try_numbers(self, steps: Sequence[Equality], differential_of: Mapping[str, str]) -> None:
        """Let the oracle look for numbers at which a step, or a differential, is false, at small sizes."""
        sides: dict[str, Let] = {}
        pairs: list[tuple[str, str]] = []
        for number, (indices, left, right) in enumerate(steps):
            names, shape = tuple(n for n, _ in indices), tuple(length for _, length in indices)
            pair = (f"step.{number}.left", f"step.{number}.right")
            pairs.append(pair)
            sides |= {n: Let(n, names, shape, term) for n, term in zip(pair, (left, right), strict=True)}
        found = first_failure(self._program(sides.values()), pairs, differential_of, deadline=monotonic() + _SECONDS)
        if found is not None:
            lets = sides | self.lets
            texts = [format_term(lets[name].body) for name in (found.left, found.right)]
            kind = "" if found.left in sides else "the differential of "
            raise StepFails(f"{self.statement.name}: {kind}{' = '.join(texts)} is false at {found.sizes}")

    def _program(self, more: Iterable[Let]) -> Statement:
        return replace(
            self.statement,
            inputs=self.inputs,
            forward=(*self.lets.values(), *more),
            outputs=(),
            backward=(),
            claims=(),
            assumptions=(*self.statement.assumptions, *self.granted),
        )


def at_indices(names: Iterable[str], shape: Iterable[Index]) -> Indices:
    """Names with the lengths of their axes."""
    return tuple(zip(names, shape, strict=True))
