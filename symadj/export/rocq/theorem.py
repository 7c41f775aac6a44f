"""One theorem: its readable statement, the two embedded sides, and the proof that hands them to the checker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symadj.export.rocq.embedding import Closure, Embedding, listed
from symadj.export.rocq.names import identifier
from symadj.export.rocq.program import Program, binders
from symadj.export.rocq.readable import expression, formula
from symadj.export.rocq.setting import Setting
from symadj.export.rocq.syntax import Expr, Formula
from symadj.export.rocq.translate import natural
from symadj.export.rocq.walking import renamed
from symadj.terms.statement import Shape

PATIENCE = 60  # seconds for one step of one theorem
SQUARE_ZERO = "e'"  # the key of e, which no tensor has; it is printed as e


@dataclass(frozen=True, slots=True)
class Variant:
    """One tensor moved: a name that ends in ``mark`` means the tensor or line with ``text`` in place of ``tensor``.

    ``text`` is closed; ``embedded`` makes the moved tensor from atoms.
    """

    mark: str
    tensor: str
    text: str
    embedded: Closure


@dataclass(frozen=True, slots=True)
class Identity:
    """``left = right``, for all ``tensors`` (with their shapes).

    With ``dual``, e is an element of square zero; ``indices`` are free, each with its bound.
    """

    name: str
    tensors: Mapping[str, Shape]
    left: Expr
    right: Expr
    variants: tuple[Variant, ...] = ()
    dual: bool = False
    indices: tuple[tuple[str, Formula], ...] = ()

    def calls(self, program: Program) -> dict[str, str]:
        """The text of every tensor, line, and moved tensor or line."""
        found = {name: identifier(name) for name in self.tensors} | program.calls()
        for variant in self.variants:
            moved = program.calls({variant.tensor: variant.text})
            found |= {f"{name}{variant.mark}": text for name, text in moved.items()}
        return found | {SQUARE_ZERO: "e"}


class Atoms:
    """Numbers for the tensors of one theorem; ``e`` comes first where it is there."""

    def __init__(self, tensors: Sequence[str], dual: bool) -> None:
        self.names = [*([SQUARE_ZERO] if dual else []), *tensors]

    def __getitem__(self, name: str) -> Closure:
        number = self.names.index(name)
        return lambda arguments: f"Atm {number} {listed(arguments)}"


def render(identity: Identity, program: Program, setting: Setting) -> str:
    """The Rocq text of an identity."""
    free = tuple(index for index, _ in identity.indices)
    embedding = setting.embedding(free)
    calls = identity.calls(program)
    left, right = (expression(renamed(side, calls)) for side in (identity.left, identity.right))
    closures = moved_closures(identity, program, embedding)
    sides = [embedding.expression(side, embedding.free(), closures) for side in (identity.left, identity.right)]
    where = () if setting.plain else tuple(bound for _, bound in identity.indices)
    premises = [*(["e * e = 0"] if identity.dual else []), *(formula(f) for f in where)]
    stated = "".join(f"{p} ->\n  " for p in premises) + f"{left}\n  = {right}"
    known, bounds = setting.known(embedding, where), setting.bounds(embedding)
    shapes = [*([()] if identity.dual else []), *identity.tensors.values()]
    axes = listed(embedded_axes(shapes, embedding))
    field, square = ("true" if setting.divides else "false"), ("(Some 0%N)" if identity.dual else "None")
    call = f"prove {known}\n  {bounds}\n  {axes}\n  {field} {square} {identity.name}'left {identity.name}'right"
    return "\n".join(
        [
            f"Definition {identity.name}'left := {sides[0]}.",
            f"Definition {identity.name}'right := {sides[1]}.",
            *checked(identity.name, call, setting),
            f"Theorem {identity.name}{quantified(identity, free)} :\n  {stated}.",
            f"Proof. {_proof(identity, setting, len(premises))} Qed.",
        ]
    )


def moved_closures(identity: Identity, program: Program, embedding: Embedding) -> dict[str, Closure]:
    """Every tensor and line, and every moved one, embedded."""
    atoms = Atoms(list(identity.tensors), identity.dual)
    base = {name: atoms[name] for name in atoms.names}
    found = program.closures(embedding, base)
    for variant in identity.variants:
        moved = program.closures(embedding, {**base, variant.tensor: variant.embedded})
        found |= {f"{name}{variant.mark}": closure for name, closure in moved.items()}
    return found


def quantified(identity: Identity, free: tuple[str, ...]) -> str:
    """The binders of the theorem."""
    parts = [" (e : R)"] if identity.dual else []
    if identity.tensors:
        parts.append(" " + binders({name: len(shape) for name, shape in identity.tensors.items()}))
    if free:
        parts.append(f" ({' '.join(identifier(i) for i in free)} : nat)")
    return "".join(parts)


def embedded_axes(shapes: Iterable[Shape], embedding: Embedding) -> list[str]:
    """The axes of tensors, embedded."""
    free = embedding.free()
    return [listed(embedding.nat(natural(axis), free) for axis in shape) for shape in shapes]


def checked(name: str, call: str, setting: Setting) -> list[str]:
    """That the checker says yes to the two sides, and the facts of arithmetic that it leaves open."""
    if setting.plain:
        return [f"Lemma {name}'ok : {call} = Some [::].", "Proof. by vm_compute. Qed."]
    tables = f"(tables1 {names_list(setting.of_rank(1))}) (tables2 {names_list(setting.of_rank(2))})"
    return [
        f"Timeout {PATIENCE} Definition {name}'facts := Eval vm_compute in facts_of (\n  {call}).",
        f"Lemma {name}'ok : {call} = Some {name}'facts.",
        "Proof. by vm_compute. Qed.",
        f"Lemma {name}'hold : zholds {tables} {name}'facts.",
        f"Proof. Timeout {PATIENCE} obligations {name}'facts. Qed.",
    ]


def evidence(name: str, setting: Setting, more: Sequence[str] = ()) -> str:
    """The last arguments of the checker's theorems."""
    hold = "I" if setting.plain else f"{name}'hold"
    return f"{name}'ok {hold} {known_facts(setting, more)}"


def known_facts(setting: Setting, more: Sequence[str] = ()) -> str:
    """The proofs of what the checker may use."""
    known = conjunction([*(f.name for f in setting.facts), *more])
    return f"{known} {conjunction([f'below{chr(39)}{t.name}' for t in setting.bounded])}"


def names_list(names: Sequence[str]) -> str:
    """A list of the statement's names."""
    return listed(identifier(n) for n in names)


def conjunction(proofs: Sequence[str]) -> str:
    """The proof of ``A /\\ (B /\\ … True)`` from those of its parts."""
    text = "I"
    for proof in reversed(proofs):
        text = f"(conj {proof} {text})"
    return text


def _proof(identity: Identity, setting: Setting, premises: int) -> str:
    ring = (
        ("unit" if setting.divides else "ring") if not identity.dual else ("unit_dual" if setting.divides else "dual")
    )
    free = tuple(index for index, _ in identity.indices)
    tensors = listed(f"T{len(shape)} {identifier(name)}" for name, shape in identity.tensors.items())
    where = 0 if setting.plain else len(identity.indices)
    premise_names = [f"h'{k}" for k in range(premises)]
    arguments = [
        f"{ring}_identity",
        names_list((*setting.sizes, *free)),
        names_list(setting.of_rank(1)),
        names_list(setting.of_rank(2)),
        "R",
        tensors,
        *(["divisible'R"] if setting.divides else []),
        *(premise_names[:1] if identity.dual else []),
        evidence(identity.name, setting, premise_names[premises - where :]),
    ]
    introduced = f"move=> {' '.join(premise_names)}; " if premises else ""
    return f"{introduced}exact ({' '.join(arguments)})."
