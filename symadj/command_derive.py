"""The command ``derive``: the backward formula of a forward map, in the notation or as code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from symadj.export.code import Formula
    from symadj.terms.statement import Statement

_FORMS = ("notation", "numpy", "torch", "jax", "latex", "sympy")
_UNREADABLE, _NOT_DERIVED = 2, 1


@click.command(short_help="Derive a backward formula.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--only", multiple=True, metavar="GLOB", help="Only statements whose name, or FILE::NAME, matches.")
@click.option("--shapes", metavar="TEXT", help="The inputs and their axes, as in 'W: m n, x: n'.")
@click.option("--forward", multiple=True, metavar="TEXT", help="A line of the forward map. May be repeated.")
@click.option("--wrt", multiple=True, metavar="NAME", help="The inputs; by default, all of them. May be repeated.")
@click.option("--assume", multiple=True, metavar="TEXT", help="A hypothesis, as in 'eps > 0'. May be repeated.")
@click.option("--integers", metavar="TEXT", default="", help="Integer parameters that are no axis sizes.")
@click.option("--functions", metavar="TEXT", default="", help="Unknown functions, as in 'f, g: 2'.")
@click.option("--outputs", metavar="TEXT", default="", help="The outputs, where there are several.")
@click.option("--field", type=click.Choice(["real", "complex"]), default="real", help="The field; real by default.")
@click.option("--as", "form", type=click.Choice(_FORMS), default="notation", help="What to print.")
@click.option("--module", is_flag=True, help="A complete torch.autograd.Function, or jax.custom_vjp.")
@click.option("--hessian", is_flag=True, help="The Hessian–vector product of a scalar output.")
@click.option("--double", is_flag=True, help="The backward formula of the backward formula.")
@click.pass_context
def derive(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    form: str,
    module: bool,
    hessian: bool,
    double: bool,
    wrt: tuple[str, ...],
    **given: Any,
) -> None:
    """Print the backward formula of a forward map, as a person would write it.

    \b
      symadj derive --shapes "W: m n, x: n" --forward "y = W @ x" --wrt W
      dW = outer(dy, x)

    With a PATH, of every statement in the files that has a forward map. Exit status: 0, or 1 when something has no
    derivative that can be written down, or 2 when something could not be read.
    """
    if paths and (given["shapes"] or given["forward"]):
        raise click.UsageError("--shapes and --forward state one map by themselves: they go with no PATH.")
    if not paths and not given["shapes"]:
        raise click.UsageError("Give a file or a folder, or a map, with --shapes and --forward.")
    if module and form not in ("torch", "jax"):
        raise click.UsageError("--module goes with --as torch and --as jax.")
    if hessian and double:
        raise click.UsageError("--hessian and --double exclude each other.")
    context.exit(_printed(paths, only, given, wrt, (form, module, hessian, double)))


def _printed(
    paths: tuple[str, ...],
    only: tuple[str, ...],
    given: dict[str, Any],
    wrt: tuple[str, ...],
    how: tuple[str, bool, bool, bool],
) -> int:
    from symadj.errors import StatementError, SymadjError

    form, module, hessian, double = how
    status = 0
    for found in _statements(paths, only, given):
        if isinstance(found, StatementError):
            click.echo(str(found), err=True)
            status = _UNREADABLE
            continue
        from symadj.api import formula

        try:
            result = formula(found, tuple(n for name in wrt for n in name.replace(",", " ").split()) or None)
            result = result.hessian() if hessian else result.derive() if double else result
            text = _text(result, form, module)
        except StatementError as error:
            click.echo(str(error), err=True)
            status = _UNREADABLE
            continue
        except SymadjError as error:
            click.echo(f"{found.name}: {error}", err=True)
            status = max(status, _NOT_DERIVED)
            continue
        if paths:
            click.echo(f"# {found.name}")
        click.echo(text)
        if paths:
            click.echo()
    return status


def _text(formula: Formula, form: str, module: bool) -> str:
    match form:
        case "numpy":
            return formula.numpy().rstrip()
        case "torch":
            return formula.torch(module=module).rstrip()
        case "jax":
            return formula.jax(module=module).rstrip()
        case "latex":
            return formula.latex()
        case "sympy":
            found = formula.sympy()
            return "\n".join(map(str, found if isinstance(found, list) else [found]))
        case _:
            return str(formula)


def _statements(paths: tuple[str, ...], only: tuple[str, ...], given: dict[str, Any]) -> Iterator[Any]:
    from symadj.errors import StatementError

    if not paths:
        from symadj.api import read_map

        try:
            yield read_map(**{**given, "forward": list(given["forward"]), "assume": list(given["assume"])})
        except StatementError as error:
            yield error
        return
    from symadj.runner.files import gather

    for batch in gather(paths, only=only):
        yield from batch.errors
        yield from (s for s in batch.statements if _has_map(s))


def _has_map(statement: Statement) -> bool:
    return any(not let.name.startswith("equal.") for let in statement.forward)


__all__ = ["derive"]
