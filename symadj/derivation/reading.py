"""What a reader must be told before a derivation begins: over what each index runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from symadj.derivation.model import Chain, Definitions, Derivation, Equation, ForAll, Paragraph, Piece
from symadj.terms.index import Index
from symadj.terms.nodes import Binder, Extremum, Indicator, Product, Select, Sum, Term, walk


def usual_ranges(derivation: Derivation) -> dict[str, Index]:
    """For each index name the length of the range that it mostly has, where that is from 0 and mentions no index."""
    counts: dict[str, Counter[Index]] = {}
    for name, length in _ranges(derivation):
        if not length.variables():
            counts.setdefault(name, Counter())[length] += 1
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}


def grouped(derivation: Derivation) -> list[tuple[list[str], Index]]:
    """The index names that the derivation uses, those of one usual range together."""
    found: dict[Index, list[str]] = {}
    used = index_names(derivation)
    for name, length in sorted(usual_ranges(derivation).items()):
        if name in used:
            found.setdefault(length, []).append(name)
    return [(names, length) for length, names in found.items()]


def index_names(derivation: Derivation) -> set[str]:
    """Every index name in a derivation."""
    return {name for name, _ in _ranges(derivation)} | {b.index for t in terms(derivation) for b in _binders(t)}


def terms(derivation: Derivation) -> Iterator[Term]:
    """Every term that a derivation shows, not those inside of them."""
    for part in derivation.parts:
        yield from _of_text(part.title)
        for block in part.blocks:
            match block:
                case Paragraph(text):
                    yield from _of_text(text)
                case Definitions(lines, _):
                    for equation, note in lines:
                        yield from _of_text((equation, *note))
                case Chain(_, start, steps):
                    yield start
                    for step in steps:
                        yield step.expression
                        yield from _of_text((*step.rule, *step.acted_on))


def _of_text(text: tuple[Piece, ...]) -> Iterator[Term]:
    for piece in text:
        if isinstance(piece, Equation):
            yield piece.left
            yield piece.right
        elif not isinstance(piece, str | ForAll):
            yield piece


def _ranges(derivation: Derivation) -> Iterator[tuple[str, Index]]:
    statement = derivation.statement
    for let in (*statement.forward, *statement.backward):
        yield from zip(let.indices, let.shape, strict=True)
    for chain in derivation.chains():
        yield from chain.indices
    for term in terms(derivation):
        for binder in _binders(term):
            if not binder.lower.terms:
                yield binder.index, binder.upper


def _binders(term: Term) -> Iterator[Binder]:
    for part in walk(term):
        if isinstance(part, Sum | Product | Extremum):
            yield part.binder


def uses_guards(derivation: Derivation) -> bool:
    """Whether an Iverson bracket will be printed."""
    return any(isinstance(part, Indicator | Select) for term in terms(derivation) for part in walk(term))
