"""A file, all that it extends, and the overlays laid over it -> one tree.

Every file is read once and laid over those before it in the order of first mention, parents before
children; so a file that two others extend (a diamond) does not undo what the first of them changed.
Name and description belong to the file that was named; they are not inherited.

A scenario may come from anywhere, so what `extends` can read is narrow: plain files named *.yaml or
*.yml in the folder of the file that was named or the one above it, after following every link, and
the files that ship with the program.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from pathlib import Path as File
from typing import Final, TextIO

from neocloud_mc.scenario import library
from neocloud_mc.scenario.checks.complaints import MOST, paths_of, without_value
from neocloud_mc.scenario.checks.wording import quoted, suggestion
from neocloud_mc.scenario.outcomes import are_outcomes, astray
from neocloud_mc.scenario.variants.overlay import STDIN, doubts, lay
from neocloud_mc.scenario.yaml import contents
from neocloud_mc.scenario.yaml.reading import MAX_NODES, UnreadableError, parse
from neocloud_mc.scenario.yaml.tree import (
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

MAX_FILES: Final = 100
_TOO_LONG: Final = f"more than {MAX_NODES} values, all files together"
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
    is_complete : whether no file had to be left out, and every overlay fits.
    doubts : overlays that were hardly meant as such.
    changing : overlays and the files that extend others, as messages tell them.
    without_value : paths of keys that state nothing, and of those that they were meant to be.
    """

    tree: Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    is_complete: bool = True
    without_value: set[Path] = field(default_factory=set)
    doubts: list[Mistake] = field(default_factory=list)
    changing: set[str] = field(default_factory=set)


def read(source: str, overlays: Sequence[str], stdin: TextIO | None) -> Reading:
    """Read a file, an `@name` or standard input for ``-``, what it extends, and the overlays."""
    return _Reader(stdin).read(source, overlays)


class _Reader:
    """Reads the files of one scenario, each once."""

    def __init__(self, stdin: TextIO | None) -> None:
        self._stdin = stdin
        self._source = ""
        self._within: list[File] = []
        self._result = Reading()
        self._open: list[tuple[str, str]] = []
        self._done: set[str] = set()
        self._trees: list[Node] = []
        self._known: list[Node] = []
        self._read: dict[str, Node] = {}
        self._n_bytes = 0
        self._n_values = 0

    def read(self, source: str, overlays: Sequence[str]) -> Reading:
        tree = self._whole(source)
        for overlay in overlays:
            over = self._whole(overlay)
            if self._result.is_complete:
                self._result.doubts += doubts(over, _merged(self._known), overlay, source)
            if over is not None and are_outcomes(over):
                self._refuse(astray(overlay))
            elif tree is not None and over is not None:
                tree, misfits = lay(over, overlay, tree, source)
                self._result.changing.add(over.place.origin)
                self._result.mistakes += misfits
                self._result.is_complete &= not misfits
        if tree is not None:
            self._finish(tree)
        return self._result

    def _finish(self, tree: Node) -> None:
        """Take the merged tree, without the keys that a null deleted."""
        idle = [without_value(path, tree) for path in islice(idle_nulls(tree), MOST)]
        self._result.tree = pruned(tree)
        self._result.mistakes += [remark.placed(tree) for remark in idle]
        self._result.without_value = paths_of(idle)

    def _whole(self, source: str) -> Node | None:
        """A file that the command line names, and what it extends; none: nothing is new."""
        path = source
        if library.is_name(source):
            found = library.find(source)
            if found is None:
                self._refuse(Mistake(Place(source), library.unknown(source)))
                return None
            path = str(found)
        self._source, self._trees, self._known = source, [], []
        folder = File() if source == STDIN else File(path).parent
        self._within = _within(folder, is_stdin=source == STDIN)
        if _identity(path) not in self._done:
            self._visit(path, None)
        return _merged(self._trees) if self._trees else None

    def _visit(self, path: str, entry: Node | None) -> None:
        """Read a file after those that it extends; `entry` is what named it."""
        origin, identity = library.shown(path), _identity(path)
        try:
            text = self._text(path, identity, origin, entry)
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
            self._follow(target, File(path).parent)
        self._open.pop()
        self._read[identity] = _without(root, _OWN if self._open else ("extends",))
        self._trees.append(self._read[identity])

    def _follow(self, target: Node, folder: File) -> None:
        """Visit what an entry of `extends` names."""
        name = str(target.value)
        path = library.find(name) if library.is_name(name) else folder / name
        if path is None:
            self._refuse(Mistake(target.place, f"extends: {quoted(name)}: {library.unknown(name)}"))
            return
        identity = _identity(path)
        chain = [opened for opened, _ in self._open]
        complaint = ""
        if identity in chain:
            names = [name for _, name in self._open[chain.index(identity) :]]
            complaint = "a cycle: " + " -> ".join([*names, names[0]])
        elif identity in self._done:
            if identity in self._read and self._read[identity] not in self._trees:
                self._known.append(self._read[identity])
            return
        elif not self._may_read(File(identity)):
            near = File(f"{identity}{_SUFFIXES[0]}")
            hint = _with_suffix(str(path)) if self._may_read(near) else ""
            complaint = f"{quoted(name)} may not be read{hint or self._allowed}"
        elif len(self._done) >= MAX_FILES:
            complaint = f"more than {MAX_FILES} files"
        if complaint:
            self._refuse(Mistake(target.place, f"extends: {complaint}"))
            return
        self._visit(str(path), target)

    def _refuse(self, mistake: Mistake) -> None:
        self._result.mistakes.append(mistake)
        self._result.is_complete = False

    def _why_not(self, error: Exception, origin: str, entry: Node | None) -> str:
        """Why a file could not be read, and what to do instead."""
        why = contents.why(error)
        if entry is None:
            if why == contents.NOT_PLAIN:
                return why + _STDIN_HINT
            return why + (_with_suffix(origin) or _shipped(error, origin))
        if isinstance(error, FileNotFoundError):
            names = [file.name for file in _neighbours(File(origin))]
            near = _shipped(error, origin) or suggestion(File(origin).name, names)
            return f"extends: there is no file {quoted(origin)}{near}"
        return f"extends: {quoted(entry.value)}: {why}{self._allowed}"

    def _may_read(self, file: File) -> bool:
        allowed = (*self._within, library.folder())
        return file.suffix in _SUFFIXES and any(map(file.is_relative_to, allowed))

    @property
    def _allowed(self) -> str:
        """What `extends` may read, for a message."""
        where = "the working directory"
        if self._source != STDIN:
            where = f"the folder of {self._source}" + (
                " or the one above it" if len(self._within) > 1 else ""
            )
        return f" (allowed: plain files named *.yaml or *.yml in {where})"

    def _text(self, path: str, identity: str, origin: str, entry: Node | None) -> str:
        """The text of a file or of standard input.

        Raises
        ------
        UnreadableError : no such file, no plain file, too large, not UTF-8.
        """
        place = entry.place if entry else Place(origin)
        room = contents.MAX_BYTES - self._n_bytes
        try:
            if path == STDIN and entry is None:
                content: bytes | str = contents.from_stream(self._stdin)
            else:
                content = contents.from_file(identity if entry else path, room)
        except UnicodeDecodeError:
            raise UnreadableError(place, "not text in UTF-8") from None
        except (OSError, ValueError) as error:
            raise UnreadableError(place, self._why_not(error, origin, entry)) from None
        self._n_bytes += len(content)
        if entry or path != STDIN:
            self._result.files.append(File(path))
        return content if isinstance(content, str) else contents.decoded(content, origin)


def _shipped(error: Exception, path: str) -> str:
    """The end of a message about a file that is not there, where one of its name is shipped."""
    name = library.namesake(path) if isinstance(error, FileNotFoundError) else None
    return f" (the one that ships with the program is {name})" if name else ""


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


def _merged(trees: Sequence[Node]) -> Node:
    """The trees laid one over another; of none an empty one."""
    return reduce(merge, trees, Node({}, Place("")))


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
