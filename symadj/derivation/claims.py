"""How the claimed backward formulas follow from the cotangents that a derivation has found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from symadj.calculus.rewriting import Names, freshen
from symadj.derivation.bridging import Bridge
from symadj.derivation.checking import at_indices
from symadj.derivation.gradients import Gradients
from symadj.derivation.likeness import alike
from symadj.derivation.model import COTANGENT, Block, Chain, Definitions, Equation, Paragraph, Part, Step, Text
from symadj.derivation.symbols import OWN
from symadj.derivation.terms import entry, renamed
from symadj.terms.index import var
from symadj.terms.nodes import Term, tensors_in
from symadj.terms.statement import Let

_LOOKS_LIKE_A_DIFFERENTIAL = re.compile(r"d[A-Za-z]\d?")


def used_lines(gradients: Gradients) -> list[Let]:
    """The claimed lines that the claims are computed from, in order."""
    wanted = {claim.target for claim in gradients.claims}
    kept: list[Let] = []
    for let in reversed(gradients.statement.backward):
        if let.name in wanted:
            kept.append(let)
            wanted |= tensors_in(let.body)
    return kept[::-1]


class Claims:
    """The claimed lines beside the derived ones."""

    def __init__(self, gradients: Gradients) -> None:
        self.gradients = gradients
        self.names = {f"d{o}": gradients.given(o) for o in gradients.statement.outputs}
        self.own: list[Let] = []
        self.derived = {let.name: let for let in gradients.cotangents()}

    def closing(self, parts: Sequence[Part]) -> list[Part]:
        """The parts on the forward program, and how the claims follow: a word, where one pairing has shown them."""
        last = self.part()
        chains = [block for block in last.blocks if isinstance(block, Chain)]
        if len(parts) > 1 or len(chains) < len(last.blocks) or any(len(chain.steps) > 1 for chain in chains):
            return [*parts, last]
        word = "These are the claimed formulas." if len(chains) > 1 else "This is the claimed formula."
        return [replace(part, blocks=(*part.blocks, Paragraph((word,)))) for part in parts] or [last]

    def part(self) -> Part:
        """The last part of the derivation."""
        blocks: list[Block] = []
        found: list[Block] = []
        for let in used_lines(self.gradients):
            body = renamed(let.body, self.names)
            target = self._derived(let, body)
            if target is None:
                self._define(let, body)
                continue
            self.names[let.name] = target
            found += self._conclusion(let, body, target)
        if self.own:
            rows: list[tuple[Equation, Text]] = [(Equation(entry(d.name, d.indices), d.body), ()) for d in self.own]
            blocks.append(Definitions(tuple(rows)))
        several = len(self.gradients.claims) > 1
        return Part(("The claimed formulas" if several else "The claimed formula",), (*blocks, *found))

    def _derived(self, let: Let, body: Term) -> str | None:
        """The cotangent that the line computes, if it is the one that its name says."""
        target = f"{COTANGENT}{let.name[1:]}"
        derived = self.derived.get(target)
        is_claim = any(let.name == claim.target for claim in self.gradients.claims)
        if derived is None or derived.shape != let.shape:
            return None
        if is_claim:
            return target
        where = at_indices(let.indices, let.shape)
        guess = where, entry(target, let.indices), body
        extended = self.gradients.extended
        return target if not extended.refuted(*guess) and extended.same(*guess) else None

    def _define(self, let: Let, body: Term) -> None:
        name = let.name
        if name[1:] in self.gradients.extended.shapes():
            name = self.names[let.name] = f"{OWN}{name[1:]}"
        elif _LOOKS_LIKE_A_DIFFERENTIAL.fullmatch(name):
            name = self.names[let.name] = f"{COTANGENT}{name[1:]}"
        defined = Let(name, let.indices, let.shape, body)
        self.own.append(defined)
        self.gradients.extended.define(defined)

    def _conclusion(self, let: Let, body: Term, target: str) -> Iterator[Block]:
        gradients = self.gradients
        derived = self.derived[target]
        values = {old: var(new) for old, new in zip(let.indices, derived.indices, strict=True)}
        claimed = gradients.names.term(freshen(body, values, Names()), derived.indices)
        where = at_indices(derived.indices, derived.shape)
        told = list(gradients.gathering(target.removeprefix(COTANGENT)))
        is_line = any(line.name == target.removeprefix(COTANGENT) for line in gradients.forward)
        steps: list[Step] = []
        for block in told:
            if isinstance(block, Chain):
                steps += list(block.steps)[-1:] if is_line else list(block.steps)
        if not steps:
            body_found = gradients.told.get(target, derived).body
            steps = [Step(body_found, ("found above",))]
        put = [name for name in (*self.derived, *(d.name for d in self.own)) if name != target]
        if alike(steps[-1].expression, claimed):
            steps[-1] = Step(claimed, steps[-1].rule)
        bridge = Bridge(
            gradients.extended, put, gradients.names, gradients.told, (gradients.with_names, gradients.with_factors)
        )
        steps += bridge.steps(where, steps[-1].expression, claimed)
        if is_line and len(steps) == 1:
            return
        last = steps[-1]
        reason: Text = ("as claimed",) if last.rule == ("found above",) else (*last.rule, "; as claimed")
        steps[-1] = Step(last.expression, reason, last.acted_on)
        yield Chain(where, entry(target, derived.indices), tuple(steps))
