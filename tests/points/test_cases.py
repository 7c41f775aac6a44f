"""Known affine identities, and beside them the mistakes that people make, with the least sizes at which they fail."""

from __future__ import annotations

from typing import Any

import pytest

from symadj.points.equality import decide, difference
from tests.points.expansion import nonzero, nonzero_at
from tests.points.reading import Case

CONV = {"sizes": "n k", "free": "l: n+k-1"}
KERNEL = {"sizes": "n k", "free": "j: k"}
SAME = {"sizes": "n", "integers": "p", "free": "l: n"}
IMAGE = {"sizes": "b c o k l h v", "free": "s: b, p: c, m: h+k-1, n: v+l-1"}
LINE = {"sizes": "n", "free": "i: n"}
ROLL = {"sizes": "n", "integers": "s", "assume": ["s < n"], "free": "j: n"}
CHUNK = {"sizes": "n", "integers": "p", "free": "j: n"}
FLAT = {"sizes": "m n"}

VALID = "sum(w[j]*dy[l-j] for j in range(k) if 0 <= l - j < n)"
BLUR = "sum(w[j]*dy[l-j+p] for j in range(2*p+1) if 0 <= l - j + p < n)"
CONV2D = (
    "sum(w[r,p,a,e]*dy[s,r,m-a,n-e] for r in range(o) for a in range(k) for e in range(l)"
    " if 0 <= m - a < h and 0 <= n - e < v)"
)

TRUE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "conv valid, by the output": (VALID, "sum(dy[i]*w[l-i] for i in range(n) if 0 <= l - i < k)", CONV),
    "conv valid, as a delta": (VALID, "sum(dy[i]*w[j] for i in range(n) for j in range(k) if i + j == l)", CONV),
    "conv valid, redundant guard": (VALID, "sum(w[j]*dy[l-j] for j in range(k) if 0 <= l-j < n and l-j < n+k)", CONV),
    "conv valid, the kernel": (
        "sum(dy[i]*x[i+j] for i in range(n))", "sum(dy[l-j]*x[l] for l in range(n+k-1) if 0 <= l - j < n)", KERNEL),
    "conv same": (BLUR, "sum(dy[i]*w[l-i+p] for i in range(n) if i - p <= l and l <= i + p)", SAME),
    "conv full": (
        "sum(w[j]*dy[l+j] for j in range(k))", "sum(w[i-l]*dy[i] for i in range(n+k-1) if 0 <= i - l < k)",
        {"sizes": "n k", "free": "l: n"}),
    "conv dilated": (
        "sum(w[j]*dy[l-2*j] for j in range(k) if 0 <= l - 2*j < n)",
        "sum(dy[i]*w[(l-i)//2] for i in range(n) if (l - i)%2 == 0 and 0 <= l - i < 2*k)",
        {"sizes": "n k", "free": "l: n+2*k-2"}),
    "conv strided by 3": (
        "sum(w[l-3*i]*dy[i] for i in range(n) if 0 <= l - 3*i < k)",
        "sum(w[j]*dy[(l-j)//3] for j in range(k) if (l - j)%3 == 0 and 0 <= l - j and l - j < 3*n)",
        {"sizes": "n k", "free": "l: 3*n+k"}),
    "conv 2d": (
        CONV2D, "sum(w[r,p,m-i,n-j]*dy[s,r,i,j] for r in range(o) for i in range(h) for j in range(v)"
        " if 0 <= m - i < k and 0 <= n - j < l)", IMAGE),
    "pad": ("dy[j+p]", "sum(dy[i] for i in range(n+p+q) if p <= i < p + n and i - p == j)",
            {"sizes": "n", "integers": "p q", "free": "j: n"}),
    "flip": ("dy[n-1-j]", "sum(dy[i] for i in range(n) if n - 1 - i == j)", {"sizes": "n", "free": "j: n"}),
    "roll": ("dy[j+s] if j + s < n else dy[j+s-n]",
             "sum(dy[i] for i in range(n) if (i - s == j if i >= s else i - s + n == j))"
             .replace("(i - s == j if i >= s else i - s + n == j)",
                      "(i >= s and i - s == j) or (i < s and i - s + n == j)"), ROLL),
    "tril": ("dy[i,j] if j <= i else 0", "sum(dy[a,j] for a in range(j, m) if a == i)",
             {"sizes": "m n", "free": "i: m, j: n"}),
    "concatenate": ("sum(dy[i]*(a[i] if i < m else c[i-m]) for i in range(m+n))",
                    "sum(a[i]*dy[i] for i in range(m)) + sum(c[j]*dy[j+m] for j in range(n))", {"sizes": "m n"}),
    "toeplitz": ("sum(dy[i,j] for i in range(n) for j in range(n) if i - j + n - 1 == k)",
                 "sum(dy[i,i+n-1-k] for i in range(n) if 0 <= i + n - 1 - k < n)", {"sizes": "n", "free": "k: 2*n-1"}),
    "hankel": ("sum(dy[i,k-i] for i in range(m) if 0 <= k - i < n)",
               "sum(dy[k-j,j] for j in range(n) if 0 <= k - j < m)", {"sizes": "m n", "free": "k: m+n-1"}),
    "im2col and fold": ("sum(dy[i,l-i] for i in range(n) if 0 <= l - i < k)",
                        "sum(dy[i,j] for i in range(n) for j in range(k) if i + j == l)", CONV),
    "average pool": ("dy[l//2]/2", "sum(dy[i]/2 for i in range(n) if 2*i == l or 2*i + 1 == l)",
                     {"sizes": "n", "free": "l: 2*n"}),
    "upsampling": ("sum(dy[3*m+a,3*n+e] for a in range(3) for e in range(3))",
                   "sum(dy[i,j] for i in range(3*h) for j in range(3*w) if i//3 == m and j//3 == n)",
                   {"sizes": "h w", "free": "m: h, n: w"}),
    "strided slice": ("dy[j//3] if j%3 == 1 else 0", "sum(dy[i] for i in range(n) if 3*i + 1 == j)",
                      {"sizes": "n", "free": "j: 3*n"}),
    "haar": ("(dy[l//2] + dy[l//2+n])/2 if l%2 == 0 else (dy[l//2] - dy[l//2+n])/2",
             "sum(dy[i]/2 for i in range(n) if 2*i == l or 2*i + 1 == l) + sum(dy[i+n]/2 for i in range(n) if 2*i == l)"
             " - sum(dy[i+n]/2 for i in range(n) if 2*i + 1 == l)", {"sizes": "n", "free": "l: 2*n"}),
    "prefix sums": ("sum(sum(x[j] for j in range(i+1))*dy[i] for i in range(n))",
                    "sum(x[j]*sum(dy[i] for i in range(j, n)) for j in range(n))", {"sizes": "n"}),
    "prefix sums of ones": ("sum(sum(x[j] for j in range(i+1)) for i in range(n))",
                            "sum((n-j)*x[j] for j in range(n))", {"sizes": "n"}),
    "prefix and suffix": ("sum(x[j] for j in range(i+1)) + sum(x[j] for j in range(i, n))",
                          "x[i] + sum(x[j] for j in range(n))", LINE),
    "periodic": ("(dy[i-1] if i > 0 else dy[n-1]) - dy[i]",
                 "sum(dy[j] for j in range(n-1) if j + 1 == i) + (dy[n-1] if i == 0 else 0) - dy[i]", LINE),
    "replicated edges": ("dy[j+1] + (dy[0] if j == 0 else 0) + (dy[n+1] if j == n - 1 else 0)",
                         "sum(dy[i] for i in range(1, n+1) if i - 1 == j) + sum(dy[i] for i in range(n+2)"
                         " if i == 0 and j == 0 or i == n + 1 and j == n - 1)", {"sizes": "n", "free": "j: n"}),
    "square of a sum": ("sum(x[i] for i in range(n))**2", "sum(x[i]**2 for i in range(n))"
                        " + 2*sum(x[i]*x[j] for i in range(n) for j in range(i))", {"sizes": "n"}),
    "cube of a sum": ("sum(x[i] for i in range(n))**3",
                      "sum(x[i]**3 for i in range(n)) + 3*sum(x[i]**2*x[j] for i in range(n) for j in"
                       " range(n) if i != j)"
                      " + 6*sum(x[i]*x[j]*x[k] for i in range(n) for j in range(i) for k in range(j))", {"sizes": "n"}),
    "equal factors, other order": ("sum(x[i]*x[i+1] for i in range(n))",
                                   "sum(x[i]*x[i-1] for i in range(1, n+1))", {"sizes": "n"}),
    "autocorrelation": ("sum(x[i]*x[i+j] for i in range(n-j))", "sum(x[i]*x[i-j] for i in range(j, n))",
                        {"sizes": "n", "free": "j: n"}),
    "telescoping": ("sum(x[i+1] - x[i] for i in range(n))", "x[n] - x[0]", {"sizes": "n"}),
    "triangle": ("sum(1 for i in range(n) for j in range(i))", "n*(n-1)/2", {"sizes": "n"}),
    "tetrahedron": ("sum(1 for i in range(n) for j in range(i) for k in range(j))", "n*(n-1)*(n-2)/6", {"sizes": "n"}),
    "sum of cubes": ("sum(i**3 for i in range(n))", "n**2*(n-1)**2/4", {"sizes": "n"}),
    "halves": ("sum(x[i//2] for i in range(2*n))", "2*sum(x[i] for i in range(n))", {"sizes": "n"}),
    "halves of an odd number": ("sum(x[i//2] for i in range(2*n+1))", "2*sum(x[i] for i in range(n)) + x[n]",
                                {"sizes": "n"}),
    "even numbers": ("sum(1 for i in range(n) if i%2 == 0) + sum(1 for i in range(n) if i%2 == 1)", "n",
     {"sizes": "n"}),
    "parity of a triangle": ("sum(1 for i in range(2*n) for j in range(i+1) if j%2 == 0)", "n*n + n", {"sizes": "n"}),
    "coins": ("sum(1 for i in range(n) for j in range(n) if 2*i + j == n)", "sum(1 for i in range(n) if 0 < 2*i <= n)",
              {"sizes": "n"}),
    "by an assumption": ("sum(x[i] for i in range(n) if i < k)", "sum(x[i] for i in range(k))",
                         {"sizes": "n k", "assume": ["n >= k"]}),
    "by an equation": ("sum(x[i] for i in range(n))", "sum(x[2*i] + x[2*i+1] for i in range(m))",
                       {"sizes": "n m", "assume": ["n == 2*m"]}),
    "cross product": ("x[(i+1)%3]*y[(i+2)%3]", "sum(x[j]*y[k] for j in range(3) for k in range(3)"
                      " if (j - i)%3 == 1 and (k - j)%3 == 1)", {"sizes": "n", "free": "i: 3"}),
    # products of an index with a size, and quotients by one
    "flatten": ("sum(x[k//n,k%n]*dy[k] for k in range(m*n))",
     "sum(x[i,j]*dy[i*n+j] for i in range(m) for j in range(n))",
                FLAT),
    "reshape": ("sum(dy[a,b] for a in range(p) for b in range(q) if (a*q+b)//n == i and (a*q+b)%n == j)",
                "dy[(i*n+j)//q,(i*n+j)%q]",
                {"sizes": "m n p q", "assume": ["p*q == m*n"], "free": "i: m, j: n"}),
    "three digits": ("sum(x[u//(D*E),(u//E)%D,u%E]*dy[u] for u in range(H*D*E))",
                     "sum(x[h,d,e]*dy[(h*D+d)*E+e] for h in range(H) for d in range(D) for e in range(E))",
                     {"sizes": "H D E"}),
    "conv with a stride": ("sum(w[l-r*i]*dy[i] for i in range(n) if 0 <= l - r*i < k)",
                           "sum(w[j]*dy[i] for i in range(n) for j in range(k) if r*i + j == l)",
                           {"sizes": "n k", "integers": "r", "assume": ["r >= 1"], "free": "l: r*n+k"}),
    "conv transposed, divisible": ("dy[(a+P-u)//S]*((a+P-u)%S == 0 and a + P >= u and (a+P-u)//S < Y)",
                                   "sum(dy[i] for i in range(Y) if i*S + u == a + P)",
                                   {"sizes": "A U Y", "integers": "S P", "assume": ["S >= 1"], "free": "a: A, u: U"}),
    "overlapping windows": ("dy[k*r+j]", "sum(dy[t] for t in range(m*k+k) if t - k*r == j and 0 <= t - k*r < 2*k)",
                            {"sizes": "m k", "free": "r: m, j: 2*k"}),
    "roll by a remainder": ("dy[(i+s)%n]", "dy[i+s] if i + s < n else dy[i+s-n]",
                            {"sizes": "n", "integers": "s", "assume": ["s < n"], "free": "i: n"}),
    # integer tables
    "scatter": ("sum(dy[a] for a in range(k) if r[a] == i)",
     "sum(dy[a] for a in range(k) if not (r[a] < i or r[a] > i))",
                {"sizes": "k m", "tables": {"r": "m"}, "free": "i: m"}),
    "gather at shifted places": ("sum(x[r[a+1]]*dy[a] for a in range(k-1))",
     "sum(x[r[b]]*dy[b-1] for b in range(1, k))",
                                 {"sizes": "k m", "tables": {"r": "m"}}),
    "slice from a variable start": ("dy[j-r] if r <= j and j < r + n else 0",
     "sum(dy[i] for i in range(n) if i + r == j)",
                                    {"sizes": "n k", "tables": {"r": "k"}, "free": "j: n+k"}),
}  # fmt: skip

# (left, right, options, the least sizes at which they differ)
FALSE: dict[str, tuple[str, str, dict[str, Any], tuple[int, ...] | None]] = {
    "conv not flipped": (VALID, "sum(w[j]*dy[l+j-k+1] for j in range(k) if 0 <= l + j - k + 1 < n)", CONV, (1, 2)),
    "conv last output dropped": (VALID, "sum(w[j]*dy[l-j] for j in range(k) if 0 <= l - j < n - 1)", CONV, (1, 1)),
    "conv first tap dropped": (VALID, "sum(w[j]*dy[l-j] for j in range(1, k) if 0 <= l - j < n)", CONV, (1, 1)),
    "conv shifted": (VALID, "sum(w[j]*dy[l-j-1] for j in range(k) if 0 <= l - j - 1 < n)", CONV, (1, 1)),
    "conv kernel flipped": ("sum(dy[i]*x[i+j] for i in range(n))", "sum(dy[i]*x[i+k-1-j] for i in range(n))", KERNEL,
                            (1, 2)),
    "conv kernel one too short": ("sum(dy[i]*x[i+j] for i in range(n))", "sum(dy[i]*x[i+j] for i in range(n-1))",
                                  KERNEL, (1, 1)),
    "conv same, wrong sign": (BLUR, "sum(w[j]*dy[l-j-p] for j in range(2*p+1) if 0 <= l - j - p < n)", SAME, (1, 1)),
    "conv same, correlated": (BLUR, "sum(w[j]*dy[l+j-p] for j in range(2*p+1) if 0 <= l + j - p < n)", SAME, (2, 1)),
    "conv same, off by one": (BLUR, "sum(w[j]*dy[l-j+p] for j in range(2*p+1) if 0 <= l - j + p < n - 1)", SAME, (1,
     0)),
    "dilation forgotten": ("sum(w[j]*dy[l-2*j] for j in range(k) if 0 <= l - 2*j < n)",
                           "sum(w[j]*dy[l-j] for j in range(k) if 0 <= l - j < n)",
                           {"sizes": "n k", "free": "l: n+2*k-2"}, (1, 2)),
    "wrong stride": ("sum(w[l-3*i]*dy[i] for i in range(n) if 0 <= l - 3*i < k)",
                     "sum(w[l-2*i]*dy[i] for i in range(n) if 0 <= l - 2*i < k)",
                     {"sizes": "n k", "free": "l: 3*n+k"}, (2, 1)),
    "conv 2d, one axis": (CONV2D, CONV2D.replace("n-e]", "n+e-l+1]").replace("n - e", "n + e - l + 1"), IMAGE,
                          (1, 1, 1, 1, 2, 1, 1)),
    "pad by the other side": ("dy[j+p]", "dy[j+q]", {"sizes": "n", "integers": "p q", "free": "j: n"}, (1, 0, 1)),
    "roll the same way": ("dy[j+s] if j + s < n else dy[j+s-n]", "dy[j-s] if j >= s else dy[j-s+n]", ROLL, (3, 1)),
    "flip forgotten": ("dy[n-1-j]", "dy[j]", {"sizes": "n", "free": "j: n"}, (2,)),
    "tril strict": ("dy[i,j] if j <= i else 0", "dy[i,j] if j < i else 0", {"sizes": "m n", "free": "i: m, j: n"}, (1,
     1)),
    "tril or triu": ("dy[i,j] if j <= i else 0", "dy[i,j] if i <= j else 0", {"sizes": "m n", "free": "i: m, j: n"},
                     (1, 2)),
    "second part from the start": ("sum(dy[i]*(a[i] if i < m else c[i-m]) for i in range(m+n))",
                                   "sum(a[i]*dy[i] for i in range(m)) + sum(c[j]*dy[j] for j in range(n))",
                                   {"sizes": "m n"}, (1, 1)),
    "toeplitz or hankel": ("sum(dy[i,j] for i in range(n) for j in range(n) if i - j + n - 1 == k)",
                           "sum(dy[i,j] for i in range(n) for j in range(n) if i + j == k)",
                           {"sizes": "n", "free": "k: 2*n-1"}, (2,)),
    "pool not divided": ("dy[l//2]/2", "dy[l//2]", {"sizes": "n", "free": "l: 2*n"}, (1,)),
    "pool first only": ("dy[l//2]", "dy[l//2] if l%2 == 0 else 0", {"sizes": "n", "free": "l: 2*n"}, (1,)),
    "upsampling first copy": ("dy[2*l] + dy[2*l+1]", "2*dy[2*l]", {"sizes": "n", "free": "l: n"}, (1,)),
    "upsampling right at one": ("sum(dy[i] for i in range(2*n) if i//2 == l)", "dy[2*l] + dy[l+1]",
                                {"sizes": "n", "free": "l: n"}, (2,)),
    "wrong residue": ("dy[j//3] if j%3 == 1 else 0", "dy[j//3] if j%3 == 0 else 0", {"sizes": "n", "free": "j: 3*n"},
                      (1,)),
    "prefix from the wrong end": ("sum(dy[i] for i in range(j, n))", "sum(dy[i] for i in range(j+1))",
                                  {"sizes": "n", "free": "j: n"}, (2,)),
    "strict prefix": ("sum(dy[i] for i in range(j, n))", "sum(dy[i] for i in range(j+1, n))",
                      {"sizes": "n", "free": "j: n"}, (1,)),
    "total minus prefix": ("sum(dy[i] for i in range(j, n))",
     "sum(dy[i] for i in range(n)) - sum(dy[i] for i in range(j+1))",
                           {"sizes": "n", "free": "j: n"}, (1,)),
    "prefix and suffix once": ("sum(x[j] for j in range(i+1)) + sum(x[j] for j in range(i, n))",
                               "sum(x[j] for j in range(n))", LINE, (1,)),
    "wrap dropped": ("dy[i-1] if i > 0 else dy[n-1]", "dy[i-1] if i > 0 else 0", LINE, (1,)),
    "wrap the other way": ("dy[i-1] if i > 0 else dy[n-1]", "dy[i+1] if i < n - 1 else dy[0]", LINE, (3,)),
    "both edges at one entry": ("(dy[0] if j == 0 else 0) + (dy[n+1] if j == n - 1 else 0)",
                                "dy[0] if j == 0 else (dy[n+1] if j == n - 1 else 0)", {"sizes": "n", "free": "j: n"},
                                (1,)),
    "an edge rule right from 4": ("sum(x[i] for i in range(n)) - x[0] - x[n-1] - sum(x[i] for i in range(1, n-1))",
                                  "0*n", {"sizes": "n"}, (1,)),
    "pairs once": ("sum(x[i] for i in range(n))**2", "sum(x[i]**2 for i in range(n))"
                   " + sum(x[i]*x[j] for i in range(n) for j in range(i))", {"sizes": "n"}, (2,)),
    "square of each": ("sum(x[i] for i in range(n))**2", "sum(x[i]**2 for i in range(n))", {"sizes": "n"}, (2,)),
    "other neighbour": ("sum(x[i]*x[i+1] for i in range(n))", "sum(x[i]*x[i+2] for i in range(n))", {"sizes": "n"},
     (1,)),
    "telescoping off by one": ("sum(x[i+1] - x[i] for i in range(n))", "x[n-1] - x[0]", {"sizes": "n"}, (1,)),
    "triangle with diagonal": ("sum(1 for i in range(n) for j in range(i))", "n*(n+1)/2", {"sizes": "n"}, (1,)),
    "right up to 3": ("sum(1 for i in range(n))", "n + (n-1)*(n-2)*(n-3)", {"sizes": "n"}, (4,)),
    "right on a diagonal": ("(n-m)*x[0]", "0*n", {"sizes": "n m"}, (1, 2)),
    "right below 6": ("sum(x[i] for i in range(n) if i < 5)", "sum(x[i] for i in range(n))", {"sizes": "n"}, (6,)),
    "a third": ("sum(x[i//3] for i in range(3*n))", "2*sum(x[i] for i in range(n)) + x[0]", {"sizes": "n"}, (2,)),
    "an assumption too weak": ("sum(x[i] for i in range(n) if i < k)", "sum(x[i] for i in range(k))",
                               {"sizes": "n k", "assume": ["n + 2 >= k"]}, (1, 2)),
    "column by column": ("sum(x[k//n,k%n]*dy[k] for k in range(m*n))",
                         "sum(x[i,j]*dy[j*m+i] for i in range(m) for j in range(n))", FLAT, (2, 2)),
    "stride and dilation": ("sum(w[j]*dy[i] for i in range(n) for j in range(k) if r*i + j == l)",
                            "sum(w[j]*dy[i] for i in range(n) for j in range(k) if i + r*j == l)",
                            {"sizes": "n k", "integers": "r", "assume": ["r >= 1"], "free": "l: r*n+k"}, (1, 2, 2)),
    "scatter read at its own place": ("sum(dy[a] for a in range(k) if r[a] == i)",
     "sum(dy[a] for a in range(k) if a == i)",
                                      {"sizes": "k m", "tables": {"r": "m"}, "free": "i: m"}, None),
    "start forgotten": ("dy[j-r] if r <= j and j < r + n else 0", "dy[j] if j < n else 0",
                        {"sizes": "n k", "tables": {"r": "k"}, "free": "j: n+k"}, (1, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_true(name: str) -> None:
    left, right, options = TRUE[name]
    case = Case(left, right, **options)
    decision = decide(case.terms, case.free, case.context)
    assert decision.zero is True, decision.reason
    assert difference(case.terms, case.free, case.context) is None
    if not case.context.tables:
        assert nonzero(case.terms, case.free, case.context, 2 if len(case.context.sizes) > 4 else 3) is None


@pytest.mark.parametrize("name", FALSE)
def test_false(name: str) -> None:
    left, right, options, sizes = FALSE[name]
    case = Case(left, right, **options)
    assert decide(case.terms, case.free, case.context).zero is False
    witness = difference(case.terms, case.free, case.context)
    assert witness is not None
    assert witness.value != 0
    if sizes is not None:
        assert tuple(value for _, value in witness.sizes) == sizes
    if not case.context.tables:
        assert nonzero_at(case.terms, case.free, case.context, dict(witness.sizes))


def test_the_witness_is_the_monomial_that_is_off() -> None:
    case = Case("sum(x[i]*dy[i] for i in range(n))", "sum(x[i]*dy[n-1-i] for i in range(n))", sizes="n")
    witness = difference(case.terms, case.free, case.context)
    assert witness is not None
    assert witness.sizes == (("n", 2),)
    assert witness.atoms == (("dy", (0,), 1), ("x", (0,), 1))
    assert witness.value == 1


def test_the_witness_names_free_indices_and_common_factors() -> None:
    case = Case("x[a]*y[a]", "x[a]*y[a+1]", sizes="n", free="a: 1..n")
    witness = difference(case.terms, case.free, case.context)
    assert witness is not None
    assert (witness.sizes, witness.indices) == ((("n", 2),), (("a", 1),))
    assert witness.atoms == (("x", (1,), 1), ("y", (1,), 1))


def test_a_variable_without_a_range_refutes_nothing() -> None:
    case = Case("x[i] if i >= 0 else 0", "x[i]", sizes="n")
    decision = decide(case.terms, case.free, case.context)
    assert decision.zero is None
    assert decision.reason == "the range of i, which is not known"


UNDECIDED = {
    # the sum over i of x[0] where t[i] = 0 is not counted, and both sides promote it differently
    "a table counted two ways": ("sum(x[0] for i in range(n) if t[i] == 0) + sum(x[0] for i in range(n) if t[i] == 1)",
                                 "n*x[0]", {"sizes": "n", "tables": {"t": "2"}}),
    "a sum over a product": ("sum(1 for i in range(m*n) if i%n == 0)", "m", {"sizes": "m n"}),
    "too many equal atoms": ("sum(x[i]*x[j]*x[k]*x[l]*x[p]*x[q] for i in range(n) for j in range(n) for k in range(n)"
                             " for l in range(n) for p in range(n) for q in range(n) if i < j)",
                             "sum(x[i]*x[j]*x[k]*x[l]*x[p]*x[q] for i in range(n) for j in range(n) for k in range(n)"
                             " for l in range(n) for p in range(n) for q in range(n) if p > q)", {"sizes": "n"}),
}  # fmt: skip


@pytest.mark.parametrize("name", UNDECIDED)
def test_true_but_beyond_the_method(name: str) -> None:
    left, right, options = UNDECIDED[name]
    case = Case(left, right, **options)
    decision = decide(case.terms, case.free, case.context)
    assert decision.zero is None
    assert decision.reason
