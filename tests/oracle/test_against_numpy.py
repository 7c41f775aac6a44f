"""The values of the corpus's lines, and all actual gradients, against plain Python, numpy and central differences."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from symadj.oracle import Dropped, evaluate, gradient
from symadj.oracle.complexes import Complex, complex_of
from symadj.oracle.counterexample import entry_name
from symadj.oracle.intervals import UNIT, Interval
from symadj.oracle.unknowns import interpretations
from symadj.terms.statement import GradientClaim, Statement
from tests.oracle import corpus
from tests.oracle.test_corpus import Interpreted
from tests.support.corpus import needs_corpus

pytestmark = needs_corpus

SEED = 3


@pytest.fixture(scope="module")
def numerical() -> ModuleType:
    return corpus.numerical_oracle()


def rounded(oracle: ModuleType, value: Any) -> Any:
    """The entries as short binary numbers, which both sides hold exactly."""
    value = np.round(np.asarray(value) * 1024) / 1024
    return oracle.tensor(value) if value.ndim else value.item()


def exactly(value: Any) -> Any:
    """A float as the exact number it is."""
    if isinstance(value, complex | np.complexfloating):
        return complex_of(Fraction(value.real), Fraction(value.imag))
    return Fraction(float(value))


def roughly(value: Any) -> complex:
    if isinstance(value, Complex):
        return complex(roughly(value.re).real, roughly(value.im).real)
    if isinstance(value, Interval):
        return complex((value.lo + value.hi) / (2 * UNIT))
    return complex(float(value))


def entries(name: str, value: Any, integer: bool) -> dict[str, Any]:
    data = np.asarray(value)
    return {
        entry_name(name, at): int(data[at]) if integer else exactly(data[at]) for at in product(*map(range, data.shape))
    }


def agree(ours: dict[tuple[int, ...], Any], theirs: Any) -> bool:
    data = np.asarray(theirs)
    if set(ours) != set(product(*map(range, data.shape))):
        return False
    return all(abs(roughly(v) - complex(data[at])) <= 1e-7 * (1 + abs(complex(data[at]))) for at, v in ours.items())


class Both:
    """One statement at one random point, in both oracles."""

    def __init__(self, oracle: ModuleType, statement: Statement, keys: dict[str, Any], sizes: dict[str, int]) -> None:
        self.statement, self.sizes = statement, sizes
        rng = np.random.default_rng([SEED, *statement.name.encode()])
        self.evaluator = oracle.Evaluator(oracle.Statement(statement.name, keys), sizes, rng)
        self.functions = {f: interpretations(arity)[0] for f, arity in statement.functions.items()}
        for name, polynomial in self.functions.items():
            self.evaluator.base[name] = Interpreted(polynomial)
        self.integer = {t.name for t in statement.inputs if t.below is not None}
        drawn = self.evaluator.point()
        self.point = {n: v if n in self.integer else rounded(oracle, v) for n, v in drawn.items()}
        self.forward, outputs = self.evaluator.forward(self.point)
        shapes = {"d" + o: np.shape(v) for o, v in outputs.items()}
        self.cotangents = {n: rounded(oracle, self.evaluator.random(s)) for n, s in shapes.items()}
        self.env = self.evaluator.run(self.evaluator.s.backward, {**self.forward, **self.cotangents})
        self.entries: dict[str, Any] = {}
        for name, value in {**self.point, **self.cotangents}.items():
            self.entries |= entries(name, value, name in self.integer)

    def check_values(self) -> None:
        ours = evaluate(self.statement, self.sizes, self.entries, self.functions)
        for name, values in ours.items():
            if "." not in name:
                assert agree(values, self.env[name]), f"{self.statement.name}: {name} at {self.sizes}"

    def check_gradient(self, name: str) -> bool:
        """False near a kink."""
        ours = gradient(self.statement, name, self.sizes, self.entries, self.functions)
        direction = self.evaluator.random(np.shape(self.point[name]))
        slopes = self.evaluator.differences(self.point, name, direction)
        if slopes is None:
            return False
        left = sum(self.evaluator.inner(slopes[o], self.cotangents["d" + o]) for o in slopes)
        along = np.asarray(direction)
        right = sum((roughly(g).conjugate() * complex(along[at])).real for at, g in ours.items())
        assert abs(left - right) <= 1e-5 * (1 + abs(left)), f"{self.statement.name}: {name} at {self.sizes}"
        return True


@pytest.mark.parametrize("file", corpus.FILES)
def test_values_and_gradients(file: str, numerical: ModuleType) -> None:
    tables, checked = corpus.table(file), 0
    with_gradients = [s for s in corpus.statements(file) if s.backward]
    for statement in with_gradients:
        keys = tables[statement.name]
        small = numerical.assignments(numerical.Statement(statement.name, keys), np.random.default_rng(SEED), False)
        for sizes in small[:4:3]:
            try:
                both = Both(numerical, statement, keys, sizes)
                both.check_values()
                for claim in statement.claims:
                    if isinstance(claim, GradientClaim):
                        checked += both.check_gradient(claim.input)
            except (Dropped, numerical.NoPoint, numerical.Undefined):
                continue
    assert checked or not with_gradients
