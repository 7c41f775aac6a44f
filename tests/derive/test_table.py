"""The table in the docs is what is derived now; and no formula of it is longer than the textbook's."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import symadj


def script() -> ModuleType:
    path = Path(__file__).parents[2] / "docs" / "derived.py"
    spec = importlib.util.spec_from_file_location("derived_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = script()


def test_the_document_is_up_to_date() -> None:
    assert TABLE.TARGET.read_text(encoding="utf-8") == TABLE.text(), "run: python docs/derived.py"


def test_there_are_forty_rows() -> None:
    assert len(TABLE.ROWS) >= 40


@pytest.mark.parametrize("row", TABLE.ROWS, ids=lambda row: row.name)
def test_textbook_and_derived_formula(row: tuple[object, ...]) -> None:
    more = {key: value for key, value in row.more.items() if key != "wrt"}
    formula = TABLE.derived(row)
    for backward in (row.book, tuple(formula.splitlines())):
        assert symadj.prove(shapes=row.shapes, forward=row.forward, backward=backward, **more).status == "proved"
    assert len(formula) <= len("\n".join(row.book)), formula
