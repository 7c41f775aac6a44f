"""Whether a sum of positives under guards is positive: against the guards' values at small sizes."""

from __future__ import annotations

from random import Random

import pytest

from symadj.notation import read_text
from symadj.verdict import prove

# A guard a*j + b*i + c*n + e*w + d >= 0.
Guard = tuple[int, int, int, int, int]
LETTERS = ("j", "i", "n", "w", "1")


def holds(guard: Guard, j: int, i: int, n: int, w: int) -> bool:
    return sum(c * v for c, v in zip(guard, (j, i, n, w, 1), strict=True)) >= 0


def text(guard: Guard) -> str:
    return " + ".join(f"{c}*{v}" for c, v in zip(guard, LETTERS, strict=True)) + " >= 0"


def drawn(random: Random) -> list[Guard]:
    guards = []
    for _ in range(random.randint(1, 3)):
        j, i = random.choice((1, -1)), random.choice((0, 1, -1))
        guards.append((j, i, random.choice((0, 0, 1)), random.choice((0, 0, 1)), random.randint(-1, 2)))
    return guards


def shown(guards: list[Guard]) -> bool:
    condition = " and ".join(map(text, guards))
    lines = [f"y[i] = (1 if sum(exp(x[j]) for j in range(n) if {condition}) > 0 else 0)", "z[i] = 1"]
    (statement,) = read_text(
        f'[t]\nshapes = "x: n, y: n, z: n"\nintegers = "w"\nforward = {lines}\nequal = ["y", "z"]\n'
    ).statements
    return prove(statement).status == "proved"


def inhabited(guards: list[Guard]) -> bool:
    sizes = ((n, w, i) for n in range(1, 8) for w in range(6) for i in range(n))
    return all(any(all(holds(g, j, i, n, w) for g in guards) for j in range(n)) for n, w, i in sizes)


@pytest.mark.parametrize("seed", range(100))
def test_a_guarded_sum_is_positive_where_something_is_left(seed: int) -> None:
    guards = drawn(Random(seed))
    assert shown(guards) == inhabited(guards)
