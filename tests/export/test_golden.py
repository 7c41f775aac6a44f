"""The documents that were looked at: the founding page, softmax, layer norm, attention, a convolution."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from symadj.derivation import derivation, explain
from symadj.export.latex import fragment
from symadj.notation import read_text
from symadj.terms.statement import Statement
from symadj.verdict import prove

ROOT = Path(__file__).parents[2]
CHOSEN = (Path(__file__).parent / "chosen.toml").read_text(encoding="utf-8")
STATEMENTS = {s.name: s for s in read_text(CHOSEN).statements}
Golden = Callable[[str, str], None]


@pytest.mark.parametrize("name", ["softmax", "layer_norm", "attention", "conv1d"])
def test_explained(name: str, golden: Golden) -> None:
    golden(f"{name}.txt", f"{explain(derivation(prove(STATEMENTS[name])))}\n")


@pytest.mark.parametrize("name", ["softmax", "layer_norm", "attention", "conv1d"])
def test_typeset(name: str, golden: Golden) -> None:
    golden(f"{name}.tex", fragment([prove(STATEMENTS[name])]))


def founding() -> list[Statement]:
    text = (ROOT / "proofs" / "params.toml").read_text(encoding="utf-8")
    return [s for s in read_text(text).statements if s.expect.verdict == "proved"]


def test_the_founding_page_explained(golden: Golden) -> None:
    golden("params.txt", "\n\n".join(explain(derivation(prove(s))) for s in founding()) + "\n")


def test_the_founding_page_typeset(golden: Golden) -> None:
    golden("params.tex", fragment([prove(s) for s in founding()]))
