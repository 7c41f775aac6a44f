"""Index variables of a term replaced, without capture; bound names tidied; and how large a term is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from itertools import count, islice

from symadj.terms.index import Index, Lookup, var
from symadj.terms.nodes import (
    ONE_TERM,
    ZERO_TERM,
    All,
    Condition,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Not,
    Product,
    Select,
    Some,
    Sum,
    Term,
    number,
    walk,
)
from symadj.terms.rewriting import Rewriting

# The names that indices get, in this order; and the most nodes of a term that may be written twice.
LETTERS = "ijklpqrstuvwabcdfghmnxyz"
LIGHT = 8


def size_value(index: Index) -> Term:
    """An integer expression as a scalar: a ``Number`` where it is constant."""
    return IndexValue(index) if index.value is None else number(index.value)


def names(taken: Set[str]) -> Iterator[str]:
    """Index names as people write them, ``i j k …`` and then ``i1 j1 …``, without the taken ones."""
    for round_ in count():
        for letter in LETTERS if round_ == 0 else LETTERS[:8]:
            name = f"{letter}{round_}" if round_ else letter
            if name not in taken:
                yield name


def _same_index(index: Index) -> Index:
    return index


def decide(condition: Condition) -> bool | None:
    """Whether a condition holds, where it compares two constants; else None."""
    if isinstance(condition, IndexCondition) and condition.index.value is not None:
        return condition.index.value == 0 if condition.relation == "==" else condition.index.value >= 0
    return None


Values = Mapping[str, Index]
Rename = Callable[[str, Set[str]], str]


class _Rebuild(Rewriting[Values]):
    """One pass over a term: the variables of each ``Index`` are replaced, and binders may get new names."""

    def __init__(self, rename: Rename, finish: Callable[[Index], Index]) -> None:
        self.rename = rename
        self.finish = finish

    def index(self, index: Index, at: Values) -> Index:
        return self.finish(index.substitute(at))

    def value(self, index: Index, at: Values) -> Term:
        return size_value(self.index(index, at))

    def term(self, term: Term, at: Values) -> Term:
        if isinstance(term, Indicator):
            condition = self.condition(term.condition, at)
            holds = decide(condition)
            return Indicator(condition) if holds is None else (ONE_TERM if holds else ZERO_TERM)
        if isinstance(term, Select):
            condition = self.condition(term.condition, at)
            holds = decide(condition)
            if holds is not None:
                return self.term(term.then if holds else term.otherwise, at)
            return Select(condition, self.term(term.then, at), self.term(term.otherwise, at))
        return super().term(term, at)

    def bound(self, term: Sum | Product | Extremum, at: Values) -> Term:
        old = term.binder.index
        outer = {name: value for name, value in at.items() if name != old}
        scope = {name for value in outer.values() for name in value.variables()}
        name = self.rename(old, scope)
        return self.rebound(term, name, at, {**outer, old: var(name)})


def substitute(term: Term, values: Values, finish: Callable[[Index], Index] = _same_index) -> Term:
    """Each free index variable that is a key of ``values`` replaced, all at once; ``finish`` sees each new ``Index``.

    A bound name that stands in ``values`` is renamed first, so nothing is captured. Conditions between constants are
    decided.

    >>> from symadj.terms.index import constant, size
    >>> from symadj.terms.nodes import Binder
    >>> row = Sum(Binder("j", constant(0), size("n")), Entry("A", (var("i"), var("j"))))
    >>> substitute(row, {"i": var("j")}).binder.index
    'j1'
    """

    def rename(name: str, scope: Set[str]) -> str:
        return name if name not in scope else next(f"{name}{k}" for k in count(1) if f"{name}{k}" not in scope)

    changes = {name: value for name, value in values.items() if value.variable != name}
    if not changes and finish is _same_index:
        return term
    return _Rebuild(rename, finish).term(term, changes)


def tidy(indices: tuple[str, ...], body: Term, taken: Set[str]) -> tuple[tuple[str, ...], Term]:
    """The same entry with index names as people choose them: ``i, j, …`` for the axes, then outside in."""
    axes = tuple(islice(names(taken), len(indices)))

    def rename(_: str, scope: Set[str]) -> str:
        return next(names(taken | scope))

    values = {old: var(new) for old, new in zip(indices, axes, strict=True)}
    return axes, _Rebuild(rename, _same_index).term(body, values)


# ------------------------------------------------------------------------------------------------ looking inside


def indices_in(term: Term) -> Iterator[Index]:
    """Every ``Index`` in a term: subscripts, ends of ranges, numbers and conditions."""
    for part in walk(term):
        match part:
            case IndexValue(index):
                yield index
            case Entry(_, subscripts) | Inverse(_, subscripts) | Determinant(_, subscripts):
                yield from subscripts
            case Sum(binder, _) | Product(binder, _) | Extremum(_, binder, _):
                yield binder.lower
                yield binder.upper
                if binder.condition is not None:
                    yield from _compared(binder.condition)
            case Indicator(condition) | Select(condition, _, _):
                yield from _compared(condition)


def _compared(condition: Condition) -> Iterator[Index]:
    match condition:
        case IndexCondition(_, index):
            yield index
        case All(parts) | Some(parts):
            for part in parts:
                yield from _compared(part)
        case Not(part):
            yield from _compared(part)


def free_variables(term: Term) -> set[str]:
    """The names of the index variables that stand free in ``term``; a name that is also bound in it counts as bound."""
    bound = {part.binder.index for part in walk(term) if isinstance(part, Sum | Product | Extremum)}
    return {name for index in indices_in(term) for name in index.variables()} - bound


def tensors_in(term: Term) -> set[str]:
    """The names of the tensors that ``term`` reads, integer tensors too."""
    lookups = {a.tensor for index in indices_in(term) for a in index.atoms() if isinstance(a, Lookup)}
    return lookups | {part.tensor for part in walk(term) if isinstance(part, Entry | Inverse | Determinant)}


def is_light(term: Term) -> bool:
    """Small enough to be written twice: few nodes, and nothing that binds an index or chooses."""
    heavy = Sum | Product | Extremum | Select | Indicator | Inverse | Determinant
    parts = list(islice(walk(term), LIGHT + 1))
    return len(parts) <= LIGHT and not any(isinstance(part, heavy) for part in parts)
