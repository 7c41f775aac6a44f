"""Comparisons, ``and``, ``or`` and ``not``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from symadj.arrays import SymbolicArray
from symadj.notation.arithmetic import compare, conjunction, disjunction, truth
from symadj.notation.values import CONDITIONS, Value, describe, is_scalar
from symadj.terms.nodes import (
    Apply,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    Indicator,
    Inverse,
    Not,
    Product,
    Select,
    Sum,
    Term,
    children,
)

if TYPE_CHECKING:
    from symadj.notation.reader import Reader

_RELATIONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], object]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}


def comparison(reader: Reader, node: ast.Compare) -> Value:
    """``a < b``, or a chain ``a <= b < c``: of integers where both sides are, else of values."""
    for relation in node.ops:
        if type(relation) not in _RELATIONS:
            reader.fail(node, "a comparison is one of == != < <= > >=: 'in' and 'is' are not in the notation")
    nodes = [node.left, *node.comparators]
    values = [reader.value(part) for part in nodes]
    if any(isinstance(value, SymbolicArray) for value in values):
        if len(node.ops) > 1:
            reader.fail(node, "a chain of comparisons is of scalars: of arrays, compare two at a time")
        relation_ = _RELATIONS[type(node.ops[0])][1]
        arrays = [reader.array(part, value) for part, value in zip(nodes, values, strict=True)]
        return reader.settle(relation_(*arrays))
    terms = [reader.as_term(part, value) for part, value in zip(nodes, values, strict=True)]
    if reader.scope.complex:
        _check_order(reader, node, terms)
    return conjunction(
        [
            compare(_RELATIONS[type(relation)][0], left, right)
            for relation, left, right in zip(node.ops, terms, terms[1:], strict=False)
        ]
    )


def _check_order(reader: Reader, node: ast.Compare, terms: list[Term]) -> None:
    """Over the complex field, an order is of real scalars only."""
    for relation, pair in zip(node.ops, pairwise(zip([node.left, *node.comparators], terms, strict=True)), strict=True):
        for part, term in pair if not isinstance(relation, ast.Eq | ast.NotEq) else ():
            if not _is_real(term):
                text = reader.located.source(part)
                reader.fail(part, f"complex numbers have no order, and {text!r} is one: real, imag and abs have")


def _is_real(term: Term) -> bool:
    """A scalar that Python would not make complex: entries are complex, ``abs real imag`` of them are not."""
    match term:
        case Entry() | Inverse() | Determinant() | Constant("1j") | Apply():
            return False
        case Call("abs" | "real" | "imag", _) | Indicator():
            return True
        case Select(_, then, otherwise):
            return _is_real(then) and _is_real(otherwise)
        case Sum(_, body) | Product(_, body) | Extremum(_, _, body):
            return _is_real(body)
        case _:
            return all(map(_is_real, children(term)))


def joined(reader: Reader, node: ast.BoolOp) -> Value:
    """``a and b`` or ``a or b``, of conditions."""
    word = "and" if isinstance(node.op, ast.And) else "or"
    last = len(node.values) - 1
    parts = [_part(reader, part, word, numbers=word == "and" and k < last) for k, part in enumerate(node.values)]
    return conjunction(parts) if word == "and" else disjunction(parts)


def negation(reader: Reader, node: ast.UnaryOp) -> Value:
    """``not a``, of a condition."""
    return Not(_part(reader, node.operand, "not", numbers=True))


def _part(reader: Reader, node: ast.expr, word: str, numbers: bool) -> Condition:
    """An operand; where Python's value is then 0 or 1 all the same, a number may stand for "is not 0"."""
    value = reader.value(node)
    if isinstance(value, CONDITIONS):
        return value
    if numbers and is_scalar(value):
        return truth(value)
    text = reader.located.source(node)
    reader.fail(node, f"{word!r} is of conditions on scalars, and {text!r} is {describe(value)}")
