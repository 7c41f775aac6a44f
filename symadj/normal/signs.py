"""Signs of polynomials, and comparisons of values as 0/1 factors.

A comparison ``a < b`` is the atom ``[p > 0]`` of ``p = b − a``, made primitive (what is known to be positive is
divided out) and given one of its two orientations: ``[−p > 0] = 1 − [p > 0] − [p = 0]``. Where ``p ≠ 0`` is assumed,
``[p = 0] = 0``. So

    relu(x) = x·[x > 0]     |x| = x·(2·[x > 0] − 1)     max(a, b) = b + (a − b)·[a − b > 0]     sign(x) = [x > 0] −
    [−x > 0]

hold for every real value. A comparison inside the compared (``[|x| − l > 0]``) is split into its cases first.

The sign of a product is that of its factors. The sign of a polynomial is known where each of its terms' is: sizes
(least value 1 or more), exponentials, even powers, what the statement assumes, sums of such over ranges. Fails to see
``x² − 2x + 2 > 0``; that loses a proof, never makes one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd, lcm

from symadj.errors import NoValue
from symadj.normal.abstract import abstract, is_mark, split_joint
from symadj.normal.algebra import add, add_into, factor_poly, multiply, number_poly, scale, subtract, whole
from symadj.normal.integers import nonnegative
from symadj.normal.line_signs import through_line
from symadj.normal.monotone import exponent_gap
from symadj.normal.perfect_powers import perfect_power
from symadj.normal.places import sign_at
from symadj.normal.store import (
    UNIT,
    Argument,
    Exponent,
    Factor,
    Head,
    Permutation,
    Poly,
    PolyKey,
    Store,
    monomial_factors,
    poly_key,
)
from symadj.normal.substitution import at_arguments, open_component
from symadj.normal.sum_signs import is_whole, sum_sign, without_one
from symadj.terms.index import Index, Size

MOST_SIGNS = 5
IS_INDICATOR = frozenset({"equal", "atleast", "positive", "zero"})

# ------------------------------------------------------------------------------------------------ signs


def is_positive(store: Store, factor: Factor) -> bool:
    """Known to be positive."""
    return factor_sign(store, factor) == "positive"


def factor_sign(store: Store, factor: Factor) -> str | None:
    """ "positive", "nonnegative" or unknown (None)."""
    head = factor.head
    if head is not None:
        return _head_sign(store, head)
    assumed = _assumed(store, factor)
    if assumed in ("positive", "nonnegative"):
        return assumed
    signs = [_power_sign(store, factor_sign(store, store.factors[n]), e) for n, e in factor.atoms]
    if all(sign == "positive" for sign in signs) and all(_never_empty(store, *ends) for ends in factor.ranges):
        return "positive"
    return sum_sign(store, factor, signs, lambda weights: _assumed(store, weights))


def _assumed(store: Store, factor: Factor) -> str | None:
    if not store.signs:
        return None
    key, _, _ = abstract(store, factor_poly(factor))
    return store.signs.get(key)


def _head_sign(store: Store, head: Head) -> str | None:
    if head.sign is not None:
        return head.sign
    if head.kind in IS_INDICATOR or head.kind == "lookup":  # an integer tensor's entries lie in a range from 0 on
        return "nonnegative"
    if head.kind == "size":
        return "positive" if store.least(head.name) >= 1 else "nonnegative" if store.least(head.name) == 0 else None
    if head.kind in ("tensor", "let", "function") and store.signs:
        arity = head.arity
        atom = store.atom(head, tuple(f"@{k}" for k in range(arity)))
        return store.signs.get(((((atom.number, 1),), 1),))
    return None


def _never_empty(store: Store, lower: Index, upper: Index) -> bool:
    length = upper - lower
    return all(isinstance(a, Size) for a in length.atoms()) and nonnegative(store, length - 1)


def _power_sign(store: Store, sign: str | None, exponent: Exponent) -> str | None:
    if sign is None and not store.complex and isinstance(exponent, int) and exponent % 2 == 0:
        return "nonnegative"
    return sign


def _product_sign(left: str | None, right: str | None) -> str | None:
    if left == right == "positive":
        return "positive"
    return "nonnegative" if left and right else None


def poly_sign(store: Store, poly: Poly) -> str | None:
    """The sign of a polynomial, where each of its terms is known not to be negative."""
    found: str | None = "nonnegative"
    for monomial, coefficient in poly.items():
        if coefficient < 0:
            return _sign_of_difference(store, poly)
        sign: str | None = "positive"
        for factor, exponent in monomial_factors(store, monomial):
            sign = _product_sign(sign, _power_sign(store, factor_sign(store, factor), exponent))
        if sign is None:
            return None
        if sign == "positive":
            found = "positive"
    return found


def _sign_of_difference(store: Store, poly: Poly) -> str | None:
    """Of a sum without one of its terms, and of a number that is whole and positive less 1."""
    if without_one(store, poly, lambda f: factor_sign(store, f)):
        return "positive"
    count = {m: c for m, c in poly.items() if m != UNIT}
    if poly.get(UNIT) == -1 and is_whole(store, count) and poly_sign(store, count) == "positive":
        return "nonnegative"
    return None


# ------------------------------------------------------------------------------------------------ content


def rational_content(poly: Poly) -> Fraction:
    """The positive rational that makes the coefficients coprime integers when it is divided out.

    >>> rational_content({((1, 1),): Fraction(1, 2), ((2, 1),): Fraction(3, 4)})
    Fraction(1, 4)
    """
    numerator, denominator = 0, 1
    for coefficient in poly.values():
        value = Fraction(coefficient)
        numerator = gcd(numerator, value.numerator)
        denominator = lcm(denominator, value.denominator)
    return Fraction(numerator, denominator)


def shared_content(store: Store, poly: Poly, may_leave: Callable[[Factor], bool]) -> tuple[Poly, Poly]:
    """``poly = content·rest``: the positive rational content, and each factor that ``may_leave`` to its least
    exponent.
    """
    shared: dict[int, Exponent] = {}
    first = True
    for monomial in poly:
        exponents = dict(monomial)
        shared = exponents if first else {n: min(shared.get(n, 0), exponents.get(n, 0)) for n in {*shared, *exponents}}
        first = False
    kept: dict[int, Exponent] = {}
    for n, e in shared.items():
        head = store.factors[n].head
        if e and not (head is not None and head.kind in IS_INDICATOR) and may_leave(store.factors[n]):
            kept[n] = e
    rest = poly
    if kept:
        rest = multiply(store, poly, {tuple(sorted((n, whole(-e)) for n, e in kept.items())): 1})
    number = rational_content(rest)
    return {tuple(sorted(kept.items())): whole(number)}, scale(rest, 1 / number) if rest else rest


# ------------------------------------------------------------------------------------------------ comparisons


def positive(store: Store, poly: Poly) -> Poly:
    """``[poly > 0]``."""
    return _compare(store, poly, "positive")


def zero(store: Store, poly: Poly) -> Poly:
    """``[poly = 0]``."""
    return _compare(store, poly, "zero")


def sign_function(store: Store, poly: Poly) -> Poly:
    """``sign(poly)``."""
    return subtract(positive(store, poly), positive(store, scale(poly, -1)))


def absolute(store: Store, poly: Poly) -> Poly:
    """``|poly|``."""
    sign = poly_sign(store, poly)
    if sign is not None:
        return poly
    return multiply(store, poly, sign_function(store, poly))


def _compare(store: Store, poly: Poly, kind: str) -> Poly:
    split = by_cases(store, poly, lambda p: _compare(store, p, kind))
    if split is not None:
        return split
    if not poly or set(poly) == {UNIT}:
        value = poly.get(UNIT, 0)
        return number_poly(int(value > 0 if kind == "positive" else value == 0))
    for candidate, sign in ((poly, 1), (scale(poly, -1), -1)):
        known = poly_sign(store, candidate)
        if known == "positive":
            return number_poly(int(kind == "positive" and sign > 0))
        if known == "nonnegative" and kind == "positive":
            return subtract({UNIT: 1}, _compare(store, poly, "zero")) if sign > 0 else {}
    by_line = through_line(store, poly, lambda p: _compare(store, p, kind))
    if by_line is not None:
        return by_line
    content, rest = shared_content(store, poly, lambda f: True)
    ((monomial, _),) = content.items()
    factors = [(f, e) for f, e in monomial_factors(store, monomial) if not _never_negative(store, f, e)]
    _, undivided = shared_content(store, poly, lambda f: is_positive(store, f))
    gap = exponent_gap(store, undivided)
    if gap is not None:
        return _compare(store, gap, kind)
    assumed = _at_fixed_entries(store, undivided, kind)
    if assumed is not None:
        return assumed
    if len(factors) > MOST_SIGNS or (factors and _is_assumed(store, undivided, kind)):
        return _oriented(store, undivided, kind)
    if kind == "zero":
        return _null_product(store, factors, rest)
    if store.complex:  # what is compared is real, but its factors need not be: imag(z)**2 is -(z - conj(z))**2/4
        return _oriented(store, undivided, kind)
    return _sign_of_product(store, factors, rest)


def _at_fixed_entries(store: Store, poly: Poly, kind: str) -> Poly | None:
    """The comparison of a polynomial without indices, where the statement assumes its sign."""
    if not store.fixed_signs:
        return None
    for sign in (1, -1):
        match store.fixed_signs.get(poly_key(scale(poly, sign))):
            case "positive":
                return number_poly(int(kind == "positive" and sign > 0))
            case "nonzero" if kind == "zero":
                return {}
    return None


def _is_assumed(store: Store, poly: Poly, kind: str) -> bool:
    """Whether the statement assumes something of the polynomial as a whole."""
    known = store.nonzero.keys() | store.signs.keys() if kind == "zero" else store.signs.keys()
    return bool(known) and any(abstract(store, candidate)[0] in known for candidate in (poly, scale(poly, -1)))


def _never_negative(store: Store, factor: Factor, exponent: Exponent) -> bool:
    """A power that is positive wherever it has a value."""
    return is_positive(store, factor) or (_power_sign(store, None, exponent) is not None and exponent < 0)


def _sign_of_product(store: Store, factors: Sequence[tuple[Factor, Exponent]], rest: Poly) -> Poly:
    """``[f·r > 0] = [f > 0]·[r > 0] + [−f > 0]·[−r > 0]``, and ``[f²·r > 0] = (1 − [f = 0])·[r > 0]``."""
    above, below = _sided(store, rest)
    for factor, exponent in factors:
        up, down = _sided(store, factor_poly(factor))
        if _power_sign(store, None, exponent) is not None:
            up, down = add(up, down), {}
        above, below = (
            add(multiply(store, above, up), multiply(store, below, down)),
            add(multiply(store, below, up), multiply(store, above, down)),
        )
    return above


def _sided(store: Store, poly: Poly) -> tuple[Poly, Poly]:
    """``[poly > 0]`` and ``[−poly > 0]``, of a polynomial without content; ``[q² > 0] = 1 − [q = 0]``."""
    if set(poly) == {UNIT}:
        return number_poly(int(poly[UNIT] > 0)), number_poly(int(poly[UNIT] < 0))
    for sign in (1, -1):
        root = perfect_power(store, scale(poly, sign))
        if root is not None:
            q, k = root
            sides = (positive(store, q), positive(store, scale(q, -1)))
            sides = sides if k % 2 else (subtract({UNIT: 1}, zero(store, q)), {})
            return sides if sign > 0 else (sides[1], sides[0])
    return _oriented(store, poly, "positive"), _oriented(store, scale(poly, -1), "positive")


def _null_product(store: Store, factors: Sequence[tuple[Factor, Exponent]], rest: Poly) -> Poly:
    """``[f·r = 0] = 1 − (1 − [f = 0])·(1 − [r = 0])``; a factor in a denominator is not 0."""
    whole_product: Poly = {UNIT: 1}
    for part in [factor_poly(f) for f, e in factors if e > 0 and not _never_zero(store, f)] + [rest]:
        if set(part) != {UNIT}:
            root = perfect_power(store, part)
            null = _oriented(store, part, "zero") if root is None else zero(store, root[0])
            whole_product = multiply(store, whole_product, subtract({UNIT: 1}, null))
    return subtract({UNIT: 1}, whole_product)


def _never_zero(store: Store, factor: Factor) -> bool:
    """A positive factor, a sign, a product over a range of a term that is never zero."""
    head = factor.head
    if head is None or head.kind not in ("function", "fold"):
        return is_positive(store, factor)
    if head.name != "prod":
        return head.name == "parity" or is_positive(store, factor)
    folded = at_arguments(store, split_joint(store, dict(head.polys[0]))[0], factor.arguments)
    if len(folded) != 1:
        return False
    ((monomial, _),) = folded.items()
    if len(monomial) != 1 or not store.factors[monomial[0][0]].is_component:
        return False
    body, _ = open_component(store, store.factors[monomial[0][0]])
    ((inside, _),) = body.items()
    return not zero(store, {tuple((n, e) for n, e in inside if not is_mark(store.factors[n])): 1})


def _oriented(store: Store, poly: Poly, kind: str) -> Poly:
    key, arguments, symmetries = abstract(store, poly)
    opposite, turned, turned_symmetries = abstract(store, scale(poly, -1))
    known = store.signs.get(key), store.signs.get(opposite)
    if store.at_places:
        known = known[0] or sign_at(store, key, arguments), known[1] or sign_at(store, opposite, turned)
    if "positive" in known:
        return number_poly(int(kind == "positive" and known[0] == "positive"))
    # Of p and −p the one whose first coefficient is positive: people write comparisons with sums.
    flip = (opposite, store.codes(turned)) > (key, store.codes(arguments))
    antisymmetric = key == opposite
    if flip:
        key, arguments, symmetries = opposite, turned, turned_symmetries
    null = {} if "nonzero" in known else _zero_atom(store, key, arguments, symmetries, antisymmetric)
    if kind == "zero":
        return null
    if "nonnegative" in known:
        # p >= 0 is assumed: [p > 0] = 1 − [p = 0], and [−p > 0] = 0.
        return subtract({UNIT: 1}, null) if known[0] == "nonnegative" else {}
    head = store.head("positive", "", (key,))
    head.symmetries = () if antisymmetric else symmetries
    above = factor_poly(store.atom(head, arguments))
    return subtract(subtract({UNIT: 1}, above), null) if flip else above


def _zero_atom(
    store: Store,
    key: PolyKey,
    arguments: tuple[Argument, ...],
    symmetries: tuple[Permutation, ...],
    antisymmetric: bool,
) -> Poly:
    known = store.nonzero.get(key)
    if known is not None:
        return known(store, arguments)
    head = store.head("zero", "", (key,))
    if antisymmetric and len(arguments) == 2:
        symmetries = ((0, 1), (1, 0))
    head.symmetries = symmetries
    return factor_poly(store.atom(head, arguments))


def by_cases(store: Store, poly: Poly, function: Callable[[Poly], Poly]) -> Poly | None:
    """``f(p) = c·f(p(c=1)) + (1 − c)·f(p(c=0))`` for an indicator c that multiplies terms of p; None where there is
    none.

    A case in which f has no value gives 0: there the expression has none, and nothing is claimed of it.
    """
    indicator = _inner_indicator(store, poly)
    if indicator is None:
        return None
    on: Poly = {}
    off: Poly = {}
    for monomial, coefficient in poly.items():
        rest = tuple((n, e) for n, e in monomial if n != indicator.number)
        add_into(on, {rest: coefficient})
        if len(rest) == len(monomial):
            add_into(off, {monomial: coefficient})
    case = factor_poly(indicator)
    when_on = multiply(store, case, _value(on, function))
    when_off = _value(off, function)
    return add(when_on, when_off, scale(multiply(store, case, when_off), -1))


def _value(poly: Poly, function: Callable[[Poly], Poly]) -> Poly:
    try:
        return function(poly)
    except NoValue:
        return {}


def _inner_indicator(store: Store, poly: Poly) -> Factor | None:
    """An indicator that multiplies a term of the polynomial."""
    for monomial in poly:
        for factor, _ in monomial_factors(store, monomial):
            if factor.head is not None and factor.head.kind in IS_INDICATOR:
                return factor
    return None
