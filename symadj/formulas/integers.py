"""What is known of integer expressions, by the ranges of their indices: bounds, the truth of conditions, quotients.

- ``i//d`` is 0 and ``i%d`` is i, for i of ``range(d)``; so is ``(d*k + i)//d`` k
- ``i - d*(i//d)`` is ``i%d``
- ``i + 1 != 0`` holds, for i of ``range(n)``; so does ``i//2 < (n+1)//2``

Bounds are shown by linear arithmetic, over products of one index with sizes: of others, and of remainders beyond their
bounds, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from symadj.calculus.conditions import implied
from symadj.formulas.mapping import mapped
from symadj.terms.index import (
    ONE,
    ZERO,
    Floor,
    Index,
    IndexAtom,
    IndexMonomial,
    Lookup,
    Mod,
    Size,
    Var,
    constant,
    floor_div,
    remainder,
    split_multiple,
)
from symadj.terms.nodes import All, Condition, Entry, IndexCondition, Not, Some, Term, same

_MOST_FACTS = 20


@dataclass(slots=True)
class Integers:
    """The ranges of the indices that are met in one line; ``below`` bounds the entries of integer tensors, of which
    those in ``inverses`` permute an axis; the sizes that are ``positive`` are at least 1, the others at least 0.
    """

    below: Mapping[str, Index]
    positive: frozenset[str]
    ranges: dict[str, tuple[Index, Index]] = field(default_factory=dict)
    inverses: Mapping[str, str] = field(default_factory=dict)

    def of(self, axes: Mapping[str, Index]) -> Integers:
        """The same sizes and tensors, for a line whose indices run over these axes."""
        return replace(self, ranges={name: (ZERO, upper) for name, upper in axes.items()})

    def nonnegative(self, index: Index) -> bool:
        """Whether ``index >= 0`` follows."""
        if index.value is not None:
            return index.value >= 0
        return implied(index, self._facts(index))

    def truth(self, condition: Condition) -> bool | None:
        """Whether the condition holds, for all values of its indices; ``None`` where that is not known."""
        match condition:
            case IndexCondition(">=", index):
                if self.nonnegative(index):
                    return True
                return False if self.nonnegative(-index - 1) else None
            case IndexCondition(_, index):
                if index.value is not None:
                    return not index.value
                return False if self.nonnegative(index - 1) or self.nonnegative(-index - 1) else None
            case Not(part):
                known = self.truth(part)
                return None if known is None else not known
            case All(parts):
                values = [self.truth(p) for p in parts]
                return False if False in values else None if None in values else True
            case Some(parts):
                values = [self.truth(p) for p in parts]
                return True if True in values else None if None in values else False
            case _:
                return None

    def _facts(self, goal: Index) -> list[Index]:
        """What is nonnegative of the monomials of the goal, and of those that are met in that."""
        found: dict[Index, None] = {}
        met: set[IndexMonomial] = set()
        waiting = [m for m, _ in goal.terms]
        while waiting and len(found) < _MOST_FACTS:
            monomial = waiting.pop(0)
            if monomial in met:
                continue
            met.add(monomial)
            for fact in self._of_monomial(monomial):
                found.setdefault(fact)
                waiting += [m for m, _ in fact.terms if m not in met]
        return list(found)[:_MOST_FACTS]

    def _of_monomial(self, monomial: IndexMonomial) -> Iterator[Index]:
        """Bounds of the one atom that is no size, times the sizes beside it; or of sizes alone."""
        others = [a for a in monomial if not isinstance(a, Size)]
        if len(others) > 1:
            return
        if others:
            sizes = [a for a in monomial if isinstance(a, Size) and not isinstance(others[0], Floor | Mod)]
            yield from (bound * Index(((tuple(sizes), 1),)) for bound in self._bounds(others[0]))
            return
        for place, atom in enumerate(monomial):
            if isinstance(atom, Size) and atom.name in self.positive and monomial.index(atom) == place:
                rest = Index(((monomial[:place] + monomial[place + 1 :], 1),))
                yield rest * Index((((atom,), 1),)) - rest

    def _bounds(self, atom: IndexAtom) -> Iterator[Index]:
        own = Index((((atom,), 1),))
        match atom:
            case Var(name) if name in self.ranges:
                lower, upper = self.ranges[name]
                yield own - lower
                yield upper - 1 - own
            case Floor(numerator, divisor):
                yield numerator - divisor * own
                yield divisor * own + divisor - 1 - numerator
                lower, upper = self.ranges.get(numerator.variable or "", (ONE, ZERO))
                times, over = split_multiple(upper, divisor)
                if not lower.terms:
                    yield own
                    if times.terms and not over.terms:
                        yield times - 1 - own
            case Mod(_, divisor):
                yield own
                yield divisor - 1 - own
            case Lookup(tensor):
                yield own
                if tensor in self.below:
                    yield self.below[tensor] - 1 - own

    def where(self, name: str, upper: Index) -> Integers:
        """The same, with the index running over ``range(upper)``."""
        return replace(self, ranges={**self.ranges, name: (ZERO, upper)})

    # ---- quotients and remainders

    def condition(self, condition: Condition) -> Condition:
        """A condition on integers with its quotients and remainders simplified."""
        match condition:
            case IndexCondition("==", index):
                return same(self.simplified(index), ZERO)
            case IndexCondition(relation, index):
                return IndexCondition(relation, self._reduced(self.simplified(index)))
            case _:
                return condition

    def with_digits(self, term: Term) -> Term:
        """The term with the subscripts of its entries simplified."""
        if isinstance(term, Entry) and not any(s.divides for s in term.subscripts):
            return term

        def replaced(part: Term) -> Term | None:
            if isinstance(part, Entry) and any(s.divides for s in part.subscripts):
                return Entry(part.tensor, tuple(self.simplified(s) for s in part.subscripts))
            return None

        return mapped(term, replaced)

    def simplified(self, index: Index) -> Index:
        """An integer expression with what is known of its quotients and remainders."""
        if not index.divides:
            return index
        total = ZERO
        for monomial, coefficient in index.terms:
            part = Index((((), coefficient),))
            for atom in monomial:
                part = part * self._simplified_atom(atom)
            total = total + part
        return _gathered(total)

    def _simplified_atom(self, atom: IndexAtom) -> Index:
        if not isinstance(atom, Floor | Mod):
            return Index((((atom,), 1),))
        numerator, divisor = self.simplified(atom.numerator), atom.divisor
        if self._is_digit(numerator, divisor):
            return ZERO if isinstance(atom, Floor) else numerator
        for step in self._steps(numerator):
            size, over = split_multiple(divisor, step)
            high, low = split_multiple(numerator, step)
            if over.terms or size == ONE or not high.terms or not self._is_digit(low, step):
                continue
            if isinstance(atom, Floor):
                return self.simplified(floor_div(high, size))
            return self.simplified(remainder(high, size)) * step + low
        return remainder(numerator, divisor) if isinstance(atom, Mod) else floor_div(numerator, divisor)

    def _is_digit(self, index: Index, divisor: Index) -> bool:
        return self.nonnegative(index) and self.nonnegative(divisor - 1 - index)

    @staticmethod
    def _steps(index: Index) -> list[Index]:
        """The coefficients of its terms that are numbers above 1."""
        return [constant(c) for c in dict.fromkeys(abs(c) for m, c in index.terms if m) if c > 1]

    def _reduced(self, index: Index) -> Index:
        """``3*l - i >= 0`` is ``l - 1 >= 0``, for i of ``range(1, 4)``: a condition without lower digits."""
        for step in self._steps(index):
            size = step.value or 1
            high = Index(tuple((m, c // size) for m, c in index.terms if m and not c % size))
            low = index - high * step
            near = dict(low.terms).get((), 0) // size
            for more in (near, near - 1, near + 1):
                if high.terms and self._is_digit(low - step * more, step):
                    return high + more
        return index


def _gathered(total: Index) -> Index:
    """``t*i - t*d*(i//d)`` as ``t*(i%d)``."""
    for monomial, coefficient in total.terms:
        floors = [a for a in monomial if isinstance(a, Floor)]
        if len(floors) != 1 or coefficient >= 0:
            continue
        (floor,) = floors
        left = total - Index(((monomial, coefficient),))
        size = Index(((tuple(a for a in monomial if a is not floor), -coefficient),))
        times, over = split_multiple(size, floor.divisor)
        rest = left - floor.numerator * times
        if times.terms and not over.terms and len(rest.terms) < len(left.terms):
            return rest + remainder(floor.numerator, floor.divisor) * times
    return total
