"""Documents: a preamble, a summary of the verdicts, and statement after statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symadj.export.latex.names import text_latex
from symadj.export.latex.statements import StatementDocument
from symadj.verdict.model import Verdict

_COMMANDS = r"""\newcommand{\reason}[1]{\text{\footnotesize\color{reasoncolour}#1}}
\newcommand{\symadjpart}[1]{\par\medskip\noindent\textit{#1.}\nopagebreak}"""

_PREAMBLE = (
    r"""\documentclass[10pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage{textcomp}
\usepackage[margin=2.4cm]{geometry}
\usepackage[fleqn]{amsmath}
\usepackage{amssymb,amsthm}
\usepackage{xcolor}
\usepackage{microtype}
\usepackage{longtable}
\usepackage[colorlinks,allcolors=linkcolour]{hyperref}
\definecolor{reasoncolour}{gray}{0.38}
\definecolor{linkcolour}{rgb}{0.1,0.25,0.5}
\setlength{\mathindent}{1.5em}
\allowdisplaybreaks[4]
\sloppy
\setlength{\emergencystretch}{5em}
\newtheorem{theorem}{Theorem}
\newtheorem{falseclaim}[theorem]{False claim}
\newtheorem{openclaim}[theorem]{Undecided claim}
"""
    + _COMMANDS
)

_NOTATION = r"""\paragraph{Notation.} $\mathrm{d}T$ is the differential of a tensor $T$ and $\bar{T}$ its cotangent,
which a statement file calls \texttt{dT}: with $\langle\mathrm{d}y,\bar{y}\rangle$ the sum of the products of entries
(over the complex numbers the real part, with a conjugate), $\bar{x}$ is the gradient of $x$ when
$\langle\mathrm{d}y,\bar{y}\rangle = \langle\mathrm{d}x,\bar{x}\rangle$ for all $\mathrm{d}x$. Indices begin at $0$."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The verdicts on one file, its title, and what it is about."""

    title: str
    verdicts: tuple[Verdict, ...]
    about: str = ""


def fragment(verdicts: Sequence[Verdict]) -> str:
    r"""Theorems and proofs for pasting into a paper; the comment says which packages and commands it needs.

    Raises ``StepFails`` as ``derivation`` does.
    """
    head = [
        r"% needs amsmath, amssymb, amsthm and xcolor, and in the preamble:",
        *(f"%   {line}" for line in _needed().splitlines()),
    ]
    return "\n".join([*head, _NOTATION, "", *(line for v in verdicts for line in StatementDocument(v).lines())]) + "\n"


def _needed() -> str:
    kept = [
        line
        for line in _PREAMBLE.splitlines()
        if line.startswith((r"\newtheorem", r"\newcommand", r"\definecolor{reason"))
    ]
    return "\n".join(kept)


def document(chapters: Sequence[Chapter], title: str) -> str:
    """A complete document.

    >>> document([], "Nothing").splitlines()[0]
    '\\\\documentclass[10pt,a4paper]{article}'

    Raises ``StepFails`` as ``derivation`` does.
    """
    return "\n".join(_lines(chapters, title)) + "\n"


def _lines(chapters: Sequence[Chapter], title: str) -> Iterator[str]:
    yield _PREAMBLE
    yield rf"\hypersetup{{pdftitle={{{_plain(title)}}}}}"
    yield rf"\title{{{text_latex(title)}}}"
    yield r"\author{Derived and checked by symadj}"
    yield r"\date{}"
    yield r"\begin{document}"
    yield r"\maketitle"
    several = len(chapters) > 1
    if several:
        yield r"\tableofcontents"
    yield _NOTATION
    numbers: dict[int, int] = {}
    total = 0
    for chapter in chapters:
        for verdict in chapter.verdicts:
            total += 1
            numbers[id(verdict)] = total
    if total > 1:
        yield from _summary(chapters, numbers)
    for chapter in chapters:
        if several:
            yield rf"\section{{{text_latex(chapter.title)}}}"
        if chapter.about:
            yield text_latex(chapter.about)
            yield ""
        for verdict in chapter.verdicts:
            yield from _statement(verdict, numbers[id(verdict)])
    yield r"\end{document}"


def _plain(text: str) -> str:
    """What a PDF's title and bookmarks can hold whatever the text is."""
    return "".join(c if (c.isascii() and c.isalnum()) or c in ".-" else " " for c in text)


def _statement(verdict: Verdict, number: int) -> Iterator[str]:
    name = text_latex(verdict.name)
    yield rf"\subsection*{{{name}}}\label{{statement:{number}}}"
    yield rf"\pdfbookmark[2]{{{_plain(verdict.name)}}}{{statement:{number}}}"
    statement = verdict.statement
    if statement is not None and statement.about:
        yield text_latex(_sentence(statement.about)) + "."
    if statement is not None and statement.origin:
        yield rf"\textit{{Source: {text_latex(statement.origin)}.}}"
    yield r"\par\nopagebreak"
    yield from StatementDocument(verdict).lines()


def _sentence(text: str) -> str:
    """With a capital letter, unless a letter by itself is a name."""
    article = text.startswith("a ") and text[2:4].isalpha()
    return text[:1].upper() + text[1:] if text[1:2].islower() or article else text


def _summary(chapters: Sequence[Chapter], numbers: dict[int, int]) -> Iterator[str]:
    yield r"\section*{Verdicts}"
    yield _counted([verdict for chapter in chapters for verdict in chapter.verdicts])
    yield r"\begin{longtable}{@{}p{0.44\linewidth}p{0.2\linewidth}p{0.2\linewidth}r@{}}"
    yield r"\textbf{Statement} & \textbf{Claims} & \textbf{Verdict} & \textbf{Page} \\[2pt]\hline"
    yield r"\noalign{\vskip 2pt}\endhead"
    for chapter in chapters:
        if len(chapters) > 1:
            yield rf"\multicolumn{{4}}{{@{{}}l}}{{\rule{{0pt}}{{3ex}}\textit{{{text_latex(chapter.title)}}}}} \\"
        for verdict in chapter.verdicts:
            page = rf"\pageref{{statement:{numbers[id(verdict)]}}}"
            yield rf"{_name(verdict.name)} & {_targets(verdict)} & {_word(verdict)} & {page} \\"
    yield r"\end{longtable}"


def _counted(verdicts: Sequence[Verdict]) -> str:
    """How many statements there are, and what became of them."""
    found = Counter[str](verdict.status for verdict in verdicts)
    words = {"proved": "proved", "disproved": "disproved, each with a counterexample", "unknown": "undecided"}
    told = [f"{found[status]} {word}" for status, word in words.items() if found[status]]
    return f"{len(verdicts)} statements: {', '.join(told)}."


def _name(name: str) -> str:
    return rf"\raggedright {text_latex(name)}".replace(r"\_", r"\_\allowbreak ")


def _targets(verdict: Verdict) -> str:
    return rf"\raggedright {', '.join(text_latex(target) for target in verdict.claims)}"


def _word(verdict: Verdict) -> str:
    if verdict.status == "proved" and any(c.hypotheses for c in verdict.claims.values()):
        return "proved, if"
    false = [t for t, c in verdict.claims.items() if c.status == "disproved"]
    if verdict.status == "disproved" and len(false) < len(verdict.claims):
        return f"disproved: {', '.join(map(text_latex, false))}"
    return verdict.status
