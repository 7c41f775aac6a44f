"""Running the LaTeX that is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from symadj.errors import SymadjError

PACKAGES = "texlive-latex-recommended lmodern"
_RUNS = 3
_SECONDS = 300


class LatexMissing(SymadjError):
    """There is no LaTeX; says what to install."""


class LatexFails(SymadjError):
    """LaTeX stopped with an error; says which."""


def compile_pdf(source: Path) -> Path:
    """Compile a .tex file; the PDF and the log stand beside it.

    Raises ``LatexMissing`` where there is no pdflatex, and ``LatexFails`` where it stops.
    """
    program = shutil.which("pdflatex")
    if program is None:
        raise LatexMissing(
            f"there is no pdflatex here; the .tex file is written. On Debian or Ubuntu: apt-get install {PACKAGES}"
        )
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(source, Path(folder, "document.tex"))
        previous = b""
        for _ in range(_RUNS):
            _run(program, folder)
            auxiliary = Path(folder, "document.aux").read_bytes()
            if auxiliary == previous:
                break
            previous = auxiliary
        result = source.with_suffix(".pdf")
        shutil.copy(Path(folder, "document.pdf"), result)
        shutil.copy(Path(folder, "document.log"), source.with_suffix(".log"))
    return result


def _run(program: str, folder: str) -> None:
    # -no-shell-escape: the text of a stranger's file must not run anything.
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "document.tex"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise LatexFails(f"pdflatex took more than {_SECONDS} seconds") from None
    if done.returncode:
        text = done.stdout.decode("utf-8", "replace")
        errors = [line for line in text.splitlines() if line.startswith(("!", "l."))]
        raise LatexFails("pdflatex stopped: " + "; ".join(errors[:3] or ["without saying why"]))
