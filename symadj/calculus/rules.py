"""The derivatives of the scalar functions, as a table.

Sources: the formulas stand in Abramowitz and Stegun, *Handbook of Mathematical Functions*, at the numbers given.
``u`` is the argument, ``y`` the value; where a derivative can be said with ``y`` it is, so that a line ``h =
tanh(z)`` is differentiated through ``h``.

    exp       y                        4.2.49          arcsin    (1 - u²)^(-1/2)           4.4.52
    log       1/u                      4.1.46          arccos    -(1 - u²)^(-1/2)          4.4.53
    sin       cos u                    4.3.105         arctan    1/(1 + u²)                4.4.54
    cos       -sin u                   4.3.106         erf       2/√π · exp(-u²)           7.1.19
    tan       1 + y²                   4.3.107         sigmoid   y (1 - y)                 of 1/(1 + exp(-u))
    sinh      cosh u                   4.5.71          softplus  sigmoid u                 of log(1 + exp u)
    cosh      sinh u                   4.5.72          sign      0                         locally constant
    tanh      1 - y²                   4.5.73          abs       sign u                    away from 0
    relu      [0 < u]                  away from 0     conj, real: 1;  imag: 0             over the reals
    maximum   [b < a], [a < b]         away from ties; [b <= a], [a < b] where they may be one entry
    minimum   [a < b], [b < a]         away from ties

    b^e       e b^(e-1)  in b;  y log b  in e          4.2.39, and 4.2.31 for b^e = exp(e log b)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from symadj.errors import Unsupported
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Call,
    Constant,
    Entry,
    IndexValue,
    Indicator,
    Number,
    Power,
    Term,
    ValueCondition,
    add,
    divide,
    mul,
    negate,
    number,
    walk,
)

HALF = Number(Fraction(1, 2))


def power(base: Term, exponent: Fraction | int) -> Term:
    """``base ** exponent`` without the trivial exponents 0 and 1.

    >>> power(number(7), 1) == number(7), power(number(7), 0) == ONE_TERM
    (True, True)
    """
    if exponent == 0:
        return ONE_TERM
    return base if exponent == 1 else Power(base, number(exponent))


def square(term: Term) -> Term:
    """``term ** 2``."""
    return power(term, 2)


def below(left: Term, right: Term) -> Term:
    """1 where ``left < right``, else 0."""
    return Indicator(ValueCondition("<", left, right))


def _tensors(term: Term) -> set[str]:
    return {part.tensor for part in walk(term) if isinstance(part, Entry)}


def _one_minus(term: Term) -> Term:
    return add(ONE_TERM, negate(term))


Unary = Callable[[Term, Term], Term]

_UNARY: dict[str, Unary] = {
    "exp": lambda u, y: y,
    "log": lambda u, y: divide(ONE_TERM, u),
    "sin": lambda u, y: Call("cos", (u,)),
    "cos": lambda u, y: negate(Call("sin", (u,))),
    "tan": lambda u, y: add(ONE_TERM, square(y)),
    "sinh": lambda u, y: Call("cosh", (u,)),
    "cosh": lambda u, y: Call("sinh", (u,)),
    "tanh": lambda u, y: _one_minus(square(y)),
    "arcsin": lambda u, y: power(_one_minus(square(u)), Fraction(-1, 2)),
    "arccos": lambda u, y: negate(power(_one_minus(square(u)), Fraction(-1, 2))),
    "arctan": lambda u, y: power(add(ONE_TERM, square(u)), -1),
    "erf": lambda u, y: mul(
        number(2), power(Constant("pi"), Fraction(-1, 2)), Call("exp", (negate(square(u)),))
    ),
    "sigmoid": lambda u, y: mul(y, _one_minus(y)),
    "softplus": lambda u, y: Call("sigmoid", (u,)),
    "sign": lambda u, y: ZERO_TERM,
    "abs": lambda u, y: Call("sign", (u,)),
    "relu": lambda u, y: below(ZERO_TERM, u),
    "conj": lambda u, y: ONE_TERM,
    "real": lambda u, y: ONE_TERM,
    "imag": lambda u, y: ZERO_TERM,
}  # fmt: skip


def partials(call: Call, value: Term) -> tuple[Term, ...]:
    """The derivative of ``call`` in each of its arguments; ``value`` stands for the call itself.

    Over the complex numbers these are the derivatives of the holomorphic functions; ``conj``, ``real``, ``imag`` and
    ``abs`` are none there, and have rules of their own.

    >>> partials(Call("exp", (number(3),)), number(7)) == (number(7),)
    True

    Raises ``Unsupported`` for a function that the table does not know.
    """
    if call.function in ("maximum", "minimum"):
        a, b = call.arguments
        low, high = (b, a) if call.function == "maximum" else (a, b)
        # They may be one and the same entry, x[i] and x[j] at i = j: then one of them counts.
        relation: Literal["<=", "<"] = "<=" if _tensors(a) & _tensors(b) else "<"
        return Indicator(ValueCondition(relation, low, high)), below(high, low)
    rule = _UNARY.get(call.function)
    if rule is None or len(call.arguments) != 1:
        raise Unsupported(f"the derivative of {call.function} is not known")
    return (rule(call.arguments[0], value),)


def power_in_base(base: Term, exponent: Term, value: Term | None) -> Term:
    """The derivative of ``base ** exponent`` in its base; through ``value``, where one is given and that is shorter.

    - a rational exponent: e b^(e-1);
    - e = 1/q or -1/q, with a name for the value: y^(1-q)/q or -y^(1+q)/q, as in ``dy/(2*y)`` for the square root;
    - any other exponent: e b^(e-1), for a positive base.

    >>> power_in_base(Call("exp", (number(1),)), number(3), None) == mul(number(3), power(Call("exp", (number(1),)), 2))
    True
    """
    if isinstance(exponent, IndexValue):
        return mul(exponent, Power(base, IndexValue(exponent.index - 1)))
    if not isinstance(exponent, Number):
        return mul(exponent, Power(base, add(exponent, MINUS_ONE)))
    e = exponent.value
    if value is not None and abs(e.numerator) == 1 and e != 1:
        q = e.denominator
        return mul(number(e), power(value, 1 - q if e > 0 else 1 + q))
    return mul(number(e), power(base, e - 1))


def power_in_exponent(base: Term, value: Term) -> Term:
    """The derivative of ``base ** exponent`` in its exponent, for a positive base."""
    return mul(value, Call("log", (base,)))


def merged_power(term: Power) -> Power:
    """``(b^r)^s`` as ``b^(rs)``, where r is no integer (so that b is positive anyway); any other power as it is.

    >>> merged_power(Power(Power(Constant("pi"), HALF), MINUS_ONE)) == Power(Constant("pi"), number(Fraction(-1, 2)))
    True

    Fails for an integer r: (x²)^(1/2) is |x|, not x.
    """
    inner, exponent = term.base, term.exponent
    while (
        isinstance(inner, Power)
        and isinstance(inner.exponent, Number)
        and isinstance(exponent, Number)
        and inner.exponent.value.denominator != 1
    ):
        exponent = number(inner.exponent.value * exponent.value)
        inner = inner.base
    return Power(inner, exponent)


def smooth_kink(term: Power) -> tuple[str, Term] | None:
    """``("abs", u)`` for |u|^e and ``("relu", u)`` for max(u, 0)^e, where e > 1: differentiable at the kink too.

    The derivatives are e |u|^(e-1) sign u and e max(u, 0)^(e-1), both 0 where u is 0.

    >>> smooth_kink(Power(Call("abs", (number(3),)), number(2))) == ("abs", number(3))
    True
    """
    if not (isinstance(term.exponent, Number) and term.exponent.value > 1 and isinstance(term.base, Call)):
        return None
    function, arguments = term.base.function, term.base.arguments
    if function in ("abs", "relu"):
        return function, arguments[0]
    if function == "maximum" and ZERO_TERM in arguments:
        return "relu", arguments[1] if arguments[0] == ZERO_TERM else arguments[0]
    return None


def rectified_root(term: Power) -> Term | None:
    """``u``, where ``term`` is max(u, 0)^e with 0 < e < 1: e u^(e-1) where u > 0, and 0 where u < 0.

    >>> rectified_root(Power(Call("relu", (number(3),)), HALF)) == number(3)
    True
    """
    if not (isinstance(term.exponent, Number) and 0 < term.exponent.value < 1):
        return None
    found = smooth_kink(Power(term.base, number(2)))
    return found[1] if found is not None and found[0] == "relu" else None


def smooth_kink_derivative(kind: str, base: Term, u: Term, exponent: Fraction) -> Term:
    """The derivative in ``u`` of the power that ``smooth_kink`` recognised, over the reals."""
    if kind == "relu":
        return mul(number(exponent), power(base, exponent - 1))
    if exponent.denominator == 1 and exponent.numerator % 2 == 0:
        return mul(number(exponent), power(u, exponent - 1))
    return mul(number(exponent), power(base, exponent - 1), Call("sign", (u,)))


def collected_squares(factors: tuple[Term, ...]) -> tuple[Term, ...]:
    """Equal factors ``abs(u)`` (``relu(u)``) of a product as one power, so that |u|·|u| counts as the smooth |u|².

    >>> collected_squares((Call("abs", (number(3),)),) * 2) == (Power(Call("abs", (number(3),)), number(2)),)
    True
    """
    kinks = [f for f in factors if isinstance(f, Call) and smooth_kink(Power(f, number(2))) is not None]
    if len(kinks) == len(set(kinks)):
        return factors
    result: list[Term] = []
    for factor in factors:
        if factor not in kinks:
            result.append(factor)
        elif (merged := power(factor, kinks.count(factor))) not in result:
            result.append(merged)
    return tuple(result)
