"""A gradient claim over the reals: what its theorems are made of, and the statement of the main one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symadj.export.rocq.assumptions import Premise
from symadj.export.rocq.embedding import Closure, listed
from symadj.export.rocq.names import identifier
from symadj.export.rocq.program import Program, kind
from symadj.export.rocq.readable import expression
from symadj.export.rocq.setting import Setting
from symadj.export.rocq.syntax import Expr
from symadj.export.rocq.walking import renamed
from symadj.terms.statement import Shape, Statement


@dataclass(frozen=True, slots=True)
class GradientOfReals:
    """One claim: ``left`` pairs the outputs with the cotangents, ``right`` the direction with the claimed gradient."""

    statement: Statement
    program: Program
    setting: Setting
    tensor: str
    target: str
    shape: Shape
    indices: tuple[str, ...]
    others: tuple[str, ...]
    direction: str
    left: Expr
    right: Expr

    @property
    def name(self) -> str:
        """The main theorem's name."""
        return f"{self.tensor}_gradient"

    def calls(self, point: str, step: str) -> dict[str, str]:
        """The text of everything, with the input at ``point`` and the direction ``step``."""
        return self.program.calls({self.tensor: point}) | {self.direction: step}

    def heads(self) -> str:
        """Binders for the tensors that stay."""
        return "".join(f" ({identifier(t)} : {kind(len(self.statement.shape(t)))})" for t in self.others)


def stated(claim: GradientOfReals, given: Sequence[Premise]) -> str:
    """The main theorem, for every family of inputs that is differentiable at a point."""
    x, dx = identifier(claim.tensor), identifier(claim.direction)
    names = " ".join(identifier(i) for i in claim.indices)
    every = f"forall {names} : nat, " if names else ""
    left = expression(renamed(claim.left, claim.calls(f"({x} q)", f"{dx} w")))
    right = expression(renamed(claim.right, claim.calls(f"({x} p)", f"{dx} w")))
    assumed = "".join(f"  ({g.text}) ->\n" for g in given)
    family = f"({x} {dx} : U -> {kind(len(claim.shape))})"
    return (
        f"Theorem {claim.name} (U : normedModType R) (p : U) {family}{claim.heads()} :\n"
        f"  ({every}is_diff p (fun q : U => {x} q {names} : R) (fun w : U => {dx} w {names} : R)) ->\n{assumed}"
        f"  is_diff p (fun q : U => {left} : R)\n    (fun w : U => {right} : R)."
    )


def atom(number: str) -> Closure:
    """The tensor with this number."""
    return lambda arguments: f"Atm {number} {listed(arguments)}"


def zero(rank: int) -> str:
    """The tensor of zeros."""
    return f"(fun {'_ ' * rank}=> 0)" if rank else "0"
