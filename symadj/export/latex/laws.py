r"""Reasons in LaTeX: the words as text, and the laws in them, such as ``d u² = 2u du``, as mathematics."""

from __future__ import annotations

import re

from symadj.export.latex.names import text_latex

_KNOWN = frozenset({"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "det"})
_OTHERS = frozenset({"relu", "tr", "erf", "sign", "sigmoid", "softplus", "conj"})
_LEADING = ("cancel ", "by ", "multiply by ", "definition of the map, differentiated: ")
_SIGNS = {
    "−": "-",
    "⁻": "-",
    "¹": "1",
    "²": "2",
    "ᵀ": r"\mathsf{T}",
    "ᵉ": "e",
    "π": r"\pi ",
    "σ": r"\sigma ",
    "·": r"\cdot ",
}
_RAISED = re.compile("[⁻¹²ᵀᵉ]+")
_TOKEN = re.compile(r"[A-Za-z]+|[⁻¹²ᵀᵉ]+|√\([^()]*\)|√.|\s+|.")
_LAW = re.compile(r"[A-Za-z0-9\s=+−/()⁻¹²ᵀᵉ√πσ|·]+")


def reason_latex(text: str) -> str:
    r"""A reason, or a part of one.

    >>> print(reason_latex("d tanh u = (1 − tanh² u) du"))
    $\mathrm{d}\tanh u=(1-\tanh^{2} u)\,\mathrm{d}u$
    >>> print(reason_latex("as claimed"))
    as claimed
    """
    clauses = re.split(r"([,;:] )", text)
    return "".join(_clause(clause) for clause in clauses)


def _clause(text: str) -> str:
    head = next((words for words in _LEADING if text.startswith(words)), "")
    body = text[len(head) :]
    if ("=" not in body and not head) or not _LAW.fullmatch(body):
        return text_latex(text)
    words = re.findall("[A-Za-z]+", body)
    if any(word not in _KNOWN | _OTHERS and not _is_name(word) for word in words):
        return text_latex(text)
    return f"{text_latex(head)}${_law(body.strip())}${' ' if body.endswith(' ') else ''}"


def _is_name(word: str) -> bool:
    return len(word) == 1 or (len(word) == 2 and word[0] == "d")


def _law(text: str) -> str:
    written = ""
    for token in _TOKEN.findall(text):
        if token.isspace():
            written += " "
        elif token.startswith("√"):
            written += rf"\sqrt{{{_law(token.strip('√').removeprefix('(').removesuffix(')'))}}}"
        elif _RAISED.fullmatch(token):
            written += f"^{{{''.join(_SIGNS[c] for c in token)}}}"
        elif token in _KNOWN:
            written += rf"\{token} "
        elif token in _OTHERS:
            written += rf"\operatorname{{{token}}} "
        elif token == "d" or (len(token) == 2 and token[0] == "d"):
            written += rf"\,\mathrm{{d}}{token[1:]}"
        else:
            written += _SIGNS.get(token, token)
    written = re.sub(r"\s*([=+/-])\s*", r"\1", written)
    written = re.sub(r"(^|[=+/(-])\s*\\,", r"\1", re.sub(r"\s+", " ", written))
    return re.sub(r"(\\mathrm{d}) |(?<=[a-z]) (?=[\^(])|(?<=\)) (?=\\,)| (?=\\,)", r"\1", written).strip()
