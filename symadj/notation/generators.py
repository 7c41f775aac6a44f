"""``sum``, ``prod``, ``max`` and ``min`` over a generator."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from symadj.arrays import SymbolicArray
from symadj.notation.arithmetic import compare, conjunction, integer
from symadj.notation.values import Value
from symadj.terms.index import ZERO, Index, var
from symadj.terms.nodes import Binder, Condition, Extremum, Product, Sum, Term

if TYPE_CHECKING:
    from symadj.notation.reader import Reader

MAX_CLAUSES = 20


def _maximum(binder: Binder, body: Term) -> Term:
    return Extremum("max", binder, body)


def _minimum(binder: Binder, body: Term) -> Term:
    return Extremum("min", binder, body)


_BIND: dict[str, Callable[[Binder, Term], Term]] = {"sum": Sum, "prod": Product, "max": _maximum, "min": _minimum}


def over_generator(reader: Reader, name: str, node: ast.GeneratorExp) -> Value:
    """``name(body for index in range(a, b) if condition …)``; the first clause is the outermost.

    A body that is an array is summed entry by entry, as Python's sum does.
    """
    if len(node.generators) > MAX_CLAUSES:
        reader.fail(node, f"{len(node.generators)} clauses in one {name}: at most {MAX_CLAUSES} are read")
    binders: list[Binder] = []
    try:
        for clause in node.generators:
            binders.append(_clause(reader, name, clause, binders))
        value = reader.value(node.elt)
    finally:
        reader.indices.difference_update(binder.index for binder in binders)
    if isinstance(value, SymbolicArray):
        return _over_array(reader, name, node, binders, value)
    return _bind(name, binders, reader.as_term(node.elt, value))


def _bind(name: str, binders: list[Binder], body: Term) -> Term:
    for binder in reversed(binders):
        body = _BIND[name](binder, body)
    return body


def _over_array(
    reader: Reader, name: str, node: ast.GeneratorExp, binders: list[Binder], value: SymbolicArray
) -> SymbolicArray:
    if name not in ("sum", "prod"):
        reader.fail(node.elt, f"{name} over a loop compares scalars, and this is an array")
    bound = {binder.index for binder in binders}
    if any(bound & length.variables() for length in value.shape):
        reader.fail(node.elt, f"the shape of what is added changes with {', '.join(sorted(bound))}")
    return SymbolicArray(value.shape, value.indices, _bind(name, binders, value.body), reader.builder)


def _clause(reader: Reader, name: str, clause: ast.comprehension, before: list[Binder]) -> Binder:
    target = clause.target
    if clause.is_async:
        reader.fail(target, "async is not in the notation")
    if not isinstance(target, ast.Name):
        reader.fail(target, f"one index name was expected after 'for', and {reader.located.source(target)!r} is none")
    index = target.id
    if index in reader.indices:
        if any(binder.index == index for binder in before):
            reader.fail(target, f"the index {index!r} is bound twice in one {name}")
        reader.fail(target, f"the index {index!r} is in use around this {name}: another name was expected")
    role = reader.scope.role(index)
    if role is not None:
        reader.fail(target, f"the index {index!r} takes a name in use: {index!r} is {role}")
    if index.startswith("__"):
        reader.fail(target, f"{index!r} is no index name: names with two leading underscores are Python's own")
    lower, upper, conditions = _range(reader, index, clause.iter)
    reader.indices.add(index)
    reader.bound.add(index)
    conditions += [reader.condition(test) for test in clause.ifs]
    return Binder(index, lower, upper, conjunction(conditions) if conditions else None)


def _range(reader: Reader, index: str, node: ast.expr) -> tuple[Index, Index, list[Condition]]:
    """The ends of ``range(a, b)``; ``max`` and ``min`` in them become conditions."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"):
        reader.fail(node, f"range(…) was expected after 'in', and {reader.located.source(node)!r} is none")
    if node.keywords or len(node.args) == 3:
        reader.fail(node, "range(b) or range(a, b) was expected: a step is written by a condition or in the subscripts")
    if not 1 <= len(node.args) <= 2:
        reader.fail(node, f"range(b) or range(a, b) was expected, and {len(node.args)} arguments stand here")
    lowers = _ends(reader, node.args[0], "max") if len(node.args) == 2 else [ZERO]
    uppers = _ends(reader, node.args[-1], "min")
    here = integer(var(index))
    conditions = [compare("<=", integer(end), here) for end in lowers[1:]]
    conditions += [compare("<", here, integer(end)) for end in uppers[1:]]
    return lowers[0], uppers[0], conditions


def _ends(reader: Reader, node: ast.expr, function: str) -> list[Index]:
    """The end of a range: an integer expression, or the largest (smallest) of several."""
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(node, ast.Call) and isinstance(called, ast.Name) and called.id[:3] in ("max", "min"):
        if called.id[:3] != function or len(node.args) < 2 or node.keywords:
            reader.fail(node, f"an integer was expected as the end of a range, or {function}(a, b) of two")
        return [end for argument in node.args for end in _ends(reader, argument, function)]
    return [reader.index(node, "the end of a range")]
