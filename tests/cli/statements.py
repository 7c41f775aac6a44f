"""Statement files for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

GOOD = """
shapes = "W: m n, x: n"
forward = ["y[i] = sum(W[i,j]*x[j] for j in range(n))"]
backward = ["dW[i,j] = dy[i]*x[j]", "dx[j] = sum(W[i,j]*dy[i] for i in range(m))"]
"""
BAD = """
shapes = "W: m n, x: n"
forward = ["y[i] = sum(W[i,j]*q[j] for j in range(n))"]
backward = ["dW[i,j] = dy[i]*x[j]"]
"""


def table(name: str, body: str = GOOD, **more: str) -> str:
    """One statement of a file; ``more`` adds keys."""
    return f"[{name}]{body}" + "".join(f'{key} = "{value}"\n' for key, value in more.items())


def write(path: Path, *tables: str) -> Path:
    """A statement file of these tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(tables), encoding="utf-8")
    return path
