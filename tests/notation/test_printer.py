"""Reading what is printed gives the term again, and what is printed looks as a person would write it."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symadj.errors import StatementError
from symadj.notation import read_text, statement
from symadj.notation.rebuild import rebuild, rebuild_condition
from symadj.terms.index import constant, size, var
from symadj.terms.nodes import MINUS_ONE, Add, All, Condition, Entry, Indicator, Mul, Number, Power, Select, Some, Term
from symadj.terms.printer import format_condition, format_let, format_statement, format_term
from symadj.terms.statement import Let, Statement
from tests.notation.strategies import INTEGERS, SHAPES, conditions, terms


def read(text: str, field: str = "real") -> Term:
    return whole(f"y[i,j] = {text}", field).forward[-1].body


def whole(line: str, field: str) -> Statement:
    return statement(shapes=SHAPES, integers=INTEGERS, functions="f, g: 2", forward=line, linear="x", field=field)


def survives(term: Term, field: str) -> None:
    try:
        wanted = rebuild(term)
    except ZeroDivisionError:
        with pytest.raises(StatementError, match="division by zero"):
            read(format_term(term), field)
        return
    assert rebuild(wanted) == wanted
    assert read(format_term(wanted), field) == wanted, format_term(wanted)
    assert read(format_term(term), field) == wanted, format_term(term)


@settings(max_examples=150)
@given(terms())
def test_terms_survive(term: Term) -> None:
    survives(term, "real")


@settings(max_examples=60)
@given(terms(complex=True))
def test_complex_terms_survive(term: Term) -> None:
    survives(term, "complex")


@settings(max_examples=100)
@given(conditions(("i", "j"), 2, False))
def test_conditions_survive(condition: Condition) -> None:
    try:
        wanted = rebuild_condition(condition)
    except ZeroDivisionError:
        return
    assert read(f"({format_condition(condition)})*x[j]") == Mul((Indicator(wanted), Entry("x", (var("j"),))))


TEXTS = """
    dy[i]*x[j]
    a - b
    a - (b - c)
    a/b
    a/(b*c)
    a/b/c
    a*b/c
    1/a
    -1/a
    -a*b
    a - 2*b
    1/2*a
    a/2
    2/3*a
    a*(2/3)
    -a**2
    (-a)**2
    a**(-2)
    a**(1/3)
    (a + b)*c
    sqrt(a)
    1/sqrt(a)
    a*(b if i > 0 else c)
    x[i-1] if i > 0 else 0
    (i == j)*a
    1 - (i == j)
    n*a
    (n - 1)*a
    a/n
    (n*n - n)/2
    a*(i//2)
    a + i//2
    -(i//2) + a
    sum(a for k in range(n))
    x[i]*sum(x[k] for k in range(n))
    sum(x[k] for k in range(i+1))
    sum(x[k] for k in range(1, n))
    sum(x[k] for k in range(n) if k <= i)
    sum(x[k]*x[l] for k in range(n) for l in range(n))
    max(x[k] for k in range(n))
    prod(x[k] for k in range(n))
    sum(max(x[k]*x[l] for k in range(n)) for l in range(n))
    maximum(a, 0)
    f(a)
    D(f)(a)
    D(D(f))(a)
    D(g, 0)(a, b)
    D(D(g, 0), 1)(a, b)
    exp(-a**2/2)/sqrt(2*pi)
    a if i == 0 or i >= 3 and i != j else b
    a if not (i == 0 and j == 0) else b
    x[n-i-1]
    x[j-i]
    x[2*i+1]
    W[i//2,j%2]
    x[e[i]]
    x[r]
    a*r
    inv(A)[i,j]
    det(A)*a
    (x[i] > 0)*a
    (a <= b)*a
    (a != b)*c
    a**n
    2**n
    (-1)**i
    a**b
    10**100000
    sum(b[k] for k in range(n))/n
"""


@pytest.mark.parametrize("text", [row.strip() for row in TEXTS.strip().splitlines()])
def test_what_a_person_wrote_is_printed_as_it_was(text: str) -> None:
    shapes = "a:, b:, c:, x: n, W: n n, dy: n, A: n n, e: n in range(n), r: in range(n), y: n n"
    shapes = shapes.replace("b:,", "b: n,") if "b[k]" in text else shapes
    made = statement(shapes=shapes, forward=f"y[i,j] = {text}", linear="x", functions="f, g: 2")
    assert format_term(made.forward[0].body) == text


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Add(()), "0"),
        (Mul(()), "1"),
        (Mul((MINUS_ONE, Add((Entry("a", ()), Entry("b", ()))))), "-(a + b)"),
        (Add((Entry("c", ()), Mul((MINUS_ONE, Add((Entry("a", ()), Entry("b", ()))))))), "c - (a + b)"),
        (Mul((MINUS_ONE, Power(Entry("a", ()), MINUS_ONE))), "-1/a"),
        (Mul((Entry("a", ()), Mul((Entry("b", ()), Entry("c", ()))))), "a*(b*c)"),
        (Power(Number(MINUS_ONE.value / 2), Entry("a", ())), "(-1/2)**a"),
        (Select(All(()), Entry("a", ()), Entry("b", ())), "a if 0 == 0 else b"),
        (Select(Some(()), Entry("a", ()), Entry("b", ())), "a if 0 == 1 else b"),
        (Power(Select(All(()), Entry("a", ()), Entry("b", ())), Entry("c", ())), "(a if 0 == 0 else b)**c"),
    ],
)
def test_terms_that_no_reader_builds(term: Term, text: str) -> None:
    assert format_term(term) == text


def test_a_scalar_let() -> None:
    assert format_let(Let("y", (), (), Entry("x", (constant(0),)))) == "y = x[0]"


# ------------------------------------------------------------------------------------------------ statements


def again(made: Statement) -> Statement:
    reading = read_text(format_statement(made))
    assert not reading.errors, str(reading.errors[0])
    return replace(reading.statements[0], line=None)


def test_a_statement_with_every_key() -> None:
    made = statement(
        'a "name"',
        about='say "x"\n\tand \\ more',
        source="é",
        shapes="x: S*n+k, w: k, idx: n in range(k), y: n, z: n",
        integers="S",
        functions="f, g: 2",
        field="complex",
        forward=["z[i] = f(w[idx[i]])", "y[i] = sum(w[j]*x[S*i+j] for j in range(k)) + 1j*g(z[i], 2)"],
        outputs="z",
        backward=["dw[j] = D(f)(w[j])*sum(dz[i]*(idx[i] == j) for i in range(n))", "dx[l] = 0*dz[0]"],
        linear="x",
        equal=["z", "z + 0*y"],
        assume=["almost everywhere", "w[i] != 0", "S >= 1"],
        expect="disproved: dx",
    )
    assert again(made) == made
    assert tomllib.loads(format_statement(made))['a "name"']["about"] == 'say "x"\n\tand \\ more'


@pytest.mark.parametrize(
    "keys",
    [
        {"shapes": "y: m n, x: n", "forward": "y[i,j] = x[j]", "linear": "x"},
        {"shapes": "x: n, y: n", "forward": "y[i] = 2*x[n-1-i]", "linear": "x"},
        {"shapes": "x: n", "forward": "y = x[1:]", "backward": "dx = pad(dy, (1, 0))"},
        {"shapes": "A: n n, y: m n", "forward": "y = zeros((m, 1)) + A[0]", "linear": "A"},
        {"shapes": "A: n n", "equal": ["inv(inv(A))", "A"], "assume": "det(A + eye(n)) != 0"},
        {"shapes": "A: n n", "forward": ["B = inv(A @ A)", "y = B + det(2*A)"], "backward": "dA = A*dy"},
        {"shapes": "A: n n", "forward": "y = A", "backward": "dA = dy", "assume": ["A == A.T", "A[::-1] > 0"]},
        {"shapes": "x: n", "forward": ["m2 = mean(x)", "y = x - m2"], "backward": ["dm2 = -dy", "dx = dy + mean(dm2)"]},
        {"shapes": "x: n, dy: n", "forward": "y = x", "equal": ["x", "dy"]},
        {"shapes": "x: n", "forward": "y = sum(x)*ones(n)", "backward": "dx = sum(dy)*ones(n)"},
        {"shapes": "x: 0, z: 2", "forward": "y = sum(x) + z[1]", "linear": "x, z"},
    ],
    ids=lambda keys: str(keys.get("forward", keys.get("equal"))),
)
def test_statements_survive(keys: dict[str, str]) -> None:
    made = statement(**keys)  # type: ignore[arg-type]
    assert again(made) == made


def test_lines_the_reader_made_get_names_where_their_text_is_not_known() -> None:
    made = statement(shapes="A: n n, equal_0:", equal=["inv(A @ A)", "inv(A) @ inv(A)"])
    silent = replace(made, forward=tuple(replace(let, source=None) for let in made.forward))
    text = format_statement(silent)
    assert "inv_1[i,j] = sum(A[i,k]*A[k,j] for k in range(n))" in text
    assert 'equal  = ["equal_0_", "equal_1"]' in text.replace("equal   ", "equal  ")
    read_again = again(silent)
    assert [let.name for let in read_again.forward] == ["inv_1", "equal_0_", "equal_1", "equal.0", "equal.1"]


@settings(max_examples=40)
@given(st.text(max_size=20))
def test_any_text_survives_in_about(about: str) -> None:
    made = statement(shapes="x: n", forward="y = x", linear="x", about=about)
    reading = read_text(format_statement(made))
    assert reading.statements[0].about == about


def test_sizes_with_few_characters() -> None:
    made = statement(shapes="x: n-k+1 2*n*k", forward="y = x", linear="x")
    assert 'shapes  = "x: n-k+1 2*k*n"' in format_statement(made)
    assert made.inputs[0].shape == (size("n") - size("k") + 1, size("n") * size("k") * 2)
