"""Which hypotheses follow from the assumptions, by reasoning about signs of terms.

A comparison follows where the signs of the difference of its sides, as found by ``Knowledge``, leave nothing else.
Before giving up, a maximum, minimum, absolute value, relu or choice in the difference is split into its cases, and
lines of the program are put in for their names, a level at a time.

Sound: what is discharged follows from the assumptions, the ranges of the indices, sizes being at least 1 and integer
parameters at least 0, and from the other hypotheses about the parts of the terms compared. What an assumption names
has a value where it holds: ``x/t > 0`` says ``t != 0`` too.

Within the bounds on work, complete for linear inequalities with rational coefficients over the entries (Farkas), with
the assumptions instantiated at the entries that the hypothesis reads; and for products, quotients and powers of
factors whose signs that decides. Incomplete for polynomials otherwise (``x**2 - 2*x*y + y**2 >= 0``; products of two
linear facts are tried, no more), for sums whose terms differ in sign, for inequalities between functions other than
the bounds in ``bounds``, and for programs whose lines would have to be put in more than a few levels deep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice

from symadj.calculus import signs
from symadj.calculus.almost import excludes_null_set
from symadj.calculus.conditions import negated
from symadj.calculus.determinants import Determinants
from symadj.calculus.free_inputs import FreeInputs
from symadj.calculus.hypotheses import Hypothesis
from symadj.calculus.instances import condition_reads, informed, reads_of, schema
from symadj.calculus.knowledge import Knowledge, World
from symadj.calculus.polynomials import Canonical, Poly, atoms
from symadj.calculus.rewriting import Names, Within
from symadj.calculus.splitting import cases
from symadj.calculus.structure import Exhausted
from symadj.calculus.unfolding import unfoldings
from symadj.terms.index import ZERO as ZERO_INDEX
from symadj.terms.index import var
from symadj.terms.nodes import (
    ZERO_TERM,
    All,
    Condition,
    IndexCondition,
    Mul,
    Not,
    Some,
    ValueCondition,
    at_most,
    condition_terms,
    less,
)
from symadj.terms.statement import Assumption, Let, Tensor

STEPS = 1000
MAX_LEVELS = 6
LEVELS_WITHOUT_FACTS = 3  # with nothing assumed of the values, the signs of lines say all
MAX_SPLITS = 3


def discharge(
    hypotheses: Sequence[Hypothesis],
    assumptions: Sequence[Assumption],
    lets: Sequence[Let],
    almost_everywhere: bool,
    *,
    integers: Collection[str],
    inputs: Sequence[Tensor] = (),
    complex: bool = False,
    levels: int | None = None,
) -> tuple[Hypothesis, ...]:
    """The hypotheses that do not follow from the assumptions.

    ``lets`` are the lines that the hypotheses and assumptions may name. ``integers`` are the integer parameters,
    which may be 0 where every other size is at least 1. ``inputs`` give the shapes of matrices, without which a
    determinant of a transpose is not known to be that of the matrix, and the bounds of integer tensors. With
    ``almost_everywhere``, hypotheses that exclude only a null set are granted too. ``levels``: how many lines deep to
    look, at most.

    >>> from symadj.terms.index import size
    >>> from symadj.terms.nodes import ZERO_TERM, Entry
    >>> x = Entry("x", (var("i"),))
    >>> nonzero = Hypothesis((("i", size("n")),), Not(ValueCondition("==", x, ZERO_TERM)), "", "y")
    >>> positive = Assumption((("i", size("n")),), ValueCondition("<", ZERO_TERM, x))
    >>> discharge([nonzero], [positive], [], False, integers=())
    ()
    >>> discharge([nonzero], [], [], False, integers=()) == (nonzero,)
    True
    """
    prover = _Prover(assumptions, lets, integers, inputs, complex, levels)
    left = [h for h in hypotheses if not prover.follows(h)]
    if almost_everywhere:
        left = [h for h in left if not prover.is_null(h)]
    return tuple(left)


class _Prover:
    """The assumptions, prepared once; ``follows`` decides one hypothesis."""

    def __init__(
        self,
        assumptions: Sequence[Assumption],
        lets: Sequence[Let],
        integers: Collection[str],
        inputs: Sequence[Tensor],
        complex_field: bool,
        levels: int | None,
    ) -> None:
        names = Names()
        lines = {let.name: let for let in lets}
        canonical = Canonical(complex_field, names)
        self._lines, self._names = lines, names
        self._free = FreeInputs([t.name for t in inputs if t.below is None], lets, assumptions)
        shapes = {tensor.name: tensor.shape for tensor in inputs}
        below = {tensor.name: tensor.below for tensor in inputs if tensor.below is not None}
        self._determinants = Determinants(lines, shapes, names, canonical)
        self._lemmas = Determinants(lines, shapes, names, canonical, lemmas=True)
        self._assumptions = assumptions
        about_values = any(True for a in assumptions for _ in condition_terms(a.condition))
        self._levels = levels or (MAX_LEVELS if about_values else LEVELS_WITHOUT_FACTS)
        variants = [
            Assumption(a.indices, c) for a in assumptions for c in islice(self._variants(a.condition), MAX_LEVELS)
        ]
        schemas = [schema(a) for a in variants if a.indices]
        self._world = World(schemas, lines, integers, below, complex_field, names, canonical, STEPS)
        self._root = Knowledge(self._world).extended(a.condition for a in variants if not a.indices)
        self._world.root = self._root

    def _variants(self, condition: Condition) -> Iterator[Condition]:
        """The condition with lines put in to every depth; determinants of equal matrices under one name."""
        for unfolded in unfoldings(condition, self._lines, self._names):
            yield self._determinants.condition(unfolded, Within())

    def _ways(self, hypothesis: Hypothesis, levels: int) -> Iterator[tuple[Knowledge, Condition]]:
        """The ways to say the hypothesis, each with what is known where it has to hold."""
        known = self._root
        for name, extent in hypothesis.indices:
            known = known.extended((at_most(ZERO_INDEX, var(name)), less(var(name), extent)))
        goals: Iterator[Condition] = islice(self._variants(hypothesis.condition), levels)
        if isinstance(hypothesis.condition, Not):  # not below alternatives: the lemmas are for goals, never for facts
            goals = chain(goals, [self._lemmas.condition(hypothesis.condition, Within())])
        for goal in goals:
            known = informed(known, condition_reads(goal))
            yield known, goal

    def follows(self, hypothesis: Hypothesis) -> bool:
        """Whether the hypothesis follows; ``False`` also where the work exceeds its bound."""
        if self._free.decide(hypothesis.condition):
            return False
        self._world.steps = STEPS
        try:
            return any(_proves(known, goal) for known, goal in self._ways(hypothesis, self._levels))
        except Exhausted:
            return False

    def is_null(self, hypothesis: Hypothesis) -> bool:
        """Whether the hypothesis holds almost everywhere."""
        self._world.steps = STEPS
        try:
            ways = self._ways(hypothesis, MAX_LEVELS)
            return any(excludes_null_set(known, goal, self._assumptions) for known, goal in ways)
        except Exhausted:
            return False


def _proves(known: Knowledge, goal: Condition) -> bool:
    """Whether ``goal`` follows from what is known."""
    match goal:
        case All(parts):
            return all(_proves(known, p) for p in parts)
        case Some(parts):
            return any(_proves(_beside(known, parts, k), part) for k, part in enumerate(parts))
        case Not(All(parts)):
            return _proves(known, Some(tuple(negated(p) for p in parts)))
        case Not(Some(parts)):
            return all(_proves(known, negated(p)) for p in parts)
        case Not(Not(part)):
            return _proves(known, part)
        case IndexCondition(relation, index):
            return known.implies_integer(index, signs.NONNEGATIVE if relation == ">=" else signs.ZERO)
        case Not(IndexCondition(relation, index)):
            return known.implies_integer(index, signs.NEGATIVE if relation == ">=" else signs.NONZERO)
        case ValueCondition(relation, left, right):
            allowed = {"<": signs.POSITIVE, "<=": signs.NONNEGATIVE, "==": signs.ZERO}[relation]
            return _has_signs(known, known.difference(left, right), allowed, MAX_SPLITS)
        case Not(ValueCondition(relation, left, right)):
            if relation != "==":
                return _proves(known, negated(goal.part))
            factors = left.factors if isinstance(left, Mul) and right == ZERO_TERM else ()
            if factors and all(_proves(known, Not(ValueCondition("==", f, ZERO_TERM))) for f in factors):
                return True
            return _has_signs(known, known.difference(left, right), signs.NONZERO, MAX_SPLITS)
    return False


def _beside(known: Knowledge, parts: Sequence[Condition], k: int) -> Knowledge:
    """What is known where every alternative but the one numbered ``k`` fails."""
    there = known.extended(negated(q) for q in (*parts[:k], *parts[k + 1 :]))
    return informed(there, condition_reads(parts[k]))


def _has_signs(known: Knowledge, poly: Poly, allowed: int, splits: int) -> bool:
    """Whether the signs of ``poly`` are among ``allowed``, by cases where need be."""
    if known.implies(poly, allowed):
        return True
    if allowed == signs.NONZERO and _has_positive_size(known, poly):
        return True
    pieces = cases(poly, known.world.canonical) if splits else None
    return pieces is not None and all(
        _has_signs(_in_case(known, condition, piece), piece, allowed, splits - 1) for condition, piece in pieces
    )


def _in_case(known: Knowledge, condition: Condition, piece: Poly) -> Knowledge:
    return informed(known.extended([condition]), reads_of(known.world.canonical.back(piece)))


def _has_positive_size(known: Knowledge, poly: Poly) -> bool:
    """Whether |poly|, if anything is known of it, is positive."""
    size = known.world.canonical.absolute(poly)
    mentioned = atoms(f.poly for f in known.facts)
    return any(a in mentioned for a in atoms([size])) and known.implies(size, signs.POSITIVE)
