"""Programs in normal form: what ``verdict`` asks of this package.

A ``Proof`` holds one store, the forward program, and what is assumed. The derived and the claimed backward program are
added beside each other; ``same`` decides whether two names mean the same array.

The claimed lines often cut the computation at other places than the derived ones. So a claimed line is compared first
with the derived line of its name, and with those near to what it reads (``matching``); where they agree, the claimed
name stands for the derived one from there on, and later lines need not be unfolded through it. That keeps the work
linear in the depth of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.algebra import add_into, multiply
from symadj.normal.assumptions import assume, least_sizes
from symadj.normal.decide import Context, vanishes, vanishes_closed
from symadj.normal.environment import Environment, Value
from symadj.normal.matching import DerivedLines
from symadj.normal.store import UNIT, Poly, Store
from symadj.normal.translate import add_let, entry, indicator, new_store
from symadj.points.terms import SizeContext
from symadj.terms.index import ZERO, var
from symadj.terms.nodes import (
    All,
    Condition,
    Some,
    ValueCondition,
    condition_terms,
    tensors_in,
)
from symadj.terms.statement import Assumption, Let, Shape, Tensor
from symadj.terms.tables import inverse_tables

if TYPE_CHECKING:
    from symadj.normal.where import Where

MATCH_BUDGET = 6_000
MOST_IN_VAIN = 12_000  # for lines that are not the derived ones of their names, all together
LINE_BUDGET = 1_000  # for each derived line that a claimed one may be
GLANCE_BUDGET = 300  # for what is as right when it is not seen: the hypothesis is asked for, then


class Proof:
    """One statement's normal forms. ``forward`` is the environment of its inputs and forward lines."""

    def __init__(
        self,
        inputs: Sequence[Tensor],
        forward: Sequence[Let],
        assumptions: Sequence[Assumption],
        integers: Sequence[str] = (),
        *,
        sizes: SizeContext | None = None,
        complex: bool = False,
        budget: int = 400_000,
        deadline: float | None = None,
    ) -> None:
        self.store: Store = new_store(
            budget=budget, is_complex=complex, minimum=least_sizes(assumptions, integers), deadline=deadline
        )
        self.forward = Environment(self.store)
        self.context = Context(_tied(assumptions), sizes)
        if sizes is not None:
            self.store.tables.update(sizes.tables)
            self.store.inverses.update(inverse_tables(assumptions, sizes.tables))
        self._waiting = list(assumptions)
        self.lines = DerivedLines(self.store, self.context)
        self._spare = MOST_IN_VAIN
        for tensor in inputs:
            self.forward.add_input(tensor.name, tensor.shape)
        self._register(self.forward)
        for let in forward:
            self.lines.add_forward(add_let(self.forward, let))
            self._register(self.forward)

    def _register(self, env: Environment) -> None:
        """Every assumption whose names are all known by now."""
        ready = [a for a in self._waiting if all(_known(env, n) for n in names_in(a.condition))]
        self._waiting = [a for a in self._waiting if a not in ready]
        for assumption in ready:
            assume(env, assumption)

    def program(self, cotangents: Mapping[str, Shape]) -> Environment:
        """An environment for a backward program, with the cotangents of the outputs as inputs."""
        env = self.forward.child()
        for name, shape in cotangents.items():
            env.add_input(name, shape)
            self.lines.add_cotangent(env.values[name])
        return env

    def add_lets(
        self, env: Environment, lets: Iterable[Let], model: Environment | None = None, *, new: Collection[str] = ()
    ) -> None:
        """Lines of a program; where ``model`` has a line that is equal, they become one. For those that are called as
        ``new`` says, no equal line is looked for beyond what is seen at once.
        """
        for let in lets:
            value = add_let(env, let)
            if model is None:
                self.lines.add_derived(value)
                continue
            if let.name not in new:
                env.values[let.name] = value = self._recognised(value, model.values.get(let.name))
            if value.head is not None and self.lines.is_derived(value):
                self.store.shared.add(value.head.number)

    def _recognised(self, value: Value, namesake: Value | None) -> Value:
        """The derived line that is equal to a claimed one: its namesake, or one near to what it reads; else itself."""
        if self.lines.is_derived(value) or (namesake is not None and is_same_value(value, namesake)):
            return value
        likely = [namesake] if namesake is not None and namesake.shape == value.shape else []
        others = (other for other in self.lines.candidates(value) if other is not namesake)
        near = () if self.lines.is_far(value) else (*likely, *others)
        for other in near:
            if self._shows(self.lines.agree, self.difference(value, other), LINE_BUDGET):
                return other
        for other in likely:
            before = self.store.budget
            if self._vanishes(self.difference(value, other), min(MATCH_BUDGET, self._spare)):
                return other
            # Of a wrong line the later ones are wrong too, and each is more work to compare than the one before.
            self._spare = max(LINE_BUDGET, self._spare - (before - self.store.budget))
        return value

    def same(self, env: Environment, name: str, model: Environment, other: str) -> bool:
        """Whether ``name`` in ``env`` and ``other`` in ``model`` are shown to be the same array.

        Raises ``Unsupported`` and ``BudgetExceeded`` where the method does not decide.
        """
        left, right = env.lookup(name), model.lookup(other)
        return is_same_value(left, right) or vanishes(self.store, self.difference(left, right), self.context)

    def alike(self, env: Environment, name: str, other: str) -> bool:
        """Whether two lines are shown to be the same whatever the lines that they read are; raises as ``same`` does."""
        left, right = env.lookup(name), env.lookup(other)
        own = {value.head.number for value in (left, right) if value.head is not None}
        closed = {head.number for head in self.store.head_list if head.kind == "let"} - own
        difference = self.difference(left, right)
        return is_same_value(left, right) or vanishes_closed(self.store, difference, self.context, closed)

    def where(self, env: Environment, name: str, model: Environment, other: str) -> Where | None:
        """Where two arrays that were not shown to be the same differ; ``None`` where no place is found."""
        # Looked for only where there is something to refute; most statements never need it.
        from symadj.normal.where import where

        left, right = env.lookup(name), model.lookup(other)
        names = self._indices(left)
        return where(self.store, self.difference(left, right, names), names, self.context)

    def is_zero(self, env: Environment, name: str) -> bool:
        """Whether the array is seen to be zero, at a glance."""
        value = env.lookup(name)
        if self.lines.is_plainly_nonzero(value):
            return False
        zero = Value(value.shape, alias={})
        return value.alias == {} or self._vanishes(self.difference(value, zero), GLANCE_BUDGET)

    def holds(self, env: Environment, indices: Sequence[tuple[str, object]], condition: Condition) -> bool:
        """Whether the condition is seen to hold for all values of its free indices, at a glance."""
        saved = dict(self.store.ranges)
        try:
            for name, upper in indices:
                self.store.ranges[name] = (ZERO, upper)  # type: ignore[assignment]
            poly = indicator(env, condition)
            rest = dict(poly)
            add_into(rest, {UNIT: -1})
            return self._vanishes(rest, GLANCE_BUDGET)
        except (Unsupported, BudgetExceeded):
            return False
        finally:
            self.store.ranges.clear()
            self.store.ranges.update(saved)

    def _indices(self, value: Value) -> tuple[str, ...]:
        """Fresh indices, one for each axis."""
        return tuple(self.store.fresh(ZERO, n) for n in value.shape)

    def difference(self, left: Value, right: Value, names: tuple[str, ...] | None = None) -> Poly:
        """The difference of two arrays of one shape, at these indices, or at fresh ones."""
        names = self._indices(left) if names is None else names
        total = dict(self._at(left, names))
        add_into(total, self._at(right, names), -1)
        return total

    def _at(self, value: Value, names: tuple[str, ...]) -> Poly:
        env = Environment(self.store, {"": value})
        return entry(env, "", tuple(var(n) for n in names))

    def _vanishes(self, difference: Poly, budget: int) -> bool:
        return self._shows(lambda d: vanishes(self.store, d, self.context), difference, budget)

    def _shows(self, method: Callable[[Poly], bool], difference: Poly, budget: int) -> bool:
        """Whether the method shows that the difference vanishes, with no more work than this."""
        saved = self.store.budget
        self.store.budget = before = min(saved, budget)
        try:
            return method(difference)
        except (Unsupported, BudgetExceeded):
            return False
        finally:
            self.store.budget = saved - (before - max(self.store.budget, 0))


def combination(proof: Proof, env: Environment, name: str, parts: Sequence[tuple[str, str]]) -> None:
    """``name = Σ scalar·tensor`` over ``parts``, as an alias: for claims of linearity."""
    store = proof.store
    shape = env.lookup(parts[0][1]).shape
    total: Poly = {}
    for scalar, tensor in parts:
        factor = entry(env, scalar, ())
        value = entry(env, tensor, tuple(var(f"${k}") for k in range(len(shape))))
        add_into(total, multiply(store, factor, value))
    env.values[name] = Value(shape, alias=total)


def is_same_value(left: Value, right: Value) -> bool:
    if left.head is not None:
        return left.head is right.head
    return right.head is None and left.alias == right.alias


def names_in(condition: Condition) -> set[str]:
    """The tensors that a condition reads."""
    return {name for part in condition_terms(condition) for name in tensors_in(part)}


def _known(env: Environment, name: str) -> bool:
    try:
        env.lookup(name)
    except KeyError:
        return False
    return True


def _tied(assumptions: Sequence[Assumption]) -> frozenset[str]:
    """The tensors in equations: their entries are not independent. Inequalities leave an open set, and tie nothing."""
    found: set[str] = set()
    for assumption in assumptions:
        for part in _equations(assumption.condition):
            found |= names_in(part)
    return frozenset(found)


def _equations(condition: Condition) -> Iterable[Condition]:
    match condition:
        case ValueCondition("==", _, _):
            yield condition
        case All(parts) | Some(parts):
            for part in parts:
                yield from _equations(part)


__all__ = ["Proof", "combination", "names_in"]
