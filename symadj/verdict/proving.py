"""From a statement to its verdict.

    1. derive the backward program (``calculus.pullback``) and the hypotheses that derivative and claim stand under
    2. discharge the hypotheses that follow from ``assume``; the rest is printed with the proof
    3. bring both programs to normal form, line for line, and compare the claimed lines with the derived ones
    4. of what is not proved, let the oracle look for numbers at which it fails, first where the normal forms differ

``proved`` comes from step 3 alone, ``disproved`` from step 4 alone: neither can turn the other's silence into a
verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

from symadj.calculus import Hypothesis, Pullback, domain, pullback
from symadj.calculus.consistency import plainly_consistent
from symadj.domains.checking import Unproved, check_accesses, size_context
from symadj.errors import BudgetExceeded, Unsupported
from symadj.normal.environment import Environment
from symadj.normal.programs import Proof, is_same_value, names_in
from symadj.terms.index import size
from symadj.terms.nodes import IndexCondition, number
from symadj.terms.printer import format_condition, format_let
from symadj.terms.statement import (
    Assumption,
    Claim,
    EqualClaim,
    GradientClaim,
    Let,
    LinearClaim,
    Shape,
    Statement,
    used_lines,
)
from symadj.verdict.claim import ClaimVerdict
from symadj.verdict.hypotheses import Needed
from symadj.verdict.linear import linear_claim
from symadj.verdict.model import Verdict, combined
from symadj.verdict.refute import Places, has_point, has_sizes, plainly_refuted, refuted, with_formulas, within

if TYPE_CHECKING:
    from symadj.normal.where import Where

BUDGET = 400_000
SECOND_LOOK = 0.3  # seconds, for all claims of a statement
SECOND_EVALUATIONS = 200


def prove(statement: Statement, *, deadline: float | None = None, refute: bool = True) -> Verdict:
    """The verdict on a statement; ``deadline`` is a value of ``time.monotonic``, past which claims are unknown.

    Raises ``StatementError`` where an entry can leave its tensor.
    """
    start = perf_counter()
    unproved = check_accesses(statement)
    claims: dict[str, ClaimVerdict] = {}
    derived: Pullback | None = None
    places: Places = {}
    try:
        derived = _derived(statement)
        found = _claims(statement, derived, deadline, places, refute=refute)
    except (Unsupported, BudgetExceeded) as error:
        found = {c.target: ClaimVerdict(c.target, "unknown", reason=str(error)) for c in statement.claims}
    for claim in statement.claims:
        verdict = found[claim.target]
        if verdict.status == "proved" and unproved:
            verdict = ClaimVerdict(claim.target, "unknown", reason=_unchecked(unproved))
        if refute and verdict.status == "unknown":
            verdict = refuted(statement, claim, verdict, deadline, places.get(claim.target))
        claims[claim.target] = verdict
    if refute:
        derived_ones = _look_again(statement, claims, deadline)
        claims = with_formulas(statement, claims, derived_ones)
    return Verdict(statement.name, combined(claims.values()), claims, perf_counter() - start, statement)


def _look_again(statement: Statement, claims: dict[str, ClaimVerdict], deadline: float | None) -> set[str]:
    """A proof under hypotheses says nothing of the other points, where the map may have a derivative too.

    That search rarely finds anything, and gets little time. The targets are given of which it does: their lines are
    the derived ones, which are no better.
    """
    found: set[str] = set()
    until = within(SECOND_LOOK, deadline)
    for claim in statement.claims:
        if claims[claim.target].hypotheses and monotonic() < until:
            other = refuted(statement, claim, claims[claim.target], until, evaluations=SECOND_EVALUATIONS)
            if other.status == "disproved":
                claims[claim.target] = other
                found.add(claim.target)
    return found


def _unchecked(unproved: Sequence[Unproved]) -> str:
    first = unproved[0]
    subscripts = ", ".join(map(str, first.access.subscripts))
    return f"not shown to stay inside its tensor: {first.access.tensor}[{subscripts}] ({first.reason})"


def _derived(statement: Statement) -> Pullback | None:
    """The derived backward program of a statement that claims gradients."""
    inputs = {c.input: statement.shape(c.input) for c in statement.claims if isinstance(c, GradientClaim)}
    if not inputs:
        return None
    forward = tuple(let for let in statement.forward if not let.name.startswith("equal."))
    return pullback(forward, statement.outputs, inputs, complex=statement.complex)


def _claims(
    statement: Statement, derived: Pullback | None, deadline: float | None, places: Places, *, refute: bool
) -> dict[str, ClaimVerdict]:
    """What is proved of each claim; ``places`` is told how to find where the others fail."""
    found: dict[str, ClaimVerdict] = {}
    satisfiable = _Satisfiable(statement, deadline)
    gradients = [c for c in statement.claims if isinstance(c, GradientClaim)]
    if derived is not None:
        found.update(_gradients(statement, gradients, derived, deadline, satisfiable, places, refute=refute))
    others = [c for c in statement.claims if not isinstance(c, GradientClaim)]
    if others:
        plain = _proof(statement, (), deadline)
        sifted = Needed(statement)
        open_ones = sifted.open(domain(statement.forward, complex=statement.complex))
        needed = sifted.independent([h for h in open_ones if not _holds(plain, plain.forward, h)])
        # First without the hypotheses that are left, then with them: a proof that does not use them may need them.
        for attempt in [(), needed] if needed else [()]:
            proof = _proof(statement, attempt, deadline) if attempt else plain
            for claim in others:
                known = found.get(claim.target)
                if known is None or known.status != "proved":
                    found[claim.target] = satisfiable.checked(_other(statement, proof, claim, needed), needed)
                if isinstance(claim, EqualClaim):
                    places[claim.target] = partial(proof.where, proof.forward, claim.left, proof.forward, claim.right)
            if all(found[c.target].status == "proved" for c in others):
                break
    return found


def _holds(proof: Proof, env: Environment, hypothesis: Hypothesis) -> bool:
    """Whether the normal form shows that the hypothesis always holds."""
    try:
        return proof.holds(env, hypothesis.indices, hypothesis.condition)
    except KeyError:
        return False


def _proof(statement: Statement, used: Sequence[Hypothesis], deadline: float | None) -> Proof:
    granted = tuple(Assumption(h.indices, h.condition) for h in used)
    return Proof(
        statement.inputs,
        statement.forward,
        (*statement.assumptions, *granted),
        statement.integers,
        sizes=replace(size_context(statement), deadline=deadline),
        complex=statement.complex,
        budget=BUDGET,
        deadline=deadline,
    )


# ------------------------------------------------------------------------------------------------ gradients


def _gradients(
    statement: Statement,
    claims: Sequence[GradientClaim],
    derived: Pullback,
    deadline: float | None,
    satisfiable: _Satisfiable,
    places: Places,
    *,
    refute: bool,
) -> dict[str, ClaimVerdict]:
    program = _Backward(statement, _proof(statement, (), deadline), derived.lets)
    sifted = Needed(statement)
    lines = (*statement.forward, *used_lines(statement.backward, [c.target for c in claims]))

    def asked_for(hypothesis: Hypothesis) -> bool:
        return sifted.can_fail(hypothesis) or not program.known(hypothesis)

    values = [h for h in sifted.open(domain(lines, complex=statement.complex)) if asked_for(h)]
    open_ones = sifted.open(derived.hypotheses)
    smooth = [h for h in open_ones if program.matters(h) and asked_for(h)]
    # What holds off a null set may be used: a claim is then proved off that set, which is all that it says.
    almost = [h for h in derived.hypotheses if h not in open_ones] if statement.almost_everywhere else []
    granted: dict[tuple[Hypothesis, ...], _Backward] = {}
    found: dict[str, ClaimVerdict] = {}
    for claim in claims:
        # What is plainly wrong is not worth the work of a whole attempt at a proof.
        wrong = plainly_refuted(statement, claim, deadline) if refute and not program.recognises(claim) else None
        if wrong is not None:
            found[claim.target] = wrong
            continue
        # What the values need is asked for whatever becomes of the derivative, and of each claim for itself.
        names = {let.name for let in (*statement.forward, *used_lines(statement.backward, [claim.target]))}
        needed = sifted.independent([*(h for h in values if h.let in names), *smooth])
        verdict = program.verdict(claim, needed)
        if verdict.status != "proved" and (needed or almost):
            # A proof that uses the hypotheses; which of them are needed was settled without them.
            if needed not in granted:
                granted[needed] = _Backward(statement, _proof(statement, (*needed, *almost), deadline), derived.lets)
            verdict = granted[needed].verdict(claim, needed)
        found[claim.target] = satisfiable.checked(verdict, needed)
        places[claim.target] = partial(program.where, claim)
    return found


class _Backward:
    """The derived and the claimed backward program beside each other, in one proof."""

    def __init__(self, statement: Statement, proof: Proof, derived: Sequence[Let]) -> None:
        self.statement = statement
        self.proof = proof
        cotangents: dict[str, Shape] = {f"d{o}": statement.shape(o) for o in statement.outputs}
        self.derived: Environment = proof.program(cotangents)
        proof.add_lets(self.derived, derived)
        self.claimed: Environment = proof.program(cotangents)
        self.error: str | None = None
        try:
            proof.add_lets(self.claimed, statement.backward, self.derived)
        except (Unsupported, BudgetExceeded) as error:
            self.error = str(error)

    def verdict(self, claim: GradientClaim, needed: Sequence[Hypothesis]) -> ClaimVerdict:
        """Proved, under the hypotheses that are needed, or unknown."""
        if claim.target not in self.claimed.values:
            return ClaimVerdict(claim.target, "unknown", reason=self.error)
        try:
            if self.proof.same(self.claimed, claim.target, self.derived, f"d{claim.input}"):
                return ClaimVerdict(claim.target, "proved", _texts(self.statement, needed))
            reason = "the normal forms differ"
        except (Unsupported, BudgetExceeded) as error:
            reason = str(error)
        return ClaimVerdict(claim.target, "unknown", reason=reason)

    def recognises(self, claim: GradientClaim) -> bool:
        """Whether the claimed line was seen to be the derived one when it was read."""
        name = f"d{claim.input}"
        return claim.target in self.claimed.values and is_same_value(
            self.claimed.lookup(claim.target), self.derived.lookup(name)
        )

    def where(self, claim: GradientClaim) -> Where | None:
        """Where the claimed lines differ from the derived ones."""
        if claim.target not in self.claimed.values:
            return None
        return self.proof.where(self.claimed, claim.target, self.derived, f"d{claim.input}")

    def matters(self, hypothesis: Hypothesis) -> bool:
        """Whether a line's derivative enters the result at all: the maximum that softmax subtracts has none that
        does.
        """
        name = f"d{hypothesis.let}"
        return name in self.derived.values and not self.proof.is_zero(self.derived, name)

    def known(self, hypothesis: Hypothesis) -> bool:
        """Whether the normal form shows that the hypothesis always holds."""
        env = self.claimed if any(n in self.claimed.values for n in names_in(hypothesis.condition)) else self.derived
        return _holds(self.proof, env, hypothesis)


class _Satisfiable:
    """A proof counts where some point meets what is assumed, and what it needs: from contradictions all follows.

    Of what the proof needs, a point has to be found, with no size of 1 if there is one for the assumptions alone: at a
    size of 1, ties and kinks are too few to tell. Of the assumptions alone it is enough that nonsense does not follow.
    """

    def __init__(self, statement: Statement, deadline: float | None) -> None:
        self.statement = statement
        self.deadline = deadline
        self._known: dict[tuple[Hypothesis, ...], bool] = {}

    def checked(self, verdict: ClaimVerdict, needed: tuple[Hypothesis, ...]) -> ClaimVerdict:
        """The verdict, or unknown where no point is found."""
        if verdict.status != "proved" or not (needed or self.statement.assumptions):
            return verdict
        if needed not in self._known:
            self._known[needed] = self._can_hold(needed) if needed else not self._assumed_nonsense()
        if self._known[needed]:
            return verdict
        if not needed:
            return ClaimVerdict(verdict.target, "unknown", reason="what is assumed holds nowhere")
        reason = f"no point was found at which {' and '.join(_texts(self.statement, needed))}"
        return ClaimVerdict(verdict.target, "unknown", reason=reason)

    def _can_hold(self, needed: tuple[Hypothesis, ...]) -> bool:
        large = tuple(Hypothesis((), IndexCondition(">=", size(n) - 2), "", "") for n in self.statement.sizes)
        if has_point(self.statement, (*needed, *large), self.deadline):
            return True
        return has_point(self.statement, needed, self.deadline) and not (
            large and has_point(self.statement, large, self.deadline)
        )

    def _assumed_nonsense(self) -> bool:
        """Whether no sizes are found, or any number is 0, under the assumptions; not where a point meets them."""
        statement = self.statement
        inputs = [tensor.name for tensor in statement.inputs if tensor.below is None]
        if plainly_consistent(statement.assumptions, inputs) or has_point(statement, (), self.deadline):
            return False
        if not has_sizes(statement, self.deadline):
            return True
        try:
            proof = _proof(statement, (), self.deadline)
            env = proof.program({"any.number": ()})
            proof.add_lets(env, [Let("zero", (), (), number(0))])
            return proof.same(env, "any.number", env, "zero")
        except (Unsupported, BudgetExceeded):
            return False


# ------------------------------------------------------------------------------------------------ equations, linearity


def _other(statement: Statement, proof: Proof, claim: Claim, needed: Sequence[Hypothesis]) -> ClaimVerdict:
    try:
        if isinstance(claim, EqualClaim):
            shown = proof.same(proof.forward, claim.left, proof.forward, claim.right)
            reason = "the normal forms differ"
        elif isinstance(claim, LinearClaim):
            shown, reason = linear_claim(statement, proof, claim)
        else:
            raise TypeError(f"a claim of an unknown kind: {claim}")
    except (Unsupported, BudgetExceeded) as error:
        shown, reason = False, str(error)
    if shown:
        return ClaimVerdict(claim.target, "proved", _texts(statement, needed))
    return ClaimVerdict(claim.target, "unknown", reason=reason)


def _texts(statement: Statement, hypotheses: Sequence[Hypothesis]) -> tuple[str, ...]:
    """The hypotheses as a person reads them, each once; what has no name of its own in the statement is said."""
    unnamed = {let.name: let for let in (*statement.forward, *statement.backward) if let.source is None}
    found: dict[str, None] = {}
    for h in hypotheses:
        text = format_condition(h.condition)
        if h.indices:
            text += f" for all {', '.join(name for name, _ in h.indices)}"
        for name in sorted(names_in(h.condition) & unnamed.keys()):
            text += f", where {format_let(unnamed[name])}"
        found.setdefault(text)
    return tuple(found)
