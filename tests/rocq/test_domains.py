"""Domains beyond tensors of reals, against the real Rocq kernel: each has true claims and false ones.

Needs ``coq``, ``libcoq-mathcomp-algebra`` and ``libcoq-mathcomp-analysis`` (Debian's names).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from symadj.export.rocq import Checked, RocqMissing, certify, check, find_rocq
from symadj.notation import read_file

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.toml"))

try:
    find_rocq(analysis=True)
except RocqMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)

STATEMENTS = {(path.name, s.name): s for path in FILES for s in read_file(path).statements}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Checked]:
    folder = tmp_path_factory.mktemp("domains")
    certify(STATEMENTS.values(), folder)
    return dict(zip(STATEMENTS, check(folder), strict=True))


@pytest.mark.parametrize("key", STATEMENTS, ids="::".join)
def test_true_claims_are_accepted_and_false_ones_rejected(
    verdicts: Mapping[tuple[str, str], Checked], key: tuple[str, str]
) -> None:
    found = verdicts[key]
    if STATEMENTS[key].expect.verdict == "proved":
        assert (found.status, found.detail) == ("kernel-checked", "")
        assert len(found.axioms) in {0, 3}
    else:
        assert found.status == "rejected"
        assert found.detail.endswith(("the checker computes false", "is not proved"))
