"""Claims that two expressions are equal, and claims of linearity."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from symadj.calculus.rewriting import Names, freshen
from symadj.calculus.vocabulary import varying
from symadj.derivation.bound_names import names_of
from symadj.derivation.bridging import Bridge
from symadj.derivation.checking import Extended, at_indices
from symadj.derivation.inverses import Inverses
from symadj.derivation.model import FIRST, SECOND, Block, Chain, Definitions, Equation, Paragraph, Part, Step, Text
from symadj.derivation.terms import entry, renamed
from symadj.formulas.mapping import mapped
from symadj.terms.index import Index, var
from symadj.terms.nodes import ZERO_TERM, Entry, Term, add, mul, tensors_in, walk
from symadj.terms.statement import Assumption, EqualClaim, Let, LinearClaim, Statement, Tensor


def _taken(statement: Statement) -> set[str]:
    taken = {*statement.sizes, *statement.integers, *statement.functions}
    return taken | {t.name for t in statement.inputs} | {let.name for let in (*statement.forward, *statement.backward)}


def equal_parts(
    statement: Statement, claims: Sequence[EqualClaim], granted: Sequence[Assumption]
) -> tuple[Extended, list[Part]]:
    """Both sides brought to each other, for each claim."""
    extended = Extended(statement, statement.inputs, tuple(granted))
    extended.define(*statement.forward)
    sides = {name for claim in claims for name in (claim.left, claim.right)}
    lets = {let.name: let for let in statement.forward}
    reached = _reached(lets, sides)
    named = [let for let in statement.forward if let.name not in sides and let.name in reached]
    bridge = Bridge(extended, [let.name for let in named], names_of(statement))
    inverses = Inverses(extended, bridge.names)
    blocks: list[Block] = []
    if named:
        rows: list[tuple[Equation, Text]] = [(bridge.names.line(d), ()) for d in named]
        blocks.append(Definitions(tuple(rows), restated=True))
    for claim in claims:
        left, right = lets[claim.left], lets[claim.right]
        where = at_indices(left.indices, left.shape)
        values = {old: var(new) for old, new in zip(right.indices, left.indices, strict=True)}
        start = bridge.names.renamed(left.body, left.indices)
        target = bridge.names.renamed(freshen(right.body, values, Names()), left.indices)
        steps = bridge.steps(where, start, target) or [Step(target, ("both sides are written out alike",))]
        blocks += inverses.told(where, start, target) or [Chain(where, start, tuple(steps))]
    return extended, [Part(("Both sides" if len(claims) == 1 else "The sides, one after the other",), tuple(blocks))]


def _reached(lets: Mapping[str, Let], names: Collection[str]) -> set[str]:
    """The lines that these read, in turn."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        found |= waiting
        waiting = set().union(*(tensors_in(lets[name].body) for name in waiting)) & lets.keys() - found
    return found


def linear_parts(
    statement: Statement, claims: Sequence[LinearClaim], granted: Sequence[Assumption]
) -> Iterator[tuple[Extended, list[Part]]]:
    """For each claim: every line at a·x′ + b·x″ is that combination of the line's values."""
    for claim in claims:
        yield _linear(statement, claim, granted)


def _linear(statement: Statement, claim: LinearClaim, granted: Sequence[Assumption]) -> tuple[Extended, list[Part]]:
    forward = [let for let in statement.forward if not let.name.startswith("equal.")]
    shape = statement.shape(claim.input)
    moving = varying(forward, {claim.input: shape})
    a, b = (f"scalar.{_free_letter(statement, letters)}" for letters in ("ac", "bd"))
    inputs = [t for t in statement.inputs if t.name != claim.input]
    inputs += [Tensor(FIRST + claim.input, shape), Tensor(SECOND + claim.input, shape), Tensor(a, ()), Tensor(b, ())]
    axes = _axes(statement, forward, claim.input)
    extended = Extended(statement, tuple(inputs), tuple(granted))

    def combined(name: str, subscripts: tuple[Index, ...]) -> Term:
        first, second = Entry(FIRST + name, subscripts), Entry(SECOND + name, subscripts)
        return add(mul(Entry(a, ()), first), mul(Entry(b, ()), second))

    point = Let(claim.input, axes, shape, combined(claim.input, tuple(map(var, axes))))
    extended.define(point)
    told = {*moving, *statement.outputs}
    lines = [let for let in forward if let.name in told and let.name != claim.input]
    for prefix in (FIRST, SECOND):
        names = {name: prefix + name for name in told}
        for let in lines:
            extended.define(Let(prefix + let.name, let.indices, let.shape, renamed(let.body, names)))
    for let in forward:
        extended.define(let)
    blocks: list[Block] = [
        Paragraph(("Let ", Equation(entry(claim.input, axes), point.body), ", the other inputs held fixed.")),
    ]
    for let in lines:
        put = _combinations(let.body, told, combined)
        parts = [renamed(let.body, {name: prefix + name for name in told}) for prefix in (FIRST, SECOND)]
        split = add(mul(Entry(a, ()), parts[0]), mul(Entry(b, ()), parts[1]))
        end = combined(let.name, tuple(map(var, let.indices)))
        steps = [
            Step(let.body, ("definition",)),
            Step(put, ("the point" if tensors_in(let.body) & {claim.input} else "the lines before",)),
            Step(put if put == ZERO_TERM else split, ("distribute, and take the scalars out",)),
            Step(end, ("definition",) if let.name in moving else ("which are 0 too, as the line does not move",)),
        ]
        before = [entry(let.name, let.indices), *(step.expression for step in steps)]
        kept = [step for step, left in zip(steps, before, strict=False) if step.expression != left]
        blocks.append(Chain(at_indices(let.indices, let.shape), entry(let.name, let.indices), tuple(kept)))
    return extended, [Part((f"Linearity in {claim.input}",), tuple(blocks))]


def _axes(statement: Statement, forward: Sequence[Let], name: str) -> tuple[str, ...]:
    """Index names for a tensor: those of the first line that reads it plainly."""
    count = len(statement.shape(name))
    for let in forward:
        for part in walk(let.body):
            if isinstance(part, Entry) and part.tensor == name:
                found = [s.variable for s in part.subscripts]
                names = tuple(n for n in found if n is not None)
                if len(set(names)) == count:
                    return names
    taken = _taken(statement)
    free = [name for name in (*"ijklpqrstuvw", *(f"i{k}" for k in range(count + len(taken)))) if name not in taken]
    return tuple(free[:count])


def _combinations(body: Term, moving: Collection[str], combined: Callable[[str, tuple[Index, ...]], Term]) -> Term:
    def leaf(part: Term) -> Term | None:
        if isinstance(part, Entry) and part.tensor in moving:
            return combined(part.tensor, part.subscripts)
        return None

    return mapped(body, leaf)


def _free_letter(statement: Statement, letters: str) -> str:
    taken = _taken(statement)
    return next(
        (letter for letter in (*letters, "α", "β", *(f"{letters[0]}{k}" for k in range(99))) if letter not in taken),
        letters[0],
    )
