"""The three frameworks' own ways to cut, pad, flip, window and reorder arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symadj.export.code.frameworks import Framework
from symadj.export.code.sure import Sure
from symadj.terms.index import ONE, ZERO, Index


@dataclass(frozen=True, slots=True)
class Margin:
    """How many zeros come before and behind an axis; a negative number cuts entries off."""

    before: Index
    after: Index

    @property
    def is_nothing(self) -> bool:
        """Whether the axis stays as it is."""
        return not self.before.terms and not self.after.terms


NO_MARGIN = Margin(ZERO, ZERO)


def padded(
    framework: Framework, sure: Sure, text: str, margins: Sequence[Margin], lengths: Sequence[Index]
) -> str | None:
    """The array with these margins; ``None`` where it is not sure what numpy's functions would have to do.

    No axis is cut by more than its length: the caller has made sure of it.
    """
    if all(m.is_nothing for m in margins):
        return text
    ends = [e for m in margins for e in (m.before, m.after)]
    cut = [e for e in ends if sure.nonnegative(e * -1)]
    known = all(e in cut or sure.nonnegative(e) for e in ends)
    if not known and framework.name == "numpy":
        return _at_least(sure, text, margins, lengths)
    if not known:
        return _any_margins(framework, text, margins)
    parts = []
    for margin, length in zip(margins, lengths, strict=True):
        start = str(margin.before * -1) if margin.before in cut and margin.before.terms else ""
        stop = str(length + margin.after) if margin.after in cut and margin.after.terms else ""
        parts.append(f"{start}:{stop}")
    text = indexed(text, parts)
    added = [Margin(*(ZERO if e in cut else e for e in (m.before, m.after))) for m in margins]
    return text if all(m.is_nothing for m in added) else _zeros_around(framework, text, added)


def indexed(text: str, parts: Sequence[str]) -> str:
    """The array at these slices, without those at the end that take everything."""
    last = max((k for k, p in enumerate(parts) if p != ":"), default=-1)
    return f"{text}[{', '.join(parts[: last + 1])}]" if last >= 0 else text


def _zeros_around(framework: Framework, text: str, margins: Sequence[Margin]) -> str:
    if framework.name == "torch":
        return _any_margins(framework, text, margins) or text
    pairs = [f"({m.before}, {m.after})" for m in margins]
    around = pairs[0] if len(pairs) == 1 else f"({', '.join(pairs)})"
    return f"{framework.prefix}.pad({text}, {around})"


def _at_least(sure: Sure, text: str, margins: Sequence[Margin], lengths: Sequence[Index]) -> str:
    """Zeros where there are to be some, and of the result the part that is wanted."""
    pairs, parts = [], []
    for margin, length in zip(margins, lengths, strict=True):
        signs = [sure.nonnegative(e) for e in (margin.before, margin.after)]
        ends = [
            str(e) if sign else f"max({e}, 0)" for e, sign in zip((margin.before, margin.after), signs, strict=True)
        ]
        pairs.append(f"({', '.join(ends)})")
        whole = str(margin.before + length + margin.after)
        start = "" if signs[0] else f"max({margin.before * -1}, 0)"
        stop = "" if all(signs) else f"{start} + {whole}" if start else whole
        parts.append(f"{start}:{stop}")
    around = pairs[0] if len(pairs) == 1 else f"({', '.join(pairs)})"
    return indexed(f"np.pad({text}, {around})", parts)


def _any_margins(framework: Framework, text: str, margins: Sequence[Margin]) -> str | None:
    if framework.name == "torch":
        first = next(k for k, m in enumerate(margins) if not m.is_nothing)
        numbers = ", ".join(f"{m.before}, {m.after}" for m in reversed(margins[first:]))
        return f"torch.nn.functional.pad({text}, ({numbers}))"
    if framework.name == "jax":
        triples = ", ".join(f"({m.before}, {m.after}, 0)" for m in margins)
        return f"jax.lax.pad({text}, jnp.zeros((), {text}.dtype), ({triples},))" if text.isidentifier() else None
    return None


def tupled(parts: Sequence[object]) -> str:
    """A tuple of these, as Python writes it."""
    return f"({', '.join(map(str, parts))}{',' if len(parts) == 1 else ''})"


def flipped(framework: Framework, text: str, axes: Sequence[int]) -> str:
    """The array with these axes reversed."""
    if not axes:
        return text
    if framework.name == "torch":
        return f"{text}.flip({', '.join(map(str, axes))})"
    which = str(axes[0]) if len(axes) == 1 else f"({', '.join(map(str, axes))})"
    return f"{framework.prefix}.flip({text}, {which})"


def permuted(framework: Framework, text: str, places: Sequence[int]) -> str:
    """The array with its axes in this order."""
    if list(places) == list(range(len(places))):
        return text
    if list(places) == [1, 0]:
        return f"{text}.T"
    return f"{framework.transpose}({text}, ({', '.join(map(str, places))}))"


def reshaped(text: str, lengths: Sequence[Sequence[Index]]) -> str:
    """The array with axes put together: one for each group, whose length is the product of the group's."""
    return f"{text}.reshape({', '.join(_product(g) for g in lengths)})"


def _product(lengths: Sequence[Index]) -> str:
    factors = [n for n in lengths if n != ONE]
    return "*".join(str(n) if len(factors) == 1 or len(n.terms) == 1 else f"({n})" for n in factors) or "1"


def ones(framework: Framework, length: Index, like: str) -> str:
    """As many ones, of the type of another array."""
    match framework.name:
        case "torch":
            return f"{like}.new_ones({length})"
        case _:
            return f"{framework.prefix}.ones({length}, {like}.dtype)"


def zeros(framework: Framework, lengths: Sequence[str], like: str) -> str:
    """An array of zeros, of the type of another one."""
    shape = tupled(lengths)
    if framework.name == "torch":
        return f"{like}.new_zeros({shape})"
    return f"{framework.prefix}.zeros({shape}, {like}.dtype)"
