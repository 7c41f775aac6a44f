"""Kernels: the coefficient of one entry of a tensor that a polynomial is linear in.

A polynomial that holds, in every term, exactly one entry of the tensor T, and T nowhere else, vanishes for all T iff
the coefficient of ``T[p]`` vanishes for all p. Taking it frees the variables that T bound: a sum over a batch becomes
a free index, a denominator under a sum stands outside of every sum. This is the nondegeneracy argument of the adjoint
lemma.

Complete in both directions where the entries of T are independent (no equation of the statement binds them).
"""

from __future__ import annotations

from symadj.normal.algebra import add_into, multiply
from symadj.normal.leaves import guard
from symadj.normal.store import UNIT, Exponent, Factor, Head, Monomial, Poly, Store, as_index
from symadj.normal.substitution import close_component, open_component
from symadj.normal.unfold import heads_in, poly_heads
from symadj.terms.index import ZERO, var


def extract_kernels(store: Store, poly: Poly, dependent: frozenset[str]) -> Poly:
    """The kernel with respect to every tensor that the polynomial is linear in, one after the other.

    ``dependent`` are the tensors whose entries an assumption ties together.
    """
    while True:
        head = _linear_head(store, poly, dependent)
        if head is None:
            return poly
        poly = _kernel(store, poly, head)


def _linear_head(store: Store, poly: Poly, dependent: frozenset[str]) -> Head | None:
    """A tensor that stands exactly once in every term, and in no function, base or let."""
    candidates: set[int] | None = None
    hidden: set[int] = set()
    for monomial in poly:
        counts: dict[int, Exponent] = {}
        for number, exponent in monomial:
            factor = store.factors[number]
            parts = [(number, exponent)] if factor.head is not None else [(n, e * exponent) for n, e in factor.atoms]
            for n, e in parts:
                head = store.factors[n].head
                if head is not None and head.kind == "tensor":
                    counts[head.number] = counts.get(head.number, 0) + e
                elif head is not None:
                    hidden |= deep_heads(store, store.factors[n])
        once = {n for n, c in counts.items() if c == 1}
        candidates = once if candidates is None else candidates & once
        if not candidates:
            return None
    for number in sorted((candidates or set()) - hidden, reverse=True):
        head = store.head_list[number]
        if head.name not in dependent:
            return head
    return None


def deep_heads(store: Store, factor: Factor) -> frozenset[int]:
    """The heads in a factor, and in the bodies of its lets."""
    found = store.heads_deep.get(factor.number)
    if found is None:
        heads = set(heads_in(store, factor))
        for number in list(heads):
            heads |= _let_heads(store, store.head_list[number])
        store.heads_deep[factor.number] = found = frozenset(heads)
    return found


def _let_heads(store: Store, head: Head) -> frozenset[int]:
    if head.kind != "let" or head.body is None:
        return frozenset()
    found = store.let_heads.get(head.number)
    if found is None:
        heads = poly_heads(store, head.body)
        for number in list(heads):
            heads |= _let_heads(store, store.head_list[number])
        store.let_heads[head.number] = found = frozenset(heads)
    return found


def _kernel(store: Store, poly: Poly, head: Head) -> Poly:
    variables = [store.fresh(ZERO, n) for n in head.shape]
    total: Poly = {}
    for monomial, coefficient in poly.items():
        add_into(total, _kernel_of(store, monomial, head, variables), coefficient)
    return total


def _kernel_of(store: Store, monomial: Monomial, head: Head, variables: list[str]) -> Poly:
    rest: list[tuple[int, Exponent]] = []
    result: Poly = {UNIT: 1}
    for number, exponent in monomial:
        factor = store.factors[number]
        if factor.head is head:
            result = multiply(store, result, _deltas(store, factor, variables))
        elif factor.is_component and any(store.factors[n].head is head for n, _ in factor.atoms):
            body, bound = open_component(store, factor)
            ((inside, _),) = body.items()
            opened = _kernel_of(store, inside, head, variables)
            result = multiply(store, result, close_component(store, opened, bound))
        else:
            rest.append((number, exponent))
    return multiply(store, {tuple(rest): 1}, result)


def _deltas(store: Store, factor: Factor, variables: list[str]) -> Poly:
    result: Poly = {UNIT: 1}
    for variable, argument in zip(variables, factor.arguments, strict=True):
        result = multiply(store, result, guard(store, "equal", as_index(argument) - var(variable)))
    return result
