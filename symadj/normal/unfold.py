"""Rewriting the atoms of a polynomial, wherever they stand: in sums, in arguments of functions, in bases of powers.

``unfold`` puts the body of a let in the place of its entries; ``expand_functions`` puts ``expanded`` forms in the
place of function values. Both rebuild what stands around the atom by the same constructors that built it, so that
every rule of the normal form applies again.
"""

from __future__ import annotations

from collections.abc import Callable

from symadj.normal.abstract import split_joint
from symadj.normal.algebra import add_into, factor_poly, multiply
from symadj.normal.folds import refold
from symadj.normal.functions import expanded, exponential, joint_atom, logarithm, opaque, reduce_squares
from symadj.normal.integer_powers import parity
from symadj.normal.matrices import matrix_atom
from symadj.normal.powers import raise_to
from symadj.normal.signs import positive, zero
from symadj.normal.store import Exponent, Factor, Head, Poly, Store
from symadj.normal.substitution import IN_ARGUMENTS, at_arguments, at_axes, close_component, open_component

Replace = Callable[[Factor], Poly | None]


def heads_in(store: Store, factor: Factor) -> frozenset[int]:
    """The numbers of all heads in a factor, those in arguments of functions and in bases too, not those in bodies of
    lets.
    """
    found = store.heads_inside.get(factor.number)
    if found is not None:
        return found
    heads: set[int] = set()
    if factor.head is not None:
        heads.add(factor.head.number)
        for key in factor.head.polys if factor.head.kind != "let" else ():
            for monomial, _ in key:
                for number, _ in monomial:
                    heads |= heads_in(store, store.factors[number])
    else:
        for number, _ in factor.atoms:
            heads |= heads_in(store, store.factors[number])
    store.heads_inside[factor.number] = result = frozenset(heads)
    return result


def poly_heads(store: Store, poly: Poly) -> set[int]:
    """The numbers of all heads in a polynomial."""
    found: set[int] = set()
    for monomial in poly:
        for number, _ in monomial:
            found |= heads_in(store, store.factors[number])
    return found


def rewrite(store: Store, poly: Poly, wanted: frozenset[int], replace: Replace) -> Poly:
    """Every atom whose head is ``wanted`` replaced by ``replace(atom)``, at any depth."""
    total: Poly = {}
    for monomial, coefficient in poly.items():
        kept: list[tuple[int, Exponent]] = []
        pieces: list[Poly] = []
        for number, exponent in monomial:
            factor = store.factors[number]
            if wanted.isdisjoint(heads_in(store, factor)):
                kept.append((number, exponent))
            else:
                pieces.append(_rewrite_factor(store, factor, exponent, wanted, replace))
        product: Poly = {tuple(kept): coefficient}
        for piece in sorted(pieces, key=len):
            product = multiply(store, product, piece)
        add_into(total, product)
    return total


def _rewrite_factor(
    store: Store,
    factor: Factor,
    exponent: Exponent,
    wanted: frozenset[int],
    replace: Replace,
) -> Poly:
    head = factor.head
    if head is None:
        body, bound = open_component(store, factor)
        inner = close_component(store, rewrite(store, body, wanted, replace), bound)
        return raise_to(store, inner, exponent)
    if head.number in wanted:
        value = replace(factor)
        if value is not None:
            return raise_to(store, value, exponent)
    if head.kind in ("inverse", "determinant"):
        matrix = rewrite(store, dict(head.polys[0]), wanted, replace)
        return rebuild(store, factor, exponent, matrix)
    if head.kind not in IN_ARGUMENTS:
        return factor_poly(factor, exponent)
    inside = at_arguments(store, dict(head.polys[0]), factor.arguments)
    argument = rewrite(store, inside, wanted, replace)
    return rebuild(store, factor, exponent, argument)


def rebuild(store: Store, factor: Factor, exponent: Exponent, argument: Poly) -> Poly:
    """The atom with another polynomial in the place of the one that its head holds."""
    head = factor.head
    if head is None:
        raise TypeError("a component has no argument")
    match head.kind:
        case "base":
            return raise_to(store, argument, exponent)
        case "inverse" | "determinant":
            value = matrix_atom(store, head.kind, argument, factor.arguments, head.shape)
        case "fold":
            value = refold(store, head.name, argument)
        case "positive":
            value = positive(store, argument)
        case "zero":
            value = zero(store, argument)
        case "function" if head.name == "parity":
            value = parity(store, *split_joint(store, argument))
        case "function" if head.name == "exp":
            value = exponential(store, argument)
        case "function" if head.name == "log":
            value = logarithm(store, argument)
        case "function" if head.name in (
            "sin",
            "cos",
            "tan",
            "sinh",
            "cosh",
            "tanh",
            "arcsin",
            "arctan",
            "erf",
            "sigmoid",
        ):
            value = opaque(store, head.name, argument)
        case _:
            value = joint_atom(store, head.kind, head.name, argument)
    return raise_to(store, value, exponent)


def unfold(store: Store, poly: Poly, head: Head) -> Poly:
    """The body of a let in the place of its entries."""
    body = head.body
    if body is None:
        raise TypeError("only a let has a body")

    def replace(factor: Factor) -> Poly:
        return at_axes(store, body, factor.arguments)

    return rewrite(store, poly, frozenset({head.number}), replace)


def expand_functions(store: Store, poly: Poly) -> Poly:
    """Hyperbolic functions and the sigmoid through exp, tangents through sin and cos, sums of angles; ``cos² = 1 −
    sin²``.
    """
    names = ("sigmoid", "tanh", "sinh", "cosh", "tan", "sin", "cos")
    inside = [store.head_list[n] for n in poly_heads(store, poly)]
    wanted = frozenset(h.number for h in inside if h.kind == "function" and h.name in names)
    if not wanted:
        return poly

    def replace(factor: Factor) -> Poly | None:
        if factor.head is None:
            return None
        inside = at_arguments(store, dict(factor.head.polys[0]), factor.arguments)
        return expanded(store, factor.head.name, inside)

    return reduce_squares(store, rewrite(store, poly, wanted, replace))


__all__ = ["expand_functions", "heads_in", "poly_heads", "rebuild", "rewrite", "unfold"]
