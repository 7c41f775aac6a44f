"""Calls of ``torch.nn.functional.conv…`` and ``jax.lax.conv_general_dilated``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symadj.export.code.contraction import Order
from symadj.export.code.convolutions import Convolution, Direction
from symadj.export.code.frameworks import Framework
from symadj.export.code.idioms import Margin, flipped, indexed, padded, permuted, reshaped, tupled
from symadj.export.code.sure import Sure
from symadj.terms.index import ONE, Index

_SPATIAL = {1: "H", 2: "HW", 3: "DHW"}
Array = tuple[str, Order]


class Caller:
    """Writes one convolution, of arrays whose texts are given."""

    def __init__(self, framework: Framework, sure: Sure, made: Convolution, ends: Mapping[str, Index]) -> None:
        self.framework = framework
        self.sure = sure
        self.made = made
        self.ends = dict(ends)

    def text(self, data: Array, kernel: Array, order: Order) -> str | None:
        """The array over ``order``; ``None`` where the framework has no such call."""
        data, kernel = self._turned(data), self._turned(kernel)
        if self.framework.name == "torch":
            found = self._torch(data, kernel)
        else:
            found = self._named(data, kernel, order) or self._jax(data, kernel)
        if found is None:
            return None
        text, axes = self._turned(found)
        return permuted(self.framework, text, [axes.index(n) for n in order])

    def _turned(self, array: Array) -> Array:
        text, axes = array
        return flipped(self.framework, text, [k for k, n in enumerate(axes) if n in self.made.turned]), axes

    def _lengths(self, names: Order) -> list[Index]:
        return [self.ends[n] for n in names]

    # ---- axes put together and taken apart

    def _arranged(self, array: Array, groups: Sequence[Order]) -> str:
        """The array with one axis for each group of indices."""
        text, axes = array
        text = permuted(self.framework, text, [axes.index(n) for group in groups for n in group])
        if all(len(g) <= 1 for g in groups):
            return indexed(text, [":" if g else "None" for g in groups])
        return reshaped(text, [self._lengths(g) for g in groups])

    def _apart(self, text: str, groups: Sequence[Order]) -> Array:
        names = tuple(n for group in groups for n in group)
        if all(len(g) <= 1 for g in groups):
            return indexed(text, [":" if g else "0" for g in groups]), names
        return reshaped(text, [[n] for n in self._lengths(names)]), names

    def _spatial(self, which: str) -> list[Order]:
        return [(getattr(d, which),) for d in self.made.directions]

    # ---- torch

    def _torch(self, data: Array, kernel: Array) -> Array | None:
        made = self.made
        batch = [made.batch] if made.batch else []
        outer = [made.groups + made.features, made.channels]
        if made.transposed:
            outer = [made.groups + made.channels, made.features]
        left = self._arranged(data, [*batch, made.groups + made.channels, *self._spatial("data")])
        right = self._arranged(kernel, [*outer, *self._spatial("kernel")])
        margins = [made.margin(d, self.ends) for d in made.directions]
        zeros = [m.before * (-1 if made.transposed else 1) for m in margins]
        same = all(m.before == m.after for m in margins) and all(map(self.sure.nonnegative, zeros))
        before = len(batch) + 1
        if not same and not made.transposed:
            left = self._margins(left, margins, before, [self.ends[d.data] for d in made.directions]) or ""
        options = [
            _option("stride", [d.stride for d in made.directions], ONE),
            _option("padding", zeros, Index(())) if same else "",
            _option("dilation", [d.dilation for d in made.directions], ONE),
            f"groups={'*'.join(map(_factor, self._lengths(made.groups)))}" if made.groups else "",
        ]
        name = "conv_transpose" if made.transposed else "conv"
        call = ", ".join([left, right, *filter(None, options)])
        text: str | None = f"torch.nn.functional.{name}{len(made.directions)}d({call})"
        if not same and made.transposed:
            text = self._margins(text or "", margins, before, [made.full(d, self.ends) for d in made.directions])
        if not text or not left:
            return None
        return self._apart(text, [*batch, made.groups + made.features, *self._spatial("out")])

    def _margins(self, text: str, margins: list[Margin], before: int, lengths: list[Index]) -> str | None:
        none = [Margin(Index(()), Index(()))] * before
        return padded(self.framework, self.sure, text, [*none, *margins], [ONE] * before + lengths)

    # ---- jax

    def _jax(self, data: Array, kernel: Array) -> Array:
        made = self.made
        left = self._arranged(data, [made.batch, made.groups + made.channels, *self._spatial("data")])
        right = self._arranged(kernel, [made.groups + made.features, made.channels, *self._spatial("kernel")])
        letters = _SPATIAL[len(made.directions)]
        text = self._general(left, right, (f"NC{letters}", f"OI{letters}", f"NC{letters}"))
        return self._apart(text, [made.batch, made.groups + made.features, *self._spatial("out")])

    def _named(self, data: Array, kernel: Array, order: Order) -> Array | None:
        """With the axes where they are, by their letters."""
        made = self.made
        if made.groups or any(len(g) > 1 for g in (made.batch, made.channels, made.features)):
            return None
        letters = _SPATIAL[len(made.directions)]
        specs, texts, marks = [], [], []
        for (text, axes), which, roles in (
            (data, "data", (("N", made.batch), ("C", made.channels))),
            (kernel, "kernel", (("O", made.features), ("I", made.channels))),
            (("", order), "out", (("N", made.batch), ("C", made.features))),
        ):
            known = {names[0]: letter for letter, names in roles if names}
            known |= {getattr(d, which): letter for d, letter in zip(made.directions, letters, strict=True)}
            missing = "".join(letter for letter, names in roles if not names)
            specs.append(missing + "".join(known[n] for n in axes))
            texts.append(f"{text}[{', '.join(['None'] * len(missing))}]" if missing and text else text)
            marks.append(len(missing))
        text = self._general(texts[0], texts[1], (specs[0], specs[1], specs[2]))
        return (f"{text}[{', '.join(['0'] * marks[2])}]" if marks[2] else text), order

    def _general(self, left: str, right: str, numbers: tuple[str, str, str]) -> str:
        made = self.made
        pads = [self._padding(d) for d in made.directions]
        strides = [ONE if made.transposed else d.stride for d in made.directions]
        if made.transposed:
            right = flipped(self.framework, right, [numbers[1].index(c) for c in _SPATIAL[len(pads)]])
        options = [
            tupled(strides),
            f"[{', '.join(f'({m.before}, {m.after})' for m in pads)}]",
            _tuple("lhs_dilation", [d.stride if made.transposed else ONE for d in made.directions]),
            _tuple("rhs_dilation", [d.dilation for d in made.directions]),
            f"dimension_numbers={numbers}".replace("'", '"'),
            f"feature_group_count={'*'.join(map(_factor, self._lengths(made.groups)))}" if made.groups else "",
        ]
        return f"jax.lax.conv_general_dilated({', '.join([left, right, *filter(None, options)])})"

    def _padding(self, direction: Direction) -> Margin:
        margin = self.made.margin(direction, self.ends)
        if not self.made.transposed:
            return margin
        reach = direction.dilation * (self.ends[direction.kernel] - 1)
        return Margin(margin.before + reach, margin.after + reach)


def _option(name: str, values: Sequence[Index], default: Index) -> str:
    if all(v == default for v in values):
        return ""
    if all(v == values[0] for v in values):
        return f"{name}={values[0]}"
    return f"{name}=({', '.join(map(str, values))})"


def _tuple(name: str, values: Sequence[Index]) -> str:
    if all(v == ONE for v in values):
        return ""
    return f"{name}={tupled(values)}"


def _factor(index: Index) -> str:
    return str(index) if len(index.terms) == 1 else f"({index})"
