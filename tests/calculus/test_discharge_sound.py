"""What ``discharge`` grants must hold wherever the assumptions do: random claims, tried at random points."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from symadj.calculus import Hypothesis, discharge
from symadj.terms.index import Index, constant, size, var
from symadj.terms.nodes import (
    All,
    Binder,
    Call,
    Condition,
    Entry,
    Extremum,
    IndexValue,
    Indicator,
    Not,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    add,
    at_most,
    less,
    mul,
    negate,
    number,
    same,
)
from symadj.terms.statement import Assumption, Let
from tests.calculus.checking import holds
from tests.calculus.evaluation import Evaluator
from tests.calculus.language import show, show_condition

N = size("n")
VALUES = [Fraction(v) for v in (-2, -1, 0, 1, 2)] + [Fraction(1, 2), Fraction(-1, 2)]


class Maker:
    """Random terms and conditions over the vectors x, y, the numbers a, b and the lines z[i], w."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def index(self, scope: tuple[str, ...]) -> Index:
        choices = [var(v) for v in scope] + [constant(0)]
        return self.draw.choice(choices)

    def leaf(self, scope: tuple[str, ...], lines: bool) -> Term:
        kind = self.draw.randrange(8 if lines else 6)
        if kind < 2:
            return Entry("x", (self.index(scope),))
        if kind == 2:
            return Entry("y", (self.index(scope),))
        if kind == 3:
            return Entry(self.draw.choice("ab"), ())
        if kind == 4:
            return number(self.draw.choice([0, 1, 2, -1, Fraction(1, 2)]))
        if kind == 5:
            return IndexValue(self.draw.choice([N, N - 1, self.index(scope)]))
        return Entry("z", (self.index(scope),)) if kind == 6 else Entry("w", ())

    def term(self, depth: int, scope: tuple[str, ...], lines: bool = True) -> Term:
        if depth == 0:
            return self.leaf(scope, lines)
        again = lambda: self.term(depth - 1, scope, lines)  # noqa: E731
        bound = "jkl"[depth - 1]
        inside = lambda: self.term(depth - 1, (*scope, bound), lines)  # noqa: E731
        binder = Binder(bound, constant(0), N)
        match self.draw.randrange(13):
            case 0 | 1:
                return add(again(), again())
            case 2:
                return add(again(), negate(again()))
            case 3 | 4:
                return mul(again(), again())
            case 5:
                return Power(again(), number(self.draw.choice([2, 2, 3, -1, -2])))
            case 6:
                return Call(self.draw.choice(["abs", "relu", "sign", "abs"]), (again(),))
            case 7:
                return Call(self.draw.choice(["maximum", "minimum"]), (again(), again()))
            case 8 | 9:
                if scope and self.draw.random() < 0.3:
                    binder = Binder(bound, constant(0), N, at_most(var(bound), var(scope[0])))
                return Sum(binder, inside())
            case 10:
                return Product(binder, inside()) if self.draw.random() < 0.5 else Extremum("max", binder, inside())
            case 11:
                return Select(self.condition(0, scope, lines), again(), again())
            case _:
                return Indicator(self.condition(0, scope, lines))

    def condition(self, depth: int, scope: tuple[str, ...], lines: bool = True) -> Condition:
        left, right = self.term(depth, scope, lines), self.leaf(scope, lines)
        match self.draw.randrange(6):
            case 0 | 1:
                return ValueCondition("<", right, left)
            case 2:
                return ValueCondition("<=", right, left)
            case 3:
                return Not(ValueCondition("==", left, number(0)))
            case 4:
                return Not(ValueCondition("==", left, right))
            case _:
                return self.draw.choice(
                    [less(self.index(scope), self.index(scope)), same(self.index(scope), self.index(scope))]
                )

    def assumption(self) -> Assumption:
        if self.draw.random() < 0.3:
            x, other = Entry("x", (var("i"),)), Entry("x", (var("k"),))
            apart = Some((Not(ValueCondition("==", x, other)), same(var("i"), var("k"))))
            return Assumption((("i", N), ("k", N)), apart)
        return Assumption((("i", N),), self.condition(self.draw.choice([0, 0, 1]), ("i",)))

    def goal(self) -> Condition:
        goal = self.condition(self.draw.choice([1, 2, 2]), ("i",))
        if self.draw.random() < 0.3:
            return Some((self.condition(0, ("i",)), goal))
        if self.draw.random() < 0.1:
            return All((self.condition(1, ("i",)), goal))
        return goal


def lines(maker: Maker) -> tuple[Let, ...]:
    z = Let("z", ("i",), (N,), maker.term(2, ("i",), lines=False))
    w = Let("w", (), (), maker.term(1, (), lines=False))
    return z, w


@pytest.mark.parametrize("block", range(4))
def test_nothing_false_is_discharged(block: int) -> None:
    granted = 0
    for seed in range(block * 12, (block + 1) * 12):
        maker = Maker(seed)
        program = lines(maker)
        assumptions = [maker.assumption() for _ in range(maker.draw.randrange(4))]
        goals = [Hypothesis((("i", N),), maker.goal(), "", "w") for _ in range(4)]
        left = discharge(goals, assumptions, program, False, integers=())
        for goal in goals:
            if goal not in left:
                granted += 1
                refute(maker, program, assumptions, goal)
    assert granted > 0, "the test has nothing to test"


def refute(maker: Maker, program: tuple[Let, ...], assumptions: list[Assumption], goal: Hypothesis) -> None:
    for _ in range(60):
        n = maker.draw.choice([1, 2, 2, 3])
        vectors = {t: {(k,): maker.draw.choice(VALUES) for k in range(n)} for t in "xy"}
        numbers = {t: {(): maker.draw.choice(VALUES)} for t in "ab"}
        evaluator = Evaluator({"n": n}, {**vectors, **numbers})
        try:
            evaluator.run(program)
            met = all(holds(evaluator, a.indices, a.condition) for a in assumptions)
            true = not met or holds(evaluator, goal.indices, goal.condition)
        except ZeroDivisionError:
            continue  # no value there: the hypotheses about denominators say so
        text = "\n".join([*map(show, program), *(show_condition(a.condition) for a in assumptions)])
        assert true, f"{text}\n|- {show_condition(goal.condition)}\n{vectors} {numbers}"


def test_nothing_that_fails_on_an_open_set_is_granted_almost_everywhere() -> None:
    granted = 0
    for seed in range(40):
        maker = Maker(seed)
        program = lines(maker)
        goals = [unequal(maker) for _ in range(3)]
        left = discharge(goals, [], program, True, integers=())
        for goal in goals:
            if goal not in left:
                granted += 1
                refute_at_generic_points(maker, program, goal)
    assert granted > 10, "the test has nothing to test"


def unequal(maker: Maker) -> Hypothesis:
    left, right = maker.term(maker.draw.choice([1, 2]), ("i",)), maker.leaf(("i",), lines=True)
    apart: Condition = Not(ValueCondition("==", left, right))
    if maker.draw.random() < 0.3:
        apart = Some((same(var("i"), maker.index(("i",))), apart))
    return Hypothesis((("i", N),), apart, "", "w")


def refute_at_generic_points(maker: Maker, program: tuple[Let, ...], goal: Hypothesis) -> None:
    """Rational points drawn from so many that none is special."""
    generic = lambda: Fraction(maker.draw.randrange(-(10**9), 10**9), 10**8 + 7)  # noqa: E731
    for _ in range(25):
        n = maker.draw.choice([1, 2, 2, 3])
        arrays = {t: {(k,): generic() for k in range(n)} for t in "xy"} | {t: {(): generic()} for t in "ab"}
        evaluator = Evaluator({"n": n}, arrays)
        try:
            evaluator.run(program)
            true = holds(evaluator, goal.indices, goal.condition)
        except ZeroDivisionError:
            continue
        assert true, "\n".join([*map(show, program), show_condition(goal.condition), str(arrays)])
