"""Values that the forward program has already computed, called by their names.

- ``exp(x[i])/sum(exp(x[j]) for j …)`` is ``y[i]`` where forward has that line; a power of it is a power of ``y[i]``
- ``exp(a)/b`` is ``exp(a - y)`` for ``y = log(b)``, ``exp(a + c - y)`` for ``y = log(b) + c``, and ``exp(y)`` for
  ``y = a - log(b)``
- ``z > 0`` is ``y > 0`` for ``y = maximum(z, 0)``
- ``exp(a)/(1 + exp(a))`` is ``sigmoid(a)``
- ``e*y`` is ``1 - y`` for ``y = 1/(1 + e)``
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import permutations

from symadj.calculus.rewriting import Names, free_variables, substitute
from symadj.formulas.choices import balanced
from symadj.formulas.keys import key
from symadj.formulas.matching import Binding, unify
from symadj.formulas.monomials import Monomial, flat
from symadj.terms.index import ONE, ZERO, Index, var
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Add,
    Binder,
    Call,
    Entry,
    IndexValue,
    Indicator,
    Mul,
    Number,
    Term,
    ValueCondition,
    add,
    mul,
    negate,
    walk,
)
from symadj.terms.statement import Let, Shape

Axes = Mapping[str, Index]
_MOST_ROUNDS = 24
_MOST_SUMS = 3


@dataclass(frozen=True, slots=True)
class Pattern:
    """``monomial`` is ``replacement``, for all values of ``indices`` in the ranges of ``shape``."""

    indices: tuple[str, ...]
    shape: Shape
    monomial: Monomial
    replacement: Term
    into_exp: bool = False  # the replacement is subtracted from the argument of an exponential beside it
    reads: frozenset[str] = field(init=False, compare=False, repr=False)  # the tensors that it asks for

    def __post_init__(self) -> None:
        atoms = [atom for atom, _ in self.monomial.atoms.values()]
        object.__setattr__(self, "reads", frozenset(_tensors(atoms)))

    @property
    def wild(self) -> frozenset[str]:
        """The indices that a match chooses."""
        return frozenset(self.indices)


def _tensors(terms: Iterable[Term]) -> set[str]:
    return {t.tensor for term in terms for t in walk(term) if isinstance(t, Entry)}


def within_reach(known: Iterable[Pattern], term: Term) -> list[Pattern]:
    """Those of the patterns, in their order, that can be met in the term when it is simplified."""
    tensors = _tensors([term])
    kept: list[Pattern] = []
    for pattern in known:
        if pattern.reads <= tensors:
            kept.append(pattern)
            tensors |= _tensors([pattern.replacement])
    return kept


def patterns(let: Let, body: Term, names: Names) -> Iterator[Pattern]:
    """What can be said by the name of a line, whose right side is ``body`` when simplified."""
    if isinstance(body, Entry | Number | IndexValue):
        return
    name = Entry(let.name, tuple(ZERO if n == ONE else var(i) for i, n in zip(let.indices, let.shape, strict=True)))
    along = [(i, n) for i, n in zip(let.indices, let.shape, strict=True) if n != ONE]
    let = replace(let, indices=tuple(i for i, _ in along), shape=tuple(n for _, n in along))
    whole = flat(body, names)
    if not free_variables(body) >= set(let.indices):
        return
    if whole.atoms and whole.coefficient:
        yield Pattern(let.indices, let.shape, whole, name)
    yield from _of_logarithm(let, body, name)
    yield from _of_logistic(let, whole, name)
    yield from _of_extremum(let, body, name)


def _of_logarithm(let: Let, body: Term, name: Entry) -> Iterator[Pattern]:
    if isinstance(body, Call) and body.function == "log":
        monomial = Monomial()
        monomial.times(body.arguments[0], Fraction(-1))
        yield Pattern(let.indices, let.shape, monomial, name, into_exp=True)
    terms = body.terms if isinstance(body, Add) else ()
    for term in terms:
        if isinstance(term, Call) and term.function == "log":
            rest = [t for t in terms if t is not term]
            less = Add((name, *(negate(t) for t in rest)))
            monomial = Monomial()
            monomial.times(term.arguments[0], Fraction(-1))
            yield Pattern(let.indices, let.shape, monomial, less, into_exp=True)
        if isinstance(term, Mul) and len(term.factors) == 2 and term.factors[0] == MINUS_ONE:
            logarithm = term.factors[1]
            if isinstance(logarithm, Call) and logarithm.function == "log":
                rest = [t for t in terms if t is not term]
                top = Call("exp", (rest[0] if len(rest) == 1 else Add(tuple(rest)),))
                monomial = Monomial()
                monomial.times(top)
                monomial.times(logarithm.arguments[0], Fraction(-1))
                yield Pattern(let.indices, let.shape, monomial, Call("exp", (name,)))


def _of_logistic(let: Let, whole: Monomial, name: Entry) -> Iterator[Pattern]:
    if whole.binders or whole.coefficient != 1 or len(whole.atoms) != 1:
        return
    ((base, exponent),) = whole.atoms.values()
    if exponent == -1 and isinstance(base, Add) and len(base.terms) == 2 and ONE_TERM in base.terms:
        other = next(t for t in base.terms if t != ONE_TERM)
        monomial = Monomial()
        monomial.times(name)
        monomial.times(other)
        yield Pattern(let.indices, let.shape, monomial, Add((ONE_TERM, Mul((MINUS_ONE, name)))))


def _of_extremum(let: Let, body: Term, name: Entry) -> Iterator[Pattern]:
    """``z > 0`` is ``y > 0`` for ``y = maximum(z, 0)``, and ``z < 0`` for a minimum."""
    if not isinstance(body, Call) or body.function not in ("maximum", "minimum", "relu"):
        return
    pair = (*body.arguments, ZERO_TERM)[:2]
    for mine, other in (pair, pair[::-1]):
        if free_variables(mine) >= set(let.indices) and not _is_plain(mine):
            monomial = Monomial()
            sides = [(mine, other), (name, other)]
            if body.function != "minimum":
                sides = [side[::-1] for side in sides]
            monomial.times(Indicator(balanced(ValueCondition("<", *sides[0]))))
            yield Pattern(let.indices, let.shape, monomial, Indicator(ValueCondition("<", *sides[1])))


def _is_plain(term: Term) -> bool:
    """Whether it is a number, or an entry that the reader has a name for."""
    return isinstance(term, Number) or (isinstance(term, Entry) and "." not in term.tensor)


def reused(monomial: Monomial, known: list[Pattern], axes: Axes) -> Monomial:
    """The monomial with every match of a pattern replaced; the last patterns come first."""
    for _ in range(_MOST_ROUNDS):
        for pattern in reversed(known):
            found = _replaced(monomial, pattern, axes)
            if found is not None:
                monomial = found
                break
        else:
            return monomial
    return monomial


def with_sigmoids(monomial: Monomial) -> Monomial:
    """``exp(a)/(1 + exp(a))`` as ``sigmoid(a)``."""
    for atom, exponent in monomial.atoms.values():
        if exponent > -1 or not isinstance(atom, Add) or len(atom.terms) != 2 or ONE_TERM not in atom.terms:
            continue
        other = atom.terms[1] if atom.terms[0] == ONE_TERM else atom.terms[0]
        if not isinstance(other, Call) or other.function != "exp":
            continue
        times = Fraction(int(min(-exponent, monomial.atoms.get(key(other), (other, Fraction(0)))[1])))
        if times >= 1:
            result = monomial.copy()
            result.times(atom, times)
            result.times(other, -times)
            result.times(Call("sigmoid", other.arguments), times)
            return result
    return monomial


def _replaced(target: Monomial, pattern: Pattern, axes: Axes) -> Monomial | None:
    if pattern.monomial.binders:
        return _replaced_sum(target, pattern, axes)
    wanted = list(pattern.monomial.atoms.values())
    if len(wanted) == 1:
        return _replaced_power(target, pattern, axes)
    for binding, rest in _consumed(wanted, target, {}, pattern.wild):
        if _fits(pattern, binding, axes):
            rest.coefficient /= pattern.monomial.coefficient
            rest.times(_named(pattern, binding))
            return rest
    return None


def _replaced_power(target: Monomial, pattern: Pattern, axes: Axes) -> Monomial | None:
    """One atom's power, and with it every whole power of that power."""
    ((base, exponent),) = pattern.monomial.atoms.values()
    for text, (atom, power) in target.atoms.items():
        if not _may_be(base, atom):
            continue
        ratio = power / exponent
        if pattern.into_exp:
            found = _into_exp(target, text, pattern, axes) if ratio == 1 else None
            if found is not None:
                return found
            continue
        if ratio.denominator != 1 or (isinstance(base, Entry) and ratio != 1):
            continue
        for binding in unify(base, atom, {}, pattern.wild):
            if _fits(pattern, binding, axes):
                result = target.copy()
                del result.atoms[text]
                result.coefficient /= pattern.monomial.coefficient**ratio.numerator
                result.times(_named(pattern, binding), ratio)
                return result
    return None


def _may_be(pattern: Term, target: Term) -> bool:
    """Whether two terms begin alike: a glance before they are unified."""
    if isinstance(pattern, Entry):
        return isinstance(target, Entry) and target.tensor == pattern.tensor
    if isinstance(pattern, Call):
        return isinstance(target, Call) and target.function == pattern.function
    return type(target) is type(pattern)


def _into_exp(target: Monomial, text: str, pattern: Pattern, axes: Axes) -> Monomial | None:
    """``exp(a)/b`` is ``exp(a - y)`` for ``y = log(b)``."""
    ((base, _),) = pattern.monomial.atoms.values()
    for binding in unify(base, target.atoms[text][0], {}, pattern.wild):
        for other, (atom, power) in target.atoms.items():
            if power == 1 and isinstance(atom, Call) and atom.function == "exp" and _fits(pattern, binding, axes):
                result = target.copy()
                del result.atoms[text], result.atoms[other]
                less = _terms(_named(pattern, binding))
                result.times(Call("exp", (_cancelled([*_terms(atom.arguments[0]), *map(_opposite, less)]),)))
                return result
    return None


def _terms(term: Term) -> tuple[Term, ...]:
    return term.terms if isinstance(term, Add) else (term,)


def _cancelled(terms: list[Term]) -> Term:
    """The sum of the terms without pairs that cancel."""
    left: list[Term] = []
    for term in terms:
        opposite = next((t for t in left if key(t) == key(_opposite(term))), None)
        if opposite is None:
            left.append(term)
        else:
            left.remove(opposite)
    return add(*left)


def _opposite(term: Term) -> Term:
    """``-term``, without two signs."""
    if isinstance(term, Mul) and term.factors[0] == MINUS_ONE:
        return mul(*term.factors[1:])
    return negate(term)


def _consumed(
    wanted: list[tuple[Term, Fraction]], target: Monomial, found: Binding, wild: frozenset[str]
) -> Iterator[tuple[Binding, Monomial]]:
    """The ways to find all of ``wanted`` among the atoms, and what is left of the product."""
    if not wanted:
        yield found, target.copy()
        return
    base, exponent = wanted[0]
    for atom, power in list(target.atoms.values()):
        if not _may_be(base, atom) or power / exponent < 1:
            continue
        for binding in unify(base, atom, found, wild):
            rest = target.copy()
            rest.times(atom, -exponent)
            yield from _consumed(wanted[1:], rest, binding, wild)


def _replaced_sum(target: Monomial, pattern: Pattern, axes: Axes) -> Monomial | None:
    """Sums of the target whose product is that of the pattern's.

    Sizes that the pattern has besides, and what divides it, change sides.
    """
    mine = pattern.monomial.binders
    if len(mine) > min(len(target.binders), _MOST_SUMS) or any(b.condition is not None for b in mine):
        return None
    names = pattern.monomial.bound
    depend = [p for p in pattern.monomial.atoms.values() if names & free_variables(p[0])]
    rest = [p for p in pattern.monomial.atoms.values() if p not in depend]
    if not all(isinstance(t, IndexValue) or e < 0 for t, e in rest):
        return None
    for binders in permutations(target.binders, len(mine)):
        theirs = frozenset(b.index for b in binders)
        parts = [p for p in target.atoms.values() if theirs & free_variables(p[0])]
        outside = tuple(b for b in target.binders if b not in binders)
        if any(b.condition is not None for b in binders) or len(parts) != len(depend):
            continue
        if any(_spoken_of(name, outside) for name in theirs):
            continue
        start = {b.index: c.index for b, c in zip(mine, binders, strict=True)}
        for binding in _paired(depend, parts, start, pattern.wild | names):
            values = {n: var(o) for n, o in binding.items()}
            pairs = [(e.substitute(values), f) for b, c in zip(mine, binders, strict=True)
                     for e, f in ((b.lower, c.lower), (b.upper, c.upper))]  # fmt: skip
            if all(e == f for e, f in pairs) and _fits(pattern, binding, axes):
                return _without(target, outside, parts, rest, pattern, binding)
    return None


def _spoken_of(name: str, binders: tuple[Binder, ...]) -> bool:
    return any(name in b.lower.variables() | b.upper.variables() for b in binders)


def _paired(
    wanted: list[tuple[Term, Fraction]], parts: list[tuple[Term, Fraction]], found: Binding, wild: frozenset[str]
) -> Iterator[Binding]:
    if not wanted:
        yield found
        return
    base, exponent = wanted[0]
    for k, (atom, power) in enumerate(parts):
        if power == exponent:
            for binding in unify(base, atom, found, wild):
                yield from _paired(wanted[1:], parts[:k] + parts[k + 1 :], binding, wild)


def _without(
    target: Monomial,
    outside: tuple[Binder, ...],
    parts: list[tuple[Term, Fraction]],
    rest: list[tuple[Term, Fraction]],
    pattern: Pattern,
    binding: Binding,
) -> Monomial:
    result = target.copy()
    result.binders = outside
    for atom, _ in parts:
        del result.atoms[key(atom)]
    result.coefficient /= pattern.monomial.coefficient
    names = {n: var(o) for n, o in binding.items()}
    for atom, exponent in rest:
        result.times(substitute(atom, names), -exponent)
    result.times(_named(pattern, binding))
    return result


def _fits(pattern: Pattern, binding: Binding, axes: Axes) -> bool:
    """Every index of the line is bound to one that runs over the same range."""
    return all(
        name in binding and axes.get(binding[name]) == length
        for name, length in zip(pattern.indices, pattern.shape, strict=True)
    )


def _named(pattern: Pattern, binding: Binding) -> Term:
    return substitute(pattern.replacement, {n: var(binding[n]) for n in pattern.indices})
