"""The canonical form of a component, and of a polynomial's variables.

A component is a coloured graph: its bound variables are vertices, its atoms are edges that join the variables they
hold, the place of an argument colours the incidence. ``order_variables`` numbers the vertices so that isomorphic
graphs, and only those, get the same encoding:

* refine: a vertex's colour is split by the atoms it stands in and the colours of their other vertices, until nothing
  changes;
* individualise: of the smallest cell that is left, each vertex in turn is given a colour of its own, then refine again;
* prune: two vertices that can be exchanged without changing the set of atoms (twins) need one trial, not two;
* of all leaves, take the least encoding.

Complete for every component: two components are equal as sums iff they are isomorphic, or the difference is one that
the einsum argument (``decide``) shows. Fails when the search passes the store's budget (``BudgetExceeded``).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from symadj.normal.store import Argument, Exponent, Factor, Range, Store, as_argument
from symadj.terms.index import var

# An edge: what the atom is without its bound variables, and the bound variable of each place that holds one.
Edge = tuple[tuple[object, ...], tuple[tuple[int, int], ...]]


def order_variables(
    store: Store, variables: Sequence[str], ranges: dict[str, Range], atoms: Sequence[tuple[Factor, Exponent]]
) -> list[str]:
    """The bound variables in canonical order."""
    if len(variables) == 1:
        return list(variables)
    number = {v: k for k, v in enumerate(variables)}
    edges = [_edge(store, number, factor, exponent) for factor, exponent in atoms]
    edges += _range_edges(store, number, ranges)
    colors = _refine(_initial(store, variables, ranges, number), edges)
    if len(set(colors)) == len(colors):
        return [variables[k] for k in sorted(range(len(colors)), key=colors.__getitem__)]
    best: list[tuple[tuple[object, ...], list[int]]] = []
    _search(store, colors, edges, best)
    return [variables[k] for k in best[0][1]]


def canonical_component(store: Store, bound: dict[str, Range], atoms: dict[int, Exponent]) -> Factor:
    """The component with these bound variables and atoms, numbered canonically."""
    listed = [(store.factors[n], e) for n, e in atoms.items() if e]
    order = order_variables(store, list(bound), bound, listed)
    names = {v: f"#{k}" for k, v in enumerate(order)}
    ranges = tuple(bound[v] for v in order)
    if any(end.variables() for ends in ranges for end in ends):
        indices = {v: var(name) for v, name in names.items()}
        ranges = tuple((lower.substitute(indices), upper.substitute(indices)) for lower, upper in ranges)
    monomial: dict[int, Exponent] = {}
    for factor, exponent in listed:
        if factor.head is None:
            raise TypeError("a component cannot stand inside a component")
        atom = store.atom(factor.head, tuple(numbered(a, names) for a in factor.arguments))
        monomial[atom.number] = exponent
    return store.component(ranges, tuple(sorted(monomial.items())))


def numbered(argument: Argument, names: dict[str, str]) -> Argument:
    if isinstance(argument, str):
        return names.get(argument, argument)
    return as_argument(argument.substitute({v: var(name) for v, name in names.items()}))


def _initial(store: Store, variables: Sequence[str], ranges: dict[str, Range], number: dict[str, int]) -> list[int]:
    keys = []
    for v in variables:
        lower, upper = ranges[v]
        closed = not any(name in number for name in (*lower.variables(), *upper.variables()))
        keys.append((store.code(lower), store.code(upper)) if closed else (-1, -1))
    rank = {key: k for k, key in enumerate(sorted(set(keys)))}
    return [rank[key] for key in keys]


def _edge(store: Store, number: dict[str, int], factor: Factor, exponent: Exponent) -> Edge:
    if factor.head is None:
        raise TypeError("a component cannot stand inside a component")
    places: list[tuple[int, int]] = []
    shape: list[object] = [factor.head.number, exponent]
    orbit = _orbits(factor)
    for k, argument in enumerate(factor.arguments):
        place = orbit[k] if orbit else k
        if isinstance(argument, str):
            at = number.get(argument)
            if at is not None:
                places.append((place * 64, at))
                shape.append(-1)
            else:
                shape.append(store.code(argument))
            continue
        inside = argument.variables() & number.keys()
        if not inside:
            shape.append(store.code(argument))
            continue
        # A general subscript: its variables are told apart by what the subscript looks like with each of them marked.
        shape.append(store.code(argument.substitute({v: var("#") for v in inside})))
        for v in inside:
            mark = store.code(argument.substitute({w: var("##" if w == v else "#") for w in inside}))
            places.append((place * 64 + 1 + mark * 4096, number[v]))
    return tuple(shape), tuple(places)


def _orbits(factor: Factor) -> tuple[int, ...]:
    head = factor.head
    if head is None or not head.symmetries:
        return ()
    return tuple(min(p.index(k) for p in head.symmetries) for k in range(len(factor.arguments)))


def _range_edges(store: Store, number: dict[str, int], ranges: dict[str, Range]) -> list[Edge]:
    edges: list[Edge] = []
    for v, k in number.items():
        for end, bound in enumerate(ranges[v]):
            inside = bound.variables() & number.keys()
            if inside:
                shape = (-1 - end, 1, store.code(bound.substitute({w: var("#") for w in inside})))
                marks = [
                    (1 + store.code(bound.substitute({w: var("##" if w == x else "#") for w in inside})), number[x])
                    for x in inside
                ]
                edges.append((shape, ((0, k), *marks)))
    return edges


def _refine(colors: list[int], edges: Sequence[Edge]) -> list[int]:
    count = len(set(colors))
    while count < len(colors):
        seen: list[list[tuple[object, ...]]] = [[] for _ in colors]
        for shape, places in edges:
            around = tuple(sorted((place, colors[v]) for place, v in places))
            for place, v in places:
                seen[v].append((shape, place, around))
        keys = [(color, sorted(mine)) for color, mine in zip(colors, seen, strict=True)]
        distinct: list[tuple[int, list[tuple[object, ...]]]] = []
        for key in sorted(keys):
            if not distinct or distinct[-1] != key:
                distinct.append(key)
        colors = [distinct.index(key) for key in keys]
        if len(distinct) == count:
            return colors
        count = len(distinct)
    return colors


def _search(
    store: Store, colors: list[int], edges: Sequence[Edge], best: list[tuple[tuple[object, ...], list[int]]]
) -> None:
    store.spend(len(edges))
    cells: dict[int, list[int]] = {}
    for v, color in enumerate(colors):
        cells.setdefault(color, []).append(v)
    open_cells = [cell for cell in cells.values() if len(cell) > 1]
    if not open_cells:
        order = sorted(range(len(colors)), key=colors.__getitem__)
        encoding = _encode(colors, edges)
        if not best or encoding < best[0][0]:
            best[:] = [(encoding, order)]
        return
    cell = min(open_cells, key=lambda c: (len(c), colors[c[0]]))
    tried: list[int] = []
    for v in cell:
        if any(_twins(edges, v, w) for w in tried):
            continue
        tried.append(v)
        # v comes before the rest of its cell: every colour from its own on moves up by one, but v.
        split = [2 * c + 1 for c in colors]
        split[v] -= 1
        _search(store, _refine(split, edges), edges, best)


def _twins(edges: Sequence[Edge], v: int, w: int) -> bool:
    swap = {v: w, w: v}

    def count(exchange: dict[int, int]) -> dict[object, int]:
        table: dict[object, int] = {}
        for shape, places in edges:
            key = (shape, tuple(sorted((place, exchange.get(u, u)) for place, u in places)))
            table[key] = table.get(key, 0) + 1
        return table

    return count({}) == count(swap)


def _encode(colors: list[int], edges: Sequence[Edge]) -> tuple[object, ...]:
    rank = {c: k for k, c in enumerate(sorted(colors))}
    return tuple(
        sorted((shape, tuple(sorted((place, rank[colors[v]]) for place, v in places))) for shape, places in edges)
    )


def orders_to_try(signatures: Sequence[object], limit: int = 120) -> list[tuple[int, ...]]:
    """Every order of ``range(len(signatures))`` that sorts the signatures; the first one alone, past ``limit`` of them.

    >>> orders_to_try([(2,), (1,), (2,)])
    [(1, 0, 2), (1, 2, 0)]
    """
    ranked = sorted(range(len(signatures)), key=lambda k: repr(signatures[k]))
    groups: list[list[int]] = []
    for k in ranked:
        if groups and signatures[groups[-1][0]] == signatures[k]:
            groups[-1].append(k)
        else:
            groups.append([k])
    total = 1
    for group in groups:
        for n in range(2, len(group) + 1):
            total *= n
    if total > limit:
        return [tuple(ranked)]
    orders: list[tuple[int, ...]] = [()]
    for group in groups:
        orders = [(*order, *p) for order in orders for p in permutations(group)]
    return orders
