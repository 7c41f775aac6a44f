"""A statement's lines at concrete sizes and entries, for callers who want the numbers themselves."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from symadj.oracle.counterexample import parse_entry_name, parse_number
from symadj.oracle.modes import exact_mode
from symadj.oracle.points import Point
from symadj.oracle.programs import Program, World
from symadj.oracle.sizes import SizeConditions
from symadj.oracle.trials import GradientTrial
from symadj.oracle.trying import Worlds
from symadj.oracle.unknowns import Polynomial, interpretations
from symadj.terms.statement import GradientClaim, Statement

Entries = dict[tuple[int, ...], Any]


def evaluate(
    statement: Statement,
    sizes: Mapping[str, int],
    entries: Mapping[str, Any],
    functions: Mapping[str, Polynomial] | None = None,
) -> dict[str, Entries]:
    """The value of every let of forward and backward, entry by entry.

    ``entries`` maps the notation's names (``"W[0, 1]"``, ``"c"``, ``"dy[0]"``) to exact numbers, or their text; what
    is not listed is 0. ``functions`` says what unknown functions stand for (a fixed polynomial, where not given).
    Values are ``int``, ``Fraction``, ``Interval`` or ``Complex``.

    Raises ``ValueError`` for sizes that the statement is not about, and for names or numbers that can't be read;
    ``Dropped`` where a value does not exist or can't be told; ``OutOfRange``; ``BudgetExceeded``.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="x: n", forward=["y[i] = x[i]**2"], backward=["dx[i] = x[i]*dy[i]"])
    >>> evaluate(of, {"n": 2}, {"x[1]": "3/2", "dy[1]": 4})
    {'y': {(0,): 0, (1,): Fraction(9, 4)}, 'dx': {(0,): 0, (1,): 6}}
    """
    program = Program(statement, exact_mode(statement.complex))
    world = _world(statement, program, sizes)
    point = read_entries(statement, world, entries, functions or {})
    frame = world.frame(point.values, point.functions)
    lets = (*statement.forward, *statement.backward)
    world.run([program.lets[let.name] for let in lets], frame)
    return {let.name: _by_subscripts(world, let.name, world.get(frame, let.name).data) for let in lets}


def gradient(
    statement: Statement,
    name: str,
    sizes: Mapping[str, int],
    entries: Mapping[str, Any],
    functions: Mapping[str, Polynomial] | None = None,
) -> Entries:
    """The actual gradient of the input ``name``: at each position p, ⟨D forward [e_p], cotangents⟩.

    Arguments and errors as for ``evaluate``; ``Undifferentiable`` (a ``Dropped``) at kinks of the forward map.

    >>> from symadj.notation import statement
    >>> of = statement(shapes="x: n", forward=["y[i] = x[i]**2"], backward=["dx[i] = x[i]*dy[i]"])
    >>> gradient(of, "x", {"n": 2}, {"x[1]": "3/2", "dy[1]": 4})
    {(0,): 0, (1,): 12}
    """
    worlds = Worlds(statement)
    trial = GradientTrial(worlds, GradientClaim(name, name))
    both = worlds.at(dict(sizes))
    world = _world(statement, worlds.exact, sizes)
    point = read_entries(statement, world, entries, functions or {})
    trial.check_smooth(both, point)
    return {at.subscripts: trial.actual_at("exact", both, point, at) for at in trial.positions(world)}


def _world(statement: Statement, program: Program, sizes: Mapping[str, int]) -> World:
    if not SizeConditions(statement).allow(sizes):
        raise ValueError(f"the statement {statement.name} is not about the sizes {dict(sizes)}")
    return program.at(sizes)


def _by_subscripts(world: World, name: str, data: list[Any]) -> Entries:
    return dict(zip(product(*map(range, world.shapes[name])), data, strict=True))


def read_entries(
    statement: Statement, world: World, entries: Mapping[str, Any], functions: Mapping[str, Polynomial]
) -> Point:
    """The point that the entries make. Raises ``ValueError``."""
    names = [*(t.name for t in statement.inputs), *("d" + o for o in statement.outputs)]
    values: dict[str, dict[tuple[int, ...], Any]] = {
        n: dict.fromkeys(product(*map(range, world.shapes[n])), 0) for n in names
    }
    for key, value in entries.items():
        name, subscripts = parse_entry_name(key)
        if name not in values or subscripts not in values[name]:
            raise ValueError(f"no such entry: {key!r}")
        values[name][subscripts] = parse_number(value).exact if isinstance(value, str) else value
        if values[name][subscripts] is None:
            raise ValueError(f"not an exact number: {value!r}")
    chosen = {f: functions.get(f) or interpretations(arity)[0] for f, arity in statement.functions.items()}
    return Point({n: list(v.values()) for n, v in values.items()}, chosen)
