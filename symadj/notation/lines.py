"""Lines of ``forward`` and ``backward`` to lets."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from symadj.arrays import make_let
from symadj.arrays.substitution import indices_in
from symadj.notation.lexical import Located, parse_line
from symadj.notation.places import Text
from symadj.notation.reader import Reader
from symadj.notation.rebuild import rebuild, rename_bound
from symadj.notation.scope import Scope, format_shape, name_fault
from symadj.terms.index import Floor, Index, Mod
from symadj.terms.statement import Let, Shape, Source


@dataclass(slots=True)
class Line:
    """A line, parsed: the name that it defines, its indices (``None`` in an array line), and the tree on the right."""

    located: Located
    name: str
    target: ast.Name
    indices: list[ast.Name] | None
    body: ast.expr

    @property
    def source(self) -> Source:
        """Where the line stands."""
        line, column = self.located.text.locate(self.located.start)
        return Source(self.located.code, line, column if line is not None else None)


def parse_lines(texts: Sequence[Text], statement: str | None) -> list[Line]:
    """The lines, parsed, each of which defines a name. Raises ``StatementError`` for the first that cannot be read."""
    lines: list[Line] = []
    for text in texts:
        located = Located(text, statement)
        target, indices, body = parse_line(located)
        if fault := name_fault(target.id):
            raise located.at(target, fault)
        lines.append(Line(located, target.id, target, indices, body))
    return lines


def read_line(line: Line, scope: Scope, declared: Shape | None, strict: Shape | None) -> list[Let]:
    """The let of a line, after the hidden lets that it needs.

    ``declared`` is the shape that gives an index line its ranges; ``strict`` the one that an array line must have.
    """
    located = line.located
    if (role := scope.role(line.name)) is not None and line.name not in scope.tables:
        raise located.at(line.target, f"the name {line.name!r} is in use, it is {role}: a line defines a new name")
    reader = Reader(scope, located)
    with bounded(located):
        if line.indices is None:
            let = _array_line(line, reader, strict)
        else:
            let = _index_line(line, line.indices, reader, declared)
        return [*(tidied(hidden) for hidden in scope.builder.take_lets()), with_divisors(tidied(let), reader)]


@contextmanager
def bounded(located: Located) -> Iterator[None]:
    """Turns Python's own bound on nesting into an error about the line."""
    try:
        yield
    except RecursionError:
        raise located.error("the expression is nested too deeply") from None


def tidied(let: Let) -> Let:
    """The let with its body as the reader builds terms, so that array lines give the terms that index lines give."""
    return Let(let.name, let.indices, let.shape, rebuild(let.body), let.source)


def with_divisors(let: Let, reader: Reader) -> Let:
    """The let that a reader read, with the divisors that went where ``k*i//k`` became ``i``, or ``i//k - i//k`` 0."""
    if not reader.divisions:
        return let
    kept = _divisors(*indices_in(let.body))
    gone = [b for b, result in reader.divisions if not _is_shown(b, kept & _divisors(result))]
    return replace(let, divisors=tuple(dict.fromkeys(gone)))


def _is_shown(divisor: Index, divisors: set[Index]) -> bool:
    """Whether it is among the divisors; of a product, its factors may be: ``i//(a*b)`` may be read as ``i//a//b``."""
    if divisor in divisors or len(divisor.terms) != 1 or divisor.terms[0][1] != 1:
        return divisor in divisors
    return all(Index((((atom,), 1),)) in divisors for atom in divisor.terms[0][0])


def _divisors(*indices: Index) -> set[Index]:
    return {a.divisor for index in indices for a in index.atoms() if isinstance(a, Floor | Mod)}


def _array_line(line: Line, reader: Reader, shape: Shape | None) -> Let:
    value = reader.value(line.body)
    if isinstance(value, tuple):
        reader.fail(line.body, "a line defines one array, and this is a pair: take one with [0] or [1]")
    array = reader.array(line.body, value)
    if shape is not None and array.shape != shape:
        hint = ""
        if not array.shape:
            hint = f": write {line.name}[{', '.join('ijklmnpq'[: len(shape)])}] = … for every entry"
        shapes = f"{format_shape(array.shape)} where {line.name!r} has shape {format_shape(shape)}"
        reader.fail(line.target, f"the expression has shape {shapes}{hint}")
    if array.shape:
        return make_let(line.name, array, line.source)
    reader.builder.declare(line.name, ())
    body = rename_bound(array.body, reader.bound, {*reader.scope.names(), line.name})
    return Let(line.name, (), (), body, line.source)


def _index_line(line: Line, indices: list[ast.Name], reader: Reader, declared: Shape | None) -> Let:
    for index in indices:
        role = reader.scope.role(index.id)
        if role is not None or index.id == line.name:
            reader.fail(index, f"the index {index.id!r} takes a name in use: {index.id!r} is {role or 'defined here'}")
        if index.id.startswith("__"):
            reader.fail(index, f"the index {index.id!r} is not in the notation: such names are Python's own")
    if declared is not None and len(declared) != len(indices):
        count = f"{len(indices)} indices stand" if len(indices) != 1 else "1 index stands"
        reader.fail(line.target, f"{line.name!r} has shape {format_shape(declared)}, and {count} here")
    reader.indices.update(index.id for index in indices)
    value = reader.value(line.body)
    body = reader.as_term(line.body, value)
    shape = declared if declared is not None else tuple(infer(reader, index) for index in indices)
    if reader.met_arrays:
        body = rename_bound(body, reader.indices | reader.bound, {*reader.scope.names(), line.name})
    reader.builder.declare(line.name, shape)
    return Let(line.name, tuple(index.id for index in indices), shape, body, line.source)


def infer(reader: Reader, index: ast.Name) -> Index:
    """The range of an index, from where it stands alone as a subscript."""
    found = reader.alone.get(index.id, [])
    if not found:
        reader.fail(index, f"the index {index.id!r} has no range: it stands alone in no subscript; declare the shape")
    first = found[0][0]
    for length, node in found[1:]:
        if length != first:
            lengths = f"{first} and {length}"
            reader.fail(node, f"the range of {index.id!r} is in conflict: it numbers axes of length {lengths}")
    return first
