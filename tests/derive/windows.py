"""Maps along windows, shifts and places, and the calls that are to be seen in their printed code."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A forward map, and a text that its code has in each framework (``""``: no such text is asked for)."""

    name: str
    shapes: str
    forward: str
    numpy: str = ""
    torch: str = ""
    jax: str = ""
    more: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default


WINDOW, CONV, GENERAL = "sliding_window_view(", "torch.nn.functional.conv", "conv_general_dilated("

ROWS = (
    Row("one channel", "x: n+k-1, w: k, y: n", "y[i] = sum(w[j]*x[i+j] for j in range(k))", WINDOW, CONV, GENERAL),
    Row("flipped", "x: n+k-1, w: k, y: n", "y[i] = sum(w[j]*x[i-j+k-1] for j in range(k))", WINDOW, CONV, GENERAL),
    Row("backwards", "x: n+k-1, w: k, y: n", "y[i] = sum(w[j]*x[n+k-2-i-j] for j in range(k))", WINDOW, CONV, GENERAL),
    Row("full", "x: n, w: k, y: n+k-1", "y[i] = sum(w[j]*x[i-j] for j in range(k) if 0 <= i - j < n)",
        WINDOW, CONV, GENERAL),
    Row("padded", "x: n, w: 2*p+1, y: n", "y[i] = sum(w[j]*x[i+j-p] for j in range(2*p+1) if 0 <= i + j - p < n)",
        WINDOW, "padding=p", "[(p, p)]"),
    Row("padded on one side", "x: n, w: k, y: n", "y[i] = sum(w[j]*x[i+j-k+1] for j in range(k) if i + j - k + 1 >= 0)",
        WINDOW, "pad(", GENERAL),
    Row("strided", "x: 2*n+k, w: k, y: n", "y[i] = sum(w[j]*x[2*i+j] for j in range(k))",
        "zeros(", "stride=2", "lhs_dilation=(2,)"),
    Row("strided by a size", "x: S*n+k, w: k, y: n", "y[i] = sum(w[j]*x[S*i+j] for j in range(k))",
        WINDOW, "stride=S", "lhs_dilation=(S,)"),
    Row("dilated", "x: n+3*k, w: k, y: n", "y[i] = sum(w[j]*x[i+3*j] for j in range(k))",
        WINDOW, "dilation=3", "rhs_dilation=(3,)"),
    Row("strided, dilated, padded", "x: n, w: k, y: n",
        "y[i] = sum(w[j]*x[2*i+3*j-1] for j in range(k) if 0 <= 2*i + 3*j - 1 < n)",
        WINDOW, "stride=2", "lhs_dilation=(2,)"),
    Row("channels", "x: b c n+k-1, w: o c k, y: b o n",
        "y[s,r,i] = sum(w[r,p,j]*x[s,p,i+j] for p in range(c) for j in range(k))",
        WINDOW, "transpose1d(dy, w)", GENERAL),
    Row("channels last", "x: b n+k-1 c, w: k c o, y: b n o",
        "y[s,i,r] = sum(w[j,p,r]*x[s,i+j,p] for p in range(c) for j in range(k))", WINDOW, CONV, '"NHC"'),
    Row("one kernel for each channel", "x: b c n+k-1, w: c k, y: b c n",
        "y[s,p,i] = sum(w[p,j]*x[s,p,i+j] for j in range(k))", WINDOW, "groups=c", "feature_group_count=c"),
    Row("groups", "x: b g c n+k-1, w: g o c k, y: b g o n",
        "y[s,a,r,i] = sum(w[a,r,p,j]*x[s,a,p,i+j] for p in range(c) for j in range(k))",
        WINDOW, "groups=g", "feature_group_count=g"),
    Row("two batches", "x: a b n+k-1, w: k, y: a b n", "y[s,t,i] = sum(w[j]*x[s,t,i+j] for j in range(k))",
        WINDOW, CONV, GENERAL),
    Row("two directions", "x: b c h+k-1 v+l-1, w: o c k l, y: b o h v",
        "y[s,r,i,j] = sum(w[r,p,a,e]*x[s,p,i+a,j+e] for p in range(c) for a in range(k) for e in range(l))",
        WINDOW, "conv_transpose2d(dy, w)", GENERAL),
    Row("two strides", "x: b 2*h+k 3*v+l, w: k l, y: b h v",
        "y[s,i,j] = sum(w[a,e]*x[s,2*i+a,3*j+e] for a in range(k) for e in range(l))",
        WINDOW, "stride=(2, 3)", "lhs_dilation=(2, 3)"),
    Row("three directions", "x: c h+k-1 v+k-1 u+k-1, w: o c k k k, y: o h v u",
        "y[r,i,j,t] = sum(w[r,p,a,e,f]*x[p,i+a,j+e,t+f] for p in range(c) for a in range(k) for e in range(k) "
        "for f in range(k))", WINDOW, "conv3d(", GENERAL),
    Row("transposed", "x: n, w: k, y: 2*n+k-2",
        "y[l] = sum(x[i]*w[l-2*i] for i in range(n) if 0 <= l - 2*i < k)", WINDOW, CONV, GENERAL),
    Row("windows", "x: n+k-1, y: n k", "y[i,j] = x[i+j]", "np.add.at(", "index_add(", ".at["),
    Row("sums of windows", "x: n+k, y: n", "y[i] = sum(x[i+j] for j in range(k))", WINDOW, ".unfold("),
    Row("means of blocks", "x: k*n, y: n", "y[i] = sum(x[k*i+j] for j in range(k))/k"),
    Row("differences", "x: n+1, y: n", "y[i] = x[i+1] - x[i]", "np.pad(", "functional.pad(", "jnp.pad("),
    Row("margins", "x: m n", "y = pad(x, ((1, 2), (0, 3)))", "[1:", "[1:", "[1:"),
    Row("a slice", "x: m+3 n+1", "y = x[1:-2, 1:]", "np.pad(", "functional.pad(", "jnp.pad("),
    Row("every second", "x: 2*n", "y = x[1::2]"),
    Row("every third, in part", "x: n", "y = x[::3]", "np.add.at(", "index_add(", ".at["),
    Row("reversal", "x: m n", "y = x[:, ::-1]", "[:, ::-1]", ".flip(1)", "[:, ::-1]"),
    Row("roll", "x: m n", "y = roll(x, 2, axis=1)", "np.roll(", "torch.roll(", "jnp.roll("),
    Row("a step round", "x: n, y: n", "y[i] = x[(i+1)%n]", "np.roll(", "torch.roll(", "jnp.roll("),
    Row("running sum", "x: m n", "y = cumsum(x, axis=1)", "np.cumsum(", "torch.cumsum(", "jnp.cumsum("),
    Row("running sum of products", "x: n, w: n, y: n", "y[i] = sum(w[j]*x[j] for j in range(i+1))",
        "np.cumsum(", "torch.cumsum(", "jnp.cumsum("),
    Row("copies", "x: c n, y: c 2*n", "y[p,i] = x[p,i//2]"),
    Row("Kronecker product", "A: m n, B: k l", "C = kron(A, B)"),
)  # fmt: skip

# Maps that look like those, and must not be taken for them.
NEAR = (
    Row("a guard that leaves out entries", "x: n+k-1, w: k, y: n",
        "y[i] = sum(w[j]*x[i+j] for j in range(k) if i + j < n)"),
    Row("a guard that leaves out the first", "x: n, w: k, y: n",
        "y[i] = sum(w[j]*x[i-j] for j in range(k) if 1 <= i - j)"),
    Row("a triangle", "x: 2*n, w: n, y: n", "y[i] = sum(w[j]*x[i+j] for j in range(i+1))"),
    Row("a stride that may be 0", "x: k+9, w: k, y: 2", "y[i] = sum(w[j]*x[S*i+j] for j in range(k))",
        more={"integers": "S", "assume": "S <= 9"}),
    Row("a shift beyond the end", "x: n, y: n", "y[i] = x[i+7] if i + 7 < n else 0"),
    Row("an axis that may be empty", "x: n, w: k, y: n-k", "y[i] = sum(w[j]*x[i+j] for j in range(k))"),
    Row("one turn too few", "x: n, y: n", "y[i] = (x[i-2] if i >= 2 else 0) + (x[i-2+n] if 0 <= i - 2 + n < n else 0)"),
    Row("up to the index before", "x: n, y: n", "y[i] = sum(x[j] for j in range(i))"),
    Row("a product with itself", "x: n+k-1, y: n", "y[i] = sum(x[j]*x[i+j] for j in range(k))"),
    Row("a diagonal of windows", "x: n 2*n, y: n", "y[i] = sum(x[i,i+j] for j in range(n))"),
    Row("a place that is not there", "u: k, t: k in range(n), y: 2", "y[i] = sum(u[a] for a in range(k) if t[a] == i)"),
    Row("an edge that is repeated", "x: n, w: k, y: n",
        "y[i] = sum(w[j]*(x[i+j] if i + j < n else x[n-1]) for j in range(k))"),
    Row("another value beyond the end", "x: n, y: n", "y[i] = x[i]*(x[i+1] if i + 1 < n else 5)"),
    Row("masks that are added", "x: n+1, y:", "y = sum(x[i] for i in range(n)) + sum(x[i+1] for i in range(n))"),
    Row("two halves", "x: 2*n, y: n", "y[i] = x[i] + x[i+n]"),
    Row("neighbours in blocks", "x: 2*n, y: n", "y[i] = x[2*i]*x[2*i+1]"),
    Row("blocks that overlap", "x: 2*n+1, y: n", "y[i] = sum(x[2*i+j] for j in range(3))"),
    Row("blocks that leave a rest", "x: 2*n+1, y: n", "y[i] = x[2*i] - x[2*i+1]"),
)  # fmt: skip

LOOKUPS = (
    Row("embedding", "E: v d, t: b in range(v)", "y[s,a] = E[t[s],a]", "np.add.at(", "index_add(", ".at["),
    Row("embedding of rows", "E: v d, t: b n in range(v)", "y[s,p,a] = E[t[s,p],a]",
        "np.add.at(", "index_add(", ".at["),
    Row("bag", "E: v d, t: b k in range(v), y: b d", "y[s,a] = sum(E[t[s,p],a] for p in range(k))",
        "np.add.at(", "index_add(", ".at["),
    Row("gather", "x: m n, r: m k in range(n)", "y[i,a] = x[i,r[i,a]]", "np.add.at(", "scatter_add(", ".at["),
    Row("scatter", "u: k d, t: k in range(n), y: n d", "y[i,c] = sum(u[a,c] for a in range(k) if t[a] == i)",
        "[t]", "[t]", ".at["),
)  # fmt: skip
