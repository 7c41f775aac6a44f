"""Runs the real Rocq kernel on a folder of certificates, and reports per statement.

Loading the libraries and printing what theorems rest on take longer than most proofs, so the statements of all files
are compiled in as few batches as there are processors. Where one is rejected its batch is compiled again from the next
one on, so that no statement hides another; one more run then prints what the accepted theorems rest on.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from symadj.errors import SymadjError
from symadj.export.rocq.certify import ANALYSIS, INDEX, OPERATORS, PRELUDE, Certificate
from symadj.export.rocq.document import LIBRARY, footer

PACKAGES = ("coq", "libcoq-mathcomp-algebra")
PACKAGES_OF_ANALYSIS = ("libcoq-mathcomp-analysis",)
STANDARD_AXIOMS = frozenset(
    {
        "propositional_extensionality",
        "functional_extensionality_dep",
        "constructive_indefinite_description",
    }
)
FALSE = "the checker computes false"
_MODULE = re.compile(r"^Module (\S+)\.$")
_PART = re.compile(r"^Module (S'\d+)\.$")
_LEMMA = re.compile(r"^(?:Lemma|Theorem) ([A-Za-z_0-9]\w*)('ok|'hold)?\b")
_AXIOM = re.compile(r"^(\S+)(?: :|$)", re.MULTILINE)


class RocqMissing(SymadjError):
    """``coqc`` or a library of it is not there; the message says which Debian packages to install."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the kernel said about a statement.

    ``rejected`` is a claim of which nobody said that it is proved, as a false one; a proved one that the checker does
    not close is ``not exported``, since that says nothing against it. ``axioms`` are what its theorems rest on beyond
    the kernel: nothing for the algebraic ones, and for those over the reals mathcomp's three standard axioms.
    ``detail`` is the kernel's complaint, or why nothing was exported.
    """

    statement: str
    origin: str | None
    status: Literal["kernel-checked", "rejected", "not exported"]
    detail: str = ""
    axioms: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.statement}: {self.status}{f': {self.detail}' if self.detail else ''}"


def check(folder: Path | str, *, timeout: float = 600) -> list[Checked]:
    """Compiles what ``certify`` wrote into ``folder``, with at most ``timeout`` seconds for each run of ``coqc``.

    Raises ``RocqMissing`` when ``coqc`` or a library is not there, ``OSError`` when the folder has no certificates.
    """
    place = Path(folder)
    certificates = [
        Certificate(
            c["statement"],
            c["origin"],
            c["file"],
            c["module"],
            tuple(c["theorems"]),
            tuple((t, why) for t, why in c["not_exported"]),
            c["proved"],
        )
        for c in json.loads((place / INDEX).read_text(encoding="utf-8"))
    ]
    files = sorted({c.file for c in certificates if c.file})
    analysis = any(file.endswith("_real.v") for file in files)
    coqc = find_rocq(analysis=analysis)
    for name in (PRELUDE, *([ANALYSIS, OPERATORS] if analysis else [])):
        _compile_prelude(coqc, place, name, timeout)
    processors = os.cpu_count() or 1
    batches = dict(enumerate(_batches(place, certificates, processors)))
    verdicts: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    with ThreadPoolExecutor(processors) as pool:  # more at once would only run into the limits on time
        for found in pool.map(
            lambda k: _check_batch(coqc, place, f"batch_{k}", batches[k], timeout), range(len(batches))
        ):
            verdicts |= found
    return [_checked(c, verdicts) for c in certificates]


def find_rocq(*, analysis: bool = False) -> str:
    """The path of ``coqc``, once it is seen to have the libraries. Raises ``RocqMissing``."""
    wanted = [*PACKAGES, *(PACKAGES_OF_ANALYSIS if analysis else ())]
    hint = f"on Debian or Ubuntu: apt-get install --no-install-recommends {' '.join(wanted)}"
    coqc = shutil.which("coqc")
    if coqc is None:
        raise RocqMissing(f"coqc was not found; {hint}")
    library = "From mathcomp.analysis Require derive." if analysis else "From mathcomp Require ssralg ssrnum."
    with tempfile.TemporaryDirectory() as temporary:
        probe = Path(temporary) / "probe.v"
        probe.write_text(library + "\n", encoding="utf-8")
        ran = _run([coqc, "-w", "none", probe.name], Path(temporary), 120)
    if ran.returncode:
        raise RocqMissing(f"coqc does not find mathcomp{'.analysis' if analysis else ''}; {hint}")
    return coqc


def _run(command: Sequence[str], place: Path, timeout: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=timeout, check=False)


def _compile(coqc: str, place: Path, file: str, timeout: float) -> subprocess.CompletedProcess[str]:
    return _run([coqc, "-w", "none", "-R", ".", LIBRARY, file], place, timeout)


def _compile_prelude(coqc: str, place: Path, name: str, timeout: float) -> None:
    source, compiled = place / name, (place / name).with_suffix(".vo")
    first = (place / PRELUDE).with_suffix(".vo")
    newest = max(p.stat().st_mtime for p in (source, first) if p.exists() and p != compiled)
    if compiled.exists() and compiled.stat().st_mtime >= newest:
        return
    ran = _compile(coqc, place, name, timeout)
    if ran.returncode:
        raise SymadjError(f"{name} does not compile with this version of Rocq: {ran.stderr.strip()[-400:]}")


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement's module as a part of a batch, in a module of its own that is called ``name``."""

    key: tuple[str, str]
    name: str
    head: str
    text: str
    theorems: tuple[str, ...]


def _batches(place: Path, certificates: Sequence[Certificate], processors: int) -> list[list[_Part]]:
    """The modules of all files, in batches of about the same length; each with one head, that of its files."""
    parts: dict[str, list[_Part]] = {}
    theorems = {(c.file, c.module): c.theorems for c in certificates if c.file}
    for file in sorted({file for file, _ in theorems}):
        head, modules = _split((place / file).read_text(encoding="utf-8"))
        imports = head.partition("\n")[2]
        for module, text in modules.items():
            if (file, module) in theorems:
                name = f"S'{sum(map(len, parts.values()))}"
                names = tuple(f"{name}.{t}" for t in theorems[file, module])
                wrapped = f"Module {name}.\n{text}End {name}.\n\n"
                parts.setdefault(imports, []).append(_Part((file, module), name, imports, wrapped, names))
    found: list[list[_Part]] = []
    for alike in parts.values():
        batches: list[list[_Part]] = [[] for _ in range(min(processors, len(alike)))]
        for part in sorted(alike, key=lambda p: -len(p.text)):
            min(batches, key=lambda b: sum(len(p.text) for p in b)).append(part)
        found += batches
    return found


def _check_batch(
    coqc: str, place: Path, stem: str, batch: Sequence[_Part], timeout: float
) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """For each module of a batch the kernel's complaint (none: empty), and the axioms."""
    file = place / f"{stem}.v"

    def run(parts: Sequence[_Part]) -> tuple[str, str]:
        """The part that is rejected and why; of an accepted batch, no part and what was printed."""
        text = parts[0].head + "".join(p.text for p in parts) + footer([t for p in parts for t in p.theorems])
        file.write_text(text, encoding="utf-8")
        ran = _compile(coqc, place, file.name, timeout)
        if ran.returncode == 0:
            return "", ran.stdout
        return _culprit(text, ran.stderr), _complaint(text, ran.stderr)

    complaints: dict[str, str] = {}
    good: list[_Part] = []
    remaining = list(batch)
    output = ""
    try:
        while remaining:
            bad, output = run(remaining)
            if not bad:
                good += remaining
                break
            position = next((k for k, p in enumerate(remaining) if p.name == bad), 0)
            good += remaining[:position]
            complaints[remaining[position].name] = output
            remaining = remaining[position + 1 :]
        if complaints and good:  # what all the accepted ones rest on is printed by one more run
            bad, output = run(good)
            if bad:
                complaints |= {p.name: output for p in good}
    except subprocess.TimeoutExpired:
        late = f"took more than {timeout:.0f} s"
        complaints |= {p.name: late for p in (*good, *remaining) if p.name not in complaints}
    finally:
        for path in (*place.glob(f"{stem}.*"), *place.glob(f".{stem}.*")):
            path.unlink()
    return {p.key: (complaints.get(p.name, ""), () if p.name in complaints else _axioms(output)) for p in batch}


def _split(text: str) -> tuple[str, dict[str, str]]:
    """The head of a file, and its modules by name, each with its comment."""
    chunks = re.split(r"(?m)^(?=\(\* )", text.partition("\nDefinition all'0")[0])
    head = "".join(c for c in chunks if not _has_module(c))
    return head, {name: c.rstrip() + "\n\n" for c in chunks if (name := _has_module(c))}


def _has_module(chunk: str) -> str:
    for line in chunk.splitlines():
        if match := _MODULE.match(line):
            return match[1]
    return ""


def _culprit(text: str, errors: str) -> str:
    """The part that the error stands in."""
    found = [m[1] for line in _up_to_error(text, errors) if (m := _PART.match(line))]
    return found[-1] if found else ""


def _up_to_error(text: str, errors: str) -> list[str]:
    match = re.search(r"line (\d+), characters", errors)
    return text.splitlines()[: int(match[1])] if match else []


def _complaint(text: str, errors: str) -> str:
    """What failed: that the checker says no, that a fact of arithmetic is not proved, or the kernel's own words."""
    if "Timeout" in errors:
        return "took longer than a step of a proof may"
    named = [m for line in _up_to_error(text, errors) if (m := _LEMMA.match(line))]
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    said = " ".join(lines[1:] or lines)[:300]
    if any(tactic in "".join(_up_to_error(text, errors)[-1:]) for tactic in ("regular.", "apart].")):
        return f"{named[-1][1] if named else ''}: what the rule of an operator asks for is not seen"
    if "positive" in "".join(_up_to_error(text, errors)[-1:]):
        return f"{named[-1][1] if named else ''}: the sign of a function's argument is not seen"
    if named and named[-1][2] == "'ok":
        return f"{named[-1][1]}: {FALSE}"
    if named and named[-1][2] == "'hold":
        return f"{named[-1][1]}: a fact of arithmetic that the checker asks for is not proved"
    return f"{named[-1][1]}: {said}" if named else said


def _axioms(output: str) -> tuple[str, ...]:
    names = {name for part in output.split("Axioms:")[1:] for name in _AXIOM.findall(part)}
    return tuple(sorted(n for n in names if n and not n.startswith("Closed")))


def _checked(certificate: Certificate, verdicts: dict[tuple[str, str], tuple[str, tuple[str, ...]]]) -> Checked:
    why = "; ".join(f"{target}: {reason}" for target, reason in certificate.not_exported)
    if not certificate.theorems:
        return Checked(certificate.statement, certificate.origin, "not exported", why or "no claim to state")
    complaint, axioms = verdicts[certificate.file, certificate.module]
    strange = [a for a in axioms if a.rpartition(".")[2] not in STANDARD_AXIOMS]
    if strange:
        complaint = f"rests on {', '.join(strange)}"
    if complaint and certificate.proved and not strange:
        # it is no claim that the checker computes to be false, but one that it has no proof of
        detail = f"the checker does not close it ({complaint.replace(FALSE, 'no proof is found')})"
        return Checked(certificate.statement, certificate.origin, "not exported", detail)
    if complaint:
        return Checked(certificate.statement, certificate.origin, "rejected", complaint, axioms)
    if why:
        return Checked(certificate.statement, certificate.origin, "not exported", f"only in part; {why}", axioms)
    return Checked(certificate.statement, certificate.origin, "kernel-checked", "", axioms)
