"""What is known of one claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symadj.oracle import Counterexample

Status = Literal["proved", "disproved", "unknown"]


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """The verdict on one claim.

    ``hypotheses`` is what a proof needed beyond ``assume``; ``counterexample`` and ``formula`` (the right one, in the
    notation) belong to ``disproved``, ``reason`` to ``unknown``. ``holds_at`` lists small sizes at which a false
    claim holds by accident.

    >>> ClaimVerdict("dW", "proved").to_json()["verdict"]
    'proved'
    """

    target: str
    status: Status
    hypotheses: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    formula: str | None = None
    reason: str | None = None
    holds_at: tuple[dict[str, int], ...] = ()

    def to_json(self) -> dict[str, object]:
        """The object that stands in the list ``"claims"``; ``"holds_at"`` only where there is something to say."""
        found: dict[str, object] = {
            "target": self.target,
            "verdict": self.status,
            "hypotheses": list(self.hypotheses),
            "counterexample": self.counterexample.to_json() if self.counterexample else None,
            "formula": self.formula,
            "reason": self.reason,
        }
        return {**found, "holds_at": [dict(sizes) for sizes in self.holds_at]} if self.holds_at else found
