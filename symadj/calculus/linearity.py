"""Is a line of a program linear in an input? A syntactic check that names the operand that breaks it.

Each term is *zero*, *free* of the input, or *linear* in it:

    a + b           linear, if each part is linear or zero; a part that is free makes it affine
    a b             linear, if one factor is and the others are free; zero, if one is
    sum(b for j)    as b, if the input does not stand in the range's condition
    a if c else b   as the branches, which must both be linear or zero, or both be free; the condition must be free
    T[…]            as the line T; the input itself is linear
    real, imag, conj    linear over the reals in what their argument is linear in

after the pass of the same purpose in UFL (``check_arities``). Sufficient, not necessary: ``x - x + 1 - 1``,
``0*x**2`` or ``abs(x)*0`` written with names for the parts are linear, and are not seen to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from symadj.calculus.vocabulary import condition_reads_any, reads_any, varying
from symadj.terms.nodes import (
    ONE_TERM,
    ZERO_TERM,
    Add,
    Call,
    Condition,
    Entry,
    Indicator,
    Mul,
    Number,
    Power,
    Select,
    Sum,
    Term,
)
from symadj.terms.statement import Let


@dataclass(frozen=True, slots=True)
class NotLinear:
    """``operand``, in the line ``let``, is what breaks linearity; ``reason`` says how."""

    let: str
    operand: Term
    reason: str


Degree = Literal["zero", "free", "linear"]


def linearity(lets: Sequence[Let], output: str, input: str, *, complex: bool = False) -> NotLinear | None:
    """``None`` where the line ``output`` is linear in the tensor ``input``, the others held fixed; else what breaks it.

    >>> from symadj.terms.index import size, var
    >>> from symadj.terms.nodes import add, mul
    >>> x = Entry("x", (var("i"),))
    >>> lines = [Let("y", ("i",), (size("n"),), add(mul(x, Entry("c", ())), Entry("c", ())))]
    >>> linearity(lines, "y", "x")
    NotLinear(let='y', operand=Entry(tensor='c', subscripts=()), reason='a term without x makes it affine')

    Raises ``KeyError`` where there is no line ``output``. A ``NotLinear`` says that the check failed, not that the
    map is not linear: see above for what it does not see.
    """
    lines = {let.name: let for let in lets}
    check = _Check(lines, input, complex, varying(lets, {input: ()}))
    try:
        let = lines[output]
        degree = check.line(let)
        if degree == "free":
            raise _Break(let.name, let.body, f"it does not depend on {input}, and is not zero")
    except _Break as found:
        return NotLinear(found.let, found.operand, found.reason)
    return None


class _Break(Exception):
    """Linearity fails."""

    def __init__(self, let: str, operand: Term, reason: str) -> None:
        super().__init__(reason)
        self.let = let
        self.operand = operand
        self.reason = reason


@dataclass(slots=True)
class _Check:
    """The degrees of lines, as they are asked for; ``dependent`` are the input and the lines that read it."""

    lines: dict[str, Let]
    input: str
    complex: bool
    dependent: Mapping[str, object]
    known: dict[str, Degree] = field(default_factory=dict)

    def line(self, let: Let) -> Degree:
        """The degree of a line."""
        if let.name not in self.known:
            self.known[let.name] = self.degree(let, let.body)
        return self.known[let.name]

    def degree(self, let: Let, term: Term) -> Degree:
        """The degree of a term of the line ``let``."""
        match term:
            case Number(value) if not value:
                return "zero"
            case Entry(tensor, _):
                if tensor == self.input:
                    return "linear"
                return self.line(self.lines[tensor]) if tensor in self.lines else "free"
            case Add(terms):
                return self._joined(let, terms)
            case Mul(factors):
                return self._product(let, factors)
            case Sum(binder, body):
                if binder.condition is not None:
                    self._free_condition(let, term, binder.condition)
                return self.degree(let, body)
            case Select(condition, then, otherwise):
                self._free_condition(let, term, condition)
                return self._joined(let, (then, otherwise))
            case Indicator(condition):
                self._free_condition(let, term, condition)
                return "free"
            case Power(base, exponent) if exponent == ONE_TERM:
                return self.degree(let, base)
            case Call("conj" | "real" | "imag", (argument,)) if not self.complex:
                return self.degree(let, argument)
            case _:
                return self._opaque(let, term)

    def _joined(self, let: Let, parts: tuple[Term, ...]) -> Degree:
        """The degree of a sum or a choice."""
        degrees = [self.degree(let, p) for p in parts]
        if "linear" not in degrees:
            return "free" if "free" in degrees else "zero"
        for part, degree in zip(parts, degrees, strict=True):
            if degree == "free":
                raise _Break(let.name, part, f"a term without {self.input} makes it affine")
        return "linear"

    def _product(self, let: Let, factors: tuple[Term, ...]) -> Degree:
        if ZERO_TERM in factors:
            return "zero"
        degrees = [self.degree(let, f) for f in factors]
        if "zero" in degrees:
            return "zero"
        linear = [f for f, d in zip(factors, degrees, strict=True) if d == "linear"]
        if len(linear) > 1:
            raise _Break(let.name, linear[1], f"a product of factors that both depend on {self.input}")
        return "linear" if linear else "free"

    def _opaque(self, let: Let, term: Term) -> Degree:
        """A term that is free of the input, or breaks linearity."""
        if not self._depends(term):
            return "free"
        match term:
            case Power(base, exponent) if self._depends(exponent):
                raise _Break(let.name, exponent, f"an exponent depends on {self.input}")
            case Power(base, Number(value)) if value < 0:
                raise _Break(let.name, base, f"a denominator depends on {self.input}")
            case Power(base, _):
                raise _Break(let.name, base, f"a power of something that depends on {self.input}")
            case Call(function, arguments):
                argument = next(a for a in arguments if self._depends(a))
                raise _Break(let.name, argument, f"{function} is not linear")
            case _:
                raise _Break(let.name, term, f"{_described(term)} is not linear in {self.input}")

    def _depends(self, term: Term) -> bool:
        return reads_any(term, self.dependent)

    def _free_condition(self, let: Let, term: Term, condition: Condition) -> None:
        if condition_reads_any(condition, self.dependent):
            raise _Break(let.name, term, f"a condition depends on {self.input}")


def _described(term: Term) -> str:
    return {
        "Apply": "an unknown function",
        "Product": "a product over a range",
        "Extremum": "a maximum or minimum",
        "Inverse": "an inverse",
        "Determinant": "a determinant",
    }.get(type(term).__name__, "this")
