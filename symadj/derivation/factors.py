"""What a writer asks of a term before it prints it: its sign, what stands above and below a bar, an equation solved."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import prod

from symadj.terms.index import Index, var
from symadj.terms.nodes import Mul, Number, Power, Term


def opposite(term: Term) -> Term | None:
    """``-term``, where ``term`` has a minus sign in front."""
    match term:
        case Number(value) if value < 0:
            return Number(-value)
        case Mul(factors):
            numbers = [f for f in factors if isinstance(f, Number)]
            value = Fraction(1)
            for factor in numbers:
                value *= factor.value
            if value >= 0:
                return None
            rest = tuple(f for f in factors if not isinstance(f, Number))
            whole = rest if value == -1 and rest else (Number(-value), *rest)
            return whole[0] if len(whole) == 1 else Mul(whole)
        case _:
            return None


def split(term: Mul) -> tuple[list[Term], list[Term]]:
    """The factors above and below the bar of a fraction; one number in front."""
    upper, lower, value = list[Term](), list[Term](), Fraction(1)
    for factor in term.factors:
        match factor:
            case Number(number):
                value *= number
            case Power(Mul(factors), Number(exponent)) if exponent == -1:
                above, below = split(Mul(factors))
                lower += [f for f in above if not isinstance(f, Number)]
                upper += below
                value /= prod((f.value for f in above if isinstance(f, Number)), start=Fraction(1))
            case Power(base, Number(exponent)) if exponent < 0:
                lower.append(base if exponent == -1 else Power(base, Number(-exponent)))
            case _:
                upper.append(factor)
    lower = [base if times == 1 else Power(base, Number(Fraction(times))) for base, times in Counter(lower).items()]
    if value.numerator != 1 or not (upper or lower):
        upper.insert(0, Number(Fraction(value.numerator)))
    if value.denominator != 1:
        lower.insert(0, Number(Fraction(value.denominator)))
    return upper, lower


def solved(index: Index) -> tuple[Index, Index] | None:
    """``index = 0`` solved for its only variable: ``l = n - 1``, not ``n = l + 1``."""
    if len(index.variables()) != 1:
        return None
    (name,) = index.variables()
    for sign in (1, -1):
        rest = var(name) - sign * index
        if not rest.variables():
            return var(name), rest
    return None
