"""What a line costs: multiplications as the sizes grow, each subterm counted once for every value of its own indices.

That is the cost of an array program, which moves what does not depend on an index out of that index's loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symadj.calculus.conditions import flattened
from symadj.calculus.rewriting import condition_variables, free_variables
from symadj.terms.index import Floor, Index, Lookup, Mod, Size, Var
from symadj.terms.nodes import (
    MINUS_ONE,
    Add,
    Apply,
    Call,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    Indicator,
    Inverse,
    Mul,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    children,
)
from symadj.terms.statement import Let

LARGE = 1000.0
_CALL, _POWER, _ADDITION, _CHOICE, _INVERSE = 8.0, 3.0, 0.2, 0.5, 3.0

Ranges = Mapping[str, float]


def measure(index: Index, ranges: Ranges) -> float:
    """An integer expression at large sizes; an index counts as the middle of its range."""
    total = 0.0
    for monomial, coefficient in index.terms:
        value = float(coefficient)
        for atom in monomial:
            match atom:
                case Size():
                    value *= LARGE
                case Var(name):
                    value *= ranges.get(name, LARGE) / 2
                case Floor(numerator, divisor):
                    value *= measure(numerator, ranges) / max(measure(divisor, ranges), 1.0)
                case Mod(_, divisor):
                    value *= measure(divisor, ranges) / 2
                case Lookup():
                    value *= LARGE / 2
        total += value
    return total


def cost(term: Term, ranges: Ranges) -> float:
    """The cost of a term, for all values of its free indices."""
    return _priced(term, ranges)[1]


def _priced(term: Term, ranges: Ranges) -> tuple[frozenset[str], float]:
    """The free indices of a term, and its cost."""
    match term:
        case Number():
            return frozenset(), 0.0
        case Entry():
            return frozenset(free_variables(term)), 0.0
        case Sum(binder, _) | Product(binder, _) | Extremum(_, binder, _):
            ends = binder.lower.variables() | binder.upper.variables()
            inner = {**ranges, binder.index: max(measure(binder.upper - binder.lower, ranges), 1.0)}
            parts = [_priced(part, inner) for part in children(term)]
            names = frozenset().union(*(n for n, _ in parts))
            if binder.condition is not None:
                names |= condition_variables(binder.condition)
            free = names - {binder.index} | ends
            over = free - _placed(term) if isinstance(term, Sum) else free
            total = _own(term) * _length(over | {binder.index}, inner)
        case Mul(factors):
            parts = [_priced(factor, ranges) for factor in factors]
            free = frozenset().union(*(n for n, _ in parts))
            total = _product([n for f, (n, _) in zip(factors, parts, strict=True) if f != MINUS_ONE], ranges)
        case _:
            parts = [_priced(part, ranges) for part in children(term)]
            free = frozenset().union(*(n for n, _ in parts)) if parts else frozenset(free_variables(term))
            if isinstance(term, Select | Indicator):
                free |= condition_variables(term.condition)
            own = _own(term)
            total = own * _length(free, ranges) if own else 0.0
    return free, total + sum(c for _, c in parts)


def _product(factors: Iterable[frozenset[str]], ranges: Ranges) -> float:
    """Multiplications, those of the fewest entries first; a sign is free. Of each factor, the indices."""
    groups: dict[frozenset[str], int] = {}
    for names in factors:
        groups[names] = groups.get(names, 0) + 1
    if len(groups) == 1:
        ((names, count),) = groups.items()
        return (count - 1) * _length(names, ranges)
    total, reached = 0.0, frozenset[str]()
    for place, names in enumerate(sorted(groups, key=lambda g: (_length(g, ranges), sorted(g)))):
        total += (groups[names] - 1) * _length(names, ranges)
        reached |= names
        if place:
            total += _length(reached, ranges)
    return total


def _length(names: frozenset[str], ranges: Ranges) -> float:
    result = 1.0
    for name in names:
        result *= ranges.get(name, LARGE)
    return result


def _placed(term: Sum) -> frozenset[str]:
    """The free indices that a condition ``l == t[s]`` ties to bound ones: such a sum adds each term at one place."""
    found: set[str] = set()
    bound: set[str] = set()
    body: Term = term
    while isinstance(body, Sum):
        bound.add(body.binder.index)
        for condition in flattened(body.binder.condition) if body.binder.condition is not None else ():
            if isinstance(condition, IndexCondition) and condition.relation == "==":
                alone = {m[0].name for m, c in condition.index.terms if len(m) == 1 and c in (1, -1)
                         and isinstance(m[0], Var)}  # fmt: skip
                if condition.index.variables() & bound:
                    found |= alone
        body = body.body
    return frozenset(found - bound)


def _own(term: Term) -> float:
    match term:
        case Add(terms):
            return _ADDITION * (len(terms) - 1)
        case Power():
            return _POWER if term.exponent != MINUS_ONE else 0.5
        case Call() | Apply():
            return _CALL
        case Sum() | Product() | Extremum():
            return _ADDITION
        case Select():
            return _CHOICE
        case Inverse() | Determinant():
            return _INVERSE
        case _:
            return 0.0


def cost_of_lines(lets: Iterable[Let]) -> float:
    """The cost of a program."""
    return sum(cost(let.body, ranges_of(let)) + points_of(let) * _ADDITION for let in lets)


def ranges_of(let: Let) -> dict[str, float]:
    """The lengths of a line's own indices, at large sizes."""
    return {name: max(measure(length, {}), 1.0) for name, length in zip(let.indices, let.shape, strict=True)}


def points_of(let: Let) -> float:
    """The number of entries of a line, at large sizes."""
    result = 1.0
    for length in ranges_of(let).values():
        result *= length
    return result
