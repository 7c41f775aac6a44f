"""The normal form does not hang on names, on order, on brackets, or on which pass comes first; and nothing that is
handed to its functions is changed by them.
"""

from __future__ import annotations

import copy
from random import Random

import pytest

from symadj.domains.checking import size_context
from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.algebra import add, multiply, scale, subtract
from symadj.normal.decide import clear_denominators, deepest_let, unfolded, vanishes
from symadj.normal.environment import Environment
from symadj.normal.kernel import extract_kernels
from symadj.normal.powers import raise_to
from symadj.normal.programs import Proof
from symadj.normal.store import Poly
from symadj.normal.substitution import substitute
from symadj.normal.unfold import expand_functions, unfold
from symadj.terms.index import ZERO, var
from symadj.terms.nodes import Add, Mul, Term
from symadj.terms.statement import Let, Statement
from tests.support.mutants import Mutator, places
from tests.support.programs import AFFINE, KINKS, PLAIN, SMOOTHLY, Draw
from tests.support.rewrites import Rewriter, bound_names, mapped

SEEDS = range(25)


def drawn(seed: int, taste: object = PLAIN) -> Statement:
    return Draw(Random(seed), taste).statement("drawn")  # type: ignore[arg-type]


def proof_of(statement: Statement, *more: Let) -> Proof:
    return Proof(
        statement.inputs,
        (*statement.forward, *more),
        statement.assumptions,
        statement.integers,
        sizes=size_context(statement),
        budget=60_000,
    )


def shuffled(term: Term, random: Random) -> Term:
    """Every sum and product in another order, and some of them in brackets."""
    for k in range(12):
        found = [p for p in places(term, lambda new: new, frozenset()) if isinstance(p[0], Add | Mul)]
        if not found:
            return term
        part, build, _ = random.choice(found)
        parts = part.terms if isinstance(part, Add) else part.factors  # type: ignore[union-attr]
        order = tuple(random.sample(parts, len(parts)))
        kind = type(part)
        term = build(kind((order[0], kind(order[1:])) if len(order) > 2 and k % 3 == 0 else order))
    return term


def renamed(let: Let) -> Let:
    """Every index of the line with another name."""
    names = bound_names(let.body)
    new = {n: var(f"z{k}") for k, n in enumerate(sorted({*names, *let.indices}, reverse=True))}
    return Let(let.name, tuple(new[i].variable or i for i in let.indices), let.shape, mapped(let.body, new))


@pytest.mark.parametrize("taste", [PLAIN, AFFINE, SMOOTHLY, KINKS], ids=["plain", "affine", "smooth", "kinked"])
def test_names_and_order_do_not_matter(taste: object) -> None:
    for seed in SEEDS:
        statement = drawn(seed, taste)
        random = Random(seed)
        for let in statement.forward:
            other = renamed(Let("other", let.indices, let.shape, shuffled(let.body, random)))
            try:
                proof = proof_of(statement, other)
            except (Unsupported, BudgetExceeded):
                continue
            first, second = proof.forward.lookup(let.name), proof.forward.lookup("other")
            assert not proof.difference(first, second), f"seed {seed}, {let.name}"


def test_unfolding_does_not_matter() -> None:
    compared = 0
    for seed in SEEDS:
        statement = drawn(seed)
        lets = {let.name: let for let in statement.forward}
        shapes = {t.name: t.shape for t in statement.inputs} | {n: let.shape for n, let in lets.items()}
        last = statement.forward[-1]
        rewritten = Rewriter(Random(seed), shapes, lets, flips=False).rewrite(last, 8)
        other = Let("other", rewritten.indices, rewritten.shape, rewritten.body)
        try:
            proof = proof_of(statement, other)
            poly = proof.difference(proof.forward.lookup(last.name), proof.forward.lookup("other"))
            assert vanishes(proof.store, poly, proof.context), f"seed {seed}"
            compared += 1
        except (Unsupported, BudgetExceeded):
            continue
    assert compared > len(SEEDS) / 2


def test_another_order_of_passes() -> None:
    """Kernels before unfolding, or after it: the difference of a mutant vanishes in both or in neither."""
    for seed in SEEDS:
        statement = drawn(seed)
        last = statement.forward[-1]
        shapes = {t.name: t.shape for t in statement.inputs} | {let.name: let.shape for let in statement.forward[:-1]}
        for other in (renamed(last), Mutator(Random(seed), shapes, statement.sizes).mutate(last)):
            if other is None:
                continue
            try:
                proof = proof_of(statement, Let("other", other.indices, other.shape, other.body))
                poly = proof.difference(proof.forward.lookup(last.name), proof.forward.lookup("other"))
                early = unfolded(proof.store, dict(poly), proof.context, set())
                late = dict(poly)
                while (head := deepest_let(proof.store, late, set())) is not None:
                    late = unfold(proof.store, late, head)
                late = extract_kernels(proof.store, late, frozenset())
            except (Unsupported, BudgetExceeded):
                continue
            assert bool(early) == bool(late), f"seed {seed}"


# ------------------------------------------------------------------------------------------------ nothing is changed


class Guarded:
    """Polynomials that were handed to something, and what they were before."""

    def __init__(self) -> None:
        self.kept: list[tuple[Poly, Poly]] = []

    def __call__(self, poly: Poly) -> Poly:
        self.kept.append((poly, copy.copy(poly)))
        return poly

    def unchanged(self) -> bool:
        return all(now == before for now, before in self.kept)


def polys(proof: Proof, statement: Statement) -> list[Poly]:
    """The bodies of the lines, at fresh indices."""
    found = []
    for let in statement.forward:
        names = tuple(proof.store.fresh(ZERO, n) for n in let.shape)
        env = Environment(proof.store, {"": proof.forward.lookup(let.name)})
        value = proof.forward.lookup(let.name)
        body = value.alias if value.alias is not None else value.head.body if value.head is not None else {}
        found.append(substitute(proof.store, dict(body or {}), {f"${k}": n for k, n in enumerate(names)}))
        assert env.values
    return found


@pytest.mark.parametrize("taste", [PLAIN, AFFINE, SMOOTHLY, KINKS], ids=["plain", "affine", "smooth", "kinked"])
def test_inputs_are_never_changed(taste: object) -> None:
    for seed in SEEDS:
        statement = drawn(seed, taste)
        guard = Guarded()
        try:
            proof = proof_of(statement)
            store = proof.store
            bodies = [(h.body, copy.copy(h.body)) for h in store.head_list if h.body is not None]
            for poly in map(guard, polys(proof, statement)):
                for made in (
                    add(poly, poly),
                    subtract(poly, poly),
                    scale(poly, 1),
                    multiply(store, poly, {(): 1}),
                    multiply(store, poly, poly),
                    raise_to(store, poly, 1),
                    raise_to(store, poly, 2),
                    expand_functions(store, poly),
                    clear_denominators(store, poly),
                    extract_kernels(store, poly, frozenset()),
                ):
                    guard(made)
                vanishes(store, poly, proof.context)
                if (head := deepest_let(store, poly, set())) is not None:
                    unfold(store, poly, head)
        except (Unsupported, BudgetExceeded):
            pass
        assert guard.unchanged(), f"seed {seed}"
        assert all(now == before for now, before in bodies), f"seed {seed}: the body of a head"


def test_scaling_by_one_gives_a_copy() -> None:
    poly: Poly = {(): 1}
    made = scale(poly, 1)
    made[()] = 2
    assert poly == {(): 1}
