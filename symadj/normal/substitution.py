"""Free variables of a polynomial replaced by integer expressions.

Inside a component the result is summed anew, since its canonical order may hang on the names; a guard is decided
anew; a function is built anew where arguments became equal.
"""

from __future__ import annotations

from collections.abc import Iterable

from symadj.normal.algebra import add_into, factor_poly, multiply
from symadj.normal.integers import tidy
from symadj.normal.leaves import guard, index_value
from symadj.normal.store import Argument, Exponent, Factor, Head, Poly, Store, as_argument, as_index, nested
from symadj.terms.index import var

# The heads whose polynomial stands in ``@k``, for the arguments; a let's and a matrix's stand in ``$k``, for its axes.
IN_ARGUMENTS = frozenset({"function", "base", "positive", "zero", "fold"})


def at_arguments(store: Store, body: Poly, arguments: tuple[Argument, ...]) -> Poly:
    """The polynomial of a head, its ``@k`` replaced by the arguments."""
    return substitute(store, body, {f"@{k}": a for k, a in enumerate(arguments)}) if arguments else body


def at_axes(store: Store, body: Poly, arguments: tuple[Argument, ...]) -> Poly:
    """The polynomial of a let, its ``$k`` replaced by the subscripts."""
    return substitute(store, body, {f"${k}": a for k, a in enumerate(arguments)}) if arguments else body


def exponent_of(store: Store, factors: Iterable[tuple[Factor, Exponent]]) -> Poly | None:
    """p, where the product of the factors, each to its power, is ``exp(p)``; ``None`` where one is no exponential."""
    total: Poly = {}
    for factor, exponent in factors:
        head = factor.head
        if head is None or head.kind != "function" or head.name != "exp":
            return None
        add_into(total, at_arguments(store, dict(head.polys[0]), factor.arguments), exponent)
    return total


def substitute(store: Store, poly: Poly, values: dict[str, Argument]) -> Poly:
    """Free variables replaced, all at once."""
    keys = values.keys()
    total: Poly = {}
    for monomial, coefficient in poly.items():
        if any(not keys.isdisjoint(store.factors[n].free) for n, _ in monomial):
            add_into(total, substitute_exponents(store, dict(monomial), values), coefficient)
        else:
            add_into(total, {monomial: coefficient})
    return total


def substitute_exponents(store: Store, exponents: dict[int, Exponent], values: dict[str, Argument]) -> Poly:
    """Free variables replaced in a product of factors."""
    store.spend()
    fixed: dict[int, Exponent] = {}
    moved: list[tuple[Factor, Exponent]] = []
    keys = values.keys()
    for number, exponent in exponents.items():
        factor = store.factors[number]
        if keys.isdisjoint(factor.free):
            fixed[number] = exponent
        else:
            moved.append((factor, exponent))
    total: Poly = {tuple(sorted(fixed.items())): 1}
    moved.sort(key=lambda pair: not _is_guard(pair[0]))  # what a guard excludes may have no value
    for factor, exponent in moved:
        if not total:
            break
        total = multiply(store, total, _substitute_factor(store, factor, exponent, values))
    return total


def _is_guard(factor: Factor) -> bool:
    return factor.head is not None and factor.head.kind in ("equal", "atleast")


def _substitute_factor(store: Store, factor: Factor, exponent: Exponent, values: dict[str, Argument]) -> Poly:
    head = factor.head
    if head is None:
        return store.raise_to(store, substitute_component(store, factor, values), exponent)
    arguments = tuple(_tidied(store, _substitute_argument(a, values)) for a in factor.arguments)
    if head.kind == "index":
        return store.raise_to(store, index_value(store, as_index(arguments[0])), exponent)
    if head.kind in ("equal", "atleast"):
        return guard(store, head.kind, as_index(arguments[0]))
    if head.kind in IN_ARGUMENTS and _must_rebuild(store, head, factor.arguments, arguments):
        return store.rebuild(store, factor, exponent, at_arguments(store, dict(head.polys[0]), arguments))
    atom = store.atom(head, arguments)
    return store.settle(store, {atom.number: exponent}, 1) if head.special else factor_poly(atom, exponent)


def _tidied(store: Store, argument: Argument) -> Argument:
    return argument if isinstance(argument, str) else as_argument(tidy(store, argument))


def _must_rebuild(store: Store, head: Head, before: tuple[Argument, ...], after: tuple[Argument, ...]) -> bool:
    """Arguments that became equal may cancel inside (``sin(x[i] − x[j])`` at j = i); an index that is a number
    changes; of a comparison something may be assumed there.
    """
    if store.at_places and head.kind in ("positive", "zero"):
        return True
    return len(set(after)) < len(set(before)) or (head.counts and any(not isinstance(a, str) for a in after))


def _substitute_argument(argument: Argument, values: dict[str, Argument]) -> Argument:
    if isinstance(argument, str):
        return values.get(argument, argument)
    return as_argument(argument.substitute({k: as_index(v) for k, v in values.items()}))


def substitute_component(store: Store, factor: Factor, values: dict[str, Argument]) -> Poly:
    """Free variables of a component replaced; it is built anew, since its form may hang on their names."""
    body, bound = open_component(store, factor)
    indices = {k: as_index(v) for k, v in values.items()}
    result = substitute(store, body, values)
    for name in reversed(bound):
        lower, upper = store.ranges[name]
        result = store.bind(store, result, name, lower.substitute(indices), upper.substitute(indices))
    return result


def open_component(store: Store, factor: Factor, suffix: str = "") -> tuple[Poly, list[str]]:
    """What a component sums, as a polynomial in variables of its own, and these variables, outermost first."""
    names = [f"~{factor.number}.{k}{suffix}" for k in range(len(factor.ranges))]
    values: dict[str, Argument] = {f"#{k}": name for k, name in enumerate(names)}
    indices = {f"#{k}": var(name) for k, name in enumerate(names)}
    for name, (lower, upper) in zip(names, factor.ranges, strict=True):
        store.ranges[name] = (lower.substitute(indices), upper.substitute(indices))
    monomial = [(_renamed(store, store.factors[n], values).number, e) for n, e in factor.atoms]
    return {tuple(sorted(monomial)): 1}, nested({name: store.ranges[name] for name in names})


def close_component(store: Store, body: Poly, bound: list[str]) -> Poly:
    """``body`` summed over the variables that ``open_component`` gave, each in its range."""
    for name in reversed(bound):
        body = store.bind(store, body, name, *store.ranges[name])
    return body


def _renamed(store: Store, atom: Factor, values: dict[str, Argument]) -> Factor:
    if atom.head is None:
        raise TypeError("a component cannot stand inside a component")
    return store.atom(atom.head, tuple(_substitute_argument(a, values) for a in atom.arguments))
