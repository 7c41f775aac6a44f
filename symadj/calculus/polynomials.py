"""Terms as polynomials in canonical atoms, so that equal ones are equal objects, and as points of a vector space.

A ``Poly`` maps monomials to rational coefficients; a monomial pairs atoms (terms that are no sums, products or
rational powers) with rational exponents. Bound variables are called by their depth (``%0``, ``%1``, …), factors and
summands are sorted, numbers are taken out of sums and factors that do not mention the variable too. Sums of several
terms to a power stay as they are, so that a square is seen to be one.

Equal polynomials are equal terms wherever both have values. The converse fails: that is the business of the normal
form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symadj.calculus.rewriting import Names, Rebinder, Within, free_variables
from symadj.terms.index import ZERO as ZERO_INDEX
from symadj.terms.index import Index, Size, var
from symadj.terms.nodes import (
    ONE_TERM,
    ZERO_TERM,
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    add,
    mul,
    number,
)

Monomial = tuple[tuple[Term, Fraction], ...]
Poly = dict[Monomial, Fraction]
MAX_TERMS = 24


def constant_poly(value: Fraction | int) -> Poly:
    """The polynomial that is a number."""
    return {(): Fraction(value)} if value else {}


def plus(first: Poly, second: Poly, scale: Fraction | int = 1) -> Poly:
    """``first + scale*second``."""
    result = dict(first)
    for monomial, coefficient in second.items():
        total = result.get(monomial, Fraction(0)) + scale * coefficient
        if total:
            result[monomial] = total
        else:
            result.pop(monomial, None)
    return result


def proportional(first: Poly, second: Poly) -> bool:
    """Whether one is a nonzero multiple of the other.

    >>> proportional(constant_poly(2), constant_poly(-3)), proportional({}, constant_poly(1))
    (True, False)
    """
    if not first or first.keys() != second.keys():
        return False
    pairs = [(first[m], second[m]) for m in first]
    a, b = pairs[0]
    return all(a * y == b * x for x, y in pairs)


@dataclass(slots=True)
class Canonical:
    """Terms to polynomials and back; ``complex`` tells whether an entry may be no real number."""

    complex: bool = False
    names: Names = field(default_factory=Names)
    _known: dict[tuple[Term, int], Poly] = field(default_factory=dict)
    _order: dict[Term, str] = field(default_factory=dict)

    @property
    def _rename(self) -> Rebinder:
        """Keeps bound names, but those that an earlier canonical term brings along: they would capture new ones."""
        return Rebinder(lambda name, _: self.names.fresh("i") if name.startswith("%") else name)

    def poly(self, term: Term, depth: int = 0) -> Poly:
        """The polynomial of ``term``; ``depth`` counts the binders around it.

        No variable that is free in ``term`` may be called ``%0``, ``%1``, … from ``depth`` on.

        >>> from symadj.terms.nodes import Entry
        >>> x, y = Entry("x", ()), Entry("y", ())
        >>> Canonical().poly(add(mul(x, y), mul(number(-1), y, x)))
        {}
        """
        key = (term, depth)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._poly(term, depth)
        return known

    def term(self, term: Term, depth: int = 0) -> Term:
        """The canonical term that equals ``term``."""
        return self.back(self.poly(term, depth))

    def back(self, poly: Poly) -> Term:
        """A polynomial as a term."""
        ordered = sorted(poly.items(), key=lambda item: self._monomial_order(item[0]))
        return add(*(mul(number(c), self.monomial_term(m)) for m, c in ordered))

    @staticmethod
    def monomial_term(monomial: Monomial) -> Term:
        """A monomial as a term."""
        return mul(*(a if e == 1 else Power(a, number(e)) for a, e in monomial))

    def order(self, term: Term) -> str:
        """A text that orders atoms."""
        known = self._order.get(term)
        if known is None:
            known = self._order[term] = repr(term)
        return known

    def _monomial_order(self, monomial: Monomial) -> tuple[tuple[str, Fraction], ...]:
        return tuple((self.order(a), e) for a, e in monomial)

    # -------------------------------------------------------------------------------- from terms

    def _poly(self, term: Term, depth: int) -> Poly:
        match term:
            case Number(value):
                return constant_poly(value)
            case IndexValue(index):
                return self.index_poly(index)
            case Add(terms):
                total: Poly = {}
                for part in terms:
                    total = plus(total, self.poly(part, depth))
                return total
            case Mul(factors):
                return self._product([self.poly(f, depth) for f in factors])
            case Power(base, Number(value)):
                return self._power(base, value, depth)
            case Power(base, exponent):
                return atom_poly(Power(self.term(base, depth), self.term(exponent, depth)))
            case Call():
                return self._call(term, depth)
            case Apply(function, orders, arguments):
                return atom_poly(Apply(function, orders, tuple(self.term(a, depth) for a in arguments)))
            case Sum(binder, body):
                return self._sum(*self._bound(binder, body, depth), depth)
            case Product(binder, body):
                inner, inside = self._bound(binder, body, depth)
                return atom_poly(Product(inner, self.term(inside, depth + 1)))
            case Extremum(kind, binder, body):
                inner, inside = self._bound(binder, body, depth)
                return atom_poly(Extremum(kind, inner, self.term(inside, depth + 1)))
            case Indicator(condition):
                return atom_poly(Indicator(self.condition(condition, depth)))
            case Select(condition, then, otherwise):
                choice = Select(self.condition(condition, depth), self.term(then, depth), self.term(otherwise, depth))
                return atom_poly(choice) if choice.then != choice.otherwise else self.poly(then, depth)
            case _:
                return atom_poly(term)

    def index_poly(self, index: Index) -> Poly:
        """An integer expression; its atoms are the integer atoms, each as a number.

        >>> n = IndexValue(Index((((Size("n"),), 1),)))
        >>> Canonical().poly(add(n, number(-1))) == Canonical().poly(IndexValue(n.index - 1))
        True
        """
        total: Poly = {}
        for atoms, coefficient in index.terms:
            factors = [atom_poly(IndexValue(Index((((a,), 1),)))) for a in atoms]
            total = plus(total, self._product([constant_poly(coefficient), *factors]))
        return total

    def _product(self, factors: list[Poly]) -> Poly:
        """Factors of several terms are multiplied out once, but kept as a power where they repeat."""
        single: Poly = constant_poly(1)
        several: list[Poly] = []
        for factor in factors:
            if len(factor) <= 1:
                single = self.times(single, factor)
            else:
                several.append(factor)
        if not single:
            return {}
        result = single
        while several:
            first = several.pop()
            equal = [f for f in several if f == first]
            several = [f for f in several if f != first]
            if equal or len(first) * len(result) > MAX_TERMS:
                result = self.times(result, self._compound(first, Fraction(1 + len(equal))))
            else:
                result = self.times(result, first)
        return result

    def times(self, first: Poly, second: Poly) -> Poly:
        """The product of two polynomials, multiplied out."""
        total: Poly = {}
        for m1, c1 in first.items():
            for m2, c2 in second.items():
                total = plus(total, {self._merged(m1, m2): c1 * c2})
        return total

    def _merged(self, first: Monomial, second: Monomial) -> Monomial:
        exponents: dict[Term, Fraction] = dict(first)
        for atom, exponent in second:
            exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
        return self._monomial(exponents)

    def _monomial(self, exponents: Mapping[Term, Fraction]) -> Monomial:
        """Sorted; over the reals an even power of |u| is one of u."""
        merged: dict[Term, Fraction] = {}
        for atom, exponent in exponents.items():
            even = exponent.denominator == 1 and exponent.numerator % 2 == 0
            if even and not self.complex and isinstance(atom, Call) and atom.function == "abs":
                atom = atom.arguments[0]
            merged[atom] = merged.get(atom, Fraction(0)) + exponent
        return tuple(sorted(((a, e) for a, e in merged.items() if e), key=lambda item: self.order(item[0])))

    def _power(self, base: Term, exponent: Fraction, depth: int) -> Poly:
        whole = exponent.denominator == 1
        if isinstance(base, Call) and base.function == "abs" and whole and exponent % 2 == 0 and not self.complex:
            return self._power(base.arguments[0], exponent, depth)
        inner = self.poly(base, depth)
        if exponent == 1:
            return inner
        if exponent == 0:
            return constant_poly(1)
        if len(inner) != 1:
            return self._compound(inner, exponent) if inner or exponent < 0 else {}
        ((monomial, coefficient),) = inner.items()
        if whole:
            scaled = {a: e * exponent for a, e in monomial}
            return {self._monomial(scaled): coefficient**exponent.numerator}
        if coefficient == 1 and len(monomial) == 1:
            ((atom, e),) = monomial
            if e == 1 or e.denominator != 1:  # (x²)^(1/2) is no power of x
                return {((atom, e * exponent),): Fraction(1)}
            if e % 2 == 0 and not self.complex:
                return {((Call("abs", (atom,)), e * exponent),): Fraction(1)}
        return self._compound(inner, exponent)

    def _compound(self, base: Poly, exponent: Fraction) -> Poly:
        """A power of a polynomial that stays one; for integer exponents the first coefficient is taken out."""
        coefficient = Fraction(1)
        if exponent.denominator == 1 and base:
            first = min(base, key=self._monomial_order)
            coefficient = base[first]
            base = {m: c / coefficient for m, c in base.items()}
        scale = coefficient**exponent.numerator if coefficient != 1 else Fraction(1)
        return {((self.back(base), exponent),): scale}

    def _call(self, term: Call, depth: int) -> Poly:
        arguments = [self.poly(a, depth) for a in term.arguments]
        if not self.complex:
            if term.function in ("conj", "real"):
                return arguments[0]
            if term.function == "imag":
                return {}
        if term.function == "abs":
            return self.absolute(arguments[0])
        terms = [self.back(a) for a in arguments]
        if term.function in ("maximum", "minimum"):
            terms.sort(key=self.order)
        return atom_poly(Call(term.function, tuple(terms)))

    def absolute(self, argument: Poly) -> Poly:
        """|c u v| is |c| |u| |v|; the first coefficient of a sum ``u`` is 1."""
        if len(argument) == 1:
            ((monomial, coefficient),) = argument.items()
            sizes: dict[Term, Fraction] = {Call("abs", (a,)): e for a, e in monomial}
            return {self._monomial(sizes): abs(coefficient)}
        if not argument:
            return {}
        coefficient = argument[min(argument, key=self._monomial_order)]
        inner = self.back({m: c / coefficient for m, c in argument.items()})
        return {((Call("abs", (inner,)), Fraction(1)),): abs(coefficient)}

    # -------------------------------------------------------------------------------- binders and conditions

    def _bound(self, binder: Binder, body: Term, depth: int) -> tuple[Binder, Term]:
        """Binder and body with the variable called by its depth; the body is not made canonical."""
        name = f"%{depth}"
        values = {binder.index: var(name)}
        body = self._rename.term(body, Within(values))
        condition = None
        if binder.condition is not None:
            condition = self.condition(self._rename.condition(binder.condition, Within(values)), depth + 1)
        return Binder(name, binder.lower, binder.upper, condition), body

    def _sum(self, binder: Binder, body: Term, depth: int) -> Poly:
        total: Poly = {}
        for monomial, coefficient in self.poly(body, depth + 1).items():
            inside = tuple((a, e) for a, e in monomial if binder.index in free_variables(a))
            outside = tuple((a, e) for a, e in monomial if binder.index not in free_variables(a))
            summed = self._summed(binder, self.monomial_term(inside))
            total = plus(total, self.times({outside: coefficient}, summed))
        return total

    def _summed(self, binder: Binder, body: Term) -> Poly:
        if body == ONE_TERM and binder.condition is None and binder.lower == ZERO_INDEX and _is_size(binder.upper):
            return self.index_poly(binder.upper)
        return atom_poly(Sum(binder, body))

    def condition(self, condition: Condition, depth: int = 0) -> Condition:
        """The condition with canonical terms."""
        match condition:
            case ValueCondition(relation, left, right):
                difference = plus(self.poly(right, depth), self.poly(left, depth), -1)
                if relation == "==" and difference:
                    first = difference[min(difference, key=self._monomial_order)]
                    difference = {m: c / first for m, c in difference.items()}
                return ValueCondition(relation, ZERO_TERM, self.back(difference))
            case All(parts):
                return All(tuple(self.condition(p, depth) for p in parts))
            case Some(parts):
                return Some(tuple(self.condition(p, depth) for p in parts))
            case Not(part):
                return Not(self.condition(part, depth))
            case IndexCondition():
                return condition


def atom_poly(term: Term) -> Poly:
    """The polynomial that is one atom."""
    return {((term, Fraction(1)),): Fraction(1)}


def _is_size(index: Index) -> bool:
    return len(index.terms) == 1 and index.terms[0][1] == 1 and all(isinstance(a, Size) for a in index.terms[0][0])


def atoms(polys: Iterable[Poly]) -> dict[Term, None]:
    """Every atom of the polynomials, in order of appearance."""
    return {a: None for poly in polys for monomial in poly for a, _ in monomial}


def is_index(atom: Term) -> bool:
    """Whether the atom is an integer: a size, an index variable, a floor, a remainder, a look-up."""
    return isinstance(atom, IndexValue)


def is_integer_valued(poly: Poly) -> bool:
    """Whether the polynomial has integer atoms only; its coefficients may be fractions."""
    return all(is_index(a) and e.denominator == 1 and e > 0 for m in poly for a, e in m)


def is_integer(poly: Poly) -> bool:
    """Whether the polynomial is plainly an integer."""
    return all(c.denominator == 1 for c in poly.values()) and is_integer_valued(poly)
