"""Further lines over a statement that is read already."""

from __future__ import annotations

from symadj.arrays import Builder
from symadj.notation.lines import parse_lines, read_line
from symadj.notation.places import Text
from symadj.notation.scope import Scope
from symadj.terms.statement import Let, Shape, Statement


class FurtherLines:
    """Reads lines of backward one by one; each is told which shape its name has, and sees those that are defined.

    >>> from symadj.notation.statements import statement
    >>> lines = FurtherLines(statement(shapes="W: m n, x: n", forward="y = W @ x", linear="W"))
    >>> (let,) = lines.read("dW = outer(dy, x)", lines.scope.tensors["W"])
    >>> let.indices, str(let.shape[1]), [factor.tensor for factor in let.body.factors]
    (('i', 'j'), 'n', ['dy', 'x'])
    """

    def __init__(self, statement: Statement) -> None:
        tables = {t.name: t.shape for t in statement.inputs if t.below is not None}
        tensors = {t.name: t.shape for t in statement.inputs if t.below is None}
        tensors |= {let.name: let.shape for let in statement.forward if "." not in let.name}
        tensors |= {f"d{name}": statement.shape(name) for name in statement.outputs}
        taken = {*statement.sizes, *statement.functions, *tables, *tensors}
        self.scope = Scope(
            Builder(taken, complex=statement.complex, integers=statement.integers),
            sizes=frozenset(statement.sizes),
            integers=frozenset(statement.integers),
            tensors=tensors,
            tables=tables,
            functions=statement.functions,
            complex=statement.complex,
        )
        self.name = statement.name

    def read(self, text: str, shape: Shape) -> list[Let]:
        """The let of a line, after the hidden lets that it needs. Raises ``StatementError``."""
        (line,) = parse_lines([Text(text)], self.name)
        self.scope.builder.take_lets()
        return read_line(line, self.scope, shape, shape)

    def define(self, name: str, shape: Shape) -> None:
        """From here on lines can read the name."""
        self.scope.tensors[name] = shape
