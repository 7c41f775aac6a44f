"""Random piecewise-affine sums against plain expansion: no unsound proof, no false refutation, the least witness.

These are the same each time; ``tests/property`` and ``python -m tests.campaign --identities`` try others.
"""

from __future__ import annotations

import pytest

from tests.points.checking import Identities, check_identity

CHUNK = 50


@pytest.mark.parametrize("start", range(0, 200, CHUNK))
def test_affine(start: int) -> None:
    figures = Identities()
    for number in range(start, start + CHUNK):
        check_identity(str(number), number, figures)
    assert not figures.wrong, figures.wrong[0]
    assert figures.zero >= CHUNK // 4
    assert figures.nonzero >= CHUNK // 4
    assert figures.unknown <= 2


@pytest.mark.parametrize("start", range(0, 100, CHUNK))
def test_products_of_indices_with_sizes(start: int) -> None:
    figures = Identities()
    for number in range(start, start + CHUNK):
        check_identity(str(number), number, figures, products=True)
    assert not figures.wrong, figures.wrong[0]
    assert figures.unknown <= CHUNK // 3
