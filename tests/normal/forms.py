"""Short ways to ask whether two texts have the same normal form, and whether their difference is shown to vanish."""

from __future__ import annotations

from typing import Any

from symadj.domains.checking import size_context
from symadj.normal.decide import vanishes
from symadj.normal.programs import Proof
from symadj.normal.store import Poly
from symadj.notation import statement
from symadj.terms.statement import Statement

SHAPES = "A: n n, B: n n, W: m n, x: n, y: n, z: m, s:, t:, p: n, u: 2*n"


def proof_of(left: str, right: str, **keys: Any) -> tuple[Proof, Statement]:
    """The proof with both sides defined, as ``equal.0`` and ``equal.1``."""
    of = statement(**{"shapes": SHAPES, "equal": [left, right], **keys})
    made = Proof(
        of.inputs, of.forward, of.assumptions, of.integers, sizes=size_context(of), complex=of.complex, budget=100_000
    )
    return made, of


def difference(left: str, right: str, **keys: Any) -> tuple[Proof, Poly]:
    """The polynomial that is left of the difference, before anything is unfolded."""
    made, of = proof_of(left, right, **keys)
    names = [let.name for let in of.forward[-2:]]
    first, second = (made.forward.lookup(n) for n in names)
    return made, made.difference(first, second)


def identical(left: str, right: str, **keys: Any) -> bool:
    """Whether the two have one normal form."""
    return not difference(left, right, **keys)[1]


def shown(left: str, right: str, **keys: Any) -> bool:
    """Whether the two are shown to be equal."""
    made, poly = difference(left, right, **keys)
    return vanishes(made.store, poly, made.context)
