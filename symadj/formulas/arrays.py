"""Lines as array expressions, where every index of them runs over a whole axis: ``dx = W.T @ dy``.

Inside, an array is aligned with an ``order`` of axes as numpy broadcasts: its axes stand in that order, leading ones
may be missing, and a missing one further in has length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from symadj.calculus.conditions import flattened
from symadj.calculus.rewriting import free_variables
from symadj.formulas.cost import measure
from symadj.formulas.idioms import averages, einsum, has_value, last_or, on_diagonals, padded, trace
from symadj.formulas.pieces import pieced
from symadj.formulas.slices import Roll, Running, rolled, running, sliced
from symadj.formulas.text import NoArray, Order, Text, aligned, union
from symadj.formulas.totals import summed
from symadj.terms.formula import ATOM, NOT, POWER, PRODUCT, SIGN, SUM, format_term
from symadj.terms.index import ONE, ZERO, Index
from symadj.terms.nodes import (
    MINUS_ONE,
    ZERO_TERM,
    Add,
    All,
    Apply,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Select,
    Sum,
    Term,
    ValueCondition,
    add,
    mul,
)
from symadj.terms.statement import Let, Shape


def array_line(let: Let, shapes: Callable[[str], Shape | None]) -> str | None:
    """The line as an array expression, or ``None``."""
    if "." in let.name or (not let.indices and not isinstance(let.body, Sum | Mul | Add)):
        return None
    axes = dict(zip(let.indices, let.shape, strict=True))
    try:
        whole = _Writer(axes, shapes).term(let.body, let.indices)
    except NoArray:
        return None
    along = tuple(n for n in let.indices if axes[n] != ONE)
    fits = whole.axes == along and along[:1] == let.indices[:1]
    return f"{let.name} = {whole.text}" if fits else None


class _Writer:
    def __init__(self, axes: Mapping[str, Index], shapes: Callable[[str], Shape | None]) -> None:
        self.axes = dict(axes)
        self.shapes = shapes

    def term(self, term: Term, order: Order) -> Text:
        """The term as an array aligned with ``order``."""
        match term:
            case Number() | Constant():
                text = format_term(term)
                return Text(text, PRODUCT if "/" in text else SIGN if text.startswith("-") else ATOM, ())
            case IndexValue(index):
                if index.variables():
                    raise NoArray
                plain = len(index.terms) == 1 and len(index.terms[0][0]) == 1 and index.terms[0][1] == 1
                return Text(format_term(term), ATOM if plain else SUM, ())
            case Entry() | Select() | Add() if (roll := rolled(term, self._along(order), self.shapes)) is not None:
                return self._rolled(roll, order)
            case Entry(tensor, subscripts):
                return self._entry(tensor, subscripts, self.shapes(tensor), order)
            case Inverse(tensor, subscripts):
                return self._entry(f"inv({tensor})", subscripts, self.shapes(tensor), order)
            case Determinant(tensor, ()):
                return Text(f"det({tensor})", ATOM, ())
            case Add() | Select() if (whole := pieced(self, term, order)) is not None:
                return whole
            case Add(terms):
                return self._sum_of(terms, order)
            case Mul(factors):
                return self._product(list(factors), order)
            case Power():
                return self._power(term, order)
            case Call(function, arguments):
                parts = [self.term(a, order) for a in arguments]
                return Text(f"{function}({', '.join(p.text for p in parts)})", ATOM, union(parts, order))
            case Sum():
                return self._reduced(term, order)
            case Indicator() | Select() if (found := on_diagonals(self, [term], order)) is not None:
                return found
            case Indicator(condition):
                test = self._condition(condition, order)
                return Text(f"({test.text})", ATOM, test.axes)
            case Select() if (inside := padded(self, term, order)) is not None:
                return aligned(inside, order)
            case Select(condition, then, otherwise) if has_value(add(then, otherwise), condition):
                parts = [self._condition(condition, order), self.term(then, order), self.term(otherwise, order)]
                if otherwise == ZERO_TERM and _has_numbers(then):
                    return Text(f"{parts[1].within(PRODUCT)}*({parts[0].text})", PRODUCT, union(parts, order))
                return Text(f"where({', '.join(p.text for p in parts)})", ATOM, union(parts, order))
            case Apply() | _:
                raise NoArray

    # ---- elementwise

    def _entry(self, name: str, subscripts: Sequence[Index], shape: Shape | None, order: Order) -> Text:
        if shape is None or len(shape) != len(subscripts) or "." in name:
            raise NoArray
        if any(s == ZERO and n == ONE for s, n in zip(subscripts, shape, strict=True)):
            return self._units(name, subscripts, shape, order)
        axes, slices = [], []
        for subscript, length in zip(subscripts, shape, strict=True):
            place = None if subscript.variables() else last_or(subscript, length)
            if place is not None:
                slices.append(place)
                continue
            found = sliced(subscript, length, self._along(order))
            if found is None:
                raise NoArray
            axes.append(found[0])
            slices.append(found[1])
        if len(set(axes)) < len(axes):
            raise NoArray
        while slices and slices[-1] == ":":
            slices.pop()
        text = f"{name}[{', '.join(slices)}]" if slices else name
        return aligned(Text(text, ATOM, tuple(axes)), order)

    def _units(self, name: str, subscripts: Sequence[Index], shape: Shape, order: Order) -> Text:
        """An entry of an array that has axes of length 1: as it is, where these stand for axes of the order."""
        names = [None if s == ZERO and n == ONE else s.variable for s, n in zip(subscripts, shape, strict=True)]
        axes = [n for n in names if n is not None]
        whole = all(self.axes.get(n) == length for n, length in zip(names, shape, strict=True) if n is not None)
        known = len(axes) == sum(s != ZERO or n != ONE for s, n in zip(subscripts, shape, strict=True))
        if not whole or not known or len(set(axes)) < len(axes) or not set(axes) <= set(order):
            raise NoArray
        tail = order[len(order) - len(names) :]
        if names[0] is not None and len(tail) == len(names):
            fits = all(n in (None, o) for n, o in zip(names, tail, strict=True))
            if fits:
                return Text(name, ATOM, tuple(axes))
        places = ", ".join("0" if n is None else ":" for n in names)
        return aligned(Text(f"{name}[{places}]", ATOM, tuple(axes)), order)

    def _along(self, order: Order) -> Mapping[str, Index]:
        return {n: self.axes[n] for n in order if n in self.axes}

    def _rolled(self, roll: Roll, order: Order) -> Text:
        whole = self.term(roll.entry, tuple(s.variable or "" for s in roll.entry.subscripts))
        axis = f", {whole.axes.index(roll.index)}" if len(whole.axes) > 1 else ""
        return aligned(Text(f"roll({whole.text}, {roll.shift}{axis})", ATOM, whole.axes), order)

    def _running(self, total: Running, order: Order) -> Text:
        whole = self.term(total.term, order)
        if total.index not in whole.axes:
            raise NoArray
        axis = whole.axes.index(total.index)
        if not total.backwards:
            return Text(f"cumsum({whole.text}, {axis})", ATOM, whole.axes)
        back = f"[{':, ' * axis}::-1]"
        return Text(f"cumsum({whole.within(ATOM)}{back}, {axis}){back}", ATOM, whole.axes)

    def _sum_of(self, terms: Sequence[Term], order: Order) -> Text:
        if all(map(_is_mask, terms)):
            raise NoArray  # numpy does not subtract truth values, and adds them without counting
        text, parts = "", []
        for term in terms:
            part = self.term(term, order)
            parts.append(part)
            if text and part.text.startswith("-"):
                text += f" - {part.text[1:]}" if part.binds >= PRODUCT else f" + ({part.text})"
            else:
                text += f" + {part.within(PRODUCT)}" if text else part.within(SUM)
        return Text(text, SUM, union(parts, order))

    def _power(self, term: Power, order: Order) -> Text:
        base = self.term(term.base, order)
        exponent = format_term(term.exponent)
        if not isinstance(term.exponent, Number):
            raise NoArray
        if term.exponent == MINUS_ONE:
            return Text(f"1/{base.within(POWER)}", PRODUCT, base.axes)
        if exponent == "1/2":
            return Text(f"sqrt({base.text})", ATOM, base.axes)
        exponent = exponent if exponent.isdigit() else f"({exponent})"
        return Text(f"{base.within(ATOM)}**{exponent}", POWER, base.axes)

    def _condition(self, condition: Condition, order: Order) -> Text:
        match condition:
            case ValueCondition(relation, left, right):
                if relation != "==" and isinstance(left, Number):
                    left, right, relation = right, left, relation.replace("<", ">")  # type: ignore[assignment]
                parts = [self.term(left, order), self.term(right, order)]
                return Text(f"{parts[0].within(SUM)} {relation} {parts[1].within(SUM)}", NOT, union(parts, order))
            case Not(ValueCondition("==", left, right)):
                parts = [self.term(left, order), self.term(right, order)]
                return Text(f"{parts[0].within(SUM)} != {parts[1].within(SUM)}", NOT, union(parts, order))
            case _:
                raise NoArray

    # ---- products

    def _product(self, factors: list[Term], order: Order) -> Text:
        outer = on_diagonals(self, factors, order) or self._outer(factors, order)
        if outer is not None:
            return outer
        factors, means = averages(self, factors, order)
        text, parts = "", list[Text]()
        for factor in factors:
            if factor == MINUS_ONE and not text:
                text = "-"
                continue
            below = isinstance(factor, Power) and factor.exponent == MINUS_ONE
            if parts and isinstance(factor, Number) and factor.value.numerator == 1 and factor.value.denominator != 1:
                text += f"/{factor.value.denominator}"
                continue
            part = self.term(factor.base if below and isinstance(factor, Power) else factor, order)
            if factor in means:
                part = replace(part, text=f"mean({part.text.removeprefix('sum(')}")
            if not text or text == "-":
                text += f"1/{part.within(POWER)}" if below else part.within(PRODUCT)
            elif below:
                text += f"/{part.within(POWER)}"
            else:
                text += f"*{part.within(POWER)}"
            parts.append(part)
        return Text(text, PRODUCT, union(parts, order))

    def _outer(self, factors: list[Term], order: Order) -> Text | None:
        """``s*outer(a, b)`` of what depends on one index and what depends on the other."""
        if len(order) != 2:
            return None
        groups = [[f for f in factors if free_variables(f) & set(order) == {name}] for name in order]
        scalars = [f for f in factors if not free_variables(f) & set(order)]
        if not all(groups) or len(scalars) + sum(map(len, groups)) < len(factors):
            return None
        if any(isinstance(f, Power) for g in groups for f in g[:1]):
            return None
        left, right = (self.term(mul(*g), (name,)) for g, name in zip(groups, order, strict=True))
        product = Text(f"outer({left.text}, {right.text})", ATOM, order)
        if not scalars:
            return product
        below = [f for f in scalars if isinstance(f, Power) or (isinstance(f, Number) and f.value.denominator != 1)]
        above = [f for f in scalars if f not in below]
        text = product.text
        if above == [MINUS_ONE]:
            text = f"-{text}"
        elif above:
            text = f"{self.term(mul(*above), ()).within(PRODUCT)}*{text}"
        for factor in below:
            if not (isinstance(factor, Power) and factor.exponent == MINUS_ONE):
                return None
            text += f"/{self.term(factor.base, ()).within(POWER)}"
        return Text(text, PRODUCT, order)

    # ---- sums

    def _reduced(self, term: Sum, order: Order) -> Text:
        total = running(term, self._along(order))
        if total is not None:
            return self._running(total, order)
        bound: list[str] = []
        masks: list[Condition] = []
        body: Term = term
        while isinstance(body, Sum):
            binder = body.binder
            if binder.lower.terms or binder.index in order or binder.upper.variables():
                raise NoArray
            masks += [] if binder.condition is None else flattened(binder.condition)
            self.axes[binder.index] = binder.upper
            bound.append(binder.index)
            body = body.body
        if masks:
            if not all(isinstance(c, ValueCondition) for c in masks) or not has_value(body, All(tuple(masks))):
                raise NoArray
            body = mul(body, *map(Indicator, masks))
        named = trace(self, body, tuple(bound)) or einsum(self, body, tuple(bound), order)
        if named is not None:
            return aligned(named, order)
        factors: list[Term] = list(body.factors) if isinstance(body, Mul) else [body]
        found = self._matrix_product(factors, bound[0], order) if len(bound) == 1 else None
        if found is None or self._is_weighted(factors, bound[0], order):
            try:
                return summed(self, body, tuple(bound), order)
            except NoArray:
                if found is None:
                    raise
        return found

    @staticmethod
    def _is_weighted(factors: Sequence[Term], bound: str, order: Order) -> bool:
        """Whether one side of a matrix product would be an elementwise product of matrices."""
        plain = [f for f in factors if not isinstance(f, Indicator)]
        sides = [frozenset(free_variables(f) & {bound, *order}) for f in plain]
        return any(len(side) == 2 and sides.count(side) > 1 for side in sides)

    def _matrix_product(self, factors: list[Term], bound: str, order: Order) -> Text | None:
        groups: dict[str, list[Term]] = {}
        for factor in factors:
            others = free_variables(factor) & set(order)
            if len(others) > 1 or (len(factors) > 1 and bound not in free_variables(factor)):
                return None
            groups.setdefault(next(iter(others), ""), []).append(factor)
        vector = groups.pop("", [])
        if any(_divides(f) for g in (*groups.values(), vector) for f in g[:1]):
            return None
        names = [n for n in order if n in groups]
        if len(names) == 2:
            left, right = self.term(mul(*groups[names[0]], *vector), (names[0], bound)), None
            right = self.term(mul(*groups[names[1]]), (bound, names[1]))
        elif len(names) == 1 and vector:
            left, right = self.term(mul(*groups[names[0]]), (names[0], bound)), self.term(mul(*vector), (bound,))
        else:
            return None
        if len(left.axes) != 2 or not right.axes or right.axes[0] != bound:
            return None
        lengths = self.axes[left.axes[0]], self.axes[bound], self.axes[right.axes[-1]]
        loose = right.chain is not None and right.binds == PRODUCT and self._either_way(lengths, right.chain)
        text = f"{left.within(PRODUCT)} @ {right.text if loose else right.within(POWER)}"
        return aligned(Text(text, PRODUCT, tuple(names), lengths), order)

    @staticmethod
    def _either_way(left: tuple[Index, Index, Index], right: tuple[Index, Index, Index]) -> bool:
        """Whether ``(A @ B) @ C`` costs no more than ``A @ (B @ C)``."""
        rows, inner, middle, columns = (measure(n, {}) for n in (*left[:2], *right[1:]))
        return rows * inner * middle + rows * middle * columns <= inner * middle * columns + rows * inner * columns


def _divides(factor: Term) -> bool:
    """Whether a product that begins with it begins with a number, or with a division."""
    if isinstance(factor, Power):
        return not isinstance(factor.exponent, Number) or factor.exponent.value < 0
    return isinstance(factor, Number)


def _has_numbers(term: Term) -> bool:
    """Whether it is a product with an entry, which is no truth value."""
    factors = term.factors if isinstance(term, Mul) else (term,)
    return any(isinstance(f, Entry) for f in factors)


def _is_mask(term: Term) -> bool:
    if isinstance(term, Mul):
        return all(f == MINUS_ONE or isinstance(f, Indicator) for f in term.factors)
    return isinstance(term, Indicator)
