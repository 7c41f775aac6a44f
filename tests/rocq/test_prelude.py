"""The files that ship with the package: complete, and accepted by the kernel without axioms where that is claimed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from symadj.export.rocq.certify import prelude

FILES = ("Symadj.v", "SymadjAnalysis.v", "SymadjOperators.v", "Founding.v")


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_assumed(name: str) -> None:
    code = re.sub(r"\(\*.*?\*\)", "", prelude(name), flags=re.DOTALL)
    assert not re.search(r"\b(Admitted|Axiom|Parameter|Conjecture|admit|Abort)\b", code)


@pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed (Debian: coq, libcoq-mathcomp-algebra)")
def test_the_founding_lemma_holds_for_matrices_without_axioms(tmp_path: Path) -> None:
    (tmp_path / "Founding.v").write_text(prelude("Founding.v"), encoding="utf-8")
    ran = subprocess.run(
        ["coqc", "-w", "none", "Founding.v"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "Closed under the global context" in ran.stdout
