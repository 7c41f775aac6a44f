"""What each name means at one line of a statement."""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from symadj.arrays import ARRAY_FUNCTIONS, Builder
from symadj.terms.index import Index
from symadj.terms.nodes import FUNCTIONS
from symadj.terms.statement import Shape

SCALAR_FUNCTIONS: dict[str, int] = {**FUNCTIONS, "sqrt": 1, "where": 3}
GENERATORS = frozenset({"sum", "prod", "max", "min"})
RESERVED = frozenset({*SCALAR_FUNCTIONS, *GENERATORS, *ARRAY_FUNCTIONS, "range", "pi"})

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def name_fault(name: str) -> str | None:
    """What is wrong with ``name`` as a name of a size, tensor or function; ``None`` if nothing is.

    >>> name_fault("W1"), name_fault("lambda")
    (None, "'lambda' is a keyword of Python")
    """
    if not _NAME.fullmatch(name):
        return f"{name!r} is not a name: letters, digits and underscores of plain ASCII make one"
    if keyword.iskeyword(name):
        return f"{name!r} is a keyword of Python"
    if name.startswith("__"):
        return f"{name!r} is not in the notation: names with two leading underscores are Python's own"
    if name in RESERVED:
        return f"the name {name!r} is taken: it is a function or constant of the notation"
    return None


@dataclass(slots=True)
class Scope:
    """The names that a line can use.

    ``tensors`` are the real tensors by name (inputs, earlier lines, cotangents), ``tables`` the integer ones;
    ``absent`` are names that exist in the statement but not here, with the reason.
    """

    builder: Builder
    sizes: frozenset[str] = frozenset()
    integers: frozenset[str] = frozenset()
    tensors: dict[str, Shape] = field(default_factory=dict)
    tables: Mapping[str, Shape] = field(default_factory=dict)
    functions: Mapping[str, int] = field(default_factory=dict)
    complex: bool = False
    absent: dict[str, str] = field(default_factory=dict)

    def role(self, name: str) -> str | None:
        """What ``name`` is here, in words, or ``None`` if it is free."""
        if name in self.sizes:
            return "a size"
        if name in self.integers:
            return "an integer parameter"
        if name in self.tables:
            return "an integer tensor"
        if name in self.tensors:
            return "a tensor"
        if name in self.functions or name in RESERVED or (name == "D" and self.functions):
            return "a function" if name != "pi" else "a constant"
        return None

    def names(self) -> set[str]:
        """The names that the statement has given a meaning so far."""
        return {*self.sizes, *self.integers, *self.tensors, *self.tables, *self.functions}

    def unknown(self, name: str) -> str:
        """The message for a name that means nothing here."""
        if name in self.absent:
            return self.absent[name]
        if name.startswith("__"):
            return f"unknown name {name!r}: names with two leading underscores are Python's own"
        close = difflib.get_close_matches(name, [*self.names(), *RESERVED], n=1, cutoff=0.75)
        return f"unknown name {name!r}" + (f"; did you mean {close[0]!r}?" if close else "")


def format_shape(shape: tuple[Index, ...]) -> str:
    """``(m, n)``, ``(n,)`` or ``()``."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
