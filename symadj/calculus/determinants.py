"""Determinants of lines, by what the lines are made of.

    det Aᵀ = det A          det conj(A) = conj(det A)        det(c A) = c^n det A        det 1 = 1
    det(A B) = det A det B  (A and B square)                 det A⁻¹ = (det A)^(-1)      where A⁻¹ is read anyway

and, as ``lemmas``, which hold only where the right side has a value, so that they may be used to show that a
determinant is not zero but never on what is assumed:

    det(A + u vᵀ) = det A (1 + vᵀ A⁻¹ u)                     det(A⁻¹ + B⁻¹) = det(A + B)/(det A det B)

Two lines with the same right side, up to transposition, are one matrix: the first is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from symadj.calculus.polynomials import Canonical
from symadj.calculus.rewriting import Names, Rebinder, Within, free_variables, freshen, substitute
from symadj.terms.index import ZERO as ZERO_INDEX
from symadj.terms.index import Index, var
from symadj.terms.nodes import (
    ONE_TERM,
    Add,
    Binder,
    Call,
    Determinant,
    Entry,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Power,
    Sum,
    Term,
    add,
    mul,
    number,
)
from symadj.terms.statement import Let, Shape

_ROW, _COLUMN = "%row", "%column"


class Determinants(Rebinder):
    """Rewrites the determinants in terms and conditions."""

    __slots__ = ("_canonical", "_known", "_lemmas", "_lets", "_names", "_shapes")

    def __init__(
        self,
        lets: Mapping[str, Let],
        shapes: Mapping[str, Shape],
        names: Names,
        canonical: Canonical,
        *,
        lemmas: bool = False,
    ) -> None:
        super().__init__(lambda name, _: name)
        self._lets = lets
        self._shapes = {**shapes, **{let.name: let.shape for let in lets.values()}}
        self._names = names
        self._canonical = canonical
        self._lemmas = lemmas
        self._known: dict[Term, str] | None = None

    def term(self, term: Term, at: Within) -> Term:
        """The rewritten term."""
        if isinstance(term, Determinant):
            return self._of_tensor(term.tensor, tuple(self.index(s, at) for s in term.subscripts))
        return super().term(term, at)

    def _of_tensor(self, tensor: str, stack: tuple[Index, ...]) -> Term:
        let = self._lets.get(tensor)
        if let is None or let.rank != len(stack) + 2:
            return Determinant(tensor, stack)
        body = self._right_side(let, stack)
        found = self._of_matrix(body, let.shape[-1])
        if found is not None:
            return found
        return Determinant(tensor if stack else self._named(tensor, body), stack)

    def _right_side(self, let: Let, stack: tuple[Index, ...]) -> Term:
        """The entry of the line in the row ``%row`` and the column ``%column``."""
        subscripts = (*stack, var(_ROW), var(_COLUMN))
        return freshen(let.body, dict(zip(let.indices, subscripts, strict=True)), self._names)

    def _named(self, tensor: str, body: Term) -> str:
        """The first line with this right side or its transpose."""
        return self._look_up(body) or self._seen().setdefault(self._canonical.term(body), tensor)

    def _look_up(self, body: Term) -> str | None:
        for candidate in (body, _transposed(body)):
            known = self._seen().get(self._canonical.term(candidate))
            if known is not None:
                return known
        return None

    def _seen(self) -> dict[Term, str]:
        """The square lines by their right sides; read at the first determinant, for most programs have none."""
        if self._known is None:
            self._known = {}
            for let in self._lets.values():
                if let.rank == 2 and let.shape[0] == let.shape[1]:
                    self._named(let.name, self._right_side(let, ()))
        return self._known

    # -------------------------------------------------------------------------------- matrices

    def _of_matrix(self, term: Term, n: Index) -> Term | None:
        """The determinant of the n by n matrix with the entry ``term``; ``None`` where nothing is known of it."""
        match term:
            case Call("conj", (argument,)):
                inner = self._of_matrix(argument, n)
                return None if inner is None else Call("conj", (inner,))
            case Indicator(IndexCondition("==", index)) if index in (_DIAGONAL, -_DIAGONAL):
                return ONE_TERM
            case Entry(tensor, (*stack, a, b)) if self._is_matrix(tensor, stack, a, b, n):
                return self._of_tensor(tensor, tuple(stack))
            case Inverse(tensor, (*stack, a, b)) if self._is_matrix(tensor, stack, a, b, n):
                return Power(self._of_tensor(tensor, tuple(stack)), number(-1))
            case Mul(factors):
                scalars = [f for f in factors if not _depends(f)]
                inner = self._of_matrix(mul(*(f for f in factors if _depends(f))), n) if scalars else None
                return None if inner is None else mul(*(Power(s, IndexValue(n)) for s in scalars), inner)
            case Sum(binder, body) if (binder.lower, binder.upper, binder.condition) == (ZERO_INDEX, n, None):
                return self._of_product(binder.index, body, n)
            case Add((first, second)) if self._lemmas:
                return self._of_sum(first, second, n) or self._of_sum(second, first, n)
            case _:
                return None

    def _is_matrix(self, tensor: str, stack: list[Index], a: Index, b: Index, n: Index) -> bool:
        """Row and column, or column and row, of the whole of an n by n matrix, and a stack that depends on neither."""
        whole = self._shapes.get(tensor, ())[-2:] == (n, n)
        return whole and {a, b} == {var(_ROW), var(_COLUMN)} and not any(s.variables() & {_ROW, _COLUMN} for s in stack)

    def _of_product(self, inner: str, body: Term, n: Index) -> Term | None:
        """Σ_k P[row, k] Q[k, column]."""
        split = _split(body)
        if split is None:
            return None
        scalars, left, right = split
        if any(inner in free_variables(s) for s in scalars):
            return None
        first = self._of_matrix(substitute(mul(*left), {inner: var(_COLUMN)}), n)
        second = self._of_matrix(substitute(mul(*right), {inner: var(_ROW)}), n)
        if first is None or second is None:
            return None
        return mul(*(Power(s, IndexValue(n)) for s in scalars), first, second)

    def _of_sum(self, matrix: Term, other: Term, n: Index) -> Term | None:
        """The two lemmas."""
        whole = self._of_matrix(matrix, n)
        if whole is None:
            return None
        split = _split(other)
        if split is not None:
            return self._of_update(matrix, whole, split, n)
        rest = self._of_matrix(other, n)
        if isinstance(matrix, Inverse) and isinstance(other, Inverse) and rest is not None:
            entries = add(Entry(matrix.tensor, matrix.subscripts), Entry(other.tensor, other.subscripts))
            together = self._look_up(entries)
            return None if together is None else mul(Determinant(together, ()), whole, rest)
        return None

    def _of_update(
        self, matrix: Term, whole: Term, split: tuple[list[Term], list[Term], list[Term]], n: Index
    ) -> Term | None:
        """det(M + c u vᵀ) = det M (1 + c vᵀ M⁻¹ u)."""
        scalars, u, v = split
        k, m = self._names.fresh("i"), self._names.fresh("j")
        at_k, at_m = substitute(mul(*v), {_COLUMN: var(k)}), substitute(mul(*u), {_ROW: var(m)})
        if isinstance(matrix, Indicator):
            at_k_too = substitute(mul(*u), {_ROW: var(k)})
            form: Term = Sum(Binder(k, ZERO_INDEX, n), mul(at_k, at_k_too))
        elif isinstance(matrix, Entry):
            *stack, a, _ = matrix.subscripts
            place = (var(k), var(m)) if a == var(_ROW) else (var(m), var(k))
            inside = mul(Inverse(matrix.tensor, (*stack, *place)), at_m)
            form = Sum(Binder(k, ZERO_INDEX, n), mul(at_k, Sum(Binder(m, ZERO_INDEX, n), inside)))
        else:
            return None
        return mul(whole, add(ONE_TERM, mul(*scalars, form)))


_DIAGONAL = var(_ROW) - var(_COLUMN)


def _depends(term: Term) -> bool:
    return bool(free_variables(term) & {_ROW, _COLUMN})


def _transposed(term: Term) -> Term:
    return substitute(term, {_ROW: var(_COLUMN), _COLUMN: var(_ROW)})


def _split(term: Term) -> tuple[list[Term], list[Term], list[Term]] | None:
    """The factors of a product without the row and the column, with the row only, with the column only; ``None`` if
    one has both.
    """
    factors = list(term.factors) if isinstance(term, Mul) else [term]
    parts: tuple[list[Term], list[Term], list[Term]] = ([], [], [])
    for factor in factors:
        names = free_variables(factor) & {_ROW, _COLUMN}
        if len(names) == 2:
            return None
        parts[0 if not names else 1 if _ROW in names else 2].append(factor)
    return parts if parts[1] and parts[2] else None
