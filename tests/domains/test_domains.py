"""Accesses outside of their tensor: where they happen first, the guard that mends them; and right ones."""

from __future__ import annotations

from typing import Any

import pytest

from symadj.domains.checking import check_accesses, size_context
from symadj.errors import StatementError
from symadj.notation import read_text, statement
from symadj.terms.statement import Statement


def _statement(shapes: str, line: str | list[str], **options: Any) -> Statement:
    lines = [line] if isinstance(line, str) else line
    wanted = shapes.split(":")[0]
    return statement("wrong", shapes=shapes, forward=lines, linear=options.pop("linear", wanted), **options)


# (shapes, line, options, message)
WRONG: list[tuple[str, str | list[str], dict[str, Any], str]] = [
    ("x: n, y: n", "y[i] = x[i+1]", {},
     "x[i+1] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[i+1] if i < n - 1 else 0"),
    ("x: n, y: n", "y[i] = x[i-1]", {},
     "x[i-1] reads x[-1] of 1 entry at n = 1, i = 0; guard it: x[i-1] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = x[i-2] if i > 0 else 0", {},
     "x[i-2] reads x[-1] of 2 entries at n = 2, i = 1; guard it: x[i-2] if i > 1 else 0"),
    ("x: n, y: n", "y[i] = x[n-i]", {},
     "x[n-i] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[n-i] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = x[n - 2 - i]", {},
     "x[n - 2 - i] reads x[-1] of 1 entry at n = 1, i = 0; guard it: x[n - 2 - i] if i <= n - 2 else 0"),
    ("x: n, y: 2*n", "y[i] = x[i]", {},
     "x[i] reads x[1] of 1 entry at n = 1, i = 1; guard it: x[i] if i < n else 0"),
    ("x: n, y: n", "y[i] = x[2*i]", {},
     "x[2*i] reads x[2] of 2 entries at n = 2, i = 1; guard it: x[2*i] if 2*i < n else 0"),
    ("x: 2*n, y: n", "y[i] = x[2*i+2]", {},
     "x[2*i+2] reads x[2] of 2 entries at n = 1, i = 0; guard it: x[2*i+2] if 2*i + 2 < 2*n else 0"),
    ("x: n, y: 2*n", "y[i] = x[i//2+1]", {},
     "x[i//2+1] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[i//2+1] if i//2 + 1 < n else 0"),
    ("x: n, y: n", "y[i] = x[(i+1)%3]", {},
     "x[(i+1)%3] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[(i+1)%3] if (i + 1)%3 < n else 0"),
    ("x: n, y: n", "y[i] = x[0] + x[1]", {}, "x[1] reads x[1] of 1 entry at n = 1; guard it: x[1] if n > 1 else 0"),
    ("x: n, y: n", "y[i] = x[3]", {"assume": "n >= 2"},
     "x[3] reads x[3] of 2 entries at n = 2; guard it: x[3] if n > 3 else 0"),
    ("x: 3, y: n", "y[i] = x[4]", {}, "x[4] reads x[4] of 3 entries"),
    ("x: n, w: k, y: n", "y[i] = sum(w[j]*x[i+j] for j in range(k))", {},
     "x[i+j] reads x[1] of 1 entry at k = 2, n = 1, i = 0, j = 1; guard it: x[i+j] if i + j < n else 0"),
    ("x: n, w: k, y: n", "y[i] = sum(w[j]*x[i-j] for j in range(k))", {},
     "x[i-j] reads x[-1] of 1 entry at k = 2, n = 1, i = 0, j = 1; guard it: x[i-j] if i - j >= 0 else 0"),
    ("x: n, w: k, y: n", "y[i] = sum(w[j]*x[i+j-p] for j in range(k))", {"integers": "p"},
     "x[i+j-p] reads x[-1] of 1 entry at k = 1, n = 1, p = 1, i = 0, j = 0;"
     " guard it: x[i+j-p] if 0 <= i - p + j < n else 0"),
    ("x: n+k-1, w: k, y: n", "y[i] = sum(w[j]*x[i+j+1] for j in range(k))", {},
     "x[i+j+1] reads x[1] of 1 entry at k = 1, n = 1, i = 0, j = 0; guard it: x[i+j+1] if i + j + 1 < k + n -"
      " 1 else 0"),
    ("x: n, w: k, y: n", "y[i] = sum(w[j]*x[i] for j in range(k+1))", {},
     "w[j] reads w[1] of 1 entry at k = 1, j = 1; guard it: w[j] if j < k else 0"),
    ("x: n, y: n-k", "y[i] = x[i+k+1]", {},
     "x[i+k+1] reads x[2] of 2 entries at k = 1, n = 2, i = 0; guard it: x[i+k+1] if i < n - k - 1 else 0"),
    ("x: n-k, y: n", "y[i] = x[i]", {},
     "x[i] reads x[0] of 0 entries at k = 1, n = 1, i = 0; guard it: x[i] if i < n - k else 0"),
    ("x: n, y: m", "y[i] = x[i]", {"assume": "m <= n + 1"},
     "x[i] reads x[1] of 1 entry at m = 2, n = 1, i = 1; guard it: x[i] if i < n else 0"),
    ("x: n n, y: n", "y[i] = x[i,i+1]", {},
     "x[i,i+1] reads x[0, 1] of 1 x 1 entries at n = 1, i = 0; guard it: x[i,i+1] if i < n - 1 else 0"),
    ("x: m n, y: n", "y[i] = sum(x[j,i] for j in range(n))", {},
     "x[j,i] reads x[1, 0] of 1 x 2 entries at m = 1, n = 2, i = 0, j = 1; guard it: x[j,i] if j < m else 0"),
    ("x: m n, y: m n", "y[i,j] = x[i+1,j-1]", {},
     "x[i+1,j-1] reads x[1, -1] of 1 x 1 entries at m = 1, n = 1, i = 0, j = 0;"
     " guard it: x[i+1,j-1] if i < m - 1 and j > 0 else 0"),
    # what does not guard, and what guards too late or too little
    ("x: n, y: n", "y[i] = x[i+1]*(i < n - 1)", {},
     "x[i+1] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[i+1] if i < n - 1 else 0"),
    ("x: n, y: n", "y[i] = where(i < n - 1, x[i+1], 0)", {},
     "x[i+1] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[i+1] if i < n - 1 else 0"),
    ("x: n, y: n", "y[i] = x[i+1] if i <= n - 1 else 0", {},
     "x[i+1] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[i+1] if i < n - 1 else 0"),
    ("x: n, y: n", "y[i] = 0 if i > 0 else x[i-1]", {},
     "x[i-1] reads x[-1] of 1 entry at n = 1, i = 0; guard it: x[i-1] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = x[i-1] if i > 0 or i < n - 1 else 0", {},
     "x[i-1] reads x[-1] of 2 entries at n = 2, i = 0; guard it: x[i-1] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = x[i-1] if not i < n - 1 else 0", {},
     "x[i-1] reads x[-1] of 1 entry at n = 1, i = 0; guard it: x[i-1] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = x[i] if x[i-1] > 0 and i > 0 else 0", {},
     "x[i-1] reads x[-1] of 1 entry at n = 1, i = 0; guard it: x[i-1] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = x[i-1] if i > 0 or x[i] > 0 else 0", {},
     "x[i-1] reads x[-1] of 1 entry at n = 1, i = 0; guard it: x[i-1] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = x[i-1] if x[i] > 0 else 0", {},
     "x[i-1] reads x[-1] of 1 entry at n = 1, i = 0; guard it: x[i-1] if i > 0 else 0"),
    ("x: n, y: n", "y[i] = sum(x[j] for j in range(i+2))", {},
     "x[j] reads x[1] of 1 entry at n = 1, i = 0, j = 1; guard it: x[j] if j < n else 0"),
    ("x: n, y: n", "y[i] = sum(x[j-1] for j in range(n) if j <= i)", {},
     "x[j-1] reads x[-1] of 1 entry at n = 1, j = 0; guard it: x[j-1] if j > 0 else 0"),
    ("x: n, y: n", "y[i] = max(x[j] for j in range(i, i+2))", {},
     "x[j] reads x[1] of 1 entry at n = 1, i = 0, j = 1; guard it: x[j] if j < n else 0"),
    ("x: n, y: n", ["u[i] = 2*x[i]", "y[i] = u[i] - u[i-1]"], {},
     "u[i-1] reads u[-1] of 1 entry at n = 1, i = 0; guard it: u[i-1] if i > 0 else 0"),
    # integer tables
    ("x: n, r: k in range(m), y: k", "y[a] = x[r[a]]", {},
     "x[r[a]] reads x[1] of 1 entry at k = 1, m = 2, n = 1, a = 0, r[0] = 1; guard it: x[r[a]] if r[a] < n else 0"),
    ("x: m, r: k in range(m), y: k", "y[a] = x[r[a]+1]", {},
     "x[r[a]+1] reads x[1] of 1 entry at k = 1, m = 1, a = 0, r[0] = 0; guard it: x[r[a]+1] if r[a] + 1 < m else 0"),
    ("x: m, r: k in range(m), y: k", "y[a] = x[r[a+1]]", {},
     "r[a+1] reads r[1] of 1 entry at k = 1, a = 0; guard it: r[a+1] if a < k - 1 else 0"),
    ("x: m, r: in range(m), y: m", "y[a] = x[a+r]", {},
     "x[a+r] reads x[2] of 2 entries at m = 2, a = 1, r = 1; guard it: x[a+r] if a < m - r else 0"),
    # products and quotients
    ("x: r*n+k, w: k, y: n", "y[i] = sum(w[j]*x[r*i+j+1] for j in range(k))", {"integers": "r"},
     "x[r*i+j+1] reads x[1] of 1 entry at k = 1, n = 1, r = 0, i = 0, j = 0;"
     " guard it: x[r*i+j+1] if r*i + j + 1 < n*r + k else 0, or assume 'r >= 1'"),
    ("x: m*n, y: m n", "y[i,j] = x[i*n+j+1]", {},
     "x[i*n+j+1] reads x[1] of 1 entry at m = 1, n = 1, i = 0, j = 0; guard it: x[i*n+j+1] if n*i + j + 1 <"
      " m*n else 0"),
    ("x: m n, y: m*n", "y[k] = x[k//m,k%m]", {},
     "x[k//m,k%m] reads x[1, 0] of 1 x 2 entries at m = 1, n = 2, k = 1;"
     " guard it: x[k//m,k%m] if k//m < m and k%m < n else 0"),
    ("x: n, y: n", "y[i] = x[(i+3)%n + 1]", {},
     "x[(i+3)%n + 1] reads x[1] of 1 entry at n = 1, i = 0; guard it: x[(i+3)%n + 1] if (i + 3)%n + 1 < n else 0"),
    ("x: n, y: n", "y[i] = x[i//s]", {"integers": "s"}, "i//s divides by 0 at s = 0; assume 's >= 1'"),
    ("x: n, y: n", "y[i] = x[i]*(s//s)", {"integers": "s"}, "s//s divides by 0 at s = 0; assume 's >= 1'"),
    ("x: n, y: n", "y[i] = x[i*s//s]", {"integers": "s"}, "i*s//s divides by 0 at s = 0; assume 's >= 1'"),
    ("x: n, y: n", "y[i] = x[i] + i//s - i//s", {"integers": "s"}, "i//s divides by 0 at s = 0; assume 's >= 1'"),
    (
        "x: n, y: n",
        "y[i] = x[i]*(s//s) + (i//s if s > 0 else 0)",
        {"integers": "s"},
        "s//s divides by 0 at s = 0; assume 's >= 1'",
    ),
    ("x: n, y: n", "y[i] = x[0]*(i%s == 0)", {"integers": "s"}, "i%s divides by 0 at s = 0; assume 's >= 1'"),
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "line", "options", "message"), WRONG)
def test_wrong(shapes: str, line: str | list[str], options: dict[str, Any], message: str) -> None:
    with pytest.raises(StatementError) as found:
        check_accesses(_statement(shapes, line, **dict(options)))
    assert found.value.message == message
    assert found.value.statement == "wrong"


RIGHT: list[tuple[str, str | list[str], dict[str, Any]]] = [
    ("x: n+k-1, w: k, y: n", "y[i] = sum(w[j]*x[i+j] for j in range(k))", {}),
    ("x: n, w: k, y: n", "y[i] = sum(w[j]*x[i-j] for j in range(k) if 0 <= i - j < n)", {}),
    ("x: n, y: n", "y[i] = (x[i+1] if i < n - 1 else 0) - (x[i-1] if i > 0 else 0)", {}),
    ("x: n, y: n", "y[i] = x[0] if i == 0 else x[i-1]", {}),
    ("x: n, y: n+2", "y[i] = x[0] if i == 0 else (x[n-1] if i == n + 1 else x[i-1])", {}),
    ("x: n, y: n", "y[i] = x[i] if i > 0 and x[i-1] > 0 else 0", {}),
    ("x: n, y: n", "y[i] = x[i] if i == 0 or x[i-1] > 0 else 0", {}),
    ("x: n, y: n", "y[i] = x[i-1] if not (i == 0 or x[i] < 0) else 0", {}),
    ("x: n, y: n", "y[i] = x[n-1-i] + x[0] + x[n-1]", {}),
    ("x: n, y: n", "y[i] = x[1]", {"assume": "n >= 2"}),
    ("x: n, y: n-2", "y[i] = x[i+2] - x[1]", {}),
    ("x: n, y: n-k", "y[i] = x[i+k]", {}),
    ("x: n, y: m", "y[i] = x[2*i+1]", {"assume": "n == 2*m"}),
    ("x: 2*n, y: n", "y[i] = x[2*i] + x[2*i+1]", {}),
    ("x: n, y: 2*n", "y[i] = x[i//2]", {}),
    ("x: n, y: n", "y[i] = x[i//2] + x[(i+1)//3] + x[i%3]", {}),
    ("x: n 3, y: n 3", "y[s,i] = x[s,(i+1)%3]", {}),
    ("x: n, y: n", "y[i] = sum(x[j] for j in range(i+1)) + sum(x[j] for j in range(i, n))", {}),
    ("x: n, y: n", "y[i] = sum(x[k] for j in range(i) for k in range(j, i))", {}),
    ("x: m, r: k in range(m), y: k", "y[a] = x[r[a]]", {}),
    ("x: m+1, r: k in range(m), y: k", "y[a] = x[r[a]+1]", {}),
    ("x: n+k, r: in range(k+1), y: n", "y[i] = x[i+r]", {}),
    ("x: r*n+k, w: k, y: n", "y[i] = sum(w[j]*x[r*i+j] for j in range(k))", {"integers": "r", "assume": "r >= 1"}),
    ("x: m*n, y: m n", "y[i,j] = x[i*n+j]", {}),
    ("x: m n, y: m*n", "y[k] = x[k//n,k%n]", {}),
    ("x: m n, y: p q", "y[a,b] = x[(a*q+b)//n,(a*q+b)%n]", {"assume": "p*q == m*n"}),
    ("x: a b c, y: a*b*c", "y[k] = x[k//(b*c),k//c%b,k%c]", {}),
    ("x: n, y: n", "y[i] = x[(i+s)%n]", {"integers": "s"}),
    ("x: A, w: U, y: Y", "y[i] = sum(w[u]*x[i*S+u] for u in range(U))",
     {"integers": "S", "assume": ["S >= 1", "S*(Y - 1) <= A - U"]}),
    ("A: n n, y: n n", "y = inv(A)", {"linear": "A"}),
    ("x: n, y: n-1", "y = x[1:] - x[:-1]", {}),
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "line", "options"), RIGHT)
def test_right(shapes: str, line: str | list[str], options: dict[str, Any]) -> None:
    assert check_accesses(_statement(shapes, line, **dict(options))) == ()


def test_backward_is_checked_too() -> None:
    lines = statement("b", shapes="x: n, y: n", forward="y[i] = x[i]", backward=["g[i] = dy[i]", "dx[i] = g[i+1]"])
    with pytest.raises(StatementError, match=r"g\[i\+1\] reads g\[1\] of 1 entry at n = 1, i = 0"):
        check_accesses(lines)


def test_an_assumption_on_a_table_is_not_overruled() -> None:
    made = _statement("x: m, r: k in range(m), y: k", "y[a] = x[r[a]+1]", assume="r[a] < m - 1")
    (unproved,) = check_accesses(made)
    assert unproved.access.tensor == "x"
    assert unproved.reason == "an assumption on an integer tensor"


def test_what_is_neither_proved_nor_seen_to_fail_is_handed_back() -> None:
    made = _statement("x: m*n*n, y: m n", "y[i,j] = x[i*j*n]")
    (unproved,) = check_accesses(made, operations=50)
    assert "product" in unproved.reason or "isl operations" in unproved.reason


FILE = """title = "Wrong"

[shifted]
shapes   = "x: n, y: n"
forward  = ["y[i] = x[i] - x[ i + 1 ]"]
linear   = "x"

[backward]
shapes   = "x: n, y: n"
forward  = ["y[i] = x[i]"]
backward = [
  "dx[i] = dy[i] + (dy[i-1] if i >= 0 else 0)",
]
"""


@pytest.mark.parametrize(
    ("name", "line", "text", "access"),
    [
        ("shifted", 5, "y[i] = x[i] - x[ i + 1 ]", "x[ i + 1 ]"),
        ("backward", 12, "dx[i] = dy[i] + (dy[i-1] if i >= 0 else 0)", "dy[i-1]"),
    ],
)
def test_the_error_points_at_the_access(name: str, line: int, text: str, access: str) -> None:
    reading = read_text(FILE)
    made = next(one for one in reading.statements if one.name == name)
    with pytest.raises(StatementError) as found:
        check_accesses(made)
    assert found.value.line == line
    assert found.value.text == text
    written = FILE.splitlines()[line - 1]
    assert found.value.column == written.index(access) + 1
    assert found.value.message.startswith(access)


def test_an_array_line_is_named_as_a_whole() -> None:
    made = statement("a", shapes="x: n, y: n+1", forward=["y[i] = x[i]"], linear="x")
    with pytest.raises(StatementError, match=r"x\[i\] reads x\[1\] of 1 entry at n = 1, i = 1"):
        check_accesses(made)


def test_the_context_of_the_sizes() -> None:
    made = _statement("x: n, w: k, y: n-k+1", "y[i] = x[i+k-1]", assume=["n >= 3", "x[0] > 0"], linear="x")
    context = size_context(made)
    assert context.sizes == made.sizes
    assert len(context.conditions) == 2
