"""The printed numpy code is executed, and gives what the derived lines mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import symadj
from symadj.errors import Unsupported
from symadj.export.code import backward_code, module_code
from symadj.formulas import Lines, derived
from symadj.notation import statement as read
from symadj.terms.statement import Statement
from tests.derive.points import SIZES, evaluations, gradients, true_statements
from tests.derive.windows import LOOKUPS, NEAR, ROWS, Row


def call(code: str, given: dict[str, Any], name: str = "backward") -> tuple[Any, ...]:
    """What the function gives for its parameters, by their names."""
    scope: dict[str, Any] = {}
    exec(code, scope)  # noqa: S102 - the code under test
    function = scope[name]
    found = function(*(given[p] for p in function.__code__.co_varnames[: function.__code__.co_argcount]))
    return found if isinstance(found, tuple) else (found,)


def check(statement: Statement, bases: Iterable[int]) -> None:
    """The numpy code at sizes near each of the bases."""
    names = gradients(statement)
    lines = derived(statement, names)
    code = backward_code(lines, "numpy")
    for numbers, values in evaluations(replace(statement, backward=lines.lets), bases):
        given = {**values, **numbers, **{n.replace(".", "_"): v for n, v in values.items() if "." in n}}
        for name, found in zip(names, call(code, given), strict=True):
            np.testing.assert_allclose(found, values[f"d{name}"], rtol=1e-7, atol=1e-9, err_msg=f"d{name}\n{code}")


@pytest.mark.parametrize("statement", list(true_statements()), ids=lambda s: s.name)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_numpy_code_of_the_corpus(statement: Statement) -> None:
    if statement.functions:
        names = gradients(statement)
        with pytest.raises(Unsupported, match="unknown function"):
            backward_code(derived(statement, names), "numpy")
        return
    check(statement, SIZES[:2])


def row_statement(row: Row) -> Statement:
    found = symadj.derive(shapes=row.shapes, forward=row.forward, **row.more)
    assert found.prove().status == "proved", str(found)
    return found.claimed()


@pytest.mark.parametrize("row", [*ROWS, *LOOKUPS], ids=lambda row: row.name)
def test_windows_shifts_and_places(row: Row) -> None:
    statement = row_statement(row)
    names = gradients(statement)
    code = backward_code(Lines(statement, names, statement.backward), "numpy")
    forward = backward_code(Lines(statement, (), statement.forward), "numpy")
    assert row.numpy in code + forward
    assert "where(" not in code
    check(statement, SIZES if row.shapes.count("-1") < 2 else SIZES[:2])


@pytest.mark.parametrize("row", NEAR, ids=lambda row: row.name)
def test_what_looks_like_them(row: Row) -> None:
    """Its values are right, whatever form the code has; at small sizes too, where an axis may be empty."""
    statement = row_statement(row)
    check(statement, (1, *SIZES))


@pytest.mark.parametrize("name", ["a stride that may be 0", "a shift beyond the end", "an axis that may be empty"])
@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_what_is_not_sure_is_no_convolution(name: str, framework: str) -> None:
    statement = row_statement(next(row for row in NEAR if row.name == name))
    code = backward_code(Lines(statement, gradients(statement), statement.backward), framework)
    assert not any(call in code for call in ("conv", "pad(", "unfold"))


def lines(**given: Any) -> Lines:
    statement = read(**given)
    return derived(statement, gradients(statement))


def test_what_no_shape_tells_is_a_parameter() -> None:
    found = lines(shapes="x: n", integers="p", forward="y[i] = p*x[i]", backward="dx[i] = p*dy[i]")
    assert "def backward(dy, p):" in backward_code(found, "numpy")


@pytest.mark.parametrize("framework", ["tensorflow", "", "NUMPY"])
def test_other_frameworks_are_refused(framework: str) -> None:
    found = lines(shapes="x: n", forward="y = 2*x", backward="dx = 2*dy")
    with pytest.raises(Unsupported, match="no code for"):
        backward_code(found, framework)


def test_there_is_no_numpy_module() -> None:
    found = lines(shapes="x: n", forward="y = 2*x", backward="dx = 2*dy")
    with pytest.raises(Unsupported, match="torch and for jax"):
        module_code(found, "numpy")


@pytest.mark.parametrize(
    ("framework", "lines"),
    [
        ("numpy", ["dg = np.zeros(())", "dw = np.zeros((n,))"]),
        ("torch", ["dg = dy.new_zeros(())", "dw = dy.new_zeros((n,))"]),
        ("jax", ["dg = jnp.zeros((), dy.dtype)", "dw = jnp.zeros((n,), dy.dtype)"]),
    ],
)
def test_a_gradient_that_is_zero_is_an_array_of_the_type_of_the_others(framework: str, lines: list[str]) -> None:
    code = getattr(symadj.derive(shapes="x: n, g:, w: n", forward="y = x**2"), framework)()
    assert [line.strip() for line in code.splitlines() if line.strip().startswith(("dg", "dw"))] == lines


def test_no_array_is_computed_that_nothing_reads() -> None:
    forward = ["c[k] = sum(1 for i in range(n) if t[i] == k)", "y[k] = sum(x[i] for i in range(n) if t[i] == k)/c[k]"]
    code = symadj.derive(shapes="x: n, t: n in range(g), y: g, c: g", forward=forward).torch(module=True)
    for line in code.splitlines():
        name = line.strip().partition(" = ")[0]
        assert not re.fullmatch(r"t\d+", name) or len(re.findall(rf"\b{name}\b", code)) > 1
    compile(code, "printed", "exec")
