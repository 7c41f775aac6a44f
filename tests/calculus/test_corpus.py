"""The public corpus: every gradient against difference quotients, and no hypothesis left where the statement is
proved.
"""

from __future__ import annotations

import math
import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from symadj.calculus import discharge, domain, linearity, pullback
from symadj.calculus.vocabulary import vocabulary
from symadj.notation import read_file
from symadj.terms.statement import GradientClaim, LinearClaim, Statement
from tests.calculus.checking import check_pullback
from tests.calculus.evaluation import Evaluator
from tests.calculus.language import Program, show_condition
from tests.support.corpus import CORPUS_FILES, needs_corpus

pytestmark = needs_corpus

# the maximum that is subtracted passes nothing on: that its cotangent is zero is for the normal form to see
LEFT = {"hasFDerivAt_softmaxSpec_vec": ["M"]}


def unknown(orders: tuple[int, ...], *arguments: Any) -> Any:
    return [math.sin, math.cos][sum(orders)](sum(arguments))


def statements(file: Path) -> list[Statement]:
    return list(read_file(str(file)).statements)


@pytest.mark.parametrize("file", CORPUS_FILES, ids=lambda file: file.stem)
def test_gradients(file: Path) -> None:
    seen = set()
    for statement in statements(file):
        if statement.forward in seen or not any(isinstance(c, GradientClaim) for c in statement.claims):
            continue
        seen.add(statement.forward)
        inputs = {t.name: t.shape for t in statement.inputs if t.below is None}
        words = vocabulary(statement.forward, {t.name: t.shape for t in statement.inputs})
        names = sorted({s for s in words.taken - words.tensors if not s.startswith("d")} | set(statement.sizes))
        sizes = {n: 1 if n in statement.integers else 2 + k % 2 for k, n in enumerate(names)}
        draw, evaluator = random.Random(0), Evaluator(sizes, {})
        tables = {
            t.name: {
                point: draw.randrange(evaluator.index(t.below, {}))
                for point in product(*(range(evaluator.index(n, {})) for n in t.shape))
            }
            for t in statement.inputs
            if t.below is not None
        }
        try:
            check_pullback(
                Program(statement.forward, {}, inputs),
                statement.outputs,
                sizes,
                given=tables,
                complex_field=statement.complex,
                functions=dict.fromkeys(statement.functions, unknown),
            )
        except (ValueError, ZeroDivisionError):
            continue  # the random point is outside of the domain


@pytest.mark.parametrize("file", CORPUS_FILES, ids=lambda file: file.stem)
def test_hypotheses_are_discharged(file: Path) -> None:
    for statement in statements(file):
        if statement.expect.verdict != "proved" or (statement.claims and isinstance(statement.claims[0], LinearClaim)):
            continue
        wanted = {c.input: statement.shape(c.input) for c in statement.claims if isinstance(c, GradientClaim)}
        hypotheses = pullback(statement.forward, statement.outputs, wanted, complex=statement.complex).hypotheses
        claimed = domain(statement.backward, complex=statement.complex)
        left = discharge(
            [*hypotheses, *claimed],
            statement.assumptions,
            (*statement.forward, *statement.backward),
            statement.almost_everywhere,
            integers=statement.integers,
            inputs=statement.inputs,
            complex=statement.complex,
        )
        texts = [show_condition(h.condition) for h in left]
        assert [h.let for h in left] == LEFT.get(statement.name, []), f"{statement.name}: {texts}"


def test_linear_claims() -> None:
    for file in CORPUS_FILES:
        for statement in statements(file):
            for claim in statement.claims:
                if isinstance(claim, LinearClaim):
                    checks = [
                        linearity(statement.forward, o, claim.input, complex=statement.complex)
                        for o in statement.outputs
                    ]
                    proved = all(c is None for c in checks)
                    assert proved == (statement.expect.verdict == "proved"), statement.name
