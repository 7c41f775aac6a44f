"""``symadj expand``: both sides of each claim as explicit polynomials at concrete sizes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from symadj.terms.statement import Statement

DIFFERENT, UNREADABLE = 1, 2


def _sizes(context: click.Context, parameter: click.Parameter, value: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in value.split(","):
        name, equals, number = part.partition("=")
        if not equals or not name.strip().isidentifier() or not number.strip().isdecimal():
            raise click.BadParameter(f"{part.strip()!r} is no size: write them as m=2,n=3.")
        found[name.strip()] = int(number)
    return found


@click.command(short_help="Write both sides out at concrete sizes.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--only", multiple=True, metavar="GLOB", help="Only statements whose name, or FILE::NAME, matches.")
@click.option("--sizes", required=True, metavar="m=2,n=3", callback=_sizes, help="The sizes, and integer parameters.")
@click.option(
    "--format", "style", type=click.Choice(["text", "latex"]), default="text", help="text, or LaTeX formulas."
)
@click.pass_context
def expand(
    context: click.Context, /, paths: tuple[str, ...], only: tuple[str, ...], sizes: dict[str, int], style: str
) -> None:
    """Expand both sides of each claim coordinate by coordinate, with sympy, and their difference.

    Sizes that a statement does not have are ignored; those of its own that are not given are 2. Exit status: 0 when
    every difference is 0, 1 when some are not, 2 when something could not be read.
    """
    from symadj.command_reading import statements, within_limits

    status = 0
    for statement, error in statements(paths, only):
        if statement is None:
            click.echo(error, err=True)
            status = UNREADABLE
            continue
        shown, reason = within_limits(statement.name, partial(_shown, statement, sizes, style))
        click.echo(reason if shown is None else shown[0], err=shown is None)
        if shown is None or not shown[1]:
            status = max(status, DIFFERENT)
    context.exit(status)


def _shown(statement: Statement, sizes: dict[str, int], style: str) -> tuple[str, bool]:
    """The expansion as it is printed, and whether every difference in it is 0."""
    from symadj.export.latex.explicit import expansion

    result = expansion(statement, sizes)
    return result.latex() if style == "latex" else result.text(), result.holds
