"""Every simplified line held against the derived one, by the normal form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symadj.domains.checking import check_accesses, size_context
from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.formulas.keys import differences
from symadj.formulas.likeness import by_place, is_copy
from symadj.formulas.program import reads
from symadj.normal.environment import Environment
from symadj.normal.programs import Proof
from symadj.terms.nodes import Term
from symadj.terms.statement import Let, Statement, used_lines

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

    def confirmed(self, lets: Sequence[Let], targets: frozenset[str], simple: Sequence[Let]) -> Sequence[Let]:
        """``lets`` where all targets are shown to be the derived ones; else, for the others, the lines of ``simple``,
        which have the derived lines' names, and of these the derived one where it is not shown to be the same.
        """
        if all(let.name in self._raw and is_copy(let, self._raw[let.name]) for let in lets):
            return lets
        wrong = self._wrong(lets, targets)
        if not wrong:
            return lets
        plain = used_lines(self._line_by_line(simple), targets)
        kept = used_lines(lets, targets - wrong)
        if len(wrong) == len(targets):
            return plain
        names = {let.name for let in kept}
        rest = [let for let in used_lines(plain, wrong) if let.name not in names]
        ordered = _in_order([*kept, *rest])
        return ordered if ordered is not None and not self._wrong(ordered, targets) else plain

    def _line_by_line(self, lets: Sequence[Let]) -> list[Let]:
        """The lines, each as it was derived where it is not shown to be that."""
        proof = self._ready()
        if proof is None:
            return [self._raw[let.name] for let in lets]
        env = proof.program(self._cotangents)
        result: list[Let] = []
        for let in lets:
            try:
                proof.add_lets(env, [let], self._derived)
                good = proof.same(env, let.name, self._derived, let.name)
            except (Unsupported, BudgetExceeded, KeyError):
                good = False
            env.values[let.name] = self._derived.lookup(let.name)
            result.append(let if good else self._raw[let.name])
        return result

    def stays_inside(self, lets: Sequence[Let], known: Sequence[Let] = ()) -> bool:
        """Whether every entry that the lines read is shown to lie inside its tensor; of those that are ``known``, and
        of the forward map, it is known where there are such.
        """
        whole = replace(self._statement, backward=(*known, *lets), claims=())
        try:
            return not check_accesses(whole, lets=lets if known else None)
        except (StatementError, Unsupported, BudgetExceeded):
            return False

    def is_line(self, read: Sequence[Let], lets: Sequence[Let]) -> bool:
        """Whether the last line that was read is shown to be the last one of ``lets``, and reads inside of tensors;
        first only where the two terms differ, then as a whole.
        """
        proof = self._ready()
        if proof is None or not self.stays_inside(read, lets):
            return False
        first, second = by_place(read[-1]), by_place(lets[-1])
        if first.shape != second.shape:
            return False
        env = proof.program(self._cotangents)
        try:
            before = [*lets[:-1], *read[:-1]]
            proof.add_lets(env, before, self._derived, new={let.name for let in before})
            ways = ([*differences(first.body, second.body)], [(first.body, second.body)])
            return any(all(self._same(proof, env, first, pair) for pair in pairs) for pairs in ways)
        except (Unsupported, BudgetExceeded, KeyError):
            return False

    @staticmethod
    def _same(proof: Proof, env: Environment, axes: Let, pair: tuple[Term, Term]) -> bool:
        """Whether two terms over the axes of a line are shown to be the same."""
        inner = env.child()
        names = ("printed.0", "printed.1")
        lets = [replace(axes, name=name, body=term) for name, term in zip(names, pair, strict=True)]
        proof.add_lets(inner, lets, inner, new=names)
        return proof.alike(inner, *names)

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
            proof.add_lets(env, lets, self._derived, new={let.name for let in lets} - self._raw.keys())
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
