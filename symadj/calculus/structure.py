"""The signs of a term that its structure gives: a sum of exponentials is positive, a square is not negative.

Ranges matter: a sum of positive terms is positive where its range is not empty, and zero where it is. A term that is
a line of the program has the signs of that line's right side. Terms are taken to have a value; that they do is for
the hypotheses about their parts to say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symadj.calculus import signs
from symadj.calculus.conditions import flattened, negated
from symadj.calculus.instances import informed, reads_of
from symadj.calculus.polynomials import atom_poly, constant_poly, plus
from symadj.calculus.ranges import is_nonempty
from symadj.calculus.rewriting import freshen, substitute, substitute_condition
from symadj.terms.index import ZERO as ZERO_INDEX
from symadj.terms.index import Index, Lookup, Size, var
from symadj.terms.nodes import (
    ONE_TERM,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Entry,
    Extremum,
    IndexValue,
    Indicator,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    at_most,
    less,
)
from symadj.terms.statement import Let

if TYPE_CHECKING:
    from symadj.calculus.knowledge import Knowledge, World

LINE_STEPS = 500


class Exhausted(Exception):
    """The steps that one hypothesis may take ran out."""


def structural_signs(knowledge: Knowledge, atom: Term, *, deep: bool) -> int:
    """The signs that ``atom`` can have, for any values of what it reads that agree with the knowledge."""
    unknown = signs.ANY if knowledge.world.complex else signs.REAL
    match atom:
        case Number(value):
            return signs.of_number(value)
        case Constant(name):
            return signs.POSITIVE if name == "pi" else signs.OTHER
        case IndexValue(index):
            return _of_integer(knowledge, index)
        case Entry(tensor, _):
            if tensor in knowledge.world.region:
                return knowledge.world.region[tensor]
            return _of_line(knowledge.world, tensor, unknown)
        case Power(base, Number(value)):
            return signs.raised(_signs(knowledge, base, deep), value, complex=knowledge.world.complex)
        case Power(base, exponent):
            return _of_power(_signs(knowledge, base, deep), exponent, unknown)
        case Call("log", (u,)) if not knowledge.world.complex:
            return knowledge.poly_signs(plus(knowledge.world.canonical.poly(u), constant_poly(1), -1), deep=deep)
        case Call(function, arguments):
            return signs.of_function(function, tuple(_signs(knowledge, a, deep) for a in arguments))
        case Apply():
            return unknown
        case Sum(binder, body):
            return _of_sum(knowledge, binder, body, deep)
        case Product(binder, body):
            return _of_product(*entered(knowledge, binder, body, deep), deep, unknown)
        case Extremum(_, binder, body):
            return _signs(*entered(knowledge, binder, body, deep), deep)
        case Indicator():
            return signs.NONNEGATIVE
        case Select(condition, then, otherwise):
            return _of_choice(knowledge, condition, then, deep) | _of_choice(
                knowledge, negated(condition), otherwise, deep
            )
        case _:
            poly = knowledge.world.canonical.poly(atom)
            return unknown if poly == atom_poly(atom) else knowledge.poly_signs(poly, deep=deep)


def _signs(knowledge: Knowledge, term: Term, deep: bool) -> int:
    return knowledge.poly_signs(knowledge.world.canonical.poly(term), deep=deep)


def _of_line(world: World, tensor: str, unknown: int) -> int:
    """An entry of a line, whatever its subscripts: by the line's right side, which is looked at once.

    The lines are looked at in order, so that each finds the earlier ones known. What is special at some subscripts
    shows where the right side is put in for the name.
    """
    if tensor not in world.lets or world.root is None:
        return unknown
    if tensor not in world.line_signs:
        for let in world.lets.values():
            if let.name not in world.line_signs:
                world.line_signs[let.name] = unknown
                world.line_signs[let.name] = _of_right_side(world, world.root, let, unknown)
            if let.name == tensor:
                break
    return world.line_signs[tensor]


def _of_right_side(world: World, root: Knowledge, let: Let, unknown: int) -> int:
    left = world.steps
    world.steps = LINE_STEPS
    names = [world.names.fresh(i) for i in let.indices]
    body = freshen(let.body, {old: var(new) for old, new in zip(let.indices, names, strict=True)}, world.names)
    known = root
    for name, extent in zip(names, let.shape, strict=True):
        known = known.extended((at_most(ZERO_INDEX, var(name)), less(var(name), extent)), resolve=False)
    try:
        return _signs(informed(known, reads_of(body)), body, deep=True)
    except Exhausted:
        return unknown
    finally:
        world.steps = left


def _of_integer(knowledge: Knowledge, index: Index) -> int:
    """A single integer atom: sizes are positive, parameters, look-ups and remainders are not negative."""
    atom = index.terms[0][0][0]
    if isinstance(atom, Size):
        return signs.NONNEGATIVE if atom.name in knowledge.world.integers else signs.POSITIVE
    return signs.NONNEGATIVE if isinstance(atom, Lookup) else signs.REAL


def _of_power(base: int, exponent: Term, unknown: int) -> int:
    """An exponent that is no number. Where it is an integer expression, the base may be negative."""
    if signs.subset(base, signs.POSITIVE):
        return signs.POSITIVE
    if not isinstance(exponent, IndexValue):
        return unknown
    if not base & signs.ZERO:
        unknown &= ~signs.ZERO
    return signs.NONNEGATIVE if signs.subset(base, signs.NONNEGATIVE) else unknown


def _of_choice(knowledge: Knowledge, condition: Condition, branch: Term, deep: bool) -> int:
    return _signs(knowledge.extended(flattened(condition), resolve=deep), branch, deep)


def _of_sum(knowledge: Knowledge, binder: Binder, body: Term, deep: bool) -> int:
    if isinstance(body, Indicator) and binder.condition is None:  # a number of elements
        binder, body = replace(binder, condition=body.condition), ONE_TERM
    inside, term = entered(knowledge, binder, body, deep)
    each = _signs(inside, term, deep)
    if each in (signs.POSITIVE, signs.NEGATIVE):
        return each if is_nonempty(knowledge, binder) else each | signs.ZERO
    if signs.subset(each, signs.NONNEGATIVE) or signs.subset(each, signs.NEGATIVE | signs.ZERO):
        return each | signs.ZERO
    return signs.REAL if signs.subset(each, signs.REAL) else signs.ANY


def _of_product(inside: Knowledge, term: Term, deep: bool, unknown: int) -> int:
    each = _signs(inside, term, deep)
    if signs.subset(each, signs.NONNEGATIVE):
        return each | signs.POSITIVE
    return unknown if each & signs.ZERO else unknown & ~signs.ZERO


def entered(knowledge: Knowledge, binder: Binder, body: Term, deep: bool) -> tuple[Knowledge, Term]:
    """What is known for any one value of the binder's variable, which gets a name of its own, and the body with it."""
    name = knowledge.world.names.fresh(binder.index if not binder.index.startswith("%") else "i")
    values = {binder.index: var(name)}
    conditions: list[Condition] = [at_most(binder.lower, var(name)), less(var(name), binder.upper)]
    if binder.condition is not None:
        conditions += flattened(substitute_condition(binder.condition, values))
    term = substitute(body, values)
    return informed(knowledge.extended(conditions, resolve=deep), reads_of(term), resolve=deep), term
