"""LaTeX: names, running text, documents that compile without a warning that matters."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import symadj
from symadj.derivation.layout import broken_before, lines, unmarked
from symadj.export.latex import LatexMissing, compile_pdf, document, fragment
from symadj.export.latex.compiling import PACKAGES
from symadj.export.latex.documents import Chapter
from symadj.export.latex.laws import reason_latex
from symadj.export.latex.names import name_latex, text_latex
from symadj.export.latex.terms import measure
from symadj.export.rocq import NotExported
from symadj.notation import read_file, statement
from symadj.verdict import prove

ROOT = Path(__file__).parents[2]
needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason=f"needs pdflatex: {PACKAGES}")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gamma", r"\gamma"),
        ("x_hat", r"\hat{x}"),
        ("W1", "W_{1}"),
        ("W_1", "W_{1}"),
        ("bar.W", r"\bar{W}"),
        ("bar.logits", r"\overline{\mathit{logits}}"),
        ("D.W", r"\mathrm{d}W"),
        ("eps", r"\varepsilon"),
        ("one.x", "x'"),
        ("x_max", r"x_{\mathit{max}}"),
        ("inv.1", r"\mathit{inv}_{1}"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert name_latex(name) == expected


@pytest.mark.parametrize(
    "text", [r"\input{/etc/passwd}", "50 % & $x$ #1 ^ ~ _", "{unbalanced", "\x00\x1b[31m", "日本語 🙂"]
)
def test_a_strangers_text_cannot_run_anything(text: str) -> None:
    shown = text_latex(text)
    assert not re.search(r"(?<!\\)[%&#]", shown)
    assert r"\input" not in shown
    assert shown.isprintable()


def test_a_line_is_broken_at_the_least_deep_operator() -> None:
    text = f"(aa{broken_before(1)} + bb){broken_before(0)} + cc"
    assert lines(text, 9, 9, len) == ["(aa + bb)", "+ cc"]
    assert "".join(lines(text, 99, 99, len)) == unmarked(text)


# Statements of proofs/ whose lines were once too wide: nested cases, long conditions, long reasons.
WIDE = {"pylops_first_derivative_centered5_edge", "huber", "softmax_temperature", "rnn_cell"}


def _problems(log: str) -> list[str]:
    found = re.findall(r"Missing character.*|.*undefined.*|.*multiply defined.*", log)
    wide = re.findall(r"Overfull \\hbox \((\d+\.\d+)pt too wide\).*", log)
    return found + [f"{width} pt too wide" for width in wide if float(width) > 10]


@needs_latex
def test_a_document_of_two_files_compiles(tmp_path: Path) -> None:
    chapters = []
    for name in ("params", "linear"):
        reading = read_file(str(ROOT / "proofs" / f"{name}.toml"))
        chapters.append(
            Chapter(reading.title or name, tuple(prove(s) for s in reading.statements), reading.about or "")
        )
    chosen = list(read_file(str(Path(__file__).parent / "chosen.toml")).statements)
    for name in ("operators", "layers"):
        chosen += [s for s in read_file(str(ROOT / "proofs" / f"{name}.toml")).statements if s.name in WIDE]
    chapters.append(Chapter("Chosen", tuple(prove(s) for s in chosen)))
    source = tmp_path / "book.tex"
    source.write_text(document(chapters, "Derivations"), encoding="utf-8")
    assert compile_pdf(source).stat().st_size > 10_000
    assert _problems(source.with_suffix(".log").read_text(encoding="latin-1")) == []


@needs_latex
def test_hostile_names_and_texts_compile(tmp_path: Path) -> None:
    of = statement(
        "a_b", shapes="x_hat: n, lam:, W_1_2: n, dlog_p: n", forward="y = lam*x_hat*W_1_2 + dlog_p",
        backward=["dx_hat = lam*W_1_2*dy", "dlam = sum(dy*x_hat*W_1_2)", "ddlog_p = dy"],
        about=r"\input{x} 100 % of {x} ↦ 日本 ∑", source="$ & #",
    )  # fmt: skip
    source = tmp_path / "hostile.tex"
    source.write_text(document([Chapter("% & \\", (prove(of),), "é ñ ⟨x⟩")], "{$"), encoding="utf-8")
    compile_pdf(source)


def test_without_latex_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(LatexMissing, match="apt-get install"):
        compile_pdf(tmp_path / "x.tex")


def test_a_false_claim_comes_with_its_numbers() -> None:
    of = statement(shapes="W: n n, x: n", forward="y = W @ x", backward="dW = outer(x, dy)")
    text = fragment([prove(of)])
    assert "falseclaim" in text
    assert "the actual value" in text
    assert "It happens to hold at $n=1$" in text


def test_a_verdict_shows_itself() -> None:
    verdict = symadj.prove(shapes="W: m n, x: n", forward="y = W @ x", backward="dW = outer(dy, x)")
    assert "W̄ᵢⱼ = ȳᵢ xⱼ" in verdict.explain()
    assert r"\begin{theorem}" in verdict.latex()
    assert "Theorem" in verdict.rocq()
    assert r"\bar{W}" in (verdict._repr_latex_() or "")
    assert r"\bar{W}" in verdict._repr_html_()
    assert "<details>" in verdict._repr_html_()


def test_a_derivation_shows_itself() -> None:
    told = symadj.prove(shapes="x: n", forward="y = exp(x)", backward="dx = dy*exp(x)").derivation()
    assert "the exponential" not in str(told)
    assert "x̄ᵢ" in str(told)
    assert "x̄ᵢ" in told._repr_html_()
    assert r"\bar{x}_{i}" in (told._repr_latex_() or "")


def test_what_is_not_proved_shows_itself_too() -> None:
    verdict = symadj.prove(shapes="W: n n, x: n", forward="y = W @ x", backward="dW = outer(x, dy)")
    assert verdict._repr_latex_() is None
    assert "counterexample" in verdict._repr_html_()
    assert verdict.derivation()._repr_latex_() is None
    with pytest.raises(NotExported, match="nothing is proved"):
        verdict.rocq()


def test_a_formula_shows_itself() -> None:
    found = symadj.derive(shapes="W: m n, x: n", forward="y = W @ x")
    assert found._repr_latex_().replace("\n", " ").isprintable()
    assert r"\bar{W}_{i j} &= \bar{y}_{i}\, x_{j}" in found._repr_latex_()
    assert r"\bar{W}" in found._repr_html_()
    assert "dW = outer(dy, x)" in found._repr_html_()
    assert "W̄ᵢⱼ" in found.prove().explain()


def test_a_stacked_condition_ends_no_row() -> None:
    row = r"\sum_{\substack{j\\ 0 \le l-j < n}} w_{j}\, \bar{y}_{m,l-j}"
    cases = rf"\begin{{cases}} {row} & \text{{if }} q < c, \\ x & \text{{otherwise}} \end{{cases}}"
    assert measure(cases) > measure(row)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("d u² = 2u du", r"$\mathrm{d}u^{2}=2u\,\mathrm{d}u$"),
        ("power rule; d log u = du/u", r"power rule; $\mathrm{d}\log u=\mathrm{d}u/u$"),
        ("cancel A A⁻¹ = 1", "cancel $A A^{-1}=1$"),
        ("multiply by M⁻¹", "multiply by $M^{-1}$"),
        ("as claimed = 50 % of x_1", r"as claimed = 50 \% of x\_1"),
        (r"d \input{x} = 1", r"d \textbackslash{}input\{x\} = 1"),
    ],
)
def test_a_law_is_set_as_mathematics_and_nothing_else_is(reason: str, expected: str) -> None:
    assert reason_latex(reason) == expected


def test_the_summary_counts_the_verdicts() -> None:
    true = statement("a", shapes="x: n", forward="y = 2*x", backward="dx = 2*dy")
    false = statement("b", shapes="x: n", forward="y = 2*x", backward="dx = dy")
    text = document([Chapter("Both", (prove(true), prove(false)))], "Two")
    assert "2 statements: 1 proved, 1 disproved, each with a counterexample." in text


def test_a_proof_does_not_repeat_the_lines_of_its_theorem() -> None:
    of = statement(shapes="A: n n, B: n n", assume="det(A + B) != 0", equal=["inv(A + B)@(A + B)", "eye(n)"])
    text = fragment([prove(of)])
    assert text.count("M_{i j} &= ") == 1


def test_a_long_chain_has_equals_signs_of_its_own() -> None:
    of = next(s for s in read_file(str(ROOT / "proofs" / "inverses.toml")).statements if s.name == "woodbury")
    rows = re.findall(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", fragment([prove(of)]), re.DOTALL)
    assert not any(re.search(r"^[^&\n]+&=", text, re.MULTILINE) and r"&\quad=" in text for text in rows)
