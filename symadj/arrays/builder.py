"""Fresh index names, and the hidden lets of one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from symadj.arrays.errors import ArrayError
from symadj.arrays.substitution import free_variables, names, tensors_in, tidy
from symadj.terms.nodes import Term
from symadj.terms.statement import Let, Shape, Source


class Builder:
    """The context in which the arrays of one statement are built.

    ``taken`` are the names in use (sizes, tensors, functions, the statement's own indices), which no index name
    collides with. ``complex`` says that the field is complex: then ``inner``, ``vdot`` and ``var`` conjugate.
    ``integers`` are the integer parameters, which may be 0 where a size is at least 1. ``lets`` collects the hidden
    lets, in order.

    >>> builder = Builder({"i", "x"})
    >>> builder.fresh(), builder.fresh()
    ('j', 'k')
    """

    def __init__(self, taken: Iterable[str] = (), *, complex: bool = False, integers: Iterable[str] = ()) -> None:
        self.complex = complex
        self.integers = frozenset(integers)
        self.lets: list[Let] = []
        self.tensors: dict[str, Shape] = {}
        self._taken = set(taken) | self.integers
        self._names = names(self._taken)
        self._counts: Counter[str] = Counter()
        self._hidden: dict[tuple[tuple[str, ...], Shape, Term], str] = {}

    def reserve(self, *taken: str) -> None:
        """Further names in use, before the arrays that meet them are built."""
        self._taken.update(taken)

    def fresh(self) -> str:
        """An index name that was not in use, a new one at every call."""
        return next(self._names)

    def declare(self, name: str, shape: Shape) -> None:
        """``name`` is a tensor of this shape, an input or an earlier let: ``inv`` and ``det`` may refer to it."""
        self.tensors[name] = shape
        self._taken.add(name)

    def forget(self, name: str) -> None:
        """``name`` is about to mean another tensor: hidden lets that read the old one are not used again."""
        self._hidden = {key: hidden for key, hidden in self._hidden.items() if name not in tensors_in(key[2])}

    def let(self, name: str, shape: Shape, indices: tuple[str, ...], body: Term, source: Source | None = None) -> Let:
        """The let, its index names tidied; it is declared, so that later lines may refer to it."""
        axes, entry = tidy(indices, body, self._taken)
        self.forget(name)
        self.declare(name, shape)
        return Let(name, axes, shape, entry, source)

    def hide(self, kind: str, shape: Shape, indices: tuple[str, ...], body: Term) -> str:
        """The name of a hidden let with this entry, ``kind.number``; equal entries share one.

        Fails (``ArrayError``) when the entry depends on an index that is none of its axes, as an array expression may
        that stands inside an index line.
        """
        free = free_variables(body) - set(indices)
        if free:
            raise ArrayError(
                f"the array that {kind} needs by name depends on {', '.join(sorted(free))}: give it a line of its own"
            )
        axes, entry = tidy(indices, body, self._taken)
        key = (axes, shape, entry)
        if key not in self._hidden:
            self._counts[kind] += 1
            name = f"{kind}.{self._counts[kind]}"
            self._hidden[key] = name
            self.tensors[name] = shape
            self.lets.append(Let(name, axes, shape, entry))
        return self._hidden[key]

    def take_lets(self) -> tuple[Let, ...]:
        """The hidden lets since the last call; they stand before the line that was built."""
        taken, self.lets = tuple(self.lets), []
        return taken
