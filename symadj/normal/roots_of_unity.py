"""Sums over roots of unity: ``Σ_{k<n} exp(2πi·k·m/n) = n·[m = 0]`` for an integer m with ``−n < m < n``.

This is the orthogonality of the characters of the integers modulo n: what makes a discrete Fourier transform
invertible. Complete for integer expressions m whose ranges in scope keep them between −n and n.
"""

from __future__ import annotations

from fractions import Fraction

from symadj.normal.algebra import multiply
from symadj.normal.integers import surely_nonnegative
from symadj.normal.leaves import guard, index_value
from symadj.normal.store import Exponent, Factor, Poly, Range, Store, as_index
from symadj.normal.substitution import exponent_of
from symadj.terms.index import ZERO, Index, Size, constant, var


def sum_of_roots(store: Store, inside: list[tuple[Factor, Exponent]], variable: str, ends: Range) -> Poly | None:
    """The sum over ``variable`` of a product of exponentials, where it is one of roots of unity; else None."""
    lower, upper = ends
    if not store.complex or lower.terms or len(upper.terms) != 1:
        return None
    total = exponent_of(store, inside)
    if total is None:
        return None
    frequency = ZERO
    for monomial, coefficient in total.items():
        part = _frequency(store, dict(monomial), Fraction(coefficient), variable, upper)
        if part is None:
            return None
        frequency = frequency + part
    inside_range = surely_nonnegative(store, upper - 1 - frequency) and surely_nonnegative(store, upper - 1 + frequency)
    ((atoms, number),) = upper.terms
    if not inside_range or number != 1 or len(atoms) != 1 or not isinstance(atoms[0], Size):
        return None
    return multiply(store, index_value(store, upper), guard(store, "equal", frequency))


def _frequency(
    store: Store, exponents: dict[int, Exponent], coefficient: Fraction, variable: str, upper: Index
) -> Index | None:
    """m, where the monomial is ``2πi·variable·m/upper``: a product of index variables and sizes with a whole
    coefficient.
    """
    wanted = [("imaginary", "1j", 1), ("constant", "pi", 1)]
    product = constant(1)
    seen: list[tuple[str, str, Exponent]] = []
    left = upper
    met = False
    for number, exponent in exponents.items():
        factor = store.factors[number]
        head = factor.head
        if head is None:
            return None
        if head.kind in ("imaginary", "constant"):
            seen.append((head.kind, head.name, exponent))
        elif head.kind == "size":
            if exponent == -1 and left == Index((((Size(head.name),), 1),)):
                left = constant(1)
            elif isinstance(exponent, int) and exponent > 0:
                product = product * Index((((Size(head.name),) * exponent, 1),))
            else:
                return None
        elif head.kind == "index" and exponent == 1:
            argument = as_index(factor.arguments[0])
            if argument == var(variable):
                met = True
            else:
                product = product * argument
        else:
            return None
    half = coefficient / 2
    if sorted(seen) != sorted(wanted) or not met or left != constant(1) or half.denominator != 1:
        return None
    return product * half.numerator
