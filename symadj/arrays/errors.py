"""The error of array expressions."""

from __future__ import annotations

from symadj.errors import SymadjError


class ArrayError(SymadjError):
    """An array expression that makes no sense (shapes, axes, arguments) or is not supported; it quotes the shapes."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
