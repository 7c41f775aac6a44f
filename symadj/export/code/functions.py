"""``def backward(dy, …)`` in numpy, torch or jax, and complete modules around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from symadj.errors import Unsupported
from symadj.export.code.cells import is_mask
from symadj.export.code.frameworks import FRAMEWORKS, HELPERS, Framework
from symadj.export.code.grid import Grid
from symadj.export.code.idioms import tupled
from symadj.export.code.sure import Sure
from symadj.formulas.arrays import array_line
from symadj.formulas.formula import Lines
from symadj.formulas.mapping import mapped
from symadj.terms.index import Index, Lookup, size
from symadj.terms.nodes import (
    MINUS_ONE,
    Add,
    Binder,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Product,
    Select,
    Sum,
    Term,
    walk,
)
from symadj.terms.statement import Let, Shape


def backward_code(lines: Lines, framework: str) -> str:
    """The function ``backward``: from the cotangents, and what else the formula reads, to the gradients.

    Its parameters are the cotangents, then the inputs and the lines of forward that are read, then sizes that no shape
    tells and integer parameters. It returns one array, or a tuple in the order of ``lines.inputs``.

    Raises ``Unsupported`` for unknown functions (``functions = "f"``), and for an unknown framework.
    """
    return _Code(lines, framework).backward_text()


def module_code(lines: Lines, framework: str) -> str:
    """A ``torch.autograd.Function``, or a ``jax.custom_vjp``, that saves what backward needs and no more."""
    code = _Code(lines, framework)
    if framework == "torch":
        return code.torch_module()
    if framework == "jax":
        return code.jax_module()
    raise Unsupported("there are modules for torch and for jax")


class _Code:
    def __init__(self, lines: Lines, framework: str) -> None:
        if framework not in FRAMEWORKS:
            raise Unsupported(f"there is no code for {framework!r}: choose from {', '.join(FRAMEWORKS)}")
        self.framework: Framework = FRAMEWORKS[framework]
        self.statement = lines.statement
        self.sure = Sure(self.statement)
        self.lookups = {t.name for t in self.statement.inputs if t.below is not None}
        self.forward = tuple(_plain(let) for let in self.statement.forward if not let.name.startswith("equal."))
        self.lines = Lines(self.statement, lines.inputs, tuple(_plain(let) for let in lines.lets))
        self.shapes: dict[str, Shape] = {t.name: t.shape for t in self.statement.inputs}
        self.shapes |= {let.name: let.shape for let in self.forward}
        self.shapes |= {f"d{o}": self.shapes[o] for o in self.statement.outputs}
        self.cotangents = [f"d{o}" for o in self.statement.outputs]
        own = {let.name: let.shape for let in self.lines.lets}
        read = _reads(self.lines.lets)
        self.saved = [n for n in self.shapes if n in read and n not in own and n not in self.cotangents]
        self.shapes |= own

    # ---- functions

    def backward_text(self) -> str:
        """The function with its imports and helpers."""
        body = self._body(self.lines.lets, [*self.cotangents, *self.saved])
        known = [*self.cotangents, *self.saved]
        parameters = [*known, *self._parameters(self.lines.lets, known, body)]
        returned = ", ".join(f"d{name}" for name in self.lines.inputs)
        return self._file([f"def backward({', '.join(parameters)}):", *_indented([*body, f"return {returned}"])])

    def _file(self, lines: Sequence[str]) -> str:
        text = "\n".join(lines)
        helpers = [
            code for name, code in HELPERS[self.framework.name].items() if re.search(rf"(?<![\w.])_{name}\(", text)
        ]
        whole = "\n".join([*helpers, text])
        imports = [*(["import math"] if "math." in whole else []), *self.framework.imports]
        if "sliding_window_view(" in whole:
            imports.append("from numpy.lib.stride_tricks import sliding_window_view")
        if "jax." not in whole.replace("jax.numpy", "") and "import jax" in imports:
            imports.remove("import jax")
        blocks = ["\n".join(imports), *helpers, text]
        return "\n\n\n".join(blocks) + "\n"

    def _body(self, lets: Sequence[Let], known: Sequence[str]) -> list[str]:
        sizes = self._sizes(lets, known)
        statements: list[str] = []
        numbers = count(1)
        scalars = frozenset({*self.statement.sizes, *self.statement.integers})
        taken = frozenset({*self.shapes, *scalars})
        like = next((n for n in known if n not in self.lookups), "")
        for let in lets:
            text = None if _adds_masks(let.body) else array_line(let, self.shapes.get)
            if text is not None and not (self.framework.name == "torch" and ("::-" in text or "pad(" in text)):
                statements.append(self.framework.translated(text, scalars))
                continue
            grid = Grid(self.framework, self.shapes.get, lambda: _next(numbers, taken), self.sure, like)
            statements += grid.line(let)
        return [*_used(sizes, statements), *statements]

    # ---- sizes

    def _needed(self, lets: Sequence[Let]) -> list[str]:
        text = {s for let in lets for s in _sizes_in(let)}
        shapes = {s for name in _reads(lets) for length in self.shapes.get(name, ()) for s in length.sizes()}
        wanted = text | shapes
        return [n for n in (*self.statement.sizes, *self.statement.integers) if n in wanted]

    def _sizes(self, lets: Sequence[Let], known: Sequence[str]) -> list[str]:
        lines: list[str] = []
        for name in self._needed(lets):
            found = self._told(name, known)
            if found is not None:
                lines.append(f"{name} = {found}")
        return lines

    def _parameters(self, lets: Sequence[Let], known: Sequence[str], body: Sequence[str]) -> list[str]:
        """Sizes and integers that the statements of the body use and no shape tells."""
        names = _names("\n".join(body))
        return [n for n in self._needed(lets) if n in names and self._told(n, known) is None]

    def _told(self, name: str, known: Sequence[str], without: frozenset[str] = frozenset()) -> str | None:
        """How the size follows from the shape of a known tensor."""
        alone = size(name)
        for tensor in known:
            for axis, length in enumerate(self.shapes[tensor]):
                if length == alone:
                    return f"{tensor}.shape[{axis}]"
        for tensor in known:
            for axis, length in enumerate(self.shapes[tensor]):
                rest = length - alone
                others = rest.sizes()
                if name in others or name not in length.sizes() or others & without:
                    continue
                if all(self._told(o, known, without | {name}) is not None for o in others):
                    return f"{tensor}.shape[{axis}] - {rest if str(rest).isalnum() else f'({rest})'}"
        return None

    # ---- modules

    def torch_module(self) -> str:
        """A complete ``torch.autograd.Function``."""
        inputs = [t.name for t in self.statement.inputs]
        known = [*self.cotangents, *self.saved]
        forward, backward = self._body(self.forward, inputs), self._body(self.lines.lets, known)
        extra = self._parameters((*self.forward, *self.lines.lets), inputs, [*forward, *backward])
        numbers = [n for n in self._parameters(self.lines.lets, known, backward) if n not in extra]
        outputs = ", ".join(self.statement.outputs)
        grads = [f"d{n}" if n in self.lines.inputs else "None" for n in inputs] + ["None"] * len(extra)
        saved = ", ".join(self.saved)
        forward = [*self._missing(numbers, inputs, forward), *forward]
        kept = [f"ctx.{n} = {n}" for n in (*extra, *numbers)]
        loaded = [f"{n} = ctx.{n}" for n in (*extra, *numbers)]
        restore = [f"{saved}{',' if len(self.saved) == 1 else ''} = ctx.saved_tensors"] if self.saved else []
        name = "".join(part.title() for part in re.split(r"\W+|_", self.statement.name)) or "Statement"
        return self._file([
            f"class {name}(torch.autograd.Function):",
            *_indented([
                "@staticmethod",
                f"def forward(ctx, {', '.join([*inputs, *extra])}):",
                *_indented([*forward, *([f"ctx.save_for_backward({saved})"] if self.saved else []), *kept,
                            f"return {outputs}"]),
                "",
                "@staticmethod",
                f"def backward(ctx, {', '.join(self.cotangents)}):",
                *_indented([*restore, *loaded, *backward, f"return {', '.join(grads)}"]),
            ]),
        ])  # fmt: skip

    def _missing(self, names: Sequence[str], known: Sequence[str], lines: Sequence[str]) -> list[str]:
        """Lines for sizes that backward needs and forward does not compute."""
        told = [f"{n} = {self._told(n, known)}" for n in names]
        return [line for line in told if line not in lines]

    def jax_module(self) -> str:
        """A function with a ``jax.custom_vjp``."""
        inputs = [t.name for t in self.statement.inputs]
        known = [*self.cotangents, *self.saved]
        forward, backward = self._body(self.forward, inputs), self._body(self.lines.lets, known)
        extra = self._parameters((*self.forward, *self.lines.lets), inputs, [*forward, *backward])
        numbers = [n for n in self._parameters(self.lines.lets, known, backward) if n not in extra]
        keeping = [*self._missing(numbers, inputs, forward), *forward]
        name = re.sub(r"\W", "_", self.statement.name)
        arguments = ", ".join([*inputs, *extra])
        static = tuple(range(len(inputs), len(inputs) + len(extra)))
        decorator = f"@partial(jax.custom_vjp, nondiff_argnums={static})" if extra else "@jax.custom_vjp"
        grads = [f"d{t.name}" if t.name in self.lines.inputs else _zero(t.below is not None, t.name)
                 for t in self.statement.inputs]  # fmt: skip
        missing = [n for n, g in zip(inputs, grads, strict=True) if g == _zero(False, n) and n not in self.saved]
        residuals = [*self.saved, *missing]
        kept = tupled([*residuals, *([f"jnp.empty((0, {', '.join(numbers)}))"] if numbers else [])])
        restore = [f"{', '.join([*residuals, *(['_sizes'] if numbers else [])])} = saved"]
        if len(residuals) + bool(numbers) == 1:
            restore = [line.replace(" =", ", =") for line in restore]
        told = [f"_, {', '.join(numbers)} = _sizes.shape"] if numbers else []
        given = ", ".join([*extra, "saved", "cotangent"])
        cotangents = ", ".join(self.cotangents)
        outputs = self.statement.outputs[0] if len(self.statement.outputs) == 1 else tupled(self.statement.outputs)
        lines = [
            decorator,
            f"def {name}({arguments}):",
            *_indented([*forward, f"return {outputs}"]),
            "", "",
            f"def {name}_forward({arguments}):",
            *_indented([*keeping, f"return {outputs}, {kept}"]),
            "", "",
            f"def {name}_backward({given}):",
            *_indented([f"{cotangents} = cotangent", *(restore if kept != "()" else []), *told, *backward,
                        f"return {tupled(grads)}"]),
            "", "",
            f"{name}.defvjp({name}_forward, {name}_backward)",
        ]  # fmt: skip
        text = self._file(lines)
        return f"from functools import partial\n\n{text}" if extra else text


def _adds_masks(term: Term) -> bool:
    """Whether truth values stand for numbers where the frameworks do not take them for such."""
    sums = (t for part in walk(term) if isinstance(part, Add) for t in part.terms)
    return is_mask(term) or any(_is_signed_mask(t) for t in sums)


def _is_signed_mask(term: Term) -> bool:
    factors = tuple(f for f in term.factors if f != MINUS_ONE) if isinstance(term, Mul) else (term,)
    return all(map(is_mask, factors))


def _zero(integer: bool, name: str) -> str:
    return "None" if integer else f"jnp.zeros_like({name})"


def _next(numbers: Iterator[int], taken: frozenset[str]) -> int:
    return next(n for n in numbers if f"t{n}" not in taken)


def _names(text: str) -> list[str]:
    return re.findall(r"(?<![.\w])[A-Za-z_]\w*", text)


def _used(sizes: Sequence[str], statements: Sequence[str]) -> list[str]:
    """The lines for those sizes that are needed, each after the ones that it reads."""
    lines = {line.partition(" ")[0]: line for line in sizes}
    result: list[str] = []

    def visit(text: str) -> None:
        for name in _names(text):
            line = lines.pop(name, None)
            if line is not None:
                visit(line.partition("=")[2])
                result.append(line)

    for statement in statements:
        visit(statement)
    return result


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _plain(let: Let) -> Let:
    """The line with names that Python has."""

    def replaced(term: Term) -> Term | None:
        if isinstance(term, Entry | Inverse | Determinant) and "." in term.tensor:
            return replace(term, tensor=term.tensor.replace(".", "_"))
        return None

    return replace(let, name=let.name.replace(".", "_"), body=mapped(let.body, replaced))


def _indices(term: Term) -> Iterator[Index]:
    match term:
        case IndexValue(index):
            yield index
        case Entry(_, subscripts) | Inverse(_, subscripts) | Determinant(_, subscripts):
            yield from subscripts
        case Sum(Binder() as binder, _) | Product(binder, _) | Extremum(_, binder, _):
            yield from (binder.lower, binder.upper, *_in(binder.condition))
        case Indicator(condition) | Select(condition, _, _):
            yield from _in(condition)


def _in(condition: object) -> Iterator[Index]:
    if isinstance(condition, IndexCondition):
        yield condition.index
    for part in getattr(condition, "parts", ()):
        yield from _in(part)
    if hasattr(condition, "part"):
        yield from _in(condition.part)


def _sizes_in(let: Let) -> set[str]:
    found = {s for length in let.shape for s in length.sizes()}
    return found | {s for t in walk(let.body) for index in _indices(t) for s in index.sizes()}


def _reads(lets: Sequence[Let]) -> set[str]:
    found = {t.tensor for let in lets for t in walk(let.body) if isinstance(t, Entry | Inverse | Determinant)}
    looked_up = {
        a.tensor
        for let in lets
        for t in walk(let.body)
        for index in _indices(t)
        for a in index.atoms()
        if isinstance(a, Lookup)
    }
    return found | looked_up
