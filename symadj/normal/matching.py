"""Which derived line a claimed line is, whatever their names.

The claimed lines cut the computation at other places than the derived ones, and have other names. Of a derived line
that a claimed one is, nothing need be unfolded from there on; so finding it keeps the work linear in the depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from symadj.normal.decide import Context, deepest_let, unfolded
from symadj.normal.environment import Value
from symadj.normal.kernel import extract_kernels
from symadj.normal.store import Head, Poly, Store, atoms_of
from symadj.normal.unfold import poly_heads, unfold

REACH = 3
MOST_READERS = 6
MOST_STEPS = 12


class DerivedLines:
    """The derived lines, and the heads that lines begin at: cotangents, and derived lines that were recognised.

    Finds the derived line where it is at most ``REACH`` lines away from what the claimed one reads, through at most
    ``MOST_STEPS`` lines that were not recognised, and the difference vanishes as ``agree`` says.
    """

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        self._context = context
        self._lines: list[Value] = []
        self._derived: set[int] = set()
        self._forward: set[int] = set()
        self._cotangents: set[int] = set()
        self._roots: dict[int, tuple[frozenset[int], int]] = {}

    def add_forward(self, value: Value) -> None:
        """A line of the forward program."""
        self._forward.update(() if value.head is None else (value.head.number,))

    def add_cotangent(self, value: Value) -> None:
        """The cotangent of an output."""
        self._cotangents.update(() if value.head is None else (value.head.number,))

    def add_derived(self, value: Value) -> None:
        """A line of the derived program, all of which come before the first question."""
        if value.head is not None and value.head.number not in self._derived:
            self._derived.add(value.head.number)
            self._lines.append(value)

    @cached_property
    def _readers(self) -> dict[int, list[Value]]:
        """The derived lines that read a derived line or a cotangent."""
        found: dict[int, list[Value]] = {}
        for line in self._lines:
            for number in self._read(_body(line.head)):
                found.setdefault(number, []).append(line)
        return found

    @cached_property
    def _nonzero(self) -> set[int]:
        """The cotangents, and the derived lines that are plainly not zero."""
        found = set(self._cotangents)
        for line in self._lines:
            if line.head is not None and self._is_nonzero(_body(line.head), found):
                found.add(line.head.number)
        return found

    def is_derived(self, value: Value) -> bool:
        """Whether the line is a line of the derived program."""
        return value.head is not None and value.head.number in self._derived

    def is_plainly_nonzero(self, value: Value) -> bool:
        """Whether a derived line is the product of such lines and of what it reads of the forward program, or has a
        term that such a line makes with an input of its own, an entry at all the indices that the term sums over.

        Then it is zero by chance alone: good enough for not looking whether it is, for no more.
        """
        return value.head is not None and value.head.number in self._nonzero

    def candidates(self, value: Value) -> Iterator[Value]:
        """The derived lines near to what the line reads, the nearest first."""
        reached, _ = self._roots_of(value.head)
        seen: set[int] = set()
        for _ in range(REACH):
            readers = [r for n in sorted(reached) for r in self._readers.get(n, ())]
            reached = frozenset(r.head.number for r in readers if r.head is not None) - seen
            for reader in readers:
                if reader.head is not None and reader.head.number not in seen and reader.shape == value.shape:
                    yield reader
                    if len(seen) > MOST_READERS:
                        return
                seen.update(() if reader.head is None else (reader.head.number,))

    def is_far(self, value: Value) -> bool:
        """Whether so many lines were not recognised before this one that something is wrong with them."""
        return self._roots_of(value.head)[1] > MOST_STEPS

    def agree(self, difference: Poly) -> bool:
        """Whether the difference of two lines vanishes when backward lines that no derived line reads are put in, and
        up to ``REACH`` lines of the forward program.
        """
        closed = {n for n in self._store.shared if n in self._readers}
        rest = unfolded(self._store, difference, self._context, closed | self._forward)
        for _ in range(REACH):
            head = deepest_let(self._store, rest, closed)
            if head is None:
                break
            rest = unfold(self._store, extract_kernels(self._store, rest, self._context.dependent), head)
        return not rest

    def _is_nonzero(self, body: Poly, known: set[int]) -> bool:
        factors = self._store.factors
        terms = [[a for n, _ in monomial for a in atoms_of(self._store, factors[n])] for monomial in body]
        lines = self._derived | self._cotangents
        backward = [{a.head.number for a in term if a.head is not None} & lines for term in terms]
        bound = [{v for a in term for v in a.free if v.startswith("#")} for term in terms]
        if not any(bound) and all(read == backward[0] for read in backward):
            return bool(terms) and backward[0] <= known
        for k, term in enumerate(terms):
            others = {a.head for other in (*terms[:k], *terms[k + 1 :]) for a in other}
            own = [a for a in term if a.head is not None and a.head.kind == "tensor" and a.head not in others]
            if any(bound[k] <= a.free for a in own) and backward[k] <= known:
                return True
        return False

    def _read(self, body: Poly) -> Iterator[int]:
        for number in poly_heads(self._store, body):
            if number in self._cotangents or (
                self._store.head_list[number].kind == "let" and number not in self._forward
            ):
                yield number

    def _roots_of(self, head: Head | None) -> tuple[frozenset[int], int]:
        """The cotangents and recognised lines that a claimed line reads, through lines that no derived line reads, and
        through how many of these.
        """
        if head is None:
            return frozenset(), 0
        found = self._roots.get(head.number)
        if found is None:
            read = set(self._read(_body(head)))
            known = {n for n in read if n in self._readers}
            before = [self._roots_of(self._store.head_list[n]) for n in read - known]
            steps = 1 + max((steps for _, steps in before), default=0)
            found = self._roots[head.number] = frozenset(known).union(*(roots for roots, _ in before)), steps
        return found


def _body(head: Head | None) -> Poly:
    return {} if head is None or head.body is None else head.body
