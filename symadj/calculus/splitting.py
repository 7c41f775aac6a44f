"""Cases of a polynomial with kinks: a maximum, minimum, absolute value, relu, sign or choice in it replaced by its
pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symadj.calculus.conditions import negated
from symadj.calculus.polynomials import Canonical, Poly, atoms, plus
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Call,
    Condition,
    Indicator,
    Select,
    Term,
    ValueCondition,
    negate,
)

Case = tuple[Condition, Term]


def cases(poly: Poly, canonical: Canonical) -> list[tuple[Condition, Poly]] | None:
    """The first atom with a kink replaced by each of its pieces, with the condition of the piece; ``None`` if there
    is none.

    The conditions cover every point.

    >>> from symadj.terms.nodes import Entry
    >>> canonical = Canonical()
    >>> x = Entry("x", ())
    >>> [canonical.back(piece) == x for _, piece in cases(canonical.poly(Call("relu", (x,))), canonical) or ()]
    [True, False]
    """
    for atom in atoms([poly]):
        pieces = list(_pieces(atom, canonical.complex))
        if pieces:
            replaced = [(c, _replaced(poly, atom, canonical.poly(piece), canonical)) for c, piece in pieces]
            if all(p is not None for _, p in replaced):
                return [(c, p) for c, p in replaced if p is not None]
    return None


def _pieces(atom: Term, complex_field: bool) -> Iterator[Case]:
    match atom:
        case Select(condition, then, otherwise):
            yield condition, then
            yield negated(condition), otherwise
        case Indicator(condition):
            yield condition, ONE_TERM
            yield negated(condition), ZERO_TERM
        case Call("maximum", (a, b)):
            yield ValueCondition("<=", b, a), a
            yield ValueCondition("<=", a, b), b
        case Call("minimum", (a, b)):
            yield ValueCondition("<=", a, b), a
            yield ValueCondition("<=", b, a), b
        case Call("relu", (u,)):
            yield ValueCondition("<=", ZERO_TERM, u), u
            yield ValueCondition("<=", u, ZERO_TERM), ZERO_TERM
        case Call("abs", (u,)) if not complex_field:
            yield ValueCondition("<=", ZERO_TERM, u), u
            yield ValueCondition("<=", u, ZERO_TERM), negate(u)
        case Call("sign", (u,)) if not complex_field:
            yield ValueCondition("<", ZERO_TERM, u), ONE_TERM
            yield ValueCondition("<", u, ZERO_TERM), MINUS_ONE
            yield ValueCondition("==", u, ZERO_TERM), ZERO_TERM
        case _:
            return


def _replaced(poly: Poly, atom: Term, piece: Poly, canonical: Canonical) -> Poly | None:
    """``poly`` with ``piece`` for ``atom``; ``None`` where ``atom`` stands to a power that is no positive integer."""
    result: Poly = {}
    for monomial, coefficient in poly.items():
        exponent = next((e for a, e in monomial if a == atom), Fraction(0))
        if exponent < 0 or exponent.denominator != 1:
            return None
        term: Poly = {tuple((a, e) for a, e in monomial if a != atom): coefficient}
        for _ in range(exponent.numerator):
            term = canonical.times(term, piece)
        result = plus(result, term)
    return result
