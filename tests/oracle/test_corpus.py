"""Every false claim of the corpus has a counterexample, no true one has; and the corpus's own oracle sees the same."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from symadj.oracle import Counterexample, confirm, search
from symadj.oracle.counterexample import parse_entry_name, parse_number
from symadj.oracle.unknowns import Polynomial, parse_polynomial
from symadj.terms.statement import Claim, EqualClaim, LinearClaim, Statement
from tests.oracle import corpus
from tests.support.corpus import needs_corpus

pytestmark = needs_corpus

FEW = 40  # trials for a claim that holds


@pytest.fixture(scope="module")
def numerical() -> ModuleType:
    return corpus.numerical_oracle()


@pytest.mark.parametrize("file", corpus.FILES)
def test_counterexamples(file: str, numerical: ModuleType) -> None:
    tables = corpus.table(file)
    for statement in corpus.statements(file):
        keys = tables[statement.name]
        for claim, fails, total in corpus.failing(file, statement, keys):
            found = search(statement, claim, **({} if fails else {"evaluations": FEW}))
            example, where = found.counterexample, f"{statement.name}, {claim.target}"
            if not fails:
                assert example is None, f"{where}: a true claim is refuted by {example}"
                assert found.points, f"{where}: no point was tried"
                continue
            assert example is not None, f"{where}: no counterexample, {found.reason}"
            assert confirm(statement, claim, example), where
            assert total is None or sum(example.sizes.values()) <= total, f"{where}: not the smallest, {example}"
            check_numerically(numerical, statement, claim, example, keys)


# ------------------------------------------------------------------------------------------------ the other oracle


class Interpreted:
    """A polynomial as the corpus's oracle wants its unknown functions."""

    def __init__(self, polynomial: Polynomial, order: int = 0) -> None:
        self.polynomial, self.order = polynomial, order

    def __call__(self, x: Any) -> Any:
        return self.polynomial.apply((self.order,), [float(x)])

    def derivative(self) -> Interpreted:
        return Interpreted(self.polynomial, self.order + 1)


def numbers(text: str) -> complex:
    """The middle of what a text says."""
    bounds = parse_number(text)
    return complex(float(sum(bounds.re)) / 2, float(sum(bounds.im)) / 2)


class Numerical:
    """The corpus's evaluator, at a counterexample."""

    def __init__(
        self, oracle: ModuleType, statement: Statement, claim: Claim, example: Counterexample, keys: Any
    ) -> None:
        self.oracle, self.claim, self.example = oracle, claim, example
        self.of = oracle.Statement(statement.name, keys)
        self.evaluator = oracle.Evaluator(self.of, dict(example.sizes), np.random.default_rng(0))
        self.complex = statement.complex
        for name in statement.functions:
            text = example.entries[f"{name}(s)"]
            self.evaluator.base[name] = Interpreted(parse_polynomial(text, 1))
        integer = {t.name for t in statement.inputs if t.below is not None}
        self.point = {
            n: self.filled(n, self.evaluator.declared[n], int if n in integer else None) for n in self.of.inputs
        }

    def filled(self, name: str, shape: tuple[int, ...], dtype: Any = None) -> Any:
        values = np.zeros(shape, dtype=dtype or (complex if self.complex else float))
        for key, text in self.example.entries.items():
            if "(" not in key:
                tensor, at = parse_entry_name(key)
                if tensor == name:
                    values[at] = numbers(text) if self.complex and dtype is None else numbers(text).real
        return self.oracle.tensor(values) if values.ndim else values.item()

    def moved(self, name: str, direction: Any) -> dict[str, Any]:
        changed = np.add(np.asarray(self.point[name]), direction)
        return {**self.point, name: self.oracle.tensor(changed) if changed.ndim else changed.item()}

    def outputs(self, point: dict[str, Any]) -> dict[str, Any]:
        return {name: np.asarray(value) for name, value in self.evaluator.forward(point)[1].items()}

    def gradient(self) -> tuple[complex, complex]:
        """The claimed entry, and the actual one by central differences."""
        env, outputs = self.evaluator.forward(self.point)
        cotangents = {"d" + o: self.filled("d" + o, np.shape(v)) for o, v in outputs.items()}
        env = self.evaluator.run(self.of.backward, {**env, **cotangents})
        target, at = parse_entry_name(self.example.at)
        name = self.claim.input  # type: ignore[union-attr]
        actual = 0j
        for unit in (1, 1j) if self.complex else (1,):
            direction = np.zeros(np.shape(self.point[name]), dtype=complex if self.complex else float)
            direction[at] = unit
            h = 1e-5
            ahead, behind = (self.outputs(self.moved(name, s * h * direction)) for s in (1, -1))
            slope = sum(
                np.sum(np.real(np.conj((ahead[o] - behind[o]) / (2 * h)) * np.asarray(cotangents["d" + o])))
                for o in outputs
            )
            actual += slope * unit
        return complex(np.asarray(env[target])[at]), complex(actual)

    def equal(self) -> tuple[complex, complex]:
        env = self.evaluator.forward(self.point)[0] if self.of.forward else {**self.evaluator.base, **self.point}
        compared = int(self.claim.target.removeprefix("equal.")) if "." in self.claim.target else 1
        at = parse_entry_name("e" + self.example.at.removeprefix(self.claim.target))[1]
        left, right = (np.asarray(self.of.equal[k].function(env)()) for k in (compared - 1, compared))
        return complex(left[at]), complex(right[at])

    def linear(self) -> tuple[complex, complex]:
        place, law = re.fullmatch(r"(.*) (\w+) in .*", self.example.at).groups()  # type: ignore[union-attr]
        output, at = parse_entry_name(place)
        name = self.claim.input  # type: ignore[union-attr]
        first = np.asarray(self.point[name])
        if law == "additive":
            second = np.asarray(self.filled(name + "'", first.shape))
            claimed = self.outputs(self.point)[output] + self.outputs(self.moved(name, second - first))[output]
            return complex(claimed[at]), complex(self.outputs(self.moved(name, second))[output][at])
        scalar = numbers(self.example.entries.get("scalar", "0"))
        scalar = scalar if self.complex else scalar.real  # type: ignore[assignment]
        actual = self.outputs(self.moved(name, (scalar - 1) * first))[output][at]
        return complex(scalar * self.outputs(self.point)[output][at]), complex(actual)


def check_numerically(
    oracle: ModuleType, statement: Statement, claim: Claim, example: Counterexample, keys: dict[str, Any]
) -> None:
    """The corpus's oracle sees the same two values, and that they differ."""
    there = Numerical(oracle, statement, claim, example, keys)
    if isinstance(claim, EqualClaim):
        values = there.equal()
    elif isinstance(claim, LinearClaim):
        values = there.linear()
    else:
        values = there.gradient()
    said = numbers(example.claimed), numbers(example.actual)
    for ours, theirs in zip(said, values, strict=True):
        assert abs(ours - theirs) <= 1e-4 * (1 + abs(ours)), f"{statement.name}: {example}, the corpus has {values}"
    assert abs(values[0] - values[1]) > 1e-6, f"{statement.name}: {example}"
