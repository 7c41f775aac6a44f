"""Integer tensors that permute an axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symadj.terms.index import Index, Lookup, solved_for_atoms, var
from symadj.terms.nodes import All, Condition, IndexCondition
from symadj.terms.statement import Assumption


def inverse_tables(assumptions: Iterable[Assumption], below: Mapping[str, Index]) -> dict[str, str]:
    """The integer tensors that permute an axis, each with its inverse; ``below`` bounds the entries of each.

    Where ``q[p[j]] == j`` is assumed for all j, and p maps its axis into itself, p is injective, and so, the axis
    being finite, a permutation of it; and ``p[q[j]] == j`` too.

    >>> from symadj.terms.index import lookup, size
    >>> j, n = var("j"), size("n")
    >>> back = IndexCondition("==", lookup("q", (lookup("p", (j,)),)) - j)
    >>> inverse_tables([Assumption((("j", n),), back)], {"p": n, "q": n})
    {'p': 'q', 'q': 'p'}
    """
    found: dict[str, str] = {}
    for assumption in assumptions:
        for index in _equations(assumption.condition):
            for first, second in _pairs(index, dict(assumption.indices), below):
                found.setdefault(first, second)
                found.setdefault(second, first)
    return found


def _equations(condition: Condition) -> Iterator[Index]:
    match condition:
        case IndexCondition("==", index):
            yield index
        case All(parts):
            for part in parts:
                yield from _equations(part)


def _pairs(index: Index, axes: Mapping[str, Index], below: Mapping[str, Index]) -> Iterator[tuple[str, str]]:
    """p and q, where ``index == 0`` says ``q[p[j]] == j``."""
    for atom, other in solved_for_atoms(index):
        name = other.variable
        if name is None or not isinstance(atom, Lookup) or len(atom.subscripts) != 1:
            continue
        inner = atom.subscripts[0].lookup
        if inner is not None and inner.subscripts == (var(name),):
            axis = axes.get(name)
            if axis is not None and below.get(inner.tensor) == axis == below.get(atom.tensor):
                yield inner.tensor, atom.tensor
