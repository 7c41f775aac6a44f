"""Integer expressions in polynomials: as numbers, and as guards."""

from __future__ import annotations

from symadj.normal.algebra import add_into, factor_poly, number_poly
from symadj.normal.integers import surely_nonnegative, tidy
from symadj.normal.store import UNIT, Exponent, Poly, Store, as_argument
from symadj.terms.index import Index, Lookup, Size, Var


def index_value(store: Store, index: Index) -> Poly:
    """An integer expression as a number: a polynomial in sizes, index variables and opaque integers."""
    total: Poly = {}
    index = tidy(store, index)
    for monomial, coefficient in index.terms:
        exponents: dict[int, Exponent] = {}
        for atom in monomial:
            if isinstance(atom, Size):
                factor = store.atom(store.head("size", atom.name), ())
            elif isinstance(atom, Var):
                factor = store.atom(store.head("index"), (atom.name,))
            elif isinstance(atom, Lookup):
                factor = store.atom(store.head("lookup", atom.tensor), tuple(as_argument(s) for s in atom.subscripts))
            else:
                factor = store.atom(store.head("index"), (Index((((atom,), 1),)),))
            exponents[factor.number] = exponents.get(factor.number, 0) + 1
        add_into(total, {tuple(sorted(exponents.items())): coefficient})
    return total


def guard(store: Store, kind: str, index: Index) -> Poly:
    """``[index == 0]`` or ``[index >= 0]`` as a polynomial; decided where it is a number or the ranges in scope tell.
    """
    index = tidy(store, index)
    value = index.value
    if value is not None:
        return number_poly(int(value == 0 if kind == "equal" else value >= 0))
    if kind == "atleast":
        if surely_nonnegative(store, index):
            return {UNIT: 1}
        if surely_nonnegative(store, -index - 1):
            return {}
    elif index.terms[0][1] < 0:
        index = -index
    return factor_poly(store.atom(store.head(kind), (as_argument(index),)))
