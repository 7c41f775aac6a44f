"""Names of bound indices, the same for the same range throughout a derivation, so that few sums need to say theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from symadj.calculus.rewriting import Names, Rebinder, Within, base_name, free_variables, freshen
from symadj.derivation.model import Equation
from symadj.derivation.terms import entry, polished
from symadj.terms.index import Index, var
from symadj.terms.nodes import Extremum, Product, Sum, Term, walk
from symadj.terms.statement import Let, Statement

_LETTERS = tuple("ijklmnprstuv")  # those that have a subscript in Unicode come first
_OTHERS = tuple("abcefghoqwxyz")


@dataclass(slots=True)
class BoundNames:
    """``usual`` has the range of each index name, which grows as names are given out; ``taken`` names other things.

    >>> from symadj.terms.index import size
    >>> names = BoundNames({"i": size("m"), "j": size("n"), "k": size("n")}, {"n", "m"})
    >>> names.choose("i", size("n"), frozenset("j")), names.choose("i", size("k"), frozenset())
    ('k', 'l')
    """

    usual: dict[str, Index]
    taken: set[str]  # names of other things
    _names: Names = field(default_factory=Names)

    def choose(self, name: str, length: Index | None, scope: frozenset[str]) -> str:
        """A name for an index that runs to ``length`` from 0, or, without one, over a range of its own."""
        if name not in scope and name not in self.taken and (length is None or self.usual.get(name) == length):
            return name
        same = {n for n, known in self.usual.items() if known == length} - scope - self.taken
        if same:
            return sorted(same, key=lambda n: (n not in _LETTERS, n))[0]
        for letter in (*(n for n in _LETTERS if n == name), *_LETTERS, *_OTHERS):
            if letter not in self.usual and letter not in scope and letter not in self.taken:
                if length is not None:
                    self.usual[letter] = length
                return letter
        return str(self._names.fresh(name)).replace("#", "")

    def term(self, term: Term, free: Iterable[str] = ()) -> Term:
        """``term`` with such names, polished; ``free`` are names in use around it."""
        return polished(self.renamed(term, free))

    def renamed(self, term: Term, free: Iterable[str] = ()) -> Term:
        """``term`` with such names, and else as it is written."""
        scope = frozenset({*free, *free_variables(term)})
        return _Named(self).term(freshen(term, {}, self._names), Within({}, scope))

    def line(self, let: Let) -> Equation:
        """A line as an equation, with such names."""
        return Equation(entry(let.name, let.indices), self.renamed(let.body, let.indices))


def names_of(statement: Statement) -> BoundNames:
    """The names that a statement's index lines use, each with the range that it mostly has; then those of its array
    lines, which nobody chose, as long as they have a subscript.
    """
    taken = {*statement.sizes, *statement.integers, *statement.functions, *(t.name for t in statement.inputs)}
    lines = (*statement.forward, *statement.backward)
    taken |= {let.name for let in lines}
    chosen, others = [let for let in lines if _is_index_line(let)], [let for let in lines if not _is_index_line(let)]
    usual = _most_common(chosen)
    for name, length in _most_common(others).items():
        if name in _LETTERS:
            usual.setdefault(name, length)
    return BoundNames(usual, taken)


def _is_index_line(let: Let) -> bool:
    return let.source is not None and "[" in let.source.text.partition("=")[0]


def _most_common(lines: Iterable[Let]) -> dict[str, Index]:
    counts: dict[str, Counter[Index]] = {}
    for let in lines:
        for name, length in (*zip(let.indices, let.shape, strict=True), *_plain_ranges(let.body)):
            if not length.variables():
                counts.setdefault(name, Counter())[length] += 1
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}


def _plain_ranges(term: Term) -> Iterator[tuple[str, Index]]:
    for part in walk(term):
        if isinstance(part, Sum | Product | Extremum) and not part.binder.lower.terms:
            yield part.binder.index, part.binder.upper


class _Named(Rebinder):
    """Bound names chosen by their ranges; those whose range depends on other indices, or begins elsewhere, stay."""

    __slots__ = ("_by_range",)

    def __init__(self, names: BoundNames) -> None:
        super().__init__(lambda name, _: name)
        self._by_range = names

    def bound(self, term: Sum | Product | Extremum, at: Within) -> Term:
        """With the name that belongs to its range."""
        old, binder = term.binder.index, term.binder
        plain = not binder.lower.terms and not binder.upper.variables()
        name = self._by_range.choose(base_name(old), binder.upper if plain else None, at.scope)
        return self.rebound(term, name, at, Within({**at.values, old: var(name)}, at.scope | {name}))
