"""``symadj explain``: the derivation of each proved statement, as text."""

from __future__ import annotations

from functools import partial

import click

FAILED, UNREADABLE = 1, 2


@click.command(short_help="Show derivations as text.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--only", multiple=True, metavar="GLOB", help="Only statements whose name, or FILE::NAME, matches.")
@click.pass_context
def explain(context: click.Context, /, paths: tuple[str, ...], only: tuple[str, ...]) -> None:
    """Derive, step by step, what is proved of the statements in files, folders (every *.toml below), or '-'.

    Every step is checked as it is printed. What is false is shown with its counterexample, as by prove.
    """
    from symadj.command_reading import verdicts, within_limits
    from symadj.derivation import derivation
    from symadj.derivation import explain as told

    status = first = 0
    for verdict, error in verdicts(paths, only):
        if verdict is None:
            click.echo(error, err=True)
            status = UNREADABLE
            continue
        if first:
            click.echo(f"\n{'─' * 80}\n")
        first += 1
        if any(claim.status == "proved" for claim in verdict.claims.values()):
            text, reason = within_limits(verdict.name, partial(lambda found: told(derivation(found)), verdict))
            click.echo(reason if text is None else text, err=text is None)
            status = status or (FAILED if text is None else 0)
        if verdict.status != "proved":
            click.echo(str(verdict))
    context.exit(status)
