"""What a scenario says is shown, never obeyed: no markup, no escapes, no formulas."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from neocloud_mc.cli import main
from neocloud_mc.scenario.load import load
from neocloud_mc.views.render.spreadsheet import cell

EVERY: Final = Path("tests/golden/every_mechanism/scenario.yaml").resolve()
LABEL: Final = (
    "[red]r[/red][link=https://x.example]l[/link]:boom: \x1b[31m\x1b]8;;https://x.example\x07e"
    "\x1b[2J\x9b31m \r\t\n\b\x7f\u202eltr\u2066\u200b\u2028|`a`*b*_c_<b>&amp; \U0001f4a5\u05d0é"
)
FORMULA: Final = "=cmd|' /C calc'!A0 " + LABEL
STYLE: Final = re.compile(r"\x1b\[[0-9;]*m")
"""The codes with which the program itself colours."""
Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="scenario")
def _scenario(tmp_path: Path) -> Path:
    """Every mechanism, described by an enemy."""
    tree: dict[str, Any] = dict(load(EVERY).resolved)
    tree |= {"name": FORMULA[:200], "description": FORMULA}
    tree["sources"] = {"gpus": FORMULA, "issuers.alpha.cash": "+" + FORMULA}
    tree["assumptions"] = {"market": "@" + FORMULA, "customers": "-1+1 " + FORMULA}
    for issuer in tree["issuers"].values():
        issuer["label"] = LABEL
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
    return path


def printed(capsys: Capture, *arguments: str) -> str:
    """Both streams of a command that is done."""
    assert main(list(arguments)) == 0
    told = capsys.readouterr()
    return told.out + told.err


def is_harmless(text: str) -> bool:
    """Whether a terminal takes every character as one to show."""
    return all(unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") or c == "\n" for c in text)


COMMANDS: Final = (
    ("run", "--paths", "300"),
    ("explain", "--issuer", "alpha", "--path", "3"),
    ("show",),
    ("show", "--sources"),
    ("show", "--files"),
    ("validate",),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
def test_no_output_holds_a_control_character(
    command: tuple[str, ...], form: str, scenario: Path, capsys: Capture
) -> None:
    verb, *options = command
    has_no_formats = verb == "validate" or (verb == "show" and "--sources" not in options)
    formatted = [] if has_no_formats else ["--format", form]
    text = printed(capsys, verb, str(scenario), *options, *formatted)
    assert is_harmless(text)
    assert "x.yaml" in text or "[red]" in text.replace("\\[red\\]", "[red]") or form == "csv"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_colours_are_the_programs_own(
    command: tuple[str, ...], scenario: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    verb, *options = command
    text = printed(capsys, verb, str(scenario), *options)
    assert is_harmless(STYLE.sub("", text))
    assert "\x1b[31m" not in text
    if verb in ("run", "explain"):
        assert STYLE.search(text)
        assert "[red]r[/red][link=https://x.example]l[/link]:boom: \\x1b[31m" in text


@pytest.mark.parametrize("command", [COMMANDS[0], COMMANDS[3]], ids=" ".join)
def test_a_terminal_is_given_text_and_colours_alone(
    command: tuple[str, ...], scenario: Path
) -> None:
    verb, *options = command
    text = _on_a_terminal(verb, str(scenario), *options, "--quiet")
    assert STYLE.search(text)
    assert is_harmless(STYLE.sub("", text).replace("\r\n", "\n"))
    assert "]8;" not in text.replace("\\x1b]8;", "")


def test_a_progress_bar_shows_the_name_and_moves_the_cursor_itself(scenario: Path) -> None:
    text = _on_a_terminal("run", str(scenario), "--paths", "20_000")
    own = re.sub(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[0-9]*[AK])", "", text).replace("\r", "")
    assert is_harmless(own)


def test_what_is_shown_as_yaml_is_read_back_as_it_was(scenario: Path, capsys: Capture) -> None:
    text = printed(capsys, "show", str(scenario), "--quiet")
    again = load("-", stdin=io.StringIO(text))
    assert again.resolved == load(scenario).resolved


@pytest.mark.parametrize("verb", ["run", "explain", "show"])
def test_no_cell_of_a_csv_begins_like_a_formula(verb: str, scenario: Path, capsys: Capture) -> None:
    options = {
        "run": ["--paths", "300"],
        "explain": ["--issuer", "alpha", "--path", "3"],
        "show": ["--sources"],
    }
    text = printed(capsys, verb, str(scenario), *options[verb], "--format", "csv", "--quiet")
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for content in row:
            assert not content.startswith(("=", "@", "\t", "\r", "+", "-")) or float(content) <= 0
    if verb == "run":
        assert {row[0] for row in rows[1:]} == {cell(FORMULA[:200])}


def test_no_name_in_a_comparison_begins_like_a_formula(scenario: Path, capsys: Capture) -> None:
    options = ["--paths", "300", "--format", "csv", "--quiet"]
    text = printed(capsys, "compare", str(scenario), str(EVERY), *options)
    rows = list(csv.reader(io.StringIO(text)))
    assert cell(FORMULA[:200]) in {row[0] for row in rows[1:]}
    against = rows[0].index("against")
    assert {row[against] for row in rows[1:]} <= {"", cell(FORMULA[:200])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base", "base"),
        ("=1+1", "'=1+1"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("-2", "'-2"),
        ("\t=1", "\\t=1"),
        ("\uff1d1", "'\uff1d1"),
        ("a=b", "a=b"),
    ],
)
def test_a_formula_gets_an_apostrophe(text: str, expected: str) -> None:
    assert cell(text) == expected


def test_json_holds_the_text_itself(scenario: Path, capsys: Capture) -> None:
    result = json.loads(printed(capsys, "run", str(scenario), "--paths", "300", "--format", "json",
                                "-q"))  # fmt: skip
    assert result["scenario"] == FORMULA[:200]
    assert result["issuers"]["alpha"]["label"] == LABEL


def test_mistakes_show_hostile_names_as_escapes(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a\x1b[31m\nb\u202e.yaml"
    keys = '"\\e[31m\\n[red]": 1\nissuers: {"\\u202eacme\\x9b": {cash: "\\e]0;x\\a"}}\n'
    path.write_text(keys + 'extends: "\\e.yaml"\n')
    assert main(["validate", str(path)]) == 2
    told = capsys.readouterr()
    assert is_harmless(told.err)
    assert all("a\\x1b[31m\\nb\\u202e.yaml:" in line for line in told.err.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "X", "--set", "issuers.\x1b[31m=1\n"],
        ["run", "X", "--fail-if", "a\x1b[31m.pd > 1"],
        ["run", "X", "--fail-if", "\u202e > 1"],
        ["run", "X", "--paths", "\x1b[31m"],
        ["run", "X", "--format", "\x1b[31m"],
        ["run", "X", "--\x1b[31m"],
        ["run", "\x1b[31m.yaml"],
        ["explain", "X", "--issuer", "\x1b[31m"],
        ["explain", "X", "--issuer", "alpha", "--find", "\x1b[31m"],
        ["docs", "\x1b[31m"],
        ["\x1b[31m"],
        ["run", "X", "--paths", "10", "-q", "-o", "/nowhere/\x1b[31m"],
    ],
    ids=repr,
)
def test_bad_usage_is_told_without_obeying_it(
    arguments: list[str], scenario: Path, capsys: Capture
) -> None:
    given = [str(scenario) if argument == "X" else argument for argument in arguments]
    assert main(given) in (1, 2)
    assert is_harmless(capsys.readouterr().err)


def _on_a_terminal(*arguments: str) -> str:
    """What the program writes where both of its streams are a terminal of 100 columns."""
    leader, follower = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "neocloud_mc", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "100", "PYTHONUTF8": "1"},
    )
    os.close(follower)
    written = b""
    try:
        while piece := os.read(leader, 65536):
            written += piece
    except OSError:  # the end of a pseudo-terminal
        pass
    finally:
        os.close(leader)
    assert program.wait(timeout=120) == 0, written
    return written.decode()
