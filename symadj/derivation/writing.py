"""Terms as mathematics: what Unicode text and LaTeX have in common, which is where brackets go and what comes first.

A written text carries marks where a line may be broken (private-use characters, before the operator); the deeper the
place, the higher the mark. ``layout`` breaks at them, or takes them off.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symadj.derivation.between import Between, paired
from symadj.derivation.factors import opposite, solved, split
from symadj.derivation.layout import DEEPEST, broken_before, unmarked
from symadj.derivation.model import Equation, ForAll, Piece
from symadj.terms.index import Index
from symadj.terms.nodes import (
    MINUS_ONE,
    ONE_TERM,
    ZERO_TERM,
    Add,
    All,
    Apply,
    Binder,
    Call,
    Condition,
    Constant,
    Determinant,
    Entry,
    Extremum,
    IndexCondition,
    IndexValue,
    Indicator,
    Inverse,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Select,
    Some,
    Sum,
    Term,
    ValueCondition,
)

CHOICE, ADDED, SUMMED, PRODUCT, POWER, ATOM = range(6)
_HALF = Fraction(1, 2)
_MOST_ABOVE = 4


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and how tightly its outermost operator binds."""

    text: str
    binds: int


class Writer(ABC):
    """Writes terms; ``ranges`` says over what each index name runs, where a sum need not say it."""

    minus = "−"
    space = " "

    def __init__(self, ranges: Mapping[str, Index]) -> None:
        self.ranges = ranges

    # ---- what a style must say

    @abstractmethod
    def entry(self, tensor: str, subscripts: tuple[Index, ...]) -> str:
        """``W[i,j]``."""

    @abstractmethod
    def index(self, index: Index) -> str:
        """An integer expression."""

    @abstractmethod
    def brackets(self, text: str) -> str:
        """The text in brackets."""

    @abstractmethod
    def fraction(self, numerator: Written, denominator: Written) -> Written:
        """A quotient."""

    @abstractmethod
    def power(self, base: Written, entry: bool, exponent: str) -> str:
        """``base`` to a power; ``entry`` says that it is an entry of a tensor."""

    @abstractmethod
    def root(self, text: str) -> str:
        """The square root."""

    @abstractmethod
    def call(self, function: str, arguments: Sequence[str]) -> Written:
        """A known function."""

    @abstractmethod
    def loop(self, kind: str, binders: Sequence[Binder]) -> str:
        """The head of a sum, product or extremum: ``Σⱼ``."""

    @abstractmethod
    def cases(self, rows: Sequence[tuple[str, str]], otherwise: str) -> Written:
        """The first value whose condition holds, or another."""

    @abstractmethod
    def matrix(self, kind: str, tensor: str, subscripts: tuple[Index, ...]) -> str:
        """An entry of an inverse, or a determinant."""

    @abstractmethod
    def derivative(self, function: str, orders: tuple[int, ...]) -> str:
        """An unknown function, or a derivative of one."""

    @abstractmethod
    def relation(self, name: str) -> str:
        """``<=`` as it is printed; also ``and``, ``or`` and ``not``."""

    @abstractmethod
    def pi(self, name: str) -> str:
        """π or the imaginary unit."""

    # ---- terms

    def write(self, piece: Piece) -> str:
        """A piece of mathematics, with marks."""
        match piece:
            case str():
                return piece
            case Equation(left, right):
                return f"{self.write(left)} = {self.write(right)}"
            case ForAll(_, condition):
                return self.condition(condition)
            case _:
                return self.term(piece, 0).text

    def term(self, term: Term, depth: int) -> Written:
        """A term; ``depth`` counts the brackets and sums around it."""
        match term:
            case Number(value):
                return self._number(value)
            case Constant(name):
                return Written(self.pi(name), ATOM)
            case IndexValue(index):
                single = len(index.terms) == 1 and index.terms[0][1] == 1 and len(index.terms[0][0]) == 1
                return Written(self.index(index), ATOM if single or index.value is not None else ADDED)
            case Entry(tensor, subscripts):
                return Written(self.entry(tensor, subscripts), ATOM)
            case Add(terms):
                return self._add(terms, depth)
            case Mul():
                return self._mul(term, depth)
            case Power(base, exponent):
                return self._power(base, exponent, depth)
            case Call(function, arguments):
                return self.call(function, [self.term(a, depth + 1).text for a in arguments])
            case Apply(function, orders, arguments):
                inner = ", ".join(self.term(a, depth + 1).text for a in arguments)
                return Written(f"{self.derivative(function, orders)}{self.brackets(inner)}", ATOM)
            case Sum() | Product() | Extremum():
                return self._loop(term, depth)
            case Indicator(condition):
                return Written(f"[{self.condition(condition)}]", ATOM)
            case Select():
                return self._select(term, depth)
            case Inverse(tensor, subscripts):
                return Written(self.matrix("inverse", tensor, subscripts), ATOM)
            case Determinant(tensor, subscripts):
                return Written(self.matrix("determinant", tensor, subscripts), ATOM)

    def _operand(self, term: Term, least: int, depth: int) -> str:
        written = self.term(term, depth)
        return written.text if written.binds >= least else self.brackets(self.term(term, depth + 1).text)

    def _number(self, value: Fraction) -> Written:
        if value < 0:
            return Written(f"{self.minus}{self._number(-value).text}", ADDED)
        if value.denominator == 1:
            return Written(str(value.numerator), ATOM)
        return self.fraction(Written(str(value.numerator), ATOM), Written(str(value.denominator), ATOM))

    def _add(self, terms: tuple[Term, ...], depth: int) -> Written:
        text = ""
        for k, term in enumerate(terms):
            positive = opposite(term)
            part = self._operand(term if positive is None else positive, SUMMED, depth)
            sign = self.minus if positive is not None else "+"
            if k == 0:
                text = f"{sign if positive is not None else ''}{part}"
            else:
                text += f"{broken_before(depth)}{self.space}{sign}{self.space}{part}"
        return Written(text, ADDED)

    def _mul(self, term: Mul, depth: int) -> Written:
        positive = opposite(term)
        if positive is not None:
            return Written(f"{self.minus}{self._operand(positive, SUMMED, depth)}", ADDED)
        upper, lower = split(term)
        loops = [f for f in upper if isinstance(f, Sum | Product | Extremum)]
        plain = [f for f in upper if f not in loops]
        guards = [f for f in plain if isinstance(f, Select) and f.otherwise == ZERO_TERM]
        plain = [f for f in plain if f not in guards]
        if lower:
            over = self.over(plain)
            head = self.fraction(self._product(over, depth + 1), self._product(lower, depth + 1))
            rest = [f for f in plain if f not in over]
        else:
            head, rest = Written("", ATOM), plain
        return self._joined(head, rest, [*guards, *loops], depth)

    def over(self, factors: Sequence[Term]) -> Sequence[Term]:
        """Which factors stand above the bar of a fraction, where no line can be broken; the others beside it."""
        short = [f for f in factors if not isinstance(f, Add | Select)]
        return short if len(short) <= _MOST_ABOVE else [f for f in short if isinstance(f, Number)]

    def _joined(self, head: Written, rest: Sequence[Term], loops: Sequence[Term], depth: int) -> Written:
        factors = [head.text] if head.text else []
        alone = len(rest) + len(loops) == 0
        factors += [self._operand(f, POWER, depth) for f in rest]
        for loop in loops[:-1]:
            factors.append(self.brackets(self.term(loop, depth + 1).text))
        if loops:
            factors.append(self._operand(loops[-1], SUMMED, depth))
        text = broken_before(depth, product=True).join(self._spaced(factors))
        return Written(text, head.binds if alone else SUMMED if loops else PRODUCT)

    def _spaced(self, factors: Sequence[str]) -> list[str]:
        return [
            factor if k == 0 else f"{self.between(factors[k - 1], factor)}{factor}" for k, factor in enumerate(factors)
        ]

    def between(self, left: str, right: str) -> str:
        """What stands between two factors."""
        return self.space

    def _product(self, factors: Sequence[Term], depth: int) -> Written:
        if not factors:
            return Written("1", ATOM)
        if len(factors) == 1:
            return self.term(factors[0], depth)
        return self._joined(Written("", ATOM), [f for f in factors if not isinstance(f, Sum)],
                            [f for f in factors if isinstance(f, Sum)], depth)  # fmt: skip

    def _power(self, base: Term, exponent: Term, depth: int) -> Written:
        if isinstance(exponent, Number) and exponent.value < 0:
            lower = (
                self.term(base, depth) if exponent == MINUS_ONE else self._power(base, Number(-exponent.value), depth)
            )
            return self.fraction(Written("1", ATOM), lower)
        if isinstance(exponent, Number) and exponent.value == _HALF:
            return Written(self.root(unmarked(self.term(base, depth + 1).text)), ATOM)
        written = self.term(base, depth + 1)
        text = unmarked(self.term(exponent, depth).text)
        return Written(self.power(written, isinstance(base, Entry), text), POWER)

    def _loop(self, term: Sum | Product | Extremum, depth: int) -> Written:
        binders, body = [term.binder], term.body
        if isinstance(term, Sum):
            while isinstance(body, Sum):
                binders.append(body.binder)
                body = body.body
        kind = term.kind if isinstance(term, Extremum) else "sum" if isinstance(term, Sum) else "prod"
        inner = self._operand(body, SUMMED, depth + 1)
        return Written(f"{self.loop(kind, binders)}{self.space}{inner}", SUMMED)

    def _select(self, term: Select, depth: int) -> Written:
        condition = self.condition(term.condition)
        if term.otherwise == ZERO_TERM:
            inner = "" if term.then == ONE_TERM else self._operand(term.then, SUMMED, depth)
            return Written(f"[{condition}]{self.between(']', inner) if inner else ''}{inner}", SUMMED)
        rows: list[tuple[str, str]] = []
        last: Term = term
        while isinstance(last, Select) and last.otherwise != ZERO_TERM:
            rows.append((self.term(last.then, depth + 1).text, unmarked(self.condition(last.condition))))
            last = last.otherwise
        return self.cases(rows, self.term(last, depth + 1).text)

    # ---- conditions

    def condition(self, condition: Condition) -> str:
        """A condition, with as few brackets as it takes."""
        match condition:
            case IndexCondition(relation, index):
                return self._compared(relation, index)
            case ValueCondition(relation, left, right):
                sides = self._operand(left, ADDED, 9), self._operand(right, ADDED, 9)
                if isinstance(left, Number) and not isinstance(right, Number) and relation != "==":
                    return f"{sides[1]} {self.relation(relation.replace('<', '>'))} {sides[0]}"
                return f"{sides[0]} {self.relation(relation)} {sides[1]}"
            case Not(IndexCondition("==", index)):
                return self._compared("!=", index)
            case Not(ValueCondition("==", left, right)):
                return f"{self._operand(left, ADDED, 9)} {self.relation('!=')} {self._operand(right, ADDED, 9)}"
            case Not(ValueCondition(relation, left, right)):
                return self.condition(ValueCondition("<=" if relation == "<" else "<", right, left))
            case Not(part):
                return f"{self.relation('not')} {self.brackets(self.condition(part))}"
            case All(parts):
                found = paired(parts)
                if len(found) == 1 and not isinstance(found[0], Between):
                    return self.condition(found[0])
                texts = [self._between(p) if isinstance(p, Between) else self._part(p) for p in found]
                return f"{broken_before(DEEPEST)}{self.relation('and')}".join(texts) or "0 = 0"
            case Some(parts):
                return self.relation("or").join(self._part(p) for p in parts) or "0 = 1"

    def _part(self, condition: Condition) -> str:
        text = self.condition(condition)
        return self.brackets(text) if isinstance(condition, All | Some) and len(condition.parts) > 1 else text

    def _between(self, pair: Between) -> str:
        lower, middle, upper = map(self.index, (pair.lower, pair.middle, pair.upper))
        return f"{lower} {self.relation('<=')} {middle} {self.relation('<')} {upper}"

    def _compared(self, relation: str, index: Index) -> str:
        positive = Index(tuple((m, c) for m, c in index.terms if c > 0))
        negative = Index(tuple((m, -c) for m, c in index.terms if c < 0))
        if relation == ">=":
            if negative.terms and negative.terms[-1] == ((), 1):
                below = Index(negative.terms[:-1])
                left, middle, right = (below, "<", positive) if below.terms else (positive, ">", Index(()))
            elif negative.value is not None:
                left, middle, right = positive, ">=", negative
            else:
                left, middle, right = negative, "<=", positive
        else:
            middle = relation
            left, right = solved(index) or (positive, negative)
        return f"{self.index(left)} {self.relation(middle)} {self.index(right)}"

    def conditions_of(self, binder: Binder) -> list[str] | None:
        """What the head of a sum has to say of its index; ``None`` where it runs over its usual range."""
        usual = not binder.lower.terms and self.ranges.get(binder.index) == binder.upper
        if usual and binder.condition is None:
            return None
        less, most = self.relation("<"), self.relation("<=")
        found = [] if usual else [f"{self.index(binder.lower)} {most} {binder.index} {less} {self.index(binder.upper)}"]
        return found if binder.condition is None else [*found, self.condition(binder.condition)]
