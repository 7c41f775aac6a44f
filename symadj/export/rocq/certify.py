"""Certificates written to a folder: a Rocq file per statement file, the prelude, and what belongs to a Rocq project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

from symadj.export.rocq.document import LIBRARY, Module, document, module
from symadj.terms.statement import Statement

PRELUDE = "Symadj.v"
ANALYSIS = "SymadjAnalysis.v"
OPERATORS = "SymadjOperators.v"
INDEX = "certificates.json"
MAKEFILE = """\
all: CoqMakefile
\t$(MAKE) -f CoqMakefile

CoqMakefile: _CoqProject
\tcoq_makefile -f _CoqProject -o CoqMakefile

.PHONY: all
"""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was written for a statement.

    ``file`` is the name of the Rocq file, ``module`` the statement's module there, ``theorems`` the full names; all
    empty where nothing could be exported. ``not_exported`` pairs targets with reasons why there is no theorem.
    ``proved``: only what symadj has proved is stated.
    """

    statement: str
    origin: str | None
    file: str
    module: str
    theorems: tuple[str, ...]
    not_exported: tuple[tuple[str, str], ...]
    proved: bool = False


def certify(
    statements: Iterable[Statement],
    folder: Path | str,
    *,
    targets: Callable[[Statement], Sequence[str]] | None = None,
) -> list[Certificate]:
    """Writes the certificates of ``statements`` into ``folder``, which is made where it is missing.

    ``targets`` says which claims of a statement to state (those that were proved, as a rule); without it, all of them.
    Nothing is checked here: see ``check``. Raises ``OSError`` when the folder cannot be written.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    taken: dict[str, set[str]] = {}
    files: dict[str, list[Module]] = {}
    certificates: list[Certificate] = []
    for statement in statements:
        stem = _stem(statement.file)
        names = taken.setdefault(stem, set())
        made = module(statement, names, None if targets is None else targets(statement))
        file = f"{stem}_real.v" if made.reals else f"{stem}.v"
        if made.theorems:
            files.setdefault(file, []).append(made)
        certificates.append(
            Certificate(
                statement.name,
                statement.file,
                file if made.theorems else "",
                made.name,
                made.theorems,
                made.reasons,
                targets is not None,
            )
        )
    for file, modules in files.items():
        (place / file).write_text(document(modules, modules[0].statement.file), encoding="utf-8")
    _project(place, files)
    index = [asdict(c) for c in certificates]
    (place / INDEX).write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return certificates


def prelude(name: str) -> str:
    """The text of a file that ships with the package: ``Symadj.v``, ``SymadjAnalysis.v`` or ``SymadjOperators.v``."""
    return resources.files("symadj.export.rocq").joinpath(name).read_text(encoding="utf-8")


def _stem(file: str | None) -> str:
    """The name of the Rocq file, which must be a Rocq identifier."""
    text = Path(file).stem if file else "statements"
    text = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in text)
    return text if text[:1].isalpha() and text not in {"Symadj", "SymadjAnalysis", "SymadjOperators"} else f"S_{text}"


def _project(place: Path, files: dict[str, list[Module]]) -> None:
    reals = any(m.reals for modules in files.values() for m in modules)
    written = [PRELUDE, *([ANALYSIS, OPERATORS] if reals else [])]
    for name in written:
        text = prelude(name)
        target = place / name
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
    lines = [f"-R . {LIBRARY}", "-arg -w -arg none", *written, *files]
    (place / "_CoqProject").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (place / "Makefile").write_text(MAKEFILE, encoding="utf-8")
