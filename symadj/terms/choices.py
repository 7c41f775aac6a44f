"""Comparisons of integers in which absolute values, maxima and minima stand, as conditions on indices.

    abs(i - j) <= w                     i - j <= w and j - i <= w
    min(i, j) < k                       i < k or j < k
    abs(a - i) + abs(b - j) <= w        each of the four sums is at most w

Of the greatest of some integers all are compared, of the least some one is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symadj.terms.index import Index, constant
from symadj.terms.nodes import Add, All, Call, Condition, IndexValue, Mul, Number, Some, Term, ValueCondition, at_most

MOST_CHOICES = 16


@dataclass(frozen=True, slots=True)
class _Choice:
    """The greatest of some integers, or the least; of one alone, both."""

    values: tuple[Index, ...]
    greatest: bool = True

    @property
    def single(self) -> bool:
        return len(self.values) == 1


def integer_comparison(condition: ValueCondition) -> Condition | None:
    """The condition on indices that says the same; ``None`` where something else than integers is compared.

    Complete for sums of integer multiples of absolute values, maxima and minima, none of them inside another but
    maxima in maxima and minima in minima, where only maxima or only minima stand on a side; up to 16 choices on each.

    >>> from symadj.terms.index import size, var
    >>> from symadj.terms.printer import format_condition
    >>> distance = Call("abs", (IndexValue(var("i") - var("j")),))
    >>> format_condition(integer_comparison(ValueCondition("<=", distance, IndexValue(size("w")))))
    'i <= w + j and j <= w + i'
    """
    left, right = _choice(condition.left), _choice(condition.right)
    if left is None or right is None:
        return None
    if condition.relation == "==":
        return All((_at_most(left, right), _at_most(right, left)))
    if condition.relation == "<":
        left = _Choice(tuple(value + 1 for value in left.values), left.greatest)
    return _at_most(left, right)


def _at_most(left: _Choice, right: _Choice) -> Condition:
    rows = (_joined(not right.greatest, (at_most(a, b) for b in right.values)) for a in left.values)
    return _joined(left.greatest, rows)


def _joined(every: bool, parts: Iterable[Condition]) -> Condition:
    found = tuple(parts)
    if len(found) == 1:
        return found[0]
    return All(found) if every else Some(found)


def _choice(term: Term) -> _Choice | None:
    match term:
        case IndexValue(index):
            return _Choice((index,))
        case Number(value) if value.denominator == 1:
            return _Choice((constant(value.numerator),))
        case Call("abs", (argument,)):
            inner = _choice(argument)
            return _Choice((inner.values[0], -inner.values[0])) if inner is not None and inner.single else None
        case Call("maximum" | "minimum" as function, (a, b)):
            return _one_of(_choice(a), _choice(b), function == "maximum")
        case Add(terms):
            total: _Choice | None = _Choice((constant(0),))
            for part in terms:
                total = _plus(total, _choice(part))
            return total
        case Mul((Number(value), *others)) if value.denominator == 1 and len(others) == 1:
            return _times(_choice(others[0]), value.numerator)
        case _:
            return None


def _one_of(first: _Choice | None, second: _Choice | None, greatest: bool) -> _Choice | None:
    if first is None or second is None or len(first.values) + len(second.values) > MOST_CHOICES:
        return None
    if any(not c.single and c.greatest != greatest for c in (first, second)):
        return None
    return _Choice((*first.values, *second.values), greatest)


def _plus(first: _Choice | None, second: _Choice | None) -> _Choice | None:
    if first is None or second is None or len(first.values) * len(second.values) > MOST_CHOICES:
        return None
    if not first.single and not second.single and first.greatest != second.greatest:
        return None
    greatest = second.greatest if first.single else first.greatest
    return _Choice(tuple(a + b for a in first.values for b in second.values), greatest)


def _times(choice: _Choice | None, factor: int) -> _Choice | None:
    if choice is None or not factor:
        return None
    return _Choice(tuple(v * factor for v in choice.values), choice.greatest == (factor > 0))
