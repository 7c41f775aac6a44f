"""Every false claim of the corpus that the exporter can state: the checker computes that it is not proved.

Each claim's part of the file that its certificate would be, with the checker's call put under ``Fail``: one run of
``coqc`` accepts it only if every call is rejected. What is printed says that it was for no other reason.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from symadj.export.rocq import RocqMissing, find_rocq
from symadj.export.rocq.certify import prelude
from symadj.export.rocq.document import Module, document, module
from symadj.notation import read_file

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
REASONS = ("No applicable tactic", "Cannot find witness")
THEOREM = re.compile(r"^Theorem .*?Qed\.\n*", re.MULTILINE | re.DOTALL)
CHECK = re.compile(
    r"^Lemma (?P<name>\S+)'ok : (?P<call>.*?) = (?P<result>Some .*?)\.\nProof\. by vm_compute\. Qed\."
    r"(?:\nLemma \S+'hold : (?P<facts>.*?)\.\nProof\..*?Qed\.)?",
    re.MULTILINE | re.DOTALL,
)

try:
    find_rocq(analysis=True)
except RocqMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)
if not CORPUS.exists():
    pytest.skip("the corpus is not beside this checkout", allow_module_level=True)


def failing() -> Mapping[tuple[str, str], list[str]]:
    """The false claims of each statement."""
    rows = [line.split("\t") for line in (CORPUS / "verdicts.tsv").read_text(encoding="utf-8").splitlines()]
    return {(row[0], row[1]): row[3].replace(",", " ").split() for row in rows if row[2] == "disagree"}


def rejected(match: re.Match[str]) -> str:
    """The call of the checker, and what it leaves open, as one command that must fail."""
    name, call, result, facts = match["name"], match["call"], match["result"], match["facts"]
    if facts is None:
        return f"Fail Definition {name}'no : {call} = {result} := ltac:(by vm_compute)."
    proof = f"split; [by vm_compute | obligations {name}'facts]"
    return f"Fail Timeout 400 Definition {name}'no :\n  ({call} = {result}) /\\ ({facts}) := ltac:({proof})."


@pytest.mark.parametrize("reals", [False, True], ids=["algebraic", "over the reals"])
def test_the_checker_proves_no_false_claim(tmp_path: Path, reals: bool) -> None:
    false = failing()
    modules: list[Module] = []
    taken: set[str] = set()
    for path in sorted(CORPUS.glob("*.toml")):
        for statement in read_file(path).statements:
            claims = false.get((path.name, statement.name), [])
            made = module(statement, taken, claims) if claims else None
            if made is not None and made.theorems and made.reals == reals:
                modules.append(made)
    text = document(modules, "false.toml").partition("Definition all'0")[0]
    text, count = CHECK.subn(rejected, THEOREM.sub("", text))
    assert count > 100
    for name in ("Symadj.v", "SymadjAnalysis.v", "SymadjOperators.v"):
        (tmp_path / name).write_text(prelude(name), encoding="utf-8")
    (tmp_path / "false.v").write_text(text, encoding="utf-8")
    command = ["coqc", "-test-mode", "-w", "none", "-R", ".", "Symadj"]
    for name in ("Symadj.v", *(["SymadjAnalysis.v", "SymadjOperators.v"] if reals else [])):
        subprocess.run([*command, name], cwd=tmp_path, check=True)
    ran = subprocess.run([*command, "false.v"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    _, *said = ran.stdout.split("The command has indeed failed with message:")
    assert len(said) == count
    assert not [part for part in said if not any(reason in part for reason in REASONS)]
