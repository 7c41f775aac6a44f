"""The house rules that a machine can hold us to: who imports whom, how long things are, what the code never does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "symadj"
FILES = sorted(PACKAGE.rglob("*.py"))

# What each package may import, besides itself; data flows from left to right.
LEFT_OF: dict[str, set[str]] = {
    "__init__": {"errors", "api"},
    "__main__": {"commands"},
    "errors": set(),
    "terms": {"errors"},
    "arrays": {"errors", "terms"},
    "notation": {"errors", "terms", "arrays"},
    "calculus": {"errors", "terms"},
    "points": {"errors", "terms"},
    "normal": {"errors", "terms", "points"},
    "domains": {"errors", "terms", "points", "normal"},
    "oracle": {"errors", "terms"},
    "formulas": {"errors", "terms", "notation", "calculus", "points", "normal", "domains"},
    "verdict": {"errors", "terms", "calculus", "points", "normal", "domains", "oracle", "formulas"},
}
LEFT_OF["derivation"] = LEFT_OF["verdict"] | {"verdict"}
LEFT_OF["export"] = LEFT_OF["derivation"] | {"derivation"}
LEFT_OF["runner"] = LEFT_OF["export"] | {"export", "notation", "arrays"}
LEFT_OF["api"] = LEFT_OF["runner"] | {"runner"}
COMMANDS = {file.stem for file in PACKAGE.glob("command_*.py")}
LEFT_OF |= {name: LEFT_OF["api"] | {"api", "__init__", "command_reading"} - {name} for name in COMMANDS}
LEFT_OF["commands"] = LEFT_OF["api"] | {"api", "__init__"} | COMMANDS

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def owner(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_name(file: Path) -> str:
    parts = ("symadj", *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[str]:
    """The modules that are imported, and for ``from a import b`` both ``a`` and ``a.b``."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages_used(tree: ast.AST) -> set[str]:
    found = set()
    for name in imported(ast.walk(tree)):
        parts = name.split(".")
        if parts[0] != "symadj":
            continue
        if len(parts) == 1:
            continue  # `from symadj import name` also yields `symadj.name`, which says what is used
        is_module = (PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").exists()
        found.add(parts[1] if is_module else "__init__")
    return found


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_a_package_imports_only_what_stands_to_its_left(file: Path) -> None:
    mine = owner(file)
    assert mine in LEFT_OF, f"{mine} is not in the table of this test"
    wrong = packages_used(parsed(file)) - LEFT_OF[mine] - {mine}
    assert not wrong, f"{module_name(file)} must not import {sorted(wrong)}"


def test_the_table_itself_has_no_cycle() -> None:
    for package, allowed in LEFT_OF.items():
        for other in allowed:
            assert package not in LEFT_OF[other] or "__init__" in (package, other), (package, other)


def needed(tree: ast.Module, modules: set[str]) -> set[str]:
    """The modules that are run before this one; a package is not run by ``from package import module``."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & modules or {node.module or ""}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & modules


def test_no_module_imports_itself_in_a_circle() -> None:
    names = {module_name(file): file for file in FILES}
    edges = {name: needed(parsed(file), set(names)) - {name} for name, file in names.items()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"a circle of imports: {' -> '.join((*path, name))}"
        if name not in done:
            for other in sorted(edges[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_files_and_functions_are_short(file: Path) -> None:
    length = len(file.read_text(encoding="utf-8").splitlines())
    assert length <= MOST_LINES_OF_A_FILE, f"{length} lines"
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            lines = (node.end_lineno or 0) - node.lineno + 1 - docstring
            assert lines <= MOST_LINES_OF_A_FUNCTION, f"{node.name}, line {node.lineno}: {lines} lines"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_no_check_vanishes_under_python_O_and_no_text_is_run(file: Path) -> None:
    for node in ast.walk(parsed(file)):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: an assert statement"
        if isinstance(node, ast.Name):
            assert node.id not in {"eval", "exec", "compile", "__import__"}, f"line {node.lineno}: {node.id}"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_no_module_is_imported_by_a_name_that_is_made(file: Path) -> None:
    """What ``import_module`` imports the table above does not see."""
    for node in ast.walk(parsed(file)):
        named = {node.attr} if isinstance(node, ast.Attribute) else {node.id} if isinstance(node, ast.Name) else set()
        named |= set(imported([node])) if isinstance(node, ast.Import | ast.ImportFrom) else set()
        wrong = named & {"import_module", "__import__", "importlib.import_module", "importlib.util", "sys.modules"}
        assert not wrong, f"line {getattr(node, 'lineno', 0)}: {wrong}"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_click_stays_in_commands(file: Path) -> None:
    used = {name.split(".")[0] for name in imported(ast.walk(parsed(file)))}
    assert "click" not in used or owner(file) in {"commands", *COMMANDS}


@pytest.mark.parametrize("file", [f for f in FILES if f.name == "__init__.py" and f.parent != PACKAGE], ids=module_name)
def test_init_files_only_hand_on_names(file: Path) -> None:
    for node in parsed(file).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        exported = isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["__all__"]
        assert docstring or exported or isinstance(node, ast.Import | ast.ImportFrom), f"line {node.lineno}"


def test_the_command_line_of_a_checkout_only_hands_over() -> None:
    tree = parsed(PACKAGE.parent / "cli.py")
    assert [ast.unparse(node) for node in tree.body] == [
        "from symadj.commands import main",
        "if __name__ == '__main__':\n    main()",
    ]
