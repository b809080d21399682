"""A file and all that it extends -> one tree.

Every file is read once and laid over those before it in the order of first mention, parents before
children; so a file that two others extend (a diamond) does not undo what the first of them changed.
Name and description belong to the file that was named; they are not inherited.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path as File
from typing import AnyStr, Final, TextIO

from neocloud_mc.scenario.tree import Mistake, Node, Place, merge, pruned
from neocloud_mc.scenario.wording import quoted, suggestion
from neocloud_mc.scenario.yaml_tree import UnreadableError, parse

MAX_BYTES: Final = 10_000_000
MAX_FILES: Final = 100
STDIN: Final = "-"
_TOO_LARGE: Final = f"larger than {MAX_BYTES // 1_000_000} MB"
_OWN: Final = ("extends", "name", "description")


@dataclass
class Reading:
    """What was read.

    Parameters
    ----------
    tree : the merged whole, or none where nothing could be read.
    files : every file read, in the order of reading.
    is_complete : whether no file had to be left out.
    """

    tree: Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    is_complete: bool = True


def read(source: str, stdin: TextIO | None) -> Reading:
    """Read a file, or standard input for ``-``, and what it extends."""
    return _Reader(source, stdin).read()


class _Reader:
    """Reads the files of one scenario, each once."""

    def __init__(self, source: str, stdin: TextIO | None) -> None:
        self._source = source
        self._stdin = stdin
        self._folder = File() if source == STDIN else File(source).parent
        self._result = Reading()
        self._open: list[tuple[str, str]] = []
        self._done: set[str] = set()
        self._trees: list[Node] = []

    def read(self) -> Reading:
        self._visit(self._source, self._folder, _identity(self._source))
        if self._trees:
            self._result.tree = pruned(reduce(merge, self._trees))
        return self._result

    def _visit(self, origin: str, folder: File, identity: str) -> None:
        """Read a file after those that it extends."""
        try:
            text = self._text(origin)
            root, mistakes = parse(text, origin)
        except UnreadableError as failure:
            self._result.mistakes.append(failure.mistake)
            self._result.is_complete = False
            return
        finally:
            self._done.add(identity)
        self._result.mistakes += mistakes
        self._open.append((identity, origin))
        for target in _targets(root, self._result):
            self._follow(target, folder)
        self._open.pop()
        self._trees.append(_inheritable(root) if self._open else _without(root, ("extends",)))

    def _follow(self, target: Node, folder: File) -> None:
        """Visit what an entry of `extends` names."""
        path = folder / str(target.value)
        identity = _identity(path)
        chain = [opened for opened, _ in self._open]
        complaint = ""
        if identity in chain:
            names = [name for _, name in self._open[chain.index(identity) :]]
            complaint = "a cycle: " + " -> ".join([*names, names[0]])
        elif identity in self._done:
            return
        elif not File(identity).is_relative_to(os.path.realpath(self._folder)):
            complaint = (
                f"{quoted(target.value)} is outside the folder {self._folder} of {self._source}"
            )
        elif not path.exists():
            complaint = f"there is no file {quoted(str(path))}" + suggestion(
                path.name, [file.name for file in _neighbours(path)]
            )
        elif len(self._done) >= MAX_FILES:
            complaint = f"more than {MAX_FILES} files"
        if complaint:
            self._result.mistakes.append(Mistake(target.place, f"extends: {complaint}"))
            self._result.is_complete = False
            return
        self._visit(str(path), path.parent, identity)

    def _text(self, origin: str) -> str:
        """The text of a file or of standard input.

        Raises
        ------
        UnreadableError : no such file, no plain file, too large, not UTF-8.
        """
        place = Place(origin)
        try:
            if origin == STDIN and not self._open:
                content = _from_stream(self._stdin)
            else:
                content = _from_file(File(origin))
                self._result.files.append(File(origin))
        except UnicodeDecodeError:
            raise UnreadableError(place, "not text in UTF-8") from None
        except (OSError, ValueError) as error:
            raise UnreadableError(place, _why(error)) from None
        if isinstance(content, str):
            return content
        return _decoded(content, origin)


def _identity(path: str | File) -> str:
    """The name of a file that all its names lead to."""
    return str(path) if "\0" in str(path) else os.path.realpath(path)


def _targets(root: Node, result: Reading) -> Iterator[Node]:
    """The entries of `extends`."""
    assert isinstance(root.value, dict)
    extends = root.value.get("extends")
    if extends is None or extends.value is None:
        return
    for entry in extends.value if isinstance(extends.value, list) else [extends]:
        if isinstance(entry.value, str) and entry.value and "\0" not in entry.value:
            yield entry
        else:
            text = f"extends: the name of a file is expected, found {quoted(entry.value)}"
            result.mistakes.append(Mistake(entry.place, text))
            result.is_complete = False


def _inheritable(root: Node) -> Node:
    return _without(root, _OWN)


def _without(root: Node, keys: tuple[str, ...]) -> Node:
    assert isinstance(root.value, dict)
    return Node({key: node for key, node in root.value.items() if key not in keys}, root.place)


def _neighbours(path: File) -> list[File]:
    try:
        return sorted(path.parent.glob("*.y*ml"))
    except OSError:
        return []


def _from_file(path: File) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise ValueError("a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("not a plain file (standard input is read as -)")
    if status.st_size > MAX_BYTES:
        raise ValueError(_TOO_LARGE)
    with path.open("rb") as file:
        return _bounded(file.read(MAX_BYTES + 1))


def _from_stream(stdin: TextIO | None) -> bytes | str:
    if stdin is None:
        raise ValueError("there is no standard input")
    buffer = getattr(stdin, "buffer", None)
    if buffer is None:
        return _bounded(stdin.read(MAX_BYTES + 1))
    content: bytes = buffer.read(MAX_BYTES + 1)
    return _bounded(content)


def _bounded(content: AnyStr) -> AnyStr:
    if len(content) > MAX_BYTES:
        raise ValueError(_TOO_LARGE)
    return content


def _decoded(content: bytes, origin: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        place = Place(origin, line, column)
        text = f"not text in UTF-8: the byte 0x{content[error.start]:02x}"
        raise UnreadableError(place, text) from None


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    return str(error)
