"""What a statement assumes, as knowledge of the store.

    b > a           the polynomial b − a is positive, at every value of the free indices
    a <= b          b − a is not negative
    a != b          [b − a = 0] = 0;    a != b or i == j:  [b − a = 0] = [i = j]·[b − a = 0]
    a == b          what ``equations`` makes of it
    n >= 2          the least value of the size n

Conditions of other forms are not used by the normal form. That is sound: an assumption that is not used is not needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.abstract import abstract
from symadj.normal.algebra import factor_poly, scale, subtract
from symadj.normal.cases import first_comparison, in_case, possible
from symadj.normal.decide import fully_unfolded
from symadj.normal.environment import Environment
from symadj.normal.equations import equation
from symadj.normal.places import everywhere, is_everywhere, remember
from symadj.normal.signs import is_positive, shared_content
from symadj.normal.store import (
    UNIT,
    Argument,
    Coefficient,
    Monomial,
    Nonzero,
    Poly,
    Store,
    free_variables,
    monomial_factors,
    poly_key,
)
from symadj.normal.substitution import at_arguments, substitute
from symadj.normal.translate import indicator, normalize
from symadj.normal.unfold import poly_heads
from symadj.terms.index import ZERO, Index, Size
from symadj.terms.nodes import All, Condition, IndexCondition, Not, Some, Term, ValueCondition
from symadj.terms.statement import Assumption

UNFOLDING = 2_000


def least_sizes(assumptions: Iterable[Assumption], integers: Iterable[str]) -> dict[str, int]:
    """The least value of each size for which it is not 1: integer parameters from 0, and ``n >= 2`` read off
    ``assume``.
    """
    minimum = dict.fromkeys(integers, 0)
    for assumption in assumptions:
        for condition in _parts(assumption.condition):
            if isinstance(condition, IndexCondition) and condition.relation == ">=":
                bound = _size_bound(condition.index)
                if bound is not None:
                    name, least = bound
                    # An explicit bound stands for the default one, below it too: assume = "n >= 0".
                    minimum[name] = max(minimum.get(name, least), least) if name not in integers else max(least, 0)
    return minimum


def _size_bound(index: Index) -> tuple[str, int] | None:
    rest = dict(index.terms)
    constant = rest.pop((), 0)
    if len(rest) == 1:
        ((monomial, coefficient),) = rest.items()
        if coefficient == 1 and len(monomial) == 1 and isinstance(monomial[0], Size):
            return monomial[0].name, -constant
    return None


def _parts(condition: Condition) -> Iterable[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


def assume(env: Environment, assumption: Assumption) -> None:
    """Register one assumption (its free indices range over all their values)."""
    store = env.store
    saved = dict(store.ranges)
    for name, upper in assumption.indices:
        store.ranges[name] = (ZERO, upper)
    try:
        for condition in _parts(assumption.condition):
            _assume(env, condition)
    except Unsupported:
        pass  # beyond the normal form: not used
    store.ranges.clear()
    store.ranges.update(saved)


def _assume(env: Environment, condition: Condition) -> None:
    match condition:
        case IndexCondition("==", index) if len(index.terms) == 2 and {c for _, c in index.terms} == {1, -1}:
            left_sizes, right_sizes = (m for m, _ in index.terms)
            if all(isinstance(a, Size) for a in (*left_sizes, *right_sizes)):
                env.store.equations.append((left_sizes, right_sizes))
        case ValueCondition("==", left, right):
            equation(env.store, subtract(normalize(env, left), normalize(env, right)))
        case ValueCondition(relation, left, right):
            for gap in _forms(env, right, left):
                _signed(env.store, gap, "positive" if relation == "<" else "nonnegative")
        case Not(ValueCondition("==", left, right)):
            for gap in _forms(env, left, right):
                _nonzero(env, gap, None)
        case Not(ValueCondition(relation, left, right)):
            for gap in _forms(env, left, right):
                _signed(env.store, gap, "nonnegative" if relation == "<" else "positive")
        case Some((Not(ValueCondition("==", left, right)), exception)) if _is_index_condition(exception):
            for gap in _forms(env, left, right):
                _nonzero(env, gap, exception)
        case Some((exception, Not(ValueCondition("==", left, right)))) if _is_index_condition(exception):
            for gap in _forms(env, left, right):
                _nonzero(env, gap, exception)


def _forms(env: Environment, left: Term, right: Term) -> Iterable[Poly]:
    """``left − right`` in terms of the program's lines, and, where that is short, in terms of its inputs: a matrix
    that was named is met by either form.
    """
    store = env.store
    gap = subtract(normalize(env, left), normalize(env, right))
    yield gap
    if any(store.head_list[n].kind == "let" for n in poly_heads(store, gap)):
        saved, store.budget = store.budget, min(store.budget, UNFOLDING)
        try:
            yield fully_unfolded(store, gap)
        except BudgetExceeded:
            pass
        finally:
            store.budget = saved


def _is_index_condition(condition: Condition) -> bool:
    if isinstance(condition, All | Some):
        return all(_is_index_condition(p) for p in condition.parts)
    if isinstance(condition, Not):
        return _is_index_condition(condition.part)
    return isinstance(condition, IndexCondition)


def _signed(store: Store, poly: Poly, sign: str) -> None:
    """A polynomial is positive, or not negative."""
    if not poly or set(poly) == {UNIT}:
        return
    if poly.get(UNIT, 0) < 0:
        # q − c >= 0 with a number c > 0: q is positive.
        _signed(store, {m: c for m, c in poly.items() if m != UNIT}, "positive")
    _, rest = shared_content(store, poly, lambda f: is_positive(store, f))
    if not free_variables(store, rest):
        store.fixed_signs[poly_key(rest)] = sign
    key, arguments, _ = abstract(store, rest)
    if not is_everywhere(store, rest, arguments):
        remember(store, key, arguments, sign)
        return
    if store.signs.get(key) != "positive":
        store.signs[key] = sign
    if len(rest) == 1:
        ((monomial, coefficient),) = rest.items()
        if coefficient > 0 and len(monomial) == 1 and monomial[0][1] == 1:
            factor = store.factors[monomial[0][0]]
            if factor.head is not None and factor.head.sign != "positive" and everywhere(factor.arguments):
                factor.head.sign = sign


def _nonzero(env: Environment, poly: Poly, exception: Condition | None) -> None:
    store = env.store
    if not poly or set(poly) == {UNIT}:
        return
    for case, value in forced_cases(store, poly):
        # |x| != l says x - l != 0, since x = l lies in the case x > 0 for a positive l.
        if case:
            _nonzero(env, value, exception)
    content, factored = shared_content(store, poly, lambda f: True)
    ((monomial, _),) = content.items()
    parts = [factor_poly(f) for f, e in monomial_factors(store, monomial) if e > 0]
    parts += [factored] if len(poly) > 1 and monomial else []
    if parts != [poly]:
        for part in parts:  # of a product that is not 0, no factor is
            _nonzero(env, part, exception)
    _, rest = shared_content(store, poly, lambda f: is_positive(store, f))
    if exception is None and not free_variables(store, rest):
        store.fixed_signs.setdefault(poly_key(rest), "nonzero")
    for candidate in (rest, scale(rest, -1)):
        key, arguments, _ = abstract(store, candidate)
        if not is_everywhere(store, candidate, arguments):
            if exception is None:
                remember(store, key, arguments, "nonzero")
            continue
        if exception is None:
            store.nonzero[key] = lambda _store, _arguments: {}
            continue
        names: dict[str, Argument] = {str(a): f"@{k}" for k, a in enumerate(arguments)}
        allowed = substitute(store, indicator(env, exception), names)
        if all(v[0] == "@" for v in free_variables(store, allowed)):
            store.nonzero[key] = _exception_rule(poly_key(allowed))


def forced_cases(store: Store, poly: Poly) -> Iterable[tuple[bool, Poly]]:
    """The values of a polynomial with comparisons in it, case by case, and whether its zero lies in that case alone."""
    comparison = first_comparison(store, poly)
    if comparison is None:
        return
    compared = comparison.value(store)
    for sign in (1, -1):
        value = in_case(store, poly, comparison, sign)
        yield not any(possible(store, ((value, 0), (compared, other))) for other in (0, -sign)), value


def _exception_rule(allowed: tuple[tuple[Monomial, Coefficient], ...]) -> Nonzero:
    def rule(store: Store, arguments: tuple[Argument, ...]) -> Poly:
        return at_arguments(store, dict(allowed), arguments)

    return rule
