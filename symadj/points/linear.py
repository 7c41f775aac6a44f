"""Linear forms over integer columns, where what is not linear is a column of its own.

A ``Linear`` is a map from columns to integer coefficients; the key ``""`` holds the constant. A column is a name: a
size, an index variable, an image coordinate, or the canonical text of an *opaque* integer expression, which
``Columns`` knows:

- ``Product``: ``S*i``, read as an unknown integer (a proof for every integer is a proof);
- ``Quotient``: ``e//d``, bound by ``d*q <= e <= d*q + d - 1``: nothing is lost when ``d`` is a number;
- ``TableEntry``: an entry of an integer tensor, read as an unknown integer in its range.

Equal expressions get equal names, so an opaque column is the same unknown wherever it stands, and ``substitute``
rewrites it from the inside: ``S*i`` with ``i := c - l`` becomes ``S*c - S*l``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import gcd

from symadj.errors import Unsupported
from symadj.terms.index import Floor, Index, IndexAtom, Lookup, Mod, Size, Var

Linear = dict[str, int]
Frozen = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product of two or more columns, none of them a product."""

    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    """``numerator // divisor``, the divisor positive."""

    numerator: Frozen
    divisor: Frozen


@dataclass(frozen=True, slots=True)
class TableEntry:
    """An entry of an integer tensor."""

    tensor: str
    subscripts: tuple[Frozen, ...]


Opaque = Product | Quotient | TableEntry


def freeze(form: Linear) -> Frozen:
    """The form as a hashable value, in a canonical order."""
    return tuple(sorted(form.items()))


def accumulate(target: Linear, form: Mapping[str, int], factor: int = 1) -> None:
    """``target += factor*form``, in place, without zero coefficients."""
    for column, coefficient in form.items():
        total = target.get(column, 0) + factor * coefficient
        if total:
            target[column] = total
        else:
            target.pop(column, None)


def plus(left: Mapping[str, int], right: Mapping[str, int], factor: int = 1) -> Linear:
    """``left + factor*right``."""
    result = dict(left)
    accumulate(result, right, factor)
    return result


def shifted(form: Mapping[str, int], offset: int) -> Linear:
    """``form + offset``."""
    return plus(form, {"": offset}) if offset else dict(form)


def negated(form: Mapping[str, int]) -> Linear:
    """``-form``."""
    return {column: -coefficient for column, coefficient in form.items()}


def format_form(form: Iterable[tuple[str, int]]) -> str:
    """The text of a form, which names the opaque columns made of it."""
    parts: list[str] = []
    for column, coefficient in form:
        if not column:
            parts.append(f"{coefficient:+d}")
        elif abs(coefficient) == 1:
            parts.append(("+" if coefficient > 0 else "-") + column)
        else:
            parts.append(f"{coefficient:+d}*{column}")
    return "".join(parts) or "0"


class Columns:
    """The opaque columns met in one decision, by name; columns that it does not know are plain variables."""

    def __init__(self) -> None:
        self.opaque: dict[str, Opaque] = {}
        self._inside: dict[str, frozenset[str]] = {}

    # ------------------------------------------------------------------------------------------------ structure

    def inside(self, column: str) -> frozenset[str]:
        """The columns from which an opaque column is made, through all levels; empty for a plain variable."""
        return self._inside.get(column, frozenset())

    def mentions(self, form: Mapping[str, int], name: str) -> bool:
        """Whether ``name`` stands in the form, openly or inside an opaque column."""
        return name in form or self.hides(form, name)

    def hides(self, form: Mapping[str, int], name: str) -> bool:
        """Whether ``name`` stands inside an opaque column of the form."""
        return bool(self.opaque) and any(name in self._inside.get(column, ()) for column in form)

    def parts(self, column: str) -> tuple[Frozen, ...]:
        """The forms of which a quotient or a table entry is made."""
        match self.opaque.get(column):
            case Quotient(numerator, divisor):
                return (numerator, divisor)
            case TableEntry(_, subscripts):
                return subscripts
            case Product(factors):
                return tuple(((factor, 1),) for factor in factors)
            case _:
                return ()

    def factors(self, column: str) -> tuple[str, ...]:
        """The factors of a product column; of another column, itself."""
        found = self.opaque.get(column)
        return found.factors if isinstance(found, Product) else (column,)

    def _register(self, name: str, opaque: Opaque) -> str:
        if name not in self.opaque:
            self.opaque[name] = opaque
            names = {column for form in self.parts(name) for column, _ in form if column}
            self._inside[name] = frozenset(names.union(*(self.inside(column) for column in names)))
        return name

    # ------------------------------------------------------------------------------------------------ building

    def product(self, columns: Iterable[str]) -> str:
        """The column of a product of columns."""
        factors = tuple(sorted(factor for column in columns for factor in self.factors(column)))
        if len(factors) == 1:
            return factors[0]
        return self._register("*".join(factors), Product(factors))

    def multiply(self, left: Mapping[str, int], right: Mapping[str, int]) -> Linear:
        """The product of two forms, expanded."""
        result: Linear = {}
        for first, a in left.items():
            for second, b in right.items():
                column = self.product((first, second)) if first and second else first or second
                accumulate(result, {column: a * b})
        return result

    def entry(self, tensor: str, subscripts: Iterable[Linear]) -> Linear:
        """An entry of an integer tensor."""
        frozen = tuple(freeze(subscript) for subscript in subscripts)
        name = f"{tensor}[{','.join(format_form(subscript) for subscript in frozen)}]"
        return {self._register(name, TableEntry(tensor, frozen)): 1}

    def quotient(self, numerator: Linear, divisor: Linear) -> Linear:
        """``numerator // divisor``, in a form in which equal quotients look equal.

        Whole multiples of the divisor are taken out, and ``(a//b + c)//d`` is ``(a + b*c)//(b*d)``.
        """
        for column, coefficient in numerator.items():
            inner = self.opaque.get(column)
            if coefficient == 1 and isinstance(inner, Quotient):
                by = dict(inner.divisor)
                rest = {c: k for c, k in numerator.items() if c != column}
                whole = plus(dict(inner.numerator), self.multiply(by, rest))
                return self.quotient(whole, self.multiply(by, divisor))
        if not divisor.keys() - {""}:
            number = divisor.get("", 0)
            if not number:
                raise Unsupported("a division by zero")  # at sizes, or in a case, that a guard leaves out
            return self._quotient_by_number(numerator, number)
        whole = {}
        if len(divisor) == 1 and next(iter(divisor.values())) == 1:
            numerator, whole = self._take_multiples(numerator, next(iter(divisor)))
        if not numerator:
            return whole
        if numerator == {"": -1}:
            return shifted(whole, -1)  # -1//d is -1 for every divisor
        frozen = (freeze(numerator), freeze(divisor))
        name = f"({format_form(frozen[0])})//({format_form(frozen[1])})"
        accumulate(whole, {self._register(name, Quotient(*frozen)): 1})
        return whole

    def _quotient_by_number(self, numerator: Linear, divisor: int) -> Linear:
        whole = {c: k // divisor for c, k in numerator.items() if k // divisor}
        rest = {c: k % divisor for c, k in numerator.items() if k % divisor}
        common = gcd(divisor, *(k for c, k in rest.items() if c))
        if common > 1:
            rest = {c: k // common for c, k in rest.items() if k // common}
            divisor //= common
        if not rest.keys() - {""}:
            return whole  # a constant below the divisor, or nothing
        if divisor == 1:
            return plus(whole, rest)
        frozen = (freeze(rest), (("", divisor),))
        name = f"({format_form(frozen[0])})//{divisor}"
        accumulate(whole, {self._register(name, Quotient(*frozen)): 1})
        return whole

    def _take_multiples(self, numerator: Linear, divisor: str) -> tuple[Linear, Linear]:
        rest: Linear = {}
        whole: Linear = {}
        for column, coefficient in numerator.items():
            factors = list(self.factors(column))
            if divisor not in factors:
                rest[column] = coefficient
                continue
            factors.remove(divisor)
            accumulate(whole, {self.product(factors) if factors else "": coefficient})
        return rest, whole

    def form(self, index: Index, values: Mapping[str, Linear]) -> Linear:
        """The form of an integer expression; ``values`` are those of its variables; others stand for themselves."""
        result: Linear = {}
        for monomial, coefficient in index.terms:
            if not monomial:
                accumulate(result, {"": coefficient})
                continue
            product = self._atom(monomial[0], values)
            for atom in monomial[1:]:
                product = self.multiply(product, self._atom(atom, values))
            accumulate(result, product, coefficient)
        return result

    def _atom(self, atom: IndexAtom, values: Mapping[str, Linear]) -> Linear:
        match atom:
            case Var(name):
                return values.get(name, {name: 1})
            case Size(name):
                return {name: 1}
            case Floor(numerator, divisor):
                return self.quotient(self.form(numerator, values), self.form(divisor, values))
            case Mod(numerator, divisor):
                whole, by = self.form(numerator, values), self.form(divisor, values)
                return plus(whole, self.multiply(by, self.quotient(whole, by)), -1)
            case Lookup(tensor, subscripts):
                return self.entry(tensor, (self.form(s, values) for s in subscripts))

    # ------------------------------------------------------------------------------------------------ substitution

    def replaced(self, column: str, name: str, value: Linear) -> Linear:
        """The form of a column after ``name := value``."""
        if column == name:
            return value
        if name not in self.inside(column):
            return {column: 1}
        match self.opaque[column]:
            case Product(factors):
                result: Linear = {"": 1}
                for factor in factors:
                    result = self.multiply(result, self.replaced(factor, name, value))
                return result
            case Quotient(numerator, divisor):
                return self.quotient(
                    self.substitute(dict(numerator), name, value), self.substitute(dict(divisor), name, value)
                )
            case TableEntry(tensor, subscripts):
                return self.entry(tensor, (self.substitute(dict(s), name, value) for s in subscripts))

    def substitute(self, form: Linear, name: str, value: Linear) -> Linear:
        """The form after ``name := value``, inside opaque columns too."""
        if not self.mentions(form, name):
            return form
        result: Linear = {}
        for column, coefficient in form.items():
            accumulate(result, self.replaced(column, name, value) if column else {"": 1}, coefficient)
        return result


def normal_inequality(form: Linear) -> Linear | bool:
    """``form >= 0`` divided by the gcd of its coefficients and tightened to integers; a truth value where constant."""
    common = gcd(*(k for c, k in form.items() if c))
    if not common:
        return form.get("", 0) >= 0
    if common == 1:
        return form
    return {c: k // common for c, k in form.items() if k // common}


def normal_equality(form: Linear) -> Linear | bool:
    """``form == 0`` divided by the gcd of its coefficients, its first column positive; a truth value where decided."""
    common = gcd(*(k for c, k in form.items() if c))
    constant = form.get("", 0)
    if not common:
        return constant == 0
    if constant % common:
        return False
    if form[min(c for c in form if c)] < 0:
        common = -common
    return form if common == 1 else {c: k // common for c, k in form.items()}
