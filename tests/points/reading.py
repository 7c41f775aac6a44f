"""Test reading: sums of products, written as in the notation, to ``PointTerm``.

``read("sum(w[j]*x[i+j] for j in range(k)) - y[i]", "n k")``: names in the second argument are sizes, other bare names
are indices. Everything is multiplied out: no powers of sums, no division but by numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from fractions import Fraction
from itertools import count

from symadj.points.terms import PointTerm, SizeContext
from symadj.terms.index import Index, constant, floor_div, lookup, remainder, size, var
from symadj.terms.nodes import All, Condition, IndexCondition, Not, Some

Ranges = dict[str, tuple[Index, Index]]


class Reader:
    """Reads with the given names of sizes and integer tensors."""

    def __init__(self, sizes: Iterable[str], tables: Iterable[str] = ()) -> None:
        self.sizes = set(sizes)
        self.tables = set(tables)
        self.fresh = count()

    # -------------------------------------------------------------------------------------------- integers

    def index(self, text: str) -> Index:
        return self._index(ast.parse(text.strip(), mode="eval").body, {})

    def _index(self, node: ast.expr, names: dict[str, str]) -> Index:
        match node:
            case ast.Constant(value) if isinstance(value, int):
                return constant(value)
            case ast.Name(name) if name in self.tables:
                return lookup(name, ())
            case ast.Name(name):
                return size(name) if name in self.sizes else var(names.get(name, name))
            case ast.UnaryOp(ast.USub(), operand):
                return -self._index(operand, names)
            case ast.BinOp(left, operator, right):
                a, b = self._index(left, names), self._index(right, names)
                match operator:
                    case ast.Add():
                        return a + b
                    case ast.Sub():
                        return a - b
                    case ast.Mult():
                        return a * b
                    case ast.FloorDiv():
                        return floor_div(a, b)
                    case ast.Mod():
                        return remainder(a, b)
            case ast.Subscript(ast.Name(name), at):
                return lookup(name, self._subscripts(at, names))
        raise ValueError(ast.dump(node))

    def _subscripts(self, node: ast.expr, names: dict[str, str]) -> tuple[Index, ...]:
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        return tuple(self._index(part, names) for part in parts)

    # -------------------------------------------------------------------------------------------- conditions

    def condition(self, text: str) -> Condition:
        return self._condition(ast.parse(text, mode="eval").body, {})

    def _condition(self, node: ast.expr, names: dict[str, str]) -> Condition:
        match node:
            case ast.BoolOp(operator, values):
                parts = tuple(self._condition(v, names) for v in values)
                return All(parts) if isinstance(operator, ast.And) else Some(parts)
            case ast.UnaryOp(ast.Not(), operand):
                return Not(self._condition(operand, names))
            case ast.Compare(left, operators, rights):
                found = []
                for operator, right in zip(operators, rights, strict=True):
                    found.append(self._compare(operator, self._index(left, names), self._index(right, names)))
                    left = right
                return found[0] if len(found) == 1 else All(tuple(found))
        raise ValueError(ast.dump(node))

    @staticmethod
    def _compare(operator: ast.cmpop, a: Index, b: Index) -> Condition:
        match operator:
            case ast.Eq():
                return IndexCondition("==", a - b)
            case ast.NotEq():
                return Not(IndexCondition("==", a - b))
            case ast.Lt():
                return IndexCondition(">=", b - a - 1)
            case ast.LtE():
                return IndexCondition(">=", b - a)
            case ast.Gt():
                return IndexCondition(">=", a - b - 1)
        return IndexCondition(">=", a - b)

    # -------------------------------------------------------------------------------------------- terms

    def terms(self, text: str) -> list[PointTerm]:
        return self._terms(ast.parse(text.strip(), mode="eval").body, {})

    def _terms(self, node: ast.expr, names: dict[str, str]) -> list[PointTerm]:
        match node:
            case ast.Constant(value):
                return [PointTerm(Fraction(value))] if value else []
            case ast.Name(name):
                return [PointTerm(Fraction(1), weight=((names.get(name, name), 1),))]
            case ast.UnaryOp(ast.USub(), operand):
                return [_scaled(t, -1) for t in self._terms(operand, names)]
            case ast.BinOp(left, ast.Add(), right):
                return self._terms(left, names) + self._terms(right, names)
            case ast.BinOp(left, ast.Sub(), right):
                return self._terms(left, names) + [_scaled(t, -1) for t in self._terms(right, names)]
            case ast.BinOp(left, ast.Mult(), right):
                return [_times(a, b) for a in self._terms(left, names) for b in self._terms(right, names)]
            case ast.BinOp(left, ast.Div(), ast.Constant(value)):
                return [_scaled(t, Fraction(1, value)) for t in self._terms(left, names)]
            case ast.BinOp(left, ast.Pow(), ast.Constant(value)):
                result = self._terms(left, names)
                for _ in range(value - 1):
                    result = [_times(a, b) for a in result for b in self._terms(left, names)]
                return result
            case ast.Subscript(ast.Name(name), at) if name not in self.tables:
                return [PointTerm(Fraction(1), atoms=((name, self._subscripts(at, names), 1),))]
            case ast.IfExp(test, body, otherwise):
                condition = self._condition(test, names)
                return [_guarded(t, condition) for t in self._terms(body, names)] + [
                    _guarded(t, Not(condition)) for t in self._terms(otherwise, names)
                ]
            case ast.Compare() | ast.BoolOp():
                return [PointTerm(Fraction(1), conditions=(self._condition(node, names),))]
            case ast.Call(ast.Name("sum"), [ast.GeneratorExp(element, generators)]):
                return self._sum(element, generators, dict(names))
        raise ValueError(ast.dump(node))

    def _sum(self, element: ast.expr, generators: list[ast.comprehension], names: dict[str, str]) -> list[PointTerm]:
        binders = []
        conditions: list[Condition] = []
        for generator in generators:
            ends = [self._index(end, names) for end in generator.iter.args]  # type: ignore[attr-defined]
            lower, upper = (constant(0), ends[0]) if len(ends) == 1 else ends
            name = generator.target.id  # type: ignore[attr-defined]
            fresh = f"{name}_{next(self.fresh)}"
            names[name] = fresh
            binders.append((fresh, lower, upper))
            conditions += [self._condition(test, names) for test in generator.ifs]
        return [
            PointTerm(t.coefficient, t.weight, t.rest, t.atoms, (*binders, *t.binders), (*conditions, *t.conditions))
            for t in self._terms(element, names)
        ]


def _scaled(term: PointTerm, factor: Fraction | int) -> PointTerm:
    return PointTerm(term.coefficient * factor, term.weight, term.rest, term.atoms, term.binders, term.conditions)


def _guarded(term: PointTerm, condition: Condition) -> PointTerm:
    return PointTerm(term.coefficient, term.weight, term.rest, term.atoms, term.binders, (*term.conditions, condition))


def _times(a: PointTerm, b: PointTerm) -> PointTerm:
    return PointTerm(
        a.coefficient * b.coefficient,
        a.weight + b.weight,
        (),
        a.atoms + b.atoms,
        a.binders + b.binders,
        a.conditions + b.conditions,
    )


class Case:
    """``left - right`` for free indices in their ranges, and the sizes' context."""

    def __init__(
        self,
        left: str,
        right: str = "0",
        *,
        sizes: str,
        free: str = "",
        integers: str = "",
        assume: Iterable[str] = (),
        tables: dict[str, str] | None = None,
    ) -> None:
        names = sizes.split()
        parameters = integers.split()
        reader = Reader([*names, *parameters], tables or {})
        self.terms = reader.terms(f"({left}) - ({right})")
        self.free: Ranges = {}
        for part in filter(None, (p.strip() for p in free.split(","))):
            name, _, ends = part.partition(":")
            lower, _, upper = ends.rpartition("..")
            self.free[name.strip()] = (reader.index(lower or "0"), reader.index(upper))
        self.context = SizeContext(
            tuple(names),
            tuple(parameters),
            tuple(reader.condition(text) for text in assume),
            {name: reader.index(below) for name, below in (tables or {}).items()},
        )
