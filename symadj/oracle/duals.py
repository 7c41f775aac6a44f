"""First-order dual numbers over any of the oracle's number domains: a value, and how it changes along one direction.

``(a + a'ε)(b + b'ε) = ab + (a'b + ab')ε``. A ``Dual`` stays a ``Dual`` when its tangent is 0: that it depends on the
direction is what tells a kink (``Undifferentiable``) from a comparison of constants.
"""

from __future__ import annotations

from typing import Any


class Dual:
    """``value + tangent·ε``; never changed after it is made."""

    __slots__ = ("tangent", "value")

    def __init__(self, value: Any, tangent: Any) -> None:
        self.value = value
        self.tangent = tangent

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.tangent})"

    def __add__(self, other: Any) -> Dual:
        if type(other) is Dual:
            return Dual(self.value + other.value, self.tangent + other.tangent)
        return Dual(self.value + other, self.tangent)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangent)

    def __sub__(self, other: Any) -> Dual:
        if type(other) is Dual:
            return Dual(self.value - other.value, self.tangent - other.tangent)
        return Dual(self.value - other, self.tangent)

    def __rsub__(self, other: Any) -> Dual:
        return Dual(other - self.value, -self.tangent)

    def __mul__(self, other: Any) -> Dual:
        if type(other) is Dual:
            return Dual(self.value * other.value, self.value * other.tangent + self.tangent * other.value)
        return Dual(self.value * other, self.tangent * other)

    def __rmul__(self, other: Any) -> Dual:
        return Dual(other * self.value, other * self.tangent)


def value_of(number: Any) -> Any:
    """The number without its tangent."""
    return number.value if type(number) is Dual else number


def tangent_of(number: Any) -> Any:
    """How the number changes along the direction: the integer 0 when it does not depend on it."""
    return number.tangent if type(number) is Dual else 0


class Gradient:
    """A tangent along all directions at once: ``parts[k]`` is how the number changes with the k-th entry."""

    __slots__ = ("parts",)

    def __init__(self, parts: dict[int, Any]) -> None:
        self.parts = parts

    def __add__(self, other: Any) -> Gradient:
        if type(other) is not Gradient:
            return self if other == 0 else NotImplemented
        total = dict(self.parts)
        for k, part in other.parts.items():
            total[k] = total[k] + part if k in total else part
        return Gradient(total)

    __radd__ = __add__

    def __neg__(self) -> Gradient:
        return Gradient({k: -part for k, part in self.parts.items()})

    def __sub__(self, other: Any) -> Gradient:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Gradient:
        return (-self).__add__(other)

    def __mul__(self, factor: Any) -> Gradient:
        return Gradient({k: part * factor for k, part in self.parts.items()})

    __rmul__ = __mul__
