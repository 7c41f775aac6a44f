"""Polynomials that are squares or cubes of sums: ``k² + 2·k·x + x² = (k + x)²``.

Root by root, in the lexicographic order of the exponents: the leading term of ``q`` is the root of that of ``p``; each
further term is what the leading term of ``p − qᵏ`` asks for. Complete for squares and cubes with rational coefficients
(and, applied again, for the powers made of them); what is no power is mostly seen at its first or its last term.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from symadj.normal.algebra import whole
from symadj.normal.store import Poly, Store

Vector = tuple[int, ...]
Form = dict[Vector, Fraction]

MOST_TERMS = 60


def perfect_power(store: Store, poly: Poly) -> tuple[Poly, int] | None:
    """``(q, k)`` with ``poly = q**k`` and k 2 or 3; ``None`` where there is none.

    Raises ``BudgetExceeded`` past the store's budget.
    """
    if not 3 <= len(poly) <= MOST_TERMS:
        return None
    numbers = sorted({n for monomial in poly for n, _ in monomial})
    if any(store.factors[n].special for n in numbers):
        return None
    place = {n: k for k, n in enumerate(numbers)}
    form: Form = {}
    for monomial, coefficient in poly.items():
        vector = [0] * len(numbers)
        for n, e in monomial:
            if not isinstance(e, int) or e < 0:
                return None
            vector[place[n]] = e
        form[tuple(vector)] = Fraction(coefficient)
    for k in (2, 3):
        root = _root(store, form, k)
        if root is not None:
            q: Poly = {}
            for exponents, value in root.items():
                q[tuple((n, e) for n, e in zip(numbers, exponents, strict=True) if e)] = whole(value)
            return q, k
    return None


def _root(store: Store, form: Form, k: int) -> Form | None:
    first, last = max(form), min(form)
    lead = _root_of_term(first, form[first], k)
    if lead is None or _root_of_term(last, form[last], k) is None:
        return None
    root: Form = {lead[0]: lead[1]}
    for _ in range(len(form)):
        store.spend(len(form))
        rest = _difference(form, _power(root, k))
        if not rest:
            return root
        top = max(rest)
        vector = tuple(t - (k - 1) * e for t, e in zip(top, lead[0], strict=True))
        if min(vector) < 0 or vector in root:
            return None
        root[vector] = rest[top] / (k * lead[1] ** (k - 1))
    return None


def _root_of_term(vector: Vector, coefficient: Fraction, k: int) -> tuple[Vector, Fraction] | None:
    if any(e % k for e in vector):
        return None
    parts = [_integer_root(part, k) for part in (coefficient.numerator, coefficient.denominator)]
    if parts[0] is None or parts[1] is None:
        return None
    return tuple(e // k for e in vector), Fraction(parts[0], parts[1])


def _integer_root(value: int, k: int) -> int | None:
    if k == 2:
        return isqrt(value) if value >= 0 and isqrt(value) ** 2 == value else None
    size = round(abs(value) ** (1 / 3)) if abs(value) < 10**15 else 0
    return next((r if value > 0 else -r for r in (size - 1, size, size + 1) if r**3 == abs(value)), None)


def _power(form: Form, k: int) -> Form:
    total = form
    for _ in range(k - 1):
        product: Form = {}
        for v1, c1 in total.items():
            for v2, c2 in form.items():
                vector = tuple(a + b for a, b in zip(v1, v2, strict=True))
                product[vector] = product.get(vector, Fraction(0)) + c1 * c2
        total = product
    return total


def _difference(left: Form, right: Form) -> Form:
    total = dict(left)
    for vector, coefficient in right.items():
        total[vector] = total.get(vector, Fraction(0)) - coefficient
    return {v: c for v, c in total.items() if c}
