"""Functions of the reals in an embedded expression: each place where one stands is a site, an atom with its own value.

An unknown function, and each of its derivatives, is ``f'0``, ``f'1``, …

A site has the indices that its argument depends on as parameters; equal sites are one. The derivative of an expression
is embedded as ``SymadjAnalysis.dden`` computes it, so that the two are convertible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from symadj.export.rocq.embedding import Closure, Embedding, listed
from symadj.export.rocq.names import following, unknown
from symadj.export.rocq.syntax import (
    Cases,
    Compare,
    Expr,
    Function,
    IVar,
    Negation,
    Num,
    Operator,
    Opposite,
    Plus,
    Raise,
    Ref,
    SumOf,
    Times,
)
from symadj.export.rocq.walking import abstracted, free_indices, walk
from symadj.terms.index import Index
from symadj.terms.statement import Shape

NAMES = {
    "exp": "Fexp",
    "log": "Flog",
    "inv": "Finv",
    "sqrt": "Fsqrt",
    "rsqrt": "Frsqrt",
    "sin": "Fsin",
    "cos": "Fcos",
    "sigmoid": "Fsigmoid",
    "tanh": "Ftanh",
    "softplus": "Fsoftplus",
    "arctan": "Fatan",
    "iszero": "Fzero",
    "arcsin": "Fasin",
    "arccos": "Facos",
    "abs": "Fabs",
    "sign": "Fsign",
    "relu": "Frelu",
    "heaviside": "Fheaviside",
    "pi": "Fpi",
}
OPERATORS = {"inverse": "Oinv", "mirrored": "Oinv", "determinant": "Odet", "product": "Oprod", "maximum": "Omax"}
OWN = ("i'own", "j'own")  # the parameters of an inverse: row and column
# A function in whose derivative another one of the same argument stands.
COMPANION = {
    "log": "inv",
    "sqrt": "rsqrt",
    "sin": "cos",
    "cos": "sin",
    "softplus": "sigmoid",
    "abs": "sign",
    "relu": "heaviside",
}


@dataclass(frozen=True, slots=True)
class Over:
    """Of the site of an operator: how many parameters are its own, the row, the column, and the size embedded."""

    own: int
    row: int
    column: int
    size: str

    def rocq(self, site: Site) -> str:
        """The site as ``SymadjAnalysis`` has it."""
        outer = listed(f"{n}%N" for n in site.numbers[self.own :])
        return (
            f"Over {OPERATORS[site.function]} {self.own} {outer} {self.row} {self.column} ({self.size}) ({site.text})"
        )


@dataclass(frozen=True, slots=True)
class Site:
    """A function at an argument, whose free indices are its parameters, numbered in ``text``, the embedded argument."""

    function: str
    argument: Expr
    parameters: tuple[str, ...]
    numbers: tuple[int, ...]
    text: str
    over: Over | None = None

    def rocq(self) -> str:
        """The site as ``SymadjAnalysis`` has it."""
        if self.over is not None:
            return self.over.rocq(self)
        known = NAMES.get(self.function) or f"(Ffun {unknown(self.function)} {unknown(following(self.function))})"
        return f"Site {known} {listed(f'{n}%N' for n in self.numbers)} ({self.text})"

    def shape(self, shapes: Mapping[str, Shape]) -> Shape:
        """The ranges of its parameters, from the axes that they stand at; up to the first that stands at none."""
        found: dict[str, Index] = {}
        if isinstance(self.argument, Operator):
            return ()
        for part in walk(self.argument):
            if isinstance(part, Ref):
                for argument, axis in zip(part.arguments, shapes.get(part.name, ()), strict=False):
                    if isinstance(argument, IVar):
                        found.setdefault(argument.name, axis)
        return tuple(found[p] for p in takewhile(found.__contains__, self.parameters))


class Tape(Embedding):
    """An embedding that collects sites; ``first`` is the number of the first one, after the tensors.

    ``indices`` are free: sites have them as parameters too, so that the value of a function is one site everywhere.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        tables: tuple[tuple[str, ...], tuple[str, ...]],
        first: int,
        indices: tuple[str, ...] = (),
    ) -> None:
        super().__init__((*names, *indices), tables)
        self.first = first
        self.indices = indices
        self.sites: list[Site] = []

    def function(self, expr: Function, variables: Mapping[str, str], tensors: Mapping[str, Closure]) -> str:
        """The site of ``expr``, at the subscripts that its parameters have here."""
        number, values = self._placed(expr, variables, tensors)
        return f"Atm {self.first + number} {listed(values)}"

    def _constant(self, variables: Mapping[str, str]) -> set[str]:
        """The sizes; a name that a binder hides is none."""
        return {name for name, text in self.free().items() if variables.get(name) == text and name not in self.indices}

    def _placed(
        self, expr: Function, variables: Mapping[str, str], tensors: Mapping[str, Closure]
    ) -> tuple[int, list[str]]:
        """The number of the site of ``expr``, and its parameters' values."""
        free = self._constant(variables)
        argument, places = abstracted(expr.argument, free)
        parameters = tuple(n for n in free_indices(argument) if n not in free)
        number = self._site(Function(expr.name, argument), parameters, tensors)
        return number, [self.nat(places.get(p, IVar(p)), variables) for p in parameters]

    def _site(self, expr: Function, parameters: tuple[str, ...], tensors: Mapping[str, Closure]) -> int:
        numbers = tuple(range(len(self.names), len(self.names) + len(parameters)))
        inside = {**self.free(), **{name: f"V {k}" for name, k in zip(parameters, numbers, strict=True)}}
        kept, self.following = self.following, len(self.names) + len(parameters)
        text = self.expression(expr.argument, inside, tensors)
        self.following = kept
        made = Site(expr.name, expr.argument, parameters, numbers, text)
        if expr.name == "inv":  # one over a root is a function of its own, convertible with it
            for number, site in enumerate(self.sites):
                if site.function == "sqrt" and site.numbers == numbers and text == self.atom(number):
                    made = Site("rsqrt", site.argument, site.parameters, numbers, site.text)
        for number, site in enumerate(self.sites):
            if (site.function, site.numbers, site.text) == (made.function, numbers, made.text):
                return number
        self.sites.append(made)
        return len(self.sites) - 1

    # -------------------------------------------------------------------------------------------- operators

    def operator(self, expr: Operator, variables: Mapping[str, str], tensors: Mapping[str, Closure]) -> str:
        """The site of ``expr``, at its arguments and at what its parameters are here."""
        number, values = self._placed_operator(expr, variables, tensors)
        return f"Atm {self.first + number} {listed([*(self.nat(a, variables) for a in expr.arguments), *values])}"

    def _placed_operator(
        self, expr: Operator, variables: Mapping[str, str], tensors: Mapping[str, Closure]
    ) -> tuple[int, list[str]]:
        """The number of the site of an operator, and the values of its parameters but for the operator's own."""
        free = self._constant(variables)
        general = replace(expr, arguments=())
        outer = tuple(n for n in free_indices(general) if n not in free)
        own = OWN[: len(expr.arguments)]
        start = len(self.names)
        numbers = tuple(range(start, start + len(own) + len(outer)))
        row, column = (start + len(numbers) + k for k in (0, 1))
        inside = {**self.free(), **{n: f"V {k}" for n, k in zip((*own, *outer), numbers, strict=True)}}
        inside |= {expr.row: f"V {row}", expr.column: f"V {column}"}
        kept, self.following = self.following, column + 1
        text, size = self.expression(expr.body, inside, tensors), self.nat(expr.size, inside)
        self.following = kept
        template = replace(expr, arguments=tuple(IVar(n) for n in own))
        made = Site(expr.name, template, (*own, *outer), numbers, text, Over(len(own), row, column, size))
        key = (made.function, made.numbers, made.text, made.over)
        values = [variables[n] for n in outer]
        for number, site in enumerate(self.sites):
            if (site.function, site.numbers, site.text, site.over) == key:
                return number, values
        self.sites.append(made)
        return len(self.sites) - 1, values

    def _derivative_of_operator(
        self,
        expr: Operator,
        variables: Mapping[str, str],
        tensors: Mapping[str, Closure],
        tangents: Mapping[str, Closure],
    ) -> str:
        number, values = self._placed_operator(expr, variables, tensors)
        site = self.sites[number]
        made = site.argument
        if not isinstance(made, Operator) or site.over is None:
            raise TypeError("the site of an operator has its operator")
        outer = dict(zip(site.parameters[site.over.own :], values, strict=True))
        size = self.nat(made.size, {**self.free(), **outer})
        row, column = f"V {self.fresh()}", f"V {self.fresh()}"
        inside = {**self.free(), **outer, made.row: row, made.column: column}
        moved = self.derivative(made.body, inside, tensors, tangents)

        def entry(of: Operator, *at: str) -> str:
            found, others = self._placed_operator(of, {**inside, **dict(zip(OWN, at, strict=False))}, tensors)
            return f"Atm {self.first + found} {listed([*at, *others])}"

        def total(body: str, *over: str) -> str:
            for index in reversed(over):
                body = f"Sum {index.removeprefix('V ')} ({size}) (Tr) ({body})"
            return body

        if made.name == "maximum":
            greatest = Function("iszero", Plus(made.body, Opposite(made)))
            return total(f"Mul ({self.function(greatest, inside, tensors)}) ({moved})", row)
        if made.name == "product":
            left_out = Negation(Compare("==", IVar(made.row), IVar(OWN[0])))
            others = replace(made, body=Cases(left_out, made.body, Num(1)))
            rest, places = self._placed_operator(others, {**inside, OWN[0]: row}, tensors)
            return total(f"Mul (Atm {self.first + rest} {listed(places)}) ({moved})", row)
        inverse = replace(made, name="inverse", arguments=tuple(IVar(n) for n in OWN))
        if made.name == "inverse":
            first, second = (self.nat(a, variables) for a in expr.arguments)
            left, right = entry(inverse, first, row), entry(inverse, column, second)
            return f"Opp ({total(f'Mul (Mul ({left}) ({moved})) ({right})', row, column)})"
        own = f"Atm {self.first + number} {listed(values)}"
        return f"Mul ({own}) ({total(f'Mul ({entry(inverse, column, row)}) ({moved})', row, column)})"

    def atom(self, number: int) -> str:
        """A site at its own parameters."""
        return f"Atm {self.first + number} {listed(f'V {n}' for n in self.sites[number].numbers)}"

    def copy(self, site: Site, tensors: Mapping[str, Closure]) -> str:
        """The site's argument once more, its sums with new variable numbers."""
        return self.expression(site.argument, self.inside(site), tensors)

    def inside(self, site: Site) -> dict[str, str]:
        """The variables of a site's argument, embedded."""
        return {**self.free(), **{p: f"V {n}" for p, n in zip(site.parameters, site.numbers, strict=True)}}

    # -------------------------------------------------------------------------------------------- derivatives

    def derivative(
        self,
        expr: Expr,
        variables: Mapping[str, str],
        tensors: Mapping[str, Closure],
        tangents: Mapping[str, Closure],
    ) -> str:
        """The derivative of a scalar, given those of the tensors and lines in it."""

        def go(part: Expr, inside: Mapping[str, str] = variables) -> str:
            return self.derivative(part, inside, tensors, tangents)

        def value(part: Expr) -> str:
            return self.expression(part, variables, tensors)

        match expr:
            case Ref(name, arguments):
                return tangents[name](tuple(self.nat(a, variables) for a in arguments))
            case Plus(left, right):
                return f"Add ({go(left)}) ({go(right)})"
            case Opposite(part):
                return f"Opp ({go(part)})"
            case Times(left, right):
                return f"Add (Mul ({go(left)}) ({value(right)})) (Mul ({value(left)}) ({go(right)}))"
            case Raise(base, exponent):
                rest: Expr = Raise(base, exponent - 1) if exponent > 2 else base
                return go(Times(base, rest))
            case SumOf(index, bound, guard, body):
                number = self.fresh()
                inside = {**variables, index: f"V {number}"}
                head = f"Sum {number} ({self.nat(bound, variables)}) ({self.formula(guard, inside)})"
                return f"{head} ({go(body, inside)})"
            case Cases(condition, then, otherwise):
                taken = self.decided(condition, variables)
                if taken is not None:
                    return go(then if taken else otherwise)
                return f"If ({self.formula(condition, variables)}) ({go(then)}) ({go(otherwise)})"
            case Operator():
                return self._derivative_of_operator(expr, variables, tensors, tangents)
            case Function():
                at = self._as_made(expr, variables, tensors)
                factor = self._factor(at[0], at[1], tensors)
                return f"Mul ({factor}) ({go(at[0].argument, at[1])})"
            case _:
                return "Cst 0"

    def _as_made(
        self, expr: Function, variables: Mapping[str, str], tensors: Mapping[str, Closure]
    ) -> tuple[Function, Mapping[str, str]]:
        """The function as its site has it (one over a root is one), and the variables under the site's names."""
        number, values = self._placed(expr, variables, tensors)
        site = self.sites[number]
        made = Function(site.function, site.argument)
        return made, {**self.free(), **dict(zip(site.parameters, values, strict=True))}

    def _factor(self, expr: Function, variables: Mapping[str, str], tensors: Mapping[str, Closure]) -> str:
        own = self.function(expr, variables, tensors)
        match expr.name:
            case "exp":
                return own
            case "inv":
                return f"Opp (Mul ({own}) ({own}))"
            case "rsqrt":
                return f"Opp (Mul (Rat 1 2) (Mul (Mul ({own}) ({own})) ({own})))"
            case "sigmoid":
                return f"Mul ({own}) (Add (Cst 1) (Opp ({own})))"
            case "tanh":
                return f"Add (Cst 1) (Opp (Mul ({own}) ({own})))"
            case "sign" | "heaviside" | "pi" | "iszero":
                return "Cst 0"
            case "arctan":
                square = Plus(Num(1), Times(expr.argument, expr.argument))
                return self.function(Function("inv", square), variables, tensors)
            case "arcsin" | "arccos":
                rest = Plus(Num(1), Opposite(Times(expr.argument, expr.argument)))
                root = self.function(Function("rsqrt", rest), variables, tensors)
                return root if expr.name == "arcsin" else f"Opp ({root})"
        companion = COMPANION.get(expr.name) or following(expr.name)
        other = self.function(Function(companion, expr.argument), variables, tensors)
        match expr.name:
            case "sqrt":
                return f"Mul (Rat 1 2) ({other})"
            case "cos":
                return f"Opp ({other})"
            case _:
                return other
