"""``docs/certificates.md`` against the exporter, and everything that it lists as exported against the kernel."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from symadj.export.rocq import Certificate, RocqMissing, certify, check, find_rocq
from symadj.terms.statement import Statement

ROOT = Path(__file__).parents[2]


def load() -> ModuleType:
    """``docs/certificates.py``, which is no module of the package."""
    spec = importlib.util.spec_from_file_location("certificates", ROOT / "docs" / "certificates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


docs = load()
pytestmark = pytest.mark.skipif(not docs.CORPUS.exists(), reason="the corpus is not beside this checkout")
try:
    find_rocq(analysis=True)
except RocqMissing as error:
    missing = str(error)
else:
    missing = ""


def targets(statement: Statement) -> list[str]:
    """All claims: the statements here are proved ones."""
    return [claim.target for claim in statement.claims]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sequence[tuple[str, Certificate]]]:
    """What the page says is exported, written to a folder; and the certificates of all proved statements."""
    left_out = {(row.file, row.statement) for row in docs.read()}
    labelled = [(file, s) for file, _, statements in docs.proved() for s in statements]
    found: list[tuple[str, Certificate]] = []
    folders: list[Path] = []
    for out in (False, True):
        part = [(file, s) for file, s in labelled if ((file, s.name) in left_out) == out]
        folder = tmp_path_factory.mktemp("left_out" if out else "exported")
        certificates = certify([s for _, s in part], folder, targets=targets)
        found += [(file, c) for (file, _), c in zip(part, certificates, strict=True)]
        folders.append(folder)
    return folders[0], found


def test_the_page_lists_what_the_exporter_refuses(written: tuple[Path, Sequence[tuple[str, Certificate]]]) -> None:
    refused = {(file, c.statement, docs.reason(c)) for file, c in written[1] if docs.reason(c)}
    assert refused == {tuple(row) for row in docs.read() if row.why != docs.UNCLOSED}


def test_the_page_counts_what_it_lists() -> None:
    assert docs.TARGET.read_text(encoding="utf-8") == docs.table(docs.read(), docs.kinds())


@pytest.mark.skipif(bool(missing), reason=missing)
def test_the_kernel_accepts_what_the_page_says_is_exported(
    written: tuple[Path, Sequence[tuple[str, Certificate]]],
) -> None:
    checked = check(written[0], timeout=1800)
    assert not [str(c) for c in checked if c.status != "kernel-checked"]
    assert {len(c.axioms) for c in checked} == {0, 3}
