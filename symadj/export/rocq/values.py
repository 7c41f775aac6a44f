"""Rules for the values of functions: at a composite argument, or a power of one, in terms of other sites.

Each is a lemma of ``SymadjAnalysis``. Applied from left to right they end, in products of exponentials of single terms,
logarithms of sums, signs and absolute values of what is no opposite.
"""

from __future__ import annotations

from symadj.export.rocq.kinks import kinked, known_side
from symadj.export.rocq.rule import Condition, Context, Value, positive
from symadj.export.rocq.syntax import Expr, Function, IVar, Num, Operator, Opposite, Plus, SumOf, Times, Truth
from symadj.export.rocq.walking import instantiated

ALL = IVar("i'all")  # the index that a condition is about, where it is about all of them
EVERY = "forall i'all : nat, "


def value(function: str, argument: Expr, context: Context) -> Value | None:
    """The rule for ``function`` at ``argument``, if there is one."""
    seen = context.see(argument)
    inner = context.see(seen.part) if isinstance(seen, Opposite) else None
    if (known := known_side(function, argument, context)) is not None:
        return known
    match function:
        case "exp":
            return _exponential(seen, inner, context)
        case "log":
            return _logarithm(seen, context)
        case "sigmoid" | "tanh" | "softplus":
            return _logistic(function, argument, inner, context)
        case "sin" | "cos":
            return _circular(function, argument, seen, inner)
        case "iszero":
            return _zero(seen, context)
        case "sqrt":
            return Value("sqrt_square", argument, 2, (Condition("0 < {}", (argument,)),))
        case "abs" | "sign" | "relu" | "heaviside":
            return kinked(function, argument, seen, inner, context)
        case _:
            return None


def _zero(seen: Expr, context: Context) -> Value | None:
    match seen:
        case Plus(a, Opposite(b)) if isinstance(least := context.see(b), Opposite):
            return Value("zero_minus_opp", Function("iszero", Plus(Opposite(a), Opposite(least.part))))
        case Plus(a, Opposite(b)) if repr(context.see(a)) > repr(context.see(b)):
            return Value("zero_opp_diff", Function("iszero", Plus(b, Opposite(a))))
        case _:
            return None


def _exp(argument: Expr) -> Expr:
    return Function("exp", argument)


def _exponential(seen: Expr, inner: Expr | None, context: Context) -> Value | None:
    match seen, inner:
        case Plus(a, b), _:
            return Value("exp_add", Times(_exp(a), _exp(b)))
        case SumOf(index, bound, Truth(), Function("log", a)), _:
            whole = Operator("product", index, "", bound, a)
            return Value("exp_sum_log", whole, 1, (Condition(f"{EVERY}0 < {{}}", (instantiated(a, {index: ALL}),)),))
        case Function("log", a), _:
            return Value("exp_log", a, 1, (Condition("0 < {}", (a,)),))
        case Function("softplus", a), _:
            return Value("exp_softplus", Plus(Num(1), _exp(a)))
        case Num(0), _:
            return Value("exp_zero", Num(1))
        case _, Plus(a, b):
            return Value("exp_add_opp", Times(_exp(Opposite(a)), _exp(Opposite(b))))
        case _, Opposite(a):
            return Value("exp_opp_opp", _exp(a))
        case _, Function("log", a):
            return Value("exp_opp_log", Function("inv", a), 1, (Condition("0 < {}", (a,)),))
        case _, Function("softplus", a):
            return Value("exp_opp_softplus", Plus(Num(1), Opposite(Function("sigmoid", a))))
        case _, Times(Num(1), a):
            return Value("exp_opp_one_mul", _exp(Opposite(a)))
        case Times(a, b), _:
            return _exponential_of_product(context.see(a), context.see(b))
        case _:
            return None


def _exponential_of_product(left: Expr, right: Expr) -> Value | None:
    match left, right:
        case Num(1), a:
            return Value("exp_one_mul", _exp(a))
        case Num(-1), a:
            return Value("exp_minus_one_mul", _exp(Opposite(a)))
        case Num(2), a:
            return Value("exp_two_mul", Times(_exp(a), _exp(a)))
        case Plus(a, b), c:
            return Value("exp_add_mul", Times(_exp(Times(a, c)), _exp(Times(b, c))))
        case c, Plus(a, b):
            return Value("exp_mul_add", Times(_exp(Times(c, a)), _exp(Times(c, b))))
        case Opposite(a), c:
            return Value("exp_opp_mul", _exp(Opposite(Times(a, c))))
        case c, Opposite(a):
            return Value("exp_mul_opp", _exp(Opposite(Times(c, a))))
        case _:
            return None


def _logarithm(seen: Expr, context: Context) -> Value | None:
    match seen:
        case Function("exp", a):
            return Value("log_exp", a)
        case Num(1):
            return Value("log_one", Num(0))
        case Function("inv", a) if positive(a, context.see):
            return Value("log_inv", Opposite(Function("log", a)), 1, (Condition("0 < {}", (a,)),))
        case Times(a, b) if positive(a, context.see) and positive(b, context.see):
            both = Plus(Function("log", a), Function("log", b))
            return Value("log_mul", both, 1, (Condition("0 < {}", (a,)), Condition("0 < {}", (b,))))
        case _:
            return None


def _logistic(function: str, argument: Expr, inner: Expr | None, context: Context) -> Value | None:
    if inner is not None:
        at = Function(function, inner)
        whole: dict[str, Expr] = {
            "sigmoid": Plus(Num(1), Opposite(at)),
            "tanh": Opposite(at),
            "softplus": Plus(at, Opposite(inner)),
        }
        return Value(f"{function}_opp", whole[function])
    if not context.mixed(function, argument):
        return None
    rising, falling = _exp(argument), _exp(Opposite(argument))
    if function == "sigmoid":
        return Value("sigmoid_exp", Times(rising, Function("inv", Plus(Num(1), rising))))
    if function == "softplus":
        return Value("softplus_log", Function("log", Plus(Num(1), rising)))
    below = Function("inv", Plus(rising, falling))
    return Value("tanh_exp", Times(Plus(rising, Opposite(falling)), below))


def _circular(function: str, argument: Expr, seen: Expr, inner: Expr | None) -> Value | None:
    def pair(a: Expr, b: Expr) -> Expr:
        sines, cosines = (Function("sin", a), Function("sin", b)), (Function("cos", a), Function("cos", b))
        if function == "sin":
            return Plus(Times(sines[0], cosines[1]), Times(cosines[0], sines[1]))
        return Plus(Times(cosines[0], cosines[1]), Opposite(Times(sines[0], sines[1])))

    match seen:
        case Plus(a, b):
            return Value(f"{function}_add", pair(a, b))
        case Times(Num(2), a):
            return Value(f"{function}_two_mul", pair(a, a))
        case Opposite() if inner is not None:
            at = Function(function, inner)
            turned: Expr = Opposite(at) if function == "sin" else at
            return Value(f"{function}_opp", turned)
    if function == "sin":
        return None
    sine = Function("sin", argument)
    return Value("cos_square", Plus(Num(1), Opposite(Times(sine, sine))), 2)
