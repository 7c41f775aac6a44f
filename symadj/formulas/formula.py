"""What ``derive`` gives: the lines of a backward formula, and their texts."""

from __future__ import annotations

from dataclasses import dataclass

from symadj.terms.statement import Let, Statement


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a backward program, in the order in which they are computed, and the statement they are of.

    ``texts`` are the lines as they are printed, in the notation; there are none of lines that nobody prints.
    """

    statement: Statement
    inputs: tuple[str, ...]
    lets: tuple[Let, ...]
    texts: tuple[str, ...] = ()
