"""What a run of the campaign counted; runs add up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


@dataclass
class Counted:
    """Numbers, and lists of what was found."""

    def merge(self, other: Self) -> None:
        """Adds what another run counted."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))

    def found(self) -> list[str]:
        """What must not be."""
        return [text for name in ("wrong", "crashes") for text in getattr(self, name, ())]

    def to_json(self) -> dict[str, Any]:
        """All of it, for a record."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What ``to_json`` gave; what it does not name is 0."""
        return cls(**{f.name: data[f.name] for f in fields(cls) if f.name in data})

    def __str__(self) -> str:
        rows = []
        for f in fields(self):
            value: Any = getattr(self, f.name)
            rows.append(f"{f.name:18} {len(value) if isinstance(value, list) else round(value, 1)}")
        return "\n".join(rows)


@dataclass
class Figures(Counted):
    """What a run over random programs counted."""

    programs: int = 0
    mutants: int = 0
    originals_proved: int = 0
    originals_open: int = 0
    mutants_proved: int = 0  # and right, by the numbers
    mutants_stopped: int = 0  # the time, or a construct that the prover does not know
    sought: int = 0  # mutants not proved, of which a counterexample was sought
    disproved: int = 0  # and found, and confirmed
    uncompared: int = 0  # proved, but the numbers could not be compared
    excluded: int = 0  # proved under hypotheses, and false only where these fail
    skipped: int = 0
    prover_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
