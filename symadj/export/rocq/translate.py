"""Terms of the notation to expressions of a certificate.

Raises ``NotExported`` for what has no counterpart there.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.numerals import fraction
from symadj.export.rocq.syntax import (
    Both,
    Cases,
    Compare,
    Either,
    Expr,
    Formula,
    Function,
    Holds,
    IBin,
    INum,
    InverseSize,
    ITable,
    IVar,
    Nat,
    Negation,
    Num,
    Operator,
    Opposite,
    Plus,
    Raise,
    Ratio,
    Ref,
    SizeOf,
    SumOf,
    Times,
    Truth,
    plus,
    times,
)
from symadj.terms import nodes
from symadj.terms.index import Floor, Index, IndexAtom, IndexMonomial, Lookup, Mod, Size, Var, constant, var
from symadj.terms.nodes import Condition, Term

MOST_EXPONENT = 8
FUNCTIONS = frozenset(
    {"exp", "log", "sin", "cos", "sigmoid", "tanh", "softplus", "arctan", "arcsin", "arccos", "abs", "sign", "relu"},
)


# ------------------------------------------------------------------------------------------------ integers


def natural(index: Index) -> Nat:
    """An integer expression as a natural number: what is added, less what is subtracted.

    The two agree wherever the integer is not negative; where it may be, natural subtraction gives 0: an empty range
    stays empty, and an entry is never read there.
    """
    if not _is_floor(index):
        index = lifted(index)
    added, taken = halves(index)
    if taken is None:
        return added or INum(0)
    return IBin("-", added or INum(0), taken)


def _is_floor(index: Index) -> bool:
    """Whether it is one floor: where its numerator is negative, so is it, and both are 0 as natural numbers."""
    return len(index.terms) == 1 and index.terms[0][1] == 1 and [type(a) for a in index.terms[0][0]] == [Floor]


def lifted(index: Index) -> Index:
    """With no floor or remainder of what may be negative: for a divisor d, ``(a - b) % d = (a + d*b - b) % d`` and
    ``(a - b) // d = (a + d*b - b) // d - b``.

    >>> from symadj.terms.index import remainder, size, var
    >>> str(lifted(remainder(var("i") - var("k"), size("n"))))
    '(n*k + i - k)%n'
    """
    total = constant(0)
    for monomial, coefficient in index.terms:
        product = constant(coefficient)
        for atom in monomial:
            product = product * _lifted(atom)
        total = total + product
    return total


def _lifted(atom: IndexAtom) -> Index:
    if not isinstance(atom, Floor | Mod):
        return Index((((atom,), 1),))
    numerator, divisor = lifted(atom.numerator), lifted(atom.divisor)
    taken = Index(tuple((m, -c) for m, c in numerator.terms if c < 0))
    made = type(atom)(numerator + divisor * taken, divisor)  # not simplified, which would undo it
    whole = Index((((made,), 1),))
    return whole - taken if isinstance(atom, Floor) else whole


def halves(index: Index) -> tuple[Nat | None, Nat | None]:
    """The terms with positive coefficients, and those with negative ones, their signs turned."""
    return _sum([(m, c) for m, c in index.terms if c > 0]), _sum([(m, -c) for m, c in index.terms if c < 0])


def _sum(terms: list[tuple[IndexMonomial, int]]) -> Nat | None:
    total: Nat | None = None
    for monomial, coefficient in terms:
        factors: list[Nat] = [INum(coefficient)] if coefficient != 1 or not monomial else []
        factors += [_atom(a) for a in monomial]
        product = factors[0]
        for factor in factors[1:]:
            product = IBin("*", product, factor)
        total = product if total is None else IBin("+", total, product)
    return total


def _atom(atom: IndexAtom) -> Nat:
    if isinstance(atom, Var | Size):
        return IVar(atom.name)
    if isinstance(atom, Lookup):
        if len(atom.subscripts) > 2:
            raise NotExported(f"the integer tensor {atom.tensor} of rank {len(atom.subscripts)}")
        if not atom.subscripts:
            return IVar(atom.tensor)
        return ITable(atom.tensor, tuple(natural(s) for s in atom.subscripts))
    return IBin("/" if isinstance(atom, Floor) else "%", natural(atom.numerator), natural(atom.divisor))


def condition(part: Condition) -> Formula:
    """A condition on indices. Raises ``NotExported`` for a comparison of entries."""
    match part:
        case nodes.IndexCondition(relation, index):
            return comparison(relation, index)
        case nodes.All(parts):
            return _joined(Both, [condition(p) for p in parts], Truth())
        case nodes.Some(parts):
            return _joined(Either, [condition(p) for p in parts], Negation(Truth()))
        case nodes.Not(inner):
            return Negation(condition(inner))
        case _:
            raise NotExported("a condition on entries")


def comparison(relation: str, index: Index) -> Formula:
    """``index == 0`` or ``index >= 0``, the negative terms on the other side."""
    index = lifted(index)
    alone = sum(c for m, c in index.terms if not m)
    added, taken = halves(index)
    if relation == "==":
        return Compare("==", added or INum(0), taken or INum(0))
    if alone == -1:
        rest, below = halves(index + 1)
        return Compare("<", below or INum(0), rest or INum(0))
    return Compare("<=", taken or INum(0), added or INum(0))


def _joined(kind: type[Both] | type[Either], parts: list[Formula], empty: Formula) -> Formula:
    if not parts:
        return empty
    total = parts[0]
    for part in parts[1:]:
        total = kind(total, part)
    return total


# ------------------------------------------------------------------------------------------------ conditions on entries


def _on_entries(part: Condition) -> bool:
    match part:
        case nodes.All(parts) | nodes.Some(parts):
            return any(_on_entries(p) for p in parts)
        case nodes.Not(inner):
            return _on_entries(inner)
        case _:
            return isinstance(part, nodes.ValueCondition)


def truth(part: Condition) -> Expr:
    """1 where the condition holds, else 0; a < b of entries is ``heaviside (b - a)``."""
    if not _on_entries(part):
        return Holds(condition(part))
    match part:
        case nodes.ValueCondition("<", left, right):
            return Function("heaviside", difference(right, left))
        case nodes.ValueCondition("<=", left, right):
            return _not(Function("heaviside", difference(left, right)))
        case nodes.All(parts):
            return times([truth(p) for p in parts])
        case nodes.Some(parts):
            return _not(times([_not(truth(p)) for p in parts]))
        case nodes.Not(inner):
            return _not(truth(inner))
        case nodes.ValueCondition(_, left, right):
            return Function("iszero", difference(left, right))
        case _:
            raise NotExported("a condition on entries")


def difference(left: Term, right: Term) -> Expr:
    """``left - right``, without a 0."""
    first, second = scalar(left), scalar(right)
    if second == Num(0):
        return first
    return Opposite(second) if first == Num(0) else Plus(first, Opposite(second))


def _not(value: Expr) -> Expr:
    return Plus(Num(1), Opposite(value))


# ------------------------------------------------------------------------------------------------ scalars


def scalar(term: Term) -> Expr:
    """A term as an expression."""
    match term:
        case nodes.Number(value):
            return fraction(value)
        case nodes.IndexValue(index):
            return index_value(index)
        case nodes.Entry(tensor, subscripts):
            return Ref(tensor, tuple(natural(s) for s in subscripts))
        case nodes.Add(terms):
            return plus([scalar(t) for t in terms])
        case nodes.Mul(factors):
            return _product(factors)
        case nodes.Power(base, exponent):
            return _power(base, exponent)
        case nodes.Sum(binder, body):
            return _sum_of(binder, scalar(body))
        case nodes.Constant("pi"):
            return Function("pi", Num(0))  # a constant function
        case nodes.Indicator(part):
            return truth(part)
        case nodes.Select(part, then, otherwise):
            if not _on_entries(part):
                return Cases(condition(part), scalar(then), scalar(otherwise))
            holds = truth(part)
            return Plus(Times(holds, scalar(then)), Times(_not(holds), scalar(otherwise)))
        case nodes.Call(function, arguments):
            return _call(function, arguments)
        case nodes.Inverse(tensor, subscripts):
            *stack, row, column = (natural(s) for s in subscripts)
            return _of_matrix("inverse", tensor, tuple(stack), (row, column))
        case nodes.Determinant(tensor, subscripts):
            return _of_matrix("determinant", tensor, tuple(natural(s) for s in subscripts), ())
        case nodes.Extremum(kind, binder, body):
            return _extremum_of(kind, binder, scalar(body))
        case nodes.Product(binder, body):
            return _product_of(binder, scalar(body))
        case nodes.Apply(function, (order,), (argument,)):
            return Function(f"{function}'{order}", scalar(argument))
        case _:
            raise NotExported(_CONSTRUCTS.get(type(term).__name__, type(term).__name__))


_CONSTRUCTS = {
    "Constant": "the constant 1j",
    "Apply": "an unknown function of several arguments",
}


def index_value(index: Index) -> Expr:
    """An integer expression as a scalar; a difference is one of scalars, since it may be negative."""
    terms: list[Expr] = []
    for monomial, coefficient in lifted(index).terms:
        part = natural(Index(((monomial, abs(coefficient)),)))
        value: Expr = fraction(Fraction(part.value)) if isinstance(part, INum) else SizeOf(part)
        terms.append(value if coefficient > 0 else Opposite(value))
    return plus(terms)


def _product(factors: tuple[Term, ...]) -> Expr:
    first = factors[0]
    if isinstance(first, nodes.Number) and first.value < 0:
        rest = nodes.mul(nodes.Number(-first.value), *factors[1:])
        return Opposite(scalar(rest))
    return times([scalar(f) for f in factors])


def _power(base: Term, exponent: Term) -> Expr:
    if not isinstance(exponent, nodes.Number):
        if isinstance(exponent, nodes.IndexValue):
            return Operator("product", ROW, COLUMN, natural(exponent.index), scalar(base))
        return Function("exp", Times(scalar(exponent), Function("log", scalar(base))))
    value = exponent.value
    if value.denominator == 1 and value >= 0:
        if value > MOST_EXPONENT:
            raise NotExported(f"an exponent above {MOST_EXPONENT}")
        return Num(1) if value == 0 else scalar(base) if value == 1 else Raise(scalar(base), int(value))
    if value.denominator == 1 and value >= -MOST_EXPONENT:
        inverse = _inverse(base)
        return inverse if value == -1 else Raise(inverse, int(-value))
    if value.denominator == 2:
        root = Function("sqrt", scalar(base))
        count = abs(value.numerator)
        if count > MOST_EXPONENT:
            raise NotExported(f"an exponent above {MOST_EXPONENT}")
        rooted: Expr = root if value > 0 else Function("rsqrt", root.argument)
        return rooted if count == 1 else Raise(rooted, count)
    return Function("exp", Times(fraction(value), Function("log", scalar(base))))


def _inverse(base: Term) -> Expr:
    if isinstance(base, nodes.IndexValue):
        added, taken = halves(lifted(base.index))
        if taken is not None and (added is None or taken != INum(1) or base.index.variables()):
            raise NotExported("one over a difference that may be negative")
        return InverseSize(natural(base.index))
    if isinstance(base, nodes.Mul):
        return times([scalar(nodes.divide(nodes.ONE_TERM, f)) for f in base.factors])
    if isinstance(base, nodes.Power) and base.exponent == nodes.Number(Fraction(1, 2)):
        return Function("rsqrt", scalar(base.base))
    if isinstance(base, nodes.Power) and isinstance(base.exponent, nodes.Number) and base.exponent.value > 0:
        return scalar(nodes.Power(base.base, nodes.Number(-base.exponent.value)))
    return Function("inv", scalar(base))


def _sum_of(binder: nodes.Binder, body: Expr) -> Expr:
    guards: list[Formula] = []
    if binder.condition is not None and _on_entries(binder.condition):
        body = Times(truth(binder.condition), body)
        binder = nodes.Binder(binder.index, binder.lower, binder.upper)
    if binder.lower.terms:
        guards.append(Compare("<=", natural(binder.lower), IVar(binder.index)))
    if binder.condition is not None:
        guards.append(condition(binder.condition))
    return SumOf(binder.index, natural(binder.upper), _joined(Both, guards, Truth()), body)


ROW, COLUMN = "r'", "s'"


def axis(tensor: str) -> str:
    """The name that stands for the length of the last axis of a tensor, until a program puts it in."""
    return f"{tensor}'axis"


def _of_matrix(
    name: Literal["inverse", "determinant"], tensor: str, stack: tuple[Nat, ...], at: tuple[Nat, ...]
) -> Expr:
    entry = Ref(tensor, (*stack, IVar(ROW), IVar(COLUMN)))
    return Operator(name, ROW, COLUMN, IVar(axis(tensor)), entry, at)


def _product_of(binder: nodes.Binder, body: Expr) -> Expr:
    """A product over a whole range: where an index is left out, or a condition does not hold, the factor is 1."""
    conditions = [] if binder.condition is None else _conjuncts(binder.condition)
    if binder.lower.terms:
        body = Cases(Compare("<=", natural(binder.lower), IVar(binder.index)), body, Num(1))
    for part in sorted(conditions, key=lambda c: _left_out(c, binder.index) is not None):
        other = _left_out(part, binder.index)
        where = condition(part) if other is None else Negation(Compare("==", IVar(binder.index), natural(other)))
        body = Cases(where, body, Num(1))
    return Operator("product", binder.index, COLUMN, natural(binder.upper), body)


def _extremum_of(kind: str, binder: nodes.Binder, body: Expr) -> Expr:
    if binder.lower.terms or binder.condition is not None:
        raise NotExported("a maximum or minimum over a part of a range")
    if kind == "max":
        return Operator("maximum", binder.index, COLUMN, natural(binder.upper), body)
    return Opposite(Operator("maximum", binder.index, COLUMN, natural(binder.upper), Opposite(body)))


def _conjuncts(part: Condition) -> list[Condition]:
    return [c for p in part.parts for c in _conjuncts(p)] if isinstance(part, nodes.All) else [part]


def _left_out(part: Condition, index: str) -> Index | None:
    """What the index is said not to be."""
    match part:
        case nodes.Not(nodes.IndexCondition("==", difference)):
            for sign in (1, -1):
                other = var(index) - sign * difference
                if index not in other.variables():
                    return other
    return None


def _call(function: str, arguments: tuple[Term, ...]) -> Expr:
    if function in {"maximum", "minimum"}:
        first, second = (scalar(a) for a in arguments)
        if function == "minimum":
            return Plus(first, Opposite(Function("relu", difference(*arguments))))
        if second == Num(0):
            return Function("relu", first)
        return Plus(second, Function("relu", difference(*arguments)))
    if function in FUNCTIONS:
        return Function(function, scalar(arguments[0]))
    if function in {"sinh", "cosh"}:
        rising, falling = Function("exp", scalar(arguments[0])), Function("exp", Opposite(scalar(arguments[0])))
        return Times(Ratio(1, 2), plus([rising, falling if function == "cosh" else Opposite(falling)]))
    if function == "tan":
        argument = scalar(arguments[0])
        return Times(Function("sin", argument), Function("inv", Function("cos", argument)))
    raise NotExported(f"the function {function}")
