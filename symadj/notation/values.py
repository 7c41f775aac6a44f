"""The kinds of value that an expression has."""

from __future__ import annotations

import ast
from typing import TypeGuard

from symadj.arrays import SymbolicArray
from symadj.notation.arithmetic import index_of
from symadj.notation.scope import format_shape
from symadj.terms.index import Index
from symadj.terms.nodes import All, Condition, IndexCondition, Not, Some, Term, ValueCondition

Value = Term | Condition | SymbolicArray | tuple[SymbolicArray, ...]
Argument = Value | Index | int | str | bool | None | list["Argument"] | tuple["Argument", ...]

CONDITIONS = (IndexCondition, ValueCondition, All, Some, Not)


def is_scalar(value: Value) -> TypeGuard[Term]:
    """A number, neither a condition nor an array."""
    return not isinstance(value, (*CONDITIONS, SymbolicArray, tuple))


def is_literal(node: ast.expr) -> bool:
    """A tuple, list, text, ``None``, ``True`` or ``False``, as only functions of arrays take."""
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, str | bool)
    return isinstance(node, ast.Tuple | ast.List)


def describe(value: Value) -> str:
    """What a value is, for a message: ``an array of shape (m, n)``."""
    if isinstance(value, tuple):
        return f"a pair of {len(value)} values" if len(value) != 2 else "a pair of values"
    if isinstance(value, SymbolicArray):
        return f"an array of shape {format_shape(value.shape)}"
    if isinstance(value, CONDITIONS):
        return "a condition"
    return "an integer" if index_of(value) is not None else "a scalar"
