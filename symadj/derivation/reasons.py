"""What leads from one expression to an equal one, in the field's words, read off the two of them.

A reason is words only: whether the two sides are equal is shown elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symadj.calculus.rewriting import free_variables, substitute
from symadj.derivation.likeness import alike, key
from symadj.terms.index import var
from symadj.terms.nodes import (
    ZERO_TERM,
    Add,
    All,
    Call,
    Condition,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    add,
    children,
    mul,
    walk,
)

_BY_EXPONENTIALS = frozenset({"tanh", "sinh", "cosh", "sigmoid", "softplus"})
GENERAL = frozenset({"rearrange", "collect terms"})

Expand = Callable[[Term], Term | None]


def spread(near: Term, far: Term, expand: Expand) -> str | None:
    """The word for a step that takes nothing but distributing products, and another order of sums; else ``None``."""
    if alike(near, _multiplied_out(far)):
        return "take out what is common"
    if alike(_multiplied_out(near), far):
        return "distribute"
    wide, narrow = expand(near), expand(far)
    if wide is None or narrow is None or not alike(wide, narrow):
        return None
    if alike(near, wide):
        return "take out what is common" if isinstance(wide, Add) else "take factors out of the sum"
    if alike(far, narrow):
        return "distribute"
    if isinstance(wide, Add) and isinstance(far, Mul):
        return "take out what is common" if _opened(near) <= 1 else "distribute, and take out what is common"
    return "exchange the sums" if _nested(near) or _nested(far) else "distribute"


def _multiplied_out(term: Term) -> Term:
    """A product with one sum of terms, as the sum of the products; brackets inside of them stay."""
    factors = term.factors if isinstance(term, Mul) else ()
    inner = [f for f in factors if isinstance(f, Add)]
    if len(inner) != 1:
        return term
    rest = [f for f in factors if f is not inner[0]]
    return add(*(mul(*rest, t) for t in inner[0].terms))


def opens(term: Term, wide: Term) -> bool:
    """Whether to distribute opens a bracket that holds a sum of terms."""
    return _opened(term) > _opened(wide)


def _opened(term: Term) -> int:
    return sum(isinstance(part, Add) for part in walk(term)) - isinstance(term, Add)


def _nested(term: Term) -> bool:
    return _count(term, Sum) > 1


def how(near: Term, far: Term) -> str:
    """The word for a step that takes more than that."""
    return next(_words(near, far), "collect terms" if isinstance(near, Add) or isinstance(far, Add) else "rearrange")


def _words(near: Term, far: Term) -> Iterator[str]:
    functions = (_functions(near) ^ _functions(far)) - {"exp"}
    if functions and functions <= _BY_EXPONENTIALS:
        yield f"{' and '.join(sorted(functions))} written with exponentials"
    yield from _matrices(near, far)
    if _conditions(near) != _conditions(far):
        yield "compare the conditions"
    yield from _ranges(near, far)
    yield from _laws(near, far)
    if _below(near) != _below(far):
        yield "cancel" if _below(near) > _below(far) or _below(far) > _below(near) else "bring to one denominator"


def _matrices(near: Term, far: Term) -> Iterator[str]:
    if _parts(near, Determinant) != _parts(far, Determinant):
        yield "by the laws of determinants"
    if _parts(near, Inverse) != _parts(far, Inverse):
        yield "by M⁻¹ M = 1"


def _ranges(near: Term, far: Term) -> Iterator[str]:
    deltas, others, deep, flat = _deltas(near), _deltas(far), _depth(near), _depth(far)
    if deltas > others and deep > flat:
        yield "the delta leaves one term of the sum"
    if flat > deep and (others > deltas or _entries(near) == _entries(far)):
        yield "the sum is over one term"
    limited = any(_limited(term) for term in (near, far))
    if limited and deep > flat and not _limited(far):
        yield "the conditions leave one term of the sum"
    loops = [sorted(_limits(term)) for term in (near, far)]
    if _powers_of_indices(near) != _powers_of_indices(far):
        yield "by the sums of powers of an index"
    conditions = _guards_of_indices(near) != _guards_of_indices(far)
    if (limited and (loops[0] != loops[1] or _count(near, Sum) != _count(far, Sum))) or (conditions and deep and flat):
        yield "the same terms, summed in another way"
    if not limited and 0 in (deep, flat) and deep != flat and _subscripts(near) != _subscripts(far):
        yield "all but the ends cancel"
    if _entries(near) == _entries(far) and _subscripts(near) != _subscripts(far) and deep and flat:
        yield "another index of summation"
    if deltas == others > 0 and _entries(near) == _entries(far):
        yield "by the delta"
    if _has_cases(near) != _has_cases(far):
        yield "case by case"
    if not deep and not flat and conditions:
        yield "the same conditions, written in another way"


def _laws(near: Term, far: Term) -> Iterator[str]:
    for function, law in (
        ("log", "log (u v) = log u + log v"),
        ("abs", "|u| = u sign u"),
        ("exp", "exp (u + v) = exp u exp v"),
        ("conj", "conj (u v) = conj u conj v"),
        ("maximum", "a maximum is one of its arguments"),
        ("minimum", "a minimum is one of its arguments"),
        ("sigmoid", "sigmoid (−u) = 1 − sigmoid u"),
        ("relu", "relu u − relu (−u) = u"),
        ("sign", "sign (−u) = −sign u"),
    ):
        if _arguments(near, function) != _arguments(far, function):
            yield law
    if {"sin", "cos"} <= _functions(near) | _functions(far):
        yield "sin² u + cos² u = 1"
    if _extrema(near) != _extrema(far):
        yield "by the laws of products and extrema over a range"
    if _roots(near) != _roots(far):
        yield "by the laws of powers"


# ------------------------------------------------------------------------------------------------ looking inside


def _depth(term: Term) -> int:
    """How many sums stand inside of each other."""
    inner = max(map(_depth, children(term)), default=0)
    return inner + isinstance(term, Sum)


def _guards_of_indices(term: Term) -> set[str]:
    return {repr(c) for c in (c for g in _guards(term) for c in _each(g)) if isinstance(c, IndexCondition)}


def _has_cases(term: Term) -> bool:
    return any(isinstance(part, Select) and part.otherwise != ZERO_TERM for part in walk(term))


def _powers_of_indices(term: Term) -> bool:
    return any(isinstance(part, IndexValue) and part.index.variables() for part in walk(term))


def _shape(term: Term) -> str:
    """A term whatever its indices are called."""
    return key(substitute(term, dict.fromkeys(free_variables(term), var("_"))))


def _count(term: Term, kind: type[Sum]) -> int:
    return sum(isinstance(part, kind) for part in walk(term))


def _entries(term: Term) -> list[str]:
    return sorted(part.tensor for part in walk(term) if isinstance(part, Entry))


def _subscripts(term: Term) -> list[int]:
    """How many terms each subscript has."""
    return sorted(len(s.terms) for part in walk(term) if isinstance(part, Entry) for s in part.subscripts)


def _functions(term: Term) -> set[str]:
    return {part.function for part in walk(term) if isinstance(part, Call)}


def _arguments(term: Term, function: str) -> set[str]:
    return {_shape(part) for part in walk(term) if isinstance(part, Call) and part.function == function}


def _parts(term: Term, kind: type[Inverse] | type[Determinant]) -> list[str]:
    return sorted(part.tensor for part in walk(term) if isinstance(part, kind))


def _extrema(term: Term) -> set[str]:
    return {_shape(part) for part in walk(term) if isinstance(part, Product | Extremum)}


def _roots(term: Term) -> set[str]:
    return {
        _shape(part)
        for part in walk(term)
        if isinstance(part, Power) and not (isinstance(part.exponent, Number) and part.exponent.value.denominator == 1)
    }


def _below(term: Term) -> set[str]:
    """What is divided by."""
    found = (part for part in walk(term) if isinstance(part, Power) and isinstance(part.exponent, Number))
    return {_shape(part.base) for part in found if part.exponent.value < 0}  # type: ignore[union-attr]


def _limits(term: Term) -> Iterator[str]:
    for part in walk(term):
        if isinstance(part, Sum):
            yield f"{part.binder.lower}..{part.binder.upper}"


def _limited(term: Term) -> bool:
    """Whether a sum has a range, or a condition, of its own."""
    return any(
        isinstance(part, Sum)
        and (part.binder.condition is not None or part.binder.lower.terms or part.binder.upper.variables())
        for part in walk(term)
    )


def _deltas(term: Term) -> int:
    return sum(
        isinstance(c, IndexCondition) and c.relation == "==" for condition in _guards(term) for c in _each(condition)
    )


def _conditions(term: Term) -> set[str]:
    """Comparisons of values."""
    found = (c for condition in _guards(term) for c in _each(condition))
    return {repr(c) for c in found if isinstance(c, ValueCondition)}


def _guards(term: Term) -> Iterator[Condition]:
    for part in walk(term):
        if isinstance(part, Indicator | Select):
            yield part.condition
        elif isinstance(part, Sum) and part.binder.condition is not None:
            yield part.binder.condition


def _each(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All | Some):
        for part in condition.parts:
            yield from _each(part)
    else:
        yield condition
