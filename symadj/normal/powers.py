"""Powers with a rational exponent, and the signs that they need.

    (c·Π f**k)**e     = c**e · Π f**(k·e)                for a whole e; else only for the factors known to be positive
    (f**k)**e         = |f|**(k·e)                       for an even k
    (q**k)**e         = q**(k·e) for an odd k, |q|**(k·e) for an even one, where p is found to be the power of a sum
    p**e              = (content of p)**e · B**e         with B the primitive part, an atom (``base``)

The content is what all monomials share: the rational content, and each factor to its least exponent (all factors for
a whole exponent; the positive ones otherwise). So ``1/n·Σx² + eps`` and ``Σx² + n·eps`` have the same base, and so
have the sums of ``exp(x_j)`` and of ``exp(x_j + c)``. Powers of rational numbers are powers of primes.
"""

from __future__ import annotations

from fractions import Fraction

from symadj.errors import BudgetExceeded, NoValue, Unsupported
from symadj.normal.abstract import abstract
from symadj.normal.algebra import factor_poly, multiply, number_poly, power, scale, whole
from symadj.normal.perfect_powers import perfect_power
from symadj.normal.rules import leading, settle
from symadj.normal.signs import IS_INDICATOR, by_cases, is_positive, poly_sign, shared_content, sign_function
from symadj.normal.store import UNIT, Coefficient, Exponent, Factor, Poly, Store, monomial_factors

MAX_WHOLE_POWER = 64
MAX_TERMS = 20_000


def raise_to(store: Store, poly: Poly, exponent: Exponent) -> Poly:
    """``poly**exponent``; raises ``Unsupported`` for a negative power of 0, ``BudgetExceeded`` for a huge power of a
    sum.
    """
    exponent = whole(exponent)
    if exponent == 1:
        return poly
    if isinstance(exponent, int) and exponent >= 0:
        if len(poly) > 1 and (exponent > MAX_WHOLE_POWER or len(poly) ** exponent > MAX_TERMS * 50):
            raise BudgetExceeded(f"a sum of {len(poly)} terms to the power {exponent}")
        return power(store, poly, exponent)
    if not poly:
        if exponent > 0:
            return {}
        raise NoValue("a division by zero")
    split = by_cases(store, poly, lambda p: raise_to(store, p, exponent))
    if split is not None:
        return split
    contents, rest = split_content(store, poly, exponent)
    result: Poly = {UNIT: 1}
    for content in contents:
        result = multiply(store, result, _power_of_content(store, content, exponent))
    if rest == {UNIT: 1}:
        return result
    return multiply(store, result, _base_power(store, rest, exponent))


def split_content(store: Store, poly: Poly, exponent: Exponent) -> tuple[tuple[Poly, ...], Poly]:
    """``poly = Π contents · rest``: monomials that may be raised factor by factor, and the primitive rest (1 if nothing
    is left).

    For an exponent that is not whole the content is positive, or has even powers only.
    """
    if len(poly) == 1:
        content, rest = _split_monomial(store, poly, exponent)
        return (content,), rest
    any_sign = isinstance(exponent, int)
    content, rest = shared_content(store, poly, (lambda f: True) if any_sign else (lambda f: is_positive(store, f)))
    if len(rest) == 1:
        more, rest = _split_monomial(store, rest, exponent)
        return (content, more), rest
    if not rest:
        raise NoValue("a power of zero")
    if any_sign and rest and rest[min(rest)] < 0:
        content, rest = scale(content, -1), scale(rest, -1)
    return (content,), rest


def _split_monomial(store: Store, poly: Poly, exponent: Exponent) -> tuple[Poly, Poly]:
    ((monomial, coefficient),) = poly.items()
    outside: dict[int, Exponent] = {}
    inside: dict[int, Exponent] = {}
    for factor, k in monomial_factors(store, monomial):
        if factor.head is not None and factor.head.kind in IS_INDICATOR:
            inside[factor.number] = k
        elif isinstance(exponent, int) or is_positive(store, factor) or (_is_even(k) and not store.complex):
            outside[factor.number] = k
        else:
            inside[factor.number] = k
    sign: Coefficient = 1
    if coefficient < 0 and inside and not isinstance(exponent, int):
        sign = -1
    content = {tuple(sorted(outside.items())): whole(Fraction(coefficient) * sign)}
    return content, {tuple(sorted(inside.items())): sign}


def _is_even(exponent: Exponent) -> bool:
    return isinstance(exponent, int) and exponent % 2 == 0


def _power_of_content(store: Store, content: Poly, exponent: Exponent) -> Poly:
    ((monomial, coefficient),) = content.items()
    result = number_power(store, coefficient, exponent)
    exponents: dict[int, Exponent] = {}
    for factor, k in monomial_factors(store, monomial):
        if factor.is_component:
            result = multiply(store, result, _base_power(store, factor_poly(factor), whole(k * exponent)))
        elif isinstance(exponent, int) or is_positive(store, factor) or not _is_even(k):
            exponents[factor.number] = whole(k * exponent)
        else:
            result = multiply(store, result, _even_power(store, factor, k, exponent))
    return multiply(store, result, settle(store, exponents, 1)) if exponents else result


def _even_power(store: Store, factor: Factor, k: Exponent, exponent: Exponent) -> Poly:
    """``(f**k)**e`` for an even k: ``|f|**(k·e)``, with ``|f| = f·sign(f)``."""
    total = whole(k * exponent)
    if isinstance(total, int):
        value = settle(store, {factor.number: total}, 1)
        return value if total % 2 == 0 else multiply(store, value, sign_function(store, factor_poly(factor)))
    return _base_power(store, {((factor.number, 2),): 1}, whole(Fraction(total) / 2))


def number_power(store: Store, value: Coefficient, exponent: Exponent) -> Poly:
    """``value**exponent`` of a rational: exact, with roots of primes as atoms.

    Raises ``Unsupported`` for a root of a negative number and for numbers past 10**12.
    """
    if isinstance(exponent, int):
        return number_poly(Fraction(value) ** exponent)
    if value < 0:
        raise NoValue("a root of a negative number")
    exponents: dict[int, Exponent] = {}
    fraction = Fraction(value)
    for part, sign in ((fraction.numerator, 1), (fraction.denominator, -1)):
        for prime, multiplicity in _factorize(part).items():
            atom = store.atom(store.head("root", str(prime)), ())
            exponents[atom.number] = exponents.get(atom.number, 0) + sign * multiplicity * exponent
    return settle(store, exponents, 1)


def _factorize(value: int) -> dict[int, int]:
    if value > 10**12:
        raise Unsupported(f"a root of the number {value}")
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= value:
        while value % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            value //= divisor
        divisor += 1 if divisor == 2 else 2
    if value > 1:
        found[value] = found.get(value, 0) + 1
    return found


def _power_of_root(store: Store, poly: Poly, exponent: Exponent) -> Poly | None:
    """The power through ``q``, where the polynomial is ``±q**k``."""
    if store.complex and not isinstance(exponent, int):
        return None
    for sign in (1, -1):
        root = perfect_power(store, scale(poly, sign))
        if root is None or (sign < 0 and not isinstance(exponent, int)):
            continue
        q, k = root
        total = whole(k * exponent)
        if not isinstance(total, int) and k % 2 == 0:
            continue
        result = scale(raise_to(store, q, total), 1 if sign > 0 or exponent % 2 == 0 else -1)
        is_absolute = k % 2 == 0 and isinstance(total, int) and total % 2 == 1
        return multiply(store, result, sign_function(store, q)) if is_absolute else result
    return None


def _base_power(store: Store, poly: Poly, exponent: Exponent) -> Poly:
    """The primitive polynomial as an atom, to this power."""
    if len(poly) == 1:
        ((monomial, coefficient),) = poly.items()
        if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1 and not isinstance(exponent, int):
            factor = store.factors[monomial[0][0]]
            if factor.head is not None and factor.head.kind not in IS_INDICATOR:
                return factor_poly(factor, exponent)
    found = _power_of_root(store, poly, exponent)
    if found is not None:
        return found
    key, arguments, symmetries = abstract(store, poly)
    head = store.head("base", "", (key,))
    if head.body is None:
        head.body = dict(key)
        head.symmetries = symmetries
        head.lead = leading(store, head.body)
        head.sign = store.signs.get(key) or poly_sign(store, head.body)
    return settle(store, {store.atom(head, arguments).number: exponent}, 1)
