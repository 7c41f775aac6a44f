"""What ``derive`` gives: the lines of a backward formula, and their text."""

from __future__ import annotations

from dataclasses import dataclass

from symadj.formulas.arrays import array_line
from symadj.terms.printer import format_let
from symadj.terms.statement import Let, Shape, Statement


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a derived backward program, in the order in which they are computed, and the statement they
    are of.
    """

    statement: Statement
    inputs: tuple[str, ...]
    lets: tuple[Let, ...]

    def shape(self, name: str) -> Shape | None:
        """The shape of a tensor that the lines read or define."""
        for let in self.lets:
            if let.name == name:
                return let.shape
        try:
            return self.statement.shape(name)
        except KeyError:
            return None

    def texts(self, *, arrays: bool = True) -> tuple[str, ...]:
        """Each line in the notation: as an array expression, where it is one and that is no longer."""
        return tuple(self._text(let, arrays) for let in self.lets)

    def _text(self, let: Let, arrays: bool) -> str:
        plain = format_let(let)
        written = array_line(let, self.shape) if arrays else None
        return written if written is not None and len(written) <= len(plain) else plain
