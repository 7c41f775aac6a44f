"""The verdict on every statement of the corpus: never wrong, and decided but for a few classes."""

from __future__ import annotations

from types import ModuleType

import pytest

from symadj.verdict import prove
from symadj.verdict.model import Verdict
from tests.oracle import corpus
from tests.oracle.test_corpus import check_numerically
from tests.support.corpus import CORPUS, needs_corpus

pytestmark = needs_corpus

# The classes in which a true statement may stay unknown, or be proved under a hypothesis that it does not state.
HARD = frozenset({"complex", "inverse", "gather", "kink"})


def classes() -> dict[tuple[str, str], str]:
    """The class of each statement, by topic and name."""
    rows = (CORPUS / "classes.tsv").read_text(encoding="utf-8").splitlines()
    found = (row.split("\t") for row in rows)
    return {(topic, name): kind for topic, name, _, kind in found}


CLASSES = classes() if corpus.FILES else {}


@pytest.fixture(scope="module")
def numerical() -> ModuleType:
    return corpus.numerical_oracle()


@pytest.mark.parametrize("file", corpus.FILES)
def test_verdicts(file: str, numerical: ModuleType) -> None:
    tables = corpus.table(file)
    undecided = []
    for statement in corpus.statements(file):
        keys = tables[statement.name]
        verdict = prove(statement)
        for claim, fails, total in corpus.failing(file, statement, keys):
            found, where = verdict.claims[claim.target], f"{statement.name}, {claim.target}"
            assert found.status != "disproved" or fails, where
            assert found.status != "proved" or found.hypotheses or not fails, where
            if found.status == "disproved":
                assert found.counterexample is not None, where
                assert total is None or sum(found.counterexample.sizes.values()) <= total, f"{where}: not the smallest"
                check_numerically(numerical, statement, claim, found.counterexample, keys)
        if not as_expected(verdict):
            undecided.append(statement.name)
    wrong = [n for n in undecided if CLASSES.get((file.removesuffix(".toml"), n), "complex") not in HARD]
    assert not wrong, f"not decided as expected: {wrong}"


def as_expected(verdict: Verdict) -> bool:
    """Every false statement is disproved; a true one is proved without further hypotheses."""
    if verdict.expect.verdict == "disproved":
        return verdict.status == "disproved"
    return verdict.ok
