"""What makes no sense is an ``ArrayError``, and the message quotes the shapes or the argument that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from symadj.arrays import ArrayError, Builder, SymbolicArray, apply_function, call, lift, make_let, tensor
from symadj.errors import SymadjError
from symadj.terms.index import ZERO, size, var
from symadj.terms.nodes import Binder, Entry, Sum, add
from tests.arrays.numeric import World, symbolic

SHAPES = {
    "A": "m n", "B": "n m", "C": "m n", "D": "m k", "S": "n n", "x": "n", "y": "m", "s": "", "V": "b m n", "H": "t h*d",
    "idx": "t < v", "E": "v d", "P": "2 3",
}  # fmt: skip

Expression = Callable[..., Any]


def failing(expression: Expression, *, complex: bool = False) -> str:
    world = World(SHAPES, complex=complex, integers=("r",))
    builder = world.builder()
    parameters = {**world.symbolic(builder), **{name: size(name) for name in world.sizes()}}
    names = expression.__code__.co_varnames[1 : expression.__code__.co_argcount]
    with pytest.raises(ArrayError) as caught:
        expression(symbolic(builder), *(parameters[name] for name in names))
    assert isinstance(caught.value, SymadjError)
    assert caught.value.message == str(caught.value)
    return caught.value.message


SHAPE_ERRORS: list[tuple[Expression, tuple[str, ...]]] = [
    # broadcasting: sizes must be the same polynomial, or literally 1
    (lambda f, A, B: A + B, ("(m, n)", "(n, m)", "m and n differ")),
    (lambda f, A, y: A + y, ("(m, n)", "(m,)")),
    (lambda f, A, y: y - A, ("(m, n)", "(m,)")),
    (lambda f, A, y: A * y, ("(m, n)", "(m,)", "n and m differ")),
    (lambda f, A, y: A / y, ("(m, n)", "(m,)")),
    (lambda f, A, y: A**y, ("(m, n)", "(m,)")),
    (lambda f, A, B: A == B, ("(m, n)", "(n, m)")),
    (lambda f, A, B: A > B, ("(m, n)", "(n, m)")),
    (lambda f, A, x: A + x[:, None], ("(m, n)", "(n, 1)")),
    (lambda f, A, x: A + x[1:], ("(m, n)", "(n - 1,)")),
    (lambda f, A, P: A + P, ("(m, n)", "(2, 3)")),
    (lambda f, V, A: V + A.T, ("(b, m, n)", "(n, m)")),
    (lambda f, A, B: f.maximum(A, B), ("(m, n)", "(n, m)")),
    (lambda f, A, B: f.where(A > 0, A, B), ("(m, n)", "(n, m)")),
    (lambda f, A, B, y: f.where(A > 0, A, y), ("(m, n)", "(m,)")),
    (lambda f, A, B: (A > 0) & (B > 0), ("(m, n)", "(n, m)")),
    # products
    (lambda f, A, C: A @ C, ("(m, n)", "n and m differ")),
    (lambda f, A, y: A @ y, ("(m, n)", "(m,)")),
    (lambda f, x, A: x @ A, ("(n,)", "(m, n)")),
    (lambda f, x, y: x @ y, ("(n,)", "(m,)")),
    (lambda f, A, s: A @ s, ("(m, n)", "()")),
    (lambda f, A: 2 @ A, ("()", "(m, n)")),
    (lambda f, V, E: V @ E, ("(b, m, n)", "(v, d)")),
    (lambda f, V: V @ f.ones((2, size("n"), 1)), ("(b, m, n)", "(2, n, 1)", "do not broadcast")),
    (lambda f, A, x: A @ x[:, None, None], ("(m, n)", "(n, 1, 1)")),
    (lambda f, A, B: f.inner(A, B), ("(m, n)", "(n, m)")),
    (lambda f, A, x: f.inner(A, x), ("(m, n)", "(n,)")),
    (lambda f, A, C: f.dot(A, C), ("(m, n)", "n and m differ")),
    (lambda f, V, C: f.dot(V, C), ("(b, m, n)", "(m, n)")),
    (lambda f, x, y: f.dot(x, y), ("(n,)", "(m,)")),
    (lambda f, A, x: f.vdot(A, x), ("(m, n)", "(n,)")),
    (lambda f, A: f.trace(A), ("(m, n)", "m or n")),
    (lambda f, x: f.trace(x), ("(n,)", "two axes")),
    (lambda f, A: f.diag(A), ("(m, n)",)),
    (lambda f, V: f.diag(V), ("(b, m, n)",)),
    (lambda f, s: f.diag(s), ("()",)),
    # einsum
    (lambda f, A, y: f.einsum("ij,j->i", A, y), ("(m, n)", "(m,)", "j is both n and m")),
    (lambda f, A: f.einsum("ii->i", A), ("(m, n)", "i is both m and n")),
    (lambda f, A: f.einsum("ijk->i", A), ("'ijk'", "(m, n)")),
    (lambda f, A: f.einsum("i->i", A), ("'i'", "(m, n)")),
    (lambda f, A, V: f.einsum("...,...->...", A, V[0].T), ("(m, n)", "(n, m)")),
    (lambda f, y: f.einsum("ii,i->i", f.ones((1, 3)), f.ones(3)), ("(1, 3)", "i is both 1 and 3")),
    # joining
    (lambda f, A, D: f.concatenate([A, D]), ("(m, n)", "(m, k)", "axis 0")),
    (lambda f, A, x: f.concatenate([A, x]), ("(m, n)", "(n,)")),
    (lambda f, s: f.concatenate([s, s]), ("()",)),
    (lambda f, A, D: f.stack([A, D]), ("(m, n)", "(m, k)")),
    # linear algebra
    (lambda f, A: f.inv(A), ("(m, n)", "square")),
    (lambda f, x: f.inv(x), ("(n,)", "square")),
    (lambda f, A: f.det(A), ("(m, n)", "square")),
    (lambda f, A: f.slogdet(A), ("(m, n)", "square")),
    (lambda f, A, x: f.solve(A, x), ("(m, n)", "square")),
    (lambda f, S, y: f.solve(S, y), ("(n, n)", "(m,)")),
    (lambda f, S, A: f.solve(S, A), ("(n, n)", "(m, n)")),
    (lambda f, S, s: f.solve(S, s), ("(n, n)", "()")),
    # einops
    (lambda f, H: f.rearrange(H, "t (h d) -> h t d"), ("(t, d*h)", "more than one way")),
    (lambda f, H: f.rearrange(H, "t (h d) -> h t d", h=3), ("(t, d*h)", "does not split by 3")),
    (lambda f, H, t: f.rearrange(H, "t (h d) -> h t d", h=t), ("(t, d*h)", "does not split by t")),
    (lambda f, H: f.rearrange(H, "t (h d) -> h t d", h=2, d=2), ("(t, d*h)", "is not 4")),
    (lambda f, H: f.rearrange(H, "t h d -> h t d"), ("(t, d*h)",)),
    (lambda f, A: f.rearrange(A, "a 1 -> a"), ("(m, n)", "is not 1")),
    (lambda f, A: f.rearrange(A, "a b c ... -> a b c ..."), ("(m, n)",)),
    (lambda f, x: f.rearrange(x, "(a b) -> a b", a=0), ("(n,)", "does not split by 0")),
]


@pytest.mark.parametrize(("expression", "parts"), [pytest.param(*c, id=str(k)) for k, c in enumerate(SHAPE_ERRORS)])
def test_shapes_that_do_not_fit_are_quoted(expression: Expression, parts: tuple[str, ...]) -> None:
    message = failing(expression)
    assert all(part in message for part in parts), message


ARGUMENT_ERRORS: list[tuple[Expression, str]] = [
    # subscripts
    (lambda f, A: A[0, 0, 0], "3 subscripts for an array of shape (m, n)"),
    (lambda f, s: s[0], "1 subscripts for an array of shape ()"),
    (lambda f, A: A[..., ...], "more than one '...'"),
    (lambda f, P: P[2], "outside the axis of size 2 of shape (2, 3)"),
    (lambda f, P: P[-3], "outside the axis of size 2 of shape (2, 3)"),
    (lambda f, A, m: A[m], "subscript m is outside the axis of size m of shape (m, n)"),
    (lambda f, A, n: A[:, n + 1], "subscript n + 1 is outside the axis of size n"),
    (lambda f, A, m: A[-m - 1], "subscript -m - 1 is outside the axis of size m"),
    (lambda f, x, r: x[-r], "-r may be 0 or negative"),
    (lambda f, x, r: x[:-r], "-r may be 0 or negative"),
    (lambda f, x, r: x[::r], "a slice step must be known to be positive or negative, not r"),
    (lambda f, x, m, n: x[:: m - n], "must be known to be positive or negative"),
    (lambda f, x: x[::0], "must be known to be positive or negative, not 0"),
    (lambda f, x: x[x], "numbers that are no integers, of shape (n,)"),
    (lambda f, x: x[x > 0], "an array of conditions, of shape (n,)"),
    (lambda f, x, s: x[s], "subscripts are integers"),
    (lambda f, x, s: x[s:], "an integer in a slice"),
    (lambda f, x: x[True], "not True"),
    (lambda f, x: x[0.5], "not 0.5"),
    (lambda f, x: x["a"], "not 'a'"),
    (lambda f, x: x[[0, 1]], "not [0, 1]"),
    (lambda f, E, idx: E[idx, f.ones(2) > 0], "an array of conditions, of shape (2,)"),
    (lambda f, S, idx: S[idx, idx[1:]], "index arrays of shapes (t,) and (t - 1,)"),
    # operators
    (lambda f, x: x + "1", "expected an array or a number, not str '1'"),
    (lambda f, x: x @ None, "not NoneType None"),
    (lambda f, x: x * [1, 2], "not list [1, 2]"),
    (lambda f, x: x + float("nan"), "nan is not a number"),
    (lambda f, x: x + float("inf"), "inf is not a number"),
    (lambda f, x: x + 1j, "the complex number 1j over the real field"),
    (lambda f, x: x // 2, "// is of integers"),
    (lambda f, x: 2 % x, "% is of integers"),
    (lambda f, x: (x > 0) - (x < 1), "numpy has no -"),
    (lambda f, x: -(x > 0), "numpy has no -"),
    (lambda f, x: x & (x > 0), "& joins conditions, not numbers"),
    (lambda f, x: ~x, "~ joins conditions, not numbers"),
    (lambda f, x: (x > 0) @ (x < 1), "@ of arrays of conditions"),
    (lambda f, x: f.dot(x > 0, x < 1), "dot of arrays of conditions"),
    (lambda f, x: f.vdot(x > 0, x < 1), "vdot of arrays of conditions"),
    (lambda f, x: f.einsum("i->", x > 0), "einsum of arrays of conditions"),
    (lambda f, S: f.inv(S > 0), "inv of an array of conditions"),
    (lambda f, x: bool(x), "no truth value"),
    (lambda f, x: 1 if x > 0 else 0, "no truth value"),
    (lambda f, x: 0 < x < 1, "no truth value"),
    (lambda f, x: list(x), "no known number of rows"),
    (lambda f, s: list(s), "array of shape ()"),
    # axes
    (lambda f, A: f.sum(A, axis=2), "axis 2 of an array of shape (m, n)"),
    (lambda f, A: f.sum(A, axis=-3), "axis -3 of an array of shape (m, n)"),
    (lambda f, A: f.sum(A, axis=(0, -2)), "an axis is repeated in (0, 0) of an array of shape (m, n)"),
    (lambda f, A: f.mean(A, axis=5), "axis 5 of an array of shape (m, n)"),
    (lambda f, A: f.var(A, axis=5), "axis 5 of an array of shape (m, n)"),
    (lambda f, A, x: f.sum(A, axis=x), "expected an axis, not an array of shape (n,)"),
    (lambda f, A, n: f.sum(A, axis=n), "expected an axis that is a number, not n"),
    (lambda f, A: f.sum(A, axis=True), "expected an axis, not True"),
    (lambda f, A: f.sum(A, axis=0.5), "expected an axis, not 0.5"),
    (lambda f, A: f.sum(A, keepdims=1), "keepdims is True or False"),
    (lambda f, A: f.softmax(A, axis=2), "axis 2 of an array of shape (m, n)"),
    (lambda f, A: f.logsumexp(A, axis=2), "axis 2 of an array of shape (m, n)"),
    (lambda f, A: f.cumsum(A), "cumsum of shape (m, n) needs an axis"),
    (lambda f, A: f.roll(A, 1), "roll of shape (m, n) needs an axis"),
    (lambda f, A: f.flip(A, axis=2), "axis 2 of an array of shape (m, n)"),
    (lambda f, A: f.swapaxes(A, 0, 2), "axis 2 of an array of shape (m, n)"),
    (lambda f, A: f.transpose(A, (0,)), "transpose of shape (m, n) needs 2 axes"),
    (lambda f, A: f.transpose(A, (0, 0)), "an axis is repeated"),
    (lambda f, A: f.transpose(A, (0, 1, 2)), "axis 2 of an array of shape (m, n)"),
    (lambda f, A: f.stack([A], axis=3), "axis 3 of an array of shape (m, n)"),
    (lambda f, A: f.concatenate([A], axis=2), "axis 2 of an array of shape (m, n)"),
    (lambda f, A: f.trace(A, axis1=1, axis2=-1), "trace of an array of shape (m, n) needs two different axes"),
    (lambda f, A: f.mean(A[:0], axis=0), "a mean over no entries"),
    (lambda f, P: f.var(P, axis=0, ddof=2), "a mean over no entries"),
    # values
    (lambda f, x: f.max(x, 0, 1), "max takes an array and an axis, or scalars"),
    (lambda f, s, x: f.max(s, x), "max of several values takes scalars, not shapes (), (n,)"),
    (lambda f, s, x: f.min(s, x), "min of several values takes scalars"),
    (lambda f, x: f.roll(x, 0.5), "expected a shift, not 0.5"),
    (lambda f, x, s: f.roll(x, s), "expected a shift, not an array of shape ()"),
    (lambda f, A: f.roll(A, (1, 2, 3), axis=(0, 1)), "roll by 3 shifts along 2 axes"),
    (lambda f, s: f.tril(s), "tril of a scalar"),
    (lambda f, s: f.triu(s), "triu of a scalar"),
    (lambda f, x, m, n: f.diag(x, m - n), "the sign of the diagonal m - n is not known"),
    (lambda f, S, m, n: f.diag(S, m - n), "the sign of the diagonal m - n is not known"),
    (lambda f, A: f.pad(A, 1, mode="reflect"), "pad with mode 'reflect' is not supported"),
    (lambda f, A: f.pad(A, -1), "negative pad widths for an array of shape (m, n)"),
    (lambda f, A: f.pad(A, ((1, 1), (1, 1), (1, 1))), "3 pairs of pad widths for an array of shape (m, n)"),
    (lambda f, A: f.pad(A, (1, 2, 3)), "a pad width is (before, after), not 3 numbers"),
    (lambda f, A, x: f.pad(A, 1, constant_values=x), "one scalar as constant_values"),
    (lambda f, A: f.pad(A, 0.5), "expected a pad width, not 0.5"),
    (lambda f: f.zeros((2, -1)), "no negative sizes: (2, -1)"),
    (lambda f, n: f.ones(-n), "no negative sizes: (-n,)"),
    (lambda f: f.zeros(0.5), "expected a size, not 0.5"),
    (lambda f, x: f.eye(x), "expected a size, not an array of shape (n,)"),
    (lambda f, x: f.concatenate(x), "concatenate takes a list of arrays"),
    (lambda f: f.concatenate([]), "concatenate of no arrays"),
    (lambda f: f.stack([]), "stack of no arrays"),
    # einsum's and einops' texts
    (lambda f, A, x: f.einsum("ij->i", A, x), "is of 1 operands, not of 2"),
    (lambda f, A, x: f.einsum(A, x), "takes its subscripts as text"),
    (lambda f, A: f.einsum("ij->ik", A), "the output's 'k' is in no operand"),
    (lambda f, A: f.einsum("ij->ii", A), "the output repeats 'i'"),
    (lambda f, A: f.einsum("i.j->i", A), "other signs than letters"),
    (lambda f, A: f.einsum("i1->i", A), "other signs than letters"),
    (lambda f, A: f.einsum("...i...->i", A), "other signs than letters"),
    (lambda f, V: f.einsum("...ij->ij", V), "the output lacks '...'"),
    (lambda f, A: f.rearrange(A, "a b"), "a pattern is text with one '->'"),
    (lambda f, A: f.rearrange(A, "a b -> b -> a"), "a pattern is text with one '->'"),
    (lambda f, A: f.rearrange(A, 3), "a pattern is text with one '->', as 'b (h d) -> b h d', not 3"),
    (lambda f, A: f.rearrange(A, "a b -> a"), "b is on one side only"),
    (lambda f, A: f.rearrange(A, "a b -> a b c"), "c is on one side only"),
    (lambda f, A: f.rearrange(A, "a a -> a"), "repeats a on one side"),
    (lambda f, A: f.rearrange(A, "a b -> a b b"), "repeats b on one side"),
    (lambda f, A: f.rearrange(A, "a b -> a b", c=2), "has no axis c"),
    (lambda f, A: f.rearrange(A, "a 2 -> a"), "'2' is no name of an axis"),
    (lambda f, A: f.rearrange(A, "(a b -> a b"), "is no name of an axis"),
    (lambda f, A: f.rearrange(A, "(a (b)) -> a b"), "is no name of an axis"),
    (lambda f, A: f.rearrange(A, "(a ...) b -> a b"), "'...' on the left stands alone"),
    (lambda f, A: f.reduce(A, "a b -> a", "median"), "reduce by 'median'"),
    (lambda f, A: f.reduce(A, "a b -> a c", "sum"), "c is not on the left"),
    (lambda f, A: f.repeat(A, "a b -> a b c"), "needs the size of c"),
    (lambda f, A: f.repeat(A, "a b -> a c", c=2), "b is not on the right"),
    (lambda f, A, s: f.repeat(A, "a b -> a b c", c=s), "expected the size of c, not an array of shape ()"),
    # argument lists
    (lambda f, A: f.sum(), "sum: missing a required argument: 'a'"),
    (lambda f, A: f.sum(A, 0, True), "sum: too many positional arguments"),
    (lambda f, A: f.sum(A, axes=0), "sum: got an unexpected keyword argument 'axes'"),
    (lambda f, A: f.softmax(A), "softmax: missing a required argument: 'axis'"),
    (lambda f, A: f.exp(A, A), "exp: too many positional arguments"),
    (lambda f, A: f.where(A), "where: missing a required argument: 'x'"),
    (lambda f, A: f.maximum(A), "maximum: missing a required argument: 'x2'"),
]


@pytest.mark.parametrize(
    ("expression", "message"), [pytest.param(*case, id=str(k)) for k, case in enumerate(ARGUMENT_ERRORS)]
)
def test_wrong_arguments_are_named(expression: Expression, message: str) -> None:
    assert message in failing(expression)


def test_an_unknown_function_is_an_error() -> None:
    with pytest.raises(ArrayError, match="unknown function 'svd' of arrays"):
        call(Builder(), "svd", 1)


def test_arrays_of_two_statements_do_not_meet() -> None:
    first, second = tensor(Builder(), "x", (size("n"),)), tensor(Builder(), "x", (size("n"),))
    with pytest.raises(ArrayError, match="different statements"):
        first + second


def test_an_entry_needs_a_subscript_for_each_axis() -> None:
    array = tensor(Builder(), "x", (size("n"), size("n")))
    with pytest.raises(ArrayError, match=r"1 subscripts for an array of shape \(n, n\)"):
        array.entry((ZERO,))


def test_an_unknown_function_takes_as_many_arguments_as_it_has_orders() -> None:
    builder = Builder()
    with pytest.raises(ArrayError, match="g is a function of 2 arguments, not of 1"):
        apply_function(builder, "g", (0, 0), tensor(builder, "x", (size("n"),)))


def test_a_matrix_that_depends_on_an_index_of_the_line_has_no_inverse_by_name() -> None:
    builder = Builder({"i", "A", "x"})
    matrix = tensor(builder, "A", (size("n"), size("n")))
    scale = lift(builder, Entry("x", (var("i"),)))
    with pytest.raises(ArrayError, match="depends on i: give it a line of its own"):
        call(builder, "inv", scale * matrix)


def test_a_softmax_that_depends_on_an_index_of_the_line_is_written_out() -> None:
    builder = Builder({"i", "A", "x"})
    matrix = tensor(builder, "A", (size("n"), size("n")))
    scale = lift(builder, Entry("x", (var("i"),)))
    result = call(builder, "softmax", scale * (matrix @ matrix), axis=0)
    assert isinstance(result, SymbolicArray)
    assert not builder.lets


def test_a_symbolic_array_is_no_key_and_no_sequence_by_accident() -> None:
    builder = Builder()
    array = tensor(builder, "x", (size("n"),))
    assert len({array, array}) == 1
    with pytest.raises(ArrayError):
        assert array == tensor(builder, "x", (size("n"),))


def test_a_let_with_the_same_name_in_two_sums_is_no_shadow() -> None:
    builder = Builder()
    body = add(Sum(Binder("a", ZERO, size("n")), Entry("x", (var("a"),))), Entry("x", (var("b"),)))
    let = make_let("y", SymbolicArray((size("n"),), ("b",), body, builder))
    assert let.indices == ("i",)
    assert let.body == add(Sum(Binder("j", ZERO, size("n")), Entry("x", (var("j"),))), Entry("x", (var("i"),)))
