"""Integer tensors that permute an axis."""

from __future__ import annotations

from collections.abc import Mapping

from symadj.terms.index import Index, Lookup, solved_for_atoms, var


def inverse_tables(index: Index, axes: Mapping[str, Index], below: Mapping[str, Index]) -> tuple[str, str] | None:
    """The names of p and q, where ``index == 0`` says ``q[p[j]] == j`` for all j, and p maps an axis into itself.

    Then p is injective, and so, its axis being finite, a permutation of it; and ``p[q[j]] == j`` too. ``axes`` holds
    the length of each index's axis, ``below`` the bound of each integer tensor's entries.

    >>> from symadj.terms.index import lookup, size
    >>> j, n = var("j"), size("n")
    >>> back = lookup("q", (lookup("p", (j,)),))
    >>> inverse_tables(back - j, {"j": n}, {"p": n, "q": n})
    ('p', 'q')
    """
    for atom, other in solved_for_atoms(index):
        name = other.variable
        if name is None or not isinstance(atom, Lookup) or len(atom.subscripts) != 1:
            continue
        inner = atom.subscripts[0].lookup
        if inner is not None and inner.subscripts == (var(name),):
            axis = axes.get(name)
            if axis is not None and below.get(inner.tensor) == axis == below.get(atom.tensor):
                return inner.tensor, atom.tensor
    return None
