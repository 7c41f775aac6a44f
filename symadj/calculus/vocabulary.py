"""The names that a program uses, and which of its tensors vary with given inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symadj.terms.index import Index, Lookup
from symadj.terms.nodes import (
    All,
    Apply,
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
    condition_terms,
    walk,
)
from symadj.terms.statement import Let, Shape


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names in a program: ``tensors`` (read or defined), index variables in order of appearance, and ``taken``, the
    names that no index may have."""

    tensors: frozenset[str]
    indices: tuple[str, ...]
    taken: frozenset[str]


def vocabulary(lets: Sequence[Let], inputs: Mapping[str, Shape]) -> Vocabulary:
    """The vocabulary of ``lets`` with the further tensors ``inputs``."""
    tensors = set(inputs) | {let.name for let in lets}
    functions: set[str] = set()
    indices: dict[str, None] = {}
    sizes = {s for shape in (*inputs.values(), *(let.shape for let in lets)) for n in shape for s in n.sizes()}
    for let in lets:
        indices.update(dict.fromkeys(let.indices))
        for term in walk(let.body):
            if isinstance(term, Entry | Inverse | Determinant):
                tensors.add(term.tensor)
            elif isinstance(term, Apply):
                functions.add(term.function)
            elif isinstance(term, Sum | Product | Extremum):
                indices[term.binder.index] = None
            for index in indices_of(term):
                if index.variable is None and index.terms:
                    sizes |= index.sizes()
                    tensors |= {a.tensor for a in index.atoms() if isinstance(a, Lookup)}
    cotangents = {f"d{name}" for name in tensors}
    return Vocabulary(frozenset(tensors), tuple(indices), frozenset(tensors | functions | sizes | cotangents))


def indices_of(term: Term) -> tuple[Index, ...]:
    """The integer expressions that stand directly in ``term``: subscripts, ranges, and those of its conditions."""
    match term:
        case Entry(_, subscripts) | Inverse(_, subscripts) | Determinant(_, subscripts):
            return subscripts
        case IndexValue(index):
            return (index,)
        case Sum(binder, _) | Product(binder, _) | Extremum(_, binder, _):
            ends = (binder.lower, binder.upper)
            return ends if binder.condition is None else (*ends, *condition_indices(binder.condition))
        case Indicator(condition) | Select(condition, _, _):
            return tuple(condition_indices(condition))
        case _:
            return ()


def condition_indices(condition: Condition) -> Iterator[Index]:
    """The integer expressions that a condition compares, those inside its scalar terms left out."""
    match condition:
        case IndexCondition(_, index):
            yield index
        case All(parts) | Some(parts):
            for part in parts:
                yield from condition_indices(part)
        case Not(part):
            yield from condition_indices(part)
        case _:
            return


def reads_any(term: Term, tensors: Mapping[str, object]) -> bool:
    """Whether an entry, inverse or determinant of one of ``tensors`` stands in ``term``, its conditions included."""
    return any(isinstance(t, Entry | Inverse | Determinant) and t.tensor in tensors for t in walk(term))


def condition_reads_any(condition: Condition, tensors: Mapping[str, object]) -> bool:
    """``reads_any`` for a condition."""
    return any(reads_any(term, tensors) for term in condition_terms(condition))


def varying(lets: Sequence[Let], inputs: Mapping[str, Shape]) -> dict[str, Shape]:
    """The inputs, and the lines that depend on them, with their shapes.

    >>> from symadj.terms.index import var, size
    >>> x, z = (Entry(t, (var("i"),)) for t in "xz")
    >>> lines = [Let("y", ("i",), (size("n"),), x), Let("w", ("i",), (size("n"),), z)]
    >>> sorted(varying(lines, {"x": (size("n"),)}))
    ['x', 'y']
    """
    result = dict(inputs)
    for let in lets:
        if let.name not in result and reads_any(let.body, result):
            result[let.name] = let.shape
    return result
