"""What assumptions leave of a program's hypotheses, as text."""

from __future__ import annotations

from symadj.calculus import Hypothesis, discharge, pullback
from symadj.terms.index import constant
from symadj.terms.statement import Tensor
from tests.calculus.language import Program, read_assumption, show_condition


def left(
    program: Program,
    *assume: str,
    almost_everywhere: bool = False,
    integers: tuple[str, ...] = (),
    complex_field: bool = False,
    wanted: str = "",
) -> list[str]:
    """The hypotheses of the program's pullback that the assumptions leave."""
    inputs = {n: s for n, s in program.inputs.items() if not wanted or n in wanted.split()}
    result = pullback(program.lets, [program.lets[-1].name], inputs, complex=complex_field)
    return remaining(
        program,
        result.hypotheses,
        *assume,
        almost_everywhere=almost_everywhere,
        integers=integers,
        complex_field=complex_field,
    )


def remaining(
    program: Program,
    hypotheses: tuple[Hypothesis, ...],
    *assume: str,
    almost_everywhere: bool = False,
    integers: tuple[str, ...] = (),
    complex_field: bool = False,
) -> list[str]:
    assumptions = [read_assumption(text, program) for text in assume]
    tensors = [Tensor(n, s, constant(2) if n in program.integers else None) for n, s in program.shapes.items()]
    rest = discharge(
        hypotheses,
        assumptions,
        program.lets,
        almost_everywhere,
        integers=integers,
        inputs=[t for t in tensors if t.name not in {let.name for let in program.lets}],
        complex=complex_field,
    )
    return [show_condition(h.condition) for h in rest]
