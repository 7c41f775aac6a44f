"""What ``symadj.derive`` prints: the formulas people write, and that every one of them is proved."""

from __future__ import annotations

from typing import Any

import pytest

import symadj
from symadj.api import formula
from symadj.errors import StatementError, SymadjError, Unsupported
from symadj.formulas import formulas_for
from symadj.notation import statement as read
from symadj.terms.printer import format_statement
from symadj.terms.statement import Statement
from tests.derive.points import gradients, true_statements

# Statements whose own formula is proved, but whose derived one needs to be told that a value of forward is not zero.
MORE_HYPOTHESES = {
    "TapeNodes_sqrtFderivAt",
    "HardMaskedSoftmax_backward_eq_adjoint_fderiv",
    "HardMaskedAttention_jvp_backward_pairing",
}


@pytest.mark.parametrize("statement", list(true_statements()), ids=lambda s: s.name)
def test_round_trip(statement: Statement) -> None:
    """What is printed, put as ``backward`` of the same statement, is proved."""
    import tomllib

    found = formula(statement, gradients(statement))
    (table,) = tomllib.loads(format_statement(found.claimed())).values()
    given = {key: value for key, value in table.items() if key not in ("about", "source", "expect")}
    again = read(statement.name, **{**given, "backward": str(found).splitlines()})
    verdict = symadj.verdict.prove(again, refute=False)
    assert verdict.status == "proved", f"{found}\n{verdict}"
    before = symadj.verdict.prove(statement, refute=False)
    if before and statement.name not in MORE_HYPOTHESES:
        assert verdict, f"{found}\n{verdict}"


@pytest.mark.parametrize(
    ("shapes", "forward", "wrt", "expected"),
    [
        ("W: m n, x: n", "y = W @ x", "W", "dW = outer(dy, x)"),
        ("W: m n, x: n", "y = W @ x", "x", "dx = W.T @ dy"),
        ("x: b n, W: m n", "y = x @ W.T", "W", "dW = dy.T @ x"),
        ("x: n", "y = softmax(x, axis=0)", None, "dx = y*(dy - sum(dy*y))"),
        ("x: n", "y = log_softmax(x, axis=0)", None, "dx = dy - exp(y)*sum(dy)"),
        ("x: n", "y = tanh(x)", None, "dx = dy*(1 - y**2)"),
        ("x: n, w: n", "y = x", "w", "dw[l] = 0"),
        ("x: n, t: n", ["m = max(x[i] for i in range(n))", "y[i] = exp(x[i] - m)/sum(exp(x[j] - m) for j in range(n))"],
         "x", "dx = y*(dy - sum(dy*y))"),
        ("E: v d, t: b in range(v)", "y[s,a] = E[t[s],a]", None,
         "dE[l,a] = sum(dy[s,a] for s in range(b) if l == t[s])"),
        ("x: b n", ["s = sqrt(sum(x**2, axis=1, keepdims=True))", "y = x/s"], None,
         "dx = (dy - y*sum(dy*y, axis=1, keepdims=True))/s"),
        ("A: m n, B: k l", "C = kron(A, B)", "A",
         "dA[p,q] = sum(dC[k*p+i,l*q+j]*B[i,j] for i in range(k) for j in range(l))"),
        ("x: 2*h 2*w, y: h w", "y[i,j] = (x[2*i,2*j] + x[2*i,2*j+1] + x[2*i+1,2*j] + x[2*i+1,2*j+1])/4", None,
         "dx[l,k] = dy[l//2,k//2]/4"),
        ("x: n, y: n", "y[i] = x[(i+1)%n] - x[i]", None, "dx = roll(dy, 1) - dy"),
        ("W: m n, x: n", ["s = sqrt(sum(W**2, axis=1))", "y = (W @ x)/s"], "x", "dx = W.T @ (dy/s)"),
        ("x: b h*d", "y = rearrange(x, 'b (h d) -> b h d', h=h)", None, "dx[i,l] = dy[i,l//d,l%d]"),
        ("u: k, t: k in range(n), y: n", "y[i] = sum(u[a] for a in range(k) if t[a] == i)", None, "du[a] = dy[t[a]]"),
        ("x: 3*n+1", "y = x[::3]", None, "dx[l] = dy[l//3]*(l%3 == 0)"),
        ("x: n", "y = x[1::2]", None, "dx[l] = dy[l//2] if l%2 == 1 else 0"),
        ("x: 2*n, y: n", "y[i] = x[2*n-1-2*i]", None, "dx[l] = dy[n-l//2-1]*(l%2 == 1)"),
        ("x: 2*n+1, y: n", "y[i] = (x[2*i] + x[2*i+1])/2", None,
         "dx[l] = ((dy[l//2] if l%2 == 0 and l < 2*n else 0) + (dy[l//2] if l%2 == 1 else 0))/2"),
        ("a: n, b: n, y: 2*n", "y[i] = a[i//2] if i % 2 == 0 else b[i//2]", None, "da = dy[::2]\ndb = dy[1::2]"),
        ("x: c*r*r h w, y: c h*r w*r", "y[p,i,j] = x[p*r*r + (i%r)*r + j%r, i//r, j//r]", None,
         "dx[l,k,q] = dy[l//(r*r),r*k+(l//r)%r,r*q+l%r]"),
        ("x: n, w: k, y: 2*n+k-2", "y[l] = sum(x[i]*w[l-2*i] for i in range(n) if 0 <= l - 2*i < k)", "x",
         "dx[i] = sum(dy[2*i+l]*w[l] for l in range(k))"),
        ("c: n, x: n, y: n", "y[i] = sum(c[(i-j)%n]*x[j] for j in range(n))", "c",
         "dc[l] = sum(dy[i]*x[(i-l)%n] for i in range(n))"),
        ("x: n d, s: e in range(n), t: e in range(n), y: n d",
         "y[i,a] = sum(x[s[k],a] for k in range(e) if t[k] == i)", None,
         "dx[l,a] = sum(dy[t[k],a] for k in range(e) if l == s[k])"),
        ("x: n, y: n+2", "y[i] = x[0] if i == 0 else (x[n-1] if i == n+1 else x[i-1])", None,
         "dx[l] = (dy[0] if l == 0 else 0) + (dy[n+1] if n == l + 1 else 0) + dy[l+1]"),
        ("x: n, W: m n", "y = maximum(W @ x, 0)", "W", "dW = outer(dy*(y > 0), x)"),
        ("x: n d, W: d e, A: n n", "y = maximum(A @ x @ W, 0)", None,
         "g = dy*(y > 0)\ndx = A.T @ g @ W.T\ndW = x.T @ A.T @ g\ndA = g @ W.T @ x.T"),
        ("x: n, t: n", ["d = x - t", "y = sum(where(abs(d) < 1, d**2/2, abs(d) - 1/2))"], "x",
         "dx = dy*where(abs(d) < 1, d, sign(d))"),
        ("x: n", ["e[i] = exp(x[i] - max(x[j] for j in range(n)))", "y[i] = e[i]/sum(e[j] for j in range(n))"], None,
         "dx = y*(dy - sum(dy*y))"),
        ("x: n", "y = maximum(x, 0) - minimum(x, 0)", None, "dx[i] = dy[i]*((x[i] > 0) - (x[i] < 0))"),
        ("d: n, b: n", "y = inv(diag(d)) @ b", "b", "g = diag(d)\ndb = inv(g).T @ dy"),
        ("A: n n, x: n", "y = triu(A, 1) @ x", None, "dA = triu(outer(dy, x), 1)\ndx = triu(A, 1).T @ dy"),
        ("A: m n, b: m, lam:", ["G = A.T @ A + lam*eye(n)", "x = solve(G, A.T @ b)"], None,
         "g = inv(G).T @ dx\ndG = -outer(g, x)\ndA = outer(b, g) + A @ (dG.T + dG)\ndb = A @ g\ndlam = trace(dG)"),
        ("x: n, y: n", "y[i] = x[i+2] if i + 2 < n else 0", None, "dx[l] = dy[l-2] if l >= 2 else 0"),
        ("x: n+2, y: n+2", "y[i] = x[i-2] if i >= 2 else 0", None, "dx = pad(dy[2:], (0, 2))"),
        ("x: n", "y = x*mean(x)", None, "dx = (dy*sum(x) + sum(dy*x))/n"),
        ("z: 4*m, c: m", ["i = sigmoid(z[:m])", "f = sigmoid(z[m:2*m])", "g = tanh(z[2*m:3*m])", "o = sigmoid(z[3*m:])",
         "s = f*c + i*g", "h = o*tanh(s)"], "z",
         "ds = dh*o*(1 - tanh(s)**2)\ndo = dh*tanh(s)\ndg = ds*i\ndf = ds*c\ndi = ds*g\n"
         "dz = concatenate([di*i*(1 - i), df*f*(1 - f), dg*(1 - g**2), do*o*(1 - o)])"),
        ("w: n 3*d", ["q = w[:, :d]", "k = w[:, d:2*d]", "v = w[:, 2*d:]", "y = q*k + v"], None,
         "dk = dy*q\ndq = dy*k\ndw = concatenate([dq, dk, dy], axis=1)"),
        ("x: 2 n", "y = x[0]*x[1]", None, "dx = stack([dy*x[1], dy*x[0]])"),
        ("x: n 2", "y = x[:, 0] - x[:, 1]", None, "dx = stack([dy, -dy], axis=1)"),
        ("x: n+2, y: n+1", "y[i] = x[i]", None, "dx = pad(dy, (0, 1))"),
        ("x: n+m+1", ["a = x[:n]", "b = x[n+1:]"], None, "dx[l] = db[l-n-1] if n < l else 0"),
        ("x: b c h w, k: c", "y[s,a,i,j] = x[s,a,i,j]*k[a]", "k", "dk = sum(dy*x, axis=(0, 2, 3))"),
        ("x: b h w", "y = x - mean(x, axis=(1, 2), keepdims=True)", None,
         "dx = dy - mean(dy, axis=(1, 2), keepdims=True)"),
        ("x: n, m: n in range(2), y: n", "y[i] = m[i]*exp(x[i])/sum(m[j]*exp(x[j]) for j in range(n))", None,
         "dx = y*(dy - sum(dy*y))"),
        ("x: n, p: m in range(n), y: m", "y[i] = exp(x[p[i]])/sum(exp(x[p[j]]) for j in range(m))", None,
         "dx[l] = sum(dy[i]*y[i] for i in range(m) if l == p[i])"
         " - sum(y[j] for j in range(m) if l == p[j])*sum(dy[i]*y[i] for i in range(m))"),
        ("x: n, eps:", ["a = log(1 + exp(x))", "y = log(a + eps)"], "x", "da = dy/(a + eps)\ndx = da*exp(x - a)"),
        ("x: n, t: n", "y = sum(maximum(0, 1 - t*x))", "x", "dx = -dy*t*(t*x < 1)"),
        ("x: n+1, y: n+3", "y[i] = x[1-i] if i < 1 else (x[i-1] if i <= n + 1 else x[2*n-i+1])", None,
         "dx[l] = (dy[0] if l == 1 else 0) + dy[l+1] + (dy[n+2] if n == l + 1 else 0)"),
        ("x: m n", ["y[i] = max(x[i,j] for j in range(n))"], None, "dx = dy[:, None]*(x == y[:, None])"),
    ],
)  # fmt: skip
def test_formulas(shapes: str, forward: Any, wrt: str | None, expected: str) -> None:
    assert str(symadj.derive(shapes=shapes, forward=forward, wrt=wrt)) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shapes": "x: n", "forward": "y = x", "wrt": "z"}, "there is no input 'z'"),
        ({"shapes": "x: n", "forward": "y = x", "wrt": "y"}, "there is no input 'y'"),
        ({"shapes": "E: v, t: b in range(v)", "forward": "y[s] = E[t[s]]", "wrt": "t"}, "there is no input 't'"),
        ({"shapes": "x: n", "forward": "y = x +"}, "column"),
        ({"shapes": "x: n", "forward": "y = w"}, "w"),
        ({"shapes": "x: n n", "forward": "y = x", "wrt": []}, "nothing to derive"),
        ({"shapes": "t: b in range(v)", "forward": "y[s] = t[s]"}, "nothing to derive"),
    ],
)
def test_wrong_input(given: dict[str, Any], message: str) -> None:
    with pytest.raises(StatementError, match=message):
        symadj.derive(**given)


def test_the_formula_for_a_report() -> None:
    statement = read(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, dy @ W)")
    assert formulas_for(statement, ["W"]) == {"W": "dW = outer(dy, x)"}


def test_double_backward_is_proved() -> None:
    twice = symadj.derive(shapes="x: n", forward="y = tanh(x)").derive()
    assert str(twice).splitlines() == ["dx = -2*dgx*y*gx", "ddy = dgx*(1 - y**2)"]
    assert twice.prove()


def test_hessian_of_a_quadratic_form() -> None:
    found = symadj.derive(shapes="x: n, A: n n", forward="y = dot(x, A @ x)", wrt="x").hessian()
    assert str(found) in ("dx = (A + A.T) @ dgx", "dx = (A.T + A) @ dgx")
    assert found.prove()


@pytest.mark.parametrize("forward", ["y = tanh(x)", "y = x*x"])
def test_there_is_no_hessian_of_an_array(forward: str) -> None:
    with pytest.raises(Unsupported, match="scalar"):
        symadj.derive(shapes="x: n", forward=forward).hessian()


def test_mathematics() -> None:
    found = symadj.derive(shapes="W: m n, x: n", forward="y = W @ x", wrt="x")
    assert str(found.sympy()) == "Eq(dx[j], Sum(W[i, j]*dy[i], (i, 0, m - 1)))"
    assert r"\sum" in found.latex()
    assert found._repr_latex_().startswith("$")


def test_sympy_has_no_maximum_over_an_index() -> None:
    found = symadj.derive(shapes="x: n, c: n", forward="y[i] = c[i]*max(x[j] for j in range(n))", wrt="c")
    with pytest.raises(SymadjError):
        found.sympy()
