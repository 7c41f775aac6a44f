"""Terms as polynomials in matrices, which do not commute: ``Σₖₗ A⁻¹ᵢₖ Uₖₗ Vₗⱼ`` is the word ``A⁻¹ U V``.

Read so are sums of products in which every bound index runs over a whole axis and stands in two subscripts, and the
free ones in one: matrices, their inverses and transposes, and vectors at the ends. What has no free index is a
coefficient.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symadj.calculus.rewriting import Names, free_variables
from symadj.derivation.expansion import Monomial, TooLong, monomials
from symadj.terms.index import ZERO, Index, var
from symadj.terms.nodes import (
    ONE_TERM,
    ZERO_TERM,
    Binder,
    Entry,
    IndexCondition,
    Indicator,
    Inverse,
    Select,
    Sum,
    Term,
    add,
    mul,
    same,
)
from symadj.terms.statement import Shape


@dataclass(frozen=True, slots=True)
class Letter:
    """A matrix, its inverse or its transpose; or a vector, as a column or, transposed, as a row."""

    tensor: str
    inverse: bool = False
    transposed: bool = False
    vector: bool = False

    def flipped(self) -> Letter:
        """The transpose."""
        return replace(self, transposed=not self.transposed)

    def inverted(self) -> Letter:
        """The inverse."""
        return replace(self, inverse=not self.inverse)


Word = tuple[Letter, ...]
Polynomial = tuple[tuple[Term, Word], ...]


class NoWord(Exception):
    """The term is no such polynomial."""


def transposed(word: Word) -> Word:
    """The transpose of a product.

    >>> transposed((Letter("A"), Letter("B"))) == (Letter("B").flipped(), Letter("A").flipped())
    True
    """
    return tuple(letter.flipped() for letter in reversed(word))


def read(term: Term, free: Sequence[str], shapes: Mapping[str, Shape]) -> Polynomial:
    """The polynomial with rows ``free[0]`` and columns ``free[1]``; with one free index, a vector.

    >>> from symadj.terms.index import size
    >>> A, B = (Entry(t, (var(i), var(j))) for t, i, j in (("A", "i", "k"), ("B", "j", "k")))
    >>> shapes = dict.fromkeys("AB", (size("n"), size("n")))
    >>> [(_, word)] = read(Sum(Binder("k", ZERO, size("n")), mul(A, B)), "ij", shapes)
    >>> word == (Letter("A"), Letter("B", transposed=True))
    True

    Raises ``NoWord`` for other terms.
    """
    try:
        found = monomials(term, Names())
    except TooLong as error:
        raise NoWord from error
    return tuple(_Reading(m, free, shapes).monomial() for m in found if ZERO_TERM not in m.factors)


class _Reading:
    """One monomial as a path of letters from the row to the column."""

    def __init__(self, monomial: Monomial, free: Sequence[str], shapes: Mapping[str, Shape]) -> None:
        self.free = free
        self.shapes = shapes
        self.lengths: dict[str, Index] = {}
        self.edges: list[tuple[Letter | None, tuple[str, ...], Term]] = []
        self.scalars: list[Term] = []
        for item in monomial.scope:
            if isinstance(item, Binder):
                if item.condition is not None or item.lower.terms or item.upper.variables():
                    raise NoWord
                self.lengths[item.index] = item.upper
            else:
                self._factor(Indicator(item))
        for factor in monomial.factors:
            self._factor(factor)

    def _factor(self, factor: Term) -> None:
        match factor:
            case Select(condition, then, otherwise) if otherwise == ZERO_TERM:
                self._factor(Indicator(condition))
                self._factor(then)
            case Indicator(IndexCondition("==", index)) if len(index.variables()) == 2 and len(index.terms) == 2:
                first, second = sorted(index.variables())
                if same(var(first), var(second)) not in (same(index, ZERO), same(-1 * index, ZERO)):
                    raise NoWord
                self.edges.append((None, (first, second), factor))
            case Entry(tensor, subscripts) | Inverse(tensor, subscripts) if free_variables(factor):
                names = tuple(s.variable or "" for s in subscripts)
                if "" in names or len(set(names)) != len(names) or len(names) not in (1, 2):
                    raise NoWord
                if any(self.lengths.get(n, axis) != axis for n, axis in zip(names, self.shapes[tensor], strict=True)):
                    raise NoWord
                letter = Letter(tensor, isinstance(factor, Inverse), vector=len(names) == 1)
                self.edges.append((letter, names, factor))
            case _ if not free_variables(factor) & {*self.free, *self.lengths}:
                self.scalars.append(factor)
            case _:
                raise NoWord

    def monomial(self) -> tuple[Term, Word]:
        """The coefficient and the word."""
        word, end = self._walk(self.free[0])
        columns = self.free[1:]
        if end not in columns and columns:
            rest, last = self._walk(columns[0])
            if end or last:
                raise NoWord
            word += transposed(rest)
        elif end not in (*columns, ""):
            raise NoWord
        return mul(*self.scalars, *self._closed()), word

    def _walk(self, at: str) -> tuple[Word, str]:
        """From an index along the edges to a free index, or to a vector's end."""
        word: list[Letter] = []
        while True:
            k = next((k for k, (_, names, _) in enumerate(self.edges) if at in names), None)
            if k is None:
                return tuple(word), at
            letter, names, _ = self.edges.pop(k)
            if letter is not None:
                word.append(letter if names[0] == at else letter.flipped())
            if len(names) == 1:
                return tuple(word), ""
            at = names[1] if names[0] == at else names[0]
            if at in self.free:
                return tuple(word), at

    def _closed(self) -> Iterator[Term]:
        """What is left must have no free index: scalars, each with the sums over its own indices."""
        left = [(set(names), factor) for _, names, factor in self.edges]
        while left:
            names, factor = left.pop()
            factors, grown = [factor], True
            while grown:
                grown = False
                for other in [item for item in left if item[0] & names]:
                    left.remove(other)
                    names |= other[0]
                    factors.append(other[1])
                    grown = True
            if names & {*self.free}:
                raise NoWord
            body = mul(*reversed(factors))
            for name in sorted(names):
                body = Sum(Binder(name, ZERO, self.lengths[name]), body)
            yield body


# ------------------------------------------------------------------------------------------------ back to terms


def written(polynomial: Iterable[tuple[Term, Word]], free: Sequence[str], shapes: Mapping[str, Shape]) -> Term:
    """The polynomial as a term."""
    names = Names()
    return add(*(mul(scalar, _product(word, free, shapes, names)) for scalar, word in polynomial))


def _product(word: Word, free: Sequence[str], shapes: Mapping[str, Shape], names: Names) -> Term:
    """With one free index, or none, the word ends, or begins and ends, with a vector."""
    if not word:
        return Indicator(same(var(free[0]), var(free[1]))) if len(free) == 2 else ONE_TERM
    at, binders, factors = free[0] if free else "", list[Binder](), list[Term]()
    for k, letter in enumerate(word):
        shape = shapes[letter.tensor]
        if letter.vector and not letter.transposed:
            factors.append(Entry(letter.tensor, (var(at),)))
            at = ""
            continue
        ahead = free[1] if k == len(word) - 1 and len(free) == 2 else names.fresh("k")
        if ahead not in free:
            binders.append(Binder(ahead, ZERO, shape[-1] if not letter.transposed or letter.vector else shape[0]))
        if letter.vector:
            factors.append(Entry(letter.tensor, (var(ahead),)))
        else:
            subscripts = (var(ahead), var(at)) if letter.transposed else (var(at), var(ahead))
            factors.append((Inverse if letter.inverse else Entry)(letter.tensor, subscripts))
        at = ahead
    body = mul(*factors)
    for binder in reversed(binders):
        body = Sum(binder, body)
    return body
