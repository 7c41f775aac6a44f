"""From one expression to an equal one: which definitions it takes, and the expressions on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symadj.calculus.rewriting import Names
from symadj.derivation.bound_names import BoundNames
from symadj.derivation.checking import Extended
from symadj.derivation.expansion import TooLong, expanded
from symadj.derivation.likeness import alike
from symadj.derivation.model import ForAll, Indices, Piece, Step, Text
from symadj.derivation.reasons import GENERAL, Expand, how, opens, spread
from symadj.derivation.terms import entry, inlined, weight
from symadj.terms.nodes import Add, Term, tensors_in
from symadj.terms.statement import Let

Improve = Callable[[Indices, Term], Step | None]

_MOST_WEIGHT = 220
_MOST_SUMMANDS = 6
_MOST_FACTS = 12
_MOST_QUOTED = 12
_FACTS_BUDGET = 8_000


@dataclass(frozen=True, slots=True)
class Bridge:
    """``put`` names the lines that are written out in full; the others are quoted as reasons."""

    extended: Extended
    put: Collection[str]
    names: BoundNames
    told: Mapping[str, Let] = field(default_factory=dict)
    improve: Sequence[Improve] = ()

    def steps(self, where: Indices, left: Term, right: Term) -> list[Step]:
        """The steps from ``left`` to ``right``, the last of which is ``right``."""
        if left == right:
            return []
        if alike(left, right):
            return [Step(right, ("the same, written in another way",))]
        facts = self.facts(where, left, right)
        lets = {
            let.name: self.told.get(let.name, let)
            for let in self.extended.lets.values()
            if let.name in facts and let.name in self.put
        }
        quoted = [let for let in self.extended.lets.values() if let.name in facts and let.name not in self.put]
        near, far = self._written_out(left, where, lets), self._written_out(right, where, lets)
        steps: list[Step] = []
        if near != left:
            steps.append(Step(near, _substituting(left, lets)))
            steps += self._improved(where, near, far)
        if steps and alike(steps[-1].expression, far):
            # The order is what the right side has: no step is told for it.
            steps[-1] = Step(far, steps[-1].rule)
        elif not alike(near, far):
            steps += self._moved(where, steps[-1].expression if steps else near, far, quoted)
        if far != right:
            steps.append(Step(right, _defining(right, lets)))
        return steps

    def _improved(self, where: Indices, near: Term, far: Term) -> list[Step]:
        """Steps that bring a term nearer to ``far``: those that reach it, or give it names that ``far`` has too."""
        steps: list[Step] = []
        names = [tensors_in(near)]
        for attempt in self.improve:
            found = attempt(where, near)
            if found is not None:
                steps.append(found)
                near = found.expression
                names.append(tensors_in(near))
        for k in range(len(steps), 0, -1):
            if alike(steps[k - 1].expression, far) or (names[k] - names[k - 1]) & tensors_in(far):
                return steps[:k]
        return []

    def _moved(self, where: Indices, near: Term, far: Term, quoted: Sequence[Let]) -> list[Step]:
        """The steps between two expressions in which nothing is left to be written out."""

        def expand(term: Term) -> Term | None:
            return self._expanded(where, term)

        wide = expand(near)
        through = (
            [Step(wide, ("distribute",))]
            if wide is not None and opens(near, wide) and not alike(wide, near) and not alike(wide, far)
            else []
        )
        word = spread(near, far, expand)
        if word is not None:
            if through and word == "distribute, and take out what is common":
                return [*through, Step(far, ("take out what is common",))]
            return [Step(far, (word,))]
        start = through[-1].expression if through else near
        word = self._word(start, far, {let.name: let for let in quoted}, expand)
        reasons = [*self._quoted(quoted), *self._hypotheses(where, start, far, quoted)]
        if not reasons:
            return [*through, Step(far, (word,))]
        pieces = [p for reason in reasons for p in (", ", *reason)][1:]
        return [*through, Step(far, ("as ", *pieces) if word in GENERAL else (f"{word}, as ", *pieces))]

    def _quoted(self, lets: Sequence[Let]) -> Iterator[Text]:
        """The lines that a step rests on: written out where they are short, else by name."""
        for let in lets:
            if weight(let.body) <= _MOST_QUOTED:
                yield (self.names.line(let),)
            else:
                yield (entry(let.name, let.indices), " is defined so")

    def _word(self, near: Term, far: Term, quoted: Mapping[str, Let], expand: Expand) -> str:
        """What the step takes beyond the definitions that are quoted."""
        if not quoted:
            return how(near, far)
        left, right = (inlined(term, quoted, Names()) for term in (near, far))
        plain = alike(left, right) or spread(left, right, expand) is not None
        return "rearrange" if plain else how(left, right)

    def _hypotheses(self, where: Indices, near: Term, far: Term, quoted: Sequence[Let]) -> list[Text]:
        found = self.extended.relied_on({let.name for let in quoted}, where, near, far)
        return [(ForAll(a.indices, a.condition),) for a in found]

    def facts(self, where: Indices, left: Term, right: Term) -> set[str]:
        """A set of lines, none of which can be left out, by which the two sides are equal; all of them, if too many."""
        for nearest in self.extended.levels(left, right):
            found = set(nearest)
            if len(found) > _MOST_FACTS:
                return set()
            if self.extended.same_with(found, where, left, right, _FACTS_BUDGET):
                break
        for name in [name for name in self.extended.lets if name in found]:
            if self.extended.same_with(found - {name}, where, left, right, _FACTS_BUDGET):
                found.discard(name)
        return found

    def _written_out(self, term: Term, where: Indices, lets: Mapping[str, Let]) -> Term:
        if not (_closure(tensors_in(term), lets) & lets.keys()):
            return term
        free = [name for name, _ in where]
        found = self.names.term(inlined(term, lets, Names()), free)
        return found if weight(found) <= _MOST_WEIGHT else term

    def _expanded(self, where: Indices, term: Term) -> Term | None:
        try:
            found = self.names.term(expanded(term, Names()), [name for name, _ in where])
        except TooLong:
            return None
        return found if not isinstance(found, Add) or len(found.terms) <= _MOST_SUMMANDS else None


def _closure(names: Collection[str], lets: Mapping[str, Let]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in names if name in lets]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [n for n in tensors_in(lets[name].body) if n in lets]
    return found


def _names(names: Collection[str], lets: Mapping[str, Let]) -> list[Piece]:
    pieces: list[Piece] = []
    for name in sorted(names):
        pieces += [", " if pieces else "", entry(name, lets[name].indices)]
    return pieces


def _substituting(left: Term, lets: Mapping[str, Let]) -> Text:
    return ("substitute ", *_names(_closure(tensors_in(left), lets), lets))


def _defining(right: Term, lets: Mapping[str, Let]) -> Text:
    return ("definition of ", *_names(_closure(tensors_in(right), lets), lets))
