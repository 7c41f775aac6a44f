"""Small changes of a term, most of which change its value: the mistakes that people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from symadj.terms.index import ONE, Index, size, var
from symadj.terms.nodes import (
    MINUS_ONE,
    Add,
    All,
    Apply,
    Call,
    Condition,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
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
    add,
    mul,
    number,
)
from symadj.terms.statement import Let, Shape

Build = Callable[[Any], Term]
Place = tuple[Term, Build, frozenset[str]]
SIMILAR = {
    "exp": ("sinh", "sigmoid"), "sin": ("cos", "tanh"), "cos": ("sin",), "tanh": ("sigmoid", "arctan"),
    "sigmoid": ("tanh",), "log": ("abs",), "relu": ("abs",), "abs": ("relu", "sign"), "sign": ("abs",),
    "maximum": ("minimum",), "minimum": ("maximum",), "sinh": ("cosh",), "cosh": ("sinh",), "softplus": ("sigmoid",),
    "arctan": ("tanh",), "erf": ("tanh",),
}  # fmt: skip


def places(term: Term, build: Build, scope: frozenset[str]) -> Iterator[Place]:
    """Every term inside ``term``, how the whole is built around a replacement, and the indices in scope there."""
    yield term, build, scope
    match term:
        case Add(terms):
            for k, part in enumerate(terms):
                yield from places(part, lambda new, k=k: build(Add((*terms[:k], new, *terms[k + 1 :]))), scope)
        case Mul(factors):
            for k, part in enumerate(factors):
                yield from places(part, lambda new, k=k: build(Mul((*factors[:k], new, *factors[k + 1 :]))), scope)
        case Power(base, exponent):
            yield from places(base, lambda new: build(Power(new, exponent)), scope)
        case Call(_, arguments) | Apply(_, _, arguments):
            for k, part in enumerate(arguments):
                yield from places(
                    part,
                    lambda new, k=k: build(replace(term, arguments=(*arguments[:k], new, *arguments[k + 1 :]))),
                    scope,
                )
        case Sum(binder, body) | Product(binder, body) | Extremum(_, binder, body):
            yield from places(body, lambda new: build(replace(term, body=new)), scope | {binder.index})
        case Select(_, then, otherwise):
            yield from places(then, lambda new: build(replace(term, then=new)), scope)
            yield from places(otherwise, lambda new: build(replace(term, otherwise=new)), scope)


class Mutator:
    """Mutates terms of one program; ``shapes`` are the tensors that a term may read."""

    def __init__(self, random: Random, shapes: dict[str, Shape], sizes: tuple[str, ...]) -> None:
        self.random = random
        self.shapes = shapes
        self.sizes = sizes

    def mutate(self, let: Let) -> Let | None:
        """A let that differs in one place from this one; None where the attempt changes nothing."""
        found = list(places(let.body, lambda new: new, frozenset(let.indices)))
        for _ in range(8):
            term, build, scope = self.random.choice(found)
            options = list(self._changes(term, sorted(scope)))
            if options:
                new = self.random.choice(options)()
                if new is not None and new != term:
                    return replace(let, body=build(new), source=None)
        return None

    def _changes(self, term: Term, scope: list[str]) -> Iterator[Callable[[], Term | None]]:
        pick = self.random
        match term:
            case Entry(tensor, subscripts):
                yield from self._of_entry(tensor, subscripts, scope)
            case Add(terms):
                k = pick.randrange(len(terms))
                yield lambda: add(*terms[:k], *terms[k + 1 :])
                yield lambda: Add((*terms[:k], mul(MINUS_ONE, terms[k]), *terms[k + 1 :]))
                yield lambda: Add((*terms[:k], mul(number(Fraction(1, 2)), terms[k]), *terms[k + 1 :]))
                yield lambda: Mul(terms)
            case Mul(factors):
                k = pick.randrange(len(factors))
                yield lambda: mul(*factors[:k], *factors[k + 1 :])
                yield lambda: Mul((*factors, factors[k]))
                yield lambda: Mul((*factors, MINUS_ONE))
                if len(factors) > 1:
                    yield lambda: add(mul(*factors[:k], *factors[k + 1 :]), factors[k])
            case Number(value):
                yield lambda: number(value + pick.choice((1, -1)))
                yield lambda: number(-value)
            case IndexValue(index):
                yield lambda: IndexValue(index + pick.choice((1, -1)))
                yield lambda: IndexValue(self.index(index, scope))
            case Power(base, Number(value)):
                yield lambda: Power(base, number(value + pick.choice((1, -1, 2, Fraction(1, 2)))))
                yield lambda: Power(base, number(-value))
                yield lambda: base
            case Call(function, arguments) if function in SIMILAR:
                yield lambda: Call(pick.choice(SIMILAR[function]), arguments)
                yield lambda: arguments[0]
                if len(arguments) == 2:
                    yield lambda: arguments[1]
            case Apply(function, orders, arguments):
                yield lambda: Apply(function, (orders[0] + 1, *orders[1:]), arguments)
            case Sum() | Product() | Extremum():
                yield from self._of_loop(term, scope)
            case Indicator(condition):
                yield lambda: Indicator(self.condition(condition, scope))
                yield lambda: number(1)
            case Select(condition, then, otherwise):
                yield lambda: Select(self.condition(condition, scope), then, otherwise)
                yield lambda: Select(condition, otherwise, then)
                yield lambda: then
                yield lambda: otherwise
        yield lambda: mul(number(pick.choice((2, -1, Fraction(1, 2)))), term)

    def _of_entry(self, tensor: str, subscripts: tuple[Index, ...], scope: list[str]) -> Iterator[Callable[[], Term]]:
        pick = self.random
        alike = [t for t, shape in self.shapes.items() if len(shape) == len(subscripts) and t != tensor]
        if alike:
            yield lambda: Entry(pick.choice(alike), subscripts)
        if len(subscripts) > 1:
            a, b = sorted(pick.sample(range(len(subscripts)), 2))
            swapped = list(subscripts)
            swapped[a], swapped[b] = swapped[b], swapped[a]
            yield lambda: Entry(tensor, tuple(swapped))
            yield lambda: Entry(tensor, tuple(swapped))
        if subscripts:
            k = pick.randrange(len(subscripts))
            yield lambda: Entry(tensor, (*subscripts[:k], self.index(subscripts[k], scope), *subscripts[k + 1 :]))
            yield lambda: Entry(tensor, (*subscripts[:k], self.index(subscripts[k], scope), *subscripts[k + 1 :]))

    def _of_loop(self, term: Sum | Product | Extremum, scope: list[str]) -> Iterator[Callable[[], Term]]:
        pick = self.random
        binder = term.binder
        yield lambda: replace(term, binder=replace(binder, lower=binder.lower + 1))
        yield lambda: replace(term, binder=replace(binder, upper=binder.upper - 1))
        if binder.condition is not None:
            condition = binder.condition
            yield lambda: replace(term, binder=replace(binder, condition=None))
            yield lambda: replace(
                term, binder=replace(binder, condition=self.condition(condition, [*scope, binder.index]))
            )
        else:
            inside = [*scope, binder.index]
            other = var(pick.choice(inside)) + pick.choice((0, 0, 1, -1))
            test: Condition = IndexCondition(pick.choice((">=", "==")), other - var(binder.index))
            yield lambda: replace(term, binder=replace(binder, condition=pick.choice((test, Not(test)))))
        if isinstance(term, Sum):
            yield lambda: Mul((term, Power(IndexValue(binder.upper - binder.lower), MINUS_ONE)))

    def index(self, index: Index, scope: list[str]) -> Index:
        """Another integer expression."""
        pick = self.random
        used = sorted(index.variables())
        kind = pick.randrange(6)
        if kind == 0:
            return index + 1
        if kind == 1:
            return index - 1
        if kind == 2 and used and scope:
            return index.substitute({pick.choice(used): var(pick.choice(scope))})
        if kind == 3 and self.sizes:
            return size(pick.choice(self.sizes)) - 1 - index
        if kind == 4 and used:
            name = pick.choice(used)
            return index.substitute({name: var(name) + pick.choice((1, -1))})
        return var(pick.choice(scope)) if scope else index + ONE

    def condition(self, condition: Condition, scope: list[str]) -> Condition:
        """Another condition."""
        pick = self.random
        match condition:
            case IndexCondition(relation, index):
                kind = pick.randrange(4)
                if kind == 0:
                    return IndexCondition("==" if relation == ">=" else ">=", index)
                if kind == 1:
                    return IndexCondition(relation, index + pick.choice((1, -1)))
                if kind == 2:
                    return IndexCondition(relation, -index)
                return IndexCondition(relation, self.index(index, scope))
            case ValueCondition(relation, left, right):
                if pick.random() < 0.5:
                    return ValueCondition(relation, right, left)
                return ValueCondition("<" if relation != "<" else "<=", left, right)
            case All(parts) | Some(parts) if parts:
                k = pick.randrange(len(parts))
                kept = (*parts[:k], *parts[k + 1 :])
                return pick.choice((All(parts), Some(parts), All(kept), Some(kept)))
            case Not(part):
                return pick.choice((part, Not(self.condition(part, scope))))
        return Not(condition)
