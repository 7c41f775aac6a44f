r"""Names and running text in LaTeX.

The gradient that the notation calls ``dW`` is the cotangent of ``W``, printed ``\bar W`` as in the literature on
automatic differentiation; ``\mathrm dW`` is the differential. ``gamma`` is γ, ``x_hat`` is x with a hat, ``W1`` has its
number below, and a name of several letters is set as a word.
"""

from __future__ import annotations

import unicodedata

from symadj.derivation.model import COTANGENT, DIFFERENTIAL, FIRST, SECOND
from symadj.derivation.symbols import GIVEN, GREEK, OWN, symbol

_TO_COMMAND = {letter: f"\\{name}" for name, letter in GREEK.items() if name not in ("eps", "lam", "lambda_")}
_TO_COMMAND["ε"] = r"\varepsilon"
_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "^": r"\textasciicircum{}",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "%": r"\%",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
}
_IN_MATH = {
    "↦": r"\mapsto",
    "→": r"\to",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "⊗": r"\otimes",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "×": r"\times",
    "·": r"\cdot",
    "∘": r"\circ",
    "Σ": r"\Sigma",
    "∑": r"\sum",
    "∏": r"\prod",
    "√": r"\surd",
    "∂": r"\partial",
    "∇": r"\nabla",
    "∞": r"\infty",
    "∈": r"\in",
    "∀": r"\forall",
    "∃": r"\exists",
    "±": r"\pm",
    "−": "-",
    "⇔": r"\Leftrightarrow",
    "⇒": r"\Rightarrow",
    "†": r"\dagger",
    "∗": r"\ast",
    "⊙": r"\odot",
    "⊕": r"\oplus",
    "ℝ": r"\mathbb{R}",
    "ℂ": r"\mathbb{C}",
    "ᵀ": r"^{\mathsf{T}}",
    "ᵗ": "^{t}",
    "ᴴ": r"^{\mathsf{H}}",
    "′": "'",
    "″": "''",
    "∧": r"\wedge",
    "∨": r"\vee",
    "½": r"\tfrac12",
    "‖": r"\Vert",
    "ᵉ": "^{e}",
    "⁻": "^{-}",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "∼": r"\sim",
}
_TEXT = {"–": "--", "—": "---", "“": "``", "”": "''", "‘": "`", "’": "'", "…": r"\dots{}", "\u00a0": "~"}


def name_latex(name: str) -> str:
    r"""A name in mathematics.

    >>> name_latex("bar.W"), name_latex("D.gamma"), name_latex("x_hat"), name_latex("W1")
    ('\\bar{W}', '\\mathrm{d}\\gamma', '\\hat{x}', 'W_{1}')
    """
    parts = symbol(name)
    stem = _stem(parts.stem)
    single = len(parts.stem) == 1 or parts.stem in GREEK
    if parts.accent:
        stem = f"\\{'wide' if not single and parts.accent in ('hat', 'tilde') else ''}{parts.accent}{{{stem}}}"
    if parts.role in (COTANGENT, GIVEN, OWN):
        stem = f"\\bar{{{stem}}}" if single else f"\\overline{{{stem}}}"
    below = ",".join(part for part in (_word(parts.below) if parts.below else "", parts.number) if part)
    if below:
        stem = f"{stem}_{{{below}}}"
    before = r"\mathrm{d}" if parts.role == DIFFERENTIAL else ""
    after = {FIRST: "'", SECOND: "''", GIVEN: r"^{\circ}", OWN: r"^{\ast}"}.get(parts.role, "")
    return f"{before}{stem}{after}"


def index_name(name: str) -> str:
    """A size or an index in mathematics."""
    return name_latex(name)


def _stem(stem: str) -> str:
    if stem in GREEK:
        return _TO_COMMAND.get(GREEK[stem], stem)
    return _word(stem)


def _word(stem: str) -> str:
    if len(stem) == 1 and stem.isascii() and stem.isalpha():
        return stem
    if len(stem) == 1 and stem in _TO_COMMAND:
        return _TO_COMMAND[stem]
    return rf"\mathit{{{''.join(_letter(c) for c in stem)}}}"


def _letter(character: str) -> str:
    if character == "_":
        return r"\_"
    if character.isascii():
        return character
    if character in _TO_COMMAND:
        return _TO_COMMAND[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain or "?"


def text_latex(text: str) -> str:
    r"""Running text, with what LaTeX would read as a command escaped, and mathematical characters in mathematics.

    >>> print(text_latex("50 % of W ↦ x_1"))
    50 \% of W $\mapsto$ x\_1
    """
    return "".join(_character(c) for c in unicodedata.normalize("NFC", text))


def _character(c: str) -> str:
    if c in _ESCAPED:
        return _ESCAPED[c]
    if c in _TEXT:
        return _TEXT[c]
    if c in _IN_MATH:
        command = _IN_MATH[c]
        return f"${command}$" if not command.startswith("^") else f"${{}}{command}$"
    if c in _TO_COMMAND:
        return f"${_TO_COMMAND[c]}$"
    if c.isascii():
        return c if c.isprintable() else " "
    return _decomposed(c)


def _decomposed(c: str) -> str:
    """A letter with an accent that the fonts have, a sub- or superscript, or what is left in ASCII."""
    kind = unicodedata.decomposition(c)
    plain = unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode()
    if kind.startswith("<super>") and plain:
        return f"${{}}^{{{plain}}}$"
    if kind.startswith("<sub>") and plain:
        return f"${{}}_{{{plain}}}$"
    if c in "äöüÄÖÜßéèêëáàâíìîóòôúùûçñåøæÅØÆ":
        return c
    if unicodedata.combining(c):
        return ""
    return plain or "?"
