"""Sums with indices modulo an axis, drawn at random and reindexed at random: what is called equal is equal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from operator import mul
from random import Random

import pytest

from symadj.notation import read_text
from symadj.verdict import prove

# A subscript is a linear form in these; the last one stands for a number.
LETTERS = ("i", "j", "s", "k", "1")
SHIFTS = [(0, 0, 1, 0, 0), (0, 0, 0, 0, 1), (0, 0, 0, 0, 2), (0, 0, 0, 1, 0), (0, 0, -1, 0, -1), (0, 0, 0, 0, 0)]
Form = tuple[int, ...]


def plus(first: Form, second: Form, times: int = 1) -> Form:
    return tuple(a + times * b for a, b in zip(first, second, strict=True))


@dataclass(frozen=True)
class Sums:
    """``Σ_{i,j<n} Π tensors[(±i ± j + e) % n]``, at a free index k."""

    terms: tuple[tuple[str, Form], ...]

    def text(self) -> str:
        """The sum in the notation."""
        factors = [
            f"{name}[({' + '.join(f'{c}*{v}' for c, v in zip(form, LETTERS, strict=True))})%n]"
            for name, form in self.terms
        ]
        return f"sum({'*'.join(factors)} for i in range(n) for j in range(n))"

    def value(self, n: int, s: int, k: int) -> int:
        """The sum with small numbers as entries."""
        tensors = {name: Random(f"{name}{n}").sample(range(-9, 10), n) for name in "xyz"}
        total = 0
        for i, j in product(range(n), repeat=2):
            at = (i, j, s, k, 1)
            total += prod(tensors[name][sum(map(mul, form, at)) % n] for name, form in self.terms)
        return total

    def reindexed(self, random: Random) -> Sums:
        """The same sum, with ``i`` or ``j`` replaced by ``±i + e``, and its factors in another order."""
        which, sign, shift = random.randrange(2), random.choice((1, -1)), random.choice(SHIFTS)
        terms = []
        for name, form in self.terms:
            flipped = tuple(sign * c if k == which else c for k, c in enumerate(form))
            terms.append((name, plus(flipped, shift, form[which])))
        random.shuffle(terms)
        return Sums(tuple(terms))

    def changed(self, random: Random) -> Sums:
        """One shift is another, or one sign: most often no longer equal."""
        k = random.randrange(len(self.terms))
        name, (i, j, *rest) = self.terms[k]
        signs = random.choice(((i, j), (-i, j), (i, -j)))
        other = (name, plus((*signs, *rest), random.choice(SHIFTS)))
        return Sums((*self.terms[:k], other, *self.terms[k + 1 :]))


def drawn(random: Random) -> Sums:
    terms = []
    both = random.choice((1, -1))  # i + j or i - j, not both: with both, no form is met by all
    for _ in range(random.randint(1, 4)):
        i, j = random.choice(((1, 0), (0, 1), (1, both), (-1, -both), (-1, 0), (0, 0)))
        terms.append((random.choice("xyz"), plus((i, j, 0, 0, 0), random.choice(SHIFTS))))
    return Sums(tuple(terms))


def status(left: Sums, right: Sums) -> str:
    lines = [f"p[k] = {left.text()}", f"q[k] = {right.text()}"]
    text = f'[t]\nshapes = "x: n, y: n, z: n, p: n, q: n"\nintegers = "s"\nforward = {lines}\nequal = ["p", "q"]\n'
    (statement,) = read_text(text).statements
    return prove(statement).status


def differ(left: Sums, right: Sums) -> bool:
    sizes = ((n, s, k) for n in range(1, 6) for s in range(n + 2) for k in range(n))
    return any(left.value(*at) != right.value(*at) for at in sizes)


@pytest.mark.parametrize("seed", range(40))
def test_a_reindexed_sum_is_equal(seed: int) -> None:
    random = Random(seed)
    sums = drawn(random)
    other = sums
    for _ in range(random.randint(1, 3)):
        other = other.reindexed(random)
    assert not differ(sums, other)
    assert status(sums, other) == "proved"


@pytest.mark.parametrize("seed", range(80))
def test_a_changed_sum_is_proved_only_where_it_is_equal(seed: int) -> None:
    random = Random(seed)
    sums = drawn(random)
    other = sums.changed(random).reindexed(random)
    assert status(sums, other) != ("proved" if differ(sums, other) else "disproved")
