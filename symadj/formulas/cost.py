"""What a line costs: multiplications as the sizes grow, each subterm counted once for every value of its own indices.

That is the cost of an array program, which moves what does not depend on an index out of that index's loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symadj.calculus.rewriting import free_variables
from symadj.terms.index import Floor, Index, Lookup, Mod, Size, Var
from symadj.terms.nodes import (
    MINUS_ONE,
    Add,
    Apply,
    Call,
    Determinant,
    Extremum,
    Inverse,
    Mul,
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
    inner: Ranges = ranges
    if isinstance(term, Sum | Product | Extremum):
        length = measure(term.binder.upper - term.binder.lower, ranges)
        inner = {**ranges, term.binder.index: max(length, 1.0)}
    total = sum(cost(part, inner) for part in children(term))
    if isinstance(term, Mul):
        return total + _product(term, inner)
    return total + _own(term) * _points(term, inner)


def _product(term: Mul, ranges: Ranges) -> float:
    """Multiplications, those of the fewest entries first; a sign is free."""
    groups: dict[frozenset[str], int] = {}
    for factor in term.factors:
        if factor != MINUS_ONE:
            names = frozenset(free_variables(factor))
            groups[names] = groups.get(names, 0) + 1
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


def _points(term: Term, ranges: Ranges) -> float:
    names = frozenset(free_variables(term))
    return _length(names | {term.binder.index} if isinstance(term, Sum | Product | Extremum) else names, ranges)


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
