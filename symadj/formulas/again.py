"""A derived backward program as a forward program, to be derived once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from symadj.errors import Unsupported
from symadj.formulas.formula import Lines
from symadj.formulas.mapping import mapped
from symadj.terms.nodes import ONE_TERM, Entry, Term
from symadj.terms.statement import Let, Statement, Tensor


def gradient_program(lines: Lines) -> Statement:
    """The statement whose outputs are the gradients, called ``g<input>``; the cotangents are inputs of it."""
    statement = lines.statement
    taken = {*(t.name for t in statement.inputs), *(let.name for let in statement.forward), *statement.sizes}
    taken |= {*statement.integers, *statement.functions}
    names = {f"d{name}": _new(f"g{name}", taken) for name in lines.inputs}
    for let in lines.lets:
        if let.name not in names:
            names[let.name] = _new(let.name if let.name[:1] != "d" else f"g{let.name[1:]}", taken)
    cotangents = tuple(Tensor(f"d{o}", statement.shape(o)) for o in statement.outputs)
    backward = tuple(_renamed(let, names) for let in lines.lets)
    return replace(
        statement,
        inputs=(*statement.inputs, *cotangents),
        forward=(*(let for let in statement.forward if not let.name.startswith("equal.")), *backward),
        outputs=tuple(names[f"d{name}"] for name in lines.inputs),
        backward=(),
        claims=(),
    )


def hessian_program(lines: Lines) -> Statement:
    """The gradients of a scalar output, at the cotangent 1.

    Raises ``Unsupported`` when there are several outputs, or one that is no scalar.
    """
    statement = lines.statement
    if len(statement.outputs) != 1 or statement.shape(statement.outputs[0]):
        raise Unsupported("a Hessian is of one scalar output")
    one = f"d{statement.outputs[0]}"

    def replaced(term: Term) -> Term | None:
        return ONE_TERM if isinstance(term, Entry) and term.tensor == one else None

    lets = tuple(replace(let, body=mapped(let.body, replaced)) for let in lines.lets)
    program = gradient_program(replace(lines, lets=lets))
    return replace(program, inputs=statement.inputs)


def _new(name: str, taken: set[str]) -> str:
    found = next(n for n in _numbered(name) if n not in taken)
    taken.add(found)
    return found


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 1
    while True:
        yield f"{name}{number}"
        number += 1


def _renamed(let: Let, names: Mapping[str, str]) -> Let:
    def replaced(term: Term) -> Term | None:
        if isinstance(term, Entry) and term.tensor in names:
            return Entry(names[term.tensor], term.subscripts)
        return None

    return replace(let, name=names.get(let.name, let.name), body=mapped(let.body, replaced), source=None)
