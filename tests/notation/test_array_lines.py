"""Array lines mean what index lines mean, and both may be mixed."""

from __future__ import annotations

import pytest

from symadj.errors import StatementError
from symadj.notation import statement
from symadj.terms.index import ZERO, Index, size, var
from symadj.terms.nodes import Add, Binder, Determinant, Entry, IndexValue, Inverse, Mul, Sum, Term, number, walk
from symadj.terms.printer import format_let, format_term
from symadj.terms.statement import Let

SHAPES = "W: m n, x: n, z: n, v: m, A: n n, c:, E: m n, idx: t in range(m), y0: 1 n"


def lets(*lines: str, **keys: str) -> tuple[Let, ...]:
    return statement(shapes=SHAPES, forward=list(lines), linear="x", functions="f, g: 2", **keys).forward


@pytest.mark.parametrize(
    ("array", "index"),
    [
        ("y = W @ x", "y[i] = sum(W[i,j]*x[j] for j in range(n))"),
        ("y = x", "y[i] = x[i]"),
        ("y = 2*x - z/c", "y[i] = 2*x[i] - z[i]/c"),
        ("y = W.T", "y[i,j] = W[j,i]"),
        ("y = W @ W.T", "y[i,j] = sum(W[i,k]*W[j,k] for k in range(n))"),
        ("y = outer(v, x)", "y[i,j] = v[i]*x[j]"),
        ("y = dot(x, z)", "y = sum(x[i]*z[i] for i in range(n))"),
        ("y = trace(A)", "y = sum(A[i,i] for i in range(n))"),
        ("y = sum(W, axis=0)", "y[i] = sum(W[j,i] for j in range(m))"),
        ("y = tanh(x)", "y[i] = tanh(x[i])"),
        ("y = sqrt(x)", "y[i] = sqrt(x[i])"),
        ("y = x**2", "y[i] = x[i]**2"),
        ("y = f(x)", "y[i] = f(x[i])"),
        ("y = D(f)(x)*c", "y[i] = D(f)(x[i])*c"),
        ("y = D(g, 1)(x, c)", "y[i] = D(g, 1)(x[i], c)"),
        ("y = where(x > 0, x, 0)", "y[i] = where(x[i] > 0, x[i], 0)"),
        ("y = where(x > 0, x, z)", "y[i] = where(x[i] > 0, x[i], z[i])"),
        ("y = (x > z)*x", "y[i] = (x[i] > z[i])*x[i]"),
        ("y = W[0]", "y[i] = W[0,i]"),
        ("y = W[:, None, :]*x", "y[i,j,k] = W[i,k]*x[k]"),
        ("y = maximum(x, 0)", "y[i] = maximum(x[i], 0)"),
        ("y = E[idx]", "y[i,j] = E[idx[i],j]"),
        ("y = x if c > 0 else z", "y[i] = x[i] if c > 0 else z[i]"),
        ("y = -x", "y[i] = -x[i]"),
        ("y = n*x", "y[i] = n*x[i]"),
        ("y = c", "y = c"),
    ],
)
def test_an_array_line_is_the_let_of_its_index_line(array: str, index: str) -> None:
    shapes = f"{SHAPES}, y: m 1 n" if "None" in array else SHAPES
    theirs = statement(shapes=shapes, forward=index, linear="x", functions="f, g: 2").forward
    assert lets(array) == theirs


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("y[i] = trace(A)*x[i]", "sum(A[j,j] for j in range(n))*x[i]"),
        ("y[i] = dot(W[0,:], x)*x[i]", "sum(W[0,j]*x[j] for j in range(n))*x[i]"),
        ("y[i] = A.T[i,i]*x[i]", "A[i,i]*x[i]"),
        ("y[i] = (A @ x)[i]*x[i]", "sum(A[i,j]*x[j] for j in range(n))*x[i]"),
        ("y[i] = inv(A)[i,i]*x[i]", "inv(A)[i,i]*x[i]"),
        ("y[i] = det(A)*x[i]", "det(A)*x[i]"),
        ("y[i] = sum(x)*x[i]", "sum(x[j] for j in range(n))*x[i]"),
        ("y[i] = (x > 0)[i]*x[i]", "(x[i] > 0)*x[i]"),
    ],
)  # fmt: skip
def test_index_lines_with_arrays_in_them(line: str, body: str) -> None:
    assert format_term(lets(line)[-1].body) == body


def test_a_generator_of_arrays_is_summed_entry_by_entry() -> None:
    (let,) = lets("y = sum(W[:, k]*x[k] for k in range(n))")
    j = var("j")
    body: Term = Mul((Entry("W", (var("i"), j)), Entry("x", (j,))))
    assert let == Let("y", ("i",), (size("m"),), Sum(Binder("j", ZERO, size("n")), body))


def test_index_names_of_array_code_do_not_capture_those_of_the_line() -> None:
    clauses = "for j in range(2) for k in range(3) for i in range(k) for p in range(i)"
    (let,) = lets(f"y = sum((x + ones(n)*(k + j + i))*p {clauses})")
    names = [part.binder.index for part in walk(let.body) if isinstance(part, Sum)]
    assert len({*names, *let.indices}) == 5
    body = let.body
    for _ in names:
        assert isinstance(body, Sum)
        body = body.body
    j, k, i, p = map(var, names)
    assert body == Mul((Add((Entry("x", (var(let.indices[0]),)), IndexValue(j + k + i))), IndexValue(p)))
    for index in "ijklpqrstuv":
        made = statement(shapes="x: n, A: n n, y: n", forward=f"y[{index}] = sum(eye(n))*x[{index}]", linear="x")
        names = [part.binder.index for part in walk(made.forward[0].body) if isinstance(part, Sum)]
        assert index not in names
        assert len(set(names)) == 2


def test_bound_names_of_a_line_are_kept_and_the_others_chosen() -> None:
    assert format_let(lets("y = trace(A)*sum(x[k] for k in range(n))")[0]) == (
        "y = sum(A[i,i] for i in range(n))*sum(x[k] for k in range(n))"
    )


def test_a_generator_in_an_array_line() -> None:
    (let,) = lets("y = x/sum(x[k]**2 for k in range(n))")
    assert let.shape == (size("n"),)


def test_a_line_of_mixed_kinds_after_another() -> None:
    first, second = lets("h = tanh(W @ x)", "y[i] = h[i]*dot(h, v)")
    assert first.shape == second.shape == (size("m"),)


def test_what_inverses_need_by_name_stands_before_the_line() -> None:
    made = statement(shapes="A: n n, B: n n", forward="y = inv(A @ B) @ A", backward="dA = 0*A")
    assert [let.name for let in made.forward] == ["inv.1", "y"]
    assert made.outputs == ("y",)


def test_a_plain_tensor_is_inverted_by_its_own_name() -> None:
    (let,) = lets("y = inv(A)")
    assert let.body == Inverse("A", (var("i"), var("j")))
    assert lets("y = det(A)")[-1].body == Determinant("A", ())


def test_a_pair_gives_one_of_two() -> None:
    assert lets("y = slogdet(A)[1]*x")[-1].shape == (size("n"),)


@pytest.mark.parametrize(
    ("shapes", "line"),
    [
        ("x: n*d", "y = x + zeros(d*n)"),
        ("x: n, y: n+1-1", "y = x"),
        ("x: n+k-1", "y = x + ones(k - 1 + n)"),
        ("x: 1 n, W: m n", "y = x + W"),
    ],
)
def test_sizes_are_compared_as_polynomials(shapes: str, line: str) -> None:
    sizes = "".join(f", {name}_: {name}" for name in "mnkd" if name not in shapes.split(":", 1)[1])
    assert statement(shapes=shapes + sizes, forward=line, linear="x").forward[-1].rank >= 1


@pytest.mark.parametrize(
    ("shapes", "line", "message"),
    [
        ("W: m n, y: n m", "y = W", r"shape \(m, n\) where 'y' has shape \(n, m\)"),
        ("W: m n, y: n", "y = sum(W)", r"shape \(\) where 'y' has shape \(n,\)"),
        ("W: m n, y:", "y = W", r"shape \(m, n\) where 'y' has shape \(\)"),
        ("W: 1 n, y: n", "y = W", r"shape \(1, n\)"),
    ],
)
def test_declared_shapes_bind(shapes: str, line: str, message: str) -> None:
    with pytest.raises(StatementError, match=message):
        statement(shapes=shapes, forward=line, linear="W")


def test_sizes_of_literal_shapes() -> None:
    shape: tuple[Index, ...] = lets("y = x + zeros((3, n))")[-1].shape
    assert shape == (Index((((), 3),)), size("n"))


def test_python_booleans_and_texts_are_arguments_only() -> None:
    assert lets("y = sum(W, axis=0, keepdims=True)")[-1].rank == 2
    for line in ("y = sum(W, axis='0')", "y = x*True", "y = x + 'a'", "y = W[True]"):
        with pytest.raises(StatementError):
            lets(line)


def test_zero_times_an_entry_still_reads_it() -> None:
    assert lets("y[i] = 0*x[i]")[-1].body == Mul((number(0), Entry("x", (var("i"),))))
