"""One random piecewise-affine sum: what the integer-point test says of it, against plain expansion."""

from __future__ import annotations

from dataclasses import dataclass, field

from symadj.points.equality import decide, difference
from tests.points.expansion import nonzero, nonzero_at
from tests.points.identities import Generator
from tests.support.figures import Counted

LARGEST = 4
LARGEST_WITH_PRODUCTS = 3
OPERATIONS = 100_000


@dataclass
class Identities(Counted):
    """What a run over random sums counted."""

    identities: int = 0  # written so that they must be zero
    changed: int = 0  # one change away from it
    zero: int = 0
    nonzero: int = 0  # each with a witness at which plain expansion is not zero
    unknown: int = 0
    wrong: list[str] = field(default_factory=list)


def check_identity(seed: str, number: int, figures: Identities, products: bool = False) -> bool | None:
    """The verdict on one sum: every third is a difference of two writings of one sum, the others are changed in one
    place. With ``products``, indices are multiplied with sizes too.
    """
    generator = Generator(seed, products)
    same = number % 3 == 0
    terms = generator.identity() if same else generator.nearly()
    figures.identities += same
    figures.changed += not same
    zero = decide(terms, generator.free, generator.context, OPERATIONS).zero
    if zero is None:
        figures.unknown += 1
        return None
    figures.zero += zero
    figures.nonzero += not zero
    found = nonzero(terms, generator.free, generator.context, LARGEST_WITH_PRODUCTS if products else LARGEST)
    if zero:
        if found is not None:
            figures.wrong.append(f"{seed}: proved, but not zero at {found}")
        return True
    witness = difference(terms, generator.free, generator.context)
    sizes = dict(witness.sizes) if witness is not None else {}
    if same:
        figures.wrong.append(f"{seed}: an identity was refuted")
    elif witness is None:
        figures.wrong.append(f"{seed}: refuted without a witness")
    elif not nonzero_at(terms, generator.free, generator.context, sizes):
        figures.wrong.append(f"{seed}: zero at its witness {sizes}")
    elif found is not None and not products and sum(found.values()) != sum(sizes.values()):
        figures.wrong.append(f"{seed}: {found} is smaller than {sizes}")
    return False
