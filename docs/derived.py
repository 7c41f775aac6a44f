"""Writes ``derived.md``: forward maps, and the backward formulas that symadj derives for them.

Run from the root of a checkout: ``python docs/derived.py``. Each row states the textbook's formula too; the tests prove
it, and hold the derived one against its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import symadj

TARGET = Path(__file__).with_name("derived.md")


class Row(NamedTuple):
    """One layer or operator: its statement, and the backward formula as textbooks give it."""

    name: str
    shapes: str
    forward: tuple[str, ...]
    book: tuple[str, ...]
    more: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default


ROWS = (
    Row("matrix times vector", "W: m n, x: n", ("y = W @ x",), ("dW = outer(dy, x)", "dx = W.T @ dy")),
    Row("matrix product", "A: m k, B: k n", ("C = A @ B",), ("dA = dC @ B.T", "dB = A.T @ dC")),
    Row("linear layer", "x: b n, W: m n, c: m", ("y = x @ W.T + c",),
        ("dx = dy @ W", "dW = dy.T @ x", "dc = sum(dy, axis=0)")),
    Row("bilinear form", "a: m, W: m n, b: n", ("y = dot(a, W @ b)",),
        ("da = dy*(W @ b)", "dW = dy*outer(a, b)", "db = dy*(W.T @ a)")),
    Row("quadratic form", "x: n, A: n n", ("y = dot(x, A @ x)",), ("dx = dy*((A + A.T) @ x)", "dA = dy*outer(x, x)")),
    Row("outer product", "a: m, b: n", ("y = outer(a, b)",), ("da = dy @ b", "db = dy.T @ a")),
    Row("Gram matrix", "A: m n", ("G = A.T @ A",), ("dA = A @ (dG + dG.T)",)),
    Row("sandwich", "A: m n, X: n k, B: k l", ("y = A @ X @ B",),
        ("dA = dy @ (X @ B).T", "dX = A.T @ dy @ B.T", "dB = (A @ X).T @ dy")),
    Row("trace of a product", "A: m n, B: n m", ("y = trace(A @ B)",), ("dA = dy*B.T", "dB = dy*A.T")),
    Row("Frobenius norm", "A: m n", ("y = sqrt(sum(A**2))",), ("dA = dy*A/y",)),
    Row("inverse", "A: n n", ("Y = inv(A)",), ("dA = -Y.T @ dY @ Y.T",)),
    Row("logarithm of the determinant", "A: n n", ("y = log(det(A))",), ("dA = dy*inv(A).T",)),
    Row("solution of a linear system", "A: n n, b: n", ("x = solve(A, b)",),
        ("db = inv(A).T @ dx", "dA = -outer(inv(A).T @ dx, x)")),
    Row("sum", "x: m n", ("y = sum(x, axis=1)",), ("dx[i,j] = dy[i]",)),
    Row("mean", "x: n", ("y = mean(x)",), ("dx[i] = dy/n",)),
    Row("variance", "x: n", ("m = mean(x)", "y = mean((x - m)**2)"), ("dx = 2*dy*(x - m)/n",)),
    Row("Euclidean norm", "x: n", ("y = sqrt(sum(x**2))",), ("dx = dy*x/y",)),
    Row("normalisation to length 1", "x: n", ("s = sqrt(sum(x**2))", "y = x/s"), ("dx = (dy - y*sum(dy*y))/s",)),
    Row("logarithm of a sum of exponentials", "x: n", ("y = logsumexp(x)",), ("dx = dy*softmax(x, axis=0)",)),
    Row("softmax", "x: n", ("y = softmax(x, axis=0)",), ("dx = y*(dy - sum(dy*y))",)),
    Row("softmax of rows", "x: b n", ("y = softmax(x, axis=1)",), ("dx = y*(dy - sum(dy*y, axis=1, keepdims=True))",)),
    Row("log-softmax", "x: n", ("y = log_softmax(x, axis=0)",), ("dx = dy - exp(y)*sum(dy)",)),
    Row("cross entropy of classes", "x: b n, t: b in range(n)",
        ("l = log_softmax(x, axis=1)", "L = -sum(l[s,t[s]] for s in range(b))/b"),
        ("dx[s,j] = dL*(exp(l[s,j]) - (j == t[s]))/b",)),
    Row("cross entropy of probabilities", "x: n, t: n", ("p = softmax(x, axis=0)", "L = -sum(t*log(p))"),
        ("dx = dL*(p*sum(t) - t)",), {"wrt": "x"}),
    Row("binary cross entropy", "x: n, t: n", ("p = sigmoid(x)", "L = -sum(t*log(p) + (1 - t)*log(1 - p))"),
        ("dx = dL*(p - t)",), {"wrt": "x"}),
    Row("cosine similarity", "a: n, b: n", ("u = sqrt(sum(a**2))", "v = sqrt(sum(b**2))", "y = dot(a, b)/(u*v)"),
        ("da = dy*(b/v - y*a/u)/u", "db = dy*(a/u - y*b/v)/v")),
    Row("tanh", "x: n", ("y = tanh(x)",), ("dx = dy*(1 - y**2)",)),
    Row("sigmoid", "x: n", ("y = sigmoid(x)",), ("dx = dy*y*(1 - y)",)),
    Row("logistic function, spelled out", "x: n", ("y = 1/(1 + exp(-x))",), ("dx = dy*y*(1 - y)",)),
    Row("exponential", "x: n", ("y = exp(x)",), ("dx = dy*y",)),
    Row("square root", "x: n", ("y = sqrt(x)",), ("dx = dy/(2*y)",), {"assume": "x[i] > 0"}),
    Row("reciprocal", "x: n", ("y = 1/x",), ("dx = -dy*y**2",), {"assume": "x[i] != 0"}),
    Row("ReLU", "x: n", ("y = maximum(x, 0)",), ("dx = dy*(x > 0)",), {"assume": "almost everywhere"}),
    Row("SiLU", "x: n", ("s = sigmoid(x)", "y = x*s"), ("dx = dy*(s + y*(1 - s))",)),
    Row("GELU", "x: n", ("p = (1 + erf(x/sqrt(2)))/2", "y = x*p"),
        ("dx = dy*(p + x*exp(-x**2/2)/(sqrt(2)*sqrt(pi)))",)),
    Row("mean squared error", "x: n, t: n", ("y = sum((x - t)**2)/n",),
        ("dx = 2*dy*(x - t)/n", "dt = -2*dy*(x - t)/n")),
    Row("layer normalisation", "x: b n, g: n, c: n, eps:",
        ("mu[s] = sum(x[s,i] for i in range(n))/n", "v[s] = sum((x[s,i] - mu[s])**2 for i in range(n))/n",
         "r[s] = (v[s] + eps)**(-1/2)", "z[s,i] = (x[s,i] - mu[s])*r[s]", "y[s,i] = g[i]*z[s,i] + c[i]"),
        ("dz[s,i] = g[i]*dy[s,i]",
         "dx[s,i] = r[s]*(dz[s,i] - sum(dz[s,j] for j in range(n))/n - z[s,i]*sum(dz[s,j]*z[s,j] for j in range(n))/n)",
         "dg[i] = sum(dy[s,i]*z[s,i] for s in range(b))", "dc[i] = sum(dy[s,i] for s in range(b))"),
        {"assume": "eps > 0", "wrt": "x, g, c"}),
    Row("batch normalisation", "x: b n, g: n, c: n, eps:",
        ("mu = mean(x, axis=0)", "v = mean((x - mu)**2, axis=0)", "r = 1/sqrt(v + eps)", "z = (x - mu)*r",
         "y = g*z + c"),
        ("dg = sum(dy*z, axis=0)", "dc = sum(dy, axis=0)", "dx = g*r*(dy - z*sum(dy*z, axis=0)/b - sum(dy, axis=0)/b)"),
        {"assume": "eps > 0", "wrt": "x, g, c"}),
    Row("root mean square normalisation", "x: n, g: n, eps:",
        ("r = (sum(x**2)/n + eps)**(-1/2)", "y = g*x*r"),
        ("dx = r*(g*dy - x*r**2*sum(dy*g*x)/n)", "dg = dy*x*r"), {"assume": "eps > 0", "wrt": "x, g"}),
    Row("attention", "q: m d, k: n d, v: n e",
        ("l = q @ k.T", "p = softmax(l, axis=1)", "y = p @ v"),
        ("dp = dy @ v.T", "dl = p*(dp - sum(dp*p, axis=1, keepdims=True))",
         "dq = dl @ k", "dk = dl.T @ q", "dv = p.T @ dy")),
    Row("recurrent cell", "x: n, h: m, W: m n, U: m m, c: m", ("y = tanh(W @ x + U @ h + c)",),
        ("g = dy*(1 - y**2)", "dx = W.T @ g", "dh = U.T @ g", "dW = outer(g, x)", "dU = outer(g, h)", "dc = g")),
    Row("linear layer with a ReLU", "x: n, W: m n, c: m", ("y = maximum(W @ x + c, 0)",),
        ("dc = dy*(y > 0)", "dx = W.T @ dc", "dW = outer(dc, x)"), {"assume": "almost everywhere"}),
    Row("product of batches of matrices", "A: b m k, B: b k n", ("C = A @ B",),
        ('dA = einsum("bij,bkj->bik", dC, B)', 'dB = einsum("bij,bik->bkj", dC, A)')),
    Row("leaky ReLU", "x: n, a:", ("y = where(x > 0, x, a*x)",),
        ("dx = dy*where(x > 0, 1, a)", "da = sum(dy*x*(x <= 0))"), {"assume": "almost everywhere"}),
    Row("gated recurrent unit", "x: n, h: m, F: m n, G: m m, V: m n, R: m m",
        ("f = sigmoid(F @ x + G @ h)", "c = tanh(V @ x + R @ (f*h))", "y = (1 - f)*h + f*c"),
        ("a = dy*f*(1 - c**2)", "b = R.T @ a", "p = (dy*(c - h) + b*h)*f*(1 - f)",
         "dx = F.T @ p + V.T @ a", "dh = dy*(1 - f) + b*f + G.T @ p",
         "dF = outer(p, x)", "dG = outer(p, h)", "dV = outer(a, x)", "dR = outer(a, f*h)")),
    Row("memory cell of an LSTM", "i: n, f: n, g: n, c: n", ("y = sigmoid(f)*c + sigmoid(i)*tanh(g)",),
        ("di = dy*tanh(g)*sigmoid(i)*(1 - sigmoid(i))", "df = dy*c*sigmoid(f)*(1 - sigmoid(f))",
         "dg = dy*sigmoid(i)*(1 - tanh(g)**2)", "dc = dy*sigmoid(f)")),
    Row("perceptron with one hidden layer", "x: n, W: m n, V: k m", ("h = tanh(W @ x)", "y = V @ h"),
        ("g = (V.T @ dy)*(1 - h**2)", "dx = W.T @ g", "dW = outer(g, x)", "dV = outer(dy, h)")),
    Row("convolution", "w: k, x: n+k-1, y: n", ("y[i] = sum(w[j]*x[i+j] for j in range(k))",),
        ("dw[j] = sum(dy[i]*x[i+j] for i in range(n))",
         "dx[l] = sum(w[j]*dy[l-j] for j in range(k) if 0 <= l - j and l - j < n)")),
    Row("convolution with padding", "w: 2*p+1, x: n, y: n",
        ("y[i] = sum(w[j]*x[i+j-p] for j in range(2*p+1) if 0 <= i + j - p < n)",),
        ("dw[j] = sum(dy[i]*x[i+j-p] for i in range(n) if 0 <= i + j - p and i + j - p < n)",
         "dx[l] = sum(w[j]*dy[l-j+p] for j in range(2*p+1) if 0 <= l - j + p and l - j + p < n)")),
    Row("convolution with a stride", "w: k, x: 2*n+k, y: n", ("y[i] = sum(w[j]*x[2*i+j] for j in range(k))",),
        ("dw[j] = sum(dy[i]*x[2*i+j] for i in range(n))",
         "dx[l] = sum(w[j]*dy[(l-j)//2] for j in range(k) if (l - j)%2 == 0 and 0 <= l - j and l - j < 2*n)")),
    Row("average pooling", "x: k*n, y: n", ("y[i] = sum(x[k*i+j] for j in range(k))/k",), ("dx[l] = dy[l//k]/k",)),
    Row("maximum pooling", "x: k*n, y: n", ("y[i] = max(x[k*i+j] for j in range(k))",),
        ("dx[l] = dy[l//k] if x[l] == y[l//k] else 0",), {"assume": "almost everywhere"}),
    Row("upsampling", "x: n, y: k*n", ("y[i] = x[i//k]",), ("dx[l] = sum(dy[k*l+a] for a in range(k))",)),
    Row("embedding", "E: v d, t: b in range(v)", ("y[s,a] = E[t[s],a]",),
        ("dE[w,a] = sum(dy[s,a] for s in range(b) if t[s] == w)",)),
    Row("scatter", "u: k, t: k in range(n), y: n", ("y[i] = sum(u[a] for a in range(k) if t[a] == i)",),
        ("du[a] = dy[t[a]]",)),
    Row("reversal", "x: n", ("y = x[::-1]",), ("dx = dy[::-1]",)),
    Row("roll", "x: n", ("y = roll(x, 1)",), ("dx = roll(dy, -1)",)),
    Row("margin of zeros", "x: n", ("y = pad(x, (2, 3))",), ("dx = dy[2:-3]",)),
    Row("every second entry", "x: n", ("y = x[::2]",), ("dx[l] = dy[l//2] if l%2 == 0 else 0",)),
    Row("difference of neighbours", "x: n+1", ("y = x[1:] - x[:-1]",), ("dx = pad(dy, (1, 0)) - pad(dy, (0, 1))",)),
    Row("concatenation", "a: m, b: n", ("y = concatenate([a, b])",), ("da = dy[:m]", "db = dy[m:]")),
    Row("gated linear unit", "x: b 2*n", ("a = x[:, :n]", "s = sigmoid(x[:, n:])", "y = a*s"),
        ("da = dy*s", "ds = dy*a", "dx = concatenate([da, ds*s*(1 - s)], axis=1)")),
    Row("gates of an LSTM in one product", "x: n, W: 4*m n, c: m",
        ("z = W @ x", "i = sigmoid(z[:m])", "f = sigmoid(z[m:2*m])", "g = tanh(z[2*m:3*m])", "o = sigmoid(z[3*m:])",
         "s = f*c + i*g", "h = o*tanh(s)"),
        ("do = dh*tanh(s)", "ds = dh*o*(1 - tanh(s)**2)", "df = ds*c", "di = ds*g", "dg = ds*i",
         "dz = concatenate([di*i*(1 - i), df*f*(1 - f), dg*(1 - g**2), do*o*(1 - o)])",
         "dW = outer(dz, x)", "dx = W.T @ dz", "dc = ds*f")),
    Row("batch normalisation of images", "x: b c h w, g: c, u: c, eps:",
        ("mu = mean(x, axis=(0, 2, 3))", "v = mean((x - mu[:, None, None])**2, axis=(0, 2, 3))", "r = 1/sqrt(v + eps)",
         "z = (x - mu[:, None, None])*r[:, None, None]", "y = g[:, None, None]*z + u[:, None, None]"),
        ("dg = sum(dy*z, axis=(0, 2, 3))", "du = sum(dy, axis=(0, 2, 3))",
         "dx[s,a,i,j] = g[a]*r[a]*(dy[s,a,i,j] - z[s,a,i,j]*dg[a]/(b*h*w) - du[a]/(b*h*w))"),
        {"assume": "eps > 0", "wrt": "x, g, u"}),
    Row("lower triangle", "A: n n", ("y = tril(A)",), ("dA = tril(dy)",)),
    Row("trace", "A: n n", ("y = trace(A)",), ("dA = dy*eye(n)",)),
    Row("cumulative sum", "x: n", ("y = cumsum(x)",), ("dx[j] = sum(dy[i] for i in range(j, n))",)),
    Row("transposition", "A: m n", ("y = A.T",), ("dA = dy.T",)),
)  # fmt: skip


def derived(row: Row) -> str:
    """The derived backward formula of a row."""
    more = {key: value for key, value in row.more.items() if key != "wrt"}
    wrt = row.more["wrt"].split(", ") if "wrt" in row.more else None
    return str(symadj.derive(shapes=row.shapes, forward=row.forward, wrt=wrt, **more))


def text() -> str:
    """The whole document."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Derived backward formulas"
    yield ""
    yield "Written by `docs/derived.py`: each formula is what `symadj derive` prints, and is proved for every size."
    yield ""
    yield "| | shapes | forward | backward |"
    yield "|---|---|---|---|"
    for row in ROWS:
        forward = "<br>".join(f"`{line}`" for line in row.forward)
        backward = "<br>".join(f"`{line}`" for line in derived(row).splitlines())
        yield f"| {row.name} | `{row.shapes}` | {forward} | {backward} |"
    yield ""


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
