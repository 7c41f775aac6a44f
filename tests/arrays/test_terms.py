"""The terms that array expressions make are those that a person writes as index lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from symadj.arrays import Builder, SymbolicArray, apply_function, call, choose, lift, make_let, tensor
from symadj.arrays.substitution import indices_in
from symadj.terms.index import ONE, ZERO, Floor, Index, Mod, constant, lookup, size, var
from symadj.terms.nodes import (
    ZERO_TERM,
    All,
    Apply,
    Binder,
    Call,
    Entry,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Not,
    Power,
    Select,
    Sum,
    Term,
    ValueCondition,
    add,
    at_most,
    divide,
    less,
    mul,
    negate,
    number,
    same,
    walk,
)
from tests.arrays.numeric import World, symbolic

i, j, k = var("i"), var("j"), var("k")
M, N = size("m"), size("n")
HALF = divide(number(1), number(2))


def A(*at: Index) -> Entry:
    return Entry("A", at)


def B(*at: Index) -> Entry:
    return Entry("B", at)


def x(*at: Index) -> Entry:
    return Entry("x", at)


def y(*at: Index) -> Entry:
    return Entry("y", at)


def over(index: str, length: Index, body: Term) -> Term:
    return Sum(Binder(index, ZERO, length), body)


SHAPES = {"A": "m n", "B": "n m", "S": "n n", "x": "n", "y": "m", "s": ""}


def line(expression: Callable[..., Any], shapes: dict[str, str] | None = None) -> tuple[Any, Builder]:
    world = World(shapes or SHAPES)
    builder = world.builder()
    arrays = world.symbolic(builder)
    parameters = {**arrays, "n": N, "m": M}
    names = expression.__code__.co_varnames[1 : expression.__code__.co_argcount]
    result = lift(builder, expression(symbolic(builder), *(parameters[name] for name in names)))
    return make_let("result", result), builder


@pytest.mark.parametrize(
    ("expression", "body"),
    [
        (lambda f, A, x: A @ x, over("j", N, mul(A(i, j), x(j)))),
        (lambda f, A, y: y @ A, over("j", M, mul(y(j), A(j, i)))),
        (lambda f, A, y: A.T @ y, over("j", M, mul(A(j, i), y(j)))),
        (lambda f, A, B: A @ B, over("k", N, mul(A(i, k), B(k, j)))),
        (lambda f, x, y: f.outer(y, x), mul(y(i), x(j))),
        (lambda f, x: f.dot(x, x), over("i", N, mul(x(i), x(i)))),
        (lambda f, A: f.inner(A, A), over("i", M, over("j", N, mul(A(i, j), A(i, j))))),
        (lambda f, S: f.trace(S), over("i", N, Entry("S", (i, i)))),
        (lambda f, A: f.sum(A, axis=0), over("j", M, A(j, i))),
        (lambda f, A: f.sum(A), over("i", M, over("j", N, A(i, j)))),
        (lambda f, A, n: f.sum(A, axis=1) / n, divide(over("j", N, A(i, j)), IndexValue(N))),
        (lambda f, A: f.mean(A, axis=1), divide(over("j", N, A(i, j)), IndexValue(N))),
        (lambda f, A, x: f.einsum("ij,j->i", A, x), over("j", N, mul(A(i, j), x(j)))),
        (lambda f, A, B: A - B.T, add(A(i, j), negate(B(j, i)))),
        (lambda f, A: 2 * A, mul(number(2), A(i, j))),
        (lambda f, A: A / 2, mul(A(i, j), HALF)),
        (lambda f, A: A**2, Power(A(i, j), number(2))),
        (lambda f, x: f.sqrt(x), Power(x(i), HALF)),
        (lambda f, x, s: s * f.exp(x), mul(Entry("s", ()), Call("exp", (x(i),)))),
        (lambda f, x: x[1:] - x[:-1], add(x(i + 1), negate(x(i)))),
        (lambda f, x: x[::-1], x(N - 1 - i)),
        (lambda f, x: x[::2], x(2 * i)),
        (lambda f, x: f.flip(x), x(N - 1 - i)),
        (lambda f, x: f.cumsum(x), over("j", i + 1, x(j))),
        (lambda f, x: f.diag(x), mul(x(i), Indicator(same(i, j)))),
        (lambda f, n: f.eye(n), Indicator(same(i, j))),
        (lambda f, A: f.tril(A), mul(Indicator(at_most(j, i)), A(i, j))),
        (lambda f, A: f.triu(A, 1), mul(Indicator(less(i, j)), A(i, j))),
        (lambda f, x: f.roll(x, 1), Select(less(ZERO, i), x(i - 1), x(i - 1 + N))),
        (lambda f, x: f.roll(x, -1), Select(less(i + 1, N), x(i + 1), x(i + 1 - N))),
        (lambda f, x, y: f.concatenate([x, y]), Select(less(i, N), x(i), y(i - N))),
        (lambda f, x: f.stack([x, x]), Select(less(i, ONE), x(j), x(j))),
        (lambda f, x: f.pad(x, (1, 2)), Select(All((less(ZERO, i), less(i - 1, N))), x(i - 1), ZERO_TERM)),
        (lambda f, x: f.pad(x, (1, 0)), Select(less(ZERO, i), x(i - 1), ZERO_TERM)),
        (lambda f, x: (x > 0) * x, mul(Indicator(ValueCondition("<", ZERO_TERM, x(i))), x(i))),
        (lambda f, x: x != 0, Indicator(Not(ValueCondition("==", x(i), ZERO_TERM)))),
        (
            lambda f, x: f.where(x > 0, x, 2),
            add(
                mul(Indicator(ValueCondition("<", ZERO_TERM, x(i))), x(i)),
                mul(Indicator(Not(ValueCondition("<", ZERO_TERM, x(i)))), number(2)),
            ),
        ),
        (lambda f, x: f.where(x > 0, x, 0), mul(Indicator(ValueCondition("<", ZERO_TERM, x(i))), x(i))),
        (lambda f, x: f.softmax(x, 0), divide(Call("exp", (x(i),)), over("j", N, Call("exp", (x(j),))))),
        (lambda f, S: f.inv(S), Inverse("S", (i, j))),
        (lambda f, S: f.inv(S.T), Inverse("S", (j, i))),
        (lambda f, S, x: f.solve(S, x), over("j", N, mul(Inverse("S", (i, j)), x(j)))),
        (lambda f, A: f.max(A, axis=1) * 0, ZERO_TERM),
    ],
)
def test_the_entry_is_written_as_an_index_line_is(expression: Callable[..., Any], body: Term) -> None:
    let, builder = line(expression)
    assert let.body == body
    assert not builder.lets


def test_index_names_are_tidy_and_avoid_the_names_in_use() -> None:
    builder = Builder({"A", "i", "k"})
    matrix = tensor(builder, "A", (N, N))
    let = make_let("y", matrix @ matrix @ matrix)
    assert let.indices == ("j", "l")
    assert let.body == over(
        "p", N, mul(over("q", N, mul(A(var("j"), var("q")), A(var("q"), var("p")))), A(var("p"), var("l")))
    )


def test_separate_sums_share_a_name_and_nested_ones_do_not() -> None:
    let, _ = line(lambda f, x: f.sum(x) * f.sum(x))
    assert let.body == mul(over("i", N, x(i)), over("i", N, x(i)))


def test_a_wide_expression_never_runs_out_of_names() -> None:
    builder = Builder()
    total = lift(builder, 0)
    matrix = tensor(builder, "A", (N, N))
    for _ in range(60):
        total = total + call(builder, "sum", matrix @ matrix)
    let = make_let("y", total)
    names = {node.binder.index for node in walk(let.body) if isinstance(node, Sum)}
    assert names == {"i", "j", "k"}


def test_an_index_of_the_line_around_is_not_captured() -> None:
    builder = Builder({"x"})
    array = tensor(builder, "x", (N, N))
    product = array @ array
    entry = product.entry((var("i"), var("i1")))
    bound = {node.binder.index for node in walk(entry) if isinstance(node, Sum)}
    assert not bound & {"i", "i1"}


def test_a_colliding_bound_name_is_renamed_even_when_it_was_not_reserved() -> None:
    builder = Builder()
    total = SymbolicArray((N,), ("a",), over("j", N, A(var("a"), j)), builder)
    assert total.entry((j,)) == over("j1", N, A(j, var("j1")))


def test_gathers_are_look_ups() -> None:
    let, _ = line(lambda f, E, x: E[x], {"E": "v d", "x": "t < v"})
    assert let.body == Entry("E", (lookup("x", (i,)), j))


def test_an_integer_tensor_is_compared_as_integers() -> None:
    let, _ = line(lambda f, x: x == 2, {"x": "t < v"})
    assert let.body == Indicator(IndexCondition("==", lookup("x", (i,)) - 2))


def test_unknown_functions_apply_to_each_entry() -> None:
    builder = Builder()
    array, scalar = tensor(builder, "x", (N,)), tensor(builder, "s", ())
    let = make_let("y", apply_function(builder, "g", (0, 1), array, scalar))
    assert let.body == Apply("g", (0, 1), (x(i), Entry("s", ())))


def test_choose_reads_one_branch_only() -> None:
    builder = Builder()
    array = tensor(builder, "x", (N,))
    let = make_let("y", choose(builder, less(ONE, N), array, 0))
    assert let.body == Select(less(ONE, N), x(i), ZERO_TERM)


def test_a_condition_is_handed_out() -> None:
    builder = Builder()
    scalar = tensor(builder, "s", ())
    assert (scalar > 0).condition == ValueCondition("<", ZERO_TERM, Entry("s", ()))
    assert scalar.condition == Not(ValueCondition("==", Entry("s", ()), ZERO_TERM))


# ------------------------------------------------------------------------------------------------ hidden lets


def test_the_inverse_of_an_expression_refers_to_a_hidden_let() -> None:
    let, builder = line(lambda f, S, n: f.inv(S + f.eye(n)))
    (hidden,) = builder.take_lets()
    assert (hidden.name, hidden.indices, hidden.shape) == ("inv.1", ("i", "j"), (N, N))
    assert hidden.body == add(Entry("S", (i, j)), Indicator(same(i, j)))
    assert let.body == Inverse("inv.1", (i, j))
    assert builder.take_lets() == ()


def test_equal_matrices_share_a_hidden_let_also_between_inv_and_det() -> None:
    let, builder = line(lambda f, S: f.det(2 * S) * f.inv(2 * S) @ f.inv(2 * S))
    assert [hidden.name for hidden in builder.lets] == ["det.1"]
    assert {node.tensor for node in walk(let.body) if isinstance(node, Inverse)} == {"det.1"}


def test_a_name_that_is_defined_again_shares_no_hidden_let_with_its_old_meaning() -> None:
    builder = Builder()
    for _ in range(2):
        scaled = 2 * tensor(builder, "g", (N, N))
        call(builder, "inv", scaled)
        make_let("g", scaled)
    assert [hidden.name for hidden in builder.lets] == ["inv.1", "inv.2"]


def test_an_integer_tensor_that_is_defined_again_is_forgotten_too() -> None:
    builder = Builder()
    table, matrix = tensor(builder, "p", (N,), integer=True), tensor(builder, "A", (N, N))
    call(builder, "inv", matrix[table])
    builder.forget("p")
    call(builder, "inv", matrix[table])
    assert [hidden.name for hidden in builder.lets] == ["inv.1", "inv.2"]


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        (lambda f, S: f.inv(S[1:, 1:]), "inv.1"),
        (lambda f, S: f.inv(S[:-1, :-1]), "inv.1"),
        (lambda f, S: f.inv(S[::-1]), "inv.1"),
        (lambda f, S: f.det(-S), "det.1"),
        (lambda f, S: f.softmax(S @ S, axis=0), "softmax.1"),
        (lambda f, S: f.log_softmax(S @ S, axis=0), "log_softmax.1"),
        (lambda f, S: f.var(S @ S, axis=0), "var.1"),
        (lambda f, S: f.roll(S @ S, 1, axis=0), "roll.1"),
        (lambda f, S: f.where(S @ S > 0, 1, 2), "where.1"),
    ],
)
def test_what_is_needed_by_name_or_twice_is_hidden(expression: Callable[..., Any], name: str) -> None:
    _, builder = line(expression)
    assert [hidden.name for hidden in builder.lets] == [name]


@pytest.mark.parametrize(
    ("expression", "shape"),
    [
        (lambda f, S: f.inv(S.T), "n n"),
        (lambda f, S: f.inv(S[0]), "b n n"),
        (lambda f, S: f.det(f.transpose(S, (0, 2, 1))[0]), "b n n"),
        (lambda f, S: f.softmax(S / 3, axis=0), "n n"),
        (lambda f, S: f.logsumexp(S @ S), "n n"),
        (lambda f, S: f.var(S), "n n"),
        (lambda f, S: f.where(S > 0, S @ S, 2), "n n"),
    ],
)
def test_what_is_light_or_read_once_needs_no_hidden_let(expression: Callable[..., Any], shape: str) -> None:
    _, builder = line(expression, {"S": shape})
    assert not builder.lets


@pytest.mark.parametrize("depth", [3, 6, 12])
@pytest.mark.parametrize("function", ["softmax", "log_softmax", "roll", "var", "where"])
def test_nesting_does_not_make_terms_large(function: str, depth: int) -> None:
    builder = Builder()
    array = tensor(builder, "A", (N, N))
    steps: dict[str, Callable[[SymbolicArray], Any]] = {
        "softmax": lambda a: call(builder, "softmax", a, axis=-1),
        "log_softmax": lambda a: call(builder, "log_softmax", a, axis=0),
        "roll": lambda a: call(builder, "roll", a, 1, axis=0),
        "var": lambda a: call(builder, "var", a, axis=0, keepdims=True) * call(builder, "ones", (N, N)),  # type: ignore[operator]
        "where": lambda a: call(builder, "where", a @ a > 0, 1, 2),
    }
    for _ in range(depth):
        array = steps[function](array)
    let = make_let("y", array)
    total = sum(1 for one in (*builder.lets, let) for _ in walk(one.body))
    assert total <= 60 * depth


# ------------------------------------------------------------------------------------------------ merged axes


def divisions(body: Term) -> int:
    return sum(isinstance(atom, Floor | Mod) for index in indices_in(body) for atom in index.atoms())


@pytest.mark.parametrize(
    ("expression", "shapes", "body"),
    [
        (lambda f, x: f.rearrange(f.rearrange(x, "a b -> (a b)"), "(a b) -> b a", a=size("m")), {"x": "m n"}, x(j, i)),
        (lambda f, x: f.rearrange(x, "(a b) -> (a b)", a=size("m")), {"x": "m*n"}, x(i)),
        (lambda f, x: f.rearrange(x, "(a b) -> a b", a=size("m")), {"x": "m*n"}, x(N * i + j)),
        (lambda f, x: f.sum(f.rearrange(x, "a b -> (a b)")), {"x": "m n"}, over("i", M, over("j", N, x(i, j)))),
        (
            lambda f, x, y: f.rearrange(x, "a b -> (a b)") @ f.rearrange(y, "a b -> (a b)"),
            {"x": "m n", "y": "m n"},
            over("i", M, over("j", N, mul(x(i, j), y(i, j)))),
        ),
    ],
)
def test_merging_and_splitting_cancel(expression: Callable[..., Any], shapes: dict[str, str], body: Term) -> None:
    let, _ = line(expression, shapes)
    assert let.body == body


def test_a_sum_over_three_merged_axes_is_three_sums() -> None:
    let, _ = line(lambda f, x: f.sum(f.rearrange(x, "a b c -> (a b c)")), {"x": "m n p"})
    assert let.body == over("i", M, over("j", N, over("k", size("p"), x(i, j, k))))


def test_the_mixed_product_of_kronecker_products_sums_over_pairs() -> None:
    let, _ = line(lambda f, A, B: f.kron(A, B) @ f.kron(B, A), {"A": "m n", "B": "n m"})
    sums = [node for node in walk(let.body) if isinstance(node, Sum)]
    assert {str(node.binder.upper) for node in sums} == {"m", "n"}
    assert divisions(let.body) == 4


def test_a_sum_that_meets_the_merged_index_whole_stays_one_sum() -> None:
    let, _ = line(lambda f, x, y: f.rearrange(x, "a b -> (a b)") @ y, {"x": "m n", "y": "m*n"})
    assert [str(node.binder.upper) for node in walk(let.body) if isinstance(node, Sum)] == ["m*n"]
    assert let.body.body.factors[1] == y(i)


def test_kron_with_axes_of_size_one_divides_nothing() -> None:
    let, _ = line(lambda f, A, B: f.kron(A, B), {"A": "n 1", "B": "1 m"})
    assert let.body == mul(A(i, ZERO), B(ZERO, j))


def test_constants_in_conditions_are_decided() -> None:
    let, _ = line(lambda f, x: f.eye(3)[1] @ x, {"x": "3"})
    assert let.body == over("i", constant(3), mul(Indicator(same(ONE, i)), x(i)))
    assert line(lambda f, x: f.stack([x, x + 1])[1])[0].body == add(x(i), number(1))
