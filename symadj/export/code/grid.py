"""Index lines as array code: every index is an array of integers on an axis of its own.

A sum of products of whole arrays is an ``einsum``. Any other is computed on the grid of its indices and summed over the
axes of the bound ones: entries at affine subscripts are read with index arrays (kept inside the array where a guard
decides what is used), conditions become masks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symadj.calculus.rewriting import free_variables
from symadj.export.code.cells import Cells, is_mask
from symadj.export.code.frameworks import Framework
from symadj.export.code.idioms import flipped, tupled
from symadj.export.code.lowering import lowered
from symadj.export.code.sure import Sure
from symadj.formulas.slices import Running, running
from symadj.terms.index import Index, var
from symadj.terms.nodes import Add, Binder, Entry, Extremum, Indicator, Mul, Number, Product, Select, Sum, Term, walk
from symadj.terms.statement import Let, Shape

Order = tuple[str, ...]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NEUTRAL = {"prod": "1", "max": "-float('inf')", "min": "float('inf')"}


class Grid:
    """Writes the statements of one line."""

    def __init__(
        self,
        framework: Framework,
        shapes: Callable[[str], Shape | None],
        number: Callable[[], int],
        sure: Sure,
        like: str,
    ) -> None:
        self.framework = framework
        self.shapes = shapes
        self.number = number
        self.sure = sure
        self.like = like
        self.lines: list[str] = []
        self.temporary: set[str] = set()
        self.ends: dict[str, Index] = {}

    def line(self, let: Let) -> list[str]:
        """The statements that compute the line."""
        self.ends = dict(zip(let.indices, let.shape, strict=True))
        if isinstance(let.body, Number):
            return [f"{let.name} = {self._filled(let.body, let.indices)}"]
        value = self.whole(let.body, let.indices)
        if is_mask(let.body):
            value = f"1*{value}"
        if value in self.temporary:
            return [re.sub(rf"\b{value}\b", let.name, line) for line in self._read(value)]
        return [*self._read(value), f"{let.name} = {value}"]

    def _read(self, value: str) -> list[str]:
        """The temporary arrays that the value needs; what was tried and given up may have left others."""
        kept, text = list[str](), value
        for line in reversed(self.lines):
            name, _, right = line.partition(" = ")
            if name not in self.temporary or re.search(rf"\b{name}\b", text):
                kept.append(line)
                text += f" {right}"
        return kept[::-1]

    def _filled(self, number: Number, order: Order) -> str:
        """An array of one number, which is an array for the frameworks too, and of the type of the others."""
        lengths = tupled([self._size(self.ends[n]) for n in order])
        zero = not number.value
        text = self._on_grid(number, ())
        match self.framework.name:
            case "torch" if self.like:
                return f"{self.like}.new_zeros({lengths})" if zero else f"{self.like}.new_full({lengths}, {text})"
            case "jax" if self.like:
                like = f"{self.like}.dtype"
                return f"jnp.zeros({lengths}, {like})" if zero else f"jnp.full({lengths}, {text}, {like})"
            case _:
                prefix = self.framework.prefix
                return f"{prefix}.zeros({lengths})" if zero else f"{prefix}.full({lengths}, {text})"

    # ---- arrays over the axes of an order

    def whole(self, term: Term, order: Order) -> str:
        """An expression whose value has exactly the axes of ``order``."""
        match term:
            case Sum(_, _) if not order or set(order) <= free_variables(term):
                return self._reduction(term, order)
            case Entry(tensor, _) if self._plain(term) == order:
                return tensor
            case Entry() | Select() | Mul() | Add() if (found := lowered(self, term, order)) is not None:
                return found
            case _:
                text = self._on_grid(term, order)
                return text if set(order) <= free_variables(term) else self._spread(text, term, order)

    def _spread(self, text: str, term: Term, order: Order) -> str:
        """The expression of the term with all axes of ``order``."""
        lengths = tupled([self._size(self.ends[n]) for n in order])
        plain = any(isinstance(t, Entry | Indicator) for t in walk(term)) or self.framework.name != "torch"
        array = text if plain else f"torch.as_tensor({text})"
        return f"{self.framework.prefix}.broadcast_to({array}, {lengths})"

    def _on_grid(self, term: Term, order: Order) -> str:
        """An expression that broadcasts against the axes of ``order``; what it needs is computed before."""
        return Cells(self, order).text(term)

    def positioned(self, name: str, order: Order) -> str:
        """The integers of an index, on its axis."""
        place = order.index(name)
        after = ", 1" * (len(order) - place - 1)
        shape = f".reshape(-1{after})" if after else ""
        return f"{self.framework.prefix}.arange({self._size(self.ends[name])}){shape}"

    def part(self, term: Sum | Product | Extremum, order: Order) -> tuple[str, Order]:
        """A temporary array with the value of a reduction, over those axes of ``order`` that it depends on."""
        axes = tuple(n for n in order if n in free_variables(term))
        return self.named(self._reduction(term, axes)), axes

    def _reduction(self, term: Term, order: Order) -> str:
        kind = _kind(term)
        binders: list[Binder] = []
        body: Term = term
        while isinstance(body, Sum | Product | Extremum) and _kind(body) == kind:
            binders.append(body.binder)
            self._end(body.binder)
            body = body.body
        if isinstance(term, Sum):
            total = running(term, {n: self.ends[n] for n in order})
            if total is not None:
                return self._running(total, order)
            found = lowered(self, term, order) or self._einsum(body, binders, order)
            if found is not None:
                return found
        inner = (*order, *(b.index for b in binders))
        text = self._on_grid(body, inner)
        masks = [m for b in binders for m in self._masks(b, inner)]
        prefix = self.framework.prefix
        if masks:
            text = f"{prefix}.where({' & '.join(masks)}, {text}, {_NEUTRAL.get(kind, '0')})"
        if not set(inner) <= free_variables(body):
            text = self._spread(text, body, inner)
        function = {"sum": "sum", "prod": "prod", "max": "amax", "min": "amin"}[kind]
        for _ in binders:
            text = f"{prefix}.{function}({text}, axis=-1)"
        return text

    def _running(self, total: Running, order: Order) -> str:
        axis = order.index(total.index)
        turned = [axis] if total.backwards else []
        text = flipped(self.framework, self.whole(total.term, order), turned)
        return flipped(self.framework, f"{self.framework.prefix}.cumsum({text}, {axis})", turned)

    def _end(self, binder: Binder) -> None:
        self.ends[binder.index] = self._most(binder.upper)

    def _most(self, index: Index) -> Index:
        """The largest value of an end that depends on other indices."""
        values = {n: self.ends[n] - 1 for n in index.variables()}
        down = {n: Index(()) for n in index.variables()}
        total = Index(())
        for monomial, coefficient in index.terms:
            part = Index(((monomial, coefficient),))
            total = total + part.substitute(values if coefficient > 0 else down)
        return total

    def _masks(self, binder: Binder, order: Order) -> list[str]:
        cells = Cells(self, order)
        found = []
        if binder.lower.terms:
            found.append(f"({cells.index(binder.lower)} <= {cells.index(var(binder.index))})")
        if binder.upper.variables():
            found.append(f"({cells.index(var(binder.index))} < {cells.index(binder.upper)})")
        if binder.condition is not None:
            found.append(cells.condition(binder.condition))
        return found

    def _einsum(self, body: Term, binders: Sequence[Binder], order: Order) -> str | None:
        """A sum of products of whole arrays."""
        if any(b.condition is not None or b.lower.terms or b.upper.variables() for b in binders):
            return None
        factors = body.factors if isinstance(body, Mul) else (body,)
        names = {n: _LETTERS[k] for k, n in enumerate((*order, *(b.index for b in binders)))}
        operands, texts, outside = [], [], list[str]()
        for factor in factors:
            if not free_variables(factor) and not isinstance(factor, Sum | Product | Extremum):
                outside.append(self._on_grid(factor, ()))
                continue
            name, axes = self.operand(factor, (*order, *(b.index for b in binders)))
            operands.append(name)
            texts.append("".join(names[a] for a in axes))
        if set("".join(texts)) != set(names.values()):
            return None
        spelled = f'"{",".join(texts)}->{"".join(names[n] for n in order)}"'
        text = f"{self.framework.prefix}.einsum({spelled}, {', '.join(operands)})"
        return "*".join([*(f"({o})" for o in outside), text])

    def temporary_name(self) -> str:
        """A name that nothing has yet."""
        name = f"t{self.number()}"
        self.temporary.add(name)
        return name

    def named(self, text: str) -> str:
        """A temporary array with the value of an expression."""
        if text in self.temporary:
            return text
        name = self.temporary_name()
        self.lines.append(f"{name} = {text}")
        return name

    def integers(self, index: Index, order: Order) -> str:
        """An integer expression over the axes of ``order``."""
        return Cells(self, order).index(index)

    def operand(self, factor: Term, order: Order) -> tuple[str, Order]:
        if isinstance(factor, Entry):
            plain = self._plain(factor)
            if plain is not None:
                return factor.tensor, plain
        axes = tuple(n for n in order if n in free_variables(factor))
        reduced = isinstance(factor, Sum | Product | Extremum)
        value = self._reduction(factor, axes) if reduced else self.whole(factor, axes)
        if self.like and (is_mask(factor) or not any(isinstance(t, Entry) for t in walk(factor))):
            value = self._typed(value, is_array=bool(axes))
        return self.named(value), axes

    def _typed(self, value: str, *, is_array: bool) -> str:
        """The value, which no entry has given a type, with the type of the other arrays."""
        match self.framework.name:
            case "torch":
                return f"{value if is_array else f'torch.as_tensor({value})'}.to({self.like})"
            case "jax":
                return f"{value if is_array else f'jnp.asarray({value})'}.astype({self.like}.dtype)"
            case _:
                return value

    def _plain(self, entry: Entry) -> Order | None:
        """The axes of an entry whose subscripts are indices that run over whole axes."""
        shape = self.shapes(entry.tensor)
        names = tuple(s.variable or "" for s in entry.subscripts)
        if shape is None or len(shape) != len(names):
            return None
        return names if all(self.ends.get(n) == s for n, s in zip(names, shape, strict=True)) else None

    @staticmethod
    def _size(index: Index) -> str:
        return str(index)


def _kind(term: Term) -> str:
    return term.kind if isinstance(term, Extremum) else "prod" if isinstance(term, Product) else "sum"
