"""The program as a shell runs it: streams, terminals, signals, and what it imports."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.statements import BAD, table, write

ROOT = Path(__file__).parent.parent.parent
FAKE = str(Path(__file__).parent / "fake_prover.py")


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM", "PYTHONPATH")}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**kept, "PYTHONPATH": path, "TERM": "xterm", **more}


def program(
    *arguments: str, flags: Sequence[str] = (), script: str = FAKE, **more: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *flags, script, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment(**more), check=False
    )


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(write(tmp_path / "a.toml", table("linear"), table("false_dW"), table("broken", BAD)))


# ------------------------------------------------------------------------------------------------ streams


def test_results_and_messages_keep_apart(file: str) -> None:
    result = program("prove", file)
    assert result.returncode == 2
    assert "linear" in result.stdout
    assert "broken" not in result.stdout
    assert result.stderr.startswith(f"{file}:")
    assert "broken" in result.stderr
    assert "linear" not in result.stderr


def test_without_a_terminal_there_is_no_colour_and_no_bar(tmp_path: Path) -> None:
    result = program("prove", str(write(tmp_path / "a.toml", table("slow"), table("false"))))
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("flags", [[], ["-O"], ["-OO"], ["-W", "error"], ["-X", "dev"]])
def test_under_the_interpreters_options(file: str, flags: list[str]) -> None:
    result = program("prove", file, "--format", "json", flags=flags)
    assert result.returncode == 2, result.stderr
    found = {each["name"]: each["verdict"] for each in map(json.loads, result.stdout.splitlines())}
    assert found == {"linear": "proved", "false_dW": "disproved", "broken": "error"}
    assert "Traceback" not in result.stderr


def test_what_a_prover_prints_is_no_result(tmp_path: Path) -> None:
    result = program("prove", str(write(tmp_path / "a.toml", table("noise"))), "--format", "json")
    assert [json.loads(line)["name"] for line in result.stdout.splitlines()] == ["noise"]
    assert "noise" in result.stderr


def test_no_traceback_whatever_happens(tmp_path: Path) -> None:
    names = ("deep", "bug", "crash", "killed", "exit", "leave", "impossible", "unsupported", "last")
    result = program("prove", str(write(tmp_path / "a.toml", *(table(name) for name in names))))
    assert result.returncode == 2
    assert "Traceback" not in result.stdout + result.stderr
    assert "proved     last" in result.stdout


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    file = write(tmp_path / "a.toml", *(table(f"statement{number}") for number in range(300)))
    command = [sys.executable, FAKE, "prove", str(file), "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    if process.stdout is None or process.stderr is None:
        pytest.fail("no pipes")
    assert json.loads(process.stdout.readline())
    process.stdout.close()
    messages = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert messages == ""


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_terminal_that_knows_ascii_only(tmp_path: Path, style: str) -> None:
    file = write(tmp_path / "gründe.toml", table("false", about="Δ ⊗ x"))
    result = program("prove", str(file), "--format", style, PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    result = program("prove", str(write(tmp_path / "a\x1b[31m.toml", table("linear"))), str(tmp_path / "b\x1b[2J.toml"))
    assert "\x1b" not in result.stdout + result.stderr


# ------------------------------------------------------------------------------------------------ terminals


def on_a_terminal(*arguments: str, stream: str, **more: str) -> tuple[str, str, int]:
    """What the program writes to a terminal at ``stream``, what to the other stream, and its exit status."""
    ours, theirs = pty.openpty()
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: theirs}
    process = subprocess.Popen(
        [sys.executable, FAKE, *arguments], stdin=subprocess.DEVNULL, env=environment(**more), **streams
    )  # type: ignore[call-overload]
    os.close(theirs)
    other = process.stdout or process.stderr
    written = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # how Linux says that the last writer has gone
            chunk = b""
        if not chunk:
            break
        written += chunk
    os.close(ours)
    rest = other.read()
    other.close()
    return written.decode(), rest.decode(), process.wait()


def test_colours_on_a_terminal(file: str) -> None:
    written, _, status = on_a_terminal("prove", file, stream="stdout")
    assert "\x1b[32mproved" in written
    assert "\x1b[31mdisproved" in written
    assert status == 2


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"}])
def test_no_colours_where_they_are_not_wanted(file: str, more: dict[str, str]) -> None:
    written, _, _ = on_a_terminal("prove", file, stream="stdout", **more)
    assert "proved" in written
    assert "\x1b" not in written


def test_an_empty_no_color_counts_as_unset(file: str) -> None:
    written, _, _ = on_a_terminal("prove", file, stream="stdout", NO_COLOR="")
    assert "\x1b[32mproved" in written


def test_json_has_no_colours(file: str) -> None:
    written, _, _ = on_a_terminal("prove", file, "--format", "json", stream="stdout")
    assert all(json.loads(line) for line in written.splitlines())


def test_a_bar_after_a_second_of_work(tmp_path: Path) -> None:
    file = write(tmp_path / "a.toml", table("slow"), table("linear"))
    written, results, status = on_a_terminal("prove", str(file), "--jobs", "1", stream="stderr")
    assert "0/2" in written
    assert written.endswith("\r\x1b[K")
    assert "0/2" not in results
    assert status == 0


def test_no_bar_for_quick_work(tmp_path: Path) -> None:
    written, _, _ = on_a_terminal("prove", str(write(tmp_path / "a.toml", table("linear"))), stream="stderr")
    assert "/1" not in written


# ------------------------------------------------------------------------------------------------ signals


def started(tmp_path: Path, *tables: str, timeout: str = "60") -> tuple[subprocess.Popen[str], list[int]]:
    """A run at work on its last statement, which is ``hang``, and the processes it has started."""
    if not Path(f"/proc/self/task/{os.getpid()}/children").exists():
        pytest.skip("this system does not list the children of a process")
    file = write(tmp_path / "a.toml", *tables, table("hang"))
    # Tests that run in the background of a shell are started with SIGINT ignored, which processes inherit.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, FAKE, "prove", str(file), "--format", "json", "--jobs", "1", "--timeout", timeout],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True,
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    if process.stdout is None:
        pytest.fail("no pipe")
    for _ in tables:
        process.stdout.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return process, [int(child) for child in children.split()]


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)],
)
def test_a_run_that_is_ended_leaves_no_process(tmp_path: Path, number: signal.Signals, status: int) -> None:
    process, children = started(tmp_path, table("linear"))
    assert children
    process.send_signal(number)
    _, messages = process.communicate()
    assert process.returncode == status
    assert "Traceback" not in messages
    assert not any(alive(child) for child in children)


def test_a_worker_whose_parent_is_gone_ends_when_its_time_is_up(tmp_path: Path) -> None:
    process, children = started(tmp_path, table("linear"), timeout="2")
    assert children
    process.kill()
    process.communicate()  # until the last process that holds the pipes closes them, on its way out
    for _ in range(200):
        if not any(alive(child) for child in children):
            return
        time.sleep(0.05)
    pytest.fail("it runs on")


def test_an_idle_worker_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, sys, signal\n"
        "from symadj.runner.run import run\n"
        "from tests.cli.fake_prover import fake_prove\n"
        "from tests.cli.test_runner import statement\n"
        "results = run([statement('a'), statement('slow'), statement('slow')], prove=fake_prove, jobs=2)\n"
        "next(results)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, env=environment())
    if process.stderr is None:
        pytest.fail("no pipe")
    with process.stderr as stream:
        # The workers hold the pipe's other end: it is closed when the last of them is gone.
        ready, _, _ = select.select([stream], [], [], 60)
        assert ready
        assert b"Traceback" not in stream.read()
    assert process.wait() == -signal.SIGKILL


def test_ctrl_c_reaches_all_processes_and_prints_one_word(tmp_path: Path) -> None:
    process, _ = started(tmp_path, table("linear"))
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, messages = process.communicate()
    assert process.returncode == 130
    assert messages.split() == ["interrupted"]


# ------------------------------------------------------------------------------------------------ imports, entries


@pytest.mark.parametrize("arguments", [["--help"], ["prove", "--help"], ["--version"]])
def test_help_imports_no_prover(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from symadj.commands import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(*sys.modules, sep='\\n', file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    modules = set(result.stderr.split())
    heavy = {"sympy", "islpy", "mpmath", "numpy", "multiprocessing", "tomllib", "ast"}
    assert not heavy & (modules - {"ast"})
    own = {each for each in modules if each.startswith("symadj") and not each.startswith("symadj.command_")}
    assert own == {"symadj", "symadj.errors", "symadj.commands"}  # the modules of single commands know of click alone


def test_importing_the_package_imports_next_to_nothing() -> None:
    code = "import sys, symadj; print(*(each for each in sys.modules if each.startswith(('symadj', 'sympy', 'click'))))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert set(result.stdout.split()) == {"symadj", "symadj.errors"}


def test_the_package_names_what_it_offers() -> None:
    code = (
        "import symadj\n"
        "names = [name for name in dir(symadj) if getattr(symadj, name) is None]\n"
        "try:\n"
        "    symadj.disprove\n"
        "except AttributeError as error:\n"
        "    print(names, error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=False
    )
    assert result.stdout == "[] module 'symadj' has no attribute 'disprove'\n", result.stderr


@pytest.mark.parametrize("entry", [[str(ROOT / "cli.py")], ["-m", "symadj"]])
def test_all_entries_are_the_same_program(entry: list[str]) -> None:
    command = [sys.executable, *entry, "--version"]
    result = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
    assert result.stdout.startswith("symadj ")
