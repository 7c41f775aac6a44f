"""What the theorems of claims are made of: fresh names, sums over axes, the pairing of the outputs with cotangents."""

from __future__ import annotations

from collections.abc import Sequence

from symadj.export.rocq.names import identifier
from symadj.export.rocq.program import Program
from symadj.export.rocq.readable import expression
from symadj.export.rocq.syntax import Expr, IVar, Opposite, Plus, Ref, SumOf, Times, Truth, plus
from symadj.export.rocq.translate import natural
from symadj.terms.statement import Shape, Statement


def fresh(base: str, taken: Sequence[str]) -> str:
    """``base``, with a number after it where it is taken."""
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def taken_names(statement: Statement, program: Program) -> list[str]:
    """The names that a new one must not be."""
    indices = [i for let in program.lines.values() for i in let.let.indices]
    return [*statement.sizes, *statement.integers, *program.tensors, *program.lines, *indices, "e", "u"]


def summed(indices: Sequence[str], shape: Shape, body: Expr) -> Expr:
    """The sum over all axes of a shape."""
    for index, axis in reversed(list(zip(indices, shape, strict=True))):
        body = SumOf(index, natural(axis), Truth(), body)
    return body


def at(name: str, indices: Sequence[str]) -> Ref:
    """The tensor or line ``name`` at indices."""
    return Ref(name, tuple(IVar(i) for i in indices))


def indices_of(statement: Statement, program: Program, name: str) -> tuple[str, ...]:
    """Index names for a line (its own) or a tensor."""
    if name in program.lines:
        return program.lines[name].let.indices
    taken = taken_names(statement, program)
    return tuple(fresh(f"i{k}", taken) for k in range(len(statement.shape(name))))


def used_tensors(program: Program, names: Sequence[str], without: Sequence[str] = ()) -> list[str]:
    """The tensors that the lines and tensors ``names`` use."""
    used = {t for name in names for t in program.uses(name)}
    return [t for t in program.tensors if t in used and t not in without]


def pointwise(indices: Sequence[str], body: Expr) -> str:
    """A tensor given by its entries, as closed text."""
    if not indices:
        return f"({expression(body)})"
    return f"(fun {' '.join(identifier(i) for i in indices)} : nat => {expression(body)})"


def paired(statement: Statement, program: Program, mark: str, minus: bool = False) -> Expr:
    """The outputs, marked (see ``theorem.Variant``), less the unmarked ones with ``minus``, paired with cotangents."""
    pairs: list[Expr] = []
    for output in statement.outputs:
        indices = indices_of(statement, program, output)
        value: Expr = at(f"{output}{mark}", indices)
        if minus:
            value = Plus(value, Opposite(at(output, indices)))
        pairs.append(summed(indices, statement.shape(output), Times(value, at(f"d{output}", indices))))
    return plus(pairs)
