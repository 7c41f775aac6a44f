"""Every proved statement of the corpus and of proofs/ has a derivation; every step passes its checks, in full.

All of them take about a minute and a half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from symadj.derivation import checking, derivation, explain
from symadj.derivation.model import Chain, Derivation
from symadj.derivation.text import width
from symadj.notation import read_file
from symadj.oracle.steps import Failure, Pair, first_failure
from symadj.terms.statement import Statement
from symadj.verdict import prove
from tests.support.corpus import CORPUS_FILES

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "proofs").rglob("*.toml")), *CORPUS_FILES]
STATEMENTS = [s for f in FILES for s in read_file(str(f)).statements if s.expect.verdict == "proved"]


@pytest.fixture(autouse=True)
def without_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle looks at every step, however long it takes."""

    def patient(
        statement: Statement, pairs: Sequence[Pair], differential_of: Mapping[str, str], *, deadline: float
    ) -> Failure | None:
        return first_failure(statement, pairs, differential_of, deadline=monotonic() + 60)

    monkeypatch.setattr(checking, "first_failure", patient)


def unchanged(told: Derivation) -> list[Chain]:
    """Chains in which an expression is followed by itself."""
    found = []
    for chain in told.chains():
        expressions = [chain.start, *(step.expression for step in chain.steps)]
        alike = any(left == right for left, right in pairwise(expressions))
        found += [chain] if alike and len(chain.steps) > 1 else []
    return found


@pytest.mark.parametrize("of", STATEMENTS, ids=lambda s: f"{Path(s.file or '').stem}-{s.name}")
def test_every_step_is_shown(of: Statement) -> None:
    verdict = prove(of, refute=False)
    assert verdict.status == "proved"
    told = derivation(verdict)
    assert told.targets == tuple(verdict.claims)
    assert any(True for _ in told.steps())
    assert all(step.rule for step in told.steps())
    assert unchanged(told) == []
    assert [line for line in explain(told).splitlines() if width(line) > 80] == []
