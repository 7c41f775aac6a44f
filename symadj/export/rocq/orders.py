"""Products of the signs of two arguments of which a linear combination is known to be positive.

With k > 0 and c > 0, where b = k a + c, and b is positive wherever a is not negative: sg a sg b = 1 + sg a - sg b.
Where b + k a = c, one of them is positive: sg a sg b = sg a + sg b - 1; where b + k a = -c, one is negative. That
decides every product of comparisons of one entry with several bounds in a known order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from symadj.export.rocq.rule import Context, positive
from symadj.export.rocq.syntax import Expr, IVar, Num, Opposite, Plus, Ratio, Times, plus
from symadj.export.rocq.tape import Site
from symadj.export.rocq.walking import instantiated

Linear = dict[Expr, Fraction]  # the coefficients of parts that are not looked into, and of 1
ONE = Num(1)
LARGEST = 1000  # numbers above are left alone
STEPS = 4


@dataclass(frozen=True, slots=True)
class Order:
    """By ``lemma``, with ``factor`` and the positive ``rest``, of the sites ``first`` and ``second``.

    Without a rest the second argument is a multiple of the first one, and its sign is to be written with the other.
    """

    lemma: str
    first: int
    second: int
    factor: Expr
    rest: Expr | None

    def value(self, first: str, second: str) -> str:
        """The product of the signs, or the second sign, embedded; the signs are given."""
        if self.rest is None:
            return first if self.lemma == "sign_same" else f"Opp ({first})"
        if self.lemma == "sign_above":
            return f"Add (Add (Cst 1) ({first})) (Opp ({second}))"
        if self.lemma == "sign_either":
            return f"Add (Add ({first}) ({second})) (Opp (Cst 1))"
        return f"Add (Add (Opp (Cst 1)) (Opp ({first}))) (Opp ({second}))"

    def combination(self, argument: Expr) -> Expr:
        """What the second argument is, the first one being ``argument``."""
        scaled = Times(self.factor, argument)
        if self.rest is None:
            return scaled if self.lemma == "sign_same" else Opposite(scaled)
        if self.lemma == "sign_above":
            return Plus(scaled, self.rest)
        return Plus(Opposite(scaled), self.rest if self.lemma == "sign_either" else Opposite(self.rest))


def orders(sites: Sequence[Site], replaced: Collection[int], context: Context) -> list[Order]:
    """What is known of the signs among ``sites``, two by two; of those that are ``replaced`` by others nothing is."""
    found = []
    signs = [k for k, site in enumerate(sites) if site.function == "sign" and k not in replaced]
    for j, k in combinations(signs, 2):
        if sites[j].numbers != sites[k].numbers:
            continue
        same: Mapping[str, IVar] = {
            old: IVar(new) for old, new in zip(sites[k].parameters, sites[j].parameters, strict=True)
        }
        a = linear(context.unfolded(sites[j].argument))
        b = linear(context.unfolded(instantiated(sites[k].argument, same)))
        if (order := _order(j, a, k, b, context)) is not None:
            found.append(order)
    return found


def linear(expr: Expr) -> Linear:
    """The expression as a linear combination.

    >>> linear(Plus(Times(Num(2), Num(3)), Opposite(Num(1))))
    {Num(value=1): Fraction(5, 1)}
    """
    match expr:
        case Num(n):
            return {ONE: Fraction(n)} if n else {}
        case Ratio(p, q):
            return {ONE: Fraction(p, q)}
        case Plus(a, b):
            return _sum(linear(a), linear(b), Fraction(1))
        case Opposite(a):
            return _sum({}, linear(a), Fraction(-1))
        case Times(a, b):
            left, right = linear(a), linear(b)
            for scale, other in ((left, right), (right, left)):
                if scale.keys() <= {ONE}:
                    return _sum({}, other, scale.get(ONE, Fraction(0)))
    return {expr: Fraction(1)}


def proportional(left: Linear, right: Linear) -> bool:
    """Whether one is a multiple of the other."""
    if not left or left.keys() != right.keys():
        return False
    part = next(iter(left))
    return not _sum(left, right, -left[part] / right[part])


def _sum(left: Linear, right: Linear, factor: Fraction) -> Linear:
    total = dict(left)
    for part, coefficient in right.items():
        total[part] = total.get(part, Fraction(0)) + factor * coefficient
    return {part: coefficient for part, coefficient in total.items() if coefficient}


def _order(j: int, a: Linear, k: int, b: Linear, context: Context) -> Order | None:
    pivot = next((part for part in a if part != ONE and part in b), None)
    if pivot is None:
        return None
    ratio = b[pivot] / a[pivot]
    factor = abs(ratio)
    above, below = _sum(b, a, -ratio), _sum({}, _sum(b, a, -ratio), Fraction(-1))
    if not above:
        return Order("sign_same" if ratio > 0 else "sign_turned", j, k, _number(factor), None)
    if ratio > 0:
        if (rest := _positive(above, context)) is not None:
            return Order("sign_above", j, k, _number(factor), rest)
        if (rest := _positive(_sum({}, below, 1 / factor), context)) is not None:
            return Order("sign_above", k, j, _number(1 / factor), rest)
        return None
    for lemma, difference in (("sign_either", above), ("sign_neither", below)):
        if (rest := _positive(difference, context)) is not None:
            return Order(lemma, j, k, _number(factor), rest)
    return None


def _positive(form: Linear, context: Context) -> Expr | None:
    """An expression of the linear form that shows it to be positive: of what is so in itself, or as it is granted."""
    granted = [(Plus(large, Opposite(small)) if small != Num(0) else large) for small, large in context.granted]
    parts: list[Expr] = []
    for _ in range(STEPS):
        part = next((p for p in form if p != ONE), None)
        if part is None:
            break
        if form[part] > 0 and positive(part, context.see):
            known: Expr = part
        else:
            known = next((g for g in granted if linear(g).get(part, Fraction(0)) * form[part] > 0), ONE)
        if known == ONE:
            return None
        scale = form[part] / linear(known)[part]
        parts.append(known if scale == 1 else Times(_number(scale), known))
        form = _sum(form, linear(known), -scale)
    rest = form.pop(ONE, Fraction(0))
    if form or rest < 0 or not (parts or rest):
        return None
    return plus([*parts, *([_number(rest)] if rest else [])])


def _number(value: Fraction) -> Expr:
    return Num(int(value)) if value.denominator == 1 else Ratio(value.numerator, value.denominator)
