"""What an equation between values says, where a statement assumes it.

    A[i,j] == A[j,i]                        A is symmetric
    x[i] == conj(x[i]), imag(x[i]) == 0     x is real
    Σ_k F[k,i]·G[k,j] == r(i, j)            the sum is known in larger ones too; of square matrices with r = [i == j]
                                            the sum over the other index is known with it

Of any other the leading monomial is rewritten by the rest, at all subscripts.
"""

from __future__ import annotations

from fractions import Fraction

from symadj.errors import Unsupported
from symadj.normal.abstract import abstract
from symadj.normal.algebra import factor_poly, multiply, scale, whole
from symadj.normal.leaves import guard
from symadj.normal.places import everywhere
from symadj.normal.store import (
    UNIT,
    Argument,
    Coefficient,
    Contracted,
    Exponent,
    Factor,
    Monomial,
    Poly,
    Range,
    Rule,
    Store,
    free_variables,
)
from symadj.normal.substitution import at_arguments, substitute
from symadj.normal.unfold import poly_heads
from symadj.terms.index import var


def equation(store: Store, poly: Poly) -> None:
    """``poly == 0``, as what it says of tensors, or as a rewriting of its leading monomial.

    Raises ``Unsupported`` where it determines no factor.
    """
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
    if len(poly) != 2 or sum(map(Fraction, poly.values()), Fraction()) != 0:
        return False
    left, right = (dict(monomial) for monomial in poly)
    shared = left.items() & right.items()
    if any((h := store.factors[n].head) is None or h.kind != "imaginary" for n, _ in shared):
        return False
    pair = [[(store.factors[n], e) for n, e in side.items() - shared] for side in (left, right)]
    if [[e for _, e in side] for side in pair] != [[1], [1]]:
        return False
    one, other = (side[0][0] for side in pair)
    heads = [f.head for f in (one, other) if f.head is not None]
    if sorted(h.kind for h in heads) != ["conjugate", "tensor"] or heads[0].name != heads[1].name:
        return False
    if one.arguments != other.arguments or not everywhere(one.arguments):
        return False
    store.real.add(heads[0].name)
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

    ends = factor.ranges[0]
    _contract(store, (first, second), names, ends, rest)
    square = len(free) == 2 and len(first.arguments) == 2 and all(store.ranges.get(v) == ends for v in free)
    if square and rest == guard(store, "equal", var(free[0]) - var(free[1])):
        # Of square matrices, an inverse from one side is one from the other: Σ_i F[k,i]·G[l,i] = [k == l].
        swapped: list[Argument] = ["#0" if a != "#0" else free[k // 2] for k, a in enumerate(names)]
        _contract(store, (first, second), swapped, ends, rest)
    return True


def _contract(store: Store, pair: tuple[Factor, Factor], names: list[Argument], ends: Range, value: Poly) -> None:
    """Register that the product of two atoms at the ``names`` sums to the value, over ``#0`` in the range."""
    first, second = pair

    def contract(store: Store, atoms: dict[int, Exponent], bound: dict[str, Range], variable: str) -> Contracted | None:
        holding = [n for n in atoms if variable in store.factors[n].free]
        if bound[variable] != ends or sum(atoms[n] for n in holding) != 2 or len(holding) > 2:
            return None
        left, right = store.factors[holding[0]], store.factors[holding[-1]]
        for one, other in ((left, right), (right, left)):
            if one.head is first.head and other.head is second.head:
                pairs = list(zip(names, (*one.arguments, *other.arguments), strict=True))
                if [v for n, v in pairs if n == "#0"] == [variable, variable]:
                    at = substitute(store, value, {str(n): v for n, v in pairs if n != "#0"})
                    return at, frozenset(holding), frozenset({variable})
        return None

    store.contractions.append(contract)


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
    if set(first.arguments) != set(second.arguments) or not everywhere(first.arguments):
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
