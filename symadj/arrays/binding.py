"""Sums, products and extrema over whole axes; a merged axis that is only met in parts is bound part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symadj.arrays.builder import Builder
from symadj.arrays.sizes import exact_divide, simplify_index
from symadj.arrays.substitution import indices_in, substitute
from symadj.terms.index import ONE, ZERO, Floor, Index, Lookup, Mod, Var, var
from symadj.terms.nodes import Binder, Extremum, Product, Sum, Term

Bind = Callable[[Binder, Term], Term]
Bound = tuple[str, Index]


def maximum_over(binder: Binder, body: Term) -> Term:
    """``max(body for …)``."""
    return Extremum("max", binder, body)


def minimum_over(binder: Binder, body: Term) -> Term:
    """``min(body for …)``."""
    return Extremum("min", binder, body)


REDUCTIONS: dict[str, Bind] = {"sum": Sum, "prod": Product, "max": maximum_over, "min": minimum_over}


def bind(bind_one: Bind, builder: Builder, bounds: Sequence[Bound], body: Term) -> Term:
    """``body`` summed (multiplied, …) over each index in its ``range(size)``, the first outermost.

    An index ``u`` over a merged axis of size ``h*d`` that ``body`` only meets as ``u//d`` and ``u%d`` becomes two.
    """
    split: list[Bound] = []
    for name, length in bounds:
        parts, body = _split(builder, name, length, body)
        split += parts
    for name, length in reversed(split):
        body = bind_one(Binder(name, ZERO, length), body)
    return body


def _split(builder: Builder, name: str, length: Index, body: Term) -> tuple[list[Bound], Term]:
    whole = ([(name, length)], body)
    met = [index for index in indices_in(body) if name in index.variables()]
    for divisor in _divisors(name, met):
        above = exact_divide(length, divisor)
        if above is None or divisor == ONE or above == ONE:
            continue
        quotient, rest = builder.fresh(), builder.fresh()
        merged = divisor * var(quotient) + var(rest)
        ranges = {quotient: above, rest: divisor}
        parts = [simplify_index(index.substitute({name: merged}), ranges) for index in met]
        if any({quotient, rest} <= index.variables() and not _apart(index, quotient, rest) for index in parts):
            continue
        body = substitute(body, {name: merged}, lambda index: simplify_index(index, ranges))  # noqa: B023
        outer, body = _split(builder, quotient, above, body)
        inner, body = _split(builder, rest, divisor, body)
        return outer + inner, body
    return whole


def _divisors(name: str, met: Sequence[Index]) -> list[Index]:
    """By what the index alone is divided, without repetition."""
    found: dict[Index, None] = {}
    for index in met:
        for atom in index.atoms():
            if isinstance(atom, Floor | Mod) and atom.numerator == var(name):
                found[atom.divisor] = None
    return list(found)


def _apart(index: Index, first: str, second: str) -> bool:
    """No affine part of ``index`` meets both names: the pair was not merged again."""
    direct = {atom.name for monomial, _ in index.terms for atom in monomial if isinstance(atom, Var)}
    inside: list[Index] = []
    for monomial, _ in index.terms:
        for atom in monomial:
            if isinstance(atom, Floor | Mod):
                inside.append(atom.numerator)
            elif isinstance(atom, Lookup):
                inside += atom.subscripts
    return not {first, second} <= direct and all(_apart(part, first, second) for part in inside)
