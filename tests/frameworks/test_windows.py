"""Convolutions, shifts and scatters in torch and jax: by the frameworks' own calls, with their own derivatives.

The modules of ``windows.ROWS`` agree with automatic differentiation of the frameworks' at three sizes; the whole
corpus's printed functions, with what its derived lines mean.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import symadj
from symadj.export.code import backward_code
from symadj.formulas import Lines, derived
from symadj.terms.statement import Statement
from tests.derive.points import evaluations, gradients, true_statements, value
from tests.derive.windows import LOOKUPS, ROWS

SIZES = (2, 3, 5)
STATEMENTS = [s for s in true_statements() if not s.functions]


def formula(row: Any) -> Any:
    return symadj.derive(shapes=row.shapes, forward=row.forward, name="layer", **row.more)


def entries(statement: Statement, base: int) -> tuple[dict[str, int], list[Any]]:
    draw = np.random.default_rng(base)
    numbers = {name: base + k % 2 for k, name in enumerate(statement.sizes)}
    made = []
    for tensor in statement.inputs:
        shape = tuple(value(n, numbers) for n in tensor.shape)
        real = tensor.below is None
        made.append(draw.uniform(0.2, 0.9, shape) if real else draw.integers(0, value(tensor.below, numbers), shape))
    return numbers, made


class Context:
    """What ``forward`` of an autograd function writes to."""

    def save_for_backward(self, *tensors: Any) -> None:
        """Autograd keeps them itself."""


@pytest.mark.parametrize("row", [*ROWS, *LOOKUPS], ids=lambda row: row.name)
def test_torch(row: Any) -> None:
    torch = pytest.importorskip("torch")
    found = formula(row)
    text = found.torch(module=True)
    assert row.torch in text
    assert "where(" not in text
    scope: dict[str, Any] = {}
    exec(text, scope)  # noqa: S102 - the code under test
    code = scope["Layer"]
    for base in SIZES:
        numbers, made = entries(found.statement, base)
        given = [torch.tensor(x, requires_grad=x.dtype == float) for x in made]
        count = code.forward.__code__.co_argcount
        extra = [numbers[n] for n in code.forward.__code__.co_varnames[1 + len(given) : count]]
        real = [x for x in given if x.requires_grad]
        mine, theirs = code.apply(*given, *extra), code.forward(Context(), *given, *extra)
        cotangent = torch.sin(theirs.detach())
        assert torch.equal(mine, theirs)
        pairs = (torch.autograd.grad(y, real, cotangent) for y in (mine, theirs))
        for left, right in zip(*pairs, strict=True):
            torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("row", [*ROWS, *LOOKUPS], ids=lambda row: row.name)
def test_jax(row: Any) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    found = formula(row)
    text = found.jax(module=True)
    assert row.jax in text
    scope: dict[str, Any] = {}
    exec(text, scope)  # noqa: S102 - the code under test
    layer = scope["layer"]
    plain = getattr(layer, "__wrapped__", layer)
    for base in SIZES:
        numbers, made = entries(found.statement, base)
        names = plain.__code__.co_varnames[: plain.__code__.co_argcount]
        extra = [numbers[n] for n in names[len(made) :]]
        real = [k for k, x in enumerate(made) if x.dtype == float]

        def run(function: Any, *chosen: Any, made: Any = made, extra: Any = extra, real: Any = real) -> Any:
            given = [chosen[real.index(k)] if k in real else x for k, x in enumerate(made)]
            return jax.numpy.sum(jax.numpy.sin(function(*given, *extra)))

        chosen = [made[k] for k in real]
        which = tuple(range(len(real)))
        mine = jax.jit(jax.grad(lambda *x: run(layer, *x), which))(*chosen)
        theirs = jax.jit(jax.grad(lambda *x: run(plain, *x), which))(*chosen)
        for left, right in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.name)
@pytest.mark.filterwarnings("ignore")
def test_the_corpus(statement: Statement) -> None:
    names = gradients(statement)
    lines = derived(statement, names)
    ((numbers, values),) = evaluations(replace(statement, backward=lines.lets), [2])
    lookups = {t.name for t in statement.inputs if t.below is not None}
    given: dict[str, Any] = dict(numbers)
    for name, entries in values.items():
        found = np.asarray(entries)
        kind = np.int64 if name in lookups else complex if statement.complex else float
        given[name.replace(".", "_")] = (found if statement.complex else found.real).astype(kind)
    for framework in ("torch", "jax"):
        module = pytest.importorskip(framework)
        for name, mine in zip(names, called(framework, module, lines, given), strict=True):
            assert mine.shape == np.shape(values[f"d{name}"])
            np.testing.assert_allclose(mine, values[f"d{name}"], rtol=1e-6, atol=1e-8)


def called(framework: str, module: Any, lines: Lines, given: dict[str, Any]) -> list[Any]:
    """What the printed function gives, as numpy arrays."""
    if framework == "jax":
        module.config.update("jax_enable_x64", True)
    array = module.tensor if framework == "torch" else module.numpy.asarray
    scope: dict[str, Any] = {}
    exec(backward_code(lines, framework), scope)  # noqa: S102 - the code under test
    function = scope["backward"]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    found = function(*(given[n] if isinstance(given[n], int) else array(given[n]) for n in names))
    results = found if isinstance(found, tuple) else (found,)
    return [r.resolve_conj().numpy() if framework == "torch" else np.asarray(r) for r in results]
