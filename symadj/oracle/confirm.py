"""A counterexample to text, and checked from its text alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from symadj.errors import BudgetExceeded, Unsupported
from symadj.oracle.counterexample import (
    Counterexample,
    apart,
    entry_name,
    format_number,
    format_pair,
    parse_entry_name,
    parse_number,
)
from symadj.oracle.failures import Dropped, OutOfRange
from symadj.oracle.numbers import surely_differ
from symadj.oracle.points import Point, Points
from symadj.oracle.programs import World
from symadj.oracle.sizes import SizeConditions
from symadj.oracle.trials import make_trial, scalar_name
from symadj.oracle.trying import Position, Trial, Worlds
from symadj.oracle.unknowns import Polynomial, arguments_text, parse_polynomial
from symadj.terms.statement import Claim, EqualClaim, LinearClaim, Statement

_DEFAULT = "0"


def render(
    statement: Statement, claim: Claim, world: World, point: Point, at: Position, values: tuple[Any, Any]
) -> Counterexample:
    """The counterexample that a point makes."""
    entries: dict[str, str] = {}
    for name, data in point.values.items():
        if name in _cotangents(statement) and not _has_cotangents(claim):
            continue
        for subscripts, value in zip(_subscripts(world, statement, claim, name), data, strict=True):
            text = format_number(value)
            if text != _DEFAULT:
                entries[entry_name(name, subscripts)] = text
    for name, function in point.functions.items():
        entries[f"{name}({arguments_text(function.arity)})"] = str(function)
    place = entry_name(at.tensor, at.subscripts)
    law = f" {at.law} in {claim.input}" if isinstance(claim, LinearClaim) else ""
    claimed, actual = format_pair(*values)
    return Counterexample(dict(world.sizes), entries, _DEFAULT, place + law, claimed, actual)


def _cotangents(statement: Statement) -> set[str]:
    return {"d" + output for output in statement.outputs}


def _has_cotangents(claim: Claim) -> bool:
    return not isinstance(claim, EqualClaim | LinearClaim)


def _subscripts(world: World, statement: Statement, claim: Claim, name: str) -> Sequence[tuple[int, ...]]:
    shape = _shape(world, statement, claim, name)
    return list(product(*map(range, shape)))


def _shape(world: World, statement: Statement, claim: Claim, name: str) -> tuple[int, ...]:
    if isinstance(claim, LinearClaim):
        if name == claim.input + "'":
            return world.shapes[claim.input]
        if name == scalar_name(statement):
            return ()
    return world.shapes[name]


def confirm(statement: Statement, claim: Claim, counterexample: Counterexample) -> bool:
    """Does the claim fail as the counterexample says? Everything is computed anew from the counterexample's text.

    True only if the sizes and entries are ones that ``assume`` allows, both values exist (and the derivative), they
    certainly differ, and each is as the text says. False for anything else, a text that can't be read included.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="W: n n, x: n", forward=["y = W @ x"], backward=["dW = outer(x, dy)"])
    >>> example = Counterexample({"n": 2}, {"x[1]": "1", "dy[0]": "1"}, "0", "dW[0, 1]", "0", "1")
    >>> confirm(of, of.claims[0], example)
    True
    >>> confirm(of, of.claims[0], Counterexample({"n": 2}, {"x[1]": "1"}, "0", "dW[0, 1]", "0", "1"))
    False
    """
    try:
        worlds = Worlds(statement)
        return confirm_in(worlds, claim, make_trial(worlds, claim), SizeConditions(statement), counterexample)
    except (Unsupported, RecursionError):
        return False


def confirm_in(worlds: Worlds, claim: Claim, trial: Trial, conditions: SizeConditions, example: Counterexample) -> bool:
    """``confirm``, with what was compiled already."""
    try:
        if not conditions.allow(example.sizes):
            return False
        both = worlds.at(dict(example.sizes))
        world = both["exact"]
        point = _read_point(worlds.statement, claim, world, example)
        at = _read_position(worlds.statement, claim, example.at)
        if at not in trial.positions(world):
            return False
        points = Points(worlds.hypotheses, world)
        if not all(points.satisfies(p) for p in (point, *trial.others(point, at))):
            return False
        claimed, actual = trial.values("exact", both, point, at)
        trial.check(both, points, point, at)
        texts = parse_number(example.claimed), parse_number(example.actual)
    except (ValueError, KeyError, Dropped, OutOfRange, BudgetExceeded):
        return False
    agrees = texts[0].holds(claimed) and texts[1].holds(actual)
    return agrees and apart(*texts) and surely_differ(claimed, actual)


def _read_position(statement: Statement, claim: Claim, text: str) -> Position:
    law = ""
    if isinstance(claim, LinearClaim):
        match = re.fullmatch(rf"(.*) (additive|homogeneous) in {re.escape(claim.input)}", text)
        if match is None:
            raise ValueError(f"not a position: {text!r}")
        text, law = match[1], match[2]
    elif isinstance(claim, EqualClaim):
        if not text.startswith(claim.target):
            raise ValueError(f"not a position: {text!r}")
        return Position(claim.target, parse_entry_name("e" + text.removeprefix(claim.target))[1])
    return Position(*parse_entry_name(text), law)


def _read_point(statement: Statement, claim: Claim, world: World, example: Counterexample) -> Point:
    names = [t.name for t in statement.inputs]
    if isinstance(claim, LinearClaim):
        names += [claim.input + "'", scalar_name(statement)]
    if _has_cotangents(claim):
        names += ["d" + output for output in statement.outputs]
    default = _exact(example.default)
    values: dict[str, list[Any]] = {n: [default] * prod(_shape(world, statement, claim, n)) for n in names}
    functions: dict[str, Polynomial] = {}
    for key, text in example.entries.items():
        function = re.fullmatch(r"([^\[\]()\s]+)\([s-w, ]*\)", key)
        if function is not None and function[1] in statement.functions:
            functions[function[1]] = parse_polynomial(text, statement.functions[function[1]])
            continue
        name, subscripts = parse_entry_name(key)
        values[name][_offset(subscripts, _shape(world, statement, claim, name))] = _exact(text)
    if set(functions) != set(statement.functions):
        raise ValueError("an unknown function is not said")
    _check_tables(world, values)
    return Point(values, functions)


def _exact(text: str) -> Any:
    value = parse_number(text).exact
    if value is None:
        raise ValueError(f"not an exact number: {text!r}")
    return value


def _offset(subscripts: tuple[int, ...], shape: tuple[int, ...]) -> int:
    offset = 0
    for subscript, length in zip(subscripts, shape, strict=True):
        if not 0 <= subscript < length:
            raise ValueError("an entry outside of its tensor")
        offset = offset * length + subscript
    return offset


def _check_tables(world: World, values: Mapping[str, list[Any]]) -> None:
    for name in world.program.below:
        if not all(isinstance(v, int) and 0 <= v < world.below.get(name, 0) for v in values[name]):
            raise ValueError(f"an entry of {name} is not in its range")
