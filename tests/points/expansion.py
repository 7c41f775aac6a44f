"""The tests' own plain expansion of ``PointTerm`` sums, written apart from the one in the package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product

from symadj.points.terms import PointTerm, SizeContext
from symadj.terms.index import Floor, Index, Lookup, Mod
from symadj.terms.nodes import All, Condition, IndexCondition, Not

Ranges = dict[str, tuple[Index, Index]]


def value(index: Index, env: dict[str, int], tables: dict[tuple[str, tuple[int, ...]], int] | None = None) -> int:
    total = 0
    for atoms, coefficient in index.terms:
        for atom in atoms:
            if isinstance(atom, Floor):
                coefficient *= value(atom.numerator, env, tables) // value(atom.divisor, env, tables)
            elif isinstance(atom, Mod):
                coefficient *= value(atom.numerator, env, tables) % value(atom.divisor, env, tables)
            elif isinstance(atom, Lookup):
                at = tuple(value(s, env, tables) for s in atom.subscripts)
                coefficient *= (tables or {})[atom.tensor, at]
            else:
                coefficient *= env[atom.name]
        total += coefficient
    return total


def holds(condition: Condition, env: dict[str, int]) -> bool:
    if isinstance(condition, IndexCondition):
        number = value(condition.index, env)
        return number == 0 if condition.relation == "==" else number >= 0
    if isinstance(condition, Not):
        return not holds(condition.part, env)
    test = all if isinstance(condition, All) else any
    return test(holds(part, env) for part in condition.parts)  # type: ignore[union-attr]


def environments(binders: tuple[tuple[str, Index, Index], ...], env: dict[str, int]) -> Iterator[dict[str, int]]:
    if not binders:
        yield env
        return
    (name, lower, upper), *rest = binders
    for number in range(value(lower, env), value(upper, env)):
        yield from environments(tuple(rest), {**env, name: number})


def polynomial(terms: Iterable[PointTerm], env: dict[str, int]) -> dict[object, Fraction]:
    total: Counter[object] = Counter()
    for term in terms:
        for full in environments(term.binders, env):
            if all(holds(condition, full) for condition in term.conditions):
                monomial: Counter[object] = Counter()
                for key, subscripts, exponent in term.atoms:
                    monomial[key, tuple(value(s, full) for s in subscripts)] += exponent
                number = term.coefficient
                for name, exponent in term.weight:
                    number *= full[name] ** exponent
                total[term.rest, frozenset(monomial.items())] += number
    return {key: number for key, number in total.items() if number}


def nonzero_at(terms: list[PointTerm], free: Ranges, context: SizeContext, sizes: dict[str, int]) -> bool:
    if not all(holds(condition, sizes) for condition in context.conditions):
        return False
    ranges = [range(value(lower, sizes), value(upper, sizes)) for lower, upper in free.values()]
    return any(polynomial(terms, {**sizes, **dict(zip(free, point, strict=True))}) for point in product(*ranges))


def nonzero(terms: list[PointTerm], free: Ranges, context: SizeContext, largest: int) -> dict[str, int] | None:
    """The first sizes up to ``largest``, by their sum, at which the terms do not add up to zero."""
    names = (*context.sizes, *context.integers)
    lowest = [1] * len(context.sizes) + [0] * len(context.integers)
    every = product(*(range(low, largest + 1) for low in lowest))
    for sizes in sorted(every, key=lambda numbers: (sum(numbers), numbers)):
        env = dict(zip(names, sizes, strict=True))
        if nonzero_at(terms, free, context, env):
            return env
    return None
