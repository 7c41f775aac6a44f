"""Terms, lets and statements as text in the notation; a statement as a table of a TOML file.

>>> from symadj.terms.index import size, var
>>> from symadj.terms.nodes import Entry, Mul
>>> let = Let("dW", ("i", "j"), (size("m"), size("n")), Mul((Entry("dy", (var("i"),)), Entry("x", (var("j"),)))))
>>> format_let(let)
'dW[i,j] = dy[i]*x[j]'
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from symadj.terms.formula import format_condition, format_entry, format_subscript, format_term
from symadj.terms.index import Index, Lookup
from symadj.terms.nodes import (
    All,
    Condition,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Not,
    Product,
    Select,
    Some,
    Sum,
    Term,
    condition_terms,
    walk,
)
from symadj.terms.statement import Assumption, EqualClaim, Let, LinearClaim, Shape, Statement

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HIDDEN = re.compile(r"([A-Za-z_]\w*)\.(\d+)")


def format_let(let: Let) -> str:
    """``name[i,j] = body``."""
    return f"{format_entry_name(let)} = {format_term(let.body)}"


def format_entry_name(let: Let) -> str:
    """The left side of a let: ``y[i,j]``, or ``c``."""
    return f"{let.name}[{','.join(let.indices)}]" if let.indices else let.name


def format_sizes(shape: Shape) -> str:
    """The sizes of a shape as ``shapes`` has them: ``m n-k+1``."""
    return " ".join(map(format_subscript, shape))


def format_statement(statement: Statement) -> str:
    """The statement as a table of a TOML file; reading it gives the same statement.

    Array lines come out as index lines. Where a line needs a tensor that the reader made (``inv.1``), its own text is
    printed if it is known; else such tensors get lines and plain names (``inv_1``).
    """
    return _Document(statement).text()


class _Document:
    """The texts of one statement's table."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        sides = [let for let in statement.forward if let.name.startswith("equal.")]
        self.needy = [*sides, *(let for let in (*statement.forward, *statement.backward) if _mentions_hidden(let.body))]
        assumed = [a for a in statement.assumptions if _condition_mentions_hidden(a.condition)]
        visible = [let for let in self.needy if "." not in let.name or let in sides]
        self.reveal = any(let.source is None for let in visible) or any(a.source is None for a in assumed)
        self.shapes: dict[str, Shape] = {tensor.name: tensor.shape for tensor in statement.inputs}
        self.declared: dict[str, Shape] = {}

    def text(self) -> str:
        s = self.statement
        forward = self._lines(s.forward)
        cotangents = {f"d{name}": self.shapes[name] for name in s.outputs if s.backward}
        self.shapes |= cotangents
        backward = self._lines(s.backward)
        self._cover_sizes(cotangents)
        values: dict[str, object] = {
            "about": s.about,
            "source": s.origin,
            "shapes": self._shapes(),
            "integers": ", ".join(s.integers),
            "functions": ", ".join(name if count == 1 else f"{name}: {count}" for name, count in s.functions.items()),
            "field": "complex" if s.complex else "",
            "forward": forward,
            "outputs": self._outputs(),
            "backward": backward,
            "linear": ", ".join(claim.input for claim in s.claims if isinstance(claim, LinearClaim)),
            "equal": self._equal(),
            "assume": self._assume(),
            "expect": self._expect(),
        }
        kept = {key: value for key, value in values.items() if value or key == "shapes"}
        width = max(map(len, kept))
        rows = [f"{key:<{width}} = {_toml(value, width)}" for key, value in kept.items()]
        name = s.name if _BARE.fullmatch(s.name) else _quoted(s.name)
        return "\n".join([f"[{name}]", *rows, ""])

    # ---- lines

    def _lines(self, lets: Sequence[Let]) -> list[str]:
        lines: list[str] = []
        for let in lets:
            if "." in let.name and not self.reveal:
                self.shapes[let.name] = let.shape
                continue
            if let in self.needy and let.source is not None and not self.reveal:
                lines.append(let.source.text)
            else:
                lines.append(self._plain(format_let(let)))
                if not self._inferred(let):
                    self.declared[self._plain(let.name)] = let.shape
            self.shapes[let.name] = let.shape
        return lines

    def _plain(self, text: str) -> str:
        """Names that the reader made, as names of the notation."""
        taken = {*self.shapes, *self.statement.sizes, *self.statement.integers, *self.statement.functions}

        def plain(found: re.Match[str]) -> str:
            name = f"{found[1]}_{found[2]}"
            while name in taken:
                name += "_"
            return name

        return _HIDDEN.sub(plain, text)

    def _inferred(self, let: Let) -> bool:
        """Will the reader find the ranges of this index line without a declaration?"""
        if not let.indices:
            return True
        stem = let.name[1:] if let.name[:1] == "d" else ""
        if self.shapes.get(stem):
            return self.shapes[stem] == let.shape
        alone = _standing_alone(_indexed(let.body), self.shapes)
        return all(alone.get(index) == {length} for index, length in zip(let.indices, let.shape, strict=True))

    def _cover_sizes(self, cotangents: Mapping[str, Shape]) -> None:
        """Declare what else it takes for every size to stand in ``shapes``."""
        s = self.statement
        known = {name for tensor in s.inputs for length in tensor.shape for name in length.sizes()}
        known |= {name for tensor in s.inputs if tensor.below is not None for name in tensor.below.sizes()}
        known |= {name for shape in self.declared.values() for length in shape for name in length.sizes()}
        lets = {let.name: let.shape for let in (*s.forward, *s.backward) if "." not in let.name}
        for name, shape in {**lets, **cotangents}.items():
            met = {size for length in shape for size in length.sizes()} & set(s.sizes)
            if met - known:
                self.declared[name] = shape
                known |= met

    # ---- the other keys

    def _shapes(self) -> str:
        parts: list[str] = []
        for tensor in self.statement.inputs:
            bound = "" if tensor.below is None else f" in range({format_subscript(tensor.below)})"
            parts.append(f"{tensor.name}: {format_sizes(tensor.shape)}".rstrip() + bound)
        parts += [f"{name}: {format_sizes(shape)}" for name, shape in self.declared.items()]
        return ", ".join(parts)

    def _outputs(self) -> str:
        s = self.statement
        lines = [let.name for let in s.forward if self.reveal or "." not in let.name]
        return "" if s.outputs == tuple(lines[-1:]) else ", ".join(s.outputs)

    def _equal(self) -> list[str]:
        claims = [claim for claim in self.statement.claims if isinstance(claim, EqualClaim)]
        names = [claim.left for claim in claims[:1]] + [claim.right for claim in claims]
        sides = {let.name: let for let in self.statement.forward}
        if self.reveal:
            return [self._plain(name) for name in names]
        return [source.text for name in names if (source := sides[name].source) is not None]

    def _assume(self) -> str | list[str]:
        texts = [self._assumption(assumption) for assumption in self.statement.assumptions]
        if self.statement.almost_everywhere:
            texts.insert(0, "almost everywhere")
        return texts[0] if len(texts) == 1 else texts

    def _assumption(self, assumption: Assumption) -> str:
        condition = assumption.condition
        found = _standing_alone(_condition_indexed(condition), self.shapes)
        inferred = all(found.get(name) == {length} for name, length in assumption.indices)
        unnamed = _condition_mentions_hidden(condition) and not self.reveal
        if assumption.source is not None and (unnamed or not inferred):
            return assumption.source.text
        return self._plain(format_condition(condition))

    def _expect(self) -> str:
        expect = self.statement.expect
        if expect.targets:
            return f"{expect.verdict}: {', '.join(expect.targets)}"
        return "" if expect.verdict == "proved" else expect.verdict


# ------------------------------------------------------------------------------------------------ looking inside


def _mentions_hidden(term: Term) -> bool:
    return any("." in part.tensor for part in walk(term) if isinstance(part, Entry | Inverse | Determinant))


def _condition_mentions_hidden(condition: Condition) -> bool:
    return any(map(_mentions_hidden, condition_terms(condition)))


Subscripted = tuple[str, tuple[Index, ...]]


def _indexed(term: Term) -> Iterator[Subscripted]:
    """Every entry in a term, those of integer tensors too, as the reader meets them: name and subscripts."""
    for part in walk(term):
        match part:
            case IndexValue(index):
                yield from _lookups(index)
            case Entry(tensor, subscripts):
                yield tensor, subscripts
                yield from _lookups(*subscripts)
            case Inverse(_, subscripts) | Determinant(_, subscripts):
                yield from _lookups(*subscripts)
            case Sum(binder, _) | Product(binder, _) | Extremum(_, binder, _):
                yield from _lookups(binder.lower, binder.upper)
                yield from _in_conditions(binder.condition)
            case Indicator(condition) | Select(condition, _, _):
                yield from _in_conditions(condition)


def _condition_indexed(condition: Condition) -> Iterator[Subscripted]:
    yield from _in_conditions(condition)
    for term in condition_terms(condition):
        yield from _indexed(term)


def _in_conditions(condition: Condition | None) -> Iterator[Subscripted]:
    """The entries of integer tensors in comparisons of integers."""
    match condition:
        case IndexCondition(_, index):
            yield from _lookups(index)
        case All(parts) | Some(parts):
            for part in parts:
                yield from _in_conditions(part)
        case Not(part):
            yield from _in_conditions(part)


def _lookups(*indices: Index) -> Iterator[Subscripted]:
    for index in indices:
        for atom in index.atoms():
            if isinstance(atom, Lookup):
                yield atom.tensor, atom.subscripts


def _standing_alone(entries: Iterable[Subscripted], shapes: Mapping[str, Shape]) -> dict[str, set[Index]]:
    """The axis lengths at which each index stands alone as a subscript."""
    found: dict[str, set[Index]] = {}
    for tensor, subscripts in entries:
        for subscript, length in zip(subscripts, shapes.get(tensor, ()), strict=False):
            if subscript.variable is not None:
                found.setdefault(subscript.variable, set()).add(length)
    return found


# ------------------------------------------------------------------------------------------------ TOML


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON's escapes are TOML's, but for surrogates, which a string here never has."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml(value: object, width: int) -> str:
    if not isinstance(value, list):
        return _quoted(str(value))
    parts = [_quoted(part) for part in value]
    line = f"[{', '.join(parts)}]"
    if width + len(line) <= 110:
        return line
    return "\n".join(["[", *(f"  {part}," for part in parts), "]"])


__all__ = [
    "format_condition", "format_entry", "format_let", "format_sizes", "format_statement", "format_term",
]  # fmt: skip
