"""Golden files: what is written now against what was written and looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew; read the diff")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with the golden file of this name; a missing file fails."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden", default=False):
            file.write_text(text, encoding="utf-8")
        if not file.exists():
            pytest.fail(f"there is no golden file {name}: run with --update-golden and read it")
        assert text == file.read_text(encoding="utf-8"), f"{name} differs; --update-golden writes it anew"

    return compare
