"""Times proofs, warm, as medians: ``python benchmarks/run.py [GLOB]``; exit status 1 when one is over its limit.

A statement is read once and proved again and again in this process; the first proof, which imports isl where it is
needed, does not count. The limits are what is promised on an ordinary machine of two cores; a statement without one is
there to be watched.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from symadj import load
from symadj.terms.statement import Statement
from symadj.verdict import Verdict, prove

sys.path.insert(0, str(Path(__file__).parent))

from families import matrix_chain, relu_mlp, stacked_convolutions, stencil, tanh_mlp

LIMITS_MS = {
    "linear": 0.6,
    "softmax": 10.0,
    "rms_norm": 10.0,
    "layer_norm": 20.0,
    "attention": 30.0,
    "power": 5.0,
    "tanh_mlp_64": 300.0,
    "relu_mlp_64": 2000.0,
    "matrix_chain_64": 1000.0,
    "conv1d": 10.0,
    "conv1d_same": 10.0,
    "conv1d_full": 10.0,
    "conv1d_causal": 10.0,
    "conv1d_circular": 10.0,
    "conv1d_stride": 10.0,
    "conv1d_any_stride": 10.0,
    "conv1d_dilated": 10.0,
    "conv1d_transposed": 10.0,
    "conv1d_channels": 10.0,
    "conv2d": 50.0,
    "convolutions_6": 150.0,
}
MOST_RUNS = 101
MOST_SECONDS = 2.0


def statements() -> Iterator[Statement]:
    """What is timed: the files of this folder, and the families at several sizes."""
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        yield from load(file)
    yield from (tanh_mlp(depth) for depth in (4, 8, 16, 32, 64))
    yield from (relu_mlp(depth) for depth in (4, 8, 16, 32, 64))
    yield from (matrix_chain(length) for length in (8, 16, 32, 64))
    yield from (stacked_convolutions(depth) for depth in (2, 3, 6, 12))
    yield from (stencil(side) for side in (3, 5, 7))


def median(statement: Statement) -> tuple[Verdict, float]:
    """The verdict, and the median time in milliseconds."""
    verdict = prove(statement)
    times: list[float] = []
    begun = time.perf_counter()
    while not times or (len(times) < MOST_RUNS and time.perf_counter() - begun < MOST_SECONDS):
        start = time.perf_counter()
        prove(statement)
        times.append(time.perf_counter() - start)
    return verdict, 1e3 * statistics.median(times)


def main(pattern: str = "*") -> int:
    """Prints the table; 1 when a proof fails or takes longer than its limit."""
    print(f"{'statement':<20}  {'verdict':<9}  {'median':>10}  {'limit':>10}")
    status = 0
    for statement in statements():
        if not fnmatchcase(statement.name, pattern):
            continue
        verdict, took = median(statement)
        limit = LIMITS_MS.get(statement.name)
        late = limit is not None and took > limit
        shown = "" if limit is None else f"{limit:.1f} ms"
        print(f"{statement.name:<20}  {verdict.status:<9}  {took:>7.2f} ms  {shown:>10}{'  LATE' if late else ''}")
        status |= late or not verdict.ok
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
