"""The backward programs as a person would write them: exact formulas."""

from __future__ import annotations

import pytest

from symadj.calculus import pullback
from symadj.errors import Unsupported
from symadj.terms.index import size, var
from symadj.terms.nodes import ZERO_TERM, Call, Entry
from symadj.terms.statement import Let
from tests.calculus.language import Program, read, read_line, show


def backward(program: Program, *outputs: str, complex_field: bool = False) -> list[Let]:
    outputs = outputs or (program.lets[-1].name,)
    return list(pullback(program.lets, outputs, program.inputs, complex=complex_field).lets)


def check(program: Program, *expected: str, outputs: tuple[str, ...] = ()) -> None:
    """The backward program is exactly these lines, up to the order of factors."""
    found = backward(program, *outputs)
    shapes = {**program.shapes, **{let.name: let.shape for let in found}}
    shapes |= {f"d{o}": program.shapes[o] for o in outputs or (program.lets[-1].name,)}
    wanted = [read_line(line, shapes) for line in expected]
    assert [show(let) for let in found] == [show(let) for let in wanted]


def test_linear_layer() -> None:
    check(
        read("W: m n, x: n", "y[i] = sum(W[i,j]*x[j] for j in range(n))"),
        "dW[i,j] = dy[i]*x[j]",
        "dx[j] = sum(W[i,j]*dy[i] for i in range(m))",
    )


def test_cotangent_takes_the_place_of_the_factor() -> None:
    check(
        read("A: l m, X: m n, B: n p", "y[i,q] = sum(A[i,j]*X[j,k]*B[k,q] for j in range(m) for k in range(n))"),
        "dA[i,j] = sum(sum(dy[i,q]*X[j,k]*B[k,q] for k in range(n)) for q in range(p))",
        "dX[j,k] = sum(sum(A[i,j]*dy[i,q]*B[k,q] for q in range(p)) for i in range(l))",
        "dB[k,q] = sum(sum(A[i,j]*X[j,k]*dy[i,q] for j in range(m)) for i in range(l))",
    )


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("exp(x[i])", "dx[i] = dy[i]*y[i]"),
        ("tanh(x[i])", "dx[i] = dy[i]*(1 - y[i]**2)"),
        ("sigmoid(x[i])", "dx[i] = dy[i]*y[i]*(1 - y[i])"),
        ("softplus(x[i])", "dx[i] = dy[i]*sigmoid(x[i])"),
        ("tan(x[i])", "dx[i] = dy[i]*(1 + y[i]**2)"),
        ("sqrt(x[i])", "dx[i] = 1/2*dy[i]/y[i]"),
        ("1/x[i]", "dx[i] = -dy[i]*y[i]**2"),
        ("1/sqrt(x[i])", "dx[i] = (-1/2)*dy[i]*y[i]**3"),
        ("x[i]**(1/3)", "dx[i] = 1/3*dy[i]*y[i]**(-2)"),
        ("x[i]**3", "dx[i] = 3*dy[i]*x[i]**2"),
        ("sin(x[i])", "dx[i] = dy[i]*cos(x[i])"),
        ("cos(x[i])", "dx[i] = -dy[i]*sin(x[i])"),
        ("log(x[i])", "dx[i] = dy[i]/x[i]"),
        ("relu(x[i])", "dx[i] = dy[i]*(x[i] > 0)"),
        ("maximum(x[i], 0)", "dx[i] = dy[i]*(x[i] > 0)"),
        ("abs(x[i])", "dx[i] = dy[i]*sign(x[i])"),
        ("sign(x[i])", "dx[l] = 0"),
        ("abs(x[i])**2", "dx[i] = 2*dy[i]*x[i]"),
        ("abs(x[i])*abs(x[i])", "dx[i] = 2*dy[i]*x[i]"),
        ("abs(x[i])**3", "dx[i] = 3*dy[i]*abs(x[i])**2*sign(x[i])"),
        ("relu(x[i])**2", "dx[i] = 2*dy[i]*relu(x[i])"),
        ("real(x[i])", "dx[i] = dy[i]"),
        ("imag(x[i])", "dx[l] = 0"),
        ("x[i]*x[i]", "dx[i] = 2*dy[i]*x[i]"),
        ("f(x[i])", "dx[i] = dy[i]*D(f)(x[i])"),
    ],
)
def test_functions_through_the_name_of_the_line(function: str, expected: str) -> None:
    check(read("x: n", f"y[i] = {function}"), expected)


def test_the_name_is_used_only_where_the_line_is_the_function_alone() -> None:
    check(read("x: n", "y[i] = 2*exp(x[i])"), "dx[i] = 2*dy[i]*exp(x[i])")


def test_a_fractional_power_of_an_even_power_is_not_merged() -> None:
    # (x²)^(1/2) is |x|: its derivative is not 1
    (dx,) = backward(read("x: n", "y[i] = (x[i]**2)**(1/2)"))
    assert show(dx) == "dx[i] = dy[i]*(y[i])**(-1)*x[i]"


@pytest.mark.parametrize(
    ("shapes", "line", "expected"),
    [
        (
            "x: n+K-1, w: K, y: n",
            "y[i] = sum(w[k]*x[i+k] for k in range(K))",
            "dx[l] = sum(w[k]*dy[l-k] for k in range(K) if 0 <= l-k and l-k < n)",
        ),
        ("x: n+k, y: n", "y[i] = x[i]", "dx[i] = dy[i] if i < n else 0"),
        ("x: n+k, y: n", "y[i] = x[i+k]", "dx[l] = dy[l-k] if l >= k else 0"),
        ("x: n, y: n", "y[i] = x[n-1-i]", "dx[l] = dy[n-1-l]"),
        ("x: n, y: n", "y[i] = sum(x[j] for j in range(i+1))", "dx[j] = sum(dy[i] for i in range(j, n))"),
        ("x: n, y: n", "y[i] = sum(x[j] for j in range(n) if j <= i)", "dx[j] = sum(dy[i] for i in range(j, n))"),
        ("x: n, y: n", "y[i] = sum(x[j] for j in range(i))", "dx[j] = sum(dy[i] for i in range(j+1, n))"),
        ("x: n, y: 2*n", "y[i] = x[i//2]", "dx[l] = sum(dy[i] for i in range(2*n) if l == i//2)"),
        ("x: 2*n, y: n", "y[i] = x[2*i]", "dx[l] = sum(dy[i] for i in range(n) if l == 2*i)"),
        ("x: m n, y: m", "y[i] = x[i,n-1]", "dx[i,l] = dy[i] if l == n-1 else 0"),
        ("x: n n, y: n", "y[i] = x[i,i]", "dx[i,l] = dy[i] if i == l else 0"),
        (
            "x: n, y: n",
            "y[i] = (x[i+1] if i < n-1 else x[0])",
            "dx[l] = (dy[l-1] if l >= 1 else 0) + (dy[n-1] if l == 0 else 0)",
        ),
        ("x: n, y: n", "y[i] = (x[i-1] if i > 0 else 0)", "dx[l] = dy[l+1] if n-l-2 >= 0 else 0"),
        ("x: n k, y: n+k-1", "y[q] = sum(x[i,q-i] for i in range(n) if 0 <= q-i and q-i < k)", "dx[i,l] = dy[i+l]"),
        (
            "x: n, y: S*n",
            "y[q] = sum(x[i] for i in range(n) if q == S*i)",
            "dx[i] = sum(dy[q] for q in range(S*n) if S*i == q)",
        ),
    ],
)
def test_deltas(shapes: str, line: str, expected: str) -> None:
    program = read(shapes, line)
    found = next(let for let in backward(program) if let.name == "dx")
    wanted = read_line(expected, {**program.shapes, "dy": program.shapes["y"]})
    assert show(found) == show(wanted)


def test_embedding_keeps_the_look_up_as_a_condition() -> None:
    program = read("E: v d, idx: t in range(v), y: t d", "y[s,j] = E[idx[s],j]")
    shapes, integers = {**program.shapes, "dy": program.shapes["y"]}, frozenset({"idx"})
    wanted = read_line("dE[l,j] = sum(dy[s,j] for s in range(t) if l == idx[s])", shapes, integers)
    assert [show(let) for let in backward(program)] == [show(wanted)]


def test_maximum_goes_where_it_is_attained() -> None:
    check(
        read("x: m n", "y[i] = max(x[i,j] for j in range(n))"),
        "dx[i,j] = dy[i] if x[i,j] == y[i] else 0",
    )


def test_product_over_a_range_does_not_divide() -> None:
    check(
        read("x: n", "y = prod(x[j] for j in range(n))"),
        "dx[j] = prod(x[i] for i in range(n) if not i == j)*dy",
    )


def test_determinant_and_inverse() -> None:
    check(read("A: n n", "y = det(A)"), "dA[i,j] = dy*y*inv(A)[j,i]")
    check(
        read("A: n n", "y[i,j] = inv(A)[i,j]"),
        "dA[i,j] = -sum(sum(y[k,i]*dy[k,l]*y[j,l] for l in range(n)) for k in range(n))",
    )


def test_complementary_guards_become_one_choice() -> None:
    check(
        read("x: n, a:", "y[i] = (x[i] if x[i] > 0 else a*x[i])"),
        "dx[i] = dy[i] if x[i] > 0 else a*dy[i]",
        "da = sum(dy[i]*x[i] for i in range(n) if x[i] <= 0)",
    )


def test_lets_are_not_put_into_one_another() -> None:
    program = read("x: n", "e[i] = exp(x[i])", "s = sum(e[i] for i in range(n))", "y[i] = e[i]/s")
    check(
        program,
        "ds = -sum(e[i]*dy[i]*s**(-2) for i in range(n))",
        "de[i] = dy[i]/s + ds",
        "dx[i] = de[i]*e[i]",
    )


def test_the_backward_program_grows_with_the_program_only() -> None:
    """A residual net whose expansion would have 2^40 terms."""
    lines, last = [], "x"
    for depth in range(40):
        lines.append(f"h{depth}[i] = tanh({last}[i]) + {last}[i]*{last}[i]")
        last = f"h{depth}"
    program = read("x: n", *lines)
    found = backward(program)
    assert len(found) == 40
    assert max(len(show(let)) for let in found) < 120


def test_an_output_that_is_read_again_has_a_total() -> None:
    program = read("x: n", "h[i] = x[i]**2", "y = sum(h[i] for i in range(n))")
    check(program, "dh.total[i] = dh[i] + dy", "dx[i] = 2*dh.total[i]*x[i]", outputs=("h", "y"))


def test_an_output_that_is_not_read_again_has_no_let() -> None:
    program = read("x: n", "h[i] = 3*x[i]", "y[i] = 2*x[i]")
    check(program, "dx[i] = 2*dy[i] + 3*dh[i]", outputs=("h", "y"))


def test_an_output_that_is_an_input_too() -> None:
    program = read("x: n", "y[i] = 2*x[i]")
    (dx,) = pullback(program.lets, ["x", "y"], program.inputs).lets
    assert show(dx) == "dx.total[i] = (dx[i] + 2*dy[i])"


def test_a_line_that_does_not_matter_is_skipped() -> None:
    program = read("x: n", "h[i] = x[i]**5", "g = sum(h[i] for i in range(n))", "y[i] = 2*x[i]")
    check(program, "dx[i] = 2*dy[i]")


def test_an_input_that_does_not_matter_has_a_zero_cotangent() -> None:
    program = read("x: n, z: m k", "y[i] = 2*x[i]")
    found = {let.name: let for let in backward(program)}
    assert found["dz"].body == ZERO_TERM
    assert found["dz"].shape == program.shapes["z"]
    assert len(set(found["dz"].indices)) == 2


def test_inputs_that_are_not_wanted_are_held_fixed() -> None:
    program = read("W: m n, x: n", "y[i] = sum(W[i,j]*x[j] for j in range(n))")
    (dx,) = pullback(program.lets, ["y"], {"x": program.shapes["x"]}).lets
    assert dx.name == "dx"


def test_names_of_axes_follow_the_first_plain_subscripts() -> None:
    check(
        read("A: n n, x: n, y: n", "y[i] = x[i] + sum(A[i,j]*x[j] for j in range(n))"),
        "dA[i,j] = dy[i]*x[j]",
        "dx[i] = dy[i] + sum(A[j,i]*dy[j] for j in range(n))",
    )


def test_indices_never_take_the_name_of_a_size_or_a_tensor() -> None:
    program = read("x: n+k-1, l: k, i:, y: n", "y[j] = i*sum(l[p]*x[j+p] for p in range(k))")
    for let in backward(program):
        assert not set(let.indices) & {"l", "i", "k", "n", "x", "y"}


def test_bound_names_do_not_shadow() -> None:
    program = read("x: n", "y = tanh(sum(x[i] for i in range(n)))*sum(x[i] for i in range(n))")
    (dx,) = backward(program)
    assert "tanh(sum(x[j] for j in range(n)))" in show(dx).replace("1 + -1*", "")
    assert "sum(x[i] for i" not in show(dx)


@pytest.mark.parametrize("name", ["dx", "dh"])
def test_a_name_in_use(name: str) -> None:
    program = read(f"x: n, {name}: n", f"h[i] = x[i]*{name}[i]", "y[i] = 2*h[i]")
    if name == "dx":
        with pytest.raises(Unsupported, match="the cotangent of x would be called dx, which is the name of a tensor"):
            pullback(program.lets, ["y"], {"x": program.shapes["x"]})
    else:
        names = [let.name for let in pullback(program.lets, ["y"], {"x": program.shapes["x"]}).lets]
        assert names == ["dh.cotangent", "dx"]


def test_complex_conjugates() -> None:
    program = read("A: m n, x: n", "y[i] = sum(A[i,j]*x[j] for j in range(n))")
    assert [show(let) for let in backward(program, complex_field=True)] == [
        "dA[i,j] = dy[i]*conj(x[j])",
        "dx[j] = sum(conj(A[i,j])*dy[i] for i in range(m))",
    ]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("conj(x[i])", "conj(dy[i])"),
        ("real(x[i])", "real(dy[i])"),
        ("imag(x[i])", "1j*real(dy[i])"),
        ("abs(x[i])", "real(dy[i])*x[i]*(y[i])**(-1)"),
        ("abs(x[i])**2", "2*x[i]*real(dy[i])"),
        ("x[i]*x[i]", "2*dy[i]*conj(x[i])"),
        ("exp(x[i])", "dy[i]*conj(y[i])"),
    ],
)
def test_complex_functions(function: str, expected: str) -> None:
    (dx,) = backward(read("x: n", f"y[i] = {function}"), complex_field=True)
    assert show(dx).replace("abs(x[i])", "y[i]") == f"dx[i] = {expected}"


@pytest.mark.parametrize("function", ["relu", "sign", "softplus", "arctan", "arcsin"])
def test_functions_that_are_not_holomorphic(function: str) -> None:
    program = read("x: n", f"y[i] = {function}(x[i])")
    with pytest.raises(Unsupported, match=f"the derivative of {function} at a complex number"):
        backward(program, complex_field=True)
    backward(read("x: n", f"y[i] = {function}(real(x[i]))"), complex_field=True)


def test_an_unknown_function_over_the_complex_numbers() -> None:
    with pytest.raises(Unsupported, match="whether the function f is holomorphic"):
        backward(read("x: n", "y[i] = f(x[i])"), complex_field=True)


def test_a_function_that_is_not_in_the_table() -> None:
    x = Entry("x", (var("i"),))
    strange = Let("y", ("i",), (size("n"),), Call("gamma", (x,)))
    with pytest.raises(Unsupported, match="the derivative of gamma is not known"):
        pullback([strange], ["y"], {"x": (size("n"),)})
