"""The command line on statements of strangers: no traceback, no endless work, no lie.

All under ``python -O``, where a check that is an ``assert`` would be none; the rest of the tests run without.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.hostile import Keys, deep, huge, large, names, toml, wide

RIGHT = {"brackets_50", "choices_50", "name_0", "name_1", "name_2"}
"""These are odd, and true."""


def prove(file: Path, seconds: int = 2) -> dict[str, dict[str, object]]:
    """What ``symadj prove`` prints of each statement."""
    command = [
        sys.executable,
        "-O",
        "-m",
        "symadj",
        "prove",
        str(file),
        "--format",
        "json",
        "--timeout",
        str(seconds),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=dict(os.environ))
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (1, 2)
    return {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("kind", [deep, huge, wide, names, large])
def test_statements_of_strangers(kind: Callable[[], dict[str, Keys]], tmp_path: Path) -> None:
    found = kind()
    file = tmp_path / "hostile.toml"
    file.write_text(toml(found), encoding="utf-8")
    rows = prove(file, seconds=30 if kind is large else 2)
    assert set(rows) == set(found)
    for name, row in rows.items():
        text = json.dumps(row)
        assert "internal error" not in text, text
        assert row["verdict"] != "proved" or name in RIGHT, text
        assert row["verdict"] != "error" or row["reason"], text


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "{b = " * 3_000 + "1" + "}" * 3_000,
        "[" + ".".join(["a"] * 10_000) + "]\n",
        "a." * 10_000 + "b = 1\n",
        "".join(f"[t{k}]\n" for k in range(20_000)),
        'a = """' + "x" * 2_000_000,
        "\x00\x01\x02",
        "a = 1\n" * 1000,
    ],
    ids=["brackets", "tables", "dotted header", "dotted key", "many tables", "open string", "controls", "one key"],
)
def test_files_of_strangers(text: str, tmp_path: Path) -> None:
    file = tmp_path / "bomb.toml"
    file.write_text(text, encoding="utf-8")
    rows = prove(file, seconds=30)
    assert rows
    assert all(row["verdict"] == "error" for row in rows.values())
