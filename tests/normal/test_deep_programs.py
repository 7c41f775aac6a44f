"""Deep programs whose backward lines have names and masks of their own: decided within the work that is allowed.

Each layer's claim is compared with the derived line that it is, whatever it is called, and a mask that is written with
the layer's output with one that is written with its argument. Without that the work doubles with every layer.
"""

from __future__ import annotations

import pytest

from symadj.notation import statement
from symadj.terms.statement import Statement
from symadj.verdict import prove

DEPTH = 8

# The activation, its derivative as a person writes it, and whether kinks are asked about.
ACTIVATIONS = {
    "relu_by_output": ("relu({z})", "({h} > 0)", True),
    "relu_by_argument": ("maximum({z}, 0)", "({z} > 0)", True),
    "choice_by_output": ("where({z} > 0, {z}, 0)", "({h} > 0)", True),
    "leaky_by_output": ("where({z} > 0, {z}, a*{z})", "where({h} > 0, 1, a)", True),
    "clipped_by_output": ("minimum(maximum({z}, 0), 6)", "({h} > 0)*({h} < 6)", True),
    "elu_by_output": ("where({z} > 0, {z}, exp({z}) - 1)", "where({h} > 0, 1, {h} + 1)", True),
    "leaky_maximum_by_output": ("maximum({z}, c*{z})", "where({h} > 0, 1, c)", True),
    "abs": ("abs({z})", "sign({z})", True),
    "silu_by_output": ("{z}*sigmoid({z})", "(sigmoid({z}) + {h}*(1 - sigmoid({z})))", False),
    "softplus_by_output": ("log(1 + exp({z}))", "(1 - exp(-{h}))", False),
    "sigmoid": ("sigmoid({z})", "{h}*(1 - {h})", False),
}
WRONG = {
    "relu_by_output": "({h} > 1)",
    "relu_by_argument": "({z} < 0)",
    "leaky_by_output": "where({h} > 0, a, 1)",
    "clipped_by_output": "({h} > 0)",
    "elu_by_output": "where({h} > 0, 1, {h})",
    "silu_by_output": "(sigmoid({z}) + {h}*sigmoid({z}))",
    "softplus_by_output": "(1 + exp(-{h}))",
    "sigmoid": "{h}*(1 + {h})",
}


def network(name: str, depth: int, cotangent: str, wrong: int | None = None, residual: bool = False) -> Statement:
    """``h_k = activation(W_k h_(k-1) + b_k)`` (``+ h_(k-1)``); layer ``wrong`` has the wrong derivative."""
    activation, derivative, _ = ACTIVATIONS[name]
    shapes = ["x: n", "a:", "c:", *(f"W{k}: n n, b{k}: n" for k in range(depth))]
    before = ["x", *(f"h{k}" for k in range(depth - 1))]
    forward: list[str] = []
    backward: list[str] = []
    for k in range(depth):
        forward.append(f"z{k} = W{k} @ {before[k]} + b{k}")
        forward.append(f"h{k} = {activation.format(z=f'z{k}')}" + f" + {before[k]}" * residual)
    coming = f"dh{depth - 1}"
    for k in reversed(range(depth)):
        factor = (WRONG[name] if k == wrong else derivative).format(h=f"h{k}", z=f"z{k}")
        going = f"{cotangent}{k - 1}" if k else "dx"
        backward += [f"g{k} = {coming}*{factor}", f"dW{k} = outer(g{k}, {before[k]})", f"db{k} = g{k}"]
        backward.append(f"{going} = W{k}.T @ g{k}" + f" + {coming}" * residual)
        coming = going
    return statement(
        name,
        shapes=", ".join(shapes),
        forward=forward,
        backward=backward,
        outputs=f"h{depth - 1}",
        assume=["a > 0", "c > 0", "c < 1"],
    )


@pytest.mark.parametrize("cotangent", ["dh", "e"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_right_layers(name: str, cotangent: str) -> None:
    verdict = prove(network(name, DEPTH, cotangent), refute=False)
    assert verdict.status == "proved", verdict
    hypotheses = {h for claim in verdict.claims.values() for h in claim.hypotheses}
    assert bool(hypotheses) == ACTIVATIONS[name][2], hypotheses


def test_residual_layers() -> None:
    assert prove(network("relu_by_argument", DEPTH, "e", residual=True), refute=False).status == "proved"


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_layer(name: str) -> None:
    verdict = prove(network(name, 3, "e", wrong=1))
    behind = {"dW2", "db2"}
    assert {target for target, claim in verdict.claims.items() if claim.status == "proved"} == behind
    assert {target for target, claim in verdict.claims.items() if claim.status == "disproved"} == (
        set(verdict.claims) - behind
    )
