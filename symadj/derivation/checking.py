"""Every step is checked twice: by normal forms, and with numbers by the oracle, which shares no code with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from symadj.derivation.model import Chain, Indices
from symadj.derivation.terms import tensors_in
from symadj.errors import BudgetExceeded, SymadjError, Unsupported
from symadj.normal.domains import size_context
from symadj.normal.programs import Proof
from symadj.oracle import Dropped, OutOfRange
from symadj.oracle.search import Budget, Searcher
from symadj.oracle.trials import make_trial
from symadj.terms.index import Index
from symadj.terms.nodes import Term
from symadj.terms.statement import Assumption, EqualClaim, Let, Shape, Statement, Tensor

BUDGET = 400_000
GUESS_BUDGET = 40_000
_EVALUATIONS = 60
_SECONDS = 2.0
_MOST_SIZES = 3


class StepFails(SymadjError):
    """A step of a derivation that is not shown to be true: an error of symadj, not of the statement."""


@dataclass(slots=True)
class Extended:
    """A statement's program with further inputs (tangents, cotangents) and further lines, in which steps are terms.

    ``granted`` are hypotheses beyond ``assume`` that the proof stands under.
    """

    statement: Statement
    inputs: tuple[Tensor, ...]
    lets: list[Let] = field(default_factory=list)
    granted: tuple[Assumption, ...] = ()
    _proof: Proof | None = None
    _count: int = 0

    def define(self, let: Let) -> None:
        """Add a line; what was shown before stays shown."""
        self.lets.append(let)
        if self._proof is not None:
            self._proof.add_lets(self._proof.forward, [let])

    def shapes(self) -> dict[str, Shape]:
        """The shape of every name."""
        found = {tensor.name: tensor.shape for tensor in self.inputs}
        return found | {let.name: let.shape for let in self.lets}

    def same(self, indices: Indices, left: Term, right: Term) -> bool:
        """Whether two terms are shown to be equal for all values of their free indices, as the prover shows it."""
        if self._proof is None:
            self._proof = self._proved(self.inputs, self.lets, BUDGET)
        if self._equal(self._proof, indices, left, right, GUESS_BUDGET):
            return True
        # What needs no other line is often shown sooner without them: first no line, then the nearest ones.
        near = tensors_in(left) | tensors_in(right)
        for facts in ((), tensors_in(left), near):
            if self.same_with(facts, indices, left, right, BUDGET):
                return True
        return self._equal(self._proof, indices, left, right, BUDGET)

    def same_with(
        self, facts: Iterable[str], indices: Indices, left: Term, right: Term, budget: int = GUESS_BUDGET
    ) -> bool:
        """Whether they are equal whatever the lines are that are not among ``facts``."""
        kept = set(facts)
        opaque = [Tensor(let.name, let.shape) for let in self.lets if let.name not in kept]
        lets = [let for let in self.lets if let.name in kept]
        try:
            proof = self._proved((*self.inputs, *opaque), lets, budget)
        except (Unsupported, BudgetExceeded):
            return False
        return self._equal(proof, indices, left, right, budget)

    def _proved(self, inputs: Sequence[Tensor], lets: Sequence[Let], budget: int) -> Proof:
        return Proof(
            inputs,
            lets,
            (*self.statement.assumptions, *self.granted),
            self.statement.integers,
            sizes=size_context(self.statement),
            complex=self.statement.complex,
            budget=budget,
        )

    def _equal(self, proof: Proof, indices: Indices, left: Term, right: Term, budget: int) -> bool:
        env = proof.forward.child()
        saved, proof.store.budget = proof.store.budget, budget
        names, shape = tuple(n for n, _ in indices), tuple(length for _, length in indices)
        try:
            proof.add_lets(env, [Let("step.left", names, shape, left), Let("step.right", names, shape, right)])
            return proof.same(env, "step.left", env, "step.right")
        except (Unsupported, BudgetExceeded):
            return False
        finally:
            proof.store.budget = saved

    # -------------------------------------------------------------------------------- the final check

    def check(self, chains: Iterable[Chain]) -> int:
        """Check every step of the chains; tells how many there were. Raises ``StepFails``."""
        pairs = [
            (chain.indices, left, step.expression)
            for chain in chains
            for left, step in zip((chain.start, *(s.expression for s in chain.steps)), chain.steps, strict=False)
        ]
        for indices, left, right in pairs:
            if left != right and not self.same(indices, left, right):
                raise StepFails(f"{self.statement.name}: {_shown(left)} = {_shown(right)} is not shown")
        self._try_numbers(pairs)
        return len(pairs)

    def _try_numbers(self, pairs: Sequence[tuple[Indices, Term, Term]]) -> None:
        """Let the oracle look for numbers at which a step is false, at small sizes."""
        until = monotonic() + _SECONDS
        statement, claims = self._as_equations(pairs)
        if not claims:
            return
        try:
            searcher = Searcher(statement, claims[0], Budget(_EVALUATIONS, until))
            places = _small(searcher)
        except (Unsupported, Dropped, OutOfRange, RecursionError):
            return
        for claim, (_, left, right) in zip(claims, pairs, strict=True):
            try:
                searcher.claim, searcher.trial = claim, make_trial(searcher.worlds, claim)
                searcher.budget = Budget(_EVALUATIONS, until)
                for sizes in places:
                    if searcher.at(sizes) is not None:
                        raise StepFails(f"{self.statement.name}: {_shown(left)} = {_shown(right)} is false at {sizes}")
            except (Unsupported, BudgetExceeded, Dropped, OutOfRange, RecursionError):
                continue

    def _as_equations(self, pairs: Sequence[tuple[Indices, Term, Term]]) -> tuple[Statement, list[EqualClaim]]:
        lets: list[Let] = []
        claims: list[EqualClaim] = []
        for number, (indices, left, right) in enumerate(pairs):
            names, shape = tuple(n for n, _ in indices), tuple(length for _, length in indices)
            claim = EqualClaim(f"step.{number}", f"step.{number}.left", f"step.{number}.right")
            claims.append(claim)
            lets += [Let(claim.left, names, shape, left), Let(claim.right, names, shape, right)]
        statement = replace(
            self.statement,
            inputs=self.inputs,
            forward=(*self.lets, *lets),
            outputs=(),
            backward=(),
            claims=tuple(claims),
            assumptions=(*self.statement.assumptions, *self.granted),
        )
        return statement, claims


def _small(searcher: Searcher) -> list[Mapping[str, int]]:
    """The smallest sizes, and some at which every axis is longer than one."""
    conditions = searcher.conditions
    found: list[Mapping[str, int]] = []
    start = conditions.least_total
    for total in range(start, start + 3):
        found += list(conditions.of_total(total))[:1]
    twos = {name: 2 + (k % 2) for k, name in enumerate(conditions.names)}
    if conditions.allow(twos):
        found.append(twos)
    return found[-_MOST_SIZES:]


def _shown(term: Term) -> str:
    from symadj.terms.formula import format_term

    return format_term(term)


def at_indices(names: Iterable[str], shape: Iterable[Index]) -> Indices:
    """Names with the lengths of their axes."""
    return tuple(zip(names, shape, strict=True))
