"""Index lines as array code: every index is an array of integers on an axis of its own.

A sum of products of whole arrays is an ``einsum``. Any other is computed on the grid of its indices and summed over the
axes of the bound ones: entries at affine subscripts are read with index arrays (kept inside the array where a guard
decides what is used), conditions become masks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symadj.calculus.rewriting import condition_variables, free_variables
from symadj.errors import Unsupported
from symadj.export.code.frameworks import Framework
from symadj.export.code.lowering import lowered
from symadj.export.code.sure import Sure
from symadj.terms.index import Floor, Index, Lookup, Mod, Var
from symadj.terms.nodes import (
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
)
from symadj.terms.statement import Let, Shape, Statement

Order = tuple[str, ...]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NEUTRAL = {"prod": "1", "max": "-float('inf')", "min": "float('inf')"}


class Grid:
    """Writes the statements of one line."""

    def __init__(
        self, framework: Framework, shapes: Callable[[str], Shape | None], number: Callable[[], int], statement: Statement
    ) -> None:
        self.framework = framework
        self.shapes = shapes
        self.number = number
        self.sure = Sure(statement)
        self.complex = statement.complex
        self.lines: list[str] = []
        self.ends: dict[str, Index] = {}

    def line(self, let: Let) -> list[str]:
        """The statements that compute the line."""
        self.ends = dict(zip(let.indices, let.shape, strict=True))
        value = self._whole(let.body, let.indices)
        self.lines.append(f"{let.name} = {value}")
        return self.lines

    # ---- arrays over the axes of an order

    def _whole(self, term: Term, order: Order) -> str:
        """An expression whose value has exactly the axes of ``order``."""
        match term:
            case Sum(_, _) if not order or set(order) <= free_variables(term):
                return self._reduction(term, order)
            case Entry(tensor, _) if self._plain(term) == order:
                return tensor
            case Entry() | Select() | Mul() if (found := lowered(self, term, order)) is not None:
                return found
            case _:
                text = self._on_grid(term, order)
                if not order:
                    return text
                lengths = ", ".join(self._size(self.ends[n]) for n in order)
                return f"{self.framework.prefix}.broadcast_to({self._array(text)}, ({lengths},))"

    def _array(self, text: str) -> str:
        return f"torch.as_tensor({text})" if self.framework.name == "torch" else text

    def _on_grid(self, term: Term, order: Order) -> str:
        """An expression that broadcasts against the axes of ``order``; what it needs is computed before."""
        return _Cell(self, order).term(term)

    def positioned(self, name: str, order: Order) -> str:
        """The integers of an index, on its axis."""
        place = order.index(name)
        after = ", 1" * (len(order) - place - 1)
        shape = f".reshape(-1{after})" if after else ""
        return f"{self.framework.prefix}.arange({self._size(self.ends[name])}){shape}"

    def part(self, term: Sum | Product | Extremum, order: Order) -> tuple[str, Order]:
        """A temporary array with the value of a reduction, over those axes of ``order`` that it depends on."""
        axes = tuple(n for n in order if n in free_variables(term))
        name = f"t{self.number()}"
        value = self._reduction(term, axes)
        self.lines.append(f"{name} = {value}")
        return name, axes

    def _reduction(self, term: Term, order: Order) -> str:
        kind = _kind(term)
        binders: list[Binder] = []
        body: Term = term
        while isinstance(body, Sum | Product | Extremum) and _kind(body) == kind:
            binders.append(body.binder)
            self._end(body.binder)
            body = body.body
        if kind == "sum":
            found = lowered(self, term, order) or self._einsum(body, binders, order)
            if found is not None:
                return found
        inner = (*order, *(b.index for b in binders))
        text = self._on_grid(body, inner)
        masks = [m for b in binders for m in self._masks(b, inner)]
        prefix = self.framework.prefix
        if masks:
            text = f"{prefix}.where({' & '.join(masks)}, {text}, {_NEUTRAL.get(kind, '0')})"
        lengths = ", ".join(self._size(self.ends[n]) for n in inner)
        text = f"{prefix}.broadcast_to({self._array(text)}, ({lengths},))"
        function = {"sum": "sum", "prod": "prod", "max": "amax", "min": "amin"}[kind]
        for _ in binders:
            text = f"{prefix}.{function}({text}, axis=-1)"
        return text

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
        cell = _Cell(self, order)
        found = []
        if binder.lower.terms:
            found.append(f"({cell.index(binder.lower)} <= {cell.index(_variable(binder.index))})")
        if binder.upper.variables():
            found.append(f"({cell.index(_variable(binder.index))} < {cell.index(binder.upper)})")
        if binder.condition is not None:
            found.append(f"({cell.condition(binder.condition)})")
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

    def named(self, text: str) -> str:
        """A temporary array with the value of an expression."""
        name = f"t{self.number()}"
        self.lines.append(f"{name} = {text}")
        return name

    def integers(self, index: Index, order: Order) -> str:
        """An integer expression over the axes of ``order``."""
        return _Cell(self, order).index(index)

    def operand(self, factor: Term, order: Order) -> tuple[str, Order]:
        if isinstance(factor, Entry):
            plain = self._plain(factor)
            if plain is not None:
                return factor.tensor, plain
        if isinstance(factor, Sum | Product | Extremum):
            return self.part(factor, order)
        axes = tuple(n for n in order if n in free_variables(factor))
        name = f"t{self.number()}"
        value = self._whole(factor, axes)
        self.lines.append(f"{name} = {value}")
        return name, axes

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


def _variable(name: str) -> Index:
    return Index((((Var(name),), 1),))


def _kind(term: Term) -> str:
    return term.kind if isinstance(term, Extremum) else "prod" if isinstance(term, Product) else "sum"


class _Cell:
    """Expressions on the grid of one order of axes."""

    def __init__(self, grid: Grid, order: Order) -> None:
        self.grid = grid
        self.order = order
        self.prefix = grid.framework.prefix

    def term(self, term: Term) -> str:
        """An expression in brackets where it needs them."""
        match term:
            case Number(value):
                return f"({value})" if value < 0 or value.denominator != 1 else str(value)
            case Constant(constant):
                return "math.pi" if constant == "pi" else constant
            case IndexValue(index):
                return f"({self.index(index)})"
            case Entry(tensor, subscripts):
                return self._entry(tensor, subscripts, self.grid.shapes(tensor))
            case Inverse(tensor, subscripts):
                shape = self.grid.shapes(tensor)
                return self._entry(f"{self.prefix}.linalg.inv({tensor})", subscripts, shape)
            case Determinant(tensor, subscripts):
                shape = self.grid.shapes(tensor)
                return self._entry(f"{self.prefix}.linalg.det({tensor})", subscripts, shape[:-2] if shape else None)
            case Add(terms):
                return f"({' + '.join(map(self.term, terms))})"
            case Mul(factors):
                return f"({'*'.join(map(self.term, factors))})"
            case Power(base, exponent):
                return f"({self._base(base)}**{self.term(exponent)})"
            case Call(function, arguments):
                return self.grid.framework.call(function, [self.term(a) for a in arguments])
            case Indicator(condition):
                return f"({self.condition(condition)})"
            case Select(condition, then, otherwise):
                parts = ", ".join([self.condition(condition), self.term(then), self.term(otherwise)])
                return f"{self.prefix}.where({parts})"
            case Sum() | Product() | Extremum():
                name, axes = self.grid.part(term, self.order)
                return self._placed(name, axes)
            case Apply(function, _, _):
                raise Unsupported(f"{function} is an unknown function: there is no code for it")

    def _base(self, base: Term) -> str:
        text = self.term(base)
        return f"float({text})" if isinstance(base, Number | IndexValue) and not free_variables(base) else text

    def _placed(self, name: str, axes: Order) -> str:
        if not axes or axes == self.order[len(self.order) - len(axes) :]:
            return name
        start = self.order.index(axes[0])
        return f"{name}[{', '.join(':' if n in axes else 'None' for n in self.order[start:])}]"

    def _entry(self, name: str, subscripts: Sequence[Index], shape: Shape | None) -> str:
        if not subscripts:
            return name
        names = tuple(s.variable for s in subscripts)
        ends = self.grid.ends
        if shape is not None and all(n is not None and ends.get(n) == s for n, s in zip(names, shape, strict=True)):
            axes = tuple(n for n in names if n is not None)
            if len(set(axes)) == len(axes) and axes == tuple(n for n in self.order if n in axes):
                return self._placed(name, axes)
        parts = [self._subscript(s, shape[k] if shape else None) for k, s in enumerate(subscripts)]
        return f"{name}[{', '.join(parts)}]"

    def _subscript(self, index: Index, length: Index | None) -> str:
        text = self.index(index)
        name = index.variable
        if length is None or index.value is not None or (name is not None and self.grid.ends.get(name) == length):
            return text
        if not index.variables() and not any(isinstance(a, Lookup) for a in index.atoms()):
            return text
        return f"{self.prefix}.clip({text}, 0, {length} - 1)"

    def index(self, index: Index) -> str:
        """An integer expression."""
        parts = []
        for monomial, coefficient in index.terms:
            number = f"({coefficient})" if coefficient < 0 else str(coefficient)
            factors = [] if coefficient == 1 and monomial else [number]
            factors += [self._atom(a) for a in monomial]
            parts.append("*".join(factors))
        return " + ".join(parts) or "0"

    def _atom(self, atom: object) -> str:
        match atom:
            case Var(name):
                return self.grid.positioned(name, self.order)
            case Floor(numerator, divisor):
                return f"(({self.index(numerator)})//({self.index(divisor)}))"
            case Mod(numerator, divisor):
                return f"(({self.index(numerator)})%({self.index(divisor)}))"
            case Lookup(tensor, subscripts):
                return self._entry(tensor, subscripts, self.grid.shapes(tensor))
            case _:
                return str(getattr(atom, "name", atom))

    def condition(self, condition: Condition) -> str:
        """A mask."""
        match condition:
            case IndexCondition(relation, index):
                text = f"({self.index(index)} {relation} 0)"
                return text if condition_variables(condition) or self._looks_up(index) else self._constant(text)
            case ValueCondition(relation, left, right):
                return f"({self.term(left)} {relation} {self.term(right)})"
            case All(parts):
                return f"({' & '.join(map(self.condition, parts))})" if parts else self._constant("True")
            case Some(parts):
                return f"({' | '.join(map(self.condition, parts))})" if parts else self._constant("False")
            case Not(part):
                return f"~{self.condition(part)}"

    @staticmethod
    def _looks_up(index: Index) -> bool:
        return any(isinstance(a, Lookup) for a in index.atoms())

    def _constant(self, text: str) -> str:
        function = "tensor" if self.grid.framework.name == "torch" else "array"
        return f"{self.prefix}.{function}({text})"
