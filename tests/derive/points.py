"""Concrete points at which derived formulas and printed code are compared, and the true statements of the corpus."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from symadj.notation import read_file
from symadj.terms.index import Floor, Index
from symadj.terms.statement import GradientClaim, Statement
from tests.notation.language import Machine
from tests.support.corpus import CORPUS_FILES

SIZES = (2, 3, 5)


def gradients(statement: Statement) -> tuple[str, ...]:
    """The inputs whose gradients a statement claims."""
    return tuple(c.input for c in statement.claims if isinstance(c, GradientClaim))


def true_statements() -> Iterator[Statement]:
    """The true statements of the corpus that claim gradients."""
    for file in CORPUS_FILES:
        for statement in read_file(str(file)).statements:
            if statement.expect.verdict == "proved" and gradients(statement):
                yield statement


def value(index: Index, numbers: dict[str, int]) -> int:
    """A size in numbers."""

    def number(atom: Any) -> int:
        if isinstance(atom, Floor):
            return value(atom.numerator, numbers) // value(atom.divisor, numbers)
        return numbers[atom.name]

    return sum(c * math.prod(map(number, m)) for m, c in index.terms)


def point(statement: Statement, base: int, seed: int) -> tuple[dict[str, int], dict[str, Any]]:
    """Sizes near ``base`` and entries between 0.2 and 0.9, cotangents included."""
    draw = np.random.default_rng(seed)
    numbers = {name: base + k % 2 for k, name in enumerate(statement.sizes)}
    numbers |= dict.fromkeys(statement.integers, 1)
    tensors: dict[str, Any] = {}

    def entries(shape: tuple[Index, ...]) -> Any:
        lengths = tuple(value(n, numbers) for n in shape)
        found = draw.uniform(0.2, 0.9, lengths)
        return found + 1j * draw.uniform(0.2, 0.9, lengths) if statement.complex else found

    for tensor in statement.inputs:
        if tensor.below is None:
            tensors[tensor.name] = entries(tensor.shape)
        else:
            lengths = tuple(value(n, numbers) for n in tensor.shape)
            tensors[tensor.name] = draw.integers(0, value(tensor.below, numbers), lengths)
    for output in statement.outputs:
        tensors[f"d{output}"] = entries(statement.shape(output))
    return numbers, tensors


def evaluated(statement: Statement, numbers: dict[str, int], tensors: dict[str, Any]) -> dict[str, Any]:
    """The lines of forward and backward, entry by entry."""
    evaluator = Machine(dict(tensors), numbers, {})
    for let in (*statement.forward, *statement.backward):
        evaluator.let(let)
    return dict(evaluator.tensors)


def evaluations(statement: Statement, bases: Iterable[int]) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    """The lines at one point of each base, or the next one at which they have a value: sizes and tensors.

    A point that the statement is not about, with an entry beyond an axis or a zero denominator, has no value. It is an
    error when no base up to 9 has one.
    """
    for base in bases:
        for other in range(base, 10):
            numbers, tensors = point(statement, other, seed=other)
            try:
                values = evaluated(statement, numbers, tensors)
            except (ArithmeticError, IndexError, ValueError):
                continue
            yield numbers, values
            break
        else:
            raise AssertionError(f"{statement.name} has no value at any point that was tried")
