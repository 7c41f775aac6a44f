"""Identities between inverses are told by multiplication and cancellation; false ones and others are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from symadj.derivation import Chain, derivation, explain
from symadj.derivation.bound_names import names_of
from symadj.derivation.checking import Extended
from symadj.derivation.hidden import with_names
from symadj.derivation.inverses import Inverses
from symadj.derivation.words import NoWord, read, written
from symadj.notation import read_file, statement
from symadj.terms.statement import Statement
from symadj.verdict import prove

ROOT = Path(__file__).parents[2]
STATEMENTS = {s.name: s for s in read_file(str(ROOT / "proofs" / "inverses.toml")).statements}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("woodbury", ["by M from the left", "cancel A A⁻¹ = 1", "collect terms", "and M has an inverse"]),
        ("push_through", ["cancel M M⁻¹ = 1", "multiply by M⁻¹"]),
        ("ridge_two_ways", ["by M from the left"]),
        ("congruence", ["cancel P P⁻¹ = 1, A A⁻¹ = 1, Pᵀ P⁻¹ᵀ = 1"]),
        ("solve_two", ["cancel B B⁻¹ = 1, A A⁻¹ = 1"]),
        ("cayley", ["Both are the same"]),
        ("block_elim", ["write out, and distribute", "cancel A A⁻¹ = 1"]),
        ("hua", ["by N from the left"]),
        ("kalman", ["multiply by N⁻¹"]),
        ("schur_diff", ["collect terms"]),
        ("resolvent_identity", ["Multiply both sides"]),
    ],
)
def test_an_identity_is_told_by_multiplication_and_cancellation(name: str, words: list[str]) -> None:
    text = " ".join(explain(derivation(prove(STATEMENTS[name], refute=False))).split())
    for word in words:
        assert word in text
    assert "by M⁻¹ M = 1" not in text


def test_two_matrices_are_multiplied_with() -> None:
    of = statement(
        shapes="A: n n, B: n n, C: n n", assume=["det(A) != 0", "det(B) != 0"],
        equal=["inv(A) @ (A @ C + C @ B) @ inv(B)", "C @ inv(B) + inv(A) @ C"],
    )  # fmt: skip
    assert "cancel" in explain(derivation(prove(of)))


def told(of: Statement) -> list[object]:
    of = with_names(of)
    extended = Extended(of, of.inputs)
    extended.define(*of.forward)
    lets = {let.name: let for let in of.forward}
    (claim,) = of.claims
    left, right = lets[claim.left], lets[claim.right]  # type: ignore[union-attr]
    assert left.indices == right.indices
    where = tuple(zip(left.indices, left.shape, strict=True))
    return list(Inverses(extended, names_of(of)).told(where, left.body, right.body))


def test_a_true_one_has_chains() -> None:
    assert any(isinstance(block, Chain) for block in told(STATEMENTS["woodbury"]))


@pytest.mark.parametrize(
    "sides",
    [
        ["inv(A + U@V)", "inv(A) + inv(A)@U@inv(eye(k) + V@inv(A)@U)@V@inv(A)"],
        ["inv(A + U@V)", "inv(A) - inv(A)@U@inv(eye(k) - V@inv(A)@U)@V@inv(A)"],
        ["inv(A + U@V)@U", "inv(A)@U@inv(eye(k) + V@A@U)"],
        ["inv(A)@inv(A)", "inv(A)"],
        ["inv(A).T", "inv(A)"],
    ],
)
def test_a_false_one_is_not_told(sides: list[str]) -> None:
    of = statement(shapes="A: n n, U: n k, V: k n", assume="det(A) != 0", equal=sides)
    assert told(of) == []


def square(body: str) -> Statement:
    return statement(shapes="A: n n, x: n, y: n n", forward=[f"y[i,j] = {body}", "z = y"], equal=["y", "z"])


@pytest.mark.parametrize(
    "body",
    [
        "sum(A[i,k]*A[k,j]*A[k,j] for k in range(n))",
        "sum(A[i,k]*A[k,j] for k in range(n-1))",
        "sum(A[i,k]*A[k,j] for k in range(n) if k <= i)",
        "sum(A[i,k] for k in range(n))",
        "exp(A[i,j])",
        "A[i,j]*x[i]",
        "A[i,n-1-j]",
        "A[i,i]",
        "x[i]",
    ],
)
def test_other_terms_are_no_polynomials_in_matrices(body: str) -> None:
    of = square(body)
    with pytest.raises(NoWord):
        read(of.forward[0].body, ["i", "j"], Extended(of, of.inputs).shapes())


@pytest.mark.parametrize("body", ["sum(A[k,i]*A[k,j] for k in range(n))", "x[i]*sum(A[k,j]*x[k] for k in range(n))"])
def test_a_polynomial_is_written_as_it_was_read(body: str) -> None:
    of = square(body)
    extended = Extended(of, of.inputs)
    where = tuple(zip(("i", "j"), of.forward[0].shape, strict=True))
    again = written(read(of.forward[0].body, ["i", "j"], extended.shapes()), ["i", "j"], extended.shapes())
    assert extended.same(where, of.forward[0].body, again)
