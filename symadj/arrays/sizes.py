"""Arithmetic of sizes: what is known of an ``Index`` for all sizes, exact division, and merged axes.

A merged axis ``(h d)`` has the size ``h*d``; its index ``u`` stands for the pair ``u//d``, ``u%d``, and a pair stands
for the index ``h*d_size + d``. The rules that undo one by the other, for ``0 <= w < c``::

    (c*q + w) // (c*b)  =  q // b
    (c*q + w) %  (c*b)  =  c*(q % b) + w
    (p // b)*b + p % b  =  p
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symadj.terms.index import (
    ONE,
    ZERO,
    Floor,
    Index,
    IndexAtom,
    IndexMonomial,
    Lookup,
    Mod,
    Size,
    Var,
    atom_key,
    constant,
    floor_div,
    lookup,
    remainder,
    var,
)

Shape = tuple[Index, ...]


def format_shape(shape: Sequence[Index]) -> str:
    """The text of a shape, as Python writes a tuple.

    >>> format_shape((constant(2),))
    '(2,)'
    """
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def product(sizes: Iterable[Index]) -> Index:
    """The product of sizes; 1 for none."""
    total = ONE
    for factor in sizes:
        total = total * factor
    return total


# ------------------------------------------------------------------------------------------------ signs


def lower_bound(index: Index, integers: frozenset[str] = frozenset()) -> int | None:
    """A number that ``index`` is never below when all sizes are >= 1 and the ``integers`` >= 0; None if none is seen.

    It is the value at the smallest sizes, where the polynomial grows in each of them.

    >>> from symadj.terms.index import size
    >>> lower_bound(2 * size("n") - 3), lower_bound(size("n") - size("k"))
    (-1, None)
    """
    shifted = ZERO
    for monomial, coefficient in index.terms:
        factor = constant(coefficient)
        for atom in monomial:
            least = _least(atom, integers)
            if least is None:
                return None
            factor = factor * (Index((((atom,), 1),)) + least)
        shifted = shifted + factor
    least_value = 0
    for monomial, coefficient in shifted.terms:
        if monomial and coefficient < 0:
            return None
        if not monomial:
            least_value = coefficient
    return least_value


def upper_bound(index: Index, integers: frozenset[str] = frozenset()) -> int | None:
    """A number that ``index`` is never above; as ``lower_bound``."""
    bound = lower_bound(-index, integers)
    return None if bound is None else -bound


def _least(atom: IndexAtom, integers: frozenset[str]) -> int | None:
    if isinstance(atom, Size):
        return 0 if atom.name in integers else 1
    if isinstance(atom, Mod | Lookup):
        return 0
    if isinstance(atom, Floor):
        below = lower_bound(atom.numerator, integers)
        return 0 if below is not None and below >= 0 else None
    return None


def is_nonnegative(index: Index, integers: frozenset[str] = frozenset()) -> bool:
    """Seen to be >= 0 for all sizes."""
    bound = lower_bound(index, integers)
    return bound is not None and bound >= 0


def is_negative(index: Index, integers: frozenset[str] = frozenset()) -> bool:
    """Seen to be < 0 for all sizes."""
    bound = upper_bound(index, integers)
    return bound is not None and bound < 0


# ------------------------------------------------------------------------------------------------ division


def exact_divide(numerator: Index, divisor: Index) -> Index | None:
    """The polynomial ``q`` with ``q*divisor == numerator``; None where there is none, or the divisor is 0.

    >>> from symadj.terms.index import size
    >>> h, d = size("h"), size("d")
    >>> str(exact_divide(h * d + d, d)), exact_divide(h + d, d)
    ('h + 1', None)
    """
    if not divisor.terms:
        return None
    lead, lead_coefficient = divisor.terms[0]
    quotient, rest = ZERO, numerator
    while rest.terms:
        monomial, coefficient = rest.terms[0]
        ratio = _monomial_ratio(monomial, lead)
        if ratio is None or coefficient % lead_coefficient:
            return None
        step = Index(((ratio, coefficient // lead_coefficient),))
        quotient = quotient + step
        rest = rest - step * divisor
    return quotient


def _monomial_ratio(numerator: IndexMonomial, divisor: IndexMonomial) -> IndexMonomial | None:
    rest = list(numerator)
    for atom in divisor:
        if atom not in rest:
            return None
        rest.remove(atom)
    return tuple(sorted(rest, key=atom_key))


# ------------------------------------------------------------------------------------------------ merged axes


def _only_atom(index: Index) -> IndexAtom | None:
    if len(index.terms) == 1:
        monomial, coefficient = index.terms[0]
        if coefficient == 1 and len(monomial) == 1:
            return monomial[0]
    return None


def _quotient(numerator: Index, divisor: Index) -> Index:
    """``numerator // divisor``, with ``(p // c) // b`` as ``p // (c*b)``."""
    atom = _only_atom(numerator)
    if isinstance(atom, Floor) and divisor != ONE:
        return floor_div(atom.numerator, atom.divisor * divisor)
    return floor_div(numerator, divisor)


def split_index(index: Index, sizes: Sequence[Index]) -> tuple[Index, ...]:
    """The indices of the parts of a merged axis, of which ``index`` is the index; the last part runs fastest.

    >>> from symadj.terms.index import size
    >>> [str(part) for part in split_index(var("u"), (size("h"), size("d")))]
    ['u//d', 'u%d']
    """
    # Parts of size 1 in front leave the whole index to the next part.
    leading = next((k for k, length in enumerate(sizes) if length != ONE), len(sizes))
    parts: list[Index] = []
    rest = index
    for length in reversed(sizes[leading + 1 :]):
        parts.append(remainder(rest, length))
        rest = _quotient(rest, length)
    first = (rest,) if leading < len(sizes) else ()
    return (ZERO,) * leading + first + tuple(reversed(parts))


def merge_indices(parts: Sequence[Index], sizes: Sequence[Index]) -> Index:
    """The index of a merged axis from the indices of its parts.

    >>> from symadj.terms.index import size
    >>> sizes = (size("h"), size("d"))
    >>> str(merge_indices((var("i"), var("j")), sizes)), str(merge_indices(split_index(var("u"), sizes), sizes))
    ('d*i + j', 'u')
    """
    total = ZERO
    for part, length in zip(parts, sizes, strict=True):
        atom = _only_atom(part)
        if isinstance(atom, Mod) and atom.divisor == length and total == _quotient(atom.numerator, length):
            total = atom.numerator
        else:
            total = total * length + part
    return total


def simplify_index(index: Index, ranges: Mapping[str, Index]) -> Index:
    """``index`` with the rules of merged axes applied, where the variables run over ``range(ranges[name])``.

    >>> from symadj.terms.index import size
    >>> h, d = size("h"), size("d")
    >>> merged = d * var("i") + var("j")
    >>> str(simplify_index(floor_div(merged, d) + remainder(merged, d), {"i": h, "j": d}))
    'i + j'
    """
    if all(isinstance(atom, Var | Size) for monomial, _ in index.terms for atom in monomial):
        return index
    total = ZERO
    for monomial, coefficient in index.terms:
        factor = constant(coefficient)
        for atom in monomial:
            factor = factor * _simplify_atom(atom, ranges)
        total = total + factor
    return total


def _simplify_atom(atom: IndexAtom, ranges: Mapping[str, Index]) -> Index:
    if isinstance(atom, Lookup):
        return lookup(atom.tensor, tuple(simplify_index(s, ranges) for s in atom.subscripts))
    if not isinstance(atom, Floor | Mod):
        return Index((((atom,), 1),))
    numerator, divisor = simplify_index(atom.numerator, ranges), simplify_index(atom.divisor, ranges)
    floor, rest = _divide(numerator, divisor, ranges)
    return floor if isinstance(atom, Floor) else rest


def _divide(numerator: Index, divisor: Index, ranges: Mapping[str, Index]) -> tuple[Index, Index]:
    """The quotient and the remainder, with the rules of merged axes."""
    whole = exact_divide(numerator, divisor)
    if whole is not None:
        return whole, ZERO
    for monomial, coefficient in numerator.terms:
        if coefficient != 1 or len(monomial) != 1 or not isinstance(monomial[0], Var):
            continue
        name = monomial[0].name
        length = ranges.get(name)
        if length is None:
            continue
        above, factor = exact_divide(numerator - var(name), length), exact_divide(divisor, length)
        if above is not None and factor is not None:
            floor, rest = _divide(above, factor, ranges)
            return floor, length * rest + var(name)
    return _quotient(numerator, divisor), remainder(numerator, divisor)
