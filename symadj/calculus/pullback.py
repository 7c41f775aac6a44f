"""The transpose of the derivative of a let-bound program, as a let-bound program.

Each line ``y[…] = body`` is differentiated on its own, transposed, and its contributions are collected at the tensors
that it reads; lines are never put into one another, so that the result is linear in the size of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from symadj.calculus.complexes import real_tensors
from symadj.calculus.deltas import Contribution, gathered
from symadj.calculus.hypotheses import Hypothesis, differentiability
from symadj.calculus.merging import merged_sum
from symadj.calculus.rewriting import Names, Tidy, base_name
from symadj.calculus.transpose import Transposer
from symadj.calculus.vocabulary import Vocabulary, varying, vocabulary
from symadj.errors import Unsupported
from symadj.terms.index import var
from symadj.terms.nodes import ZERO_TERM, Entry
from symadj.terms.statement import Let, Shape


@dataclass(frozen=True, slots=True)
class Pullback:
    """The backward program, and the conditions under which the forward one is differentiable.

    ``lets`` reads the inputs and lines of the forward program and the cotangents ``d<output>``.
    """

    lets: tuple[Let, ...]
    hypotheses: tuple[Hypothesis, ...]


def pullback(
    lets: Sequence[Let], outputs: Iterable[str], inputs: Mapping[str, Shape], *, complex: bool = False
) -> Pullback:
    """The transpose of the derivative of ``lets`` in the tensors ``inputs`` (name → shape), the others held fixed.

    For each line on a way from an input to an output, last to first, and then for each input in the order of
    ``inputs``, one ``Let`` called ``"d" + name`` gives the cotangent, from the cotangents ``d<output>`` of the
    ``outputs``. An input without a contribution gets the zero array; a line without one gets no let. An output that
    later lines read too has its total cotangent in ``d<output>.total``; an output that is no more than an output has
    none, for ``d<output>`` is given.

    Every formula means what it says at every point where the ``hypotheses`` hold, and reads no entry outside of its
    tensor if the program does not.

    >>> from symadj.terms.index import var, size, constant
    >>> from symadj.terms.nodes import Binder, Entry, Sum, mul
    >>> i, j, m, n = var("i"), var("j"), size("m"), size("n")
    >>> product = mul(Entry("W", (i, j)), Entry("x", (j,)))
    >>> y = Let("y", ("i",), (m,), Sum(Binder("j", constant(0), n), product))
    >>> (dW,) = pullback([y], ["y"], {"W": (m, n)}).lets
    >>> dW == Let("dW", ("i", "j"), (m, n), mul(Entry("dy", (i,)), Entry("x", (j,))))
    True

    Raises ``Unsupported`` where a cotangent's name is in use for something else, and over the complex numbers for
    functions that are not holomorphic there (other than ``conj``, ``real``, ``imag``, ``abs``, and functions of
    plainly real arguments). Complete for every node otherwise.
    """
    outputs = tuple(outputs)
    words = vocabulary(lets, inputs)
    shapes = varying(lets, inputs)
    names = Names()
    real = real_tensors([(let.name, let.body) for let in lets]) if complex else frozenset[str]()
    build = _Build(words, outputs, frozenset(inputs), names, Transposer(shapes, names, complex, real))
    for let in reversed(lets):
        if let.name in shapes and let.name not in inputs:
            build.line(let)
    for name, shape in inputs.items():
        build.input(name, shape)
    return Pullback(tuple(build.lets), differentiability(lets, shapes, complex=complex))


@dataclass(slots=True)
class _Build:
    """The backward program as far as it is built, and the contributions that wait for their tensor's turn."""

    words: Vocabulary
    outputs: tuple[str, ...]
    inputs: frozenset[str]
    names: Names
    transposer: Transposer
    lets: list[Let] = field(default_factory=list)
    waiting: dict[str, list[Contribution]] = field(default_factory=dict)

    def line(self, let: Let) -> None:
        """The cotangent of a line, and what it passes on."""
        given = self._given(let.name)
        parts = self.waiting.get(let.name, [])
        cotangent = given
        if parts:
            name = self._name(let.name, total=given is not None)
            total = self._collected(name, let.indices, let.shape, parts, given)
            if total is not None:
                self.lets.append(total)
                cotangent = name
        if cotangent is None:
            return
        for contribution in self.transposer.contributions(let, cotangent):
            self.waiting.setdefault(contribution.tensor, []).append(contribution)

    def input(self, name: str, shape: Shape) -> None:
        """The cotangent of an input."""
        parts = self.waiting.get(name, [])
        given = self._given(name)
        indices = self._target_indices(parts, len(shape))
        target = self._name(name, total=given is not None)
        let = self._collected(target, indices, shape, parts, given)
        self.lets.append(Let(target, indices, shape, ZERO_TERM) if let is None else let)

    def _given(self, name: str) -> str | None:
        """The cotangent of an output, which is an input of the backward program."""
        return f"d{name}" if name in self.outputs else None

    def _name(self, name: str, *, total: bool) -> str:
        result = f"d{name}.total" if total else f"d{name}"
        if result not in self.words.tensors:
            return result
        if name in self.inputs:
            raise Unsupported(f"the cotangent of {name} would be called {result}, which is the name of a tensor")
        return f"{result}.cotangent"

    def _collected(
        self, name: str, indices: tuple[str, ...], shape: Shape, parts: list[Contribution], given: str | None
    ) -> Let | None:
        """The let that adds up ``parts`` and the cotangent ``given``; ``None`` where nothing but ``given`` remains."""
        targets = tuple(self.names.fresh(i) for i in indices)
        tidy = Tidy(self.words.taken, self.words.indices)
        free = dict(zip(targets, indices, strict=True))
        terms = [tidy.term(gathered(part, targets, shape, self.names), free) for part in parts]
        if all(t == ZERO_TERM for t in terms):
            return None
        if given is not None:
            terms.insert(0, Entry(given, tuple(var(i) for i in indices)))
        return Let(name, indices, shape, merged_sum(terms))

    def _target_indices(self, parts: list[Contribution], rank: int) -> tuple[str, ...]:
        """Names for an input's axes: those of its first plain subscripts, else others that the program does not use."""
        chosen: list[str] = []
        for axis in range(rank):
            plain = (part.subscripts[axis].variable for part in parts)
            wanted = (base_name(name) for name in plain if name is not None)
            fallback = Tidy(self.words.taken | set(self.words.indices))
            name = next((w for w in wanted if w not in chosen and w not in self.words.taken), None)
            chosen.append(fallback.choose("l", chosen) if name is None else name)
        return tuple(chosen)
