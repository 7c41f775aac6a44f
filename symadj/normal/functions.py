"""Functions of polynomials: exponentials, logarithms, and the rest as atoms.

    exp(Σ c·m)        = Π E_m**c, E_m = exp(m);   exp(c·log|b|) = |b|**c
    log|c·Π f**k|     = log|c| + Σ k·log|f|;      log|exp(m)| = m;   log|p| = log|content| + log|primitive part|
    softplus(p)       = log(1 + exp(p))

``log`` stands for log|·|: where the statement takes the logarithm of a real number, it assumes the number to be
positive (a hypothesis collected elsewhere), and there the two agree. Exponentials of linearly independent polynomials
are algebraically independent, so products of exponentials have a normal form.

``expanded`` rewrites hyperbolic functions and the sigmoid through exp, tan through sin and cos, and sines and cosines
of sums and doubles by the addition theorems: the last resort of ``decide``, since it makes more terms.
"""

from __future__ import annotations

from fractions import Fraction

from symadj.errors import NoValue, Unsupported
from symadj.normal.abstract import abstract, joint
from symadj.normal.algebra import (
    add,
    add_into,
    factor_poly,
    multiply,
    number_poly,
    scale,
    subtract,
    whole,
)
from symadj.normal.conjugation import conjugate, parts
from symadj.normal.powers import raise_to, split_content
from symadj.normal.signs import absolute, by_cases, poly_sign, positive, sign_function
from symadj.normal.store import UNIT, Exponent, Factor, Monomial, Poly, Store, monomial_factors
from symadj.normal.substitution import at_arguments, exponent_of

ODD = frozenset({"sin", "tan", "sinh", "tanh", "arcsin", "arctan", "erf"})
EVEN = frozenset({"cos", "cosh"})
AT_ZERO: dict[str, int | Fraction] = {
    "sin": 0, "tan": 0, "sinh": 0, "tanh": 0, "arcsin": 0, "arctan": 0, "erf": 0, "cos": 1, "cosh": 1,
    "sigmoid": Fraction(1, 2),
}  # fmt: skip
KINKED = frozenset({"sign", "relu", "maximum", "minimum"})
POSITIVE = frozenset({"cosh", "sigmoid"})


def call(store: Store, function: str, arguments: tuple[Poly, ...]) -> Poly:
    """The value of a known function; raises ``Unsupported`` for one that this field has no meaning for."""
    p = arguments[0]
    match function:
        case "exp":
            return exponential(store, p)
        case "log":
            return logarithm(store, p)
        case "softplus":
            return logarithm(store, add({UNIT: 1}, exponential(store, p)))
        case "conj" | "real" | "imag":
            return parts(store, function, p)
        case "abs" if store.complex:
            return raise_to(store, multiply(store, p, conjugate(store, p)), Fraction(1, 2))
    if store.complex and function in KINKED and any(q != conjugate(store, q) for q in arguments):
        raise Unsupported(f"{function} of numbers that are not plainly real")
    match function:
        case "abs":
            return absolute(store, p)
        case "sign":
            return sign_function(store, p)
        case "relu":
            return multiply(store, p, positive(store, p))
        case "maximum":
            gap = subtract(p, arguments[1])
            return add(arguments[1], multiply(store, gap, positive(store, gap)))
        case "minimum":
            gap = subtract(p, arguments[1])
            return subtract(p, multiply(store, gap, positive(store, gap)))
    return opaque(store, function, p)


def opaque(store: Store, function: str, poly: Poly) -> Poly:
    """An odd or even function of a polynomial with one sign chosen, or any other function, as an atom."""
    split = by_cases(store, poly, lambda p: opaque(store, function, p))
    if split is not None:
        return split
    if not poly and function in AT_ZERO:
        return number_poly(AT_ZERO[function])
    if function == "arccos":
        # arccos x = π/2 − arcsin x
        half_pi = scale(factor_poly(store.atom(store.head("constant", "pi"), ())), Fraction(1, 2))
        return subtract(half_pi, opaque(store, "arcsin", poly))
    if function == "sigmoid" and _turn(store, poly):
        return subtract({UNIT: 1}, opaque(store, function, scale(poly, -1)))
    sign = 1
    if function in ODD | EVEN and _turn(store, poly):
        poly = scale(poly, -1)
        sign = -1 if function in ODD else 1
    atom = function_atom(store, function, (poly,))
    return scale(atom, sign)


def _turn(store: Store, poly: Poly) -> bool:
    """Whether -poly is the one of poly and -poly that is kept: told by the bodies, so that names do not matter."""
    key, arguments, _ = abstract(store, poly)
    opposite, turned, _ = abstract(store, scale(poly, -1))
    return (opposite, store.codes(turned)) < (key, store.codes(arguments))


def function_atom(store: Store, name: str, polys: tuple[Poly, ...], kind: str = "function") -> Poly:
    """The atom ``name(polys)``; several polynomials are abstracted together, so that they share their variables."""
    return joint_atom(store, kind, name, polys[0] if len(polys) == 1 else joint(store, polys))


def joint_atom(store: Store, kind: str, name: str, joint: Poly) -> Poly:
    """The atom of a function of one polynomial, which may hold several with the marks of their places."""
    key, arguments, symmetries = abstract(store, joint)
    head = store.head(kind, name, (key,))
    head.symmetries = symmetries
    if (name in POSITIVE or name == "exp") and not store.complex:
        head.sign = "positive"
    head.special = head.special or name == "parity"
    return factor_poly(store.atom(head, arguments))


# ------------------------------------------------------------------------------------------------ exp and log


def exponential(store: Store, poly: Poly) -> Poly:
    """``exp(poly)``."""
    split = by_cases(store, poly, lambda p: exponential(store, p))
    if split is not None:
        return split
    result: Poly = {UNIT: 1}
    for monomial, coefficient in poly.items():
        result = multiply(store, result, _exponential_of(store, monomial, whole(coefficient)))
    return result


def _exponential_of(store: Store, monomial: Monomial, coefficient: Exponent) -> Poly:
    if store.complex:
        return _complex_exponential(store, monomial, Fraction(coefficient))
    inside = _logarithm_inside(store, monomial)
    if inside is not None:
        if (isinstance(coefficient, int) and coefficient % 2 == 0) or poly_sign(store, inside) == "positive":
            return raise_to(store, inside, coefficient)
        return raise_to(store, multiply(store, inside, sign_function(store, inside)), coefficient)
    return raise_to(store, function_atom(store, "exp", ({monomial: 1},)), coefficient)


def _complex_exponential(store: Store, monomial: Monomial, coefficient: Fraction) -> Poly:
    """``exp(p/q·m) = exp(m/q)**p``: over the complex numbers a root of ``exp(m)`` is not ``exp`` of the fraction."""
    inside = _logarithm_inside(store, monomial)
    if inside is not None and coefficient.denominator == 1:
        return raise_to(store, inside, coefficient.numerator)
    unit = function_atom(store, "exp", ({monomial: Fraction(1, coefficient.denominator)},))
    return raise_to(store, unit, coefficient.numerator)


def _logarithm_inside(store: Store, monomial: Monomial) -> Poly | None:
    """p, where the monomial is ``log(p)``."""
    if len(monomial) != 1 or monomial[0][1] != 1:
        return None
    factor = store.factors[monomial[0][0]]
    if factor.head is None or factor.head.kind != "function" or factor.head.name != "log":
        return None
    return at_arguments(store, dict(factor.head.polys[0]), factor.arguments)


def logarithm(store: Store, poly: Poly) -> Poly:
    """``log|poly|`` over the reals; over the complex numbers an atom."""
    if not poly:
        raise NoValue("the logarithm of zero")
    split = by_cases(store, poly, lambda p: logarithm(store, p))
    if split is not None:
        return split
    if store.complex:
        return function_atom(store, "log", (poly,))
    contents, rest = split_content(store, poly, 1)
    total: Poly = {}
    for content in contents:
        ((monomial, coefficient),) = content.items()
        add_into(total, _log_number(store, Fraction(coefficient)))
        for factor, exponent in monomial_factors(store, monomial):
            add_into(total, _log_factor(store, factor), exponent)
    if rest != {UNIT: 1}:
        add_into(total, function_atom(store, "log", (rest,)))
    return total


def _log_factor(store: Store, factor: Factor) -> Poly:
    exponent = exponent_of(store, [(factor, 1)])
    if exponent is not None:
        return exponent
    head = factor.head
    if head is not None and head.kind == "base":
        return function_atom(store, "log", (at_arguments(store, dict(head.polys[0]), factor.arguments),))
    if head is not None and head.kind == "root":
        return _log_number(store, Fraction(int(head.name)))
    return function_atom(store, "log", (factor_poly(factor),))


def _log_number(store: Store, value: Fraction) -> Poly:
    total: Poly = {}
    for part, sign in ((abs(value.numerator), 1), (value.denominator, -1)):
        divisor = 2
        while part > 1:
            if divisor * divisor > part:
                divisor = part
            while part % divisor == 0:
                add_into(total, function_atom(store, "log", ({UNIT: divisor},)), sign)
                part //= divisor
            divisor += 1
            if divisor > 10**6:
                raise Unsupported("the logarithm of a large number")
    return total


# ------------------------------------------------------------------------------------------------ last resort


def expanded(store: Store, function: str, poly: Poly) -> Poly | None:
    """The function through exp, sin and cos of single terms; None where there is nothing to expand."""
    match function:
        case "sigmoid":
            return _ratio(store, poly, 0, 1)
        case "tanh":
            return subtract(number_poly(1), scale(_ratio_inverse(store, scale(poly, 2)), 2))
        case "sinh" | "cosh":
            up, down = exponential(store, poly), exponential(store, scale(poly, -1))
            return scale(add(up, scale(down, -1 if function == "sinh" else 1)), Fraction(1, 2))
        case "tan":
            sine, cosine = expand_angle(store, poly)
            return multiply(store, sine, raise_to(store, cosine, -1))
        case "sin":
            return expand_angle(store, poly)[0]
        case "cos":
            return expand_angle(store, poly)[1]
    return None


def _ratio(store: Store, poly: Poly, low: int, high: int) -> Poly:
    """``1 − 1/(1 + exp(p))`` for (low, high) = (0, 1)."""
    return subtract(number_poly(high), scale(_ratio_inverse(store, poly), high - low))


def _ratio_inverse(store: Store, poly: Poly) -> Poly:
    return raise_to(store, add({UNIT: 1}, exponential(store, poly)), -1)


def expand_angle(store: Store, poly: Poly) -> tuple[Poly, Poly]:
    """sin and cos of a sum of terms with integer multiples, through those of the terms; ``cos² = 1 − sin²`` is
    applied.
    """
    sine: Poly = {}
    cosine: Poly = {UNIT: 1}
    for monomial, coefficient in poly.items():
        value = Fraction(coefficient)
        unit: Poly = {monomial: Fraction(1, value.denominator)}
        times = value.numerator
        s, c = opaque(store, "sin", unit), opaque(store, "cos", unit)
        for _ in range(min(abs(times), 16)):
            t = s if times > 0 else scale(s, -1)
            sine, cosine = (
                add(multiply(store, sine, c), multiply(store, cosine, t)),
                subtract(multiply(store, cosine, c), multiply(store, sine, t)),
            )
        if abs(times) > 16:
            raise Unsupported("a sine of a large multiple")
    return reduce_squares(store, sine), reduce_squares(store, cosine)


def reduce_squares(store: Store, poly: Poly) -> Poly:
    """``cos(m)**2`` replaced by ``1 − sin(m)**2`` until none is left."""
    total: Poly = {}
    pending = [poly]
    while pending:
        for monomial, coefficient in pending.pop().items():
            for number, exponent in monomial:
                head = store.factors[number].head
                whole_square = isinstance(exponent, int) and exponent >= 2
                if head is not None and head.kind == "function" and head.name == "cos" and whole_square:
                    rest = tuple((n, e) for n, e in monomial if n != number)
                    left = whole(exponent - 2)
                    if left:
                        rest = tuple(sorted((*rest, (number, left))))
                    sine = function_atom(
                        store, "sin", (at_arguments(store, dict(head.polys[0]), store.factors[number].arguments),)
                    )
                    square = subtract({UNIT: 1}, multiply(store, sine, sine))
                    pending.append(multiply(store, {rest: coefficient}, square))
                    break
            else:
                add_into(total, {monomial: coefficient})
    return total
