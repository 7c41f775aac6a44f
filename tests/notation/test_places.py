"""Every character of every string of a TOML file is found where it stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symadj.notation.places import Places, Text

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"), max_size=12)


def basic(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def escaped(value: str) -> str:
    return '"' + "".join(f"\\u{ord(c):04x}" if k % 2 else f"\\U{ord(c):08x}" for k, c in enumerate(value)) + '"'


def literal(value: str) -> str:
    return f"'{value}'"


def folded(value: str) -> str:
    return '"""\n' + value.replace("\\", "\\\\").replace('"', '\\"') + '\\\n   """'


def long_literal(value: str) -> str:
    return f"'''{value}'''"


def check(text: str, path: tuple[str | int, ...], value: str) -> None:
    rows = text.split("\n")
    found = Places(text).text(path, value)
    for offset, character in enumerate(value):
        line, column = found.locate(offset)
        assert line is not None
        there = rows[line - 1][column - 1 :]
        assert there.startswith((character, "\\")), (text, offset)


@given(PRINTABLE, st.sampled_from([basic, escaped, literal, folded, long_literal]), PRINTABLE)
def test_characters_of_strings(value: str, write: Callable[[str], str], comment: str) -> None:
    if write in (literal, long_literal):
        assume("'" not in value)
    if write is folded:
        assume(value == value.lstrip(" ") or not value)
    written = write(value)
    text = f"# {comment}\n[a]\n'b b' = [ # {comment}\n  {written}, {written}\n]\nc = {written} # {comment}\n"
    parsed = tomllib.loads(text)["a"]
    assert parsed["c"] == value
    for path in (("a", "b b", 0), ("a", "b b", 1), ("a", "c")):
        check(text, path, value)


def test_an_escape_is_one_character() -> None:
    text = 'a = "x\\ty\\u0041z"\n'
    found = Places(text).text(("a",), "x\tyAz")
    assert [found.locate(k) for k in range(6)] == [(1, 6), (1, 7), (1, 9), (1, 10), (1, 16), (1, 17)]


def test_lines_of_a_long_string() -> None:
    text = 'a = """\none \\\n   two\nthree"""\n'
    value = tomllib.loads(text)["a"]
    found = Places(text).text(("a",), value)
    assert value == "one two\nthree"
    assert [found.locate(value.index(word)) for word in ("one", "two", "three")] == [(2, 1), (3, 4), (4, 1)]


DOCUMENTS = ["a = 1\n", "[t]\n", 't = {a = "x", b = [1, "y"]}\n', "a.b.c = 'x'\n", "[[t]]\na = 1\n", "[a.b]\nc = 2\n"]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_every_key_has_a_line(text: str) -> None:
    def paths(value: object, path: tuple[str | int, ...] = ()) -> None:
        if path:
            assert Places(text).line(path) is not None
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, part in inner:
            paths(part, (*path, key))

    paths(tomllib.loads(text))


@given(st.text(max_size=40))
def test_nonsense_raises_nothing(text: str) -> None:
    places = Places(text)
    places.line(("a",))
    assert places.text(("a", 0), "x").value == "x"


def test_where_nothing_is_known_the_table_is_named() -> None:
    places = Places("[t]\na = 1\n")
    assert places.line(("t", "missing", 3)) == 1
    assert places.key(("t", "missing")) == (1, None)
    assert places.line(("u",)) is None
    assert places.text(("t", "missing"), "x").locate(0) == (1, 1)


def test_a_text_without_a_place_counts_from_its_own_beginning() -> None:
    assert Text("abc").locate(2) == (None, 3)
