"""``symadj certify``: certificates of what is proved, for the Rocq kernel."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from symadj.verdict.model import Verdict

UNREADABLE = 2


@click.command(short_help="Write certificates for the Rocq kernel.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder.")
@click.option("--only", multiple=True, metavar="GLOB", help="Only statements whose name, or FILE::NAME, matches.")
@click.option("--check", "checked", is_flag=True, help="Run coqc on what was written.")
@click.pass_context
def certify(
    context: click.Context, /, paths: tuple[str, ...], output: Path, only: tuple[str, ...], *, checked: bool
) -> None:
    """Write a Rocq file for each statement file: its proved claims as theorems, for all sizes.

    What cannot be exported says why. With --check the kernel is asked, and each statement is reported as
    kernel-checked or not exported, with the reason. Exit status: 0; 2 where a statement could not be read, or coqc is
    not there.
    """
    from symadj.command_reading import verdicts

    status = 0
    found: list[Verdict] = []
    for verdict, error in verdicts(paths, only):
        if verdict is None:
            click.echo(error, err=True)
            status = UNREADABLE
        else:
            found.append(verdict)
    context.exit(max(status, certified(found, output, checked=checked)))


def certified(verdicts: Iterable[Verdict], output: Path, *, checked: bool) -> int:
    """Writes the certificates of what is proved without further hypotheses, and reports; the exit status."""
    from symadj.errors import SymadjError
    from symadj.export.rocq import certify as write
    from symadj.export.rocq import check

    proved: dict[tuple[str | None, str], tuple[str, ...]] = {}
    statements = []
    for verdict in verdicts:
        if verdict.outright and verdict.statement is not None:
            proved[verdict.statement.file, verdict.name] = verdict.outright
            statements.append(verdict.statement)
    try:
        certificates = write(statements, output, targets=lambda s: proved[s.file, s.name])
        if checked:
            for result in check(output):
                click.echo(str(result))
        else:
            for certificate in certificates:
                reasons = "; ".join(f"{target}: {why}" for target, why in certificate.not_exported)
                written = f"{certificate.statement}: {len(certificate.theorems)} theorems in {certificate.file}"
                click.echo(f"{certificate.statement}: not exported: {reasons}" if not certificate.file else written)
    except (SymadjError, OSError) as error:
        click.echo(str(error), err=True)
        return UNREADABLE
    return 0
