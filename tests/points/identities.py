"""Random sums of indexed monomials, rewrites that keep their value, and changes that (mostly) do not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count
from random import Random

from symadj.points.terms import PointTerm, SizeContext
from symadj.terms.index import Index, constant, floor_div, remainder, size, var
from symadj.terms.nodes import All, Condition, IndexCondition, Not, Some

Ranges = dict[str, tuple[Index, Index]]
N, M = size("n"), size("m")


class Generator:
    """Draws from one seeded ``Random``; sizes are n and m, free indices a and b.

    With ``products``, subscripts and conditions may have products with a size, and quotients and remainders by one.
    """

    def __init__(self, seed: int | str, products: bool = False) -> None:
        self.random = Random(seed)
        self.products = products
        self.fresh = count()
        self.free: Ranges = {}
        for name in ("a", "b")[: self.random.choice((0, 0, 1, 1, 2))]:
            self.free[name] = (constant(0), self.random.choice((N, M, 2 * N, N + M - 1)))
        conditions: tuple[Condition, ...] = ()
        if self.random.random() < 0.2:
            conditions = (self.random.choice((_ge(N - M), IndexCondition("==", N - 2 * M), _ge(M - 2))),)
        self.context = SizeContext(("n", "m"), (), conditions)

    # -------------------------------------------------------------------------------------------- drawing

    def term(self) -> PointTerm:
        rng = self.random
        names: list[str] = list(self.free)
        binders = []
        for _ in range(rng.choice((0, 1, 1, 2, 2, 3))):
            name = f"i{next(self.fresh)}"
            binders.append((name, *self.range(names)))
            names.append(name)
        if not names:
            binders.append(("i", constant(0), N))
            names.append("i")
        atoms = []
        for key, rank in (("x", 1), ("w", 1), ("y", 2)):
            for _ in range(rng.choice((0, 1, 1) if key != "w" else (0, 0, 1, 2))):
                atoms.append((key, tuple(self.subscript(names) for _ in range(rank)), rng.choice((1, 1, 1, 2))))
        conditions = tuple(self.condition(names) for _ in range(rng.choice((0, 0, 1, 1, 2))))
        weight = ((rng.choice(["n", *names]), rng.choice((1, 1, 2))),) if rng.random() < 0.2 else ()
        coefficient = Fraction(rng.choice((1, 1, -1, 2)), rng.choice((1, 1, 2)))
        return PointTerm(coefficient, weight, (), tuple(atoms), tuple(binders), conditions)

    def range(self, names: list[str]) -> tuple[Index, Index]:
        rng = self.random
        if names and rng.random() < 0.25:
            other = var(rng.choice(names))
            return rng.choice(((constant(0), other), (constant(0), other + 1), (other, N), (other + 1, M + N)))
        if self.products and rng.random() < 0.2:
            return constant(0), N * M
        return rng.choice(
            ((constant(0), N), (constant(0), N), (constant(0), M), (constant(1), N), (constant(0), 2 * N),
             (constant(0), N + M - 1), (constant(0), constant(3)), (constant(-1), M))
        )  # fmt: skip

    def subscript(self, names: list[str]) -> Index:
        rng = self.random
        i, j = var(rng.choice(names)), var(rng.choice(names))
        if self.products and rng.random() < 0.5:
            return rng.choice((M * i + j, M * i, floor_div(i, M), remainder(i, M), N * i - j, remainder(i + j, N)))
        simple = (i, i, i, i, i + j, i - j, N - 1 - i, i + 1, i - M)
        rare = (2 * i, 2 * i + 1, floor_div(i, constant(2)), remainder(i + 1, constant(3)), constant(0), N - 1,
                2 * i + j, i + 2 * j, floor_div(i + j, constant(2)), remainder(i - j, constant(2)))  # fmt: skip
        return rng.choice(simple if rng.random() < 0.75 else rare)

    def condition(self, names: list[str]) -> Condition:
        rng = self.random
        if rng.random() < 0.2:
            parts = (self.condition(names), self.condition(names))
            return rng.choice((All(parts), Some(parts), Not(parts[0])))
        i, j = var(rng.choice(names)), var(rng.choice(names))
        if self.products and rng.random() < 0.4:
            return rng.choice(
                (_ge(i - M * j), IndexCondition("==", floor_div(i, M) - j), IndexCondition("==", remainder(i, M) - j),
                 IndexCondition("==", i - M * j), All((_ge(i - M * j), _ge(M * j + M - 1 - i))))
            )  # fmt: skip
        return rng.choice(
            (_ge(i - j), _ge(i + j - N), _ge(N - 2 - i), IndexCondition("==", i - j), IndexCondition("==", i),
             Not(IndexCondition("==", i - 1)), IndexCondition("==", remainder(i, constant(2))),
             All((_ge(i - j), _ge(N - 1 - i + j))), _ge(floor_div(i, constant(2)) - j), IndexCondition("==", i + j - M))
        )  # fmt: skip

    # -------------------------------------------------------------------------------------------- rewriting

    def rewritten(self, terms: list[PointTerm]) -> list[PointTerm]:
        """Another writing of the same sum."""
        for _ in range(self.random.choice((1, 2, 3, 4))):
            k = self.random.randrange(len(terms))
            rewrite = self.random.choice((self.shift, self.flip, self.split, self.parity, self.shear, self.widen))
            terms = terms[:k] + rewrite(terms[k]) + terms[k + 1 :]
        self.random.shuffle(terms)
        return [replace(term, atoms=tuple(self.random.sample(term.atoms, len(term.atoms)))) for term in terms]

    def _replace(
        self, term: PointTerm, k: int, binder: tuple[str, Index, Index], value: Index, more: tuple[Condition, ...] = ()
    ) -> list[PointTerm]:
        """The variable of binder k takes the value given, in terms of the new binder's variable."""
        old = term.binders[k][0]
        if any(name == old for name, _ in term.weight):
            return [term]
        values = {old: value}
        later = tuple((n, a.substitute(values), b.substitute(values)) for n, a, b in term.binders[k + 1 :])
        atoms = tuple((key, tuple(s.substitute(values) for s in at), e) for key, at, e in term.atoms)
        conditions = tuple(substituted(c, values) for c in term.conditions)
        return [
            replace(term, binders=(*term.binders[:k], binder, *later), atoms=atoms, conditions=(*conditions, *more))
        ]

    def _pick(self, term: PointTerm) -> tuple[int, str] | None:
        if not term.binders:
            return None
        return self.random.randrange(len(term.binders)), f"i{next(self.fresh)}"

    def shift(self, term: PointTerm) -> list[PointTerm]:
        if (pick := self._pick(term)) is None:
            return [term]
        k, new = pick
        _, lower, upper = term.binders[k]
        by = self.random.choice((constant(1), constant(-2), N, *(var(name) for name in self.free)))
        return self._replace(term, k, (new, lower + by, upper + by), var(new) - by)

    def flip(self, term: PointTerm) -> list[PointTerm]:
        if (pick := self._pick(term)) is None:
            return [term]
        k, new = pick
        _, lower, upper = term.binders[k]
        return self._replace(term, k, (new, lower, upper), lower + upper - 1 - var(new))

    def parity(self, term: PointTerm) -> list[PointTerm]:
        if (pick := self._pick(term)) is None:
            return [term]
        k, new = pick
        old, lower, upper = term.binders[k]
        if any(name == old for name, _ in term.weight):
            return [term]
        found = []
        for rest in (0, 1):
            value = 2 * var(new) + rest
            ends = (floor_div(lower, constant(2)) - 1, floor_div(upper, constant(2)) + 1)
            inside = (_ge(value - lower), _ge(upper - 1 - value))
            found += self._replace(term, k, (new, *ends), value, inside)
        return found

    def shear(self, term: PointTerm) -> list[PointTerm]:
        """i and j with i before j become s = i + j and i."""
        if len(term.binders) < 2:
            return [term]
        k = self.random.randrange(1, len(term.binders))
        first = var(term.binders[k - 1][0])
        new = f"i{next(self.fresh)}"
        _, lower, upper = term.binders[k]
        return self._replace(term, k, (new, lower + first, upper + first), var(new) - first)

    def split(self, term: PointTerm) -> list[PointTerm]:
        names = [*self.free, *(name for name, _, _ in term.binders)]
        condition = self.condition(names) if names else _ge(N - M)
        return [
            replace(term, conditions=(*term.conditions, condition)),
            replace(term, conditions=(Not(condition), *term.conditions)),
        ]

    def widen(self, term: PointTerm) -> list[PointTerm]:
        """A range becomes a condition on a longer range."""
        if not term.binders:
            return [term]
        k = self.random.randrange(len(term.binders))
        name, lower, upper = term.binders[k]
        i = var(name)
        binders = (*term.binders[:k], (name, lower - 1, upper + M), *term.binders[k + 1 :])
        if any(name in later[1].variables() | later[2].variables() for later in term.binders[k + 1 :]):
            return [term]
        return [replace(term, binders=binders, conditions=(_ge(i - lower), _ge(upper - 1 - i), *term.conditions))]

    # -------------------------------------------------------------------------------------------- mutation

    def mutated(self, terms: list[PointTerm]) -> list[PointTerm]:
        """One small change, as people make them; it may still be the same sum."""
        k = self.random.randrange(len(terms))
        term = terms[k]
        change = self.random.randrange(6)
        if change == 0 and term.binders:
            b = self.random.randrange(len(term.binders))
            name, lower, upper = term.binders[b]
            ends = self.random.choice(((lower + 1, upper), (lower, upper - 1), (lower, upper + 1)))
            term = replace(term, binders=(*term.binders[:b], (name, *ends), *term.binders[b + 1 :]))
        elif change in (1, 2) and term.atoms:
            a = self.random.randrange(len(term.atoms))
            key, at, exponent = term.atoms[a]
            axis = self.random.randrange(len(at))
            by = self.random.choice((constant(1), constant(-1), N - M))
            at = (*at[:axis], at[axis] + by, *at[axis + 1 :])
            term = replace(term, atoms=(*term.atoms[:a], (key, at, exponent), *term.atoms[a + 1 :]))
        elif change == 3 and term.conditions:
            drop = self.random.randrange(len(term.conditions))
            term = replace(term, conditions=term.conditions[:drop] + term.conditions[drop + 1 :])
        elif change == 4 and term.conditions:
            drop = self.random.randrange(len(term.conditions))
            term = replace(
                term, conditions=(Not(term.conditions[drop]), *term.conditions[:drop], *term.conditions[drop + 1 :])
            )
        else:
            term = replace(term, coefficient=term.coefficient + self.random.choice((1, -1, Fraction(1, 2))))
        return [*terms[:k], term, *terms[k + 1 :]]

    def identity(self) -> list[PointTerm]:
        """A difference of two writings of one sum."""
        left = [self.term() for _ in range(self.random.choice((1, 1, 1, 2)))]
        return left + negatives(self.rewritten(list(left)))

    def nearly(self) -> list[PointTerm]:
        """A difference of two writings of almost one sum."""
        left = [self.term() for _ in range(self.random.choice((1, 1, 1, 2)))]
        return left + negatives(self.rewritten(self.mutated(list(left))))


def negatives(terms: list[PointTerm]) -> list[PointTerm]:
    return [replace(term, coefficient=-term.coefficient) for term in terms]


def substituted(condition: Condition, values: dict[str, Index]) -> Condition:
    match condition:
        case IndexCondition(relation, index):
            return IndexCondition(relation, index.substitute(values))
        case All(parts):
            return All(tuple(substituted(p, values) for p in parts))
        case Some(parts):
            return Some(tuple(substituted(p, values) for p in parts))
        case Not(part):
            return Not(substituted(part, values))
    raise TypeError(condition)


def _ge(index: Index) -> IndexCondition:
    return IndexCondition(">=", index)
