"""The long campaign against the prover's own soundness, run by hand.

    python -m tests.campaign --minutes 25                     a new seed, printed
    python -m tests.campaign --seed 7 --programs 2000         the programs 7.0, 7.1, … 7.1999
    python -m tests.campaign --seed 7 --only 7.1234           one of them again

Random programs of the notation: their derived backward lines are proved and compared with numbers, then changed in
many ways; lines are written in other ways and must stay equal, and are changed too. What the prover calls proved must
agree with the numbers at all small sizes tried, what it calls disproved must have a counterexample that the oracle
confirms (``--refute`` is the share of programs whose mutants are searched for counterexamples). The numbers come from
``tests.support.numbers``, which shares no code with symadj. The exit status is 1 if a verdict is wrong or it crashes.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from multiprocessing import Pool
from pathlib import Path

from tests.support.trial import Figures, run

BATCH = 25


def batch(work: tuple[int, int, int, float, float, float]) -> Figures:
    """Some programs of a seed."""
    seed, start, mutants, seconds, refute, until = work
    figures = Figures()
    for k in range(start, start + BATCH):
        if time.monotonic() > until:
            break
        run(f"{seed}.{k}", mutants, figures, seconds, refute)
    return figures


def main() -> int:
    """Runs the campaign and prints its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=0.0, help="how long (default: until the programs are done)")
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--mutants", type=int, default=12, help="of each program")
    parser.add_argument("--seconds", type=float, default=0.3, help="for one program with its mutants")
    parser.add_argument("--refute", type=float, default=0.005)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", help="one program again, say 7.1234")
    parser.add_argument("--report", type=Path, help="where to write what was found")
    options = parser.parse_args()
    begin = time.monotonic()
    total = Figures()
    print(f"seed {options.seed}", flush=True)
    if options.only:
        run(options.only, options.mutants, total, options.seconds, options.refute)
    else:
        until = begin + options.minutes * 60 if options.minutes else float("inf")
        count = 10**9 if options.minutes else options.programs
        works = (
            (options.seed, k, options.mutants, options.seconds, options.refute, until)
            for k in range(options.start, options.start + count, BATCH)
        )
        if options.jobs > 1:
            with Pool(options.jobs) as pool:
                for figures in pool.imap_unordered(batch, _until(works, until)):
                    total.merge(figures)
        else:
            for work in _until(works, until):
                figures = batch(work)
                total.merge(figures)
                for found in (*figures.wrong, *figures.crashes):
                    print(found, flush=True)
    taken = time.monotonic() - begin
    print(total)
    print(f"{taken:.0f} s, {total.programs / taken:.1f} programs and {total.mutants / taken:.1f} mutants a second")
    if options.report:
        parts = [f"== {n} ==\n" + "\n".join(getattr(total, n)) for n in ("wrong", "crashes", "slow", "open")]
        options.report.write_text("\n".join(parts))
    return 1 if total.wrong or total.crashes else 0


def _until(works: object, until: float) -> object:
    for work in works:  # type: ignore[attr-defined]
        if time.monotonic() > until:
            return
        yield work


if __name__ == "__main__":
    sys.exit(main())
