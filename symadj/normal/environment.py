"""The names of a program and what they mean in the normal form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symadj.normal.store import Head, Poly, Store
from symadj.terms.index import Index
from symadj.terms.statement import Shape


@dataclass(frozen=True, slots=True)
class Value:
    """What a name means: an atom's head, or (an alias) a polynomial in ``$k``."""

    shape: Shape
    head: Head | None = None
    alias: Poly | None = None


@dataclass(slots=True)
class Environment:
    """The names in scope; ``child`` makes one for a program that builds on this one.

    ``names`` renames the indices of the let that is being normalised; ``apart`` says how ``i != j`` is read
    (``_guarded``).
    """

    store: Store
    values: dict[str, Value] = field(default_factory=dict)
    parent: Environment | None = None
    stage: int = 0
    names: Mapping[str, Index] = field(default_factory=dict)
    apart: bool = False

    def child(self) -> Environment:
        """An environment whose lets do not touch this one."""
        return Environment(self.store, {}, self, self.stage + 1)

    def lookup(self, name: str) -> Value:
        """The value of a name; ``KeyError`` if there is none."""
        scope: Environment | None = self
        while scope is not None:
            found = scope.values.get(name)
            if found is not None:
                return found
            scope = scope.parent
        raise KeyError(name)

    def add_input(self, name: str, shape: Shape, kind: str = "tensor") -> None:
        """An input, a cotangent, or a direction: entries that are independent of everything else."""
        head = self.store.head(kind, name)
        head.shape = shape
        self.values[name] = Value(shape, head)
