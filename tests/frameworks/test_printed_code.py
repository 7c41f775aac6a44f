"""The printed torch and jax code agrees with the framework's own automatic differentiation, at three sizes.

Not part of the plain test command's needs: without the framework these tests are skipped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symadj
from tests.derive.test_table import TABLE

SIZES = (2, 3, 5)
MORE = [
    TABLE.Row("inputs without a say", "x: n, g:, w: n m", ("y = x**2",), ()),
    TABLE.Row("parts of an axis of a number's length", "x: n 3, w: n", ("y = x[:, 0]*x[:, 2] + w*x[:, 1]",), ()),
    TABLE.Row("a maximum along an axis", "x: m n", ("y[i] = max(x[i,j] for j in range(n))",), ()),
    TABLE.Row("counts in a sum", "x: n", ("c[i] = x[i]*sum(1 for j in range(n) if j <= i)", "y = c*x"), ()),
]
ROWS = [row for row in (*TABLE.ROWS, *MORE) if " in range" not in row.shapes]


def formula(row: Any) -> Any:
    more = {key: value for key, value in row.more.items() if key != "wrt"}
    return symadj.derive(shapes=row.shapes, forward=row.forward, name="layer", **more)


def entries(found: Any, base: int) -> list[Any]:
    """Positive entries, so that no kink and no pole is met."""
    draw = np.random.default_rng(base)
    numbers = {name: base + k % 2 for k, name in enumerate(found.statement.sizes)}

    def length(index: Any) -> int:
        return sum(c * int(np.prod([numbers[a.name] for a in m])) for m, c in index.terms)

    made = []
    for tensor in found.statement.inputs:
        shape = tuple(map(length, tensor.shape))
        square = len(shape) == 2 and shape[0] == shape[1]
        made.append(draw.uniform(0.2, 0.9, shape) + (np.eye(shape[0]) if square else 0))
    return made


@pytest.mark.parametrize("base", SIZES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_torch(row: Any, base: int) -> None:
    torch = pytest.importorskip("torch")
    found = formula(row)
    scope: dict[str, Any] = {}
    exec(found.torch(module=True), scope)  # noqa: S102 - the code under test
    given = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in entries(found, base)]
    numbers = {name: base + k % 2 for k, name in enumerate(found.statement.sizes)}
    code = scope["Layer"]
    count = code.forward.__code__.co_argcount - 1
    extra = [numbers[n] for n in code.forward.__code__.co_varnames[1 + len(given) : 1 + count]]
    assert torch.autograd.gradcheck(lambda *x: code.apply(*x, *extra), given)


@pytest.mark.parametrize("base", SIZES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_jax(row: Any, base: int) -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    found = formula(row)
    scope: dict[str, Any] = {}
    exec(found.jax(module=True), scope)  # noqa: S102 - the code under test
    layer = scope["layer"]
    given = [jax.numpy.asarray(x) for x in entries(found, base)]
    numbers = {name: base + k % 2 for k, name in enumerate(found.statement.sizes)}
    function = getattr(layer, "__wrapped__", layer)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    extra = [numbers[n] for n in names[len(given) :]]
    value, pull = jax.vjp(lambda *x: layer(*x, *extra), *given)
    plain_value, plain = jax.vjp(lambda *x: function(*x, *extra), *given)
    cotangent = jax.numpy.asarray(np.random.default_rng(1).uniform(0.2, 0.9, value.shape))
    np.testing.assert_allclose(value, plain_value)
    for mine, theirs in zip(pull(cotangent), plain(cotangent), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-11)
