"""Sums of products with shifted subscripts, as sums over boxes of indices that are tied by linear equations.

``sum(w[j]*x[2*i+j-p] for j in range(k) if 0 <= 2*i + j - p < n)`` is the sum of ``w[j]*x[t]`` over all j of
``range(k)`` and t of ``range(n)`` with ``t == 2*i + j - p``: every entry is read at indices alone, and no guard is
left. Forward, backward and kernel gradient of a convolution are the same equation; they differ in which index is the
output's.

That is exact where the guards say no more than that every shifted subscript is inside its axis (they say no less, since
no entry outside is read). What they say more is a factor: a mask of bound indices; ones, for a pair ``0 <= u < k``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symadj.calculus.conditions import flattened
from symadj.calculus.rewriting import condition_variables, free_variables, substitute, substitute_condition
from symadj.export.code.sure import Sure
from symadj.formulas.mapping import mapped
from symadj.terms.index import ONE, Floor, Index, Mod, Size, Var, solved_for_atoms, split_multiple, var
from symadj.terms.nodes import (
    ZERO_TERM,
    Binder,
    Condition,
    Entry,
    Extremum,
    IndexCondition,
    Indicator,
    Mul,
    Product,
    Select,
    Sum,
    Term,
    walk,
)
from symadj.terms.statement import Shape

Order = tuple[str, ...]
Shapes = Callable[[str], Shape | None]


@dataclass(frozen=True, slots=True)
class Equation:
    """``Σ coefficient·index == constant``; the coefficients are integer expressions of sizes."""

    coefficients: Mapping[str, Index]
    constant: Index

    def solved(self, name: str) -> tuple[dict[str, Index], Index] | None:
        """``name == Σ coefficient·index + constant``; ``None`` where its own coefficient is not 1 or -1."""
        own = self.coefficients[name].value
        if own not in (1, -1):
            return None
        return {n: c * -own for n, c in self.coefficients.items() if n != name}, self.constant * own


@dataclass(frozen=True, slots=True)
class Factor:
    """An array over ``axes``, in this order: a term with these free indices, or ones."""

    term: Term | None
    axes: Order


@dataclass(frozen=True, slots=True)
class Contraction:
    """The array over ``order``: the sum, over all other indices that meet the equations, of the product of the factors.

    Each index runs over ``range(ends[index])``. An index of the output that is a key of ``places`` equals an integer
    expression that is not linear: a quotient, an entry of an integer tensor.
    """

    order: Order
    ends: Mapping[str, Index]
    factors: tuple[Factor, ...]
    equations: tuple[Equation, ...]
    places: Mapping[str, Index]


def contraction(term: Term, order: Order, ends: Mapping[str, Index], shapes: Shapes, sure: Sure) -> Contraction | None:
    """The term over ``order`` as a contraction with equations; ``None`` where it is none."""
    reader = _Reader(order, ends, shapes, sure)
    return reader.contraction() if reader.take(term) else None


class _Reader:
    def __init__(self, order: Order, ends: Mapping[str, Index], shapes: Shapes, sure: Sure) -> None:
        self.order = order
        self.ends = {n: ends[n] for n in order}
        self.shapes = shapes
        self.sure = sure
        self.terms: list[Term] = []
        self.guards: list[Condition] = []
        self.open: list[Binder] = []
        self.inside: dict[tuple[Index, Index], str] = {}
        self.places: dict[str, Index] = {}
        self.masks: list[Term] = []
        self.spent: set[Index] = set()

    def take(self, term: Term) -> bool:
        """Takes a sum of products apart; whether every part of it is understood."""
        match term:
            case Sum(binder, body):
                return self._bound(binder, body)
            case Mul(factors):
                return all(self.take(f) if isinstance(f, Select | Indicator) else self._factor(f) for f in factors)
            case Select(condition, then, otherwise) if otherwise == ZERO_TERM:
                self.guards += flattened(condition)
                return self.take(then)
            case Indicator(condition):
                self.guards += flattened(condition)
                return True
            case _:
                return self._factor(term)

    def _factor(self, term: Term) -> bool:
        self.terms.append(term)
        return True

    def _bound(self, binder: Binder, body: Term) -> bool:
        length = binder.upper - binder.lower
        condition = binder.condition
        if not length.variables():
            self.ends[binder.index] = length
            if binder.lower.terms:
                values = {binder.index: var(binder.index) + binder.lower}
                body = substitute(body, values)
                condition = None if condition is None else substitute_condition(condition, values)
        else:
            self.open.append(binder)
            me = var(binder.index)
            self.guards += [IndexCondition(">=", me - binder.lower), IndexCondition(">=", binder.upper - 1 - me)]
        if condition is not None:
            self.guards += flattened(condition)
        return self.take(body)

    # ---- equations

    def contraction(self) -> Contraction | None:
        """What was taken, if it has equations and no other guards."""
        if not all(self._closed(b) for b in self.open):
            return None
        mine = frozenset(self.ends)
        factors = [mapped(t, lambda part: self._inside(part, mine)) for t in self.terms]
        equalities = [g.index for g in self.guards if isinstance(g, IndexCondition) and g.relation == "=="]
        tied = [self._tied(t, u) for (u, _), t in self.inside.items()]
        known = [e for e in (*tied, *map(_linear, equalities)) if e]
        ones = self._windows()
        left = [e for e in equalities if e not in self.spent and not _linear(e)]
        if ones is None or not all(self._placed(e) or self._masked(e) for e in left):
            return None
        factors += self.masks
        known += [e for e, _ in ones]
        names = (*self.order, *(n for n in self.ends if n not in self.order))
        found = [Factor(t, axes_of(t, names, self.shapes)) for t in factors] + [f for _, f in ones]
        if not known and not self.places:
            return None
        return Contraction(self.order, self.ends, tuple(found), tuple(known), self.places)

    def _placed(self, index: Index) -> bool:
        """``index == 0`` as an equation for an index of the output; whether it is one."""
        for atom, rest in solved_for_atoms(index):
            if not isinstance(atom, Var) or atom.name in rest.variables():
                continue
            if atom.name in self.order and atom.name not in self.places:
                self.places[atom.name] = rest
                return True
        return False

    def _masked(self, index: Index) -> bool:
        """``index == 0`` as a mask of bound indices; whether it is one."""
        self.masks.append(Indicator(IndexCondition("==", index)))
        return not index.variables() & set(self.order)

    def _closed(self, binder: Binder) -> bool:
        """Gives an index whose range depends on others the range of an axis at which it stands alone."""
        alone = var(binder.index)
        for entry in self._entries():
            for subscript, length in zip(entry.subscripts, self.shapes(entry.tensor) or (), strict=False):
                if subscript == alone:
                    self.ends[binder.index] = length
                    return True
        return False

    def _entries(self) -> Iterator[Entry]:
        for term in self.terms:
            yield from (t for t in walk(term) if isinstance(t, Entry))

    def _inside(self, term: Term, mine: frozenset[str]) -> Term | None:
        """An entry at linear subscripts, with an index of its own for each of them; not behind guards of its own."""
        if isinstance(term, Select | Sum | Product | Extremum):
            return term
        shape = self.shapes(term.tensor) if isinstance(term, Entry) else None
        if not isinstance(term, Entry) or shape is None or len(shape) != len(term.subscripts):
            return None
        return Entry(term.tensor, tuple(map(self._index, term.subscripts, shape, (mine for _ in shape))))

    def _index(self, subscript: Index, length: Index, mine: frozenset[str]) -> Index:
        names = subscript.variables()
        if not names or not names <= mine or (_linear(subscript) is None and self._exact(subscript) is None):
            return subscript
        if subscript.variable is not None and self.ends[subscript.variable] == length:
            return subscript
        found = self.inside.get((subscript, length))
        if found is None:
            found = self._fresh()
            self.inside[subscript, length] = found
            self.ends[found] = length
        return var(found)

    def _exact(self, subscript: Index) -> tuple[Index, Index, Index] | None:
        """``divisor*subscript == total``, where a guard says that the division in it leaves no rest; and that guard."""
        floors = [a for m, _ in subscript.terms for a in m if isinstance(a, Floor)]
        if len(floors) != 1:
            return None
        (floor,) = floors
        own = Index((((floor,), 1),))
        for guard in self.guards:
            if not isinstance(guard, IndexCondition) or guard.relation != "==":
                continue
            for atom, rest in solved_for_atoms(guard.index):
                if not isinstance(atom, Mod) or atom.divisor != floor.divisor or rest.value is None:
                    continue
                left = split_multiple(floor.numerator - atom.numerator + rest, floor.divisor)[1]
                total = floor.numerator - left + (subscript - own) * floor.divisor
                if left.value is not None and _linear(total) is not None:
                    return floor.divisor, total, guard.index
        return None

    def _tied(self, name: str, subscript: Index) -> Equation | None:
        """``name == subscript`` as a linear equation."""
        plain = _linear(subscript)
        if plain is not None:
            return _tied(name, plain)
        exact = self._exact(subscript)
        equation = None if exact is None else _linear(exact[1])
        if exact is None or equation is None:
            return None
        self.spent.add(exact[2])
        return Equation({name: exact[0] * -1, **equation.coefficients}, equation.constant)

    def _within(self, subscript: Index, length: Index) -> Iterator[Condition]:
        exact = self._exact(subscript)
        size, total = exact[:2] if exact is not None else (ONE, subscript)
        yield IndexCondition(">=", total)
        yield IndexCondition(">=", size * (length - 1) - total)

    def _fresh(self) -> str:
        return f"inside.{len(self.ends)}"

    def _windows(self) -> list[tuple[Equation, Factor]] | None:
        """The guards that say more than that subscripts are inside, as factors of ones; ``None`` for others.

        Those of bound indices alone are masks.
        """
        given = tuple(c for (u, n) in self.inside for c in self._within(u, n))
        ends = {n: e for n, e in self.ends.items() if n not in self.inside.values()}
        left = []
        for guard in self.guards:
            bounds = isinstance(guard, IndexCondition) and guard.relation == ">="
            if isinstance(guard, IndexCondition) and (not bounds or self.sure.nonnegative(guard.index, ends, given)):
                continue
            if not condition_variables(guard) & set(self.order):
                self.masks.append(Indicator(guard))
            elif isinstance(guard, IndexCondition):
                left.append(guard.index)
            else:
                return None
        found = []
        while left:
            low = left.pop(0)
            high = next((g for g in left if not (low + g).variables()), None)
            equation = _linear(low) if high is not None else None
            if high is None or equation is None:
                return None
            left.remove(high)
            name = self._fresh()
            self.ends[name] = low + high + 1
            found.append((_tied(name, equation), Factor(None, (name,))))
        return found


def axes_of(term: Term, names: Sequence[str], shapes: Shapes) -> Order:
    """The indices of a term; of an entry at indices alone, in the order of its axes."""
    if isinstance(term, Entry):
        plain = tuple(s.variable or "" for s in term.subscripts)
        if all(plain):
            return plain
    return tuple(n for n in names if n in free_variables(term))


def _linear(index: Index) -> Equation | None:
    """``index == 0`` as an equation, where it is linear in index variables."""
    coefficients: dict[str, Index] = {}
    constant = Index(())
    for monomial, coefficient in index.terms:
        names = [a.name for a in monomial if isinstance(a, Var)]
        rest = tuple(a for a in monomial if not isinstance(a, Var))
        if len(names) > 1 or (names and not all(isinstance(a, Size) for a in rest)):
            return None
        part = Index(((rest, coefficient),))
        if part.variables():
            return None
        if names:
            coefficients[names[0]] = coefficients.get(names[0], Index(())) + part
        else:
            constant = constant - part
    return Equation(coefficients, constant) if coefficients else None


def _tied(name: str, equation: Equation) -> Equation:
    """``name == u``, for the equation ``u == 0``."""
    return Equation({name: Index((((), -1),)), **equation.coefficients}, equation.constant)
