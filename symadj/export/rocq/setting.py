"""What a statement's theorems share: the ring, the sizes, the integer tables, and what is assumed of these."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from symadj.export.rocq.assumptions import equates_entries
from symadj.export.rocq.embedding import Embedding, listed
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.names import identifier, unknown
from symadj.export.rocq.program import Program
from symadj.export.rocq.readable import formula, nat
from symadj.export.rocq.syntax import (
    Cases,
    Compare,
    Expr,
    Formula,
    Holds,
    IBin,
    INum,
    InverseSize,
    IVar,
    SumOf,
    Truth,
)
from symadj.export.rocq.translate import comparison, condition, halves, natural
from symadj.export.rocq.walking import divides, functions, naturals, walk
from symadj.terms.index import Index
from symadj.terms.nodes import All, Condition, IndexCondition
from symadj.terms.statement import GradientClaim, Statement, Tensor


@dataclass(frozen=True, slots=True)
class Fact:
    """A hypothesis of the section, under its name."""

    name: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Setting:
    """The sizes (integer parameters and integer scalars among them), tables, and facts of a statement.

    ``functions`` are the unknown ones, each with the number of its derivatives, and how many of these are said to be
    derivatives. ``plain``: every subscript is an index, every range a whole axis, and nothing is divided by; then the
    theorems need no facts.
    """

    sizes: tuple[str, ...]
    tables: tuple[Tensor, ...]
    facts: tuple[Fact, ...]
    plain: bool
    divides: bool
    reals: bool
    functions: tuple[tuple[str, int, int], ...] = ()

    def of_rank(self, rank: int) -> tuple[str, ...]:
        """The integer tensors of this rank."""
        return tuple(t.name for t in self.tables if len(t.shape) == rank)

    def embedding(self, free: tuple[str, ...] = ()) -> Embedding:
        """Numbers for the sizes, and for the free indices of an entry-wise theorem."""
        return Embedding((*self.sizes, *free), (self.of_rank(1), self.of_rank(2)))

    @property
    def bounded(self) -> tuple[Tensor, ...]:
        """The integer tensors whose bound the checker may use, those of rank 1 first."""
        return tuple(sorted(self.tables, key=lambda t: len(t.shape)))

    def declarations(self) -> list[str]:
        """The section's variables and hypotheses."""
        ring = "realType" if self.reals else "comUnitRingType" if self.divides else "comRingType"
        lines = [f"Variable R : {ring}."]
        if self.divides and not self.reals:
            lines.append("Hypothesis divisible'R : divisible R.")
        for name, most, derived in self.functions:
            chain = [unknown(f"{name}'{k}") for k in range(most + 1)]
            lines.append(f"Variables {' '.join(chain)} : R -> R.")
            lines += [
                f"Hypothesis derivative'{f} : forall x : R, is_derive x 1 {f} ({d} x)."
                for f, d in pairwise(chain[: derived + 1])
            ]
        if self.sizes:
            lines.append(f"Variables {' '.join(identifier(s) for s in self.sizes)} : nat.")
        lines += [f"Variable {identifier(t.name)} : {' -> '.join(['nat'] * (len(t.shape) + 1))}." for t in self.tables]
        lines += [f"Hypothesis {f.name} : {formula(f.formula)}." for f in self.facts]
        for tensor in self.bounded:
            bound = nat(natural(_below(tensor)))
            at = " ".join("tu"[: len(tensor.shape)])
            entry = f"{identifier(tensor.name)} {at} < {bound}"
            lines.append(f"Hypothesis below'{tensor.name} : forall {at} : nat, ({entry})%N.")
        return lines

    def known(self, embedding: Embedding, more: tuple[Formula, ...] = ()) -> str:
        """What the checker may use, embedded."""
        free = embedding.free()
        return listed(embedding.formula(f, free) for f in (*(f.formula for f in self.facts), *more))

    def bounds(self, embedding: Embedding) -> str:
        """The bounds of the tables, embedded: those of rank 1, and those of rank 2."""
        free = embedding.free()
        lists = []
        for rank in (1, 2):
            names = self.of_rank(rank)
            bounds = {t.name: embedding.nat(natural(_below(t)), free) for t in self.tables if t.name in names}
            lists.append(listed(f"({names.index(name)}%N, {bound})" for name, bound in bounds.items()))
        return f"({', '.join(lists)})"


def _below(tensor: Tensor) -> Index:
    if tensor.below is None:
        raise NotExported(f"the integer tensor {tensor.name} without a bound")
    return tensor.below


def setting(statement: Statement, program: Program) -> Setting:
    """The setting for the lines that ``program`` holds. Raises ``NotExported``."""
    bodies = [line.body for line in program.lines.values()]
    tables = tuple(t for t in statement.inputs if t.below is not None and t.shape)
    for tensor in tables:
        if len(tensor.shape) > 2:
            raise NotExported(f"the integer tensor {tensor.name} of rank {len(tensor.shape)}")
    scalars = tuple(t.name for t in statement.inputs if t.below is not None and not t.shape)
    sizes = (*statement.sizes, *statement.integers, *scalars)
    if statement.integers and any(_less_one(b) for b in bodies):
        raise NotExported("one over a difference that may be negative")
    reals = equates_entries(statement) or any(functions(b) for b in bodies)
    division = reals or any(divides(b) for b in bodies)
    shapes = [*(t.shape for t in statement.inputs), *(line.let.shape for line in program.lines.values())]
    plain = not division and all(_plain(b, frozenset(sizes)) for b in bodies)
    plain = plain and all(_plain_axis(axis) for shape in shapes for axis in shape)
    facts: list[Fact] = []
    if not plain:
        facts += [Fact(f"positive'{s}", Compare("<", INum(0), IVar(s))) for s in statement.sizes]
        axes = {axis for shape in shapes for axis in shape}
        conditions = [comparison(">=", a) for a in sorted(axes, key=str) if halves(a)[1] is not None]
        for tensor in statement.inputs:
            if tensor.below is not None and not tensor.shape:
                conditions.append(Compare("<", IVar(tensor.name), natural(tensor.below)))
        for assumption in statement.assumptions:
            if not assumption.indices:
                conditions += _integer_parts(assumption.condition)
        facts += [Fact(f"given'{k}", c) for k, c in enumerate(conditions)]
    return Setting(sizes, tables, tuple(facts), plain, division, reals, _unknown(statement, program))


def _unknown(statement: Statement, program: Program) -> tuple[tuple[str, int, int], ...]:
    """The unknown functions: of each, one derivative more than stands anywhere, and how many say what they are."""
    every: dict[str, int] = {}
    derived: dict[str, int] = {}
    gradients = any(isinstance(c, GradientClaim) for c in statement.claims)
    forward = {let.name for let in statement.forward}
    for name, line in program.lines.items():
        for function in functions(line.body):
            base, prime, order = function.partition("'")
            if prime:
                moved = int(order) + 1 if gradients and name in forward else 0
                derived[base] = max(derived.get(base, 0), moved)
                every[base] = max(every.get(base, 0), moved + 1, int(order) + 1)
    return tuple((name, most, derived[name]) for name, most in every.items())


def _integer_parts(part: Condition) -> list[Formula]:
    if isinstance(part, All):
        return [f for p in part.parts for f in _integer_parts(p)]
    return [condition(part)] if isinstance(part, IndexCondition) else []


def _less_one(body: Expr) -> bool:
    return any(isinstance(p, InverseSize) and isinstance(p.value, IBin) and p.value.operator == "-" for p in walk(body))


def _plain_axis(axis: Index) -> bool:
    return isinstance(natural(axis), IVar)


def _plain(body: Expr, sizes: frozenset[str]) -> bool:
    for part in walk(body):
        if isinstance(part, Holds | Cases):
            return False
        if isinstance(part, SumOf) and (
            not isinstance(part.guard, Truth) or not (isinstance(part.bound, IVar) and part.bound.name in sizes)
        ):
            return False
    return all(isinstance(n, IVar) for n in naturals(body))
