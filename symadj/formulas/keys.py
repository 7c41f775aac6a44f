"""One text for terms that differ only in the order of factors and of summands, and in the names of bound indices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from symadj.terms.index import Index, format_index, var
from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
    children,
)

Names = Mapping[str, Index]
_NONE: Names = {}
_MOST_KNOWN = 20_000
_known: dict[int, tuple[Term, str]] = {}  # by identity: to hash and to compare terms is as much work as their texts


def key(term: Term) -> str:
    """The canonical text of a term; terms of one text are equal.

    >>> x, y = Entry("x", ()), Entry("y", ())
    >>> key(Mul((x, y))) == key(Mul((y, x)))
    True
    """
    found = _known.get(id(term))
    if found is not None:
        return found[1]
    text = key_in(term, _NONE, 0)
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[id(term)] = (term, text)
    return text


def key_in(term: Term, names: Names, depth: int) -> str:
    """``key`` of a term whose index variables are called as ``names`` says, inside ``depth`` binders."""
    match term:
        case Entry(tensor, subscripts):
            return f"{tensor}[{_list(subscripts, names)}]"
        case Number(value):
            return str(value)
        case Constant(name):
            return name
        case IndexValue(index):
            return f"<{_index(index, names)}>"
        case Inverse(tensor, subscripts):
            return f"inv {tensor}[{_list(subscripts, names)}]"
        case Determinant(tensor, subscripts):
            return f"det {tensor}[{_list(subscripts, names)}]"
        case Add(terms):
            return f"(+ {' '.join(_sorted(terms, names, depth))})"
        case Mul(factors):
            return f"(* {' '.join(_sorted(factors, names, depth))})"
        case Power(base, exponent):
            return f"(^ {key_in(base, names, depth)} {key_in(exponent, names, depth)})"
        case Call(function, arguments):
            return f"({function} {' '.join(key_in(a, names, depth) for a in arguments)})"
        case Apply(function, orders, arguments):
            return f"({function}{orders} {' '.join(key_in(a, names, depth) for a in arguments)})"
        case Sum(binder, body):
            return f"(sum {_bound(binder, body, names, depth)})"
        case Product(binder, body):
            return f"(prod {_bound(binder, body, names, depth)})"
        case Extremum(kind, binder, body):
            return f"({kind} {_bound(binder, body, names, depth)})"
        case Indicator(condition):
            return f"[{_condition(condition, names, depth)}]"
        case Select(condition, then, otherwise):
            chosen = f"{key_in(then, names, depth)} {key_in(otherwise, names, depth)}"
            return f"(if {_condition(condition, names, depth)} {chosen})"


def _sorted(terms: Iterable[Term], names: Names, depth: int) -> list[str]:
    if names or depth:
        return sorted([key_in(t, names, depth) for t in terms])
    return sorted(map(key, terms))


def differences(first: Term, second: Term) -> Iterator[tuple[Term, Term]]:
    """Pairs of subterms, not inside of sums: where both of each are equal, the two terms are.

    >>> x, y, z = Entry("x", ()), Entry("y", ()), Entry("z", ())
    >>> [(a.tensor, b.tensor) for a, b in differences(Mul((x, Add((y, z)))), Mul((Add((z, x)), x)))]
    [('y', 'x')]
    """
    if key(first) == key(second):
        return
    match first, second:
        case (Add(), Add()) | (Mul(), Mul()):
            mine, other = children(first), children(second)
            both = Counter(map(key, mine)) & Counter(map(key, other))
            left, right = _rest(mine, both), _rest(other, both)
        case (Call(), Call()) if first.function == second.function:
            left, right = list(first.arguments), list(second.arguments)
        case (Power(), Power()) if first.exponent == second.exponent:
            left, right = [first.base], [second.base]
        case _:
            left = right = []
    if not left or len(left) != len(right):
        yield first, second
        return
    for pair in zip(left, right, strict=True):
        yield from differences(*pair)


def _rest(terms: Iterable[Term], known: Counter[str]) -> list[Term]:
    """The terms without so many of each."""
    left = Counter(known)
    rest: list[Term] = []
    for term in terms:
        if left[key(term)]:
            left[key(term)] -= 1
        else:
            rest.append(term)
    return rest


def _index(index: Index, names: Names) -> str:
    if names:
        index = index.substitute(names)
    return index.variable or format_index(index)


def _list(subscripts: tuple[Index, ...], names: Names) -> str:
    return ",".join([_index(s, names) for s in subscripts])


def _bound(binder: Binder, body: Term, names: Names, depth: int) -> str:
    inner = {**names, binder.index: var(f"@{depth}")}
    ends = f"{_index(binder.lower, names)}:{_index(binder.upper, names)}"
    test = "" if binder.condition is None else _condition(binder.condition, inner, depth + 1)
    return f"{ends} {test} {key_in(body, inner, depth + 1)}"


def _condition(condition: Condition, names: Names, depth: int) -> str:
    match condition:
        case IndexCondition(relation, index):
            return f"{_index(index, names)}{relation}"
        case ValueCondition(relation, left, right):
            return f"({relation} {key_in(left, names, depth)} {key_in(right, names, depth)})"
        case All(parts):
            return f"(and {' '.join(sorted(_condition(p, names, depth) for p in parts))})"
        case Some(parts):
            return f"(or {' '.join(sorted(_condition(p, names, depth) for p in parts))})"
        case Not(part):
            return f"(not {_condition(part, names, depth)})"
