"""Claims of linearity: f(a·u + b·v) = a·f(u) + b·f(v), for all scalars a, b and all u, v, the other inputs held
fixed.
"""

from __future__ import annotations

from symadj.calculus.linearity import linearity
from symadj.normal.algebra import add_into, multiply
from symadj.normal.decide import vanishes
from symadj.normal.environment import Environment
from symadj.normal.programs import Proof, combination
from symadj.normal.translate import add_let, entry
from symadj.terms.index import var
from symadj.terms.statement import LinearClaim, Statement


def linear_claim(statement: Statement, proof: Proof, claim: LinearClaim) -> tuple[bool, str]:
    """Whether linearity is shown, and else what stands in its way.

    The syntactic check comes first; what it does not accept (``x*x - x*x``) is decided by the normal form, completely
    for the class that ``normal.decide`` names.
    """
    obstacles = [
        linearity(statement.forward, output, claim.input, complex=statement.complex) for output in statement.outputs
    ]
    if not any(obstacles):
        return True, ""
    env = proof.forward
    shape = statement.shape(claim.input)
    for name in ("u.", "v."):
        env.add_input(name, shape)
    for name in ("a.", "b."):
        env.add_input(name, ())
    images = [_image(statement, proof, claim.input, parts) for parts in ((("u.",)), (("v.",)), ("u.", "v."))]
    for output in statement.outputs:
        names = tuple(proof.store.fresh(n - n, n) for n in statement.shape(output))
        subscripts = tuple(var(n) for n in names)
        at_u, at_v, at_both = (entry(image, output, subscripts) for image in images)
        total = dict(at_both)
        add_into(total, multiply(proof.store, entry(env, "a.", ()), at_u), -1)
        add_into(total, multiply(proof.store, entry(env, "b.", ()), at_v), -1)
        if not vanishes(proof.store, total, proof.context):
            return False, next(str(o.reason) for o in obstacles if o is not None)
    return True, ""


def _image(statement: Statement, proof: Proof, name: str, parts: tuple[str, ...]) -> Environment:
    """The forward program with the input replaced by u, by v, or by a·u + b·v."""
    env = proof.forward.child()
    if len(parts) == 1:
        env.values[name] = proof.forward.lookup(parts[0])
    else:
        combination(proof, env, name, (("a.", "u."), ("b.", "v.")))
    for let in statement.forward:
        add_let(env, let)
    return env
