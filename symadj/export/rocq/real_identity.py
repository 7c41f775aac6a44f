"""An identity over the reals: the values at the sites of functions are atoms, with what relates them."""

from __future__ import annotations

from symadj.export.rocq.assumptions import premises
from symadj.export.rocq.embedding import listed
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
    ranks = (setting.of_rank(1), setting.of_rank(2))
    # the rules of operators bring sites with parameters, which those of the claim must meet
    general = any(isinstance(p, Operator) for line in program.lines.values() for p in walk(line.body))
    names, indices = (setting.sizes, free) if general else ((*setting.sizes, *free), ())
    tape = Tape(names, ranks, len(identity.tensors), indices)
    calls = identity.calls(program)
    closures = moved_closures(identity, program, tape)
    sides = [tape.expression(side, tape.free(), closures) for side in (identity.left, identity.right)]
    relations = Relations(tape, closures, calls, program, local=False)
    where = tuple(bound for _, bound in identity.indices)
    shapes: list[Shape] = [*identity.tensors.values(), *(s.shape(program.shapes()) for s in tape.sites)]
    axes = listed(embedded_axes(shapes, tape))
    call = (
        f"prove_with {setting.known(tape, where)}\n  {setting.bounds(tape)}\n  {axes}\n"
        f"  {relations.pairs()} {name}'relations {name}'rules true None {name}'left {name}'right"
    )
    given = premises(statement, program, calls)
    assumed = "".join(f"  ({g.text}) ->\n" for g in given) + "".join(f"  {formula(f)} ->\n" for f in where)
    left, right = (expression(renamed(side, calls)) for side in (identity.left, identity.right))
    bounds = [f"below'{k}" for k in range(len(where))]
    t1, t2, sizes = names_list(setting.of_rank(1)), names_list(setting.of_rank(2)), names_list((*setting.sizes, *free))
    tensors = listed(f"T{len(shape)} {identifier(t)}" for t, shape in identity.tensors.items())
    introduced = " ".join([*(g.name for g in given), *bounds])
    return "\n".join(
        [
            f"Definition {name}'left := {sides[0]}.",
            f"Definition {name}'right := {sides[1]}.",
            f"Definition {name}'tape : seq (site R) := {listed(s.rocq() for s in tape.sites)}.",
            f"Definition {name}'relations : seq relation := {relations.listed()}.",
            f"Definition {name}'rules : seq relation := {relations.listed_rules()}.",
            *checked(name, call, setting),
            f"Theorem {name}{quantified(identity, free)} :\n{assumed}  {left}\n  = {right}.",
            "Proof.",
            *([f"move=> {introduced}."] if introduced else []),
            *relations.steps(" ".join(identifier(line) for line in program.lines), 0),
            f"exact (unit_relations {sizes} {t1} {t2} R",
            f"  (values (tables1 {t1}) (tables2 {t2}) (nth 0%N {sizes}) {name}'tape {tensors})",
            f"  (@real_divisible R) {evidence(name, setting, bounds)} {relations.proofs()}).",
            "Qed.",
        ]
    )
