"""The pullback against difference quotients: every node and function, guards, affine subscripts, the complex field."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symadj.terms.nodes import FUNCTIONS
from tests.calculus.checking import check_pullback, is_differentiable
from tests.calculus.language import read

SIZES = {"n": 3, "m": 2, "k": 2, "p": 1, "K": 2, "c": 2}


def unknown(orders: tuple[int, ...], *arguments: Any) -> Any:
    """f = sin of the sum for the unknown functions, and its derivatives."""
    total = sum(arguments)
    return [math.sin, math.cos, lambda t: -math.sin(t)][sum(orders)](total)


def check(shapes: str, *lines: str, outputs: tuple[str, ...] = (), **options: Any) -> None:
    program = read(shapes, *lines)
    outputs = outputs or (program.lets[-1].name,)
    for seed in range(2):
        check_pullback(program, outputs, SIZES, functions={"f": unknown, "g": unknown}, seed=seed, **options)


SMALL = {"arcsin", "arccos"}  # their arguments are kept between -1 and 1


@pytest.mark.parametrize("function", sorted(f for f, n in FUNCTIONS.items() if n == 1))
@pytest.mark.parametrize("scale", ["", "2*"])
def test_functions_of_one_argument(function: str, scale: str) -> None:
    argument = "x[i]/4" if function in SMALL else "x[i]"
    check("x: n", f"y[i] = {scale}{function}({argument})")


@pytest.mark.parametrize("function", sorted(f for f, n in FUNCTIONS.items() if n == 2))
def test_functions_of_two_arguments(function: str) -> None:
    check("x: n, z: n", f"y[i] = {function}(x[i], z[i]**2)")
    check("x: n", f"y[i] = {function}(x[i], 1)")
    check("x: n", f"y[i] = {function}(0, x[i] - 1)**2")


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = x[i]**3",
        "y[i] = x[i]**(-2)",
        "y[i] = x[i]**(1/2)",
        "y[i] = x[i]**(3/2)",
        "y[i] = 3*x[i]**(-1/2)",
        "y[i] = (x[i]**(1/2))**3",
        "y[i] = ((x[i] - 1)**2)**(3/2)",
        "y[i] = x[i]**z[i]",
        "y[i] = 2**x[i]",
        "y[i] = x[i]**n",
        "y[i] = x[i]**(n - 1)",
        "y[i] = (x[i]*z[i])**x[i]",
        "y[i] = abs(x[i] - 1)**3",
        "y[i] = abs(x[i] - 1)**(5/2)",
        "y[i] = relu(x[i] - 1)**2",
        "y[i] = maximum(0, x[i] - 1)**(3/2)",
        "y[i] = sqrt(maximum(x[i] - 1, 0))",
        "y[i] = (z[i] - 1)*abs(x[i] - 1)*abs(x[i] - 1)",
        "y[i] = x[i]/(x[i]*z[i] + 1)",
        "y[i] = f(x[i]*z[i]) + g(x[i], z[i])*g(z[i], 2)",
        "y[i] = i*x[i] + n*z[i] - pi*x[i] + 7",
        "y[i] = (x[i] if i > 0 else x[i]**2) + (i == 1)*z[i]",
        "y[i] = (x[i]*z[i] if x[i] > z[i] else x[i] + z[i])",
        "y[i] = (x[i] > 1)*z[i]**2",
        "y[i] = (x[i] if not (x[i] > 1 or z[i] > 1) and i < 2 else exp(z[i]))",
        "y[i] = sum(x[j]*z[i] for j in range(n) if x[j] > z[i])",
    ],
)
def test_elementwise(line: str) -> None:
    check("x: n, z: n", line)


@pytest.mark.parametrize(
    ("shapes", "line"),
    [
        ("x: n", "y = sum(x[i]*x[j]*x[k] for i in range(n) for j in range(i) for k in range(j+1, n))"),
        ("x: n, y: n", "y[i] = sum(x[j]**2 for j in range(i, n) if j != i)"),
        ("x: n, y: n", "y[i] = prod(x[j] for j in range(i+1))"),
        ("x: n m, y: m", "y[j] = prod(x[i,j] + x[i,0] for i in range(n) if i != 1)"),
        ("x: n m", "y = prod(x[i,j] for i in range(n) for j in range(m))"),
        ("x: n m", "y[i] = max(x[i,j] for j in range(m))"),
        ("x: n m", "y = 2*min(x[i,j]*x[i,0] for i in range(n) for j in range(m) if j <= i)"),
        ("x: n, y: n", "y[i] = max(x[j] for j in range(n) if j <= i)**2"),
        ("x: n+K-1, w: K, y: n", "y[i] = sum(w[k]*x[i+k] for k in range(K))"),
        ("x: n, w: 2*p+1, y: n", "y[i] = sum(w[j]*x[i+j-p] for j in range(2*p+1) if 0 <= i+j-p < n)"),
        ("x: n, w: K, y: n+K-1", "y[i] = sum(w[j]*x[i-j] for j in range(K) if 0 <= i-j < n)"),
        ("x: n+2*K-2, w: K, y: n", "y[i] = sum(w[j]*x[i+2*j] for j in range(K))"),
        ("x: 2*n+K, w: K, y: n", "y[i] = sum(w[j]*x[2*i+j] for j in range(K))"),
        ("x: c*n, y: n c", "y[i,j] = x[i*c + j]**2"),
        ("x: n c, y: c*n", "y[q] = x[q//c, q%c]"),
        ("x: 2*n, y: n", "y[i] = x[2*i]*x[2*i+1]"),
        ("x: n, y: 2*n", "y[i] = x[i//2] if i % 2 == 0 else (x[i//2] + (x[i//2+1] if i//2 < n-1 else x[i//2]))/2"),
        ("x: n, y: n", "y[i] = (x[i-1] if i > 0 else x[n-1]) - x[i]*(x[i+1] if i < n-1 else x[0])"),
        ("x: n n, y: n", "y[i] = x[i,i]*x[i,n-1-i]"),
        ("x: n n", "y = sum(x[i,i]*x[0,i] for i in range(n))"),
        ("x: n k, y: n+k-1", "y[q] = sum(x[i,q-i] for i in range(n) if 0 <= q-i and q-i < k)"),
        ("x: n+k, y: n", "y[i] = x[i]*x[i+k]"),
        ("x: n, y: n n", "y[i,j] = x[i] - x[j]*x[i]"),
        ("x: n m k, y: k n", "y[a,b] = sum(x[b,j,a]*x[b,0,a] for j in range(m))"),
        ("x: n, y: n", "y[i] = sum((x[j] if j < i else x[i]*x[j]) for j in range(n))"),
        ("x: n, y: n", "y[i] = sum(x[j]*sum(x[j] for j in range(n)) for j in range(n))*sum(x[j] for j in range(i))"),
        ("x: 3, y: n", "y[i] = x[0] + i*x[1]*x[2]"),
        ("x: n, y: n", "y[i] = (x[i+1] if i < n-1 and x[i+1] > 1 else x[i])"),
    ],
)
def test_sums_and_subscripts(shapes: str, line: str) -> None:
    check(shapes, line)


@pytest.mark.parametrize(
    "line",
    [
        "y[i,j] = inv(A)[i,j]",
        "y[j,i] = inv(A)[i,j]",
        "y = det(A)",
        "y = log(abs(det(A)))",
        "y = sum(x[i]*inv(A)[i,j]*x[j] for i in range(n) for j in range(n))",
        "y[i] = sum(inv(A)[i,j]*x[j] for j in range(n)) + det(A)*x[i]",
        "y = sum(inv(A)[i,i] for i in range(n))",
    ],
)
def test_inverses_and_determinants(line: str) -> None:
    check("A: n n, x: n", line)


def test_look_ups() -> None:
    table = {"idx": {(0,): 1, (1,): 1, (2,): 0}}
    check("E: m c, idx: n in range(m), y: n c", "y[s,j] = E[idx[s],j]**2", given=table)
    check("x: m, idx: n in range(m), y: n", "y[i] = x[idx[i]]*x[0]*idx[i]", given=table)
    check("x: m, idx: n in range(m)", "y = sum(x[idx[i]] for i in range(n) if idx[i] == 1)", given=table)


def test_programs_of_several_lines() -> None:
    softmax = ("e[i] = exp(x[i])", "s = sum(e[i] for i in range(n))", "y[i] = e[i]/s")
    check("x: n", *softmax)
    check("x: n", *softmax, outputs=("y", "s", "e"))
    check(
        "x: m n, g: n, eps:",
        "mu[s] = sum(x[s,i] for i in range(n))/n",
        "v[s] = sum((x[s,i] - mu[s])**2 for i in range(n))/n",
        "r[s] = 1/sqrt(v[s] + eps)",
        "y[s,i] = g[i]*(x[s,i] - mu[s])*r[s]",
    )
    check("A: n n, B: n n", "M[i,j] = sum(A[i,k]*B[k,j] for k in range(n)) + 3*(i == j)", "y[i,j] = inv(M)[i,j]*det(M)")


@pytest.mark.parametrize(
    "line",
    [
        "y[i] = x[i]*z[i] - 3*x[i] + 1j*z[i]",
        "y[i] = x[i]**2/z[i]",
        "y[i] = x[i]**(-3)",
        "y[i] = x[i]**(1/2)",
        "y[i] = x[i]**z[i]",
        "y[i] = exp(x[i]*conj(z[i]))",
        "y[i] = log(x[i])*sin(z[i]) + cos(x[i])*sinh(z[i]) - cosh(x[i])*tanh(z[i])",
        "y[i] = tan(x[i]) + sigmoid(z[i])",
        "y[i] = conj(x[i])*x[i]",
        "y[i] = real(x[i]*z[i])",
        "y[i] = imag(x[i]*z[i])*x[i]",
        "y[i] = abs(x[i]*z[i])",
        "y[i] = abs(x[i])**2",
        "y[i] = abs(x[i])**4*z[i]",
        "y[i] = abs(x[i])**3",
        "y[i] = abs(x[i])*abs(x[i])",
        "y[i] = x[i]/abs(x[i])",
        "y[i] = relu(real(x[i]))*z[i] + arctan(imag(z[i]))",
        "y[i] = maximum(abs(x[i]), real(z[i]))",
        "y[i] = sqrt(sum(abs(x[j])**2 for j in range(n)))*z[i]",
        "y[i] = prod(x[j] for j in range(n))*conj(z[i])",
        "y = sum(conj(x[i])*A[i,j]*x[j] for i in range(n) for j in range(n))",
        "y[i] = sum(inv(A)[i,j]*x[j] for j in range(n))",
        "y[i] = det(A)*conj(x[i])",
        "y[i] = (x[i] if i > 0 else conj(z[i]))",
        "y[i] = exp(1j*abs(x[i]))",
        "y = max(abs(x[i]) for i in range(n))",
    ],
)
def test_complex_field(line: str) -> None:
    check("x: n, z: n, A: n n", line, complex_field=True)


def test_complex_programs_know_their_real_lines() -> None:
    check("x: n", "s = sum(abs(x[i])**2 for i in range(n))", "r = sqrt(s)", "y[i] = x[i]/r", complex_field=True)
    check("x: n", "a[i] = abs(x[i])", "y[i] = relu(a[i] - 1)*x[i]", complex_field=True)


# ------------------------------------------------------------------------------------------------ random programs


@st.composite
def terms(draw: st.DrawFn, depth: int, scope: tuple[str, ...], tensors: tuple[str, ...]) -> str:
    """A term over vectors of length n and numbers, as text; it has a value and a derivative at almost every point."""

    def again() -> str:
        return draw(terms(depth - 1, scope, tensors))

    if depth == 0:
        tensor = draw(st.sampled_from(tensors))
        i = draw(st.sampled_from([*scope, "0", "n-1", *(f"n-1-{v}" for v in scope)]))
        guarded = draw(st.booleans()) and i in scope
        shifted = draw(st.sampled_from([("-1", f"{i} > 0"), ("+1", f"{i} < n-1")]))
        return f"({tensor}[{i}{shifted[0]}] if {shifted[1]} else {tensor}[{i}])" if guarded else f"{tensor}[{i}]"
    bound = f"j{depth}"
    kind = draw(st.integers(0, 11))
    if kind in (3, 4, 6):
        tests = ["", *(f" if {bound} {o} {v}" for o in ("<=", "!=", ">") for v in scope)]
        test = draw(st.sampled_from(tests)) if kind != 6 else ""
        body = draw(terms(depth - 1, (*scope, bound), tensors))
        name = {3: "sum", 4: "prod", 6: "max"}[kind]
        return f"{name}({body} for {bound} in range(n){test})"
    one = again()
    match kind:
        case 0:
            return f"({one} + {again()})"
        case 1:
            return f"({one} - 2*{again()})"
        case 2:
            return f"{one}*{again()}"
        case 5:
            return f"({one} if {draw(st.sampled_from(scope))} > 0 else {again()})"
        case 7:
            return f"tanh({one})"
        case 8:
            return f"sin({one})"
        case 9:
            return f"{one}/(1 + ({again()})**2)"
        case 10:
            return f"abs({one} - 1/7)"
        case _:
            return f"maximum({one}, 1/3)"


@settings(max_examples=120, deadline=None)
@given(data=st.data(), n=st.integers(1, 3), seed=st.integers(0, 3))
def test_random_programs(data: st.DataObject, n: int, seed: int) -> None:
    first = data.draw(terms(2, ("i",), ("x", "z")))
    second = data.draw(terms(2, ("i",), ("x", "h")))
    program = read("x: n, z: n, h: n, y: n", f"h[i] = {first}", f"y[i] = {second}")
    outputs = data.draw(st.sampled_from([("y",), ("h", "y")]))
    assume(is_differentiable(program, {"n": n}, seed))
    check_pullback(program, outputs, {"n": n}, seed=seed)
