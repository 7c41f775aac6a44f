"""Gradients: the differential line by line, each line's pairing with its cotangent, the sums of contributions, and how
the claimed formulas follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from symadj.calculus.rewriting import Names
from symadj.derivation.checking import at_indices
from symadj.derivation.expansion import Monomial, TooLong, monomials
from symadj.derivation.folding import factored, pulled
from symadj.derivation.likeness import alike
from symadj.derivation.model import (
    COTANGENT,
    DIFFERENTIAL,
    Block,
    Chain,
    Definitions,
    Equation,
    Indices,
    Paragraph,
    Part,
    Step,
    Text,
)
from symadj.derivation.program import Contribution, Program
from symadj.derivation.rules import rules_of
from symadj.derivation.terms import entry, polished, total, weight
from symadj.terms.nodes import ZERO_TERM, Add, Call, Entry, Mul, Sum, Term, add, mul, tensors_in, walk
from symadj.terms.statement import Let


@dataclass(slots=True)
class Gradients(Program):
    """The telling; ``told`` has the cotangents as they were found."""

    told: dict[str, Let] = field(default_factory=dict)

    def parts(self) -> Iterator[Part]:
        """The parts on the forward program: differentials, then line by line the pairing and what it contributes."""
        lines = [let for let in self.forward if let.name in self.differentials]
        several = len(lines) > 1
        if several:
            yield Part(("The differential, line by line",), tuple(self._differential(let) for let in lines))
        for let in reversed(lines):
            if not (let.name in self.statement.outputs or self.contributions.get(let.name)):
                continue
            blocks = [*self._pairing(let, told=several)]
            if not blocks:
                continue
            blocks = [*self.gathering(let.name), *blocks]
            title: Text = ("Backwards through ", Equation(entry(let.name, let.indices), let.body))
            yield Part(title if several else ("The pairing",), tuple(blocks))

    def _differential(self, let: Let) -> Block:
        d = self.differentials[let.name]
        steps = [Step(polished(self.written_out.get(let.name, d.body)), self._rules(let))]
        if let.name in self.written_out:
            steps.append(Step(polished(d.body), _as(let)))
        return Chain(at_indices(d.indices, d.shape), entry(d.name, d.indices), tuple(steps))

    def _rules(self, let: Let) -> Text:
        names = rules_of(let.body, self.read(let))
        return ("; ".join(names),) if names else ("linear",)

    def _pairing(self, let: Let, *, told: bool) -> Iterator[Block]:
        found = [c for parts in self.contributions.values() for c in parts if c.source == let.name]
        if not found:
            return
        d = self.differentials[let.name]
        bar = entry(COTANGENT + let.name, let.indices)
        start = self.names.term(total(let.indices, let.shape, self._inner(entry(d.name, d.indices), bar)))
        put = self.names.term(total(let.indices, let.shape, self._inner(d.body, bar)))
        rule: Text = ("the differential of the line",)
        if not told:
            names = rules_of(let.body, self.read(let))
            rule = (
                "definition of the map" + (f", differentiated: {'; '.join(names)}" if names else ", which is linear"),
            )
        steps = [Step(put, rule, (entry(d.name, d.indices),))]
        if let.name in self.written_out and not told:
            before = total(let.indices, let.shape, self._inner(self.written_out[let.name], bar))
            steps = [Step(self.names.term(before), rule, (entry(d.name, d.indices),)), Step(put, _as(let))]
        spread = self._distributed(put)
        collected = self._collected(found)
        affine = [c for c in found if c.affine]
        if spread is not None and not alike(spread, collected) and not alike(spread, put):
            steps.append(Step(spread, (_distributing(put, spread),)))
        if not self.extended.same((), put, collected):
            yield Chain((), start, tuple(steps), (d.name, bar.tensor))
            yield Paragraph(("Each entry that the line reads collects the cotangents of the places that read it.",))
            yield from self._hence(let, found)
            return
        if alike(put, collected):
            steps[-1] = replace(steps[-1], expression=collected)
        elif spread is None or not alike(spread, collected):
            steps.append(Step(collected, self._collecting(affine, found)))
        else:
            steps.append(Step(collected, (_distributing(put, collected),)))
        yield Chain((), start, tuple(steps), (d.name, bar.tensor))
        yield from self._hence(let, found)

    def _collecting(self, affine: Sequence[Contribution], found: Sequence[Contribution]) -> Text:
        if not affine:
            return ("collect each differential",)
        pieces: list[str | Term | Equation] = ["substitute the index of "]
        for k, c in enumerate(affine):
            pieces += [", " if k else "", entry(DIFFERENTIAL + c.tensor, self.indices(c.tensor))]
        return (*pieces, " for a summed one; the ranges become conditions")

    def _hence(self, let: Let, found: Sequence[Contribution]) -> Iterator[Block]:
        final = [c for c in found if len(self.contributions[c.tensor]) == 1 and c.tensor not in self.statement.outputs]
        others = [c for c in found if c not in final]
        for c in final:
            if c.let.name not in self.told:
                indices = self.indices(c.tensor)
                self.told[c.let.name] = Let(c.let.name, indices, self.shapes[c.tensor], self.at(c, indices))
        if final:
            rows: list[tuple[Equation, Text]] = []
            for c in final:
                rows.append(
                    (Equation(entry(c.let.name, self.indices(c.tensor)), self.at(c, self.indices(c.tensor))), ())
                )
            yield Paragraph(("Hence, by nondegeneracy of the inner product:",))
            yield Definitions(tuple(rows))
        for c in others:
            place = entry(c.let.name, self.indices(c.tensor))
            yield Paragraph(("To ", place, " this line contributes ", self.at(c, self.indices(c.tensor)), "."))

    def _inner(self, left: Term, right: Term) -> Term:
        if self.statement.complex:
            return Call("real", (mul(Call("conj", (left,)), right),))
        return mul(left, right)

    def _distributed(self, term: Term) -> Term | None:
        """The pairing with every differential alone in a product; ``None`` where that is not plain."""
        if self.statement.complex:
            return None
        moving = {DIFFERENTIAL + name for name in self.shapes}
        try:
            found = monomials(term, Names(), lambda t: bool(tensors_in(t) & moving))
        except TooLong:
            return None
        if any(sum(bool(tensors_in(f) & moving) for f in m.factors) != 1 for m in found):
            return None
        ordered = []
        for m in found:
            first = [f for f in m.factors if tensors_in(f) & moving]
            ordered.append(Monomial(m.scope, (*first, *(f for f in m.factors if f not in first))))
        return self.names.term(add(*(m.term() for m in ordered)))

    def _collected(self, found: Sequence[Contribution]) -> Term:
        sums = []
        for c in found:
            indices = self.indices(c.tensor)
            left = entry(DIFFERENTIAL + c.tensor, indices)
            sums.append(polished(total(indices, self.shapes[c.tensor], self._inner(left, self.at(c, indices)))))
        return self.names.term(add(*sums))

    def gathering(self, name: str) -> Iterator[Block]:
        """How the cotangent of a tensor comes together, where there is something to say."""
        if not self.contributions.get(name):
            return
        let = self.cotangent(name)
        where = at_indices(let.indices, let.shape)
        parts = self.contributions[name]
        steps: list[Step] = []
        terms = [self.at(c, let.indices) for c in parts]
        if name in self.statement.outputs:
            terms.insert(0, entry(self.given(name), let.indices))
        if len(terms) > 1:
            steps.append(Step(add(*terms), ("the sum of the contributions",)))
            if not alike(let.body, add(*terms)):
                steps.append(Step(let.body, ("collect",)))
        else:
            steps.append(Step(terms[0], ("found above",)))
        steps += self.simplified(where, steps[-1].expression)
        self.told[let.name] = Let(let.name, let.indices, let.shape, steps[-1].expression)
        if len(steps) > 1 or len(terms) > 1:
            yield Chain(where, entry(let.name, let.indices), tuple(steps))

    def simplified(self, where: Indices, term: Term) -> list[Step]:
        """Vanishing summands dropped, names put back, common factors taken out; each where it helps."""
        steps: list[Step] = []
        for attempt in (self._without_zeros, self.with_names, self.with_factors):
            found = attempt(where, term)
            if found is not None:
                steps.append(found)
                term = found.expression
        return steps

    def _without_zeros(self, where: Indices, term: Term) -> Step | None:
        kept: list[Term] = []
        reasons: list[Equation] = []
        for summand in term.terms if isinstance(term, Add) else (term,):
            factor = self._vanishing(where, summand)
            if factor is None:
                kept.append(summand)
            else:
                reasons.append(Equation(factor, ZERO_TERM))
        if not reasons:
            return None
        return Step(add(*kept) if kept else ZERO_TERM, tuple(p for r in reasons for p in (", ", r))[1:], ())

    def _vanishing(self, where: Indices, summand: Term) -> Term | None:
        """A sum among the factors that vanishes: one of deviations from a mean, or of a cotangent's entries alone. With
        weights in it, no sum of a cotangent vanishes for what it is.
        """
        parts = pulled(summand)
        for factor in parts.factors if isinstance(parts, Mul) else (parts,):
            body = factor
            while isinstance(body, Sum):
                body = body.body
            alone = isinstance(body, Entry) or not any(name.startswith(COTANGENT) for name in tensors_in(body))
            if isinstance(factor, Sum) and alone and self.extended.likely(where, factor, ZERO_TERM):
                return factor
        return None

    def with_names(self, where: Indices, term: Term) -> Step | None:
        found = self.shorter(where, term, self.forward)
        if found is None:
            return None
        names = sorted(tensors_in(found) - tensors_in(term))
        lets = [let for let in self.forward if let.name in names]
        facts: list[str | Term | Equation] = []
        for let in lets:
            facts += [", " if facts else "", Equation(entry(let.name, let.indices), let.body)]
        return Step(found, ("as ", *facts) if facts else ("take out what is common",))

    def with_factors(self, where: Indices, term: Term) -> Step | None:
        found = factored(term)
        if found == term or weight(found) >= weight(term) or not self.extended.likely(where, term, found):
            return None
        return Step(found, ("take out what is common",))


def _distributing(near: Term, far: Term) -> str:
    """Whether distributing leaves the sums in the order in which they stand."""
    order = _sums(near)
    kept = all(
        [name for name in order if name in inner] == inner
        for inner in map(_sums, far.terms if isinstance(far, Add) else (far,))
    )
    return "distribute" if kept else "distribute, and exchange the sums"


def _sums(term: Term) -> list[str]:
    return [part.binder.index for part in walk(term) if isinstance(part, Sum)]


def _as(let: Let) -> Text:
    return ("as ", Equation(entry(let.name, let.indices), let.body))
