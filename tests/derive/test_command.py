"""The command ``derive``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from symadj.commands import cli

LINEAR = ["--shapes", "W: m n, x: n", "--forward", "y = W @ x"]


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["derive", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_one_map() -> None:
    assert run(*LINEAR, "--wrt", "W") == (0, "dW = outer(dy, x)\n", "")
    assert run(*LINEAR)[1] == "dW = outer(dy, x)\ndx = W.T @ dy\n"


@pytest.mark.parametrize(
    ("form", "part"),
    [("numpy", "np.outer(dy, x)"), ("torch", "torch.outer(dy, x)"), ("jax", "jnp.outer(dy, x)"), ("latex", r"&="),
     ("sympy", "Eq(dW[i, j]")],
)  # fmt: skip
def test_forms(form: str, part: str) -> None:
    status, out, _ = run(*LINEAR, "--wrt", "W", "--as", form)
    assert status == 0
    assert part in out


def test_modules() -> None:
    assert "torch.autograd.Function" in run(*LINEAR, "--as", "torch", "--module")[1]
    assert "jax.custom_vjp" in run(*LINEAR, "--as", "jax", "--module")[1]


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(
        '[one]\nshapes = "x: n"\nforward = "y = 2*x"\nbackward = "dx = dy"\n'
        '[two]\nshapes = "x: n"\nforward = "y = exp(x)"\nbackward = "dx = dy*y"\n'
    )
    status, out, _ = run(str(file), "--only", "two")
    assert (status, out) == (0, "# two\ndx = dy*y\n\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["--forward", "y = x"], [*LINEAR, "--module"], [*LINEAR, "--as", "fortran"],
        [*LINEAR, "--hessian", "--double"], ["a.toml", *LINEAR], [*LINEAR, "--wrt", "z"],
        ["--shapes", "x: n", "--forward", "y ="],
        ["no-such-file.toml"],
    ],
)  # fmt: skip
def test_wrong_use(arguments: list[str]) -> None:
    status, out, error = run(*arguments)
    assert status == 2
    assert not out
    assert error


def test_an_unknown_function_has_no_code() -> None:
    status, out, error = run("--shapes", "x: n", "--forward", "y[i] = f(x[i])", "--functions", "f", "--as", "numpy")
    assert (status, out) == (1, "")
    assert "unknown function" in error
