"""Hypotheses that hold almost everywhere: they exclude a null set of points.

``u != 0`` does so in three cases, and ``u > 0`` where ``u >= 0`` is known besides.

- ``u`` is ``c x[i] + rest``, where ``c`` is a nonzero number and the rest does not depend on the entry ``x[i]`` of
  an input: with everything else held fixed, one value of ``x[i]`` is excluded (Fubini).
- ``u`` is real-analytic on a connected open set and does not vanish identically. Accepted as analytic are quotients
  of functions that are analytic on a convex set: sums, products and integer powers of entries of inputs; exponentials
  and other functions that are analytic everywhere, of arguments without denominators; logarithms and roots of
  polynomials of degree one in the entries, or of terms that are positive at every point. (On a set in pieces it is
  false: arctan(x) + arctan(1/x) - π/2 is 0 for all x > 0, and -π for all x < 0.) That ``u`` is not identically zero
  is shown by signs again: there is a region, described by the sign of the entries of each input, on which the signs
  of ``u`` leave out zero, whatever the sizes.

- ``u`` is a polynomial in the entries of an input, whatever the others are, and with zeros for these entries it is as
  described: ``x[i] + sum(h[k]*W[k,i] …)``, where ``h`` has kinks in ``x`` (Fubini again: where ``x[i] != 0``, it is a
  polynomial in ``W`` that is not zero).

A product or a power of such ``u`` is another, and a sum of what is not negative if it has one. Kinks in ``u`` are
split into pieces, and each piece must be as described: relu(x) vanishes on half of the line.

Complete for nothing; what it does not grant is listed as a hypothesis. An equation among the assumptions makes the
points that are left a null set themselves, so with one nothing is granted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product

from symadj.calculus import signs
from symadj.calculus.conditions import negated
from symadj.calculus.instances import Read, reads_of
from symadj.calculus.knowledge import Knowledge
from symadj.calculus.polynomials import Poly, is_index
from symadj.calculus.rewriting import substitute
from symadj.calculus.splitting import cases
from symadj.calculus.structure import entered
from symadj.calculus.vocabulary import condition_reads_any, reads_any, varying
from symadj.terms.nodes import (
    Add,
    All,
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
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    add,
    condition_terms,
    mul,
    number,
    walk,
)
from symadj.terms.statement import Assumption

MAX_REGIONS = 90
MAX_SPLITS = 4
_ENTIRE = frozenset({"exp", "sin", "cos", "sinh", "cosh"})
_ENTIRE_OVER_THE_REALS = frozenset({"tanh", "arctan", "erf", "sigmoid", "softplus"})
_REAL_LINEAR = frozenset({"conj", "real", "imag"})


def excludes_null_set(known: Knowledge, goal: Condition, assumptions: Sequence[Assumption]) -> bool:
    """Whether the points at which ``goal`` fails are plainly a null set."""
    if any(_equates(a.condition) for a in assumptions):
        return False
    return _is_null(known, goal)


def _equates(condition: Condition) -> bool:
    """Whether an equation of values stands in a condition, other than under a ``not``."""
    match condition:
        case ValueCondition(relation, _, _):
            return relation == "=="
        case All(parts) | Some(parts):
            return any(_equates(p) for p in parts)
        case Not(part):
            return isinstance(part, All | Some | Not)
        case _:
            return False


def _is_null(known: Knowledge, goal: Condition) -> bool:
    match goal:
        case All(parts):
            return all(_is_null(known, p) for p in parts)
        case Some(parts) if (split := _distributed(parts)) is not None:
            return all(_is_null(known, p) for p in split)
        case Some(parts):
            there = known.extended(negated(p) for p in parts if not any(True for _ in condition_terms(p)))
            return any(_is_null(there, p) for p in parts)
        case Not(ValueCondition("==", left, right)):
            return _vanishes_on_null_set(known, known.difference(left, right), MAX_SPLITS)
        case ValueCondition("<", left, right):
            difference = known.difference(left, right)
            return known.implies(difference, signs.NONNEGATIVE) and _vanishes_on_null_set(known, difference, MAX_SPLITS)
        case _:
            return False


def _distributed(parts: tuple[Condition, ...]) -> list[Condition] | None:
    """``p or (i == k and j == l)`` as ``p or i == k`` and ``p or j == l``."""
    for k, part in enumerate(parts):
        if isinstance(part, All):
            return [Some((*parts[:k], inner, *parts[k + 1 :])) for inner in part.parts]
    return None


def _vanishes_on_null_set(known: Knowledge, poly: Poly, splits: int) -> bool:
    canonical = known.world.canonical
    if _has_lone_entry(known, poly):
        return True
    if len(poly) == 1:  # a product vanishes only where a factor does
        ((monomial, _),) = poly.items()
        if len(monomial) > 1 or (monomial and monomial[0][1] != 1):
            return all(e < 0 or _vanishes_on_null_set(known, canonical.poly(a), splits) for a, e in monomial)
    if _vanishes_rarely_in_an_input(known, poly, splits) or _has_rare_summand(known, poly, splits):
        return True
    pieces = cases(poly, canonical) if splits else None
    if pieces is not None:
        return all(_vanishes_on_null_set(known, piece, splits - 1) for _, piece in pieces)
    if not _is_analytic(_bare(known), canonical.back(poly), quotients=True):
        return False
    return _is_somewhere_nonzero(known, poly)


def _has_lone_entry(known: Knowledge, poly: Poly) -> bool:
    """``c x[i] + rest``, where the rest surely does not depend on ``x[i]``, and ``c`` is a number or a quotient of
    sizes.
    """
    for monomial in poly:
        entries = [(a, e) for a, e in monomial if not is_index(a)]
        if len(entries) == 1 and entries[0][1] == 1 and isinstance(entries[0][0], Entry):
            entry = entries[0][0]
            sizes: Poly = {tuple((a, e) for a, e in monomial if is_index(a)): Fraction(1)}
            rest = {m: c for m, c in poly.items() if m != monomial}
            is_input = entry.tensor not in known.world.lets
            others = reads_of(known.world.canonical.back(rest))
            if is_input and known.implies(sizes, signs.NONZERO) and all(_is_apart(known, entry, o) for o in others):
                return True
    return False


def _vanishes_rarely_in_an_input(known: Knowledge, poly: Poly, splits: int) -> bool:
    """Whether ``poly`` is a polynomial in the entries of some input, and vanishes on a null set where these are 0."""
    canonical, lets = known.world.canonical, known.world.lets
    term = canonical.back(poly)
    for tensor in sorted({t.tensor for t in walk(term) if isinstance(t, Entry)} - lets.keys()):
        there = _at_zero(term, tensor, varying(tuple(lets.values()), {tensor: ()}))
        rest = None if there is None else canonical.poly(there)
        if rest and rest != poly and _vanishes_on_null_set(known, rest, splits):
            return True
    return False


def _has_rare_summand(known: Knowledge, poly: Poly, splits: int) -> bool:
    """Whether no summand is negative, and one vanishes on a null set: of a sum over a range, the first."""
    canonical = known.world.canonical
    if len(poly) > 1:
        summands: list[Poly] = [{m: c} for m, c in poly.items()]
        return all(known.implies(s, signs.NONNEGATIVE) for s in summands) and any(
            _vanishes_on_null_set(known, s, splits) for s in summands
        )
    atoms = [a for monomial in poly for a, _ in monomial]
    match atoms:
        case [Sum(binder, body)] if binder.condition is None and known.implies_integer(
            binder.upper - binder.lower, signs.POSITIVE
        ):
            inside, inner = entered(known, binder, body, deep=True)
            first = substitute(body, {binder.index: binder.lower})
            return inside.implies(canonical.poly(inner), signs.NONNEGATIVE) and _vanishes_on_null_set(
                known, canonical.poly(first), splits
            )
        case _:
            return False


def _at_zero(term: Term, tensor: str, dependent: Mapping[str, object]) -> Term | None:
    """The term with zeros for the entries of ``tensor``; ``None`` where it is not plainly a polynomial in these.

    ``dependent`` are the names that depend on the tensor, itself among them.
    """
    match term:
        case Entry(name, _) if name == tensor:
            return number(0)
        case Add(parts) | Mul(parts):
            values = [_at_zero(p, tensor, dependent) for p in parts]
            known = [v for v in values if v is not None]
            if len(known) < len(values):
                return None
            return add(*known) if isinstance(term, Add) else mul(*known)
        case Sum(binder, body) if binder.condition is None or not condition_reads_any(binder.condition, dependent):
            inside = _at_zero(body, tensor, dependent)
            return None if inside is None else Sum(binder, inside)
        case Power(base, Number(value)) if value.denominator == 1 and value > 0:
            inside = _at_zero(base, tensor, dependent)
            return None if inside is None else Power(inside, Number(value))
        case _:
            return None if reads_any(term, dependent) else term


def _is_apart(known: Knowledge, entry: Entry, read: Read) -> bool:
    """Whether what is read surely does not depend on ``entry``."""
    tensor, subscripts = read
    if tensor == entry.tensor:
        return any(
            other is not None and known.implies_integer(own - other, signs.NONZERO)
            for own, other in zip(entry.subscripts, subscripts, strict=False)
        )
    return tensor not in varying(tuple(known.world.lets.values()), {entry.tensor: ()})


def _bare(known: Knowledge) -> Knowledge:
    """What is known of integers only."""
    world = replace(known.world, schemas=(), root=None)
    return Knowledge(world).extended(c for c in known.seen if not any(True for _ in condition_terms(c)))


# ------------------------------------------------------------------------------------------------ analytic


def _is_analytic(bare: Knowledge, term: Term, *, quotients: bool) -> bool:
    """A quotient of analytic functions on a convex set, or, without ``quotients``, one of them."""
    match term:
        case Number() | Constant() | IndexValue():
            return True
        case Entry(tensor, _) | Determinant(tensor, _):
            return tensor not in bare.world.lets
        case Inverse(tensor, _):
            return quotients and tensor not in bare.world.lets
        case Add(parts) | Mul(parts):
            return all(_is_analytic(bare, p, quotients=quotients) for p in parts)
        case Sum(binder, body) | Product(binder, body):
            inside, inner = entered(bare, binder, body, deep=True)
            return _is_of_integers(binder.condition) and _is_analytic(inside, inner, quotients=quotients)
        case Select(condition, then, otherwise):
            branches = (_is_analytic(bare, b, quotients=quotients) for b in (then, otherwise))
            return _is_of_integers(condition) and all(branches)
        case Indicator(condition):
            return _is_of_integers(condition)
        case Power(base, Number(value)) if value.denominator == 1:
            return (quotients or value > 0) and _is_analytic(bare, base, quotients=quotients)
        case Power(base, exponent):
            return _has_logarithm(bare, base) and _is_analytic(bare, exponent, quotients=False)
        case Call("log", (u,)):
            return _has_logarithm(bare, u)
        case Call(function, (u,)):
            entire = function in _ENTIRE | _REAL_LINEAR
            entire |= function in _ENTIRE_OVER_THE_REALS and not bare.world.complex
            return entire and _is_analytic(bare, u, quotients=False)
        case _:
            return False


def _is_of_integers(condition: Condition | None) -> bool:
    return condition is None or not any(True for _ in condition_terms(condition))


def _has_logarithm(bare: Knowledge, base: Term) -> bool:
    """Whether ``log base`` is analytic on a convex set: the base is affine in the entries, or positive everywhere."""
    if bare.world.complex:
        return False
    if _is_affine(base):
        return True
    poly = bare.world.canonical.poly(base)
    return bare.implies(poly, signs.POSITIVE) and _is_analytic(bare, base, quotients=False)


def _is_affine(term: Term) -> bool:
    match term:
        case Add(parts):
            return all(_is_affine(p) for p in parts)
        case Mul(factors):
            varying = [f for f in factors if not _is_constant(f)]
            return len(varying) <= 1 and all(_is_affine(f) for f in varying)
        case Sum(binder, body):
            return _is_of_integers(binder.condition) and _is_affine(body)
        case Entry():
            return True
        case _:
            return _is_constant(term)


def _is_constant(term: Term) -> bool:
    return all(isinstance(t, Number | Constant | IndexValue | Add | Mul | Power) for t in walk(term))


# ------------------------------------------------------------------------------------------------ not identically zero


def _is_somewhere_nonzero(known: Knowledge, poly: Poly) -> bool:
    """Whether the function, analytic on a convex set, is different from zero at some point of it, for all sizes."""
    if len(poly) == 1:
        ((monomial, _),) = poly.items()
        if len(monomial) == 1 and isinstance(monomial[0][0], Determinant):
            return True  # at the identity
    return any(True for _ in islice(_nonzero_regions(known, poly), 1))


def _nonzero_regions(known: Knowledge, poly: Poly) -> Iterator[dict[str, int]]:
    """Choices of a sign for the entries of each input, under which the signs of ``poly`` leave out zero."""
    term = known.world.canonical.back(poly)
    tensors = sorted({t.tensor for t in walk(term) if isinstance(t, Entry)})
    choices = product((signs.POSITIVE, signs.NEGATIVE, signs.ZERO), repeat=len(tensors))
    for choice in islice(choices, MAX_REGIONS):
        region = dict(zip(tensors, choice, strict=True))
        bare = _bare(known)
        there = Knowledge(replace(bare.world, region=region)).extended(bare.seen)
        if there.implies(poly, signs.NONZERO) and _is_defined(there, term):
            known.world.steps = min(known.world.steps, there.world.steps)
            yield region


def _is_defined(there: Knowledge, term: Term) -> bool:
    """Whether every logarithm and root in ``term`` is taken of a positive number, and nothing is divided by zero."""
    match term:
        case Call("log", (u,)):
            return _is_positive(there, u) and _is_defined(there, u)
        case Power(base, Number(value)) if value.denominator == 1:
            divides = there.implies(there.world.canonical.poly(base), signs.NONZERO) if value < 0 else True
            return divides and _is_defined(there, base)
        case Power(base, exponent):
            return _is_positive(there, base) and _is_defined(there, base) and _is_defined(there, exponent)
        case Add(parts) | Mul(parts) | Call(_, parts):
            return all(_is_defined(there, p) for p in parts)
        case Sum(binder, body) | Product(binder, body):
            return _is_defined(*entered(there, binder, body, deep=True))
        case Select(_, then, otherwise):
            return _is_defined(there, then) and _is_defined(there, otherwise)
        case _:
            return not isinstance(term, Inverse)


def _is_positive(there: Knowledge, term: Term) -> bool:
    return there.implies(there.world.canonical.poly(term), signs.POSITIVE)
