"""Text to Python's syntax tree, within bounds; nothing is compiled or run.

What is checked before ``ast.parse`` sees the text: its length, its characters (printable ASCII, no backslash: Python
would take look-alikes of a letter for the letter), how deep its brackets nest, and that its numbers are small decimals.
"""

from __future__ import annotations

import ast
import re
import unicodedata

from symadj.errors import StatementError
from symadj.notation.places import Text

MAX_LENGTH = 100_000
MAX_BRACKETS = 60
MAX_DIGITS = 400

_STRANGE = re.compile(r"[^\x20-\x7e\n\t]|\\")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_NUMBER = re.compile(r"(?<![\w.])(?:\d|\.\d)(?:[eE][+-]\d|[\w.])*")
_DIGITS = "[0-9](?:_?[0-9])*"
_DECIMAL = re.compile(rf"(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE]([+-]?[0-9]{{1,9}}))?[jJ]?")
_BRACKET = re.compile(r"[()\[\]{}]")
_WRITE = {
    "\u2212": "'-'", "\u2013": "'-'", "\u00d7": "'*'", "\u00b7": "'*'", "\u22c5": "'*'", "\u2264": "'<='",
    "\u2265": "'>='", "\u2260": "'!='", "\u03c0": "'pi'", "\u2211": "'sum'", "\u221a": "'sqrt'",
}  # fmt: skip


class Located:
    """A text, the statement that it belongs to, and errors that point into it."""

    def __init__(self, text: Text, statement: str | None, start: int = 0, end: int | None = None) -> None:
        self.text = text
        self.statement = statement
        piece = text.value[start:end]
        self.code = piece.strip()
        self.start = start + len(piece) - len(piece.lstrip())
        self._lines = [0, *(m.end() for m in re.finditer("\n", self.code))] if "\n" in self.code else [0]

    def error(self, message: str, offset: int | None = None) -> StatementError:
        """The error ``message`` at ``offset`` of the code, or about all of it."""
        line, column = self.text.locate(self.start + (offset or 0))
        shown = self.text.value if len(self.text.value) <= 300 else self.text.value[:300] + " …"
        return StatementError(message, statement=self.statement, line=line, column=column, text=shown)

    def part(self, offset: int, code: str) -> Located:
        """The piece ``code`` of the code, at ``offset``, with errors that point into the whole."""
        start = self.start + offset
        return Located(self.text, self.statement, start, start + len(code))

    def at(self, node: ast.AST, message: str) -> StatementError:
        """The error ``message`` at a node of the tree."""
        return self.error(message, self.offset(node))

    def offset(self, node: ast.AST) -> int:
        """Where a node of the tree begins in the code."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return self._lines[min(line, len(self._lines)) - 1] + int(column)

    def source(self, node: ast.expr) -> str:
        """The text of a node, for a message."""
        start = self.offset(node)
        end = self._lines[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        text = self.code[start:end]
        return text if len(text) <= 60 else text[:60] + " …"

    def number(self, node: ast.Constant) -> str:
        """The text of a number, without a trailing ``j``."""
        start = self.offset(node)
        return self.code[start : start + (node.end_col_offset or 0) - node.col_offset].rstrip("jJ").replace("_", "")


def check(located: Located) -> None:
    """Raises ``StatementError`` where the text is too long, too deep, or has characters outside the notation."""
    code = located.code
    if len(code) > MAX_LENGTH:
        raise located.error(f"a line of {len(code)} characters: at most {MAX_LENGTH} are read")
    if not code:
        raise located.error("an expression was expected, and the text is empty")
    if strange := _STRANGE.search(code):
        raise located.error(_strange(strange.group()), strange.start())
    plain = _QUOTED.sub(lambda m: " " * len(m.group()), code) if "'" in code or '"' in code else code
    depth = 0
    for bracket in _BRACKET.finditer(plain):
        depth += 1 if bracket.group() in "([{" else -1
        if depth > MAX_BRACKETS:
            raise located.error(f"brackets nest deeper than {MAX_BRACKETS}", bracket.start())
    for token in _NUMBER.finditer(plain):
        _check_number(located, token)


def _strange(character: str) -> str:
    if character in _WRITE:
        return f"the character {character!r} is not in the notation: write {_WRITE[character]}"
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return f"the character {character!r} ({name}) is not in the notation: names and operators are plain ASCII"


def _check_number(located: Located, token: re.Match[str]) -> None:
    text = token.group()
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise located.error(f"{text[:40]!r} is not a number of the notation: 2, 0.5 or 1e-5 is", token.start())
    if len(text) > MAX_DIGITS or abs(int(found.group(1) or 0)) > MAX_DIGITS:
        message = f"the number {text[:20]}… is too large: at most {MAX_DIGITS} digits are read"
        raise located.error(message, token.start())


def _syntax(located: Located, error: SyntaxError) -> StatementError:
    row = located._lines[min(error.lineno or 1, len(located._lines)) - 1]
    offset = min(row + max((error.offset or 1) - 1, 0), max(len(located.code) - 1, 0))
    return located.error(f"syntax: {error.msg}", offset)


def _parse(located: Located) -> ast.Module:
    check(located)
    try:
        return ast.parse(located.code)
    except SyntaxError as error:
        raise _syntax(located, error) from None
    except (RecursionError, MemoryError):
        raise located.error("the expression is nested too deeply") from None
    except ValueError as error:
        raise located.error(f"syntax: {error}") from None


def parse_expression(located: Located) -> ast.expr:
    """The tree of one expression."""
    body = _parse(located).body
    if not body:
        raise located.error("an expression was expected, and there is only a comment")
    if len(body) != 1:
        raise located.at(body[1], "one expression was expected, and here begins another")
    if not isinstance(body[0], ast.Expr):
        found = "an assignment" if isinstance(body[0], ast.Assign) else "a statement of Python"
        raise located.at(body[0], f"an expression was expected, and this is {found}")
    return body[0].value


def parse_line(located: Located) -> tuple[ast.Name, list[ast.Name] | None, ast.expr]:
    """The name, its indices (``None`` in an array line), and the tree on the right of ``name[i,j] = expr``."""
    body = _parse(located).body
    if not body:
        raise located.error("a line 'name = expression' was expected, and there is only a comment")
    if len(body) != 1:
        raise located.at(body[1], "a line defines one name, and here begins another line")
    line = body[0]
    if not isinstance(line, ast.Assign):
        raise located.at(line, "a line 'name = expression' or 'name[i,j] = expression' was expected")
    if len(line.targets) != 1:
        raise located.at(line.targets[1], "a line defines one name, and here is a second '='")
    target = line.targets[0]
    if isinstance(target, ast.Name):
        return target, None, line.value
    if not (isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)):
        raise located.at(target, f"a name was expected on the left, and {located.source(target)!r} is none")
    indices = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    names: list[ast.Name] = []
    for index in indices:
        if not isinstance(index, ast.Name):
            raise located.at(
                index, f"the brackets on the left hold index names only, and {located.source(index)!r} is none"
            )
        if any(index.id == name.id for name in names):
            raise located.at(index, f"the index {index.id!r} is repeated on the left")
        names.append(index)
    return target.value, names, line.value
