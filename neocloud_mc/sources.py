"""Which source files a computation is made of, and a digest of what they say.

The files are found by following the imports inside the package from where the computation begins.
The digest is that of their syntax trees: docstrings, comments and layout change nothing, nor does
the version of Python that reads them (which `ast.dump` does not promise).
"""

import ast
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent
_API: Final = _PACKAGE / "__init__.py"
"""Hands names of every stage on, and computes nothing."""


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
    return whole.hexdigest()


@cache
def _read(file: Path) -> tuple[str, tuple[Path, ...]]:
    """Digest of one file, and the files of the package that it imports."""
    content = file.read_bytes()
    if file.suffix != ".py":
        return hashlib.blake2b(content).hexdigest(), ()
    words: list[str] = []
    imports: set[Path] = set()
    _tell(ast.parse(content), words, imports)
    return hashlib.blake2b("\n".join(words).encode()).hexdigest(), tuple(imports - {_API})


def _tell(value: object, words: list[str], imports: set[Path]) -> None:
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


def _imported(node: ast.AST) -> list[Path]:
    """The files of the package that a node imports."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        return []
    return [file for name in names for file in _file_of(name)]


@cache
def _file_of(module: str) -> list[Path]:
    """The file of a module, if the package has it."""
    first, *rest = module.split(".")
    place = _PACKAGE.joinpath(*rest)
    candidates = (place.with_suffix(".py"), place / "__init__.py")
    return [file for file in candidates if first == _PACKAGE.name and file.is_file()]
