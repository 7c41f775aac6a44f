"""A counterexample that was tampered with is not confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from symadj.oracle import Counterexample, confirm
from tests.oracle.helpers import claim_of, made, refuted

LINEAR = made("W: n n, x: n", ["y[i] = sum(W[i,j]*x[j] for j in range(n))"], ["dW[i,j] = x[i]*dy[j]"])
TRUE = Counterexample({"n": 2}, {"x[1]": "1", "dy[0]": "1"}, "0", "dW[0, 1]", "0", "1")


def test_the_untouched_one_is_confirmed() -> None:
    assert confirm(LINEAR, claim_of(LINEAR), TRUE)
    assert confirm(LINEAR, claim_of(LINEAR), replace(TRUE, entries={**TRUE.entries, "W[1, 1]": "7/3"}))
    assert confirm(LINEAR, claim_of(LINEAR), replace(TRUE, actual="[0.9, 1.1]"))


@pytest.mark.parametrize(
    "changes",
    [
        {"claimed": "1"},
        {"actual": "2"},
        {"actual": "0"},
        {"claimed": "[0, 1]"},
        {"claimed": "[-1, -1/2]"},
        {"actual": "1 + 1j"},
        {"at": "dW[0, 0]"},
        {"at": "dW[0, 2]"},
        {"at": "dW[0]"},
        {"at": "dx[0]"},
        {"at": "dW"},
        {"at": ""},
        {"at": "dW[-1, 1]"},
        {"sizes": {"n": 1}},
        {"sizes": {"n": 0}},
        {"sizes": {}},
        {"sizes": {"n": 2, "m": 1}},
        {"sizes": {"n": 10**9}},
        {"entries": {}},
        {"entries": {"x[1]": "1"}},
        {"entries": {"x[1]": "1", "dy[0]": "2"}},
        {"entries": {"x[1]": "1", "dy[0]": "1", "x[2]": "1"}},
        {"entries": {"x[1]": "1", "dy[0]": "1", "z": "1"}},
        {"entries": {"x[1]": "1", "dy[0]": "one"}},
        {"entries": {"x[1]": "1", "dy[0]": "[0, 1]"}},
        {"entries": {"x[1]": "1", "dy[0]": "1", "y[0]": "1"}},
        {"default": "1"},
        {"default": "x"},
    ],
)
def test_a_changed_one_is_not(changes: dict[str, Any]) -> None:
    assert not confirm(LINEAR, claim_of(LINEAR), replace(TRUE, **changes))


def test_it_must_satisfy_assume() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]**2"], ["dx[i] = x[i]*dy[i]"], assume=["x[i] > 1", "n >= 2"])
    found = refuted(of)
    assert confirm(of, claim_of(of), found)
    lower = {**found.entries, "x[0]": "1"}
    assert not confirm(of, claim_of(of), replace(found, entries=lower, claimed="1", actual="2"))
    assert not confirm(of, claim_of(of), replace(found, sizes={"n": 1}))


def test_the_map_must_be_differentiable_there() -> None:
    of = made("x: n, y: n", ["y[i] = relu(x[i])"], ["dx[i] = 2*dy[i]*(x[i] > 0)"])
    at_zero = Counterexample({"n": 1}, {"dy[0]": "1"}, "0", "dx[0]", "0", "1")
    assert not confirm(of, claim_of(of), at_zero)
    beside_zero = Counterexample({"n": 2}, {"x[0]": "1", "dy[0]": "1"}, "0", "dx[0]", "2", "1")
    assert not confirm(of, claim_of(of), beside_zero)
    fine = replace(beside_zero, entries={"x[0]": "1", "x[1]": "-1", "dy[0]": "1"})
    assert confirm(of, claim_of(of), fine)


def test_intervals_that_hold_both_values_prove_nothing() -> None:
    of = made("x:", ["y = exp(x)"], ["dx = dy*(exp(x) + 1)"])
    found = refuted(of)
    assert confirm(of, claim_of(of), found)
    point = replace(found, entries={"x": "1", "dy": "1"}, claimed="[3.71828, 3.71829]", actual="[2.71828, 2.71829]")
    assert confirm(of, claim_of(of), point)
    assert not confirm(of, claim_of(of), replace(point, claimed="[2, 4]"))
    assert not confirm(of, claim_of(of), replace(point, actual="[2.71829, 2.7183]"))


def test_integer_tables_keep_their_range() -> None:
    of = made("x: n, p: n in range(n), y: n", ["y[i] = x[p[i]]"], ["dx[i] = dy[i]"])
    found = refuted(of)
    for wrong in ("2", "-1", "1/2", "1j"):
        assert not confirm(of, claim_of(of), replace(found, entries={**found.entries, "p[0]": wrong}))


def test_an_unknown_function_must_be_said() -> None:
    of = made("x:, y:", ["y = f(x)"], ["dx = D(f)(x)*dy*2"], functions="f")
    found = refuted(of)
    assert confirm(of, claim_of(of), found)
    without = {k: v for k, v in found.entries.items() if k != "f(s)"}
    assert not confirm(of, claim_of(of), replace(found, entries=without))
    for wrong in ("s**s", "x", "1/0", "f(s)", ""):
        assert not confirm(of, claim_of(of), replace(found, entries={**without, "f(s)": wrong}))
    assert not confirm(of, claim_of(of), replace(found, entries={**without, "g(s)": "s"}))


def test_linearity() -> None:
    of = made("x:, y:", ["y = x**2"], linear="x")
    true = Counterexample({}, {"x": "1", "x'": "1"}, "0", "y additive in x", "2", "4")
    assert confirm(of, claim_of(of), true)
    assert confirm(of, claim_of(of), Counterexample({}, {"x": "1", "scalar": "2"}, "0", "y homogeneous in x", "2", "4"))
    for changes in (
        {"at": "y homogeneous in x"},
        {"at": "y additive"},
        {"at": "y additive in z"},
        {"at": "x additive in x"},
        {"entries": {"x": "1"}},
        {"actual": "3"},
    ):
        assert not confirm(of, claim_of(of), replace(true, **changes))  # type: ignore[arg-type]
    positive = made("x:, y:", ["y = x**2"], linear="x", assume="x > 0")
    assert confirm(positive, claim_of(positive), true)
    negative = replace(true, entries={"x": "1", "x'": "-1"}, actual="0")
    assert not confirm(positive, claim_of(positive), negative)


def test_equal() -> None:
    of = made("x: n", equal=["sum(x[i]**2 for i in range(n))", "sum(x[i] for i in range(n))**2"])
    found = refuted(of)
    assert confirm(of, claim_of(of), found)
    assert not confirm(of, claim_of(of), replace(found, claimed=found.actual, actual=found.claimed))
    assert not confirm(of, claim_of(of), replace(found, entries={**found.entries, "dx[0]": "1"}))


def test_almost_everywhere_is_more_than_a_point() -> None:
    of = made("x:, y:", ["y = x"], ["dx = dy*(x != 0)"], assume="almost everywhere")
    assert not confirm(of, claim_of(of), Counterexample({}, {"dy": "1"}, "0", "dx", "0", "1"))
    of = made("x:, y:", ["y = x"], ["dx = dy*(x != 0)"])
    assert confirm(of, claim_of(of), Counterexample({}, {"dy": "1"}, "0", "dx", "0", "1"))
