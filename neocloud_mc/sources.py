"""Which source files a computation is made of, and a digest of what they say.

The files are found by following the imports inside the package from where the computation begins.
The digest is that of their syntax trees: docstrings, comments and layout change nothing, nor does
the version of Python that reads them (which `ast.dump` does not promise).

What was read once is kept beside the package's bytecode, by what the file holds to the last byte:
to parse all of it took a seventh of a short run.
"""

import ast
import hashlib
import json
import os
import sys
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final, TypeAlias

_PACKAGE: Final = Path(__file__).parent
_API: Final = _PACKAGE / "__init__.py"
"""Hands names of every stage on, and computes nothing."""
_MOST_KEPT: Final = 2000
"""Files of which it is kept what they say; then all is read anew."""

_Said: TypeAlias = tuple[str, list[str]]
"""Digest of a file's syntax tree, and the modules that it imports."""


def files(*roots: Path) -> list[Path]:
    """The roots and every file of the package that they import, directly or not, in order."""
    found: set[Path] = set()
    todo = list(roots)
    while todo:
        file = todo.pop()
        if file not in found:
            found.add(file)
            todo += _read(file)[1]
    return sorted(found)


@cache
def digest(*roots: Path) -> str:
    """Digest of what these files and all that they import say, hex of 64 bits."""
    whole = hashlib.blake2b(digest_size=8)
    for file in files(*roots):
        inside = file.is_relative_to(_PACKAGE)
        name = file.relative_to(_PACKAGE).as_posix() if inside else file.name
        whole.update(f"{name} {_read(file)[0]}\n".encode())
    _memory().keep()
    return whole.hexdigest()


@cache
def _read(file: Path) -> tuple[str, tuple[Path, ...]]:
    """Digest of one file, and the files of the package that it imports."""
    content = file.read_bytes()
    if file.suffix != ".py":
        return hashlib.blake2b(content).hexdigest(), ()
    said, modules = _memory().said(content)
    imported = {found for module in modules for found in _file_of(module)}
    return said, tuple(imported - {_API})


class _Memory:
    """What files say, by what they hold; in a file that is of use to this reader alone."""

    def __init__(self) -> None:
        own = hashlib.blake2b(Path(__file__).read_bytes(), digest_size=8).hexdigest()
        self._file = Path(cache_from_source(__file__)).with_name(f"sources-{own}.json")
        self._kept: dict[str, _Said] = {}
        self._has_more = False
        with suppress(OSError, ValueError, TypeError, AttributeError):
            found = json.loads(self._file.read_text(encoding="utf-8"))
            if len(found) <= _MOST_KEPT:
                self._kept = {
                    key: (said, [*map(str, names)]) for key, (said, names) in found.items()
                }

    def said(self, content: bytes) -> _Said:
        """What a file says, parsed if its content was never read."""
        key = hashlib.blake2b(content, digest_size=16).hexdigest()
        if key not in self._kept:
            words: list[str] = []
            imports: set[str] = set()
            _tell(ast.parse(content), words, imports)
            spelt = hashlib.blake2b("\n".join(words).encode()).hexdigest()
            self._kept[key] = (spelt, sorted(imports))
            self._has_more = True
        return self._kept[key]

    def keep(self) -> None:
        """Write it, whole or not at all, where bytecode would be written."""
        if sys.dont_write_bytecode or not self._has_more:
            return
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(self._kept), encoding="utf-8")
            draft.replace(self._file)
        self._has_more = False


@cache
def _memory() -> _Memory:
    return _Memory()


def _tell(value: object, words: list[str], imports: set[str]) -> None:
    """Spell a node out, without docstrings and what is empty; mutates `words` and `imports`."""
    if isinstance(value, ast.AST):
        words.append(type(value).__name__)
        imports.update(_imported(value))
        for name in value._fields:
            inner = getattr(value, name)
            if inner is not None and inner != []:
                words.append(name)
                _tell(inner, words, imports)
    elif isinstance(value, list):
        for item in value:
            if not _is_docstring(item):
                _tell(item, words, imports)
    else:
        words.append(ascii(value))
    words.append("")


def _is_docstring(node: object) -> bool:
    """Whether a statement is a text that is neither kept nor used."""
    match node:
        case ast.Expr(ast.Constant(str())):
            return True
    return False


def _imported(node: ast.AST) -> list[str]:
    """The modules of the package that a node may import."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        return []
    return [name for name in names if name.split(".")[0] == _PACKAGE.name]


@cache
def _file_of(module: str) -> list[Path]:
    """The file of a module, if the package has it."""
    first, *rest = module.split(".")
    place = _PACKAGE.joinpath(*rest)
    candidates = (place.with_suffix(".py"), place / "__init__.py")
    return [file for file in candidates if first == _PACKAGE.name and file.is_file()]
