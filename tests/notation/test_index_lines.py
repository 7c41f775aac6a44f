"""Index lines to terms: what each construct of the notation means."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symadj.errors import StatementError
from symadj.notation import statement
from symadj.terms.index import ONE, ZERO, constant, floor_div, lookup, remainder, size, var
from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Binder,
    Call,
    Constant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Mul,
    Not,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    at_most,
    less,
    number,
    same,
)
from symadj.terms.statement import Shape

I, J, K, N, M = var("i"), var("j"), var("k"), size("n"), size("m")  # noqa: E741
A, B = Entry("a", ()), Entry("b", ())
X = Entry("x", (I,))
HALF = number(Fraction(1, 2))
MINUS = number(-1)

SHAPES = "a:, b:, x: n, W: m n, e: n in range(m), r: in range(n), big: 1000, y: n"


def read(text: str, field: str = "real") -> Term:
    made = statement(
        shapes=SHAPES, integers="S", functions="f, g: 2", forward=f"y[i] = {text}", linear="x", field=field
    )
    return made.forward[0].body


def inverse(term: Term) -> Term:
    return Power(term, MINUS)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2", number(2)),
        ("1/3", number(Fraction(1, 3))),
        ("0.5", HALF),
        ("0.1", number(Fraction(1, 10))),
        ("1e-5", number(Fraction(1, 100000))),
        (".5e1", number(5)),
        ("1_000", number(1000)),
        ("2**10", number(1024)),
        ("(1/2)**-2", number(4)),
        ("pi", Constant("pi")),
        ("n", IndexValue(N)),
        ("n*(n - 1)", IndexValue(N * N - N)),
        ("n**2 - n", IndexValue(N * N - N)),
        ("n - n", number(0)),
        ("n/2", Mul((IndexValue(N), HALF))),
        ("n*(n - 1)/2", Mul((IndexValue(N * N - N), HALF))),
        ("1/n", inverse(IndexValue(N))),
        ("(i - n)*a", Mul((IndexValue(I - N), A))),
        ("S*i", IndexValue(size("S") * I)),
        ("i//2", IndexValue(floor_div(I, constant(2)))),
        ("i % n", IndexValue(remainder(I, N))),
        ("e[i]", IndexValue(lookup("e", (I,)))),
        ("r + 1", IndexValue(lookup("r", ()) + 1)),
    ],
)
def test_numbers(text: str, term: Term) -> None:
    assert read(text) == term


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a + b", Add((A, B))),
        ("a - b", Add((A, Mul((MINUS, B))))),
        ("a - 2*b", Add((A, Mul((number(-2), B))))),
        ("a - (b + 1)", Add((A, Mul((MINUS, Add((B, number(1)))))))),
        ("a + (b + 1)", Add((A, B, number(1)))),
        ("-(-a)", A),
        ("+a", A),
        ("a*b*a", Mul((A, B, A))),
        ("1*a", A),
        ("0*a", Mul((number(0), A))),
        ("a/b", Mul((A, inverse(B)))),
        ("a/2", Mul((A, HALF))),
        ("1/a", inverse(A)),
        ("a**-1", inverse(A)),
        ("a**2", Power(A, number(2))),
        ("a**0", Power(A, number(0))),
        ("a**b", Power(A, B)),
        ("a**n", Power(A, IndexValue(N))),
        ("a**(1/3)", Power(A, number(Fraction(1, 3)))),
        ("2**0.5", Power(number(2), HALF)),
        ("-a**2", Mul((MINUS, Power(A, number(2))))),
        ("a**b**2", Power(A, Power(B, number(2)))),
        ("10**10**10", Power(number(10), number(10**10))),
        ("sqrt(a)", Power(A, HALF)),
        ("sqrt(n)", Power(IndexValue(N), HALF)),
        ("exp(a)", Call("exp", (A,))),
        ("relu(a)", Call("relu", (A,))),
        ("max(a, b)", Call("maximum", (A, B))),
        ("min(a, b, 1)", Call("minimum", (Call("minimum", (A, B)), number(1)))),
        ("maximum(a, 0)", Call("maximum", (A, number(0)))),
        ("f(a)", Apply("f", (0,), (A,))),
        ("D(f)(a)", Apply("f", (1,), (A,))),
        ("D(D(f))(a)", Apply("f", (2,), (A,))),
        ("D(f, 0)(a)", Apply("f", (1,), (A,))),
        ("g(a, i)", Apply("g", (0, 0), (A, IndexValue(I)))),
        ("D(g, 1)(a, b)", Apply("g", (0, 1), (A, B))),
        ("D(D(g, 0), 1)(a, b)", Apply("g", (1, 1), (A, B))),
    ],
)
def test_operators_and_functions(text: str, term: Term) -> None:
    assert read(text) == term


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("x[i]", X),
        ("x[n-1-i]", Entry("x", (N - 1 - I,))),
        ("x[2*i+1]", Entry("x", (I * 2 + 1,))),
        ("x[S*i]", Entry("x", (size("S") * I,))),
        ("x[i//2]", Entry("x", (floor_div(I, constant(2)),))),
        ("x[(i - 1)//n]", Entry("x", (floor_div(I - 1, N),))),
        ("W[e[i],i%2]", Entry("W", (lookup("e", (I,)), remainder(I, constant(2))))),
        ("W[e[r],r]", Entry("W", (lookup("e", (lookup("r", ()),)), lookup("r", ())))),
        ("big[999]", Entry("big", (constant(999),))),
        ("x[0*i]", Entry("x", (ZERO,))),
    ],
)
def test_entries(text: str, term: Term) -> None:
    assert read(text) == term


def total(upper: object, body: Term, lower: object = ZERO, condition: object = None, name: str = "j") -> Term:
    return Sum(Binder(name, lower, upper, condition), body)  # type: ignore[arg-type]


XJ = Entry("x", (J,))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("sum(x[j] for j in range(n))", total(N, XJ)),
        ("sum(x[j] for j in range(i+1))", total(I + 1, XJ)),
        ("sum(x[j] for j in range(i, n))", total(N, XJ, I)),
        ("sum(x[j] for j in range(n) if j <= i)", total(N, XJ, condition=at_most(J, I))),
        ("sum(x[j] for j in range(n) if j < i if j != 2)",
         total(N, XJ, condition=All((less(J, I), Not(same(J, constant(2))))))),
        ("sum(W[k,j] for k in range(m) for j in range(n))",
         total(M, total(N, Entry("W", (K, J))), name="k")),
        ("sum(W[k,j] for k in range(m) if k > i for j in range(k))",
         total(M, total(K, Entry("W", (K, J))), condition=less(I, K), name="k")),
        ("prod(x[j] for j in range(n))", Product(Binder("j", ZERO, N), XJ)),
        ("max(x[j] for j in range(n))", Extremum("max", Binder("j", ZERO, N), XJ)),
        ("min(W[k,j] for k in range(m) for j in range(n))",
         Extremum("min", Binder("k", ZERO, M), Extremum("min", Binder("j", ZERO, N), Entry("W", (K, J))))),
        ("sum(x[j] for j in range(max(0, i-2), min(n, i+3)))",
         total(N, XJ, condition=All((at_most(I - 2, J), less(J, I + 3))))),
        ("sum(j == i for j in range(n))", total(N, Indicator(same(I, J)))),
        ("sum(x[j] for j in range(n)) + sum(x[j] for j in range(n))", Add((total(N, XJ), total(N, XJ)))),
    ],
)  # fmt: skip
def test_sums(text: str, term: Term) -> None:
    assert read(text) == term


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("i == r", same(I, lookup("r", ()))),
        ("i == 0", IndexCondition("==", I)),
        ("0 == i", IndexCondition("==", I)),
        ("i != 0", Not(IndexCondition("==", I))),
        ("i >= 1", IndexCondition(">=", I - 1)),
        ("i > 0", IndexCondition(">=", I - 1)),
        ("0 <= i + 2 < n", All((at_most(ZERO, I + 2), less(I + 2, N)))),
        ("0 <= i and (i < n and i != 1)", All((at_most(ZERO, I), less(I, N), Not(same(I, ONE))))),
        ("i == 0 or i == 1 or i == 2", Some((same(I, ZERO), same(I, ONE), same(I, constant(2))))),
        ("not i == 0", Not(same(I, ZERO))),
        ("not (i == 0 or a > 0)", Not(Some((same(I, ZERO), ValueCondition("<", number(0), A))))),
        ("x[i] > 0", ValueCondition("<", number(0), X)),
        ("x[i] >= a", ValueCondition("<=", A, X)),
        ("x[i] == a", ValueCondition("==", X, A)),
        ("x[i] != 0", Not(ValueCondition("==", X, number(0)))),
        ("i < a", ValueCondition("<", IndexValue(I), A)),
        ("i < n/2", ValueCondition("<", IndexValue(I), Mul((IndexValue(N), HALF)))),
        ("0 < a < 1", All((ValueCondition("<", number(0), A), ValueCondition("<", A, number(1))))),
        ("(i > 0) == (a > 0)",
         ValueCondition("==", Indicator(less(ZERO, I)), Indicator(ValueCondition("<", number(0), A)))),
        ("i % 2 == 1", same(remainder(I, constant(2)), ONE)),
    ],
)  # fmt: skip
def test_conditions(text: str, condition: object) -> None:
    assert read(f"({text})*a") == Mul((Indicator(condition), A))  # type: ignore[arg-type]
    assert read(f"a if {text} else 0") == Select(condition, A, number(0))  # type: ignore[arg-type]


def test_a_number_counts_as_a_condition_where_python_takes_one() -> None:
    nonzero = Not(same(lookup("e", (I,)), ZERO))
    assert read("a if e[i] else b") == Select(nonzero, A, B)
    assert read("a if e[i] and i > 0 else b") == Select(All((nonzero, less(ZERO, I))), A, B)
    assert read("a if not e[i] else b") == Select(Not(nonzero), A, B)
    with pytest.raises(StatementError, match="'or' is of conditions"):
        read("a if i > 0 or e[i] else b")


def test_where_reads_both_branches_and_is_a_sum_of_factors() -> None:
    positive = ValueCondition("<", number(0), X)
    assert read("where(x[i] > 0, a, b)") == Add((Mul((Indicator(positive), A)), Mul((Indicator(Not(positive)), B))))
    assert read("where(x[i] > 0, a, 0)") == Mul((Indicator(positive), A))
    assert read("where(x[i] > 0, 0, b)") == Mul((Indicator(Not(positive)), B))


def test_choices_nest_to_the_right() -> None:
    inner = Select(same(I, ONE), B, number(2))
    assert read("a if i == 0 else b if i == 1 else 2") == Select(same(I, ZERO), A, inner)


def test_the_imaginary_unit() -> None:
    assert read("1j", "complex") == Constant("1j")
    assert read("-2j*pi", "complex") == Mul((number(-2), Constant("1j"), Constant("pi")))
    assert read("0.5j", "complex") == Mul((HALF, Constant("1j")))


def test_over_the_complex_field_equality_and_real_parts_compare() -> None:
    assert read("a if x[i] == 0 else b", "complex") == Select(ValueCondition("==", X, number(0)), A, B)
    assert isinstance(read("a if abs(x[i]) < i else b", "complex"), Select)
    assert isinstance(read("a if sum(real(x[j])**2 for j in range(n)) > pi else b", "complex"), Select)
    texts = "a > 0", "conj(x[i]) < 1", "1j < 2", "x[i]*conj(x[i]) >= 0", "f(a) > 0", "sum(x[j] for j in range(n)) > 0"
    for text in texts:
        with pytest.raises(StatementError, match="no order"):
            read(f"a if {text} else b", "complex")


@pytest.mark.parametrize(
    ("shapes", "line", "shape"),
    [
        ("x: n", "y[i] = x[i]", (N,)),
        ("x: n, W: m n", "y[j,k] = W[k,j]", (N, M)),
        ("x: n, W: m n", "y[k] = sum(W[k,j] for j in range(n))", (M,)),
        ("x: n, y: m", "y[i] = 1 + 0*x[0]", (M,)),
        ("x: n, E: m n, e: k in range(m)", "y[t,j] = E[e[t],j]", (size("k"), N)),
        ("x: n, W: m n", "y[k] = dot(W[k,:], x)", (M,)),
        ("x: n, W: m n", "y[k] = sum(W[k])", (M,)),
        ("x: n, W: m n", "y[j] = sum(W[None,:,j])", (N,)),
        ("x: n, W: n*m m*n", "y[i] = W[i,i]", (N * M,)),
        ("x: n-1", "y[i] = x[i]*(i < n)", (N - 1,)),
    ],
)
def test_ranges_that_are_inferred(shapes: str, line: str, shape: Shape) -> None:
    made = statement(shapes=shapes, forward=line, equal=["x", "x"])
    assert made.forward[0].shape == shape


def test_the_declared_axis_comes_first() -> None:
    made = statement(shapes="x: n, y: m", forward="y[i] = x[i]", linear="x")
    assert made.forward[0].shape == (M,)


def test_cotangents_of_intermediates_count_as_declared() -> None:
    made = statement(
        shapes="x: n",
        forward=["z[i] = x[i]", "y = sum(z[i]**2 for i in range(n))"],
        backward=["dz[k] = 2*dy*z[k]", "dx[i] = dz[i]"],
    )
    assert [let.shape for let in made.backward] == [(N,), (N,)]


def test_an_array_line_may_give_a_cotangent_another_shape() -> None:
    made = statement(
        shapes="x: b n",
        forward=["m1 = mean(x, axis=1, keepdims=True)", "y = x - m1"],
        backward=["dm1 = -sum(dy, axis=1)", "dx[i,j] = dy[i,j] + dm1[i]/n"],
    )
    assert made.backward[0].shape == (size("b"),)


def test_a_name_of_a_later_line_may_be_an_index() -> None:
    made = statement(shapes="x: n", forward="y[g] = x[g]", backward=["g = dy", "dx = g"])
    assert made.forward[0].indices == ("g",)


@pytest.mark.parametrize(
    "text",
    [
        "1 + " * 20000 + "1",
        "(" * 61 + "1" + ")" * 61,
        "-" * 5000 + "1",
        "2**" * 5000 + "2",
        "x[i]" + "**2" * 500,
        "a if i == 0 else " * 1000 + "b",
        "i" + "//2" * 500,
        "max(" + "a, " * 100 + "b)",
        "sum(a " + "".join(f"for k{k} in range(n) " for k in range(30)) + ")",
        "9" * 401,
        "1e401",
        "1" + " " * 100_000 + "+ 1",
    ],
)
def test_what_is_too_large_is_an_error(text: str) -> None:
    with pytest.raises(StatementError):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "10**10**10**10*a", "(n + S + m)**8*a", "9" * 390 + "**999*a", "*".join(["(n + i + S + m)"] * 40),
        "x[" + "e[" * 50 + "i" + "]" * 50 + "]", "*".join(["9" * 300] * 50), "(2**0.5)**10**9",
        "exp(" * 50 + "a" + ")" * 50,
    ],
)  # fmt: skip
def test_what_is_large_is_never_computed(text: str) -> None:
    assert read(text) == read(text)
