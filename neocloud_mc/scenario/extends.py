"""A file and all that it extends -> one tree.

Every file is read once and laid over those before it in the order of first mention, parents before
children; so a file that two others extend (a diamond) does not undo what the first of them changed.
Name and description belong to the file that was named; they are not inherited.

A scenario may come from anywhere, so what `extends` can read is narrow: plain files named *.yaml or
*.yml in the folder of the file that was named or the one above it, after following every link.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from pathlib import Path as File
from typing import AnyStr, Final, TextIO

from neocloud_mc.scenario.complaints import MOST, paths_of, without_value
from neocloud_mc.scenario.tree import (
    Mistake,
    Node,
    Path,
    Place,
    child,
    idle_nulls,
    merge,
    pruned,
    size,
)
from neocloud_mc.scenario.wording import quoted, suggestion
from neocloud_mc.scenario.yaml_tree import MAX_NODES, UnreadableError, parse

MAX_BYTES: Final = 10_000_000
MAX_FILES: Final = 100
STDIN: Final = "-"
_TOO_LARGE: Final = f"larger than {MAX_BYTES // 1_000_000} MB"
_TOO_LONG: Final = f"more than {MAX_NODES} values, all files together"
_NOT_PLAIN: Final = "not a plain file"
_STDIN_HINT: Final = " (standard input is read as -)"
_LONGEST_NAME: Final = 4096
_SUFFIXES: Final = (".yaml", ".yml")
_OWN: Final = ("extends", "name", "description")


@dataclass
class Reading:
    """What was read.

    Parameters
    ----------
    tree : the merged whole, or none where nothing could be read.
    files : every file read, in the order of reading.
    is_complete : whether no file had to be left out.
    changing : the files that extend others, as messages tell them.
    without_value : paths of keys that state nothing, and of those that they were meant to be.
    """

    tree: Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    is_complete: bool = True
    without_value: set[Path] = field(default_factory=set)
    changing: set[str] = field(default_factory=set)


def read(source: str, stdin: TextIO | None) -> Reading:
    """Read a file, or standard input for ``-``, and what it extends."""
    return _Reader(source, stdin).read()


class _Reader:
    """Reads the files of one scenario, each once."""

    def __init__(self, source: str, stdin: TextIO | None) -> None:
        self._source = source
        self._stdin = stdin
        self._folder = File() if source == STDIN else File(source).parent
        self._within = _within(self._folder, is_stdin=source == STDIN)
        self._result = Reading()
        self._open: list[tuple[str, str]] = []
        self._done: set[str] = set()
        self._trees: list[Node] = []
        self._n_bytes = 0
        self._n_values = 0

    def read(self) -> Reading:
        self._visit(self._source, self._folder, _identity(self._source), None)
        if self._trees:
            self._finish(reduce(merge, self._trees))
        return self._result

    def _finish(self, tree: Node) -> None:
        """Take the merged tree, without the keys that a null deleted."""
        idle = [without_value(path, tree) for path in islice(idle_nulls(tree), MOST)]
        self._result.tree = pruned(tree)
        self._result.mistakes += [remark.placed(tree) for remark in idle]
        self._result.without_value = paths_of(idle)

    def _visit(self, origin: str, folder: File, identity: str, entry: Node | None) -> None:
        """Read a file after those that it extends; `entry` is what named it."""
        try:
            text = self._text(origin, identity, entry)
            root, mistakes = parse(text, origin)
            self._n_values += size(root)
            if self._n_values > MAX_NODES:
                raise UnreadableError(root.place, _TOO_LONG)
        except UnreadableError as failure:
            self._refuse(failure.mistake)
            return
        finally:
            self._done.add(identity)
        self._result.mistakes += mistakes
        if child(root, "extends"):
            self._result.changing.add(origin)
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
        elif not self._may_read(File(identity)):
            near = File(f"{identity}{_SUFFIXES[0]}")
            hint = _with_suffix(str(path)) if self._may_read(near) else ""
            complaint = f"{quoted(target.value)} may not be read{hint or self._allowed}"
        elif len(self._done) >= MAX_FILES:
            complaint = f"more than {MAX_FILES} files"
        if complaint:
            self._refuse(Mistake(target.place, f"extends: {complaint}"))
            return
        self._visit(str(path), path.parent, identity, target)

    def _refuse(self, mistake: Mistake) -> None:
        self._result.mistakes.append(mistake)
        self._result.is_complete = False

    def _why_not(self, error: Exception, origin: str, entry: Node | None) -> str:
        """Why a file could not be read, and what to do instead."""
        why = _why(error)
        if entry is None:
            return why + (_STDIN_HINT if why == _NOT_PLAIN else _with_suffix(origin))
        if isinstance(error, FileNotFoundError):
            near = suggestion(File(origin).name, [file.name for file in _neighbours(File(origin))])
            return f"extends: there is no file {quoted(origin)}{near}"
        return f"extends: {quoted(entry.value)}: {why}{self._allowed}"

    def _may_read(self, file: File) -> bool:
        return file.suffix in _SUFFIXES and any(map(file.is_relative_to, self._within))

    @property
    def _allowed(self) -> str:
        """What `extends` may read, for a message."""
        where = "the working directory"
        if self._source != STDIN:
            where = f"the folder of {self._source}" + (
                " or the one above it" if len(self._within) > 1 else ""
            )
        return f" (allowed: plain files named *.yaml or *.yml in {where})"

    def _text(self, origin: str, identity: str, entry: Node | None) -> str:
        """The text of a file or of standard input.

        Raises
        ------
        UnreadableError : no such file, no plain file, too large, not UTF-8.
        """
        place = entry.place if entry else Place(origin)
        try:
            if entry:
                content: bytes | str = _from_file(identity, MAX_BYTES - self._n_bytes)
            elif origin == STDIN:
                content = _from_stream(self._stdin)
            else:
                content = _from_file(origin, MAX_BYTES)
        except UnicodeDecodeError:
            raise UnreadableError(place, "not text in UTF-8") from None
        except (OSError, ValueError) as error:
            raise UnreadableError(place, self._why_not(error, origin, entry)) from None
        self._n_bytes += len(content)
        if entry or origin != STDIN:
            self._result.files.append(File(origin))
        return content if isinstance(content, str) else _decoded(content, origin)


def _within(folder: File, *, is_stdin: bool) -> list[File]:
    """The folders that may be read: the scenario's, and the one above unless that is the root."""
    own = File(os.path.realpath(folder))
    above = own.parent
    return [own] if is_stdin or above.parent == above else [own, above]


def _identity(path: str | File) -> str:
    """The name of a file that all its names lead to."""
    return str(path) if "\0" in str(path) else os.path.realpath(path)


def _targets(root: Node, result: Reading) -> Iterator[Node]:
    """The entries of `extends`."""
    assert isinstance(root.value, dict)
    extends = root.value.get("extends")
    if extends is None or extends.value is None:
        return
    entries = extends.value if isinstance(extends.value, list) else [extends]
    if len(entries) > MAX_FILES:
        result.mistakes.append(Mistake(extends.place, f"extends: more than {MAX_FILES} files"))
        result.is_complete = False
    for entry in entries[:MAX_FILES]:
        name = entry.value
        if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and "\0" not in name:
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


def _with_suffix(path: str) -> str:
    """The file of that name with the suffix of a scenario, as the end of a message."""
    with suppress(OSError, ValueError):
        for suffix in _SUFFIXES:
            if File(f"{path}{suffix}").is_file():
                return f" (did you mean {path}{suffix}?)"
    return ""


def _neighbours(path: File) -> list[File]:
    try:
        return sorted(path.parent.glob("*.y*ml"))
    except OSError:
        return []


def _from_file(name: str, most: int) -> bytes:
    if "\0" in name:
        raise ValueError("no name of a file: it holds the character U+0000")
    with open(name, "rb", opener=_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(_NOT_PLAIN)
        return _bounded(file.read(most + 1), most)


def _without_waiting(name: str, flags: int) -> int:
    """Open a file; a FIFO that nobody writes to does not hold the program up."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _from_stream(stdin: TextIO | None) -> bytes | str:
    if stdin is None:
        raise ValueError("there is no standard input")
    buffer = getattr(stdin, "buffer", None)
    if buffer is None:
        return _bounded(stdin.read(MAX_BYTES + 1), MAX_BYTES)
    content: bytes = buffer.read(MAX_BYTES + 1)
    return _bounded(content, MAX_BYTES)


def _bounded(content: AnyStr, most: int) -> AnyStr:
    if len(content) > most:
        raise ValueError(_TOO_LARGE + (", all files together" if most < MAX_BYTES else ""))
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
    if isinstance(error, IsADirectoryError):
        return "a folder, not a file"
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    return str(error)
