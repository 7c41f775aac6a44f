"""The tree of an expression to its value: a scalar term, a condition, or an array.

One reader serves index lines and array lines, so both may be mixed: ``sum(W[i,j]*x[j] for j in range(n))`` is a term,
``W @ x`` an array, and ``trace(A)*x[i]`` a term again. What is outside the notation fails with the place and with what
was expected there.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NoReturn

from symadj.arrays import ArrayError, SymbolicArray, choose, lift, tensor
from symadj.notation import arithmetic, calls, conditions, subscripts
from symadj.notation.arithmetic import index_of, integer
from symadj.notation.lexical import Located
from symadj.notation.scope import RESERVED, Scope
from symadj.notation.values import CONDITIONS, Argument, Value, describe, is_scalar
from symadj.terms.index import Index, floor_div, lookup, remainder, size, var
from symadj.terms.nodes import Condition, Constant, Entry, Indicator, Number, Select, Term

MAX_DEPTH = 90

_Scalars = Callable[[Term, Term], Term]
_OPERATORS: dict[type[ast.operator], tuple[str, _Scalars | None, Callable[[Any, Any], object]]] = {
    ast.Add: ("+", arithmetic.plus, operator.add),
    ast.Sub: ("-", arithmetic.minus, operator.sub),
    ast.Mult: ("*", arithmetic.times, operator.mul),
    ast.Div: ("/", arithmetic.over, operator.truediv),
    ast.Pow: ("**", arithmetic.power, operator.pow),
    ast.MatMult: ("@", None, operator.matmul),
    ast.FloorDiv: ("//", None, operator.floordiv),
    ast.Mod: ("%", None, operator.mod),
}
_OUTSIDE = {
    ast.BitXor: "'^' is not in the notation: a power is written **",
    ast.BitAnd: "'&' is not in the notation: conditions are joined with and",
    ast.BitOr: "'|' is not in the notation: conditions are joined with or",
}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Reader:
    """Reads the expressions of one line.

    ``indices`` are the index names bound at this point, the line's own and those of the sums around; ``bound`` all that
    sums have bound so far. ``alone`` collects, for each index, the axis lengths at which it stood alone as a subscript.
    ``free``, where it is a dictionary, collects unknown names: the free indices of a hypothesis. ``met_arrays`` says
    whether an array was met. ``divisions`` are the sizes and parameters that integers were divided by, with
    what came out.
    """

    def __init__(self, scope: Scope, located: Located) -> None:
        self.scope = scope
        self.located = located
        self.builder = scope.builder
        self.indices: set[str] = set()
        self.alone: dict[str, list[tuple[Index, ast.expr]]] = {}
        self.free: dict[str, ast.Name] | None = None
        self.bound: set[str] = set()
        self.divisions: list[tuple[Index, Index]] = []
        self._depth = 0
        self.met_arrays = False

    def fail(self, node: ast.AST, message: str) -> NoReturn:
        """Raises the error ``message`` at ``node``."""
        raise self.located.at(node, message)

    # ---- values

    def value(self, node: ast.expr) -> Value:
        """The value of an expression: a term, a condition, an array, or a pair of arrays."""
        read = _READERS.get(type(node))
        if read is None:
            self.fail(node, f"{_outside(node)} is not in the notation")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail(node, f"the expression is nested deeper than {MAX_DEPTH}")
        try:
            return read(self, node)
        except ArrayError as error:
            raise self.located.at(node, error.message) from None
        except ZeroDivisionError:
            raise self.located.at(node, "division by zero") from None
        finally:
            self._depth -= 1

    def as_term(self, node: ast.expr, value: Value) -> Term:
        """``value``, of the expression ``node``, as a scalar."""
        if isinstance(value, CONDITIONS):
            return Indicator(value)
        if isinstance(value, SymbolicArray):
            self._not_scalar(node, value)
        if isinstance(value, tuple):
            self.fail(node, f"a scalar was expected, and this is {describe(value)}: take one with [0] or [1]")
        return value

    def _not_scalar(self, node: ast.expr, value: SymbolicArray) -> NoReturn:
        """The error of an array where a scalar was expected; where an entry lacks subscripts, it names that one."""
        found = subscripts.lacking(self, node)
        if found is not None:
            self.fail(*found)
        self.fail(node, f"a scalar was expected, and {self.located.source(node)!r} is {describe(value)}")

    def index(self, node: ast.expr, what: str) -> Index:
        """The integer expression that an expression is."""
        self.check_integer(node, what)
        return self.as_index(node, self.value(node), what)

    def check_integer(self, node: ast.expr, what: str) -> None:
        """Fails where an integer is divided with ``/``, of which Python makes a fraction."""
        if isinstance(node, ast.BinOp):
            for part in (node, node.left, node.right):
                if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div):
                    self.fail(part, f"{what} is an integer, and '/' makes a fraction: integers are divided with //")

    def as_index(self, node: ast.expr, value: Value, what: str) -> Index:
        """``value``, of the expression ``node``, as an integer expression."""
        index = index_of(value) if is_scalar(value) else None
        if index is None:
            text = self.located.source(node)
            self.fail(node, f"{what} is an integer expression of indices and sizes, and {text!r} is {describe(value)}")
        return index

    def condition(self, node: ast.expr) -> Condition:
        """The condition that an expression is; of a number, that it is not 0."""
        return self.as_condition(node, self.value(node))

    def as_condition(self, node: ast.expr, value: Value) -> Condition:
        """``value``, of the expression ``node``, as a condition."""
        if isinstance(value, CONDITIONS):
            return value
        if isinstance(value, SymbolicArray | tuple):
            self.fail(node, f"a condition on scalars was expected, and this is {describe(value)}")
        return arithmetic.truth(value)

    def array(self, node: ast.expr, value: Value) -> SymbolicArray:
        """``value`` as an array, a scalar as one of shape ``()``."""
        if isinstance(value, CONDITIONS):
            value = Indicator(value)
        if isinstance(value, tuple):
            self.fail(node, f"an array was expected, and this is {describe(value)}")
        return lift(self.builder, value)

    def settle(self, value: object) -> Value:
        """What array code returned: a scalar array becomes a term or a condition."""
        if isinstance(value, SymbolicArray) and not value.ndim:
            return value.condition if value.boolean else value.body
        return value  # type: ignore[return-value]

    # ---- names and constants

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        if name in self.indices:
            return integer(var(name))
        scope = self.scope
        if name in scope.tensors:
            shape = scope.tensors[name]
            return self.tensor(name, shape) if shape else Entry(name, ())
        if name in scope.sizes or name in scope.integers:
            return integer(size(name))
        if name in scope.tables:
            shape = scope.tables[name]
            return self.tensor(name, shape) if shape else integer(lookup(name, ()))
        if name == "pi":
            return Constant("pi")
        if name in scope.functions or name in RESERVED or (name == "D" and scope.functions):
            self.fail(node, f"{name!r} is a function: its arguments were expected, in round brackets")
        if self.free is not None and name not in scope.absent:
            self.free.setdefault(name, node)
            return integer(var(name))
        self.fail(node, scope.unknown(name))

    def meet_arrays(self) -> None:
        """Before the first array: its index names must not be the line's own."""
        if not self.met_arrays:
            self.met_arrays = True
            self.builder.reserve(*_IDENTIFIER.findall(self.located.code))

    def tensor(self, name: str, shape: tuple[Index, ...]) -> SymbolicArray:
        """The tensor ``name`` as an array."""
        self.meet_arrays()
        return tensor(self.builder, name, shape, integer=name in self.scope.tables)

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        if type(value) is int:
            return Number(Fraction(value))
        if type(value) is float:
            return Number(Fraction(self.located.number(node)))
        if type(value) is complex:
            if not self.scope.complex:
                self.fail(node, f"the imaginary number {self.located.source(node)} over the real field")
            return arithmetic.times(Number(Fraction(self.located.number(node))), Constant("1j"))
        self.fail(node, f"a number was expected, and {value!r} is none")

    # ---- operators

    def _binary(self, node: ast.BinOp) -> Value:
        spine: list[ast.BinOp] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            spine.append(left)
            left = left.left
        value, nested = self.value(left), 0
        for step in reversed(spine):
            nested += not isinstance(step.op, ast.Add | ast.Sub | ast.Mult | ast.Div)
            if self._depth + nested > MAX_DEPTH:
                self.fail(step, f"the expression is nested deeper than {MAX_DEPTH}")
            value = self._operate(step, left, value, self.value(step.right))
            left = step.left
        return value

    def _operate(self, node: ast.BinOp, left_node: ast.expr, left: Value, right: Value) -> Value:
        kind = type(node.op)
        if kind not in _OPERATORS:
            self.fail(node, _OUTSIDE.get(kind, "this operator is not in the notation"))
        sign, of_scalars, of_arrays = _OPERATORS[kind]
        if isinstance(left, SymbolicArray) or isinstance(right, SymbolicArray):
            try:
                return self.settle(of_arrays(self.array(node.left, left), self.array(node.right, right)))
            except ArrayError as error:
                self.fail(node, error.message)
        a, b = self.as_term(node.left, left), self.as_term(node.right, right)
        if of_scalars is None:
            return self._of_integers(node, sign, a, b)
        if kind is ast.Div and b == Number(Fraction(0)):
            self.fail(node.right, "division by zero")
        return of_scalars(a, b)

    def _of_integers(self, node: ast.BinOp, sign: str, left: Term, right: Term) -> Term:
        if sign == "@":
            self.fail(node, "'@' is of arrays, and both sides are scalars: scalars are multiplied with *")
        a, b = index_of(left), index_of(right)
        if a is None or b is None:
            side = node.left if a is None else node.right
            text = self.located.source(side)
            self.fail(side, f"'{sign}' is of integers (indices, sizes, integer tensors), and {text!r} is none")
        if b.value is not None and b.value <= 0:
            self.fail(node.right, f"'{sign}' by {b.value}: the divisor is a positive integer")
        if b.variables() or any(name not in self.scope.sizes | self.scope.integers for name in b.sizes()):
            self.fail(node.right, f"'{sign}' by {b}: the divisor is a positive integer or a size")
        result = floor_div(a, b) if sign == "//" else remainder(a, b)
        if b.value is None:
            self.divisions.append((b, result))
        return integer(result)

    def _unary(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            return conditions.negation(self, node)
        if isinstance(node.op, ast.Invert):
            self.fail(node, "'~' is not in the notation: a condition is negated with not")
        value = self.value(node.operand)
        if isinstance(value, SymbolicArray):
            return self.settle(-value if isinstance(node.op, ast.USub) else value)
        term = self.as_term(node.operand, value)
        return arithmetic.negative(term) if isinstance(node.op, ast.USub) else term

    def _choice(self, node: ast.IfExp) -> Value:
        condition = self.condition(node.test)
        then, otherwise = self.value(node.body), self.value(node.orelse)
        if isinstance(then, SymbolicArray) or isinstance(otherwise, SymbolicArray):
            return self.settle(
                choose(self.builder, condition, self.array(node.body, then), self.array(node.orelse, otherwise))
            )
        return Select(condition, self.as_term(node.body, then), self.as_term(node.orelse, otherwise))

    def _attribute(self, node: ast.Attribute) -> Value:
        if node.attr != "T":
            self.fail(node, f"'.{node.attr}' is not in the notation: '.T' is the only attribute")
        value = self.value(node.value)
        if not isinstance(value, SymbolicArray):
            self.fail(node, f"'.T' is of arrays, and {self.located.source(node.value)!r} is {describe(value)}")
        return value.T

    # ---- arguments of functions

    def argument(self, node: ast.expr) -> Argument:
        """An argument of an array function: a value, or a text, tuple, list, ``None``, ``True`` or ``False``."""
        if isinstance(node, ast.Tuple | ast.List):
            parts = [self.argument(part) for part in node.elts]
            return tuple(parts) if isinstance(node, ast.Tuple) else parts
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str | bool)):
            return node.value
        return self.as_argument(self.value(node))

    def as_argument(self, value: Value) -> Argument:
        """A value as array functions take it: an integer as an ``int`` or an ``Index``."""
        if isinstance(value, CONDITIONS):
            return lift(self.builder, Indicator(value))
        index = index_of(value) if is_scalar(value) else None
        if index is None:
            return value
        return index if index.value is None else index.value


def _outside(node: ast.expr) -> str:
    names: dict[type[ast.expr], str] = {
        ast.ListComp: "a list in square brackets with for (a sum takes the loop alone)",
        ast.Lambda: "lambda", ast.NamedExpr: "':='", ast.Dict: "a dictionary", ast.Set: "a set",
        ast.JoinedStr: "an f-string", ast.Tuple: "a tuple of values here", ast.List: "a list of values here",
        ast.Starred: "'*' before a value", ast.GeneratorExp: "a loop outside sum, prod, max and min",
        ast.Slice: "a slice here", ast.Await: "await", ast.SetComp: "a set", ast.DictComp: "a dictionary",
    }  # fmt: skip
    return names.get(type(node), type(node).__name__)


_READERS: dict[type[ast.expr], Callable[[Reader, Any], Value]] = {
    ast.Name: Reader._name, ast.Constant: Reader._constant, ast.BinOp: Reader._binary, ast.UnaryOp: Reader._unary,
    ast.IfExp: Reader._choice, ast.Subscript: subscripts.subscript, ast.Attribute: Reader._attribute,
    ast.Compare: conditions.comparison, ast.BoolOp: conditions.joined, ast.Call: calls.call,
}  # fmt: skip
