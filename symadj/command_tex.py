"""``symadj tex``: the derivations as a LaTeX document."""

from __future__ import annotations

from pathlib import Path

import click

FAILED, UNREADABLE = 1, 2


@click.command(short_help="Write derivations as a LaTeX document.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-o", "--output", required=True, metavar="FILE.tex", help="The file to write.")
@click.option("--only", multiple=True, metavar="GLOB", help="Only statements whose name, or FILE::NAME, matches.")
@click.option("--pdf", is_flag=True, help="Compile it, too, with the LaTeX that is installed.")
@click.option("--fragment", is_flag=True, help="Theorems and proofs only, for pasting into a paper.")
@click.pass_context
def tex(
    context: click.Context, /, paths: tuple[str, ...], output: str, only: tuple[str, ...], pdf: bool, fragment: bool
) -> None:
    """Write a LaTeX document of the statements in files, folders (every *.toml below), or '-'.

    Each claim is a theorem with its derivation; a false one comes with its counterexample.
    """
    if pdf and fragment:
        raise click.UsageError("--fragment makes no document by itself: it goes without --pdf.")
    from symadj.command_reading import chapters
    from symadj.errors import SymadjError
    from symadj.export.latex import compile_pdf, document
    from symadj.export.latex import fragment as pasted

    found, errors = chapters(paths, only)
    for error in errors:
        click.echo(error, err=True)
    title = found[0].title if len(found) == 1 else "Derivations"
    try:
        text = pasted([v for c in found for v in c.verdicts]) if fragment else document(found, title)
    except SymadjError as error:
        click.echo(str(error), err=True)
        context.exit(FAILED)
    target = Path(output)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(output, error.strerror or "") from None
    if pdf:
        try:
            click.echo(str(compile_pdf(target)))
        except SymadjError as error:
            click.echo(str(error), err=True)
            context.exit(FAILED)
    context.exit(UNREADABLE if errors else 0)
