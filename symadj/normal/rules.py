"""Factors that obey rules of their own in a product.

* ``[i == j]·[i == j] = [i == j]``, and the same for ``[i >= 0]``, ``[p > 0]``, ``[p = 0]``; ``[p > 0]·[p = 0] = 0``;
* ``[i == e]·m(i) = [i == e]·m(e)``: the variable a delta determines is replaced in the other factors;
* ``[p = 0]·lead = −[p = 0]·rest/c`` for ``p = c·lead + rest``, in the arguments of functions too if lead is an atom;
* ``1j**2 = -1``; ``root(p)**1 = p`` for a prime p; ``parity(n, x)**2 = 1``;
* ``B**k`` with a whole ``k >= 1`` is expanded; for any other exponent, with ``lead`` the leading monomial of the base,
  ``B**e·lead = (B**(e+1) − rest·B**e)/c``, so that ``B`` and its own polynomial cancel;
* what the statement assumes of products (``store.rules``).

With one base, or several with coprime leading monomials, the result is a normal form; otherwise equal expressions may
keep different forms (``decide`` then clears denominators).
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from math import floor

from symadj.errors import NoValue
from symadj.normal.algebra import add_into, factor_poly, multiply, power, scale, whole
from symadj.normal.integers import division
from symadj.normal.leaves import guard
from symadj.normal.store import (
    UNIT,
    Coefficient,
    Exponent,
    Factor,
    Monomial,
    Poly,
    Store,
    as_argument,
    as_index,
)
from symadj.normal.substitution import at_arguments, substitute_exponents
from symadj.terms.index import Index, Var, floor_div, split_multiple, var


def settle(store: Store, exponents: dict[int, Exponent], coefficient: Coefficient) -> Poly:
    """The product ``coefficient·Π factor**exponent``, all special rules applied."""
    for number in [n for n, e in exponents.items() if e]:
        factor = store.factors[number]
        head = factor.head
        if head is None or not head.special:
            continue
        exponent = exponents[number]
        match head.kind:
            case "equal" | "atleast" | "positive" | "zero":
                if exponent != 1:
                    exponents[number] = 1
            case "lookup" if isinstance(exponent, int) and exponent > 1:
                exponents[number] = 1  # special where its entries are 0 and 1
            case "function" if head.name == "parity":
                exponents[number] = exponent % 2
            case "imaginary":
                exponents[number] = int(exponent) % 2
                coefficient = -coefficient if int(exponent) % 4 >= 2 else coefficient
            case "root":
                whole_part = floor(exponent)
                exponents[number] = whole(exponent - whole_part)
                coefficient = coefficient * Fraction(int(head.name)) ** whole_part
    clean = {n: e for n, e in exponents.items() if e}
    store.nest(1)
    try:
        return _rewritten(store, clean, coefficient)
    finally:
        store.nest(-1)


def _rewritten(store: Store, clean: dict[int, Exponent], coefficient: Coefficient) -> Poly:
    for rule in (_settle_signs, _settle_window, _settle_delta, _settle_zero, _settle_base, _settle_assumed):
        result = rule(store, clean, coefficient)
        if result is not None:
            return result
    return {tuple(sorted(clean.items())): whole(coefficient)} if coefficient else {}


def _settle_signs(store: Store, exponents: dict[int, Exponent], _coefficient: Coefficient) -> Poly | None:
    """``[p > 0]·[p = 0] = 0``."""
    seen: dict[tuple[object, ...], str] = {}
    for number in exponents:
        factor = store.factors[number]
        head = factor.head
        if head is not None and head.kind in ("positive", "zero"):
            key = (head.polys, factor.arguments)
            if seen.setdefault(key, head.kind) != head.kind:
                return {}
    return None


def _settle_window(store: Store, exponents: dict[int, Exponent], coefficient: Coefficient) -> Poly | None:
    """``[d·q <= e]·[e < d·q + d] = [q == e//d]``."""
    found = [n for n in exponents if (h := store.factors[n].head) is not None and h.kind == "atleast"]
    for k, first in enumerate(found):
        for second in found[k + 1 :]:
            below, above = (as_index(store.factors[n].arguments[0]) for n in (first, second))
            divisor = below + above + 1
            if divisor.variables() or len(divisor.terms) != 1 or divisor.terms[0][1] < 1:
                continue
            multiple, e = split_multiple(below, divisor)
            if not multiple.variables() or multiple.variables() & e.variables():
                continue
            rest = {n: x for n, x in exponents.items() if n not in (first, second)}
            delta = guard(store, "equal", -multiple - floor_div(e, divisor))
            return multiply(store, {tuple(sorted(rest.items())): coefficient}, delta)
    return None


def _settle_delta(store: Store, exponents: dict[int, Exponent], coefficient: Coefficient) -> Poly | None:
    """The variable that ``[index == 0]`` determines is replaced in the other factors of the monomial."""
    equal = [n for n in exponents if (h := store.factors[n].head) is not None and h.kind == "equal"]
    merged = _merge_digits(store, equal, exponents, coefficient) if len(equal) > 1 else None
    if merged is not None:
        return merged
    for number in equal:
        factor = store.factors[number]
        solved = solve_delta(as_index(factor.arguments[0]))
        if solved is None:
            continue
        variable, value = solved
        others = {n: e for n, e in exponents.items() if n != number}
        if not any(variable in store.factors[n].free for n in others):
            continue
        rest = substitute_exponents(store, others, {variable: as_argument(value)})
        return multiply(store, scale(rest, coefficient), factor_poly(factor))
    return None


def _merge_digits(
    store: Store, equal: list[int], exponents: dict[int, Exponent], coefficient: Coefficient
) -> Poly | None:
    """``[a == e//d]·[b == e % d] = [e == a·d + b]·[0 <= b < d]``; a sum over a digit takes it apart again
    (``sums``).
    """
    found: dict[tuple[Index, Index], dict[str, tuple[int, Index]]] = {}
    for number in equal:
        parts = division(as_index(store.factors[number].arguments[0]))
        # Variables alone: with more on the other side, the digits of one number could be put together for ever.
        if parts is not None and parts[3].variable is not None:
            kind, e, divisor, other = parts
            found.setdefault((e, divisor), {})[kind] = (number, other)
    for (e, divisor), sides in found.items():
        if len(sides) == 2:
            (first, a), (second, b) = sides["floor"], sides["mod"]
            rest = {n: x for n, x in exponents.items() if n not in (first, second)}
            whole_delta = guard(store, "equal", e - a * divisor - b)
            # A remainder lies in range(divisor): what is said to equal it does too.
            for index in (b, divisor - 1 - b):
                whole_delta = multiply(store, whole_delta, guard(store, "atleast", index))
            return multiply(store, {tuple(sorted(rest.items())): coefficient}, whole_delta)
    return None


def solve_delta(index: Index, prefer: str | None = None) -> tuple[str, Index] | None:
    """``index == 0`` solved for a variable that stands in it once, with coefficient ±1: ``prefer``, or the last by
    name.
    """
    best: tuple[str, Index] | None = None
    for monomial, coefficient in index.terms:
        if len(monomial) == 1 and abs(coefficient) == 1 and isinstance(monomial[0], Var):
            name = monomial[0].name
            if (prefer is None or name == prefer) and (best is None or name > best[0]):
                rest = index - var(name) * coefficient
                if name not in rest.variables():
                    best = (name, -rest if coefficient == 1 else rest)
    return best


def _settle_zero(store: Store, exponents: dict[int, Exponent], coefficient: Coefficient) -> Poly | None:
    """``[p = 0]·lead = −[p = 0]·rest/c``, since p = c·lead + rest vanishes there."""
    for number in exponents:
        factor = store.factors[number]
        head = factor.head
        if head is None or head.kind != "zero":
            continue
        body = dict(head.polys[0])
        if head.lead is None:
            head.lead = leading(store, body)
        if head.lead is None:
            continue
        rest = at_arguments(store, {m: c for m, c in body.items() if m != head.lead}, factor.arguments)
        found = _divisor(store, factor, {head.lead: body[head.lead]}, exponents)
        if found is not None:
            monomial, lead_coefficient = found
            left = _reduced(exponents, monomial)
            return multiply(store, {left: whole(-Fraction(coefficient) / lead_coefficient)}, rest)
        lead = at_arguments(store, {head.lead: 1}, factor.arguments)
        value = scale(rest, whole(-1 / Fraction(body[head.lead])))
        moved = _under_functions(store, exponents, lead, value)
        if moved is not None:
            return scale(moved, coefficient)
    return None


def _under_functions(store: Store, exponents: dict[int, Exponent], lead: Poly, value: Poly) -> Poly | None:
    """``[a = b]·f(a) = [a = b]·f(b)``, for an atom a that stands in the argument of a function to whole powers."""
    ((monomial, coefficient),) = lead.items() if len(lead) == 1 else (((), 0),)
    if coefficient != 1 or len(monomial) != 1 or monomial[0][1] != 1:
        return None
    atom = monomial[0][0]
    for number, exponent in exponents.items():
        factor = store.factors[number]
        if factor.head is None or factor.head.kind not in ("function", "base", "positive"):
            continue
        argument = at_arguments(store, dict(factor.head.polys[0]), factor.arguments)
        powers = [e for m in argument for n, e in m if n == atom]
        if powers and all(isinstance(e, int) and e > 0 for e in powers):
            with suppress(NoValue):  # where a = b, another factor may be left out by a guard, and have no value
                rebuilt = store.rebuild(store, factor, exponent, _replaced(store, argument, atom, value))
                others = tuple(sorted((n, e) for n, e in exponents.items() if n != number))
                return multiply(store, {others: 1}, rebuilt)
    return None


def _replaced(store: Store, poly: Poly, atom: int, value: Poly) -> Poly:
    total: Poly = {}
    for monomial, coefficient in poly.items():
        others = tuple((n, e) for n, e in monomial if n != atom)
        raised = power(store, value, int(dict(monomial).get(atom, 0)))
        add_into(total, multiply(store, {others: coefficient}, raised))
    return total


def _divisor(
    store: Store, factor: Factor, lead: Poly, exponents: dict[int, Exponent]
) -> tuple[Monomial, Coefficient] | None:
    """The leading monomial at the factor's arguments, where it divides the product."""
    at = at_arguments(store, lead, factor.arguments)
    if len(at) != 1:
        return None
    ((monomial, coefficient),) = at.items()
    for n, e in monomial:
        head = store.factors[n].head
        if not (head is not None and head.kind == "size") and not _divides(exponents.get(n, 0), e):
            return None
    return monomial, coefficient


def _reduced(exponents: dict[int, Exponent], monomial: Monomial) -> Monomial:
    left = dict(exponents)
    for n, e in monomial:
        left[n] = whole(left.get(n, 0) - e)
    return tuple(sorted((n, e) for n, e in left.items() if e))


def leading(store: Store, body: Poly) -> Monomial | None:
    """The greatest monomial in one order of all monomials, sizes counting as numbers; None where it is not the only
    one.

    The order is lexicographic, scalars before functions, entries, bases and sums, so that rewriting by several bases
    ends.
    """
    ranked = sorted(((_degrees(store, m), m) for m in body if m != UNIT), reverse=True)
    if not ranked or not ranked[0][0]:
        return None
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        return None
    return ranked[0][1]


def _degrees(store: Store, monomial: Monomial) -> tuple[tuple[tuple[int, ...], Exponent], ...]:
    degrees: list[tuple[tuple[int, ...], Exponent]] = []
    for number, exponent in monomial:
        factor = store.factors[number]
        head = factor.head
        if head is None:
            degrees.append(((0, -number), exponent))
        elif head.kind != "size":
            rank = 4 if not factor.arguments else _RANKS.get(head.kind, 2)
            degrees.append(((rank, -head.number, *(-c for c in store.codes(factor.arguments))), exponent))
    return tuple(sorted(degrees, reverse=True))


_RANKS = {"function": 3, "base": 1}


def _settle_base(store: Store, exponents: dict[int, Exponent], coefficient: Coefficient) -> Poly | None:
    """Bases: whole powers expanded, the leading monomial rewritten."""
    for number, exponent in exponents.items():
        factor = store.factors[number]
        head = factor.head
        if head is None or head.kind != "base" or head.body is None:
            continue
        others = {n: e for n, e in exponents.items() if n != number}
        if not isinstance(exponent, int) and _is_product_of_atoms(store, head.body):
            split = _split_monomial(store, factor, exponent, others)
            if split is not None:
                return scale(split, coefficient)
            continue
        if isinstance(exponent, int) and exponent > 0:
            value = power(store, at_arguments(store, head.body, factor.arguments), exponent)
            return multiply(store, {tuple(sorted(others.items())): coefficient}, value)
        if head.lead is None:
            continue
        found = _divisor(store, factor, {head.lead: head.body[head.lead]}, others)
        if found is not None:
            return _rewrite_lead(store, factor, exponent, _reduced(others, found[0]), coefficient, found)
        trailing = _settle_trailing(store, factor, exponent, others, coefficient)
        if trailing is not None:
            return trailing
    return None


def _is_product_of_atoms(store: Store, body: Poly) -> bool:
    return len(body) == 1 and all(store.factors[n].head is not None for m in body for n, _ in m)


def _split_monomial(store: Store, factor: Factor, exponent: Exponent, others: dict[int, Exponent]) -> Poly | None:
    """``(x·y)**(k + r) = (x·y)**r·x**k·y**k`` with ``0 < r < 1``, for a base that is one product of entries."""
    whole_part = floor(exponent)
    if not whole_part or factor.head is None or factor.head.body is None:
        return None
    body = at_arguments(store, factor.head.body, factor.arguments)
    if len(body) != 1:
        return None
    ((monomial, number),) = body.items()
    powers: Poly = {tuple((n, e * whole_part) for n, e in monomial): whole(Fraction(number) ** whole_part)}
    rest: Poly = {tuple(sorted(others.items())): 1}
    return multiply(store, multiply(store, rest, powers), factor_poly(factor, exponent - whole_part))


def _settle_trailing(
    store: Store, factor: Factor, exponent: Exponent, others: dict[int, Exponent], coefficient: Coefficient
) -> Poly | None:
    """``f**-k·B**e = (f**-k·B**(e+1) − f**-k·rest·B**e)/c`` for ``B = c + rest``, a number c, and f a factor of every
    other term.
    """
    head = factor.head
    if head is None or head.body is None or UNIT not in head.body:
        return None
    body = at_arguments(store, head.body, factor.arguments)
    rest = {m: c for m, c in body.items() if m != UNIT}
    for number, e in others.items():
        if e < 0 and all(dict(m).get(number, 0) > 0 for m in rest):
            store.spend(4)
            share = {tuple(sorted(others.items())): whole(Fraction(coefficient) / body[UNIT])}
            raised = whole(exponent + 1)
            total = multiply(store, share, factor_poly(factor, raised) if raised else {UNIT: 1})
            add_into(total, multiply(store, multiply(store, share, rest), factor_poly(factor, exponent)), -1)
            return total
    return None


def _divides(have: Exponent, need: Exponent) -> bool:
    return have >= need > 0 or have <= need < 0


def _rewrite_lead(
    store: Store,
    factor: Factor,
    exponent: Exponent,
    remaining: Monomial,
    coefficient: Coefficient,
    found: tuple[Monomial, Coefficient],
) -> Poly:
    head = factor.head
    if head is None or head.body is None:
        raise TypeError("a base has a head with a polynomial")
    store.spend(4)
    lead, lead_coefficient = found
    share = {remaining: whole(Fraction(coefficient) / lead_coefficient)}
    raised = whole(exponent + 1)
    total = multiply(store, share, factor_poly(factor, raised) if raised else {UNIT: 1})
    rest = {m: c for m, c in at_arguments(store, head.body, factor.arguments).items() if m != lead}
    # The rest goes to the share first: rest·B**e alone could be rewritten back.
    add_into(total, multiply(store, multiply(store, share, rest), factor_poly(factor, exponent)), -1)
    return total


def _settle_assumed(store: Store, exponents: dict[int, Exponent], coefficient: Coefficient) -> Poly | None:
    """Rewritings that the statement's assumptions grant."""
    for rule in store.rules:
        result = rule(store, exponents, coefficient)
        if result is not None:
            return result
    return None
