"""The conditions under which each line of a program has a value, and under which it has a derivative.

``differentiability`` walks each line with the ranges and guards that a term stands in:

    b^e            e a negative integer: b != 0;  e no integer: b > 0 (for its value alone b >= 0 where e > 0)
    b^e            e an integer expression: e >= 1 or b != 0 (for its value alone e >= 0 or b != 0);  any other e: b > 0
    log u          u > 0;  log |u|: u != 0            tan u      cos u != 0
    arcsin u       -1 < u < 1, arccos too             abs, sign, relu    u != 0
    maximum(a, b)  a != b, minimum too                max(u[j] for j)    u[j] != u[k] for j != k
    a if l < r else b    l != r, unless a and b are the same term;  (l < r) as a factor: l != r
    inv(A)         det(A) != 0                        det(A)     det(A) != 0, for the derivative is written with inv(A)
    max(u, 0)^e    u != 0 for 0 < e < 1

Powers of kinks that are no kinks, |u|^e and max(u, 0)^e with e > 1, need nothing of u. A term in which nothing varies
needs only what its value needs. Over the complex numbers ``u > 0`` becomes ``imag(u) != 0 or real(u) > 0``, tanh
needs cosh u != 0 and sigmoid 1 + exp(-u) != 0.

What a guard keeps from being evaluated needs no hypothesis: under guards g the condition is ``not g or condition``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symadj.calculus.complexes import is_real, real_tensors
from symadj.calculus.conditions import flattened, negated
from symadj.calculus.requirements import above, distinct, nonnegative, nonzero, off_the_slit, positive
from symadj.calculus.rewriting import Tidy, condition_variables, substitute, substitute_condition
from symadj.calculus.rigidity import Rigidity
from symadj.calculus.rules import collected_squares, merged_power, rectified_root, smooth_kink
from symadj.calculus.ties import Ties
from symadj.calculus.vocabulary import Vocabulary, condition_reads_any, reads_any, vocabulary
from symadj.terms.index import ZERO as ZERO_INDEX
from symadj.terms.index import Index, Size, var
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    add,
    at_most,
    negate,
    nested_extremum,
    same,
)
from symadj.terms.statement import Let


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """``condition`` for every value of ``indices`` in their ranges; ``let`` is the line that needs it, ``reason``
    says why.

    The range of an index starts at 0, and may mention the indices before it.
    """

    indices: tuple[tuple[str, Index], ...]
    condition: Condition
    reason: str
    let: str


def differentiability(
    lets: Sequence[Let], varying: Mapping[str, object], *, complex: bool = False
) -> tuple[Hypothesis, ...]:
    """What has to hold for every line to be differentiable in the tensors ``varying`` (names), and to have a value at
    all.

    The conditions are sufficient; each is needed but in cases like ``0*abs(x)`` or a kink that another one undoes.

    >>> from symadj.terms.index import size
    >>> from symadj.terms.nodes import Entry, divide
    >>> y = Let("y", ("i",), (size("n"),), divide(ONE_TERM, Entry("x", (var("i"),))))
    >>> [h.reason for h in differentiability([y], {"x": None})]
    ['a denominator must not be zero']
    """
    demanding = [let for let in lets if not _is_polynomial(let.body)]
    if not demanding:
        return ()
    words = vocabulary(lets, {})
    real = real_tensors([(let.name, let.body) for let in lets]) if complex else frozenset[str]()
    rigidity = Rigidity({let.name: let for let in lets}, varying)
    ties = Ties(lets, complex=complex)
    found: dict[tuple[str, tuple[tuple[str, Index], ...], Condition], Hypothesis] = {}
    for let in demanding:
        ranges = tuple(Binder(i, ZERO_INDEX, n) for i, n in zip(let.indices, let.shape, strict=True))
        collector = _Collector(let.name, varying, words, complex, real, rigidity, ties)
        for hypothesis in collector.visit(let.body, _Frame(ranges, ())):
            found.setdefault((let.name, hypothesis.indices, hypothesis.condition), hypothesis)
    return tuple(found.values())


def _is_polynomial(term: Term) -> bool:
    """Sums and products of entries and numbers, which have a value and a derivative everywhere."""
    match term:
        case Entry() | Number() | IndexValue() | Constant():
            return True
        case Mul(parts) | Add(parts):
            return all(map(_is_polynomial, parts))
        case Sum(binder, body):
            return binder.condition is None and _is_polynomial(body)
        case _:
            return False


def domain(lets: Sequence[Let], *, complex: bool = False) -> tuple[Hypothesis, ...]:
    """What has to hold for every line of a program to have a value: the table above, for values alone.

    >>> from symadj.terms.nodes import Call, Entry
    >>> domain([Let("y", (), (), Call("relu", (Entry("x", ()),)))])
    ()
    """
    return differentiability(lets, {}, complex=complex)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a term stands: inside which ranges (the line's own first), under which guards.

    ``smooth`` is false inside of a condition: what is compared must be continuous there, kinks do no harm.
    """

    ranges: tuple[Binder, ...]
    guards: tuple[Condition, ...]
    smooth: bool = True

    def entered(self, binder: Binder) -> _Frame:
        plain = replace(binder, condition=None)
        guards = self.guards if binder.condition is None else (*self.guards, *flattened(binder.condition))
        return replace(self, ranges=(*self.ranges, plain), guards=guards)

    def under(self, guard: Condition) -> _Frame:
        return replace(self, guards=(*self.guards, *flattened(guard)))

    def universal(self, conditions: Iterator[Condition]) -> Iterator[tuple[tuple[tuple[str, Index], ...], Condition]]:
        """Each condition, quantified: ranges shifted to start at 0, guards as alternatives, idle indices left out."""
        for condition in conditions:
            parts = condition.parts if isinstance(condition, Some) else (condition,)
            whole = Some((*map(negated, self.guards), *parts)) if self.guards else condition
            shifts = {b.index: var(b.index) + b.lower for b in self.ranges if b.lower.terms}
            ranges = [(b.index, b.upper - b.lower) for b in self.ranges]
            for name, shift in shifts.items():
                whole = substitute_condition(whole, {name: shift})
                ranges = [(i, n.substitute({name: shift}) if i != name else n) for i, n in ranges]
            needed = condition_variables(whole)
            kept: list[tuple[str, Index]] = []
            for name, extent in reversed(ranges):
                if name in needed or not _surely_nonempty(extent):
                    kept.insert(0, (name, extent))
                    needed |= extent.variables()
            yield tuple(kept), whole


def _surely_nonempty(extent: Index) -> bool:
    """A size alone or a positive number. (For an integer parameter that is 0 leaving its index out only asks for
    more.)
    """
    if extent.value is not None:
        return extent.value > 0
    return len(extent.terms) == 1 and extent.terms[0][1] == 1 and all(isinstance(a, Size) for a in extent.terms[0][0])


@dataclass(frozen=True, slots=True)
class _Collector:
    """The walk over one line."""

    let: str
    varying: Mapping[str, object]
    words: Vocabulary
    complex: bool
    real: Collection[str]
    rigidity: Rigidity
    ties: Ties

    def visit(self, term: Term, frame: _Frame) -> Iterator[Hypothesis]:
        """The hypotheses of ``term`` and of everything in it, inside out."""
        match term:
            case Power():
                yield from self._power(term, frame)
            case Call(_, arguments):
                for argument in arguments:
                    yield from self.visit(argument, frame)
                yield from self._call(term, frame)
            case Mul(factors):
                for factor in collected_squares(factors):
                    yield from self.visit(factor, frame)
            case Add(parts) | Apply(_, _, parts):
                for part in parts:
                    yield from self.visit(part, frame)
            case Sum(binder, body) | Product(binder, body):
                yield from self._entering(binder, frame)
                yield from self.visit(body, frame.entered(binder))
            case Extremum():
                yield from self._extremum(term, frame)
            case Indicator(condition):
                yield from self._condition(condition, frame)
            case Select(condition, then, otherwise):
                yield from self._condition(condition, frame, kinks=then != otherwise)
                yield from self.visit(then, frame.under(condition))
                yield from self.visit(otherwise, frame.under(negated(condition)))
            case Inverse(tensor, (*stack, _, _)):
                invertible = distinct(Determinant(tensor, tuple(stack)))
                yield from self._say(invertible, "an inverse needs a nonzero determinant", frame)
            case Determinant() if self._varies(term):
                yield from self._say(
                    distinct(term), "the derivative of a determinant is written with the inverse", frame
                )
            case _:
                return

    def _varies(self, term: Term) -> bool:
        return reads_any(term, self.varying)

    def _is_complex(self, term: Term) -> bool:
        return self.complex and not is_real(term, self.real)

    def _say(self, conditions: Iterator[Condition], reason: str, frame: _Frame) -> Iterator[Hypothesis]:
        for indices, condition in frame.universal(conditions):
            yield Hypothesis(indices, condition, reason, self.let)

    # -------------------------------------------------------------------------------- powers and functions

    def _power(self, term: Power, frame: _Frame) -> Iterator[Hypothesis]:
        varies = self._varies(term)
        kink = smooth_kink(term)
        if kink is not None and varies and not (self._is_complex(kink[1]) and not _at_least_two(term.exponent)):
            yield from self.visit(kink[1], frame)
            return
        rectified = rectified_root(term)
        if rectified is not None and varies and not self._is_complex(rectified):
            yield from self.visit(rectified, frame)
            yield from self._say(nonzero(rectified), "a root of max(u, 0) has a kink where u is 0", frame)
            return
        merged = merged_power(term)
        base, exponent = merged.base, merged.exponent
        yield from self.visit(base, frame)
        yield from self.visit(exponent, frame)
        if isinstance(exponent, IndexValue):
            enough = at_most(ZERO_INDEX + int(varies), exponent.index)
            for condition in nonzero(base):
                yield from self._say(
                    iter([Some((enough, condition))]), "a power that may be negative needs a nonzero base", frame
                )
        elif not isinstance(exponent, Number):
            yield from self._positive(base, "a power with a variable exponent needs a positive base", frame)
        elif merged == term and exponent.value.denominator == 1:
            if exponent.value < 0:
                yield from self._say(nonzero(base), "a denominator must not be zero", frame)
        elif varies:
            yield from self._positive(base, "a root is differentiable where its argument is positive", frame)
        elif exponent.value < 0 or merged != term:
            yield from self._positive(base, "a root in a denominator needs a positive argument", frame)
        elif not self._is_complex(base):
            yield from self._say(nonnegative(base), "a root needs an argument that is not negative", frame)

    def _positive(self, term: Term, reason: str, frame: _Frame) -> Iterator[Hypothesis]:
        if self._is_complex(term):
            yield from self._say(off_the_slit(term), f"{reason}, or one off the real axis", frame)
        else:
            yield from self._say(positive(term), reason, frame)

    def _call(self, term: Call, frame: _Frame) -> Iterator[Hypothesis]:
        u = term.arguments[0]
        varies = self._varies(term)
        match term.function:
            case "log":
                yield from self._positive(u, "a logarithm needs a positive argument", frame)
            case "tan":
                yield from self._say(distinct(Call("cos", (u,))), "tan is defined where cos is not zero", frame)
            case "tanh" if self._is_complex(u):
                yield from self._say(distinct(Call("cosh", (u,))), "tanh is defined where cosh is not zero", frame)
            case "sigmoid" if self._is_complex(u):
                pole = add(ONE_TERM, Call("exp", (negate(u),)))
                yield from self._say(distinct(pole), "sigmoid is defined where 1 + exp(-u) is not zero", frame)
            case "arcsin" | "arccos":
                reason = f"{term.function} is {'differentiable' if varies else 'defined'} between -1 and 1"
                yield from self._say(above(MINUS_ONE, u, strict=varies), reason, frame)
                yield from self._say(above(u, ONE_TERM, strict=varies), reason, frame)
            case "sign" if varies:
                yield from self._say(self._unless_tied(u, ZERO_TERM, nonzero(u)), "sign jumps at 0", frame)
            case "abs" | "relu" if varies and frame.smooth:
                yield from self._say(
                    self._unless_tied(u, ZERO_TERM, nonzero(u)), f"{term.function} has a kink at 0", frame
                )
            case "maximum" | "minimum" if varies and frame.smooth:
                reason = f"{term.function} has a kink where its arguments are equal"
                other = term.arguments[1]
                yield from self._say(self._unless_tied(u, other, distinct(u, other)), reason, frame)
            case _:
                return

    def _unless_tied(self, left: Term, right: Term, conditions: Iterator[Condition]) -> Iterator[Condition]:
        """The conditions, or one under which the two sides are the same whatever the entries are."""
        ties = self.ties.harmless(left, right)
        for condition in conditions:
            yield Some((condition, *ties)) if ties else condition

    # -------------------------------------------------------------------------------- choices

    def _condition(self, condition: Condition, frame: _Frame, *, kinks: bool = True) -> Iterator[Hypothesis]:
        """What the parts of a condition need; a later part is evaluated only where the earlier ones leave it open."""
        match condition:
            case ValueCondition(_, left, right):
                inside = replace(frame, smooth=False)
                yield from self.visit(left, inside)
                yield from self.visit(right, inside)
                if kinks and (self._varies(left) or self._varies(right)) and not self._is_rigid(left, right):
                    different = self._unless_tied(left, right, distinct(left, right))
                    yield from self._say(different, "a choice may jump where the two sides are equal", frame)
            case All(parts):
                for part in parts:
                    yield from self._condition(part, frame, kinks=kinks)
                    frame = frame.under(part)
            case Some(parts):
                for part in parts:
                    yield from self._condition(part, frame, kinks=kinks)
                    frame = frame.under(negated(part))
            case Not(part):
                yield from self._condition(part, frame, kinks=kinks)
            case IndexCondition():
                return

    def _is_rigid(self, left: Term, right: Term) -> bool:
        """Whether the comparison depends on integers only, as that of a sum of masked exponentials with 0 does."""
        other = right if left == ZERO_TERM else left if right == ZERO_TERM else None
        return other is not None and not self.complex and self.rigidity.is_rigid(other)

    def _entering(self, binder: Binder, frame: _Frame) -> Iterator[Hypothesis]:
        if binder.condition is not None:
            yield from self._condition(binder.condition, frame.entered(replace(binder, condition=None)))

    def _extremum(self, term: Extremum, frame: _Frame) -> Iterator[Hypothesis]:
        """Maxima directly inside each other are one: no two of all its elements may be equal."""
        binders, body = nested_extremum(term)
        frames = [frame]
        for binder in binders:
            yield from self._entering(binder, frames[-1])
            frames.append(frames[-1].entered(binder))
        yield from self.visit(body, frames[-1])
        for binder, outside in zip(binders, frames, strict=False):
            some: Condition = at_most(binder.lower + 1, binder.upper)
            if binder.condition is not None:
                some = ValueCondition("<", ZERO_TERM, Sum(binder, ONE_TERM))
            yield from self._say(iter([some]), f"{term.kind} needs at least one element", outside)
        conditions = [b.condition for b in binders if b.condition is not None]
        if frame.smooth and (self._varies(body) or any(condition_reads_any(c, self.varying) for c in conditions)):
            yield from self._ties(term.kind, binders, body, frames[-1])

    def _ties(self, kind: str, binders: Sequence[Binder], body: Term, frame: _Frame) -> Iterator[Hypothesis]:
        scope = {b.index for b in frame.ranges} | set(self.words.indices)
        second: dict[str, Index] = {}
        for binder in binders:
            other = Tidy(self.words.taken).choose(binder.index, scope)
            lower, upper = binder.lower.substitute(second), binder.upper.substitute(second)
            scope.add(other)
            second[binder.index] = var(other)
            condition = None if binder.condition is None else substitute_condition(binder.condition, second)
            frame = frame.entered(Binder(other, lower, upper, condition))
        places = tuple(same(var(old), new) for old, new in second.items())
        place = places[0] if len(places) == 1 else All(places)
        apart = iter(Some((d, place)) for d in distinct(body, substitute(body, second)))
        yield from self._say(apart, f"{kind} has a kink where two elements are equal", frame)


def _at_least_two(exponent: Term) -> bool:
    return isinstance(exponent, Number) and exponent.value >= 2
