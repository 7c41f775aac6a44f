"""The keys ``shapes``, ``integers`` and ``functions``: names, and the sizes of axes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from symadj.notation.lexical import Located, parse_expression
from symadj.notation.places import Text
from symadj.notation.scope import name_fault
from symadj.terms.index import ZERO, Index, constant, size
from symadj.terms.statement import Shape

_ENTRY = re.compile(r"\s*([^\s:]*)\s*(:?)(.*)", re.DOTALL)
_BOUND = re.compile(r"(?:^|(?<=\s))in\s+range\s*\((.*)\)\s*$", re.DOTALL)
_IN = re.compile(r"(?:^|\s)in(?:\s|$)")
MAX_AXES = 16


@dataclass(slots=True)
class Shapes:
    """What ``shapes`` declares: each name's shape, the bounds of integer tensors, and the size names met."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    below: dict[str, Index] = field(default_factory=dict)
    sizes: dict[str, None] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)


def _split(text: str, separator: str | None = None) -> Iterator[tuple[int, str]]:
    """The parts between separators (by default white space) that stand in no bracket, each with its offset."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth <= 0 and (character == separator if separator else character.isspace()):
            yield start, text[start:at]
            start = at + 1
    yield start, text[start:]


def read_shapes(text: Text, statement: str | None, integers: Iterable[str]) -> Shapes:
    """The declarations of ``"W: m n, x: n, eps:, idx: T in range(v)"``.

    Raises ``StatementError`` for what is no declaration, a name declared twice or taken, and an axis that is no
    expression of names and integers with ``+ - *``.
    """
    located = Located(text, statement)
    found, parameters = Shapes(), frozenset(integers)
    if not located.code:
        return found
    for offset, part in _split(located.code, ","):
        _declaration(located, found, offset, part, parameters)
    for name in found.shapes:
        if name in found.sizes or name in parameters:
            kind = "a size" if name in found.sizes else "an integer parameter"
            raise located.error(f"the name {name!r} is used twice: for a tensor and for {kind}", found.at[name])
    return found


def _declaration(located: Located, found: Shapes, offset: int, part: str, integers: frozenset[str]) -> None:
    match = _ENTRY.match(part)
    name, colon, rest = match.groups() if match else ("", "", "")
    at = offset + len(part) - len(part.lstrip())
    if not part.strip():
        raise located.error("a declaration 'name: sizes' was expected here", min(at, len(located.code) - 1))
    if not colon:
        raise located.error(f"a declaration 'name: sizes' was expected, and {part.strip()!r} has no ':'", at)
    if fault := name_fault(name):
        raise located.error(fault if name else "a name was expected before ':'", at)
    if name in found.shapes:
        raise located.error(f"the name {name!r} is declared twice", at)
    start = offset + len(part) - len(rest)
    bound = _BOUND.search(rest)
    axes = rest if bound is None else rest[: bound.start()]
    if bound is None and (stray := _IN.search(rest)):
        raise located.error("'in range(v)' was expected after the sizes of an integer tensor", start + stray.start())
    found.at[name] = at
    found.shapes[name] = tuple(
        _axis(located, found, start + shift, axis, integers) for shift, axis in _split(axes) if axis
    )
    if len(found.shapes[name]) > MAX_AXES:
        raise located.error(f"{name!r} has {len(found.shapes[name])} axes: at most {MAX_AXES} are read", at)
    if bound is not None:
        at = start + bound.start(1)
        below = _size(located, found, at, bound.group(1), integers)
        if below.value is not None and below.value < 1:
            raise located.error(f"no integer lies in range({below})", at)
        found.below[name] = below


def _axis(located: Located, found: Shapes, offset: int, text: str, integers: frozenset[str]) -> Index:
    length = _size(located, found, offset, text, integers)
    if length.value is not None and length.value < 0:
        raise located.error(f"an axis of length {length}: it is never negative", offset)
    return length


def _size(located: Located, found: Shapes, offset: int, text: str, integers: frozenset[str]) -> Index:
    if not text.strip():
        raise located.error("a size was expected between the brackets", offset)
    part = located.part(offset, text)
    return _polynomial(part, parse_expression(part), found, integers, 0)


def _polynomial(part: Located, node: ast.expr, found: Shapes, integers: frozenset[str], depth: int) -> Index:
    expected = "a size is an expression of names and integers with + - *"
    if depth > 50:
        raise part.at(node, "the size is nested too deeply")
    match node:
        case ast.Name(name):
            if fault := name_fault(name):
                raise part.at(node, fault)
            if name not in integers:
                found.sizes[name] = None
            return size(name)
        case ast.Constant(value) if type(value) is int:
            return constant(value)
        case ast.UnaryOp(ast.USub(), operand):
            return ZERO - _polynomial(part, operand, found, integers, depth + 1)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() as operation, right):
            a = _polynomial(part, left, found, integers, depth + 1)
            b = _polynomial(part, right, found, integers, depth + 1)
            if len(a.terms) * len(b.terms) > 100:
                raise part.at(node, "the size is too long an expression")
            return a + b if isinstance(operation, ast.Add) else a - b if isinstance(operation, ast.Sub) else a * b
    raise part.at(node, f"{expected}, and {part.source(node)!r} is none")


def read_names(text: Text, statement: str | None, what: str) -> list[tuple[str, int]]:
    """The names of a comma-separated list, each with its offset in the text. Raises ``StatementError`` for a gap."""
    located = Located(text, statement)
    if not located.code:
        return []
    names: list[tuple[str, int]] = []
    for offset, part in _split(located.code, ","):
        name = part.strip()
        at = offset + len(part) - len(part.lstrip())
        if not name:
            raise located.error(f"{what} was expected between the commas", min(at, len(located.code) - 1))
        if any(name == other for other, _ in names):
            raise located.error(f"{name!r} stands twice in the list", at)
        names.append((name, at))
    return names


def read_integers(text: Text, statement: str | None) -> dict[str, None]:
    """The integer parameters of ``"S, P"``."""
    located = Located(text, statement)
    names: dict[str, None] = {}
    for name, at in read_names(text, statement, "the name of an integer parameter"):
        if fault := name_fault(name):
            raise located.error(fault, at)
        names[name] = None
    return names


def read_functions(text: Text, statement: str | None) -> dict[str, int]:
    """The declared functions of ``"f, g: 2"``, each with its number of arguments."""
    located = Located(text, statement)
    functions: dict[str, int] = {}
    for entry, at in read_names(text, statement, "the name of a function"):
        name, colon, count = (part.strip() for part in entry.partition(":"))
        if fault := name_fault(name):
            raise located.error(fault, at)
        if name in functions:
            raise located.error(f"the function {name!r} is declared twice", at)
        if name == "D":
            raise located.error("the name 'D' is taken: D(f) is the derivative of a declared function", at)
        if colon and not (count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= 10):
            raise located.error(f"the number of arguments of {name!r} was expected, from 1 to 10, not {count!r}", at)
        functions[name] = int(count) if colon else 1
    return functions
