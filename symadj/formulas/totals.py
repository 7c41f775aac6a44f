"""Sums of arrays over axes: ``sum(x, axis=1)``, ``sum(x, axis=(2, 3), keepdims=True)``."""

from __future__ import annotations

from symadj.calculus.rewriting import free_variables
from symadj.formulas.text import NoArray, Order, Text, Writer, aligned
from symadj.terms.formula import ATOM
from symadj.terms.nodes import Entry, Mul, Term


def summed(writer: Writer, body: Term, bound: Order, order: Order) -> Text:
    """The sum of ``body`` over the indices ``bound``, aligned with ``order``; raises ``NoArray``."""
    free = tuple(n for n in order if n in free_variables(body))
    if not free:
        return _of_all(writer, body, bound)
    full = _full(body, {*bound, *free})
    if full is None and len(bound) + len(free) > 2:
        raise NoArray  # made of smaller arrays, only to be summed again
    found: list[Text] = []
    orders = [full] if full is not None and len(bound) > 1 else [(*free, *bound), (*bound, *free)]
    for inner in orders:
        part = writer.term(body, inner)
        if part.axes != inner:
            continue
        places = [k for k, name in enumerate(inner) if name in bound]
        axis = str(places[0]) if len(places) == 1 else f"({', '.join(map(str, places))})"
        if _is_kept(inner, bound, order):
            return Text(f"sum({part.text}, axis={axis}, keepdims=True)", ATOM, free)
        found.append(Text(f"sum({part.text}, axis={axis})", ATOM, tuple(n for n in inner if n not in bound)))
    if not found:
        raise NoArray
    return aligned(min(found, key=lambda t: (t.text.count(".T"), len(t.text))), order)


def _of_all(writer: Writer, body: Term, bound: Order) -> Text:
    parts = [(inner, writer.term(body, inner)) for inner in dict.fromkeys((bound, bound[::-1]))]
    whole = [part for inner, part in parts if part.axes == inner]
    if not whole:
        raise NoArray
    return Text(f"sum({min(whole, key=lambda t: len(t.text)).text})", ATOM, ())


def _full(body: Term, names: set[str]) -> Order | None:
    """The axes of an entry of the product that has all of them."""
    for factor in body.factors if isinstance(body, Mul) else (body,):
        if isinstance(factor, Entry) and free_variables(factor) == names:
            axes = tuple(s.variable or "" for s in factor.subscripts if s.variables())
            if set(axes) == names and len(axes) == len(names):
                return axes
    return None


def _is_kept(inner: Order, bound: Order, order: Order) -> bool:
    """Whether the axes that are summed over have to stay for the others to stand where they belong."""
    if len(inner) != len(order) or len(order) < 2 or inner[-1] not in bound:
        return False
    return all(name in bound or name == other for name, other in zip(inner, order, strict=True))
