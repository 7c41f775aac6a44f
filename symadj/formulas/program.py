"""A backward program made short: which intermediate lines stay, and which are put into those that read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from symadj.calculus.rewriting import Names, Tidy, freshen, substitute
from symadj.formulas.cost import cost_of_lines, ranges_of
from symadj.formulas.integers import Integers
from symadj.formulas.mapping import mapped
from symadj.formulas.products import without_sign
from symadj.formulas.reuse import Pattern, patterns, within_reach
from symadj.formulas.simplify import Simplifier
from symadj.terms.index import ONE, ZERO, Index, var
from symadj.terms.nodes import ZERO_TERM, Call, Entry, Power, Select, Term, walk
from symadj.terms.printer import format_let
from symadj.terms.statement import Let, used_lines

LONGEST_LINE = 118
_WITH_PARTS = Call | Power  # such lines are recognised by a part, too: an exponential by the argument of a logarithm
_EQUAL = 1.0001
TOLERATED = 1.1  # a line less is worth a few multiplications, not another power of a size
_WORTHWHILE = 0.7
_HOPEFUL, _HOPEFUL_OF_SEVERAL = 1.5, 1.1  # text that grows by more has not become shorter by what cancels


@dataclass(frozen=True, slots=True)
class Setting:
    """What every line of one program is simplified with."""

    tidy: Tidy
    cotangents: frozenset[str]
    known: tuple[Pattern, ...]
    integers: Integers
    done: dict[tuple[Let, float], Let] = field(default_factory=dict, compare=False)

    def line(self, let: Let, further: Sequence[Pattern] = (), *, longest: float = inf) -> Let:
        """The line simplified, in whichever of two ways comes out cheaper, then shorter; in the first way alone, where
        that comes out longer than ``longest`` and is of no use.
        """
        if further:
            return self._best(let, further, longest)
        if (let, longest) not in self.done:
            self.done[let, longest] = self._best(let, (), longest)
        return self.done[let, longest]

    def _best(self, let: Let, further: Sequence[Pattern], longest: float) -> Let:
        best, more = self._line(let, further, expand=False)
        while more and (longest == inf or length([best]) <= longest):
            other, _ = self._line(best, further, expand=True)
            more = len(reads(other)) < len(reads(best))  # something cancelled, and more may
            if not _preferred(other, best):
                break
            best = other
        return best

    def _line(self, let: Let, further: Sequence[Pattern], *, expand: bool) -> tuple[Let, bool]:
        """The line simplified, and whether there is anything to expand in it."""
        axes = dict(zip(let.indices, let.shape, strict=True))
        known = within_reach((*self.known, *further), let.body)
        integers = self.integers.of(axes)
        simplifier = Simplifier(axes, ranges_of(let), known, self.cotangents, integers, expand=expand)
        body = simplifier.term(substitute(let.body, units(let)))
        line = replace(let, body=self.tidy.term(body, {i: i for i in let.indices}), source=None)
        again = bool(further) and (simplifier.has_brackets or any(isinstance(t, Select) for t in walk(body)))
        return line, simplifier.could_expand or again


def _preferred(other: Let, best: Let) -> bool:
    """Whether the other line is much cheaper, or no dearer and shorter."""
    if other.body == best.body:
        return False
    before, after = cost_of_lines([best]), cost_of_lines([other])
    return after < before * _WORTHWHILE or (after <= before * _EQUAL and length([other]) < length([best]))


def units(let: Let) -> dict[str, Index]:
    """0 for the indices of the axes of length 1."""
    return {name: ZERO for name, length in zip(let.indices, let.shape, strict=True) if length == ONE}


def forward_patterns(lets: Iterable[Let], backward: Sequence[Let], integers: Integers) -> tuple[Pattern, ...]:
    """What the lines of the forward program can be recognised by; the reader's own lines have no names to use, and
    sums of products are met only where a line of ``backward`` is computed from all the tensors in them.
    """
    known: list[Pattern] = []
    names = Names()
    reached = _reached(backward)
    for let in lets:
        needed = set(reads(let))
        met = any(needed <= tensors for tensors in reached)
        if "." in let.name or not (met or any(isinstance(t, _WITH_PARTS) for t in walk(let.body))):
            continue
        for tensors in reached:
            tensors.add(let.name)
        axes = dict(zip(let.indices, let.shape, strict=True))
        mine = within_reach(known, let.body)
        simplifier = Simplifier(axes, ranges_of(let), mine, frozenset(), integers.of(axes))
        body = simplifier.term(substitute(let.body, units(let)))
        known += patterns(let, body, names)
    return tuple(known)


def _reached(lets: Sequence[Let]) -> list[set[str]]:
    """Of each line, the tensors that it and the lines before it read to compute it."""
    found: dict[str, set[str]] = {}
    for let in lets:
        mine = set(reads(let))
        found[let.name] = mine.union(*(found[name] for name in mine if name in found))
    return list(found.values())


def length(lets: Iterable[Let]) -> int:
    """The length of the lines as text."""
    return sum(len(format_let(replace(let, body=without_sign(let.body)))) + 2 for let in lets)


def reads(let: Let) -> list[str]:
    """The tensors that a line reads, once for each entry."""
    return [t.tensor for t in walk(let.body) if isinstance(t, Entry)]


def put_in(user: Let, line: Let) -> Let:
    """``user`` with the right side of ``line`` in the place of its entries."""
    names = Names(count=10_000)

    def replaced(term: Term) -> Term | None:
        if isinstance(term, Entry) and term.tensor == line.name:
            values = dict(zip(line.indices, term.subscripts, strict=True))
            return freshen(line.body, values, names)
        return None

    return replace(user, body=mapped(user.body, replaced))


def without_zeros(lets: Sequence[Let], setting: Setting, targets: frozenset[str]) -> list[Let]:
    """Lines that are zero put into the others."""
    result: list[Let] = []
    zeros: list[Let] = []
    for let in lets:
        known = set(reads(let))
        mine = [z for z in zeros if z.name in known]
        for zero in mine:
            let = put_in(let, zero)
        if mine:
            let = setting.line(let)
        if let.body == ZERO_TERM and let.name not in targets:
            zeros.append(let)
        else:
            result.append(let)
    return list(used_lines(result, targets))


def inlined(lets: Sequence[Let], setting: Setting, targets: frozenset[str]) -> list[Let]:
    """Lines put into those that read them, where that costs no more and makes the text no longer."""
    between = [let.name for let in lets if let.name not in targets]
    if not between:
        return list(lets)
    current = {let.name: let for let in lets}
    lengths = {let.name: length([let]) for let in lets}
    readers: dict[str, set[str]] = {}
    for let in lets:
        _read_by(let, readers)
    for name in between:
        users = [user for user in current if user in readers.get(name, ())]
        before = [current[name], *(current[user] for user in users)]
        raw = {user: put_in(current[user], current[name]) for user in users}
        text = sum(lengths[let.name] for let in before)
        if length(raw.values()) > text * (_HOPEFUL if len(users) == 1 else _HOPEFUL_OF_SEVERAL):
            continue
        longest = min(text, max(LONGEST_LINE, *(lengths[let.name] for let in before)))
        changed = {user: setting.line(let, longest=longest) for user, let in raw.items()}
        after = {user: length([let]) for user, let in changed.items()}
        short = sum(after.values()) <= text and all(one <= longest for one in after.values())
        if short and cost_of_lines(changed.values()) <= cost_of_lines(before) * TOLERATED:
            lengths |= after
            for user in (name, *users):
                for read in readers.values():
                    read.discard(user)
            current |= changed
            del current[name]
            for let in changed.values():
                _read_by(let, readers)
    return list(current.values())


def _read_by(let: Let, readers: dict[str, set[str]]) -> None:
    for name in reads(let):
        readers.setdefault(name, set()).add(let.name)


def absorbed(lets: Sequence[Let], targets: frozenset[str]) -> list[Let]:
    """A gradient that is another line as it stands gives that line its name."""
    for let in lets:
        plain = tuple(var(i) for i in let.indices)
        if let.name not in targets or not isinstance(let.body, Entry) or let.body.subscripts != plain:
            continue
        name = let.body.tensor
        source = next((line for line in lets if line.name == name and line.shape == let.shape), None)
        if source is not None and name not in targets:
            return absorbed(renamed([line for line in lets if line is not let], {name: let.name}), targets)
    return list(lets)


def renamed(lets: Sequence[Let], names: Mapping[str, str]) -> list[Let]:
    """The lines with other names for tensors."""

    def replaced(term: Term) -> Term | None:
        if isinstance(term, Entry) and term.tensor in names:
            return Entry(names[term.tensor], term.subscripts)
        return None

    return [replace(let, name=names.get(let.name, let.name), body=mapped(let.body, replaced)) for let in lets]
