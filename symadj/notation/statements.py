"""A statement's table to a ``Statement``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from symadj.arrays import Builder
from symadj.notation.claims import Assumed, read_assumptions, read_equal, read_expectation, read_linear
from symadj.notation.lexical import Located
from symadj.notation.lines import Line, parse_lines, read_line
from symadj.notation.scope import Scope, format_shape
from symadj.notation.shapes import Shapes, read_functions, read_integers, read_names, read_shapes
from symadj.notation.table import Table
from symadj.terms.statement import Claim, GradientClaim, Let, Shape, Statement, Tensor


class StatementReader:
    """Reads one table, key by key; ``read`` gives the statement."""

    def __init__(self, table: Table, file: str | None) -> None:
        table.check()
        self.table = table
        self.file = file
        self.name = table.name
        self.complex = self._field()
        self.integers = read_integers(table.text("integers"), self.name)
        self.functions = read_functions(table.text("functions"), self.name)
        self.declared = read_shapes(table.text("shapes"), self.name, self.integers)
        self.forward_lines = parse_lines(table.texts("forward"), self.name)
        self.backward_lines = parse_lines(table.texts("backward"), self.name)
        self._check_names(self.declared)
        self.outputs = self._outputs()
        self.cotangents = [f"d{name}" for name in self.outputs] if self.backward_lines else []
        made = {line.name for line in (*self.forward_lines, *self.backward_lines)} | set(self.cotangents)
        self.inputs = [name for name in self.declared.shapes if name not in made]
        self.reals = [name for name in self.inputs if name not in self.declared.below]
        self.shapes: dict[str, Shape] = {}

    # ---- keys

    def _field(self) -> bool:
        value = self.table.text("field", "real").value.strip()
        if value not in ("real", "complex"):
            raise self.table.error(f"'real' or 'complex' was expected as the field, not {value!r}", "field")
        return value == "complex"

    def _check_names(self, declared: Shapes) -> None:
        """No name means two things."""
        shapes = Located(self.table.text("shapes"), self.name)
        for name in self.functions:
            kind = (
                "an integer parameter" if name in self.integers
                else "a size" if name in declared.sizes
                else "a tensor" if name in declared.shapes
                else None
            )  # fmt: skip
            if kind:
                raise self.table.error(f"the name {name!r} is used twice: for a function and for {kind}", "functions")
        if self.functions and ("D" in declared.shapes or "D" in declared.sizes or "D" in self.integers):
            raise shapes.error("the name 'D' is taken: D(f) is the derivative of a declared function")
        for line in (*self.forward_lines, *self.backward_lines):
            if line.name in declared.below:
                message = f"{line.name!r} is an integer tensor, and so an input: no line defines it"
                raise line.located.at(line.target, message)

    def _outputs(self) -> tuple[str, ...]:
        defined = [line.name for line in self.forward_lines]
        if "outputs" not in self.table.values:
            return tuple(defined[-1:])
        text = self.table.text("outputs")
        names = read_names(text, self.name, "the name of an output")
        if not names:
            raise self.table.error("the name of an output was expected", "outputs")
        for name, at in names:
            if name not in defined:
                raise Located(text, self.name).error(f"the output {name!r} is defined by no line of forward", at)
        return tuple(name for name, _ in names)

    # ---- scopes

    def _scope(self, builder: Builder) -> Scope:
        return Scope(
            builder,
            sizes=frozenset(self.declared.sizes),
            integers=frozenset(self.integers),
            tensors={name: self.declared.shapes[name] for name in self.reals},
            tables={name: self.declared.shapes[name] for name in self.inputs if name in self.declared.below},
            functions=self.functions,
            complex=self.complex,
        )

    def _program(self, lines: Sequence[Line], scope: Scope, where: str) -> list[Let]:
        lets: list[Let] = []
        for line in lines:
            scope.absent.setdefault(line.name, f"{line.name!r} is used before the line of {where} that defines it")
        for line in lines:
            if line.name in self.shapes:
                raise line.located.at(line.target, f"{line.name!r} is defined twice")
            scope.absent[line.name] = f"{line.name!r} is used in the line that defines it"
            strict = self._strict(line, gradients=where == "backward")
            new = read_line(line, scope, self._ranges(line, scope), strict)
            del scope.absent[line.name]
            lets += new
            self.shapes[line.name] = scope.tensors[line.name] = new[-1].shape
            if strict is not None and strict != new[-1].shape:
                what = f"{format_shape(new[-1].shape)} where {format_shape(strict)} was expected"
                raise line.located.at(line.target, f"{line.name!r} has shape {what}")
        return lets

    def _ranges(self, line: Line, scope: Scope) -> Shape | None:
        """The shape that gives an index line its ranges, if it is declared."""
        shapes, name = self.declared.shapes, line.name
        if name in shapes:
            return shapes[name]
        if name[:1] != "d":
            return None
        return shapes.get(name[1:]) or (() if name[1:] in shapes else scope.tensors.get(name[1:]) or None)

    def _strict(self, line: Line, gradients: bool) -> Shape | None:
        """The shape that a line must have: that of the input for its gradient, and that of a declared name."""
        if gradients and line.name[:1] == "d" and line.name[1:] in self.reals:
            return self.declared.shapes[line.name[1:]]
        return self.declared.shapes.get(line.name)

    # ---- the statement

    def read(self) -> Statement:
        """The statement; raises ``StatementError`` for the first thing that cannot be read or makes no sense."""
        table, names = self.table, self.name
        scope = self._scope(self._builder())
        later = {name: f"{name!r} is a cotangent: it stands only in backward" for name in self.cotangents}
        later |= {line.name: f"{line.name!r} is defined in backward, not before" for line in self.backward_lines}
        scope.absent.update(later)
        forward = self._program(self.forward_lines, scope, "forward")
        assumed = read_assumptions(table.texts("assume"), names, scope)
        sides, equal = self._equal(scope)
        backward = self._backward(scope)
        claims = self._claims(scope, equal)
        return self._statement(forward + assumed.lets + sides, backward, claims, assumed)

    def _builder(self) -> Builder:
        taken = {*self.declared.sizes, *self.declared.shapes, *self.integers, *self.functions, *self.cotangents}
        taken |= {line.name for line in (*self.forward_lines, *self.backward_lines)}
        return Builder(taken, complex=self.complex, integers=self.integers)

    def _equal(self, scope: Scope) -> tuple[list[Let], list[Claim]]:
        texts = self.table.texts("equal")
        if len(texts) == 1:
            raise self.table.error("'equal' claims that expressions are equal: two or more were expected", "equal")
        return read_equal(texts, self.name, scope)

    def _backward(self, scope: Scope) -> list[Let]:
        if not self.backward_lines:
            return []
        if not self.forward_lines:
            raise self.table.error("'backward' without 'forward': there is nothing to differentiate", "backward")
        for name in self.cotangents:
            shape = self.shapes[name[1:]]
            if (role := scope.role(name)) is not None:
                raise self.table.error(f"the cotangent of {name[1:]!r} takes the name {name!r} of {role}", "forward")
            if self.declared.shapes.get(name, shape) != shape:
                what = f"{format_shape(self.declared.shapes[name])} where {name[1:]!r} has {format_shape(shape)}"
                raise self.table.error(f"the cotangent {name!r} is declared with shape {what}", "shapes")
            scope.tensors[name] = shape
            scope.absent.pop(name, None)
        for name in self.shapes:
            message = f"unknown name 'd{name}': {name!r} is no output, and no line before this one defines 'd{name}'"
            scope.absent.setdefault(f"d{name}", message)
        for line in self.backward_lines:
            if line.name in self.cotangents:
                raise line.located.at(line.target, f"{line.name!r} is the cotangent of an output: it is given")
            scope.absent.pop(line.name, None)
        return self._program(self.backward_lines, scope, "backward")

    def _claims(self, scope: Scope, equal: Sequence[Claim]) -> list[Claim]:
        gradients: list[Claim] = [
            GradientClaim(line.name, line.name[1:])
            for line in self.backward_lines
            if line.name[:1] == "d" and line.name[1:] in self.reals
        ]
        self._check_stray()
        linear = read_linear(self.table.text("linear"), self.name, self.reals, scope)
        if linear and not self.forward_lines:
            raise self.table.error("'linear' without 'forward': there is no map that could be linear", "linear")
        claims = [*gradients, *linear, *equal]
        if not claims:
            wanted = " or ".join(f"d{name}" for name in self.reals[:4]) or "d<input>"
            raise self.table.error(f"nothing is claimed: a line of backward for {wanted}, linear or equal was expected")
        return claims

    def _check_stray(self) -> None:
        """A line ``d<name>`` that nothing uses, for a name that is no input, was meant as a claim."""
        used = {name for line in self.backward_lines for name in _names(line.body)}
        for line in self.backward_lines:
            stem = line.name[1:]
            if line.name[:1] != "d" or not stem or line.name in used or stem in self.reals or stem in self.shapes:
                continue
            what = "an integer tensor, which has no gradient" if stem in self.declared.below else "no input"
            raise line.located.at(line.target, f"{line.name!r} is used nowhere and claims nothing: {stem!r} is {what}")

    def _statement(self, forward: list[Let], backward: list[Let], claims: list[Claim], assumed: Assumed) -> Statement:
        table, shapes = self.table, self.declared.shapes
        return Statement(
            name=self.name,
            sizes=tuple(sorted(self.declared.sizes)),
            integers=tuple(self.integers),
            inputs=tuple(Tensor(name, shapes[name], self.declared.below.get(name)) for name in self.inputs),
            functions=self.functions,
            forward=tuple(forward),
            outputs=self.outputs,
            backward=tuple(backward),
            claims=tuple(claims),
            assumptions=tuple(assumed.assumptions),
            almost_everywhere=assumed.almost_everywhere,
            complex=self.complex,
            expect=read_expectation(table.text("expect", "proved"), self.name, claims),
            about=table.text("about").value,
            origin=table.text("source").value,
            file=self.file,
            line=table.line,
        )


def _names(tree: ast.expr) -> Iterable[str]:
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def read_table(table: Table, file: str | None = None) -> Statement:
    """The statement of a table. Raises ``StatementError``."""
    return StatementReader(table, file).read()


def statement(
    name: str = "statement",
    *,
    shapes: str,
    forward: str | Sequence[str] = (),
    backward: str | Sequence[str] = (),
    equal: Sequence[str] = (),
    linear: str = "",
    assume: str | Sequence[str] = (),
    integers: str = "",
    functions: str = "",
    outputs: str = "",
    field: str = "real",
    expect: str = "proved",
    about: str = "",
    source: str = "",
) -> Statement:
    """The statement that these texts make, as in a file's table. Raises ``StatementError``; columns count in each text.

    >>> s = statement(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)")
    >>> [claim.target for claim in s.claims]
    ['dW']
    """
    values: dict[str, object] = {
        "shapes": shapes, "forward": forward, "backward": backward, "equal": equal, "linear": linear,
        "assume": assume, "integers": integers, "functions": functions, "field": field, "expect": expect,
        "about": about, "source": source,
    }  # fmt: skip
    if outputs:
        values["outputs"] = outputs
    return read_table(Table(name, {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}))
