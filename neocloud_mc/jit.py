"""The only four ways in which the package compiles, and the cache of what was compiled.

`step` marks a building block that is inlined into what calls it, `chain` a step of long formulas;
`sequence` marks one that calls steps, one after the other; `kernel` marks an entry point that
releases the interpreter lock. All are lazy: numba is imported when the first kernel runs, so that
commands which simulate nothing start without it.

A step is optimised by itself, where its loops over lanes become vectors, and then inlined. A
sequence is inlined as it is, for the kernel is optimised as a whole: with its steps inside it would
take as long as the kernel. Machine code is made of kernels alone. Of a kernel that calls another,
all would be made twice, so there is one for the path loop, `engine.history`.

numba's own cache does not see an edit in another file. Compiled kernels therefore live in a folder
that is named by a digest of all sources of the path loop and of the compiler's versions, and there
in one that is named by a digest of the kernel's own sources.

No contraction, no reassociation: strict arithmetic gives the same bits on processors with and
without fused multiply-add (an explicit fma would be up to 30% faster on the draws alone).
"""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Generic, ParamSpec, TypeAlias, TypeVar

from neocloud_mc import sources

Record: TypeAlias = Any
"""A row of a simulation table: scalars (terms) and float64[lanes] (state, one value a path)."""

Table: TypeAlias = Any
"""An array of `Record`."""

Lanes: TypeAlias = Any
"""float64[lanes]: one value a path."""

P = ParamSpec("P")
R = TypeVar("R")

_STEP: Final = "step"
_CHAIN: Final = "chain"
_SEQUENCE: Final = "sequence"
_KERNEL: Final = "kernel"
_PACKAGE: Final = Path(__file__).parent
_FOLDER: Final = "kernels-"
_HISTORY: Final = _PACKAGE / "engine" / "history.py"
_KNOWN_NUMBAS: Final = frozenset({(0, 68)})
"""Releases whose inside `inlining` fits; with others kernels compile in numba's own way."""
_OUTERMOST: Final = "history.history-*.nbc"
"""File of the kernel that is compiled last, for it contains all others."""
_EVERYTHING: Final = "**/*"
"""In the folder of a generation."""
_SUFFIXES: Final = {".nbi", ".nbc"}
"""Of numba's files: an index and kernels."""
_KEPT_GENERATIONS: Final = 4
_DAY: Final = 86_400.0
_STARVED: Final = {errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}
_BROKEN_CACHE: Final = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    ImportError,
    IndexError,
    KeyError,
    OSError,
    ValueError,
)


class Kernel(Generic[P, R]):
    """A function that numba compiles when it is first needed.

    Parameters
    ----------
    function : the plain Python function, kept as `py_func`.
    kind : ``kernel`` if Python calls it: it is cached on disk and runs without the GIL. ``step``,
        ``chain`` or ``sequence`` if it is only ever inlined.
    """

    def __init__(self, function: Callable[P, R], kind: str) -> None:
        self.py_func = function
        self.kind = kind
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """The compiled function; the plain one under NUMBA_DISABLE_JIT=1."""
        import numba

        if self.kind != _KERNEL:
            bare: Any = {
                "forceinline": self.kind in (_STEP, _CHAIN),
                "no_cpython_wrapper": True,
                "no_cfunc_wrapper": True,
            }
            bare |= _no_reference_counts() | _compiler_of(self.kind)
            compiled: Callable[P, R] = numba.njit(error_model="numpy", **bare)(self.py_func)
            return compiled
        config: Any = numba.config
        own = sources.digest(Path(self.py_func.__code__.co_filename))
        usual, config.CACHE_DIR = config.CACHE_DIR, str(cache_folder() / own)
        try:
            options: Any = {"nogil": True, "cache": True} | _no_reference_counts()
            options |= _compiler_of(self.kind)
            kernel: Callable[P, R] = numba.njit(error_model="numpy", **options)(self.py_func)
            _load_lightly(kernel)
            return kernel
        finally:
            config.CACHE_DIR = usual

    @property
    def _numba_type_(self) -> object:
        """What numba asks of a global that it does not know: the type of the compiled function."""
        return self.compiled._numba_type_  # type: ignore[attr-defined]

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> R:
        """Run it, compiling first if need be.

        Where the cache is broken, its own files are compiled anew; if that is no help, all are,
        for a kernel that it calls may be broken.
        """
        for files in (self._files, _EVERYTHING):
            compiled = self.compiled  # what fails here, such as importing numba, is not the cache
            try:
                return compiled(*arguments, **named)
            except _BROKEN_CACHE as error:
                if self.kind != _KERNEL or _is_starved(error):
                    raise
                clear_cache(files)
                del self.compiled
        return self.compiled(*arguments, **named)

    @property
    def _files(self) -> str:
        """Pattern of the names of its own files, as numba names them."""
        return f"**/{Path(self.py_func.__code__.co_filename).stem}.{self.__name__}-*"


def _is_starved(error: Exception) -> bool:
    """Whether memory or files ran out, which says nothing of the cache."""
    if isinstance(error, ImportError) and not isinstance(error, ModuleNotFoundError):
        return True  # a library that could not be mapped
    return isinstance(error, OSError) and error.errno in _STARVED


def _no_reference_counts() -> dict[str, bool]:
    """Option that leaves tables uncounted where they are handed on; none where numba has none.

    A kernel allocates nothing, and its caller holds the tables. Counting took 15% of a month. The
    option is numba's own, without a promise.
    """
    from numba.core.cpu import CPUTargetOptions

    return {"_nrt": False} if hasattr(CPUTargetOptions, "_nrt") else {}


def _compiler_of(kind: str) -> dict[str, Any]:
    """Option that makes machine code of kernels alone; none where numba is not known.

    It saves a third of the time of compilation.
    """
    known = _inlining()
    return {"pipeline_class": known.COMPILERS[kind]} if known else {}


def _load_lightly(kernel: Any) -> None:
    """Have a kernel loaded without what only compiling needs, where numba is known.

    A plain function, which it is under NUMBA_DISABLE_JIT=1, has no cache.
    """
    if hasattr(kernel, "_cache") and (known := _inlining()):
        kernel._cache = known.LightCache(kernel.py_func)


def _inlining() -> ModuleType | None:
    """The room that reaches into numba; none for a numba whose inside nobody has looked at."""
    import numba

    if numba.version_info.short not in _KNOWN_NUMBAS:
        return None
    from neocloud_mc import inlining

    return inlining


def step(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark one event of the path loop, inlined where it is called."""
    return Kernel(function, _STEP)


def chain(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark a step whose loop is one long formula, of draws or powers.

    Each of its operations waits for the one before, so the loop takes several vectors at once. A
    step that rather moves numbers than works them out would only run out of registers.
    """
    return Kernel(function, _CHAIN)


def sequence(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark a list of events, inlined where it is called."""
    return Kernel(function, _SEQUENCE)


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark an entry point: cached on disk, callable from many threads at once."""
    return Kernel(function, _KERNEL)


def sources_digest() -> str:
    """Digest of the path loop's sources: the version of the economics, hex of 64 bits."""
    return sources.digest(_HISTORY)


def compiler_versions() -> dict[str, str]:
    """Versions of what compiles, by package; kernels of others are of no use."""
    from importlib import metadata

    return {name: metadata.version(name) for name in ("numba", "llvmlite", "numpy")}


@cache
def cache_folder() -> Path:
    """The folder for this generation of kernels, writable.

    Under NUMBA_CACHE_DIR, else the user's cache folder; where neither can be written, the user's
    own folder for temporary files, into which what the others hold is copied.
    """
    identity = "/".join([sources_digest(), *compiler_versions().values()])
    name = _FOLDER + hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()
    roots = _roots()
    for root in roots:
        if _is_writable(root / name):
            _prune(root, root / name)
            return root / name
    folder = _temporary_root() / name
    for root in roots:
        if not folder.exists():
            _copy(root / name, folder)
    folder.mkdir(exist_ok=True)
    _prune(folder.parent, folder)
    return folder


def is_compiled() -> bool:
    """Whether this generation's kernels are on disk already."""
    return bool(list(cache_folder().rglob(_OUTERMOST)))


def generations() -> list[Path]:
    """Folders of kernels that hold something, this generation's and others', the latest first."""
    found = sorted(cache_folder().parent.glob(f"{_FOLDER}*"), key=_last_use, reverse=True)
    return [folder for folder in found if disk_use(folder)]


def disk_use(folder: Path) -> int:
    """Bytes of the files in a folder."""
    sizes = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            sizes += path.stat().st_size if path.is_file() else 0
    return sizes


def clear_cache(files: str = _EVERYTHING) -> None:
    """Remove compiled kernels of this generation, or what stands in their place.

    Folders stay: other processes may be about to write into them.

    Parameters
    ----------
    files : pattern of those that are removed.
    """
    for path in cache_folder().glob(files):
        if path.is_file():
            path.unlink(missing_ok=True)
        elif path.suffix in _SUFFIXES:
            shutil.rmtree(path, ignore_errors=True)


def _roots() -> list[Path]:
    """Where kernels may be kept, best first."""
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        return [Path(named)]
    if named := os.environ.get("XDG_CACHE_HOME"):
        return [Path(named) / "neocloud-mc"]
    try:
        home = Path.home()
    except RuntimeError:
        return []
    base = home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    return [base / "neocloud-mc"]


def _temporary_root() -> Path:
    """The user's folder among the temporary files: kernels are code, so nobody else may write."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    root = Path(tempfile.gettempdir()) / f"neocloud-mc-{user}"
    with suppress(OSError):
        root.mkdir(mode=0o700, exist_ok=True)
        status = root.lstat()
        is_private = status.st_mode & 0o022 == 0 and status.st_uid == user
        if stat.S_ISDIR(status.st_mode) and is_private and _is_writable(root):
            return root
    return Path(tempfile.mkdtemp(prefix="neocloud-mc-"))


def _copy(folder: Path, to: Path) -> None:
    """Copy kernels, whole or not at all; what is missing is nothing to copy."""
    partial = Path(tempfile.mkdtemp(dir=to.parent))
    with suppress(OSError, shutil.Error):
        shutil.copytree(folder, partial, dirs_exist_ok=True, copy_function=shutil.copyfile)
        partial.rename(to)
    shutil.rmtree(partial, ignore_errors=True)


def _is_writable(folder: Path) -> bool:
    """Whether a file can really be made in the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            os.utime(folder)
    except OSError:
        return False
    return True


def _prune(root: Path, current: Path) -> None:
    """Drop old generations that nobody used for a day, sparing the most recent ones."""
    by_use = sorted(root.glob(f"{_FOLDER}*"), key=_last_use, reverse=True)
    for folder in by_use[_KEPT_GENERATIONS:]:
        if folder != current and time.time() - _last_use(folder) > _DAY:
            shutil.rmtree(folder, ignore_errors=True)


def _last_use(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
