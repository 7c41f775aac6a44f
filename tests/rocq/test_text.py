"""The text of certificates, without a kernel: names, subscripts, what is refused, and what is written."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from symadj.export.rocq import NotExported, RocqMissing, certify, find_rocq
from symadj.export.rocq.names import identifier
from symadj.export.rocq.readable import expression, formula
from symadj.export.rocq.translate import condition, natural, scalar
from symadj.notation import read_text
from symadj.terms.index import constant, floor_div, lookup, size, var
from symadj.terms.nodes import (
    Binder,
    Call,
    Entry,
    Extremum,
    Number,
    Power,
    at_most,
    number,
    same,
)


def certified(text: str, folder: Path) -> str:
    reading = read_text(text, "file.toml")
    assert not reading.errors
    certify(reading.statements, folder)
    return (folder / "file.v").read_text(encoding="utf-8")


def test_a_theorem_reads_as_the_statement_does(tmp_path: Path) -> None:
    text = certified(
        """
        [outer]
        shapes   = "W: m n, x: n"
        forward  = ["y[i] = sum(W[i,j]*x[j] for j in range(n))"]
        backward = ["dW[i,j] = dy[i]*x[j]"]
        """,
        tmp_path,
    )
    assert "\\sum_(i < m) y v x i * dy i\n  = \\sum_(i < m) \\sum_(j < n) v i j * dW x dy i j." in text
    assert "<-> (forall i j : nat, (i < m)%N -> (j < n)%N -> u i j = dW x dy i j)." in text
    assert "dW[i,j] = dy[i]*x[j] *)" in text
    assert "Print Assumptions" in text


def test_the_folder_is_a_rocq_project(tmp_path: Path) -> None:
    certified('[s]\nshapes = "x: n"\nforward = ["y[i] = 2*x[i]"]\nbackward = ["dx[i] = 2*dy[i]"]\n', tmp_path)
    assert (tmp_path / "_CoqProject").read_text().splitlines()[-2:] == ["Symadj.v", "file.v"]
    assert [c["statement"] for c in json.loads((tmp_path / "certificates.json").read_text())] == ["s"]


@pytest.mark.parametrize("name", ["V", "R", "fun", "Add", "e", "forall"])
def test_a_name_that_certificates_use_gets_a_prime(name: str) -> None:
    assert identifier(name) == f"{name}'"


def test_a_comment_cannot_be_closed_by_a_statement(tmp_path: Path) -> None:
    text = certified(
        '[s]\nabout = "*) Axiom bad : False. (* \\" "\nshapes = "x: n"\nforward = ["y = x"]\nbackward = ["dx = dy"]\n',
        tmp_path,
    )
    assert "*) Axiom" not in text


def test_what_is_subtracted_comes_last_and_a_condition_has_it_on_the_other_side() -> None:
    i, k, n = var("i"), var("k"), size("n")
    assert expression(scalar(Entry("x", (n - 1 - i,)))) == "x (n - (i + 1))%N"
    assert formula(condition(at_most(k, i))) == "(k <= i)%N"
    assert formula(condition(same(i, k))) == "(i == k :> nat)%N"


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        (Call("erf", (number(1),)), "the function erf"),
        (Power(Entry("x", ()), number(100)), "an exponent above"),
        (Extremum("max", Binder("i", constant(1), size("n")), Entry("x", (var("i"),))), "a maximum or minimum"),
        (Entry("x", (lookup("p", (var("i"),) * 3),)), "rank 3"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_reason(term: object, reason: str) -> None:
    with pytest.raises(NotExported, match=reason):
        scalar(term)  # type: ignore[arg-type]


def test_a_floor_of_what_may_be_negative_is_one_of_what_is_not() -> None:
    entry = Entry("x", (floor_div(var("k") - var("i"), size("n")) + var("j"),))
    assert expression(scalar(entry)) == "x (j + (n * i + k - i) %/ n - i)%N"


def test_large_numbers_are_written_by_their_digits_to_the_base_1000() -> None:
    assert expression(scalar(number(44715))) == "44%:R * 1000%:R + 715%:R"
    with pytest.raises(NotExported, match="a prime factor above 1000"):
        scalar(Number(Fraction(1, 10007)))


def test_a_natural_number_is_what_an_index_is_where_it_is_not_negative() -> None:
    assert str(natural(constant(0))) == "INum(value=0)"


def test_without_rocq_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RocqMissing, match="libcoq-mathcomp-algebra libcoq-mathcomp-analysis"):
        find_rocq(analysis=True)
