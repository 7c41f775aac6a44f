"""What is known at a point: facts as polynomial inequalities and disequalities, and the signs of terms that follow.

The signs of a term come from three sources, intersected: its structure (``signs``), the facts that name it, and
linear arithmetic over its monomials with the facts, the signs of the other monomials, and bounds such as ``u <= |u|``
and ``tanh u < 1``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symadj.calculus import signs
from symadj.calculus.bounds import bounds
from symadj.calculus.conditions import flattened, negated
from symadj.calculus.facts import Fact, as_inequality, compared, fact, linked_facts, names_of, products
from symadj.calculus.instances import Schema
from symadj.calculus.linear_arithmetic import Inequality, contradictory
from symadj.calculus.polynomials import (
    Canonical,
    Monomial,
    Poly,
    atom_poly,
    atoms,
    constant_poly,
    is_index,
    is_integer,
    is_integer_valued,
    plus,
    proportional,
)
from symadj.calculus.rewriting import Names
from symadj.calculus.structure import Exhausted, structural_signs
from symadj.terms.index import Index
from symadj.terms.nodes import (
    ZERO_TERM,
    All,
    Call,
    Condition,
    IndexCondition,
    Not,
    Some,
    Term,
    ValueCondition,
)
from symadj.terms.statement import Let

MAX_FACTS = 100
MAX_FACTORS = 12
MAX_DEPTH = 40


@dataclass(slots=True)
class World:
    """What does not change while one program is reasoned about: its lines, and the assumptions with indices
    (``schemas``).

    ``integers`` are the integer parameters, which may be 0 where sizes are at least 1; ``below`` bounds the entries
    of integer tensors, ``0 <= entry < below``. ``region`` may say the signs of all entries of
    an input.
    """

    schemas: Sequence[Schema]
    lets: Mapping[str, Let]
    integers: Collection[str]
    below: Mapping[str, Index]
    complex: bool = False
    names: Names = field(default_factory=Names)
    canonical: Canonical = field(default_factory=Canonical)
    steps: int = 0
    depth: int = 0
    root: Knowledge | None = None
    line_signs: dict[str, int] = field(default_factory=dict)
    region: Mapping[str, int] = field(default_factory=dict)

    def enter(self) -> None:
        """Counts one step of work, and how deep inside of others it is; ``leave`` ends it."""
        self.steps -= 1
        self.depth += 1
        if self.steps < 0 or self.depth > MAX_DEPTH:
            raise Exhausted

    def leave(self) -> None:
        """The end of a step."""
        self.depth -= 1


@dataclass(slots=True)
class Knowledge:
    """A set of facts. ``extended`` gives a larger one; nothing is ever taken back."""

    world: World
    facts: list[Fact] = field(default_factory=list)
    different: list[Poly] = field(default_factory=list)
    open: list[Some] = field(default_factory=list)
    seen: set[Condition] = field(default_factory=set)
    _signs: dict[tuple[Term, bool], int] = field(default_factory=dict)

    def extended(self, conditions: Iterable[Condition], *, resolve: bool = True) -> Knowledge:
        """This knowledge and the conditions; ``resolve`` draws conclusions from alternatives, by linear arithmetic."""
        result = Knowledge(self.world, list(self.facts), list(self.different), list(self.open), set(self.seen))
        for condition in conditions:
            result._learn(condition)
        if resolve:
            result._resolve()
        return result

    def knows(self, condition: Condition) -> bool:
        """Whether the condition was learnt, in these words."""
        return self.world.canonical.condition(condition) in self.seen

    # -------------------------------------------------------------------------------- learning

    def _learn(self, condition: Condition) -> None:
        condition = self.world.canonical.condition(condition)  # so that what is known already is seen to be
        if condition in self.seen or len(self.seen) > MAX_FACTS:
            return
        self.seen.add(condition)
        self._signs.clear()
        match condition:
            case All() | Not(Some()):
                for part in flattened(condition):
                    self._learn(part)
            case Some(parts):
                self.open.append(Some(tuple(p for p in parts if p != Some(()))))
            case Not(All(parts)):
                self.open.append(Some(tuple(negated(p) for p in parts)))
            case IndexCondition(relation, index):
                self._learn_poly(relation, self.world.canonical.index_poly(index))
            case ValueCondition(relation, left, right):
                self._learn_poly(relation, self.difference(left, right))
            case Not(IndexCondition("==", index)):
                self._learn_different(self.world.canonical.index_poly(index))
            case Not(ValueCondition("==", left, right)):
                self._learn_different(self.difference(left, right))
            case Not(part):
                if negated(part) != condition:
                    self._learn(negated(part))

    def difference(self, left: Term, right: Term) -> Poly:
        """``right - left``."""
        return plus(self.world.canonical.poly(right), self.world.canonical.poly(left), -1)

    def _learn_poly(self, relation: str, poly: Poly) -> None:
        if relation == "==":
            self.facts += [fact(poly, strict=False), fact(plus({}, poly, -1), strict=False)]
            return
        strict = relation == "<"
        if strict and is_integer(poly):
            poly, strict = plus(poly, constant_poly(1), -1), False  # 0 < p is 1 <= p
        self.facts.append(fact(poly, strict=strict))
        if len(poly) == 1 and () not in poly:
            self._learn_monomial(*next(iter(poly.items())), strict=strict)

    def _learn_monomial(self, monomial: Monomial, coefficient: Fraction, *, strict: bool) -> None:
        """A product that has a sign: so has its only factor of unknown sign, and no factor is zero."""
        if strict:
            self._learn_nonzero_factors(monomial)
        if len(monomial) == 1 and monomial[0][1] == 1:
            if strict and coefficient > 0:
                self._learn_rectified(monomial[0][0])
            return
        rest = coefficient
        unknown: list[tuple[Term, Fraction]] = []
        for atom, exponent in monomial:
            known = signs.raised(self.atom_signs(atom, deep=False), exponent, complex=self.world.complex)
            if known in (signs.POSITIVE, signs.NEGATIVE):
                rest = rest if known == signs.POSITIVE else -rest
            else:
                unknown.append((atom, exponent))
        if len(unknown) != 1 or (self.world.complex and unknown[0][1] != 1):
            return
        atom, exponent = unknown[0]
        if exponent.denominator == 1 and exponent.numerator % 2 == 0:
            return
        if exponent != 1 or len(monomial) > 1:
            sign = Fraction(1 if rest > 0 else -1)
            self.facts.append(fact(plus({}, atom_poly(atom), sign), strict=strict))
        if strict and rest > 0:
            self._learn_rectified(atom)

    def _learn_rectified(self, atom: Term) -> None:
        """relu(u) > 0 says u > 0, and so does max(u, 0) > 0."""
        if isinstance(atom, Call) and atom.function in ("relu", "maximum"):
            for u in (a for a in atom.arguments if a != ZERO_TERM):
                if atom.function == "relu" or ZERO_TERM in atom.arguments:
                    self._learn(ValueCondition("<", ZERO_TERM, u))

    def _learn_different(self, poly: Poly) -> None:
        self.different.append(poly)
        if len(poly) == 1:
            self._learn_nonzero_factors(next(iter(poly)))
        for monomial, coefficient in poly.items():
            if len(monomial) == 1 and monomial[0][1] == 1 and not self.world.complex:
                atom = monomial[0][0]
                if isinstance(atom, Call) and atom.function == "abs":
                    self._learn_outside(
                        atom.arguments[0], plus({}, plus(poly, {monomial: coefficient}, -1), -1 / coefficient)
                    )

    def _learn_outside(self, u: Term, level: Poly) -> None:
        """|u| != l with l >= 0: then u != l and u != -l."""
        if signs.subset(self.poly_signs(level, deep=False), signs.NONNEGATIVE):
            argument = self.world.canonical.poly(u)
            self.different += [plus(argument, level, -1), plus(argument, level)]

    def _learn_nonzero_factors(self, monomial: Monomial) -> None:
        for atom, exponent in monomial:
            self.different.append(atom_poly(atom))
            if exponent.denominator != 1 and not self.world.complex:
                self.facts.append(fact(atom_poly(atom), strict=True))
            match atom:
                case Call("abs", (u,)) | Call("conj", (u,)):
                    self._learn_different(self.world.canonical.poly(u))
                case _:
                    self._learn_base(atom, positive=exponent.denominator != 1 and not self.world.complex)

    def _learn_base(self, atom: Term, *, positive: bool) -> None:
        """The base of a power that is not zero, if it is a sum or product itself."""
        inner = self.world.canonical.poly(atom)
        if inner != atom_poly(atom):
            self._learn_different(inner)
            if positive:
                self._learn_poly("<", inner)

    def _resolve(self) -> None:
        """Alternatives of which all but one are refuted give the one that is left."""
        waiting, self.open = self.open, []
        for alternative in waiting:
            left = [p for p in alternative.parts if not self._refuted(p)]
            if len(left) == 1:
                self._learn(left[0])
            else:
                self.open.append(Some(tuple(left)))

    def _refuted(self, condition: Condition) -> bool:
        match condition:
            case IndexCondition(relation, index):
                poly = self.world.canonical.index_poly(index)
            case ValueCondition(relation, left, right):
                poly = self.difference(left, right)
            case Not(IndexCondition("==", index)):
                return self.poly_signs(self.world.canonical.index_poly(index), deep=True) == signs.ZERO
            case _:
                return False
        found = self.poly_signs(poly, deep=True)
        if relation == "==":
            return not found & signs.ZERO
        return signs.subset(found, signs.NEGATIVE if relation in (">=", "<=") else signs.NEGATIVE | signs.ZERO)

    # -------------------------------------------------------------------------------- signs

    def implies(self, poly: Poly, allowed: int) -> bool:
        """Whether every sign that ``poly`` can have is in ``allowed``; linear arithmetic is asked last."""
        return signs.subset(self.poly_signs(poly, deep=False), allowed) or signs.subset(
            self.poly_signs(poly, deep=True), allowed
        )

    def implies_integer(self, index: Index, allowed: int) -> bool:
        """``implies`` for an integer expression."""
        return self.implies(self.world.canonical.index_poly(index), allowed)

    def poly_signs(self, poly: Poly, *, deep: bool) -> int:
        """The signs that a polynomial can have; ``deep`` calls in linear arithmetic."""
        if not poly:
            return signs.ZERO
        result = signs.of_number(poly.get((), 0))
        for monomial, coefficient in poly.items():
            if monomial:
                result = signs.added(
                    result, signs.multiplied(signs.of_number(coefficient), self.monomial_signs(monomial, deep=deep))
                )
        result &= self._by_one_fact(poly)
        if deep and result not in (signs.NEGATIVE, signs.ZERO, signs.POSITIVE):
            result &= self._by_arithmetic(poly)
        return result

    def monomial_signs(self, monomial: Monomial, *, deep: bool) -> int:
        """The signs of a product of powers of atoms."""
        result = signs.POSITIVE
        for atom, exponent in monomial:
            one = signs.raised(self.atom_signs(atom, deep=deep), exponent, complex=self.world.complex)
            result = signs.multiplied(result, one)
        return result

    def atom_signs(self, atom: Term, *, deep: bool) -> int:
        """The signs of an atom: from its structure, and, where ``deep``, from the facts."""
        key = (atom, deep)
        known = self._signs.get(key)
        if known is None:
            self._signs[key] = signs.ANY  # for a term that asks about itself through the facts
            try:
                self.world.enter()
                known = structural_signs(self, atom, deep=deep)
            finally:
                self.world.leave()
            poly = atom_poly(atom)
            known &= self._by_one_fact(poly)
            if deep and known not in (signs.NEGATIVE, signs.ZERO, signs.POSITIVE):
                known &= self._by_arithmetic(poly)
            self._signs[key] = known
        return known

    def _by_one_fact(self, poly: Poly) -> int:
        """The signs that the facts about a multiple of ``poly``, up to a constant, leave."""
        result = signs.ANY
        if any(proportional(poly, d) for d in self.different) or self._is_product(poly):
            result &= ~signs.ZERO
        names = names_of(poly)
        for known in self.facts:
            if known.names == names:
                result &= compared(poly, known.poly, known.strict)
        return result

    def _is_product(self, poly: Poly) -> bool:
        """Whether ``poly`` is a product of two that are not zero: ``x**2 - 1`` of ``x - 1`` and ``x + 1``."""
        if not any(sum(e for _, e in m) > 1 for m in poly) or len(poly) < 2:
            return False
        factors = [d for d in self.different[:MAX_FACTORS] if len(d) > 1]
        return any(
            proportional(poly, self.world.canonical.times(a, b)) for k, a in enumerate(factors) for b in factors[k:]
        )

    # -------------------------------------------------------------------------------- linear arithmetic

    def _by_arithmetic(self, poly: Poly) -> int:
        """The signs that linear arithmetic leaves."""
        minus = {m: -c for m, c in poly.items()}
        system = self._system([poly])
        if contradictory([*system, as_inequality(minus, strict=False)]):
            return signs.POSITIVE
        if contradictory([*system, as_inequality(poly, strict=False)]):
            return signs.NEGATIVE
        result = signs.ANY
        if contradictory([*system, as_inequality(minus, strict=True)]):
            result &= signs.NONNEGATIVE
        if contradictory([*system, as_inequality(poly, strict=True)]):
            result &= signs.NEGATIVE | signs.ZERO
        if result & signs.ZERO and self._different_by_arithmetic(poly, minus, system):
            result &= ~signs.ZERO
        return result

    def _different_by_arithmetic(self, poly: Poly, minus: Poly, system: list[Inequality]) -> bool:
        """Were ``poly`` zero, then some polynomial known not to be zero would be."""
        zero = [as_inequality(poly, strict=False), as_inequality(minus, strict=False)]
        reached = {m for m in poly if m}.union(m for i in system for m, _ in i.coefficients)
        whole = is_integer_valued(poly)
        for other in self.different:
            if not reached.isdisjoint(other) and (is_integer_valued(other) or not whole):
                larger = system if reached.issuperset(names_of(other)) else self._system([poly, other])
                opposite = plus({}, other, -1)
                if all(contradictory([*larger, *zero, as_inequality(p, strict=True)]) for p in (other, opposite)):
                    return True
        return False

    def _system(self, polys: Sequence[Poly]) -> list[Inequality]:
        """The facts linked to the monomials of ``polys``, with signs and bounds of every monomial in sight."""
        if all(is_integer_valued(poly) for poly in polys):  # about integers only integers have a say
            facts = [f for f in self.facts if is_integer_valued(f.poly)]
        else:
            facts = list(self.facts)
        mentioned = atoms([*polys, *(f.poly for f in facts)])
        facts += bounds(mentioned, self.world)
        if any(sum(e for _, e in m) > 1 for poly in polys for m in poly):
            seeds = linked_facts([atom_poly(a) for a in atoms(polys)], [*facts, *self._signed(mentioned)])
            facts += products(seeds, self.world.canonical)
        linked = linked_facts(polys, facts)
        monomials = {m for poly in polys for m in poly if m}.union(*(f.names for f in linked))
        system = [as_inequality(f.poly, strict=f.strict) for f in linked]
        return [*system, *self._monomial_inequalities(monomials)]

    def _signed(self, mentioned: Iterable[Term]) -> Iterator[Fact]:
        """The atoms that are plainly not negative."""
        for atom in mentioned:
            if signs.subset(self.atom_signs(atom, deep=False), signs.NONNEGATIVE):
                yield fact(atom_poly(atom), strict=False)

    def _monomial_inequalities(self, monomials: Iterable[Monomial]) -> Iterator[Inequality]:
        for monomial in monomials:
            found = self.monomial_signs(monomial, deep=False)
            whole = all(is_index(a) and e.denominator == 1 and e > 0 for a, e in monomial)
            one = {monomial: Fraction(1)}
            if signs.subset(found, signs.NONNEGATIVE):
                least = 1 if whole and found == signs.POSITIVE else 0
                yield as_inequality(plus(one, constant_poly(least), -1), strict=found == signs.POSITIVE and not whole)
            elif signs.subset(found, signs.NEGATIVE | signs.ZERO):
                yield as_inequality({monomial: Fraction(-1)}, strict=found == signs.NEGATIVE)
