"""Identities between matrices and their inverses, told as a textbook does: both sides are multiplied by what is
inverted, products with inverses cancel, and what a matrix is made of is put in.

What is told is searched for, not known: which matrices to multiply by, at most one from either side, and which summand
``P`` of a matrix ``M = P + Q`` is taken away by ``P M⁻¹ = 1 − Q M⁻¹``. Where the search finds nothing, the identity is
told in one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice, product
from math import prod

from symadj.derivation.bound_names import BoundNames
from symadj.derivation.checking import Extended
from symadj.derivation.likeness import alike
from symadj.derivation.model import Block, Chain, Equation, Indices, Paragraph, Piece, Step, Text
from symadj.derivation.terms import polished
from symadj.derivation.words import Letter, NoWord, Polynomial, Word, read, transposed, written
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Entry,
    Mul,
    Number,
    Term,
    add,
    divide,
    mul,
    number,
    tensors_in,
)
from symadj.terms.statement import Shape

_MOST_TRIED = 48
_MOST_REWRITINGS = 60
_MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern = result``, wherever the pattern stands in a word; ``about`` is the matrix whose summand it takes."""

    pattern: Word
    result: Polynomial
    about: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to multiply by from either side, and which summands are taken away."""

    before: Word
    after: Word
    rules: tuple[Rule, ...]

    @property
    def letters(self) -> Word:
        """The matrices to multiply by."""
        return (*self.before, *self.after)

    def around(self, side: Polynomial) -> Polynomial:
        """A side, multiplied."""
        return tuple((s, (*self.before, *w, *self.after)) for s, w in side)


@dataclass(slots=True)
class Inverses:
    """Tells identities over a program's lines; ``definitions`` are the lines that are polynomials in matrices."""

    extended: Extended
    names: BoundNames
    shapes: Mapping[str, Shape] = field(init=False)
    definitions: dict[str, Polynomial] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shapes = self.extended.shapes()
        for let in self.extended.lets.values():
            if len(let.indices) == 2 and not let.name.startswith("equal."):
                try:
                    self.definitions[let.name] = read(let.body, let.indices, self.shapes)
                except NoWord:
                    continue

    def told(self, where: Indices, left: Term, right: Term) -> list[Block]:
        """The telling, every step of which is shown to hold; empty where none was found."""
        free = [name for name, _ in where]
        if len(free) not in (1, 2) or alike(left, right):
            return []
        try:
            sides = tuple(read(side, free, self.shapes) for side in (left, right))
        except NoWord:
            return []
        plain = self._plain_lines(sides)
        opened = tuple(self._expanded(side, plain) for side in sides)
        if not any(letter.inverse for side in opened for _, word in side for letter in word):
            return []
        for plan in islice(self._plans(opened), _MOST_TRIED):
            found = self._telling(where, (left, right), opened, plan)
            if found:
                return found
        return []

    # -------------------------------------------------------------------------------- what to try

    def _plans(self, sides: tuple[Polynomial, ...]) -> Iterator[Plan]:
        """Matrices to multiply by from either side, and rules; the shorter first."""
        words = [word for side in sides for _, word in side if word]
        first = dict.fromkeys(word[0].inverted() for word in words if word[0].inverse)
        last = dict.fromkeys(word[-1].inverted() for word in words if word[-1].inverse)
        around: list[tuple[Word, Word]] = [((), ()), *(((m,), ()) for m in first), *(((), (m,)) for m in last)]
        around += [((m,), (k,)) for m in first for k in last]
        inverted = {letter.tensor for word in words for letter in word if letter.inverse}
        inverted |= {x.tensor for m in inverted for _, w in self.definitions.get(m, ()) for x in w if x.inverse}
        choices = [list(self._rules(m)) for m in sorted(inverted) if m in self.definitions]
        for before, after in around:
            for chosen in product(*choices):
                yield Plan(before, after, tuple(rule for rules in chosen for rule in rules))

    def _rules(self, name: str) -> Iterator[list[Rule]]:
        """For each summand of a matrix the rules that take it away beside the inverse."""
        body, inverse = self.definitions[name], Letter(name, inverse=True)
        order = sorted(range(len(body)), key=lambda k: -len(body[k][1]))
        for k in order:
            scalar, word = body[k]
            rest = [(mul(MINUS_ONE, divide(s, scalar)), w) for j, (s, w) in enumerate(body) if j != k]
            if not word:
                continue
            unit = (divide(ONE_TERM, scalar), ())
            ahead = Rule((*word, inverse), (unit, *((s, (*w, inverse)) for s, w in rest)), name)
            behind = Rule((inverse, *word), (unit, *((s, (inverse, *w)) for s, w in rest)), name)
            flipped = [
                Rule(transposed(r.pattern), tuple((s, transposed(w)) for s, w in r.result), name)
                for r in (ahead, behind)
            ]
            yield [ahead, behind, *flipped]

    # -------------------------------------------------------------------------------- rewriting

    def _expanded(self, side: Polynomial, letters: Word) -> Polynomial:
        """Definitions put in for these letters, where they do not cancel as they stand."""
        done, waiting = list[tuple[Term, Word]](), list(side)
        while waiting:
            scalar, word = waiting.pop(0)
            at = next((k for k, x in enumerate(word) if x in letters and x.tensor in self.definitions), None)
            if at is None or _cancelled(word) != word:
                done.append((scalar, word))
                continue
            body = self.definitions[word[at].tensor]
            pieces = [(s, transposed(w) if word[at].transposed else w) for s, w in body]
            waiting = [*((mul(scalar, s), (*word[:at], *w, *word[at + 1 :])) for s, w in pieces), *waiting]
        return tuple(done)

    def _plain_lines(self, sides: Iterable[Polynomial]) -> Word:
        """The lines that nobody inverts: they are written out."""
        words = [word for body in (*sides, *self.definitions.values()) for _, word in body]
        inverted = {letter.tensor for word in words for letter in word if letter.inverse}
        names = [name for name in self.definitions if name not in inverted]
        return (*map(Letter, names), *(Letter(name, transposed=True) for name in names))

    def _reduced(self, side: Polynomial, rules: Sequence[Rule]) -> tuple[Polynomial, list[Rule]]:
        """The rules used wherever they apply, and which they were. Raises ``NoWord`` where there is no end to it."""
        waiting, done, used = list(side), list[tuple[Term, Word]](), list[Rule]()
        for _ in range(_MOST_REWRITINGS):
            if not waiting:
                return tuple(done), used
            scalar, word = waiting.pop(0)
            scalar, word = self._scalars_out(scalar, _cancelled(word))
            place = next(((r, k) for r in rules for k in _places(r.pattern, word)), None)
            if place is None:
                done.append((scalar, word))
                continue
            rule, k = place
            used += [rule] if rule not in used else []
            tail = word[k + len(rule.pattern) :]
            waiting = [*((mul(scalar, s), (*word[:k], *w, *tail)) for s, w in rule.result), *waiting]
        raise NoWord

    def _scalars_out(self, scalar: Term, word: Word) -> tuple[Term, Word]:
        """``u (vᵀ A u) vᵀ``: what stands from a row to a column inside of a word is a number."""
        for p, row in enumerate(word):
            if p and row.vector and row.transposed:
                q = next((q for q in range(p + 1, len(word)) if word[q].vector and not word[q].transposed), None)
                if q is not None and q + 1 < len(word):
                    inner = self.names.term(written(((ONE_TERM, word[p : q + 1]),), (), self.shapes))
                    return self._scalars_out(mul(scalar, inner), (*word[:p], *word[q + 1 :]))
        return scalar, word

    def _collected(self, side: Polynomial) -> Polynomial:
        """Like words together; those whose coefficients cancel are gone."""
        found: dict[Word, list[Term]] = {}
        for scalar, word in side:
            found.setdefault(word, []).append(scalar)
        sums = [(_total(scalars), word) for word, scalars in found.items()]
        return tuple((s, w) for s, w in sums if s != ZERO_TERM and not self.extended.same((), s, ZERO_TERM))

    # -------------------------------------------------------------------------------- the telling

    def _telling(
        self, where: Indices, terms: tuple[Term, Term], sides: tuple[Polynomial, ...], plan: Plan
    ) -> list[Block]:
        if len(where) == 1 and plan.after:
            return []
        try:
            ends = [self._end(side, plan) for side in sides]
        except NoWord:
            return []
        difference = (*ends[0], *((mul(MINUS_ONE, s), w) for s, w in ends[1]))
        if len(difference) > _MOST_WORDS or self._collected(difference):
            return []
        goal = min(ends, key=len)
        chains = [self._chain(where, term, side, plan, goal) for term, side in zip(terms, sides, strict=True)]
        if plan.letters:
            first: Text = ("Multiply both sides ", *self._multipliers(plan), ".")
            last: Text = ("Both are the same", *self._invertible(plan), ": hence")
            again = " and ".join(_name(letter.inverted()) for letter in plan.letters)
            conclusion = Chain(where, terms[0], (Step(terms[1], (f"multiply by {again}",)),))
            blocks: list[Block] = [Paragraph(first), *(c for c in chains if c.steps), Paragraph(last), conclusion]
        else:
            blocks = self._one_after_the_other(where, terms, chains)
        return blocks if self._holds(blocks) else []

    def _one_after_the_other(self, where: Indices, terms: tuple[Term, Term], chains: Sequence[Chain]) -> list[Block]:
        """One chain where the other side needs no step; else both, and what follows."""
        for chain, other in ((chains[0], terms[1]), (chains[1], terms[0])):
            if chain.steps and alike(chain.steps[-1].expression, other):
                return [replace(chain, steps=(*chain.steps[:-1], replace(chain.steps[-1], expression=other)))]
        hence = Chain(where, terms[0], (Step(terms[1], ("by what stands above",)),))
        return [*(c for c in chains if c.steps), Paragraph(("Both are the same: hence",)), hence]

    def _end(self, side: Polynomial, plan: Plan) -> Polynomial:
        reduced, _ = self._reduced(self._expanded(plan.around(side), plan.letters), plan.rules)
        return self._collected(reduced)

    def _chain(self, where: Indices, term: Term, side: Polynomial, plan: Plan, goal: Polynomial) -> Chain:
        free = [name for name, _ in where]

        def shown(polynomial: Polynomial) -> Term:
            return self.names.term(written(polynomial, free, self.shapes), free)

        multiplied = plan.around(side)
        start = shown(multiplied) if plan.letters else term
        opened = self._expanded(multiplied, plan.letters)
        plain = tuple((s, _cancelled(w)) for s, w in opened)
        reduced, used = self._reduced(plain, plan.rules)
        pairs = dict.fromkeys(pair for _, w in opened for pair in _pairs(w))
        steps = [
            Step(shown(opened), self._opening(multiplied, opened, plan, start)),
            Step(shown(plain), (f"cancel {', '.join(f'{_name(a)} {_name(b)} = 1' for a, b in pairs)}",)),
            Step(shown(reduced), _as(map(self._equation, used)) if used else ("take numbers out of the sums",)),
            Step(shown(goal), ("collect terms",)),
        ]
        return Chain(where, start, tuple(_without_repetition(start, steps)))

    def _opening(self, multiplied: Polynomial, opened: Polynomial, plan: Plan, start: Term) -> Text:
        """The reason for the first step: what a matrix is made of, lines written out, or neither."""
        put = [x.tensor for x in plan.letters if any(x in w for _, w in multiplied) and opened != multiplied]
        definitions = [let for let in self.extended.lets.values() if let.name in put]
        if definitions:
            return _as(map(self.names.line, definitions))
        lines = self.definitions.keys() - {letter.tensor for _, w in opened for letter in w}
        return ("write out, and distribute" if tensors_in(start) & lines else "distribute",)

    def _equation(self, rule: Rule) -> Equation:
        rows, columns = self.shapes[rule.about]
        first = self.names.choose("i", rows, frozenset())
        second = self.names.choose("j", columns, frozenset({first}))
        left, right = (written(p, (first, second), self.shapes) for p in (((ONE_TERM, rule.pattern),), rule.result))
        return Equation(self.names.term(left), self.names.term(right))

    def _multipliers(self, plan: Plan) -> Iterator[Piece]:
        for k, (letters, side) in enumerate(((plan.before, "left"), (plan.after, "right"))):
            for letter in letters:
                yield " and by " if k and plan.before else "by "
                yield from _matrix(letter)
                yield f" from the {side}"

    def _invertible(self, plan: Plan) -> Iterator[Piece]:
        letters = list(dict.fromkeys(plan.letters))
        for k, letter in enumerate(letters):
            yield " and " if k else ", and "
            yield from _matrix(letter)
        yield " has an inverse" if len(letters) == 1 else " have inverses"

    def _holds(self, blocks: Sequence[Block]) -> bool:
        for block in blocks:
            if isinstance(block, Chain):
                left = block.start
                for step in block.steps:
                    if not self.extended.same(block.indices, left, step.expression):
                        return False
                    left = step.expression
        return True


def _as(equations: Iterable[Equation]) -> Text:
    pieces = [p for equation in equations for p in (", ", equation)]
    return ("as ", *pieces[1:])


def _without_repetition(start: Term, steps: Sequence[Step]) -> Iterator[Step]:
    left = start
    for step in steps:
        if not alike(left, step.expression):
            left = step.expression
            yield step


def _name(letter: Letter) -> str:
    return f"{letter.tensor}{'⁻¹' if letter.inverse else ''}{'ᵀ' if letter.transposed else ''}"


def _matrix(letter: Letter) -> Iterator[Piece]:
    """A matrix in running text, by its name."""
    yield Entry(letter.tensor, ())
    if letter.transposed:
        yield "ᵀ"


def _pairs(word: Word) -> Iterator[tuple[Letter, Letter]]:
    """The pairs that cancel, in turn."""
    letters: list[Letter] = []
    for letter in word:
        if letters and not letter.vector and letters[-1] == letter.inverted():
            yield letters.pop(), letter
        else:
            letters.append(letter)


def _cancelled(word: Word) -> Word:
    letters: list[Letter] = []
    for letter in word:
        if letters and not letter.vector and letters[-1] == letter.inverted():
            letters.pop()
        else:
            letters.append(letter)
    return tuple(letters)


def _places(pattern: Word, word: Word) -> Iterator[int]:
    for k in range(len(word) - len(pattern) + 1):
        if word[k : k + len(pattern)] == pattern:
            yield k


def _total(scalars: Sequence[Term]) -> Term:
    """Coefficients added up, like ones together."""
    found: dict[Term, Fraction] = {}
    for scalar in map(polished, scalars):
        factors = scalar.factors if isinstance(scalar, Mul) else (scalar,)
        rest = mul(*(f for f in factors if not isinstance(f, Number)))
        value = prod((f.value for f in factors if isinstance(f, Number)), start=Fraction(1))
        found[rest] = found.get(rest, Fraction(0)) + value
    return add(*(mul(number(value), rest) for rest, value in found.items() if value))
