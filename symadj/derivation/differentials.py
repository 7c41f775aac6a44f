"""What a differential must satisfy, as an equation between normal forms.

``f(x + dx) - f(x - dx) = 2*df`` says that ``df``, which is linear in ``dx``, is the derivative of ``f``: put ``t*dx``
for ``dx``, divide by ``2*t``, and let ``t`` go to 0. It holds for lines of degree at most two in what moves: linear
ones, products, squares. Of other lines the oracle's dual numbers must do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from symadj.derivation.model import Indices
from symadj.formulas.mapping import mapped
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    Add,
    Call,
    Condition,
    Entry,
    Mul,
    Number,
    Power,
    Select,
    Sum,
    Term,
    add,
    condition_terms,
    mul,
    number,
    tensors_in,
)
from symadj.terms.statement import Let


def equations(lets: Mapping[str, Let], differential_of: Mapping[str, str]) -> Iterator[tuple[Indices, Term, Term]]:
    """The equation for each line of degree at most two that has a differential."""
    for name, moved in differential_of.items():
        line = lets.get(name)
        if line is None or degree(line.body, differential_of) not in (0, 1, 2):
            continue
        forth, back = (_moved(line.body, differential_of, sign) for sign in (ONE_TERM, MINUS_ONE))
        where = tuple(zip(line.indices, line.shape, strict=True))
        yield where, add(forth, mul(MINUS_ONE, back)), mul(number(2), lets[moved].body)


def _moved(term: Term, differential_of: Mapping[str, str], sign: Term) -> Term:
    def leaf(part: Term) -> Term | None:
        if isinstance(part, Entry) and part.tensor in differential_of:
            return add(part, mul(sign, Entry(differential_of[part.tensor], part.subscripts)))
        return None

    return mapped(term, leaf)


def degree(term: Term, moving: Collection[str]) -> int | None:
    """The degree of a polynomial in the entries of the tensors ``moving``; ``None`` for what is none.

    >>> degree(mul(Entry("x", ()), Entry("y", ())), {"x"})
    1
    """
    if not _reads(term, moving):
        return 0
    match term:
        case Entry():
            return 1
        case Sum(binder, body) if binder.condition is None or not _compares(binder.condition, moving):
            return degree(body, moving)
        case Call("conj" | "real" | "imag", (body,)):
            return degree(body, moving)
        case Add(parts) | Mul(parts):
            found = [degree(part, moving) for part in parts]
            known = [d for d in found if d is not None]
            if len(known) < len(found):
                return None
            return max(known) if isinstance(term, Add) else sum(known)
        case Power(base, Number(value)) if value.denominator == 1 and value > 0:
            inner = degree(base, moving)
            return None if inner is None else inner * int(value)
        case Select(condition, then, otherwise) if not _compares(condition, moving):
            return degree(add(then, otherwise), moving)
        case _:
            return None


def _reads(term: Term, moving: Collection[str]) -> bool:
    return any(name in moving for name in tensors_in(term))


def _compares(condition: Condition, moving: Collection[str]) -> bool:
    return any(_reads(term, moving) for term in condition_terms(condition))
