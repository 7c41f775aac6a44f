"""A part of a long program: of the lines that are hidden nothing is known but their texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from symadj.export.rocq.assumptions import Premise
from symadj.export.rocq.differential import moved
from symadj.export.rocq.embedding import Closure, listed
from symadj.export.rocq.granted import granted
from symadj.export.rocq.names import identifier
from symadj.export.rocq.of_reals import atom
from symadj.export.rocq.program import Program
from symadj.export.rocq.relations import Relations
from symadj.export.rocq.setting import Setting
from symadj.export.rocq.syntax import Expr
from symadj.export.rocq.tape import Tape
from symadj.export.rocq.theorem import checked, embedded_axes, evidence, known_facts, names_list
from symadj.export.rocq.walking import references
from symadj.terms.statement import Shape, Statement, Tensor


class Segment:
    """What the expressions ``about`` need of a statement whose lines ``hidden`` are tensors.

    ``nodes`` are the tensors and lines that move, ``calls`` the texts of everything, ``free`` the free indices.
    """

    def __init__(
        self,
        statement: Statement,
        setting: Setting,
        calls: Mapping[str, str],
        given: Sequence[Premise],
        about: Iterable[Expr],
        hidden: Collection[str],
        nodes: Sequence[str],
        free: tuple[str, ...],
    ) -> None:
        self.setting, self.calls, self.free = setting, calls, free
        part = replace(
            statement,
            inputs=(*statement.inputs, *(Tensor(h, statement.shape(h)) for h in hidden)),
            forward=tuple(let for let in statement.forward if let.name not in hidden),
            backward=tuple(let for let in statement.backward if let.name not in hidden),
        )
        self.program = Program(part)
        named = list(dict.fromkeys(r for expr in about for r in references(expr)))
        for name in named:
            if name in self.program.lets:
                self.program.need(name)
        used = {t for n in named if n in self.program.lines or n in self.program.tensors for t in self.program.uses(n)}
        self.shapes = {t: statement.shape(t) for t in self.program.tensors if t in used}
        self.moving = {moved(n): statement.shape(n) for n in nodes if moved(n) in named}
        self.hidden = [h for h in hidden if h in used]
        self.given = [g for g in given if g.equation is None or self._knows(g.equation.left, g.equation.right)]
        self.known = granted(list(self.shapes), self.given)
        ranks = (setting.of_rank(1), setting.of_rank(2))
        self.first = len(self.shapes) + len(self.known.halved)
        self.tape = Tape((*setting.sizes, *free), ranks, self.first)
        atoms = {n: atom(str(k)) for k, n in enumerate(self.shapes)}
        atoms |= {n: atom(f"@{k}@") for k, n in enumerate(self.moving)}  # their numbers come after the sites'
        self.closures: dict[str, Closure] = self.program.closures(self.tape, atoms) | self.known.closures()

    def _knows(self, *sides: Expr) -> bool:
        return all(r in self.shapes or r in self.program.lines for side in sides for r in references(side))

    def embedded(self, expr: Expr) -> str:
        """The expression, embedded."""
        return self.tape.expression(expr, self.tape.free(), self.closures)

    def relations(self, moving: Collection[str], count: int) -> Relations:
        """What is known of the sites, of which the first ``count`` are differentiated."""
        return Relations(self.tape, self.closures, self.calls, self.program, self.known, self.given, moving, count)

    @property
    def unfolded(self) -> str:
        """The definitions to unfold where signs are asked for: the segment's, and those of the hidden lines."""
        return " ".join(identifier(n) for n in (*self.program.lines, *self.hidden))

    @property
    def places(self) -> str:
        """The tables and the values of the free variables."""
        t1, t2 = (names_list(self.setting.of_rank(k)) for k in (1, 2))
        return f"(tables1 {t1}) (tables2 {t2}) (nth 0%N {names_list((*self.setting.sizes, *self.free))})"

    def halves(self, calls: Mapping[str, str]) -> list[str]:
        """The halves of the tensors of which a symmetry is granted."""
        return self.known.texts(self.shapes, lambda t: f"({calls[t]})")

    def _sides(self, left: str, right: str) -> list[str]:
        """Embedded sides, with the numbers of what the nodes move by, which come after those of the sites."""
        first = self.first + len(self.tape.sites)
        sides = [left, right]
        for k, _ in enumerate(self.moving):
            sides = [side.replace(f"@{k}@", str(first + k)) for side in sides]
        return sides

    def _definitions(self, name: str, left: str, right: str) -> list[str]:
        sides = self._sides(left, right)
        return [
            f"Definition {name}'left := {sides[0]}.",
            f"Definition {name}'right := {sides[1]}.",
            f"Definition {name}'sites : seq (site R) := {listed(s.rocq() for s in self.tape.sites)}.",
        ]

    def _values(self, name: str) -> str:
        """The values of all atoms."""
        tensors = [f"T{len(s)} ({self.calls[t]})" for t, s in self.shapes.items()]
        steps = listed(f"T{len(s)} ({self.calls[t]})" for t, s in self.moving.items())
        return f"(values {self.places} {name}'sites {listed([*tensors, *self.halves(self.calls)])} ++ {steps})"

    def _applied(self, theorem: str, name: str, more: Sequence[str]) -> str:
        """A theorem of the checker, up to its evidence."""
        t1, t2 = (names_list(self.setting.of_rank(k)) for k in (1, 2))
        variables = names_list((*self.setting.sizes, *self.free, *more))
        return f"{theorem} {variables} {t1} {t2} R\n  {self._values(name)}\n  (@real_divisible R)"

    def same(self, name: str, left: str, right: str) -> tuple[list[str], str]:
        """That two expressions, embedded, are equal once multiplied out: definitions, and the proof."""
        lemma = f"Lemma {name}'ok : same {name}'left {name}'right = true."
        made = [*self._definitions(name, left, right), lemma, "Proof. by vm_compute. Qed."]
        return made, f"({self._applied('unit_same', name, ())} {name}'ok)"

    def prove(self, name: str, left: str, right: str, relations: Relations) -> tuple[list[str], list[str]]:
        """The checker's proof of ``left = right``, embedded: definitions, and tactics."""
        tape, setting = self.tape, self.setting
        halved = [self.shapes[t] for t in self.known.halved]
        sites = [s.shape(self.program.shapes()) for s in tape.sites]
        shapes: list[Shape] = [*self.shapes.values(), *halved, *sites, *self.moving.values()]
        facts = f"{setting.known(tape)}\n  {setting.bounds(tape)}\n  {listed(embedded_axes(shapes, tape))}"

        def by_checker(more: Sequence[str]) -> str:
            return self._applied("unit_relations", name, more)

        made = [*self._definitions(name, left, right), *relations.definitions(name, facts)]
        return [*made, *checked(name, relations.call(name, facts), setting)], [
            *relations.steps(self.unfolded),
            *relations.order_steps(self.unfolded, name, by_checker, known_facts(setting)),
            f"exact ({by_checker(())} {evidence(name, setting)} {relations.proofs()}).",
        ]
