"""Terms into polynomials, and lets into value numbers.

A let's body is normalised once, with its own indices as free variables, and abstracted to ``@0, @1, …`` in the order
of its axes. The key of a let is its shape and that polynomial: lets with equal keys share one head, in whichever
program they stand. An entry of a let is an atom of that head, unless the let is an *alias*: a single entry or
function value (``h = tanh(z)``), a number, or zero, which is put in place. Nothing else is inlined here; ``unfold``
does, where a difference is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from symadj.errors import NoValue, Unsupported
from symadj.normal.algebra import add, add_into, factor_poly, multiply, number_poly, scale, subtract
from symadj.normal.environment import Environment, Value
from symadj.normal.folds import fold
from symadj.normal.functions import call, exponential, function_atom, logarithm
from symadj.normal.integer_powers import integer_power
from symadj.normal.integers import tidy
from symadj.normal.leaves import guard, index_value
from symadj.normal.matrices import matrix_atom
from symadj.normal.powers import raise_to
from symadj.normal.rules import settle
from symadj.normal.signs import positive, zero
from symadj.normal.store import UNIT, Argument, Head, Poly, Store, as_argument, monomial_factors, poly_key
from symadj.normal.substitution import at_axes
from symadj.normal.sums import bind
from symadj.normal.unfold import poly_heads, rebuild
from symadj.terms.choices import integer_comparison
from symadj.terms.index import ZERO, Index, var
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
)
from symadj.terms.statement import Let

MAX_DEPTH = 200
STAGE = 100_000


def add_let(env: Environment, let: Let) -> Value:
    """Normalise a let and give it its value number in the environment."""
    value = define(env, let)
    env.values[let.name] = value
    return value


def define(env: Environment, let: Let) -> Value:
    """The value of a let: an alias, or the head of its value number."""
    store = env.store
    body = let_body(env, let)
    if _is_alias(store, body):
        return Value(let.shape, alias=body)
    head = store.head("let", "", (poly_key(body),), let.shape)
    if head.body is None:
        head.body = body
        head.name = let.name
        head.shape = let.shape
        # Backward lines come after all forward ones, also those that read no forward line: they are unfolded first.
        head.depth = 1 + max((h.depth for h in _let_heads(store, body)), default=0)
        head.depth = max(head.depth, env.stage * STAGE)
    return Value(let.shape, head)


def let_body(env: Environment, let: Let) -> Poly:
    """The normal form of a let's body, in ``$k`` for its indices."""
    store = env.store
    if not let.indices:
        return normalize(env, let.body)
    outer, saved = env.names, dict(store.ranges)
    env.names = {i: var(f"${k}") for k, i in enumerate(let.indices)}
    store.ranges.update({f"${k}": (ZERO, n) for k, n in enumerate(let.shape)})
    try:
        return normalize(env, let.body)
    finally:
        env.names = outer
        store.ranges.clear()
        store.ranges.update(saved)


def _let_heads(store: Store, body: Poly) -> list[Head]:
    return [h for n in poly_heads(store, body) if (h := store.head_list[n]).kind == "let"]


def _is_alias(store: Store, body: Poly) -> bool:
    if not body or set(body) == {UNIT}:
        return True
    if len(body) != 1:
        return False
    ((monomial, coefficient),) = body.items()
    return coefficient == 1 and len(monomial) == 1 and not store.factors[monomial[0][0]].is_component


def normalize(env: Environment, term: Term, depth: int = 0) -> Poly:
    """The normal form of a term whose free index variables have their ranges in ``env.store.ranges``.

    Raises ``Unsupported`` for what has no normal form, ``BudgetExceeded`` past the store's budget.
    """
    if depth > MAX_DEPTH:
        raise Unsupported(f"an expression nested more than {MAX_DEPTH} deep")
    return _NORMALIZERS[type(term)](env, term, depth + 1)


def _product(env: Environment, term: Mul, depth: int) -> Poly:
    total: Poly = {UNIT: 1}
    for factor in term.factors:
        total = multiply(env.store, total, normalize(env, factor, depth))
        if not total:
            break
    return total


def _total(env: Environment, term: Add, depth: int) -> Poly:
    total: Poly = {}
    for part in term.terms:
        add_into(total, normalize(env, part, depth))
    return total


def _select(env: Environment, term: Select, depth: int) -> Poly:
    """``a if c else b = c·a + (1 − c)·b``; a branch whose condition is decided away is not read."""
    store = env.store
    case = indicator(env, term.condition, depth)
    then = _guarded(env, term.condition, normalize(env, term.then, depth), depth) if case else {}
    if case == {UNIT: 1}:
        return then
    otherwise = normalize(env, term.otherwise, depth)
    return add(then, otherwise, scale(multiply(store, case, otherwise), -1))


def _constant(env: Environment, term: Constant, _depth: int) -> Poly:
    kind = "imaginary" if term.name == "1j" else "constant"
    return factor_poly(env.store.atom(env.store.head(kind, term.name), ()))


def _apply(env: Environment, term: Apply, depth: int) -> Poly:
    arguments = tuple(normalize(env, a, depth) for a in term.arguments)
    return function_atom(env.store, f"{term.function}{term.orders}", arguments)


def _call(env: Environment, term: Call, depth: int) -> Poly:
    return call(env.store, term.function, tuple(normalize(env, a, depth) for a in term.arguments))


_NORMALIZERS: dict[type, Callable[[Environment, Any, int], Poly]] = {
    Number: lambda env, term, depth: number_poly(term.value),
    Entry: lambda env, term, depth: entry(env, term.tensor, term.subscripts),
    Mul: _product,
    Add: _total,
    Sum: lambda env, term, depth: _sum(env, term.binder, term.body, depth),
    Power: lambda env, term, depth: _power(env, normalize(env, term.base, depth), term.exponent, depth),
    IndexValue: lambda env, term, depth: index_value(env.store, term.index.substitute(env.names)),
    Call: _call,
    Indicator: lambda env, term, depth: indicator(env, term.condition, depth),
    Select: _select,
    Constant: _constant,
    Apply: _apply,
    Product: lambda env, term, depth: _fold(env, "prod", term.binder, term.body, depth),
    Extremum: lambda env, term, depth: _fold(env, term.kind, term.binder, term.body, depth),
    Inverse: lambda env, term, depth: _matrix(env, "inverse", term.tensor, term.subscripts),
    Determinant: lambda env, term, depth: _matrix(env, "determinant", term.tensor, term.subscripts),
}


def entry(env: Environment, tensor: str, subscripts: tuple[Index, ...]) -> Poly:
    """An entry of a tensor or a let."""
    value = env.lookup(tensor)
    arguments = _arguments(env, subscripts)
    if value.alias is not None:
        return at_axes(env.store, value.alias, arguments)
    if value.head is None:
        raise KeyError(tensor)
    atom = env.store.atom(value.head, arguments)
    return env.store.settle(env.store, {atom.number: 1}, 1) if atom.special else {((atom.number, 1),): 1}


def _arguments(env: Environment, subscripts: tuple[Index, ...]) -> tuple[Argument, ...]:
    found: list[Argument] = []
    for subscript in subscripts:
        name = subscript.variable
        if name is not None:
            renamed = env.names.get(name)
            found.append(name if renamed is None else as_argument(renamed))
        else:
            index = subscript.substitute(env.names)
            found.append(as_argument(tidy(env.store, index)))
    return tuple(found)


def _sum(env: Environment, binder: Binder, body: Term, depth: int) -> Poly:
    store = env.store
    saved = store.ranges.get(binder.index)
    ends = binder.lower.substitute(env.names), binder.upper.substitute(env.names)
    store.ranges[binder.index] = ends
    inner = normalize(env, body, depth + 1)
    if binder.condition is not None and inner:
        inner = _guarded(env, binder.condition, inner, depth + 1)
    result = bind(store, inner, binder.index, *ends)
    if saved is None:
        store.ranges.pop(binder.index, None)
    else:
        store.ranges[binder.index] = saved
    return result


def _power(env: Environment, base: Poly, exponent: Term, depth: int) -> Poly:
    store = env.store
    if isinstance(exponent, Number):
        value = exponent.value
        return raise_to(store, base, value.numerator if value.denominator == 1 else value)
    if isinstance(exponent, IndexValue):
        return integer_power(store, base, exponent.index.substitute(env.names))
    poly = normalize(env, exponent, depth + 1)
    if set(poly) <= {UNIT}:
        return raise_to(store, base, poly.get(UNIT, 0))
    constant = poly.get(UNIT, 0)
    rest = {m: c for m, c in poly.items() if m != UNIT}
    # x**(p − 1) = x**p / x, and x**p = exp(p·log x): the base of a power that is not whole is positive by hypothesis.
    symbolic = exponential(store, multiply(store, rest, logarithm(store, base)))
    return multiply(store, symbolic, raise_to(store, base, constant)) if constant else symbolic


def _fold(env: Environment, kind: str, binder: Binder, body: Term, depth: int) -> Poly:
    """A product or an extremum over a range: an atom of its body, with the bound variable in its place."""
    store = env.store
    saved = store.ranges.get(binder.index)
    ends = binder.lower.substitute(env.names), binder.upper.substitute(env.names)
    store.ranges[binder.index] = ends
    inner = normalize(env, body, depth + 1)
    case: Poly = {UNIT: 1} if binder.condition is None else indicator(env, binder.condition, depth + 1)
    result = fold(store, kind, inner, case, ((binder.index, ends),))
    if saved is None:
        store.ranges.pop(binder.index, None)
    else:
        store.ranges[binder.index] = saved
    return result


def _matrix(env: Environment, kind: str, tensor: str, subscripts: tuple[Index, ...]) -> Poly:
    store = env.store
    value = env.lookup(tensor)
    if value.alias is not None:
        body = value.alias
    elif value.head is not None:
        body = factor_poly(store.atom(value.head, tuple(f"${k}" for k in range(len(value.shape)))))
    else:
        raise KeyError(tensor)
    return matrix_atom(store, kind, body, _arguments(env, subscripts), value.shape)


def _guarded(env: Environment, condition: Condition, value: Poly, depth: int) -> Poly:
    """The value where the condition holds, else 0.

    Where ``i != j`` keeps a value from being taken that has none at i = j, ``1 − [i == j]`` would take it: there the
    condition is read as ``i < j`` or ``i > j``.
    """
    try:
        return multiply(env.store, indicator(env, condition, depth), value)
    except NoValue:
        env.apart = True
        try:
            return multiply(env.store, indicator(env, condition, depth), value)
        finally:
            env.apart = False


def indicator(env: Environment, condition: Condition, depth: int = 0) -> Poly:
    """The condition as a 0/1 polynomial."""
    store = env.store
    match condition:
        case IndexCondition(relation, index):
            return guard(store, "equal" if relation == "==" else "atleast", index.substitute(env.names))
        case ValueCondition(relation, left, right):
            of_integers = integer_comparison(condition)
            if of_integers is not None:
                return indicator(env, of_integers, depth)
            gap = subtract(normalize(env, right, depth + 1), normalize(env, left, depth + 1))
            if relation == "==":
                return zero(store, gap)
            above = positive(store, gap)
            return add(above, zero(store, gap)) if relation == "<=" else above
        case All(parts):
            total: Poly = {UNIT: 1}
            for part in parts:
                total = multiply(store, total, indicator(env, part, depth + 1))
            return total
        case Some(parts):
            none: Poly = {UNIT: 1}
            for part in parts:
                none = multiply(store, none, subtract({UNIT: 1}, indicator(env, part, depth + 1)))
            return subtract({UNIT: 1}, none)
        case Not(IndexCondition("==", index)) if env.apart:
            difference = index.substitute(env.names)
            return add(guard(store, "atleast", difference - 1), guard(store, "atleast", -difference - 1))
        case Not(part):
            return subtract({UNIT: 1}, indicator(env, part, depth + 1))


def new_store(
    *,
    budget: int = 400_000,
    is_complex: bool = False,
    minimum: Mapping[str, int] | None = None,
    deadline: float | None = None,
) -> Store:
    """A store for one proof."""
    return Store(bind, raise_to, rebuild, settle, budget, is_complex, dict(minimum or {}), deadline)


__all__ = ["add_let", "define", "indicator", "monomial_factors", "new_store", "normalize", "scale"]
