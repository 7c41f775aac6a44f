"""A statement's lines as definitions: which tensors each takes, its readable call, and its embedding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symadj.export.rocq.embedding import Closure, Embedding
from symadj.export.rocq.names import identifier
from symadj.export.rocq.readable import expression
from symadj.export.rocq.syntax import Cases, Expr, Num, Opposite, Plus, Raise, Ref, SumOf, Times
from symadj.export.rocq.translate import axis, natural, scalar
from symadj.export.rocq.walking import instantiated, references, renamed, substituted
from symadj.export.rocq.walking import walk as parts_of
from symadj.terms.nodes import Determinant, Inverse, Term, walk
from symadj.terms.statement import Let, Shape, Statement


def kind(rank: int) -> str:
    """The type of a tensor.

    >>> kind(2)
    'nat -> nat -> R'
    """
    return " -> ".join(["nat"] * rank + ["R"])


def binders(tensors: Mapping[str, int]) -> str:
    """Binders for tensors, given with their ranks.

    >>> binders({"W": 2, "x": 1})
    '(W : nat -> nat -> R) (x : nat -> R)'
    """
    return " ".join(f"({identifier(name)} : {kind(rank)})" for name, rank in tensors.items())


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its translated body, and the tensors that it uses, through earlier lines too."""

    let: Let
    body: Expr
    uses: tuple[str, ...]


class Program:
    """The lines that claims need, translated, in order; ``tensors`` are the inputs and cotangents, with their ranks."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.tensors = {t.name: len(t.shape) for t in statement.inputs if t.below is None}
        self.cotangents = tuple(f"d{output}" for output in statement.outputs)
        for output, name in zip(statement.outputs, self.cotangents, strict=True):
            self.tensors.setdefault(name, len(statement.shape(output)))
        self.lets: dict[str, Let] = {}
        for let in (*statement.forward, *statement.backward):
            self.lets.setdefault(let.name, let)
        self.lines: dict[str, Line] = {}

    def need(self, name: str) -> Line:
        """The line ``name``, translated after the lines that it uses. Raises ``NotExported``."""
        if name not in self.lines:
            let = self.lets[name]
            body = self.translated(let.body)
            used: set[str] = set()
            for reference in references(body):
                used.update(self.need(reference).uses if reference in self.lets else (reference,))
            order = list(self.tensors)
            self.lines[name] = Line(let, body, tuple(sorted(used, key=order.index)))
        return self.lines[name]

    def uses(self, name: str) -> tuple[str, ...]:
        """The tensors that a line uses; a tensor uses itself."""
        return self.lines[name].uses if name in self.lines else (name,)

    def translated(self, term: Term) -> Expr:
        """The term as an expression, with the sizes of its matrices. Raises ``NotExported``."""
        body = scalar(term)
        sizes = {axis(p.tensor): p.tensor for p in walk(term) if isinstance(p, Inverse | Determinant)}
        return (
            instantiated(body, {a: natural(self.statement.shape(t)[-1]) for a, t in sizes.items()}) if sizes else body
        )

    def definition(self, name: str) -> str:
        """The line as a Rocq definition."""
        line = self.lines[name]
        head = [identifier(name)]
        if line.uses:
            head.append(binders({t: self.tensors[t] for t in line.uses}))
        if line.let.indices:
            head.append(f"({' '.join(identifier(i) for i in line.let.indices)} : nat)")
        return f"Definition {' '.join(head)} : R :=\n  {expression(renamed(line.body, self.calls()))}."

    def calls(self, instead: Mapping[str, str] | None = None) -> dict[str, str]:
        """Every tensor, and every line applied to the tensors it takes; ``instead`` gives some of these as text."""
        given = instead or {}
        found = {name: given.get(name, identifier(name)) for name in self.tensors}
        for name, line in self.lines.items():
            found[name] = " ".join((identifier(name), *(found[t] for t in line.uses)))
        return found

    def closures(self, embedding: Embedding, atoms: Mapping[str, Closure]) -> dict[str, Closure]:
        """Every tensor and line at given subscripts, embedded."""
        found: dict[str, Closure] = dict(atoms)
        free = embedding.free()

        def closure(line: Line) -> Closure:
            def at(arguments: tuple[str, ...]) -> str:
                variables = {**free, **dict(zip(line.let.indices, arguments, strict=True))}
                return embedding.expression(line.body, variables, found)

            return at

        for name, line in self.lines.items():
            found[name] = closure(line)
        return found

    def weight(self, expr: Expr) -> int:
        """How many parts the expression has, with bodies for all names of lines."""
        weights: dict[str, int] = {}
        for name, line in self.lines.items():  # a line stands after those that it uses
            weights[name] = _weight(line.body, weights)
        return _weight(expr, weights)

    def shapes(self) -> dict[str, Shape]:
        """The shapes of the tensors and the lines."""
        return {name: self.statement.shape(name) for name in (*self.tensors, *self.lines)}

    def see(self, expr: Expr) -> Expr:
        """The expression; for the name of a line its body, at the line's subscripts."""
        while isinstance(expr, Ref) and expr.name in self.lines:
            expr = self.body(expr)
        return expr

    def body(self, line: Ref) -> Expr:
        """The body of a line, at its subscripts."""
        found = self.lines[line.name]
        return instantiated(found.body, dict(zip(found.let.indices, line.arguments, strict=True)))

    def unfolded(self, expr: Expr) -> Expr:
        """The expression with bodies for all names of lines."""

        def body(part: Expr) -> Expr | None:
            return self.unfolded(self.see(part)) if isinstance(part, Ref) and part.name in self.lines else None

        return substituted(expr, body)

    def degree(self, name: str, tensor: str) -> tuple[int, int] | None:
        """The least and the greatest degree of the line or tensor ``name`` in ``tensor``; of 0, none."""
        if name not in self.lines:
            return (1, 1) if name == tensor else (0, 0)
        return self._degree(self.lines[name].body, tensor)

    def _degree(self, expr: Expr, tensor: str) -> tuple[int, int] | None:
        match expr:
            case Num(0):
                return None
            case Ref(name, _):
                return self.degree(name, tensor)
            case Plus(left, right) | Cases(_, left, right):
                first, second = self._degree(left, tensor), self._degree(right, tensor)
                if first is None or second is None:
                    return first or second
                return min(first[0], second[0]), max(first[1], second[1])
            case Times(left, right):
                first, second = self._degree(left, tensor), self._degree(right, tensor)
                return None if first is None or second is None else (first[0] + second[0], first[1] + second[1])
            case Raise(base, exponent):
                first = self._degree(base, tensor)
                return None if first is None else (first[0] * exponent, first[1] * exponent)
            case Opposite(part) | SumOf(_, _, _, part):
                return self._degree(part, tensor)
            case _:
                return (0, 0)


def _weight(expr: Expr, lines: Mapping[str, int]) -> int:
    return sum(lines.get(part.name, 1) if isinstance(part, Ref) else 1 for part in parts_of(expr))
