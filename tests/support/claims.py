"""Claims about a random program: its derived backward lines or one of its lines written in other ways, and mutants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from symadj.calculus import Pullback, pullback
from symadj.domains.checking import check_accesses
from symadj.errors import StatementError
from symadj.terms.nodes import Entry, walk
from symadj.terms.printer import format_condition, format_let
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, Let, Statement
from tests.support.mutants import Mutator
from tests.support.rewrites import Rewriter, mapped


def derivative(statement: Statement) -> Pullback:
    """The derived backward program. Raises ``Unsupported`` and ``BudgetExceeded`` where there is none."""
    return pullback(statement.forward, statement.outputs, {t.name: t.shape for t in statement.inputs})


def gradient_statement(statement: Statement, derived: Sequence[Let], random: Random, count: int) -> Statement:
    """The claims that the derived lines are right, and mutants of them, whose names begin with ``m7_``."""
    inputs = {t.name: t.shape for t in statement.inputs}
    shapes = dict(inputs)
    shapes |= {let.name: let.shape for let in (*statement.forward, *derived)}
    shapes |= {"d" + o: statement.shape(o) for o in statement.outputs}
    claims: list[Claim] = [GradientClaim(f"d{n}", n) for n in inputs]
    backward = list(derived)
    order = [let.name for let in derived]
    for number in range(count):
        k = random.randrange(len(derived))
        earlier = {n: s for n, s in shapes.items() if n not in order[k:]}
        mutant = Mutator(random, earlier, statement.sizes).mutate(derived[k])
        if mutant is None:
            continue
        renamed = {mutant.name: f"m{number}_{mutant.name}"}
        made = [replace(mutant, name=renamed[mutant.name])]
        for later in derived[k + 1 :]:
            if any(isinstance(t, Entry) and t.tensor in renamed for t in walk(later.body)):
                renamed[later.name] = f"m{number}_{later.name}"
                made.append(replace(later, name=renamed[later.name], body=mapped(later.body, {}, renamed)))
        reached = [GradientClaim(renamed[f"d{n}"], n) for n in inputs if f"d{n}" in renamed]
        if reached:
            backward += made
            claims += reached
    return replace(statement, backward=tuple(backward), claims=tuple(claims))


def equal_statement(statement: Statement, random: Random, count: int) -> Statement:
    """One line against others: every third written in another way, the rest mutants of such."""
    inputs = {t.name: t.shape for t in statement.inputs}
    lets = {let.name: let for let in statement.forward}
    shapes = inputs | {let.name: let.shape for let in statement.forward}
    line = random.choice(statement.forward)
    rewriter, mutator = Rewriter(random, shapes, lets), Mutator(random, shapes, statement.sizes)
    claims: list[Claim] = []
    made: list[Let] = [replace(line, name="equal.0")]
    for number in range(1, count + 1):
        other: Let | None = rewriter.rewrite(line, random.randint(1, 6))
        name = f"equal.{number}"
        if number % 3 and other is not None:
            other = mutator.mutate(other)
            name = f"equal.m{number}"
        if other is None:
            continue
        made.append(replace(other, name=name))
        claims.append(EqualClaim(name.removeprefix("equal."), "equal.0", name))
    return replace(statement, forward=(*statement.forward, *made), outputs=(), backward=(), claims=tuple(claims))


def group(name: str) -> str:
    """The mutant that a let or a claim belongs to; an empty text for the originals."""
    name = name.removeprefix("equal.")
    return name.split("_")[0] if name.startswith("m") else ""


def without(statement: Statement, groups: Iterable[str]) -> Statement:
    """The statement without some mutants."""
    gone = set(groups)
    if not gone:
        return statement
    return replace(
        statement,
        forward=tuple(let for let in statement.forward if let.name[:6] != "equal." or group(let.name) not in gone),
        backward=tuple(let for let in statement.backward if group(let.name) not in gone),
        claims=tuple(c for c in statement.claims if group(c.target) not in gone),
    )


def in_range(statement: Statement) -> Statement:
    """The statement without the mutants that read outside of their tensors. Raises ``StatementError`` where an
    original does.
    """
    names = {group(c.target) for c in statement.claims} - {""}
    gone = set()
    check_accesses(without(statement, names))
    for name in names:
        try:
            check_accesses(without(statement, names - {name}))
        except StatementError:
            gone.add(name)
    return without(statement, gone)


def text(statement: Statement, name: str) -> str:
    """The statement with one mutant only, for people."""
    others = {group(c.target) for c in statement.claims} - {name, ""}
    kept = without(statement, others)
    shapes = ", ".join(f"{t.name}: {' '.join(str(a).replace(' ', '') for a in t.shape)}" for t in kept.inputs)
    rows = [f"    shapes   {shapes}   outputs {', '.join(kept.outputs)}"]
    rows += [f"    assume   {format_condition(a.condition)}" for a in kept.assumptions]
    rows += [f"    forward  {format_let(let)}" for let in kept.forward]
    rows += [f"    backward {format_let(let)}" for let in kept.backward]
    return "\n".join(rows)
