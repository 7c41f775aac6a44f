"""Terms and conditions as text in the notation, with as few brackets as it takes.

Reading the text gives the term again, for every term that the reader builds; another one (``2*(n*x)`` kept as a nested
product, say) comes back in the reader's own form.
"""

from __future__ import annotations

from fractions import Fraction

from symadj.terms.index import ZERO, Floor, Index, Lookup, Mod, Size, Var, format_index
from symadj.terms.nodes import (
    MINUS_ONE,
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
)

# How tightly the outermost operator of a text binds; an operand that binds less tightly than its place asks for gets
# brackets.
CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)

_HALF = Number(Fraction(1, 2))


def format_term(term: Term) -> str:
    """The text of a scalar term in the notation.

    >>> from symadj.terms.index import ZERO, size, var
    >>> i, j = var("i"), var("j")
    >>> row = Sum(Binder("j", ZERO, size("n")), Mul((Entry("W", (i, j)), Entry("x", (j - 1,)))))
    >>> format_term(Add((Entry("c", (i,)), Mul((MINUS_ONE, row)))))
    'c[i] - sum(W[i,j]*x[j-1] for j in range(n))'
    """
    return _term(term)[0]


def format_condition(condition: Condition) -> str:
    """The text of a condition in the notation.

    >>> from symadj.terms.nodes import less
    >>> from symadj.terms.index import constant, size, var
    >>> format_condition(All((less(constant(0), var("i")), less(var("i"), size("n")))))
    'i > 0 and i < n'
    """
    return _condition(condition)[0]


def format_entry(tensor: str, subscripts: tuple[Index, ...]) -> str:
    """``W[i,j]``, or ``c`` of a scalar."""
    return f"{tensor}[{','.join(map(format_subscript, subscripts))}]" if subscripts else tensor


def format_subscript(index: Index) -> str:
    """An integer expression without spaces, as people write subscripts and sizes: ``n-1-i``."""
    return format_integer(index).replace(" ", "")


def format_integer(index: Index) -> str:
    """An integer expression: ``(i + 2*j)//3 - j`` as ``(i - j)//3``, and ``(i + 2*j)%3`` as ``(i - j)%3``; the reader
    takes one for the other.
    """
    if not index.divides:
        return format_index(index)
    total = index
    for monomial, coefficient in index.terms:
        atom = monomial[0] if len(monomial) == 1 else None
        size = atom.divisor.value if isinstance(atom, Floor | Mod) and coefficient == 1 else None
        if not isinstance(atom, Floor | Mod) or size is None:
            continue
        for inner, times in atom.numerator.terms:
            moved = Index(((inner, 1),))
            outside = isinstance(atom, Floor) and dict(total.terms).get(inner) == -1
            if 2 * times >= size and (outside or (isinstance(atom, Mod) and 2 * times > size)):
                numerator = atom.numerator - moved * size
                new = Floor(numerator, atom.divisor) if outside else Mod(numerator, atom.divisor)
                total = total - Index(((monomial, 1),)) + Index((((new,), 1),)) + (moved if outside else ZERO)
                atom, monomial = new, (new,)
    return format_index(total)


# ------------------------------------------------------------------------------------------------ terms


def _operand(term: Term, least: int) -> str:
    text, binds = _term(term)
    return text if binds >= least else f"({text})"


def _term(term: Term) -> tuple[str, int]:
    match term:
        case Number(value):
            return _number(value)
        case Constant(name):
            return name, ATOM
        case IndexValue(index):
            return format_integer(index), _index_binds(index)
        case Entry(tensor, subscripts):
            return format_entry(tensor, subscripts), ATOM
        case Add(terms):
            return _add(terms)
        case Mul(factors):
            return _mul(factors)
        case Power(base, exponent):
            return _power(base, exponent)
        case Call(function, arguments):
            return f"{function}({_arguments(arguments)})", ATOM
        case Apply(function, orders, arguments):
            return f"{_derivative(function, orders)}({_arguments(arguments)})", ATOM
        case Sum() | Product() | Extremum():
            return _loop(term), ATOM
        case Indicator(condition):
            return f"({format_condition(condition)})", ATOM
        case Select(condition, then, otherwise):
            test = _condition(condition)[0]
            return f"{_operand(then, OR)} if {test} else {_operand(otherwise, CHOICE)}", CHOICE
        case Inverse(tensor, subscripts):
            return format_entry(f"inv({tensor})", subscripts), ATOM
        case Determinant(tensor, subscripts):
            return format_entry(f"det({tensor})", subscripts), ATOM


def _number(value: Fraction) -> tuple[str, int]:
    if value.denominator != 1:
        return f"{value.numerator}/{value.denominator}", PRODUCT
    return str(value.numerator), ATOM if value >= 0 else SIGN


def _index_binds(index: Index) -> int:
    if len(index.terms) != 1:
        return SUM if index.terms else ATOM
    monomial, coefficient = index.terms[0]
    if len(monomial) == 1 and coefficient in (1, -1):
        atom = monomial[0]
        if coefficient == -1:
            return SIGN
        return ATOM if isinstance(atom, Var | Size | Lookup) else PRODUCT
    if not monomial:
        return ATOM if coefficient >= 0 else SIGN
    return PRODUCT


def _arguments(arguments: tuple[Term, ...]) -> str:
    return ", ".join(format_term(argument) for argument in arguments)


def _derivative(function: str, orders: tuple[int, ...]) -> str:
    text = function
    for place, order in enumerate(orders):
        for _ in range(order):
            text = f"D({text})" if len(orders) == 1 else f"D({text}, {place})"
    return text


def _add(terms: tuple[Term, ...]) -> tuple[str, int]:
    if len(terms) == 1:
        return _term(terms[0])
    text = _operand(terms[0], SUM) if terms else "0"
    for term in terms[1:]:
        opposite = _opposite(term)
        if opposite is None:
            text += f" + {_operand(term, PRODUCT)}"
        else:
            text += f" - {_operand(opposite, PRODUCT)}"
    return text, SUM


def _opposite(term: Term) -> Term | None:
    """``-term`` where ``term`` begins with a minus sign, else ``None``."""
    match term:
        case Number(value) if value < 0:
            return Number(-value)
        case IndexValue(index) if index.terms and all(coefficient < 0 for _, coefficient in index.terms):
            return IndexValue(-index)
        case Mul(factors) if factors:
            first = _opposite(factors[0])
            if first is None:
                return None
            rest = factors[1:] if first == Number(Fraction(1)) and len(factors) > 1 else (first, *factors[1:])
            return rest[0] if len(rest) == 1 else Mul(rest)
        case _:
            return None


def _mul(factors: tuple[Term, ...]) -> tuple[str, int]:
    if len(factors) < 2:
        return _term(factors[0]) if factors else ("1", ATOM)
    text, rest = _first_factor(factors)
    for factor in rest:
        match factor:
            case Power(base, exponent) if exponent == MINUS_ONE:
                text += f"/{_operand(base, POWER)}"
            case Number(value) if value.numerator == 1 and value.denominator != 1:
                text += f"/{value.denominator}"
            case _:
                text += f"*{_operand(factor, POWER)}"
    return text, PRODUCT


def _first_factor(factors: tuple[Term, ...]) -> tuple[str, tuple[Term, ...]]:
    """The text of the first factor (with a sign, or an imaginary unit that follows a number), and the other factors."""
    first, second = factors[0], factors[1]
    if first == MINUS_ONE:
        if isinstance(second, Power) and second.exponent == MINUS_ONE:
            return "-1", factors[1:]
        return f"-{_operand(second, POWER)}", factors[2:]
    if isinstance(first, Number) and first.value.denominator == 1 and second == Constant("1j"):
        return f"{first.value.numerator}j", factors[2:]
    return _operand(first, PRODUCT), factors[1:]


def _power(base: Term, exponent: Term) -> tuple[str, int]:
    if exponent == _HALF:
        return f"sqrt({format_term(base)})", ATOM
    if exponent == MINUS_ONE:
        return f"1/{_operand(base, POWER)}", PRODUCT
    return f"{_operand(base, ATOM)}**{_operand(exponent, ATOM)}", POWER


def _loop(term: Sum | Product | Extremum) -> str:
    """A sum over several clauses where sums nest directly."""
    name, clauses = _loop_name(term), [_clause(term.binder)]
    body = term.body
    while isinstance(body, Sum | Product | Extremum) and _loop_name(body) == name:
        clauses.append(_clause(body.binder))
        body = body.body
    return f"{name}({format_term(body)} {' '.join(clauses)})"


def _loop_name(term: Sum | Product | Extremum) -> str:
    return term.kind if isinstance(term, Extremum) else "sum" if isinstance(term, Sum) else "prod"


def _clause(binder: Binder) -> str:
    ends = [binder.lower, binder.upper] if binder.lower.terms else [binder.upper]
    text = f"for {binder.index} in range({', '.join(map(format_subscript, ends))})"
    return text if binder.condition is None else f"{text} if {format_condition(binder.condition)}"


# ------------------------------------------------------------------------------------------------ conditions


def _part(condition: Condition, least: int) -> str:
    text, binds = _condition(condition)
    return text if binds >= least else f"({text})"


def _condition(condition: Condition) -> tuple[str, int]:
    match condition:
        case IndexCondition(relation, index):
            return _index_condition(relation, index), COMPARISON
        case ValueCondition(relation, left, right):
            return _compared(relation, left, right), COMPARISON
        case All(()):
            return "0 == 0", COMPARISON
        case Some(()):
            return "0 == 1", COMPARISON
        case All((part,)) | Some((part,)):
            return _condition(part)
        case All(parts):
            return " and ".join(_part(part, NOT) for part in parts), AND
        case Some(parts):
            return " or ".join(_part(part, AND) for part in parts), OR
        case Not(IndexCondition("==", index)):
            return _index_condition("!=", index), COMPARISON
        case Not(ValueCondition("==", left, right)):
            return _compared("!=", left, right), COMPARISON
        case Not(part):
            return f"not {_part(part, NOT)}", NOT


def _compared(relation: str, left: Term, right: Term) -> str:
    if relation in ("<", "<=") and isinstance(left, Number) and not isinstance(right, Number):
        left, right, relation = right, left, relation.replace("<", ">")
    return f"{_operand(left, SUM)} {relation} {_operand(right, SUM)}"


def _index_condition(relation: str, index: Index) -> str:
    """``index == 0``, ``!= 0`` or ``>= 0``, with what is subtracted on the other side."""
    positive = format_integer(Index(tuple((m, c) for m, c in index.terms if c > 0)))
    negative = Index(tuple((m, -c) for m, c in index.terms if c < 0))
    other = format_integer(negative)
    if relation in ("==", "!="):
        return f"{positive} {relation} {other}"
    if negative.terms and negative.terms[-1] == ((), 1):
        below = Index(negative.terms[:-1])
        return f"{format_integer(below)} < {positive}" if below.terms else f"{positive} > 0"
    return f"{positive} >= {other}" if negative.value is not None else f"{other} <= {positive}"
