"""The theorems of a statement's claims.

* a gradient: linear in the input, ⟨f(V), δ⟩ = ⟨V, B⟩; affine, ⟨f(x + V) - f(x), δ⟩ = ⟨V, B⟩; either with uniqueness:
  u satisfies it for every V iff u is entry by entry what is claimed. Else ⟨f(x + eV), δ⟩ = ⟨f(x), δ⟩ + e⟨V, B⟩ for
  every e of square zero, which says the same of the derivative.
* an equality: entry by entry.
* linearity: f(aW + W') = a f(W) + f(W'), entry by entry, a a complex number where the statement is about these.
"""

from __future__ import annotations

from collections.abc import Sequence

from symadj.export.rocq import analysis, real_identity
from symadj.export.rocq.embedding import Closure, Embedding
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.names import identifier
from symadj.export.rocq.pairing import at, fresh, indices_of, paired, pointwise, summed, taken_names, used_tensors
from symadj.export.rocq.program import Program, kind
from symadj.export.rocq.readable import expression, nat
from symadj.export.rocq.setting import Setting
from symadj.export.rocq.syntax import Cases, Compare, Expr, INum, IVar, Num, Opposite, Plus, Ref, Times
from symadj.export.rocq.theorem import SQUARE_ZERO, Atoms, Identity, Variant, render
from symadj.export.rocq.translate import natural
from symadj.export.rocq.walking import renamed
from symadj.terms.index import constant
from symadj.terms.nodes import Determinant, condition_terms, walk
from symadj.terms.statement import Claim, EqualClaim, GradientClaim, LinearClaim, Shape, Statement

MOST_AXES = 6
MOST_AXES_UNIQUE = 4
UNKNOWN = "u'"  # the key of u


def lines_needed(statement: Statement, claim: Claim) -> tuple[str, ...]:
    """The lines that the claim is about."""
    match claim:
        case GradientClaim(target, _):
            found = (*statement.outputs, target)
        case EqualClaim(_, left, right):
            found = (left, right)
        case LinearClaim():
            found = statement.outputs
    return (*found, *_matrices_assumed(statement))


def _matrices_assumed(statement: Statement) -> list[str]:
    """The lines whose determinants the hypotheses are about."""
    terms = [t for a in statement.assumptions for t in condition_terms(a.condition)]
    return [p.tensor for t in terms for p in walk(t) if isinstance(p, Determinant)]


def theorems(statement: Statement, claim: Claim, program: Program, setting: Setting) -> list[tuple[str, str]]:
    """The claim's theorems: names and texts. Raises ``NotExported``."""
    for name, rank in program.tensors.items():
        if rank > MOST_AXES:
            raise NotExported(f"{name} has more than {MOST_AXES} axes")
    match claim:
        case GradientClaim(target, tensor) if setting.reals:
            return analysis.gradient(statement, target, tensor, program, setting)
        case GradientClaim(target, tensor):
            return _gradient(statement, target, tensor, program, setting)
        case EqualClaim():
            return [_equal(statement, claim, program, setting)]
        case LinearClaim():
            return _linear(statement, claim.input, program, setting)


# ------------------------------------------------------------------------------------------------ gradients


def _gradient(
    statement: Statement, target: str, tensor: str, program: Program, setting: Setting
) -> list[tuple[str, str]]:
    shape = statement.shape(tensor)
    indices = indices_of(statement, program, target)
    direction = fresh("v", taken_names(statement, program))
    degrees = [program.degree(o, tensor) for o in statement.outputs]
    least = min((d[0] for d in degrees if d is not None), default=1)
    most = max((d[1] for d in degrees if d is not None), default=1)
    right = summed(indices, shape, Times(at(direction, indices), at(target, indices)))
    involved = (*statement.outputs, target, *(f"d{o}" for o in statement.outputs))
    if most > 1:
        return [_dual(statement, tensor, direction, indices, right, program, setting, involved)]
    return _affine(statement, target, tensor, direction, indices, right, program, setting, involved, linear=least == 1)


def _dual(
    statement: Statement,
    tensor: str,
    direction: str,
    indices: tuple[str, ...],
    gradient: Expr,
    program: Program,
    setting: Setting,
    involved: Sequence[str],
) -> tuple[str, str]:
    names = used_tensors(program, involved)
    tensors = {n: statement.shape(n) for n in names} | {direction: statement.shape(tensor)}
    atoms = Atoms(list(tensors), dual=True)
    step = Times(Ref(SQUARE_ZERO, ()), at(direction, indices))
    text = renamed(Plus(at(tensor, indices), step), {n: identifier(n) for n in tensors} | {SQUARE_ZERO: "e"})

    def moved(arguments: tuple[str, ...]) -> str:
        change = f"Mul ({atoms[SQUARE_ZERO](())}) ({atoms[direction](arguments)})"
        return f"Add ({atoms[tensor](arguments)}) ({change})"

    identity = Identity(
        name=f"{tensor}_gradient",
        tensors=tensors,
        left=paired(statement, program, "+"),
        right=Plus(paired(statement, program, ""), Times(Ref(SQUARE_ZERO, ()), gradient)),
        variants=(Variant("+", tensor, pointwise(indices, text), moved),),
        dual=True,
    )
    return identity.name, _render(identity, statement, program, setting)


def _affine(
    statement: Statement,
    target: str,
    tensor: str,
    direction: str,
    indices: tuple[str, ...],
    gradient: Expr,
    program: Program,
    setting: Setting,
    involved: Sequence[str],
    linear: bool,
) -> list[tuple[str, str]]:
    free_of = (tensor,) if linear and tensor not in program.lines[target].uses else ()
    names = used_tensors(program, involved, without=free_of)
    tensors = {n: statement.shape(n) for n in names} | {direction: statement.shape(tensor)}
    atoms = Atoms(list(tensors), dual=False)
    if linear:
        variant = Variant("+", tensor, identifier(direction), atoms[direction])
    else:
        text = renamed(Plus(at(tensor, indices), at(direction, indices)), {n: identifier(n) for n in tensors})
        moved = _sum_of_atoms(atoms, tensor, direction)
        variant = Variant("+", tensor, pointwise(indices, text), moved)
    left = paired(statement, program, "+", minus=not linear)
    identity = Identity(f"{tensor}_gradient", tensors, left, gradient, (variant,))
    found = [(identity.name, _render(identity, statement, program, setting))]
    shape = statement.shape(tensor)
    if len(shape) <= MOST_AXES_UNIQUE:
        found.append(_unique(statement, target, tensor, direction, indices, identity, program, shape))
    return found


def _unique(
    statement: Statement,
    target: str,
    tensor: str,
    direction: str,
    indices: tuple[str, ...],
    identity: Identity,
    program: Program,
    shape: Shape,
) -> tuple[str, str]:
    names = [n for n in identity.tensors if n != direction]
    calls = identity.calls(program) | {UNKNOWN: "u"}
    left = expression(renamed(identity.left, calls))
    pairing = summed(indices, shape, Times(at(direction, indices), at(UNKNOWN, indices)))
    right = expression(renamed(pairing, calls))
    entry = expression(renamed(Ref(target, tuple(IVar(i) for i in indices)), calls))
    below = "".join(f"({identifier(i)} < {nat(natural(a))})%N -> " for i, a in zip(indices, shape, strict=True))
    every = f"forall {' '.join(identifier(i) for i in indices)} : nat, {below}" if indices else ""
    type_ = kind(len(shape))
    v = identifier(direction)
    name = f"{tensor}_adjoint"
    heads = "".join(f" ({identifier(n)} : {kind(len(identity.tensors[n]))})" for n in names)
    applied = " ".join((identity.name, *(identifier(n) for n in names)))
    text = "\n".join(
        [
            f"Theorem {name}{heads} (u : {type_}) :",
            f"  (forall {v} : {type_}, {left}\n    = {right})",
            f"  <-> ({every}{' '.join(('u', *(identifier(i) for i in indices)))} = {entry}).",
            f"Proof. exact (adjoint{len(shape)} ({applied}) u). Qed.",
        ]
    )
    return name, text


# ------------------------------------------------------------------------------------------------ equality, linearity


def _equal(statement: Statement, claim: EqualClaim, program: Program, setting: Setting) -> tuple[str, str]:
    shape = statement.shape(claim.left)
    indices = indices_of(statement, program, claim.left)
    identity = Identity(
        name=f"{_word(claim.target)}_holds",
        tensors={n: statement.shape(n) for n in used_tensors(program, (claim.left, claim.right))},
        left=at(claim.left, indices),
        right=at(claim.right, indices),
        indices=tuple((i, Compare("<", IVar(i), natural(a))) for i, a in zip(indices, shape, strict=True)),
    )
    return identity.name, _render(identity, statement, program, setting)


def _word(target: str) -> str:
    return "".join(c if c.isalnum() or c == "_" else "_" for c in target)


def _linear(statement: Statement, tensor: str, program: Program, setting: Setting) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    taken = taken_names(statement, program)
    other = fresh(f"{tensor}2", taken)
    scale = fresh("a", [*taken, other])
    points = tuple(fresh(f"i{k}", taken) for k in range(len(statement.shape(tensor))))
    for output in statement.outputs:
        shape, indices = statement.shape(output), indices_of(statement, program, output)
        names = used_tensors(program, (output, tensor))
        by: Shape = (constant(2),) if statement.complex else ()
        tensors = {n: statement.shape(n) for n in names} | {scale: by, other: statement.shape(tensor)}
        atoms = Atoms(list(tensors), dual=False)
        combined = Plus(_scaled(statement, scale, tensor, points), at(other, points))
        text = renamed(combined, {n: identifier(n) for n in tensors})
        identity = Identity(
            name=f"{tensor}_linear" if len(statement.outputs) == 1 else f"{tensor}_linear_{output}",
            tensors=tensors,
            left=at(f"{output}+", indices),
            right=Plus(_scaled(statement, scale, output, indices), at(f"{output}++", indices)),
            variants=(
                Variant("+", tensor, pointwise(points, text), _combination(atoms, tuple(tensors), points, combined)),
                Variant("++", tensor, identifier(other), atoms[other]),
            ),
            indices=tuple((i, Compare("<", IVar(i), natural(a))) for i, a in zip(indices, shape, strict=True)),
        )
        found.append((identity.name, _render(identity, statement, program, setting)))
    return found


def _scaled(statement: Statement, scale: str, name: str, indices: tuple[str, ...]) -> Expr:
    """A number times an entry; over the complex numbers, the part of the product that the first index says."""
    if not statement.complex:
        return Times(Ref(scale, ()), at(name, indices))
    part, *others = (IVar(i) for i in indices)
    a, b = (Ref(scale, (INum(k),)) for k in (0, 1))
    c, d = (Ref(name, (INum(k), *others)) for k in (0, 1))
    real, imaginary = Plus(Times(a, c), Opposite(Times(b, d))), Plus(Times(a, d), Times(b, c))
    return Cases(Compare("==", part, INum(0)), real, Cases(Compare("==", part, INum(1)), imaginary, Num(0)))


def _combination(atoms: Atoms, names: tuple[str, ...], indices: tuple[str, ...], combined: Expr) -> Closure:
    embedding, tensors = Embedding(()), {name: atoms[name] for name in names}
    return lambda arguments: embedding.expression(combined, dict(zip(indices, arguments, strict=True)), tensors)


def _sum_of_atoms(atoms: Atoms, first: str, second: str) -> Closure:
    return lambda arguments: f"Add ({atoms[first](arguments)}) ({atoms[second](arguments)})"


def _render(identity: Identity, statement: Statement, program: Program, setting: Setting) -> str:
    if setting.reals:
        return real_identity.render(identity, statement, program, setting)
    return render(identity, program, setting)
