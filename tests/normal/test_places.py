"""What is assumed, or asked for, at some subscripts only: used there and nowhere else. Pools, residue by residue."""

from __future__ import annotations

from typing import Any

import pytest

from symadj.normal.assumptions import assume
from symadj.normal.environment import Environment
from symadj.normal.programs import Proof
from symadj.normal.store import UNIT
from symadj.normal.translate import indicator
from symadj.notation import statement
from symadj.terms.index import ZERO, Index, size, var
from symadj.terms.nodes import Entry, ValueCondition
from symadj.terms.statement import Assumption
from symadj.verdict import prove

SIGNS = [
    ("u[i,0] > 0", "u[i,0]", True),
    ("u[i,0] > 0", "u[j,0]", True),
    ("u[i,0] > 0", "u[i,1]", False),
    ("u[i,0] > 0", "u[0,i%3]", False),
    ("u[1,i] > 0", "u[1,j%3]", True),
    ("u[i,0] >= 0", "u[j,0]", True),
    ("u[i,0] != 0", "u[j,0]", False),
    ("u[i,0] > u[i,1]", "u[j,0] - u[j,1]", True),
    ("u[i,0] > u[i,1]", "u[j,1] - u[j,0]", False),
    ("u[i,0] > u[i,1]", "u[j,0] - u[i,1]", False),
    ("u[i,0] > u[i,1]", "u[j,0] - u[j,2]", False),
    ("u[i,0] > u[i,1]", "u[j,1] - u[j,2]", False),
]


@pytest.mark.parametrize(("assumed", "value", "holds"), SIGNS)
def test_signs_at_some_subscripts(assumed: str, value: str, holds: bool) -> None:
    keys: dict[str, Any] = {"shapes": "u: n+1 3, a: n n, c: n n", "assume": assumed}
    forward = [f"a[i,j] = abs({value})", f"c[i,j] = {value}"]
    verdict = prove(statement(**keys, forward=forward, equal=["a", "c"]))
    assert verdict.status == ("proved" if holds else "disproved"), verdict


# Of x[step*k + first] < x[step*k + second] for k in range(n): is x[a] < x[b]?
PAIRS = [
    (2, 0, 1, var("q") * 2, var("q") * 2 + 1, True),
    (2, 0, 1, var("q") * 4 + 2, var("q") * 4 + 3, False),  # 2*q + 1 may be past the last pair
    (2, 0, 1, var("q") * 2 + 1, var("q") * 2 + 2, False),
    (2, 0, 1, var("q") * 2, var("r") * 2 + 1, False),
    (2, 0, 1, var("q"), var("q") + 1, False),
    (2, 0, 1, var("q") * 2 + 1, var("q") * 2, False),
    (2, 0, 1, var("q") * 2 - 2, var("q") * 2 - 1, False),  # before the first
    (1, 0, 1, var("q"), var("q") + 1, True),
    (1, 0, 1, var("q") + 1, var("q") + 2, False),
    (1, 0, 1, var("q"), var("q") + 2, False),
    (3, 2, 0, var("q") * 3 + 2, var("q") * 3, True),
    (3, 2, 0, var("q") * 3 + 3, var("q") * 3 + 1, False),
]


@pytest.mark.parametrize(("step", "first", "second", "left", "right", "follows"), PAIRS)
def test_pairs(step: int, first: int, second: int, left: Index, right: Index, follows: bool) -> None:
    proof = Proof((), (), ())
    env: Environment = proof.forward
    n = size("n")
    env.add_input("x", (n * 3 + 9,))
    # The index of the assumption has the name of a variable in scope: they must not be taken for each other.
    place = var("q") * step
    given = ValueCondition("<", Entry("x", (place + first,)), Entry("x", (place + second,)))
    assume(env, Assumption((("q", n),), given))
    for name in ("q", "r"):
        proof.store.ranges[name] = (ZERO, n)
    asked = indicator(env, ValueCondition("<", Entry("x", (left,)), Entry("x", (right,))))
    assert (asked == {UNIT: 1}) == follows, asked


RANGES = [("log(x[i])", "abs(x[n])"), ("log(x[i])", "relu(x[n])"), ("sqrt(x[i])", "maximum(x[n], 0)")]


@pytest.mark.parametrize(("line", "other"), RANGES)
def test_hypotheses_hold_in_their_ranges(line: str, other: str) -> None:
    """The oracle refutes these in any case: the proof must not claim them by itself."""
    derivative = "dy[i]/x[i]" if "log" in line else "dy[i]/(2*sqrt(x[i]))"
    backward = f"dx[i] = ({derivative} if i < n else 0) + (dz if i == n else 0)"
    edge = statement(
        shapes="x: n+1, y: n, z:", forward=[f"y[i] = {line}", f"z = {other}"], outputs="y, z", backward=[backward]
    )
    assert prove(edge, refute=False).status == "unknown"
    assert prove(edge).status == "disproved"


POOLS = [
    ("maximum(x[2*j], x[2*j+1])", "dy[l//2]*(x[l] == y[l//2])", "proved"),
    ("maximum(x[2*j], x[2*j+1])", "dy[l//2]*(x[l] >= x[l+1-2*(l%2)])", "proved"),
    ("minimum(x[2*j], x[2*j+1])", "dy[l//2] if x[l] == y[l//2] else 0", "proved"),
    ("maximum(x[2*j], x[2*j+1])", "dy[l//2]*(x[l] > y[l//2])", "disproved"),
    ("maximum(x[2*j], x[2*j+1])", "dy[l//2]*(x[l] == x[2*(l//2)])", "disproved"),
    ("minimum(x[2*j], x[2*j+1])", "dy[l//2]*(x[l] >= y[l//2])", "disproved"),
    ("maximum(x[2*j], x[2*j+1])", "dy[(l+1)//2 - l%2]*(x[l] == y[l//2])*(l%2)", "disproved"),
]


@pytest.mark.parametrize(("forward", "backward", "expected"), POOLS)
def test_pools(forward: str, backward: str, expected: str) -> None:
    verdict = prove(statement(shapes="x: 2*n, y: n", forward=[f"y[j] = {forward}"], backward=[f"dx[l] = {backward}"]))
    assert verdict.status == expected, verdict
