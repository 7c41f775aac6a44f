"""Sums reindexed by a bijection: a shift modulo the length of an axis, or a table with a named inverse.

    Σ_v [l == (v + e) % d]·m(v)  =  [0 <= l < d]·[v' < upper]·m(v')     with v' = lower + (l − e − lower) % d, for a
                                                                        range of at most d values
    Σ_v [l == p[v]]·m(v)         =  [0 <= l < n]·m(q[l])                where q[p[j]] == j is assumed, for v < n
    Σ_{v<d} m(v)                 =  Σ_{v<d} m((±v − e) % d)             for any e without v
    Σ_{v<n} m(v)                 =  Σ_{v<n} m(q[v])

So rolls, periodic boundaries, circular convolutions and permutations are decided. A sum is brought to one of the forms
that the last two equations give: each ``(±v + e) % d`` or ``p[v]`` in it is made the variable itself, in turn. Of the
forms that can be reached so, and in which each of these variables stands by itself too, those that fall into the most
factors come first, and of these the one that was met first. Complete for sums whose variables stand in remainders by
their own ranges and in tables with a named inverse, up to ``MOST_FORMS`` forms, if the variables' coefficients stay 1
and −1 in all of these forms: not with both ``i + j`` and ``i − j``, where ``2*j`` would be left.
"""

from __future__ import annotations

from collections.abc import Iterator

from symadj.normal.algebra import multiply
from symadj.normal.canonical import canonical_component
from symadj.normal.integers import surely_nonnegative, tidy
from symadj.normal.leaves import guard
from symadj.normal.store import (
    UNIT,
    Contracted,
    Exponent,
    Factor,
    Poly,
    Range,
    Store,
    as_argument,
    as_index,
    in_ranges,
)
from symadj.normal.substitution import substitute_exponents
from symadj.terms.index import ZERO, Index, Lookup, Mod, Var, lookup, remainder, solved_for_atoms, var

MOST_FORMS = 48

Atoms = dict[int, Exponent]
Piece = tuple[tuple[str, ...], Atoms]


def at_image(
    store: Store, inside: list[tuple[Factor, Exponent]], delta: Factor, variable: str, ends: Range
) -> Poly | None:
    """``Σ_variable Π inside``, where the delta, one of its factors, is solved by the inverse of a bijection."""
    found = _solved(store, as_index(delta.arguments[0]), variable, ends)
    if found is None:
        return None
    value, conditions = found
    others = {f.number: e for f, e in inside if f is not delta}
    result: Poly = {UNIT: 1}
    if others:
        result = substitute_exponents(store, others, {variable: as_argument(value)})
    for index in conditions:
        result = multiply(store, result, guard(store, "atleast", index))
    return result


def _solved(store: Store, index: Index, variable: str, ends: Range) -> tuple[Index, tuple[Index, ...]] | None:
    """``[index == 0]`` solved for the variable: its value, and what must not be negative for it to be one."""
    lower, upper = ends
    for atom, other in solved_for_atoms(index):
        inner = _holder(atom, variable)
        if inner is None or variable in other.variables():
            continue
        sign, e = inner
        if isinstance(atom, Mod):
            if surely_nonnegative(store, atom.divisor - (upper - lower)):
                value = tidy(store, lower + remainder((other - e) * sign - lower, atom.divisor))
                return value, (other, atom.divisor - 1 - other, upper - 1 - value)
        elif isinstance(atom, Lookup) and (inverse := store.inverses.get(atom.tensor)) is not None:
            place = tidy(store, lookup(inverse, (other,)))
            value = (place - e) * sign
            return value, (other, store.tables[atom.tensor] - 1 - other, value - lower, upper - 1 - value)
    return None


def _holder(atom: object, variable: str) -> tuple[int, Index] | None:
    """The sign and e, where the atom is ``(±variable + e) % d`` or ``p[±variable + e]``."""
    if isinstance(atom, Mod) and variable not in atom.divisor.variables():
        inside = atom.numerator
    elif isinstance(atom, Lookup) and len(atom.subscripts) == 1:
        inside = atom.subscripts[0]
    else:
        return None
    coefficient = dict(inside.terms).get((Var(variable),), 0)
    e = inside - var(variable) * coefficient
    return (coefficient, e) if coefficient in (1, -1) and variable not in e.variables() else None


def image_met(store: Store, atoms: Atoms, bound: dict[str, Range]) -> Contracted | None:
    """``at_image`` for a delta and a variable that met when the sums over several variables became one."""
    for delta in [f for n in atoms if (f := store.factors[n]).head is not None and f.head.kind == "equal"]:
        for variable in bound:
            if variable not in delta.free or in_ranges(variable, bound.values()):
                continue
            holding = [(f, e) for n, e in atoms.items() if variable in (f := store.factors[n]).free]
            value = at_image(store, holding, delta, variable, bound[variable])
            if value is not None:
                return value, frozenset(factor.number for factor, _ in holding), frozenset({variable})
    return None


def best_form(store: Store, atoms: Atoms, bound: dict[str, Range]) -> list[Piece] | None:
    """The sum in the form that stands for all that reindexing gives, as a product of sums: the variables and the atoms
    of each. ``None`` where no bijection is applied to a variable.
    """
    if not any(_moves(store, atoms, bound)):
        return None
    forms = [atoms]
    seen = {tuple(sorted(atoms.items()))}
    for form in forms:
        for variable, value in _moves(store, form, bound):
            moved = substitute_exponents(store, form, {variable: as_argument(value)})
            if len(moved) != 1 or len(forms) >= MOST_FORMS:
                continue
            ((monomial, coefficient),) = moved.items()
            if coefficient == 1 and monomial not in seen:
                seen.add(monomial)
                forms.append(dict(monomial))
    settled = [form for form in forms if {v for v, _ in _moves(store, form, bound)} <= _outside(store, form)]
    return min((_pieces(store, form, bound) for form in settled or forms), key=lambda p: _rank(store, p, bound))


def _outside(store: Store, atoms: Atoms) -> set[str]:
    """The variables that are an argument by themselves."""
    return {a for n in atoms for a in store.factors[n].arguments if isinstance(a, str)}


def _moves(store: Store, atoms: Atoms, bound: dict[str, Range]) -> Iterator[tuple[str, Index]]:
    """For each image ``(±v + e) % d`` or ``p[v]`` of a variable v: v, and what v is once that is called v."""
    done = set()
    for number in atoms:
        for argument in store.factors[number].arguments:
            for atom in () if isinstance(argument, str) else argument.atoms():
                if isinstance(atom, Mod | Lookup) and atom not in done:
                    done.add(atom)
                    yield from _moves_of(store, atom, bound)


def _moves_of(store: Store, atom: Mod | Lookup, bound: dict[str, Range]) -> Iterator[tuple[str, Index]]:
    for variable, (lower, upper) in bound.items():
        inner = _holder(atom, variable)
        if inner is None or lower.terms or upper.variables() or in_ranges(variable, bound.values()):
            continue
        sign, e = inner
        if isinstance(atom, Mod):
            if atom.divisor == upper:
                yield variable, remainder((var(variable) - e) * sign, upper)
        elif (sign, e) == (1, ZERO) and store.tables.get(atom.tensor) == upper:
            inverse = store.inverses.get(atom.tensor)
            if inverse is not None:
                yield variable, lookup(inverse, (var(variable),))


def _pieces(store: Store, atoms: Atoms, bound: dict[str, Range]) -> list[Piece]:
    """The sums that the sum is a product of: variables are tied by the atoms that hold them, and by their ranges."""
    groups: list[tuple[set[str], Atoms]] = [({v}, {}) for v in bound]
    ties = [(set(store.factors[n].free) & bound.keys(), {n: e}) for n, e in atoms.items()]
    ties += [({v} | {w for end in ends for w in end.variables()} & bound.keys(), {}) for v, ends in bound.items()]
    for names, held in ties:
        met = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        together: Atoms = dict(held)
        for _, others in met:
            together.update(others)
        groups.append((names.union(*(variables for variables, _ in met)), together))
    return [(tuple(v for v in bound if v in variables), held) for variables, held in groups if variables or held]


def _rank(store: Store, pieces: list[Piece], bound: dict[str, Range]) -> tuple[int, list[int]]:
    numbers = [canonical_component(store, {v: bound[v] for v in names}, held).number for names, held in pieces if names]
    return -len(pieces), sorted(numbers)
