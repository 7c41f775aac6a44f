"""From a statement to its backward formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symadj.calculus import pullback
from symadj.calculus.rewriting import Tidy
from symadj.calculus.vocabulary import vocabulary
from symadj.domains.checking import size_context
from symadj.errors import BudgetExceeded, Unsupported
from symadj.formulas.checking import Checker
from symadj.formulas.formula import Lines
from symadj.formulas.hoisting import hoisted
from symadj.formulas.integers import Integers
from symadj.formulas.mapping import mapped
from symadj.formulas.printing import printed
from symadj.formulas.products import without_sign
from symadj.formulas.program import (
    Setting,
    absorbed,
    forward_patterns,
    inlined,
    renamed,
    without_zeros,
)
from symadj.formulas.sharing import names_for, shared
from symadj.terms.nodes import ZERO_TERM, Determinant, Extremum, Inverse, Term, tensors_in, walk
from symadj.terms.statement import Let, Shape, Statement, used_lines
from symadj.terms.tables import inverse_tables


def derived(statement: Statement, inputs: Sequence[str]) -> Lines:
    """The lines that compute ``d<input>`` for each of the inputs, in the notation's names, and their texts.

    *Guaranteed*: every gradient that is returned is equal, by the decision procedure of ``symadj.normal``, to the
    pullback's; what it does not confirm is replaced by the pullback's own lines, simplified one by one where that is
    confirmed. Texts are read back (``printing``).
    *Tried*: that the lines are those that a person would write, that they cost least, and that they are short.

    Raises ``Unsupported`` where the pullback does.
    """
    given, forward = statement, hoisted([let for let in statement.forward if not let.name.startswith("equal.")])
    statement = replace(statement, forward=forward)
    wanted = {name: statement.shape(name) for name in inputs}
    raw = pullback(forward, statement.outputs, wanted, complex=statement.complex).lets
    targets = frozenset(f"d{name}" for name in inputs)
    names = _Names(statement, forward, raw)
    plain = used_lines(raw, targets)
    checker = Checker(statement, raw)
    setting = names.setting(raw)
    simple = [_zero(setting.line(let), forward, checker) for let in plain]
    lets = without_zeros(simple, setting, targets)
    lets = inlined(lets, setting, targets)
    known = {let.name for let in lets}
    lets = shared(lets, setting, names.shape, names.taken)
    lets = inlined(lets, setting, targets | {let.name for let in lets if let.name not in known})
    lets = [replace(let, body=without_sign(let.body)) for let in absorbed(lets, targets)]
    found = tuple(names.visible(used_lines(checker.confirmed(lets, targets, simple), targets)))
    if not checker.stays_inside(found):
        found = tuple(names.visible(plain))
    return Lines(given, tuple(inputs), found, printed(given, found, checker))


def formulas_for(statement: Statement, inputs: Sequence[str]) -> dict[str, str]:
    """The backward formula of each input in the notation, the lines that it needs one below the other.

    They are derived together: a line that several of them need is the same line in each. Empty where there is none.
    """
    try:
        lines = derived(statement, inputs)
    except (Unsupported, BudgetExceeded):
        return {}
    texts = {let.name: text for let, text in zip(lines.lets, lines.texts, strict=True)}
    needed = {name: used_lines(lines.lets, frozenset((f"d{name}",))) for name in inputs}
    return {name: "\n".join(texts[let.name] for let in lets) for name, lets in needed.items()}


def _zero(let: Let, forward: Sequence[Let], checker: Checker) -> Let:
    """The cotangent of a maximum or minimum that was only subtracted for stability is zero, and not seen to be."""
    line = next((f for f in forward if let.name == f"d{f.name}"), None)
    if line is None or let.body == ZERO_TERM or not any(isinstance(t, Extremum) for t in walk(line.body)):
        return let
    return replace(let, body=ZERO_TERM) if checker.is_zero(let.name) else let


class _Names:
    """The names of one statement, and those for new lines."""

    def __init__(self, statement: Statement, forward: Sequence[Let], raw: Sequence[Let]) -> None:
        self.statement = statement
        self.forward = {let.name: let for let in forward}
        words = vocabulary([*forward, *raw], {t.name: t.shape for t in statement.inputs})
        tensors = {*words.tensors, *(f"d{name}" for name in (*words.tensors, *statement.outputs))}
        tensors |= {let.name for let in raw} | {t.name for t in statement.inputs}
        other = {*statement.sizes, *statement.integers, *statement.functions, "d", "pi", "inv"}
        self.fixed = frozenset({*tensors, *other})
        self.taken = self.fixed | frozenset(words.indices)
        self.indices = words.indices
        self.lines = {let.name: let.shape for let in raw}

    def shape(self, name: str) -> Shape | None:
        """The shape of an input, a line or a cotangent."""
        if name in self.lines:
            return self.lines[name]
        try:
            return self.statement.shape(name)
        except KeyError:
            return None

    def setting(self, raw: Sequence[Let]) -> Setting:
        """What the lines are simplified with."""
        cotangents = frozenset({f"d{o}" for o in self.statement.outputs} | {let.name for let in raw})
        below = {t.name: t.below for t in self.statement.inputs if t.below is not None}
        inverses = inverse_tables(self.statement.assumptions, below)
        integers = Integers(below, frozenset(size_context(self.statement).sizes), inverses=inverses)
        known = forward_patterns(self.forward.values(), raw, integers)
        return Setting(Tidy(self.fixed, self.indices), cotangents, known, integers)

    def visible(self, lets: Sequence[Let]) -> list[Let]:
        """The lines with names that the notation has; the reader's own lines of forward become lines of backward."""
        hidden = self._hidden(lets)
        result = [*hidden, *lets]
        supply = names_for(self.taken | {let.name for let in result})
        names: dict[str, str] = {}
        for let in result:
            if "." in let.name:
                names[let.name] = next(supply)
        return [_in_matrices(let, names) for let in renamed(result, names)]

    def _hidden(self, lets: Sequence[Let]) -> list[Let]:
        needed = {name for let in lets for name in tensors_in(let.body)}
        found: dict[str, Let] = {}
        stack = [n for n in needed if "." in n and n in self.forward]
        while stack:
            name = stack.pop()
            found[name] = self.forward[name]
            inner = tensors_in(found[name].body)
            stack += [n for n in inner if "." in n and n in self.forward and n not in found]
        return [let for name, let in self.forward.items() if name in found]


def _in_matrices(let: Let, names: dict[str, str]) -> Let:
    def replaced(term: Term) -> Term | None:
        if isinstance(term, Inverse | Determinant) and term.tensor in names:
            return replace(term, tensor=names[term.tensor])
        return None

    return replace(let, body=mapped(let.body, replaced), source=None)
