"""The long campaign against the prover's own soundness, run by hand.

    python -m tests.campaign --minutes 25                        a new seed, printed
    python -m tests.campaign --seed 7 --programs 2000            the programs 7.0, 7.1, … 7.1999
    python -m tests.campaign --seed 7 --record run.jsonl …       can be stopped at any time, and goes on when run again
    python -m tests.campaign --seed 7 --only 1234                one program again
    python -m tests.campaign --identities --programs 8000        sums over integer points instead of programs

Random programs of the notation: their derived backward lines are proved and compared with numbers, then changed in
many ways; lines are written in other ways and must stay equal, and are changed too. What the prover calls proved must
agree with the numbers at all small sizes tried, what it calls disproved must have a counterexample that the oracle
confirms and at which the numbers differ (``--refute`` is the share of mutants for which one is sought). The numbers
come from ``tests.support.numbers``, which shares no code with symadj. The exit status is 1 if a verdict is wrong or
it crashes.

With ``--identities``, random piecewise-affine sums are decided and compared with plain expansion instead; every
fourth of them has products of indices with sizes.

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
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

from tests.points.checking import Identities, check_identity
from tests.support.figures import Counted, Figures
from tests.support.trial import run

BATCH = 100


@dataclass(frozen=True)
class Work:
    """Some programs of a seed, from a first one on, and what each may cost."""

    seed: int
    start: int
    count: int
    identities: bool
    mutants: int
    seconds: float
    refute: float


def done(work: Work) -> tuple[Work, Counted]:
    """Some of the work, and its figures."""
    identities, programs = Identities(), Figures()
    for k in range(work.start, work.start + work.count):
        name = f"{work.seed}.{k}"
        if work.identities:
            check_identity(name, k, identities, products=k % 4 == 3)
        else:
            run(name, work.mutants, programs, work.seconds, work.refute)
    return work, identities if work.identities else programs


class Record:
    """The batches that were done, in a file; without one, nothing is kept. A file is about one kind of figures."""

    def __init__(self, path: Path | None, total: Counted) -> None:
        self.path = path
        self.total = total
        self.done: set[tuple[int, int]] = set()
        if path is not None and path.exists():
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                self.done.add((entry["seed"], entry["start"]))
                self.total.merge(type(total).from_json(entry["figures"]))

    def add(self, work: Work, figures: Counted) -> None:
        """One more batch."""
        self.total.merge(figures)
        if self.path is not None:
            entry = {"seed": work.seed, "start": work.start, "figures": figures.to_json()}
            with self.path.open("a") as file:
                file.write(json.dumps(entry) + "\n")


def works(options: argparse.Namespace, record: Record, until: float) -> Iterator[Work]:
    """The batches to do."""
    first, count = (int(options.only), 1) if options.only else (options.start, options.programs)
    if options.minutes:
        count = 10**9
    for start in range(first, first + count, BATCH):
        if time.monotonic() > until:
            return
        if (options.seed, start) not in record.done:
            size = min(BATCH, first + count - start)
            identities, limits = options.identities, (options.mutants, options.seconds, options.refute)
            yield Work(options.seed, start, size, identities, *limits)


def main() -> int:
    """Runs the campaign and prints its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=0.0, help="how long (default: until the programs are done)")
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--mutants", type=int, default=6, help="of each program, at most")
    parser.add_argument("--seconds", type=float, default=0.15, help="for one program with its mutants")
    parser.add_argument("--refute", type=float, default=0.01, help="of the mutants not proved")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--identities", action="store_true", help="sums over integer points instead of programs")
    parser.add_argument("--only", help="the number of one program, to run it again")
    parser.add_argument("--record", type=Path, help="the file that keeps what was done")
    options = parser.parse_args()
    gc.set_threshold(100_000, 50, 100)  # there is much to look through and little to collect
    begin = time.monotonic()
    total: Identities | Figures = Identities() if options.identities else Figures()
    record = Record(options.record, total)
    print(f"seed {options.seed}", flush=True)
    todo = works(options, record, begin + options.minutes * 60 if options.minutes else float("inf"))
    with Pool(options.jobs) if options.jobs > 1 else nullcontext() as pool:
        for work, figures in map(done, todo) if pool is None else pool.imap_unordered(done, todo):
            record.add(work, figures)
            for found in figures.found():
                print(found, flush=True)
    print(total)
    print(f"{time.monotonic() - begin:.0f} s")
    return 1 if total.found() else 0


if __name__ == "__main__":
    sys.exit(main())
