"""The embedded term of an expression: earlier lines are put in, and every sum gets a variable number of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.syntax import (
    Both,
    Cases,
    Compare,
    Either,
    Expr,
    Formula,
    Function,
    Holds,
    IBin,
    INum,
    InverseSize,
    ITable,
    IVar,
    Nat,
    Negation,
    Num,
    Operator,
    Opposite,
    Plus,
    Raise,
    Ratio,
    Ref,
    SizeOf,
    SumOf,
    Times,
    Truth,
)

# A tensor, or an earlier line, at given (embedded) subscripts.
Closure = Callable[[tuple[str, ...]], str]

MOST_CHARACTERS = 50_000
_OPERATORS = {"+": "IA", "-": "IS", "*": "IM", "/": "ID", "%": "IR"}
_RELATIONS = {"==": "Eq", "<=": "Le", "<": "Lt"}


def listed(items: Iterable[str]) -> str:
    """A list of Rocq.

    >>> listed(["1", "2"]), listed([])
    ('[:: 1; 2]', '[::]')
    """
    inside = "; ".join(items)
    return f"[:: {inside}]" if inside else "[::]"


@dataclass
class Embedding:
    """Numbers for the variables and the integer tables of one theorem.

    ``names`` are the free variables, in order: sizes, integer parameters, free indices. ``tables`` are the integer
    tensors of rank 1 and of rank 2.
    """

    names: tuple[str, ...]
    tables: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    following: int = field(default=0)

    def __post_init__(self) -> None:
        self.following = len(self.names)

    def free(self) -> dict[str, str]:
        """The free variables, embedded."""
        return {name: f"V {k}" for k, name in enumerate(self.names)}

    def fresh(self) -> int:
        """A variable number that stands nowhere else."""
        self.following += 1
        return self.following - 1

    def nat(self, term: Nat, variables: Mapping[str, str]) -> str:
        """An index term."""
        match term:
            case IVar(name):
                return variables[name]
            case INum(value):
                return f"C {value}"
            case ITable(table, arguments):
                inner = " ".join(f"({self.nat(a, variables)})" for a in arguments)
                kind = len(arguments) - 1
                return f"{'FG'[kind]} {self.tables[kind].index(table)} {inner}"
            case IBin(operator, left, right):
                return f"{_OPERATORS[operator]} ({self.nat(left, variables)}) ({self.nat(right, variables)})"

    def formula(self, condition: Formula, variables: Mapping[str, str]) -> str:
        """A condition."""
        match condition:
            case Compare(relation, left, right):
                return f"{_RELATIONS[relation]} ({self.nat(left, variables)}) ({self.nat(right, variables)})"
            case Truth():
                return "Tr"
            case Negation(part):
                return f"Not ({self.formula(part, variables)})"
            case Both(left, right):
                return f"And ({self.formula(left, variables)}) ({self.formula(right, variables)})"
            case Either(left, right):
                return f"Or ({self.formula(left, variables)}) ({self.formula(right, variables)})"

    def decided(self, condition: Formula, variables: Mapping[str, str]) -> bool | None:
        """Whether the condition compares two numbers, and then what it says: the kernel computes it too."""
        if not isinstance(condition, Compare) or condition.relation != "==":
            return None
        sides = [self.nat(side, variables) for side in (condition.left, condition.right)]
        return sides[0] == sides[1] if all(side.startswith("C ") for side in sides) else None

    def expression(self, expr: Expr, variables: Mapping[str, str], tensors: Mapping[str, Closure]) -> str:
        """A scalar. Raises ``NotExported`` when it grows too long, or has a function in it."""
        text = self._expression(expr, variables, tensors)
        if len(text) > MOST_CHARACTERS:
            raise NotExported("the lines put into one another grow too long")
        return text

    def _expression(self, expr: Expr, variables: Mapping[str, str], tensors: Mapping[str, Closure]) -> str:
        def go(part: Expr) -> str:
            return self.expression(part, variables, tensors)

        match expr:
            case Num(value):
                return f"Cst ({value})"
            case Ratio(numerator, denominator):
                return f"Rat ({numerator}) {denominator}"
            case Ref(name, arguments):
                return tensors[name](tuple(self.nat(a, variables) for a in arguments))
            case SizeOf(value):
                return f"Siz ({self.nat(value, variables)})"
            case InverseSize(value):
                return f"Isz ({self.nat(value, variables)})"
            case Holds(condition):
                return f"Ind ({self.formula(condition, variables)})"
            case Cases(condition, then, otherwise):
                taken = self.decided(condition, variables)
                if taken is not None:
                    return go(then if taken else otherwise)
                return f"If ({self.formula(condition, variables)}) ({go(then)}) ({go(otherwise)})"
            case Plus(left, right):
                return f"Add ({go(left)}) ({go(right)})"
            case Opposite(part):
                return f"Opp ({go(part)})"
            case Times(left, right):
                return f"Mul ({go(left)}) ({go(right)})"
            case Raise(base, exponent):
                text = go(base)
                for _ in range(exponent - 1):
                    text = f"Mul ({go(base)}) ({text})"
                return text
            case SumOf(index, bound, guard, body):
                number = self.fresh()
                inside = {**variables, index: f"V {number}"}
                upper = self.nat(bound, variables)
                where = self.formula(guard, inside)
                return f"Sum {number} ({upper}) ({where}) ({self.expression(body, inside, tensors)})"
            case Operator():
                return self.operator(expr, variables, tensors)
            case _:
                return self.function(expr, variables, tensors)

    def function(self, expr: Function, variables: Mapping[str, str], tensors: Mapping[str, Closure]) -> str:
        """A function of a scalar: none, in a commutative ring."""
        raise NotExported(f"the function {expr.name} in an algebraic claim")

    def operator(self, expr: Operator, variables: Mapping[str, str], tensors: Mapping[str, Closure]) -> str:
        """An operator: none, in a commutative ring."""
        raise NotExported(f"the {expr.name} in an algebraic claim")
