"""Ties that are no kinks: conditions under which the two sides of a maximum are the same whatever the entries are.

    |x[i] - x[j]|                   i == j
    min(x, max(x, 0))               x > 0: both of its arguments are x there
    min(r*A, clip(r, 1-e, 1+e)*A)   1-e < r < 1+e

Each holds on an open set (and for some indices), so that the sides stay the same when the entries move a little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from symadj.calculus.polynomials import Canonical, Poly
from symadj.calculus.rewriting import Names, free_variables, substitute
from symadj.calculus.splitting import cases
from symadj.calculus.unfolding import unfoldings
from symadj.terms.index import var
from symadj.terms.nodes import (
    ZERO_TERM,
    All,
    Call,
    Condition,
    Entry,
    Extremum,
    IndexCondition,
    Indicator,
    Not,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    add,
    children,
    negate,
    same,
    walk,
)
from symadj.terms.statement import Let

MOST_CASES = 32
_KINKED = frozenset({"maximum", "minimum", "abs", "relu", "sign"})


class Ties:
    """The ties of one program, whose lines are ``lets``.

    >>> from symadj.terms.nodes import Entry
    >>> from symadj.terms.printer import format_condition
    >>> x = Entry("x", ())
    >>> [format_condition(c) for c in Ties([]).harmless(x, Call("relu", (x,)))]
    ['x > 0']
    """

    def __init__(self, lets: Iterable[Let], *, complex: bool = False) -> None:
        self._complex = complex
        self._kinked: dict[str, Let] = {}
        self._jumping: set[str] = set()  # lines that may jump, where nothing else does
        for let in lets:
            if any(map(_is_kink, walk(let.body))):
                self._kinked[let.name] = let
            if self._may_jump(let.body):
                self._jumping.add(let.name)

    def harmless(self, left: Term, right: Term) -> list[Condition]:
        """The conditions under which ``left`` is ``right``, at the point and around it.

        Of entries of lines that have a kink themselves, the right sides are looked at too, but for those that stand
        under a sum. Complete for differences that are polynomials in maxima, minima, absolute values and choices, of
        not more than 32 cases.
        """
        canonical = Canonical(self._complex)
        difference = add(left, negate(right))
        pairs = combinations(sorted(free_variables(difference)), 2)
        found: list[Condition] = [
            same(var(i), var(j)) for i, j in pairs if not canonical.poly(substitute(difference, {i: var(j)}))
        ]
        for unfolded in unfoldings(ValueCondition("==", difference, ZERO_TERM), self._kinked, Names()):
            if not isinstance(unfolded, ValueCondition):
                break
            vanishing = self._vanishing(canonical.poly(unfolded.left), canonical)
            if vanishing:
                return [*found, *vanishing]
            if not any(isinstance(t, Entry) and t.tensor in self._kinked for t in _outside_sums(unfolded.left)):
                break
        return found

    def _vanishing(self, poly: Poly, canonical: Canonical) -> list[Condition]:
        """The open cases, all kinks replaced by their pieces, in which the polynomial is 0; none where there are
        many.
        """
        waiting: list[tuple[tuple[Condition, ...], Poly]] = [((), poly)]
        found: list[Condition] = []
        for _ in range(MOST_CASES):
            if not waiting:
                return found
            conditions, part = waiting.pop()
            if not part:
                found.append(conditions[0] if len(conditions) == 1 else All(conditions))
                continue
            for condition, piece in cases(part, canonical) or ():
                inside = self._interior(condition)
                if inside is not None:
                    waiting.append(((*conditions, inside), piece))
        return []

    def _interior(self, condition: Condition) -> Condition | None:
        """An open condition that implies this one: with strict inequalities, between terms that are continuous."""
        match condition:
            case IndexCondition() | Not(IndexCondition()):
                return condition
            case ValueCondition("<" | "<=", left, right):
                return self._strictly(left, right)
            case Not(ValueCondition("<" | "<=", left, right)):
                return self._strictly(right, left)
            case Not(ValueCondition("==", left, right)):
                return None if self._may_jump(left) or self._may_jump(right) else condition
            case All(parts) | Some(parts):
                inner = [self._interior(part) for part in parts]
                known = tuple(part for part in inner if part is not None)
                if isinstance(condition, All):
                    return All(known) if len(known) == len(parts) else None
                return Some(known) if known else None
            case _:
                return None

    def _strictly(self, left: Term, right: Term) -> Condition | None:
        return None if self._may_jump(left) or self._may_jump(right) else ValueCondition("<", left, right)

    def _may_jump(self, term: Term) -> bool:
        return any(
            isinstance(t, Select | Indicator)
            or (isinstance(t, Call) and t.function == "sign")
            or (isinstance(t, Entry) and t.tensor in self._jumping)
            for t in walk(term)
        )


def _is_kink(term: Term) -> bool:
    return isinstance(term, Select) or (isinstance(term, Call) and term.function in _KINKED)


def _outside_sums(term: Term) -> Iterator[Term]:
    """The term and what stands in it, but not under a binder: there, a case would depend on the bound index."""
    yield term
    if not isinstance(term, Sum | Product | Extremum):
        for child in children(term):
            yield from _outside_sums(child)
