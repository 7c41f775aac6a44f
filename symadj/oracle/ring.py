"""Rational functions over ℚ in the entries of a point, to decide a claim at concrete sizes for *all* entries.

A polynomial is a dict from monomials to rational coefficients; a monomial is a sorted tuple of (symbol, exponent)
pairs, a symbol an integer. A rational function keeps its denominator as powers of *bases* (polynomials that the ring
numbers), so that sums over powers of one base stay small; nothing is ever divided out, and zero is told from the
numerator.

A function or a root that is not rational is a symbol of its own: equal arguments give the same symbol, and
``root**degree`` is its base. With these symbols taken for independent, a numerator that vanishes vanishes in truth; one
that does not says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from symadj.errors import BudgetExceeded, Unsupported
from symadj.oracle.duals import Dual, tangent_of, value_of
from symadj.oracle.failures import Undefined
from symadj.oracle.functions import AT_ZERO, rational_power
from symadj.oracle.intervals import Interval

Monomial = tuple[tuple[int, int], ...]
Polynomial = dict[Monomial, int | Fraction]

_MOST_TERMS = 20_000
_ONE: Polynomial = {(): 1}


def _merge(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    exponents = dict(left)
    for symbol, exponent in right:
        exponents[symbol] = exponents.get(symbol, 0) + exponent
    return tuple(sorted(exponents.items()))


def _added(left: Polynomial, right: Polynomial) -> Polynomial:
    result = dict(left)
    for monomial, coefficient in right.items():
        total = result.get(monomial, 0) + coefficient
        if total:
            result[monomial] = total
        else:
            del result[monomial]
    return result


def _scaled(polynomial: Polynomial, factor: int | Fraction) -> Polynomial:
    return {m: c * factor for m, c in polynomial.items()} if factor else {}


class Ring:
    """The symbols and the bases of denominators that were met; ``budget`` counts the products of terms."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.symbols = 0
        self.bases: list[Polynomial] = []
        self.roots: dict[int, tuple[int, Polynomial]] = {}
        self.logs: dict[Monomial, Rational] = {}
        self._exponentials: dict[tuple[Any, ...], Rational] = {}
        self._exponents: dict[Monomial, Rational] = {}
        self._named: dict[str, Rational] = {}
        self._calls: dict[tuple[Any, ...], list[tuple[tuple[Rational, ...], Rational]]] = {}

    def symbol(self) -> Rational:
        """A new symbol."""
        self.symbols += 1
        return Rational(self, {((self.symbols, 1),): 1}, {})

    def constant(self, value: int | Fraction) -> Rational:
        """A rational number."""
        return Rational(self, {(): value} if value else {}, {})

    def named(self, name: str) -> Rational:
        """The symbol for a constant such as π."""
        if name not in self._named:
            self._named[name] = self.symbol()
        return self._named[name]

    def call(self, function: tuple[Any, ...], arguments: tuple[Rational, ...]) -> Rational:
        """The symbol for a function of these arguments: the same one for equal arguments."""
        known = self._calls.setdefault(function, [])
        for others, value in known:
            if all((a - b).vanishes() for a, b in zip(arguments, others, strict=True)):
                return value
        known.append((arguments, self.symbol()))
        return known[-1][1]

    def exponential(self, monomial: Monomial, bases: dict[int, int], divisor: int) -> Rational:
        """The symbol for exp of a monomial over powers of bases, divided by an integer."""
        key = (monomial, tuple(sorted(bases.items())), divisor)
        if key not in self._exponentials:
            symbol = self.symbol()
            self._exponentials[key] = symbol
            (power,) = symbol.numerator
            self._exponents[power] = Rational(self, {monomial: Fraction(1, divisor)}, dict(bases))
        return self._exponentials[key]

    def log(self, argument: Rational) -> Rational:
        """The logarithm: of a product of exponentials the exponent, else a symbol."""
        if len(argument.numerator) == 1 and not argument.bases:
            ((monomial, coefficient),) = argument.numerator.items()
            if coefficient == 1 and all(((s, 1),) in self._exponents for s, _ in monomial):
                return sum((self._exponents[((s, 1),)] * e for s, e in monomial), self.constant(0))
        value = self.call(("log",), (argument,))
        (symbol,) = value.numerator
        self.logs.setdefault(symbol, argument)
        return value

    def base(self, polynomial: Polynomial) -> tuple[int, int | Fraction]:
        """The number of the base that the polynomial is a multiple of, and the factor."""
        lead = polynomial[min(polynomial)]
        monic: Polynomial = {m: Fraction(c) / lead for m, c in polynomial.items()}
        for number, known in enumerate(self.bases):
            if known == monic:
                return number, lead
        self.bases.append(monic)
        return len(self.bases) - 1, lead

    def multiplied(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """The product of two polynomials, with powers of roots reduced. Raises ``BudgetExceeded``."""
        if len(right) == 1 and () in right:
            return _scaled(left, right[()])
        self.budget -= len(left) * len(right)
        if self.budget < 0:
            raise BudgetExceeded("polynomials at concrete sizes")
        result: Polynomial = {}
        for first, a in left.items():
            for second, b in right.items():
                monomial = _merge(first, second)
                result[monomial] = result.get(monomial, 0) + a * b
        if len(result) > _MOST_TERMS:
            raise BudgetExceeded("polynomials at concrete sizes")
        return self._reduced({m: c for m, c in result.items() if c})

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        """``root**degree`` replaced by its base, in every monomial."""
        if not self.roots:
            return polynomial
        for monomial, coefficient in polynomial.items():
            for symbol, exponent in monomial:
                degree, base = self.roots.get(symbol, (0, _ONE))
                if degree and exponent >= degree:
                    rest = {m: c for m, c in polynomial.items() if m != monomial}
                    lower = tuple((s, e - degree if s == symbol else e) for s, e in monomial)
                    kept = tuple((s, e) for s, e in lower if e)
                    return self._reduced(_added(rest, self.multiplied({kept: coefficient}, base)))
        return polynomial

    def power(self, polynomial: Polynomial, exponent: int) -> Polynomial:
        """``polynomial ** exponent`` for ``exponent >= 0``."""
        result = _ONE
        for _ in range(exponent):
            result = self.multiplied(polynomial, result)
        return result


class Rational:
    """``numerator / Π base**exponent``; never changed after it is made."""

    __slots__ = ("bases", "numerator", "ring")

    def __init__(self, ring: Ring, numerator: Polynomial, bases: dict[int, int]) -> None:
        self.ring = ring
        self.numerator = numerator
        self.bases = bases if numerator else {}

    def _lifted(self, other: Any) -> Rational | None:
        if type(other) is Rational:
            return other
        if type(other) is Interval:
            raise Unsupported("an interval among rational functions")
        return self.ring.constant(other) if isinstance(other, int | Fraction) else None

    def _over(self, bases: dict[int, int]) -> Polynomial:
        """The numerator over a common denominator."""
        numerator = self.numerator
        for base, exponent in bases.items():
            missing = exponent - self.bases.get(base, 0)
            if missing:
                numerator = self.ring.multiplied(numerator, self.ring.power(self.ring.bases[base], missing))
        return numerator

    def __add__(self, other: Any) -> Any:
        right = self._lifted(other)
        if right is None:
            return NotImplemented
        if self.bases == right.bases:
            return Rational(self.ring, _added(self.numerator, right.numerator), self.bases)
        if not self.numerator or not right.numerator:
            return self if self.numerator else right
        bases = {b: max(self.bases.get(b, 0), right.bases.get(b, 0)) for b in {**self.bases, **right.bases}}
        return Rational(self.ring, _added(self._over(bases), right._over(bases)), bases)

    __radd__ = __add__

    def __neg__(self) -> Rational:
        return Rational(self.ring, _scaled(self.numerator, -1), self.bases)

    def __sub__(self, other: Any) -> Any:
        right = self._lifted(other)
        return NotImplemented if right is None else self + (-right)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        right = self._lifted(other)
        if right is None:
            return NotImplemented
        bases = dict(self.bases)
        for base, exponent in right.bases.items():
            bases[base] = bases.get(base, 0) + exponent
        return Rational(self.ring, self.ring.multiplied(self.numerator, right.numerator), bases)

    __rmul__ = __mul__

    def vanishes(self) -> bool:
        """Is it zero, as a rational function?"""
        return not self.numerator

    def number(self) -> int | Fraction | None:
        """The rational number that it is, if it is one on the face of it."""
        if not self.numerator:
            return 0
        return self.numerator.get(()) if len(self.numerator) == 1 and not self.bases else None

    def sign(self) -> int:
        """Of a number. Raises ``Unsupported`` for anything else."""
        value = self.number()
        if value is None:
            raise Unsupported("a comparison of entries, for all entries at once")
        return (value > 0) - (value < 0)

    def reciprocal(self) -> Rational:
        """1/x. Raises ``Undefined`` for zero."""
        if not self.numerator:
            raise Undefined("a zero denominator")
        number = self.number()
        if number is not None:
            return self.ring.constant(Fraction(1) / number)
        base, factor = self.ring.base(self.numerator)
        numerator = self.ring.multiplied(self._bases_product(), {(): Fraction(1) / factor})
        return Rational(self.ring, numerator, {base: 1})

    def _bases_product(self) -> Polynomial:
        result = _ONE
        for base, exponent in self.bases.items():
            result = self.ring.multiplied(self.ring.power(self.ring.bases[base], exponent), result)
        return result

    def integer_power(self, exponent: int) -> Rational:
        """``x ** exponent`` for ``exponent >= 2``. Raises ``BudgetExceeded``."""
        if exponent > 64 and self.number() is None:
            raise BudgetExceeded("polynomials at concrete sizes")
        if exponent > 4096:
            raise BudgetExceeded("polynomials at concrete sizes")
        numerator = self.ring.power(self.numerator, exponent)
        return Rational(self.ring, numerator, {b: e * exponent for b, e in self.bases.items()})

    def rational_power(self, exponent: Fraction) -> Any:
        """A root, as a symbol; of a polynomial, one whose power is reduced."""
        degree, number = exponent.denominator, self.number()
        if number is not None:
            value = rational_power(number, exponent, over_complex=False)
            if isinstance(value, int | Fraction):
                return self.ring.constant(value)
        root = self.ring.call(("root", degree), (self,))
        if not self.bases and self.numerator:
            (((symbol, _),),) = root.numerator
            self.ring.roots.setdefault(symbol, (degree, self.numerator))
        power = abs(exponent.numerator)
        result = root if power == 1 else root.integer_power(power)
        return result.reciprocal() if exponent < 0 else result

    def call(self, function: str) -> Any:
        """A known function, as a symbol. Raises ``Unsupported`` for one with a kink."""
        if function in ("abs", "sign"):
            raise Unsupported("a function with a kink, for all entries at once")
        if not self.numerator and function in AT_ZERO:
            return self.ring.constant(AT_ZERO[function])
        if function in _THROUGH_EXP:
            return _THROUGH_EXP[function](self)
        if function == "log":
            return self.ring.log(self)
        return self.ring.call((function,), (self,))

    def exp(self) -> Rational:
        """``exp(Σ c·m) = Π exp(m/q)**p`` for ``c = p/q``, and ``exp(c·log(a)) = a**c``."""
        result = self.ring.constant(1)
        for monomial, coefficient in self.numerator.items():
            c = Fraction(coefficient)
            inside = None if self.bases else self.ring.logs.get(monomial)
            factor = inside or self.ring.exponential(monomial, self.bases, c.denominator)
            if inside is not None and c.denominator > 1:
                factor = inside.rational_power(Fraction(1, c.denominator))
            power = abs(c.numerator)
            factor = factor if power == 1 else factor.integer_power(power)
            result = result * (factor if c > 0 else factor.reciprocal())
        return result

    def pi(self) -> Rational:
        """π, as a symbol."""
        return self.ring.named("pi")


def _tanh(x: Rational) -> Any:
    square = (x + x).exp()
    return (square - 1) * (square + 1).reciprocal()


_HALF = Fraction(1, 2)

_THROUGH_EXP: dict[str, Callable[[Rational], Any]] = {
    "exp": lambda x: x.exp(),
    "sinh": lambda x: (x.exp() - (-x).exp()) * _HALF,
    "cosh": lambda x: (x.exp() + (-x).exp()) * _HALF,
    "tanh": _tanh,
    "sigmoid": lambda x: ((-x).exp() + 1).reciprocal(),
    "softplus": lambda x: x.ring.log(x.exp() + 1),
}


class OpaqueFunction:
    """A declared, unknown function: each of its derivatives at each argument is a symbol."""

    def __init__(self, ring: Ring, name: str) -> None:
        self.ring = ring
        self.name = name

    def apply(self, orders: tuple[int, ...], arguments: Sequence[Any]) -> Any:
        """The partial derivative at the arguments, which may be dual."""
        plain = tuple(self._lifted(value_of(a)) for a in arguments)
        value = self.ring.call((self.name, orders), plain)
        if not any(type(a) is Dual for a in arguments):
            return value
        tangent: Any = 0
        for k, argument in enumerate(arguments):
            if type(argument) is Dual:
                higher = tuple(order + int(j == k) for j, order in enumerate(orders))
                tangent = tangent + self.ring.call((self.name, higher), plain) * tangent_of(argument)
        return Dual(value, tangent)

    def _lifted(self, value: Any) -> Rational:
        if type(value) is Rational:
            return value
        if isinstance(value, int | Fraction):
            return self.ring.constant(value)
        raise Unsupported("an unknown function of a complex number, for all entries at once")
