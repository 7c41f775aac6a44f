"""Random guarded accesses against plain evaluation: an error exactly where some size reads outside, with the
least sizes.
"""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pytest

from symadj.domains.checking import check_accesses
from symadj.errors import StatementError
from symadj.terms.index import Index, constant, floor_div, remainder, size, var
from symadj.terms.nodes import (
    All,
    Binder,
    Condition,
    Entry,
    IndexCondition,
    Not,
    Select,
    Some,
    Sum,
    Term,
    number,
    same,
)
from symadj.terms.statement import Let, Statement, Tensor
from tests.points.expansion import holds, value

N, M, P, I, J = size("n"), size("m"), size("p"), var("i"), var("j")  # noqa: E741
LARGEST = 4


class Case:
    """``y[i] = sum(x[...] if guard else 0 for j in range(...) if condition)``, or without the sum."""

    def __init__(self, seed: int) -> None:
        rng = self.random = Random(seed)
        self.axis = rng.choice((N, N, M, 2 * N, N + M - 1, N - M, N + P, N * M))
        self.length = rng.choice((N, N, M, N + P, 2 * N, N - M + 1))
        self.summed = rng.random() < 0.5
        ends = ((constant(0), N), (constant(0), M), (I, N), (constant(0), I + 1), (constant(1), M + 1))
        self.range = rng.choice(ends)
        self.condition = self.guard() if self.summed and rng.random() < 0.4 else None
        self.first, self.second = self.guard(), self.guard()
        self.form = rng.randrange(4)
        self.subscript = self.draw()

    def draw(self) -> Index:
        j = J if self.summed else I
        return self.random.choice(
            (I, j, I + j, I - j, I + 1, I - 1, N - 1 - I, N - I, 2 * I, 2 * j + 1, I + P, I + j - P, I + M,
             floor_div(I, constant(2)), floor_div(I + j, constant(3)) + 1, remainder(I + 1, constant(2)), constant(0),
             constant(2), N - 1, M * I + j, floor_div(I, M), remainder(I, M))
        )  # fmt: skip

    def guard(self) -> Condition:
        j = J if self.summed else I
        ge = IndexCondition
        return self.random.choice(
            (ge(">=", I - 1), ge(">=", N - 2 - I), ge(">=", I - j), same(I, j), same(I, constant(0)),
             All((ge(">=", I - j), ge(">=", N - 1 - I + j))), Some((same(I, j), ge(">=", I - 2))), Not(same(I, N - 1)),
             ge(">=", N - M), All((ge(">=", I + j - P), ge(">=", N - 1 + P - I - j))), ge(">=", self.axis - 1 - I))
        )  # fmt: skip

    def body(self) -> Term:
        entry, zero = Entry("x", (self.subscript,)), number(0)
        guarded: Term = (
            entry,
            Select(self.first, entry, zero),
            Select(self.first, zero, entry),
            Select(self.first, Select(self.second, entry, zero), zero),
        )[self.form]
        return Sum(Binder("j", *self.range, self.condition), guarded) if self.summed else guarded

    def statement(self) -> Statement:
        let = Let("y", ("i",), (self.length,), self.body())
        return Statement(
            "random", ("n", "m"), ("p",), (Tensor("x", (self.axis,)),), {}, (let,), ("y",), (), (), assumptions=()
        )

    def outside(self, largest: int) -> dict[str, int] | None:
        """The first sizes, by their sum, at which the entry is read outside of its axis."""
        for n, m, p in sorted(product(range(1, largest + 1), range(1, largest + 1), range(largest + 1)), key=sum):
            env = {"n": n, "m": m, "p": p}
            if value(self.axis, env) < 0 or value(self.length, env) < 0:
                continue
            for i in range(value(self.length, env)):
                for j in range(*(value(end, {**env, "i": i}) for end in self.range)) if self.summed else (0,):
                    if self.reads({**env, "i": i, "j": j}):
                        return env
        return None

    def reads(self, env: dict[str, int]) -> bool:
        """Whether the entry is read at this point, and is outside."""
        if self.condition is not None and not holds(self.condition, env):
            return False
        first = holds(self.first, env)
        read = (True, first, not first, first and holds(self.second, env))[self.form]
        return read and not 0 <= value(self.subscript, env) < value(self.axis, env)


@pytest.mark.parametrize("start", range(0, 1000, 100))
def test_random_accesses(start: int) -> None:
    outcomes = []
    for seed in range(start, start + 100):
        case = Case(seed)
        found = case.outside(LARGEST)
        try:
            unproved = check_accesses(case.statement())
        except StatementError as error:
            message = error.message
            sizes = {name: int(text) for name, text in re.findall(r"\b([nmp]) = (\d+)", message)}
            outcomes.append("error")
            if found is not None:
                least = sum(sizes.get(name, 0 if name == "p" else 1) for name in "nmp")
                assert least == sum(found.values()), f"seed {seed}: {found}, {message}"
            else:
                assert max(sizes.values()) > LARGEST, f"seed {seed}: {message}"
        else:
            outcomes.append("unproved" if unproved else "inside")
            assert unproved or found is None, f"seed {seed}: reads outside at {found}"
    assert outcomes.count("error") > 25
    assert outcomes.count("inside") > 15
    assert outcomes.count("unproved") <= 3
