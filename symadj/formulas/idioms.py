"""Array expressions that have a name of their own.

- ``eye(n)``, ``diag(a)``: products with ``(i == j)``; ``tril(A, k)``, ``triu(A, k)``: with ``(j <= i + k)``, as a
  factor or as a choice between the product and 0
- ``trace(A)`` is ``sum(A[i,i] for i …)``
- ``mean(x)`` is ``sum(x)/n``
- ``pad(x, (1, 0))`` is ``x[i-1] if i > 0 else 0``, where nothing else is asked for
- ``einsum("aij,ajk->aik", A, B)``: sums of products of entries along whole axes
"""

from __future__ import annotations

from collections.abc import Sequence

from symadj.calculus.conditions import flattened
from symadj.calculus.rewriting import free_variables
from symadj.formulas.text import Order, Text, Writer
from symadj.terms.formula import ATOM
from symadj.terms.index import ZERO, Index, Size, var
from symadj.terms.nodes import (
    MINUS_ONE,
    ZERO_TERM,
    Call,
    Condition,
    Entry,
    IndexCondition,
    IndexValue,
    Indicator,
    Mul,
    Number,
    Power,
    Select,
    Sum,
    Term,
    condition_terms,
    mul,
    walk,
)

_TOTAL = frozenset({"exp", "sin", "cos", "tanh", "abs", "sign", "sigmoid", "softplus", "relu", "maximum", "minimum"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def on_diagonals(writer: Writer, factors: Sequence[Term], order: Order) -> Text | None:
    """A product of which a condition leaves the diagonal of a matrix, or a triangle."""
    if len(order) != 2:
        return None
    for place, factor in enumerate(factors):
        match factor:
            case Indicator(condition):
                rest = [*factors[:place], *factors[place + 1 :]]
            case Select(condition, then, otherwise) if otherwise == ZERO_TERM:
                rest = [*factors[:place], then, *factors[place + 1 :]]
            case _:
                continue
        found = _square(writer, condition, rest, order) or _triangle(writer, condition, rest, order)
        if found is not None:
            return found
    return None


def _square(writer: Writer, condition: Condition, rest: list[Term], order: Order) -> Text | None:
    row, column = order
    apart = var(row) - var(column)
    if not isinstance(condition, IndexCondition) or condition.relation != "==":
        return None
    if condition.index not in (apart, -apart) or writer.axes[row] != writer.axes[column]:
        return None
    names = set().union(*(free_variables(t) for t in rest)) & set(order)
    if len(names) != 1:
        return None if names or rest else Text(f"eye({writer.axes[row]})", ATOM, order)
    along = writer.term(mul(*rest), (next(iter(names)),))
    return Text(f"diag({along.text})", ATOM, order) if len(along.axes) == 1 else None


def _triangle(writer: Writer, condition: Condition, rest: list[Term], order: Order) -> Text | None:
    if not isinstance(condition, IndexCondition) or condition.relation != ">=" or not rest:
        return None
    row, column = order
    apart = var(row) - var(column)
    below, above = (condition.index - apart).value, (condition.index + apart).value
    if below is None and above is None:
        return None
    whole = writer.term(mul(*rest), order)
    if whole.axes != order:
        return None
    name, offset = ("tril", below) if below is not None else ("triu", -(above or 0))
    if whole.text.endswith(".T") and whole.text[:-2].isidentifier():
        turned = "triu" if name == "tril" else "tril"
        return Text(f"{turned}({whole.text[:-2]}{f', {-offset}' if offset else ''}).T", ATOM, order)
    return Text(f"{name}({whole.text}, {offset})" if offset else f"{name}({whole.text})", ATOM, order)


def trace(writer: Writer, body: Term, bound: Order) -> Text | None:
    """``trace(A)``, for the sum of ``A[i,i]``."""
    if not isinstance(body, Entry) or len(bound) != 1 or body.subscripts != (var(bound[0]), var(bound[0])):
        return None
    whole = writer.shapes(body.tensor) == (writer.axes[bound[0]],) * 2 and "." not in body.tensor
    return Text(f"trace({body.tensor})", ATOM, ()) if whole else None


def averages(writer: Writer, factors: Sequence[Term], order: Order) -> tuple[list[Term], list[Term]]:
    """The factors without the sizes by which a sum over whole ranges of these sizes is divided; and such sums."""
    result, means = list(factors), list[Term]()
    for factor in factors:
        lengths = _lengths(factor)
        if lengths and not writer.term(factor, order).text.startswith("sum("):
            continue
        found = _without(result, lengths) if lengths else None
        if found is not None:
            result = found
            means.append(factor)
    return result, means


def _lengths(term: Term) -> list[Index]:
    """The lengths of the ranges of sums, where all are sizes."""
    lengths: list[Index] = []
    while isinstance(term, Sum):
        binder = term.binder
        if binder.lower.terms or binder.condition is not None or len(binder.upper.terms) != 1:
            return []
        ((monomial, number),) = binder.upper.terms
        if number != 1 or not all(isinstance(a, Size) for a in monomial):
            return []
        lengths += [Index((((a,), 1),)) for a in monomial]
        term = term.body
    return lengths


def _without(factors: list[Term], lengths: list[Index]) -> list[Term] | None:
    """The factors, one of which is divided by the lengths, without that; ``None`` where none is."""
    for place, factor in enumerate(factors):
        if not isinstance(factor, Power) or factor.exponent != MINUS_ONE:
            continue
        below = list(factor.base.factors) if isinstance(factor.base, Mul) else [factor.base]
        if all(below.count(IndexValue(n)) >= lengths.count(n) for n in lengths):
            for length in lengths:
                below.remove(IndexValue(length))
            left = [Power(mul(*below), MINUS_ONE)] if below else []
            return [*factors[:place], *left, *factors[place + 1 :]]
    return None


def einsum(writer: Writer, body: Term, bound: Order, order: Order) -> Text | None:
    """An ``einsum`` of entries along whole axes, at least one of which has three."""
    factors = body.factors if isinstance(body, Mul) else (body,)
    entries = [f for f in factors if isinstance(f, Entry) and f.subscripts]
    if len(entries) < len(factors) or len(entries) < 2 or all(len(e.subscripts) < 3 for e in entries):
        return None
    if all(e.subscripts == entries[0].subscripts for e in entries):
        return None  # an elementwise product, to be summed along an axis
    letters: dict[str, str] = {}
    for entry in entries:
        names = [s.variable for s in entry.subscripts]
        shape = writer.shapes(entry.tensor)
        if shape is None or "." in entry.tensor or None in names or len(set(names)) < len(names):
            return None
        if any(writer.axes.get(n or "") != length for n, length in zip(names, shape, strict=True)):
            return None
        for name in names:
            free = (c for c in ((name or "")[:1], *_LETTERS) if c not in letters.values())
            letters.setdefault(name or "", next(free))
    if not set(bound) <= letters.keys():
        return None
    axes = tuple(n for n in order if n in letters)
    spelled = ",".join("".join(letters[s.variable or ""] for s in e.subscripts) for e in entries)
    result = "".join(letters[n] for n in axes)
    return Text(f'einsum("{spelled}->{result}", {", ".join(e.tensor for e in entries)})', ATOM, axes)


def padded(writer: Writer, term: Select, order: Order) -> Text | None:
    """An entry at shifted indices wherever it is inside its tensor, and 0 elsewhere: zeros around a part of it."""
    entry = term.then
    shape = writer.shapes(entry.tensor) if isinstance(entry, Entry) else None
    if not isinstance(entry, Entry) or term.otherwise != ZERO_TERM or shape is None or "." in entry.tensor:
        return None
    axes, cuts, zeros = [], [], []
    inside: set[Condition] = set()
    for subscript, length in zip(entry.subscripts, shape, strict=True):
        names = subscript.variables() & set(order)
        name = next(iter(names), "")
        before = (var(name) - subscript).value if len(names) == 1 else None
        after = None if before is None else (writer.axes[name] - length - before).value
        if before is None or after is None or name in axes or max(-before, -after) > _surely(length):
            return None
        axes.append(name)
        cuts.append(f"{-before if before < 0 else ''}:{after if after < 0 else ''}")
        zeros.append((max(before, 0), max(after, 0)))
        inside |= {IndexCondition(">=", subscript)} if before > 0 else set()
        inside |= {IndexCondition(">=", length - 1 - subscript)} if after > 0 else set()
    if set(flattened(term.condition)) != inside:
        return None
    while cuts and cuts[-1] == ":":
        cuts.pop()
    text = f"{entry.tensor}[{', '.join(cuts)}]" if cuts else entry.tensor
    return Text(f"pad({text}, {zeros[0] if len(zeros) == 1 else tuple(zeros)})", ATOM, tuple(axes))


def _surely(length: Index) -> int:
    """How many entries an axis has at least."""
    return max(1, dict(length.terms).get((), 0)) if all(c > 0 for _, c in length.terms) else 0


def has_value(term: Term, condition: Condition) -> bool:
    """Whether the term has a value wherever it has one under the condition, so that numpy may compute it everywhere."""
    tested = {t.tensor for c in condition_terms(condition) for t in walk(c) if isinstance(t, Entry)}
    for part in walk(term):
        match part:
            case Call(function, _) if function not in _TOTAL:
                return False
            case Power(base, exponent):
                read = [t for t in walk(base) if isinstance(t, Entry)]
                whole = isinstance(exponent, Number) and exponent.value > 0 and exponent.value.denominator == 1
                if not whole and any(e.subscripts or e.tensor in tested for e in read):
                    return False
    return True


def last_or(subscript: Index, length: Index) -> str | None:
    """A position on an axis as numpy writes it; ``None`` where it might count from the end."""
    if subscript == length - 1 and length.value is None:
        return "-1"
    return str(subscript).replace(" ", "") if subscript == ZERO or all(c > 0 for _, c in subscript.terms) else None
