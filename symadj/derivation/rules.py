"""The names that the field gives to the rules that a line's derivative uses."""

from __future__ import annotations

from collections.abc import Collection

from symadj.calculus.vocabulary import reads_any
from symadj.terms.nodes import (
    MINUS_ONE,
    Add,
    Apply,
    Call,
    Determinant,
    Entry,
    Extremum,
    Inverse,
    Mul,
    Number,
    Power,
    Product,
    Select,
    Sum,
    Term,
    condition_terms,
)

_FUNCTIONS = {
    "exp": "d exp u = exp u du", "log": "d log u = du/u", "sin": "d sin u = cos u du", "cos": "d cos u = −sin u du",
    "tan": "d tan u = (1 + tan² u) du", "sinh": "d sinh u = cosh u du", "cosh": "d cosh u = sinh u du",
    "tanh": "d tanh u = (1 − tanh² u) du", "arcsin": "d arcsin u = du/√(1 − u²)",
    "arccos": "d arccos u = −du/√(1 − u²)", "arctan": "d arctan u = du/(1 + u²)",
    "erf": "d erf u = (2/√π) exp(−u²) du", "sigmoid": "d σ(u) = σ(u) (1 − σ(u)) du, where σ is sigmoid",
    "softplus": "d softplus u = sigmoid u du", "abs": "d |u| = sign u du, away from 0",
    "relu": "d relu u = du where u > 0, 0 where u < 0", "sign": "sign is constant, away from 0",
    "maximum": "a maximum follows its larger argument, away from ties",
    "minimum": "a minimum follows its smaller argument, away from ties",
    "conj": "conjugation is real-linear", "real": "the real part is real-linear",
    "imag": "the imaginary part is real-linear",
}  # fmt: skip


def rules_of(term: Term, varying: Collection[str]) -> tuple[str, ...]:
    """The rules by which ``term`` is differentiated in the tensors ``varying``, outside in, each once.

    >>> rules_of(Mul((Entry("x", ()), Entry("x", ()))), {"x"})
    ('product rule',)
    """
    return tuple(dict.fromkeys(_rules(term, dict.fromkeys(varying))))


def _rules(term: Term, varying: dict[str, None]) -> list[str]:
    def moves(part: Term) -> bool:
        return reads_any(part, varying)

    if not moves(term):
        return []
    match term:
        case Entry():
            return []
        case Add(terms):
            return [r for t in terms for r in _rules(t, varying)]
        case Mul(factors):
            moving = [f for f in factors if moves(f)]
            inner = [r for f in moving for r in _rules(f, varying)]
            if len(moving) == 1:
                return inner
            quotient = any(isinstance(f, Power) and f.exponent == MINUS_ONE for f in moving)
            return ["quotient rule" if quotient else "product rule", *(r for r in inner if r != "d (1/u) = −du/u²")]
        case Power():
            return [*_power(term, moves(term.exponent)), *_rules(term.base, varying), *_rules(term.exponent, varying)]
        case Call(function, arguments):
            return [_FUNCTIONS.get(function, "chain rule"), *(r for a in arguments for r in _rules(a, varying))]
        case Apply(_, _, arguments):
            return ["chain rule", *(r for a in arguments for r in _rules(a, varying))]
        case Sum(_, body):
            return _rules(body, varying)
        case Product(_, body):
            return ["product rule", *_rules(body, varying)]
        case Extremum(_, _, body):
            return ["an extremum follows the element that attains it, away from ties", *_rules(body, varying)]
        case Select(condition, then, otherwise):
            cases = ["case by case"] if any(map(moves, condition_terms(condition))) else []
            return [*cases, *_rules(then, varying), *_rules(otherwise, varying)]
        case Inverse():
            return ["d A⁻¹ = −A⁻¹ dA A⁻¹"]
        case Determinant():
            return ["d det A = det A tr(A⁻¹ dA)"]
        case _:
            return []


def _power(term: Power, exponent_moves: bool) -> list[str]:
    if exponent_moves:
        return ["d bᵉ = e bᵉ⁻¹ db + bᵉ log b de"]
    if term.exponent == MINUS_ONE:
        return ["d (1/u) = −du/u²"]
    if isinstance(term.exponent, Number) and term.exponent.value == 2:
        return ["d u² = 2u du"]
    return ["power rule"]
