"""Scalar terms as expressions over the axes of some indices: every index is an array of integers on its own axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from symadj.calculus.rewriting import condition_variables, free_variables
from symadj.errors import Unsupported
from symadj.export.code.contraction import Order
from symadj.export.code.frameworks import MATH
from symadj.export.code.lowering import Writer, lowered_part
from symadj.terms.index import Floor, Index, Lookup, Mod, Var
from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    walk,
)
from symadj.terms.statement import Shape

SUM, PRODUCT, POWER, ATOM = range(4)


@dataclass(frozen=True, slots=True)
class Text:
    """An expression, and how tightly it binds."""

    text: str
    binds: int = ATOM

    def within(self, binds: int) -> str:
        """In brackets, if it binds less tightly than that."""
        return self.text if self.binds >= binds else f"({self.text})"


class Arrays(Writer, Protocol):
    """What cells are taken from, and where arrays that they need are computed; ``like`` is an array of numbers."""

    like: str

    def part(self, term: Sum | Product | Extremum, order: Order) -> tuple[str, Order]:
        """A temporary array with the value of a reduction, and its axes."""

    def positioned(self, name: str, order: Order) -> str:
        """The integers of an index, on its axis."""


class Cells:
    """Expressions over the axes of ``order``; they broadcast against each other."""

    def __init__(self, arrays: Arrays, order: Order) -> None:
        self.arrays = arrays
        self.order = order
        self.framework = arrays.framework
        self.prefix = arrays.framework.prefix

    def text(self, term: Term) -> str:
        """The expression of a term."""
        return self.term(term).text

    def term(self, term: Term) -> Text:
        """The expression of a term, with how it binds."""
        match term:
            case Number(value):
                return Text(str(value), ATOM if value >= 0 and value.denominator == 1 else SUM)
            case Constant(constant):
                return Text("math.pi" if constant == "pi" else constant)
            case IndexValue(index):
                return self._integer(index)
            case Entry(tensor, subscripts):
                found = lowered_part(self.arrays, term, self.order)
                return self._placed(*found) if found else self._entry(tensor, subscripts)
            case Inverse(tensor, subscripts):
                return self._entry(f"{self.prefix}.linalg.inv({tensor})", subscripts, self.arrays.shapes(tensor))
            case Determinant(tensor, subscripts):
                shape = self.arrays.shapes(tensor)
                return self._entry(f"{self.prefix}.linalg.det({tensor})", subscripts, shape[:-2] if shape else None)
            case Add(terms):
                return Text(_added([self._counted(t) for t in terms]), SUM)
            case Mul(factors):
                return self._product(factors)
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call(function, arguments):
                return self._call(function, arguments, constant=not self._varies(term))
            case Indicator(condition):
                return Text(self.condition(condition))
            case Select(condition, then, otherwise):
                found = lowered_part(self.arrays, term, self.order)
                if found:
                    return self._placed(*found)
                parts = ", ".join([self.condition(condition), self.text(then), self.text(otherwise)])
                return Text(f"{self.prefix}.where({parts})")
            case Sum() | Product() | Extremum():
                return self._placed(*self.arrays.part(term, self.order))
            case Apply(function, _, _):
                raise Unsupported(f"{function} is an unknown function: there is no code for it")

    def _counted(self, term: Term) -> Text:
        """A summand; a mask as the number that it stands for, since masks are not added like numbers."""
        return Text(f"1*{self.term(term).within(POWER)}", PRODUCT) if is_mask(term) else self.term(term)

    @staticmethod
    def _varies(term: Term) -> bool:
        return bool(free_variables(term)) or any(isinstance(t, Entry | Inverse | Determinant | Sum) for t in walk(term))

    def _call(self, function: str, arguments: Sequence[Term], *, constant: bool) -> Text:
        texts = [self.text(a) for a in arguments]
        if constant and function in MATH:
            return Text(f"math.{MATH[function]}({texts[0]})")
        if constant and self.framework.name == "torch":
            texts = [f"torch.tensor(float({t}))" for t in texts]
        return Text(self.framework.call(function, texts))

    def _power(self, base: Term, exponent: Term) -> Text:
        if isinstance(exponent, Number) and exponent.value < 0:
            return self._product((Power(base, exponent),))
        below = self.term(exponent)
        return Text(f"{self.term(base).within(ATOM)}**{below.within(ATOM)}", POWER)

    def _product(self, factors: Sequence[Term]) -> Text:
        """Factors above the line, then those below."""
        above: list[Text] = []
        below: list[Text] = []
        sign = ""
        for factor in factors:
            match factor:
                case Number(value):
                    sign = ("" if sign else "-") if value < 0 else sign
                    above += [Text(str(abs(value.numerator)))] * (abs(value.numerator) != 1)
                    below += [Text(str(value.denominator))] * (value.denominator != 1)
                case Power(base, Number(exponent)) if exponent < 0:
                    below.append(self.term(base) if exponent == -1 else self._power(base, Number(-exponent)))
                case _:
                    above.append(self.term(factor))
        if sign and all(is_mask(f) for f in factors if not isinstance(f, Number)):
            above.insert(0, Text("1"))
        text = "*".join(t.within(POWER) for t in above) or "1"
        if len(below) == 1:
            text += f"/{below[0].within(POWER)}"
        elif below:
            text += f"/({'*'.join(t.within(POWER) for t in below)})"
        return Text(f"{sign}{text}", PRODUCT if not sign else SUM)

    # ---- entries

    def _placed(self, name: str, axes: Order) -> Text:
        """An array of some of the axes, in their order, with axes of length 1 where it needs them."""
        if not axes or axes == self.order[len(self.order) - len(axes) :]:
            return Text(name)
        start = self.order.index(axes[0])
        whole = name if name.isidentifier() else f"({name})"
        return Text(f"{whole}[{', '.join(':' if n in axes else 'None' for n in self.order[start:])}]")

    def _entry(self, name: str, subscripts: Sequence[Index], shape: Shape | None = None) -> Text:
        if not subscripts:
            return Text(name)
        shape = shape or self.arrays.shapes(name)
        names = tuple(s.variable for s in subscripts)
        ends = self.arrays.ends
        if shape is not None and all(n is not None and ends.get(n) == s for n, s in zip(names, shape, strict=True)):
            axes = tuple(n for n in names if n is not None)
            if len(set(axes)) == len(axes) and axes == tuple(n for n in self.order if n in axes):
                return self._placed(name, axes)
        found = self._one_index(name, subscripts, shape) if shape else None
        if found is not None:
            return found
        parts = [self._subscript(s, shape[k] if shape else None) for k, s in enumerate(subscripts)]
        return Text(f"{name}[{', '.join(parts)}]")

    def _one_index(self, name: str, subscripts: Sequence[Index], shape: Shape) -> Text | None:
        """An entry with one subscript that is no index over a whole axis, all others by ``:``."""
        ends = self.arrays.ends
        odd = [k for k, (s, n) in enumerate(zip(subscripts, shape, strict=True)) if ends.get(s.variable or "") != n]
        if len(odd) != 1:
            return None
        place = odd[0]
        inner = tuple(n for n in self.order if n in subscripts[place].variables())
        axes = tuple(n for k, s in enumerate(subscripts) for n in (inner if k == place else (s.variable or "",)))
        if axes != tuple(n for n in self.order if n in axes):
            return None
        index = Cells(self.arrays, inner)._subscript(subscripts[place], shape[place])
        parts = [":"] * place + [index]
        return self._placed(f"{name}[{', '.join(parts)}]", axes)

    def _subscript(self, index: Index, length: Index | None) -> str:
        """A subscript, kept inside its axis where a guard decides what is used."""
        text = self.index(index)
        if length is None or not (index.variables() or _looks_up(index)):
            return text
        ends = {n: self.arrays.ends[n] for n in sorted(index.variables())}
        inside = (index, length - 1 - index)
        if all(self.arrays.sure.nonnegative(side, ends) for side in inside):
            return text
        return f"{self.prefix}.clip({text}, 0, {length - 1})"

    # ---- integers

    def _integer(self, index: Index) -> Text:
        found = self._sum(index)
        if self.framework.name == "torch" and self.arrays.like and index.variables():
            return Text(f"{found.within(ATOM)}.to({self.arrays.like})")
        return found

    def index(self, index: Index) -> str:
        """An integer expression."""
        return self._sum(index).text

    def _sum(self, index: Index) -> Text:
        parts = []
        for monomial, coefficient in sorted(index.terms, key=lambda t: t[1] < 0):
            factors = [] if abs(coefficient) == 1 and monomial else [Text(str(abs(coefficient)))]
            factors += [self._atom(a) for a in monomial]
            sign = "-" if coefficient < 0 else ""
            alone = len(factors) == 1
            text = f"{sign}{factors[0].within(SUM) if alone else '*'.join(f.within(POWER) for f in factors)}"
            parts.append(Text(text, SUM if sign else factors[0].binds if len(factors) == 1 else PRODUCT))
        if not parts:
            return Text("0")
        return parts[0] if len(parts) == 1 else Text(_added(parts), SUM)

    def _atom(self, atom: object) -> Text:
        match atom:
            case Var(name):
                return Text(self.arrays.positioned(name, self.order))
            case Floor(numerator, divisor):
                return Text(f"{self._sum(numerator).within(PRODUCT)}//{self._sum(divisor).within(POWER)}", PRODUCT)
            case Mod(numerator, divisor):
                return Text(f"{self._sum(numerator).within(PRODUCT)}%{self._sum(divisor).within(POWER)}", PRODUCT)
            case Lookup(tensor, subscripts):
                return self._entry(tensor, subscripts)
            case _:
                return Text(str(getattr(atom, "name", atom)))

    # ---- masks

    def condition(self, condition: Condition) -> str:
        """A mask, in brackets."""
        match condition:
            case IndexCondition(relation, index):
                positive = Index(tuple((m, c) for m, c in index.terms if c > 0))
                text = f"({self.index(positive)} {relation} {self.index(positive - index)})"
                return text if condition_variables(condition) or _looks_up(index) else self._constant(text)
            case ValueCondition(relation, left, right):
                return f"({self.text(left)} {relation} {self.text(right)})"
            case All(parts):
                return self._joined(" & ", parts, "True")
            case Some(parts):
                return self._joined(" | ", parts, "False")
            case Not(part):
                return f"(~{self.condition(part)})"

    def _joined(self, sign: str, parts: Sequence[Condition], empty: str) -> str:
        texts = [self.condition(p) for p in parts]
        if not texts:
            return self._constant(empty)
        return texts[0] if len(texts) == 1 else f"({sign.join(texts)})"

    def _constant(self, text: str) -> str:
        function = "tensor" if self.framework.name == "torch" else "array"
        return f"{self.prefix}.{function}({text})"


def is_mask(term: Term) -> bool:
    """Whether the code of a term is an array of truth values."""
    if isinstance(term, Mul):
        return all(map(is_mask, term.factors))
    return isinstance(term, Indicator)


def _added(parts: Sequence[Text]) -> str:
    text = parts[0].text
    for part in parts[1:]:
        text += f" - {part.text[1:]}" if part.text.startswith("-") else f" + {part.text}"
    return text


def _looks_up(index: Index) -> bool:
    return any(isinstance(a, Lookup) for a in index.atoms())
