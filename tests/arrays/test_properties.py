"""Random shapes, labels, patterns, slices and chains of functions, against numpy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from symadj.arrays import ArrayError, SymbolicArray, lift, make_let
from symadj.arrays.sizes import exact_divide, lower_bound, merge_indices, simplify_index, split_index, upper_bound
from symadj.arrays.substitution import substitute, tidy
from symadj.terms.index import ONE, ZERO, Index, constant, floor_div, remainder, size, var
from symadj.terms.nodes import Extremum, Product, Sum, children, walk
from tests.arrays.numeric import NUMPY, Point, World, compare_at, native, symbolic

SIZES = {"k": 2, "m": 3, "n": 4}
AXES = st.sampled_from(["k", "m", "n", "1", "2"])
SHAPE = st.lists(AXES, max_size=3)


def both(
    expression: Callable[..., Any], shapes: dict[str, str], sizes: dict[str, int] | None = None
) -> tuple[SymbolicArray | None, Any]:
    """The symbolic result and numpy's, each None where it is an error; compared where both are there."""
    world = World(shapes)
    builder = world.builder()
    sizes = sizes or SIZES
    point = world.point(sizes, 7)
    assert point is not None
    result, expected = None, None
    with contextlib.suppress(ArrayError):
        result = lift(builder, expression(symbolic(builder), *world.symbolic(builder).values()))
    with contextlib.suppress(ValueError, IndexError, TypeError), np.errstate(all="ignore"):
        expected = np.asarray(expression(NUMPY, *(native(name, point.tensors[name], world) for name in shapes)))
    if result is not None and expected is not None:
        let = make_let("result", result)
        for hidden in builder.take_lets():
            point.define(hidden)
        compare_at(point, let, expected, sizes)
    return result, expected


def distinct(*shapes: Sequence[str]) -> bool:
    """No two different symbolic sizes are the same number: 2 and k are."""
    return not ({"2", "k"} <= {axis for shape in shapes for axis in shape})


@given(SHAPE, SHAPE)
@example(["1", "n"], ["m", "1"])
@example([], ["m"])
def test_shapes_broadcast_exactly_when_numpys_do(first: list[str], second: list[str]) -> None:
    assume(distinct(first, second))
    result, expected = both(lambda f, a, b: a + 2 * b, {"a": " ".join(first), "b": " ".join(second)})
    assert (result is None) == (expected is None)


@given(SHAPE, SHAPE)
def test_matrix_products_exist_exactly_when_numpys_do(first: list[str], second: list[str]) -> None:
    assume(distinct(first, second))
    result, expected = both(lambda f, a, b: a @ b, {"a": " ".join(first), "b": " ".join(second)})
    assert (result is None) == (expected is None)


@given(SHAPE, SHAPE)
def test_dot_exists_exactly_when_numpys_does(first: list[str], second: list[str]) -> None:
    assume(distinct(first, second))
    result, expected = both(lambda f, a, b: f.dot(a, b), {"a": " ".join(first), "b": " ".join(second)})
    assert (result is None) == (expected is None)


@given(SHAPE, SHAPE)
def test_kron_and_outer_of_any_shapes(first: list[str], second: list[str]) -> None:
    shapes = {"a": " ".join(first[:2]), "b": " ".join(second[:2])}
    for expression in (lambda f, a, b: f.kron(a, b), lambda f, a, b: f.outer(a, b)):
        result, expected = both(expression, shapes)
        assert result is not None
        assert expected is not None


@given(st.data())
def test_einsum_of_random_labels(data: st.DataObject) -> None:
    axis = {"a": "k", "b": "m", "c": "n", "d": "1"}
    texts = data.draw(st.lists(st.text("abcd", max_size=3), min_size=1, max_size=3))
    used = sorted(set("".join(texts)))
    output = data.draw(st.permutations(used).flatmap(lambda p: st.integers(0, len(p)).map(lambda k: p[:k])))
    subscripts = ",".join(texts) + ("->" + "".join(output) if data.draw(st.booleans()) else "")
    shapes = {f"x{k}": " ".join(axis[label] for label in text) for k, text in enumerate(texts)}
    result, expected = both(lambda f, *arrays: f.einsum(subscripts, *arrays), shapes)
    assert result is not None
    assert expected is not None


@given(SHAPE, SHAPE, st.sampled_from(["ij,jk", "ij,jk->ik", "ii,i", "i,j->ij", "...i,i...", "...,...", "i...->..."]))
def test_einsum_of_shapes_that_may_not_fit(first: list[str], second: list[str], subscripts: str) -> None:
    assume(distinct(first, second))
    result, expected = both(lambda f, a, b: f.einsum(subscripts, a, b), {"a": " ".join(first), "b": " ".join(second)})
    assert (result is None) == (expected is None)


@given(st.data())
@settings(max_examples=150)
def test_rearrange_reduce_and_repeat_of_random_patterns(data: st.DataObject) -> None:
    sizes = {"a": "k", "b": "3", "c": "n", "d": "2"}
    names = data.draw(st.permutations(["a", "b", "c", "d"]))[: data.draw(st.integers(1, 4))]
    left = _grouped(data, names)
    wanted = list(data.draw(st.permutations(names)))
    kind = data.draw(st.sampled_from(["rearrange", "reduce", "repeat"]))
    given_sizes: dict[str, Any] = {name: text for name, text in sizes.items() if name in names}
    if kind == "reduce":
        wanted = wanted[: data.draw(st.integers(0, len(wanted)))]
    if kind == "repeat":
        wanted.insert(data.draw(st.integers(0, len(wanted))), "e")
        given_sizes["e"] = "2"
    pattern = f"{_pattern(left)} -> {_pattern(_grouped(data, wanted))}"
    shape = " ".join("*".join(sizes[name] for name in group) or "1" for group in left)

    def expression(f: Any, x: Any) -> Any:
        number = {"k": size("k"), "n": size("n")} if isinstance(x, SymbolicArray) else SIZES
        lengths = {name: number.get(text, None) or int(text) for name, text in given_sizes.items()}
        arguments = ("mean",) if kind == "reduce" else ()
        return getattr(f, kind)(x, pattern, *arguments, **lengths)

    result, expected = both(expression, {"x": shape})
    assert result is not None
    assert expected is not None


def _grouped(data: st.DataObject, names: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    for name in names:
        if groups and data.draw(st.booleans()):
            groups[-1].append(name)
        else:
            groups.append([name])
    if data.draw(st.booleans()):
        groups.insert(data.draw(st.integers(0, len(groups))), [])
    return groups


def _pattern(groups: list[list[str]]) -> str:
    return " ".join(group[0] if len(group) == 1 else f"({' '.join(group)})" if group else "1" for group in groups)


END = st.none() | st.integers(-6, 6)
STEP = st.none() | st.sampled_from([-3, -2, -1, 1, 2, 3])


@given(END, END, STEP, st.integers(0, 5))
def test_slices_of_axes_of_known_size_are_numpys(start: int | None, stop: int | None, step: int | None, n: int) -> None:
    result, expected = both(lambda f, x: x[start:stop:step], {"x": f"{n} m"})
    assert result is not None
    assert expected is not None


@given(END, END, STEP, st.integers(6, 8))
def test_slices_of_symbolic_axes_are_numpys_where_nothing_is_clipped(
    start: int | None, stop: int | None, step: int | None, n: int
) -> None:
    last = n - 1 if start is None and step is not None and step < 0 else start or 0
    low = last + n if last < 0 else last
    end = stop if stop is not None else (-n - 1 if step is not None and step < 0 else n)
    high = end + n if end < 0 else end
    assume(low >= high if step is not None and step < 0 else low <= high)
    assume(low < n or step is None or step > 0)
    result, expected = both(lambda f, x: x[start:stop:step], {"x": "n"}, {"n": n})
    assert result is not None
    assert expected is not None


@given(st.integers(-9, 9), st.sampled_from(["n", "n+1", "3", "5", "2*n", "n-1"]), st.integers(1, 4))
def test_rolls_by_any_shift(shift: int, axis: str, n: int) -> None:
    result, expected = both(lambda f, x: f.roll(x, shift, axis=0), {"x": axis}, {"n": n})
    assert result is not None
    assert expected is not None


@given(st.integers(-3, 3), st.sampled_from(["n n", "n n+1", "n+2 n", "3 2"]), st.integers(3, 5))
def test_diagonals_and_triangles(k: int, shape: str, n: int) -> None:
    for name in ("diag", "trace", "tril", "triu"):
        result, expected = both(lambda f, x, name=name: getattr(f, name)(x, k), {"x": shape}, {"n": n})
        assert result is not None
        assert expected is not None


STEPS: list[Callable[[Any, Any], Any]] = [
    lambda f, x: x.T,
    lambda f, x: x[::-1],
    lambda f, x: x[:, ::-1],
    lambda f, x: x @ x,
    lambda f, x: x @ x.T,
    lambda f, x: x * x.T - x,
    lambda f, x: x - f.mean(x, axis=0, keepdims=True),
    lambda f, x: x + f.sum(x, axis=1),
    lambda f, x: f.cumsum(x, axis=0),
    lambda f, x: f.roll(x, 1, axis=1),
    lambda f, x: f.tril(x),
    lambda f, x: f.outer(x[0], x[:, -1]),
    lambda f, x: f.concatenate([x[1:], x[:1]]),
    lambda f, x: f.pad(x[1:, :-1], ((1, 0), (0, 1))),
    lambda f, x: f.where(x > 0, x, 1) - f.where(x < x.T, x, 0),
    lambda f, x: f.einsum("ij,kj->ki", x, x),
    lambda f, x: f.diag(f.diag(x)) + x,
    lambda f, x: f.max(x, axis=0) * (x <= 1),
    lambda f, x: f.stack([x, x.T])[1],
    lambda f, x: f.var(x, axis=1, keepdims=True) + x,
    lambda f, x: f.softmax(x / 100, axis=0),
    lambda f, x: f.maximum(x, x.T),
]


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=4), st.integers(1, 3))
@settings(max_examples=80)
def test_chains_of_functions(steps: list[Callable[[Any, Any], Any]], n: int) -> None:
    def expression(f: Any, x: Any) -> Any:
        for step in steps:
            x = step(f, x)
        return x

    result, expected = both(expression, {"x": "n n"}, {"n": n})
    assert result is not None
    assert expected is not None
    _bound_once(result)


def _bound_once(array: SymbolicArray) -> None:
    """No sum binds a name that is bound or free around it, in the entry as built and as tidied."""
    for indices, body in ((array.indices, array.body), tidy(array.indices, array.body, {"i"})):
        _check_scope(body, frozenset(indices))


def _check_scope(body: Any, scope: frozenset[str]) -> None:
    if isinstance(body, Sum | Product | Extremum):
        assert body.binder.index not in scope
        scope = scope | {body.binder.index}
    for child in children(body):
        _check_scope(child, scope)


# ------------------------------------------------------------------------------------------------ arithmetic of sizes

POLYNOMIALS = st.lists(
    st.tuples(st.integers(-3, 3), st.lists(st.sampled_from(["k", "m", "n"]), max_size=2)), max_size=4
).map(lambda terms: sum((_monomial(c, names) for c, names in terms), ZERO))


def _monomial(coefficient: int, names: Sequence[str]) -> Index:
    total = constant(coefficient)
    for name in names:
        total = total * size(name)
    return total


@given(POLYNOMIALS, POLYNOMIALS)
def test_exact_division_undoes_multiplication(quotient: Index, divisor: Index) -> None:
    expected = quotient if divisor.terms else None
    assert exact_divide(quotient * divisor, divisor) == expected


@given(POLYNOMIALS, POLYNOMIALS)
def test_an_exact_quotient_multiplies_back(numerator: Index, divisor: Index) -> None:
    quotient = exact_divide(numerator, divisor)
    assert quotient is None or quotient * divisor == numerator


@given(POLYNOMIALS, st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)))
def test_bounds_hold_at_all_sizes(index: Index, values: tuple[int, int, int]) -> None:
    value = Point(dict(zip("kmn", values, strict=True)), {}).index(index, {})
    low, high = lower_bound(index), upper_bound(index)
    assert low is None or low <= value
    assert high is None or value <= high


PARTS = st.lists(st.sampled_from(["k", "m", "n", "1", "2"]), max_size=4).map(
    lambda texts: tuple(constant(int(t)) if t.isdigit() else size(t) for t in texts)
)


@given(PARTS)
def test_splitting_and_merging_are_inverse(parts: tuple[Index, ...]) -> None:
    assert merge_indices(split_index(var("u"), parts), parts) == (var("u") if any(p != ONE for p in parts) else ZERO)
    names = [f"p{k}" for k in range(len(parts))]
    indices = [ZERO if length == ONE else var(name) for name, length in zip(names, parts, strict=True)]
    merged = merge_indices(indices, parts)
    split = split_index(merged, parts)
    ranges = dict(zip(names, parts, strict=True))
    assert [simplify_index(index, ranges) for index in split] == indices


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 3), st.data())
def test_simplifying_keeps_the_value(k: int, m: int, n: int, shift: int, data: st.DataObject) -> None:
    sizes = {"k": k, "m": m, "n": n}
    i, j = var("i"), var("j")
    env = {"i": data.draw(st.integers(0, m - 1)), "j": data.draw(st.integers(0, n - 1))}
    numerators = (size("n") * i + j, size("n") * size("k") * i + j, i + j, size("n") * (i + shift) + j, j + shift)
    divisors = (size("n"), size("k") * size("n"), size("n") * 2, size("m"), constant(2))
    numerator, divisor = data.draw(st.sampled_from(numerators)), data.draw(st.sampled_from(divisors))
    index = floor_div(numerator, divisor) * 3 + remainder(numerator, divisor) * size("k")
    point = Point(sizes, {})
    simplified = simplify_index(index, {"i": size("m"), "j": size("n")})
    assert point.index(simplified, env) == point.index(index, env)


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=2))
@settings(max_examples=30)
def test_substituting_keeps_every_sum(steps: list[Callable[[Any, Any], Any]]) -> None:
    world = World({"x": "n n"})
    builder = world.builder()
    array = world.symbolic(builder)["x"]
    for step in steps:
        array = lift(builder, step(symbolic(builder), array))
    swapped = substitute(array.body, dict(zip(array.indices, map(var, array.indices[::-1]), strict=True)))
    back = substitute(swapped, dict(zip(array.indices, map(var, array.indices[::-1]), strict=True)))
    assert back == array.body
    sums = [sum(isinstance(node, Sum) for node in walk(term)) for term in (array.body, swapped)]
    assert sums[0] == sums[1]
