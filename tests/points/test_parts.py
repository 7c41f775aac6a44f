"""The parts under the zero test: forms and their opaque columns, polynomials, counting, cases of conditions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symadj.errors import BudgetExceeded, Unsupported
from symadj.points.counting import Facts
from symadj.points.equality import decide
from symadj.points.expansion import Point, expand
from symadj.points.linear import Columns, normal_equality, normal_inequality
from symadj.points.polynomials import evaluate, faulhaber, sum_over
from symadj.points.terms import PointTerm, SizeContext, all_cases, cases
from symadj.terms.index import Index, constant, floor_div, lookup, remainder, size, var
from symadj.terms.nodes import All, Condition, Entry, IndexCondition, Not, Some, ValueCondition
from tests.points.expansion import holds, value

A, J, N, M = var("i"), var("j"), size("n"), size("m")


@pytest.mark.parametrize("exponent", range(7))
def test_faulhaber(exponent: int) -> None:
    def total(x: int) -> Fraction:
        return sum((c * x**k for k, c in enumerate(faulhaber(exponent))), Fraction(0))

    for x in range(-4, 6):
        assert total(x) - total(x - 1) == (x**exponent if x or exponent else 1)


@given(st.integers(-5, 5), st.integers(-6, 8), st.integers(0, 3), st.integers(0, 3))
def test_sum_over_a_range(lower: int, upper: int, i: int, j: int) -> None:
    if upper < lower - 1:
        return
    polynomial = {tuple(sorted("v" * i + "w" * j)): Fraction(3), ("u",): Fraction(-1, 2)}
    total = sum_over(Columns(), polynomial, "v", {"a": 1}, {"b": 1})
    expected = sum((3 * Fraction(v) ** i * 2**j - Fraction(1, 2) for v in range(lower, upper + 1)), Fraction(0))
    assert evaluate(total, {"a": lower, "b": upper, "w": 2, "u": 1}) == expected


INDICES = st.recursive(
    st.sampled_from([A, J, N, M, constant(2), constant(-3)]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, st.sampled_from([N, M, A])).map(lambda p: p[0] * p[1]),
        st.tuples(inner, st.sampled_from([constant(2), constant(3), N, M, N * M])).map(lambda p: floor_div(*p)),
        st.tuples(inner, st.sampled_from([constant(2), constant(4), N, M])).map(lambda p: remainder(*p)),
    ),
    max_leaves=5,
)


def _meaning(columns: Columns, form: dict[str, int], env: dict[str, int]) -> int:
    """The value of a form, from what its opaque columns are made of."""
    total = 0
    for column, coefficient in form.items():
        opaque = columns.opaque.get(column)
        if not column:
            total += coefficient
        elif opaque is None:
            total += coefficient * env[column]
        else:
            parts = [_meaning(columns, dict(part), env) for part in columns.parts(column)]
            if type(opaque).__name__ == "Quotient":
                total += coefficient * (parts[0] // parts[1])
            else:
                product = 1
                for part in parts:
                    product *= part
                total += coefficient * product
    return total


@given(INDICES, st.integers(-4, 6), st.integers(-4, 6), st.integers(1, 4), st.integers(1, 4))
def test_forms_keep_the_value(index: Index, i: int, j: int, n: int, m: int) -> None:
    columns = Columns()
    form = columns.form(index, {})
    env = {"i": i, "j": j, "n": n, "m": m}
    assert _meaning(columns, form, env) == value(index, env)
    image = {"j": 2, "n": -1, "": 3}
    assert _meaning(columns, columns.substitute(form, "i", image), env) == value(index, {**env, "i": 2 * j - n + 3})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (floor_div(2 * A + 1, constant(2)), A),
        (floor_div(4 * A + 2, constant(6)), floor_div(2 * A + 1, constant(3))),
        (floor_div(floor_div(A, constant(2)), constant(3)), floor_div(A, constant(6))),
        (floor_div(A * M + J, M), A + floor_div(J, M)),
        (floor_div(floor_div(A, M) + J * N, N), J + floor_div(A, M * N)),
        (floor_div(constant(-1), N), constant(-1)),
        (remainder(A * M, M), constant(0)),
        (floor_div(-A, constant(2)), floor_div(A, constant(2)) - A),
    ],
)
def test_equal_quotients_look_equal(left: Index, right: Index) -> None:
    columns = Columns()
    assert columns.form(left, {}) == columns.form(right, {})


def test_different_quotients_look_different() -> None:
    columns = Columns()
    assert columns.form(floor_div(A, constant(2)), {}) != columns.form(floor_div(A + 1, constant(2)), {})
    assert columns.form(floor_div(A, N), {}) != columns.form(floor_div(A, M), {})
    assert columns.form(lookup("t", (A,)), {}) != columns.form(lookup("t", (J,)), {})


def test_normal_inequalities_are_tightened_to_integers() -> None:
    assert normal_inequality({"i": 2, "": -1}) == {"i": 1, "": -1}
    assert normal_inequality({"i": -2, "": 3}) == {"i": -1, "": 1}
    assert normal_inequality({"": -1}) is False
    assert normal_inequality({}) is True


def test_normal_equalities() -> None:
    assert normal_equality({"i": -2, "j": 4, "": 6}) == {"i": 1, "j": -2, "": -3}
    assert normal_equality({"i": 2, "": 1}) is False
    assert normal_equality({}) is True


CONDITIONS = st.recursive(
    st.tuples(st.sampled_from(["==", ">="]), st.sampled_from([A - J, A + J - 3, 2 * A - J, A - 1])).map(
        lambda p: IndexCondition(p[0], p[1])  # type: ignore[arg-type]
    ),
    lambda inner: st.one_of(
        inner.map(Not), st.lists(inner, max_size=3).map(lambda p: All(tuple(p))),
        st.lists(inner, max_size=3).map(lambda p: Some(tuple(p))),
    ),
    max_leaves=6,
)  # fmt: skip


@given(CONDITIONS, st.integers(-2, 4), st.integers(-2, 4))
def test_cases_are_disjoint_and_keep_the_truth(condition: Condition, i: int, j: int) -> None:
    env = {"i": i, "j": j, "": 1}
    try:
        found = cases(Columns(), condition, {})
    except BudgetExceeded:
        return

    def at(form: dict[str, int]) -> int:
        return sum(k * env[c] for c, k in form.items())

    true = [case for case in found if not any(map(at, case.equalities)) and all(at(f) >= 0 for f in case.inequalities)]
    assert len(true) == holds(condition, env)


def test_conditions_on_scalars_are_not_of_this_tier() -> None:
    condition = ValueCondition("<", Entry("x", (A,)), Entry("x", (J,)))
    with pytest.raises(Unsupported, match="condition on scalars"):
        all_cases(Columns(), (condition,), {})
    term = PointTerm(Fraction(1), atoms=(("x", (A,), 1),), conditions=(condition,))
    decision = decide([term], {"i": (constant(0), N), "j": (constant(0), N)}, SizeContext(("n",)))
    assert decision.zero is None
    assert "condition on scalars" in (decision.reason or "")


def test_facts() -> None:
    facts = Facts.of([{"n": 1, "": -1}, {"i": 1}, {"n": 1, "i": -1, "": -1}])
    assert facts.nonnegative({"n": 1, "i": -1})
    assert facts.nonnegative({"n": 2, "i": -2, "": -1})
    assert not facts.nonnegative({"n": 1, "i": -1, "": -2})
    assert not facts.nonnegative({"n": 1, "i": -2, "": -1})
    assert facts.nonnegative({"j": -1, "n": 1, "": -2}, [{"j": -1, "": 0}, {"n": 1, "j": -1, "": -2}])


def test_negative_weights_are_refused() -> None:
    term = PointTerm(Fraction(1), weight=(("n", -1),))
    assert decide([term], {}, SizeContext(("n",))).zero is None


def test_nothing_is_zero() -> None:
    assert decide([], {}, SizeContext()).zero is True
    assert decide([PointTerm(Fraction(0))], {}, SizeContext()).zero is True
    assert decide([PointTerm(Fraction(1))], {}, SizeContext()).zero is False


def test_the_rest_keeps_terms_apart() -> None:
    n = (("n", 1),)
    terms = [PointTerm(Fraction(1), n, "eps"), PointTerm(Fraction(-1), n, "c")]
    assert decide(terms, {}, SizeContext(("n",))).zero is False
    assert decide(
        [*terms, PointTerm(Fraction(-1), n, "eps"), PointTerm(Fraction(1), n, "c")], {}, SizeContext(("n",))
    ).zero


def test_expansion_has_a_limit() -> None:
    term = PointTerm(Fraction(1), binders=(("i", constant(0), N), ("j", constant(0), N)))
    with pytest.raises(Unsupported, match="too many points"):
        expand([term], Point({"n": 1000}))


def test_a_division_by_zero_is_no_value() -> None:
    with pytest.raises(Unsupported, match="division by zero"):
        Point({"i": 1, "n": 0}).index(floor_div(A, N))
