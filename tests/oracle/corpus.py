"""The public corpus: its statements, which claims fail, and its own numerical oracle."""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from symadj.notation import read_file
from symadj.terms.statement import Claim, EqualClaim, LinearClaim, Statement
from tests.support.corpus import CORPUS, CORPUS_FILES

FILES = [path.name for path in CORPUS_FILES]


def statements(file: str) -> tuple[Statement, ...]:
    """The statements of one file."""
    reading = read_file(CORPUS / file)
    assert not reading.errors, reading.errors[0]
    return reading.statements


def table(file: str) -> dict[str, Any]:
    """The file's tables, as TOML."""
    return tomllib.loads((CORPUS / file).read_text(encoding="utf-8"))


def _verdicts() -> dict[tuple[str, str], tuple[str, str]]:
    found = {}
    for line in (CORPUS / "verdicts.tsv").read_text(encoding="utf-8").splitlines():
        file, name, _, claims, sizes = line.split("\t")
        found[file, name] = (claims, sizes)
    return found


VERDICTS = _verdicts() if CORPUS.exists() else {}


def failing(file: str, statement: Statement, keys: dict[str, Any]) -> Iterator[tuple[Claim, bool, int | None]]:
    """Each claim, whether it fails, and the total of the smallest sizes at which the corpus saw a claim fail."""
    text, sizes = VERDICTS.get((file, statement.name), ("", "-"))
    disproved = statement.expect.verdict == "disproved"
    total = sum(int(part.split("=")[1]) for part in sizes.split(",")) if sizes != "-" else None
    if disproved and not text:
        assert len(statement.claims) == 1, "a corpus file without verdicts, and several claims"
    for claim in statement.claims:
        if not text:
            yield claim, disproved, None
        elif isinstance(claim, LinearClaim):
            yield claim, f"linear in {claim.input}" in text, total
        elif isinstance(claim, EqualClaim):
            assert len(keys["equal"]) == 2 or text == "-", "which link of a chain fails is not said"
            yield claim, text != "-", total
        else:
            yield claim, claim.target in text.split(","), total


def numerical_oracle() -> ModuleType:
    """The corpus's ``oracle.py``: plain Python and numpy, central differences."""
    spec = importlib.util.spec_from_file_location("corpus_oracle", CORPUS / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
