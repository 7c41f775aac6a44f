"""Ties that are no kinks: conditions under which the two sides of a maximum are the same whatever the entries are.

    |x[i] - x[j]|                   i == j
    min(x, max(x, 0))               x > 0: both of its arguments are x there
    min(r*A, clip(r, 1-e, 1+e)*A)   1-e < r < 1+e

Each holds on an open set (and for some indices), so that the sides stay the same when the entries move a little.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    IndexCondition,
    Indicator,
    Not,
    Select,
    Some,
    Term,
    ValueCondition,
    add,
    negate,
    same,
    walk,
)
from symadj.terms.statement import Let

MOST_CASES = 32
_KINKED = frozenset({"maximum", "minimum", "abs", "relu", "sign"})


def harmless_ties(left: Term, right: Term, lets: Mapping[str, Let], canonical: Canonical) -> list[Condition]:
    """The conditions under which ``left`` is ``right``, at the point and around it.

    Of entries of lines that have a kink themselves, the right sides are looked at too. Complete for differences that
    are polynomials in maxima, minima, absolute values and choices, of not more than 32 cases.

    >>> from symadj.terms.nodes import Entry
    >>> from symadj.terms.printer import format_condition
    >>> x = Entry("x", ())
    >>> [format_condition(c) for c in harmless_ties(x, Call("relu", (x,)), {}, Canonical())]
    ['x > 0']
    """
    difference = add(left, negate(right))
    pairs = combinations(sorted(free_variables(difference)), 2)
    found: list[Condition] = [
        same(var(i), var(j)) for i, j in pairs if not canonical.poly(substitute(difference, {i: var(j)}))
    ]
    kinked = {name: let for name, let in lets.items() if any(map(_is_kink, walk(let.body)))}
    for unfolded in unfoldings(ValueCondition("==", difference, ZERO_TERM), kinked, Names()):
        if isinstance(unfolded, ValueCondition):
            vanishing = _vanishing(canonical.poly(unfolded.left), canonical)
            if vanishing:
                return [*found, *vanishing]
    return found


def _is_kink(term: Term) -> bool:
    return isinstance(term, Select) or (isinstance(term, Call) and term.function in _KINKED)


def _vanishing(poly: Poly, canonical: Canonical) -> list[Condition]:
    """The open cases, all kinks replaced by their pieces, in which the polynomial is 0; none where there are many."""
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
            inside = _interior(condition)
            if inside is not None:
                waiting.append(((*conditions, inside), piece))
    return []


def _interior(condition: Condition) -> Condition | None:
    """An open condition that implies this one: with strict inequalities, between terms that are continuous."""
    match condition:
        case IndexCondition() | Not(IndexCondition()):
            return condition
        case ValueCondition("<" | "<=", left, right):
            return _strictly(left, right)
        case Not(ValueCondition("<" | "<=", left, right)):
            return _strictly(right, left)
        case Not(ValueCondition("==", left, right)):
            return None if _may_jump(left) or _may_jump(right) else condition
        case All(parts) | Some(parts):
            inner = [_interior(part) for part in parts]
            known = tuple(part for part in inner if part is not None)
            if isinstance(condition, All):
                return All(known) if len(known) == len(parts) else None
            return Some(known) if known else None
        case _:
            return None


def _strictly(left: Term, right: Term) -> Condition | None:
    return None if _may_jump(left) or _may_jump(right) else ValueCondition("<", left, right)


def _may_jump(term: Term) -> bool:
    return any(isinstance(t, Select | Indicator) or (isinstance(t, Call) and t.function == "sign") for t in walk(term))
