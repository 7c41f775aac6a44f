"""Bounds of integer expressions over the ranges in scope, and what they decide: floors, remainders, mixed radix.

    (q·d + r)//d = q and (q·d + r) % d = r                    where the ranges show 0 <= r < d
    [q·d + r == e] = [q == e//d]·[r == e % d]                 for a variable r in range(d): digits of e
    [a == e//d]·[b == e % d] = [e == a·d + b]                 the digits put together again

So a flattened axis ``h*D + d`` and its digits ``u//D, u % D`` meet, in whichever of the two forms a line is written.
Complete for digits of any number of axes that are split and merged whole.
"""

from __future__ import annotations

from symadj.normal.store import Store
from symadj.terms.index import (
    ZERO,
    Floor,
    Index,
    Lookup,
    Mod,
    Size,
    Var,
    constant,
    floor_div,
    lookup,
    remainder,
    split_multiple,
    var,
)

MAX_DEPTH = 12


def lower_bound(store: Store, index: Index, depth: int = 0) -> Index | None:
    """The least value over the ranges in scope, as an expression in sizes; None where it is not known.

    Each monomial may hold one variable, floor or remainder, times sizes.
    """
    if depth > MAX_DEPTH:
        return None
    total = ZERO
    again = False
    for monomial, coefficient in index.terms:
        sizes = tuple(a for a in monomial if isinstance(a, Size))
        others = [a for a in monomial if not isinstance(a, Size)]
        scale = Index(((sizes, coefficient),))
        if not others:
            total = total + scale
            continue
        if len(others) > 1:
            return None
        ends = _ends(store, others[0], depth)
        if ends is None:
            return None
        end = ends[0] if coefficient > 0 else ends[1]
        again = again or bool(end.variables())
        total = total + end * scale
    return lower_bound(store, total, depth + 1) if again else total


def _ends(store: Store, atom: object, depth: int) -> tuple[Index, Index] | None:
    """The least and the greatest value of an atom."""
    if isinstance(atom, Var):
        ends = store.ranges.get(atom.name)
        return None if ends is None else (ends[0], ends[1] - 1)
    if isinstance(atom, Mod):
        return ZERO, atom.divisor - 1
    if isinstance(atom, Floor):
        least = lower_bound(store, atom.numerator, depth + 1)
        most = lower_bound(store, -atom.numerator, depth + 1)
        if least is None or most is None or not nonnegative(store, least):
            return None
        for bound in _equal_forms(store, 1 - most):
            quotient, rest = split_multiple(bound, atom.divisor)
            if not rest.terms:
                return ZERO, quotient - 1
        return None
    if isinstance(atom, Lookup):
        below = store.tables.get(atom.tensor)
        return None if below is None else (ZERO, below - 1)
    return None


def _equal_forms(store: Store, index: Index) -> list[Index]:
    """The expression, and what the statement's equations between products of sizes (``p*q == m*n``) make of it."""
    forms = [index]
    for left, right in store.equations:
        forms += [index - Index(((left, c),)) + Index(((right, c),)) for m, c in index.terms if m == left]
        forms += [index - Index(((right, c),)) + Index(((left, c),)) for m, c in index.terms if m == right]
    return forms


def nonnegative(store: Store, index: Index) -> bool:
    """Whether an expression in sizes cannot be negative: only the constant is, and the least sizes make up for it."""
    total = 0
    for monomial, coefficient in index.terms:
        if monomial and coefficient < 0:
            return False
        least = coefficient
        for atom in monomial:
            if not isinstance(atom, Size):
                return False
            least *= store.least(atom.name)
        total += least
    return total >= 0


def surely_nonnegative(store: Store, index: Index) -> bool:
    """Whether the ranges in scope show that the expression is never negative."""
    least = lower_bound(store, index)
    return least is not None and nonnegative(store, least)


def tidy(store: Store, index: Index) -> Index:
    """Floors and remainders resolved where the ranges decide them, and a table applied to its inverse."""
    if not index.divides and not store.inverses:
        return index
    total = ZERO
    for monomial, coefficient in index.terms:
        product = constant(coefficient)
        for atom in monomial:
            product = product * _tidy_atom(store, atom)
        total = total + product
    return _recomposed(total)


def _recomposed(index: Index) -> Index:
    """``d·(e//d) + e % d = e`` and ``e − d·(e//d) = e % d``, where that leaves fewer terms."""
    for monomial, coefficient in index.terms:
        for atom in monomial:
            if not isinstance(atom, Floor | Mod):
                continue
            others = Index(((tuple(a for a in monomial if a is not atom), coefficient),))
            e, divisor = atom.numerator, atom.divisor
            here = Index(((monomial, coefficient),))
            if isinstance(atom, Mod):
                shorter = index - here + (e - floor_div(e, divisor) * divisor) * others
            else:
                scale, rest = split_multiple(others, divisor)
                if rest.terms:
                    continue
                shorter = index - here + (e - remainder(e, divisor)) * scale
            if len(shorter.terms) < len(index.terms):
                return _recomposed(shorter)
    return index


def _tidy_atom(store: Store, atom: Size | Var | Floor | Mod | Lookup) -> Index:
    if isinstance(atom, Lookup) and store.inverses:
        subscripts = tuple(tidy(store, s) for s in atom.subscripts)
        inner = subscripts[0].lookup if len(subscripts) == 1 else None
        if inner is not None and (
            store.inverses.get(inner.tensor) == atom.tensor or store.inverses.get(atom.tensor) == inner.tensor
        ):
            return inner.subscripts[0]
        return lookup(atom.tensor, subscripts)
    if not isinstance(atom, Floor | Mod):
        return Index((((atom,), 1),))
    numerator = tidy(store, atom.numerator)
    divisor = atom.divisor
    quotient, rest = split_multiple(numerator, divisor)
    if surely_nonnegative(store, rest) and surely_nonnegative(store, divisor - 1 - rest):
        return quotient if isinstance(atom, Floor) else rest
    return floor_div(numerator, divisor) if isinstance(atom, Floor) else remainder(numerator, divisor)


def digits(store: Store, index: Index) -> tuple[Index, Index] | None:
    """``[index == 0]`` as two conditions ``[·== 0]``, where it says ``q·d + r == e`` with a variable r in range(d)."""
    for sign in (1, -1):
        signed = index * sign
        for monomial, coefficient in signed.terms:
            if coefficient != 1 or len(monomial) != 1 or not isinstance(monomial[0], Var):
                continue
            name = monomial[0].name
            ends = store.ranges.get(name)
            if ends is None or ends[0].terms or not ends[1].terms or ends[1].value is not None:
                continue
            divisor = ends[1]
            others = signed - var(name)
            multiple, rest = split_multiple(others, divisor)
            held = Index(tuple((m, c) for m, c in multiple.terms if Index(((m, c),)).variables()))
            if not held.terms or name in rest.variables() or name in held.variables():
                continue
            # held·d + r == e, with e everything else, brought to the other side.
            e = -(others - held * divisor)
            if any(isinstance(a, Var) and (a,) in dict(held.terms) for m, _ in e.terms for a in m):
                continue
            return held - floor_div(e, divisor), var(name) - remainder(e, divisor)
    return None


def division(index: Index) -> tuple[str, Index, Index, Index] | None:
    """``a − e//d`` or ``b − e % d`` (up to the sign): the kind, e, d, and the other side a or b."""
    for sign in (1, -1):
        signed = index * sign
        for monomial, coefficient in signed.terms:
            if coefficient == -1 and len(monomial) == 1 and isinstance(monomial[0], Floor | Mod):
                atom = monomial[0]
                other = signed + Index(((monomial, 1),))
                kind = "floor" if isinstance(atom, Floor) else "mod"
                return kind, atom.numerator, atom.divisor, other
    return None


def radix(upper: Index, index: Index, name: str) -> Index | None:
    """The divisor of a floor or a remainder of ``name`` in the expression that divides the variable's range."""
    for atom in index.atoms():
        if isinstance(atom, Floor | Mod) and name in atom.numerator.variables():
            quotient, rest = split_multiple(upper, atom.divisor)
            if not rest.terms and quotient.terms and quotient.value != 1:
                return atom.divisor
    return None
