"""Equations between entries that a statement assumes, as rules and relations of the checker.

* ``T[i,j] == E`` with every index of the equation a subscript of T, which is not in E: a rule, from left to right.
* ``A[i,j] == A[j,i]``, or another permutation of the subscripts: with a further tensor H = A/2, the rule
  A[i,j] = H[i,j] + H[j,i].
* ``E == 1``, where E is a sum: a relation, by which what has no entry of E's first tensor is multiplied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from symadj.export.rocq.assumptions import Equation, Premise
from symadj.export.rocq.embedding import Closure, Embedding, listed
from symadj.export.rocq.syntax import Expr, IVar, Num, Plus, Ref, SumOf
from symadj.export.rocq.walking import references
from symadj.terms.statement import Shape

HALF = "'half"  # the end of the name of a halved tensor


@dataclass(frozen=True, slots=True)
class Granted:
    """What is granted of the tensors numbered ``numbers``; the ``halved`` ones have numbers after them."""

    numbers: Mapping[str, int]
    premises: tuple[tuple[str, Equation], ...]

    @property
    def halved(self) -> tuple[str, ...]:
        """The tensors that get a half: those of which a symmetry is granted."""
        symmetric = (equation.left.name for _, equation in self.premises if _is_symmetry(equation))  # type: ignore[union-attr]
        return tuple(dict.fromkeys(symmetric))

    def closures(self) -> dict[str, Closure]:
        """The halves, embedded."""
        return {f"{t}{HALF}": _atom(len(self.numbers) + k) for k, t in enumerate(self.halved)}

    def texts(self, shapes: Mapping[str, Shape], calls: Callable[[str], str]) -> list[str]:
        """The halves as tensors of ``Symadj``, ``calls`` giving the text of a tensor."""
        return [_half(calls(t), len(shapes[t])) for t in self.halved]

    def rules(self, embedding: Embedding, closures: Mapping[str, Closure]) -> list[tuple[str, str]]:
        """Rules, each with its proof."""
        return [made for h, e in self.premises if (made := self._rule(h, e, embedding, closures)) is not None]

    def relations(self, embedding: Embedding, closures: Mapping[str, Closure]) -> list[tuple[str, str]]:
        """Relations, each with its proof."""
        found = []
        for hypothesis, equation in self.premises:
            if equation.right == Num(1) and isinstance(equation.left, SumOf):
                tensor = next((t for t in references(equation.left) if t in self.numbers), None)
                if tensor is not None:
                    about = self._about(tensor, 0, equation.indices, equation.left, embedding, closures)
                    found.append((about, _applied("granted_one _", hypothesis, range(len(equation.indices)))))
        return found

    def _rule(
        self, hypothesis: str, equation: Equation, embedding: Embedding, closures: Mapping[str, Closure]
    ) -> tuple[str, str] | None:
        value = equation.right
        if not isinstance(equation.left, Ref) or equation.left.name not in self.numbers:
            return None
        places = [a.name for a in equation.left.arguments if isinstance(a, IVar)]
        if sorted(places) != sorted(equation.indices) or len(places) != len(equation.left.arguments):
            return None
        lemma = "granted_rule"
        if _is_symmetry(equation) and isinstance(value, Ref):
            half = f"{value.name}{HALF}"
            value, lemma = Plus(Ref(half, equation.left.arguments), Ref(half, value.arguments)), "granted_symmetry"
        elif equation.left.name in references(value):
            return None
        order = [places.index(i) for i in equation.indices]
        about = self._about(equation.left.name, 1, places, value, embedding, closures)
        return about, _applied(lemma, hypothesis, order)

    def _about(
        self,
        tensor: str,
        power: int,
        parameters: Sequence[str],
        value: Expr,
        embedding: Embedding,
        closures: Mapping[str, Closure],
    ) -> str:
        numbers = [embedding.fresh() for _ in parameters]
        inside = {**embedding.free(), **{p: f"V {n}" for p, n in zip(parameters, numbers, strict=True)}}
        text = embedding.expression(value, inside, closures)
        return f"({self.numbers[tensor]}%N, {power}%N, {listed(f'{n}%N' for n in numbers)}, {text})"


def granted(tensors: Sequence[str], premises: Sequence[Premise]) -> Granted:
    """What the premises grant of the tensors, which are numbered in order."""
    equations = tuple((p.name, p.equation) for p in premises if p.equation is not None)
    return Granted({t: k for k, t in enumerate(tensors)}, equations)


def _is_symmetry(equation: Equation) -> bool:
    left, right = equation.left, equation.right
    return (
        isinstance(left, Ref)
        and isinstance(right, Ref)
        and left.name == right.name
        and all(isinstance(a, IVar) for a in left.arguments)
        and len(set(left.arguments)) == len(left.arguments)
        and set(left.arguments) == set(right.arguments)
    )


def _applied(lemma: str, hypothesis: str, order: Sequence[int]) -> str:
    entries = "".join(f" (nth 0%N l' {k})" for k in order)
    return f"(fun l' => {lemma} ({hypothesis}{entries}))"


def _atom(number: int) -> Closure:
    return lambda arguments: f"Atm {number} {listed(arguments)}"


def _half(text: str, rank: int) -> str:
    names = " ".join(f"i'{k}" for k in range(rank))
    return f"T{rank} (fun {names} => 1 * 2%:R^-1 * {text} {names})"
