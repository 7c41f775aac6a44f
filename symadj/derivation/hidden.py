"""Names for the lines that array expressions leave unnamed: the matrix inside of ``inv(A + B)`` is called M.

What the notation calls ``inv.1`` or ``det.2`` is a line that no author wrote. A derivation speaks of it, so that it
gets a name that an author could have given to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from symadj.terms.nodes import Determinant, Entry, Inverse, Term
from symadj.terms.rewriting import Rewriting
from symadj.terms.statement import Assumption, Let, Statement

_HIDDEN = re.compile(r"(?!equal\.)\w+\.\d+")
_LETTERS = "MNPQSTUVZHGKLRFEDC"


class _Renaming(Rewriting[Mapping[str, str]]):
    """Tensors renamed, in terms and conditions."""

    def term(self, term: Term, at: Mapping[str, str]) -> Term:
        if isinstance(term, Entry | Inverse | Determinant) and term.tensor in at:
            return replace(term, tensor=at[term.tensor])
        return super().term(term, at)


def with_names(statement: Statement) -> Statement:
    """The statement with names for its hidden lines; those with equal entries share one.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="A: n n, x: n", forward="y = solve(2*A, x)", backward="dx = solve(2*A.T, dy)")
    >>> [let.name for let in with_names(of).forward]
    ['M', 'y']
    """
    lines = (*statement.forward, *statement.backward)
    hidden = [let for let in lines if _HIDDEN.fullmatch(let.name)]
    if not hidden:
        return statement
    letters = _free(statement)
    names: dict[str, str] = {}
    known: dict[tuple[object, ...], str] = {}
    for let in hidden:
        body = _RENAMING.term(let.body, names)
        key = (let.indices, let.shape, body)
        if key not in known:
            known[key] = next(letters)
        names[let.name] = known[key]
    return replace(
        statement,
        forward=tuple(_lines(statement.forward, names, set())),
        backward=tuple(_lines(statement.backward, names, {names.get(let.name, let.name) for let in statement.forward})),
        assumptions=tuple(
            Assumption(a.indices, _RENAMING.condition(a.condition, names), a.source) for a in statement.assumptions
        ),
    )


_RENAMING = _Renaming()


def _lines(lets: tuple[Let, ...], names: Mapping[str, str], there: set[str]) -> Iterator[Let]:
    for let in lets:
        name = names.get(let.name, let.name)
        if name in names.values() and name in there:
            continue
        there.add(name)
        yield replace(let, name=name, body=_RENAMING.term(let.body, names))


def _free(statement: Statement) -> Iterator[str]:
    taken = {*statement.sizes, *statement.integers, *statement.functions, *(t.name for t in statement.inputs)}
    taken |= {let.name for let in (*statement.forward, *statement.backward)}
    taken |= {name[1:] for name in taken if name.startswith("d")}
    yield from (letter for letter in _LETTERS if letter not in taken)
    yield from (name for k in range(1, 1000) if (name := f"M{k}") not in taken)
