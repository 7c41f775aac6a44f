"""Times certificates in Rocq's kernel: ``python benchmarks/certificates.py``; exit status 1 when one is over its limit.

One file of 500 algebraic theorems, and one of a single theorem, cold, with the prelude compiled before. What is
measured is the processor's time of ``coqc``, loading its libraries and printing what the theorems rest on included.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from symadj.export.rocq import certify, find_rocq
from symadj.notation import read_text

LIMITS_S = {1: 3.0, 500: 60.0}
LONGEST_CHAIN = 6
OTHERS = """\
[quadratic_{k}]
shapes   = "A: n n, x: n"
forward  = ["y = {k}*sum(x[i]*A[i,j]*x[j] for i in range(n) for j in range(n))"]
backward = ["dA[i,j] = {k}*dy*x[i]*x[j]", "dx[i] = {k}*dy*sum((A[i,j] + A[j,i])*x[j] for j in range(n))"]

[variance_{k}]
shapes   = "x: n"
forward  = ["m = sum(x[i] for i in range(n))/n", "y = {k}*sum((x[i] - m)**2 for i in range(n))/n"]
backward = ["dx[i] = 2*{k}*dy*(x[i] - m)/n"]

[layer_{k}]
shapes   = "x: b n, W: m n, c: m"
forward  = ["y[s,i] = {k}*c[i] + sum(W[i,j]*x[s,j] for j in range(n))"]
backward = [
  "dW[i,j] = sum(dy[s,i]*x[s,j] for s in range(b))",
  "dc[i] = {k}*sum(dy[s,i] for s in range(b))",
  "dx[s,j] = sum(W[i,j]*dy[s,i] for i in range(m))",
]

[trace_{k}]
shapes   = "A: m n, B: n m"
equal    = ["{k}*trace(A @ B)", "trace(B @ ({k}*A))"]
"""


def chain(length: int, k: int) -> str:
    """A product of matrices and a vector, by its first factor."""
    names = [f"A{j}" for j in range(length)]
    shapes = ", ".join(f"{name}: n{j} n{j + 1}" for j, name in enumerate(names))
    rest = " @ ".join([*names[1:], "x"])
    return (
        f'[chain_{length}_{k}]\nshapes   = "{shapes}, x: n{length}"\nforward  = ["y = {k}*{" @ ".join(names)} @ x"]\n'
        f'backward = ["dA0 = {k}*outer(dy, {rest})"]\n\n'
    )


def written(folder: Path, count: int) -> Path:
    """The file of the first statements that have ``count`` theorems together."""
    text = "".join(OTHERS.format(k=k) + "".join(chain(n, k) for n in range(1, LONGEST_CHAIN)) for k in range(2, 40))
    reading = read_text(text, "many.toml")
    if reading.errors:
        raise SystemExit(str(reading.errors[0]))
    certificates = certify(reading.statements, folder)
    number = total = 0
    while total < count:
        total += len(certificates[number].theorems)
        number += 1
    certify(reading.statements[:number], folder)
    return folder / "many.v"


def seconds(coqc: str, file: Path) -> float:
    """The time that ``coqc`` takes for a file."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [coqc, "-w", "none", "-R", ".", "Symadj", file.name]
    subprocess.run(command, cwd=file.parent, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Prints the times; 1 when one is over its limit."""
    slow = 0
    coqc = find_rocq()
    for count, limit in LIMITS_S.items():
        with tempfile.TemporaryDirectory() as folder:
            file = written(Path(folder), count)
            seconds(coqc, file.with_name("Symadj.v"))
            took = min(seconds(coqc, file) for _ in range(2))
            slow |= took > limit
            print(f"{count} theorems: {took:.1f} s of {limit:.0f} s")
    return slow


if __name__ == "__main__":
    sys.exit(main())
