"""``prove_equal`` on sympy expressions."""

from __future__ import annotations

import pytest
import sympy

import symadj

m, n, k = sympy.symbols("m n k", integer=True, positive=True)
i, j, p = sympy.symbols("i j p", integer=True)
A = sympy.IndexedBase("A", shape=(m, n))
B = sympy.IndexedBase("B", shape=(n, m))
x = sympy.IndexedBase("x", shape=(n,))


def trace_of(
    first: sympy.IndexedBase, second: sympy.IndexedBase, rows: sympy.Symbol, columns: sympy.Symbol
) -> sympy.Expr:
    return sympy.Sum(first[i, j] * second[j, i], (i, 0, rows - 1), (j, 0, columns - 1))


def test_the_trace_is_cyclic() -> None:
    assert symadj.prove_equal(trace_of(A, B, m, n), trace_of(B, A, n, m))


def test_a_delta_collapses_a_sum() -> None:
    left = sympy.Sum(sympy.KroneckerDelta(i, j) * x[j], (j, 0, n - 1))
    assert symadj.prove_equal(left, x[i])


def test_the_sum_of_the_first_integers() -> None:
    assert symadj.prove_equal(sympy.Sum(i, (i, 0, n - 1)) + 0 * x[j] + x[j], n * (n - 1) / 2 + x[j])


def test_functions_and_scalars() -> None:
    c = sympy.Symbol("c")
    left = sympy.Sum(sympy.exp(x[i] + c), (i, 0, n - 1))
    assert symadj.prove_equal(left, sympy.exp(c) * sympy.Sum(sympy.exp(x[p]), (p, 0, n - 1)))


@pytest.mark.parametrize(
    ("left", "right", "size"),
    [
        (sympy.Sum(x[i], (i, 0, n - 1)) ** 2, sympy.Sum(x[i] ** 2, (i, 0, n - 1)), 2),  # the square of a sum
        (sympy.Sum(x[i], (i, 0, n - 1)), sympy.Sum(x[i], (i, 1, n - 1)), 1),  # the first entry is left out
        (sympy.Sum(i, (i, 0, n - 1)) + x[j], n * (n + 1) / 2 + x[j], 1),  # one too many
    ],
)
def test_false_equations_have_a_smallest_counterexample(left: sympy.Expr, right: sympy.Expr, size: int) -> None:
    verdict = symadj.prove_equal(left, right)
    assert verdict.status == "disproved"
    counterexample = verdict.claims["equal"].counterexample
    assert counterexample is not None
    assert counterexample.sizes == {"n": size}


def test_a_shape_that_is_not_known_is_an_error() -> None:
    bare = sympy.IndexedBase("y")
    with pytest.raises(symadj.StatementError, match="the shape of y is not known"):
        symadj.prove_equal(bare[i], x[i])
    assert symadj.prove_equal(bare[i] + x[i], x[i] + bare[i], shapes={"y": (n,), "x": (n,)})


def test_what_the_notation_does_not_have_is_an_error() -> None:
    with pytest.raises(symadj.StatementError, match="gamma is not in the notation"):
        symadj.prove_equal(sympy.gamma(x[i]), x[i])


def test_an_index_without_a_range_is_an_error() -> None:
    with pytest.raises(symadj.StatementError, match="the index i has no range"):
        symadj.prove_equal(x[i + 1], x[i + 1])


def test_shapes_as_a_text() -> None:
    bare = sympy.IndexedBase("y")
    assert symadj.prove_equal(2 * bare[i], bare[i] + bare[i], shapes="y: n")
