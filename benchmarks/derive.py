"""Times what ``derive`` does against the proof of the statement: ``python benchmarks/derive.py [PATH…] [--only GLOB]``.

Without a PATH, ``proofs/``. Both are measured in CPU time, warm, as the least of five runs in this process; ``derive``
includes the check of its lines and reading them back. Printed are the statements of which deriving costs more than
``LIMIT`` times the proof, and how many these are.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from symadj.api import formula
from symadj.runner.files import gather
from symadj.terms.statement import GradientClaim, Statement
from symadj.verdict import prove

LIMIT = 5.0
RUNS = 5
PROOFS = Path(__file__).parent.parent / "proofs"


def statements(paths: list[str], only: list[str]) -> Iterator[tuple[Statement, tuple[str, ...]]]:
    """The true statements that claim gradients, and the inputs of these."""
    for batch in gather(tuple(paths), only=tuple(only)):
        for statement in batch.statements:
            inputs = tuple(c.input for c in statement.claims if isinstance(c, GradientClaim))
            if inputs and statement.expect.verdict == "proved":
                yield statement, inputs


def least(work: Callable[[], object]) -> float:
    """The least CPU time of a few runs, in milliseconds, after one that does not count."""
    work()
    times: list[float] = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1e3 * min(times)


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="*", default=[str(PROOFS)])
    parser.add_argument("--only", action="append", default=[])
    given = parser.parse_args()
    print(f"{'statement':<40}  {'prove':>10}  {'derive':>10}  {'ratio':>6}")
    ratios: list[float] = []
    for statement, inputs in statements(given.paths, given.only):
        proof = least(partial(prove, statement))
        derivation = least(partial(formula, statement, inputs))
        ratios.append(derivation / proof)
        if ratios[-1] > LIMIT:
            print(f"{statement.name:<40}  {proof:>7.2f} ms  {derivation:>7.2f} ms  {ratios[-1]:>6.1f}")
    above = sum(ratio > LIMIT for ratio in ratios)
    print(f"{above} of {len(ratios)} derivations cost more than {LIMIT:.0f} times the proof")
    return 0


if __name__ == "__main__":
    sys.exit(main())
