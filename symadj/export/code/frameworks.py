"""What the three frameworks call things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Name = Literal["numpy", "torch", "jax"]


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework: its name in code, its imports, and its functions; ``{0}`` stands for an argument."""

    name: Name
    prefix: str
    imports: tuple[str, ...]
    functions: Mapping[str, str]
    transpose: str

    def call(self, function: str, arguments: list[str]) -> str:
        """A call of one of the notation's functions."""
        template = self.functions.get(function)
        if template is not None:
            return template.format(*arguments)
        return f"{self.prefix}.{function}({', '.join(arguments)})"

    def translated(self, text: str, whole: frozenset[str]) -> str:
        """An array expression of the notation; roots of numbers that are no arrays (``whole``) are Python's own."""

        def called(found: re.Match[str]) -> str:
            function = found[1]
            if function == "transpose":
                return f"{self.transpose}("
            if function in ("inv", "det"):
                return f"{self.prefix}.linalg.{function}("
            return f"{_helper(self, function)}("

        text = re.sub(r"\bpi\b", "math.pi", text)
        text = _of_numbers(text, whole)
        return re.sub(r"(?<![\w.])([A-Za-z_]\w*)\(", called, text)


def _of_numbers(text: str, whole: frozenset[str]) -> str:
    """Functions of numbers that are no arrays, as Python's own."""
    for found in reversed(list(re.finditer(rf"(?<![\w.])({'|'.join(MATH)})\(", text))):
        depth = 1
        end = found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        if set(re.findall(r"[A-Za-z_][\w.]*", text[found.end() : end])) <= {*whole, "math.pi", *_MATHS}:
            text = f"{text[: found.start()]}math.{MATH[found[1]]}{text[found.end() - 1 :]}"
    return text


# Functions of Python's own that the notation has too, by their names there.
MATH: Mapping[str, str] = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "erf": "erf",
}  # fmt: skip
_MATHS = {f"math.{name}" for name in MATH.values()}


def _helper(framework: Framework, function: str) -> str:
    template = framework.functions.get(function)
    if template is None:
        return f"{framework.prefix}.{function}"
    return template.removesuffix("({0})") if template.endswith("({0})") else f"_{function}"


_COMMON = {"real": "{0}.real", "imag": "{0}.imag"}

NUMPY = Framework(
    "numpy",
    "np",
    ("import numpy as np",),
    {
        **_COMMON,
        "sigmoid": "(1/(1 + np.exp(-({0}))))",
        "softplus": "np.logaddexp(0, {0})",
        "relu": "np.maximum({0}, 0)",
        "erf": "np.vectorize(math.erf)({0})",
    },
    "np.transpose",
)
TORCH = Framework(
    "torch",
    "torch",
    ("import torch",),
    {
        **_COMMON,
        "softplus": "torch.nn.functional.softplus({0})",
        "maximum": "torch.maximum(*torch.broadcast_tensors(torch.as_tensor({0}), torch.as_tensor({1})))",
        "minimum": "torch.minimum(*torch.broadcast_tensors(torch.as_tensor({0}), torch.as_tensor({1})))",
    },
    "torch.permute",
)
JAX = Framework(
    "jax",
    "jnp",
    ("import jax", "import jax.numpy as jnp"),
    {
        **_COMMON,
        "sigmoid": "jax.nn.sigmoid({0})",
        "softplus": "jax.nn.softplus({0})",
        "relu": "jax.nn.relu({0})",
        "erf": "jax.scipy.special.erf({0})",
    },
    "jnp.transpose",
)
FRAMEWORKS: Mapping[str, Framework] = {f.name: f for f in (NUMPY, TORCH, JAX)}

# The notation's functions that an array expression of ``translated`` may leave as they are, defined where needed.
HELPERS: Mapping[str, Mapping[str, str]] = {
    "numpy": {
        "sigmoid": "def _sigmoid(x):\n    return 1/(1 + np.exp(-x))",
        "softplus": "def _softplus(x):\n    return np.logaddexp(0, x)",
        "relu": "def _relu(x):\n    return np.maximum(x, 0)",
        "erf": "_erf = np.vectorize(math.erf, otypes=[float])",
        "real": "_real = np.real",
        "imag": "_imag = np.imag",
    },
    "torch": {
        "real": "def _real(x):\n    return x.real",
        "imag": "def _imag(x):\n    return x.imag",
        "maximum": "def _maximum(a, b):\n    return torch.maximum(*torch.broadcast_tensors(torch.as_tensor(a), "
        "torch.as_tensor(b)))",
        "minimum": "def _minimum(a, b):\n    return torch.minimum(*torch.broadcast_tensors(torch.as_tensor(a), "
        "torch.as_tensor(b)))",
    },
    "jax": {"real": "_real = jnp.real", "imag": "_imag = jnp.imag"},
}
