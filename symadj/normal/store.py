"""The atoms of the normal form, kept once each.

A *factor* is what a monomial multiplies: an ``Atom`` (a head with index arguments: an entry ``W[i,j]``, a size, a
function value ``exp(x[i])``, a guard ``[i == j]``) or a ``Component`` (a sum over bound variables of a product of atoms
that these variables connect: ``Σ_j W[i,j]·x[j]``). Equal factors are one object with one number, so that a monomial
is a sorted tuple of numbers and exponents, and equality of monomials is equality of small tuples.

    Monomial = ((factor number, exponent), …), sorted          Poly = {Monomial: rational coefficient}

Variables are names. Free ones have the names of the lines' indices; ``@0, @1, …`` stand for the arguments of a head
that was abstracted (a let, a function's argument); ``#0, #1, …`` are the bound variables of a component, in canonical
order. A ``Store`` belongs to one proof, and numbers mean nothing outside of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from time import monotonic

from symadj.errors import BudgetExceeded
from symadj.terms.index import Index, IndexMonomial, var

Exponent = int | Fraction
Coefficient = int | Fraction
Monomial = tuple[tuple[int, Exponent], ...]
Poly = dict[Monomial, Coefficient]
PolyKey = tuple[tuple[Monomial, Coefficient], ...]
Argument = str | Index
Range = tuple[Index, Index]
Permutation = tuple[int, ...]

UNIT: Monomial = ()


def one() -> Poly:
    """The polynomial 1."""
    return {UNIT: 1}


class Head:
    """What an atom is apart from its index arguments.

    ``kind`` is one of: ``tensor``, ``let``, ``size``, ``constant`` (pi), ``imaginary``, ``root`` (of a prime),
    ``index`` (an index as a number), ``lookup`` (an entry of an integer tensor), ``function`` (of polynomials in
    ``@k``), ``base`` (a polynomial in ``@k`` to a power that is not expanded), ``equal`` and ``atleast`` (guards: the
    argument is 0, is >= 0), ``positive`` and ``zero`` (0/1: the polynomial is > 0, is 0), ``inverse`` and
    ``determinant``, ``conjugate`` (of a tensor's entry), ``fold`` (prod, max, min over a range).
    """

    __slots__ = (
        "arity",
        "body",
        "counts",
        "depth",
        "kind",
        "lead",
        "name",
        "number",
        "polys",
        "shape",
        "sign",
        "special",
        "symmetries",
    )

    def __init__(self, number: int, kind: str, name: str, polys: tuple[PolyKey, ...], special: bool) -> None:
        self.number = number
        self.kind = kind
        self.name = name
        self.polys = polys
        self.special = special
        self.symmetries: tuple[Permutation, ...] = ()
        self.arity = 0
        self.counts = False  # an index stands in it as a number, or in a guard
        self.sign: str | None = None  # "positive", "nonnegative", or unknown
        self.body: Poly | None = None
        self.shape: tuple[Index, ...] = ()
        self.depth = 0
        self.lead: Monomial | None = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


class Factor:
    """An atom (``head`` and ``arguments``) or a component (``ranges`` and ``atoms``); one object for equal ones."""

    __slots__ = ("arguments", "atoms", "free", "head", "number", "ranges", "special")

    def __init__(
        self,
        number: int,
        head: Head | None,
        arguments: tuple[Argument, ...],
        ranges: tuple[Range, ...],
        atoms: Monomial,
        free: frozenset[str],
        special: bool,
    ) -> None:
        self.number = number
        self.head = head
        self.arguments = arguments
        self.ranges = ranges
        self.atoms = atoms
        self.free = free
        self.special = special

    @property
    def is_component(self) -> bool:
        """A sum over bound variables, not an atom."""
        return self.head is None


# Kinds whose products obey rules of their own: idempotent guards, powers of 1j, bases whose polynomial is known.
SPECIAL_KINDS = frozenset({"imaginary", "root", "base", "equal", "atleast", "positive", "zero"})


MAX_NESTING = 60

Binding = Callable[["Store", Poly, str, Index, Index], Poly]
Raising = Callable[["Store", Poly, Exponent], Poly]
Settling = Callable[["Store", dict[int, Exponent], Coefficient], Poly]
Rebuilding = Callable[["Store", "Factor", Exponent, Poly], Poly]
Rule = Callable[["Store", dict[int, Exponent], Coefficient], Poly | None]
# What the sum over a variable of a product of atoms is, the atoms that it took, and the variables that are gone.
Contracted = tuple[Poly, frozenset[int], frozenset[str]]
Contraction = Callable[["Store", dict[int, Exponent], dict[str, Range], str], Contracted | None]
Nonzero = Callable[["Store", tuple[Argument, ...]], Poly]
Place = tuple[tuple[Argument, ...], dict[str, Range], str]


@dataclass(slots=True)
class Store:
    """Every head and factor of one proof, the ranges of the variables in scope, and the work done so far.

    ``bind`` (a sum over one variable), ``raise_to`` (a power), ``rebuild`` (a function of another argument) and
    ``settle`` (the rules of special factors) are what products need of the modules that are built on products.
    ``budget`` bounds the number of monomial products; past it ``BudgetExceeded`` is raised. ``tables`` holds the
    bound of each integer tensor's entries, ``inverses`` those that permute an axis, with the name of the inverse, and
    ``real`` the tensors of a complex statement that are real. ``minimum`` is the least value of each size and integer
    parameter (1 where it is not listed). ``rules`` rewrite products by equations that the statement assumes, ``signs``
    holds the polynomials in ``@k`` that it assumes to be "positive" or "nonnegative", ``fixed_signs`` those without an
    index (or "nonzero"), ``at_places`` those of which it assumes something at some subscripts (``places``), and
    ``nonzero`` gives for those that it assumes not to vanish what ``[p = 0]`` is at the arguments (0, or a delta).
    """

    bind: Binding
    raise_to: Raising
    rebuild: Rebuilding
    settle: Settling
    budget: int = 400_000
    complex: bool = False
    minimum: dict[str, int] = field(default_factory=dict)
    deadline: float | None = None
    equations: list[tuple[IndexMonomial, IndexMonomial]] = field(default_factory=list)
    tables: dict[str, Index] = field(default_factory=dict)
    inverses: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    factors: list[Factor] = field(default_factory=list)
    heads: dict[object, Head] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    signs: dict[PolyKey, str] = field(default_factory=dict)
    fixed_signs: dict[PolyKey, str] = field(default_factory=dict)
    nonzero: dict[PolyKey, Nonzero] = field(default_factory=dict)
    at_places: dict[PolyKey, list[Place]] = field(default_factory=dict)
    real: set[str] = field(default_factory=set)
    shared: set[int] = field(default_factory=set)
    special_sums: bool = False
    matching: bool = False
    contractions: list[Contraction] = field(default_factory=list)
    matrix_forms: dict[object, Poly] = field(default_factory=dict)
    heads_inside: dict[int, frozenset[int]] = field(default_factory=dict)
    heads_deep: dict[int, frozenset[int]] = field(default_factory=dict)
    let_heads: dict[int, frozenset[int]] = field(default_factory=dict)
    head_list: list[Head] = field(default_factory=list)
    _atoms: dict[tuple[int, tuple[Argument, ...]], Factor] = field(default_factory=dict)
    _components: dict[tuple[tuple[Range, ...], Monomial], Factor] = field(default_factory=dict)
    _codes: dict[Argument, int] = field(default_factory=dict)
    _fresh: int = 0
    _depth: int = 0
    _ticks: int = 0

    def spend(self, amount: int = 1) -> None:
        """Count work; raises ``BudgetExceeded`` past the budget."""
        self.budget -= amount
        self._ticks += 1
        if self.budget < 0:
            raise BudgetExceeded("the normal form grew past the work allowed for it")
        if self.deadline is not None and not self._ticks & 63 and monotonic() > self.deadline:
            raise BudgetExceeded("the time allowed for the statement ran out")

    def nest(self, step: int) -> None:
        """Count how deep rewritings stand in one another; raises ``BudgetExceeded`` where they do not seem to end."""
        self._depth += step
        if self._depth > MAX_NESTING:
            raise BudgetExceeded("the rewriting of products nests too deep")

    def least(self, size: str) -> int:
        """The least value of a size."""
        return self.minimum.get(size, 1)

    def fresh(self, lower: Index, upper: Index) -> str:
        """A new variable that ranges over ``range(lower, upper)``."""
        self._fresh += 1
        name = f"~{self._fresh}"
        self.ranges[name] = (lower, upper)
        return name

    def head(self, kind: str, name: str = "", polys: tuple[PolyKey, ...] = (), extra: object = None) -> Head:
        """The head with these attributes; ``extra`` tells heads apart that agree in the rest."""
        key = (kind, name, polys, extra)
        found = self.heads.get(key)
        if found is None:
            found = Head(len(self.heads), kind, name, polys, kind in SPECIAL_KINDS)
            if kind in ("constant", "root"):
                found.sign = "positive"
            found.counts = kind in ("index", "equal", "atleast") or any(self._counts(p) for p in polys)
            self.heads[key] = found
            self.head_list.append(found)
        return found

    def _counts(self, key: PolyKey) -> bool:
        for monomial, _ in key:
            for number, _ in monomial:
                factor = self.factors[number]
                if any(a.head is not None and a.head.counts for a in atoms_of(self, factor)):
                    return True
        return False

    def atom(self, head: Head, arguments: tuple[Argument, ...]) -> Factor:
        """The atom; of arguments that the head is symmetric in, the least order."""
        found = self._atoms.get((head.number, arguments))
        if found is not None:
            return found
        if head.symmetries:
            least = min((tuple(arguments[k] for k in p) for p in head.symmetries), key=self.codes)
            if least != arguments:
                atom = self.atom(head, least)
                self._atoms[(head.number, arguments)] = atom
                return atom
        free: set[str] = set()
        for argument in arguments:
            if isinstance(argument, str):
                free.add(argument)
            else:
                free |= argument.variables()
        head.arity = len(arguments)
        atom = Factor(len(self.factors), head, arguments, (), (), frozenset(free), head.special)
        self.factors.append(atom)
        self._atoms[(head.number, arguments)] = atom
        return atom

    def component(self, ranges: tuple[Range, ...], atoms: Monomial) -> Factor:
        """The component with bound variables ``#0, #1, …`` of these ranges; the caller numbered them canonically."""
        key = (ranges, atoms)
        found = self._components.get(key)
        if found is None:
            free: set[str] = set()
            for number, _ in atoms:
                free |= self.factors[number].free
            for lower, upper in ranges:
                free |= lower.variables()
                free |= upper.variables()
            free = {v for v in free if v[0] != "#"}
            found = Factor(len(self.factors), None, (), ranges, atoms, frozenset(free), self.special_sums)
            self.factors.append(found)
            self._components[key] = found
        return found

    def mark_special(self, head: Head) -> None:
        """From now on products with this head's atoms are settled: the statement assumes something of them."""
        head.special = True
        for factor in self.factors:
            if factor.head is head:
                factor.special = True

    def code(self, argument: Argument) -> int:
        """A number for an argument, the same one for equal arguments."""
        found = self._codes.get(argument)
        if found is None:
            found = self._codes[argument] = len(self._codes)
        return found

    def codes(self, arguments: Iterable[Argument]) -> tuple[int, ...]:
        """The numbers of several arguments."""
        return tuple(self.code(a) for a in arguments)


def as_index(argument: Argument) -> Index:
    """The argument as an integer expression."""
    return var(argument) if isinstance(argument, str) else argument


def as_argument(index: Index) -> Argument:
    """The integer expression as an argument: a variable alone is kept as its name."""
    return index.variable or index


def in_ranges(variable: str, ranges: Iterable[Range]) -> bool:
    """Whether one of the ranges begins or ends at the variable."""
    return any(variable in end.variables() for ends in ranges for end in ends)


def nested(ranges: Mapping[str, Range]) -> list[str]:
    """The variables in an order of nesting, outermost first: a range may depend on the variables before its own.

    >>> i, j = var("i"), var("j")
    >>> nested({"j": (i - i, i + 1), "i": (j - j, j - j + 9)})
    ['i', 'j']
    """
    order: list[str] = []
    waiting = dict(ranges)
    while waiting:
        free = [v for v, ends in waiting.items() if not any(e.variables() & waiting.keys() for e in ends)]
        if not free:
            raise ValueError("ranges that depend on each other in a circle")
        order += free
        for v in free:
            del waiting[v]
    return order


def poly_key(poly: Poly) -> PolyKey:
    """A hashable form of a polynomial, the same for equal polynomials."""
    return tuple(sorted(poly.items()))


def monomial_factors(store: Store, monomial: Monomial) -> list[tuple[Factor, Exponent]]:
    """The factors of a monomial with their exponents."""
    return [(store.factors[number], exponent) for number, exponent in monomial]


def atoms_of(store: Store, factor: Factor) -> list[Factor]:
    """The atoms of a component; an atom is its own."""
    return [factor] if factor.head is not None else [store.factors[number] for number, _ in factor.atoms]


def free_variables(store: Store, poly: Poly) -> set[str]:
    """The free variables of a polynomial."""
    found: set[str] = set()
    for monomial in poly:
        for number, _ in monomial:
            found |= store.factors[number].free
    return found
