"""Sums of flat products: equal ones counted, common factors taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm

from symadj.calculus.rewriting import free_variables, substitute, substitute_condition
from symadj.formulas.keys import key
from symadj.formulas.monomials import ONE, Monomial
from symadj.formulas.products import orders
from symadj.terms.index import Mod, var
from symadj.terms.nodes import Binder, IndexCondition, Indicator, Number, Power, Sum, Term, mul

_MOST_GROUPS = 3


def like(monomials: Sequence[Monomial]) -> list[Monomial]:
    """Equal monomials counted, and those dropped of which nothing is left."""
    if len(monomials) < 2:
        return [m for m in monomials if m.coefficient]
    found: dict[str, Monomial] = {}
    for monomial in monomials:
        text = _text(monomial)
        if text in found:
            found[text].coefficient += monomial.coefficient
        else:
            found[text] = monomial.copy()
    return [m for m in found.values() if m.coefficient]


def complete(monomials: Sequence[Monomial]) -> list[Monomial]:
    """``a*(i%d == 0) + … + a*(i%d == d-1)`` is a, for a number d."""
    for monomial in monomials:
        for text, (atom, _) in monomial.atoms.items():
            found = _remainder(atom)
            if found is None:
                continue
            group = {}
            for other in monomials:
                for inner, (mine, _) in other.atoms.items():
                    rest = _remainder(mine)
                    if rest is not None and rest[0] == found[0]:
                        group[rest[1]] = (other, _without(other, inner))
            wanted = _text(_without(monomial, text))
            same = {r: m for r, (m, w) in group.items() if m.coefficient == monomial.coefficient and _text(w) == wanted}
            if len(same) == found[0].divisor.value:
                left = [m for m in monomials if all(m is not s for s in same.values())]
                return complete(like([*left, _without(monomial, text)]))
    return list(monomials)


def _remainder(atom: Term) -> tuple[Mod, int] | None:
    """The remainder and its value, of ``(i%d == r)``."""
    if not isinstance(atom, Indicator) or not isinstance(atom.condition, IndexCondition):
        return None
    terms = dict(atom.condition.index.terms)
    value = -terms.pop((), 0)
    ((monomial, sign),) = terms.items() if len(terms) == 1 else [((), 0)]
    if atom.condition.relation == "==" and len(monomial) == 1 and isinstance(monomial[0], Mod) and sign in (1, -1):
        return monomial[0], value * sign
    return None


def _without(monomial: Monomial, text: str) -> Monomial:
    return Monomial(monomial.coefficient, {t: p for t, p in monomial.atoms.items() if t != text}, monomial.binders)


def _text(monomial: Monomial) -> str:
    """The canonical text of a monomial without its number."""
    if not monomial.binders:
        return "*".join(sorted([t if e is ONE or e == 1 else f"{t}^{e}" for t, (_, e) in monomial.atoms.items()]))
    factors = (atom if e == 1 else Power(atom, Number(e)) for atom, e in monomial.atoms.values())
    return key(summed(monomial.binders, mul(*factors)))


def summed(binders: Sequence[Binder], body: Term) -> Term:
    """The sum of ``body`` over all the indices, in the order whose text is the first."""
    return min((_in_order(order, body) for order in orders(binders)), key=key)


def _in_order(binders: Sequence[Binder], body: Term) -> Term:
    for binder in reversed(binders):
        body = Sum(binder, body)
    return body


def common(monomials: Sequence[Monomial]) -> tuple[Monomial, list[Monomial]]:
    """What all the monomials have in common, and what is left of each."""
    shared = Monomial(_content([m.coefficient for m in monomials]))
    bound = frozenset(b.index for m in monomials for b in m.binders)
    for text, (atom, _) in monomials[0].atoms.items():
        exponents = [m.atoms[text][1] for m in monomials if text in m.atoms]
        if len(exponents) < len(monomials) or (bound and free_variables(atom) & bound):
            continue
        if _of_one_sign(exponents):
            shared.times(atom, min(exponents, key=abs))
    rest = [m.copy() for m in monomials]
    for monomial in rest:
        if shared.coefficient != 1:
            monomial.coefficient /= shared.coefficient
        for text, (atom, exponent) in shared.atoms.items():
            monomial.times_known(text, atom, -exponent)
    return shared, rest


def _of_one_sign(exponents: Sequence[Fraction]) -> bool:
    return len({e.numerator > 0 for e in exponents}) == 1


def _content(coefficients: Sequence[Fraction]) -> Fraction:
    top = gcd(*(c.numerator for c in coefficients))
    bottom = lcm(*(c.denominator for c in coefficients))
    sign = -1 if all(c.numerator < 0 for c in coefficients) else 1
    return Fraction(sign * top, gcd_of_denominators(coefficients, bottom))


def gcd_of_denominators(coefficients: Sequence[Fraction], bottom: int) -> int:
    """The denominator to take out: the common one, where no term has none; else 1."""
    return bottom if all(c.denominator == bottom for c in coefficients) else 1


def grouped(monomials: Sequence[Monomial]) -> Iterator[tuple[list[Monomial], list[Monomial]]]:
    """Ways to part the monomials into some that share a factor, and the others; the most promising first."""
    if len(monomials) < 3:
        return
    counts = Counter(
        t for m in monomials for t, (a, _) in m.atoms.items() if not m.binders or not free_variables(a) & m.bound
    )
    for text, count in counts.most_common(_MOST_GROUPS):
        if 2 <= count < len(monomials):
            inside = [m for m in monomials if text in m.atoms]
            exponents = [m.atoms[text][1] for m in inside]
            if _of_one_sign(exponents):
                yield inside, [m for m in monomials if text not in m.atoms]


def together(first: Monomial, second: Monomial) -> tuple[Monomial, list[Monomial]] | None:
    """Two sums over the same range as one: what they share below it, and what is left of each."""
    if len(first.binders) != 1 or len(second.binders) != 1:
        return None
    mine, other = first.binders[0], second.binders[0]
    renamed = {other.index: var(mine.index)}
    condition = None if other.condition is None else substitute_condition(other.condition, renamed)
    if (mine.lower, mine.upper, mine.condition) != (other.lower, other.upper, condition):
        return None
    moved = Monomial(second.coefficient)
    for atom, exponent in second.atoms.values():
        moved.times(substitute(atom, renamed), exponent)
    bare = Monomial(first.coefficient, dict(first.atoms))
    shared, rest = common([bare, moved])
    if condition is None and not any(mine.index in free_variables(atom) for atom, _ in shared.atoms.values()):
        return None
    shared.binders = (mine,)
    return shared, rest
