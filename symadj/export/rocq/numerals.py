"""Numbers as expressions: large ones by their digits to the base 1000, since the kernel counts a numeral one by one."""

from __future__ import annotations

from fractions import Fraction

from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.syntax import Expr, Num, Opposite, Plus, Ratio, Times, times

MOST_NUMBER = 1000
MOST_DIGITS = 60


def fraction(value: Fraction) -> Expr:
    """A number. Raises ``NotExported``."""
    if value < 0 and (value.denominator > 1 or -value > MOST_NUMBER):
        return Opposite(fraction(-value))
    if max(abs(value.numerator), value.denominator) <= MOST_NUMBER:
        return Num(int(value)) if value.denominator == 1 else Ratio(value.numerator, value.denominator)
    if max(abs(value.numerator), value.denominator) > 10**MOST_DIGITS:
        raise NotExported(f"a number of more than {MOST_DIGITS} digits")
    below = [Ratio(1, d) for d in _small_factors(value.denominator)]
    return times([_digits(value.numerator), *below])


def _digits(number: int) -> Expr:
    """A positive number by its digits to the base 1000, since the kernel counts a numeral one by one.

    >>> _digits(44715)
    Plus(left=Times(left=Num(value=44), right=Num(value=1000)), right=Num(value=715))
    """
    if number <= MOST_NUMBER:
        return Num(number)
    above, last = divmod(number, MOST_NUMBER)
    shifted = Num(MOST_NUMBER) if above == 1 else Times(_digits(above), Num(MOST_NUMBER))
    return Plus(shifted, Num(last)) if last else shifted


def _small_factors(number: int) -> list[int]:
    """Factors up to 1000, the product of which is ``number``, of few of them. Raises ``NotExported``."""
    found: list[int] = []
    while number > 1:
        factor = max(k for k in range(1, MOST_NUMBER + 1) if number % k == 0)
        if factor == 1:
            raise NotExported(f"a denominator with a prime factor above {MOST_NUMBER}")
        found.append(factor)
        number //= factor
    return found
