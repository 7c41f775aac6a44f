"""Where a difference that does not vanish does not vanish: sizes and indices, for the oracle to look at first.

The difference is a sum of monomials in atoms. Plain expansion at small sizes, and where that is too long the least
point of its sets of integer points, say at which sizes and indices a monomial of entries has a coefficient that is not
zero. In the einsum class sizes equal to the number of variables that range over each are always enough.

Complete (``least``: at sizes that come before, the difference is zero for all entries) for polynomials in the entries
of input tensors that no equation ties, where the subscripts and ranges are those of ``points``. With other atoms, such
as ``exp(x[i])``, that are taken to be independent, what is found is a place worth looking at, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass

from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.decide import Context, unfolded
from symadj.normal.denominators import clear_denominators
from symadj.normal.integer_points import is_plain, point_terms
from symadj.normal.store import Factor, Poly, Store, free_variables
from symadj.normal.unfold import expand_functions
from symadj.points.equality import difference as least_point
from symadj.points.expansion import LARGEST_SIZE, Witness, search
from symadj.points.terms import PointTerm, SizeContext
from symadj.terms.index import Index, Size

STEPS = 3_000
ENTRIES = ("tensor", "size", "index", "equal", "atleast")


@dataclass(frozen=True, slots=True)
class Where:
    """Sizes, and subscripts in the array that was compared; ``least``: there is no such place at smaller sizes."""

    sizes: dict[str, int]
    subscripts: tuple[int, ...]
    least: bool


def where(store: Store, difference: Poly, names: tuple[str, ...], context: Context) -> Where | None:
    """Where the difference, at the free indices ``names``, is not zero; ``None`` where no such place is found."""
    if context.sizes is None:
        return None
    try:
        rest = clear_denominators(store, expand_functions(store, unfolded(store, difference, context, set())))
        terms = point_terms(store, rest)
    except (Unsupported, BudgetExceeded):
        return None
    # The kernel's own coordinates are free too: where a cotangent's entry was taken out, the place of that entry.
    more = sorted(free_variables(store, rest) - set(names))
    ranges = {name: store.ranges[name] for name in (*names, *more) if name in store.ranges}
    entries = not context.dependent and all(_of_entries(store, store.factors[n]) for m in rest for n, _ in m)
    plain = is_plain(store, rest)
    witness, least = _witness(terms, ranges, context.sizes, plain)
    if witness is not None:
        indices = dict(witness.indices)
        return Where(dict(witness.sizes), tuple(indices[n] for n in names), least and entries)
    return _enough(terms, ranges, context.sizes) if plain and terms else None


def _witness(
    terms: list[PointTerm], free: dict[str, tuple[Index, Index]], sizes: SizeContext, plain: bool
) -> tuple[Witness | None, bool]:
    """A place where the sum is not zero, and whether it is the least one."""
    found = search(terms, free, sizes, STEPS)
    if found is not None and sum(n for _, n in found.sizes) <= LARGEST_SIZE + max(0, len(sizes.sizes) - 1):
        return found, not sizes.tables
    if plain:
        return found, False
    least = least_point(terms, free, sizes)
    return (found, False) if least is None else (least, True)


def _enough(terms: list[PointTerm], free: dict[str, tuple[Index, Index]], sizes: SizeContext) -> Where | None:
    """Sizes equal to the number of variables of a monomial that range over each."""
    if sizes.conditions:
        return None
    lengths = [upper for _, upper in free.values()]
    counts = dict.fromkeys((*sizes.sizes, *sizes.integers), 1)
    for term in terms:
        ends = [*lengths, *(upper for _, _, upper in term.binders)]
        for name in counts:
            counts[name] = max(counts[name], sum(Size(name) in upper.atoms() for upper in ends))
    return Where(counts, (), False)


def _of_entries(store: Store, factor: Factor) -> bool:
    if factor.head is not None:
        return factor.head.kind in ENTRIES
    return all(_of_entries(store, store.factors[n]) for n, _ in factor.atoms)


__all__ = ["Where", "where"]
