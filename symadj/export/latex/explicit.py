"""A statement at concrete sizes, written out coordinate by coordinate: an independent proof or refutation there."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from symadj.errors import BudgetExceeded, StatementError, Unsupported
from symadj.export.latex.names import name_latex
from symadj.oracle import Dropped, Explicit, OutOfRange, explicit
from symadj.terms.statement import Claim, GradientClaim, LinearClaim, Statement

USUAL = 2
_WIDTH, _MOST = 80, 2000
_ENTRY = re.compile(r"(?P<role>re|im)?\(?(?P<name>[^\[\]()]+?)(?P<second>')?(?:\[(?P<places>[\d,]+)\])?\)?")


@dataclass(frozen=True, slots=True)
class Expansion:
    """Both sides of each claim at ``sizes``; ``failures`` says which claims could not be expanded, and why."""

    statement: Statement
    sizes: dict[str, int]
    claims: tuple[tuple[Claim, tuple[Explicit, ...]], ...]
    failures: tuple[tuple[Claim, str], ...]

    @property
    def holds(self) -> bool:
        """Whether every difference that was found is 0."""
        return not any(vanishing(row) is not True for _, rows in self.claims for row in rows)

    def text(self) -> str:
        """For a terminal."""
        return "\n".join(self._text())

    def _text(self) -> Iterator[str]:
        sizes = ", ".join(f"{name} = {value}" for name, value in self.sizes.items())
        yield f"{self.statement.name}{' at ' + sizes if sizes else ''}"
        for claim, rows in self.claims:
            for row in rows:
                yield ""
                left, right = sides(self.statement, claim, row.at)
                yield from _folded(f"  {left} = ", str(row.left))
                yield from _folded(f"  {right} = ", str(row.right))
                yield from _folded("  difference = ", str(reduced(row)))
        for claim, reason in self.failures:
            yield f"  {claim.target}: {reason}"

    def latex(self) -> str:
        """Formulas in ``align*``, one claim after the other."""
        return "\n".join(self._latex())

    def _latex(self) -> Iterator[str]:
        for claim, rows in self.claims:
            for row in rows:
                left, right = sides(self.statement, claim, row.at)
                yield r"\begin{align*}"
                yield _row(left, row.left) + r" \\"
                yield _row(right, row.right) + r" \\"
                yield _row("difference", reduced(row))
                yield r"\end{align*}"
        for claim, reason in self.failures:
            yield f"% {claim.target}: {reason}"


def expansion(statement: Statement, sizes: Mapping[str, int]) -> Expansion:
    """Each claim expanded at these sizes; a size that is not given is 2, an integer parameter 1.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)")
    >>> print(expansion(of, {"m": 1, "n": 1}).text())
    statement at m = 1, n = 1
    <BLANKLINE>
      ⟨D forward [vW], dy⟩ = dy[0]*vW[0,0]*x[0]
      ⟨vW, dW⟩ = dy[0]*vW[0,0]*x[0]
      difference = 0
    """
    own = {name: sizes.get(name, USUAL) for name in statement.sizes}
    own |= {name: sizes.get(name, 1) for name in statement.integers}
    claims: list[tuple[Claim, tuple[Explicit, ...]]] = []
    failures: list[tuple[Claim, str]] = []
    for claim in statement.claims:
        try:
            claims.append((claim, explicit(statement, claim, own)))
        except (ValueError, Dropped, OutOfRange, Unsupported, BudgetExceeded, StatementError) as error:
            failures.append((claim, str(error)))
    return Expansion(statement, own, tuple(claims), tuple(failures))


def sides(statement: Statement, claim: Claim, at: str) -> tuple[str, str]:
    """What the two sides of a claim are called."""
    match claim:
        case GradientClaim(target, name):
            cotangents = ", ".join(f"d{output}" for output in statement.outputs)
            return f"⟨D forward [v{name}], {cotangents}⟩", f"⟨v{name}, {target}⟩"
        case LinearClaim(_, name):
            return f"{at} at a*{name} + b*{name}'", f"a*({at} at {name}) + b*({at} at {name}')"
        case _:
            return f"left  {at}", f"right {at}"


def reduced(row: Explicit) -> Any:
    """The difference, with a common denominator where expanding did not make it 0."""
    import sympy

    if row.difference == 0 or row.difference.is_polynomial(*row.difference.free_symbols):
        return row.difference
    if row.difference.has(sympy.Piecewise, sympy.exp, sympy.log, sympy.Function):
        return sympy.simplify(row.difference)
    return sympy.cancel(sympy.together(row.difference))


def vanishing(row: Explicit) -> bool | None:
    """Whether the difference is 0; ``None`` where that is not plain, as for roots and conditions."""
    rest = reduced(row)
    if rest == 0:
        return True
    return False if rest.is_polynomial(*rest.free_symbols) else None


def _folded(head: str, text: str) -> Iterator[str]:
    shown = text if len(text) <= _MOST else f"{text[:_MOST]} … ({len(text)} characters)"
    yield from textwrap.wrap(
        head + shown, _WIDTH, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
    )


def _row(name: str, expression: Any) -> str:
    import sympy

    names = {symbol: _symbol(symbol.name) for symbol in expression.free_symbols}
    terms = sympy.Add.make_args(expression)
    texts = [sympy.latex(term, symbol_names=names) for term in terms]
    rows: list[str] = []
    for text in texts:
        signed = text if text.startswith("-") or not rows else f"+ {text}"
        if rows and len(rows[-1]) + len(signed) < 3 * _WIDTH:
            rows[-1] += f" {signed}"
        else:
            rows.append(signed)
    return rf"\text{{{_plain(name)}}} &= " + " \\\\\n&\\quad ".join(rows)


def _plain(name: str) -> str:
    escaped = name.replace("_", r"\_").replace("'", r"\textquotesingle{}")
    return escaped.replace("⟨", r"$\langle$").replace("⟩", r"$\rangle$")


def _symbol(name: str) -> str:
    found = _ENTRY.fullmatch(name)
    if found is None:
        return name
    stem = found["name"]
    plain = name_latex(stem) if len(stem) < 2 or stem[0] not in "dv" else f"{_direction(stem)}"
    second = "'" if found["second"] else ""
    places = found["places"]
    below = f"_{{{places}}}" if places else ""
    whole = f"{{{plain}}}{second}{below}"
    return rf"\operatorname{{{'Re' if found['role'] == 're' else 'Im'}}}{whole}" if found["role"] else whole


def _direction(stem: str) -> str:
    rest = name_latex(stem[1:])
    return rf"\bar{{{rest}}}" if stem[0] == "d" else rf"\mathrm{{d}}{rest}"
