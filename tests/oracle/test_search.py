"""Counterexamples are found, are the smallest, are simple, and are never found for what is true."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction
from typing import Any

import pytest

from symadj.oracle import OutOfRange, Place, search
from symadj.oracle.evaluation import evaluate, gradient
from symadj.terms.statement import GradientClaim
from tests.oracle.helpers import claim_of, made, not_refuted, refuted

LINEAR = "y[i] = sum(W[i,j]*x[j] for j in range(n))"


def test_the_linear_layer_that_swaps_its_factors() -> None:
    of = made("W: n n, x: n", [LINEAR], ["dW[i,j] = x[i]*dy[j]"])
    found = refuted(of)
    assert found.sizes == {"n": 2}
    assert found.entries == {"x[1]": "1", "dy[0]": "1"}
    assert (found.at, found.claimed, found.actual, found.default) == ("dW[0, 1]", "0", "1", "0")


def test_each_claim_on_its_own() -> None:
    of = made("W: m n, x: n", [LINEAR], ["dW[i,j] = dy[i]*x[j]", "dx[j] = sum(W[i,j]*dy[i] for i in range(m))/2"])
    not_refuted(of, "dW")
    found = refuted(of, "dx")
    assert found.sizes == {"m": 1, "n": 1}
    assert (found.claimed, found.actual) == ("1/2", "1")


def test_the_same_search_gives_the_same_answer() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]/sqrt(sum(x[j]**2 for j in range(n)))"], ["dx[i] = dy[i]*x[i]"])
    assert len({str(refuted(of)) for _ in range(3)}) == 1


# ------------------------------------------------------------------------------------------------ the smallest


@pytest.mark.parametrize(
    ("shapes", "forward", "backward", "sizes"),
    [
        ("x: n, y:", "y = sum(x[i] for i in range(n))**2", "dx[i] = 2*x[i]*dy", {"n": 2}),
        ("x: n, y:", "y = prod(x[i] for i in range(n))", "dx[i] = dy*(x[(i+1)%n] if n > 1 else 1)", {"n": 3}),
        ("x: n, y: n", "y[i] = x[n-1-i]", "dx[i] = dy[i]", {"n": 2}),
        ("x: n, y: n", "y[i] = x[i]*(i != 3)", "dx[i] = dy[i]", {"n": 4}),
        ("A: m n, y:", "y = sum(A[i,j] for i in range(m) for j in range(n))", "dA[i,j] = dy*m", {"m": 2, "n": 1}),
        ("A: m n, y:", "y = sum(A[i,j] for i in range(m) for j in range(n))", "dA[i,j] = dy*n", {"m": 1, "n": 2}),
        ("x: n+1, y: n", "y[i] = x[i+1] - x[i]", "dx[i] = (dy[i-1] if i > 0 else 0) - (dy[i] if i < n else 0)", None),
    ],
)
def test_the_smallest_sizes(shapes: str, forward: str, backward: str, sizes: dict[str, int] | None) -> None:
    of = made(shapes, [forward], [backward])
    if sizes is None:
        not_refuted(of)
    else:
        assert refuted(of).sizes == sizes


def _fails_somewhere(of: Any, claim: GradientClaim, sizes: dict[str, int], names: list[str]) -> bool:
    """Exhaustively: does the claim fail at some entries in {-1, 0, 1, 2}?"""
    for entries in itertools.product((-1, 0, 1, 2), repeat=len(names)):
        point = dict(zip(names, entries, strict=True))
        claimed = evaluate(of, sizes, point)[claim.target]
        if claimed != gradient(of, claim.input, sizes, point):
            return True
    return False


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("y[i] = x[i]*x[(i+1)%n]", "dx[i] = dy[i]*x[(i+1)%n] + dy[i]*x[(i+n-1)%n]"),
        ("y[i] = x[i]**3", "dx[i] = 3*x[i]**2*dy[i]"),
        ("y[i] = x[i]*x[0]", "dx[i] = dy[i]*x[0] + (i == 0)*dy[0]*x[0]"),
        ("y[i] = sum(x[j] for j in range(i+1))", "dx[i] = dy[i]"),
        ("y[i] = x[i] + x[n-1-i]", "dx[i] = 2*dy[i]"),
    ],
)
def test_no_smaller_total_has_a_counterexample(forward: str, backward: str) -> None:
    of = made("x: n, y: n", [forward], [backward])
    claim = claim_of(of)
    assert isinstance(claim, GradientClaim)
    found = search(of, claim, max_total=3).counterexample
    sizes = found.sizes["n"] if found else 4
    for n in (1, 2):
        names = [f"{t}[{i}]" for t in ("x", "dy") for i in range(n)]
        assert _fails_somewhere(of, claim, {"n": n}, names) == (n >= sizes)


# ------------------------------------------------------------------------------------------------ conditions and kinks


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("y[i] = min(max(x[i], 0), 6)", "dx[i] = dy[i]*(x[i] > 0)"),
        ("y[i] = x[i] if abs(x[i]) < 1/16 else 2*x[i]", "dx[i] = 2*dy[i]"),
        ("y[i] = x[i] if x[i] > 20 else 2*x[i]", "dx[i] = 2*dy[i]"),
        ("y[i] = relu(x[i])", "dx[i] = dy[i]*(x[i] < 0)"),
        ("y[i] = relu(relu(x[i] - 1) - 2)", "dx[i] = dy[i]*(x[i] > 2)"),
        ("y[i] = x[i] if x[i] > 1/2 else 0", "dx[i] = dy[i]*(x[i] > 5/8)"),
        ("y[i] = x[i] if abs(x[i]) > 19/2 else 0", "dx[i] = dy[i]*(abs(x[i]) > 39/4)"),
        ("y[i] = abs(x[i])", "dx[i] = dy[i]"),
        ("y[i] = x[i]*(1 if x[i] == 0 else 0) + x[i]", "dx[i] = 2*dy[i]"),
    ],
)
def test_each_side_of_a_condition_is_reached(forward: str, backward: str) -> None:
    assert refuted(made("x: n, y: n", [forward], [backward])).sizes == {"n": 1}


@pytest.mark.parametrize(
    ("shapes", "forward", "backward"),
    [
        ("x: n, y: n", "y[i] = relu(x[i])", "dx[i] = dy[i]*(x[i] > 0)"),
        ("x: n, y: n", "y[i] = relu(x[i])", "dx[i] = dy[i]*(x[i] >= 0)"),
        ("x: n, y: n", "y[i] = abs(x[i])", "dx[i] = dy[i]*(1 if x[i] > 0 else -1)"),
        ("x: n, y:", "y = max(x[i] for i in range(n))", "dx[i] = dy*(x[i] == y)"),
        ("x: n, y: n", "y[i] = x[i]/x[i]", "dx[i] = 0*dy[i]"),
        ("x: n, y: n", "y[i] = sqrt(x[i]**2)", "dx[i] = sign(x[i])*dy[i]"),
        ("x: n, y: n", "y[i] = log(x[i])", "dx[i] = dy[i]/x[i]"),
    ],
)
def test_kinks_and_zero_denominators_refute_nothing(shapes: str, forward: str, backward: str) -> None:
    not_refuted(made(shapes, [forward], [backward]))


def test_ties_count_against_a_formula_only_where_the_map_is_differentiable() -> None:
    of = made("x: n, y:", ["y = sum(x[i]**2 for i in range(n))"], ["dx[i] = 2*x[i]*dy*(1 if x[i] != 0 else 7)"])
    not_refuted(of)
    of = made("x: n, y: n", ["y[i] = x[i]"], ["dx[i] = dy[i]*(x[i] != 0)"])
    assert "x[0]" not in refuted(of).entries
    not_refuted(made("x: n, y: n", ["y[i] = x[i]"], ["dx[i] = dy[i]*(x[i] != 0)"], assume="almost everywhere"))


# ------------------------------------------------------------------------------------------------ assume


@pytest.mark.parametrize(
    ("more", "sizes"),
    [
        ({"shapes": "x: n, y: n", "assume": "n >= 5"}, {"n": 5}),
        ({"shapes": "x: n, y: n, A: m", "assume": ["m >= n + 2"]}, {"n": 1, "m": 3}),
        ({"shapes": "x: n, y: n", "integers": "k", "assume": "n == 3*k"}, {"n": 3, "k": 1}),
        ({"shapes": "x: n, y: n, B: n-4"}, {"n": 4}),
    ],
)
def test_sizes_respect_assume(more: dict[str, Any], sizes: dict[str, int]) -> None:
    assert refuted(made(forward=["y[i] = x[i]"], backward=["dx[i] = 2*dy[i]"], **more)).sizes == sizes


def entries_of(found: Any, name: str, *shape: int) -> list[Any]:
    keys = [f"{name}[{', '.join(map(str, at))}]" for at in itertools.product(*map(range, shape))]
    return [Fraction(found.entries.get(key, "0")) for key in keys]


def test_a_symmetric_matrix() -> None:
    forward = ["y[i] = sum(A[i,j]*x[j] for j in range(n))"]
    good = ["dx[i] = sum(A[i,j]*dy[j] for j in range(n))"]
    shapes = "A: n n, x: n, y: n"
    assert refuted(made(shapes, forward, good)).sizes == {"n": 2}
    not_refuted(made(shapes, forward, good, assume="A[i,j] == A[j,i]"))
    found = refuted(made(shapes, forward, ["dx[i] = A[i,i]*dy[i]"], assume="A[i,j] == A[j,i]"))
    a = entries_of(found, "A", 2, 2)
    assert a[1] == a[2] != 0


def test_distributions() -> None:
    of = made("t: n, y:", ["y = sum(t[i] for i in range(n))"], ["dt[i] = 2*dy"],
              assume=["sum(t[i] for i in range(n)) == 1", "t[i] > 0"])  # fmt: skip
    assert refuted(of).entries["t[0]"] == "1"
    of = made("t: n, y: n", ["y[i] = t[i]*sum(t[j] for j in range(n))"], ["dt[i] = dy[i]"],
              assume=["sum(t[i] for i in range(n)) == 1", "t[i] > 0"])  # fmt: skip
    found = refuted(of)
    t = entries_of(found, "t", found.sizes["n"])
    assert sum(t) == 1
    assert all(entry > 0 for entry in t)


@pytest.mark.parametrize("field", ["real", "complex"])
def test_isometries(field: str) -> None:
    assume = "sum(conj(F[k,i])*F[k,j] for k in range(n)) == (i == j)"
    forward = ["y[k] = sum(F[k,i]*x[i] for i in range(n))"]
    shapes = "F: n n, x: n, y: n"
    equal = ["sum(conj(y[k])*y[k] for k in range(n))", "sum(conj(x[k])*x[k] for k in range(n))"]
    not_refuted(made(shapes, forward, equal=equal, assume=assume, field=field))
    found = refuted(made(shapes, forward, ["dx[i] = sum(F[i,k]*dy[k] for k in range(n))"], assume=assume, field=field))
    assert found.sizes["n"] <= 2
    assert refuted(made(shapes, forward, equal=equal, field=field)).sizes == {"n": 1}


def test_integer_tables() -> None:
    shapes, forward = "x: n, p: n in range(n), q: n in range(n), y: n", ["y[i] = x[p[i]]"]
    inverse = ["q[p[i]] == i", "p[q[i]] == i"]
    not_refuted(made(shapes, forward, ["dx[i] = dy[q[i]]"], assume=inverse))
    assert refuted(made(shapes, forward, ["dx[i] = dy[q[i]]"])).sizes["n"] <= 2
    assert refuted(made(shapes, forward, ["dx[i] = dy[p[i]]"], assume=inverse)).sizes == {"n": 3}
    of = made("x: n, p: m in range(n), y: m", ["y[i] = x[p[i]]"], ["dx[j] = sum((p[i] == j)*dy[i] for i in range(m))"])
    not_refuted(of)


def test_inequalities_between_entries() -> None:
    of = made("a:, b:, x: n, y: n", ["y[i] = x[i]*(b - a)"], ["dx[i] = dy[i]*abs(b - a)"], assume="a < b")
    not_refuted(of)
    of = made("a:, b:, x: n, y: n", ["y[i] = x[i]*(b - a)"], ["dx[i] = dy[i]*(a - b)"], assume="a < b")
    found = refuted(of)
    assert Fraction(found.entries.get("a", "0")) < Fraction(found.entries.get("b", "0"))
    of = made("x: n, y: n", ["y[i] = arctan(x[i])"], ["dx[i] = dy[i]"], assume="-1 < x[i] and x[i] < 1")
    assert abs(Fraction(refuted(of).entries["x[0]"])) < 1


def test_a_hypothesis_that_cannot_hold_leaves_no_point() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]"], ["dx[i] = 2*dy[i]"], assume=["x[i] > 1", "x[i] < 0"])
    found = search(of, claim_of(of), evaluations=50)
    assert found.counterexample is None
    assert found.points == 0


# ------------------------------------------------------------------------------------------------ other claims


def test_equal() -> None:
    of = made("A: n n, B: n n", equal=["sum(A[i,j]*B[j,i] for i in range(n) for j in range(n))",
                                       "sum(A[i,i] for i in range(n))*sum(B[i,i] for i in range(n))"])  # fmt: skip
    found = refuted(of)
    assert found.sizes == {"n": 2}
    assert {found.claimed, found.actual} == {"0", "1"}
    assert not any(name.startswith("d") for name in found.entries)
    not_refuted(made("x: n", equal=["sum(x[i] for i in range(n))", "sum(x[n-1-i] for i in range(n))"]))


def test_a_transcendental_identity_is_not_refuted_by_rounding() -> None:
    not_refuted(made("x:, y:", equal=["exp(x + y)", "exp(x)*exp(y)"]))
    not_refuted(made("x:", equal=["sin(x)**2 + cos(x)**2", "1"]))
    found = refuted(made("x:", equal=["tanh(x)", "sinh(x)*cosh(x)"]))
    assert found.claimed.startswith("[")


def test_a_difference_beyond_floating_point_is_not_invented() -> None:
    tiny = "1/1000000000000000000000000000000"
    of = made("x:", equal=["x", f"x*(1 + {tiny})"])
    found = search(of, claim_of(of), evaluations=100)
    assert found.counterexample is None


def test_linear() -> None:
    of = made("x: n, c: n, y: n", ["y[i] = 2*x[i] + c[i]"], linear="x")
    found = refuted(of)
    assert found.at == "y[0] homogeneous in x"
    assert found.entries == {"c[0]": "1"}
    assert (found.claimed, found.actual) == ("0", "1")
    of = made("x: n, y: n", ["y[i] = abs(x[i])"], linear="x")
    assert refuted(of).at in ("y[0] homogeneous in x", "y[0] additive in x")
    of = made("x: n, y:", ["y = max(x[i] for i in range(n))"], linear="x")
    assert refuted(of).sizes == {"n": 2}
    not_refuted(made("x: n, w: n, y:", ["y = sum(w[i]*x[i] for i in range(n))"], linear="x"))


def test_additive_but_not_homogeneous_over_the_complex_field() -> None:
    of = made("x: n, y: n", ["y[i] = conj(x[i])"], linear="x", field="complex")
    found = refuted(of)
    assert found.at == "y[0] homogeneous in x"
    assert "j" in found.entries["scalar"]
    not_refuted(made("x: n, y: n", ["y[i] = conj(x[i])"], linear="x"))


def test_an_input_called_scalar() -> None:
    of = made("scalar:, x:, y:", ["y = x**2*scalar"], linear="x")
    assert "scalar" in refuted(of).entries


def test_complex_adjoints() -> None:
    shapes, forward = "A: m n, x: n, y: m", ["y[i] = sum(A[i,j]*x[j] for j in range(n))"]
    good, bad = "dx[j] = sum(conj(A[i,j])*dy[i] for i in range(m))", "dx[j] = sum(A[i,j]*dy[i] for i in range(m))"
    not_refuted(made(shapes, forward, [good], field="complex"))
    found = refuted(made(shapes, forward, [bad], field="complex"))
    assert found.sizes == {"m": 1, "n": 1}
    assert "j" in found.entries["A[0, 0]"]
    not_refuted(made(shapes, forward, [bad]))
    not_refuted(made("x: n, y: n", ["y[i] = real(x[i])"], ["dx[i] = real(dy[i])"], field="complex"))
    refuted(made("x: n, y: n", ["y[i] = real(x[i])"], ["dx[i] = dy[i]"], field="complex"))
    not_refuted(made("x: n, y: n", ["y[i] = conj(x[i])*x[i]"], ["dx[i] = 2*x[i]*real(dy[i])"], field="complex"))


def test_unknown_functions() -> None:
    of = made("x: n, y: n", ["y[i] = f(x[i])*g(x[i])"], ["dx[i] = D(f)(x[i])*D(g)(x[i])*dy[i]"], functions="f, g")
    found = refuted(of)
    assert {"f(s)", "g(s)"} <= set(found.entries)
    good = "dx[i] = (D(f)(x[i])*g(x[i]) + f(x[i])*D(g)(x[i]))*dy[i]"
    not_refuted(made("x: n, y: n", ["y[i] = f(x[i])*g(x[i])"], [good], functions="f, g"))


# ------------------------------------------------------------------------------------------------ limits


def test_how_far_a_search_went() -> None:
    of = made("W: m n, x: n", [LINEAR], ["dW[i,j] = dy[i]*x[j]"])
    found = search(of, claim_of(of), max_total=6)
    assert (found.counterexample, found.checked_total, found.checked_up_to) == (None, 6, 3)
    found = search(of, claim_of(of), evaluations=3)
    assert found.counterexample is None
    assert found.reason
    found = search(of, claim_of(of), deadline=time.monotonic() - 1)
    assert found.counterexample is None
    assert found.reason


def test_a_place_is_looked_at_first() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]*(i != 20)"], ["dx[i] = dy[i]"])
    assert search(of, claim_of(of), max_total=5).counterexample is None
    found = search(of, claim_of(of), max_total=5, first=Place({"n": 21}, (20,))).counterexample
    assert found is not None
    assert found.sizes == {"n": 21}
    assert found.at == "dx[20]"


@pytest.mark.parametrize("sizes", [{"n": 0}, {"n": 3}, {"q": 1}, {}])
def test_a_place_that_says_nothing_changes_nothing(sizes: dict[str, int]) -> None:
    of = made("x: n, y: n", ["y[i] = x[i]*(i != 3)"], ["dx[i] = dy[i]"])
    found = search(of, claim_of(of), first=Place(sizes, (7,), least=True))
    assert found.counterexample == search(of, claim_of(of)).counterexample


def test_what_comes_before_a_place_is_looked_at_too() -> None:
    of = made("x: n, y: n", ["y[i] = x[i]*(i != 3)"], ["dx[i] = dy[i]"])
    found = search(of, claim_of(of), first=Place({"n": 9}, (3,))).counterexample
    assert found is not None
    assert found.sizes == {"n": 4}


def test_an_entry_out_of_range_is_an_error_with_its_sizes() -> None:
    of = made("x: n, y: n", ["y[i] = x[i] + (x[i+1] if i != 2 else 0)"], ["dx[i] = dy[i]"])
    with pytest.raises(OutOfRange) as error:
        search(of, claim_of(of))
    assert error.value.sizes == {"n": 1}


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = x[i]**1000000000",
        "y[i] = ((x[i]**1000)**1000)**1000",
        "y[i] = sum(x[i] for j in range(100000) for k in range(100000) for l in range(100000))",
        "y[i] = prod(3 + 0*x[i] for j in range(100000))*x[i]",
        "y[i] = exp(exp(exp(exp(20 + x[i]**2))))",
        "y[i] = f(f(f(f(f(f(x[i]))))))",
        "y[i] = " + "*".join(["(x[i] + 1/3)"] * 300),
    ],
)
def test_hostile_lines_end(line: str) -> None:
    of = made("x: n, y: n", [line], ["dx[i] = dy[i]"], functions="f")
    started = time.monotonic()
    search(of, claim_of(of), deadline=started + 2)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("shapes", ["x: 1000000000000000000000, y: 1", "x: n 99999 99999, y: 1"])
def test_huge_shapes_end(shapes: str) -> None:
    of = made(shapes, ["y[i] = i*1"], equal=["0", "0"])
    found = search(of, claim_of(of))
    assert found.counterexample is None


def test_many_sizes_end() -> None:
    shapes = ", ".join(f"x{k}: n{k} m{k}" for k in range(20))
    of = made(f"{shapes}, y:, z: m", ["y = 1*z[0]"], ["dz[i] = dy*(i == 0)"], assume="n0 >= n1 + 1000000")
    found = search(of, claim_of(of), evaluations=1000)
    assert found.counterexample is None


def test_almost_everywhere_still_refutes_what_fails_everywhere() -> None:
    for forward, backward in (
        ("y = max(x[i] for i in range(n))", "dx[i] = 2*dy*(x[i] == max(x[j] for j in range(n)))"),
        ("y = sum(relu(x[i]) for i in range(n))", "dx[i] = dy*(x[i] < 0)"),
        ("y = sum(abs(x[i]) for i in range(n))", "dx[i] = dy"),
        ("y = 1/sum(x[i] for i in range(n))", "dx[i] = dy/sum(x[j] for j in range(n))**2"),
    ):
        assert refuted(made("x: n, y:", [forward], [backward], assume="almost everywhere")).sizes == {"n": 1}


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("y = max(x[i] for i in range(n))", "dx[i] = dy*(x[i] == max(x[j] for j in range(n)))"),
        ("y = sum(x[i] for i in range(n))", "dx[i] = dy*(x[i] != 0)"),
        ("y = sum(x[i] for i in range(n))", "dx[i] = dy*(x[i]**2 > 0)"),
        ("y = sum(x[i] for i in range(n))", "dx[i] = dy*(1 if x[i] != x[0] or i == 0 else 5)"),
        ("y = sum(x[i] for i in range(n))", "dx[i] = dy*(1 - (dy == 1))"),
    ],
)
def test_almost_everywhere_forgives_null_sets(forward: str, backward: str) -> None:
    not_refuted(made("x: n, y:", [forward], [backward], assume="almost everywhere"))


def test_almost_everywhere_beside_equations() -> None:
    of = made("A: n n, x: n, y: n", ["y[i] = sum(A[i,j]*x[j] for j in range(n))"], ["dx[i] = A[i,i]*dy[i]"],
              assume=["A[i,j] == A[j,i]", "almost everywhere"])  # fmt: skip
    assert refuted(of).sizes == {"n": 2}


def test_a_function_of_an_empty_sum_is_looked_at_in_floating_point_too() -> None:
    """The empty sum is a number of the mode: an interval beside floats would not compute."""
    of = made("x: n, y: n", ["y[i] = softplus(sum(x[j] for j in range(i)))*x[i]"], ["dx[i] = dy[i]*softplus(x[i])"])
    found = refuted(of)
    assert found.sizes == {"n": 1}
