"""Terms to Python closures, once for all sizes and entries.

A closure takes a *frame*: one list that holds the sizes, the current values of the index variables, and the tensors
(``Array``), each in its slot. The closures only use ``+ - *`` and the functions of ``numbers``, so that the same ones
compute with rationals, intervals, floats, and the dual numbers over each.

Guards are Python's: a ``Select`` reads only the branch it takes, ``and`` and ``or`` stop at the first part that
decides; a 0/1 factor guards nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from symadj.errors import Unsupported
from symadj.oracle.frames import FUNCTIONS, Closure, Frame, IndexCompiler, check_range, spend
from symadj.oracle.functions import call, rational_power, real_power
from symadj.oracle.matrices import determinant, inverse
from symadj.oracle.modes import exact_mode
from symadj.oracle.numbers import integer_power, reciprocal
from symadj.terms.index import Index
from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
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
    walk,
)


class Compiler(IndexCompiler):
    """Compiles conditions and terms."""

    # -------------------------------------------------------------------------------------------- conditions

    def condition(self, condition: Condition) -> Closure:
        """A condition: a closure that gives a ``bool`` (in a domain of expressions, perhaps a condition)."""
        match condition:
            case IndexCondition(relation, index):
                number = self.index(index)
                return (lambda e: number(e) == 0) if relation == "==" else (lambda e: number(e) >= 0)
            case ValueCondition(relation, left, right):
                first, second, compare = self.term(left), self.term(right), self.mode.compare
                return lambda e: compare(relation, first(e), second(e))
            case Not(part):
                inner, select = self.condition(part), self.mode.select

                def negated(e: Frame) -> Any:
                    holds = inner(e)
                    return not holds if isinstance(holds, bool) else select(holds, False, True)

                return negated
            case All(parts):
                return self._connected(parts, stop=False)
            case Some(parts):
                return self._connected(parts, stop=True)

    def _connected(self, parts: Iterable[Condition], stop: bool) -> Closure:
        """``and`` (stops at the first False) or ``or`` (stops at the first True)."""
        closures, select = [self.condition(p) for p in parts], self.mode.select

        def connected(e: Frame) -> Any:
            open_parts = []
            for closure in closures:
                holds = closure(e)
                if not isinstance(holds, bool):
                    open_parts.append(holds)
                elif holds is stop:
                    return stop
            result: Any = not stop
            for part in reversed(open_parts):
                result = select(part, True, result) if stop else select(part, result, False)
            return result

        return connected

    # -------------------------------------------------------------------------------------------- terms

    def term(self, term: Term) -> Closure:
        """A scalar term."""
        match term:
            case Number(value):
                number = self.mode.lift(value)
                return lambda e: number
            case Constant(name):
                if name == "pi":
                    pi = self.mode.pi
                    return lambda e: pi()
                imaginary = self.mode.imaginary
                return lambda e: imaginary
            case IndexValue(index):
                integer, lift = self.index(index), self.mode.lift
                return integer if self.mode.name == "exact" else (lambda e: lift(integer(e)))
            case Entry(tensor, subscripts):
                return self.entry(tensor, subscripts)
            case Add(terms):
                return _sum_of([self.term(t) for t in terms])
            case Mul(factors):
                return self._product_of(factors)
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call(function, arguments):
                return self._call(function, [self.term(a) for a in arguments])
            case Apply(function, orders, arguments):
                inner = [self.term(a) for a in arguments]
                return lambda e: e[FUNCTIONS][function].apply(orders, [a(e) for a in inner])
            case Sum(binder, body):
                return self._sum(binder, body)
            case Product(binder, body):
                return self._product(binder, body)
            case Extremum(kind, _, _):
                collect, choose = self._candidates(term, kind), self.mode.extremum
                greatest = kind == "max"
                return lambda e: choose(collect(e), greatest)
            case Indicator(condition):
                one, zero = (_constant(self.mode.lift(value)) for value in (1, 0))
                return self._select(self.condition(condition), one, zero)
            case Select(condition, then, otherwise):
                return self._select(self.condition(condition), self.term(then), self.term(otherwise))
            case Inverse(tensor, subscripts):
                return self._inverse(tensor, subscripts)
            case Determinant(tensor, subscripts):
                return self._determinant(tensor, subscripts)

    def _product_of(self, factors: tuple[Term, ...]) -> Closure:
        if factors[0] == Number(Fraction(-1)) and len(factors) > 1:
            positive = self._product_of(factors[1:])
            return lambda e: -positive(e)
        closures = [self.term(f) for f in factors]
        if len(closures) == 1:
            return closures[0]
        if len(closures) == 2:
            first, second = closures
            return lambda e: first(e) * second(e)
        head, *rest = closures

        def product(e: Frame) -> Any:
            result = head(e)
            for factor in rest:
                result = result * factor(e)
            return result

        return product

    def _power(self, base: Term, exponent: Term) -> Closure:
        inner, over_complex = self.term(base), self.mode.over_complex
        if isinstance(exponent, Number):
            value = exponent.value
            if value == -1:
                return lambda e: reciprocal(inner(e))
            if value.denominator == 1:
                integer = value.numerator
                return lambda e: integer_power(inner(e), integer)
            return lambda e: rational_power(inner(e), value, over_complex)
        if any(isinstance(t, Entry | Apply | Inverse | Determinant) for t in walk(exponent)):
            symbolic = self.term(exponent)
            return lambda e: real_power(inner(e), symbolic(e), over_complex)
        plain = Compiler(exact_mode(over_complex))
        plain.slots = self.slots
        of_sizes, symbolic = plain.term(exponent), self.term(exponent)

        def power(e: Frame) -> Any:
            value = of_sizes(e)
            if isinstance(value, int | Fraction) and value.denominator == 1:
                return integer_power(inner(e), value.numerator)
            if isinstance(value, Fraction):
                return rational_power(inner(e), value, over_complex)
            return real_power(inner(e), symbolic(e), over_complex)

        return power

    def _call(self, function: str, arguments: list[Closure]) -> Closure:
        choose, zero = self.mode.extremum, self.mode.lift(0)
        if function == "relu":
            (only,) = arguments
            return lambda e: choose([only(e), zero], True)
        if function in ("maximum", "minimum"):
            greatest = function == "maximum"
            return lambda e: choose([a(e) for a in arguments], greatest)
        if len(arguments) != 1:
            raise Unsupported(f"the function {function} of {len(arguments)} arguments")
        (inner,) = arguments
        return lambda e: call(function, inner(e))

    def _select(self, condition: Closure, then: Closure, otherwise: Closure) -> Closure:
        select = self.mode.select

        def selection(e: Frame) -> Any:
            holds = condition(e)
            if holds is True:
                return then(e)
            return otherwise(e) if holds is False else select(holds, then(e), otherwise(e))

        return selection

    # -------------------------------------------------------------------------------------------- loops

    def _range(self, binder: Binder) -> Callable[[Frame], range]:
        """The binder's range; each of its values counts as a step of the budget."""
        lower, upper = self.index(binder.lower), self.index(binder.upper)

        def bounds(e: Frame) -> range:
            start, stop = lower(e), upper(e)
            if stop > start:
                spend(e, stop - start)
            return range(start, stop)

        return bounds

    def _guarded(self, binder: Binder, body: Term, neutral: Any) -> Closure:
        """The body, or the neutral number where the binder's condition does not hold."""
        inner = self.term(body)
        if binder.condition is None:
            return inner
        return self._select(self.condition(binder.condition), inner, _constant(neutral))

    def _sum(self, binder: Binder, body: Term) -> Closure:
        zero = self.mode.lift(0)  # of the mode's own numbers, for the functions of an empty sum
        bounds, inner, slot = self._range(binder), self._guarded(binder, body, zero), self.slot("index", binder.index)

        def total(e: Frame) -> Any:
            result: Any = zero
            for e[slot] in bounds(e):  # noqa: B020  the target is a slot of the frame
                result = result + inner(e)
            return result

        return total

    def _product(self, binder: Binder, body: Term) -> Closure:
        one = self.mode.lift(1)
        bounds, inner, slot = self._range(binder), self._guarded(binder, body, one), self.slot("index", binder.index)

        def product(e: Frame) -> Any:
            result: Any = one
            for e[slot] in bounds(e):  # noqa: B020
                result = result * inner(e)
            return result

        return product

    def _candidates(self, term: Term, kind: str) -> Callable[[Frame], list[Any]]:
        """All values of nested maxima (or minima) of one kind: a tie below the top is none."""
        if not (isinstance(term, Extremum) and term.kind == kind):
            single = self.term(term)
            return lambda e: [single(e)]
        binder = term.binder
        bounds, inner, slot = self._range(binder), self._candidates(term.body, kind), self.slot("index", binder.index)
        condition = self.condition(binder.condition) if binder.condition is not None else _constant(True)

        def candidates(e: Frame) -> list[Any]:
            values: list[Any] = []
            for e[slot] in bounds(e):  # noqa: B020
                holds = condition(e)
                if not isinstance(holds, bool):
                    raise Unsupported("a maximum over a condition on entries")
                if holds:
                    values += inner(e)
            return values

        return candidates

    # -------------------------------------------------------------------------------------------- matrices

    def _inverse(self, tensor: str, subscripts: tuple[Index, ...]) -> Closure:
        slot, places = self.slot("tensor", tensor), [self.index(s) for s in subscripts]

        def entry(e: Frame) -> Any:
            a, at = e[slot], tuple(p(e) for p in places)
            check_range(tensor, at, a.shape)
            *stack, row, column = at
            key = tuple(stack)
            if key not in a.inverses:
                a.inverses[key] = inverse(a.matrix(key))
            return a.inverses[key][row][column]

        return entry

    def _determinant(self, tensor: str, subscripts: tuple[Index, ...]) -> Closure:
        slot, places = self.slot("tensor", tensor), [self.index(s) for s in subscripts]

        def value(e: Frame) -> Any:
            a, key = e[slot], tuple(p(e) for p in places)
            check_range(tensor, key, a.shape[:-2])
            if key not in a.determinants:
                a.determinants[key] = determinant(a.matrix(key))
            return a.determinants[key]

        return value


def _constant(value: Any) -> Closure:
    return lambda e: value


def _sum_of(closures: list[Closure]) -> Closure:
    if len(closures) == 2:
        first, second = closures
        return lambda e: first(e) + second(e)

    def total(e: Frame) -> Any:
        result: Any = 0
        for closure in closures:
            result = result + closure(e)
        return result

    return total
