"""What names look like: Greek letters, hats and bars, numbers as subscripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symadj.derivation.model import COTANGENT, DIFFERENTIAL, FIRST, SECOND

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "eps": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "lam": "λ",
    "lambda_": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}
GIVEN, OWN, SCALAR = "given.", "own.", "scalar."
_PREFIXES = (DIFFERENTIAL, COTANGENT, FIRST, SECOND, GIVEN, OWN, SCALAR)
_NAME = re.compile(r"(?P<stem>.+?)(?:_(?P<accent>hat|bar|tilde|dot))?(?P<number>_?\d+)?(?P<prime>_*)$")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name taken apart: what it is of a tensor (a prefix of ``model``), the letter or word, accent and number."""

    role: str
    stem: str
    accent: str = ""
    number: str = ""
    below: str = ""


def symbol(name: str) -> Symbol:
    """The parts of a name.

    >>> symbol("bar.x_hat")
    Symbol(role='bar.', stem='x', accent='hat', number='', below='')
    """
    role = next((p for p in _PREFIXES if name.startswith(p)), "")
    rest = name[len(role) :]
    hidden = re.fullmatch(r"(\w+)\.(\d+)", rest)
    if hidden:
        return Symbol(role, hidden[1], number=hidden[2])
    found = _NAME.fullmatch(rest)
    if found is None:
        return Symbol(role, rest)
    stem, below = found["stem"], ""
    if "_" in stem.strip("_") and stem not in GREEK:
        stem, _, below = stem.partition("_")
        if not stem:
            stem, below = found["stem"], ""
    return Symbol(role, stem, found["accent"] or "", (found["number"] or "").lstrip("_"), below)
