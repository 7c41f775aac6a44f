"""Real-linear pieces over the complex numbers: conjugates, real parts, absolute values.

The inner product is Re Σ conj(a) b. With ``g`` the cotangent of the value:

    y = conj(x)    dx = conj(g)                 y = imag(x)    dx = 1j real(g)
    y = real(x)    dx = real(g)                 y = abs(x)     dx = real(g) x/abs(x)       away from 0

Source: W. Wirtinger, *Zur formalen Theorie der Funktionen von mehr komplexen Veränderlichen* (1927), for the split of a
real-linear map into v ↦ a v + b conj(v).
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from symadj.calculus.rules import power
from symadj.errors import Unsupported
from symadj.terms.nodes import (
    ZERO_TERM,
    Add,
    Call,
    Constant,
    Entry,
    IndexValue,
    Indicator,
    Mul,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    add,
    mul,
    negate,
    number,
)

_REAL_VALUED = frozenset({"abs", "real", "imag"})
_REAL_TO_REAL = frozenset(
    {"exp", "sin", "cos", "sinh", "cosh", "tanh", "arctan", "erf", "sigmoid", "softplus", "relu", "sign", "conj", "tan"}
    | {"maximum", "minimum"}
)
_ENTIRE_OR_MEROMORPHIC = frozenset({"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "sigmoid"})
IMAGINARY_UNIT = Constant("1j")


def is_real(term: Term, real: Collection[str]) -> bool:
    """Whether ``term`` is plainly a real number, when the entries of the tensors ``real`` are.

    >>> is_real(Call("abs", (Entry("x", ()),)), ()), is_real(Entry("x", ()), ())
    (True, False)
    """
    match term:
        case Number() | IndexValue() | Indicator():
            return True
        case Constant(name):
            return name == "pi"
        case Entry(tensor, _):
            return tensor in real
        case Add(terms):
            return all(is_real(t, real) for t in terms)
        case Mul(factors):
            return all(is_real(f, real) for f in factors)
        case Power(base, Number(value)):
            return is_real(base, real) and (value.denominator == 1 or _is_nonnegative(base))
        case Call(function, arguments):
            return function in _REAL_VALUED or (function in _REAL_TO_REAL and all(is_real(a, real) for a in arguments))
        case Sum(_, body) | Product(_, body):
            return is_real(body, real)
        case Select(_, then, otherwise):
            return is_real(then, real) and is_real(otherwise, real)
        case _:
            return False


def _is_nonnegative(term: Term) -> bool:
    match term:
        case Number(value):
            return value >= 0
        case Constant(name):
            return name == "pi"
        case Call("abs", _):
            return True
        case Add(parts) | Mul(parts):
            return all(_is_nonnegative(p) for p in parts)
        case Power(base, Number(value)):
            return _is_nonnegative(base) or (value.denominator == 1 and value.numerator % 2 == 0 and is_real(base, ()))
        case Sum(_, body):
            return _is_nonnegative(body)
        case _:
            return False


def conjugate(term: Term, real: Collection[str]) -> Term:
    """``conj(term)``, carried down to the entries where that is a matter of algebra.

    >>> x = Entry("x", ())
    >>> conjugate(mul(IMAGINARY_UNIT, x), ()) == mul(number(-1), IMAGINARY_UNIT, Call("conj", (x,)))
    True
    """
    if is_real(term, real):
        return term
    match term:
        case Constant():
            return negate(term)
        case Call("conj", (argument,)):
            return argument
        case Add(terms):
            return add(*(conjugate(t, real) for t in terms))
        case Mul(factors):
            return mul(*(conjugate(f, real) for f in factors))
        case Power(base, Number(value)) if value.denominator == 1:
            return Power(conjugate(base, real), number(value))
        case Sum(binder, body):
            return Sum(binder, conjugate(body, real))
        case Product(binder, body):
            return Product(binder, conjugate(body, real))
        case Select(condition, then, otherwise):
            return Select(condition, conjugate(then, real), conjugate(otherwise, real))
        case _:
            return Call("conj", (term,))


def real_part(term: Term, real: Collection[str]) -> Term:
    """``real(term)``, with real factors taken out of it.

    >>> x = Entry("x", ())
    >>> real_part(mul(number(2), x), ()) == mul(number(2), Call("real", (x,)))
    True
    """
    if is_real(term, real):
        return term
    if isinstance(term, Mul):
        outside = [f for f in term.factors if is_real(f, real)]
        inside = [f for f in term.factors if not is_real(f, real)]
        if outside:
            return mul(*outside, real_part(mul(*inside), real))
    if isinstance(term, Call) and term.function == "conj":
        return real_part(term.arguments[0], real)
    return Call("real", (term,))


def adjoint(term: Call, g: Term, real: Collection[str]) -> Term | None:
    """The cotangent of the argument of ``conj``, ``real``, ``imag``, ``abs``, by the table above; ``None`` for other
    functions.

    >>> adjoint(Call("conj", (Entry("x", ()),)), Entry("dy", ()), ()) == Call("conj", (Entry("dy", ()),))
    True
    """
    match term.function:
        case "conj":
            return conjugate(g, real)
        case "real":
            return real_part(g, real)
        case "imag":
            return mul(IMAGINARY_UNIT, real_part(g, real))
        case "abs":
            return mul(real_part(g, real), term.arguments[0], Power(term, number(-1)))
        case _:
            return None


def tangent(term: Call, v: Term, real: Collection[str]) -> Term | None:
    """The derivative of ``conj``, ``real``, ``imag``, ``abs`` in the direction ``v``; ``None`` for other functions."""
    match term.function:
        case "conj":
            return conjugate(v, real)
        case "real":
            return real_part(v, real)
        case "imag":
            return ZERO_TERM if is_real(v, real) else Call("imag", (v,))
        case "abs":
            u = term.arguments[0]
            return mul(real_part(mul(conjugate(u, real), v), real), Power(term, number(-1)))
        case _:
            return None


def abs_power_factor(u: Term, exponent: Fraction) -> Term:
    """``e |u|^(e-2) u``: the adjoint of D |u|^e is real(g) times this, and D |u|^e [v] the real part of its conjugate
    times v.
    """
    return mul(number(exponent), power(Call("abs", (u,)), exponent - 2), u)


def require_holomorphic(term: Call, real: Collection[str]) -> None:
    """Raises ``Unsupported`` where ``term`` is neither a holomorphic function nor one of real arguments."""
    if term.function in _ENTIRE_OR_MEROMORPHIC or all(is_real(a, real) for a in term.arguments):
        return
    raise Unsupported(f"the derivative of {term.function} at a complex number")


def real_tensors(bodies: Collection[tuple[str, Term]]) -> frozenset[str]:
    """The names of those lines, in order of the program, whose entries are plainly real."""
    known: set[str] = set()
    for name, body in bodies:
        if is_real(body, known):
            known.add(name)
    return frozenset(known)
