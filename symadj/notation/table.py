"""A statement's table: its keys, the types of their values, and where they stand."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from symadj.errors import StatementError
from symadj.notation.places import Places, Text

TEXTS = frozenset({"shapes", "outputs", "integers", "linear", "field", "functions", "expect", "about", "source"})
LISTS = frozenset({"forward", "backward", "equal", "assume"})
KEYS = TEXTS | LISTS
MAX_LINES = 10_000


@dataclass(frozen=True, slots=True)
class Table:
    """The table ``name``; ``places`` is ``None`` where it does not come from a file's text."""

    name: str
    values: Mapping[str, object]
    places: Places | None = None

    @property
    def line(self) -> int | None:
        """The line of the table's header."""
        return self.places.line((self.name,)) if self.places else None

    def error(self, message: str, key: str | None = None) -> StatementError:
        """The error ``message`` at ``key``, or about the whole table."""
        path = (self.name,) if key is None else (self.name, key)
        line, column = self.places.key(path) if self.places else (None, None)
        return StatementError(message, statement=self.name, line=line, column=column, text=key)

    def check(self) -> None:
        """Raises ``StatementError`` for an unknown key and a value of the wrong type."""
        for key, value in self.values.items():
            if key not in KEYS:
                close = difflib.get_close_matches(key, KEYS, n=1)
                hint = f"; did you mean {close[0]!r}?" if close else f": one of {', '.join(sorted(KEYS))} was expected"
                raise self.error(f"unknown key {key!r}{hint}", key)
            if key in TEXTS and not isinstance(value, str):
                raise self.error(f"the value of {key!r} is a string, not {_kind(value)}", key)
            if key == "equal" and isinstance(value, str):
                raise self.error("'equal' is a list of two expressions or more, not a string", key)
            if key in LISTS and not isinstance(value, str):
                if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
                    raise self.error(f"the value of {key!r} is a list of strings, not {_kind(value)}", key)
                if len(value) > MAX_LINES:
                    raise self.error(f"{len(value)} lines in {key!r}: at most {MAX_LINES} are read", key)
        if "shapes" not in self.values:
            raise self.error("the key 'shapes' is missing: it declares the inputs, as in \"W: m n, x: n\"")

    def text(self, key: str, default: str = "") -> Text:
        """The string at ``key``."""
        value = self.values.get(key, default)
        return self._text((self.name, key), str(value))

    def texts(self, key: str) -> list[Text]:
        """The strings at ``key``; one alone counts as a list of one."""
        value = self.values.get(key, ())
        if isinstance(value, str):
            return [self._text((self.name, key), value)]
        parts = value if isinstance(value, list | tuple) else ()
        return [self._text((self.name, key, k), str(part)) for k, part in enumerate(parts)]

    def _text(self, path: tuple[str | int, ...], value: str) -> Text:
        return self.places.text(path, value) if self.places else Text(value)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, list):
        return "a list of strings" if all(isinstance(part, str) for part in value) else "a list with other things in it"
    names = {str: "a string", int: "an integer", float: "a number", dict: "a table"}
    return names.get(type(value), f"a value of type {type(value).__name__}")
