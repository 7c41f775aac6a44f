"""From the normal form to sums over integer points: what tier 1 could not cancel, handed to ``points``.

Needed where a subscript, a range or a guard is affine and not plain: ``x[i+k]``, ``range(i+1)``, ``[j <= i]``. In the
einsum class nothing is handed over, since there the normal form itself is complete.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from symadj.errors import Unsupported
from symadj.normal.store import Exponent, Factor, Monomial, Poly, Store, as_index, free_variables
from symadj.normal.substitution import open_component
from symadj.points.equality import Decision, PointTerm, SizeContext, decide
from symadj.terms.index import Index, Size
from symadj.terms.nodes import IndexCondition


def is_plain(store: Store, poly: Poly) -> bool:
    """Whether the polynomial is of the einsum class: plain subscripts, no guard, and ranges that are whole axes."""
    return all(_plain_factor(store, store.factors[n]) for m in poly for n, _ in m)


def _plain_factor(store: Store, factor: Factor) -> bool:
    if factor.head is not None:
        return factor.head.kind not in ("equal", "atleast") and all(isinstance(a, str) for a in factor.arguments)
    whole = all(not lower.terms and _is_axis(upper) for lower, upper in factor.ranges)
    return whole and all(_plain_factor(store, store.factors[n]) for n, _ in factor.atoms)


def _is_axis(upper: Index) -> bool:
    """A size, or a product of sizes."""
    return len(upper.terms) == 1 and upper.terms[0][1] == 1 and all(isinstance(a, Size) for a in upper.terms[0][0])


def vanishes_pointwise(store: Store, poly: Poly, context: SizeContext) -> Decision:
    """Whether the polynomial is zero as a sum over integer points; undecided with the reason where it holds what is no
    such sum.
    """
    try:
        terms = point_terms(store, poly)
    except Unsupported as error:
        return Decision(None, str(error))
    free = {v: store.ranges[v] for v in free_variables(store, poly) if v in store.ranges}
    return decide(terms, free, context)


def point_terms(store: Store, poly: Poly) -> list[PointTerm]:
    """The polynomial as a sum over integer points. Raises ``Unsupported`` where it holds what is no such sum."""
    return [_term(store, monomial, Fraction(c), k) for k, (monomial, c) in enumerate(poly.items())]


class _Parts:
    """A monomial taken apart."""

    def __init__(self) -> None:
        self.weight: dict[str, int] = {}
        self.rest: list[Hashable] = []
        self.atoms: list[tuple[Hashable, tuple[Index, ...], int]] = []
        self.binders: list[tuple[str, Index, Index]] = []
        self.conditions: list[IndexCondition] = []


def _term(store: Store, monomial: Monomial, coefficient: Fraction, number: int) -> PointTerm:
    parts = _Parts()
    for n, exponent in monomial:
        factor = store.factors[n]
        if factor.head is not None:
            _atom(parts, factor, exponent)
            continue
        if not isinstance(exponent, int) or exponent < 1:
            raise Unsupported("a power of a sum that is not whole")
        for copy in range(exponent):
            _component(store, parts, factor, f".{number}.{copy}")
    return PointTerm(
        coefficient,
        tuple(sorted(parts.weight.items())),
        tuple(sorted(parts.rest, key=str)),
        tuple(parts.atoms),
        tuple(parts.binders),
        tuple(parts.conditions),
    )


def _component(store: Store, parts: _Parts, factor: Factor, suffix: str) -> None:
    body, bound = open_component(store, factor, suffix)
    for name in bound:
        parts.binders.append((name, *store.ranges[name]))
    ((monomial, _),) = body.items()
    for n, exponent in monomial:
        _atom(parts, store.factors[n], exponent)


def _atom(parts: _Parts, factor: Factor, exponent: Exponent) -> None:
    head = factor.head
    if head is None:
        raise TypeError("a component cannot stand inside a component")
    subscripts = tuple(as_index(a) for a in factor.arguments)
    match head.kind:
        case "equal" | "atleast":
            parts.conditions.append(IndexCondition("==" if head.kind == "equal" else ">=", subscripts[0]))
        case "size" if isinstance(exponent, int) and exponent > 0:
            parts.weight[head.name] = parts.weight.get(head.name, 0) + exponent
        case "index":
            if not isinstance(exponent, int) or exponent < 1:
                raise Unsupported("an index used as a number, in a quotient")
            name = subscripts[0].variable
            if name is None:
                # A floor used as a number: the one value of a variable of its own.
                name = f"~value.{len(parts.binders)}"
                parts.binders.append((name, subscripts[0], subscripts[0] + 1))
            parts.weight[name] = parts.weight.get(name, 0) + exponent
        case _ if not subscripts:
            parts.rest.append((head.number, exponent))
        case _:
            plain = isinstance(exponent, int) and exponent > 0
            key: Hashable = head.number if plain else (head.number, exponent)
            parts.atoms.append((key, subscripts, int(exponent) if plain else 1))


__all__ = ["is_plain", "point_terms", "vanishes_pointwise"]
