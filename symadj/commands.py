"""The command line: options, colours, progress, exit statuses. Click is known here and in the modules
``command_…``, one for each further command.

Everything else is imported inside the commands, so that ``symadj --help`` does not pay for it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from symadj import __version__
from symadj.command_certify import certified, certify
from symadj.command_derive import derive
from symadj.command_expand import expand
from symadj.command_explain import explain
from symadj.command_tex import tex

if TYPE_CHECKING:
    from symadj.runner.files import Batch
    from symadj.runner.limits import Limits
    from symadj.runner.report import Report
    from symadj.terms.statement import Statement
    from symadj.verdict.model import Verdict

UNEXPECTED, UNREADABLE = 1, 2
INTERRUPTED, NO_READER = 130, 141  # as a shell reports SIGINT and SIGPIPE
_LONGEST = 31_536_000.0
_COLOURS: dict[str, dict[str, Any]] = {
    "proved": {"fg": "green"},
    "conditional": {"fg": "yellow"},
    "disproved": {"fg": "red"},
    "unknown": {"fg": "yellow"},
    "strong": {"bold": True},
    "faint": {"dim": True},
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="symadj", message="%(prog)s %(version)s")
def cli() -> None:
    """Proves that a backward formula is the adjoint of the derivative of its forward map, for every size at once."""


for _command in (certify, derive, explain, expand, tex):
    cli.add_command(_command)


def _seconds(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not 0 < value <= _LONGEST:
        raise click.BadParameter(f"{value:g} is not a time between 0 and {_LONGEST:g} seconds.")
    return value


_FORM = {
    "shapes": "The inputs and their axes, as in 'W: m n, x: n'.",
    "forward": "A line of the forward map.",
    "backward": "A line of the claimed backward formula.",
    "equal": "One of the sides that are claimed to be equal.",
    "linear": "The inputs that forward is claimed to be linear in.",
    "assume": "A hypothesis, as in 'eps > 0'.",
    "integers": "Integer parameters that are no axis sizes.",
    "functions": "Unknown functions, as in 'f, g: 2'.",
    "outputs": "The outputs, where there are several.",
}
_REPEATED = ("forward", "backward", "equal", "assume")


def _statement_options(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--field", type=click.Choice(["real", "complex"]), help="The field; real by default.")(
        command
    )
    for name, text in reversed(_FORM.items()):
        repeated = name in _REPEATED
        text = f"{text} May be repeated." if repeated else text
        command = click.option(f"--{name}", multiple=repeated, metavar="TEXT", help=text)(command)
    return command


@cli.command(short_help="Prove statements.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--only", multiple=True, metavar="GLOB", help="Only statements whose name, or FILE::NAME, matches.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="json: one object a line.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes; by default, all processors.")
@click.option(
    "--timeout", type=float, default=60.0, show_default=True, metavar="S", callback=_seconds,
    help="Seconds for one statement; past it, unknown.",
)  # fmt: skip
@click.option(
    "--certify", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
    help="Then write certificates there, and have the Rocq kernel check them.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="Only what did not come out as expected, and the summary.")
@_statement_options
@click.pass_context
def prove(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    only: tuple[str, ...],
    style: str,
    jobs: int | None,
    timeout: float,
    folder: Path | None,
    quiet: bool,
    **form: Any,
) -> None:
    """Prove the statements in files, in folders (every *.toml below), or, for '-', from standard input.

    Without a PATH, one statement is made of the options from --shapes on:

    \b
      symadj prove --shapes "W: m n, x: n" --forward "y = W @ x" --backward "dW = outer(dy, x)"

    Exit status: 0 when every statement came out as its 'expect' says, 1 when some did not, 2 when something could not
    be read.
    """
    given = {key: value for key, value in form.items() if value}
    if paths and given:
        raise click.UsageError(f"--{next(iter(given))} states one statement by itself: it goes with no PATH.")
    if not paths and not given:
        raise click.UsageError("Give a file, a folder, or '-'; or one statement, with --shapes and further options.")
    if not paths and only:
        raise click.UsageError("--only selects from files: it goes with a PATH.")
    if folder is not None and style == "json":
        raise click.UsageError("--certify reports in text: it does not go with --format json.")
    from symadj.runner.limits import Limits

    limits = Limits(seconds=timeout)
    begun = time.perf_counter()
    batches = _gathered(paths, only, limits) if paths else [_stated(given, limits)]
    statements = [statement for batch in batches for statement in batch.statements]
    report = _report(style, statements, quiet=quiet, summary=bool(paths))
    try:
        status, verdicts = _run(batches, statements, report, jobs, limits, begun)
        if folder is not None:
            status = max(status, certified(verdicts, folder, checked=True))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the results wants no more. What is still buffered must not raise when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = NO_READER
    context.exit(status)


def _gathered(paths: Sequence[str], only: Sequence[str], limits: Limits) -> list[Batch]:
    from symadj.errors import StatementError
    from symadj.runner.files import Batch, gather

    batches = list(gather(paths, only=only, limits=limits))
    if only and not any(batch.statements or batch.errors for batch in batches):
        batches.append(Batch(None, (), (StatementError(f"no statement matches {' or '.join(map(repr, only))}"),)))
    return batches


def _stated(given: dict[str, Any], limits: Limits) -> Batch:
    from symadj.notation import statement
    from symadj.runner.files import Batch, within

    return within(None, limits, lambda: Batch(None, (statement(**{"shapes": "", **given}),)))


def _report(style: str, statements: Sequence[Statement], *, quiet: bool, summary: bool) -> Report:
    from symadj.runner.report import JsonReport, TextReport

    if style == "json":
        return JsonReport(click.echo, quiet=quiet)
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return TextReport(click.echo, statements, paint=_paint if coloured else _no_paint, quiet=quiet, summary=summary)


def _paint(text: str, part: str) -> str:
    return click.style(text, **_COLOURS[part])


def _no_paint(text: str, part: str) -> str:
    return text


def _run(
    batches: Sequence[Batch],
    statements: Sequence[Statement],
    report: Report,
    jobs: int | None,
    limits: Limits,
    begun: float,
) -> tuple[int, list[Verdict]]:
    from symadj.errors import StatementError
    from symadj.runner.report import message
    from symadj.runner.run import run

    status = 0
    for batch in batches:
        for error in batch.errors:
            click.echo(message(batch.file, error), err=True)
            report.unread(batch.file, error)
            status = UNREADABLE
    verdicts: list[Verdict] = []
    progress = Progress(len(statements), begun)
    try:
        for result in run(statements, jobs=jobs, limits=limits, waiting=progress.show):
            progress.step()
            if isinstance(result.outcome, StatementError):
                click.echo(message(result.statement.file, result.outcome), err=True)
                status = UNREADABLE
            else:
                verdicts.append(result.outcome)
                status = status if result.ok else max(status, UNEXPECTED)
            report.result(result)
    finally:
        progress.clear()
    report.end(time.perf_counter() - begun)
    return status, verdicts


class Progress:
    """A bar on standard error, where that is a terminal and the work has taken more than a second."""

    _WIDTH = 30
    _AFTER = 1.0

    def __init__(self, total: int, begun: float) -> None:
        self._total = total
        self._done = 0
        self._begun = begun
        self._shown = False
        self._terminal = sys.stderr.isatty()

    def show(self) -> None:
        """Draws it, if it is time."""
        if not self._terminal or time.perf_counter() - self._begun < self._AFTER:
            return
        full = self._WIDTH * self._done // self._total
        bar = "#" * full + "-" * (self._WIDTH - full)
        click.echo(f"\r[{bar}] {self._done}/{self._total}", nl=False, err=True)
        self._shown = True

    def step(self) -> None:
        """One more is done; the bar makes room for what is printed now."""
        self._done += 1
        self.clear()

    def clear(self) -> None:
        """Takes it off the screen."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
            self._shown = False


def _terminate(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)  # an exception, so that the worker processes are ended on the way out


def main() -> None:
    """The console script: runs the command line and ends the program with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows '?', and nothing breaks off
    signal.signal(signal.SIGTERM, _terminate)
    try:
        status = cli.main(prog_name="symadj", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        status = INTERRUPTED
    sys.exit(status)
