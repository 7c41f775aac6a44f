"""Derived lines as sympy expressions: Sum, Indexed, KroneckerDelta."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symadj.errors import Unsupported
from symadj.terms.index import Floor, Index, Lookup, Mod, Size, Var
from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Entry,
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
)
from symadj.terms.statement import Let

_FUNCTIONS: Mapping[str, str] = {
    "abs": "Abs", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "conj": "conjugate", "real": "re", "imag": "im",
    "maximum": "Max", "minimum": "Min",
}  # fmt: skip


def equation(let: Let) -> Any:
    """``Eq(dW[i, j], dy[i]*x[j])``.

    Raises ``Unsupported`` for what sympy has no plain form of: maxima over an index, inverses, gathered subscripts.
    """
    import sympy

    names = tuple(Index((((Var(i),), 1),)) for i in let.indices)
    return sympy.Eq(_term(Entry(let.name, names)), _term(let.body), evaluate=False)


def _term(term: Term) -> Any:
    import sympy

    match term:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Constant(name):
            return sympy.pi if name == "pi" else sympy.I
        case IndexValue(index):
            return _index(index)
        case Entry(tensor, ()):
            return sympy.Symbol(tensor)
        case Entry(tensor, subscripts):
            return sympy.Indexed(sympy.IndexedBase(tensor), *map(_index, subscripts))
        case Add(terms):
            return sympy.Add(*map(_term, terms))
        case Mul(factors):
            return sympy.Mul(*map(_term, factors))
        case Power(base, exponent):
            return sympy.Pow(_term(base), _term(exponent))
        case Call("sigmoid", (argument,)):
            return 1 / (1 + sympy.exp(-_term(argument)))
        case Call("softplus", (argument,)):
            return sympy.log(1 + sympy.exp(_term(argument)))
        case Call("relu", (argument,)):
            return sympy.Max(_term(argument), 0)
        case Call(function, arguments):
            return getattr(sympy, _FUNCTIONS.get(function, function))(*map(_term, arguments))
        case Apply(function, orders, arguments) if not any(orders):
            return sympy.Function(function)(*map(_term, arguments))
        case Sum(binder, body):
            return sympy.Sum(_guarded(binder, body, 0), _range(binder))
        case Product(binder, body):
            return sympy.Product(_guarded(binder, body, 1), _range(binder))
        case Indicator(condition):
            return _indicator(condition)
        case Select(condition, then, otherwise):
            return sympy.Piecewise((_term(then), _condition(condition)), (_term(otherwise), True))
        case Extremum() | _:
            raise Unsupported(f"sympy has no form of {type(term).__name__.lower()} here")


def _range(binder: Binder) -> tuple[Any, Any, Any]:
    return _symbol(binder.index), _index(binder.lower), _index(binder.upper) - 1


def _guarded(binder: Binder, body: Term, otherwise: int) -> Any:
    import sympy

    if binder.condition is None:
        return _term(body)
    return sympy.Piecewise((_term(body), _condition(binder.condition)), (otherwise, True))


def _symbol(name: str) -> Any:
    import sympy

    return sympy.Symbol(name, integer=True)


def _index(index: Index) -> Any:
    import sympy

    total = sympy.Integer(0)
    for monomial, coefficient in index.terms:
        total += coefficient * sympy.Mul(*map(_atom, monomial))
    return total


def _atom(atom: object) -> Any:
    import sympy

    match atom:
        case Var(name) | Size(name):
            return _symbol(name)
        case Floor(numerator, divisor):
            return sympy.floor(_index(numerator) / _index(divisor))
        case Mod(numerator, divisor):
            return sympy.Mod(_index(numerator), _index(divisor))
        case Lookup(tensor, subscripts):
            return sympy.Indexed(sympy.IndexedBase(tensor, integer=True), *map(_index, subscripts))
        case _:
            raise Unsupported(f"an unknown integer: {atom}")


def _indicator(condition: Condition) -> Any:
    import sympy

    if isinstance(condition, IndexCondition) and condition.relation == "==":
        positive = Index(tuple((m, c) for m, c in condition.index.terms if c > 0))
        negative = Index(tuple((m, -c) for m, c in condition.index.terms if c < 0))
        return sympy.KroneckerDelta(_index(positive), _index(negative))
    return sympy.Piecewise((1, _condition(condition)), (0, True))


def _condition(condition: Condition) -> Any:
    import sympy

    match condition:
        case IndexCondition("==", index):
            return sympy.Eq(_index(index), 0)
        case IndexCondition(_, index):
            return sympy.Ge(_index(index), 0)
        case ValueCondition("==", left, right):
            return sympy.Eq(_term(left), _term(right))
        case ValueCondition("<", left, right):
            return sympy.Lt(_term(left), _term(right))
        case ValueCondition(_, left, right):
            return sympy.Le(_term(left), _term(right))
        case All(parts):
            return sympy.And(*map(_condition, parts))
        case Some(parts):
            return sympy.Or(*map(_condition, parts))
        case Not(part):
            return sympy.Not(_condition(part))
