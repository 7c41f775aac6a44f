"""The readable text of an expression, as mathematical components write it."""

from __future__ import annotations

from symadj.export.rocq.names import identifier, unknown
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

_NAT = {"+": "+", "-": "-", "*": "*", "/": "%/", "%": "%%"}
_LEVEL = {"+": 50, "-": 50, "*": 40, "/": 40, "%": 40}
REAL_FUNCTIONS = {
    "exp": "expR",
    "log": "ln",
    "sqrt": "Num.sqrt",
    "sin": "sin",
    "cos": "cos",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "softplus": "softplus",
    "arctan": "atan",
    "arcsin": "asin",
    "arccos": "acos",
    "sign": "Num.sg",
    "relu": "relu",
    "heaviside": "heaviside",
}
OPERATORS = {"inverse": "inv", "mirrored": "inv", "determinant": "det"}


def nat(term: Nat) -> str:
    """A natural number, closed by its scope unless it is a name."""
    return identifier(term.name) if isinstance(term, IVar) else f"({_nat(term)})%N"


def _nat(term: Nat, level: int = 99) -> str:
    match term:
        case IVar(name):
            return identifier(name)
        case INum(value):
            return str(value)
        case ITable(table, arguments):
            text = " ".join((identifier(table), *(nat(a) for a in arguments)))
            return f"({text})"
        case IBin(operator, left, right):
            own = _LEVEL[operator]
            text = f"{_nat(left, own)} {_NAT[operator]} {_nat(right, own - 1)}"
            return text if own <= level else f"({text})"


def formula(condition: Formula) -> str:
    """A condition, in parentheses."""
    match condition:
        case Compare("==", left, right):
            return f"({_nat(left)} == {_nat(right)} :> nat)%N"
        case Compare(relation, left, right):
            return f"({_nat(left)} {relation} {_nat(right)})%N"
        case Truth():
            return "true"
        case Negation(part):
            return f"(~~ {formula(part)})"
        case Both(left, right):
            return f"({formula(left)} && {formula(right)})"
        case Either(left, right):
            return f"({formula(left)} || {formula(right)})"


def expression(expr: Expr, level: int = 99) -> str:
    """A scalar, in parentheses where its operator binds weaker than ``level``."""
    own, text = _expression(expr)
    return text if own <= level else f"({text})"


def application(name: str, arguments: tuple[Nat, ...]) -> str:
    """A tensor at its subscripts."""
    return " ".join((name, *(nat(a) for a in arguments)))


def _expression(expr: Expr) -> tuple[int, str]:
    match expr:
        case Num(value):
            return (
                (0, str(value))
                if value in (0, 1)
                else (1, f"{value}%:R")
                if value > 0
                else (35, f"- {_number(-value)}")
            )
        case Ratio(numerator, denominator):
            return 40, f"{expression(Num(numerator), 39)} / {denominator}%:R"
        case Ref(name, arguments):
            return (10 if arguments or " " in name else 0), application(name, arguments)
        case SizeOf(value):
            return 2, f"{nat(value)}%:R"
        case InverseSize(value):
            return 3, f"{nat(value)}%:R^-1"
        case Holds(condition):
            return 2, f"{formula(condition)}%:R"
        case Cases(condition, then, otherwise):
            return 98, f"if {formula(condition)} then {expression(then)} else {expression(otherwise)}"
        case Plus(left, Opposite(right)):
            return 50, f"{expression(left, 50)} - {expression(right, 40)}"
        case Plus(left, right):
            return 50, f"{expression(left, 50)} + {expression(right, 40)}"
        case Opposite(part):
            return 35, f"- {expression(part, 30)}"
        case Times(left, right):
            return 40, f"{expression(left, 40)} * {expression(right, 39)}"
        case Raise(base, exponent):
            return 30, f"{expression(base, 10)} ^+ {exponent}"
        case SumOf(index, bound, guard, body):
            where = "" if isinstance(guard, Truth) else f" | {formula(guard)}"
            return 41, f"\\sum_({identifier(index)} < {_nat(bound, 30)}{where}) {expression(body, 41)}"
        case Operator():
            return _operator(expr)
        case Function("inv", argument):
            return 3, f"{expression(argument, 2)}^-1"
        case Function("pi", _):
            return 10, "the_pi R"
        case Function("iszero", argument):
            return 2, f"(({expression(argument)} : R) == 0)%:R"
        case Function("abs", argument):
            return 0, f"`|{expression(argument)}|"
        case Function("rsqrt", argument):
            return 3, f"(Num.sqrt {expression(argument, 9)})^-1"
        case Function(name, argument):
            return 10, f"{REAL_FUNCTIONS[name] if name in REAL_FUNCTIONS else unknown(name)} {expression(argument, 9)}"


def _operator(expr: Operator) -> tuple[int, str]:
    match expr:
        case Operator("product", index, _, size, body):
            return 36, f"\\prod_({identifier(index)} < {_nat(size, 30)}) {expression(body, 35)}"
        case Operator("maximum", index, _, size, body):
            return 10, f"maximum {nat(size)} {family(index, body)}"
        case Operator(name, _, _, size, _, arguments):
            return 10, application(f"{OPERATORS[name]} {nat(size)} {matrix(expr)}", arguments)


def matrix(expr: Operator) -> str:
    """The matrix that an operator is applied to, as a function of row and column."""
    body = expr.body
    if isinstance(body, Ref) and body.arguments[-2:] == (IVar(expr.row), IVar(expr.column)):
        inside = [part for argument in body.arguments[:-2] for part in _names(argument)]
        if expr.row not in inside and expr.column not in inside:
            return f"({application(body.name, body.arguments[:-2])})"
    return f"(fun {identifier(expr.row)} {identifier(expr.column)} : nat => {expression(body)})"


def family(index: str, body: Expr) -> str:
    """The numbers ``body``, as a function of their index."""
    if isinstance(body, Ref) and body.arguments and body.arguments[-1] == IVar(index):
        rest = body.arguments[:-1]
        if not any(index in _names(argument) for argument in rest):
            return f"({application(body.name, rest)})"
    return f"(fun {identifier(index)} : nat => {expression(body)})"


def _names(term: Nat) -> list[str]:
    match term:
        case IVar(name):
            return [name]
        case IBin(_, left, right):
            return [*_names(left), *_names(right)]
        case ITable(_, arguments):
            return [name for a in arguments for name in _names(a)]
        case _:
            return []


def _number(value: int) -> str:
    return "1" if value == 1 else f"{value}%:R"
