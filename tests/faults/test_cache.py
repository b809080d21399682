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
    value, folder, _ = out.splitlines()
    assert float(value) == 2.0
    return Path(folder)


def replace_by_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


SPOILING: dict[str, Callable[[Path], object]] = {
    "emptied": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "of zeros": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "replaced by a folder": replace_by_folder,
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
def test_where_nothing_can_be_kept_the_folder_for_temporary_files_serves(
    environment: dict[str, str | None], tree: Path, tmp_path: Path
) -> None:
    used = [finished(begun(tree, **environment, TMPDIR=str(tmp_path))) for _ in range(2)]
    assert used[0] == used[1] and used[0].parent.parent == tmp_path
    assert used[0].parent.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [used[0].parent]


def test_a_cache_that_is_filled_but_read_only_is_used(
    tree: Path, filled: Path, tmp_path: Path
) -> None:
    code = f"""
import tempfile
made = tempfile.TemporaryFile
def make(dir):
    if {str(filled)!r} in str(dir):
        raise PermissionError
    return made(dir=dir)
tempfile.TemporaryFile = make
{PROBE}
from tests_probe import _annuity
print(sum(_annuity.compiled.stats.cache_hits.values()))
"""
    environment = {"NUMBA_CACHE_DIR": str(filled), "TMPDIR": str(tmp_path), "PYTHONPATH": str(tree)}
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    value, folder, _, n_loaded = found.stdout.splitlines()
    assert (float(value), n_loaded) == (2.0, "1")
    assert Path(folder).is_relative_to(tmp_path)


def test_a_folder_for_temporary_files_that_others_can_write_is_not_trusted(
    tree: Path, tmp_path: Path
) -> None:
    theirs = tmp_path / f"neocloud-mc-{os.getuid()}"
    theirs.mkdir()
    theirs.chmod(0o777)
    used = finished(begun(tree, NUMBA_CACHE_DIR="/proc/nowhere", TMPDIR=str(tmp_path)))
    assert used.is_relative_to(tmp_path) and not used.is_relative_to(theirs)
    assert not any(theirs.iterdir())


def test_without_a_home_the_cache_is_that_of_the_user(tree: Path, tmp_path: Path) -> None:
    """Whose home is then what the system has noted."""
    code = f"""
import pwd, types
pwd.getpwuid = lambda user: types.SimpleNamespace(pw_dir={str(tmp_path)!r})
from neocloud_mc import jit
print(jit.cache_folder())
"""
    missing = {"HOME", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME"}
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env={name: value for name, value in os.environ.items() if name not in missing},
        capture_output=True,
        text=True,
        check=True,
    )
    folder = Path(found.stdout.strip())
    assert folder.is_relative_to(tmp_path) and "neocloud-mc" in folder.parts
    assert folder.is_dir() and found.stderr == ""


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
