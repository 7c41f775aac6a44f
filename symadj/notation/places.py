"""Where each key and string of a TOML file stands: its line and column, and those of every character in it.

``tomllib`` gives values without positions. This scan walks over text that ``tomllib`` has accepted, and only measures:
it decodes nothing but the lengths of escapes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""\s*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'", re.DOTALL
)
_OTHER = re.compile(r"[^,\]}\n#]+")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\n[ \t\n]*|.)", re.DOTALL)
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Text:
    """A string of the input, and where it stands: ``line`` and ``column`` (from 1) of its first character.

    ``steps`` are, where the string has escapes or several lines, the (line, column) of every character.
    """

    value: str
    line: int | None = None
    column: int | None = None
    steps: Sequence[tuple[int, int]] = field(default=(), compare=False)

    def locate(self, offset: int) -> tuple[int | None, int]:
        """The line (if known) and column of the character at ``offset``.

        >>> Text("y = x + q", 7, 3).locate(8)
        (7, 11)
        """
        if self.steps:
            return self.steps[min(offset, len(self.steps) - 1)]
        return self.line, (self.column or 1) + offset


class Places:
    """The positions of the keys and values of a TOML text, by path: ``("linear", "forward", 0)``.

    >>> places = Places('[linear]\\nforward = ["y = x"]\\n')
    >>> places.text(("linear", "forward", 0), "y = x").locate(4)
    (2, 17)
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text = text
        self._first = first_line
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self._keys: dict[Path, int] = {}
        self._values: dict[Path, tuple[int, int]] = {}
        with suppress(_Lost, RecursionError):  # what was found until then stands; for the rest, errors name less
            self._scan()

    def line(self, path: Path) -> int | None:
        """The line of the key (or of the header of the table) at ``path``, or of the nearest one around it."""
        while path:
            if path in self._keys:
                return self._place(self._keys[path])[0]
            if path in self._values:
                return self._place(self._values[path][0])[0]
            path = path[:-1]
        return None

    def key(self, path: Path) -> tuple[int | None, int | None]:
        """The line and column of the key at ``path``; of what stands around it, only the line."""
        at = self._keys.get(path)
        if at is None and path in self._values:
            at = self._values[path][0]
        return (self.line(path), None) if at is None else self._place(at)

    def last(self) -> tuple[int, int]:
        """The line and column of the last key that was found; of the text's beginning, if none was."""
        return self._place(max(self._keys.values(), default=0))

    def text(self, path: Path, value: str) -> Text:
        """``value``, the string at ``path``, with its position."""
        span = self._values.get(path)
        if span is None or self._text[span[0]] not in "\"'":
            return Text(value, self.line(path))
        start, end = span
        raw = self._text[start:end]
        width = 3 if raw[:3] in ('"""', "'''") and len(raw) >= 6 else 1
        line, column = self._place(start + width)
        if raw[width:-width] == value and "\n" not in value:
            return Text(value, line, column)
        steps = self._steps(start, raw, width)
        return Text(value, *steps[0], steps) if len(steps) == len(value) + 1 else Text(value, line, column)

    def _place(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self._starts, offset) - 1
        return row + self._first, offset - self._starts[row] + 1

    def _steps(self, start: int, raw: str, width: int) -> list[tuple[int, int]]:
        """The place of each character of the decoded string, and of its end."""
        at, end = width, len(raw) - width
        if width == 3 and raw[3:4] == "\n":
            at += 1
        steps: list[tuple[int, int]] = []
        while at < end:
            escape = _ESCAPE.match(raw, at) if raw[0] == '"' else None
            if escape is None:
                steps.append(self._place(start + at))
                at += 1
                continue
            if raw[at + 1] in _SIMPLE or raw[at + 1] in "uU":
                steps.append(self._place(start + at))
            at = escape.end()
        return [*steps, self._place(start + end)]

    # ---- the scan

    def _scan(self) -> None:
        table: Path = ()
        at = self._match(_BLANK, 0)
        arrays: dict[Path, int] = {}
        while at < len(self._text):
            start = at
            if self._text.startswith("[[", at):
                table, at = self._dotted(at + 2)
                arrays[table] = arrays.get(table, -1) + 1
                table, at = (*table, arrays[table]), at + 2
                self._found(table, start)
            elif self._text[at] == "[":
                table, at = self._dotted(at + 1)
                at += 1
                self._found(table, start)
            else:
                at = self._pair(table, at)
            at = self._match(_BLANK, at)

    def _found(self, path: Path, at: int) -> None:
        """A key, which also opens the tables around it that have no header of their own."""
        for length in range(1, len(path) + 1):
            self._keys.setdefault(path[:length], at)

    def _match(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self._text, at)
        if found is None:
            raise _Lost
        return found.end()

    def _dotted(self, at: int) -> tuple[Path, int]:
        parts: list[str] = []
        while True:
            found = _KEY.match(self._text, at)
            if found is None:
                raise _Lost
            bare, basic, literal = found.groups()
            parts.append(bare if bare is not None else literal if literal is not None else _unescape(basic))
            at = found.end()
            if not self._text.startswith(".", at):
                return tuple(parts), at
            at += 1

    def _pair(self, table: Path, at: int) -> int:
        key, end = self._dotted(at)
        path = (*table, *key)
        self._found(path, at)
        if not self._text.startswith("=", end):
            raise _Lost
        return self._value(path, self._match(_SPACE, end + 1))

    def _value(self, path: Path, at: int) -> int:
        first = self._text[at : at + 1]
        if first == "[":
            return self._array(path, at)
        if first == "{":
            return self._inline(path, at)
        end = self._match(_STRING if first in ('"', "'") else _OTHER, at)
        self._values[path] = (at, end)
        return end

    def _array(self, path: Path, at: int) -> int:
        self._values[path] = (at, at + 1)
        at, count = self._match(_BLANK, at + 1), 0
        while not self._text.startswith("]", at):
            at = self._match(_BLANK, self._value((*path, count), at))
            count += 1
            if self._text.startswith(",", at):
                at = self._match(_BLANK, at + 1)
            elif not self._text.startswith("]", at):
                raise _Lost
        return at + 1

    def _inline(self, path: Path, at: int) -> int:
        self._values[path] = (at, at + 1)
        at = self._match(_SPACE, at + 1)
        while not self._text.startswith("}", at):
            at = self._match(_SPACE, self._pair(path, at))
            if self._text.startswith(",", at):
                at = self._match(_SPACE, at + 1)
            elif not self._text.startswith("}", at):
                raise _Lost
        return at + 1


class _Lost(Exception):
    """The scan met something that it does not know."""


def _unescape(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        code = found.group()
        return chr(int(code[2:], 16)) if code[1] in "uU" else _SIMPLE.get(code[1], code[1])

    return _ESCAPE.sub(value, text) if "\\" in text else text
