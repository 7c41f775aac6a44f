"""Lines in the notation: as array expressions where they are that, and these are read back before they are printed.

- a line is printed as an array expression where that is no longer than the index line
- what is read from it must be the line: the same term but for the names of indices and the order of factors, or equal
  to it by the normal form, with every entry inside its tensor
"""

from __future__ import annotations

from collections.abc import Sequence

from symadj.errors import StatementError
from symadj.formulas.arrays import array_line
from symadj.formulas.checking import Checker
from symadj.formulas.likeness import alike
from symadj.notation.further import FurtherLines
from symadj.terms.printer import format_let
from symadj.terms.statement import Let, Shape, Statement


def printed(statement: Statement, lets: Sequence[Let], checker: Checker) -> tuple[str, ...]:
    """The text of each line."""
    shapes: dict[str, Shape] = {let.name: let.shape for let in lets}

    def shape(name: str) -> Shape | None:
        try:
            return shapes[name] if name in shapes else statement.shape(name)
        except KeyError:
            return None

    reader = FurtherLines(statement)
    texts: list[str] = []
    for place, let in enumerate(lets):
        plain, array = format_let(let), array_line(let, shape)
        good = array is not None and len(array) <= len(plain) and _is_line(array, lets[: place + 1], reader, checker)
        texts.append(array if array is not None and good else plain)
        reader.define(let.name, let.shape)
    return tuple(texts)


def _is_line(text: str, lets: Sequence[Let], reader: FurtherLines, checker: Checker) -> bool:
    """Whether the text means the last one of the lines."""
    let = lets[-1]
    try:
        read = reader.read(text, let.shape)
    except StatementError:
        return False
    if len(read) == 1 and alike(read[0], let) and checker.stays_inside(read, lets):
        return True
    return checker.is_line(read, lets)


__all__ = ["printed"]
