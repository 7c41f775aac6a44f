"""A derived backward formula: its text, its mathematics, its code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any

from symadj.derivation.layout import unmarked
from symadj.derivation.model import COTANGENT
from symadj.derivation.terms import renamed
from symadj.export.code.functions import backward_code, module_code
from symadj.export.code.symbolic import equation
from symadj.export.latex.terms import LatexWriter
from symadj.export.shown import Verdict, shown
from symadj.formulas import Lines, derived
from symadj.formulas.again import gradient_program, hessian_program
from symadj.terms.index import Index, var
from symadj.terms.statement import GradientClaim, Statement
from symadj.verdict import prove


@dataclass(frozen=True, slots=True)
class Formula:
    """The lines that compute ``d<input>`` for each of ``inputs``; ``str`` gives them in the notation."""

    statement: Statement
    inputs: tuple[str, ...]
    lines: Lines

    @classmethod
    def of(cls, statement: Statement, inputs: tuple[str, ...]) -> Formula:
        """Derives it. Raises ``Unsupported`` where there is no derivative to be had."""
        return cls(statement, inputs, derived(statement, inputs))

    def __str__(self) -> str:
        return "\n".join(self.texts)

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines, each in the notation."""
        return self.lines.texts

    def claimed(self) -> Statement:
        """The statement that this formula is the gradient."""
        claims = tuple(GradientClaim(f"d{name}", name) for name in self.inputs)
        return replace(self.statement, backward=self.lines.lets, claims=claims)

    def prove(self) -> Verdict:
        """The verdict on that statement."""
        return shown(prove(self.claimed()))

    def derive(self, wrt: str | tuple[str, ...] | None = None) -> Formula:
        """The backward formula of this backward formula (double backward).

        The gradients are called ``g<input>`` in it, their cotangents ``dg<input>``; by default it is taken in the
        inputs and in the cotangents of the outputs.
        """
        program = gradient_program(self.lines)
        names = (wrt,) if isinstance(wrt, str) else wrt
        return Formula.of(program, names or tuple(t.name for t in program.inputs if t.below is None))

    def hessian(self) -> Formula:
        """The Hessian–vector product of a scalar output: ``d<input>`` is H·v, for the vectors ``dg<input>``.

        Raises ``Unsupported`` when there are several outputs, or one that is no scalar.
        """
        return Formula.of(hessian_program(self.lines), self.inputs)

    # ---- mathematics

    def latex(self) -> str:
        r"""One equation for each line, for display mathematics; gradients and cotangents are printed with a bar."""
        lets = self.lines.lets
        known = (*self.inputs, *(t.name for t in self.statement.inputs), *self.statement.outputs)
        names = {f"d{name}": COTANGENT + name for name in known}
        ranges: dict[str, set[Index]] = {}
        for let in lets:
            for index, length in zip(let.indices, let.shape, strict=True):
                ranges.setdefault(index, set()).add(length)
        writer = LatexWriter({index: found.pop() for index, found in ranges.items() if len(found) == 1})
        rows = []
        for let in lets:
            left = writer.entry(names.get(let.name, let.name), tuple(var(i) for i in let.indices))
            rows.append(f"{left} &= {unmarked(writer.term(renamed(let.body, names), 0).text)}")
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def _repr_html_(self) -> str:
        """The lines, and the formula for the notebook to typeset."""
        return f"<p>{escape(self._repr_latex_())}</p><pre>{escape(str(self))}</pre>"

    def sympy(self) -> Any:
        """An equation of sympy for the last line; the list of all, where there are several.

        Raises ``Unsupported`` for what sympy has no plain form of.
        """
        found = [equation(let) for let in self.lines.lets]
        return found[0] if len(found) == 1 else found

    # ---- code

    def numpy(self) -> str:
        """The function ``backward`` in numpy. Raises ``Unsupported`` for declared, unknown functions."""
        return backward_code(self.lines, "numpy")

    def torch(self, *, module: bool = False) -> str:
        """The function ``backward`` in torch, or a complete ``torch.autograd.Function``."""
        return module_code(self.lines, "torch") if module else backward_code(self.lines, "torch")

    def jax(self, *, module: bool = False) -> str:
        """The function ``backward`` in jax, or a complete ``jax.custom_vjp``."""
        return module_code(self.lines, "jax") if module else backward_code(self.lines, "jax")
