"""The gradient of a long program, line by line: size and time are linear in the number of lines.

A line L whose cotangent dL is claimed too is a cut: between cuts nothing is unfolded. With D_L for what L moves by,

* each cut is differentiable, and D_L is a sum of parts, one for each earlier cut (or the input) that its body names;
* for each cut and the input, dL is what the later ones make of it: the parts of these that come from L, paired with
  their cotangents, are D_L paired with dL. This is where the claimed line is proved, the earlier ones left opaque;
* the sum of all these equations is the claim.

Complete for the programs of which every line between two cuts would be proved by itself, with the values of earlier
cuts unknown. An operator (the inverse of a matrix, a product, a maximum) is not differentiated so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from symadj.export.rocq.assumptions import Premise, premises
from symadj.export.rocq.differential import ZERO, derivative, moved, without_zeros
from symadj.export.rocq.embedding import Closure, listed
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.granted import granted
from symadj.export.rocq.names import identifier
from symadj.export.rocq.of_reals import GradientOfReals, atom, stated, zero
from symadj.export.rocq.pairing import at, summed
from symadj.export.rocq.program import Program, kind
from symadj.export.rocq.readable import expression
from symadj.export.rocq.relations import Relations
from symadj.export.rocq.syntax import Expr, Ref, Times, plus
from symadj.export.rocq.tape import Tape
from symadj.export.rocq.theorem import checked, embedded_axes, evidence, known_facts, names_list
from symadj.export.rocq.walking import references, renamed
from symadj.terms.statement import Shape, Tensor


def cuts(claim: GradientOfReals) -> tuple[str, ...]:
    """The lines that move and whose cotangents are lines of the claim."""
    program, statement = claim.program, claim.statement
    backward = {let.name: let for let in statement.backward}
    return tuple(
        let.name
        for let in statement.forward
        if let.name in program.lines
        and let.name not in statement.outputs
        and claim.tensor in program.uses(let.name)
        and f"d{let.name}" in program.lines
        and f"d{let.name}" in backward
        and backward[f"d{let.name}"].shape == let.shape
    )


def by_lines(claim: GradientOfReals, found: Sequence[str]) -> str:
    """The theorem, cut at the lines ``found``, with the definitions and lemmas before it. Raises ``NotExported``."""
    try:
        return _Lines(claim, tuple(found)).text()
    except LookupError as error:
        raise NotExported(f"the {error.args[0]} in a long program") from error


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of the program: the tensors and cuts of which nothing is known but their ``texts``, and those that move."""

    program: Program
    tape: Tape
    texts: Mapping[str, str]
    closures: Mapping[str, Closure]
    shapes: tuple[Shape, ...]
    given: tuple[Premise, ...]


class _Lines:
    def __init__(self, claim: GradientOfReals, found: tuple[str, ...]) -> None:
        self.claim = claim
        self.program = claim.program
        self.setting = claim.setting
        self.cuts = found
        self.nodes = (claim.tensor, *found)
        x = identifier(claim.tensor)
        self.calls = claim.calls(f"({x} p)", "")
        self.calls |= {moved(c): f"(D'{c} w)" for c in found} | {
            moved(claim.tensor): f"({identifier(claim.direction)} w)"
        }
        self.at_q = claim.calls(f"({x} q)", "")
        self.given = premises(claim.statement, claim.program, self.calls)
        bodies = {c: self.program.lines[c].body for c in found} | {"": claim.left}
        self.whole = {c: derivative(body, self.program, self.nodes) for c, body in bodies.items()}
        self.bodies = bodies
        # what each cut (and at last the pairing of the outputs) makes of each node
        self.made: dict[tuple[str, str], Expr] = {}
        for c, body in bodies.items():
            for node in self.nodes:
                part = without_zeros(derivative(body, self.program, (node,), self.cuts))
                if part != ZERO:
                    self.made[c, node] = part
        self.definitions: list[str] = []
        self.steps: list[str] = []

    # ---------------------------------------------------------------------------------------- expressions

    def shape(self, node: str) -> Shape:
        """The shape of a node."""
        return self.claim.statement.shape(node)

    def indices(self, node: str) -> tuple[str, ...]:
        """The indices of a node."""
        return self.claim.indices if node == self.claim.tensor else self.program.lines[node].let.indices

    def cotangent(self, node: str) -> str:
        """The line that is claimed to be the cotangent."""
        return self.claim.target if node == self.claim.tensor else f"d{node}"

    def paired(self, node: str, value: Expr) -> Expr:
        """A value at the indices of a node, paired with its cotangent; of the pairing of the outputs, itself."""
        if not node:
            return value
        indices = self.indices(node)
        return summed(indices, self.shape(node), Times(value, at(self.cotangent(node), indices)))

    def text_of(self, expr: Expr) -> str:
        """The readable text at the point."""
        return expression(renamed(expr, self.calls))

    def name(self, kind_: str, node: str) -> str:
        """The name of a lemma."""
        return f"{self.claim.name}_{kind_}" + (f"_{identifier(node)}" if node else "")

    # ---------------------------------------------------------------------------------------- segments

    def segment(
        self, about: Iterable[Expr], opened: Collection[str] = (), cotangent: str = "", free: tuple[str, ...] = ()
    ) -> _Segment:
        """The segment for these expressions, with the bodies of the cuts ``opened`` and of one cotangent."""
        statement = self.claim.statement
        hidden = [c for c in self.cuts if c not in opened]
        hidden += [f"d{c}" for c in self.cuts if f"d{c}" != cotangent]
        part = replace(
            statement,
            inputs=(*statement.inputs, *(Tensor(h, statement.shape(h)) for h in hidden)),
            forward=tuple(let for let in statement.forward if let.name not in hidden),
            backward=tuple(let for let in statement.backward if let.name not in hidden),
        )
        program = Program(part)
        named = list(dict.fromkeys(r for expr in about for r in references(expr)))
        for name in named:
            if name in program.lets:
                program.need(name)
        used = [t for t in program.tensors if any(t in program.uses(n) for n in named if n in program.lines or n == t)]
        moving = [m for m in map(moved, self.nodes) if m in named]
        shapes = [*map(statement.shape, used), *(statement.shape(m.partition("'")[0]) for m in moving)]
        given = tuple(
            g
            for g in self.given
            if g.equation is None
            or all(
                r in used or r in program.lines
                for side in (g.equation.left, g.equation.right)
                for r in references(side)
            )
        )
        known = granted([*used, *moving], given)
        ranks = (self.setting.of_rank(1), self.setting.of_rank(2))
        tape = Tape((*self.setting.sizes, *free), ranks, len(shapes) + len(known.halved))
        atoms = {n: atom(str(k)) for k, n in enumerate((*used, *moving))}
        closures = program.closures(tape, atoms) | known.closures()
        texts = {n: self.calls[n] for n in (*used, *moving)}
        return _Segment(program, tape, texts, closures, tuple(shapes), given)

    def relations(self, segment: _Segment, moving: Collection[str], count: int) -> Relations:
        """The relations of a segment, whose first ``count`` sites are differentiated."""
        known = granted(list(segment.texts), segment.given)
        return Relations(
            segment.tape, segment.closures, self.calls, segment.program, known, segment.given, moving, count
        )

    def unfolded(self, segment: _Segment) -> str:
        """The definitions to unfold where signs are asked for: the segment's, and those of the cuts it names."""
        names = [*segment.program.lines, *(t for t in segment.texts if t in self.program.lines)]
        return " ".join(identifier(n) for n in names)

    def facts(self, segment: _Segment) -> str:
        """The first arguments of the checker."""
        tape, shapes = segment.tape, segment.shapes
        halved = [shapes[list(segment.texts).index(t)] for t in granted(list(segment.texts), segment.given).halved]
        sites = [s.shape(segment.program.shapes()) for s in tape.sites]
        axes = listed(embedded_axes([*shapes, *halved, *sites], tape))
        return f"{self.setting.known(tape)}\n  {self.setting.bounds(tape)}\n  {axes}"

    def places(self, free: tuple[str, ...] = ()) -> str:
        """The tables and the values of the free variables."""
        t1, t2 = (names_list(self.setting.of_rank(k)) for k in (1, 2))
        return f"(tables1 {t1}) (tables2 {t2}) (nth 0%N {names_list((*self.setting.sizes, *free))})"

    # ---------------------------------------------------------------------------------------- the steps

    def differentiable(self, node: str) -> list[str]:
        """That the cut (or the pairing of the outputs) is differentiable, from ``have domains'`` on."""
        free = self.indices(node) if node else ()
        segment = self.segment([self.bodies[node]], free=free)
        tape = segment.tape
        value = tape.expression(self.bodies[node], tape.free(), segment.closures)
        count = len(tape.sites)
        relations = self.relations(segment, self.nodes, count)
        name = self.name("line", node)
        self.definitions += [
            f"Definition {name}'value := {value}.",
            f"Definition {name}'tape : seq (site R) := {listed(s.rocq() for s in tape.sites[:count])}.",
        ]
        start, step, cases = [], [], []
        for t, shape in zip(segment.texts, segment.shapes, strict=True):
            rank = len(shape)
            moves = t in self.nodes
            start.append(f"T{rank} {self.at_q[t] if rank == 0 or ' ' not in self.at_q[t] else f'({self.at_q[t]})'}")
            step.append(f"T{rank} {self.calls[moved(t)] if moves else zero(rank)}")
            constant = f"exact: (hasd_cst p (entry (T{rank} ({self.calls[t]})) l'))"
            cases.append(f"{'exact: ' if rank else 'exact '}moves'{t}" if moves else constant)
        pattern = "more'"
        for _ in cases:
            pattern = f"[|{pattern}]"
        conditions = "I"
        for proof in reversed(relations.domains()):
            conditions = f"(conj {proof} {conditions})"
        return [
            f"pose point (q : U) : seq (tensor R) := {listed(start)}.",
            f"pose tangent (w : U) : seq (tensor R) := {listed(step)}.",
            "have smooth' : smooth p point tangent.",
            f"  by split; [|split; [|move=> {pattern} lt' l'; [{'|'.join([*cases, 'move: lt' + chr(39)])}]]].",
            *relations.domain_steps(self.unfolded(segment), relations.differentiated()),
            f"have domains' : domains {self.places(free)} p {name}'tape point := {conditions}.",
            f"refine (is_diff_to (differential {name}'value smooth' domains') _) => w.",
        ]

    def cut(self, node: str) -> list[str]:
        """That a cut moves by a sum of parts; what it moves by is hidden."""
        names = " ".join(identifier(i) for i in self.indices(node))
        every, kind_ = (f"forall {names} : nat, ", kind(len(self.shape(node)))) if names else ("", "R")
        head = f"(w : U) ({names} : nat)" if names else "(w : U)"
        text = self.text_of(self.whole[node])
        call = self.at_q[node]
        lines = [
            f"have [D'{node} moves'{node} is'{node}] : exists2 D : U -> {kind_},",
            f"    ({every}is_diff p (fun q : U => {call} {names} : R) (fun w : U => D w {names} : R)) &",
            f"    (forall {head}, D w {names} = {text}).",
            f"  exists (fun {head} => {text}); last by [].",
            *([f"  move=> {names}."] if names else []),
            *(f"  {s}" for s in self.differentiable(node)),
            "  by [].",
        ]
        return lines

    def prove(self, name: str, segment: _Segment, sides: Sequence[str], relations: Relations | None) -> list[str]:
        """The tactics that prove an equation by the checker; its definitions are noted."""
        tape, facts = segment.tape, self.facts(segment)
        lines = self.unfolded(segment)
        self.definitions += [f"Definition {name}'{s} := {t}." for s, t in zip(("left", "right"), sides, strict=True)]
        self.definitions.append(f"Definition {name}'tape : seq (site R) := {listed(s.rocq() for s in tape.sites)}.")
        t1, t2 = (names_list(self.setting.of_rank(k)) for k in (1, 2))
        atoms = [f"T{len(s)} ({t})" for t, s in zip(segment.texts.values(), segment.shapes, strict=True)]
        known = granted(list(segment.texts), segment.given)
        ranks = {n: s for n, s in zip(segment.texts, segment.shapes, strict=True)}
        tensors = listed([*atoms, *known.texts(ranks, lambda t: f"({segment.texts[t]})")])
        env = f"(values {self.places()} {name}'tape {tensors})"

        def by_checker(more: Sequence[str]) -> str:
            variables = names_list((*self.setting.sizes, *more))
            return f"unit_relations {variables} {t1} {t2} R\n  {env}\n  (@real_divisible R)"

        if relations is None:
            call = f"prove_with {facts}\n  [::] [::] [::] [::] true None {name}'left {name}'right"
            self.definitions += checked(name, call, self.setting)
            return [f"exact ({by_checker(())} {evidence(name, self.setting)} I I I I)."]
        self.definitions += relations.definitions(name, facts)
        self.definitions += checked(name, relations.call(name, facts), self.setting)
        return [
            *relations.steps(lines),
            *relations.order_steps(lines, name, by_checker, known_facts(self.setting)),
            f"exact ({by_checker(())} {evidence(name, self.setting)} {relations.proofs()}).",
        ]

    def parts(self, node: str) -> list[str]:
        """That what a cut moves by, paired, is the sum of its parts."""
        sources = [n for n in self.nodes if (node, n) in self.made]
        whole = self.paired(node, self.whole[node])
        right = plus([self.paired(node, self.made[node, n]) for n in sources])
        name = self.name("parts", node)
        segment = self.segment([whole, right])
        sides = [segment.tape.expression(e, segment.tape.free(), segment.closures) for e in (whole, right)]
        total = " + ".join(f"{self.part(node, n)} w" for n in sources)
        unfold = f"rewrite /{self.pairing(node)} {' '.join('/' + self.part(node, n) for n in sources)}"
        lines = [f"have parts'{node} w : {self.pairing(node)} w = {total or '0'}.", f"  {unfold}."]
        if node:
            moves = f"{'apply: eq_bigr => ? _; ' * len(self.indices(node))}rewrite is'{node}"
            lines.append(f"  transitivity ({self.text_of(whole)}); first by {moves}.")
        return [*lines, *(f"  {s}" for s in self.prove(name, segment, sides, None))]

    def pairs(self, node: str) -> list[str]:
        """That the claimed cotangent of a node is what the later cuts make of it."""
        users = [c for c in self.bodies if (c, node) in self.made]
        opened = [c for c in users if c]
        target = self.cotangent(node)
        left = plus([self.paired(c, self.made[c, node]) for c in users])
        right = self.paired(node, Ref(moved(node), at(target, self.indices(node)).arguments))
        segment = self.segment([*(self.bodies[c] for c in users), left, right], opened, target)
        tape, free = segment.tape, segment.tape.free()
        for c in users:  # the values come first, since these are differentiated
            inside = self.paired(c, self.bodies[c])
            tape.expression(inside, free, segment.closures)
        count = len(tape.sites)
        sides = [tape.expression(e, free, segment.closures) for e in (left, right)]
        relations = self.relations(segment, (node,), count)
        total = " + ".join(f"{self.part(c, node)} w" for c in users)
        unfold = f"rewrite /{self.pairing(node)} {' '.join('/' + self.part(c, node) for c in users)}"
        return [
            f"have pairs'{node} w : {total or '0'} = {self.pairing(node)} w.",
            f"  {unfold}.",
            *(f"  {s}" for s in self.prove(self.name("pairs", node), segment, sides, relations)),
        ]

    # ---------------------------------------------------------------------------------------- the whole

    def pairing(self, node: str) -> str:
        """The name of what a node moves by, paired with its cotangent."""
        return f"paired'{node}"

    def part(self, node: str, source: str) -> str:
        """The name of the part of this that comes from another node."""
        return f"part'{node}'{source}"

    def names(self) -> list[str]:
        """The pairings and their parts, as definitions."""
        found = []
        for node in ("", *self.nodes):
            text = (
                self.whole[""]
                if not node
                else self.paired(node, Ref(moved(node), at("", self.indices(node)).arguments))
            )
            found.append(f"pose {self.pairing(node)} (w : U) : R := {self.text_of(text)}.")
        for (node, source), made in self.made.items():
            found.append(f"pose {self.part(node, source)} (w : U) : R := {self.text_of(self.paired(node, made))}.")
        return found

    def sum(self) -> list[str]:
        """That the claim is the sum of the equations."""
        nodes, name = self.nodes, self.name("sum", "")
        atoms = [self.pairing(""), *map(self.pairing, nodes), *(self.part(*key) for key in self.made)]
        numbers = {a: f"Atm {k} [::]" for k, a in enumerate(atoms)}

        def total(terms: Sequence[str]) -> str:
            text = numbers[terms[0]] if terms else "Cst 0"
            for term in terms[1:]:
                text = f"Add ({text}) ({numbers[term]})"
            return text

        def added(texts: Sequence[str]) -> str:
            text = texts[-1]
            for part in reversed(texts[:-1]):
                text = f"Add ({part}) ({text})"
            return text

        first = [c for c in self.bodies]
        moves = added([numbers[self.pairing(c)] for c in first])
        moves_by = added([total([self.part(c, n) for n in nodes if (c, n) in self.made]) for c in first])
        made = added([total([self.part(c, n) for c in self.bodies if (c, n) in self.made]) for n in nodes])
        claimed = added([numbers[self.pairing(n)] for n in nodes])
        sides = (
            f"Add ({numbers[self.pairing('')]}) (Add ({moves_by}) ({claimed}))",
            f"Add ({numbers[self.pairing(nodes[0])]}) (Add ({moves}) ({made}))",
        )
        self.definitions += [f"Definition {name}'{s} := {t}." for s, t in zip(("left", "right"), sides, strict=True)]
        tape = Tape(self.setting.sizes, (self.setting.of_rank(1), self.setting.of_rank(2)), 0)
        facts = f"{self.setting.known(tape)}\n  {self.setting.bounds(tape)}\n  {listed('[::]' for _ in atoms)}"
        call = f"prove {facts}\n  true None {name}'left {name}'right"
        self.definitions += checked(name, call, self.setting)

        def both(proofs: Sequence[str]) -> str:
            text = proofs[-1]
            for proof in reversed(proofs[:-1]):
                text = f"(add_equal {proof} {text})"
            return text

        t1, t2 = (names_list(self.setting.of_rank(k)) for k in (1, 2))
        env = listed(f"T0 ({a} w)" for a in atoms)
        identity = f"(unit_identity {names_list(self.setting.sizes)} {t1} {t2} R {env} (@real_divisible R) {evidence(name, self.setting)})"
        return [
            f"have all'parts := {both([f'(parts{chr(39)}{c} w)' for c in first])}.",
            f"have all'pairs := {both([f'(pairs{chr(39)}{n} w)' for n in nodes])}.",
            f"exact (by_equations all'parts all'pairs {identity}).",
        ]

    def text(self) -> str:
        """The definitions, lemmas and the theorem."""
        proof = [f"move=> moves'{self.claim.tensor}{''.join(f' {g.name}' for g in self.given)}."]
        for node in self.cuts:
            proof += self.cut(node)
        proof += self.names()
        for node in self.bodies:
            proof += self.parts(node)
        for node in self.nodes:
            proof += self.pairs(node)
        proof += [*self.differentiable(""), *self.sum()]
        return "\n".join([*self.definitions, stated(self.claim, self.given), "Proof.", *proof, "Qed."])
