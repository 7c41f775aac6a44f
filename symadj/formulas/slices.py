"""Entries along an axis as numpy's slices, rolls and running sums.

- ``x[n-1-i]`` is ``x[::-1]``; ``x[i+2]`` is ``x[2:n+2]``; ``x[2*i+1]`` is ``x[1::2]``
- ``x[i+1] if i + 1 < n else x[i+1-n]``, ``x[(i+1)%n]`` and a choice between the two are ``roll(x, -1)``
- ``sum(x[i] for i in range(j+1))`` is ``cumsum(x)``, ``sum(x[i] for i in range(j, n))`` the same from the end
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from symadj.calculus.conditions import flattened
from symadj.calculus.rewriting import free_variables, substitute
from symadj.terms.index import ZERO, Index, Mod, Var, split_multiple, var
from symadj.terms.nodes import ZERO_TERM, Add, Condition, Entry, IndexCondition, Not, Select, Sum, Term
from symadj.terms.statement import Shape

Axes = Mapping[str, Index]


def sliced(subscript: Index, length: Index, axes: Axes) -> tuple[str, str] | None:
    """The index of a subscript that goes along an axis of this length, and the slice; ``None`` where there is none.

    Starts and ends must be sums of sizes, or numbers: of others it is not known whether numpy would count from the end.
    """
    if subscript.variable is not None and axes.get(subscript.variable) == length:
        return subscript.variable, ":"
    found = [(m[0], c) for m, c in subscript.terms if len(m) == 1 and isinstance(m[0], Var)]
    if len(found) != 1 or len(subscript.variables()) != 1:
        return None
    (atom, step) = found[0]
    start = subscript - var(atom.name) * step
    end = axes.get(atom.name)
    if end is None or step == 0 or start.variables():
        return None
    if step == -1:
        return (atom.name, "::-1") if end == length and start == length - 1 else None
    left = (length - start - (end - 1) * step - 1).value
    if step < 1 or any(c < 0 for _, c in start.terms):
        return None
    first = f"{start if start.terms else ''}".replace(" ", "")
    if left is None:
        last = start + end
        if step > 1 or any(c < 0 for _, c in last.terms):
            return None
        return atom.name, f"{first}:{last}".replace(" ", "")
    if left < 0:
        return None
    stop = "" if left < step else f"-{left - step + 1}"
    return atom.name, f"{first}:{stop}" + (f":{step}" if step > 1 else "")


@dataclass(frozen=True, slots=True)
class Roll:
    """``entry[(index - shift) % n]``, for an entry that has the index ``index`` alone along one axis."""

    entry: Entry
    index: str
    shift: Index


def rolled(term: Term, axes: Axes, shapes: Callable[[str], Shape | None]) -> Roll | None:
    """The term as an array rolled along one axis, or ``None``."""
    if isinstance(term, Entry):
        return _wrapped(term, axes, shapes(term.tensor))
    if isinstance(term, Add):
        return _added(term.terms, axes, shapes)
    if isinstance(term, Select) and isinstance(term.then, Entry):
        roll = rolled(term.otherwise, axes, shapes)
        if roll is not None:
            return _agrees(term.then, roll, axes)
        if isinstance(term.otherwise, Entry):
            return _chosen(term.condition, term.then, term.otherwise, axes, shapes(term.then.tensor))
    return None


def _added(terms: Sequence[Term], axes: Axes, shapes: Callable[[str], Shape | None]) -> Roll | None:
    """``x[i+1] + x[i+1-n]``, each where it is inside its axis, for as many turns as an axis of length 1 needs."""
    entries: list[Entry] = []
    for term in terms:
        entry = term.then if isinstance(term, Select) and term.otherwise == ZERO_TERM else term
        guards = flattened(term.condition) if isinstance(term, Select) else ()
        if not isinstance(entry, Entry) or not set(guards) <= set(_inside(entry, shapes(entry.tensor))):
            return None
        entries.append(entry)
    first = entries[0]
    if any(e.tensor != first.tensor for e in entries):
        return None
    for place, length in enumerate(shapes(first.tensor) or ()):
        others = [e.subscripts[:place] + e.subscripts[place + 1 :] for e in entries]
        subscripts = [e.subscripts[place] for e in entries]
        shift = dict(subscripts[0].terms).get((), 0)
        turns = {split_multiple(s - subscripts[0], length)[0].value for s in subscripts}
        apart = any(split_multiple(s - subscripts[0], length)[1].terms for s in subscripts)
        start = split_multiple(subscripts[0], length)[0].value
        if apart or start is None or None in turns or length.value is not None or len(set(others)) > 1:
            continue
        if (subscripts[0] - length * start - shift).variable is None:
            continue
        wanted = set(range(-shift, 1)) if shift >= 0 else set(range(-shift + 1))
        if {t + start for t in turns if t is not None} == wanted:
            return _roll(first, place, subscripts[0], length, axes)
    return None


def _inside(entry: Entry, shape: Shape | None) -> list[Condition]:
    pairs = zip(entry.subscripts, shape or (), strict=False)
    return [IndexCondition(">=", side) for s, n in pairs for side in (s, n - 1 - s)]


def _agrees(entry: Entry, roll: Roll, axes: Axes) -> Roll | None:
    """The roll, if the entry is one of it wherever it is inside."""
    if entry.tensor != roll.entry.tensor:
        return None
    for one, other in zip(entry.subscripts, roll.entry.subscripts, strict=True):
        apart = other - one - (roll.shift if other == var(roll.index) else ZERO)
        if split_multiple(apart, axes[roll.index])[1].terms if other == var(roll.index) else apart.terms:
            return None
    return roll


def _wrapped(entry: Entry, axes: Axes, shape: Shape | None) -> Roll | None:
    for place, (subscript, length) in enumerate(zip(entry.subscripts, shape or (), strict=False)):
        match subscript.terms:
            case ((((Mod(numerator, divisor),), 1)),) if divisor == length:
                return _roll(entry, place, numerator, length, axes)
    return None


def _chosen(condition: Condition, then: Entry, otherwise: Entry, axes: Axes, shape: Shape | None) -> Roll | None:
    """One of two entries a whole axis apart, each where it is inside."""
    pairs = enumerate(zip(then.subscripts, otherwise.subscripts, strict=False))
    apart = [place for place, (left, right) in pairs if left != right]
    if then.tensor != otherwise.tensor or len(apart) != 1 or shape is None:
        return None
    place = apart[0]
    one, other, length = then.subscripts[place], otherwise.subscripts[place], shape[place]
    if one - other == length:
        inside = IndexCondition(">=", length - 1 - one)
    elif other - one == length:
        inside = IndexCondition(">=", one)
    else:
        return None
    if condition != inside and condition != Not(_negated(inside)):
        return None
    return _roll(then, place, one, length, axes)


def _negated(condition: IndexCondition) -> IndexCondition:
    return IndexCondition(">=", condition.index * -1 - 1)


def _roll(entry: Entry, place: int, subscript: Index, length: Index, axes: Axes) -> Roll | None:
    names = subscript.variables()
    if len(names) != 1:
        return None
    (name,) = names
    shift = split_multiple(var(name) - subscript, length)[1]
    if shift.variables() or axes.get(name) != length:
        return None
    subscripts = (*entry.subscripts[:place], var(name), *entry.subscripts[place + 1 :])
    return Roll(Entry(entry.tensor, subscripts), name, shift)


@dataclass(frozen=True, slots=True)
class Running:
    """The running sum of ``term`` along ``index``, from its end where ``backwards``."""

    term: Term
    index: str
    backwards: bool


def running(term: Sum, axes: Axes) -> Running | None:
    """A sum up to an index, or from it on, as a running sum; ``None`` where it is none."""
    binder = term.binder
    if binder.condition is not None:
        return None
    for name, length in axes.items():
        forwards = binder.lower == ZERO and binder.upper == var(name) + 1
        backwards = binder.lower == var(name) and binder.upper == length
        if (forwards or backwards) and name not in free_variables(term.body):
            return Running(substitute(term.body, {binder.index: var(name)}), name, backwards)
    return None
