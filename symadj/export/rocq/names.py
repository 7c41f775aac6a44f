"""Names: the statement's own names, made fit for Rocq; none of them can hide a name that a certificate uses.

A name of the notation has no prime, so a primed one is free: what is reserved gets a prime, and so do our own names.
"""

from __future__ import annotations

import re

KEYWORDS = [
    "Axiom",
    "CoFixpoint",
    "Definition",
    "Fixpoint",
    "Hypothesis",
    "Parameter",
    "Prop",
    "SProp",
    "Set",
    "Theorem",
    "Type",
    "Variable",
    "as",
    "at",
    "cofix",
    "else",
    "end",
    "exists",
    "exists2",
    "fix",
    "for",
    "forall",
    "fun",
    "if",
    "in",
    "is",
    "let",
    "match",
    "return",
    "then",
    "where",
    "with",
    "by",
    "using",
    "do",
    "last",
    "first",
    "have",
    "suff",
    "wlog",
    "without",
    "move",
    "case",
    "elim",
    "apply",
    "exact",
    "rewrite",
    "pose",
    "set",
]

USED = [
    "R",
    "e",
    "u",
    "t",
    "p",
    "nat",
    "bool",
    "true",
    "false",
    "tensor",
    "entry",
    "V",
    "C",
    "IA",
    "IS",
    "IM",
    "ID",
    "IR",
    "F",
    "G",
    "Eq",
    "Le",
    "Lt",
    "Tr",
    "Not",
    "And",
    "Or",
    "Cst",
    "Rat",
    "Atm",
    "Siz",
    "Isz",
    "Ind",
    "If",
    "Add",
    "Opp",
    "Mul",
    "Sum",
    "T0",
    "T1",
    "T2",
    "T3",
    "T4",
    "T5",
    "T6",
    "Some",
    "None",
    "Z",
    "I",
    "conj",
    "prove",
    "ring_identity",
    "dual_identity",
    "unit_identity",
    "unit_dual_identity",
    "divisible",
    "zholds",
    "obligations",
    "adjoint0",
    "adjoint1",
    "adjoint2",
    "adjoint3",
    "adjoint4",
    "comRingType",
    "comUnitRingType",
    "realType",
    "O",
    "S",
    "U",
    "is_diff",
    "is_diff_to",
    "differential",
    "real_divisible",
    "expR",
    "ln",
    "sin",
    "cos",
    "sigmoid",
    "tanh",
    "softplus",
    "atan",
    "relu",
    "heaviside",
    "the_pi",
    "q",
    "w",
    "expand",
    "check",
    "act",
    "den",
    "size",
    "inv",
    "det",
    "product",
    "others",
    "Site",
    "Over",
    "Oinv",
    "Odet",
    "Oprod",
    "Omax",
    "maximum",
]

RESERVED = frozenset((*KEYWORDS, *USED))


def identifier(name: str) -> str:
    """The name in Rocq; different names stay different.

    >>> identifier("W"), identifier("V"), identifier("equal.0")
    ('W', "V'", "equal'0")
    """
    name = name.replace(".", "'")
    return f"{name}'" if name in RESERVED else name


def unknown(name: str) -> str:
    """A derivative of an unknown function, ``f'1``; of order 0 it is the function.

    >>> unknown("f'0"), unknown("f'1")
    ('f', "f'1")
    """
    function, _, order = name.partition("'")
    return identifier(function) if order == "0" else f"{identifier(function)}'{order}"


def following(name: str) -> str:
    """The derivative of an unknown function or of a derivative of it.

    >>> following("f'0")
    "f'1"
    """
    function, _, order = name.partition("'")
    return f"{function}'{int(order) + 1}"


def module_name(name: str, taken: set[str]) -> str:
    """A module's name for the statement ``name``, not yet in ``taken``, to which it is added.

    >>> module_name("log-softmax", set()), module_name("2d", set())
    ('log_softmax', 'S2d')
    """
    text = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if not text or not text[0].isalpha():
        text = f"S{text}"
    if text in RESERVED:
        text += "'"
    while text in taken:
        text += "'"
    taken.add(text)
    return text
