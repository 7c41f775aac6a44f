"""What several lines compute gets a name of its own, where that costs less."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symadj.calculus.rewriting import Names, free_variables
from symadj.formulas.cost import cost_of_lines
from symadj.formulas.keys import key_in
from symadj.formulas.program import TOLERATED, Setting, length, reads
from symadj.formulas.reuse import patterns
from symadj.terms.index import Index, var
from symadj.terms.nodes import Add, Call, Entry, Extremum, Inverse, Mul, Number, Product, Sum, Term, children, mul, walk
from symadj.terms.statement import Let, Shape

_LETTERS = "ghepqutwvrskabcfz"
_MOST_TRIED = 6
_MORE_TEXT = 12
_CHEAPER = 0.999
_MUCH_CHEAPER = 0.8


def names_for(taken: frozenset[str]) -> Iterator[str]:
    """Names for new lines that nothing else has."""
    yield from (letter for letter in _LETTERS if letter not in taken)
    number = 1
    while True:
        name = f"g{number}"
        number += 1
        if name not in taken:
            yield name


@dataclass(frozen=True, slots=True)
class _Candidate:
    indices: tuple[str, ...]
    shape: Shape
    body: Term


def shared(
    lets: Sequence[Let], setting: Setting, shapes: Callable[[str], Shape | None], taken: frozenset[str]
) -> list[Let]:
    """The lines, with the subterms that occur more than once in lines of their own."""
    current = list(lets)
    supply = names_for(taken)
    name = next(supply)
    tried: set[str] = set()
    waiting = _candidates(current, shapes)
    for _ in range(_MOST_TRIED):
        waiting = [(text, candidate) for text, candidate in waiting if text not in tried]
        if not waiting:
            break
        text, candidate = waiting[0]
        tried.add(text)
        better = _with(current, Let(name, candidate.indices, candidate.shape, candidate.body), setting)
        if better is not None:
            current = better
            name = next(supply)
            waiting = _candidates(current, shapes)
    return current


def _with(lets: Sequence[Let], line: Let, setting: Setting) -> list[Let] | None:
    found = list(patterns(line, line.body, Names()))[:1]
    tensors = set(reads(line))
    changed = [setting.line(let, found) if tensors <= set(reads(let)) else let for let in lets]
    readers = [k for k, let in enumerate(changed) if any(_is(t, line.name) for t in walk(let.body))]
    if not readers:
        return None
    rest = [changed[k] if k in readers else lets[k] for k in range(readers[0], len(lets))]
    result = [*lets[: readers[0]], line, *rest]
    before, after = cost_of_lines(lets), cost_of_lines(result)
    worthy = after < before * _MUCH_CHEAPER or (isinstance(line.body, Mul) and bool(line.indices))
    allowed = _MORE_TEXT if worthy and after < before * _CHEAPER else 0
    longer = length(result) - length(lets)
    if after >= before or longer > allowed or (longer >= 0 and before <= after * TOLERATED):
        return None
    return result


def _is(term: Term, name: str) -> bool:
    return isinstance(term, Entry) and term.tensor == name


def _candidates(lets: Sequence[Let], shapes: Callable[[str], Shape | None]) -> list[tuple[str, _Candidate]]:
    met: dict[str, list[tuple[Term, tuple[str, ...], Mapping[str, Index]]]] = {}
    for let in lets:
        axes = dict(zip(let.indices, let.shape, strict=True))
        for part, scope in _parts(let.body, axes):
            if part == let.body and let.name[:1] != "d":
                continue
            free = free_variables(part)
            order = tuple([n for n in _appearance(part) if n in free])
            text = key_in(part, {n: var(f"~{k}") for k, n in enumerate(order)}, 0)
            if len(order) == len(free):
                met.setdefault(text, []).append((part, order, scope))
    repeated: list[tuple[str, _Candidate]] = []
    for text, places in met.items():
        found = [c for place in places if (c := _candidate(*place, shapes)) is not None] if len(places) > 1 else []
        if len(found) > 1:
            repeated.append((text, found[-1]))
    return sorted(repeated, key=lambda item: (-len(item[0]), item[0]))


def _parts(term: Term, axes: Mapping[str, Index]) -> Iterator[tuple[Term, Mapping[str, Index]]]:
    """The subterms that could have a name, with the ranges of the indices around them."""
    match term:
        case Mul(factors):
            groups: dict[frozenset[str], list[Term]] = {}
            for factor in factors:
                if not isinstance(factor, Number):
                    groups.setdefault(frozenset(free_variables(factor)), []).append(factor)
            for group in groups.values():
                if len(group) > 1:
                    yield mul(*group), axes
        case Sum() | Product() | Extremum() | Call() | Add():
            yield term, axes
    inner = axes
    if isinstance(term, Sum | Product | Extremum):
        inner = dict(axes)
        if term.binder.condition is None and not term.binder.lower.terms:
            inner[term.binder.index] = term.binder.upper
    for part in children(term):
        yield from _parts(part, inner)


def _candidate(
    part: Term, order: tuple[str, ...], axes: Mapping[str, Index], shapes: Callable[[str], Shape | None]
) -> _Candidate | None:
    if any(n not in axes or axes[n].variables() for n in order):
        return None
    shape = tuple(axes[n] for n in order)
    standing = _standing(part, shapes)
    if any(standing.get(n) != {length} for n, length in zip(order, shape, strict=True)):
        return None
    return _Candidate(order, shape, part)


def _appearance(term: Term) -> list[str]:
    """The plain subscripts, as they are met from left to right."""
    found: dict[str, None] = {}

    def visit(part: Term) -> None:
        if isinstance(part, Entry | Inverse):
            for subscript in part.subscripts:
                if subscript.variable is not None:
                    found.setdefault(subscript.variable)
        for inner in children(part):
            visit(inner)

    visit(term)
    return list(found)


def _standing(term: Term, shapes: Callable[[str], Shape | None]) -> dict[str, set[Index]]:
    """The lengths of the axes at which an index stands alone; these are what the reader infers ranges from."""
    found: dict[str, set[Index]] = {}
    for part in walk(term):
        if isinstance(part, Entry | Inverse):
            for subscript, axis in zip(part.subscripts, shapes(part.tensor) or (), strict=False):
                if subscript.variable is not None:
                    found.setdefault(subscript.variable, set()).add(axis)
    return found
