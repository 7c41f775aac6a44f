"""The program that the derivation of gradients is about: the differential of each line, and the cotangents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symadj.calculus import pullback, pushforward
from symadj.calculus.merging import merged_sum
from symadj.calculus.rewriting import Names, base_name, freshen
from symadj.calculus.vocabulary import varying
from symadj.derivation.bound_names import BoundNames, names_of
from symadj.derivation.checking import Extended, at_indices
from symadj.derivation.folding import factored, folded, pulled, pushed
from symadj.derivation.model import (
    COTANGENT,
    DIFFERENTIAL,
    Indices,
)
from symadj.derivation.symbols import GIVEN
from symadj.derivation.terms import entry, renamed, weight
from symadj.terms.index import Index, var
from symadj.terms.nodes import ZERO_TERM, Entry, Term, tensors_in, walk
from symadj.terms.statement import Assumption, GradientClaim, Let, Shape, Statement, Tensor


@dataclass(frozen=True, slots=True)
class Contribution:
    """What the line ``source`` adds to the cotangent of ``tensor``, at the indices ``let.indices``."""

    source: str
    tensor: str
    let: Let
    affine: bool


@dataclass(slots=True)
class Program:
    """Differentials of the lines, then cotangents from the last line to the inputs; ``written_out`` has the
    differentials in which a value was put back by its name, as they were before.
    """

    statement: Statement
    claims: Sequence[GradientClaim]
    granted: Sequence[Assumption]
    shapes: dict[str, Shape] = field(default_factory=dict)
    forward: tuple[Let, ...] = ()
    contributions: dict[str, list[Contribution]] = field(default_factory=dict)
    differentials: dict[str, Let] = field(default_factory=dict)
    extended: Extended = field(init=False)
    names: BoundNames = field(init=False)
    axes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    written_out: dict[str, Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        statement = self.statement
        self.forward = tuple(let for let in statement.forward if not let.name.startswith("equal."))
        inputs = {c.input: statement.shape(c.input) for c in self.claims}
        self.shapes = varying(self.forward, inputs)
        self.names = names_of(statement)
        for let in self.forward:
            if let.name in self.shapes and let.name not in inputs:
                self._differentiate(let)
        self._transpose(inputs)
        tangents = [Tensor(DIFFERENTIAL + name, shape) for name, shape in inputs.items()]
        given = [Tensor(self.given(o), statement.shape(o)) for o in statement.outputs]
        self.extended = Extended(statement, (*statement.inputs, *tangents, *given), tuple(self.granted))
        self.extended.define(*self.forward, *self.differentials.values(), *self.cotangents())
        for let in self.forward:
            if let.name in self.differentials:
                self._put_value_back(let)
        self.extended.define(*self.differentials.values(), *self.cotangents())

    def differential_of(self) -> dict[str, str]:
        """The name of the differential of each input and of each line that moves with them."""
        return {name: DIFFERENTIAL + name for name in (*(c.input for c in self.claims), *self.differentials)}

    def given(self, output: str) -> str:
        """The name of the cotangent that comes from outside; an output that other lines read has a total besides."""
        return GIVEN + output if self.contributions.get(output) else COTANGENT + output

    def read(self, let: Let) -> dict[str, Shape]:
        return {name: shape for name, shape in self.shapes.items() if name in tensors_in(let.body)}

    def _differentiate(self, let: Let) -> None:
        read = self.read(let)
        (derivative,) = pushforward([let], read, complex=self.statement.complex)
        body = renamed(derivative.body, {f"v{name}": DIFFERENTIAL + name for name in read})
        body = self.names.term(body, let.indices)
        self.differentials[let.name] = Let(DIFFERENTIAL + let.name, let.indices, let.shape, body)

    def _transpose(self, inputs: Mapping[str, Shape]) -> None:
        reached = set(self.statement.outputs)
        for let in reversed(self.forward):
            if let.name not in self.differentials or let.name not in reached:
                continue
            read = self.read(let)
            found = pullback([let], [let.name], read, complex=self.statement.complex).lets
            for name, part in zip(read, found, strict=True):
                if part.body == ZERO_TERM:
                    continue
                reached.add(name)
                body = renamed(part.body, {f"d{let.name}": COTANGENT + let.name})
                affine = any(
                    s.variable is None for s in _subscripts(self.differentials[let.name].body, DIFFERENTIAL + name)
                )
                contribution = Let(COTANGENT + name, part.indices, part.shape, body)
                self.contributions.setdefault(name, []).append(Contribution(let.name, name, contribution, affine))
        for name in inputs:
            self.contributions.setdefault(name, [])

    def _put_value_back(self, let: Let) -> None:
        """The line's value by its name in what it does to tangents and cotangents: ``dp = p*(dl - sum(p*dl))``; what it
        was before is ``written_out``.
        """
        d = self.differentials[let.name]
        found = self.shorter(at_indices(d.indices, d.shape), d.body, [let])
        if found is not None:
            self.written_out[let.name] = d.body
            self.differentials[let.name] = replace(d, body=found)
        for parts in self.contributions.values():
            for k, part in enumerate(parts):
                if part.source == let.name:
                    where = at_indices(part.let.indices, part.let.shape)
                    found = self.shorter(where, pulled(part.let.body), [let])
                    if found is not None:
                        parts[k] = replace(part, let=replace(part.let, body=found))

    def cotangents(self) -> Iterator[Let]:
        """The cotangents of the lines, last to first, then of the inputs."""
        lines = [let.name for let in reversed(self.forward)]
        for name in (*lines, *(c.input for c in self.claims)):
            if name in self.contributions and (self.contributions[name] or name not in lines):
                yield self.cotangent(name)

    def cotangent(self, name: str) -> Let:
        """``bar.T`` as the sum of the contributions, and of what is given from outside."""
        indices, shape = self.indices(name), self.shapes[name]
        terms = [self.at(c, indices) for c in self.contributions[name]]
        if name in self.statement.outputs:
            terms.insert(0, entry(self.given(name), indices))
        return Let(COTANGENT + name, indices, shape, merged_sum(terms))

    def indices(self, name: str) -> tuple[str, ...]:
        """The names of the axes of a tensor in this derivation."""
        if name not in self.axes:
            lines = {let.name: let for let in (*self.statement.backward, *self.forward)}
            parts = self.contributions.get(name, [])
            line = lines.get(name) or (parts[0].let if parts else lines.get(f"d{name}"))
            found: list[str] = []
            for k, length in enumerate(self.shapes[name]):
                own = line.indices[k] if line is not None else "ijkl"[k % 4]
                is_line = line is not None and line.name == name
                found.append(own if is_line else self.names.choose(base_name(own), length, frozenset(found)))
            self.axes[name] = tuple(found)
        return self.axes[name]

    def at(self, contribution: Contribution, indices: tuple[str, ...]) -> Term:
        """A contribution at other indices."""
        let = contribution.let
        values = {old: var(new) for old, new in zip(let.indices, indices, strict=True)}
        return self.names.term(pulled(freshen(let.body, values, Names())), indices)

    def shorter(self, where: Indices, term: Term, lets: Sequence[Let]) -> Term | None:
        """The term with names of lines in the place of what they stand for, where that is shorter and true."""
        there = tensors_in(term)
        used = [let for let in lets if not isinstance(let.body, Entry) and tensors_in(let.body) <= there]
        ways = [factored(folded(pushed(term), reversed(used))), pulled(folded(term, reversed(used)))]
        found = min(ways, key=weight)
        return found if weight(found) < weight(term) and self.extended.likely(where, term, found) else None


def _subscripts(term: Term, tensor: str) -> Iterator[Index]:
    for part in walk(term):
        if isinstance(part, Entry) and part.tensor == tensor:
            yield from part.subscripts
