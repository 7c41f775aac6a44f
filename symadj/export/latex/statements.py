"""One verdict in LaTeX: the claim as a theorem, what it stands under, and its derivation or its counterexample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from symadj.derivation import Derivation, derivation
from symadj.derivation.bound_names import names_of
from symadj.derivation.layout import lines, unmarked
from symadj.derivation.model import COTANGENT
from symadj.derivation.reading import grouped, terms, uses_guards, usual_ranges
from symadj.derivation.symbols import OWN
from symadj.derivation.terms import entry, renamed
from symadj.export.latex.chains import LINE, Parts
from symadj.export.latex.names import index_name, name_latex, text_latex
from symadj.export.latex.terms import LatexWriter, measure
from symadj.oracle import Counterexample
from symadj.terms.nodes import tensors_in
from symadj.terms.statement import EqualClaim, GradientClaim, Let, LinearClaim, Shape, Statement
from symadj.verdict.claim import ClaimVerdict
from symadj.verdict.layout import assignments, concrete_shape
from symadj.verdict.model import Verdict


class StatementDocument:
    """The LaTeX of one verdict; ``told`` is the derivation of what is proved in it."""

    def __init__(self, verdict: Verdict) -> None:
        if verdict.statement is None:
            raise ValueError("the verdict carries no statement")
        self.verdict = verdict
        self.told: Derivation = derivation(verdict)
        self.statement: Statement = self.told.statement
        self.names = names_of(self.statement)
        self.ranges = usual_ranges(self.told)
        self.writer = LatexWriter(self.ranges)
        self.parts = Parts(self.writer)

    def lines(self) -> Iterator[str]:
        """Theorem, hypotheses, derivation, counterexamples."""
        yield from self.theorem()
        if self.told.parts:
            yield from self.proof()
        for claim in self.verdict.claims.values():
            if claim.status == "disproved":
                yield from self.refutation(claim)
            elif claim.status == "unknown":
                yield rf"\paragraph{{Not decided: {self.target(claim.target)}.}} {text_latex(claim.reason or '')}"
                yield ""

    def target(self, name: str) -> str:
        """A claim's name in running text."""
        for claim in self.statement.claims:
            if claim.target == name and isinstance(claim, GradientClaim):
                return f"${name_latex(COTANGENT + claim.input)}$"
        return text_latex(name)

    # -------------------------------------------------------------------------------- the theorem

    def theorem(self) -> Iterator[str]:
        """What is claimed, as a theorem where it is proved."""
        kind = {"proved": "theorem", "disproved": "falseclaim", "unknown": "openclaim"}[self.verdict.status]
        yield rf"\begin{{{kind}}}[{text_latex(self.statement.name)}]"
        yield f"Let {self._inputs()}{self._sizes()}." + self._assumptions()
        lets = [let for let in self.statement.forward if not let.name.startswith("equal.")]
        if lets:
            yield "With" if len(lets) > 1 else "For"
            yield from self.equations(lets, {})
        yield from self._claims()
        hypotheses = list(dict.fromkeys(h for c in self.verdict.claims.values() for h in c.hypotheses))
        if hypotheses:
            yield "provided that " + ", and ".join(rf"\texttt{{{text_latex(h)}}}" for h in hypotheses) + "."
        yield rf"\end{{{kind}}}"
        yield ""

    def _inputs(self) -> str:
        field = r"\mathbb{C}" if self.statement.complex else r"\mathbb{R}"
        parts = []
        for tensor in self.statement.inputs:
            domain = field if tensor.below is None else rf"\{{0,\dots,{self.writer.index(tensor.below - 1)}\}}"
            parts.append(rf"${name_latex(tensor.name)}\in {domain}{self._shape(tensor.shape)}$")
        return ", ".join(parts) or "there be no inputs"

    def _shape(self, shape: Shape) -> str:
        lengths = r" \times ".join(map(self._length, shape))
        return f"^{{{lengths}}}" if shape else ""

    def _length(self, index: object) -> str:
        text = self.writer.index(index)  # type: ignore[arg-type]
        return text if text.replace("\\", "").isalnum() else f"({text})"

    def _sizes(self) -> str:
        integers = ", ".join(f"${index_name(n)}$" for n in self.statement.integers)
        return f", with integers {integers}" if integers else ""

    def _assumptions(self) -> str:
        found = [self.parts.inline(self.writer.condition(a.condition)) for a in self.statement.assumptions]
        if self.statement.almost_everywhere:
            found.append("a point outside of a null set")
        return f" Assume {', and '.join(found)}." if found else ""

    def _claims(self) -> Iterator[str]:
        gradients = [c for c in self.statement.claims if isinstance(c, GradientClaim)]
        if gradients:
            outputs = ", ".join(f"${name_latex(COTANGENT + o)}$" for o in self.statement.outputs)
            plural = "s" if len(self.statement.outputs) > 1 else ""
            yield f"and cotangent{plural} {outputs} of the output{plural}, the adjoint of the derivative gives"
            yield from self.equations(self._backward(gradients), self._renaming())
        lets = {let.name: let for let in self.statement.forward}
        for claim in self.statement.claims:
            if isinstance(claim, EqualClaim):
                left, right = lets[claim.left], lets[claim.right]
                yield "it holds that" if len(lets) > 2 * len(self.statement.claims) else "Then"
                yield from self._equal(left, right)
            elif isinstance(claim, LinearClaim):
                names = ", ".join(f"${name_latex(o)}$" for o in self.statement.outputs)
                yield f"{names} is linear in ${name_latex(claim.input)}$."

    def _equal(self, left: Let, right: Let) -> Iterator[str]:
        first, second = (self.writer.write(self.names.line(let).right) for let in (left, right))
        rows, other = lines(first, LINE, LINE - 4, measure), lines(second, LINE - 4, LINE - 8, measure)
        over = (
            f" \\qquad\\text{{at }} ({', '.join(map(index_name, left.indices))})"
            if left.indices != right.indices
            else ""
        )
        if len(rows) == len(other) == 1 and not over and measure(rows[0]) + measure(other[0]) < LINE - 4:
            yield f"\\begin{{align*}}\n{rows[0]} &= {other[0]}\n\\end{{align*}}"
            return
        body = [f"&{rows[0]}{over}", *(rf"&\qquad {row}" for row in rows[1:])]
        body += [rf"&\quad= {other[0]}", *(rf"&\qquad\quad {row}" for row in other[1:])]
        yield "\\begin{align*}\n" + " \\\\\n".join(body) + "\n\\end{align*}"

    def _backward(self, gradients: list[GradientClaim]) -> list[Let]:
        wanted = {claim.target for claim in gradients}
        kept: list[Let] = []
        for let in reversed(self.statement.backward):
            if let.name in wanted:
                kept.append(let)
                wanted |= tensors_in(let.body)
        return kept[::-1]

    def _renaming(self) -> dict[str, str]:
        """The names that the derivation gives to the claimed lines."""
        statement = self.statement
        known = [t.name for t in statement.inputs] + [let.name for let in statement.forward]
        shown = {t for term in terms(self.told) for t in tensors_in(term)}
        own = {t for t in shown if t.startswith(OWN)}
        known += [t.removeprefix(COTANGENT) for t in shown if t.startswith(COTANGENT)]
        return {f"d{n}": OWN + n if OWN + n in own else COTANGENT + n for n in known}

    def equations(self, lets: list[Let], names: Mapping[str, str]) -> Iterator[str]:
        """Lines of a program, one below the other."""
        rows: list[str] = []
        for let in lets:
            left = unmarked(self.writer.write(entry(names.get(let.name, let.name), let.indices)))
            used = measure(left) + 2.2
            body = renamed(self.names.line(let).right, names)
            broken = lines(self.writer.write(body), LINE - used, LINE - used - 4, measure)
            rows += [f"{left} &= {broken[0]}", *(rf"&\qquad {row}" for row in broken[1:])]
        yield "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"

    # -------------------------------------------------------------------------------- proof and counterexample

    def proof(self) -> Iterator[str]:
        """The derivation."""
        yield r"\begin{proof}" + ("" if self.verdict.status == "proved" else "[Derivation of what holds]")
        notes = []
        ranges = [
            f"$0\\le {', '.join(map(index_name, names))}<{self.writer.index(length)}$"
            for names, length in grouped(self.told)
        ]
        if ranges:
            notes.append(f"Indices range over {', '.join(ranges)}.")
        if uses_guards(self.told):
            notes.append(
                "A bracket $[c]$ is $1$ where $c$ holds and $0$ elsewhere, where what it multiplies is not read."
            )
        yield " ".join(notes)
        for part in self.told.parts:
            if part is self.told.parts[-1]:
                yield r"\postdisplaypenalty=10000"  # the box at the end stands with what it ends
            yield from self.parts.part(part)
        yield r"\end{proof}"
        yield ""

    def refutation(self, claim: ClaimVerdict) -> Iterator[str]:
        """A false claim: the right formula, and numbers."""
        yield rf"\paragraph{{Counterexample to {self.target(claim.target)}.}}"
        found = claim.counterexample
        if found is not None:
            yield from self._numbers(found)
        if claim.formula:
            yield "The right formula is"
            yield r"\begin{quote}\small\raggedright"
            yield "\\\\\n".join(rf"\texttt{{{_breakable(text_latex(line))}}}" for line in claim.formula.splitlines())
            yield r"\end{quote}"
        if claim.holds_at:
            shown = "; ".join(_sizes(sizes) for sizes in claim.holds_at[:4])
            yield f"It happens to hold at {shown}, so that tests at such sizes do not see the difference."
        yield ""

    def _numbers(self, found: Counterexample) -> Iterator[str]:
        arrays = assignments(found.entries, found.default, partial(self._concrete, found.sizes))
        sizes = f"At {_sizes(found.sizes)}, with" if found.sizes else "With"
        rest = f"every entry ${found.default}$"
        yield f"{sizes} {rest}{' but for' if arrays else ''}"
        if arrays:
            yield r"\begin{quote}\small\raggedright"
            yield "\\\\\n".join(rf"\texttt{{{_breakable(text_latex(line))}}}" for line in arrays)
            yield r"\end{quote}"
        equal = not any(isinstance(c, GradientClaim) for c in self.statement.claims)
        names = ("the left side", "the right side") if equal else ("the claimed value", "the actual value")
        yield (
            rf"{names[0]} of \texttt{{{text_latex(found.at)}}} is \texttt{{{_breakable(text_latex(found.claimed))}}}, "
            rf"{names[1]} is \texttt{{{_breakable(text_latex(found.actual))}}}."
        )

    def _concrete(self, sizes: Mapping[str, int], name: str) -> tuple[int, ...] | None:
        try:
            return concrete_shape(self.statement.shape(name.removesuffix("'")), sizes)
        except KeyError:
            return None


def _sizes(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"${index_name(name)}={value}$" for name, value in sizes.items())


def _breakable(text: str) -> str:
    for operator in ("+", "-", "*", ",", "("):
        text = text.replace(operator, operator + r"\allowbreak{}")
    return text
