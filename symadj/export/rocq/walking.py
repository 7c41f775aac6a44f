"""Passes over expressions: what stands in them, and references renamed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

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
    InverseSize,
    ITable,
    IVar,
    Nat,
    Negation,
    Operator,
    Opposite,
    Plus,
    Raise,
    Ratio,
    Ref,
    SizeOf,
    SumOf,
    Times,
    children,
)


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and every one inside it, outside in, from the left."""
    stack = [expr]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(reversed(children(part)))


def references(expr: Expr) -> list[str]:
    """The names of the tensors and lines in it, each once, in order."""
    return list(dict.fromkeys(part.name for part in walk(expr) if isinstance(part, Ref)))


def divides(expr: Expr) -> bool:
    """Whether an integer is divided by."""
    return any(isinstance(part, Ratio | InverseSize) for part in walk(expr))


def functions(expr: Expr) -> set[str]:
    """The names of the functions of the reals, and of the operators, in it."""
    return {part.name for part in walk(expr) if isinstance(part, Function | Operator)}


def free_indices(expr: Expr) -> list[str]:
    """The names of indices and sizes in it that no sum in it binds, each once, in order."""
    found: dict[str, None] = {}
    _free(expr, frozenset(), found)
    return list(found)


def _free(expr: Expr, bound: frozenset[str], found: dict[str, None]) -> None:
    if isinstance(expr, SumOf):
        _note([expr.bound], bound, found)
        inside = bound | {expr.index}
        _note(_compared(expr.guard), inside, found)
        _free(expr.body, inside, found)
        return
    if isinstance(expr, Operator):
        _note([*expr.arguments, expr.size], bound, found)
        _free(expr.body, bound | {expr.row, expr.column}, found)
        return
    _note(_own_naturals(expr), bound, found)
    for part in children(expr):
        _free(part, bound, found)


def _note(terms: Iterable[Nat], bound: frozenset[str], found: dict[str, None]) -> None:
    for term in terms:
        for part in parts(term):
            if isinstance(part, IVar) and part.name not in bound:
                found.setdefault(part.name)


def naturals(expr: Expr) -> Iterator[Nat]:
    """The natural numbers of its subscripts, ranges, conditions and sizes."""
    for part in walk(expr):
        yield from _own_naturals(part)


def _own_naturals(expr: Expr) -> Iterator[Nat]:
    match expr:
        case Ref(_, arguments):
            yield from arguments
        case SizeOf(value) | InverseSize(value):
            yield value
        case Holds(formula) | Cases(formula, _, _):
            yield from _compared(formula)
        case SumOf(_, bound, guard, _):
            yield bound
            yield from _compared(guard)
        case Operator(size=size, arguments=arguments):
            yield from (size, *arguments)
        case _:
            pass


def parts(term: Nat) -> Iterator[Nat]:
    """The natural number and those inside it."""
    yield term
    if isinstance(term, IBin):
        yield from parts(term.left)
        yield from parts(term.right)
    elif isinstance(term, ITable):
        for argument in term.arguments:
            yield from parts(argument)


def _compared(formula: Formula) -> Iterator[Nat]:
    match formula:
        case Compare(_, left, right):
            yield left
            yield right
        case Negation(part):
            yield from _compared(part)
        case Both(left, right) | Either(left, right):
            yield from _compared(left)
            yield from _compared(right)
        case _:
            pass


def mapped(expr: Expr, change: Callable[[Ref], Expr]) -> Expr:
    """The expression with every reference changed."""
    return substituted(expr, lambda part: change(part) if isinstance(part, Ref) else None)


def substituted(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with every part for which ``change`` has something in its place; others from the outside in."""
    if (made := change(expr)) is not None:
        return made

    def go(part: Expr) -> Expr:
        return substituted(part, change)

    match expr:
        case Cases(formula, then, otherwise):
            return Cases(formula, go(then), go(otherwise))
        case Plus(left, right):
            return Plus(go(left), go(right))
        case Times(left, right):
            return Times(go(left), go(right))
        case Opposite(part):
            return Opposite(go(part))
        case Raise(base, exponent):
            return Raise(go(base), exponent)
        case SumOf():
            return replace(expr, body=go(expr.body))
        case Function(name, argument):
            return Function(name, go(argument))
        case Operator():
            return replace(expr, body=go(expr.body))
        case _:
            return expr


def renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """References whose name is a key get the other name."""
    return mapped(expr, lambda reference: Ref(names.get(reference.name, reference.name), reference.arguments))


def abstracted(expr: Expr, known: Collection[str]) -> tuple[Expr, dict[str, Nat]]:
    """Subscripts put together of indices that stand nowhere else become indices of their own: what they stand for.

    ``known`` are no indices.

    >>> from symadj.export.rocq.syntax import INum, Ref
    >>> abstracted(Ref("x", (IBin("+", IVar("i"), INum(1)),)), ())[1]
    {"i'at": IBin(operator='+', left=IVar(name='i'), right=INum(value=1))}
    """
    bound = {part.index for part in walk(expr) if isinstance(part, SumOf)}
    bound |= {index for part in walk(expr) if isinstance(part, Operator) for index in (part.row, part.column)}
    everywhere = list(naturals(expr))
    places: dict[str, Nat] = {}
    for part in walk(expr):
        for argument in part.arguments if isinstance(part, Ref) else ():
            inside = _indices(argument, known)
            alone = all(other == argument or not inside & _indices(other, known) for other in everywhere)
            if isinstance(argument, IBin) and inside and not inside & bound and alone:
                places[f"{min(inside)}'at"] = argument
    names = {argument: IVar(name) for name, argument in places.items()}
    return mapped(expr, lambda r: Ref(r.name, tuple(names.get(a, a) for a in r.arguments))), places


def _indices(term: Nat, known: Collection[str]) -> set[str]:
    return {part.name for part in parts(term) if isinstance(part, IVar) and part.name not in known}


def instantiated(expr: Expr, values: Mapping[str, Nat]) -> Expr:
    """The expression with ``values`` for its free indices; a binder whose name stands in them gets another one."""
    match expr:
        case Ref(name, arguments):
            return Ref(name, tuple(_nat(a, values) for a in arguments))
        case SizeOf(value):
            return SizeOf(_nat(value, values))
        case InverseSize(value):
            return InverseSize(_nat(value, values))
        case Holds(formula):
            return Holds(_formula(formula, values))
        case Cases(formula, then, otherwise):
            return Cases(_formula(formula, values), instantiated(then, values), instantiated(otherwise, values))
        case Plus(left, right):
            return Plus(instantiated(left, values), instantiated(right, values))
        case Times(left, right):
            return Times(instantiated(left, values), instantiated(right, values))
        case Opposite(part):
            return Opposite(instantiated(part, values))
        case Raise(base, exponent):
            return Raise(instantiated(base, values), exponent)
        case Function(name, argument):
            return Function(name, instantiated(argument, values))
        case Operator(name, row, column, size, body, arguments):
            moved = tuple(_nat(a, values) for a in arguments)
            rows, columns = (_apart(i, values) for i in (row, column))
            inside = {**values, row: IVar(rows), column: IVar(columns)}
            return Operator(name, rows, columns, _nat(size, values), instantiated(body, inside), moved)
        case SumOf(index, bound, guard, body):
            other = _apart(index, values)
            inside = {**values, index: IVar(other)}
            return SumOf(other, _nat(bound, values), _formula(guard, inside), instantiated(body, inside))
        case _:
            return expr


def _apart(index: str, values: Mapping[str, Nat]) -> str:
    """The name of a binder, another one where it stands in the values."""
    taken = {p.name for v in values.values() for p in parts(v) if isinstance(p, IVar)}
    while index in taken:
        index += "'"
    return index


def _nat(term: Nat, values: Mapping[str, Nat]) -> Nat:
    match term:
        case IVar(name):
            return values.get(name, term)
        case IBin(operator, left, right):
            return IBin(operator, _nat(left, values), _nat(right, values))
        case ITable(table, arguments):
            return ITable(table, tuple(_nat(a, values) for a in arguments))
        case _:
            return term


def _formula(formula: Formula, values: Mapping[str, Nat]) -> Formula:
    match formula:
        case Compare(relation, left, right):
            return Compare(relation, _nat(left, values), _nat(right, values))
        case Negation(part):
            return Negation(_formula(part, values))
        case Both(left, right):
            return Both(_formula(left, values), _formula(right, values))
        case Either(left, right):
            return Either(_formula(left, values), _formula(right, values))
        case _:
            return formula
