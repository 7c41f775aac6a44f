"""What is printed as an array expression is read back, and must be the line that it prints."""

from __future__ import annotations

import pytest

import symadj
from symadj.formulas import printing


@pytest.mark.parametrize(
    "text",
    [
        "dx = W @ dy",  # another matrix
        "dx = -(W.T @ dy)",
        "dx = W.T @ dy + dy[0]",  # dy may have one entry, and has one
        "dx = W.T @ y",
        "dx = sum(W, axis=0)",
        "dx = inv(W) @ dy",
        "dx = dy",
        "dx = W.T @ dy[1:]",
        "dx = W.T @ dz",
        "dx = W.T @",
        "dx = (W.T @ dy)[0]",
        "dx = dy[1]*(W[0, :] + W[1, :])",  # reads outside of W
    ],
)
def test_a_line_that_says_something_else_is_not_printed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "array_line", lambda let, shapes: text)
    found = symadj.derive(shapes="W: n n, x: n", forward="y = W @ x", wrt="x")
    assert str(found) == "dx[j] = sum(dy[i]*W[i,j] for i in range(n))"


@pytest.mark.parametrize(
    "text",
    ["dx = W.T @ dy", "dx = dy @ W", "dx = W.T @ (2*dy - dy)", "dx = inv(inv(W)).T @ dy", "dx = sum(W.T*dy, axis=1)"],
)
def test_a_line_that_says_the_same_is_printed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "array_line", lambda let, shapes: text)
    found = symadj.derive(shapes="W: n n, x: n", forward="y = W @ x", wrt="x", assume="det(W) != 0")
    assert str(found) == text


def test_rolls_along_two_axes_are_shown_one_by_one() -> None:
    found = symadj.derive(shapes="u: m n, v: m n", forward="v[i,j] = u[(i+1)%m,j] + u[(i-1)%m,j] + u[i,(j+1)%n]")
    assert str(found) == "du = roll(dv, 1, 0) + roll(dv, -1, 0) + roll(dv, 1, 1)"


def test_a_second_derivative_is_read_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    first = symadj.derive(shapes="W: n n, x: n", forward="y = W @ x", wrt="x")
    monkeypatch.setattr(printing, "array_line", lambda let, shapes: f"{let.name} = dgx")
    assert str(first.derive("dy")) == "ddy[i] = sum(dgx[j]*W[i,j] for j in range(n))"
