"""The library: what a notebook or a test calls."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import symadj.notation
import symadj.verdict
from symadj.errors import StatementError
from symadj.export.shown import Verdict, shown
from symadj.terms.statement import Statement

if TYPE_CHECKING:
    from symadj.export.code import Formula

Lines = str | Sequence[str]


def prove(
    *,
    shapes: str,
    forward: Lines = (),
    backward: Lines = (),
    equal: Sequence[str] = (),
    linear: str = "",
    assume: Lines = (),
    integers: str = "",
    functions: str = "",
    outputs: str = "",
    field: str = "real",
    name: str = "statement",
) -> Verdict:
    """Proves one statement, written as in a statement file, for every size.

    Raises ``StatementError`` when it cannot be read or makes no sense. Work that takes long is not cut off: for that
    there is ``symadj.runner.run``.

    >>> verdict = prove(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)")
    >>> verdict.status
    'proved'
    """
    statement = symadj.notation.statement(
        name,
        shapes=shapes,
        forward=forward,
        backward=backward,
        equal=equal,
        linear=linear,
        assume=assume,
        integers=integers,
        functions=functions,
        outputs=outputs,
        field=field,
    )
    return shown(symadj.verdict.prove(statement))


def prove_equal(
    lhs: Any,
    rhs: Any,
    *more: Any,
    shapes: str | Mapping[str, Sequence[Any]] = "",
    forward: Lines = (),
    assume: Lines = (),
    field: str = "real",
) -> Verdict:
    """Proves that expressions are equal, for all sizes and all entries; of more than two, that they all are.

    They are texts in the notation, or two sympy expressions (``Sum``, ``Product``, ``Indexed``, ``KroneckerDelta``),
    whose ``IndexedBase`` objects carry their shapes unless ``shapes`` gives them. Raises ``StatementError`` when one
    cannot be read, or their shapes differ.

    >>> prove_equal("trace(A @ B)", "trace(B @ A)", shapes="A: m n, B: n m").status
    'proved'
    """
    texts = (lhs, rhs, *more)
    if all(isinstance(text, str) for text in texts):
        if not isinstance(shapes, str):
            raise TypeError("shapes of texts are a text too")
        return prove(shapes=shapes, forward=forward, equal=texts, assume=assume, field=field)
    if more or forward or assume or field != "real":
        raise TypeError("two sympy expressions take nothing but shapes beside them")
    from symadj.notation.from_sympy import equation  # sympy is loaded by those who use it

    return shown(symadj.verdict.prove(equation(lhs, rhs, shapes)))


class LoadedStatement(Statement):
    """A statement of a file, which can be proved as it stands."""

    def prove(self) -> Verdict:
        """The verdict on it; raises ``StatementError`` where an entry can leave its tensor."""
        return shown(symadj.verdict.prove(self))


def load(path: str | os.PathLike[str]) -> list[LoadedStatement]:
    """The statements of a file, each with a method ``prove``.

    Raises ``StatementError``, the first of them, when one cannot be read; the others stand in its notes. Whoever
    wants the good statements of such a file has ``symadj.notation.read_file``.
    """
    reading = symadj.notation.read_file(os.fspath(path))
    if reading.errors:
        first, *others = reading.errors
        for other in others:
            first.add_note(str(other))
        raise first
    names = [field.name for field in dataclasses.fields(Statement)]
    return [LoadedStatement(**{name: getattr(s, name) for name in names}) for s in reading.statements]


def derive(
    *,
    shapes: str,
    forward: Lines,
    wrt: str | Sequence[str] | None = None,
    assume: Lines = (),
    integers: str = "",
    functions: str = "",
    outputs: str = "",
    field: str = "real",
    name: str = "statement",
) -> Formula:
    """The backward formula of a forward map in the inputs ``wrt`` (by default, in all that are no integer tensors).

    *Guaranteed*: the lines compute the transpose of the derivative. They are built so, and what simplifying makes of
    them is shown to be the same by the decision procedure that ``prove`` rests on; where that does not confirm it, the
    lines as they were built are given, each simplified by itself if that is confirmed. Every line is read back before
    it is printed. *Tried*: that it is the formula that a person would write: no deltas, sums where they belong, common
    factors taken out, values of forward by their names, matrix products and parts along an axis as such; that it costs
    the fewest multiplications as the sizes grow, and then is short.

    Raises ``StatementError`` when the map cannot be read, or has no such input, and ``Unsupported`` for a function
    without a derivative over the complex field.

    >>> print(derive(shapes="W: m n, x: n", forward="y = W @ x", wrt="W"))
    dW = outer(dy, x)
    >>> print(derive(shapes="x: n", forward="y = softmax(x, axis=0)"))
    dx = y*(dy - sum(dy*y))
    """
    statement = read_map(
        name,
        shapes=shapes,
        forward=forward,
        assume=assume,
        integers=integers,
        functions=functions,
        outputs=outputs,
        field=field,
    )
    return formula(statement, (wrt,) if isinstance(wrt, str) else wrt)


def formula(statement: Statement, wrt: Sequence[str] | None = None) -> Formula:
    """The backward formula of a statement that is read already; see ``derive``.

    Raises ``StatementError`` when it has no input of such a name, or no forward map.
    """
    known = {tensor.name: tensor for tensor in statement.inputs}
    names = tuple(wrt) if wrt is not None else tuple(n for n, t in known.items() if t.below is None)
    for name in names:
        if name not in known or known[name].below is not None:
            raise StatementError(f"there is no input {name!r} to derive in", statement=statement.name)
    if not statement.outputs or not names:
        raise StatementError("there is nothing to derive: forward and its inputs are missing", statement=statement.name)
    from symadj.export.code import Formula  # what writes code is loaded by those who derive

    return Formula.of(statement, names)


def read_map(name: str = "statement", *, shapes: str, forward: Lines, **more: Any) -> Statement:
    """A statement that claims nothing yet. The reader wants a claim, and so it is given one, which is dropped again."""
    lines = [forward] if isinstance(forward, str) else list(forward)
    defined = {line.partition("=")[0].partition("[")[0].strip() for line in lines}
    names = [n for n, rest in re.findall(r"(\w+)\s*:([^,]*)", shapes) if n not in defined and " in " not in rest]
    if not names:
        raise StatementError("there is nothing to derive: no input has entries to differentiate in", statement=name)
    statement = symadj.notation.statement(name, shapes=shapes, forward=lines, linear=names[0], **more)
    return dataclasses.replace(statement, claims=())
