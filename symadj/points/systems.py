"""Weighted sums over integer points, as systems of linear constraints, and their exact simplification.

A ``System`` stands for a function of its *outer* columns (sizes, free variables, image coordinates): the sum of
``weight`` over all integer values of the ``counted`` columns that satisfy the constraints. The rules here never
change that function:

- ``v = e`` (coefficient 1, v counted): substitute, the sum over v has one term;
- ``a*v = e`` (e outer, a > 1): ``v := e//a``, and the outer equality ``a*(e//a) = e`` remains;
- ``a*v + b*w = e``: replace v by ``v - k*w`` (unimodular) until one of the two rules above applies;
- a counted quotient whose numerator became outer is an outer column.

A system without counted columns is a ``Piece``: a polynomial on a set of outer points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from symadj.errors import Unsupported
from symadj.points.linear import (
    Columns,
    Frozen,
    Linear,
    Quotient,
    freeze,
    negated,
    normal_equality,
    normal_inequality,
    plus,
    shifted,
)
from symadj.points.polynomials import Polynomial, substitute


@dataclass(slots=True)
class System:
    """A weighted sum over the counted columns; ``floors`` are (v, n, d) with v = n//d."""

    counted: list[str]
    equalities: list[Linear]
    inequalities: list[Linear]
    floors: list[tuple[Linear, Linear, Linear]]
    weight: Polynomial

    def copy(self) -> System:
        """A system that can be changed by itself; the forms in it are shared, since they are never changed in place."""
        return System(
            list(self.counted), list(self.equalities), list(self.inequalities), list(self.floors), dict(self.weight)
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """``weight`` on the outer points that satisfy the constraints, which are in normal form and sorted."""

    equalities: tuple[Frozen, ...]
    inequalities: tuple[Frozen, ...]
    weight: tuple[tuple[tuple[str, ...], Fraction], ...]

    @property
    def place(self) -> tuple[tuple[Frozen, ...], tuple[Frozen, ...]]:
        """The constraints: pieces with equal places may be added."""
        return (self.equalities, self.inequalities)


def assign(columns: Columns, system: System, name: str, value: Linear) -> None:
    """``name := value`` everywhere; where name is counted, the sum over it disappears."""
    if name in system.counted:
        system.counted.remove(name)
    system.equalities = [columns.substitute(e, name, value) for e in system.equalities]
    system.inequalities = [columns.substitute(e, name, value) for e in system.inequalities]
    system.floors = [
        (columns.substitute(v, name, value), columns.substitute(n, name, value), columns.substitute(d, name, value))
        for v, n, d in system.floors
    ]
    system.weight = substitute(columns, system.weight, name, value)


def mentioned(columns: Columns, system: System, form: Linear) -> list[str]:
    """The counted columns in a form, openly or inside opaque columns."""
    return [name for name in system.counted if columns.mentions(form, name)]


def quotient_bounds(columns: Columns, value: Linear, numerator: Linear, divisor: Linear) -> tuple[Linear, Linear]:
    """``value = numerator//divisor`` as two inequalities."""
    rest = plus(numerator, columns.multiply(divisor, value), -1)
    return rest, shifted(plus(divisor, rest, -1), -1)


# ---------------------------------------------------------------------------------------------------- floors


def release_floors(columns: Columns, system: System) -> None:
    """Turn each quotient of counted columns into a counted column of its own, inner ones first."""
    while True:
        counted = set(system.counted)
        found = [name for name in _columns_of(columns, system) if _is_counted_quotient(columns, name, counted)]
        if not found:
            return
        inner = next(name for name in found if not columns.inside(name) & set(found))
        opaque = columns.opaque[inner]
        if not isinstance(opaque, Quotient):  # cannot happen; keeps the types honest
            raise Unsupported(f"a quotient of summed indices: {inner}")
        value = f"?{len(system.floors)}//{len(counted)}"
        system.counted.append(value)
        system.floors.append(({value: 1}, dict(opaque.numerator), dict(opaque.divisor)))
        assign(columns, system, inner, {value: 1})


def _columns_of(columns: Columns, system: System) -> list[str]:
    names: dict[str, None] = {}
    for form in (*system.equalities, *system.inequalities, *(f for entry in system.floors for f in entry)):
        for column in form:
            if column in columns.opaque:
                names[column] = None
                names.update(dict.fromkeys(columns.inside(column)))
    return list(names)


def _is_counted_quotient(columns: Columns, name: str, counted: set[str]) -> bool:
    return isinstance(columns.opaque.get(name), Quotient) and not counted.isdisjoint(columns.inside(name))


def settle_floors(columns: Columns, system: System) -> bool:
    """Name the quotients whose numerators are outer; make the ones whose values were substituted plain inequalities."""
    changed = False
    while (entry := next((e for e in system.floors if not _is_waiting(columns, system, e)), None)) is not None:
        system.floors.remove(entry)
        value, numerator, divisor = entry
        name = next(iter(value), "")
        if value == {name: 1} and name in system.counted:
            assign(columns, system, name, columns.quotient(numerator, divisor))
        else:
            system.inequalities.extend(quotient_bounds(columns, value, numerator, divisor))
        changed = True
    return changed


def _is_waiting(columns: Columns, system: System, entry: tuple[Linear, Linear, Linear]) -> bool:
    """Whether the value is still a counted column, and the numerator or the divisor is made of some."""
    value, numerator, divisor = entry
    name = next(iter(value), "")
    return (
        value == {name: 1}
        and name in system.counted
        and bool(mentioned(columns, system, numerator) or mentioned(columns, system, divisor))
    )


# ---------------------------------------------------------------------------------------------------- equalities


def solve(columns: Columns, system: System) -> bool:
    """Use up the equalities in counted columns; ``False`` where the system is seen to have no point."""
    while True:
        if not _normalise_equalities(system):
            return False
        step = _unit_step(columns, system)
        if step is not None:
            equality, name = step
            system.equalities.remove(equality)
            value = {c: k for c, k in equality.items() if c != name}
            assign(columns, system, name, value if equality[name] < 0 else negated(value))
        elif not settle_floors(columns, system) and not _reduce_step(columns, system):
            return True


def _normalise_equalities(system: System) -> bool:
    kept: list[Linear] = []
    for equality in system.equalities:
        normal = normal_equality(equality)
        if normal is False:
            return False
        if normal is not True and normal not in kept:
            kept.append(normal)
    system.equalities = kept
    return True


def _unit_step(columns: Columns, system: System) -> tuple[Linear, str] | None:
    """The first equality with a counted column that it determines; rather one that no opaque column hides elsewhere."""
    for equality in system.equalities:
        names = [
            name for name in system.counted if abs(equality.get(name, 0)) == 1 and not columns.hides(equality, name)
        ]
        if names:
            if len(names) > 1 and columns.opaque:
                forms = [*system.equalities, *system.inequalities]
                open_names = [name for name in names if not any(columns.hides(form, name) for form in forms)]
                names = open_names or names
            return equality, names[-1]
    return None


def _reduce_step(columns: Columns, system: System) -> bool:
    """One step on an equality whose counted columns all have coefficients beyond 1 and stand openly."""
    for equality in system.equalities:
        names = mentioned(columns, system, equality)
        if not names or any(columns.hides(equality, name) for name in names):
            continue
        least = min(names, key=lambda name: abs(equality[name]))
        others = [name for name in names if name != least]
        if not others:
            _divide(columns, system, equality, least)
            return True
        for name in others:
            ratio = equality[name] // equality[least]
            # least := least - ratio*name leaves name with the remainder of its coefficient
            fresh = plus({least: 1}, {name: ratio}, -1)
            system.counted.append(least)
            assign(columns, system, least, fresh)
            equality = columns.substitute(equality, least, fresh)
        return True
    return False


def is_usable(columns: Columns, system: System, equality: Linear) -> bool:
    """Whether ``solve`` can use the equality for one of its counted columns."""
    names = mentioned(columns, system, equality)
    open_names = [name for name in names if not columns.hides(equality, name)]
    return bool(names) and (open_names == names or any(abs(equality[name]) == 1 for name in open_names))


def _divide(columns: Columns, system: System, equality: Linear, name: str) -> None:
    divisor = abs(equality[name])
    rest = {c: k for c, k in equality.items() if c != name}
    value = columns.quotient(negated(rest) if equality[name] > 0 else rest, {"": divisor})
    assign(columns, system, name, value)


# ---------------------------------------------------------------------------------------------------- normal form


def rank(name: str) -> tuple[int, int, str]:
    """The order in which equalities determine outer columns: late coordinates, promoted ones, others."""
    if name[0] == "@":
        return (2, int(name[1:]), "")
    if name[0] == "&":
        return (1, int(name[1:]), "")
    return (0, 0, name)


def simplify(columns: Columns, system: System) -> bool:
    """Bring the constraints of a system into normal form; ``False`` where it is seen to have no point.

    Outer equalities are solved for one of their columns, which is then replaced elsewhere.
    """
    solved: list[Linear] = []
    while True:
        step = _outer_step(columns, system.equalities)
        if step is not None:
            equality, name = step
            system.equalities.remove(equality)
            value = {c: k for c, k in equality.items() if c != name}
            value = value if equality[name] < 0 else negated(value)
            assign(columns, system, name, value)
            solved = [columns.substitute(form, name, value) for form in solved]
            solved.append(plus({name: -1}, value))
            if not _normalise_equalities(system):
                return False
            continue
        kept = _normalise_inequalities(system)
        if kept is None:
            return False
        if not kept:
            break
        system.equalities.extend(kept)
        if not _normalise_equalities(system):
            return False
    system.equalities = [e for e in map(normal_equality, (*solved, *system.equalities)) if isinstance(e, dict)]
    return True


def _outer_step(columns: Columns, equalities: list[Linear]) -> tuple[Linear, str] | None:
    best: tuple[Linear, str] | None = None
    for equality in equalities:
        if any(c.startswith("?") or any(n.startswith("?") for n in columns.inside(c)) for c in equality):
            continue  # an equality that still has a summed column says nothing of the outer ones alone
        for name, coefficient in equality.items():
            if (
                name
                and abs(coefficient) == 1
                and name not in columns.opaque
                and (best is None or rank(name) > rank(best[1]))
                and not columns.hides(equality, name)
            ):
                best = (equality, name)
    return best


def _normalise_inequalities(system: System) -> list[Linear] | None:
    """Tighten and merge; gives the equalities that opposite inequalities make, or ``None`` at a contradiction."""
    least: dict[Frozen, int] = {}
    for form in system.inequalities:
        normal = normal_inequality(form)
        if normal is False:
            return None
        if normal is True:
            continue
        key = freeze({c: k for c, k in normal.items() if c})
        constant = normal.get("", 0)
        if key not in least or constant < least[key]:
            least[key] = constant
    equalities: list[Linear] = []
    gone: set[Frozen] = set()
    for key, constant in least.items():
        opposite = tuple((c, -k) for c, k in key)
        if opposite in least and opposite not in gone:
            if constant + least[opposite] < 0:
                return None
            if constant + least[opposite] == 0:
                equalities.append(shifted(dict(key), constant))
                gone.update((key, opposite))
    system.inequalities = [shifted(dict(key), constant) for key, constant in least.items() if key not in gone]
    return equalities


def piece_of(system: System) -> Piece:
    """The piece that a simplified system without counted columns is."""
    return Piece(
        tuple(sorted(freeze(e) for e in system.equalities)),
        tuple(sorted(freeze(e) for e in system.inequalities)),
        tuple(sorted(system.weight.items())),
    )


def system_of(piece: Piece) -> System:
    """A system with a piece's constraints and weight."""
    return System(
        [], [dict(e) for e in piece.equalities], [dict(e) for e in piece.inequalities], [], dict(piece.weight)
    )


def add_pieces(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with those of the same place added, and the ones of weight zero gone."""
    total: dict[tuple[tuple[Frozen, ...], tuple[Frozen, ...]], Polynomial] = {}
    for piece in pieces:
        weight = total.setdefault(piece.place, {})
        for monomial, coefficient in piece.weight:
            value = weight.get(monomial, Fraction(0)) + coefficient
            if value:
                weight[monomial] = value
            else:
                weight.pop(monomial, None)
    return [Piece(*place, tuple(sorted(weight.items()))) for place, weight in total.items() if weight]
