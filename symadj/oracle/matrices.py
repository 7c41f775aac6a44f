"""Determinants and inverses over any of the oracle's domains."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Any

from symadj.errors import BudgetExceeded
from symadj.oracle.complexes import Complex
from symadj.oracle.duals import value_of
from symadj.oracle.failures import Undefined
from symadj.oracle.intervals import UNIT, Interval
from symadj.oracle.numbers import NUMERIC, reciprocal

Matrix = list[list[Any]]

_LARGEST = 8
_PLAIN = {int, Fraction, float, complex}


def determinant(matrix: Matrix) -> Any:
    """The determinant. Raises ``Undefined`` unless square.

    Of plain rationals and floats by elimination. Of all else by R. S. Bird's division-free method: it holds in every
    commutative ring, the dual numbers' too, so that the derivative of a determinant is right at singular matrices.

    >>> determinant([[2, 1, 0], [0, 3, 1], [4, 0, 1]]) == 10
    True
    """
    n = _order(matrix)
    if n == 0:
        return 1
    if n > 2 and all(type(entry) in _PLAIN for row in matrix for entry in row):
        return _triangular_product(matrix)
    power = matrix
    for _ in range(n - 1):
        power = _multiply(_above(power), matrix)
    return power[0][0] if n % 2 else -power[0][0]


def _triangular_product(matrix: Matrix) -> Any:
    rows, result = [list(row) for row in matrix], Fraction(1)
    while rows:
        pivot = max(range(len(rows)), key=lambda i: _rough_size(rows[i][0]))
        first = rows.pop(pivot)
        if not first[0]:
            return 0 * first[0]
        result = (-first[0] if pivot % 2 else first[0]) * result
        factor = reciprocal(first[0])
        rows = [[a - row[0] * factor * b for a, b in zip(row[1:], first[1:], strict=True)] for row in rows]
    return result


def _order(matrix: Matrix) -> int:
    n = len(matrix)
    if any(len(row) != n for row in matrix):
        raise Undefined("a determinant or inverse of a matrix that is not square")
    if n > _LARGEST:
        raise BudgetExceeded("a determinant or inverse of a large matrix")
    return n


def _above(matrix: Matrix) -> Matrix:
    """The entries above the diagonal; on it, minus the sum of the diagonal's later entries."""
    n = len(matrix)
    result: Matrix = [[0] * i + [None] + matrix[i][i + 1 :] for i in range(n)]
    later: Any = 0
    for i in reversed(range(n)):
        result[i][i] = -later
        later = later + matrix[i][i]
    return result


def _multiply(upper: Matrix, right: Matrix) -> Matrix:
    n = len(right)
    return [[sum((upper[i][k] * right[k][j] for k in range(i, n)), 0) for j in range(n)] for i in range(n)]


def inverse(matrix: Matrix) -> Matrix:
    """The inverse. Raises ``Undefined`` for a singular matrix, ``Undecided`` for one that may be.

    By elimination over numbers; over expressions, where a pivot can't be told from 0, by cofactors.

    >>> inverse([[2, 0], [1, 1]])
    [[Fraction(1, 2), Fraction(0, 1)], [Fraction(-1, 2), Fraction(1, 1)]]
    """
    _order(matrix)
    kinds = {type(part) for row in matrix for entry in row for part in _parts(value_of(entry))}
    return _eliminated(matrix) if kinds <= NUMERIC else _by_cofactors(matrix)


def _parts(number: Any) -> tuple[Any, ...]:
    return (number.re, number.im) if type(number) is Complex else (number,)


def _eliminated(matrix: Matrix) -> Matrix:
    """Gauss and Jordan's method, with the pivot of the largest absolute value."""
    n = len(matrix)
    rows = [[*row, *(int(i == j) for j in range(n))] for i, row in enumerate(matrix)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: _rough_size(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        factor = reciprocal(rows[k][k])
        rows[k] = [entry * factor for entry in rows[k]]
        for i in range(n):
            multiple = rows[i][k]
            if i != k and (type(multiple) is not int or multiple):
                rows[i] = [entry - multiple * above for entry, above in zip(rows[i], rows[k], strict=True)]
    return [row[n:] for row in rows]


def _rough_size(entry: Any) -> float:
    """How large a number is, about: only to choose a pivot."""
    number = value_of(entry)
    if type(number) is Complex:
        return _rough_size(number.re) + _rough_size(number.im)
    if type(number) is Interval:
        return abs((number.lo + number.hi) / (2 * UNIT))
    try:
        return float(abs(number))
    except OverflowError:
        return inf


def _by_cofactors(matrix: Matrix) -> Matrix:
    n = len(matrix)
    if n == 1:
        return [[reciprocal(matrix[0][0])]]
    factor = reciprocal(determinant(matrix))
    return [[_cofactor(matrix, j, i) * factor for j in range(n)] for i in range(n)]


def _cofactor(matrix: Matrix, row: int, column: int) -> Any:
    minor = [r[:column] + r[column + 1 :] for k, r in enumerate(matrix) if k != row]
    value = determinant(minor)
    return -value if (row + column) % 2 else value
