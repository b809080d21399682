"""YAML text -> tree, with our own reading of plain scalars.

Numbers, `true`, `false`, `null` and text, as in YAML 1.2: `1e6` and `1_000` are numbers, `yes` and
`off` are text. Nothing else can be made: no tags, no merge keys, no keys but text and whole
numbers. The events of the parser are read one by one, so that a deep, long or self-containing file
is refused before it costs anything.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import yaml

from neocloud_mc.scenario.checks.meant import numbers
from neocloud_mc.scenario.checks.wording import number, quoted, short
from neocloud_mc.scenario.yaml import faults
from neocloud_mc.scenario.yaml.scalars import EXACT_DIGITS, INT, resolve
from neocloud_mc.scenario.yaml.tree import Key, Mistake, Node, Place

MAX_DEPTH: Final = 50
MAX_NODES: Final = 50_000
"""Values in a scenario, counted with all that its aliases repeat."""
MAX_KEY: Final = 500

_FORBIDDEN: Final = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_DIGITS_AFTER_COMMA: Final = re.compile(r"[0-9_]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?[%a-z]{0,3}")
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The faster parser where it is installed; both are told of in our words."""
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class UnreadableError(Exception):
    """The text is no YAML that a scenario can be read from."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.mistake = Mistake(place, text)


def parse(text: str, origin: str) -> tuple[Node, list[Mistake]]:
    """Read a file's text.

    Returns
    -------
    The mapping that the file holds, and the mistakes after which reading could go on.

    Raises
    ------
    UnreadableError : not YAML, not a mapping, more than one document, too deep or too long.
    """
    start = Place(origin, 1, 1)
    if found := _FORBIDDEN.search(text):
        at = found.start()
        place = Place(origin, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        raise UnreadableError(
            place, f"the character U+{ord(found[0]):04X} cannot stand in YAML text"
        )
    builder = _Builder(lambda mark: Place(origin, mark.line + 1, mark.column + 1), start)
    root = builder.build(text)
    if root.value is None:
        raise UnreadableError(start, "the file is empty")
    if not isinstance(root.value, dict):
        kind = "a list" if isinstance(root.value, list) else "a single value"
        raise UnreadableError(
            start, f"a mapping with keys such as market and issuers is expected, found {kind}"
        )
    return root, builder.mistakes


def parse_value(text: str, place: Place) -> tuple[Node, list[Mistake]]:
    """Read the value of an option; everything in it stands at the option's place.

    Raises
    ------
    UnreadableError : not YAML.
    """
    if _FORBIDDEN.search(text):
        raise UnreadableError(place, "the value holds a character that cannot stand in YAML text")
    builder = _Builder(lambda _: place, place)
    return builder.build(text), builder.mistakes


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being read, and the key that waits for its value."""

    items: list[Node] | dict[Key, Node]
    place: Place
    anchor: str | None
    is_flow: bool = False
    size: int = 1
    key: Key | None = None
    key_place: Place | None = None
    key_text: str = ""
    complaint: str = ""
    last_text: str = ""


class _Builder:
    """Turns parser events into nodes."""

    def __init__(self, place_of: Callable[[Any], Place], start: Place) -> None:
        self.mistakes: list[Mistake] = []
        self._place_of = place_of
        self._start = start
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._root: Node | None = None

    def build(self, text: str) -> Node:
        try:
            self._take_all(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = mark.index if mark else 0
            _Builder(self._place_of, self._start)._refuse(text[:at])
            begin = faults.beginning(error)
            place = self._place_of(begin) if begin else self._start
            raise UnreadableError(
                place, f"not valid YAML: {faults.explain(error, text[at : at + 1])}"
            ) from None
        except (yaml.YAMLError, ValueError, OverflowError):  # the parser in Python lets some pass
            raise UnreadableError(self._start, "not valid YAML") from None
        return self._root or Node(None, self._start)

    def _refuse(self, text: str) -> None:
        """Raise what is to be said of the text before the place where the parser gave up.

        Parsers read ahead and have limits of their own; what is wrong with the text comes first.
        """
        with suppress(yaml.YAMLError, ValueError, OverflowError):
            self._take_all(text)

    def _take_all(self, text: str) -> None:
        for event in yaml.parse(text, Loader=LOADER):
            self._take(event)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent) and self._root is not None:
            raise UnreadableError(
                self._place_of(event.start_mark), "a second document begins here; a file holds one"
            )
        if isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self._frames.pop()
            self._put(Node(frame.items, frame.place), frame.size, frame.anchor)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        place = self._place_of(event.start_mark)
        if self._awaits_key():
            raise UnreadableError(place, "a key must be text, found a list or a mapping")
        if len(self._frames) >= MAX_DEPTH:
            raise UnreadableError(place, f"nested more than {MAX_DEPTH} levels deep")
        self._refuse_tag(event.tag, place)
        items: list[Node] | dict[Key, Node] = (
            {} if isinstance(event, yaml.MappingStartEvent) else []
        )
        frame = _Frame(items, self._place(place), event.anchor, bool(event.flow_style))
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._frames.append(frame)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        place = self._place_of(event.start_mark)
        self._refuse_tag(event.tag, place)
        if _SURROGATE.search(event.value):
            raise UnreadableError(place, "half a character (a surrogate) cannot stand in text")
        is_plain = event.style is None or event.style == ""
        if self._awaits_key():
            self._begin(event.value, is_plain, place)
            return
        value = resolve(event.value) if is_plain and event.implicit[0] else event.value
        if self._frames and is_plain:
            self._doubt_comma(self._frames[-1], event.value)
        self._put(Node(value, self._place(place)), 1, event.anchor)

    def _doubt_comma(self, frame: _Frame, text: str) -> None:
        """Refuse `21,000` in braces: YAML reads it as 21, and a key 000 without a value."""
        if not frame.is_flow or not isinstance(frame.items, dict):
            return
        if text:
            frame.last_text = text
        elif (
            _DIGITS_AFTER_COMMA.fullmatch(frame.key_text)
            and next(numbers(frame.last_text), None) is not None
        ):
            written = f"{frame.last_text},{frame.key_text}"
            meant = next(numbers(written), None)
            hint = "" if meant is None else f"; write {number(meant)}"
            frame.complaint = f"inside braces the comma of {quoted(written)} ends the value{hint}"
            frame.last_text = written

    def _begin(self, text: str, is_plain: bool, place: Place) -> None:
        """Take a key; one that cannot stand is reported and its value dropped."""
        frame = self._frames[-1]
        assert isinstance(frame.items, dict)
        key: Key = int(text) if INT.fullmatch(text) and len(text) <= EXACT_DIGITS else text
        complaint = ""
        if len(text) > MAX_KEY:
            complaint = f"a key of more than {MAX_KEY} characters: {quoted(text)}"
        elif is_plain and text == "<<":
            complaint = "merge keys (<<) are not supported; repeat the keys, or use extends"
        elif is_plain and isinstance(key, str) and not isinstance(resolve(text), str):
            complaint = f"the key {quoted(text or 'null')} is not text; quote it"
        elif key in frame.items:
            first = frame.items[key].place
            complaint = f"the key {quoted(text)} appears twice" + (
                f" (first in line {first.line})" if first.line else ""
            )
        frame.key, frame.key_place, frame.key_text = key, place, text if is_plain else ""
        frame.complaint = complaint

    def _alias(self, event: yaml.AliasEvent) -> None:
        place = self._place_of(event.start_mark)
        name = str(event.anchor)
        if self._awaits_key():
            raise UnreadableError(place, "a key must be text, found an alias")
        if any(frame.anchor == name for frame in self._frames) and name not in self._anchors:
            raise UnreadableError(place, f"the alias *{short(name)} stands inside what it repeats")
        if name not in self._anchors:
            raise UnreadableError(
                place,
                f"the alias *{short(name)} repeats nothing: there is no &{short(name)} before it",
            )
        node, size = self._anchors[name]
        self._put(Node(node.value, self._place(place)), size, None)

    def _put(self, node: Node, size: int, anchor: str | None) -> None:
        """Hand a finished value to the collection around it."""
        if anchor:
            self._anchors[anchor] = (node, size)
        if not self._frames:
            self._root = node
            return
        frame = self._frames[-1]
        frame.size += size
        if frame.size > MAX_NODES:
            raise UnreadableError(node.place, f"more than {MAX_NODES} values, aliases repeated")
        if isinstance(frame.items, list):
            frame.items.append(node)
        elif frame.complaint:
            self.mistakes.append(Mistake(frame.key_place or node.place, frame.complaint))
        elif frame.key is not None:
            frame.items[frame.key] = node
        frame.key = None

    def _awaits_key(self) -> bool:
        frame = self._frames[-1] if self._frames else None
        return frame is not None and isinstance(frame.items, dict) and frame.key is None

    def _place(self, own: Place) -> Place:
        """Where a value stands: at its key, if it has one."""
        key_place = self._frames[-1].key_place if self._frames else None
        return key_place if key_place and self._frames[-1].key is not None else own

    def _refuse_tag(self, tag: str | None, place: Place) -> None:
        if tag is not None:
            name = short(tag.replace("tag:yaml.org,2002:", "!!"))
            self.mistakes.append(Mistake(place, f"the tag {name} is not supported; remove it"))
