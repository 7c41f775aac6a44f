"""Both sides of a claim as explicit sympy expressions at concrete sizes. sympy is loaded on the first call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from symadj.errors import Unsupported
from symadj.oracle.complexes import Complex, complex_of, imaginary_part, real_part
from symadj.oracle.counterexample import entry_name
from symadj.oracle.duals import Dual, tangent_of, value_of
from symadj.oracle.failures import Undefined
from symadj.oracle.modes import Mode, exact_mode
from symadj.oracle.patterns import SMOOTH
from symadj.oracle.points import Equation, Hypotheses, Point, Points, assumed_equations
from symadj.oracle.programs import Program, World
from symadj.oracle.sides import sides
from symadj.oracle.sizes import SizeConditions
from symadj.terms.statement import Claim, GradientClaim, LinearClaim, Statement


@dataclass(frozen=True, slots=True)
class Explicit:
    """``left`` and ``right`` as expanded sympy expressions, and their expanded difference; ``at`` says of what.

    For a gradient: ⟨D forward [V], cotangents⟩ and ⟨V, claimed⟩, where ``vW[0,1]`` is an entry of the direction V.
    For ``equal``: both sides at one position. For linearity: ``f(a*x + b*x')`` and ``a*f(x) + b*f(x')``.
    """

    at: str
    left: Any
    right: Any
    difference: Any


def explicit(
    statement: Statement, claim: Claim, sizes: Mapping[str, int], tables: Mapping[str, Sequence[int]] | None = None
) -> tuple[Explicit, ...]:
    """The claim's two sides at concrete sizes: one pair for a gradient, else one for each position.

    Symbols are named as the notation writes entries, ``W[0,1]``; over the complex field an entry is
    ``re(W[0,1]) + im(W[0,1])*I`` with real symbols of these names. ``tables`` gives the integer tensors, row by row
    (some that ``assume`` allows, where not given). Conditions on entries become ``Piecewise``; equations that are
    assumed and affine in an entry, as ``A == A.T``, are solved for it.

    Raises ``ValueError`` for sizes that the statement is not about; ``Dropped`` where a side does not exist, as a zero
    denominator; ``OutOfRange``; ``BudgetExceeded``; ``Unsupported`` for equations that are solved for no entry.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="x: n", forward=["y[i] = x[i]**2"], backward=["dx[i] = x[i]*dy[i]"])
    >>> explicit(of, of.claims[0], {"n": 1})[0].difference
    dy[0]*vx[0]*x[0]
    """
    if not SizeConditions(statement).allow(sizes):
        raise ValueError(f"the statement {statement.name} is not about the sizes {dict(sizes)}")
    program = Program(statement, _sympy_mode(statement.complex))
    equations = assumed_equations(program)
    world = program.at(sizes)
    names = _direction_names(statement, claim, world)
    point = _point(statement, world, tables if tables is not None else _tables(statement, sizes))
    if equations:
        point = _solved(point, world, equations)
    rows = []
    for pair in sides(statement, claim, world, point, lambda: _symbol(next(names), statement.complex)):
        left, right = _plain(pair.left), _plain(pair.right)
        rows.append(Explicit(pair.at, left.expand(), right.expand(), (left - right).expand()))
    return tuple(rows)


def _point(statement: Statement, world: World, tables: Mapping[str, Sequence[int]]) -> Point:
    values: dict[str, list[Any]] = {}
    for tensor in statement.inputs:
        shape = world.shapes[tensor.name]
        if tensor.below is not None:
            values[tensor.name] = list(tables.get(tensor.name, [0] * prod(shape)))
        else:
            values[tensor.name] = _symbols(tensor.name, shape, statement.complex)
    for output in statement.outputs:
        values["d" + output] = _symbols("d" + output, world.shapes[output], statement.complex)
    return Point(values, {f: _Unknown(f) for f in statement.functions})  # type: ignore[misc]


def _tables(statement: Statement, sizes: Mapping[str, int]) -> dict[str, list[int]]:
    names = [tensor.name for tensor in statement.inputs if tensor.below is not None]
    if not names:
        return {}
    program = Program(statement, exact_mode(statement.complex))
    points = Points(Hypotheses(program), program.at(sizes)).generate(SMOOTH)
    return next(({name: point.values[name] for name in names} for point in points), {})


def _solved(point: Point, world: World, equations: Sequence[Equation]) -> Point:
    """The point with entries expressed by others, so that the equations hold. Raises ``Unsupported``."""
    found: dict[Any, Any] = {}
    for equation in equations:
        assumption = equation.assumption
        frame = world.frame(point.values, point.functions)
        world.run(world.program.needed(assumption.names, world.program.statement.forward), frame)
        for _ in assumption.instances(frame):
            for part in _plain(equation.left(frame) - equation.right(frame)).as_real_imag():
                residual = part.subs(found).expand()
                if residual == 0:
                    continue
                symbol, value = _affine(residual)
                found = {s: v.subs(symbol, value) for s, v in found.items()} | {symbol: value}

    def put(entry: Any) -> Any:
        if isinstance(entry, Complex):
            return Complex(put(entry.re), put(entry.im))
        return Expression(entry.expression.subs(found)) if isinstance(entry, Expression) else entry

    return Point({name: [put(v) for v in data] for name, data in point.values.items()}, point.functions)


def _affine(residual: Any) -> tuple[Any, Any]:
    """An entry in which the residual is affine with a number as its factor, and the value that makes it 0."""
    for symbol in sorted(residual.free_symbols, key=str, reverse=True):
        factor = residual.coeff(symbol, 1)
        rest = (residual - factor * symbol).expand()
        if factor.is_number and symbol not in rest.free_symbols:
            return symbol, (-rest / factor).expand()
    raise Unsupported("an assumed equation that is affine in no entry")


def _symbols(name: str, shape: tuple[int, ...], over_complex: bool) -> list[Any]:
    return [_symbol(_name(name, at), over_complex) for at in product(*map(range, shape))]


def _name(tensor: str, at: tuple[int, ...]) -> str:
    return entry_name(tensor, at).replace(" ", "")


def _direction_names(statement: Statement, claim: Claim, world: World) -> Any:
    """The names of the symbols that ``sides`` asks for, in its order."""
    if isinstance(claim, GradientClaim):
        for at in product(*map(range, world.shapes[claim.input])):
            yield _name("v" + claim.input, at)
    if isinstance(claim, LinearClaim):
        for at in product(*map(range, world.shapes[claim.input])):
            yield _name(claim.input + "'", at)
        yield "a"
        yield "b"


def _symbol(name: str, over_complex: bool) -> Any:
    if over_complex:
        return Complex(_real_symbol(f"re({name})"), _real_symbol(f"im({name})"))
    return _real_symbol(name)


def _real_symbol(name: str) -> Expression:
    import sympy

    return Expression(sympy.Symbol(name, real=True))


def _plain(value: Any) -> Any:
    """A value as a sympy expression."""
    import sympy

    re, im = (part.expression if isinstance(part, Expression) else sympy.sympify(part) for part in
              (real_part(value), imaginary_part(value)))  # fmt: skip
    return re + sympy.I * im


class Expression:
    """A sympy expression among the oracle's numbers; never changed after it is made."""

    __slots__ = ("expression",)

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def _of(self, other: Any) -> Any:
        if type(other) is Expression:
            return other.expression
        return other if isinstance(other, int | Fraction) else None

    def __add__(self, other: Any) -> Any:
        right = self._of(other)
        return NotImplemented if right is None else Expression(self.expression + right)

    __radd__ = __add__

    def __neg__(self) -> Expression:
        return Expression(-self.expression)

    def __sub__(self, other: Any) -> Any:
        right = self._of(other)
        return NotImplemented if right is None else Expression(self.expression - right)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        right = self._of(other)
        return NotImplemented if right is None else Expression(self.expression * right)

    __rmul__ = __mul__

    def reciprocal(self) -> Expression:
        """1/x. Raises ``Undefined`` for zero."""
        if self.expression == 0:
            raise Undefined("a zero denominator")
        return Expression(1 / self.expression)

    def integer_power(self, exponent: int) -> Expression:
        """``x ** exponent``."""
        return Expression(self.expression**exponent)

    def rational_power(self, exponent: Fraction) -> Expression:
        """``x ** exponent``."""
        import sympy

        return Expression(self.expression ** sympy.Rational(exponent.numerator, exponent.denominator))

    def sign(self) -> int:
        """Of a number. Raises ``Undefined`` for anything else."""
        if self.expression.is_zero:
            return 0
        if self.expression.is_positive or self.expression.is_negative:
            return 1 if self.expression.is_positive else -1
        raise Undefined("the sign of an expression")

    def call(self, function: str) -> Expression:
        """A known function."""
        import sympy

        x = self.expression
        own = {
            "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "abs": sympy.Abs, "sign": sympy.sign,
            "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)), "softplus": lambda z: sympy.log(1 + sympy.exp(z)),
        }  # fmt: skip
        return Expression(own[function](x) if function in own else getattr(sympy, function)(x))

    def pi(self) -> Expression:
        """π."""
        import sympy

        return Expression(sympy.pi)


class _Unknown:
    """A declared function: ``f(x)``, its derivatives ``D(f)(x)`` and ``D(g, 0)(x, y)``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def apply(self, orders: tuple[int, ...], arguments: Sequence[Any]) -> Any:
        """A partial derivative at the arguments."""
        plain = [_plain(value_of(a)) for a in arguments]
        tangent: Any = 0
        for k, argument in enumerate(arguments):
            if type(argument) is Dual:
                higher = tuple(order + int(j == k) for j, order in enumerate(orders))
                tangent = tangent + self._at(higher, plain) * tangent_of(argument)
        value = self._at(orders, plain)
        return Dual(value, tangent) if any(type(a) is Dual for a in arguments) else value

    def _at(self, orders: tuple[int, ...], arguments: list[Any]) -> Expression:
        import sympy

        name = self.name
        for k, order in enumerate(orders):
            for _ in range(order):
                name = f"D({name})" if len(orders) == 1 else f"D({name}, {k})"
        return Expression(sympy.Function(name)(*arguments))


# ------------------------------------------------------------------------------------------------ the mode


def _sympy_mode(over_complex: bool) -> Mode:
    import sympy

    return Mode(
        "sympy",
        lambda value: Expression(sympy.Rational(value.numerator, value.denominator)),
        lambda: Expression(sympy.pi),
        complex_of(Expression(sympy.Integer(0)), Expression(sympy.Integer(1))),
        over_complex,
        _compare,
        _select,
        _extremum,
    )


def _compare(relation: str, left: Any, right: Any) -> Any:
    import sympy

    a, b = _plain(value_of(left)), _plain(value_of(right))
    condition = {"==": sympy.Eq, "<": sympy.Lt, "<=": sympy.Le}[relation](a, b)
    return bool(condition) if condition in (sympy.true, sympy.false) else condition


def _select(condition: Any, then: Any, otherwise: Any) -> Any:
    import sympy

    if any(isinstance(branch, bool) or getattr(branch, "is_Boolean", False) for branch in (then, otherwise)):
        return sympy.ITE(condition, sympy.sympify(then), sympy.sympify(otherwise))
    if type(then) is Dual or type(otherwise) is Dual:
        value = _select(condition, value_of(then), value_of(otherwise))
        return Dual(value, _select(condition, tangent_of(then), tangent_of(otherwise)))
    if type(then) is Complex or type(otherwise) is Complex:
        re = _select(condition, real_part(then), real_part(otherwise))
        return Complex(re, _select(condition, imaginary_part(then), imaginary_part(otherwise)))
    return Expression(sympy.Piecewise((_plain(then), condition), (_plain(otherwise), True)))


def _extremum(values: list[Any], greatest: bool) -> Any:
    if not values:
        raise Undefined("a maximum or minimum over nothing")
    best = values[0]
    for value in values[1:]:
        better = _compare("<", best, value) if greatest else _compare("<", value, best)
        best = (value if better else best) if isinstance(better, bool) else _select(better, value, best)
    return best
