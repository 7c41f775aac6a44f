"""Terms whose being zero depends on integers only: a masked sum of exponentials is 0 where the mask is empty, else
positive.

A comparison of such a term with 0 does not change when the entries move a little, so it makes no kink.

    positive terms (by ``signs``), 0, Indicator of integers      rigid
    a if c else b, c of integers                                 rigid, if a and b are
    sums (also over a range) and products of rigid terms         rigid; all parts are >= 0
    an entry of a line                                           rigid, if the line's right side is
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symadj.calculus.vocabulary import reads_any
from symadj.terms.index import Size
from symadj.terms.nodes import (
    Add,
    Call,
    Condition,
    Constant,
    Entry,
    IndexValue,
    Indicator,
    Mul,
    Number,
    Power,
    Select,
    Sum,
    Term,
    condition_terms,
)
from symadj.terms.statement import Let


@dataclass(slots=True)
class Rigidity:
    """Decides rigidity over the lines ``lets`` when the tensors ``varying`` move; each line is looked at once."""

    lets: Mapping[str, Let]
    varying: Mapping[str, object]
    _known: dict[str, bool] = field(default_factory=dict)

    def is_rigid(self, term: Term) -> bool:
        """Whether ``term`` is nowhere negative, and zero or positive depending on integers only.

        >>> from symadj.terms.nodes import ZERO_TERM, less
        >>> from symadj.terms.index import size, var
        >>> x = Entry("x", (var("i"),))
        >>> rigidity = Rigidity({}, {"x": None})
        >>> rigidity.is_rigid(Select(less(var("i"), size("n")), Call("exp", (x,)), ZERO_TERM)), rigidity.is_rigid(x)
        (True, False)
        """
        match term:
            case Number(value):
                return value >= 0
            case Constant(name):
                return name == "pi"
            case IndexValue(index):
                return all(c > 0 and all(isinstance(a, Size) for a in m) for m, c in index.terms)
            case Indicator(condition):
                return self._is_fixed(condition)
            case Call("exp" | "cosh" | "sigmoid" | "softplus", _):
                return True
            case Power(base, Number()):
                return self.is_rigid(base)
            case Add(parts) | Mul(parts):
                return all(self.is_rigid(p) for p in parts)
            case Sum(binder, body):
                return (binder.condition is None or self._is_fixed(binder.condition)) and self.is_rigid(body)
            case Select(condition, then, otherwise):
                return self._is_fixed(condition) and self.is_rigid(then) and self.is_rigid(otherwise)
            case Entry(tensor, _) if tensor in self.lets:
                if tensor not in self._known:
                    self._known[tensor] = False
                    self._known[tensor] = self.is_rigid(self.lets[tensor].body)
                return self._known[tensor]
            case _:
                return False

    def _is_fixed(self, condition: Condition) -> bool:
        """Whether nothing that moves stands in the condition."""
        return not any(reads_any(t, self.varying) for t in condition_terms(condition))
