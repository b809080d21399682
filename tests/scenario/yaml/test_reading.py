"""Hostile, broken and odd YAML is refused in one line; numbers are read as people write them."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from yaml.scanner import ScannerError

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.yaml import faults, reading
from neocloud_mc.scenario.yaml.reading import parse
from neocloud_mc.scenario.yaml.scalars import resolve
from neocloud_mc.scenario.yaml.tree import plain
from tests.scenario.desk import SMALL, changed, mistakes

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

TEXTS = [
    ("", "x.yaml:1:1: the file is empty"),
    ("# only a comment\n", "x.yaml:1:1: the file is empty"),
    ("- a\n- b\n", "x.yaml:1:1: a mapping with keys such as market and issuers is expected, found "
     "a list"),
    ("just text\n", "x.yaml:1:1: a mapping with keys such as market and issuers is expected, found "
     "a single value"),
    ("a: 1\n\tb: 2\n", "x.yaml:2:1: not valid YAML: a tab stands here; indent with spaces"),
    ("a: @x\n", "x.yaml:1:4: not valid YAML: a value that begins with @ needs quotes: '@market', "
     "the name of a shipped scenario"),
    ("a: `x\n", "x.yaml:1:4: not valid YAML: this character cannot begin a value; quote it (and "
     "indent with spaces, never with tabs)"),
    ("a: b: c\n", "x.yaml:1:5: not valid YAML: a second ': ' on this line, or a line that is "
     "indented too far (quote text that holds ': ')"),
    ("a: 'b\n", "x.yaml:2:1: not valid YAML: the quotes that end this text are missing"),
    ("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document begins here; a file holds one"),
    ("a: &a [*a]\n", "x.yaml:1:8: the alias *a stands inside what it repeats"),
    ("a: *b\n", "x.yaml:1:4: the alias *b repeats nothing: there is no &b before it"),
    ("? [a]\n: 1\n", "x.yaml:1:3: a key must be text, found a list or a mapping"),
    ("a: [1\n", "x.yaml:2:1: not valid YAML: a ',' or a closing bracket is missing before this"),
    ("a: 1\n}\n", "x.yaml:2:1: not valid YAML: a key is expected here (check the indentation and "
     "the quotes)"),
    ("a\nb\n: 1", "x.yaml:3:1: not valid YAML: a key is expected here (check the indentation and "
     "the quotes)"),
    ("? a\nb\n", "x.yaml:2:1: not valid YAML: a ':' is missing after this key"),
    ("a: 1\nb 2 # c\nc: 3\n", "x.yaml:2:1: not valid YAML: a ':' is missing after this key"),
    ("a: [}\n", "x.yaml:1:5: not valid YAML: a value is expected here"),
    ("a: - b\n", "x.yaml:1:4: not valid YAML: a list begins on a line of its own, below its key"),
    ("a: **b**\n", "x.yaml:1:5: not valid YAML: a name is expected after * or & (quote text that "
     "begins with one of these)"),
    ('a: "\\xz"\n', "x.yaml:1:7: not valid YAML: a backslash in double quotes begins an escape "
     "that YAML does not know; write \\\\, or use single quotes"),
    ("a: |b\n", "x.yaml:1:5: not valid YAML: after | or > the line ends, except for + or - and a "
     "digit"),
    ("a: !b!c d\n", "x.yaml:1:4: not valid YAML: a tag (!) that cannot be read; remove it, or "
     "quote the text"),
    ("%YAML 3.0\n---\na: 1\n", "x.yaml:1:1: not valid YAML: a line that begins with % is not "
     "supported"),
    ("[" * 100_000, "x.yaml:1:51: nested more than 50 levels deep"),
    ("{a: " * 100_000, "x.yaml:1:201: nested more than 50 levels deep"),
    ("- " * 100_000, "x.yaml:1:101: nested more than 50 levels deep"),
    ("".join(f"{' ' * k}a:\n" for k in range(1200)), "x.yaml:51:51: nested more than 50 levels "
     "deep"),
    (BOMB, "x.yaml:5:32: more than 50000 values, aliases repeated"),
    ("a: \x07\n", "x.yaml:1:4: the character U+0007 cannot stand in YAML text"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_text_that_is_no_scenario_is_refused_in_one_line(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


class _Shallow(yaml.SafeLoader):
    """A parser with a limit of its own, met while it reads ahead."""

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:  # noqa: N803
        if self.flow_level == 200:
            raise ScannerError("while scanning", None, "the parser's own limit", self.get_mark())
        super().fetch_flow_collection_start(TokenClass)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, _Shallow])
@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_whichever_parser_is_installed_the_words_are_ours(
    text: str, expected: str, loader: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOADER", loader)
    assert mistakes(text) == [expected]


def test_a_complaint_that_no_parser_had_yet_is_told_in_our_words() -> None:
    error = ScannerError("while scanning", None, "words of a later version", None)
    assert faults.explain(error, "x") == (
        "this cannot be read (check the indentation, the brackets and the quotes)"
    )


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", None)])
@pytest.mark.parametrize("text", ['a: "\\UFFFFFFFF"\n', 'a: "\\ud800"\n', "%YAML " + "9" * 5000])
def test_what_a_parser_lets_pass_is_refused_all_the_same(
    text: str, loader: type | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOADER", loader or yaml.SafeLoader)
    (line,) = mistakes(text)
    assert line.startswith("x.yaml:1:")


KEYS = [
    ("name: small", "name: small\nname: large",
     "x.yaml:3:1: the key 'name' appears twice (first in line 2)"),
    ("name: small", "true: small", "x.yaml:2:1: the key 'true' is not text; quote it"),
    ("name: small", "1.5: small", "x.yaml:2:1: the key '1.5' is not text; quote it"),
    ("name: small", "<<: {name: small}", "x.yaml:2:1: merge keys (<<) are not supported; repeat "
     "the keys, or use extends"),
    ("name: small", "name: !!python/object/apply:os.system [ls]", "x.yaml:2:7: the tag "
     "!!python/object/apply:os.system is not supported; remove it"),
    ("name: small", "name: !secret small", "x.yaml:2:7: the tag !secret is not supported; remove "
     "it"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), KEYS)
def test_keys_and_tags_that_yaml_allows_and_a_scenario_does_not(
    old: str, new: str, expected: str
) -> None:
    assert expected in mistakes(changed(old, new))


def test_a_bomb_is_refused_before_it_costs_anything() -> None:
    start = time.process_time()
    mistakes(BOMB)
    mistakes("{a: " * 1_000_000)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x00\x01\x02", "x.yaml:1:1: the character U+0000 cannot stand in YAML text"),
        (b"name: x\nlabel: \xff", "x.yaml:2:8: not text in UTF-8: the byte 0xff"),
        ("name: x".encode("utf-16"), "x.yaml:1:1: not text in UTF-8: the byte 0xff"),
    ],
)
def test_what_is_no_utf8_text_is_refused(content: bytes, expected: str) -> None:
    Path("x.yaml").write_bytes(content)
    assert _told("x.yaml") == [expected]


def test_a_byte_order_mark_is_ignored() -> None:
    assert mistakes("\ufeff" + SMALL) == []


def test_only_plain_files_of_a_sane_size_are_read() -> None:
    Path("folder").mkdir()
    os.mkfifo("pipe")
    with Path("large.yaml").open("wb") as file:
        file.truncate(20_000_000)
    assert _told("folder") == ["folder: a folder, not a file"]
    assert _told("pipe") == ["pipe: not a plain file (standard input is read as -)"]
    assert _told("/dev/zero") == ["/dev/zero: not a plain file (standard input is read as -)"]
    assert _told("large.yaml") == ["large.yaml: larger than 10 MB"]
    assert _told("none.yaml") == ["none.yaml: there is no such file"]
    assert _told("nul\0.yaml") == [
        "nul\\x00.yaml: not the name of a file: it holds the character U+0000"
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e6", 1e6), ("4.0e6", 4e6), ("1_000", 1000), ("-3", -3), ("+.5", 0.5), ("2.", 2.0),
        (".inf", float("inf")), ("-.inf", float("-inf")), ("true", True), ("null", None),
        ("", None),
        ("yes", "yes"), ("off", "off"), ("inf", "inf"), ("1__0", "1__0"), ("0x1f", "0x1f"),
        ("2025-06-30", "2025-06-30"), ("1:30", "1:30"), ("1e400", float("inf")),
        ("9" * 999, float("inf")), ("9" * 5000, "9" * 5000), ("007", 7),
    ],
)  # fmt: skip
def test_plain_scalars_mean_what_people_mean(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_aliases_repeat_a_value() -> None:
    root, _ = parse("a: &a {x: 1}\nb: *a\nc: [*a, 2]\n", "x.yaml")
    assert plain(root) == {"a": {"x": 1}, "b": {"x": 1}, "c": [{"x": 1}, 2]}


def _told(source: str) -> list[str]:
    with pytest.raises(ScenarioError) as failure:
        load(source)
    return failure.value.lines
