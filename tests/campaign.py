"""The long campaign against the prover's own soundness, run by hand.

    python -m tests.campaign --minutes 25                        a new seed, printed
    python -m tests.campaign --seed 7 --programs 2000            the programs 7.0, 7.1, … 7.1999
    python -m tests.campaign --seed 7 --record run.jsonl …       can be stopped at any time, and goes on when run again
    python -m tests.campaign --seed 7 --only 7.1234              one program again

Random programs of the notation: their derived backward lines are proved and compared with numbers, then changed in
many ways; lines are written in other ways and must stay equal, and are changed too. What the prover calls proved must
agree with the numbers at all small sizes tried, what it calls disproved must have a counterexample that the oracle
confirms (``--refute`` is the share of programs whose mutants are searched for counterexamples). The numbers come from
``tests.support.numbers``, which shares no code with symadj. The exit status is 1 if a verdict is wrong or it crashes.

A record holds a line of JSON for each batch of programs, with its figures and all that was found; several of them,
one after the other, are the record of all.
"""

from __future__ import annotations

import argparse
import gc
import json
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from multiprocessing import Pool
from pathlib import Path

from tests.support.figures import Figures
from tests.support.trial import run

BATCH = 100
Work = tuple[int, int, int, float, float]


def batch(work: Work) -> tuple[Work, Figures]:
    """Some programs of a seed, from a first one on."""
    seed, start, mutants, seconds, refute = work
    figures = Figures()
    for k in range(start, start + BATCH):
        run(f"{seed}.{k}", mutants, figures, seconds, refute)
    return work, figures


class Record:
    """The batches that were done, in a file; without one, nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.total = Figures()
        self.done: set[tuple[int, int]] = set()
        if path is not None and path.exists():
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                self.done.add((entry["seed"], entry["start"]))
                self.total.merge(Figures.from_json(entry["figures"]))

    def add(self, work: Work, figures: Figures) -> None:
        """One more batch."""
        self.total.merge(figures)
        if self.path is not None:
            entry = {"seed": work[0], "start": work[1], "figures": figures.to_json()}
            with self.path.open("a") as file:
                file.write(json.dumps(entry) + "\n")


def works(options: argparse.Namespace, record: Record, until: float) -> Iterator[Work]:
    """The batches to do."""
    count = 10**9 if options.minutes else options.programs
    for start in range(options.start, options.start + count, BATCH):
        if time.monotonic() > until:
            return
        if (options.seed, start) not in record.done:
            yield options.seed, start, options.mutants, options.seconds, options.refute


def main() -> int:
    """Runs the campaign and prints its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=0.0, help="how long (default: until the programs are done)")
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--mutants", type=int, default=6, help="of each program, at most")
    parser.add_argument("--seconds", type=float, default=0.15, help="for one program with its mutants")
    parser.add_argument("--refute", type=float, default=0.004)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", help="one program again, say 7.1234")
    parser.add_argument("--record", type=Path, help="the file that keeps what was done")
    options = parser.parse_args()
    gc.set_threshold(100_000, 50, 100)  # there is much to look through and little to collect
    begin = time.monotonic()
    record = Record(options.record)
    before = record.total.programs
    print(f"seed {options.seed}", flush=True)
    if options.only:
        run(options.only, options.mutants, record.total, options.seconds, options.refute)
    else:
        todo = works(options, record, begin + options.minutes * 60 if options.minutes else float("inf"))
        with Pool(options.jobs) if options.jobs > 1 else nullcontext() as pool:
            for work, figures in map(batch, todo) if pool is None else pool.imap_unordered(batch, todo):
                record.add(work, figures)
                for found in (*figures.wrong, *figures.crashes):
                    print(found, flush=True)
    total, taken = record.total, time.monotonic() - begin
    print(total)
    print(f"{taken:.0f} s, {(total.programs - before) / taken:.1f} programs a second")
    return 1 if total.wrong or total.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
