"""Products laid out flat: a number, atoms with exponents, and the sums that stand around them.

``Σ_k 2·a[i]·b[k]²`` is ``Monomial(2, {a[i]: 1, b[k]: 2}, (for k,))``. An atom is any term that is no product, no sum
over an index and no power with a number for its exponent; a sum in brackets stays one atom. Bound indices carry marks
(``k#3``) that make them unique, so that nothing is captured when products meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from symadj.calculus.rewriting import Names, substitute, substitute_condition
from symadj.formulas.keys import key
from symadj.terms.index import Index, var
from symadj.terms.nodes import Add, Binder, IndexValue, Mul, Number, Power, Sum, Term

ONE = Fraction(1)


@dataclass(slots=True)
class Monomial:
    """``Σ_binders coefficient · Π atom^exponent``; atoms by their canonical text."""

    coefficient: Fraction = ONE
    atoms: dict[str, tuple[Term, Fraction]] = field(default_factory=dict)
    binders: tuple[Binder, ...] = ()

    def times(self, atom: Term, exponent: Fraction = ONE) -> None:
        """Multiplies by an atom to a power."""
        if isinstance(atom, Number) and exponent.denominator == 1 and (atom.value or exponent.numerator > 0):
            self.coefficient *= atom.value**exponent.numerator
            return
        self.times_known(key(atom), atom, exponent)

    def times_known(self, text: str, atom: Term, exponent: Fraction) -> None:
        """Multiplies by a power of an atom, which is no number, whose text is known."""
        known = self.atoms.get(text)
        total = exponent if known is None else known[1] + exponent
        if total:
            self.atoms[text] = (atom, total)
        else:
            self.atoms.pop(text, None)

    def copy(self) -> Monomial:
        """Another one with the same parts."""
        return Monomial(self.coefficient, dict(self.atoms), self.binders)

    @property
    def bound(self) -> frozenset[str]:
        """The names of the bound indices."""
        return frozenset(b.index for b in self.binders)


def product(left: Monomial, right: Monomial) -> Monomial:
    """``left * right``; their bound indices have different names."""
    result = left.copy()
    if right.coefficient is not ONE:
        result.coefficient *= right.coefficient
    for text, (atom, exponent) in right.atoms.items():
        result.times_known(text, atom, exponent)
    result.binders = left.binders + right.binders
    return result


def flat(term: Term, names: Names) -> Monomial:
    """A term as one monomial; a sum in brackets is an atom of it."""
    result = Monomial()
    _multiply(result, term, ONE, names)
    return result


def _multiply(result: Monomial, term: Term, exponent: Fraction, names: Names) -> None:
    match term:
        case Mul(factors) if exponent.denominator == 1:
            for factor in factors:
                _multiply(result, factor, exponent, names)
        case Power(base, Number(value)) if exponent.denominator == 1 and _mergeable(base, value):
            _multiply(result, base, exponent * value, names)
        case Sum(binder, body) if exponent == 1:
            fresh = names.fresh(binder.index)
            values = {binder.index: var(fresh)}
            condition = None
            if binder.condition is not None:
                condition = substitute_condition(binder.condition, values)
            result.binders += (Binder(fresh, binder.lower, binder.upper, condition),)
            _multiply(result, substitute(body, values), ONE, names)
        case IndexValue(index) if len(index.terms) == 1 and exponent.denominator == 1:
            atoms, coefficient = index.terms[0]
            result.times(Number(Fraction(coefficient)), exponent)
            for atom in atoms:
                result.times(IndexValue(Index((((atom,), 1),))), exponent)
        case Add((single,)):
            _multiply(result, single, exponent, names)
        case _:
            result.times(term, exponent)


def _mergeable(base: Term, value: Fraction) -> bool:
    """``(a*b)**e`` is ``a**e * b**e`` for integers; a root of a product stays whole."""
    return value.denominator == 1 or not isinstance(base, Mul | Power)
