"""A verdict as a person reads it: one line, and below it what did not come out as one hoped.

``Paint`` colours a piece of text by the part it plays (``proved``, ``conditional``, ``disproved``, ``unknown``,
``faint``, ``strong``); the plain one leaves it alone, so that nothing here knows about terminals.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from symadj.oracle import Counterexample
from symadj.terms.printer import format_let
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, Let, LinearClaim, Statement
from symadj.verdict.claim import ClaimVerdict, Status
from symadj.verdict.layout import WIDTH, assignments, concrete_shape, enumeration, equations

Paint = Callable[[str, str], str]
Key = TypeVar("Key")

_MOST_NAMES = 6
_MOST_ACCIDENTS = 4
_MOST_TEXT = 400


def plain(text: str, part: str) -> str:
    """The text without colour."""
    return text


def printable(text: str) -> str:
    """``text`` fit for a terminal: control characters and the like, which a stranger's file may hold, are escaped.

    >>> print(printable("dW\\x1b[31m"))
    dW\\x1b[31m
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def one_line(text: str) -> str:
    """A piece of a file on one line: white space collapsed, cut where it is very long."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= _MOST_TEXT else f"{line[:_MOST_TEXT]} …"


def duration(seconds: float) -> str:
    """A time as one says it.

    >>> duration(0.0011), duration(0.25), duration(12.34)
    ('1.1 ms', '250 ms', '12.3 s')
    """
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds < 0.0995 else f"{seconds * 1e3:.0f} ms"


def headline(
    name: str,
    status: Status,
    claims: Mapping[str, ClaimVerdict],
    seconds: float,
    *,
    paint: Paint = plain,
    width: int = 0,
) -> str:
    """``proved     linear  dW, dc, dx  (1.1 ms)``; the name is padded to ``width``.

    >>> headline("linear", "proved", {"dW": ClaimVerdict("dW", "proved")}, 0.0011)
    'proved     linear  dW  (1.1 ms)'
    """
    conditional = status == "proved" and any(claim.hypotheses for claim in claims.values())
    word = "proved if" if conditional else status
    parts = [
        paint(word, "conditional" if conditional else status) + " " * (9 - len(word)),
        paint(printable(name), "strong") + " " * (width - len(printable(name))),
        _tally(claims.values()),
        paint(f"({duration(seconds)})", "faint"),
    ]
    return "  ".join(part for part in parts if part)


def _tally(claims: Iterable[ClaimVerdict]) -> str:
    groups: dict[str, list[str]] = {}
    for claim in claims:
        word = "proved if" if claim.status == "proved" and claim.hypotheses else claim.status
        groups.setdefault(word, []).append(printable(claim.target))
    if len(groups) == 1:
        return _names(*groups.values())
    order = ("disproved", "unknown", "proved if", "proved")
    return "; ".join(f"{_names(groups[word])} {word}" for word in order if word in groups)


def _names(names: list[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: _MOST_NAMES - 1])}, … {names[-1]}"


def details(claims: Mapping[str, ClaimVerdict], statement: Statement | None, *, paint: Paint = plain) -> list[str]:
    """The lines below the headline: counterexamples, hypotheses, and reasons of what is unknown."""
    lines: list[str] = []
    for claim in claims.values():
        if claim.status == "disproved":
            lines += ["", *(f"    {line}".rstrip() for line in refutation(claim, statement, paint=paint))]
    if lines:
        lines.append("")
    for hypotheses, targets in _grouped(claims.values(), lambda claim: claim.hypotheses).items():
        head = f"{enumeration(targets)} if "
        lines += _hanging(head, hypotheses[0])
        for hypothesis in hypotheses[1:]:
            lines += _hanging("and ".rjust(len(head)), hypothesis)
    unknown = [claim for claim in claims.values() if claim.status == "unknown"]
    for reason, targets in _grouped(unknown, lambda claim: claim.reason).items():
        lines += _hanging(f"{_names(targets)}: ", reason)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _grouped(claims: Iterable[ClaimVerdict], key: Callable[[ClaimVerdict], Key | None]) -> dict[Key, list[str]]:
    groups: dict[Key, list[str]] = {}
    for claim in claims:
        if found := key(claim):
            groups.setdefault(found, []).append(printable(claim.target))
    return groups


def _hanging(head: str, text: str) -> list[str]:
    indent = "    "
    return textwrap.wrap(
        printable(" ".join(text.split())),
        width=WIDTH,
        initial_indent=indent + head,
        subsequent_indent=indent + " " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def common_sizes(assignments: Sequence[dict[str, int]]) -> list[dict[str, int]]:
    """What the assignments share, where that tells them: sizes that are the same in all, while the others vary.

    >>> common_sizes([{"d": 1, "n": 1}, {"d": 2, "n": 1}, {"d": 3, "n": 1}])
    [{'n': 1}]
    >>> common_sizes([{"n": 1}, {"n": 4}])
    [{'n': 1}, {'n': 4}]
    """
    shared = {k: v for k, v in assignments[0].items() if all(a.get(k) == v for a in assignments)}
    varying = [k for k in assignments[0] if k not in shared]
    if shared and all(len({a[k] for a in assignments}) > 1 for k in varying) and len(assignments) > len(varying):
        return [shared]
    return list(assignments)


def refutation(claim: ClaimVerdict, statement: Statement | None, *, paint: Paint = plain) -> list[str]:
    """What is wrong with a false claim: the claim, the right formula, and numbers that show the difference."""
    lines = []
    text = _claim_text(claim.target, statement)
    if text:
        lines.append(f"  claimed  {paint(one_line(text), 'disproved')}")
    for k, line in enumerate((claim.formula or "").splitlines()):
        lines.append(f"  {'         ' if k else 'right    '}{paint(one_line(line), 'proved')}")
    if claim.reason:
        lines += textwrap.wrap(printable(claim.reason), width=WIDTH - 4, initial_indent="  ", subsequent_indent="  ")
    if lines and claim.counterexample:
        lines.append("")
    if claim.counterexample:
        lines += _numbers(claim, claim.counterexample, statement, paint)
    if claim.holds_at:
        shown = [equations(sizes) for sizes in common_sizes(claim.holds_at)[:_MOST_ACCIDENTS]]
        lines += ["", f"It happens to hold at {'; '.join(shown)}: tests at such sizes do not see the difference."]
    return lines


def _numbers(claim: ClaimVerdict, found: Counterexample, statement: Statement | None, paint: Paint) -> list[str]:
    shape_of = partial(_concrete, statement, found.sizes)
    arrays = assignments(found.entries, found.default, shape_of)
    sizes = paint(equations(found.sizes), "strong")
    rest = f"every entry {found.default}{' but for' if arrays else ''}"
    left, right = _values(found, _kind(claim.target, statement))
    return [
        f"Smallest counterexample: {sizes + ', and ' if found.sizes else ''}{rest}",
        "",
        *(f"  {printable(line)}" for line in arrays),
        *([""] if arrays else []),
        f"  {printable(left)} = {paint(printable(found.claimed), 'disproved')}",
        f"  {printable(right)} = {paint(printable(found.actual), 'proved')}",
    ]


def _concrete(statement: Statement | None, sizes: Mapping[str, int], name: str) -> tuple[int, ...] | None:
    if statement is None:
        return None
    try:
        return concrete_shape(statement.shape(name.removesuffix("'")), sizes)
    except KeyError:
        return None


def _kind(target: str, statement: Statement | None) -> type[Claim]:
    claims = statement.claims if statement else ()
    return next((type(claim) for claim in claims if claim.target == target), GradientClaim)


def _values(found: Counterexample, kind: type[Claim]) -> tuple[str, str]:
    """What the two values are values of; the second point of a linearity claim has the entries named ``x'``."""
    law = re.fullmatch(r"(.+) (additive|homogeneous) in (.+)", found.at) if kind is LinearClaim else None
    if law is None:
        names = ("left ", "right") if kind is EqualClaim else ("claimed", "actual ")
        return f"{names[0]}  {found.at}", f"{names[1]}  {found.at}"
    value, name = law[1], law[3]
    if law[2] == "additive":
        return f"{value} at {name}, plus {value} at {name}'", f"{value} at {name} + {name}'"
    return f"scalar times {value} at {name}", f"{value} at scalar*{name}"


def _claim_text(target: str, statement: Statement | None) -> str | None:
    if statement is None:
        return None
    lets = {let.name: let for let in (*statement.forward, *statement.backward)}
    match next((claim for claim in statement.claims if claim.target == target), None):
        case LinearClaim(_, name):
            return f"{enumeration(statement.outputs)} linear in {name}"
        case EqualClaim(_, left, right) if left in lets and right in lets:
            return f"{_text(lets[left])} == {_text(lets[right])}"
        case GradientClaim() if target in lets:
            return _text(lets[target])
    return None


def _text(let: Let) -> str:
    return let.source.text if let.source else format_let(let)
