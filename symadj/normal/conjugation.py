"""Complex conjugates, real and imaginary parts.

    conj(1j) = −1j     conj(p·q) = conj(p)·conj(q)     conj(f(p)) = f(conj(p)) for functions without a cut, real on
    the reals real(p) = (p + conj(p))/2        imag(p) = (p − conj(p))/2j

An entry of a complex tensor and its conjugate are two independent atoms. Over the reals conjugation does nothing.
"""

from __future__ import annotations

from fractions import Fraction

from symadj.errors import Unsupported
from symadj.normal.algebra import add, add_into, factor_poly, multiply, scale, subtract
from symadj.normal.store import UNIT, Argument, Exponent, Factor, Head, Poly, Store, poly_key
from symadj.normal.substitution import at_arguments, close_component, open_component

REAL_KINDS = frozenset({"size", "constant", "root", "index", "lookup", "equal", "atleast", "positive", "zero"})

# Functions without a cut that are real on the reals: conj(f(z)) = f(conj(z)).
ENTIRE = frozenset({"exp", "sin", "cos", "sinh", "cosh", "tan", "tanh", "sigmoid", "erf"})


def conjugate(store: Store, poly: Poly) -> Poly:
    """The complex conjugate; raises ``Unsupported`` for a fold or a matrix function of complex numbers."""
    if not store.complex:
        return poly
    total: Poly = {}
    for monomial, coefficient in poly.items():
        product: Poly = {UNIT: coefficient}
        for number, exponent in monomial:
            product = multiply(store, product, _of_factor(store, store.factors[number], exponent))
        add_into(total, product)
    return total


def _of_factor(store: Store, factor: Factor, exponent: Exponent) -> Poly:
    head = factor.head
    if head is None:
        body, bound = open_component(store, factor)
        return store.raise_to(store, close_component(store, conjugate(store, body), bound), exponent)
    if head.kind in REAL_KINDS or (head.kind == "tensor" and head.name in store.real):
        return factor_poly(factor, exponent)
    if head.kind == "imaginary":
        return factor_poly(factor, exponent) if exponent == 2 else scale(factor_poly(factor, exponent), -1)
    if head.kind in ("tensor", "conjugate"):
        if not isinstance(exponent, int):
            raise Unsupported("the conjugate of a root")
        kind = "conjugate" if head.kind == "tensor" else "tensor"
        other = store.head(kind, head.name)
        other.shape = head.shape
        return factor_poly(store.atom(other, factor.arguments), exponent)
    if head.kind == "let":
        return factor_poly(store.atom(_of_let(store, head), factor.arguments), exponent)
    if head.kind in ("function", "base"):
        inside = at_arguments(store, dict(head.polys[0]), factor.arguments)
        if head.kind == "base" and not isinstance(exponent, int):
            # A root has a cut; where its base is a sum of |p|² it is real.
            if is_norm(store, inside):
                return factor_poly(factor, exponent)
            raise Unsupported("the conjugate of a root")
        if head.kind == "function" and (head.name not in ENTIRE or not isinstance(exponent, int)):
            raise Unsupported(f"the conjugate of {head.name.split('(')[0]}")
        return store.rebuild(store, factor, exponent, conjugate(store, inside))
    if head.kind in ("inverse", "determinant"):
        matrix = conjugate(store, dict(head.polys[0]))
        return store.rebuild(store, factor, exponent, matrix)
    raise Unsupported(f"the conjugate of a {head.kind}")


def is_norm(store: Store, poly: Poly) -> bool:
    """Whether a polynomial is a sum of products ``x·conj(x)`` with positive coefficients: real, and not negative."""
    return all(c > 0 and _paired(store, [(store.factors[n], e) for n, e in m]) for m, c in poly.items())


def _paired(store: Store, factors: list[tuple[Factor, Exponent]]) -> bool:
    counts: dict[tuple[str, tuple[Argument, ...]], Exponent] = {}
    for factor, exponent in factors:
        head = factor.head
        if head is None:
            if not _paired(store, [(store.factors[n], e) for n, e in factor.atoms]):
                return False
        elif head.kind in ("tensor", "conjugate"):
            key = (head.name, factor.arguments)
            counts[key] = counts.get(key, 0) + (exponent if head.kind == "tensor" else -exponent)
        elif head.kind != "size":
            return False
    return not any(counts.values())


def _of_let(store: Store, head: Head) -> Head:
    if head.body is None:
        raise TypeError("a let has a body")
    body = conjugate(store, head.body)
    other = store.head("let", "", (poly_key(body),), head.shape)
    if other.body is None:
        other.body, other.shape, other.depth, other.name = body, head.shape, head.depth, f"conj({head.name})"
    return other


def parts(store: Store, function: str, poly: Poly) -> Poly:
    """``conj``, ``real`` or ``imag``."""
    if not store.complex:
        return {} if function == "imag" else poly
    other = conjugate(store, poly)
    if function == "conj":
        return other
    if function == "real":
        return scale(add(poly, other), Fraction(1, 2))
    minus_half_i = scale(factor_poly(store.atom(store.head("imaginary", "1j"), ())), Fraction(-1, 2))
    return multiply(store, minus_half_i, subtract(poly, other))
