"""What is said of an access that leaves its tensor: where it stands, where it first happens, and a guard against it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symadj.domains.accesses import Access
from symadj.errors import StatementError
from symadj.points.expansion import Point
from symadj.terms.index import Index, Lookup, constant, floor_div, lookup, remainder, size, var
from symadj.terms.statement import Shape, Source, Statement

Side = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Violation:
    """A goal of an access fails: the axis and side, and the values of sizes, indices and table entries there."""

    axis: int
    side: str
    values: Mapping[str, int]
    tables: Mapping[tuple[str, tuple[int, ...]], int]


def error(
    statement: Statement,
    access: Access,
    shape: Shape,
    violation: Violation,
    failing: Iterable[Side],
    assumable: Iterable[str] = (),
) -> StatementError:
    """The error of an access that fails as the violation says.

    ``failing`` are all the sides that need a guard; ``assumable`` assumptions of which one alone would do.
    """
    source = access.let.source
    tables = {tensor.name for tensor in statement.inputs if tensor.below is not None and not tensor.shape}
    text, line, column = _place(source, access, tables)
    name = text or _written(access)
    at = _values(statement, access, shape, violation)
    advice = [f"assume {assumption!r}" for assumption in assumable]
    if access.kind == "division":
        found = f"{name} divides by {_point(violation).index(access.subscripts[0])}"
        advice = advice or [f"assume '{access.subscripts[0]} >= 1'"]
    else:
        found = f"{name} reads {_read(access, shape, violation)}"
        advice = [*_guard(access, shape, name, list(failing)), *advice]
    message = f"{found} at {at}" if at else found
    return StatementError(
        f"{message}; {', or '.join(advice)}" if advice else message,
        statement=statement.name,
        line=line,
        column=column,
        text=source.text if source is not None else None,
    )


def _point(violation: Violation) -> Point:
    return Point(dict(violation.values), {}, dict(violation.tables))


def _written(access: Access) -> str:
    if access.kind == "division":
        return str(access.subscripts[0])
    return f"{access.tensor}[{', '.join(map(str, access.subscripts))}]"


def _read(access: Access, shape: Shape, violation: Violation) -> str:
    """``x[3] of 3 entries``, ``x[0, 3] of 2 x 3 entries``."""
    point = _point(violation)
    subscripts = ", ".join(str(point.index(s)) for s in access.subscripts)
    lengths = " x ".join(str(point.index(length)) for length in shape)
    noun = "entry" if lengths == "1" else "entries"
    return f"{access.tensor}[{subscripts}] of {lengths} {noun}"


def _values(statement: Statement, access: Access, shape: Shape, violation: Violation) -> str:
    """The sizes, parameters, indices and table entries on which the access depends, in the statement's order.

    Those that only guards or assumptions mention are named where they are not as small as they could be.
    """
    indices = [*access.subscripts, *shape]
    names: set[str] = set()
    for index in indices:
        names |= index.variables() | index.sizes()
    for name, lower, upper in reversed(access.where.ranges):
        if name in names:
            names |= lower.variables() | upper.variables() | lower.sizes() | upper.sizes()
    values = violation.values
    names.update(name for name in statement.sizes if values.get(name, 1) > 1)
    names.update(name for name in statement.integers if values.get(name, 0) > 0)
    order = [*statement.sizes, *statement.integers, *(name for name, _, _ in access.where.ranges)]
    parts = [f"{name} = {values[name]}" for name in order if name in names and name in values]
    for (tensor, at), number in violation.tables.items():
        entry = f"{tensor}[{', '.join(map(str, at))}]" if at else tensor
        parts.append(f"{entry} = {number}")
    return ", ".join(parts)


# ---------------------------------------------------------------------------------------------------- the guard


def _guard(access: Access, shape: Shape, name: str, failing: list[Side]) -> list[str]:
    conditions: list[str] = []
    for axis in dict.fromkeys(axis for axis, _ in failing):
        subscript, length = access.subscripts[axis], shape[axis]
        if subscript.value is not None and (length.value is not None or subscript.value < 0):
            return []  # nothing can vary: the number itself is wrong
        conditions.append(_condition(subscript, length, {side for other, side in failing if other == axis}))
    return [f"guard it: {name} if {' and '.join(conditions)} else 0"]


def _condition(subscript: Index, length: Index, sides: set[str]) -> str:
    """The condition that keeps a subscript inside; with one index alone on the left, as people write it."""
    if sides == {"lower", "upper"}:
        return f"0 <= {subscript} < {length}"
    alone = _single(subscript)
    if subscript.value is not None:
        return f"{length} > {subscript}"
    if alone is None:
        return f"{subscript} >= 0" if "lower" in sides else f"{subscript} < {length}"
    name, sign = alone
    rest = subscript - var(name) * sign
    if sides == {"lower"}:  # sign*name + rest >= 0
        return _at_least(name, -rest) if sign > 0 else f"{name} <= {rest}"
    return f"{name} < {length - rest}" if sign > 0 else f"{name} > {rest - length}"


def _at_least(name: str, bound: Index) -> str:
    return f"{name} > {bound.value - 1}" if bound.value is not None else f"{name} >= {bound}"


def _single(subscript: Index) -> tuple[str, int] | None:
    """The only index variable of an affine subscript, if its coefficient is 1 or -1."""
    names = subscript.variables()
    if len(names) != 1:
        return None
    (name,) = names
    for sign in (1, -1):
        if not (subscript - var(name) * sign).variables():
            return name, sign
    return None


# ---------------------------------------------------------------------------------------------------- the place


def _place(source: Source | None, access: Access, tables: set[str]) -> tuple[str | None, int | None, int | None]:
    """The text of the access as it was written, with its line and column; of an array line, where the line begins."""
    if source is None:
        return None, None, None
    found = _find(source.text, access, tables)
    if found is None:
        return None, source.line, source.column
    offset, text = found
    before = source.text[:offset]
    line = None if source.line is None else source.line + before.count("\n")
    if source.column is None:
        return text, line, None
    column = offset + source.column if "\n" not in before else offset - before.rindex("\n")
    return text, line, column


def _find(text: str, access: Access, tables: set[str]) -> tuple[int, str] | None:
    """The offset and text of the access in its line."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    reader = _Subscripts({name for name, _, _ in access.where.ranges}, tables)
    lines = [0]
    for piece in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(piece))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Subscript | ast.BinOp) or isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        if reader.matches(node, access):
            written = ast.get_source_segment(text, node)
            return (lines[node.lineno - 1] + node.col_offset, written) if written else None
    return None


class _Subscripts:
    """Written subscripts to ``Index``, as far as they are plain integer arithmetic."""

    def __init__(self, variables: set[str], tables: set[str]) -> None:
        self.variables = variables
        self.tables = tables

    def matches(self, node: ast.Subscript | ast.BinOp, access: Access) -> bool:
        """Whether this is how the access was written."""
        if isinstance(node, ast.BinOp):
            divides = isinstance(node.op, ast.FloorDiv | ast.Mod)
            return access.kind == "division" and divides and self.index(node.right) == access.subscripts[0]
        if access.kind == "division" or not isinstance(node.value, ast.Name) or node.value.id != access.tensor:
            return False
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return tuple(self.index(part) for part in parts) == access.subscripts

    def index(self, node: ast.expr) -> Index | None:
        """The integer expression, or ``None``."""
        match node:
            case ast.Constant(value) if type(value) is int:
                return constant(value)
            case ast.Name(name):
                if name in self.tables:
                    return lookup(name, ())
                return var(name) if name in self.variables else size(name)
            case ast.UnaryOp(ast.USub(), operand):
                inner = self.index(operand)
                return None if inner is None else -inner
            case ast.BinOp(left, operator, right):
                a, b = self.index(left), self.index(right)
                return None if a is None or b is None else _arithmetic(operator, a, b)
            case ast.Subscript(ast.Name(name), at):
                parts = [self.index(part) for part in (at.elts if isinstance(at, ast.Tuple) else [at])]
                known = tuple(part for part in parts if part is not None)
                return lookup(name, known) if len(known) == len(parts) else None
            case _:
                return None


def _arithmetic(operator: ast.operator, a: Index, b: Index) -> Index | None:
    match operator:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.FloorDiv():
            return floor_div(a, b)
        case ast.Mod():
            return remainder(a, b)
        case _:
            return None


def tables_in(index: Index) -> set[str]:
    """The integer tables of which an index reads entries."""
    return {atom.tensor for atom in index.atoms() if isinstance(atom, Lookup)}
