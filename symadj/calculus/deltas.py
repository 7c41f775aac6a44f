"""One contribution to a cotangent: its Kronecker deltas solved for summed variables, its guards put where they belong.

An occurrence ``T[s_1, …, s_r]`` in a line contributes

    dT[p_1, …, p_r]  +=  Σ_{v in scope} [guards] · g · Π_k [p_k == s_k]

``gathered`` writes the right side without deltas as far as it can:

- ``s_k`` a variable ``v`` of the scope: ``v := p_k``, and the range of ``v`` becomes a condition;
- ``s_k`` with a variable of coefficient ±1 elsewhere absent from ``s_k``: the same, ``v := ±(p_k - rest)``. Of
  several the line's own last index is taken, else the outermost summed one: ``y[i] = sum(w[k]*x[i+k])`` gives
  ``sum(w[k]*dy[j-k] for k in range(K) if 0 <= j-k < n)``;
- otherwise (``2*i``, ``i//2``, a constant, a look-up) the equation stays, as a condition.

Conditions that follow from the ranges are dropped. The others go to the outermost place where their variables are
known, with one restriction: a condition that reads entries is never moved out of a range, nor in front of a condition
that came before it, since either may be what keeps its reads inside their tensor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symadj.calculus.conditions import conjunction, flattened, guarded, implied, reads, truth
from symadj.calculus.rewriting import (
    Names,
    condition_variables,
    freshen,
    freshen_condition,
    substitute,
    substitute_condition,
)
from symadj.terms.index import ONE, Index, Var, var
from symadj.terms.nodes import (
    ZERO_TERM,
    Binder,
    Condition,
    IndexCondition,
    Sum,
    Term,
    at_most,
    less,
    same,
)
from symadj.terms.statement import Shape

Scope = tuple[Binder | Condition, ...]
Range = tuple[Index, Index]


@dataclass(frozen=True, slots=True)
class Contribution:
    """``tensor[subscripts]`` receives ``cotangent``, for all values of the scope's variables that meet its conditions.

    ``scope`` stands in the order of nesting: the line's own indices (``rank`` of them), then the binders and guards
    around the occurrence. Its binders carry no conditions; those stand after them. No two binders share a name.
    """

    tensor: str
    subscripts: tuple[Index, ...]
    cotangent: Term
    scope: Scope
    rank: int


def gathered(contribution: Contribution, targets: Sequence[str], shape: Shape, names: Names) -> Term:
    """What ``contribution`` adds to the entry of its tensor at ``targets``, which are names that the scope does not
    use.

    >>> from symadj.terms.nodes import Entry, mul
    >>> from symadj.terms.index import size
    >>> i, j, zero = var("i"), var("j"), Index(())
    >>> scope = (Binder("i", zero, size("m")), Binder("j", zero, size("n")))
    >>> g = mul(Entry("W", (i, j)), Entry("dy", (i,)))
    >>> term = gathered(Contribution("x", (j,), g, scope, 1), ["p"], (size("n"),), Names())
    >>> term == Sum(Binder("i", zero, size("m")), mul(Entry("W", (i, var("p"))), Entry("dy", (i,))))
    True
    """
    plain = _plain(contribution, targets, shape, names)
    if plain is not None:
        return plain
    solver, equations = _solve(contribution, targets)
    ranges = solver.ranges(solver.values)
    order = _ordered(ranges)
    if order is None:  # no variable was solved for that would have made this so
        order = list(ranges)
    outer = [f for p, n in zip(targets, shape, strict=True) for f in (var(p), n - 1 - var(p))]
    facts = [outer]  # what is known at each depth: the targets' and the outer variables' ranges
    for name in order:
        facts.append([*facts[-1], var(name) - ranges[name][0], ranges[name][1] - 1 - var(name)])
    levels: list[list[Condition]] = [[] for _ in facts]
    for level, condition in _placed(contribution.scope, solver.values, equations, order, names):
        levels[level].append(condition)
    needed = _needed(levels, facts)
    if needed is None:
        return ZERO_TERM
    # the cotangent may bind what the scope binds too (tanh(sum(…)) beside its own summand): fresh names, no capture
    body = freshen(contribution.cotangent, solver.values, names)
    return _assembled(body, order, ranges, needed, facts)


def _plain(contribution: Contribution, targets: Sequence[str], shape: Shape, names: Names) -> Term | None:
    """The einsum case at once: each subscript is a variable of its own that ranges over the axis, without any guard."""
    binders: dict[str, Binder] = {}
    for part in contribution.scope:
        if not isinstance(part, Binder) or part.lower.terms or part.upper.variables() or part.upper == ONE:
            return None
        binders[part.index] = part
    values: dict[str, Index] = {}
    for subscript, target, length in zip(contribution.subscripts, targets, shape, strict=True):
        name = subscript.variable
        if name is None or name in values or name not in binders or binders[name].upper != length:
            return None
        values[name] = var(target)
    body = freshen(contribution.cotangent, values, names)
    for name, binder in reversed(binders.items()):
        if name not in values:
            body = Sum(Binder(name, binder.lower, binder.upper), body)
    return body


# ------------------------------------------------------------------------------------------------ solving


def _solutions(index: Index, target: Index, free: Sequence[str]) -> Iterator[tuple[str, Index]]:
    """Each variable of ``free`` for which ``target == index`` can be solved in integers, in that order."""
    coefficients = dict(index.terms)
    for name in free:
        coefficient = coefficients.get((Var(name),), 0)
        rest = index - var(name) * coefficient
        if abs(coefficient) == 1 and name not in rest.variables():
            yield name, (target - rest) * coefficient


def _ordered(ranges: Mapping[str, Range]) -> list[str] | None:
    """The variables so that each range mentions only earlier ones, otherwise as they stand; ``None`` if there is no
    order.
    """
    left = list(ranges)
    result: list[str] = []
    while left:
        known = set(left)
        ready = next((v for v in left if not (ranges[v][0].variables() | ranges[v][1].variables()) & known), None)
        if ready is None:
            return None
        left.remove(ready)
        result.append(ready)
    return result


@dataclass(slots=True)
class _Solver:
    """The deltas of one contribution, as far as they have been solved: ``values`` of the variables that are gone."""

    binders: dict[str, Binder]
    preference: tuple[str, ...]
    values: dict[str, Index]

    def ranges(self, values: Mapping[str, Index]) -> dict[str, Range]:
        """The ranges of the variables that ``values`` leaves."""
        return {
            name: (b.lower.substitute(values), b.upper.substitute(values))
            for name, b in self.binders.items()
            if name not in values
        }

    def solve(self, subscript: Index, target: Index) -> bool:
        """Solve ``target == subscript`` for a variable that is left; tells whether it could.

        A solution that would leave no order of the ranges (each must mention earlier variables only) is passed over.
        """
        current = subscript.substitute(self.values)
        free = [name for name in self.preference if name not in self.values]
        for name, solution in _solutions(current, target, free):
            values = {v: e.substitute({name: solution}) for v, e in self.values.items()} | {name: solution}
            if _ordered(self.ranges(values)) is not None:
                self.values = values
                return True
        return False


def _solve(contribution: Contribution, targets: Sequence[str]) -> tuple[_Solver, list[Condition]]:
    """The solved deltas, and the equations that are left."""
    binders = {item.index: item for item in contribution.scope if isinstance(item, Binder)}
    names = list(binders)
    own, summed = names[: contribution.rank], names[contribution.rank :]
    solver = _Solver(binders, (*reversed(own), *summed), {})
    axes = sorted(range(len(targets)), key=lambda k: contribution.subscripts[k].variable is None)
    unsolved = [k for k in axes if not solver.solve(contribution.subscripts[k], var(targets[k]))]
    equations: list[Condition] = [
        same(var(targets[k]), contribution.subscripts[k].substitute(solver.values)) for k in sorted(unsolved)
    ]
    return solver, equations


# ------------------------------------------------------------------------------------------------ assembling


def _placed(
    scope: Scope, values: Mapping[str, Index], equations: list[Condition], order: Sequence[str], names: Names
) -> Iterator[tuple[int, Condition]]:
    """Every condition of the contribution, with the number of the sums of ``order`` that it stands inside of."""
    position = {name: k + 1 for k, name in enumerate(order)}
    depth = 0

    def placed(condition: Condition) -> tuple[int, Condition]:
        level = max((position.get(v, 0) for v in condition_variables(condition)), default=0)
        return max(level, depth if reads(condition) else 0), condition

    for equation in equations:
        if not reads(equation):
            yield placed(equation)
    for item in scope:
        if isinstance(item, Binder) and item.index in position:
            depth = max(depth, position[item.index])
            continue
        for condition in _conditions(item, values, names):
            level, _ = placed(condition)
            depth = max(depth, level)
            yield level, condition
    for equation in equations:
        if reads(equation):
            yield placed(equation)


def _conditions(item: Binder | Condition, values: Mapping[str, Index], names: Names) -> Iterator[Condition]:
    """What an item of the scope demands, once its variable has a value."""
    if isinstance(item, Binder):
        yield at_most(item.lower.substitute(values), values[item.index])
        yield less(values[item.index], item.upper.substitute(values))
    else:
        yield from flattened(freshen_condition(item, values, names))


def _needed(levels: list[list[Condition]], facts: list[list[Index]]) -> list[list[Condition]] | None:
    """The conditions that do not follow from the others at their depth or outside of it; ``None`` where one is false.

    Those that read no entry come first, so that leaving one out never exposes a read to what another one is to exclude.
    """
    kept: list[list[Condition]] = []
    outside: list[Index] = []
    for depth, conditions in enumerate(levels):
        ordered = [*(c for c in conditions if not reads(c)), *(c for c in conditions if reads(c))]
        left = list(dict.fromkeys(c for c in ordered if all(c not in outer for outer in kept)))
        for condition in list(left):
            others = [f for c in left if c is not condition for f in _as_facts(c)]
            known = truth(condition, [*facts[depth], *outside, *others])
            if known is False:
                return None
            if known is True:
                left.remove(condition)
        kept.append(left)
        outside += [f for c in left for f in _as_facts(c)]
    return kept


def _as_facts(condition: Condition) -> list[Index]:
    """What is ``>= 0`` where the condition holds, if it reads no entry."""
    if not isinstance(condition, IndexCondition) or reads(condition):
        return []
    return [condition.index] if condition.relation == ">=" else [condition.index, -condition.index]


def _assembled(
    body: Term,
    order: Sequence[str],
    ranges: Mapping[str, Range],
    levels: list[list[Condition]],
    facts: list[list[Index]],
) -> Term:
    """The sums of ``order`` around ``body``, each with the conditions of its level; a sum of one element is that
    element.
    """
    for depth in range(len(order), 0, -1):
        name = order[depth - 1]
        lower, upper, conditions = _tightened(name, ranges[name], levels[depth], facts[depth - 1])
        if upper - lower == ONE:
            only = {name: lower}
            body = guarded([substitute_condition(c, only) for c in conditions], substitute(body, only), ZERO_TERM)
        else:
            body = Sum(Binder(name, lower, upper, conjunction(conditions)), body)
    return guarded(levels[0], body, ZERO_TERM)


def _tightened(
    name: str, bounds: Range, conditions: list[Condition], facts: list[Index]
) -> tuple[Index, Index, list[Condition]]:
    """``j <= i`` or ``i <= r`` for the variable ``i`` put into its range, where it is plain that the range only
    shrinks.
    """
    lower, upper = bounds
    kept: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, IndexCondition) and condition.relation == ">=" and not reads(condition):
            coefficient = dict(condition.index.terms).get((Var(name),), 0)
            rest = condition.index - var(name) * coefficient
            if name not in rest.variables():
                if coefficient == 1 and implied(-rest - lower, facts):
                    lower = -rest
                    continue
                if coefficient == -1 and implied(upper - rest - 1, facts):
                    upper = rest + 1
                    continue
        kept.append(condition)
    return lower, upper, kept
