"""The errors of symadj: one tree, and each error about the input says where it stands.

``SymadjError``
    ``StatementError``      a statement cannot be read or makes no sense; carries ``statement line column text``
    ``BudgetExceeded``      the work allowed for one decision ran out; a verdict turns it into ``unknown``
    ``Unsupported``         a construct that the method does not decide; a verdict turns it into ``unknown``
        ``NoValue``         an expression that has no value
"""

from __future__ import annotations


class SymadjError(Exception):
    """Base class of every error that symadj raises on purpose."""


class StatementError(SymadjError):
    """A statement that cannot be read or does not make sense.

    ``message`` says what was found and what was expected; ``statement`` is the name of the statement, ``line`` (from 1)
    and ``column`` (from 1) the place in the file where it is known, ``text`` the source text there.

    >>> print(StatementError("unknown name 'q'", statement="linear", line=7, column=12, text="q[i]"))
    linear, line 7, column 12: unknown name 'q'
        q[i]
    """

    def __init__(
        self,
        message: str,
        *,
        statement: str | None = None,
        line: int | None = None,
        column: int | None = None,
        text: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.statement = statement
        self.line = line
        self.column = column
        self.text = text

    def __str__(self) -> str:
        place = [self.statement] if self.statement else []
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.column is not None:
            place.append(f"column {self.column}")
        head = f"{', '.join(place)}: {self.message}" if place else self.message
        return f"{head}\n    {self.text}" if self.text else head


class BudgetExceeded(SymadjError):
    """The work that one decision may take ran out; says which part of the work."""


class Unsupported(SymadjError):
    """A construct outside of what the method decides; says which."""


class NoValue(Unsupported):
    """An expression that has no value: a division by zero, the logarithm of zero, a root of a negative number."""
