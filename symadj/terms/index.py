"""Integer expressions: sizes, subscripts and the ends of ranges.

An ``Index`` is a polynomial with integer coefficients in *integer atoms*: index variables, sizes (and integer
parameters), floors, remainders, and entries of integer tensors. It is kept in one canonical form (terms sorted, no zero
coefficient), so that equal polynomials are equal objects: ``i + j`` and ``j + i`` are the same ``Index``.

>>> i, n = var("i"), size("n")
>>> str(n - 1 - i)
'n - i - 1'
>>> (i + 1) - i == constant(1)
True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Var:
    """An index variable, free (of a line) or bound (of a sum)."""

    name: str


@dataclass(frozen=True, slots=True)
class Size:
    """A named size of an axis, or an integer parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Floor:
    """``numerator // divisor``, rounded down as Python does; the divisor is positive."""

    numerator: Index
    divisor: Index


@dataclass(frozen=True, slots=True)
class Mod:
    """``numerator % divisor``, between 0 and the divisor as in Python; the divisor is positive."""

    numerator: Index
    divisor: Index


@dataclass(frozen=True, slots=True)
class Lookup:
    """An entry of an integer tensor, used as a number or as a subscript."""

    tensor: str
    subscripts: tuple[Index, ...]


IndexAtom = Var | Size | Floor | Mod | Lookup
IndexMonomial = tuple[IndexAtom, ...]


def atom_key(atom: IndexAtom) -> tuple[object, ...]:
    """A total order of the atoms: sizes before variables, by name; then floors, remainders and look-ups, by
    their text.
    """
    if isinstance(atom, Size):
        return (0, atom.name)
    if isinstance(atom, Var):
        return (1, atom.name)
    return (2, str(Index((((atom,), 1),))))


def _monomial_key(item: tuple[IndexMonomial, int]) -> tuple[object, ...]:
    monomial, _ = item
    return (-len(monomial), tuple(atom_key(a) for a in monomial))


@dataclass(frozen=True, slots=True)
class Index:
    """An integer polynomial in canonical form: ``terms`` pairs sorted monomials with nonzero coefficients.

    Build it with ``var``, ``size``, ``constant`` and arithmetic; the constructor trusts its argument. ``variable`` is
    the name, where this is one index variable alone, as in the subscript of ``x[i]``: what is asked most often.
    """

    terms: tuple[tuple[IndexMonomial, int], ...]
    variable: str | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        atom = _single(self)
        object.__setattr__(self, "variable", atom.name if isinstance(atom, Var) else None)

    def __add__(self, other: Index | int) -> Index:
        if isinstance(other, Index) and not (self.terms and other.terms):
            return self if self.terms else other
        return _collect((*self.terms, *_as_index(other).terms))

    def __sub__(self, other: Index | int) -> Index:
        if isinstance(other, Index):
            if self.terms == other.terms:
                return ZERO
            if not other.terms:
                return self
        return _collect((*self.terms, *((m, -c) for m, c in _as_index(other).terms)))

    def __neg__(self) -> Index:
        return Index(tuple((m, -c) for m, c in self.terms))

    def __mul__(self, other: Index | int) -> Index:
        if isinstance(other, int):
            return Index(tuple((m, c * other) for m, c in self.terms)) if other else ZERO
        return _collect(
            (tuple(sorted((*m1, *m2), key=atom_key)), c1 * c2) for m1, c1 in self.terms for m2, c2 in other.terms
        )

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Index | int) -> Index:
        return _as_index(other) - self

    @property
    def value(self) -> int | None:
        """The number, where this is a constant."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0]:
            return self.terms[0][1]
        return None

    def atoms(self) -> Iterator[IndexAtom]:
        """Every atom, the ones inside floors, remainders and look-ups too."""
        for monomial, _ in self.terms:
            for atom in monomial:
                yield atom
                if isinstance(atom, Floor | Mod):
                    yield from atom.numerator.atoms()
                    yield from atom.divisor.atoms()
                elif isinstance(atom, Lookup):
                    for subscript in atom.subscripts:
                        yield from subscript.atoms()

    @property
    def divides(self) -> bool:
        """Whether a floor or a remainder stands in it."""
        return any(isinstance(a, Floor | Mod) for m, _ in self.terms for a in m)

    def variables(self) -> set[str]:
        """The names of the index variables in it."""
        if not self.terms:
            return set()
        name = self.variable
        return {name} if name is not None else {a.name for a in self.atoms() if isinstance(a, Var)}

    def sizes(self) -> set[str]:
        """The names of the sizes and integer parameters in it."""
        if len(self.terms) == 1 and len(self.terms[0][0]) == 1 and isinstance(self.terms[0][0][0], Size):
            return {self.terms[0][0][0].name}
        return {a.name for a in self.atoms() if isinstance(a, Size)}

    @property
    def lookup(self) -> Lookup | None:
        """The entry of an integer tensor, where this is one alone."""
        atom = _single(self)
        return atom if isinstance(atom, Lookup) else None

    def substitute(self, values: Mapping[str, Index]) -> Index:
        """Each index variable that is a key of ``values`` replaced, all at once.

        >>> str((var("i") + var("j")).substitute({"i": var("j"), "j": constant(1)}))
        'j + 1'
        """
        name = self.variable
        if name is not None:
            return values.get(name, self)
        if not values or not (self.variables() & values.keys()):
            return self
        total = ZERO
        for monomial, coefficient in self.terms:
            product = constant(coefficient)
            for atom in monomial:
                product = product * _substitute_atom(atom, values)
            total = total + product
        return total

    def __str__(self) -> str:
        return format_index(self)


def _substitute_atom(atom: IndexAtom, values: Mapping[str, Index]) -> Index:
    if isinstance(atom, Var):
        return values.get(atom.name) or Index((((atom,), 1),))
    if isinstance(atom, Floor):
        return floor_div(atom.numerator.substitute(values), atom.divisor.substitute(values))
    if isinstance(atom, Mod):
        return remainder(atom.numerator.substitute(values), atom.divisor.substitute(values))
    if isinstance(atom, Lookup):
        return lookup(atom.tensor, tuple(s.substitute(values) for s in atom.subscripts))
    return Index((((atom,), 1),))


def _collect(terms: Iterable[tuple[IndexMonomial, int]]) -> Index:
    total: dict[IndexMonomial, int] = {}
    for monomial, coefficient in terms:
        total[monomial] = total.get(monomial, 0) + coefficient
    kept = [(m, c) for m, c in total.items() if c]
    if len(kept) == 1:
        return Index((kept[0],))
    if len(kept) > 1:
        kept.sort(key=_monomial_key)
    return Index(tuple(kept))


def _as_index(value: Index | int) -> Index:
    return value if isinstance(value, Index) else constant(value)


def constant(value: int) -> Index:
    """The integer ``value``."""
    return Index((((), value),)) if value else Index(())


@lru_cache(maxsize=4096)
def var(name: str) -> Index:
    """The index variable ``name``."""
    return Index((((Var(name),), 1),))


@lru_cache(maxsize=4096)
def size(name: str) -> Index:
    """The size or integer parameter ``name``."""
    return Index((((Size(name),), 1),))


def lookup(tensor: str, subscripts: tuple[Index, ...]) -> Index:
    """The entry of the integer tensor ``tensor``."""
    return Index((((Lookup(tensor, subscripts),), 1),))


def floor_div(numerator: Index, divisor: Index) -> Index:
    """``numerator // divisor``, for a positive divisor, with what holds for all integers applied:

    * ``(q*d + r)//d = q + r//d``;   ``(a//b)//c = a//(b*c)``;   ``(a % (b*c))//b = (a//b) % c``
    * ``(q*b + r)//(b*c) = (q + r//b)//c`` for a size b

    >>> str(floor_div(var("i") + 3, constant(2))), str(floor_div(constant(-3), constant(2)))
    ('(i + 1)//2 + 1', '-2')
    """
    if divisor.value == 1:
        return numerator
    quotient, rest = split_multiple(numerator, divisor)
    if not rest.terms or (rest.value is not None and divisor.value):
        return quotient  # of a number, what is left lies in range(divisor)
    inner = _single(rest)
    if isinstance(inner, Floor):
        return quotient + floor_div(inner.numerator, inner.divisor * divisor)
    if isinstance(inner, Mod):
        outer, left = split_multiple(inner.divisor, divisor)
        if not left.terms:
            return quotient + remainder(floor_div(inner.numerator, divisor), outer)
    for atom in divisor.terms[0][0] if len(divisor.terms) == 1 else ():
        factor = Index((((atom,), 1),))
        other, _ = split_multiple(divisor, factor)
        if other.value != 1 and split_multiple(rest, factor)[0].terms:
            return quotient + floor_div(floor_div(rest, factor), other)
    return quotient + Index((((Floor(rest, divisor),), 1),))


def remainder(numerator: Index, divisor: Index) -> Index:
    """``numerator % divisor``, for a positive divisor, with what holds for all integers applied:

    * ``(q*d + r) % d = r % d``;   ``(a + k*(e % (b*d))) % d = (a + k*e) % d``
    * ``(q*b + r) % (b*c) = b*((q + r//b) % c) + r % b`` for a size b

    >>> i, n = var("i"), size("n")
    >>> str(remainder(remainder(i - 1, n) + 3, n))
    '(i + 2)%n'
    """
    if divisor.value == 1:
        return ZERO
    _, rest = split_multiple(numerator, divisor)
    if rest.value is not None and divisor.value:
        return constant(rest.value % divisor.value)
    lifted = _without_remainders(rest, divisor)
    if lifted != rest:
        return remainder(lifted, divisor)
    for atom in divisor.terms[0][0] if len(divisor.terms) == 1 else ():
        factor = Index((((atom,), 1),))
        other, _ = split_multiple(divisor, factor)
        if other.value != 1 and split_multiple(rest, factor)[0].terms:
            return remainder(floor_div(rest, factor), other) * factor + remainder(rest, factor)
    return Index((((Mod(rest, divisor),), 1),)) if rest.terms else ZERO


def _without_remainders(index: Index, divisor: Index) -> Index:
    """Its terms ``k*(e % m)``, for a multiple m of the divisor, are ``k*e``: what is equal to it modulo the divisor."""
    total = ZERO
    for monomial, coefficient in index.terms:
        atom = monomial[0] if len(monomial) == 1 else None
        if isinstance(atom, Mod) and not split_multiple(atom.divisor, divisor)[1].terms:
            total = total + atom.numerator * coefficient
        else:
            total = total + Index(((monomial, coefficient),))
    return total


def solved_for_atoms(index: Index) -> Iterator[tuple[IndexAtom, Index]]:
    """``atom == rest`` from ``index == 0``, for each atom that is a term by itself, with the coefficient 1 or -1; the
    rest may hold the atom inside another one.

    >>> for atom, rest in solved_for_atoms(var("i") - 2*var("j") + 1):
    ...     print(atom, rest)
    Var(name='i') 2*j - 1
    """
    for monomial, coefficient in index.terms:
        if len(monomial) == 1 and coefficient in (1, -1):
            yield monomial[0], Index(tuple((m, c) for m, c in index.terms if m != monomial)) * -coefficient


def split_multiple(index: Index, divisor: Index) -> tuple[Index, Index]:
    """``index = quotient*divisor + rest``: the terms of which the divisor (a number times sizes) is a factor, and the
    others.

    Of a number, the largest multiple below it is taken.

    >>> quotient, rest = split_multiple(var("h")*size("D") + var("d"), size("D"))
    >>> str(quotient), str(rest)
    ('h', 'd')
    """
    if len(divisor.terms) != 1:
        return ZERO, index
    (factors, number) = divisor.terms[0]
    quotient: list[tuple[IndexMonomial, int]] = []
    rest: list[tuple[IndexMonomial, int]] = []
    for monomial, coefficient in index.terms:
        left = list(monomial)
        for factor in factors:
            if factor in left:
                left.remove(factor)
            else:
                break
        else:
            whole, over = divmod(coefficient, number)
            if whole:
                quotient.append((tuple(left), whole))
            if over:
                rest.append((monomial, over))
            continue
        rest.append((monomial, coefficient))
    return _collect(quotient), _collect(rest)


def _single(index: Index) -> IndexAtom | None:
    if len(index.terms) == 1 and index.terms[0][1] == 1 and len(index.terms[0][0]) == 1:
        return index.terms[0][0][0]
    return None


def format_index(index: Index) -> str:
    """The text of an integer expression in the notation; reading it gives the same ``Index``."""
    if not index.terms:
        return "0"
    parts: list[str] = []
    first = next((k for k, (_, coefficient) in enumerate(index.terms) if coefficient > 0), 0)
    for monomial, coefficient in (index.terms[first], *index.terms[:first], *index.terms[first + 1 :]):
        sign, magnitude = ("-", -coefficient) if coefficient < 0 else ("+", coefficient)
        factors = [str(magnitude)] if magnitude != 1 or not monomial else []
        alone = len(monomial) == 1 and (coefficient == 1 or (coefficient == -1 and bool(parts)))
        factors += [_format_atom(a, alone) for a in monomial]
        text = "*".join(factors)
        if not parts:
            parts.append(text if sign == "+" else f"-{text}")
        else:
            parts.append(f"{sign} {text}")
    return " ".join(parts)


def _format_atom(atom: IndexAtom, alone: bool) -> str:
    if isinstance(atom, Var | Size):
        return atom.name
    if isinstance(atom, Lookup):
        subscripts = ", ".join(format_index(s) for s in atom.subscripts)
        return f"{atom.tensor}[{subscripts}]" if subscripts else atom.tensor
    operator = "//" if isinstance(atom, Floor) else "%"
    text = f"{_operand(atom.numerator)}{operator}{_operand(atom.divisor)}"
    return text if alone else f"({text})"


def _operand(index: Index) -> str:
    text = format_index(index)
    return text if text.replace("_", "a").isalnum() else f"({text})"


ZERO = Index(())
ONE = constant(1)
