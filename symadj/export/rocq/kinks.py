"""Rules for the functions with a kink at 0: signs of products, of what is positive, and of arguments with kinks inside.

In a claim about a derivative they end in signs of arguments without kinks, of which ``orders`` knows the products.
"""

from __future__ import annotations

from collections.abc import Callable

from symadj.export.rocq.rule import HALF, Condition, Context, Value
from symadj.export.rocq.syntax import Expr, Function, Num, Opposite, Plus, SumOf, Times, children
from symadj.export.rocq.walking import substituted

KINKED = ("relu", "abs", "sign", "heaviside")
# what a function is where its argument, here named by None, is positive, and where it is negative
SIDES: dict[str, tuple[Expr | None, Expr | None]] = {
    "relu": (None, Num(0)),
    "abs": (None, None),
    "sign": (Num(1), Num(-1)),
    "heaviside": (Num(1), Num(0)),
}


def kinked(function: str, argument: Expr, seen: Expr, inner: Expr | None, context: Context) -> Value | None:
    """The rule for ``function``, one of the kinked ones, at ``argument``."""
    nonzero = (Condition("{} != 0", (argument,)),)
    sign = Function("sign", argument)
    if function == "heaviside" and (bounded := _bounded(seen, context)) is not None:
        return bounded
    if function in {"sign", "heaviside"} and (split := _split(function, argument, context)) is not None:
        return split
    if function == "relu":
        if context.local:
            return Value("relu_sign", Times(HALF, Plus(argument, Times(argument, sign))))
        return Value("relu_abs", Times(HALF, Plus(argument, Function("abs", argument))))
    if function == "heaviside":
        if seen == Num(0):
            return Value("heaviside_zero", Num(0))
        if context.positive(seen):
            return Value("heaviside_positive", Num(1), 1, (Condition("0 < {}", (argument,)),))
        return Value("heaviside_sign", Times(HALF, Plus(Num(1), sign)), 1, nonzero) if context.local else None
    if function == "abs" and context.local:
        return Value("abs_sign", Times(argument, sign))
    if (made := _of_parts(function, argument, seen, inner, context)) is not None:
        return made
    if function == "abs":
        return Value("abs_square", Times(argument, argument), 2)
    return Value("sign_square", Num(1), 2, nonzero) if context.local and context.nonzero(argument) else None


def _of_parts(function: str, argument: Expr, seen: Expr, inner: Expr | None, context: Context) -> Value | None:
    """The sign or absolute value of an opposite, a product, a quotient, a difference, or of what is positive."""

    def at(part: Expr) -> Expr:
        return Function(function, part)

    if inner is not None:
        return Value(f"{function}_opp", at(inner) if function == "abs" else Opposite(at(inner)))
    if function == "sign" and context.positive(seen):
        return Value("sign_positive", Num(1), 1, (Condition("0 < {}", (argument,)),))
    match seen:
        case Num(0):
            return Value(f"{function}_zero", Num(0))
        case Num(n) if n < 0 and function == "sign":
            return Value(
                "sign_negative", Num(-1), 1, (Condition("{} < 0", (argument,), "(rewrite oppr_lt0; positive_here)"),)
            )
        case Times(a, b):
            return Value(f"{function}_mul", Times(at(a), at(b)))
        case Function("inv", a):
            return Value(f"{function}_inv", at(a) if function == "sign" else Function("inv", at(a)))
        case Plus(a, Num(-1)) if function == "sign" and (exponents := _exponents(a, Num(1), context)) is not None:
            return Value(exponents[0], at(exponents[1]))
        case Plus(a, Opposite(b)) if function == "sign" and (exponents := _exponents(a, b, context)) is not None:
            return Value(exponents[0], at(exponents[1]))
        case Plus(a, Opposite(b)) if _to_be_turned(a, b, context):
            other = at(Plus(b, Opposite(a)))
            return Value(f"{function}_opp_diff", other if function == "abs" else Opposite(other))
    return None


def _to_be_turned(left: Expr, right: Expr, context: Context) -> bool:
    """Whether a difference is written the other way round: where that is positive, or comes first."""
    if context.positive(Plus(right, Opposite(left))):
        return True
    return repr(context.see(left)) > repr(context.see(right)) and not context.positive(Plus(left, Opposite(right)))


def _bounded(seen: Expr, context: Context) -> Value | None:
    """An absolute value compared: by two comparisons of what it is of, for which it need not be differentiated."""

    def step(part: Expr) -> Expr:
        return Function("heaviside", part)

    match seen:
        case Plus(b, Opposite(c)) if isinstance(a := context.see(c), Function) and a.name == "abs":
            return Value("heaviside_within", Times(step(Plus(b, Opposite(a.argument))), step(Plus(a.argument, b))))
        case Plus(c, Opposite(b)) if isinstance(a := context.see(c), Function) and a.name == "abs":
            sides = [step(Plus(a.argument, Opposite(b))), step(Opposite(Plus(a.argument, b)))]
            outside = Times(*(Plus(Num(1), Opposite(side)) for side in sides))
            return Value("heaviside_beyond", Plus(Num(1), Opposite(outside)))
    return None


def _exponents(left: Expr, right: Expr, context: Context) -> tuple[str, Expr] | None:
    """The lemma for the sign of a difference of exponentials, and what it has the sign of."""
    match context.see(left), context.see(right):
        case Function("exp", a), Num(1):
            return "sign_exp_one", a
        case Function("exp", a), Function("exp", b):
            return "sign_exp_diff", Plus(a, Opposite(b))
        case Num(1), Function("exp", b):
            return "sign_one_exp", Opposite(b)
        case _:
            return None


def _split(function: str, argument: Expr, context: Context) -> Value | None:
    """With a kink inside: by the sign of its argument, with on either side what the kink is there."""
    whole = context.unfolded(argument)
    kink = _innermost(whole)
    if kink is None or not context.local:
        return None
    above, below = (simplified(substituted(whole, _side(kink.argument, k))) for k in (0, 1))
    sign = Function("sign", kink.argument)
    parts = [
        Times(Times(HALF, Plus(Num(1), sign)), Function(function, above)),
        Times(Times(HALF, Plus(Num(1), Opposite(sign))), Function(function, below)),
    ]
    conditions = (
        Condition("{} != 0", (kink.argument,)),
        Condition("0 < {} -> {} = {}", (kink.argument, argument, above), "above_kink"),
        Condition("{} < 0 -> {} = {}", (kink.argument, argument, below), "below_kink"),
    )
    return Value(f"{function}_split", Plus(parts[0], parts[1]), 1, conditions)


# functions as they are applied, for the lemma that replaces an argument
APPLIED = {
    "sqrt": "(@Num.sqrt R)",
    "rsqrt": "(fun z : R => (Num.sqrt z)^-1)",
    "log": "(@ln R)",
    "exp": "(@expR R)",
    "inv": "(fun z : R => z^-1)",
    "sign": "(@Num.sg R)",
    "heaviside": "(@heaviside R)",
}


def known_side(function: str, argument: Expr, context: Context) -> Value | None:
    """With a kink inside, the argument of which is known to be positive: at what the argument then is."""
    whole = context.unfolded(argument)
    kink = _innermost(whole)
    if kink is None or function not in APPLIED or not context.positive(kink.argument):
        return None
    above = simplified(substituted(whole, _side(kink.argument, 0)))
    conditions = (
        Condition("0 < {}", (kink.argument,)),
        Condition("0 < {} -> {} = {}", (kink.argument, argument, above), "above_kink"),
    )
    return Value(f"@same_value R {APPLIED[function]} _ _ _", Function(function, above), 1, conditions)


def _innermost(expr: Expr) -> Function | None:
    """A kinked function with none inside it; none under a sum, whose index it may depend on."""
    if isinstance(expr, SumOf):
        return None
    for part in children(expr):
        if (found := _innermost(part)) is not None:
            return found
    return expr if isinstance(expr, Function) and expr.name in KINKED else None


def _side(argument: Expr, side: int) -> Callable[[Expr], Expr | None]:
    """For a function of ``argument``, what it is on the one side of 0 (0: where it is positive)."""

    def change(part: Expr) -> Expr | None:
        if not isinstance(part, Function) or part.name not in KINKED or part.argument != argument:
            return None
        value = SIDES[part.name][side]
        if value is not None:
            return value
        return Opposite(argument) if side == 1 else argument

    return change


def simplified(expr: Expr) -> Expr:
    """The expression without factors 0 and 1 and summands 0, as ``above_kink`` of ``SymadjAnalysis`` leaves it."""
    match expr:
        case Plus(a, b):
            a, b = simplified(a), simplified(b)
            if a == Num(0):
                return b
            if b == Opposite(a):
                return Num(0)
            if isinstance(b, Plus) and b.right == Opposite(a):
                return b.left
            return a if b == Num(0) else Plus(a, b)
        case Times(a, b):
            a, b = simplified(a), simplified(b)
            if Num(0) in (a, b):
                return Num(0)
            return b if a == Num(1) else a if b == Num(1) else Times(a, b)
        case Opposite(a):
            a = simplified(a)
            return a.part if isinstance(a, Opposite) else Num(0) if a == Num(0) else Opposite(a)
        case _:
            return expr
