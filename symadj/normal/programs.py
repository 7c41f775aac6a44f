"""Programs in normal form: what ``verdict`` asks of this package.

A ``Proof`` holds one store, the forward program, and what is assumed. The derived and the claimed backward program are
added beside each other; ``same`` decides whether two names mean the same array.

The claimed lines often cut the computation at other places than the derived ones. So a claimed line that has a
derived line's name is compared with it first; where they agree, the claimed name stands for the derived one from
there on, and later lines need not be unfolded through it. That keeps the work linear in the depth of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.algebra import add_into, multiply
from symadj.normal.assumptions import assume, least_sizes
from symadj.normal.decide import Context, vanishes, vanishes_closed
from symadj.normal.environment import Environment, Value
from symadj.normal.store import UNIT, Poly, Store
from symadj.normal.translate import add_let, entry, indicator, new_store
from symadj.points.terms import SizeContext
from symadj.terms.index import ZERO, var
from symadj.terms.nodes import All, Condition, Determinant, Entry, Inverse, Some, ValueCondition, condition_terms, walk
from symadj.terms.statement import Assumption, Let, Shape, Tensor

if TYPE_CHECKING:
    from symadj.normal.where import Where

MATCH_BUDGET = 6_000


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
        self._waiting = list(assumptions)
        self._derived: set[int] = set()
        for tensor in inputs:
            self.forward.add_input(tensor.name, tensor.shape)
        self._register(self.forward)
        for let in forward:
            add_let(self.forward, let)
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
        return env

    def add_lets(self, env: Environment, lets: Iterable[Let], model: Environment | None = None) -> None:
        """Lines of a program; where ``model`` has a line of the same name and shape that is equal, they become one."""
        for let in lets:
            value = add_let(env, let)
            if model is None:
                if value.head is not None:
                    self._derived.add(value.head.number)
                continue
            other = model.values.get(let.name)
            if other is not None and other.shape == let.shape and not _same_value(value, other):
                if not self._equal(value, other, MATCH_BUDGET):
                    continue
                env.values[let.name] = value = other
            if value.head is not None and value.head.number in self._derived:
                self.store.shared.add(value.head.number)

    def same(self, env: Environment, name: str, model: Environment, other: str) -> bool:
        """Whether ``name`` in ``env`` and ``other`` in ``model`` are shown to be the same array.

        Raises ``Unsupported`` and ``BudgetExceeded`` where the method does not decide.
        """
        left, right = env.lookup(name), model.lookup(other)
        return _same_value(left, right) or vanishes(self.store, self.difference(left, right), self.context)

    def alike(self, env: Environment, name: str, other: str) -> bool:
        """Whether two lines are shown to be the same whatever the lines that they read are; raises as ``same`` does."""
        left, right = env.lookup(name), env.lookup(other)
        own = {value.head.number for value in (left, right) if value.head is not None}
        closed = {head.number for head in self.store.head_list if head.kind == "let"} - own
        difference = self.difference(left, right)
        return _same_value(left, right) or vanishes_closed(self.store, difference, self.context, closed)

    def where(self, env: Environment, name: str, model: Environment, other: str) -> Where | None:
        """Where two arrays that were not shown to be the same differ; ``None`` where no place is found."""
        # Looked for only where there is something to refute; most statements never need it.
        from symadj.normal.where import where

        left, right = env.lookup(name), model.lookup(other)
        names = self._indices(left)
        return where(self.store, self.difference(left, right, names), names, self.context)

    def is_zero(self, env: Environment, name: str) -> bool:
        """Whether the array is shown to be zero."""
        value = env.lookup(name)
        return value.alias == {} or vanishes(
            self.store, self.difference(value, Value(value.shape, alias={})), self.context
        )

    def holds(self, env: Environment, indices: Sequence[tuple[str, object]], condition: Condition) -> bool:
        """Whether the condition is shown to hold for all values of its free indices."""
        saved = dict(self.store.ranges)
        try:
            for name, upper in indices:
                self.store.ranges[name] = (ZERO, upper)  # type: ignore[assignment]
            poly = indicator(env, condition)
            rest = dict(poly)
            add_into(rest, {UNIT: -1})
            return vanishes(self.store, rest, self.context)
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

    def _equal(self, value: Value, other: Value, budget: int) -> bool:
        saved = self.store.budget
        self.store.budget = min(saved, budget)
        before = self.store.budget
        try:
            return vanishes(self.store, self.difference(value, other), self.context)
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


def _same_value(left: Value, right: Value) -> bool:
    if left.head is not None:
        return left.head is right.head
    return right.head is None and left.alias == right.alias


def names_in(condition: Condition) -> set[str]:
    """The tensors that a condition reads."""
    named = Entry | Inverse | Determinant
    return {t.tensor for part in condition_terms(condition) for t in walk(part) if isinstance(t, named)}


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
