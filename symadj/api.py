"""The library: what a notebook or a test calls."""

from __future__ import annotations

import os
from collections.abc import Sequence

import symadj.notation
import symadj.verdict
from symadj.terms.statement import Statement
from symadj.verdict.model import Verdict

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
    return symadj.verdict.prove(statement)


def prove_equal(
    lhs: str, rhs: str, *more: str, shapes: str, forward: Lines = (), assume: Lines = (), field: str = "real"
) -> Verdict:
    """Proves that expressions are equal, for all sizes and all entries; of more than two, that they all are.

    Raises ``StatementError`` when one cannot be read, or their shapes differ.

    >>> prove_equal("trace(A @ B)", "trace(B @ A)", shapes="A: m n, B: n m").status
    'proved'
    """
    return prove(shapes=shapes, forward=forward, equal=(lhs, rhs, *more), assume=assume, field=field)


def load(path: str | os.PathLike[str]) -> list[Statement]:
    """The statements of a file.

    Raises ``StatementError``, the first of them, when one cannot be read; the others stand in its notes. Whoever
    wants the good statements of such a file has ``symadj.notation.read_file``.
    """
    reading = symadj.notation.read_file(os.fspath(path))
    if reading.errors:
        first, *others = reading.errors
        for other in others:
            first.add_note(str(other))
        raise first
    return list(reading.statements)
