"""Every statement of ``proofs/`` is what its ``expect`` says, and the finding in PyLops is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from symadj.notation import read_file
from symadj.terms.statement import Statement
from symadj.verdict import prove

FOLDER = Path(__file__).parents[2] / "proofs"


def named(file: str, name: str) -> Statement:
    return next(s for s in read_file(FOLDER / file).statements if s.name == name)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_every_statement_is_what_it_expects_to_be(file: Path) -> None:
    reading = read_file(file)
    assert not reading.errors
    verdicts = [prove(statement) for statement in reading.statements]
    assert not [str(verdict) for verdict in verdicts if not verdict.ok]
    for verdict in verdicts:
        for target, claim in verdict.claims.items():
            refuted = claim.counterexample is not None
            assert refuted == (claim.status == "disproved"), f"{verdict.name}: {target}"


def test_the_first_derivative_of_pylops_is_not_the_adjoint_of_its_reverse_at_three_samples() -> None:
    claim = prove(named("operators.toml", "pylops_first_derivative_centered5_edge_three")).claims["dx"]
    assert claim.status == "disproved"
    assert claim.counterexample is not None
    assert claim.counterexample.sizes == {"n": 3}


@pytest.mark.parametrize(
    "name", ["pylops_first_derivative_centered5_edge", "pylops_first_derivative_centered5_edge_mended"]
)
def test_it_is_from_four_samples_on_and_mended_from_three_on(name: str) -> None:
    verdict = prove(named("operators.toml", name))
    assert verdict.status == "proved"
    assert not verdict.claims["dx"].hypotheses
