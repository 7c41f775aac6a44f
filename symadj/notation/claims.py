"""The keys ``assume``, ``equal``, ``linear`` and ``expect``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from symadj.arrays import SymbolicArray, make_let
from symadj.arrays.substitution import tidy
from symadj.notation.arithmetic import truth
from symadj.notation.lexical import Located, parse_expression
from symadj.notation.lines import bounded, infer, tidied, with_divisors
from symadj.notation.places import Text
from symadj.notation.reader import Reader
from symadj.notation.rebuild import rebuild_condition, rename_bound
from symadj.notation.scope import Scope, format_shape
from symadj.notation.shapes import read_names
from symadj.notation.values import CONDITIONS, describe
from symadj.terms.index import Index
from symadj.terms.statement import Assumption, Claim, EqualClaim, Expectation, Let, LinearClaim, Source

ALMOST_EVERYWHERE = "almost everywhere"


@dataclass(slots=True)
class Assumed:
    """The hypotheses, and the hidden lets that they need."""

    assumptions: list[Assumption] = field(default_factory=list)
    lets: list[Let] = field(default_factory=list)
    almost_everywhere: bool = False


def _source(located: Located) -> Source:
    line, column = located.text.locate(located.start)
    return Source(located.code, line, column if line is not None else None)


def read_assumptions(texts: Sequence[Text], statement: str | None, scope: Scope) -> Assumed:
    """The hypotheses of ``assume``. Raises ``StatementError`` for what is no condition, an index without a range, …"""
    result = Assumed()
    for text in texts:
        located = Located(text, statement)
        if " ".join(located.code.split()) == ALMOST_EVERYWHERE:
            result.almost_everywhere = True
            continue
        with bounded(located):
            result.assumptions.append(_assumption(located, scope))
            result.lets += [tidied(let) for let in scope.builder.take_lets()]
    return result


def _assumption(located: Located, scope: Scope) -> Assumption:
    node = parse_expression(located)
    reader = Reader(scope, located)
    reader.free = {}
    value = reader.value(node)
    axes: list[tuple[str, Index]] = []
    if isinstance(value, SymbolicArray) and value.boolean:
        names, holds = tidy(value.indices, value.body, {*scope.names(), *reader.free, *reader.bound})
        axes = list(zip(names, value.shape, strict=True))
        value = truth(holds)
    if not isinstance(value, CONDITIONS):
        reader.fail(node, f"a hypothesis is a condition, such as x[i] > 0, and this is {describe(value)}")
    for name in reader.free.keys() & reader.bound:
        reader.fail(reader.free[name], f"the index {name!r} is free here and bound by a sum: another name was expected")
    free = [(name, _range(reader, name)) for name in reader.free]
    return Assumption(tuple(sorted([*free, *axes], key=lambda p: p[0])), rebuild_condition(value), _source(located))


def _range(reader: Reader, name: str) -> Index:
    node = (reader.free or {})[name]
    if name not in reader.alone:
        unknown = reader.scope.unknown(name)
        reader.fail(node, f"{unknown}: it is not declared, nor an index, which would stand alone in a subscript")
    return infer(reader, node)


def read_equal(texts: Sequence[Text], statement: str | None, scope: Scope) -> tuple[list[Let], list[Claim]]:
    """The lets ``equal.0``, ``equal.1``, … (and hidden ones before them), and the claims that neighbours are equal.

    Raises ``StatementError`` for fewer than two expressions, and for shapes that differ.
    """
    lets: list[Let] = []
    sides: list[Let] = []
    for k, text in enumerate(texts):
        located = Located(text, statement)
        with bounded(located):
            side = _side(located, scope, f"equal.{k}")
            lets += [tidied(let) for let in scope.builder.take_lets()]
        if sides and side.shape != sides[0].shape:
            shapes = f"{format_shape(sides[0].shape)} and {format_shape(side.shape)}"
            raise located.error(f"expressions of one shape were expected, and these have shapes {shapes}")
        sides.append(side)
    pairs = list(pairwise(sides))
    claims: list[Claim] = [
        EqualClaim("equal" if len(pairs) == 1 else f"equal.{k}", left.name, right.name)
        for k, (left, right) in enumerate(pairs, start=1)
    ]
    return [*lets, *sides], claims


def _side(located: Located, scope: Scope, name: str) -> Let:
    node = parse_expression(located)
    reader = Reader(scope, located)
    value = reader.value(node)
    array = reader.array(node, value)
    if array.shape:
        return with_divisors(tidied(make_let(name, array, _source(located))), reader)
    body = rename_bound(array.body, reader.bound, scope.names())
    return with_divisors(Let(name, (), (), body, _source(located)), reader)


def read_linear(text: Text, statement: str | None, inputs: Sequence[str], scope: Scope) -> list[Claim]:
    """The claims of ``linear = "W, x"``. Raises ``StatementError`` for what is no real input."""
    claims: list[Claim] = []
    for name, at in read_names(text, statement, "the name of an input"):
        if name not in inputs:
            what = scope.role(name)
            why = "forward defines it" if what == "a tensor" else f"it is {what or 'not declared'}"
            raise Located(text, statement).error(f"{name!r} is no input in which forward could be linear: {why}", at)
        claims.append(LinearClaim(f"linear {name}", name))
    return claims


def read_expectation(text: Text, statement: str | None, claims: Sequence[Claim]) -> Expectation:
    """What ``expect`` says. Raises ``StatementError`` for another word, and for a target that is no claim."""
    located = Located(text, statement)
    word, colon, rest = (part.strip() for part in located.code.partition(":"))
    targets = [claim.target for claim in claims]
    if not colon and word == "proved":
        return Expectation("proved")
    if not colon and word == "unknown":
        return Expectation("unknown")
    if word != "disproved":
        expected = "'proved', 'disproved', 'unknown' or 'disproved: dW, dc' was expected"
        raise located.error(f"{expected}, not {located.code!r}")
    if not colon:
        return Expectation("disproved")
    start = located.code.index(":") + 1
    names = read_names(Text(rest), statement, "the name of a claim")
    if not names:
        raise located.error("the names of the false claims were expected after ':'")
    shift = start + len(located.code[start:]) - len(located.code[start:].lstrip())
    for name, at in names:
        if name not in targets:
            known = ", ".join(targets)
            raise located.error(f"{name!r} is no claim of this statement: its claims are {known}", shift + at)
    return Expectation("disproved", tuple(name for name, _ in names))
