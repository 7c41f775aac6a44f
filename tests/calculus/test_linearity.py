"""Linear, or what breaks it; more of the latter."""

from __future__ import annotations

import pytest

from symadj.calculus import linearity
from tests.calculus.language import read, show_term

SHAPES = "x: n, z: n, A: n n, c:, y: n"
PRODUCT = "a product over a range is not linear in x"
EXTREMUM = "a maximum or minimum is not linear in x"
CONDITION = "a condition depends on x"
DENOMINATOR = "a denominator depends on x"
CHOICE = "sum(z[j] for j in range(n) if 0 < x[j])"


@pytest.mark.parametrize(
    "lines",
    [
        ("y[i] = 0",),
        ("y[i] = x[i]",),
        ("y[i] = -3*x[i] + x[0]*z[i]",),
        ("y[i] = sum(A[i,j]*x[j] for j in range(n))",),
        ("y[i] = sum(A[i,j]*x[j] for j in range(n) if j <= i)/c",),
        ("y[i] = (x[i-1] if i > 0 else 0)",),
        ("y[i] = (x[i] if z[i] > 0 else x[0])",),
        ("y[i] = (z[i] > 0)*x[i]",),
        ("y[i] = exp(z[i])*x[i]*z[i]**2",),
        ("y[i] = real(x[i]) + conj(x[i]) + imag(x[i])",),
        ("y[i] = x[i]**1",),
        ("y[i] = 0*x[i]*x[i] + x[i]",),
        ("h[i] = 2*x[i]", "y[i] = h[i]*z[i] + x[i]"),
        ("h[i] = x[i]**2", "g[i] = z[i]**2", "y[i] = g[i]*x[i]"),
        ("y[i] = sum(inv(A)[i,j]*x[j] for j in range(n))*det(A)",),
    ],
)
def test_linear(lines: tuple[str, ...]) -> None:
    program = read(f"{SHAPES}, h: n, g: n", *lines)
    assert linearity(program.lets, "y", "x") is None


@pytest.mark.parametrize(
    ("lines", "where", "operand", "reason"),
    [
        (("y[i] = x[i] + 1",), "y", "1", "a term without x makes it affine"),
        (("y[i] = x[i] + c*z[i]",), "y", "c*z[i]", "a term without x makes it affine"),
        (("y[i] = z[i]",), "y", "z[i]", "it does not depend on x, and is not zero"),
        (("y[i] = x[i]*x[0]",), "y", "x[0]", "a product of factors that both depend on x"),
        (("y[i] = x[i]**2",), "y", "x[i]", "a power of something that depends on x"),
        (("y[i] = x[i]**0",), "y", "x[i]", "a power of something that depends on x"),
        (("y[i] = z[i]/x[i]",), "y", "x[i]", DENOMINATOR),
        (("y[i] = x[i]/sum(x[j] for j in range(n))",), "y", "sum(x[j] for j in range(n))", DENOMINATOR),
        (("y[i] = 2**x[i]",), "y", "x[i]", "an exponent depends on x"),
        (("y[i] = 3*tanh(x[i])",), "y", "x[i]", "tanh is not linear"),
        (("y[i] = abs(x[i])",), "y", "x[i]", "abs is not linear"),
        (("y[i] = maximum(0, x[i])",), "y", "x[i]", "maximum is not linear"),
        (("y[i] = f(x[i])",), "y", "f[0](x[i])", "an unknown function is not linear in x"),
        (("y[i] = (x[i] if x[i] > 0 else 0)",), "y", "(x[i] if 0 < x[i] else 0)", CONDITION),
        (("y[i] = x[i]*(x[0] > 0)",), "y", "(0 < x[0])", CONDITION),
        (("y[i] = sum(z[j] for j in range(n) if x[j] > 0)",), "y", CHOICE, CONDITION),
        (("y[i] = (x[i] if i > 0 else 1)",), "y", "1", "a term without x makes it affine"),
        (("y[i] = prod(x[j] for j in range(n))",), "y", "prod(x[j] for j in range(n))", PRODUCT),
        (("y[i] = max(x[j] for j in range(n))",), "y", "max(x[j] for j in range(n))", EXTREMUM),
        (("h[i] = x[i] + 1", "y[i] = 2*h[i]"), "h", "1", "a term without x makes it affine"),
        (("h[i] = x[i]*z[i]", "y[i] = h[i]*x[i]"), "y", "x[i]", "a product of factors that both depend on x"),
        (("h[i] = 2*x[i]", "y[i] = exp(h[i])"), "y", "h[i]", "exp is not linear"),
    ],
)  # fmt: skip
def test_not_linear(lines: tuple[str, ...], where: str, operand: str, reason: str) -> None:
    found = linearity(read(f"{SHAPES}, h: n, f_: n", *lines).lets, "y", "x")
    assert found is not None
    assert (found.let, show_term(found.operand), found.reason) == (where, operand, reason)


@pytest.mark.parametrize("matrix", ["inv(A)[i,j]", "det(A)*(i == j)"])
def test_inverses_are_not_linear(matrix: str) -> None:
    found = linearity(read("A: n n, y: n n", f"y[i,j] = {matrix}").lets, "y", "A")
    assert found is not None
    assert "is not linear in A" in found.reason


@pytest.mark.parametrize("function", ["conj", "real", "imag"])
def test_real_linear_is_not_linear_over_the_complex_numbers(function: str) -> None:
    program = read("x: n", f"y[i] = {function}(x[i])")
    assert linearity(program.lets, "y", "x") is None
    found = linearity(program.lets, "y", "x", complex=True)
    assert found is not None
    assert found.reason == f"{function} is not linear"


@pytest.mark.parametrize(
    "line", ["y[i] = x[i]*x[i] - x[i]*x[i] + x[i]", "y[i] = x[i]/x[i]*x[i]", "y[i] = x[i] + 1 - 1"]
)
def test_what_the_check_does_not_see(line: str) -> None:
    """These are linear: the check is sufficient, not necessary."""
    assert linearity(read("x: n", line).lets, "y", "x") is not None


def test_an_output_that_is_no_line() -> None:
    with pytest.raises(KeyError):
        linearity(read("x: n", "y[i] = x[i]").lets, "w", "x")
