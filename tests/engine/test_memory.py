"""Memory: what is lacking is said in words before anything is compiled, and costs no kernel."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from neocloud_mc import jit
from neocloud_mc.cli import main
from neocloud_mc.engine import compilation, memory
from neocloud_mc.errors import RunError

resource = pytest.importorskip("resource")
SCENARIO = "scenarios/2025-06/coreweave.yaml"
NEED = memory.Need(address_space=500e6, resident=300e6)


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_address_space(monkeypatch, resource.RLIM_INFINITY)


def limit_address_space(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, resource.RLIM_INFINITY))


def group(root: Path, membership: str, file: str, limit: str) -> Path:
    """A file system whose one control group sets this limit."""
    for name, text in {"proc/self/cgroup": membership, f"sys/fs/cgroup/{file}": limit}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n")
    return root


def test_a_limit_on_the_address_space_is_told_with_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    limit_address_space(monkeypatch, 500_000_000)
    memory.require(NEED, "counting", tmp_path)
    limit_address_space(monkeypatch, 409_600 * 1024)
    with pytest.raises(RunError) as failure:
        memory.require(NEED, "counting", tmp_path)
    assert str(failure.value) == (
        "out of memory: counting takes 500 MB of address space, and this process may have 419 MB: "
        "raise ulimit -v"
    )


@pytest.mark.parametrize(
    ("membership", "file"),
    [
        ("0::/job/step", "job/memory.max"),
        ("0::/elsewhere", "memory.max"),
        ("4:memory:/pod", "memory/pod/memory.limit_in_bytes"),
    ],
)
def test_a_containers_limit_is_told(membership: str, file: str, tmp_path: Path) -> None:
    root = group(tmp_path, membership, file, "268435456")
    with pytest.raises(RunError, match=r"takes 300 MB.* may have 268 MB: give it more$"):
        memory.require(NEED, "counting", root)


@pytest.mark.parametrize("limit", ["max", "9223372036854771712", "300000000", "?"])
def test_a_container_with_room_enough_is_let_through(limit: str, tmp_path: Path) -> None:
    memory.require(NEED, "counting", group(tmp_path, "0::/", "memory.max", limit))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ImportError("failed to map segment from shared object"),
        OSError("Could not find/load shared object file 'libllvmlite.so'"),
        SystemError("returned NULL without setting an exception"),
    ],
)
def test_what_libraries_say_of_a_want_of_memory_is_understood(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_address_space(monkeypatch, 204_800 * 1024)
    assert memory.lack(error) == ("out of memory: this process may have 210 MB: raise ulimit -v")


@pytest.mark.parametrize("error", [ImportError("x"), OSError("x"), SystemError("x")])
def test_the_same_where_there_is_no_limit_is_a_failure_of_its_own(error: Exception) -> None:
    assert memory.lack(error) == ""


def test_a_missing_file_is_no_want_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_address_space(monkeypatch, 204_800 * 1024)
    assert memory.lack(FileNotFoundError(errno.ENOENT, "no such file")) == ""
    assert memory.lack(ValueError("x")) == ""


def test_memory_that_runs_out_without_a_limit_is_told_too() -> None:
    assert memory.lack(MemoryError()) == "out of memory"


def test_threads_that_cannot_be_started_are_told_with_the_remedy() -> None:
    assert "give fewer --threads" in memory.lack(RuntimeError("can't start new thread"))
    assert memory.lack(RuntimeError("x")) == ""


def test_nothing_is_compiled_that_would_run_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    limit_address_space(monkeypatch, 409_600 * 1024)
    monkeypatch.setattr(compilation, "is_needed", lambda: True)
    monkeypatch.setattr(compilation, "load", None)
    assert main(["run", SCENARIO, "--paths", "10"]) == 1
    assert capsys.readouterr().err.startswith("out of memory: compiling the kernels takes ")


def test_a_starved_process_says_one_line_and_leaves_the_cache_as_it_is(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "neocloud_mc", "run", SCENARIO, "--paths", "100", "-q"]
    folder = jit.cache_folder()
    before = {file: file.stat().st_mtime_ns for file in folder.glob("**/*.nb?")}
    starved = subprocess.run(
        ["sh", "-c", 'ulimit -v 204800; exec "$@"', "sh", *command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (starved.returncode, starved.stdout) == (1, "")
    assert starved.stderr.startswith("out of memory: ") and starved.stderr.count("\n") == 1
    assert {file: file.stat().st_mtime_ns for file in folder.glob("**/*.nb?")} == before
