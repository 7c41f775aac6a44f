"""Calls: sums and the like over generators, functions of scalars, declared functions, and functions of arrays."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from symadj.arrays import ARRAY_FUNCTIONS, ArrayError, SymbolicArray
from symadj.arrays import apply_function as apply_to_arrays
from symadj.arrays import call as call_array_function
from symadj.notation import arithmetic
from symadj.notation.arithmetic import HALF
from symadj.notation.generators import over_generator
from symadj.notation.scope import GENERATORS, SCALAR_FUNCTIONS
from symadj.notation.values import Argument, Value, is_literal
from symadj.terms.nodes import Apply, Call, Number, Term

if TYPE_CHECKING:
    from symadj.notation.reader import Reader

MAX_VALUES = 60


def call(reader: Reader, node: ast.Call) -> Value:
    """The value of ``function(arguments)``."""
    if isinstance(node.func, ast.Call):
        return _declared(reader, node, *_derivative(reader, node.func))
    if isinstance(node.func, ast.Attribute):
        text = f"the notation has no methods and no modules: a function was expected, as in {node.func.attr}(…)"
        reader.fail(node.func, text)
    if not isinstance(node.func, ast.Name):
        reader.fail(node.func, "the name of a function was expected before the round brackets")
    name = node.func.id
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            reader.fail(argument, "'*' before an argument is not in the notation")
    if any(keyword.arg is None for keyword in node.keywords):
        reader.fail(node, "'**' before an argument is not in the notation")
    role = reader.scope.role(name)
    if name in reader.scope.functions:
        return _declared(reader, node, name, (0,) * reader.scope.functions[name])
    if name == "D":
        reader.fail(node, "D(f) is a function: its arguments were expected, as in D(f)(x)")
    if name in reader.indices or role not in ("a function", None):
        reader.fail(node.func, f"{name!r} is {role or 'an index'}, not a function: a product is written with *")
    if name == "range":
        reader.fail(node, "range stands only after 'for … in'")
    if name in GENERATORS:
        return _gathered(reader, node, name)
    if name in SCALAR_FUNCTIONS:
        return _of_scalars(reader, node, name)
    if name in ARRAY_FUNCTIONS:
        return _of_arrays(reader, node, name, [reader.argument(argument) for argument in node.args])
    reader.fail(node.func, reader.scope.unknown(name).replace("unknown name", "unknown function"))


# ------------------------------------------------------------------------------------------------ generators


def _gathered(reader: Reader, node: ast.Call, name: str) -> Value:
    if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
        if node.keywords:
            reader.fail(node.keywords[0].value, f"{name} over a loop takes no further arguments")
        return over_generator(reader, name, node.args[0])
    for argument in node.args:
        if isinstance(argument, ast.GeneratorExp):
            reader.fail(node, f"{name} over a loop takes no further arguments")
    if name not in ARRAY_FUNCTIONS or not node.args:
        reader.fail(node, f"{name} was expected to be over a loop, as in {name}(x[i] for i in range(n))")
    if any(map(is_literal, node.args)):
        return _of_arrays(reader, node, name, [reader.argument(argument) for argument in node.args])
    values = _values(reader, node)
    if len(values) > 1 and name in ("max", "min") and not any(isinstance(v, SymbolicArray) for v in values):
        if node.keywords:
            reader.fail(node.keywords[0].value, f"{name} of scalars takes no keyword {node.keywords[0].arg!r}")
        if len(values) > MAX_VALUES:
            reader.fail(node, f"{name} of {len(values)} values: at most {MAX_VALUES} are read")
        terms = [reader.as_term(part, value) for part, value in zip(node.args, values, strict=True)]
        return reduce(lambda a, b: Call("maximum" if name == "max" else "minimum", (a, b)), terms)
    return _of_arrays(reader, node, name, [reader.as_argument(value) for value in values])


def _values(reader: Reader, node: ast.Call) -> list[Value]:
    return [reader.value(argument) for argument in node.args]


# ------------------------------------------------------------------------------------------------ functions


def _of_scalars(reader: Reader, node: ast.Call, name: str) -> Value:
    if node.keywords:
        reader.fail(node.keywords[0].value, f"{name} takes no keyword {node.keywords[0].arg!r}")
    expected = SCALAR_FUNCTIONS[name]
    if len(node.args) != expected:
        reader.fail(node, f"{name} takes {_arguments(expected)}, and {_arguments(len(node.args), 'stands')} here")
    values = _values(reader, node)
    if any(isinstance(value, SymbolicArray) for value in values):
        return _of_arrays(reader, node, name, [reader.as_argument(value) for value in values])
    if name == "where":
        condition = reader.as_condition(node.args[0], values[0])
        then, otherwise = (reader.as_term(part, v) for part, v in zip(node.args[1:], values[1:], strict=True))
        return arithmetic.choose(condition, then, otherwise)
    return scalar_function(name, tuple(reader.as_term(part, v) for part, v in zip(node.args, values, strict=True)))


def scalar_function(name: str, arguments: tuple[Term, ...]) -> Term:
    """The known function ``name``; a square root is a power."""
    return arithmetic.power(arguments[0], Number(HALF)) if name == "sqrt" else Call(name, arguments)


def _arguments(count: int, verb: str = "") -> str:
    if verb:
        return f"1 argument {verb}" if count == 1 else f"{count} arguments stand"
    return "1 argument" if count == 1 else f"{count} arguments"


def _of_arrays(reader: Reader, node: ast.Call, name: str, positional: Sequence[Argument]) -> Value:
    reader.meet_arrays()
    keywords = {keyword.arg or "": reader.argument(keyword.value) for keyword in node.keywords}
    try:
        return reader.settle(call_array_function(reader.builder, name, *positional, **keywords))
    except ArrayError as error:
        reader.fail(node, error.message)


# ------------------------------------------------------------------------------------------------ declared functions


def _derivative(reader: Reader, node: ast.Call) -> tuple[str, tuple[int, ...]]:
    """``f`` or ``D(f)`` or ``D(g, 0)``, nested as one likes: the function and its orders of differentiation."""
    if not (isinstance(node.func, ast.Name) and node.func.id == "D" and reader.scope.functions):
        reader.fail(node, "a call of a call is not in the notation, but for D(f)(x) of a declared function f")
    if node.keywords or not 1 <= len(node.args) <= 2:
        reader.fail(node, "D(f) or, for a function of several arguments, D(f, 0) was expected")
    inner = node.args[0]
    if isinstance(inner, ast.Call):
        name, orders = _derivative(reader, inner)
    elif isinstance(inner, ast.Name) and inner.id in reader.scope.functions:
        name, orders = inner.id, (0,) * reader.scope.functions[inner.id]
    else:
        reader.fail(inner, f"D is of a declared function, and {reader.located.source(inner)!r} is none")
    place = 0
    if len(node.args) == 2:
        number = node.args[1]
        if not (isinstance(number, ast.Constant) and type(number.value) is int and number.value < len(orders)):
            reader.fail(number, f"the place of an argument of {name!r} was expected, from 0 to {len(orders) - 1}")
        place = number.value
    elif len(orders) > 1:
        reader.fail(node, f"{name!r} takes {len(orders)} arguments: D({name}, 0) says which one is meant")
    return name, tuple(order + (k == place) for k, order in enumerate(orders))


def _declared(reader: Reader, node: ast.Call, name: str, orders: tuple[int, ...]) -> Value:
    if node.keywords:
        reader.fail(node.keywords[0].value, f"{name} takes no keyword {node.keywords[0].arg!r}")
    if len(node.args) != len(orders):
        reader.fail(node, f"{name} takes {_arguments(len(orders))}, and {_arguments(len(node.args), 'stands')} here")
    values = _values(reader, node)
    if any(isinstance(value, SymbolicArray) for value in values):
        arrays = [reader.array(part, value) for part, value in zip(node.args, values, strict=True)]
        try:
            return reader.settle(apply_to_arrays(reader.builder, name, orders, *arrays))
        except ArrayError as error:
            reader.fail(node, error.message)
    return Apply(name, orders, tuple(reader.as_term(part, v) for part, v in zip(node.args, values, strict=True)))
