"""The decision: whether the difference of two lets vanishes, for every size and every entry.

    1. the two normal forms agree, let for let (value numbers)                                          -> zero
    2. take kernels: the coefficient of each tensor that the difference is linear in
    3. unfold the let that was defined last; again, until the difference vanishes or no let is left      -> zero
    4. write hyperbolic and trigonometric functions through exp, sin and cos                            -> zero
    5. case by case of the comparisons; in each case clear the denominators, then the inverses          -> zero
    6. sums of integer points (``points``), where a subscript or a range is affine                      -> zero
    7. residue by residue of an index that is divided by a number; each from step 2 on                  -> zero

Every step keeps the value of the difference, so *zero* is a proof.

*Completeness.* For the einsum class (every bound index ranges over the whole of each axis it indexes, polynomials in
entries and sizes) a nonzero form is a nonzero map: take sizes at least the number of bound indices of the largest
monomial, and assign them injectively; the concrete monomial then determines the graph up to isomorphism, and the
coefficient at an injective assignment of a largest canonical monomial is its own times |Aut| ≠ 0. So equality for all
sizes, equality of the forms, and equality at sizes equal to that number are the same. With exponentials of
independent polynomials, rational powers of squarefree bases, and denominators that stand outside of sums after step
2, the same holds by algebraic independence. Beyond that (denominators under sums that no kernel frees, several bases
whose leading monomials are not coprime, special functions), a nonzero form proves nothing, and the answer is *not
shown*, never *different*.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from symadj.normal.cases import first_comparison, vanishes_by_cases
from symadj.normal.denominators import clear_denominators
from symadj.normal.diagonals import split_diagonals
from symadj.normal.inverses import clear_inverses
from symadj.normal.kernel import extract_kernels
from symadj.normal.residues import by_residues
from symadj.normal.store import Head, Poly, Store
from symadj.normal.unfold import expand_functions, poly_heads, unfold
from symadj.points.terms import SizeContext


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may use besides the store: tensors that an equation ties, and the second tier."""

    dependent: frozenset[str] = frozenset()
    sizes: SizeContext | None = None


def vanishes(store: Store, difference: Poly, context: Context) -> bool:
    """Whether the difference is shown to vanish; raises ``BudgetExceeded`` past the store's budget."""
    # Lines that both programs share rather stay closed: the difference often vanishes whatever they are.
    return (bool(store.shared) and vanishes_closed(store, difference, context, store.shared)) or vanishes_closed(
        store, difference, context, set()
    )


def vanishes_closed(store: Store, difference: Poly, context: Context, closed: Set[int]) -> bool:
    """Whether the difference is shown to vanish whatever the lets are that stay ``closed``."""
    rest = unfolded(store, difference, context, closed)
    if not rest:
        return True
    rest = extract_kernels(store, expand_functions(store, rest), context.dependent)
    # Comparisons at subscripts that only the guards make equal: as atoms of integer points first, then case by case.
    if first_comparison(store, rest) is not None and _leaf(store, rest, context):
        return True
    if vanishes_by_cases(store, rest, lambda poly: _leaf(store, poly, context)):
        return True
    parts = by_residues(store, rest)
    return parts is not None and all(vanishes_closed(store, part, context, closed) for part in parts)


def _leaf(store: Store, poly: Poly, context: Context) -> bool:
    """A difference without comparisons of values: denominators and inverses cleared, then integer points where it is
    not plain.
    """
    cleared = clear_denominators(store, poly)
    inverted = clear_inverses(store, cleared)
    if not inverted or (inverted is not cleared and not clear_denominators(store, inverted)):
        return True
    if context.sizes is None:
        return False
    # Tier 2 is loaded where a subscript needs it, and not before.
    from symadj.normal.integer_points import is_plain, vanishes_pointwise

    if is_plain(store, cleared):
        return False
    if vanishes_pointwise(store, cleared, context.sizes).zero is True:
        return True
    split = split_diagonals(store, cleared)
    return split is not None and vanishes_pointwise(store, split, context.sizes).zero is True


def unfolded(store: Store, difference: Poly, context: Context, closed: Set[int]) -> Poly:
    """The difference with its kernels taken and its lets unfolded, the last defined first, until it vanishes or none
    is left but the ``closed`` ones.
    """
    while difference:
        difference = extract_kernels(store, difference, context.dependent)
        head = deepest_let(store, difference, closed)
        if head is None:
            break
        difference = unfold(store, difference, head)
    return difference


def fully_unfolded(store: Store, poly: Poly) -> Poly:
    """The polynomial in terms of inputs alone."""
    while (head := deepest_let(store, poly, set())) is not None:
        poly = unfold(store, poly, head)
    return poly


def deepest_let(store: Store, poly: Poly, closed: Set[int]) -> Head | None:
    """The let that was defined last, of those that stand in the polynomial and are not ``closed``."""
    best: Head | None = None
    for number in poly_heads(store, poly) - closed:
        head = store.head_list[number]
        if head.kind == "let" and (best is None or (head.depth, head.number) > (best.depth, best.number)):
            best = head
    return best
