"""A polynomial without the names of its variables: ``exp(x[i,j])`` is the head ``exp(x[@0,@1])`` at ``(i, j)``.

``abstract`` replaces each *maximal free subscript* (``i``, or ``i + 1`` as a whole; inside a component the part of a
subscript that holds no bound variable) by ``@0, @1, …``, in an order that depends on the polynomial's structure and
not on the names. Two polynomials that are equal up to the names get the same body; where several orders give the same
body, the body is symmetric under the exchange, and the head records it.

Complete up to 120 orders that the structure leaves open; past that the order of appearance is taken, and equal
functions may get different heads (which loses a proof, never makes one).
"""

from __future__ import annotations

from symadj.normal.algebra import add_into, factor_poly, multiply, whole
from symadj.normal.canonical import orders_to_try
from symadj.normal.store import (
    Argument,
    Exponent,
    Factor,
    Permutation,
    Poly,
    PolyKey,
    Store,
    as_argument,
    as_index,
    free_variables,
    poly_key,
)
from symadj.normal.substitution import open_component
from symadj.terms.index import Index

_MARK = "each"


def abstract(store: Store, poly: Poly) -> tuple[PolyKey, tuple[Argument, ...], tuple[Permutation, ...]]:
    """The body in ``@k``, the arguments, and the permutations of the arguments that leave the body as it is."""
    slots = list(_slots(store, poly))
    if not slots:
        return poly_key(poly), (), ()
    if len(slots) == 1:
        body = replace(store, poly, {slots[0]: "@0"})
        if all(v[0] == "@" for v in free_variables(store, body)):
            return poly_key(body), tuple(slots), ()
    elif not all(isinstance(s, str) for s in slots) and any(
        v[0] != "@" for v in free_variables(store, replace(store, poly, {s: f"@{k}" for k, s in enumerate(slots)}))
    ):
        slots = []
    if len(slots) < 2:
        # A free variable stands in one term with a bound one (``i*j``, ``t[i,j]``): variables are the slots then.
        slots = [*sorted(free_variables(store, poly))]
    best: tuple[PolyKey, tuple[int, ...]] | None = None
    equal: list[tuple[int, ...]] = []
    for order in orders_to_try([_signature(store, poly, slot) for slot in slots]):
        key = poly_key(replace(store, poly, {slots[s]: f"@{k}" for k, s in enumerate(order)}))
        if best is None or key < best[0]:
            best, equal = (key, order), [order]
        elif key == best[0]:
            equal.append(order)
    if best is None:
        raise ValueError("no order of the arguments was tried")
    first = best[1]
    symmetries = tuple(tuple(first.index(s) for s in order) for order in equal) if len(equal) > 1 else ()
    return best[0], tuple(slots[s] for s in first), symmetries


def free_part(argument: Argument) -> Index:
    """The part of a subscript that holds no bound variable of a component.

    >>> from symadj.terms.index import var
    >>> str(free_part(var("i") + var("#0") + 1))
    'i + 1'
    """
    index = as_index(argument)
    if not any(v[0] == "#" for v in index.variables()):
        return index
    kept = [(m, c) for m, c in index.terms if not any(v[0] == "#" for v in Index(((m, c),)).variables())]
    return Index(tuple(kept))


def _slots(store: Store, poly: Poly) -> dict[Argument, None]:
    """The maximal free subscripts, each once."""
    found: dict[Argument, None] = {}
    for monomial in poly:
        for number, _ in monomial:
            for argument in _free_arguments(store, store.factors[number]):
                found.setdefault(argument)
    return found


def _free_arguments(store: Store, factor: Factor) -> list[Argument]:
    if factor.head is not None:
        return list(factor.arguments)
    found: list[Argument] = []
    arguments = [a for n, _ in factor.atoms for a in store.factors[n].arguments]
    ends = [end for ends in factor.ranges for end in ends if end.variables()]
    for argument in (*arguments, *ends):
        if isinstance(argument, str):
            if argument[0] != "#":
                found.append(argument)
            continue
        part = free_part(argument)
        if part.variables():
            found.append(as_argument(part))
    return found


def _signature(store: Store, poly: Poly, slot: Argument) -> object:
    """Where a free subscript stands, told without any name."""
    found: list[object] = []
    for monomial, coefficient in poly.items():
        company = sorted((*_shape(store, store.factors[n]), str(e)) for n, e in monomial)
        for number, exponent in monomial:
            factor = store.factors[number]
            for place, argument in enumerate(_free_arguments(store, factor)):
                if argument == slot:
                    where = place if factor.head is not None else -1
                    found.append((_shape(store, factor), where, str(exponent), str(coefficient), company))
    return sorted(found, key=repr)


def _shape(store: Store, factor: Factor) -> tuple[str, ...]:
    if factor.head is not None:
        return (f"{factor.head.number}",)
    heads = sorted((head.number, str(e)) for n, e in factor.atoms if (head := store.factors[n].head) is not None)
    return (f"{len(factor.ranges)} {heads}",)


def replace(store: Store, poly: Poly, names: dict[Argument, Argument]) -> Poly:
    """Maximal free subscripts replaced as wholes."""
    total: Poly = {}
    for monomial, coefficient in poly.items():
        exponents: dict[int, Exponent] = {}
        product: Poly | None = None
        for number, exponent in monomial:
            piece = _replace_factor(store, store.factors[number], exponent, names)
            if isinstance(piece, Factor) and product is None:
                exponents[piece.number] = whole(exponents.get(piece.number, 0) + exponent)
            else:
                product = multiply(store, product or {tuple(sorted(exponents.items())): 1}, _as_poly(piece, exponent))
        if product is None:
            product = {tuple(sorted((n, e) for n, e in exponents.items() if e)): 1}
        add_into(total, product, coefficient)
    return total


def _as_poly(piece: Factor | Poly, exponent: Exponent) -> Poly:
    return factor_poly(piece, exponent) if isinstance(piece, Factor) else piece


def _replace_factor(store: Store, factor: Factor, exponent: Exponent, names: dict[Argument, Argument]) -> Factor | Poly:
    if factor.head is not None:
        arguments = tuple(names.get(a, a) for a in factor.arguments)
        return factor if arguments == factor.arguments else store.atom(factor.head, arguments)
    if not factor.free:
        return factor
    body, bound = open_component(store, factor)
    opened: set[str] = set(bound)
    ((monomial, _),) = body.items()
    pieces: Poly = {(): 1}
    for number, atom_exponent in monomial:
        atom = store.factors[number]
        if atom.head is None:
            raise TypeError("a component cannot stand inside a component")
        arguments = tuple(_replace_inside(a, opened, names) for a in atom.arguments)
        pieces = multiply(store, pieces, factor_poly(store.atom(atom.head, arguments), atom_exponent))
    for name in reversed(bound):
        lower, upper = (as_index(_replace_inside(end, opened, names)) for end in store.ranges[name])
        pieces = store.bind(store, pieces, name, lower, upper)
    return store.raise_to(store, pieces, exponent)


def _replace_inside(argument: Argument, bound: set[str], names: dict[Argument, Argument]) -> Argument:
    if isinstance(argument, str):
        return names.get(argument, argument)
    inside = [(m, c) for m, c in argument.terms if Index(((m, c),)).variables() & bound]
    part = argument - Index(tuple(inside)) if inside else argument
    if not part.variables():
        return argument
    new = names.get(as_argument(part))
    return argument if new is None else as_argument(argument - part + as_index(new))


def joint(store: Store, polys: tuple[Poly, ...]) -> Poly:
    """Several polynomials as one, each with the mark of its place."""
    total: Poly = {}
    for k, poly in enumerate(polys):
        add_into(total, multiply(store, poly, factor_poly(_place(store, k))))
    return total


def split_joint(store: Store, joint: Poly) -> tuple[Poly, ...]:
    """The two polynomials that ``joint`` put together."""
    marks = {_place(store, k).number: k for k in range(2)}
    found: tuple[Poly, Poly] = ({}, {})
    for monomial, coefficient in joint.items():
        place = next(marks[n] for n, _ in monomial if n in marks)
        add_into(found[place], {tuple((n, e) for n, e in monomial if n not in marks): coefficient})
    return found


def _place(store: Store, k: int) -> Factor:
    return store.atom(store.head("constant", f"argument {k}"), ())


def mark(store: Store, variables: tuple[Argument, ...]) -> Factor:
    """What tells the variables of a fold, in their order, from what else is summed over in its body."""
    return store.atom(store.head("constant", _MARK), variables)


def is_mark(factor: Factor) -> bool:
    """Whether ``mark`` made the factor."""
    return factor.head is not None and factor.head.kind == "constant" and factor.head.name == _MARK
