"""Why nothing can be concluded at a point, and what is an error of the statement."""

from __future__ import annotations

from symadj.errors import SymadjError


class Dropped(SymadjError):
    """Nothing can be concluded at this point: a search goes on with the next one."""


class Undefined(Dropped):
    """A value does not exist here: a zero denominator, the logarithm of a negative number, a maximum over nothing."""


class Undecided(Dropped):
    """The intervals are too wide to tell: a comparison, or a denominator that may be zero."""


class Undifferentiable(Dropped):
    """The forward map has, or may have, a kink here: a tie of a maximum, relu at 0, a comparison met with equality."""


class OutOfRange(SymadjError):
    """An entry outside of its tensor was read, unguarded, at a point that ``assume`` allows.

    ``tensor``, ``subscripts`` and ``shape`` say which; ``sizes`` at which sizes, where a search met it.
    """

    def __init__(self, tensor: str, subscripts: tuple[int, ...], shape: tuple[int, ...]) -> None:
        super().__init__(f"{tensor}{list(subscripts)} is outside of the shape {list(shape)}")
        self.tensor = tensor
        self.subscripts = subscripts
        self.shape = shape
        self.sizes: dict[str, int] = {}
