"""Compilation: edits anywhere are seen, and a cache that is broken or missing does no harm."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import pytest
from llvmlite import binding as llvm

import neocloud_mc
from neocloud_mc import jit

PROBE = """
import sys
import numpy as np
from neocloud_mc import jit
from tests_probe import probe
print(probe())
print(jit.cache_folder())
print("numba.typed.typeddict" in sys.modules)
"""
"""The last tells whether all that numba can compile was loaded."""

MODULE = """
import numpy as np
from neocloud_mc import jit
from neocloud_mc.mechanisms import recovery

@jit.kernel
def _annuity(rate, out):
    out[0] = recovery.annuity(2.0, rate, 0.0)

def probe():
    out = np.zeros(1)
    _annuity(0.0, out)
    return out[0]
"""


def _copy(folder: Path) -> Path:
    """A copy of the package, with a small kernel beside it that uses one of its rooms."""
    package = Path(neocloud_mc.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(package, folder / "neocloud_mc", ignore=ignored)
    (folder / "tests_probe.py").write_text(MODULE)
    return folder


def _probe(folder: Path, **environment: str) -> tuple[float, Path]:
    value, cache, _ = _told(folder, **environment)
    return float(value), Path(cache)


def _told(folder: Path, **environment: str) -> list[str]:
    found = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.splitlines()


def test_an_edit_in_a_room_is_seen_by_a_cached_kernel(tmp_path: Path) -> None:
    folder, cache = _copy(tmp_path / "tree"), str(tmp_path / "cache")
    before, first = _probe(folder, NUMBA_CACHE_DIR=cache)
    again, second = _probe(folder, NUMBA_CACHE_DIR=cache)
    room = folder / "neocloud_mc/mechanisms/recovery/valuation.py"
    room.write_text(room.read_text().replace("return months\n", "return months + 1.0\n"))
    after, third = _probe(folder, NUMBA_CACHE_DIR=cache)
    assert (before, again, after) == (2.0, 2.0, 3.0)
    assert first == second != third


def test_an_edit_beside_the_path_loop_is_seen_by_the_kernel_that_uses_it(tmp_path: Path) -> None:
    folder, cache = _copy(tmp_path / "tree"), str(tmp_path / "cache")
    module, beside = folder / "tests_probe.py", folder / "neocloud_mc/beside.py"
    step = "from neocloud_mc import jit\n@jit.step\ndef added():\n    return 1.0\n"
    beside.write_text(step)
    text = module.read_text().replace("mechanisms import recovery", "beside import added")
    module.write_text(text.replace("recovery.annuity(2.0, rate, 0.0)", "added()"))
    before, first = _probe(folder, NUMBA_CACHE_DIR=cache)
    beside.write_text(step.replace("1.0", "2.0"))
    after, second = _probe(folder, NUMBA_CACHE_DIR=cache)
    assert (before, after) == (1.0, 2.0)
    assert first == second


def test_words_about_a_kernel_leave_it_compiled_and_it_is_loaded_without_the_compiler(
    tmp_path: Path,
) -> None:
    folder, cache = _copy(tmp_path / "tree"), str(tmp_path / "cache")
    _, first, compiles = _told(folder, NUMBA_CACHE_DIR=cache)
    room = folder / "neocloud_mc/mechanisms/recovery/valuation.py"
    room.write_text(room.read_text().replace('"""', '"""So, ', 1) + "\n# a remark\n")
    _, second, compiles_again = _told(folder, NUMBA_CACHE_DIR=cache)
    assert first == second
    assert (compiles, compiles_again) == ("True", "False")


def test_a_broken_cache_is_compiled_again(tmp_path: Path) -> None:
    folder, cache = _copy(tmp_path / "tree"), str(tmp_path / "cache")
    _, kernels = _probe(folder, NUMBA_CACHE_DIR=cache)
    files = [path for path in kernels.glob("**/*") if path.is_file()]
    assert files
    for path in files:
        path.write_bytes(b"not a kernel")
    assert _probe(folder, NUMBA_CACHE_DIR=cache)[0] == 2.0


def test_a_broken_kernel_costs_no_other_one(tmp_path: Path) -> None:
    folder, cache = _copy(tmp_path / "tree"), str(tmp_path / "cache")
    _, kernels = _probe(folder, NUMBA_CACHE_DIR=cache)
    (broken,) = kernels.glob("**/*.nbi")
    others = [broken.with_name("history.history-24.py311.nbi"), kernels / "other" / "x.f-1.py.nbc"]
    others[1].parent.mkdir()
    for file in (broken, *others):
        file.write_bytes(b"not a kernel")
    assert _probe(folder, NUMBA_CACHE_DIR=cache)[0] == 2.0
    assert broken.read_bytes() != b"not a kernel"
    assert [file.read_bytes() for file in others] == [b"not a kernel"] * 2


def test_without_a_writable_cache_a_temporary_one_serves(tmp_path: Path) -> None:
    folder = _copy(tmp_path / "tree")
    blocked = tmp_path / "file"
    blocked.write_text("a file, not a folder")
    value, cache = _probe(folder, NUMBA_CACHE_DIR=str(blocked / "cache"))
    assert value == 2.0
    assert "neocloud-mc-" in cache.parent.name


def test_old_generations_are_pruned(tmp_path: Path) -> None:
    folder, cache = _copy(tmp_path / "tree"), tmp_path / "cache"
    for age in range(6):
        old = cache / f"kernels-{age}"
        old.mkdir(parents=True)
        os.utime(old, (1000.0 + age, 1000.0 + age))
    _probe(folder, NUMBA_CACHE_DIR=str(cache))
    left = sorted(path.name for path in cache.iterdir())
    assert [name for name in left if name.endswith(("-3", "-4", "-5"))] and len(left) == 4


@pytest.mark.parametrize("module", ["mechanisms.debt", "scenario.model", "quantities"])
def test_terms_do_not_import_numba(module: str) -> None:
    code = f"import sys, neocloud_mc.{module}; assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "error", ["ImportError('no memory to map it')", "OSError(12, 'Cannot allocate memory')"]
)
def test_a_starved_process_leaves_the_cache_as_it_is(error: str, tmp_path: Path) -> None:
    folder, cache = _copy(tmp_path / "tree"), str(tmp_path / "cache")
    _, kernels = _probe(folder, NUMBA_CACHE_DIR=cache)
    files = sorted(path for path in kernels.glob("**/*") if path.is_file())
    code = f"""
from tests_probe import _annuity
def starved(*arguments): raise {error}
_annuity.__dict__["compiled"] = starved
_annuity(0.0, None)
"""
    environment = os.environ | {"PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": cache}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert found.returncode == 1 and error.partition("(")[0].encode() in found.stderr
    assert files and sorted(p for p in kernels.glob("**/*") if p.is_file()) == files


@jit.step
def _doubled(x: float) -> float:
    return 2.0 * x


@jit.sequence
def _quadrupled(x: float) -> float:
    return _doubled(_doubled(x))


@jit.kernel
def _eightfold(x: float) -> float:
    return _doubled(_quadrupled(x))


def test_machine_code_is_made_of_kernels_alone() -> None:
    assert _eightfold(1.0) == 8.0
    assert [is_machine_code(each) for each in (_doubled, _quadrupled, _eightfold)] == [0, 0, 1]


def test_a_numba_that_nobody_has_looked_at_compiles_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numba, "version_info", numba.version_info._replace(short=(0, 99)))
    assert is_machine_code(jit.step(_doubled.py_func))
    assert jit.kernel(_eightfold.py_func)(1.0) == 8.0


def test_without_compilation_the_function_itself_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    assert jit.kernel(_doubled.py_func).compiled is _doubled.py_func


def test_llvm_interleaves_while_a_chain_is_optimised(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(llvm, "set_option", lambda _, option: told.append(option))
    compiled: Any = jit.chain(_doubled.py_func).compiled
    compiled.compile((numba.float64,))
    assert told == ["--force-vector-interleave=4", "--force-vector-interleave=0"]


def test_an_llvm_that_nobody_has_looked_at_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(llvm, "set_option", lambda _, option: told.append(option))
    monkeypatch.setattr(llvm, "llvm_version_info", (99, 0, 0))
    compiled: Any = jit.chain(_doubled.py_func).compiled
    compiled.compile((numba.float64,))
    assert told == []


def is_machine_code(kernel: Any) -> bool:
    """Whether a function of one number, compiled, can be run by itself."""
    kernel.compiled.compile((numba.float64,))
    (found,) = kernel.compiled.overloads.values()
    return bool(found.library._codegen._engine.is_symbol_defined(found.fndesc.llvm_func_name))
