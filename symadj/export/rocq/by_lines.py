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

from collections.abc import Collection, Iterable, Sequence

from symadj.export.rocq.assumptions import premises
from symadj.export.rocq.cotangents import cotangents
from symadj.export.rocq.differential import ZERO, derivative, moved, without_zeros
from symadj.export.rocq.embedding import listed
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.names import identifier
from symadj.export.rocq.of_reals import GradientOfReals, stated, zero
from symadj.export.rocq.pairing import at, summed
from symadj.export.rocq.program import kind
from symadj.export.rocq.readable import expression
from symadj.export.rocq.segment import Segment
from symadj.export.rocq.syntax import Expr, IVar, Ref, Times, plus
from symadj.export.rocq.walking import references, renamed

PAIRED = ""  # the node that stands for the outputs, paired with their cotangents


def cuts(claim: GradientOfReals) -> tuple[str, ...]:
    """The lines that move and whose cotangents are lines of the claim."""
    program, statement = claim.program, claim.statement
    claimed = {let.name: let.shape for let in statement.backward if let.name in program.lines}
    named = [
        let.name
        for let in statement.forward
        if let.name in program.lines
        and let.name not in statement.outputs
        and claim.tensor in program.uses(let.name)
        and claimed.get(f"d{let.name}") == let.shape
    ]
    if statement.complex or not named:
        return tuple(named)  # of a statement in parts nothing is asked
    return tuple(cotangents(statement, claim.target, claim.tensor, named))


def still(claim: GradientOfReals) -> tuple[str, ...]:
    """The lines that do not move, and that forward and backward lines of the claim name: nothing is known of them."""
    program, statement = claim.program, claim.statement
    backward = {let.name for let in statement.backward}
    named = {r for name, line in program.lines.items() if name in backward for r in references(line.body)}
    return tuple(
        let.name for let in statement.forward if let.name in named and claim.tensor not in program.uses(let.name)
    )


def by_lines(claim: GradientOfReals) -> str:
    """The theorem, with the definitions and lemmas before it. Raises ``NotExported``."""
    try:
        return _Lines(claim).text()
    except LookupError as error:
        raise NotExported(f"the {error.args[0]} in a long program") from error


class _Lines:
    def __init__(self, claim: GradientOfReals) -> None:
        self.claim, self.program = claim, claim.program
        self.cuts, self.still = cuts(claim), still(claim)
        if not self.cuts and not self.still:
            raise NotExported("no lines to cut at")
        self.nodes = (claim.tensor, *self.cuts)
        x = identifier(claim.tensor)
        self.calls = claim.calls(f"({x} p)", "")
        self.calls |= {moved(c): f"(D'{c} w)" for c in self.cuts}
        self.calls[moved(claim.tensor)] = f"({identifier(claim.direction)} w)"
        self.elsewhere = claim.calls(f"({x} q)", "")
        self.given = premises(claim.statement, self.program, self.calls)
        self.bodies = {c: self.program.lines[c].body for c in self.cuts} | {PAIRED: claim.left}
        self.parts: dict[tuple[str, str], Expr] = {}  # what a cut moves by that comes from a node
        for cut, body in self.bodies.items():
            for node in self.nodes:
                part = without_zeros(derivative(body, self.program, (node,), (*self.cuts, *self.still)))
                if part != ZERO:
                    self.parts[cut, node] = part
        self.definitions: list[str] = []

    def text(self) -> str:
        """The definitions, lemmas and the theorem."""
        proof = [f"move=> moves'{self.claim.tensor}{''.join(f' {g.name}' for g in self.given)}."]
        for cut in self.cuts:
            proof += self._cut(cut)
        proof += self._named(PAIRED)
        proof += [
            f"pose paired'{n} (w : U) : R := {self._text(self._paired(n, Ref(moved(n), self._at(n))))}."
            for n in self.nodes
        ]
        for cut in self.cuts:
            proof += self._in_parts(cut)
        for node in self.nodes:
            proof += self._claimed(node)
        proof += [*self._outputs(), *self._sum()]
        return "\n".join([*self.definitions, stated(self.claim, self.given), "Proof.", *proof, "Qed."])

    # ---------------------------------------------------------------------------------------- nodes

    def _indices(self, node: str) -> tuple[str, ...]:
        if node == PAIRED:
            return ()
        return self.claim.indices if node == self.claim.tensor else self.program.lines[node].let.indices

    def _at(self, node: str) -> tuple[IVar, ...]:
        return tuple(map(IVar, self._indices(node)))

    def _cotangent(self, node: str) -> str:
        return self.claim.target if node == self.claim.tensor else f"d{node}"

    def _paired(self, node: str, value: Expr) -> Expr:
        """A value at the indices of a node, paired with its cotangent."""
        if node == PAIRED:
            return value
        indices = self._indices(node)
        shape = self.claim.statement.shape(node)
        return summed(indices, shape, Times(value, at(self._cotangent(node), indices)))

    def _text(self, expr: Expr) -> str:
        return expression(renamed(expr, self.calls))

    def _names(self, node: str) -> str:
        return " ".join(identifier(i) for i in self._indices(node))

    def _head(self, node: str) -> str:
        names = self._names(node)
        return f"(w : U) ({names} : nat)" if names else "(w : U)"

    def _sources(self, cut: str) -> list[str]:
        """The nodes that a cut moves with."""
        return [n for n in self.nodes if (cut, n) in self.parts]

    def _users(self, node: str) -> list[str]:
        """The cuts that move with a node."""
        return [c for c in self.bodies if (c, node) in self.parts]

    def _lemma(self, kind_: str, node: str) -> str:
        return f"{self.claim.name}_{kind_}" + (f"_{identifier(node)}" if node else "")

    def _segment(
        self,
        about: Iterable[Expr],
        opened: Collection[str] = (),
        cotangent: str = "",
        free: tuple[str, ...] = (),
    ) -> Segment:
        """The segment for these expressions, with the bodies of the cuts ``opened`` and of one cotangent."""
        hidden = [*self.still, *(c for c in self.cuts if c not in opened)]
        hidden += [d for c in self.cuts if (d := f"d{c}") != cotangent]
        claim = self.claim
        return Segment(claim.statement, claim.setting, self.calls, self.given, about, hidden, self.nodes, free)

    # ---------------------------------------------------------------------------------------- the steps

    def _named(self, cut: str) -> list[str]:
        """The parts of what a cut moves by as local definitions, and the same paired with its cotangent."""
        head, found = self._head(cut), []
        for n in self._sources(cut):
            found.append(f"pose part'{cut}'{n} {head} : R := {self._text(self.parts[cut, n])}.")
            entry = self._paired(cut, Ref(f"part'{cut}'{n} w", self._at(cut)))
            found.append(f"pose paired'{cut}'{n} (w : U) : R := {self._text(entry)}.")
        return found

    def _total(self, cut: str) -> str:
        return " + ".join(f"part'{cut}'{n} w {self._names(cut)}".strip() for n in self._sources(cut)) or "0"

    def _cut(self, cut: str) -> list[str]:
        """That a cut is differentiable, and moves by a sum of parts; what it moves by is hidden."""
        names, head, total = self._names(cut), self._head(cut), self._total(cut)
        shape = self.claim.statement.shape(cut)
        every = f"forall {names} : nat, " if names else ""
        call = f"{self.elsewhere[cut]} {names}"
        line = _Line(self, cut)
        return [
            *self._named(cut),
            f"have [D'{cut} moves'{cut} is'{cut}] : exists2 M' : U -> {kind(len(shape))},",
            f"    ({every}is_diff p (fun q : U => {call} : R) (fun w : U => M' w {names} : R)) &",
            f"    (forall {head}, M' w {names} = {total}).",
            *(f"  {step}" for step in self._smooth(line.segment)),
            f"  exists (fun {head} => {line.differential}).",
            *([f"    move=> {names}."] if names else []),
            *(f"    {step}" for step in line.differentiable),
            f"  by move=> w {names}; exact {line.equal}.",
        ]

    def _outputs(self) -> list[str]:
        """That the pairing of the outputs is differentiable, and moves by the sum of its parts."""
        line = _Line(self, PAIRED)
        return [
            *self._smooth(line.segment),
            *line.domains,
            f"refine (is_diff_to (differential {line.name}'value smooth' domains') _) => w.",
            f"transitivity ({self._total(PAIRED)}); first by exact {line.equal}.",
        ]

    def _smooth(self, segment: Segment) -> list[str]:
        """That the tensors of a segment are differentiable."""
        rows = []  # of each tensor: its value, what it moves by, and the proof
        for t, shape in segment.shapes.items():
            rank, moves = len(shape), t in self.nodes
            value, step = f"T{rank} ({self.elsewhere[t]})", f"T{rank} {self.calls[moved(t)] if moves else zero(rank)}"
            subscripts = "".join(f" (nth 0%N l' {k})" for k in range(rank))
            rows.append((value, step, f"moves'{t}{subscripts}" if moves else f"hasd_cst p (entry ({value}) l')"))
        for half, t in zip(segment.halves(self.calls), segment.known.halved, strict=True):
            rows.append(
                (half, f"T{len(segment.shapes[t])} {zero(len(segment.shapes[t]))}", f"hasd_cst p (entry ({half}) l')")
            )
        proof = "(smooth_nil p)"
        for value, step, moving in reversed(rows):
            proof = f"(smooth_cons (fun q : U => {value}) (fun w : U => {step}) (fun l' => {moving})\n    {proof})"
        return [
            f"pose point (q : U) : seq (tensor R) := {listed(v for v, _, _ in rows)}.",
            f"pose tangent (w : U) : seq (tensor R) := {listed(s for _, s, _ in rows)}.",
            f"assert (smooth' : smooth p point tangent) by exact {proof}.",
        ]

    def _in_parts(self, cut: str) -> list[str]:
        """That what a cut moves by, paired, is the sum of its parts, paired."""
        sources = self._sources(cut)
        split = "rewrite -!big_split" if len(sources) > 1 else "idtac"
        sums = "".join(f"{split}; apply: eq_bigr => ? _ /=; " for _ in self._indices(cut))
        right = " + ".join(f"paired'{cut}'{n} w" for n in sources) or "0"
        return [
            f"have parts'{cut} w : paired'{cut} w = {right}.",
            f"  rewrite /paired'{cut} {' '.join(f'/paired{chr(39)}{cut}{chr(39)}{n}' for n in sources)}.",
            f"  {sums}by rewrite is'{cut}{' ?mulrDl' if len(sources) > 1 else ''} //.",
        ]

    def _claimed(self, node: str) -> list[str]:
        """That the claimed cotangent of a node is what the later cuts make of it."""
        users, target, name = self._users(node), self._cotangent(node), self._lemma("claim", node)
        left = plus([self._paired(c, self.parts[c, node]) for c in users])
        right = self._paired(node, Ref(moved(node), self._at(node)))
        values = [self._paired(c, self.bodies[c]) for c in users]
        segment = self._segment([*values, left, right], [c for c in users if c], target)
        for value in values:  # they come first, since they are differentiated
            segment.embedded(value)
        count = len(segment.tape.sites)
        sides = [segment.embedded(side) for side in (left, right)]
        definitions, proof = segment.prove(name, sides[0], sides[1], segment.relations((node,), count))
        self.definitions += definitions
        total = " + ".join(f"paired'{c}'{node} w" for c in users) or "0"
        unfolded = [f"/paired'{node}"]
        for c in users:
            unfolded += [f"/paired'{c}'{node}", f"/part'{c}'{node}"]
        return [
            f"have claim'{node} w : {total} = paired'{node} w.",
            f"  rewrite {' '.join(unfolded)}.",
            *(f"  {step}" for step in proof),
        ]

    def _sum(self) -> list[str]:
        """That the claim follows from the equations, added up."""
        name = self._lemma("sum", "")
        pairs = {n: f"paired'{n} w" for n in self.nodes} | {PAIRED: f"({self._total(PAIRED)})"}
        parts = {(c, n): f"paired'{c}'{n} w" for c, n in self.parts}
        atoms = [*pairs.values(), *parts.values()]
        number = {a: f"Atm {k} [::]" for k, a in enumerate(atoms)}
        in_parts = _added([_added([number[parts[c, n]] for n in self._sources(c)], True) for c in self.bodies])
        claimed = _added([_added([number[parts[c, n]] for c in self._users(n)], True) for n in self.nodes])
        sides = (
            f"Add ({number[pairs[PAIRED]]}) (Add ({in_parts}) ({_added([number[pairs[n]] for n in self.nodes])}))",
            f"Add ({number[pairs[self.claim.tensor]]}) (Add ({_added([number[pairs[c]] for c in self.bodies])})"
            f" ({claimed}))",
        )
        self.definitions += [
            f"Lemma {name}'ok : same ({sides[0]}) ({sides[1]}) = true.",
            "Proof. by vm_compute. Qed.",
        ]
        env = listed(f"T0 ({a})" for a in atoms)
        identity = f"(unit_same [::] [::] [::] R {env} (@real_divisible R) {name}'ok)"
        in_parts_proofs = [f"(parts'{c} w)" if c else f"(erefl {pairs[c]})" for c in self.bodies]
        return [
            f"have all'parts := {_both(in_parts_proofs)}.",
            f"have all'claims := {_both([f'(claim{chr(39)}{n} w)' for n in self.nodes])}.",
            f"exact (by_equations all'parts all'claims {identity}).",
        ]


class _Line:
    """The body of a cut, or the pairing of the outputs, differentiated at free indices."""

    def __init__(self, lines: _Lines, cut: str) -> None:
        body = lines.bodies[cut]
        whole = derivative(body, lines.program, lines.nodes, lines.still)
        self.name = name = lines._lemma("line", cut)
        self.segment = segment = lines._segment([body, whole], free=lines._indices(cut))
        value = segment.embedded(body)
        count = len(segment.tape.sites)
        parts = plus([lines.parts[cut, n] for n in lines._sources(cut)])
        left, right = segment.embedded(whole), segment.embedded(parts)
        relations = segment.relations(lines.nodes, count)
        definitions, self.equal = segment.same(name, left, right)
        lines.definitions += [
            f"Definition {name}'value := {value}.",
            f"Definition {name}'tape : seq (site R) := {listed(s.rocq() for s in segment.tape.sites[:count])}.",
            *definitions,
        ]
        proof = "I"
        for domain in reversed(relations.domains()):
            proof = f"(conj {domain} {proof})"
        self.domains = [
            *relations.domain_steps(segment.unfolded, relations.differentiated()),
            f"assert (domains' : domains {segment.places} p {name}'tape point) by exact {proof}.",
        ]
        self.differentiable = [*self.domains, f"exact: (differential {name}'value smooth' domains')."]
        self.differential = f"moves {segment.places} {name}'tape (point p) (tangent w) {name}'value"


def _added(texts: Sequence[str], left: bool = False) -> str:
    """The sum, embedded, from the right, or from the left."""
    if not texts:
        return "Cst 0"
    if left:
        total = texts[0]
        for text in texts[1:]:
            total = f"Add ({total}) ({text})"
        return total
    total = texts[-1]
    for text in reversed(texts[:-1]):
        total = f"Add ({text}) ({total})"
    return total


def _both(proofs: Sequence[str]) -> str:
    """The proof of the sum of equations."""
    text = proofs[-1]
    for proof in reversed(proofs[:-1]):
        text = f"(add_equal {proof} {text})"
    return text
