"""What the claimed lines need to have values is asked for, also of lines that are read by their inverses."""

from __future__ import annotations

import pytest

from symadj.notation import statement
from symadj.verdict import prove

LINES = [
    (["M[i,j] = A[j,i]*(s/s)", "dx = inv(M) @ dy"], ("s != 0",)),
    (["M[i,j] = A[j,i] + log(s) - log(s)", "dx = inv(M) @ dy"], ("s > 0",)),
    (["dx = inv(A.T*(s/s)) @ dy"], ("s != 0",)),
    (["M[i,j] = A[j,i]*(s - s + 1)", "dx = inv(M) @ dy"], ()),
]


@pytest.mark.parametrize(("backward", "hypotheses"), LINES)
def test_lines_read_by_their_inverses(backward: list[str], hypotheses: tuple[str, ...]) -> None:
    solve = statement(shapes="A: n n, x: n, s:", assume="det(A) != 0", forward=["y = inv(A) @ x"], backward=backward)
    claim = prove(solve).claims["dx"]
    assert (claim.status, claim.hypotheses) == ("proved", hypotheses)
