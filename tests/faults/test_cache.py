"""The cache of compiled kernels: spoilt, out of reach, or filled by many at once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import neocloud_mc
from tests.test_jit import MODULE, PROBE


@pytest.fixture(name="tree", scope="module")
def _tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with a small kernel beside it."""
    folder = tmp_path_factory.mktemp("tree")
    package = Path(neocloud_mc.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, folder / "neocloud_mc", ignore=ignored)
    (folder / "tests_probe.py").write_text(MODULE)
    return folder


@pytest.fixture(name="filled", scope="module")
def _filled(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds the small kernel."""
    cache = tmp_path_factory.mktemp("filled")
    finished(begun(tree, NUMBA_CACHE_DIR=str(cache)))
    return cache


def begun(tree: Path, **environment: str | None) -> subprocess.Popen[str]:
    """A process that runs the kernel; a variable that is None is taken away."""
    given = os.environ | {"PYTHONPATH": str(tree)} | environment
    return subprocess.Popen(
        [sys.executable, "-c", PROBE],
        cwd=tree,
        env={name: value for name, value in given.items() if value is not None},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> Path:
    """The cache that the process used; asserts that its kernel is right and nothing was said."""
    with process:
        out, told = process.communicate(timeout=120)
    assert (process.returncode, told) == (0, "")
    value, folder = out.splitlines()
    assert float(value) == 2.0
    return Path(folder)


SPOILING: dict[str, Callable[[Path], object]] = {
    "emptied": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "of zeros": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "with one byte changed": lambda file: file.write_bytes(b"\xff" + file.read_bytes()[1:]),
}


@pytest.mark.slow
@pytest.mark.parametrize("spoil", SPOILING.values(), ids=SPOILING)
def test_a_spoilt_file_is_compiled_again(
    spoil: Callable[[Path], object], tree: Path, filled: Path, tmp_path: Path
) -> None:
    running = []
    for suffix in ("nbi", "nbc"):
        cache = tmp_path / suffix
        shutil.copytree(filled, cache)
        files = list(cache.glob(f"**/*.{suffix}"))
        assert files
        for file in files:
            spoil(file)
        running.append(begun(tree, NUMBA_CACHE_DIR=str(cache)))
    for process in running:
        finished(process)


def test_kernels_that_were_removed_under_their_index_are_compiled_again(
    tree: Path, filled: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(filled, cache)
    for file in cache.glob("**/*.nbc"):
        file.unlink()
    finished(begun(tree, NUMBA_CACHE_DIR=str(cache)))


@pytest.mark.parametrize(
    "environment",
    [
        {"NUMBA_CACHE_DIR": "/proc/nowhere"},
        {"NUMBA_CACHE_DIR": None, "XDG_CACHE_HOME": None, "HOME": "/proc/nowhere"},
    ],
)
def test_where_nothing_can_be_kept_a_temporary_folder_serves(
    environment: dict[str, str | None], tree: Path, tmp_path: Path
) -> None:
    used = finished(begun(tree, **environment, TMPDIR=str(tmp_path)))
    assert used.parent == tmp_path


def test_without_a_home_the_cache_is_that_of_the_user(tree: Path, tmp_path: Path) -> None:
    code = PROBE.replace("print(probe())", "print(2.0)")
    found = subprocess.run(
        [sys.executable, "-c", code.replace("jit.cache_folder()", "jit._roots()")],
        cwd=tree,
        env={k: v for k, v in os.environ.items() if k not in {"HOME", "NUMBA_CACHE_DIR"}},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "neocloud-mc" in found.stdout and found.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("start", ["empty", "spoilt"])
def test_eight_processes_that_fill_one_cache_at_once_all_compute_the_same(
    start: str, tree: Path, filled: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    if start == "spoilt":
        shutil.copytree(filled, cache)
        for file in cache.glob("**/*.nb?"):
            file.write_bytes(b"spoilt")
    processes = [begun(tree, NUMBA_CACHE_DIR=str(cache)) for _ in range(8)]
    with ThreadPoolExecutor(len(processes)) as pool:
        assert len(set(pool.map(finished, processes))) == 1
