"""The process: it starts with no more than it needs, and ends at once with everything written."""

import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from neocloud_mc import __main__ as program, cli

SCENARIO = "scenarios/2025-06/coreweave.yaml"
COMPILER = {"numba", "llvmlite", "scipy"}
ARRAYS_AND_TEXT = {"numpy", "yaml", "rich.console"}

Ended = subprocess.CompletedProcess[str]


def ran(*arguments: str) -> Ended:
    command = [sys.executable, "-m", "neocloud_mc", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def imported(*arguments: str) -> set[str]:
    """Modules that a command line has imported when it ends."""
    return imported_by_all([arguments])


def imported_by_all(lines: Sequence[Sequence[str]]) -> set[str]:
    """Modules that one process has imported after several command lines."""
    code = (
        "import json, sys; from neocloud_mc.cli import main;"
        "[main(line) for line in json.loads(sys.argv[1])];"
        "print(json.dumps(list(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, json.dumps(lines)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_help_starts_without_arrays_and_terms() -> None:
    assert not imported("--help") & {*COMPILER, *ARRAYS_AND_TEXT, "pydantic"}


def test_what_hears_no_interrupt_yet_imports_nothing_but_the_package() -> None:
    """An interrupt until then ends in a traceback of Python, so there must be no time for one."""
    code = (
        "import os, sys; before = {'__future__', *sys.modules}; import neocloud_mc.__main__;"
        "print(sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-S", "-c", code]
    own = ["neocloud_mc", "neocloud_mc.__main__", "neocloud_mc.errors"]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert ended.stdout == f"{own}\n"


def test_the_help_of_a_verb_starts_without_what_the_verb_does() -> None:
    """Of pydantic alone it needs something, for typer checks the options with it."""
    found = imported_by_all([[verb, "--help"] for verb in cli.COMMANDS])
    assert not found & {*COMPILER, *ARRAYS_AND_TEXT}
    assert not {"neocloud_mc.scenario.load", "neocloud_mc.engine.run"} & found
    assert {f"neocloud_mc.commands.{verb}" for verb in cli.COMMANDS} <= found


def test_what_simulates_nothing_starts_without_the_compiler_and_the_console() -> None:
    lines = [["validate", SCENARIO, "-q"], ["show", SCENARIO, "-q"]]
    assert not imported_by_all(lines) & {*COMPILER, "rich.console"}
    assert not imported("docs", "model") & COMPILER


def test_numba_loads_nothing_that_is_not_used() -> None:
    code = (
        "import sys; from neocloud_mc import cli, __main__ as program\n"
        "def begin():\n"
        "    import numba\n"
        "    print([name for name in sys.modules if name.startswith(('scipy.', 'coverage.'))])\n"
        "    return 0\n"
        "cli.main = begin; program.main()"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_pipe_gets_everything_before_the_process_ends() -> None:
    ended = ran("show", "scenarios/2025-06/neoclouds.yaml")
    assert ended.returncode == 0
    assert len(ended.stdout) > 65_536, "more than a pipe holds"
    assert ended.stdout.endswith("\n")


def test_the_exit_code_is_kept_and_the_complaint_written(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("horizon_months: soon\n")
    ended = ran("validate", str(wrong))
    assert ended.returncode == 2
    assert "horizon_months" in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_a_failure() -> None:
    command = [sys.executable, "-m", "neocloud_mc", "show", SCENARIO, "-q"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert "No space left" in ended.stderr
    assert "Traceback" not in ended.stderr


def in_this_process(
    monkeypatch: pytest.MonkeyPatch, begin: Callable[[], int], end: Callable[[int], None]
) -> None:
    """Let the process begin and end as told, and this one's modules and collector alone."""
    monkeypatch.setattr(cli, "main", begin)
    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(gc, "set_threshold", lambda _: None)
    monkeypatch.setattr(program, "_SPARED", ())


def leave(code: int) -> None:
    """End, as a test can catch it."""
    raise SystemExit(code)


def test_a_thread_that_still_works_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    is_done = threading.Event()
    worker = threading.Thread(target=is_done.wait)

    def begin() -> int:
        worker.start()
        return 3

    def end(code: int) -> None:
        raise AssertionError(f"ended with {code} while a thread works")

    in_this_process(monkeypatch, begin, end)
    try:
        assert program.main() == 3
    finally:
        is_done.set()
        worker.join()


def test_a_daemon_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    is_done = threading.Event()
    worker = threading.Thread(target=is_done.wait, daemon=True)

    def begin() -> int:
        worker.start()
        return 1

    in_this_process(monkeypatch, begin, leave)
    with pytest.raises(SystemExit) as ended:
        program.main()
    is_done.set()
    assert ended.value.code == 1


def test_an_interrupt_before_the_command_line_listens_is_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def begin() -> int:
        raise KeyboardInterrupt

    in_this_process(monkeypatch, begin, leave)
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_an_interrupt_before_the_command_line_is_imported_is_one_word() -> None:
    code = (
        "import sys; from neocloud_mc import __main__ as program\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        sys.meta_path.remove(self)\n"
        "        raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "program.main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "interrupted\n")
