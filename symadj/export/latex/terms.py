"""Terms in LaTeX, and how wide they will be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symadj.derivation.layout import DEEPEST, broken_before, lines, unmarked
from symadj.derivation.symbols import symbol
from symadj.derivation.writing import ATOM, PRODUCT, Writer, Written
from symadj.export.latex.names import index_name, name_latex
from symadj.terms.index import Floor, Index, IndexAtom, Lookup, Mod
from symadj.terms.nodes import Binder

_KNOWN = frozenset(
    {"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "max", "min"}
)
_RELATIONS = {
    "<=": r"\le",
    ">=": r"\ge",
    "!=": r"\ne",
    "==": "=",
    "<": "<",
    ">": ">",
    "and": r"\text{ and }",
    "or": r"\text{ or }",
    "not": r"\text{not }",
}
_HEADS = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min"}
_SHORT, _BRANCH = 14, 44
_SPACE = 0.7


class LatexWriter(Writer):
    """Terms as LaTeX in display mathematics."""

    minus = "-"

    def entry(self, tensor: str, subscripts: tuple[Index, ...]) -> str:
        name = name_latex(tensor)
        if not subscripts:
            return name
        texts = [self.index(s) for s in subscripts]
        simple = all(re.fullmatch(r"[A-Za-z0-9]|\\[a-z]+", t) for t in texts)
        below = " ".join(texts) if simple else ",".join(texts)
        parts = symbol(tensor)
        if parts.number or parts.below:
            return f"{{{name}}}_{{{below}}}"
        return f"{name}_{{{below}}}"

    def index(self, index: Index) -> str:
        if not index.terms:
            return "0"
        terms = sorted(index.terms, key=lambda item: item[1] < 0) if index.terms[0][1] < 0 else index.terms
        text = ""
        for monomial, coefficient in terms:
            magnitude = abs(coefficient)
            factors = [str(magnitude)] if magnitude != 1 or not monomial else []
            factors += [self._atom(a) for a in monomial]
            sign = "-" if coefficient < 0 else "+" if text else ""
            text += sign + r"\,".join(factors) if len(factors) > 1 and magnitude == 1 else sign + "".join(factors)
        return text

    def _atom(self, atom: IndexAtom) -> str:
        match atom:
            case Floor(numerator, divisor):
                return rf"\lfloor {self._integer(numerator)}/{self._integer(divisor)}\rfloor "
            case Mod(numerator, divisor):
                return rf"({self._integer(numerator)}\bmod {self._integer(divisor)})"
            case Lookup(tensor, subscripts):
                return self.entry(tensor, subscripts)
            case _:
                return index_name(atom.name)

    def _integer(self, index: Index) -> str:
        text = self.index(index)
        return text if len(index.terms) == 1 else f"({text})"

    def brackets(self, text: str) -> str:
        tall = any(command in text for command in (r"\sum", r"\frac", r"\prod", r"\max", r"\min", r"\begin"))
        return rf"\Bigl({text}\Bigr)" if tall else f"({text})"

    def fraction(self, numerator: Written, denominator: Written) -> Written:
        return Written(rf"\frac{{{unmarked(numerator.text)}}}{{{unmarked(denominator.text)}}}", PRODUCT + 1)

    def power(self, base: Written, entry: bool, exponent: str) -> str:
        text = unmarked(base.text)
        if base.binds < ATOM or text.startswith(r"\lvert"):
            text = self.brackets(text) if base.binds < ATOM else text
        elif "'" in text or "^" in text:
            text = f"{{{text}}}"
        in_line = _FRACTION.sub(r"\1/\2", exponent)
        return f"{text}^{{{in_line}}}"

    def root(self, text: str) -> str:
        return rf"\sqrt{{{text}}}"

    def call(self, function: str, arguments: Sequence[str]) -> Written:
        inner = ", ".join(arguments)
        if function == "abs":
            tall = r"\sum" in inner or r"\frac" in inner
            return Written(rf"\Bigl\lvert {inner}\Bigr\rvert " if tall else rf"\lvert {inner}\rvert ", ATOM)
        if function == "exp" and measure(unmarked(inner)) <= _SHORT and r"\sum" not in inner and r"\frac" not in inner:
            return Written(f"e^{{{unmarked(inner)}}}", ATOM - 1)
        function = {"maximum": "max", "minimum": "min"}.get(function, function)
        head = f"\\{function}" if function in _KNOWN else rf"\operatorname{{{_operator(function)}}}"
        return Written(f"{head}{self.brackets(inner)}", ATOM)

    def loop(self, kind: str, binders: Sequence[Binder]) -> str:
        heads: list[str] = []
        plain: list[str] = []
        for binder in binders:
            conditions = self.conditions_of(binder)
            if conditions is None:
                plain.append(index_name(binder.index))
                continue
            if plain:
                heads.append(f"{_HEADS[kind]}_{{{','.join(plain)}}}")
                plain = []
            name = index_name(binder.index)
            own = not binder.lower.terms and self.ranges.get(binder.index) == binder.upper
            rows = [name, *map(unmarked, conditions)] if own else list(map(unmarked, conditions))
            rows = [r for row in rows for r in row.split(_RELATIONS["and"])]
            stacked = r"\\ ".join(rows)
            below = rf"\substack{{{stacked}}}" if len(rows) > 1 else stacked
            heads.append(f"{_HEADS[kind]}_{{{below}}}")
        if plain:
            heads.append(f"{_HEADS[kind]}_{{{','.join(plain)}}}")
        return broken_before(DEEPEST, product=True).join(heads)

    def cases(self, rows: Sequence[tuple[str, str]], otherwise: str) -> Written:
        told = "".join(rf"{_branch(then)} & \text{{if }} {condition}, \\ " for then, condition in rows)
        return Written(rf"\begin{{cases}} {told}{_branch(otherwise)} & \text{{otherwise}} \end{{cases}}", 0)

    def matrix(self, kind: str, tensor: str, subscripts: tuple[Index, ...]) -> str:
        if kind == "determinant":
            return rf"\det {self.entry(tensor, subscripts)}"
        below = " ".join(map(self.index, subscripts))
        return rf"({name_latex(tensor)}^{{-1}})_{{{below}}}"

    def derivative(self, function: str, orders: tuple[int, ...]) -> str:
        if len(orders) == 1:
            return name_latex(function) + "'" * orders[0]
        return "".join(rf"\partial_{{{k + 1}}}" * order for k, order in enumerate(orders)) + name_latex(function)

    def relation(self, name: str) -> str:
        return _RELATIONS.get(name, name)

    def pi(self, name: str) -> str:
        return r"\pi" if name == "pi" else r"\mathrm{i}"

    def between(self, left: str, right: str) -> str:
        return r"\,\cdot " if unmarked(right)[:1].isdigit() else r"\, "


def _operator(function: str) -> str:
    return {"real": "Re", "imag": "Im"}.get(function, function)


def _branch(text: str) -> str:
    rows = lines(text, _BRANCH, _BRANCH, measure)
    if len(rows) == 1:
        return rows[0]
    return r"\begin{aligned}[t] &" + r"\\ &\quad ".join(rows) + r"\end{aligned}"


# ------------------------------------------------------------------------------------------------ width

_FRACTION = re.compile(r"\\frac\{(\d+)\}\{(\d+)\}")
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}]|\^|_|.", re.DOTALL)
_FREE = frozenset(
    {
        r"\mathrm",
        r"\mathit",
        r"\bar",
        r"\hat",
        r"\tilde",
        r"\dot",
        r"\overline",
        r"\operatorname",
        r"\text",
        r"\substack",
        r"\Bigl",
        r"\Bigr",
        r"\mathsf",
        r"\widehat",
        r"\widetilde",
        r"\sqrt",
        r"\begin",
        r"\end",
        r"\left",
        r"\right",
    }
)
_WIDE = {
    r"\sum": 2.6,
    r"\prod": 2.4,
    "+": 2.2,
    "=": 2.2,
    "-": 2.0,
    r"\le": 2.4,
    r"\ge": 2.4,
    r"\ne": 2.4,
    "<": 2.2,
    ">": 2.2,
    r"\,": 0.35,
    r"\ ": 0.6,
    r"\quad": 2.0,
    r"\lvert": 0.6,
    r"\rvert": 0.6,
    "(": 0.8,
    ")": 0.8,
    ",": 0.8,
    r"\cdot": 1.2,
    r"\text{ and }": 4.0,
    r"\max": 3.4,
    r"\min": 3.2,
    r"\exp": 3.2,
    r"\log": 3.0,
    r"\bmod": 4.0,
    r"\mathbb": 0.2,
}


def measure(text: str) -> float:
    r"""About how wide a formula is, in letters.

    >>> measure("x_{i}") < measure("x + y") < measure(r"\sum_{i} x_{i} y_{i} + z")
    True
    """
    tokens = _TOKEN.findall(text)
    return _measured(tokens, 0)[0]


def _measured(tokens: Sequence[str], at: int) -> tuple[float, int]:
    """The width of the tokens up to a closing brace, and where that stands."""
    total, last = 0.0, 0.0
    while at < len(tokens) and tokens[at] != "}":
        token = tokens[at]
        if token == "{":
            last, at = _measured(tokens, at + 1)
            total, at = total + last, at + 1
        elif token in "_^":
            inner, at = _argument(tokens, at + 1)
            total, last = total + max(0.0, 0.7 * inner - (1.2 if last >= 2.4 else 0.0)), 0.0
        elif token == r"\frac":
            upper, at = _argument(tokens, at + 1)
            lower, at = _argument(tokens, at)
            last = max(upper, lower) + 0.6
            total += last
        elif token == r"\text":
            end = tokens.index("}", at)
            total, at = total + sum(_SPACE if t.isspace() else 1.0 for t in tokens[at + 2 : end]), end + 1
        elif token == r"\begin":
            end = _end(tokens, at)
            total, at = total + 3.0 + max(_measured(row, 0)[0] for row in _rows(tokens[at:end])), end
        else:
            last = _token_width(token)
            total, at = total + last, at + 1
    return total, at


def _end(tokens: Sequence[str], at: int) -> int:
    """Where the environment that begins at ``at`` is closed, behind its name."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += {r"\begin": 1, r"\end": -1}.get(tokens[place], 0)
        if depth == 0:
            return tokens.index("}", place) + 1
    return len(tokens)


def _rows(tokens: Sequence[str]) -> Sequence[Sequence[str]]:
    """The rows of an environment, without its name."""
    name = tokens.index("}") + 1
    rows: list[list[str]] = [[]]
    depth = 0
    for token in tokens[name : len(tokens) - name]:
        depth += {r"\begin": 1, r"\end": -1, "{": 1, "}": -1}.get(token, 0)
        if token == r"\\" and depth == 0:
            rows.append([])
        else:
            rows[-1].append(token)
    return rows


def _argument(tokens: Sequence[str], at: int) -> tuple[float, int]:
    if at < len(tokens) and tokens[at] == "{":
        inner, end = _measured(tokens, at + 1)
        return inner, end + 1
    return (_token_width(tokens[at]) if at < len(tokens) else 0.0), at + 1


def _token_width(token: str) -> float:
    if token in _WIDE:
        return _WIDE[token]
    if token in _FREE or token.isspace() or token == "&":
        return 0.0
    if token.startswith("\\"):
        return len(token) - 1.0 if token[1:] in _KNOWN else 1.1
    return 1.25 if token.isupper() else 1.0
