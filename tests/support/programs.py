"""Random programs of the notation, as terms: every entry that they read lies in its tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random

from symadj.terms.index import ONE, ZERO, Index, constant, floor_div, remainder, size, var
from symadj.terms.nodes import (
    MINUS_ONE,
    Apply,
    Binder,
    Call,
    Condition,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Not,
    Power,
    Product,
    Select,
    Sum,
    Term,
    ValueCondition,
    add,
    at_most,
    less,
    mul,
    number,
    same,
)
from symadj.terms.statement import Assumption, Let, Shape, Statement, Tensor

SMOOTH = ("exp", "tanh", "sin", "cos", "sigmoid", "arctan", "softplus", "erf", "sinh", "cosh")
KINKED = ("relu", "abs", "sign")
SIZES = ("n", "m", "k")
Scope = dict[str, Index]


@dataclass(frozen=True)
class Taste:
    """How likely the constructs are, between 0 and 1."""

    functions: float = 0.15
    kinks: float = 0.05
    divisions: float = 0.1
    affine: float = 0.3
    guards: float = 0.2
    numbers: float = 0.1
    unknown: float = 0.03
    folds: float = 0.02
    composite: float = 0.1
    depth: int = 2
    lines: int = 4
    tensors: int = 5  # at most


PLAIN = Taste(functions=0, kinks=0, divisions=0, affine=0, guards=0.1, unknown=0, folds=0, composite=0)
AFFINE = Taste(functions=0.03, kinks=0, divisions=0.02, affine=0.8, guards=0.45, composite=0.25, depth=2, lines=3)
SMOOTHLY = Taste(functions=0.4, kinks=0, divisions=0.3, affine=0.05, guards=0.05)
KINKS = Taste(functions=0.15, kinks=0.35, divisions=0.1, affine=0.05, guards=0.1)
MIXED = Taste()
TASTES = {PLAIN: 4, AFFINE: 2, SMOOTHLY: 1, KINKS: 1, MIXED: 2}  # and how often each is drawn, of 10
# Depth, lines and tensors, and how often, of 100: a mistake shows in the smallest program that can have it.
SCALES = {(1, 1, 2): 38, (1, 1, 3): 20, (1, 2, 2): 20, (1, 2, 3): 15, (1, 3, 4): 6, (2, 4, 5): 1}


@dataclass
class Draw:
    """Draws one program from a seeded ``Random``."""

    random: Random
    taste: Taste
    shapes: dict[str, Shape] = field(default_factory=dict)
    positive: set[str] = field(default_factory=set)
    tables: dict[str, Index] = field(default_factory=dict)
    lengths: list[Index] = field(default_factory=list)
    count: int = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def fresh(self) -> str:
        self.count += 1
        return f"i{self.count}"

    # ---------------------------------------------------------------------------------------- shapes

    def draw_inputs(self) -> None:
        """Sizes and inputs."""
        pick = self.random
        names = pick.sample(SIZES, pick.choice((1, 1, 2, 2, 3)))
        self.lengths = [size(n) for n in names]
        if self.chance(0.2):
            self.lengths.append(constant(pick.choice((1, 2, 3))))
        if self.chance(self.taste.affine):
            a, b = pick.choice(self.lengths), pick.choice(self.lengths)
            self.lengths.append(pick.choice((a + 1, a + b - 1, a * 2, a + b)))
        if self.chance(self.taste.composite):
            self.lengths.append(size(names[0]) * pick.choice((size(names[-1]), constant(2), constant(3))))
        count = pick.randint(1, self.taste.tensors)
        for name in sorted(pick.sample(("A", "B", "x", "y", "s"), count)):
            rank = {"A": pick.choice((2, 2, 2, 3, 4)), "B": pick.choice((2, 2, 3)), "s": 0}.get(name, 1)
            self.shapes[name] = tuple(pick.choice(self.lengths) for _ in range(rank))
        if self.chance(self.taste.divisions):
            self.shapes["p"] = tuple(pick.choice(self.lengths) for _ in range(pick.choice((0, 1, 1, 2))))
            self.positive.add("p")

    # ---------------------------------------------------------------------------------------- indices

    def subscript(self, length: Index, scope: Scope) -> Index | None:
        """An integer expression in ``range(length)`` wherever its variables are in their ranges."""
        pick = self.random
        options: list[Callable[[], Index]] = []
        equal = [v for v, n in scope.items() if n == length]
        for name in equal:
            options += [lambda name=name: var(name)] * 4  # type: ignore[misc]
            if self.chance(self.taste.affine):
                options.append(lambda name=name: length - 1 - var(name))  # type: ignore[misc]
        if length.value is not None and length.value > 0:
            options.append(lambda: constant(pick.randrange(length.value or 1)))
        if self.chance(self.taste.affine):
            options += self._affine(length, scope)
        return pick.choice(options)() if options else None

    def _affine(self, length: Index, scope: Scope) -> list[Callable[[], Index]]:
        found: list[Callable[[], Index]] = []
        for v, n in scope.items():
            i = var(v)
            if n * 2 == length:
                found += [lambda i=i: i * 2, lambda i=i: i * 2 + 1, lambda i=i, n=n: i + n]  # type: ignore[misc]
            if n == length * 2:
                found += [lambda i=i: floor_div(i, constant(2)), lambda i=i: remainder(i, length)]  # type: ignore[misc]
            if n + 1 == length:
                found += [lambda i=i: i + 1, lambda i=i: i]  # type: ignore[misc]
            for w, q in scope.items():
                j = var(w)
                if w != v and n + q - 1 == length:
                    found += [lambda i=i, j=j: i + j] * 2  # type: ignore[misc]
                if w != v and n * q == length and (n.value is None or q.value is None):
                    found += [lambda i=i, j=j, q=q: i * q + j] * 2  # type: ignore[misc]
            for other in self.lengths:
                if other * length == n and other.value != 1:
                    found.append(lambda i=i, other=other: floor_div(i, other))  # type: ignore[misc]
                    found.append(lambda i=i: remainder(i, length))  # type: ignore[misc]
        if self.chance(0.1) and length.sizes() and _at_least_one(length):
            found += [lambda: ZERO, lambda: length - 1]
        return found

    def condition(self, scope: Scope) -> Condition | None:
        """A condition on indices."""
        pick = self.random
        names = list(scope)
        if not names:
            return None
        i = var(pick.choice(names))
        j = var(pick.choice(names)) if self.chance(0.7) else pick.choice([*self.lengths, ZERO, ONE])
        j = j + pick.choice((0, 0, 0, 1, -1))
        if i == j:
            return None
        kind = pick.randrange(6)
        if kind == 0:
            return same(i, j)
        if kind == 1:
            return less(i, j)
        if kind == 2:
            return at_most(j, i)
        if kind == 3:
            return Not(same(i, j))
        if kind == 4 and self.chance(self.taste.affine):
            return same(remainder(i, constant(2)), constant(pick.randrange(2)))
        return at_most(i, j)

    # ---------------------------------------------------------------------------------------- terms

    def entry(self, scope: Scope, pending: Scope) -> Term:
        """An entry of a tensor; where no index fits, a new one is put into ``pending``."""
        names = list(self.shapes)
        if len(scope) + len(pending) > 3:
            known = set(scope.values()) | set(pending.values())
            names = [n for n in names if set(self.shapes[n]) <= known]
        return self.entry_of(self.random.choice(names), scope, pending) if names else number(2)

    def entry_of(self, name: str, scope: Scope, pending: Scope) -> Term:
        subscripts = []
        guards: list[Condition] = []
        for length in self.shapes[name]:
            both = {**scope, **pending}
            fits = self.chance(0.85) or len(both) > 3
            found = self.subscript(length, both) if fits else None
            if found is None:
                fresh = self.fresh()
                pending[fresh] = length
                found = var(fresh)
            elif self.chance(self.taste.guards * self.taste.affine):
                shift = self.random.choice((1, -1))
                found = found + shift
                guards.append(less(found, length) if shift > 0 else at_most(ZERO, found))
            subscripts.append(found)
        term: Term = Entry(name, tuple(subscripts))
        for guard in guards:
            term = Select(guard, term, number(0) if self.chance(0.8) else number(1))
        return term

    def product(self, scope: Scope, depth: int) -> Term:
        """A product, summed over the indices that it makes."""
        pick = self.random
        pending: Scope = {}
        factors: list[Term] = []
        for _ in range(pick.choice((1, 1, 2, 2, 2, 3) if depth else (1, 1, 2))):
            factors.append(self.factor({**scope, **pending}, pending, depth))
        if self.chance(self.taste.guards * 0.5):
            condition = self.condition({**scope, **pending})
            if condition is not None:
                factors.append(Indicator(condition))
        if self.chance(self.taste.numbers):
            factors.append(self.number({**scope, **pending}))
        term = mul(*factors)
        for name, length in reversed(pending.items()):
            term = self.summed(name, length, term, scope)
        return term

    def summed(self, name: str, length: Index, body: Term, scope: Scope) -> Term:
        pick = self.random
        lower, upper = ZERO, length
        condition = None
        if self.chance(self.taste.guards):
            others = [v for v, n in scope.items() if n == length]
            if others and self.chance(0.4):
                i = var(pick.choice(others))
                lower, upper = pick.choice(((ZERO, i + 1), (ZERO, i), (i, length), (i + 1, length)))
            else:
                condition = self.condition({**scope, name: length})
                if condition is not None and name not in _condition_variables(condition):
                    condition = None
        binder = Binder(name, lower, upper, condition)
        if self.chance(self.taste.folds):
            return Product(binder, body) if self.chance(0.6) else Extremum(pick.choice(("max", "min")), binder, body)
        return Sum(binder, body)

    def number(self, scope: Scope) -> Term:
        pick = self.random
        kind = pick.randrange(4)
        if kind == 0 and scope:
            return IndexValue(var(pick.choice(list(scope))) + pick.choice((0, 1)))
        if kind == 1:
            return IndexValue(pick.choice(self.lengths))
        return number(pick.choice((2, -1, 3, Fraction(1, 2), Fraction(-2, 3))))

    def factor(self, scope: Scope, pending: Scope, depth: int) -> Term:
        pick = self.random
        taste = self.taste
        if depth <= 0 or self.chance(0.5):
            term = self.entry(scope, pending)
            if self.chance(0.15):
                return Power(term, number(pick.choice((2, 2, 3))))
            return term
        if self.chance(taste.functions):
            return self.function(scope, depth)
        if self.chance(taste.kinks):
            return self.kinked(scope, depth)
        if self.chance(taste.divisions):
            base, exponent = self.positive_term(scope, depth), number(pick.choice((-1, -1, -2, Fraction(1, 2))))
            return Power(base, exponent)
        if self.chance(taste.unknown):
            return Apply("f", (0,), (self.term(scope, depth - 1),))
        if self.chance(0.3):
            return self.term(scope, depth - 1)
        return self.entry(scope, pending)

    def function(self, scope: Scope, depth: int) -> Term:
        pick = self.random
        kind = pick.randrange(8)
        if kind == 0:
            return Call("log", (self.positive_term(scope, depth),))
        if kind == 1:
            exponent = pick.choice((Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2)))
            return Power(self.positive_term(scope, depth), number(exponent))
        return Call(pick.choice(SMOOTH), (self.term(scope, depth - 1),))

    def kinked(self, scope: Scope, depth: int) -> Term:
        pick = self.random
        kind = pick.randrange(4)
        if kind == 0:
            return Call(pick.choice(("maximum", "minimum")), (self.term(scope, depth - 1), self.term(scope, depth - 1)))
        if kind == 1:
            left = self.term(scope, 0)
            test = ValueCondition(pick.choice(("<", "<=")), number(0), left)
            return Select(test, self.term(scope, depth - 1), pick.choice((number(0), self.term(scope, depth - 1))))
        return Call(pick.choice(KINKED), (self.term(scope, depth - 1),))

    def positive_term(self, scope: Scope, depth: int) -> Term:
        """A term with positive values."""
        pick = self.random
        kind = pick.randrange(4)
        if kind == 0 and self.positive:
            pending: Scope = {}
            term = self.entry_of("p", scope, pending)
            if isinstance(term, Entry):
                for name, length in reversed(pending.items()):
                    term = Sum(Binder(name, ZERO, length), term)
                return term
        if kind <= 1:
            return Call("exp", (self.term(scope, depth - 1),))
        pending = {}
        inner = self.entry(scope, pending)
        squares: Term = Power(inner, number(2))
        for name, length in reversed(pending.items()):
            squares = Sum(Binder(name, ZERO, length), squares)
        if kind == 2:
            squares = mul(squares, Power(IndexValue(pick.choice(self.lengths)), MINUS_ONE))
        return add(number(pick.choice((1, 1, 2, Fraction(1, 3)))), squares)

    def term(self, scope: Scope, depth: int) -> Term:
        """A sum of products."""
        pick = self.random
        terms = [self.product(scope, depth) for _ in range(pick.choice((1, 1, 1, 2, 2, 3) if depth else (1, 1, 2)))]
        if self.chance(self.taste.numbers * 0.5):
            terms.append(self.number(scope))
        signed = [mul(MINUS_ONE, t) if self.chance(0.25) else t for t in terms]
        return add(*signed)

    # ---------------------------------------------------------------------------------------- lines

    def line(self, name: str) -> Let:
        pick = self.random
        shape = tuple(pick.choice(self.lengths) for _ in range(pick.choice((0, 1, 1, 1, 2, 2, 3))))
        indices = tuple(self.fresh() for _ in shape)
        body = self.term(dict(zip(indices, shape, strict=True)), pick.randint(1, self.taste.depth))
        return Let(name, indices, shape, body)

    def lines(self) -> tuple[Let, ...]:
        found: list[Let] = []
        for k in range(self.random.randint(1, self.taste.lines)):
            let = self.line(f"t{k}")
            found.append(let)
            self.shapes[let.name] = let.shape
        return tuple(found)

    def statement(self, name: str) -> Statement:
        """A statement without claims: inputs, forward lines, and assumptions."""
        self.draw_inputs()
        inputs = tuple(Tensor(n, s) for n, s in self.shapes.items())
        lets = self.lines()
        used = sorted(_sizes(self.lengths) | {s for shape in self.shapes.values() for s in _sizes(shape)})
        outputs = [lets[-1].name]
        if len(lets) > 1 and self.chance(0.1):
            outputs.insert(0, lets[-2].name)
        return Statement(
            name,
            sizes=tuple(used),
            integers=(),
            inputs=inputs,
            functions={"f": 1},
            forward=lets,
            outputs=tuple(outputs),
            backward=(),
            claims=(),
            assumptions=tuple(_positivity(n, self.shapes[n]) for n in sorted(self.positive)),
        )


def _sizes(lengths: Iterable[Index]) -> set[str]:
    return {s for length in lengths for s in length.sizes()}


def _positivity(name: str, shape: Shape) -> Assumption:
    indices = tuple((f"q{k}", length) for k, length in enumerate(shape))
    entry = Entry(name, tuple(var(n) for n, _ in indices))
    return Assumption(indices, ValueCondition("<", number(0), entry))


def _at_least_one(length: Index) -> bool:
    return all(c > 0 for m, c in length.terms if m) and sum(c for _, c in length.terms) >= 1


def _condition_variables(condition: Condition) -> set[str]:
    if isinstance(condition, Not):
        return _condition_variables(condition.part)
    return condition.index.variables() if isinstance(condition, IndexCondition) else set()


def draw_statement(seed: int | str) -> Statement:
    """The program of this seed."""
    random = Random(seed)
    taste = random.choices(list(TASTES), list(TASTES.values()))[0]
    depth, lines, tensors = random.choices(list(SCALES), list(SCALES.values()))[0]
    return Draw(random, replace(taste, depth=depth, lines=lines, tensors=tensors)).statement(f"s{seed}")
