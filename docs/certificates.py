"""Writes ``certificates.md``: which proved statements have a certificate that the Rocq kernel accepts, and which not.

Run from the root of a checkout beside the public corpus: ``python docs/certificates.py``. It takes minutes, and needs
``coqc`` with its libraries. The tests hold the table against what is exported, and what is in it against the kernel.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from symadj.export.rocq import Certificate, certify, check
from symadj.notation import read_file
from symadj.terms.statement import Statement

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
TARGET = Path(__file__).with_name("certificates.md")
UNCLOSED = "the checker does not close it"
HEAD = """\
# Certificates: what is exported

Written by `certificates.py`. A proved statement is *exported* when every claim of it is a theorem in the Rocq file that
`symadj certify` writes, and `coqc` accepts the file. `the checker does not close it` says nothing against a statement:
the verified checker has no proof of it, or the signs of the arguments of its functions are not seen.

| class | exported | proved |
|---|---|---|
"""
REST = """
## What is not exported

| file | statement | why |
|---|---|---|
"""


class Row(NamedTuple):
    """A statement that is not exported."""

    file: str
    statement: str
    why: str


def proved() -> Iterable[tuple[str, str, list[Statement]]]:
    """The statements that are proved: of each file, its name and its class by statement."""
    for path in sorted((ROOT / "proofs").glob("*.toml")):
        yield f"proofs/{path.name}", "", [s for s in read_file(path).statements if s.expect.verdict == "proved"]
    for path in sorted(CORPUS.glob("*.toml")):
        yield f"corpus/{path.name}", path.stem, [s for s in read_file(path).statements if s.expect.verdict == "proved"]


def classes() -> dict[tuple[str, str], str]:
    """The class of each statement of the corpus."""
    lines = (line.split("\t") for line in (CORPUS / "classes.tsv").read_text(encoding="utf-8").splitlines())
    return {(file, name): kind for file, name, _, kind in lines}


def reason(certificate: Certificate) -> str:
    """Why the exporter refuses a claim of it; empty, where it does not."""
    return "; ".join(sorted({why for _, why in certificate.not_exported}))


def table(rows: Sequence[Row], kinds: Sequence[tuple[str, str, str]]) -> str:
    """The page; ``kinds`` gives file, statement and class of all the proved ones."""
    missing = {(row.file, row.statement) for row in rows}
    every = Counter(kind for *_, kind in kinds)
    found = Counter(kind for file, name, kind in kinds if (file, name) not in missing)
    lines = [f"| {kind} | {found[kind]} | {count} |" for kind, count in every.most_common()]
    lines.append(f"| all | {sum(found.values())} | {sum(every.values())} |")
    return (
        HEAD
        + "\n".join(lines)
        + "\n"
        + REST
        + "\n".join(f"| {r.file} | {r.statement} | {r.why} |" for r in rows)
        + "\n"
    )


def read() -> list[Row]:
    """The rows of the written page."""
    text = TARGET.read_text(encoding="utf-8").partition(REST)[2]
    return [Row(*match) for match in re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", text, re.MULTILINE)]


def kinds() -> list[tuple[str, str, str]]:
    """File, statement and class of every proved statement; those of ``proofs/`` are a class of their own."""
    by = classes()
    return [(file, s.name, by.get((stem, s.name), "proofs/")) for file, stem, group in proved() for s in group]


def found() -> list[Row]:
    """The statements that are not exported, by the kernel."""
    labelled = [(file, s) for file, _, statements in proved() for s in statements]
    before = {(row.file, row.statement) for row in read()}
    rows: dict[tuple[str, str], Row] = {}
    for missing in (False, True):  # apart, since where a statement is rejected its whole batch is compiled twice
        part = [(file, s) for file, s in labelled if ((file, s.name) in before) == missing]
        with tempfile.TemporaryDirectory() as folder:
            written = certify([s for _, s in part], folder, targets=lambda s: [c.target for c in s.claims])
            checked = check(folder, timeout=3600)
        for (file, _), certificate, result in zip(part, written, checked, strict=True):
            if result.status != "kernel-checked":
                why = reason(certificate) or UNCLOSED
                rows[file, result.statement] = Row(file, result.statement, why)
    return [rows[file, s.name] for file, s in labelled if (file, s.name) in rows]


if __name__ == "__main__":
    TARGET.write_text(table(found(), kinds()), encoding="utf-8")
