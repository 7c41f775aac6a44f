"""What the exporter raises when a statement, or one claim of it, is outside of what it can put into Rocq."""

from __future__ import annotations

from symadj.errors import SymadjError


class NotExported(SymadjError):
    """A claim is not exported; the message says which construct stands in the way."""
