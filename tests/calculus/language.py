"""Programs for these tests, written in the notation: a small reader and a formatter.

They share no code with symadj's own, so that a test here stands on its own feet.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symadj.terms.index import Index, constant, floor_div, lookup, remainder, size, var
from symadj.terms.nodes import (
    FUNCTIONS,
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
    add,
    at_most,
    divide,
    less,
    mul,
    negate,
    number,
    same,
)
from symadj.terms.statement import Assumption, Let, Shape

# ------------------------------------------------------------------------------------------------ reading


@dataclass
class Program:
    """Lines with the shapes of the tensors around them."""

    lets: tuple[Let, ...]
    shapes: dict[str, Shape]
    inputs: dict[str, Shape] = field(default_factory=dict)
    integers: frozenset[str] = frozenset()


@dataclass
class Reader:
    """Reads expressions; ``shapes`` tells tensors from sizes, ``integers`` are the integer tensors."""

    shapes: dict[str, Shape]
    integers: frozenset[str] = frozenset()
    indices: tuple[str, ...] = ()

    def index(self, node: ast.expr, bound: frozenset[str]) -> Index:
        match node:
            case ast.Constant(int(value)):
                return constant(value)
            case ast.Name(name):
                return var(name) if name in bound else lookup(name, ()) if name in self.integers else size(name)
            case ast.UnaryOp(ast.USub(), operand):
                return -self.index(operand, bound)
            case ast.BinOp(left, operator, right):
                a, b = self.index(left, bound), self.index(right, bound)
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
            case ast.Subscript(ast.Name(name), _) if name in self.integers:
                return lookup(name, self.subscripts(node, bound))
        raise ValueError(ast.unparse(node))

    def subscripts(self, node: ast.Subscript, bound: frozenset[str]) -> tuple[Index, ...]:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return tuple(self.index(p, bound) for p in parts)

    def is_index(self, node: ast.expr, bound: frozenset[str]) -> bool:
        try:
            self.index(node, bound)
        except ValueError:
            return False
        tensors = self.shapes.keys() - self.integers
        return not any(isinstance(n, ast.Name) and n.id in tensors for n in ast.walk(node))

    def term(self, node: ast.expr, bound: frozenset[str]) -> Term:
        match node:
            case ast.Constant(complex()):
                return Constant("1j")
            case ast.Constant(value):
                return number(Fraction(str(value)))
            case ast.Name("pi"):
                return Constant("pi")
            case ast.Name(name) if name in self.shapes:
                return Entry(name, ())
            case ast.Name():
                return IndexValue(self.index(node, bound))
            case ast.Subscript(ast.Attribute(ast.Name(stem), rest), _):
                return Entry(f"{stem}.{rest}", self.subscripts(node, bound))
            case ast.Subscript(ast.Name(name), _):
                if name in self.integers:
                    return IndexValue(self.index(node, bound))
                return Entry(name, self.subscripts(node, bound))
            case ast.Subscript(ast.Call(ast.Name("inv"), [ast.Name(tensor)]), _):
                return Inverse(tensor, self.subscripts(node, bound))
            case ast.UnaryOp(ast.USub(), operand):
                return negate(self.term(operand, bound))
            case ast.BinOp(left, operator, right):
                return self.binary(self.term(left, bound), operator, self.term(right, bound))
            case ast.IfExp(test, body, orelse):
                return Select(self.condition(test, bound), self.term(body, bound), self.term(orelse, bound))
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(ast.Not(), _):
                return Indicator(self.condition(node, bound))
            case ast.Call():
                return self.call(node, bound)
        raise ValueError(ast.unparse(node))

    def binary(self, a: Term, operator: ast.operator, b: Term) -> Term:
        match operator:
            case ast.Add():
                return add(a, b)
            case ast.Sub():
                return add(a, negate(b))
            case ast.Mult():
                return mul(a, b)
            case ast.Div():
                return divide(a, b)
            case ast.Pow():
                if isinstance(b, Mul) and all(isinstance(f, Number) for f in b.factors):
                    b = number(math.prod(f.value for f in b.factors if isinstance(f, Number)))
                return Power(a, b)
        raise ValueError(operator)

    def call(self, node: ast.Call, bound: frozenset[str]) -> Term:
        if isinstance(node.func, ast.Call):  # D(f)(x), D(g, 0)(a, b)
            function, *places = node.func.args
            assert isinstance(function, ast.Name)
            arguments = tuple(self.term(a, bound) for a in node.args)
            place = places[0].value if places and isinstance(places[0], ast.Constant) else 0
            return Apply(function.id, tuple(int(k == place) for k in range(len(arguments))), arguments)
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if node.args and isinstance(node.args[0], ast.GeneratorExp):
            return self.generator(name, node.args[0].elt, node.args[0].generators, bound)
        if name == "det" and isinstance(node.args[0], ast.Name):
            return Determinant(node.args[0].id, ())
        arguments = tuple(self.term(a, bound) for a in node.args)
        if name == "sqrt":
            return Power(arguments[0], number(Fraction(1, 2)))
        name = {"max": "maximum", "min": "minimum"}.get(name, name)
        if name in FUNCTIONS:
            return Call(name, arguments)
        return Apply(name, (0,) * len(arguments), arguments)

    def generator(self, name: str, body: ast.expr, clauses: list[ast.comprehension], bound: frozenset[str]) -> Term:
        clause, *rest = clauses
        assert isinstance(clause.target, ast.Name)
        assert isinstance(clause.iter, ast.Call)
        ends = [self.index(a, bound) for a in clause.iter.args]
        lower, upper = ends if len(ends) == 2 else (constant(0), ends[0])
        inner = bound | {clause.target.id}
        tests = [self.condition(t, inner) for t in clause.ifs]
        condition = None if not tests else tests[0] if len(tests) == 1 else All(tuple(tests))
        binder = Binder(clause.target.id, lower, upper, condition)
        term = self.generator(name, body, rest, inner) if rest else self.term(body, inner)
        match name:
            case "sum":
                return Sum(binder, term)
            case "prod":
                return Product(binder, term)
            case "max" | "min":
                return Extremum(name, binder, term)
        raise ValueError(name)

    def condition(self, node: ast.expr, bound: frozenset[str]) -> Condition:
        match node:
            case ast.BoolOp(ast.And(), values):
                return All(tuple(self.condition(v, bound) for v in values))
            case ast.BoolOp(ast.Or(), values):
                return Some(tuple(self.condition(v, bound) for v in values))
            case ast.UnaryOp(ast.Not(), operand):
                return Not(self.condition(operand, bound))
            case ast.Compare(left, operators, comparators):
                operands = [left, *comparators]
                parts = [
                    self.compare(a, o, b, bound) for a, o, b in zip(operands, operators, operands[1:], strict=False)
                ]
                return parts[0] if len(parts) == 1 else All(tuple(parts))
        raise ValueError(ast.unparse(node))

    def compare(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, bound: frozenset[str]) -> Condition:
        if isinstance(operator, ast.NotEq):
            return Not(self.compare(left, ast.Eq(), right, bound))
        if self.is_index(left, bound) and self.is_index(right, bound):
            a, b = self.index(left, bound), self.index(right, bound)
            match operator:
                case ast.Eq():
                    return same(a, b)
                case ast.Lt():
                    return less(a, b)
                case ast.LtE():
                    return at_most(a, b)
                case ast.Gt():
                    return less(b, a)
                case ast.GtE():
                    return at_most(b, a)
        x, y = self.term(left, bound), self.term(right, bound)
        match operator:
            case ast.Eq():
                return ValueCondition("==", x, y)
            case ast.Lt():
                return ValueCondition("<", x, y)
            case ast.LtE():
                return ValueCondition("<=", x, y)
            case ast.Gt():
                return ValueCondition("<", y, x)
            case ast.GtE():
                return ValueCondition("<=", y, x)
        raise ValueError(operator)


def read_shapes(text: str) -> tuple[dict[str, Shape], frozenset[str]]:
    """``"W: m n, x: n, idx: t in range(v)"`` as shapes, and the names of the integer tensors."""
    shapes: dict[str, Shape] = {}
    integers = set()
    reader = Reader({})
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, axes = part.partition(":")
        axes, marked, _ = axes.partition(" in ") if " in " in axes else (axes, "", "")
        shapes[name.strip()] = tuple(reader.index(ast.parse(a, mode="eval").body, frozenset()) for a in axes.split())
        if marked or part.endswith("]") or " in " in part:
            integers.add(name.strip())
    return shapes, frozenset(integers)


def read(shapes: str, *lines: str) -> Program:
    """The lines over the tensors of ``shapes``; a line's axes are declared there or inferred."""
    declared, integers = read_shapes(shapes)
    lets: list[Let] = []
    defined = {line.partition("=")[0].partition("[")[0].strip() for line in lines}
    inputs = {n: s for n, s in declared.items() if n not in defined and n not in integers}
    for line in lines:
        lets.append(read_line(line, declared, integers))
        declared = {**declared, lets[-1].name: lets[-1].shape}
    return Program(tuple(lets), declared, inputs, integers)


def read_line(line: str, shapes: dict[str, Shape], integers: frozenset[str] = frozenset()) -> Let:
    """One index line."""
    left, _, right = line.partition(" = ")
    name, _, rest = left.strip().partition("[")
    indices = tuple(i.strip() for i in rest.rstrip("]").split(",")) if rest else ()
    reader = Reader({**shapes, name: ()} if name not in shapes else shapes, integers)
    node = ast.parse(right.strip(), mode="eval").body
    body = reader.term(node, frozenset(indices))
    shape = shapes.get(name, shapes.get(name[1:], ()) if name.startswith("d") else ())
    if name not in shapes and not (name.startswith("d") and name[1:] in shapes):
        shape = tuple(_inferred(i, body, shapes) for i in indices)
    return Let(name, indices, shape, body)


def _inferred(index: str, term: Term, shapes: Mapping[str, Shape]) -> Index:
    from symadj.terms.nodes import walk

    for inner in walk(term):
        if isinstance(inner, Entry | Inverse):
            for subscript, axis in zip(inner.subscripts, shapes[inner.tensor], strict=True):
                if subscript.variable == index:
                    return axis
    raise ValueError(f"no range for {index}")


def read_assumption(text: str, program: Program) -> Assumption:
    """``"x[i] != 0"``, for all values of the free indices that the tensors' axes allow."""
    node = ast.parse(text, mode="eval").body
    bound = {n.target.id for n in ast.walk(node) if isinstance(n, ast.comprehension) and isinstance(n.target, ast.Name)}
    sizes = {s for shape in program.shapes.values() for n in shape for s in n.sizes()}
    ranges: dict[str, Index] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name):
            subscripts = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
            for subscript, axis in zip(subscripts, program.shapes[part.value.id], strict=True):
                if isinstance(subscript, ast.Name) and subscript.id not in bound | sizes | program.shapes.keys():
                    ranges.setdefault(subscript.id, axis)
    reader = Reader(dict(program.shapes), program.integers)
    return Assumption(tuple(ranges.items()), reader.condition(node, frozenset(ranges)))


# ------------------------------------------------------------------------------------------------ writing


def show(let: Let) -> str:
    """A line as text, fully parenthesised where it matters little; for reading failures."""
    head = f"{let.name}[{','.join(let.indices)}]" if let.indices else let.name
    return f"{head} = {show_term(let.body)}"


def show_term(term: Term) -> str:
    match term:
        case Number(value):
            return str(value)
        case Constant(name):
            return name
        case IndexValue(index):
            return f"({index})"
        case Entry(tensor, subscripts):
            return f"{tensor}[{','.join(map(str, subscripts))}]" if subscripts else tensor
        case Inverse(tensor, subscripts):
            return f"inv({tensor})[{','.join(map(str, subscripts))}]"
        case Determinant(tensor, _):
            return f"det({tensor})"
        case Add(terms):
            return "(" + " + ".join(map(show_term, terms)) + ")"
        case Mul(factors):
            return "*".join(map(show_term, factors))
        case Power(base, exponent):
            return f"({show_term(base)})**({show_term(exponent)})"
        case Call(function, arguments):
            return f"{function}({', '.join(map(show_term, arguments))})"
        case Apply(function, orders, arguments):
            return f"{function}{list(orders)}({', '.join(map(show_term, arguments))})"
        case Sum(binder, body):
            return f"sum({show_term(body)}{show_binder(binder)})"
        case Product(binder, body):
            return f"prod({show_term(body)}{show_binder(binder)})"
        case Extremum(kind, binder, body):
            return f"{kind}({show_term(body)}{show_binder(binder)})"
        case Indicator(condition):
            return f"({show_condition(condition)})"
        case Select(condition, then, otherwise):
            return f"({show_term(then)} if {show_condition(condition)} else {show_term(otherwise)})"


def show_binder(binder: Binder) -> str:
    ends = f"{binder.lower}, {binder.upper}" if binder.lower.terms else str(binder.upper)
    test = "" if binder.condition is None else f" if {show_condition(binder.condition)}"
    return f" for {binder.index} in range({ends}){test}"


def show_condition(condition: Condition) -> str:
    match condition:
        case IndexCondition(relation, index):
            return f"{index} {relation} 0"
        case ValueCondition(relation, left, right):
            return f"{show_term(left)} {relation} {show_term(right)}"
        case All(parts):
            return "(" + " and ".join(map(show_condition, parts)) + ")"
        case Some(parts):
            return "(" + " or ".join(map(show_condition, parts)) + ")"
        case Not(part):
            return f"not {show_condition(part)}"
