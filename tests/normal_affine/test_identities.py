"""Random piecewise-affine sums against plain expansion: no unsound proof, no false refutation, the least witness.

``SYMADJ_IDENTITIES=5000`` runs that many of the first kind, and half as many of the second.
"""

from __future__ import annotations

import os

import pytest

from symadj.normal.points import decide, difference
from tests.normal_affine.expansion import nonzero, nonzero_at
from tests.normal_affine.identities import Generator

NUMBER = int(os.environ.get("SYMADJ_IDENTITIES", "200"))
CHUNK = 50
LARGEST = 4


def _check(seed: int, products: bool) -> bool | None:
    generator = Generator(seed, products)
    true = seed % 3 == 0
    terms = generator.identity() if true else generator.nearly()
    zero = decide(terms, generator.free, generator.context, 100_000).zero
    if zero is None:
        return None
    found = nonzero(terms, generator.free, generator.context, LARGEST if zero and not products else 3)
    if zero:
        assert found is None, f"seed {seed}: proved, but not zero at {found}"
        return True
    assert not true, f"seed {seed}: an identity was refuted"
    witness = difference(terms, generator.free, generator.context)
    assert witness is not None, f"seed {seed}: refuted without a witness"
    sizes = dict(witness.sizes)
    assert nonzero_at(terms, generator.free, generator.context, sizes), f"seed {seed}: zero at its witness {sizes}"
    if found is not None and not products:
        assert sum(found.values()) == sum(sizes.values()), f"seed {seed}: {found} is smaller than {sizes}"
    return False


@pytest.mark.parametrize("start", range(0, NUMBER, CHUNK))
def test_affine(start: int) -> None:
    outcomes = [_check(seed, False) for seed in range(start, start + CHUNK)]
    assert outcomes.count(True) >= CHUNK // 4
    assert outcomes.count(False) >= CHUNK // 4
    assert outcomes.count(None) <= 2


@pytest.mark.parametrize("start", range(0, NUMBER // 2, CHUNK))
def test_products_of_indices_with_sizes(start: int) -> None:
    outcomes = [_check(seed, True) for seed in range(start, start + CHUNK)]
    assert outcomes.count(None) <= CHUNK // 3
