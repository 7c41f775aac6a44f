"""Which hypotheses a proof of one statement has to name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from symadj.calculus import Hypothesis, discharge
from symadj.calculus.free_inputs import FreeInputs
from symadj.calculus.obvious import not_obvious
from symadj.normal.programs import names_in
from symadj.terms.nodes import Not, ValueCondition, tensors_in
from symadj.terms.statement import Assumption, Statement


class Needed:
    """The hypotheses of one statement, sifted. What was asked once is remembered: claims share most of them."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._lets = (*statement.forward, *statement.backward)
        self._inputs = {tensor.name for tensor in statement.inputs}
        self._known_reads: dict[Hypothesis, _Reads] = {}
        self._sifted: dict[tuple[Hypothesis, ...], tuple[Hypothesis, ...]] = {}

    @cached_property
    def _bodies(self) -> dict[str, set[str]]:
        return {let.name: tensors_in(let.body) for let in self._lets}

    @cached_property
    def _free(self) -> FreeInputs:
        inputs = [tensor.name for tensor in self._statement.inputs if tensor.below is None]
        return FreeInputs(inputs, self._lets, self._statement.assumptions)

    def can_fail(self, hypothesis: Hypothesis) -> bool:
        """Whether it is plain that the hypothesis fails somewhere: an input that nothing is assumed of decides it."""
        return self._free.decide(hypothesis.condition)

    def open(
        self, hypotheses: Sequence[Hypothesis], granted: Sequence[Hypothesis] = (), levels: int | None = None
    ) -> tuple[Hypothesis, ...]:
        """Those that do not follow from what the statement assumes and from the ``granted`` ones."""
        statement = self._statement
        if hypotheses and not statement.complex:
            hypotheses = not_obvious(hypotheses, statement.assumptions, self._lets, statement.integers)
        if not hypotheses:
            return ()
        return discharge(
            hypotheses,
            (*statement.assumptions, *(Assumption(h.indices, h.condition) for h in granted)),
            self._lets,
            statement.almost_everywhere,
            integers=statement.integers,
            inputs=statement.inputs,
            complex=statement.complex,
            levels=levels,
        )

    def independent(self, hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
        """Those that do not follow from the others: ``x != 0`` goes where ``x > 0`` is asked for.

        Asked of each with those others that read what it reads, there or one line on; so the work grows with the
        number of hypotheses, and one that is too many may stay.
        """
        asked = tuple(dict.fromkeys(hypotheses))
        if asked not in self._sifted:
            kept = list(asked)
            for hypothesis in reversed(asked):
                others = [h for h in kept if h is not hypothesis and self._may_imply(h, hypothesis)]
                if others and not self.open([hypothesis], others, levels=2):
                    kept = [h for h in kept if h is not hypothesis]
            self._sifted[asked] = tuple(kept)
        return self._sifted[asked]

    def _may_imply(self, other: Hypothesis, hypothesis: Hypothesis) -> bool:
        """False only where the two have nothing to do with each other, or each has an input of its own to vary.

        ``W1 @ h + b1 != 0`` and ``W2 @ g + b2 != 0``: the one sum can be 0 where the other is not.
        """
        one, two = self._reads(other), self._reads(hypothesis)
        if not (one.near & two.names or one.names & two.near):
            return False
        own = (one.names - two.names) & self._inputs, (two.names - one.names) & self._inputs
        return not (all(own) and one.is_disequality and two.is_disequality)

    def _reads(self, hypothesis: Hypothesis) -> _Reads:
        if hypothesis not in self._known_reads:
            names = names_in(hypothesis.condition)
            near = names.union(*(self._bodies.get(name, set()) for name in names))
            condition = hypothesis.condition
            is_disequality = isinstance(condition, Not) and isinstance(condition.part, ValueCondition)
            self._known_reads[hypothesis] = _Reads(names, near, is_disequality)
        return self._known_reads[hypothesis]


@dataclass(frozen=True, slots=True)
class _Reads:
    """The tensors that a hypothesis names, and those beside them that its lines name."""

    names: set[str]
    near: set[str]
    is_disequality: bool
