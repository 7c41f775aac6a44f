"""Changes of a term that keep its value: another order, other names, other ways to write the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

from symadj.terms.index import ZERO, Index, var
from symadj.terms.nodes import (
    MINUS_ONE,
    Add,
    All,
    Binder,
    Call,
    Entry,
    Extremum,
    Indicator,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    ValueCondition,
    add,
    mul,
    number,
    same,
)
from symadj.terms.statement import Let, Shape
from tests.support.mutants import places


def mapped(term: Any, indices: Mapping[str, Index], tensors: Mapping[str, str] | None = None) -> Any:
    """The term with index variables (free or bound, by name) and tensors replaced."""
    tensors = tensors or {}
    if isinstance(term, Index):
        return term.substitute(indices)
    if isinstance(term, tuple):
        return tuple(mapped(t, indices, tensors) for t in term)
    if is_dataclass(term) and not isinstance(term, type) and not isinstance(term, Number):
        changed = {f.name: mapped(getattr(term, f.name), indices, tensors) for f in fields(term)}
        if isinstance(term, Binder):
            new = indices.get(term.index)
            changed["index"] = (new.variable or term.index) if new is not None else term.index
        if isinstance(term, Entry):
            changed["tensor"] = tensors.get(term.tensor, term.tensor)
        return replace(term, **changed)
    return term


def bound_names(term: Term) -> set[str]:
    """The names that sums, products and extrema bind."""
    found = (t for t, _, _ in places(term, lambda new: new, frozenset()))
    return {t.binder.index for t in found if isinstance(t, Sum | Product | Extremum)}


class Rewriter:
    """Rewrites terms of one program; with ``flips``, sums are turned round and split too."""

    def __init__(
        self, random: Random, shapes: Mapping[str, Shape], lets: Mapping[str, Let], flips: bool = True
    ) -> None:
        self.random = random
        self.flips = flips
        self.shapes = shapes
        self.lets = lets
        self._count = count()

    def fresh(self) -> str:
        return f"r{next(self._count)}"

    def rewrite(self, let: Let, steps: int) -> Let:
        """The let after some steps."""
        body = let.body
        for _ in range(steps):
            found = list(places(body, lambda new: new, frozenset(let.indices)))
            term, build, _ = self.random.choice(found)
            options = list(self._options(term))
            if options:
                body = build(self.random.choice(options)())
        return replace(let, body=body, source=None)

    def _options(self, term: Term) -> Iterator[Callable[[], Term]]:
        pick = self.random
        match term:
            case Add(terms):
                yield lambda: Add(tuple(pick.sample(terms, len(terms))))
                yield lambda: Add((terms[0], Add(terms[1:]))) if len(terms) > 2 else term
            case Mul(factors):
                yield lambda: Mul(tuple(pick.sample(factors, len(factors))))
                yield lambda: Mul((factors[0], Mul(factors[1:]))) if len(factors) > 2 else term
                sums = [k for k, f in enumerate(factors) if isinstance(f, Add)]
                if sums:
                    yield lambda: self._distributed(factors, pick.choice(sums))
                loops = [k for k, f in enumerate(factors) if isinstance(f, Sum)]
                if loops:
                    yield lambda: self._moved_in(factors, pick.choice(loops))
            case Sum(binder, body):
                yield lambda: self._renamed(term)
                yield from self._of_sum(binder, body)
            case Product() | Extremum():
                yield lambda: self._renamed(term)
            case Entry(tensor, subscripts):
                if tensor in self.lets:
                    yield lambda: self._unfolded(self.lets[tensor], subscripts)
                if subscripts:
                    yield lambda: self._delta(tensor, subscripts)
            case Power(base, Number(value)) if value.denominator == 1 and value > 1:
                yield lambda: mul(*[base] * int(value))
            case Power(base, Number(value)) if value.denominator == 1 and value < 0:
                yield lambda: mul(base, Power(base, number(value - 1)))
            case Select(condition, then, otherwise):
                yield lambda: Select(Not(condition), otherwise, then)
            case Call(function, arguments):
                yield from self._of_call(function, arguments)
        yield lambda: mul(term, number(2), number(Fraction(1, 2)))
        yield lambda: Add((Add((term, number(1))), number(-1)))

    def _distributed(self, factors: tuple[Term, ...], k: int) -> Term:
        inside = factors[k]
        if not isinstance(inside, Add):
            raise TypeError(inside)
        rest = (*factors[:k], *factors[k + 1 :])
        return Add(tuple(mul(t, *rest) for t in inside.terms))

    def _moved_in(self, factors: tuple[Term, ...], k: int) -> Term:
        loop = self._renamed(factors[k])
        if not isinstance(loop, Sum):
            raise TypeError(loop)
        rest = (*factors[:k], *factors[k + 1 :])
        if any(loop.binder.index in bound_names(f) for f in rest):
            return Mul(factors)
        return replace(loop, body=mul(*rest, loop.body))

    def _renamed(self, term: Term) -> Term:
        if not isinstance(term, Sum | Product | Extremum):
            raise TypeError(term)
        return mapped(term, {n: var(self.fresh()) for n in {term.binder.index, *bound_names(term.body)}})

    def _of_sum(self, binder: Binder, body: Term) -> Iterator[Callable[[], Term]]:
        pick = self.random
        if isinstance(body, Add):
            yield lambda: Add(tuple(Sum(binder, t) for t in body.terms))
        if isinstance(body, Mul):
            outside = [f for f in body.factors if binder.index not in _free(f)]
            inside = [f for f in body.factors if binder.index in _free(f)]
            if outside:
                yield lambda: mul(*outside, Sum(binder, mul(*inside) if inside else number(1)))
        if isinstance(body, Sum) and binder.condition is None and body.binder.condition is None:
            ends = body.binder.lower.variables() | body.binder.upper.variables()
            if binder.index not in ends:
                yield lambda: Sum(body.binder, Sum(binder, body.body))
        if not self.flips:
            return
        at = binder.lower + binder.upper - 1 - var(binder.index)
        if binder.index not in bound_names(body):
            yield lambda: Sum(
                Binder(binder.index, binder.lower, binder.upper, mapped(binder.condition, {binder.index: at})),
                mapped(body, {binder.index: at}),
            )
        test = same(var(binder.index), binder.lower if pick.random() < 0.5 else binder.upper - 1)
        old = () if binder.condition is None else (binder.condition,)
        yield lambda: Add(
            (
                Sum(replace(binder, condition=All((*old, test))), body),
                Sum(replace(binder, condition=All((*old, Not(test)))), body),
            )
        )
        if binder.condition is not None:
            condition = binder.condition
            yield lambda: Sum(replace(binder, condition=None), Select(condition, body, number(0)))

    def _unfolded(self, let: Let, subscripts: tuple[Index, ...]) -> Term:
        names: dict[str, Index] = {n: var(self.fresh()) for n in bound_names(let.body)}
        body = mapped(let.body, names)
        return mapped(body, dict(zip(let.indices, subscripts, strict=True)))

    def _delta(self, tensor: str, subscripts: tuple[Index, ...]) -> Term:
        k = self.random.randrange(len(subscripts))
        name = self.fresh()
        new = (*subscripts[:k], var(name), *subscripts[k + 1 :])
        binder = Binder(name, ZERO, self.shapes[tensor][k])
        delta = same(var(name), subscripts[k])
        if self.random.random() < 0.5:
            return Sum(replace(binder, condition=delta), Entry(tensor, new))
        return Sum(binder, mul(Entry(tensor, new), Indicator(delta)))

    def _of_call(self, function: str, arguments: tuple[Term, ...]) -> Iterator[Callable[[], Term]]:
        a = arguments[0]
        match function:
            case "exp" if isinstance(a, Add):
                yield lambda: mul(*(Call("exp", (t,)) for t in a.terms))
            case "relu":
                yield lambda: mul(a, Indicator(ValueCondition("<", number(0), a)))
                yield lambda: Call("maximum", (a, number(0)))
                yield lambda: mul(number(Fraction(1, 2)), add(a, Call("abs", (a,))))
            case "abs":
                yield lambda: Call("maximum", (a, mul(MINUS_ONE, a)))
                yield lambda: mul(a, Call("sign", (a,)))
            case "sigmoid":
                yield lambda: Power(add(number(1), Call("exp", (mul(MINUS_ONE, a),))), MINUS_ONE)
            case "tanh":
                yield lambda: add(mul(number(2), Call("sigmoid", (mul(number(2), a),))), MINUS_ONE)
            case "softplus":
                yield lambda: Call("log", (add(number(1), Call("exp", (a,))),))
            case "maximum":
                yield lambda: Call("maximum", arguments[::-1])
            case "minimum":
                yield lambda: mul(MINUS_ONE, Call("maximum", tuple(mul(MINUS_ONE, b) for b in arguments)))
            case "sinh":
                yield lambda: mul(
                    number(Fraction(1, 2)),
                    add(Call("exp", (a,)), mul(MINUS_ONE, Call("exp", (mul(MINUS_ONE, a),)))),
                )


def _free(term: Term) -> set[str]:
    """The index variables that stand in a term, bound ones too (whose names are never used outside)."""
    found: set[str] = set()

    def collect(part: Any) -> None:
        if isinstance(part, Index):
            found.update(part.variables())
        elif isinstance(part, tuple):
            for p in part:
                collect(p)
        elif is_dataclass(part) and not isinstance(part, Number):
            for f in fields(part):
                collect(getattr(part, f.name))

    collect(term)
    return found
