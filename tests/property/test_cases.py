"""Every false statement that was once proved stays unproved."""

from __future__ import annotations

from pathlib import Path

import pytest

from symadj.notation import read_file
from symadj.terms.statement import Statement
from symadj.verdict import prove

CASES = Path(__file__).parent / "cases"


def cases() -> list[Statement]:
    """The statements of every file of cases."""
    found = []
    for path in sorted(CASES.glob("*.toml")):
        reading = read_file(path)
        assert not reading.errors, reading.errors[0]
        found += reading.statements
    return found


@pytest.mark.parametrize("statement", cases(), ids=lambda s: s.name)
def test_not_proved(statement: Statement) -> None:
    verdict = prove(statement)
    assert verdict.status != "proved"
    assert verdict.ok or statement.expect.verdict == "disproved", str(verdict)
