"""An identity over the reals: the values at the sites of functions are atoms, with what relates them."""

from __future__ import annotations

from collections.abc import Sequence

from symadj.export.rocq.assumptions import premises
from symadj.export.rocq.embedding import listed
from symadj.export.rocq.granted import Granted, granted
from symadj.export.rocq.names import identifier
from symadj.export.rocq.program import Program
from symadj.export.rocq.readable import expression, formula
from symadj.export.rocq.relations import Relations
from symadj.export.rocq.setting import Setting
from symadj.export.rocq.syntax import Operator
from symadj.export.rocq.tape import Tape
from symadj.export.rocq.theorem import (
    Identity,
    checked,
    embedded_axes,
    evidence,
    known_facts,
    moved_closures,
    names_list,
    quantified,
)
from symadj.export.rocq.walking import renamed, walk
from symadj.terms.statement import Shape, Statement


def render(identity: Identity, statement: Statement, program: Program, setting: Setting) -> str:
    """The Rocq text of an identity with functions of the reals in it."""
    name = identity.name
    free = tuple(index for index, _ in identity.indices)
    calls = identity.calls(program)
    given = premises(statement, program, calls)
    known = granted(list(identity.tensors), given)
    first = len(identity.tensors) + len(known.halved)
    ranks = (setting.of_rank(1), setting.of_rank(2))
    # the rules of operators bring sites with parameters, which those of the claim must meet
    general = any(isinstance(p, Operator) for line in program.lines.values() for p in walk(line.body))
    names, indices = (setting.sizes, free) if general else ((*setting.sizes, *free), ())
    tape = Tape(names, ranks, first, indices)
    closures = moved_closures(identity, program, tape) | known.closures()
    sides = [tape.expression(side, tape.free(), closures) for side in (identity.left, identity.right)]
    relations = Relations(tape, closures, calls, program, known, given, (), 0)
    where = tuple(bound for _, bound in identity.indices)
    halved = [identity.tensors[t] for t in known.halved]
    shapes: list[Shape] = [*identity.tensors.values(), *halved, *(s.shape(program.shapes()) for s in tape.sites)]
    axes = listed(embedded_axes(shapes, tape))
    facts = f"{setting.known(tape, where)}\n  {setting.bounds(tape)}\n  {axes}"
    assumed = "".join(f"  ({g.text}) ->\n" for g in given) + "".join(f"  {formula(f)} ->\n" for f in where)
    left, right = (expression(renamed(side, calls)) for side in (identity.left, identity.right))
    return "\n".join(
        [
            f"Definition {name}'left := {sides[0]}.",
            f"Definition {name}'right := {sides[1]}.",
            f"Definition {name}'tape : seq (site R) := {listed(s.rocq() for s in tape.sites)}.",
            *relations.definitions(name, facts),
            *checked(name, relations.call(name, facts), setting),
            f"Theorem {name}{quantified(identity, free)} :\n{assumed}  {left}\n  = {right}.",
            *_proof(identity, program, setting, known, relations, [g.name for g in given]),
        ]
    )


def _proof(
    identity: Identity,
    program: Program,
    setting: Setting,
    known: Granted,
    relations: Relations,
    given: Sequence[str],
) -> list[str]:
    """The proof of the theorem, line by line."""
    name = identity.name
    free = tuple(index for index, _ in identity.indices)
    bounds = [f"below'{k}" for k in range(len(free))]
    t1, t2, sizes = names_list(setting.of_rank(1)), names_list(setting.of_rank(2)), names_list((*setting.sizes, *free))
    atoms = [f"T{len(shape)} {identifier(t)}" for t, shape in identity.tensors.items()]
    tensors = listed([*atoms, *known.texts(identity.tensors, identifier)])
    lines = " ".join(identifier(line) for line in program.lines)
    env = f"(values (tables1 {t1}) (tables2 {t2}) (nth 0%N {sizes}) {name}'tape {tensors})"

    def by_checker(more: Sequence[str]) -> str:
        variables = names_list((*setting.sizes, *free, *more))
        return f"unit_relations {variables} {t1} {t2} R\n  {env}\n  (@real_divisible R)"

    introduced = " ".join([*given, *bounds])
    return [
        "Proof.",
        *([f"move=> {introduced}."] if introduced else []),
        *relations.steps(lines),
        *relations.order_steps(lines, name, by_checker, known_facts(setting, bounds)),
        f"exact ({by_checker(())} {evidence(name, setting, bounds)} {relations.proofs()}).",
        "Qed.",
    ]
