"""Does a claim hold at concrete sizes, for all entries? And at which small sizes does a false claim happen to hold?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import product
from math import prod
from typing import Any

from symadj.errors import BudgetExceeded, Unsupported
from symadj.oracle.complexes import Complex, imaginary_part, real_part
from symadj.oracle.failures import Dropped, OutOfRange
from symadj.oracle.modes import Mode
from symadj.oracle.points import Hypotheses, Point, Points
from symadj.oracle.programs import Program, World
from symadj.oracle.ring import OpaqueFunction, Rational, Ring
from symadj.oracle.search import Budget, Searcher
from symadj.oracle.sides import Pair, sides
from symadj.terms.statement import Claim, Statement

_POLYNOMIAL_BUDGET = 300_000
_EVALUATIONS = 400
_MOST_TABLES = 64


def holds(
    statement: Statement, claim: Claim, sizes: Mapping[str, int], *, deadline: float | None = None
) -> bool | None:
    """Does the claim hold at these sizes, for all entries that ``assume`` allows?

    False when it was seen to fail there, exactly; True when both sides are equal as rational functions of the
    entries (functions and roots taken as independent symbols); None when neither, or when the sizes are none that
    the statement is about. Complete for polynomial and rational maps without conditions on entries, whose ``assume``
    has no equations but such that can be solved for an entry. Raises ``Unsupported`` for a construct that the oracle
    does not know.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="W: n n, x: n", forward=["y = W @ x"], backward=["dW = outer(x, dy)"])
    >>> holds(of, of.claims[0], {"n": 1}), holds(of, of.claims[0], {"n": 2})
    (True, False)
    """
    searcher = Searcher(statement, claim, Budget(_EVALUATIONS, deadline))
    return _holds(searcher, sizes) if searcher.conditions.allow(sizes) else None


def _holds(searcher: Searcher, sizes: Mapping[str, int]) -> bool | None:
    searcher.budget.evaluations = _EVALUATIONS
    try:
        if searcher.fails(sizes):
            return False
        return True if _identical(searcher.statement, searcher.claim, sizes, searcher.budget.deadline) else None
    except (Unsupported, Dropped, BudgetExceeded, RecursionError, OutOfRange):
        return None


def accidental(
    statement: Statement, claim: Claim, up_to: int = 4, *, deadline: float | None = None, most: int = 64
) -> tuple[dict[str, int], ...]:
    """The sizes, each at most ``up_to``, at which a claim holds for all entries, as far as that could be decided.

    Ordered by their sum, then lexicographically; ``most`` assignments are looked at, until the ``deadline``
    (``time.monotonic``). Raises ``Unsupported`` as ``holds`` does.

    >>> from symadj.notation import statement
    >>> scaled = statement(shapes="q: n, y:", forward=["y = sum(q)/sqrt(n)"], backward=["dq[i] = dy/2"])
    >>> accidental(scaled, scaled.claims[0], up_to=6)
    ({'n': 4},)
    """
    searcher = Searcher(statement, claim, Budget(_EVALUATIONS, deadline))
    names, seen = searcher.conditions.names, 0
    found: list[dict[str, int]] = []
    for total in range(searcher.conditions.least_total, up_to * len(names) + 1):
        for sizes in searcher.conditions.of_total(total):
            if any(size > up_to for size in sizes.values()):
                continue
            seen += 1
            if seen > most or (deadline is not None and time.monotonic() > deadline):
                return tuple(found)
            if _holds(searcher, sizes):
                found.append(sizes)
    return tuple(found)


def ring_mode(ring: Ring, over_complex: bool) -> Mode:
    """Rational functions of the entries."""
    imaginary = Complex(ring.constant(0), ring.constant(1))
    return Mode("ring", ring.constant, lambda: ring.named("pi"), imaginary, over_complex)


def _identical(statement: Statement, claim: Claim, sizes: Mapping[str, int], deadline: float | None) -> bool:
    """Are both sides the same rational function, for every choice of the integer tables?"""
    ring = Ring(_POLYNOMIAL_BUDGET)
    program = Program(statement, ring_mode(ring, statement.complex), deadline)
    hypotheses = Hypotheses(program)
    world = program.at(sizes)
    for integer in _all_tables(hypotheses, world):
        point = _symbolic_point(statement, ring, hypotheses, world, integer)
        for pair in sides(statement, claim, world, point, lambda: _symbol(ring, statement.complex)):
            if not _vanishes(pair):
                return False
    return True


def _all_tables(hypotheses: Hypotheses, world: World) -> list[dict[str, list[Any]]]:
    choices = []
    for tensor in hypotheses.tables:
        length, below = prod(world.shapes[tensor.name]), world.below.get(tensor.name)
        if below is None or below**length > _MOST_TABLES:
            raise Unsupported("all integer tables at once")
        choices.append(list(product(range(below), repeat=length)))
    if prod(map(len, choices)) > _MOST_TABLES:
        raise Unsupported("all integer tables at once")
    names = [t.name for t in hypotheses.tables]
    return [{n: list(c) for n, c in zip(names, chosen, strict=True)} for chosen in product(*choices)]


def _symbol(ring: Ring, over_complex: bool) -> Any:
    return Complex(ring.symbol(), ring.symbol()) if over_complex else ring.symbol()


def _symbolic_point(
    statement: Statement, ring: Ring, hypotheses: Hypotheses, world: World, integer: dict[str, list[Any]]
) -> Point:
    """A point with a symbol for each entry, but for the entries that the equations of ``assume`` give."""
    names = [*(t.name for t in hypotheses.inputs), *hypotheses.cotangents]
    values = {n: [_symbol(ring, statement.complex) for _ in range(prod(world.shapes[n]))] for n in names}
    functions: dict[str, Any] = {f: OpaqueFunction(ring, f) for f in statement.functions}
    point = Point({**integer, **values}, functions)
    if not hypotheses.equations:
        return point
    return Points(hypotheses, world).solve(point, frozenset()) or point


def _vanishes(pair: Pair) -> bool:
    difference = pair.left - pair.right
    return all(
        part.vanishes() if isinstance(part, Rational) else part == 0
        for part in (real_part(difference), imaginary_part(difference))
    )
