"""Statements of strangers: each ends in a clear error, or a verdict, within its budget."""

from __future__ import annotations

import json

Keys = dict[str, object]
HUGE = "1" + "0" * 100


def _keys(forward: str | list[str], backward: str = "dx[i] = dy[i]", shapes: str = "x: n", **more: object) -> Keys:
    return {"shapes": shapes, "forward": forward, "backward": backward, **more}


def _nested(inner: str, depth: int, opening: str = "(", closing: str = ")") -> str:
    return opening * depth + inner + closing * depth


def _chain(rule: str, depth: int) -> list[str]:
    lines = [rule.replace("H", f"h{k}").replace("G", f"h{k + 1}") for k in range(depth)]
    return ["h0[i] = tanh(x[i])", *lines, f"y[i] = h{depth}[i]"]


def deep() -> dict[str, Keys]:
    """Nesting."""
    return {
        "brackets_50": _keys(f"y[i] = {_nested('x[i]', 50)}"),
        "brackets_5000": _keys(f"y[i] = {_nested('x[i]', 5000)}"),
        "signs_5000": _keys(f"y[i] = {'-' * 5000}x[i]"),
        "choices_50": _keys("y[i] = " + " if i == 0 else ".join(["x[i]"] * 50)),
        "choices_3000": _keys("y[i] = " + " if i == 0 else ".join(["x[i]"] * 3000)),
        "nots": _keys(f"y[i] = x[i]*({'not ' * 60}(i == 0))"),
        "exponentials": _keys(f"y[i] = {_nested('x[i]', 40, 'exp(')}"),
        "sums": _keys(f"y = {'sum(' * 20}x[0]" + "".join(f" for a{k} in range(n))" for k in range(20)), "dx[i] = dy"),
        "floors": _keys(f"y[i] = x[{'(' * 100}i{')//2' * 100}]"),
        "lines": _keys(_chain("G[i] = H[i]*H[i]", 3000)),
        "assumptions": _keys("y = sum(x)", "dx[i] = 2*dy", assume="not " * 500 + "n > 3"),
    }


def huge() -> dict[str, Keys]:
    """Numbers."""
    found = {}
    for k, number in enumerate(("10**9", HUGE, "-10**9", "10**9 + 1/3", "1/10**9", "n**n", "2**0.5")):
        found[f"exponent_{k}"] = _keys(f"y[i] = x[i]**({number})", f"dx[i] = x[i]**({number})*dy[i]")
    for k, number in enumerate((HUGE, str(2**64))):
        found[f"size_{k}"] = _keys("y = sum(x)", "dx[i] = 2*dy", f"x: {number}")
        found[f"subscript_{k}"] = _keys(f"y = x[{number}]", "dx[i] = dy")
        found[f"range_{k}"] = _keys(f"y = sum(x[0]*j for j in range({number}))", "dx[i] = dy")
        found[f"product_{k}"] = _keys(f"y = prod(x[0] for j in range({number}))", "dx[i] = dy")
        found[f"assume_{k}"] = _keys("y = sum(x)", "dx[i] = 2*dy", assume=f"n >= {number}")
        found[f"shift_{k}"] = _keys(f"y[i] = x[i]*(i == {number})", "dx[i] = 0*dy[i]")
        found[f"modulus_{k}"] = _keys(f"y[i] = x[i]*(i % {number} == 0)", "dx[i] = 0*dy[i]")
        found[f"stride_{k}"] = _keys(f"y = sum(x[i] for i in range(n) if {number}*i < n)", "dx[i] = dy")
    return found | {
        "float": _keys("y = 1e400*x[0]", "dx[i] = dy"),
        "powers": _keys("y[i] = (((x[i]**1000)**1000)**1000)**1000"),
        "binomial": _keys("y[i] = (x[i] + 1)**1000", "dx[i] = 1000*(x[i] + 1)**998*dy[i]"),
    }


def wide() -> dict[str, Keys]:
    """Many of something; what cannot be done in the time is given up."""
    factors = "*".join(["x[i]"] * 1000)
    many = ", ".join(f"x{k}: n{k}" for k in range(200))
    return {
        "factors": _keys(f"y[i] = {factors}", f"dx[i] = {factors}*dy[i]"),
        "sums_of_entries": _keys("y[i] = " + "*".join(f"(x[i] + {k})" for k in range(300))),
        "sizes": _keys("y = " + "*".join(f"sum(x{k})" for k in range(200)), "dx0[i] = dy", many),
        "axes": _keys("y = sum(x)", "dx = x", "x: " + " ".join(["n"] * 30)),
        "conditions": _keys(
            "y = sum(x[i] for i in range(n) if " + " or ".join(f"i == {3 * k}" for k in range(60)) + ")", "dx[i] = dy"
        ),
        "rank_4": _keys(
            "y[i,j,k,l] = sum(x[i,j,a,b]*x[a,b,k,l] for a in range(n) for b in range(n))",
            "dx[i,j,k,l] = dy[i,j,k,l]",
            "x: n n n n",
            assume="n >= 9",
        ),
    }


def large() -> dict[str, Keys]:
    """Megabytes."""
    return {
        "lines_20000": _keys([f"h{k}[i] = x[i]" for k in range(20_000)] + ["y[i] = x[i]"]),
        "characters": _keys("y[i] = x[i]" + " + x[i]" * 150_000),
        "digits": _keys("y[i] = x[i]*" + "7" * 1_000_000),
        "name": _keys("y[i] = 1", shapes="x" * 1_000_000 + ": n"),
    }


def names() -> dict[str, Keys]:
    """Names of Python's own, look-alikes, and lines that refer to themselves."""
    found = {}
    taken = ("print", "eval", "self", "__import__", "__class__", "__builtins__", "None", "lambda", "sum", "n")
    alike = ("х", "ｘ", "x\u200b", "𝐱", "x\u0301", "\u202ex", "x\x1b[31m", "x\x00")
    for k, name in enumerate((*taken, *alike)):
        found[f"name_{k}"] = _keys(f"y[i] = {name}[i]", f"d{name}[i] = dy[i]", f"{name}: n")
    lines = (
        "y = x.__class__.__bases__[0].__subclasses__()", "y = __import__('os').system('true')", "y = eval('1')",
        "y = (lambda: 1)()", "y = [x for x in x]", "y = f'{x}'", "y = (z := 1)", "y = open('/etc/passwd')",
        "y = sum(*x)", "y = x[...]", "y = x[::0]", "y = await x", "import os", "del x", "y: int = 1", "y = x[0] % 0",
    )  # fmt: skip
    return (
        found
        | {f"line_{k}": _keys(line, "dx[i] = dy") for k, line in enumerate(lines)}
        | {
            "itself": _keys("y[i] = y[i] + x[i]"),
            "cycle": _keys(["a[i] = b[i] + x[i]", "b[i] = a[i]", "y[i] = b[i]"]),
            "twice": _keys(["h[i] = x[i]", "h[i] = h[i]*2", "y[i] = h[i]"]),
            "cotangent": {"shapes": "x: n", "forward": "y[i] = x[i]", "backward": ["dy[i] = 2*dy[i]", "dx[i] = dy[i]"]},
        }
    )


def toml(found: dict[str, Keys]) -> str:
    """The statements as a file; strings of JSON without escapes of surrogates are strings of TOML."""
    tables = []
    for name, keys in found.items():
        rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
        tables.append("\n".join([f"[{name}]", *rows]))
    return "\n\n".join(tables) + "\n"
