"""`--help`: it fits a terminal, ends its text with an example that works, and starts at once."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from neocloud_mc.cli import COMMANDS, PROGRAM, app, main
from neocloud_mc.scenario import library
from neocloud_mc.scenario.load import load
from neocloud_mc.views.help import FEW, PANELS, WIDEST

Capture = pytest.CaptureFixture[str]

_EXAMPLE = re.compile(rf"\n\n  Example: ({PROGRAM} .*?)\n\n(?=\S)", re.DOTALL)


def verbs() -> Iterator[tuple[str, ...]]:
    """Every command, and the verbs of those that have some."""
    group: Any = get_command(app)
    context = typer.Context(group)
    for name in COMMANDS:
        yield (name,)
        command: Any = group.get_command(context, name)
        yield from ((name, verb) for verb in getattr(command, "commands", ()))


def helped(capsys: Capture, *verb: str) -> str:
    assert main([*verb, "--help"]) == 0
    return capsys.readouterr().out


def test_a_wrong_choice_is_told_in_the_programs_words(capsys: Capture) -> None:
    assert main(["run", "@coreweave", "--format", "pdf"]) == 2
    assert "Invalid value for '--format': 'pdf' is not one of 'table', " in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["report", "plot"])
def test_what_writes_a_file_alone_names_no_standard_output(verb: str, capsys: Capture) -> None:
    assert "standard output" not in helped(capsys, verb).partition("--output")[2]


@pytest.mark.parametrize("columns", [60, 80, 160])
@pytest.mark.parametrize("verb", [(), *verbs()], ids=" ".join)
def test_every_help_fits_its_terminal(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...], columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(len, helped(capsys, *verb).splitlines())) <= columns


def test_a_wide_terminal_is_used_up_to_what_can_be_read(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    assert 120 < max(map(len, helped(capsys, "run").splitlines())) <= WIDEST


@pytest.mark.parametrize("verb", list(verbs()), ids=" ".join)
def test_options_of_a_command_with_many_stand_under_headings(verb: tuple[str, ...]) -> None:
    command: Any = get_command(app)
    context = typer.Context(command)
    for name in verb:
        command = command.get_command(context, name)
    panels = dict(command.panels(context))
    offered = [one for one in command.get_params(context) if one.param_type_name == "option"]
    assert sorted(one.name for many in panels.values() for one in many) == sorted(
        one.name for one in offered
    )
    if len(offered) > FEW:
        assert [one.name for one in panels["Options"]] == ["help"]


def test_headings_come_in_order_and_only_where_there_is_something(capsys: Capture) -> None:
    headings = re.findall(r"^([A-Z][a-z ]+):$", helped(capsys, "run"), re.MULTILINE)
    assert headings == ["Arguments", *PANELS, "Options"]
    explained = re.findall(r"^([A-Z][a-z ]+):$", helped(capsys, "explain"), re.MULTILINE)
    assert "Rare events" not in explained


@pytest.mark.parametrize("verb", list(verbs()), ids=" ".join)
def test_every_command_ends_with_an_example_that_parses(
    capsys: Capture, verb: tuple[str, ...]
) -> None:
    found = _EXAMPLE.search(helped(capsys, *verb))
    assert found is not None, "the docstring's last paragraph is no 'Example: neocloud-mc …'"
    shown = shlex.split(" ".join(found[1].split()))
    words = shown[1 : shown.index(">") if ">" in shown else None]
    assert tuple(words[: len(verb)]) == verb
    command: Any = get_command(app)
    context = typer.Context(command)
    for name in verb:
        command = command.get_command(context, name)
    command.make_context(words[len(verb) - 1], words[len(verb) :], parent=context)


@pytest.mark.parametrize("verb", list(verbs()), ids=" ".join)
def test_what_the_help_names_is_shipped(capsys: Capture, verb: tuple[str, ...]) -> None:
    """An installed program has no folder of scenarios, but every @name."""
    text = helped(capsys, *verb)
    assert "scenarios/" not in text
    for name in re.findall(r"@[a-z][\w/*]*", text):
        assert all(library.find(found) for found in library.matching(name)), name


@pytest.mark.parametrize("verb", list(verbs()), ids=" ".join)
def test_the_scenario_of_an_example_is_there_and_right(
    capsys: Capture, verb: tuple[str, ...]
) -> None:
    """A file of the user's own, such as that which `init` writes, is none of the program's."""
    found = _EXAMPLE.search(helped(capsys, *verb))
    assert found is not None
    words = shlex.split(" ".join(found[1].split()))
    laid = [words[place + 1] for place, word in enumerate(words) if word == "--with"]
    data = [word for word in words if word.startswith("@example/") or word.endswith("/outcomes")]
    for source in (word for word in words if word.startswith("@") and word not in (*laid, *data)):
        assert load(source, overlays=laid).warnings == []
