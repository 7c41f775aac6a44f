"""Conditions taken apart, negated, and dropped where they follow from the ranges."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

from symadj.calculus.linear_arithmetic import Inequality, contradictory, inequality
from symadj.terms.index import Index, Lookup, Size
from symadj.terms.nodes import All, Condition, IndexCondition, Not, Select, Some, Term, ValueCondition

MAX_FACTS = 24


def flattened(condition: Condition) -> Iterator[Condition]:
    """The parts of a conjunction, in order.

    >>> from symadj.terms.nodes import less, at_most
    >>> from symadj.terms.index import var
    >>> list(flattened(Not(less(var("i"), var("j"))))) == [at_most(var("j"), var("i"))]
    True
    """
    if isinstance(condition, All):
        for part in condition.parts:
            yield from flattened(part)
    elif isinstance(condition, Not) and isinstance(condition.part, Some):
        for part in condition.part.parts:
            yield from flattened(negated(part))
    else:
        yield negated(condition.part) if isinstance(condition, Not) else condition


def negated(condition: Condition) -> Condition:
    """``not condition``, without a ``Not`` where there is another way to say it."""
    match condition:
        case Not(part):
            return part
        case IndexCondition(">=", index):
            return IndexCondition(">=", -index - 1)
        case ValueCondition("<", left, right):
            return ValueCondition("<=", right, left)
        case ValueCondition("<=", left, right):
            return ValueCondition("<", right, left)
        case _:
            return Not(condition)


def conjunction(conditions: Sequence[Condition]) -> Condition | None:
    """All of them, ``None`` for none."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else All(tuple(conditions))


def guarded(conditions: Sequence[Condition], term: Term, otherwise: Term) -> Term:
    """``term if all conditions else otherwise``."""
    condition = conjunction(conditions)
    return term if condition is None else Select(condition, term, otherwise)


def reads(condition: Condition) -> bool:
    """Whether evaluating the condition reads entries, of tensors or of integer tensors."""
    match condition:
        case IndexCondition(_, index):
            return any(isinstance(a, Lookup) for a in index.atoms())
        case ValueCondition():
            return True
        case All(parts) | Some(parts):
            return any(reads(p) for p in parts)
        case Not(part):
            return reads(part)


def _nonnegative(index: Index) -> bool:
    """Sizes with positive coefficients only (sizes are at least 0)."""
    return all(c > 0 and all(isinstance(a, Size) for a in m) for m, c in index.terms)


def implied(goal: Index, facts: Sequence[Index]) -> bool:
    """Whether ``goal >= 0`` follows from the ``facts`` (each ``>= 0``) and from sizes being at least 0, by linear
    arithmetic.

    >>> from symadj.terms.index import size, var
    >>> i, n = var("i"), size("n")
    >>> implied(n + i - 1, [i, n - 1 - i]), implied(n - i - 2, [i, n - 1 - i])
    (True, False)
    """
    if _nonnegative(goal) or any(_nonnegative(goal - fact) for fact in facts):
        return True
    if len(facts) > MAX_FACTS:
        return False
    sizes = {m for index in (goal, *facts) for m, _ in index.terms if m and all(isinstance(a, Size) for a in m)}
    system = [_inequality(fact) for fact in facts]
    system += [Inequality(((m, 1),), 0) for m in sizes]
    return contradictory([*system, _inequality(-goal - 1)])


def _inequality(index: Index) -> Inequality:
    """``index >= 0``."""
    coefficients: dict[Hashable, Fraction] = {m: Fraction(c) for m, c in index.terms if m}
    return inequality(coefficients, Fraction(dict(index.terms).get((), 0)), strict=False)


def truth(condition: Condition, facts: Sequence[Index]) -> bool | None:
    """``True`` or ``False`` where it is plain which, else ``None``; ``facts`` are integers known to be ``>= 0``."""
    if not isinstance(condition, IndexCondition):
        return None
    value = condition.index.value
    if value is not None:
        return value >= 0 if condition.relation == ">=" else value == 0
    if condition.relation == ">=":
        if implied(condition.index, facts):
            return True
        if implied(-condition.index - 1, facts):
            return False
    return None
