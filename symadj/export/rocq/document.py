"""A statement file as a Rocq file: a module per statement, and at its end what all the theorems rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from symadj.export.rocq.claims import lines_needed, theorems
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.names import module_name
from symadj.export.rocq.parts import in_parts
from symadj.export.rocq.program import Program
from symadj.export.rocq.setting import setting
from symadj.terms.statement import Let, Statement

LIBRARY = "Symadj"
IMPORTS = f"""\
From Coq Require Import ZArith Lia.
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq fintype div bigop ssralg ssrnum.
From {LIBRARY} Require Import Symadj.
Import GRing.Theory.
Local Open Scope ring_scope.
"""
IMPORTS_OF_ANALYSIS = f"""\
From Coq Require Import ZArith Lia.
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq fintype div bigop ssralg ssrnum order.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals topology normedtype sequences derive exp trigo.
From {LIBRARY} Require Import Symadj SymadjAnalysis SymadjOperators.
Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.
"""
COMPLEX = """\
  over the complex numbers: the first index of a tensor says which part of the number, 0 the real and 1 the imaginary
  one; so sums over both parts and all indices are Re <a, b>"""


@dataclass(frozen=True, slots=True)
class Module:
    """A statement's module: its text, and the theorems in it, or for what is not exported the reasons by target."""

    statement: Statement
    name: str
    text: str
    theorems: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    reals: bool = False


def module(statement: Statement, taken: set[str], targets: Sequence[str] | None = None) -> Module:
    """The module of one statement, for the claims whose target is in ``targets`` (all, where it is not given)."""
    wanted = [c for c in statement.claims if targets is None or c.target in targets]
    parts: list[str] = []
    names: list[str] = []
    reasons: list[tuple[str, str]] = []
    try:
        statement = in_parts(statement) if statement.complex else statement
    except NotExported as error:
        return Module(statement, "", "", (), tuple((c.target, str(error)) for c in wanted))
    program = Program(statement)
    good = []
    for claim in wanted:
        try:
            for line in lines_needed(statement, claim):
                program.need(line) if line in program.lets else None
            good.append(claim)
        except NotExported as error:
            reasons.append((claim.target, str(error)))
    declarations: list[str] = []
    try:
        shared = setting(statement, program)
        declarations = shared.declarations()
        for claim in good:
            try:
                found = theorems(statement, claim, program, shared)
            except NotExported as error:
                reasons.append((claim.target, str(error)))
                continue
            names += [name for name, _ in found]
            parts += [text for _, text in found]
    except NotExported as error:
        reasons += [(claim.target, str(error)) for claim in good]
    if not parts:
        return Module(statement, "", "", (), tuple(reasons))
    name = module_name(statement.name, taken)
    text = "\n\n".join(
        [
            quotation(statement) + f"\nModule {name}.\nSection Statement.",
            "\n".join(declarations),
            *(program.definition(line) for line in program.lines),
            *parts,
            f"End Statement.\nEnd {name}.",
        ]
    )
    return Module(statement, name, text, tuple(f"{name}.{n}" for n in names), tuple(reasons), shared.reals)


def quotation(statement: Statement) -> str:
    """The statement, in a comment."""
    lines = [f"{statement.name}: {statement.about}" if statement.about else statement.name]
    shapes = ", ".join(f"{t.name}: {' '.join(str(a) for a in t.shape)}".strip() for t in statement.inputs)
    lines.append(f"  shapes    {shapes}")
    if statement.complex:
        lines.append(COMPLEX)
    for title, lets in (("forward", statement.forward), ("backward", statement.backward)):
        lines += [f"  {title:<9} {_line(let)}" for let in lets if let.source is not None]
    lines += [f"  assume    {a.source.text}" for a in statement.assumptions if a.source is not None]
    text = "\n".join(dict.fromkeys(lines))
    return f"(* {text.replace('(*', '( *').replace('*)', '* )').replace(chr(34), chr(39))} *)"


def _line(let: Let) -> str:
    return let.source.text if let.source is not None else let.name


def document(modules: Sequence[Module], file: str | None) -> str:
    """The whole file. The modules are those with theorems in them."""
    names = [name for m in modules for name in m.theorems]
    origin = PurePath(file).name if file else "a statement"
    head = f"(* Written by symadj from {origin}: every theorem here is one that the Rocq kernel checks. *)\n"
    head += IMPORTS_OF_ANALYSIS if any(m.reals for m in modules) else IMPORTS
    return "\n\n".join([head.rstrip(), *(m.text for m in modules), footer(names)])


def certificate(statement: Statement, targets: Sequence[str]) -> str:
    """The whole file for the claims ``targets`` of one statement. Raises ``NotExported`` where none can be exported."""
    made = module(statement, set(), targets)
    if not made.theorems:
        reasons = "; ".join(f"{target}: {why}" for target, why in made.reasons)
        raise NotExported(f"{statement.name}: {reasons or 'nothing is proved without further hypotheses'}")
    return document([made], statement.file)


def footer(theorems: Sequence[str]) -> str:
    """The commands that print what theorems rest on: few, since each takes seconds over the reals.

    The theorems are named in a term of which the type does not grow with theirs.
    """
    parts = [theorems[k : k + 500] for k in range(0, len(theorems), 500)]
    return "".join(
        f"Definition all'{k} := {''.join(f'let _ := @{n} in ' for n in part)}I.\nPrint Assumptions all'{k}.\n"
        for k, part in enumerate(parts)
    )
