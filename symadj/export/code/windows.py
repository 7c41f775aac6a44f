"""Arrays at shifted subscripts as slices, padded arrays and sliding windows; their products as an ``einsum``.

An equation of a contraction is used up by one index that only one array has: ``x[t]`` with ``t == 2*i + j - p`` becomes
an array over i and j, by zeros around x where t leaves the axis and by sliding windows with the step 2.
Where the index has another coefficient than 1 (``2*t == l``), zeros are put between the entries first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from symadj.export.code.contraction import Contraction, Equation, Order
from symadj.export.code.frameworks import Framework
from symadj.export.code.idioms import NO_MARGIN, Margin, flipped, indexed, padded, zeros
from symadj.export.code.sure import Sure
from symadj.terms.index import ONE, ZERO, Index


@dataclass(frozen=True, slots=True)
class Step:
    """``size*index`` with a sign: how an axis goes along with an index."""

    index: str
    size: Index
    backwards: bool


@dataclass(frozen=True, slots=True)
class Window:
    """An axis read along one or two indices: spread by zeros, given margins, then windowed."""

    spread: Index
    margin: Margin
    steps: tuple[Step, ...]


def window(found: Contraction, name: str, equation: Equation, sure: Sure) -> Window | None:
    """How the axis of the index ``name`` is read along the other indices of the equation.

    ``None`` where an axis may be empty, a coefficient has no sign, or more might be cut off than there is.
    """
    coefficients, constant = dict(equation.coefficients), equation.constant
    own = coefficients.pop(name)
    if sure.nonnegative(own):
        coefficients = {n: c * -1 for n, c in coefficients.items()}
    else:
        own, constant = own * -1, constant * -1
    ends = found.ends
    if not 1 <= len(coefficients) <= 2 or not all(sure.positive(ends[n]) for n in equation.coefficients):
        return None
    steps = []
    first, span = constant, ZERO
    for other, coefficient in coefficients.items():
        backwards = sure.positive(coefficient * -1)
        if not backwards and not sure.positive(coefficient):
            return None
        size = coefficient * -1 if backwards else coefficient
        reach = size * (ends[other] - 1)
        first = first - reach if backwards else first
        span = span + reach
        steps.append(Step(other, size, backwards))
    if own != ONE and not sure.positive(own):
        return None
    length = own * (ends[name] - 1) + 1
    margin = Margin(first * -1, first + span + 1 - length)
    if not all(sure.nonnegative(m + length) for m in (margin.before, margin.after)):
        return None
    steps.sort(key=lambda s: s.index not in found.order)
    return Window(own, margin, tuple(steps))


def eliminated(found: Contraction, sure: Sure) -> dict[str, Window] | None:
    """For each equation an index of one array alone that it gives away, with its window; ``None`` where there is none.

    Of several the one that all others go along with forwards, since its array is read as it is; where that is the
    output's index, the one with the largest step, so that the other array keeps its size.
    """
    result: dict[str, Window] = {}
    for equation in found.equations:
        best: tuple[tuple[bool, ...], str, Window] | None = None
        for name in equation.coefficients:
            if not _is_free(found, name, equation):
                continue
            seen = window(found, name, equation, sure)
            if seen is not None:
                key = _preference(name, seen)
                if best is None or key < best[0]:
                    best = key, name, seen
        if best is None:
            return None
        result[best[1]] = best[2]
    return None if any(_repeats(f.axes, result) for f in found.factors) else result


def _preference(name: str, seen: Window) -> tuple[bool, ...]:
    """Less is better."""
    backwards = any(s.backwards for s in seen.steps)
    strided = any(s.size != ONE for s in seen.steps)
    return backwards, strided if backwards else seen.spread != ONE, "." not in name


def _is_free(found: Contraction, name: str, equation: Equation) -> bool:
    if name in found.order or sum(name in f.axes for f in found.factors) != 1:
        return False
    return all(name not in e.coefficients for e in found.equations if e is not equation)


def _repeats(axes: Order, windows: Mapping[str, Window]) -> bool:
    """Whether an array would have an index twice."""
    names = [n for name in axes for n in ([s.index for s in windows[name].steps] if name in windows else [name])]
    return len(set(names)) < len(names)


class Viewer:
    """Writes arrays seen through windows, in one framework."""

    def __init__(
        self, framework: Framework, sure: Sure, ends: Mapping[str, Index], named: Callable[[str], str], lines: list[str]
    ) -> None:
        self.framework = framework
        self.sure = sure
        self.ends = ends
        self.named = named
        self.lines = lines

    def seen(self, text: str, axes: Order, windows: Mapping[str, Window]) -> tuple[str, Order] | None:
        """The array over the other indices, and their order; ``None`` where the framework has no such view."""
        mine = {n: windows[n] for n in axes if n in windows}
        if self.framework.name == "jax" and any(len(w.steps) > 1 for w in mine.values()):
            return None
        lengths = [self.ends[n] for n in axes]
        margins = [mine[n].margin if n in mine else NO_MARGIN for n in axes]
        spreads = [mine[n].spread if n in mine else ONE for n in axes]
        if any(s != ONE for s in spreads):
            lengths = [s * (n - 1) + 1 for s, n in zip(spreads, lengths, strict=True)]
            if all(self.sure.nonnegative(e) for m in margins for e in (m.before, m.after)):
                return self._windowed(self._spread(text, margins, lengths, spreads), axes, mine)
            text = self._spread(text, [NO_MARGIN for _ in axes], lengths, spreads)
        if not any(len(w.steps) > 1 for w in mine.values()) and self._cuts_only(margins):
            return self._sliced(text, axes, mine, margins, lengths)
        whole = padded(self.framework, self.sure, text, margins, lengths)
        return None if whole is None else self._windowed(whole, axes, mine)

    def _cuts_only(self, margins: Sequence[Margin]) -> bool:
        return all(self.sure.nonnegative(e * -1) for m in margins for e in (m.before, m.after))

    def _sliced(
        self,
        text: str,
        axes: Order,
        mine: Mapping[str, Window],
        margins: Sequence[Margin],
        lengths: Sequence[Index],
    ) -> tuple[str, Order]:
        """Every axis read along one index, without zeros around it."""
        steps = [mine[n].steps[0] if n in mine else None for n in axes]
        sizes = [s.size if s else ONE for s in steps]
        parts = []
        for margin, length, size in zip(margins, lengths, sizes, strict=True):
            start = str(margin.before * -1) if margin.before.terms else ""
            ends = self.sure.nonnegative(size - 1 + margin.after)
            parts.append(f"{start}:{'' if ends else length + margin.after}{'' if size == ONE else f':{size}'}")
        turned = [k for k, s in enumerate(steps) if s and s.backwards]
        names = tuple(s.index if s else n for s, n in zip(steps, axes, strict=True))
        return flipped(self.framework, indexed(text, parts), turned), names

    def _spread(self, text: str, margins: Sequence[Margin], lengths: Sequence[Index], spreads: Sequence[Index]) -> str:
        """The array with zeros around it and between its entries."""
        whole = [m.before + n + m.after for m, n in zip(margins, lengths, strict=True)]
        around = zeros(self.framework, list(map(str, whole)), text)
        slices = zip(margins, lengths, spreads, strict=True)
        places = indexed("", [self._place(m, n, s) for m, n, s in slices])
        if self.framework.name == "jax":
            return self.named(f"{around}.at{places}.set({text})")
        name = self.named(around)
        self.lines.append(f"{name}{places} = {text}")
        return name

    def _place(self, margin: Margin, length: Index, spread: Index) -> str:
        start = str(margin.before) if margin.before.terms else ""
        ends = self.sure.nonnegative(spread - 1 - margin.after)
        stop = "" if ends else str(margin.before + length)
        return f"{start}:{stop}" if spread == ONE else f"{start}:{stop}:{spread}"

    def _windowed(self, text: str, axes: Order, mine: Mapping[str, Window]) -> tuple[str, Order]:
        places = [k for k, n in enumerate(axes) if n in mine and len(mine[n].steps) == 2]
        inner = [mine[axes[k]].steps[1] for k in places]
        outer = [mine[n].steps[0] if n in mine else None for n in axes]
        widths = [str(s.size * (self.ends[s.index] - 1) + 1) for s in inner]
        done: set[int] = set()
        if places and self.framework.name == "torch":
            for place, width in zip(places, widths, strict=True):
                step = outer[place]
                text = f"{text}.unfold({place}, {width}, {step.size if step else 1})"
                done.add(place)
        elif places:
            which = ", ".join(map(str, places))
            shape = ", ".join(widths)
            if len(places) > 1:
                which, shape = f"({which})", f"({shape})"
            ending = f", axis={which}" if len(places) < len(axes) else ""
            text = f"sliding_window_view({text}, {shape}{ending})"
        steps = [None if k in done and s and not s.backwards else _once(s, k in done) for k, s in enumerate(outer)]
        names = tuple(s.index if s else n for s, n in zip(outer, axes, strict=True)) + tuple(s.index for s in inner)
        return self._strided(text, [*steps, *inner]), names

    def _strided(self, text: str, steps: Sequence[Step | None]) -> str:
        if self.framework.name == "torch":
            turned = [k for k, s in enumerate(steps) if s and s.backwards]
            text = indexed(text, [_slice(replace(s, backwards=False)) if s else ":" for s in steps])
            return flipped(self.framework, text, turned)
        return indexed(text, [_slice(s) if s else ":" for s in steps])


def _once(step: Step | None, done: bool) -> Step | None:
    return replace(step, size=ONE) if step and done else step


def _slice(step: Step) -> str:
    if step.backwards:
        size = str(step.size)
        return f"::-{size if size.isalnum() else f'({size})'}"
    return ":" if step.size == ONE else f"::{step.size}"
