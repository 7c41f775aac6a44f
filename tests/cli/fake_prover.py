"""A stand-in for ``symadj.verdict.prove`` that does what the name of the statement says, and a program that uses it.

``python tests/cli/fake_prover.py prove …`` is the command line with this prover. What a statement's name begins with
decides: it hangs, dies, eats memory, is false. So the tests reach every end that a statement can come to.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
from collections.abc import Callable

from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.terms.statement import Statement
from symadj.verdict.model import ClaimVerdict, Counterexample, Status, Verdict, combined

COUNTEREXAMPLE = Counterexample({"m": 1, "n": 2}, {"x[1]": "3/2", "dy[0]": "1"}, "0", "dW[0, 1]", "0", "3/2")


def fake_prove(statement: Statement, *, deadline: float | None = None) -> Verdict:
    """Proves by name."""
    behave = BEHAVIOURS.get(statement.name.split("_")[0])
    if behave is not None:
        behave()
    claims = {claim.target: claim_verdict(statement.name, claim.target) for claim in statement.claims}
    return Verdict(statement.name, combined(claims.values()), claims, 0.0011, statement)


def claim_verdict(name: str, target: str) -> ClaimVerdict:
    """``false_dW`` is false in dW, ``false`` in every claim; so with ``unknown``, and ``kink``: proved if."""
    kind, _, targets = name.partition("_")
    hit = not targets or target in targets.split("_")
    if kind == "kink" and hit:
        return ClaimVerdict(target, "proved", hypotheses=("x[j] != 0 for every j",))
    status: Status = "disproved" if kind == "false" and hit else "unknown" if kind == "unknown" and hit else "proved"
    if status == "disproved":
        return ClaimVerdict(target, status, counterexample=COUNTEREXAMPLE, formula=f"{target} = right")
    return ClaimVerdict(target, status, reason="a symbolic stride" if status == "unknown" else None)


def sleep(catching: type[BaseException] | None) -> None:
    """For ever, swallowing these exceptions on the way."""
    while True:
        try:
            time.sleep(0.01)
        except BaseException as error:
            if catching is None or not isinstance(error, catching):
                raise


def eat() -> None:
    kept = []
    while True:
        kept.append(bytearray(1 << 24))


def recurse() -> None:
    recurse()


def crash() -> None:
    faulthandler.disable()  # the test runner's would print where
    os.kill(os.getpid(), signal.SIGSEGV)


def refuse(error: Exception) -> Callable[[], None]:
    def raising() -> None:
        raise error

    return raising


def print_noise() -> None:
    print("noise", flush=True)
    os.write(1, b"noise\n")


BEHAVIOURS: dict[str, Callable[[], None]] = {
    "hang": lambda: sleep(None),
    "swallow": lambda: sleep(Exception),
    "stubborn": lambda: sleep(BaseException),
    "slow": lambda: time.sleep(1.6),
    "hog": eat,
    "deep": recurse,
    "crash": crash,
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda: os._exit(3),
    "leave": lambda: sys.exit(0),
    "bug": refuse(KeyError("x")),
    "impossible": refuse(StatementError("x[n] is outside of x: n", line=3, column=7, text="x[n]")),
    "unsupported": refuse(Unsupported("remainders modulo a size")),
    "budget": refuse(BudgetExceeded("too many cases")),
    "noise": print_noise,
}

if __name__ == "__main__":
    import symadj.verdict
    from symadj.commands import main

    symadj.verdict.prove = fake_prove
    main()
