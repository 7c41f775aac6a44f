"""``symadj certify``: certificates of what is proved, for the Rocq kernel."""

from __future__ import annotations

from pathlib import Path

import click

UNCONFIRMED, UNREADABLE = 1, 2


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
    kernel-checked, not exported, or rejected (the certificate's own method did not confirm it). Exit status: 0, or
    with --check 1 where the kernel rejected a certificate; 2 where a statement could not be read, or coqc is not
    there.
    """
    from symadj.command_reading import verdicts
    from symadj.errors import SymadjError
    from symadj.export.rocq import certify as write
    from symadj.export.rocq import check

    status = 0
    proved: dict[tuple[str | None, str], list[str]] = {}
    statements = []
    for verdict, error in verdicts(paths, only):
        if verdict is None or verdict.statement is None:
            click.echo(error, err=True)
            status = UNREADABLE
            continue
        targets = [t for t, claim in verdict.claims.items() if claim.status == "proved" and not claim.hypotheses]
        if targets:
            proved[verdict.statement.file, verdict.name] = targets
            statements.append(verdict.statement)
    try:
        certificates = write(statements, output, targets=lambda s: proved[s.file, s.name])
        if checked:
            results = check(output)
            for result in results:
                click.echo(str(result))
            if any(result.status == "rejected" for result in results):
                status = status or UNCONFIRMED
        else:
            for certificate in certificates:
                reasons = "; ".join(f"{target}: {why}" for target, why in certificate.not_exported)
                written = f"{certificate.statement}: {len(certificate.theorems)} theorems in {certificate.file}"
                click.echo(f"{certificate.statement}: not exported: {reasons}" if not certificate.file else written)
    except (SymadjError, OSError) as error:
        click.echo(str(error), err=True)
        status = UNREADABLE
    context.exit(status)
