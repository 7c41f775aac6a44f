"""Bounds that hold wherever a function has a value: ``u <= |u|``, ``a <= maximum(a, b)``, ``-1 < tanh u < 1``,
``2*(i//2) <= i``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from symadj.calculus.facts import Fact, fact
from symadj.calculus.polynomials import Canonical, Poly, atom_poly, constant_poly, plus
from symadj.terms.index import Floor, Index, Lookup, Mod
from symadj.terms.nodes import Call, IndexValue, Indicator, Term

Bound = tuple[Poly, bool]


class Background(Protocol):
    """What the bounds need to know of the program."""

    below: Mapping[str, Index]
    complex: bool
    canonical: Canonical


def bounds(atoms: Iterable[Term], world: Background) -> list[Fact]:
    """Facts ``(poly, strict)`` about the atoms: ``poly >= 0``, or ``> 0`` where strict."""
    return [fact(poly, strict=strict) for atom in atoms for poly, strict in _of_atom(atom, world)]


def _of_atom(atom: Term, world: Background) -> Iterator[Bound]:
    own = atom_poly(atom)
    match atom:
        case IndexValue(index):
            yield from _of_integer(own, index, world)
        case Indicator():
            yield plus(constant_poly(1), own, -1), False
        case Call(function, arguments) if not world.complex:
            yield from _of_call(own, function, [world.canonical.poly(a) for a in arguments])
        case _:
            return


def _of_call(own: Poly, function: str, arguments: list[Poly]) -> Iterator[Bound]:
    one = constant_poly(1)
    match function:
        case "abs":
            yield plus(own, arguments[0], -1), False
            yield plus(own, arguments[0]), False
        case "relu":
            yield plus(own, arguments[0], -1), False
        case "maximum" | "minimum":
            sign = 1 if function == "maximum" else -1
            for argument in arguments:
                yield plus(plus({}, own, sign), argument, -sign), False
        case "tanh" | "erf":
            yield plus(one, own), True
            yield plus(one, own, -1), True
        case "sin" | "cos" | "sign":
            yield plus(one, own), False
            yield plus(one, own, -1), False
        case "sigmoid":
            yield plus(one, own, -1), True
        case "cosh":
            yield plus(own, one, -1), False
        case "softplus":
            yield plus(own, arguments[0], -1), True
        case "exp":
            yield plus(plus(own, one, -1), arguments[0], -1), False
        case _:
            return


def _of_integer(own: Poly, index: Index, world: Background) -> Iterator[Bound]:
    """``own`` is the one integer atom of ``index``."""
    atom = index.terms[0][0][0]
    if isinstance(atom, Lookup):
        yield own, False
        if atom.tensor in world.below:
            yield plus(world.canonical.index_poly(world.below[atom.tensor] - 1), own, -1), False
    elif isinstance(atom, Floor | Mod) and atom.divisor.value:
        divisor = atom.divisor.value
        numerator = world.canonical.index_poly(atom.numerator)
        if isinstance(atom, Floor):
            yield plus(numerator, own, -divisor), False
            yield plus(plus(constant_poly(divisor - 1), numerator, -1), own, divisor), False
        else:
            yield own, False
            yield plus(constant_poly(divisor - 1), own, -1), False
    elif isinstance(atom, Mod):
        yield own, False
        yield plus(world.canonical.index_poly(atom.divisor - 1), own, -1), False
