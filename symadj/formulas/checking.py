"""Every simplified line held against the derived one, by the normal form."""

from __future__ import annotations

from collections.abc import Sequence

from symadj.domains.checking import size_context
from symadj.errors import BudgetExceeded, Unsupported
from symadj.formulas.program import reads, used
from symadj.normal.programs import Proof
from symadj.terms.statement import Let, Statement

_BUDGET = 200_000


class Checker:
    """The derived program in normal form, to compare with."""

    def __init__(self, statement: Statement, raw: Sequence[Let]) -> None:
        self._statement = statement
        self._raw = {let.name: let for let in raw}
        self._order = list(raw)
        self._proof: Proof | None = None
        self._failed = False

    def is_zero(self, name: str) -> bool:
        """Whether a line of the derived program is shown to be zero."""
        proof = self._ready()
        if proof is None:
            return False
        try:
            return proof.is_zero(self._derived, name)
        except (Unsupported, BudgetExceeded):
            return False

    def confirmed(self, lets: Sequence[Let], targets: frozenset[str], plain: Sequence[Let]) -> Sequence[Let]:
        """``lets`` where all targets are shown to be the derived ones, else the derived lines for the others."""
        if all(let == self._raw.get(let.name) for let in lets):
            return lets
        wrong = self._wrong(lets, targets)
        if not wrong:
            return lets
        kept = used(lets, targets - wrong)
        if len(wrong) == len(targets):
            return plain
        names = {let.name for let in kept}
        rest = [let for let in used(self._order, wrong) if let.name not in names]
        ordered = _in_order([*kept, *rest])
        return ordered if ordered is not None and not self._wrong(ordered, targets) else plain

    def _ready(self) -> Proof | None:
        if self._proof is None and not self._failed:
            try:
                s = self._statement
                proof = Proof(
                    s.inputs, s.forward, s.assumptions, s.integers,
                    sizes=size_context(s), complex=s.complex, budget=_BUDGET,
                )  # fmt: skip
                self._cotangents = {f"d{o}": s.shape(o) for o in s.outputs}
                self._derived = proof.program(self._cotangents)
                proof.add_lets(self._derived, self._order)
                self._proof = proof
            except (Unsupported, BudgetExceeded):
                self._failed = True
        return self._proof

    def _wrong(self, lets: Sequence[Let], targets: frozenset[str]) -> frozenset[str]:
        """The targets that are not shown to be equal to the derived ones."""
        proof = self._ready()
        if proof is None:
            return targets
        env = proof.program(self._cotangents)
        try:
            proof.add_lets(env, lets, self._derived)
        except (Unsupported, BudgetExceeded, KeyError):
            return targets
        wrong: set[str] = set()
        for target in targets:
            try:
                if not proof.same(env, target, self._derived, target):
                    wrong.add(target)
            except (Unsupported, BudgetExceeded):
                wrong.add(target)
        return frozenset(wrong)


def _in_order(lets: Sequence[Let]) -> list[Let] | None:
    """The lines so that each stands after those that it reads."""
    names = {let.name for let in lets}
    waiting, result = list(lets), list[Let]()
    while waiting:
        done = {let.name for let in result}
        ready = [let for let in waiting if all(r in done for r in reads(let) if r in names)]
        if not ready:
            return None
        result += ready
        waiting = [let for let in waiting if let not in ready]
    return result
