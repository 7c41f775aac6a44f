"""Rules for the values of inverses, determinants and products: each is a lemma of ``SymadjOperators``.

What a lemma asks for, that a determinant is not 0 or that two matrices are the same, is left to its tactics.

* a matrix that is another one, or its transpose, but for the order of terms and factors; a symmetric one is read both
  ways at once, so that its two readings meet;
* ``det(A @ B)``, ``inv(A @ B)``, ``inv(inv(A))``, diagonal matrices, rows and columns that are scaled;
* products of products, of quotients, of exponentials; a product that leaves one factor out, where it is divided by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from symadj.export.rocq.rule import Value
from symadj.export.rocq.syntax import (
    Both,
    Cases,
    Compare,
    Expr,
    Function,
    Holds,
    INum,
    IVar,
    Negation,
    Num,
    Operator,
    Opposite,
    Plus,
    Raise,
    Ratio,
    Ref,
    SumOf,
    Times,
    Truth,
    times,
)
from symadj.export.rocq.tape import OWN, Site
from symadj.export.rocq.walking import free_indices, instantiated

HALF = Ratio(1, 2)
FIRST, SECOND = (IVar(name) for name in OWN)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the expressions: ``lines`` shows the body of a line, ``symmetric`` are tensors of rank 2."""

    lines: Callable[[Expr], Expr]
    symmetric: frozenset[str]

    def __call__(self, expr: Expr) -> Expr:
        return self.lines(expr)

    def matrix_key(self, expr: Operator) -> str:
        """The same for matrices that are equal but for the order of terms and factors."""
        return self.key(expr.body, {expr.row: "row", expr.column: "column"}) + repr(expr.size)

    def key(self, expr: Expr, names: dict[str, str]) -> str:
        """A text that does not depend on the order of terms and factors, nor on the names of binders."""
        expr = self.lines(expr)
        match expr:
            case Plus(left, right) | Times(left, right):
                return f"{type(expr).__name__}({', '.join(sorted(self.key(p, names) for p in (left, right)))})"
            case Opposite(part):
                return f"-({self.key(part, names)})"
            case Raise(part, exponent):
                return f"({self.key(part, names)})^{exponent}"
            case SumOf(index, _, Truth(), body):
                inside = {**names, index: f"bound {len(names)}"}
                return f"sum {len(names)} {expr.bound!r} ({self.key(body, inside)})"
            case Holds(Compare("==", IVar(left), IVar(right))):
                return f"delta {sorted(names.get(name, name) for name in (left, right))}"
            case Ref(name, (IVar(left), IVar(right))) if name in self.symmetric:
                return f"{name} {sorted(names.get(index, index) for index in (left, right))}"
            case _:
                return repr(instantiated(expr, {name: IVar(other) for name, other in names.items()}))


def operator_value(
    number: int, sites: Sequence[Site], replaced: Collection[int], invertible: Collection[str], see: Seen
) -> Value | None:
    """The rule for the site ``number`` of an operator.

    ``replaced`` are sites that are written in another order, ``invertible`` the keys of determinants that are not 0.
    """
    site = sites[number]
    expr = site.argument
    if not isinstance(expr, Operator):
        return None
    if expr.name == "maximum":
        return _maximum(expr, see)
    if expr.name == "product":
        return _product(expr, see, any(s.function == "inv" for s in sites))
    met = _met(number, sites, replaced, see)
    if met is not None or expr.name == "mirrored":
        return met
    body = _ordered(see(expr.body), expr)
    if body != see(expr.body):
        same = replace(expr, body=body, arguments=(FIRST, SECOND) if expr.arguments else ())
        return Value("inv_same" if expr.arguments else "det_same", same)
    return _determinant(expr, body) if expr.name == "determinant" else _inverse(expr, body, invertible, see)


# ------------------------------------------------------------------------------------------------ one of two matrices


def _met(number: int, sites: Sequence[Site], replaced: Collection[int], see: Seen) -> Value | None:
    """An earlier site of the same matrix, or of its transpose, takes the place of this one."""
    site = sites[number]
    expr = site.argument
    if not isinstance(expr, Operator):
        return None
    ahead = {expr.row: "row", expr.column: "column"}
    keys = see.key(expr.body, ahead), see.key(expr.body, {expr.row: "column", expr.column: "row"})
    for other in (s for k, s in enumerate(sites[:number]) if k not in replaced):
        earlier = other.argument
        if not isinstance(earlier, Operator) or (earlier.name, earlier.size) != (expr.name, expr.size):
            continue
        if other.parameters != site.parameters:
            continue
        key = see.key(earlier.body, {earlier.row: "row", earlier.column: "column"})
        if key in keys:
            crossed = key != keys[0]
            at = (SECOND, FIRST) if crossed else (FIRST, SECOND)
            name = "inv" if expr.name == "inverse" else "det"
            moved = replace(earlier, arguments=at if earlier.arguments else ())
            return Value(f"{name}_{'transposed' if crossed else 'same'}", moved)
    if expr.name == "inverse" and keys[0] == keys[1]:
        ways = [replace(expr, name="mirrored", arguments=at) for at in ((FIRST, SECOND), (SECOND, FIRST))]
        return Value("inv_mirrored", Times(HALF, Plus(*ways)))
    return None


def _entry(expr: Operator, at: tuple[IVar, IVar]) -> Expr:
    return instantiated(expr.body, {expr.row: at[0], expr.column: at[1]})


def _ordered(body: Expr, expr: Operator) -> Expr:
    """The factors that depend on the row or on the column alone, or on neither, before the others; a delta first."""
    if not isinstance(body, Times):
        return body
    factors: list[Expr] = []
    todo: list[Expr] = [body.left, body.right]
    while todo:
        part = todo.pop(0)
        todo = [part.left, part.right, *todo] if isinstance(part, Times) else todo
        factors += [] if isinstance(part, Times) else [part]
    deltas = [f for f in factors if isinstance(f, Holds)]
    if len(deltas) == 1 and len(factors) > 1:
        return Times(deltas[0], times([f for f in factors if f not in deltas]))
    single = [f for f in factors if not {expr.row, expr.column} <= set(free_indices(f))]
    others = [f for f in factors if f not in single]
    return Times(times(single), times(others)) if single and others else body


# ------------------------------------------------------------------------------------------------ by its shape


def _determinant(expr: Operator, body: Expr) -> Value | None:
    row, column = expr.row, expr.column
    if expr.size == INum(2):
        (k, m), (p, q) = ([instantiated(body, {row: INum(i), column: INum(j)}) for j in (0, 1)] for i in (0, 1))
        return Value("det_two", Plus(Times(k, q), Opposite(Times(m, p))))
    match body:
        case Operator("inverse", arguments=(IVar(a), IVar(b))) if (a, b) == (row, column):
            inside = replace(body, name="determinant", arguments=())
            return Value("det_inverse", Function("inv", inside))
        case Opposite(part):
            return Value("det_opp", Times(_repeated(expr, Num(-1)), replace(expr, body=part)))
        case SumOf() if factors := _factors(expr, body):
            return Value("det_mul", Times(*factors))
        case Times(Holds(Compare("==", IVar(a), IVar(b))), entry) if (a, b) == (row, column):
            return Value("det_diagonal", _repeated(expr, entry)) if column not in free_indices(entry) else None
        case Times(scale, part) if column not in free_indices(scale):
            return Value("det_rows", Times(_repeated(expr, scale), replace(expr, body=part)))
        case Times(scale, part) if row not in free_indices(scale):
            product = replace(_repeated(expr, scale), row=column)
            return Value("det_columns", Times(product, replace(expr, body=part)))
        case _:
            return None


def _repeated(expr: Operator, factor: Expr) -> Operator:
    return replace(expr, name="product", body=factor, arguments=())


def _factors(expr: Operator, body: Expr) -> tuple[Operator, Operator] | None:
    """``A`` and ``B``, where the matrix is ``Σ_k A[i,k]*B[k,j]`` over the whole of its size."""
    match body:
        case SumOf(index, bound, Truth(), Times(left, right)) if bound == expr.size:
            if expr.column in free_indices(left) or expr.row in free_indices(right):
                return None
            return replace(expr, column=index, body=left), replace(expr, row=index, body=right)
        case _:
            return None


def _inverse(expr: Operator, body: Expr, invertible: Collection[str], see: Seen) -> Value | None:
    row, column = expr.row, expr.column
    inside = Both(Compare("<", FIRST, expr.size), Compare("<", SECOND, expr.size))
    match body:
        case Operator("inverse", arguments=(IVar(a), IVar(b))) if (a, b) == (row, column):
            return Value("inv_inverse", Cases(inside, _entry(body, (FIRST, SECOND)), Num(0)))
        case SumOf() if factors := _factors(expr, body):
            dets = [replace(f, name="determinant", arguments=()) for f in factors]
            if not all(_regular(d, invertible, see) for d in dets):
                return None
            k = IVar("k'own")
            parts = (replace(factors[1], arguments=(FIRST, k)), replace(factors[0], arguments=(k, SECOND)))
            total = SumOf(k.name, expr.size, Truth(), Times(*parts))
            return Value("inv_mul", total)
        case Times(Holds(Compare("==", IVar(a), IVar(b))), entry) if (a, b) == (row, column):
            if column in free_indices(entry):
                return None
            at = instantiated(entry, {row: FIRST})
            delta = Holds(Compare("==", FIRST, SECOND))
            value = Cases(inside, Times(delta, Function("inv", at)), Num(0))
            return Value("inv_diagonal", value)
        case Times(scale, part) if column not in free_indices(scale):
            rest = replace(expr, body=part)
            determinant = replace(rest, name="determinant", arguments=())
            scaled = Times(rest, Function("inv", instantiated(scale, {row: SECOND})))
            return Value("inv_rows", scaled) if _regular(determinant, invertible, see) else None
        case _:
            return None


def _regular(expr: Operator, invertible: Collection[str], see: Seen) -> bool:
    """Whether ``regular`` of ``SymadjOperators`` proves that the determinant is not 0."""
    if (
        see.matrix_key(expr) in invertible
        or see.matrix_key(replace(expr, row=expr.column, column=expr.row)) in invertible
    ):
        return True
    factors = _factors(expr, see(expr.body))
    return factors is not None and all(_regular(f, invertible, see) for f in factors)


def _maximum(expr: Operator, see: Seen) -> Value | None:
    match see(expr.body):
        case Plus(left, right) if expr.row not in free_indices(right) and expr.row in free_indices(left):
            return Value("maximum_shift", Plus(replace(expr, body=left), right))
        case _:
            return None


def _product(expr: Operator, see: Seen, divided: bool) -> Value | None:
    seen = see(expr.body)
    match seen:
        case Times(left, right):
            both = times([replace(expr, body=left), replace(expr, body=right)])
            return Value("product_mul", both, along=(expr.row, left))
        case Raise(base, exponent):
            rest = Raise(base, exponent - 1) if exponent > 2 else base
            powers = times([replace(expr, body=base), replace(expr, body=rest)])
            return Value("product_mul", powers, along=(expr.row, base))
        case Num(1):
            return Value("product_one", Num(1))
        case Opposite(part):
            return Value("product_opp", Times(replace(expr, body=Num(-1)), replace(expr, body=part)))
        case Function("inv", part):
            return Value("product_inv", Function("inv", replace(expr, body=part)))
        case Ratio(numerator, denominator):
            below = Function("inv", replace(expr, body=Num(denominator)))
            return Value("product_ratio", Times(replace(expr, body=Num(numerator)), below))
        case Function("exp", part):
            return Value("product_exp", Function("exp", SumOf(expr.row, expr.size, Truth(), part)))
        case Cases(Negation(Compare("==", IVar(index), other)), factor, Num(1)) if index == expr.row and divided:
            inverse = Function("inv", instantiated(factor, {index: other}))
            whole = Times(replace(expr, body=factor), Cases(Compare("<", other, expr.size), inverse, Num(1)))
            return Value("product_others", whole, along=(expr.row, factor))
        case _:
            return None
