"""Instances of the assumptions: free indices are universally quantified, so any values in their ranges may be put in.

Which values are tried is a matter of what the term at hand reads: where an assumption has ``x[i]`` and the term
``x[k+1]``, ``i`` is tried with ``k+1``. Whether the values are in range is proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

from symadj.calculus import signs
from symadj.calculus.rewriting import freshen_condition
from symadj.calculus.vocabulary import condition_indices, indices_of
from symadj.terms.index import Index, Lookup
from symadj.terms.nodes import (
    Condition,
    Determinant,
    Entry,
    Extremum,
    Inverse,
    Product,
    Sum,
    Term,
    children,
    condition_terms,
)
from symadj.terms.statement import Assumption

if TYPE_CHECKING:
    from symadj.calculus.knowledge import Knowledge

MAX_INSTANCES = 24
MAX_ROUNDS = 3
Read = tuple[str, tuple[Index | None, ...]]  # a tensor, and its subscripts; None for one with a bound variable


def reads_of(term: Term, bound: frozenset[str] = frozenset()) -> Iterator[Read]:
    """What ``term`` reads: entries, inverses, determinants, look-ups."""
    inside = bound | {term.binder.index} if isinstance(term, Sum | Product | Extremum) else bound
    if isinstance(term, Entry | Inverse | Determinant):
        yield term.tensor, _visible(term.subscripts, bound)
    for index in indices_of(term):
        yield from _lookups(index, inside)
    for child in children(term):
        yield from reads_of(child, inside)


def condition_reads(condition: Condition) -> Iterator[Read]:
    """What a condition reads."""
    for index in condition_indices(condition):
        yield from _lookups(index, frozenset())
    for term in condition_terms(condition):
        yield from reads_of(term)


def _visible(subscripts: tuple[Index, ...], bound: frozenset[str]) -> tuple[Index | None, ...]:
    return tuple(None if s.variables() & bound else s for s in subscripts)


def _lookups(index: Index, bound: frozenset[str]) -> Iterator[Read]:
    for atom in index.atoms():
        if isinstance(atom, Lookup):
            yield atom.tensor, _visible(atom.subscripts, bound)


@dataclass(frozen=True, slots=True)
class Schema:
    """An assumption with indices, and the reads by which its indices are recognised."""

    assumption: Assumption
    patterns: tuple[Read, ...]


def schema(assumption: Assumption) -> Schema:
    """The assumption with its patterns."""
    return Schema(assumption, tuple(dict.fromkeys(condition_reads(assumption.condition))))


def informed(knowledge: Knowledge, reads: Iterable[Read], *, resolve: bool = True) -> Knowledge:
    """The knowledge, with the instances that the reads suggest, and those that what these read suggests."""
    for _ in range(MAX_ROUNDS):
        found = [c for c in instances(knowledge, dict.fromkeys(reads)) if not knowledge.knows(c)]
        if not found:
            break
        knowledge = knowledge.extended(found, resolve=resolve)
        reads = [read for condition in found for read in condition_reads(condition)]
    return knowledge


def instances(knowledge: Knowledge, reads: Iterable[Read]) -> list[Condition]:
    """The instances of the world's assumptions that the ``reads`` suggest, with indices surely in their ranges."""
    found: dict[str, set[tuple[Index | None, ...]]] = {}
    for tensor, subscripts in reads:
        found.setdefault(tensor, set()).add(subscripts)
    result: list[Condition] = []
    for scheme in knowledge.world.schemas:
        names = [name for name, _ in scheme.assumption.indices]
        choices = _choices(scheme, found, names)
        for values in islice(product(*(choices[n] for n in names)), MAX_INSTANCES):
            binding = dict(zip(names, values, strict=True))
            if _in_range(knowledge, scheme.assumption, binding):
                result.append(freshen_condition(scheme.assumption.condition, binding, knowledge.world.names))
    return result


def _choices(
    scheme: Schema, found: Mapping[str, set[tuple[Index | None, ...]]], names: list[str]
) -> dict[str, list[Index]]:
    choices: dict[str, dict[Index, None]] = {name: {} for name in names}
    for tensor, pattern in scheme.patterns:
        for subscripts in sorted(found.get(tensor, ()), key=str):
            for place, value in zip(pattern, subscripts, strict=False):
                if place is not None and value is not None and place.variable in choices:
                    choices[place.variable][value] = None
    return {name: list(values) for name, values in choices.items()}


def _in_range(knowledge: Knowledge, assumption: Assumption, binding: Mapping[str, Index]) -> bool:
    return all(
        knowledge.implies_integer(binding[name], signs.NONNEGATIVE)
        and knowledge.implies_integer(extent.substitute(binding) - 1 - binding[name], signs.NONNEGATIVE)
        for name, extent in assumption.indices
    )
