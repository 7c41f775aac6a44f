"""Terms as Unicode text, for a terminal: ``W̄ᵢⱼ = ȳᵢ xⱼ``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from symadj.derivation.layout import DEEPEST, broken_before, unmarked
from symadj.derivation.model import COTANGENT, DIFFERENTIAL, FIRST, SECOND
from symadj.derivation.symbols import GIVEN, GREEK, OWN, symbol
from symadj.derivation.writing import ADDED, ATOM, POWER, PRODUCT, SUMMED, Writer, Written
from symadj.terms.index import Index
from symadj.terms.nodes import Binder

_BELOW = dict(zip("0123456789+−aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_ABOVE = dict(zip("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", strict=True))
_RELATIONS = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "and": " and ", "or": " or ", "not": "not"}
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
_SHORT = 40
_FUNCTIONS = {"real": "Re", "imag": "Im", "maximum": "max", "minimum": "min"}
_HEADS = {"sum": "Σ", "prod": "Π", "max": "max", "min": "min"}


def subscriptable(names: Collection[str]) -> bool:
    """Whether all these index names have subscripts in Unicode.

    >>> subscriptable(["i", "j"]), subscriptable(["b"])
    (True, False)
    """
    return all(len(name) == 1 and name in _BELOW for name in names)


def name_text(name: str) -> str:
    """A name as it is printed.

    >>> name_text("bar.gamma"), name_text("D.W"), name_text("bar.x_hat") == "x\u0302\u0304"
    ('γ̄', 'dW', True)
    """
    parts = symbol(name)
    stem = GREEK.get(parts.stem, parts.stem)
    if parts.accent:
        stem = _over(stem, _ACCENTS[parts.accent])
    if parts.role in (COTANGENT, GIVEN, OWN):
        stem = _over(stem, "\u0304")
    number = "".join(_BELOW.get(c, c) for c in parts.number)
    below = f"_{parts.below}" if parts.below else ""
    before = "d" if parts.role == DIFFERENTIAL else ""
    after = {FIRST: "′", SECOND: "″", GIVEN: "⁰", OWN: "*"}.get(parts.role, "")
    return f"{before}{stem}{below}{number}{after}"


def _over(stem: str, accent: str) -> str:
    return re.sub(r"(.[\u0300-\u036f]*)", rf"\1{accent}", stem)


class UnicodeWriter(Writer):
    """Text; ``below`` says whether subscripts are printed below the line."""

    def __init__(self, ranges: Mapping[str, Index], *, below: bool) -> None:
        super().__init__(ranges)
        self.below = below

    def entry(self, tensor: str, subscripts: tuple[Index, ...]) -> str:
        name = name_text(tensor)
        if not subscripts:
            return name
        texts = [self.index(s).replace(" ", "") for s in subscripts]
        joined = "".join(texts)
        simple = all(len(t) == 1 for t in texts) or len(texts) == 1
        if self.below and simple and not symbol(tensor).number and all(c in _BELOW for c in joined):
            return name + "".join(_BELOW[c] for c in joined)
        return f"{name}[{','.join(texts)}]"

    def index(self, index: Index) -> str:
        return str(index).replace("*", "·").replace("-", "−")

    def brackets(self, text: str) -> str:
        return f"({text})"

    def fraction(self, numerator: Written, denominator: Written) -> Written:
        upper = numerator.text if numerator.binds >= PRODUCT else self.brackets(numerator.text)
        lower = denominator.text if denominator.binds >= POWER else self.brackets(denominator.text)
        text = f"{upper}/{lower}"
        return Written(text if len(text) > _SHORT else unmarked(text), PRODUCT)

    def power(self, base: Written, entry: bool, exponent: str) -> str:
        below = (
            base.text
            if base.binds >= ATOM and not base.text.endswith(tuple(_ABOVE.values()))
            else self.brackets(base.text)
        )
        if all(c in _ABOVE for c in exponent):
            return below + "".join(_ABOVE[c] for c in exponent)
        return f"{below}^{exponent if exponent.isalnum() else self.brackets(exponent)}"

    def root(self, text: str) -> str:
        return f"√{text if text.isalnum() else self.brackets(text)}"

    def call(self, function: str, arguments: Sequence[str]) -> Written:
        inner = ", ".join(arguments)
        if function == "abs":
            return Written(f"|{inner}|", ATOM)
        return Written(f"{_FUNCTIONS.get(function, function)}({inner})", ATOM)

    def loop(self, kind: str, binders: Sequence[Binder]) -> str:
        heads: list[str] = []
        plain = ""
        for binder in binders:
            conditions = self.conditions_of(binder)
            name = binder.index
            if conditions is None:
                plain += _BELOW[name] if len(name) == 1 and name in _BELOW else f"[{name}]"
                continue
            if plain:
                heads.append(_HEADS[kind] + plain)
                plain = ""
            own = not binder.lower.terms and self.ranges.get(name) == binder.upper
            text = ", ".join(conditions)
            heads.append(f"{_HEADS[kind]}[{f'{name}: {text}' if own else text}]")
        if plain:
            heads.append(_HEADS[kind] + plain)
        return f"{broken_before(DEEPEST, product=True)} ".join(heads)

    def cases(self, rows: Sequence[tuple[str, str]], otherwise: str) -> Written:
        told = "".join(f"{then} if {condition}{broken_before(DEEPEST)} else " for then, condition in rows)
        return Written(told + otherwise, 0)

    def matrix(self, kind: str, tensor: str, subscripts: tuple[Index, ...]) -> str:
        if kind == "determinant":
            return f"det {self.entry(tensor, subscripts)}"
        name = name_text(tensor)
        return self.entry(tensor, subscripts).replace(name, f"{name}⁻¹", 1)

    def derivative(self, function: str, orders: tuple[int, ...]) -> str:
        if len(orders) == 1:
            return name_text(function) + "′" * orders[0]
        return "".join(f"∂{_BELOW[str(k + 1)]}" * order for k, order in enumerate(orders)) + name_text(function)

    def relation(self, name: str) -> str:
        return _RELATIONS.get(name, name)

    def pi(self, name: str) -> str:
        return "π" if name == "pi" else "i"


__all__ = ["ADDED", "SUMMED", "UnicodeWriter", "name_text", "subscriptable"]
