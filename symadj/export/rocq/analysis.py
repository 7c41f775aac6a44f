"""Gradients of maps with functions of the reals in them, over mathcomp's analysis.

For every family of inputs x q that is differentiable at a point p of a normed space, with differentials Dx, the outputs
at x q paired with the cotangents are differentiable at p, and the differential is Dx paired with the claimed gradient.
With the coordinates of a matrix for x this is Fréchet's derivative. Along a line it is the directional one, which is
stated too, and with it uniqueness: u gives all of these iff it is entry by entry what is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from symadj.export.rocq.assumptions import Premise, premises
from symadj.export.rocq.by_lines import by_lines
from symadj.export.rocq.embedding import Closure, listed
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.granted import granted
from symadj.export.rocq.names import identifier
from symadj.export.rocq.of_reals import GradientOfReals, atom, stated, zero
from symadj.export.rocq.pairing import at, fresh, indices_of, paired, summed, taken_names, used_tensors
from symadj.export.rocq.program import Program, kind
from symadj.export.rocq.readable import expression, nat
from symadj.export.rocq.relations import Relations
from symadj.export.rocq.setting import Setting
from symadj.export.rocq.syntax import Times
from symadj.export.rocq.tape import Tape
from symadj.export.rocq.theorem import checked, embedded_axes, evidence, known_facts, names_list
from symadj.export.rocq.translate import natural
from symadj.export.rocq.walking import renamed
from symadj.terms.statement import Shape, Statement

LAST = "@LAST@"
HEAVY = 130  # how many parts a claim has, with its lines put in, above which it is proved line by line
MOST_AXES_UNIQUE = 4


def gradient(
    statement: Statement, target: str, tensor: str, program: Program, setting: Setting
) -> list[tuple[str, str]]:
    """The theorems of a gradient claim: names and texts. Raises ``NotExported``."""
    indices = indices_of(statement, program, target)
    direction = fresh(f"D{tensor}", taken_names(statement, program))
    shape = statement.shape(tensor)
    claim = GradientOfReals(
        statement,
        program,
        setting,
        tensor,
        target,
        shape,
        indices,
        tuple(used_tensors(program, (*statement.outputs, target, *program.cotangents), without=(tensor,))),
        direction,
        paired(statement, program, ""),
        summed(indices, shape, Times(at(direction, indices), at(target, indices))),
    )
    found = [(claim.name, _general(claim)), (f"{tensor}_directional", _directional(claim))]
    if len(shape) <= MOST_AXES_UNIQUE:
        found.append((f"{tensor}_adjoint", _unique(claim)))
    return found


# ------------------------------------------------------------------------------------------------ the differential


def _general(claim: GradientOfReals) -> str:
    """The main theorem: at once, or where that is long and there are lines to cut at, line by line."""
    if claim.program.weight(claim.left) + claim.program.weight(claim.right) > HEAVY:
        with suppress(NotExported):  # there are none, or one has an operator, or too many functions
            return by_lines(claim)
    return _at_once(claim)


def _at_once(claim: GradientOfReals) -> str:
    program, setting, name = claim.program, claim.setting, claim.name
    tensors = {claim.tensor: claim.shape, **{t: claim.statement.shape(t) for t in claim.others}}
    calls = claim.calls(f"({identifier(claim.tensor)} p)", "")
    given = premises(claim.statement, program, calls)
    known = granted(list(tensors), given)
    count = len(tensors) + len(known.halved)
    tape = Tape(setting.sizes, (setting.of_rank(1), setting.of_rank(2)), count)
    atoms: dict[str, Closure] = {n: atom(str(k)) for k, n in enumerate(tensors)}
    atoms[claim.direction] = atom(LAST)
    closures = program.closures(tape, atoms) | known.closures()
    free = tape.free()
    value = tape.expression(claim.left, free, closures)
    moved = len(tape.sites)
    derivative = tape.derivative(claim.left, free, closures, _tangents(claim, tape, closures, atoms[claim.direction]))
    right = tape.expression(claim.right, free, closures)
    relations = Relations(tape, closures, calls, program, known, given, (claim.tensor,), moved)
    last = str(count + len(tape.sites))
    halved = [tensors[t] for t in known.halved]
    shapes: list[Shape] = [*tensors.values(), *halved, *(s.shape(program.shapes()) for s in tape.sites), claim.shape]
    axes = listed(embedded_axes(shapes, tape))
    facts = f"{setting.known(tape)}\n  {setting.bounds(tape)}\n  {axes}"
    halves = known.texts(tensors, calls.__getitem__)
    return "\n".join(
        [
            f"Definition {name}'value := {value}.",
            f"Definition {name}'left := {derivative.replace(LAST, last)}.",
            f"Definition {name}'right := {right.replace(LAST, last)}.",
            f"Definition {name}'tape : seq (site R) := {listed(s.rocq() for s in tape.sites[:moved])}.",
            f"Definition {name}'more : seq (site R) := {listed(s.rocq() for s in tape.sites[moved:])}.",
            *relations.definitions(name, facts),
            *checked(name, relations.call(name, facts), setting),
            stated(claim, given),
            _proof(claim, relations, moved, given, list(zip(halves, map(len, halved), strict=True))),
        ]
    )


def _tangents(
    claim: GradientOfReals, tape: Tape, closures: Mapping[str, Closure], moved: Closure
) -> dict[str, Closure]:
    found: dict[str, Closure] = {name: (lambda _: "Cst 0") for name in claim.program.tensors}
    found[claim.tensor] = moved
    free = tape.free()

    def closure(name: str) -> Closure:
        line = claim.program.lines[name]

        def derived(arguments: tuple[str, ...]) -> str:
            variables = {**free, **dict(zip(line.let.indices, arguments, strict=True))}
            return tape.derivative(line.body, variables, closures, found)

        return derived

    for name in claim.program.lines:
        found[name] = closure(name)
    return found


def _proof(
    claim: GradientOfReals,
    relations: Relations,
    moved: int,
    given: Sequence[Premise],
    halves: Sequence[tuple[str, int]],
) -> str:
    setting, name, rank = claim.setting, claim.name, len(claim.shape)
    x, dx = identifier(claim.tensor), identifier(claim.direction)
    t1, t2, sizes = names_list(setting.of_rank(1)), names_list(setting.of_rank(2)), names_list(setting.sizes)
    places = f"(tables1 {t1}) (tables2 {t2}) (nth 0%N {sizes})"
    ranks = {t: len(claim.statement.shape(t)) for t in claim.others}
    constant = [(f"T{r} {identifier(t)}", r) for t, r in ranks.items()] + list(halves)
    start = listed([f"T{rank} ({x} q)", *(text for text, _ in constant)])
    tangent = listed([f"T{rank} ({dx} w)", *(f"T{r} {zero(r)}" for _, r in constant)])
    pattern, cases = "more'", "exact: moving'" if rank else "exact moving'"
    for _ in range(len(constant) + 1):
        pattern = f"[|{pattern}]"
    still = [f"entry ({text}) l'" for text, _ in constant]
    cases = "|".join([cases, *(f"exact: (hasd_cst p ({c}))" for c in still)])
    lines = " ".join(identifier(line) for line in claim.program.lines)
    steps = [
        "Proof.",
        f"move=> {' '.join(['moving' + chr(39), *(g.name for g in given)])}.",
        f"pose point (q : U) : seq (tensor R) := {start}.",
        f"pose tangent (w : U) : seq (tensor R) := {tangent}.",
        "have smooth' : smooth p point tangent.",
        f"  by split; [|split; [|move=> {pattern} lt' l'; [{cases}|move: lt']]].",
    ]
    steps += relations.steps(lines)
    env = f"(rcons (values {places} ({name}'tape ++ {name}'more) (point p)) (T{rank} ({dx} w)))"

    def by_checker(more: Sequence[str]) -> str:
        variables = names_list((*setting.sizes, *more))
        return f"unit_relations {variables} {t1} {t2} R\n  {env}\n  (@real_divisible R)"

    proofs = relations.domains()
    conditions = "I"
    for proof in reversed(proofs):
        conditions = f"(conj {proof} {conditions})"
    steps += [
        f"assert (domains' : domains {places} p {name}'tape point) by exact {conditions}.",
        f"refine (is_diff_to (differential {name}'value smooth' domains') _) => w.",
        *relations.order_steps(lines, name, by_checker, known_facts(setting)),
        f"exact ({by_checker(())} {evidence(name, setting)} {relations.proofs()}).",
        "Qed.",
    ]
    return "\n".join(steps)


# ------------------------------------------------------------------------------------------------ along lines


def _line(claim: GradientOfReals, point: str, direction: str, gradient_text: str) -> str:
    """The readable directional derivative: its map, and its value."""
    names = " ".join(identifier(i) for i in claim.indices)
    moved = f"{point} {names} + t * {direction} {names}" if names else f"{point} + t * {direction}"
    along = f"(fun {names} : nat => {moved})" if names else f"({moved})"
    left = expression(renamed(claim.left, claim.calls(along, "")))
    pairing = summed(claim.indices, claim.shape, Times(at("v'", claim.indices), at("g'", claim.indices)))
    right = expression(renamed(pairing, {"v'": direction, "g'": gradient_text}))
    return f"is_derive (0 : R) (1 : R) (fun t : R => {left} : R)\n    ({right})"


def _directional(claim: GradientOfReals) -> str:
    x, v = identifier(claim.tensor), identifier(claim.direction)
    given = premises(claim.statement, claim.program, claim.calls(x, ""))
    assumed = "".join(f"  ({g.text}) ->\n" for g in given)
    kind_ = kind(len(claim.shape))
    names = " ".join(identifier(i) for i in claim.indices)
    entry, step = (f"{x} {names}", f"{v} {names}") if names else (x, v)
    lemma = f"fun {names} : nat => " if names else ""
    start = f"({lemma}{entry} + 0 * {step})"
    family = f"(fun (q : R) {f'({names} : nat) ' if names else ''}=> {entry} + q * {step})"
    steps = f"(fun (w : R) {f'({names} : nat) ' if names else ''}=> w * {step})"
    moving = f"({lemma}hasd_line ({entry}) ({step}))"
    others = "".join(f" {identifier(t)}" for t in claim.others)
    hypotheses = " ".join(g.name for g in given)
    lines = [
        f"Theorem {claim.tensor}_directional ({x} : {kind_}){claim.heads()} ({v} : {kind_}) :\n{assumed}"
        f"  {_line(claim, x, v, claim.calls(x, '')[claim.target])}.",
        "Proof.",
        *([f"move=> {hypotheses}."] if given else []),
        f"have start' : {start} = {x} by {'apply: funext => ?; ' * len(claim.indices)}rewrite mul0r addr0.",
        f"have along := {claim.name} [normedModType R of R^o] (0 : R) {family} {steps}{others} {moving}.",
    ]
    for g in premises(claim.statement, claim.program, claim.calls("z'", "")):
        at_start = f"(eq_ind_r (fun z' : {kind_} => {g.text}) {g.name} start')"
        lines.append(f"have {{}}along := along {at_start}.")
    lines += [
        "apply: (derive_along along); cbv beta; rewrite ?start'.",
        "by do ![apply: eq_bigr => ? _]; rewrite mul1r." if claim.indices else "by rewrite mul1r.",
        "Qed.",
    ]
    return "\n".join(lines)


def _unique(claim: GradientOfReals) -> str:
    x, v, rank = identifier(claim.tensor), identifier(claim.direction), len(claim.shape)
    given = premises(claim.statement, claim.program, claim.calls(x, ""))
    assumed = "".join(f"  ({g.text}) ->\n" for g in given)
    hypotheses = "".join(f" {g.name}" for g in given)
    target = claim.calls(x, "")[claim.target]
    names = " ".join(identifier(i) for i in claim.indices)
    bounds = "".join(
        f"({identifier(i)} < {nat(natural(a))})%N -> " for i, a in zip(claim.indices, claim.shape, strict=True)
    )
    every = f"forall {names} : nat, {bounds}" if names else ""
    others = "".join(f" {identifier(t)}" for t in claim.others)
    proof = f"(fun {v} => {claim.tensor}_directional {x}{others} {v}{hypotheses})"
    return "\n".join(
        [
            f"Theorem {claim.tensor}_adjoint ({x} : {kind(rank)}){claim.heads()} (u : {kind(rank)}) :\n{assumed}"
            f"  (forall {v} : {kind(rank)}, {_line(claim, x, v, 'u')})",
            f"  <-> ({every}{f'u {names}' if names else 'u'} = {f'{target} {names}' if names else target}).",
            "Proof.",
            f"move=>{hypotheses or ' *'}; exact (real_adjoint{rank} (@is_derive_unique R) {proof} u).",
            "Qed.",
        ]
    )
