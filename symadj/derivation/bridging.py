"""From one expression to an equal one: which definitions it takes, and the expressions on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from symadj.calculus.rewriting import Names
from symadj.derivation.checking import Extended
from symadj.derivation.expansion import TooLong, expanded
from symadj.derivation.likeness import alike
from symadj.derivation.model import Equation, Indices, Piece, Step, Text
from symadj.derivation.terms import entry, inlined, tensors_in, tidied, weight
from symadj.terms.nodes import Add, Call, Inverse, Sum, Term, walk
from symadj.terms.statement import Let

Improve = Callable[[Indices, Term], Step | None]

_BY_EXPONENTIALS = frozenset({"tanh", "sinh", "cosh", "sigmoid", "softplus", "exp"})
_MOST_WEIGHT = 220
_MOST_SUMMANDS = 6
_MOST_FACTS = 12
_FACTS_BUDGET = 8_000


@dataclass(frozen=True, slots=True)
class Bridge:
    """``put`` names the lines that are written out in full; the others are quoted as reasons."""

    extended: Extended
    put: Collection[str]
    taken: Collection[str]
    told: Mapping[str, Let] = field(default_factory=dict)
    improve: Sequence[Improve] = ()

    def steps(self, where: Indices, left: Term, right: Term) -> list[Step]:
        """The steps from ``left`` to ``right``, the last of which is ``right``."""
        if left == right:
            return []
        if alike(left, right):
            return [Step(right, ("the same, in another order",))]
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
        for attempt in self.improve if near != left else ():
            better = None if alike(near, far) else attempt(where, near)
            if better is not None:
                steps.append(better)
                near = better.expression
        reason: Text = ("with ", *_listed(quoted)) if quoted else ()
        if alike(near, far):
            # The order is what the right side has: no step is told for it.
            steps[-1:] = [Step(far, steps[-1].rule)] if steps else []
        else:
            middle = self._expanded(where, near)
            if middle is not None and not alike(middle, near) and not alike(middle, far):
                steps.append(Step(middle, ("distribute",)))
            how = self._how(where, near, far)
            steps.append(Step(far, (f"{how}, ", *reason) if reason else (how,)))
        if far != right:
            steps.append(Step(right, _defining(right, lets)))
        return steps

    def _how(self, where: Indices, near: Term, far: Term) -> str:
        """What leads from one to the other, where no definition is needed."""
        wide, narrow = self._expanded(where, near), self._expanded(where, far)
        if wide is not None and narrow is not None and alike(wide, narrow):
            return "distribute, and exchange sums" if _sums(near) + _sums(far) else "distribute"
        functions = _functions(near) ^ _functions(far)
        if functions and functions <= _BY_EXPONENTIALS:
            return f"{' and '.join(sorted(functions))} written with exponentials"
        if _inverted(near) != _inverted(far):
            return "multiply by what is inverted, as M⁻¹ M = 1"
        if isinstance(near, Add) or isinstance(far, Add):
            return "collect terms"
        return "the same terms, summed in another way" if _guarded(near) and _guarded(far) else "rearrange"

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
        found = tidied(inlined(term, lets, Names()), free, self.taken)
        return found if weight(found) <= _MOST_WEIGHT else term

    def _expanded(self, where: Indices, term: Term) -> Term | None:
        try:
            found = tidied(expanded(term, Names()), [name for name, _ in where], self.taken)
        except TooLong:
            return None
        return found if not isinstance(found, Add) or len(found.terms) <= _MOST_SUMMANDS else None


def _functions(term: Term) -> set[str]:
    return {part.function for part in walk(term) if isinstance(part, Call)}


def _inverted(term: Term) -> set[str]:
    return {part.tensor for part in walk(term) if isinstance(part, Inverse)}


def _sums(term: Term) -> int:
    return sum(isinstance(part, Sum) for part in walk(term))


def _guarded(term: Term) -> bool:
    return any(isinstance(part, Sum) and part.binder.condition is not None for part in walk(term))


def _closure(names: Collection[str], lets: Mapping[str, Let]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in names if name in lets]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [n for n in tensors_in(lets[name].body) if n in lets]
    return found


def _listed(lets: Collection[Let]) -> list[Piece]:
    pieces: list[Piece] = []
    for let in lets:
        pieces += [", " if pieces else "", Equation(entry(let.name, let.indices), let.body)]
    return pieces


def _names(names: Collection[str], lets: Mapping[str, Let]) -> list[Piece]:
    pieces: list[Piece] = []
    for name in sorted(names):
        pieces += [", " if pieces else "", entry(name, lets[name].indices)]
    return pieces


def _substituting(left: Term, lets: Mapping[str, Let]) -> Text:
    return ("substitute ", *_names(_closure(tensors_in(left), lets), lets))


def _defining(right: Term, lets: Mapping[str, Let]) -> Text:
    return ("definition of ", *_names(_closure(tensors_in(right), lets), lets))
