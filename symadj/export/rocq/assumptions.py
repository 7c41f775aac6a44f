"""Assumptions on entries, as premises of a theorem over the reals.

They are stated for all natural subscripts, also those outside of a tensor: its entries there are nobody's, and may be
taken so that they hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.names import identifier
from symadj.export.rocq.program import Program
from symadj.export.rocq.readable import expression, formula
from symadj.export.rocq.syntax import Expr, Operator
from symadj.export.rocq.translate import condition, scalar
from symadj.export.rocq.walking import references, renamed
from symadj.terms.nodes import All, Condition, Determinant, Entry, IndexCondition, Not, Number, Some, ValueCondition
from symadj.terms.statement import Statement


@dataclass(frozen=True, slots=True)
class Equation:
    """``left == right`` for all ``indices``; a number is on the right."""

    indices: tuple[str, ...]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Premise:
    """A premise; ``text`` has the calls put in. ``equation``, ``below``, ``apart``: as ``==``, ``<``, ``!=``."""

    name: str
    text: str
    equation: Equation | None = None
    below: tuple[Expr, Expr] | None = None
    apart: tuple[Expr, Expr] | None = None


def premises(statement: Statement, program: Program, calls: Mapping[str, str]) -> list[Premise]:
    """The assumptions on entries that can be stated; others are left out, which makes the theorem stronger."""
    found: list[Premise] = []
    for assumption in statement.assumptions:
        indices = " ".join(identifier(i) for i, _ in assumption.indices)
        every = f"forall {indices} : nat, " if indices else ""
        for part in _parts(assumption.condition):
            text = _comparison(part, program, calls)
            if text is not None:
                equation = _equation(part, tuple(i for i, _ in assumption.indices))
                below = (scalar(part.left), scalar(part.right)) if _is_below(part) else None
                found.append(Premise(f"h'{len(found)}", every + text, equation, below, _apart(part)))
    return found


def regular_matrices(program: Program) -> list[Operator]:
    """The determinants that are assumed not to be 0."""
    found: list[Operator] = []
    for assumption in program.statement.assumptions:
        for part in _parts(assumption.condition):
            match part:
                case Not(ValueCondition("==", Determinant() as term, Number(0))) | ValueCondition(
                    "<", Number(0), Determinant() as term
                ):
                    translated = program.translated(term)
                    found += [translated] if isinstance(translated, Operator) else []
                case _:
                    pass
    return found


def symmetric_tensors(program: Program) -> frozenset[str]:
    """The tensors ``A`` of which ``A[i,j] == A[j,i]`` is assumed."""
    found: set[str] = set()
    for assumption in program.statement.assumptions:
        for part in _parts(assumption.condition):
            match part:
                case ValueCondition("==", Entry(first, (i, j)), Entry(second, (k, m))) if first == second:
                    found |= {first} if (i, j) == (m, k) and len(assumption.indices) == 2 else set()
                case _:
                    pass
    return frozenset(found)


def _parts(condition: Condition) -> list[Condition]:
    if isinstance(condition, All):
        return [p for part in condition.parts for p in _parts(part)]
    return [condition]


def equates_entries(statement: Statement) -> bool:
    """Whether an equation between entries is assumed."""
    parts = [p for a in statement.assumptions for p in _parts(a.condition)]
    return any(isinstance(p, ValueCondition) and p.relation == "==" for p in parts)


def _apart(part: Condition) -> tuple[Expr, Expr] | None:
    if not isinstance(part, Not) or not isinstance(part.part, ValueCondition):
        return None
    return scalar(part.part.left), scalar(part.part.right)


def _is_below(part: Condition) -> TypeGuard[ValueCondition]:
    return isinstance(part, ValueCondition) and part.relation == "<"


def _equation(part: Condition, indices: tuple[str, ...]) -> Equation | None:
    if not isinstance(part, ValueCondition) or part.relation != "==":
        return None
    return Equation(indices, scalar(part.left), scalar(part.right))


def _comparison(part: Condition, program: Program, calls: Mapping[str, str]) -> str | None:
    match part:
        case Some((Not() as apart, IndexCondition("==") as same)) | Some(
            (IndexCondition("==") as same, Not() as apart)
        ):
            text = _comparison(apart, program, calls)
            return None if text is None else f"~~ {formula(condition(same))} -> {text}"
        case _:
            return _compared(part, program, calls)


def _compared(part: Condition, program: Program, calls: Mapping[str, str]) -> str | None:
    negated = isinstance(part, Not)
    inner = part.part if isinstance(part, Not) else part
    if not isinstance(inner, ValueCondition) or (negated and inner.relation != "=="):
        return None
    try:
        sides = [program.translated(inner.left), program.translated(inner.right)]
    except NotExported:
        return None
    if any(r not in program.lines and r not in program.tensors for side in sides for r in references(side)):
        return None
    left, right = (expression(renamed(side, calls), 49) for side in sides)
    relation = "!=" if negated else {"==": "=", "<": "<", "<=": "<="}[inner.relation]
    return f"({left} : R) {relation} {right}"
