"""How sparse entries become small arrays."""

from __future__ import annotations

import pytest

from symadj.terms.index import Index, constant, floor_div, lookup, remainder, size, var
from symadj.verdict.layout import assignments, concrete_shape, enumeration, equations, index_value

SIZES = {"m": 2, "n": 3}
m, n = size("m"), size("n")


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (constant(4), 4),
        (constant(0), 0),
        (n - m + 1, 2),
        (2 * m * n, 12),
        (floor_div(n + 4, m), 3),
        (remainder(n, m), 1),
        (size("unknown"), None),
        (m + size("unknown"), None),
        (var("i"), None),
        (floor_div(m, n - 3), None),
        (floor_div(var("i"), m), None),
        (lookup("idx", (constant(0),)), None),
    ],
)
def test_index_value(index: Index, value: int | None) -> None:
    assert index_value(index, SIZES) == value


def test_concrete_shape() -> None:
    assert concrete_shape((m, n), SIZES) == (2, 3)
    assert concrete_shape((), SIZES) == ()
    assert concrete_shape((m, size("k")), SIZES) is None


@pytest.mark.parametrize(
    ("entries", "shape", "lines"),
    [
        ({}, None, []),
        ({"x": "2"}, (), ["x = 2"]),
        ({"x[0]": "1"}, (3,), ["x = [1, 0, 0]"]),
        ({"x[1, 0]": "-1/2"}, (2, 1), ["x = [[0], [-1/2]]"]),
        ({"x[0,1,0]": "1"}, (1, 2, 2), ["x = [[[0, 0], [1, 0]]]"]),
        ({"x[0]": "[0.5, 0.6]"}, (2,), ["x = [[0.5, 0.6], 0]"]),
        # What does not fit its shape, or has none, or would be long, is listed.
        ({"x[0]": "1"}, None, ["x[0] = 1"]),
        ({"x[3]": "1"}, (3,), ["x[3] = 1"]),
        ({"x[0]": "1"}, (3, 3), ["x[0] = 1"]),
        ({"x[0]": "1"}, (0,), ["x[0] = 1"]),
        ({"x[0]": "1"}, (-1,), ["x[0] = 1"]),
        ({"x[0]": "1", "x[99]": "2"}, (100,), ["x[0] = 1", "x[99] = 2"]),
        ({"x[0]": "1"}, (10**12,), ["x[0] = 1"]),
        ({"x[0, 0, 0]": "1" * 70}, (1, 1, 1), ["x[0, 0, 0] = " + "1" * 70]),
        # What is no entry stays as it is.
        ({"the scalar": "3"}, (2,), ["the scalar = 3"]),
        ({"x[i]": "3"}, (2,), ["x[i] = 3"]),
        ({"x[]": "3"}, (2,), ["x[] = 3"]),
    ],
)  # fmt: skip
def test_assignments(entries: dict[str, str], shape: tuple[int, ...] | None, lines: list[str]) -> None:
    assert assignments(entries, "0", lambda name: shape) == lines


def test_a_wide_matrix_stands_in_rows() -> None:
    entries = {"A[0, 0]": "12345678901234567890", "A[1, 2]": "-98765432109876543210"}
    assert assignments(entries, "0", lambda name: (2, 3)) == [
        "A = [[12345678901234567890, 0,                     0],",
        "     [                   0, 0, -98765432109876543210]]",
    ]


def test_the_default_fills_the_rest() -> None:
    assert assignments({"x[1]": "2"}, "1", lambda name: (3,)) == ["x = [1, 2, 1]"]


def test_tensors_stay_in_the_order_of_their_first_entry() -> None:
    entries = {"x[0]": "1", "c": "5", "y[0]": "2", "x[1]": "3"}
    assert assignments(entries, "0", {"x": (2,), "y": (1,)}.get) == ["x = [1, 3]", "c = 5", "y = [2]"]


def test_words() -> None:
    assert enumeration(["dW"]) == "dW"
    assert enumeration(["dW", "dx"]) == "dW and dx"
    assert equations({}) == ""
