"""A difference residue by residue: ``j = 2·q`` and ``j = 2·q + 1``, where ``j//2`` or ``j%2`` stands in it.

Functions of entries at such subscripts (``[x[j] == max(x[2·(j//2)], x[2·(j//2)+1])]``) are compared only when the
subscripts are: at each residue of j they are sums of sizes and variables again.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

from symadj.normal.store import Factor, Poly, Store, as_index, atoms_of
from symadj.normal.substitution import substitute
from symadj.terms.index import ZERO, Floor, Index, Mod, floor_div, var

MOST_RESIDUES = 6


def by_residues(store: Store, poly: Poly) -> list[Poly] | None:
    """The values of the polynomial at each residue of a free variable, which all have to vanish; ``None`` where none
    is divided by a number.

    Complete for variables that are divided by numbers with a least common multiple of at most 6.
    """
    divisors: dict[str, int] = {}
    for monomial in poly:
        for number, _ in monomial:
            for name, divisor in _divided(store, store.factors[number]):
                divisors[name] = lcm(divisors.get(name, 1), divisor)
    for name, divisor in sorted(divisors.items()):
        if name in store.ranges and divisor <= MOST_RESIDUES:
            lower, upper = store.ranges[name]
            return [_at(store, poly, name, lower, upper, divisor, residue) for residue in range(divisor)]
    return None


def _at(store: Store, poly: Poly, name: str, lower: Index, upper: Index, divisor: int, residue: int) -> Poly:
    """The polynomial at ``name = lower + divisor·q + residue``, for every q with which that lies in the range."""
    length = floor_div(upper - lower + (divisor - 1 - residue), Index((((), divisor),)))
    place = lower + var(store.fresh(ZERO, length)) * divisor + residue
    return substitute(store, poly, {name: place})


def _divided(store: Store, factor: Factor) -> Iterator[tuple[str, int]]:
    """The free variables of a factor that are divided by a number, with the number."""
    for atom in atoms_of(store, factor):
        for argument in atom.arguments:
            for part in as_index(argument).atoms():
                if isinstance(part, Floor | Mod) and part.divisor.value is not None:
                    for name in part.numerator.variables() & factor.free:
                        yield name, part.divisor.value
