"""The whole corpus is read, means what Python says it means, and survives printing."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symadj.notation import read_text
from symadj.terms.printer import format_statement
from symadj.terms.statement import EqualClaim, GradientClaim, Statement
from tests.notation.language import Machine, corpus, reference
from tests.support.corpus import CORPUS, CORPUS_FILES, needs_corpus

pytestmark = needs_corpus
by_file = pytest.mark.parametrize("path", CORPUS_FILES, ids=lambda path: path.stem)


def bare(statement: Statement) -> Statement:
    return replace(statement, file=None, line=None)


def test_the_corpus_is_there() -> None:
    assert CORPUS.is_dir(), f"the corpus was expected at {CORPUS}"
    assert sum(len(corpus(path).statements) for path in CORPUS_FILES) == 1195


@by_file
def test_every_statement_is_read(path: Path) -> None:
    reading = corpus(path)
    assert not reading.errors
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    assert [s.name for s in reading.statements] == [name for name, value in tables.items() if isinstance(value, dict)]
    assert reading.title == tables["title"]
    assert reading.about == tables["about"]


@by_file
def test_lines_are_where_they_are_said_to_be(path: Path) -> None:
    rows = path.read_text(encoding="utf-8").splitlines()
    for statement in corpus(path).statements:
        assert statement.line is not None
        assert rows[statement.line - 1] == f"[{statement.name}]"
        for part in (*statement.forward, *statement.backward, *statement.assumptions):
            if part.source is not None:
                assert part.source.line is not None
                assert part.source.column is not None
                assert rows[part.source.line - 1][part.source.column - 1 :].startswith(part.source.text)


@by_file
def test_reading_what_is_printed_gives_the_same_statement(path: Path) -> None:
    for statement in corpus(path).statements:
        text = format_statement(statement)
        again = read_text(text)
        assert not again.errors, f"{text}\n{again.errors[0]}"
        assert bare(again.statements[0]) == bare(statement), text


def values_by_python(statement: Statement, table: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Every line of the statement run as Python at one small choice of sizes, and the evaluator that ran them."""
    oracle = reference()
    rng = np.random.default_rng(7)
    theirs = oracle.Statement(statement.name, table)
    sizes = oracle.assignments(theirs, rng, False)
    evaluator = oracle.Evaluator(theirs, sizes[min(4, len(sizes) - 1)], rng)
    point = evaluator.point()
    env, outputs = evaluator.forward(point) if theirs.forward else ({**evaluator.base, **point}, {})
    sides = [np.asarray(formula.function(env)()) for formula in theirs.equal]
    env |= {f"d{name}": evaluator.random(np.shape(value)) for name, value in outputs.items()}
    env = evaluator.run(theirs.backward, env)
    return {**env, **{f"equal.{k}": side for k, side in enumerate(sides)}}, evaluator


@by_file
def test_the_terms_have_the_values_that_python_gives(path: Path) -> None:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for statement in corpus(path).statements[::2]:
        env, evaluator = values_by_python(statement, tables[statement.name])
        given = {tensor.name for tensor in statement.inputs} | {f"d{name}" for name in statement.outputs}
        tensors = {name: env[name] for name in given if name in env}
        machine = Machine(tensors, evaluator.sizes, {name: env[name] for name in statement.functions})
        for let in (*statement.forward, *statement.backward):
            value = machine.let(let)
            if let.name in env:
                expected = np.asarray(env[let.name])
                assert value.shape == expected.shape
                np.testing.assert_allclose(value, expected, rtol=1e-8, atol=1e-10, err_msg=f"{statement.name}: {let}")


def test_the_claims_are_the_lines_that_name_inputs() -> None:
    for path in CORPUS_FILES:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        for statement in corpus(path).statements:
            theirs = reference().Statement(statement.name, tables[statement.name])
            assert [c.target for c in statement.claims if isinstance(c, GradientClaim)] == theirs.claims
            assert sum(isinstance(c, EqualClaim) for c in statement.claims) == max(len(theirs.equal) - 1, 0)
            assert [t.name for t in statement.inputs] == theirs.inputs
            assert list(statement.sizes) == theirs.sizes
            assert list(statement.outputs) == theirs.outputs
