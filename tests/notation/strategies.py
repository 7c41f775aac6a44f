"""Random terms, conditions and integer expressions, in the names of one statement."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symadj.terms.index import Index, constant, floor_div, lookup, remainder, size, var
from symadj.terms.nodes import (
    FUNCTIONS,
    Add,
    All,
    Apply,
    Binder,
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
)

SHAPES = "W: m n, x: n, c:, A: n n, e: n in range(m), r: in range(n), y: m n"
INTEGERS = "S"
SIMPLE = [Number(Fraction(1, 2)), Number(Fraction(-1)), Number(Fraction(2)), Constant("pi")]


@st.composite
def indices(draw: st.DrawFn, names: tuple[str, ...], depth: int = 2) -> Index:
    """An integer expression in the indices ``names``, sizes, a parameter and integer tensors."""
    kind = draw(st.integers(0, 9 if depth else 3))
    if kind <= 1:
        return var(draw(st.sampled_from(names)))
    if kind == 2:
        return size(draw(st.sampled_from(["m", "n", "S"])))
    if kind == 3:
        return constant(draw(st.integers(-3, 5)))
    a = draw(indices(names, depth - 1))
    if kind == 4:
        return floor_div(a, draw(st.sampled_from([constant(2), constant(3), size("n")])))
    if kind == 5:
        return remainder(a, draw(st.sampled_from([constant(2), constant(5), size("m")])))
    if kind == 6:
        return lookup("r", ()) if draw(st.booleans()) else lookup("e", (draw(subscripts(names, depth - 1)),))
    b = draw(indices(names, depth - 1))
    return a + b if kind == 7 else a - b if kind == 8 else a * b


def subscripts(names: tuple[str, ...], depth: int = 1) -> st.SearchStrategy[Index]:
    return indices(names, depth).filter(lambda index: index.value is None or index.value >= 0)


@st.composite
def conditions(draw: st.DrawFn, names: tuple[str, ...], depth: int, complex: bool) -> Condition:
    kind = draw(st.integers(0, 8 if depth else 1))
    if kind <= 2:
        return IndexCondition(draw(st.sampled_from(["==", ">="])), draw(indices(names, 1)))
    if kind <= 4:
        relation = "==" if complex else draw(st.sampled_from(["==", "<", "<="]))
        return ValueCondition(relation, draw(terms(names, depth - 1, complex)), draw(terms(names, depth - 1, complex)))
    if kind == 5:
        return Not(draw(conditions(names, depth - 1, complex)))
    parts = tuple(draw(st.lists(conditions(names, depth - 1, complex), min_size=2, max_size=3)))
    return All(parts) if kind <= 7 else Some(parts)


@st.composite
def binders(draw: st.DrawFn, names: tuple[str, ...], depth: int, complex: bool) -> Binder:
    name = f"k{len(names)}"
    lower = draw(st.one_of(st.just(constant(0)), indices(names, 1)))
    condition = draw(st.none() | conditions((*names, name), depth - 1, complex)) if depth > 1 else None
    return Binder(name, lower, draw(indices(names, 1)), condition)


@st.composite
def terms(draw: st.DrawFn, names: tuple[str, ...] = ("i", "j"), depth: int = 4, complex: bool = False) -> Term:
    """A term, as freely built as the nodes allow."""
    if depth <= 0 or draw(st.integers(0, 5)) == 0:
        return draw(leaves(names, complex))
    deeper = terms(names, depth - 1, complex)
    several = st.lists(deeper, min_size=2, max_size=4).map(tuple)
    kind = draw(st.integers(0, 11))
    if kind <= 2:
        return Mul(draw(several))
    if kind <= 4:
        return Add(draw(several))
    if kind <= 6:
        return Power(draw(deeper), draw(st.one_of(st.sampled_from(SIMPLE), deeper)))
    if kind == 7:
        name = draw(st.sampled_from(sorted(FUNCTIONS)))
        return Call(name, tuple(draw(deeper) for _ in range(FUNCTIONS[name])))
    if kind == 8:
        if draw(st.booleans()):
            return Apply("f", (draw(st.integers(0, 2)),), (draw(deeper),))
        return Apply("g", (draw(st.integers(0, 2)), draw(st.integers(0, 1))), (draw(deeper), draw(deeper)))
    if kind == 9:
        return Indicator(draw(conditions(names, depth - 1, complex)))
    if kind == 10:
        return Select(draw(conditions(names, depth - 1, complex)), draw(deeper), draw(deeper))
    binder = draw(binders(names, depth, complex))
    body = draw(terms((*names, binder.index), depth - 1, complex))
    return draw(
        st.sampled_from(
            [Sum(binder, body), Product(binder, body), Extremum("max", binder, body), Extremum("min", binder, body)]
        )
    )


@st.composite
def leaves(draw: st.DrawFn, names: tuple[str, ...], complex: bool) -> Term:
    kind = draw(st.integers(0, 8))
    if kind == 0:
        return Number(draw(st.fractions(min_value=-4, max_value=4, max_denominator=6)))
    if kind == 1:
        return Constant("1j" if complex and draw(st.booleans()) else "pi")
    if kind == 2:
        return IndexValue(draw(indices(names)))
    if kind == 3:
        return Entry("c", ())
    if kind <= 5:
        return Entry("x", (draw(subscripts(names)),))
    if kind == 6:
        return Determinant("A", ())
    pair = (draw(subscripts(names)), draw(subscripts(names)))
    return Inverse("A", pair) if kind == 7 else Entry("W", pair)
