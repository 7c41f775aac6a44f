"""What ``prove`` answers: a verdict on a statement, and one on each of its claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symadj.oracle import Counterexample
from symadj.terms.statement import Expectation, Statement
from symadj.verdict.claim import ClaimVerdict, Status
from symadj.verdict.text import Paint, details, headline, plain

__all__ = ["ClaimVerdict", "Counterexample", "Status", "Verdict", "combined", "expectation_text", "unknown"]


def combined(claims: Iterable[ClaimVerdict]) -> Status:
    """A statement is proved when all its claims are, and disproved when one is.

    >>> combined([ClaimVerdict("dW", "proved"), ClaimVerdict("dx", "unknown")])
    'unknown'
    """
    found = {claim.status for claim in claims}
    if "disproved" in found:
        return "disproved"
    return "proved" if found == {"proved"} else "unknown"


def expectation_text(expect: Expectation) -> str:
    """An expectation as it is written in a file.

    >>> expectation_text(Expectation("disproved", ("dW", "dc")))
    'disproved: dW, dc'
    """
    return f"{expect.verdict}: {', '.join(expect.targets)}" if expect.targets else expect.verdict


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a statement; true only when it is proved without hypotheses beyond ``assume``.

    >>> verdict = Verdict("linear", "proved", {"dW": ClaimVerdict("dW", "proved")}, 0.0011)
    >>> print(verdict)
    proved     linear  dW  (1.1 ms)
    >>> bool(verdict)
    True
    """

    name: str
    status: Status
    claims: dict[str, ClaimVerdict]
    seconds: float = 0.0
    statement: Statement | None = None

    def __bool__(self) -> bool:
        return self.status == "proved" and len(self.outright) == len(self.claims)

    @property
    def outright(self) -> tuple[str, ...]:
        """The targets of the claims that are proved without hypotheses beyond ``assume``."""
        return tuple(t for t, claim in self.claims.items() if claim.status == "proved" and not claim.hypotheses)

    @property
    def expect(self) -> Expectation:
        """What the statement expects: ``proved`` unless it says otherwise."""
        return self.statement.expect if self.statement else Expectation()

    @property
    def ok(self) -> bool:
        """Whether it came out as expected.

        ``proved`` is met by a proof without further hypotheses; ``disproved: dW`` when exactly the claim ``dW`` is
        false and the others are proved.
        """
        expect = self.expect
        if expect.verdict == "proved":
            return bool(self)
        if not expect.targets:
            return self.status == expect.verdict
        false = {target for target, claim in self.claims.items() if claim.status == "disproved"}
        others = (claim.status for target, claim in self.claims.items() if target not in false)
        return false == set(expect.targets) and all(status == "proved" for status in others)

    def to_json(self) -> dict[str, object]:
        """The object that ``symadj prove --format json`` prints."""
        return {
            "file": self.statement.file if self.statement else None,
            "name": self.name,
            "expect": expectation_text(self.expect),
            "verdict": self.status,
            "ok": self.ok,
            "seconds": round(self.seconds, 6),
            "claims": [claim.to_json() for claim in self.claims.values()],
        }

    def headline(self, *, paint: Paint = plain, width: int = 0) -> str:
        """The one line that says how it came out; the name is padded to ``width``."""
        return headline(self.name, self.status, self.claims, self.seconds, paint=paint, width=width)

    def details(self, *, paint: Paint = plain) -> list[str]:
        """The lines that stand below it: counterexamples, hypotheses, reasons; none when all is proved."""
        return details(self.claims, self.statement, paint=paint)

    def __str__(self) -> str:
        return "\n".join([self.headline(), *self.details()])


def unknown(statement: Statement, reason: str, seconds: float) -> Verdict:
    """The verdict that nothing is known of any claim, for one reason."""
    claims = {claim.target: ClaimVerdict(claim.target, "unknown", reason=reason) for claim in statement.claims}
    return Verdict(statement.name, "unknown", claims, seconds, statement)
