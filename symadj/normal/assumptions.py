"""What a statement assumes, as knowledge of the store.

    b > a           the polynomial b − a is positive, at every value of the free indices
    a <= b          b − a is not negative
    a != b          [b − a = 0] = 0;    a != b or i == j:  [b − a = 0] = [i = j]·[b − a = 0]
    a == b          the leading monomial of a − b is rewritten by the rest; A[i,j] == A[j,i]: A is symmetric
    n >= 2          the least value of the size n
    imag(x) == 0    x is its own conjugate
    q[p[j]] == j    p and q are permutations, each the other's inverse

Conditions of other forms are not used by the normal form. That is sound: an assumption that is not used is not needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.abstract import abstract
from symadj.normal.algebra import factor_poly, multiply, number_poly, scale, subtract, whole
from symadj.normal.cases import first_comparison, in_case, possible
from symadj.normal.decide import fully_unfolded
from symadj.normal.environment import Environment
from symadj.normal.leaves import guard
from symadj.normal.signs import is_positive, shared_content
from symadj.normal.store import (
    UNIT,
    Argument,
    Coefficient,
    Contracted,
    Exponent,
    Factor,
    Monomial,
    Nonzero,
    Poly,
    Range,
    Rule,
    Store,
    as_argument,
    free_variables,
    monomial_factors,
    poly_key,
)
from symadj.normal.substitution import at_arguments, substitute
from symadj.normal.translate import indicator, normalize
from symadj.normal.unfold import poly_heads
from symadj.terms.index import ZERO, Index, Lookup, Size, solved_for_atoms, var
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
            else:
                _inverse(env.store, index)
        case ValueCondition("==", left, right):
            _equation(env, subtract(normalize(env, left), normalize(env, right)))
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


def _inverse(store: Store, index: Index) -> None:
    """``q[p[j]] == j`` for all j: each of the two tables is the other's inverse, where p maps an axis into itself.

    p is injective, and so, its axis being finite, a permutation of it; then ``p[q[j]] == j`` too.
    """
    for atom, other in solved_for_atoms(index):
        name = other.variable
        if name is None or not isinstance(atom, Lookup) or len(atom.subscripts) != 1:
            continue
        inner = atom.subscripts[0].lookup
        if inner is not None and inner.subscripts == (var(name),):
            axis = store.ranges[name][1]
            if store.tables.get(inner.tensor) == axis == store.tables.get(atom.tensor):
                store.inverses.setdefault(inner.tensor, atom.tensor)
                store.inverses.setdefault(atom.tensor, inner.tensor)


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


def _everywhere(arguments: tuple[Argument, ...]) -> bool:
    """Whether a polynomial at these arguments is assumed for every argument: each is an index of its own.

    ``x[0] > 0`` and ``x[i] >= x[0]`` say nothing of the other entries, and are not used.
    """
    return all(isinstance(a, str) for a in arguments) and len(set(arguments)) == len(arguments)


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
    if not _everywhere(arguments):
        return
    if store.signs.get(key) != "positive":
        store.signs[key] = sign
    if len(rest) == 1:
        ((monomial, coefficient),) = rest.items()
        if coefficient > 0 and len(monomial) == 1 and monomial[0][1] == 1:
            factor = store.factors[monomial[0][0]]
            if factor.head is not None and factor.head.sign != "positive" and _everywhere(factor.arguments):
                factor.head.sign = sign


def _nonzero(env: Environment, poly: Poly, exception: Condition | None) -> None:
    store = env.store
    if not poly or set(poly) == {UNIT}:
        return
    for case, value in forced_cases(store, poly):
        # |x| != l says x - l != 0, since x = l lies in the case x > 0 for a positive l.
        if case:
            _nonzero(env, value, exception)
    _, rest = shared_content(store, poly, lambda f: is_positive(store, f))
    if exception is None and not free_variables(store, rest):
        store.fixed_signs.setdefault(poly_key(rest), "nonzero")
    for candidate in (rest, scale(rest, -1)):
        key, arguments, _ = abstract(store, candidate)
        if not _everywhere(arguments):
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


def _equation(env: Environment, poly: Poly) -> None:
    """``poly == 0``, as a rewriting of its leading monomial."""
    store = env.store
    if not poly or set(poly) == {UNIT}:
        return
    if _symmetry(store, poly) or _real(store, poly):
        return
    lead = max((m for m in poly if m != UNIT), key=lambda m: _rank(store, m))
    rest = scale({m: c for m, c in poly.items() if m != lead}, -1 / Fraction(poly[lead]))
    if _contraction(store, lead, rest):
        return
    if any(store.head_list[n].kind == "tensor" for n in poly_heads(store, {lead: 1}) & poly_heads(store, rest)):
        return  # the rewriting might not end
    if len(lead) == 1:
        store.rules.append(_rewriting(store, lead[0], rest))
        head = store.factors[lead[0][0]].head
        if head is not None:
            store.mark_special(head)
        else:
            store.special_sums = True
            for factor in store.factors:
                factor.special = factor.special or factor.is_component


def _real(store: Store, poly: Poly) -> bool:
    """``x[i] == conj(x[i])`` for all i, which ``imag(x[i]) == 0`` says too: the tensor is its own conjugate."""
    if len(poly) != 2 or min(poly.values()) != -max(poly.values()):
        return False
    found: dict[str, Factor] = {}
    for monomial in poly:
        for factor, exponent in monomial_factors(store, monomial):
            if factor.head is None or exponent != 1:
                return False
            if factor.head.kind != "imaginary":
                found[factor.head.kind] = factor
    one, other = found.get("tensor"), found.get("conjugate")
    if len(found) != 2 or one is None or other is None or one.head is None or other.head is None:
        return False
    if one.head.name != other.head.name or one.arguments != other.arguments or not _everywhere(one.arguments):
        return False
    store.real.add(one.head.name)
    return True


def _contraction(store: Store, lead: Monomial, rest: Poly) -> bool:
    """``Σ_k F[k,i]·G[k,j] = rest(i, j)``: a sum of two atoms over one index, registered for where it stands in larger
    sums.
    """
    factor = store.factors[lead[0][0]]
    if len(lead) != 1 or lead[0][1] != 1 or not factor.is_component or len(factor.ranges) != 1:
        return False
    places = [(store.factors[n], e) for n, e in factor.atoms]
    if sum(e for _, e in places) != 2 or any("#0" not in f.free or f.head is None for f, _ in places):
        return False
    first, second = places[0][0], places[-1][0]
    names = [*first.arguments, *second.arguments]
    free = [str(a) for a in names if a != "#0"]
    if not all(isinstance(a, str) for a in names) or names.count("#0") != 2 or len(set(free)) != len(free):
        return False
    if free_variables(store, rest) - set(free):
        return False

    def contract(store: Store, atoms: dict[int, Exponent], bound: dict[str, Range], variable: str) -> Contracted | None:
        holding = [n for n in atoms if variable in store.factors[n].free]
        if bound[variable] != factor.ranges[0] or sum(atoms[n] for n in holding) != 2 or len(holding) > 2:
            return None
        left, right = store.factors[holding[0]], store.factors[holding[-1]]
        for one, other in ((left, right), (right, left)):
            if one.head is first.head and other.head is second.head:
                pairs = list(zip(names, (*one.arguments, *other.arguments), strict=True))
                if [v for n, v in pairs if n == "#0"] == [variable, variable]:
                    value = substitute(store, rest, {str(n): v for n, v in pairs if n != "#0"})
                    return value, frozenset(holding), frozenset({variable})
        return None

    store.contractions.append(contract)
    return True


def _rank(store: Store, monomial: Monomial) -> tuple[object, ...]:
    """What is rewritten: rather one factor, a sum before an atom, the later one."""
    factor = store.factors[monomial[-1][0]]
    guards = any((h := store.factors[n].head) is not None and h.kind in ("equal", "atleast") for n, _ in monomial)
    return (not guards, len(monomial) == 1, factor.is_component, monomial)


def _symmetry(store: Store, poly: Poly) -> bool:
    """``A[i,j] − A[j,i] = 0``: the head is symmetric under the exchange."""
    if len(poly) != 2 or sorted(poly.values()) != [-1, 1]:
        return False
    first, second = (
        (store.factors[m[0][0]] for m in poly if len(m) == 1 and m[0][1] == 1)
        if all(len(m) == 1 and m[0][1] == 1 for m in poly)
        else (None, None)
    )
    if first is None or second is None or first.head is None or first.head is not second.head:
        return False
    if set(first.arguments) != set(second.arguments) or not _everywhere(first.arguments):
        return False
    identity = tuple(range(len(first.arguments)))
    exchange = tuple(first.arguments.index(a) for a in second.arguments)
    if tuple(exchange[k] for k in exchange) != identity:
        return False
    first.head.symmetries = (identity, exchange)
    return True


def _rewriting(store: Store, lead: tuple[int, Exponent], rest: Poly) -> Rule:
    """The rule: a factor of the form of the leading one, at any arguments, is replaced."""
    pattern = store.factors[lead[0]]
    _, arguments, _ = abstract(store, factor_poly(pattern))
    key, _, _ = abstract(store, factor_poly(pattern))
    names = {a: f"@{k}" for k, a in enumerate(arguments) if isinstance(a, str)}
    if len(names) != len(arguments):
        raise Unsupported("an equation at fixed entries")
    body = substitute(store, rest, dict(names))
    if any(v[0] != "@" for v in free_variables(store, body)):
        raise Unsupported("an equation that does not determine its left side")
    least = lead[1]

    def rule(store: Store, exponents: dict[int, Exponent], coefficient: Coefficient) -> Poly | None:
        if store.matching:
            return None  # the match itself builds products
        for number, exponent in exponents.items():
            factor = store.factors[number]
            if factor.head is not pattern.head or not isinstance(exponent, int) or exponent < least:
                continue
            if factor.is_component and len(factor.atoms) != len(pattern.atoms):
                continue
            store.matching = True
            try:
                found, at, _ = abstract(store, factor_poly(factor))
            finally:
                store.matching = False
            if found != key:
                continue
            others = {n: e for n, e in exponents.items() if n != number}
            left = whole(exponent - least)
            if left:
                others[number] = left
            image = at_arguments(store, body, at)
            return multiply(store, {tuple(sorted(others.items())): coefficient}, image)
        return None

    return rule


__all__ = ["assume", "as_argument", "guard", "least_sizes", "number_poly", "var"]
