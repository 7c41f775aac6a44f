"""Derivatives of expressions, in terms of what tensors and lines move by."""

from __future__ import annotations

from collections.abc import Collection

from symadj.export.rocq.names import following
from symadj.export.rocq.program import Program
from symadj.export.rocq.syntax import (
    Cases,
    Expr,
    Function,
    Num,
    Operator,
    Opposite,
    Plus,
    Raise,
    Ratio,
    Ref,
    SumOf,
    Times,
)
from symadj.export.rocq.walking import substituted

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
ZERO = Num(0)


def moved(name: str) -> str:
    """The name of what ``name`` moves by; no name of the notation has a prime."""
    return f"{name}'moved"


def derivative(expr: Expr, program: Program, moving: Collection[str], held: Collection[str] = ()) -> Expr:
    """The derivative where the tensors and lines ``moving`` move, and those ``held`` do not, as ``SymadjAnalysis.dden``
    computes it, zeros included; other lines move as what they are made of.

    Raises ``LookupError`` for an operator.
    """

    def go(part: Expr) -> Expr:
        return derivative(part, program, moving, held)

    match expr:
        case Ref(name, arguments) if name in moving:
            return Ref(moved(name), arguments)
        case Ref(name, _):
            return go(program.body(expr)) if name in program.lines and name not in held else ZERO
        case Plus(left, right):
            return Plus(go(left), go(right))
        case Opposite(part):
            return Opposite(go(part))
        case Times(left, right):
            return Plus(Times(go(left), right), Times(left, go(right)))
        case Raise(base, exponent):
            return go(Times(base, Raise(base, exponent - 1) if exponent > 2 else base))
        case SumOf(index, bound, guard, body):
            return SumOf(index, bound, guard, go(body))
        case Cases(condition, then, otherwise):
            return Cases(condition, go(then), go(otherwise))
        case Function(name, argument):
            if name == "inv" and isinstance(root := program.see(argument), Function) and root.name == "sqrt":
                return go(Function("rsqrt", root.argument))  # a function of its own, as a tape has it
            return Times(factor(expr), go(argument))
        case Operator(name):
            raise LookupError(name)
        case _:
            return ZERO


def factor(expr: Function) -> Expr:
    """The derivative of the function at its argument."""
    match expr.name:
        case "exp":
            return expr
        case "inv":
            return Opposite(Times(expr, expr))
        case "rsqrt":
            return Opposite(Times(Ratio(1, 2), Times(Times(expr, expr), expr)))
        case "sigmoid":
            return Times(expr, Plus(Num(1), Opposite(expr)))
        case "tanh":
            return Plus(Num(1), Opposite(Times(expr, expr)))
        case "sign" | "heaviside" | "pi" | "iszero":
            return ZERO
        case "arctan":
            return Function("inv", Plus(Num(1), Times(expr.argument, expr.argument)))
        case "arcsin" | "arccos":
            root = Function("rsqrt", Plus(Num(1), Opposite(Times(expr.argument, expr.argument))))
            return root if expr.name == "arcsin" else Opposite(root)
    other = Function(COMPANION.get(expr.name) or following(expr.name), expr.argument)
    match expr.name:
        case "sqrt":
            return Times(Ratio(1, 2), other)
        case "cos":
            return Opposite(other)
        case _:
            return other


def without_zeros(expr: Expr) -> Expr:
    """The expression without the terms and factors that are 0.

    >>> without_zeros(Plus(Times(Num(0), Num(5)), Num(7)))
    Num(value=7)
    """

    def change(part: Expr) -> Expr | None:
        match part:
            case Plus(left, right):
                first, second = without_zeros(left), without_zeros(right)
                if first == ZERO or second == ZERO:
                    return second if first == ZERO else first
                return Plus(first, second)
            case Times(left, right):
                first, second = without_zeros(left), without_zeros(right)
                return ZERO if ZERO in (first, second) else Times(first, second)
            case Opposite(inner):
                return ZERO if (made := without_zeros(inner)) == ZERO else Opposite(made)
            case SumOf(index, bound, guard, inner):
                return ZERO if (made := without_zeros(inner)) == ZERO else SumOf(index, bound, guard, made)
            case Cases(condition, left, right):
                first, second = without_zeros(left), without_zeros(right)
                return ZERO if first == second == ZERO else Cases(condition, first, second)
            case _:
                return None

    return substituted(expr, change)
