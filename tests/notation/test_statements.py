"""From the keys of a table to the parts of a statement."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from symadj.errors import StatementError, SymadjError
from symadj.notation import read_text, statement
from symadj.terms.index import size, var
from symadj.terms.nodes import All, Determinant, Entry, Not, ValueCondition, at_most, number, same
from symadj.terms.statement import EqualClaim, Expectation, GradientClaim, LinearClaim, Tensor

M, N, K = size("m"), size("n"), size("k")
I, J = var("i"), var("j")  # noqa: E741


def test_the_founding_statement() -> None:
    s = statement(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)")
    assert s.sizes == ("m", "n")
    assert s.inputs == (Tensor("W", (M, N)), Tensor("x", (N,)))
    assert s.outputs == ("y",)
    assert s.claims == (GradientClaim("dW", "W"),)
    assert s.shape("dy") == s.shape("y") == (M,)
    assert (s.expect, s.complex, s.almost_everywhere, s.assumptions) == (Expectation(), False, False, ())
    assert (s.name, s.file, s.line) == ("statement", None, None)


def test_what_is_declared_and_not_defined_is_an_input() -> None:
    s = statement(
        shapes="g: n, y: n, x: n, idx: k in range(n), r: in range(k), dy: n, c:",
        forward=["y = c*x"],
        backward=["g = dy*c", "dx = g"],
    )
    assert s.inputs == (
        Tensor("x", (N,)), Tensor("idx", (K,), N), Tensor("r", (), K), Tensor("c", ()),
    )  # fmt: skip
    assert [let.name for let in s.backward] == ["g", "dx"]
    assert s.claims == (GradientClaim("dx", "x"),)


def test_without_backward_a_name_like_a_cotangent_is_an_input() -> None:
    s = statement(shapes="x: n, dy: n", forward="y = x*dy", linear="dy")
    assert [tensor.name for tensor in s.inputs] == ["x", "dy"]
    assert s.claims == (LinearClaim("linear dy", "dy"),)


def test_an_input_named_like_the_gradient_of_another() -> None:
    s = statement(shapes="x: n, dx: n", forward="y = x*dx", linear="dx")
    assert [tensor.name for tensor in s.inputs] == ["x", "dx"]
    with pytest.raises(StatementError, match="defined in backward"):
        statement(shapes="x: n, dx: n", forward="y[i] = x[i]*dx[i]", backward=["dx = dy", "dx = dy"], linear="dx")


def test_a_forward_line_may_be_named_like_a_gradient() -> None:
    s = statement(shapes="x: n", forward=["dx = x[1:] - x[:-1]"], linear="x")
    assert s.shape("dx") == (N - 1,)


def test_sizes_are_sorted_and_integers_are_none_of_them() -> None:
    s = statement(shapes="x: z*S+b a, i: in range(q)", integers="S, P", forward="y = x", linear="x")
    assert s.sizes == ("a", "b", "q", "z")
    assert s.integers == ("S", "P")


@pytest.mark.parametrize(
    ("shapes", "shape"),
    [
        ("x: n-k+1", (N - K + 1,)),
        ("x: 2*n (n+1)*k", (N * 2, N * K + K)),
        ("x : -k+n", (N - K,)),
        ("x: 0", (N - N,)),
        ("x:n", (N,)),
        (" x: (n + 1) ", (N + 1,)),
        ("x:", ()),
    ],
)
def test_axes(shapes: str, shape: object) -> None:
    assert statement(shapes=shapes, forward="y = 2*x", linear="x").inputs[0].shape == shape


def test_functions() -> None:
    s = statement(shapes="x:", functions="f, g: 2,h:1", forward="y = f(g(x, h(x)))", equal=["x", "x"])
    assert s.functions == {"f": 1, "g": 2, "h": 1}


# ------------------------------------------------------------------------------------------------ claims


def test_several_outputs() -> None:
    s = statement(shapes="x: n", forward=["z = x", "y = 2*x", "w = y"], outputs="z, y", backward="dx = dz + 2*dy")
    assert s.outputs == ("z", "y")
    with pytest.raises(StatementError, match="'w' is no output"):
        statement(shapes="x: n", forward=["z = x", "w = x"], outputs="z", backward="dx = dz + dw")


def test_intermediates_of_backward_are_no_claims() -> None:
    s = statement(shapes="x: n", forward=["z = x", "y = z"], backward=["dz = dy", "t = dz", "dt = t", "dx = dt"])
    assert s.claims == (GradientClaim("dx", "x"),)


def test_claims_of_all_kinds_in_order() -> None:
    s = statement(
        shapes="x: n, w: n",
        forward="y = x*w",
        backward=["dw = dy*x", "dx = dy*w"],
        linear="w, x",
        equal=["y", "w*x", "x*w"],
    )
    assert s.claims == (
        GradientClaim("dw", "w"),
        GradientClaim("dx", "x"),
        LinearClaim("linear w", "w"),
        LinearClaim("linear x", "x"),
        EqualClaim("equal.1", "equal.0", "equal.1"),
        EqualClaim("equal.2", "equal.1", "equal.2"),
    )
    assert [let.name for let in s.forward] == ["y", "equal.0", "equal.1", "equal.2"]
    assert s.outputs == ("y",)


def test_one_pair_is_called_equal() -> None:
    s = statement(shapes="A: n n", equal=["trace(A)", "sum(A[i,i] for i in range(n))"])
    assert s.claims == (EqualClaim("equal", "equal.0", "equal.1"),)
    assert s.outputs == ()
    assert s.forward[0].body == s.forward[1].body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proved", Expectation()),
        (" unknown ", Expectation("unknown")),
        ("disproved", Expectation("disproved")),
        ("disproved: dx", Expectation("disproved", ("dx",))),
        ("disproved :dx,equal", Expectation("disproved", ("dx", "equal"))),
        ("disproved: linear x", Expectation("disproved", ("linear x",))),
    ],
)
def test_expectations(text: str, expected: Expectation) -> None:
    s = statement(shapes="x: n", forward="y = x", backward="dx = dy", linear="x", equal=["x", "y"], expect=text)
    assert s.expect == expected


WRONG = ["", "Proved", "proved: dx", "unknown: dx", "disproved: x", "disproved: dx dx", "false"]


@pytest.mark.parametrize("text", WRONG)
def test_other_expectations(text: str) -> None:
    with pytest.raises(StatementError):
        statement(shapes="x: n", forward="y = x", backward="dx = dy", expect=text)


# ------------------------------------------------------------------------------------------------ hypotheses


def assumed(text: str, shapes: str = "x: n, A: n n, eps:, e: n in range(n), W: m n") -> object:
    s = statement(shapes=shapes, forward="y = 2*x", linear="x", assume=text)
    return s.assumptions[0].indices, s.assumptions[0].condition


X = Entry("x", (I,))
EPS = Entry("eps", ())


@pytest.mark.parametrize(
    ("text", "indices", "condition"),
    [
        ("eps > 0", (), ValueCondition("<", number(0), EPS)),
        ("n >= 2", (), at_most(N - N + 2, N)),
        ("m*n == n + 1", (), same(M * N, N + 1)),
        ("x[i] != 0", (("i", N),), Not(ValueCondition("==", X, number(0)))),
        ("0 < x[i] < 1", (("i", N),), All((ValueCondition("<", number(0), X), ValueCondition("<", X, number(1))))),
        ("A[i,j] == A[j,i]", (("i", N), ("j", N)), ValueCondition("==", Entry("A", (I, J)), Entry("A", (J, I)))),
        ("A == A.T", (("i", N), ("j", N)), ValueCondition("==", Entry("A", (I, J)), Entry("A", (J, I)))),
        ("x > 0", (("i", N),), ValueCondition("<", number(0), X)),
        ("y[i] > 0", (("i", N),), ValueCondition("<", number(0), Entry("y", (I,)))),
        ("det(A) != 0", (), Not(ValueCondition("==", Determinant("A", ()), number(0)))),
        ("W[e[j],j] > eps", (("j", N),), None),
        ("e[e[i]] == i", (("i", N),), None),
    ],
)  # fmt: skip
def test_hypotheses(text: str, indices: object, condition: object) -> None:
    found = assumed(text)
    assert isinstance(found, tuple)
    assert found[0] == indices
    assert condition is None or found[1] == condition


def test_almost_everywhere() -> None:
    s = statement(shapes="x: n", forward="y = x", linear="x", assume=["  almost  everywhere", "x[i] > 0"])
    assert s.almost_everywhere
    assert len(s.assumptions) == 1


def test_hidden_lets_of_hypotheses_stand_before_the_sides_of_equal() -> None:
    s = statement(shapes="A: n n", assume="det(A + eye(n)) != 0", equal=["inv(A)", "inv(A)"])
    assert [let.name for let in s.forward] == ["det.1", "equal.0", "equal.1"]


# ------------------------------------------------------------------------------------------------ errors


def test_one_line_and_a_list_of_one_are_the_same() -> None:
    one = statement(shapes="x: n", forward="y = x", backward="dx = dy", assume="x[i] > 0")
    assert one == statement(shapes="x: n", forward=["y = x"], backward=("dx = dy",), assume=["x[i] > 0"])


def test_errors_of_texts_count_columns_in_the_text() -> None:
    with pytest.raises(StatementError) as caught:
        statement("mine", shapes="x: n", forward=["y = x", "z = x + q"], linear="x")
    error = caught.value
    assert (error.statement, error.line, error.column, error.text) == ("mine", None, 9, "z = x + q")
    assert isinstance(error, SymadjError)


def test_long_texts_are_cut_in_errors() -> None:
    with pytest.raises(StatementError) as caught:
        statement(shapes="x: n", forward="y = q + " + "x + " * 500 + "x", linear="x")
    assert caught.value.text is not None
    assert len(caught.value.text) < 400


def test_columns_in_a_line_over_several_lines() -> None:
    text = '[s]\nshapes = "x: n"\nlinear = "x"\nforward = ["""\n  y[i] = (x[i] +\n     q)"""]\n'
    (error,) = read_text(text).errors
    assert (error.line, error.column) == (6, 6)


def test_columns_after_escapes() -> None:
    (error,) = read_text('[s]\nshapes = "x: n"\nlinear = "x"\nforward = ["y[i]\\t=\\u0020x[i] + q"]\n').errors
    assert (error.line, error.column) == (4, 33)


@pytest.mark.parametrize(
    "name", ["y y", "1y", "", "y.z", "é", "ℯ", "lambda", "None", "__y", "sum", "pi", "eye", "y\n", "y ", "range"]
)
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(StatementError):
        statement(shapes=f"x: n, {name}x: n" if name in ("", "y ", "y\n") else f"{name}: n", equal=["1", f"{name}[0]"])


def test_python_s_normal_form_does_not_smuggle_names() -> None:
    # Python reads the second letter as the first, so it would find the name
    for name in ("ｘ", "𝔁", "ₓ"):
        with pytest.raises(StatementError, match="not in the notation"):
            statement(shapes="x: n", forward=f"y = {name}", linear="x")


def test_statements_can_be_pickled() -> None:
    s = statement(shapes="x: n", forward="y = sum(x)", backward="dx = dy*ones(n)", assume="x[i] > 0")
    assert pickle.loads(pickle.dumps(s)) == s


def test_errors_are_the_same_under_python_O() -> None:
    code = (
        "from symadj.notation import read_file\n"
        "import sys\n"
        "for path in sys.argv[1:]:\n"
        "    for e in read_file(path).errors: sys.stdout.write(f'{e.statement} {e.line} {e.column}\\n')\n"
    )
    root = Path(__file__).parents[2]
    paths = [str(path) for path in sorted((root / "tests" / "malformed").glob("*.toml"))]
    commands = [[sys.executable, *flags, "-c", code, *paths] for flags in ((), ("-O",))]
    outputs = [subprocess.run(command, cwd=root, capture_output=True, text=True, check=True) for command in commands]
    assert outputs[0].stdout == outputs[1].stdout
    assert len(outputs[0].stdout.splitlines()) > 250


def test_wrong_python_types_are_errors() -> None:
    for keys in ({"forward": [1]}, {"forward": 3}, {"linear": ["x"]}, {"equal": "x"}, {"assume": {"x": 1}}):
        with pytest.raises(StatementError):
            statement(shapes="x: n", **keys)  # type: ignore[arg-type]
