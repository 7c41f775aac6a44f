"""Comparisons of a line with kinks of its own: ``h > 0`` for ``h = relu(u)`` is ``u > 0``.

Backward formulas are often written with the output (``dh*(h > 0)``, ``dh*(h > 0)*(h < 6)``), derived ones with the
argument. Both read the same line, so that its right side need not be put in anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from symadj.errors import NoValue
from symadj.normal.algebra import add_into, multiply
from symadj.normal.store import Factor, Poly, PolyKey, Store, monomial_factors
from symadj.normal.substitution import at_axes

COMPARISONS = frozenset({"positive", "zero"})


def through_line(store: Store, poly: Poly, compare: Callable[[Poly], Poly]) -> Poly | None:
    """``compare(poly)``, with the right side of a line in its place, where the line's own comparisons decide it.

    Complete for polynomials that are linear in one line with kinks, whose right side is a product (``relu(u)``,
    ``sign(u)*v``), or has no further such line in it (``clip(u, 0, 6)``, a leaky relu). Of others the comparison
    stays: in ``h = g + relu(u)`` the cases of g and of u would multiply with the depth of the program.
    """
    line = _line(store, poly)
    if line is None or line.head is None or line.head.body is None:
        return None
    body = line.head.body
    known = {key for factor in _factors(store, body) for key in _compared(factor)}
    with suppress(NoValue):
        opened: Poly = {}
        value = at_axes(store, body, line.arguments)
        for monomial, coefficient in poly.items():
            rest = tuple((n, e) for n, e in monomial if n != line.number)
            add_into(
                opened, {monomial: coefficient} if rest == monomial else multiply(store, {rest: coefficient}, value)
            )
        result = compare(opened)
        if all(_is_known(factor, known) for factor in _factors(store, result)):
            return result
    return None


def _line(store: Store, poly: Poly) -> Factor | None:
    """The one line with kinks in the polynomial, where it stands to the first power and may be put in."""
    found = {f.number: f for f in _factors(store, poly) if _has_kinks(store, f)}
    if len(found) != 1:
        return None
    ((number, line),) = found.items()
    if any(exponent != 1 for monomial in poly for n, exponent in monomial if n == number):
        return None
    body = {} if line.head is None or line.head.body is None else line.head.body
    return line if len(body) == 1 or not any(_has_kinks(store, f) for f in _factors(store, body)) else None


def _has_kinks(store: Store, factor: Factor) -> bool:
    head = factor.head
    if head is None or head.kind != "let" or head.body is None:
        return False
    return any(f.head is not None and f.head.kind in COMPARISONS for f in _factors(store, head.body))


def _factors(store: Store, poly: Poly) -> Iterator[Factor]:
    for monomial in poly:
        for factor, _ in monomial_factors(store, monomial):
            yield factor


def _compared(factor: Factor) -> tuple[PolyKey, ...]:
    return factor.head.polys if factor.head is not None and factor.head.kind in COMPARISONS else ()


def _is_known(factor: Factor, known: set[PolyKey]) -> bool:
    """A guard on indices, or one of the line's own comparisons."""
    if factor.head is None or factor.head.kind not in COMPARISONS:
        return factor.head is not None and factor.head.kind in ("equal", "atleast")
    return known.issuperset(factor.head.polys)
