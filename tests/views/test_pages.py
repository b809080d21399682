"""The pages are true: their commands exist, their scenarios are valid, the model is whole."""

import ast
import io
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
import pytest
from typer.main import get_command

from neocloud_mc import __version__, mechanisms
from neocloud_mc.causes import CAUSES
from neocloud_mc.cli import PROGRAM, app, main
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario import outcomes
from neocloud_mc.scenario.load import load
from neocloud_mc.studies import catalogue
from neocloud_mc.studies.backtest.scores import scores
from neocloud_mc.views import pages
from neocloud_mc.views.render.terminal import console

ROOT: Final = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(rf"^    ({PROGRAM} .*)$", re.MULTILINE)
_QUOTED_BY_MAKE = re.compile(r"\$\(call quoted,(?:[^()]|\([^()]*\))*\)")
_NAMED = re.compile(r"# (\S+\.yaml)\b")
_FORMAT = re.compile(r'"(neocloud-mc/\w+/\d+)"')


def blocks(topic: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return [text for kind, text in _BLOCK.findall(pages.page(topic)) if kind == language]


def commands(topic: str) -> Iterator[list[str]]:
    """Arguments of every call of the program that a page shows; what follows a pipe, too."""
    shown = [*_INDENTED.findall(pages.page(topic)), *blocks(topic, "sh"), *blocks(topic, "make")]
    for text in shown:
        plain = _QUOTED_BY_MAKE.sub("FILE", text)
        lexer = shlex.shlex(plain.replace("\\\n", " "), posix=True, punctuation_chars=";|&<>\n")
        lexer.whitespace_split = True
        lexer.whitespace = " \t\r"
        words: list[str] = []
        for word in [*lexer, "\n"]:
            if word.strip("\n;|&<>"):
                words.append(word if words else word.removeprefix("@"))
                continue
            if PROGRAM in words:
                yield words[words.index(PROGRAM) + 1 :]
            words = []


@cache
def program() -> Any:
    """The program with all its commands."""
    return get_command(app)


def parse(arguments: list[str]) -> click.Context:
    """The command of an argument list, its options read but nothing done."""
    group = program()
    top = click.Context(group, info_name=PROGRAM)
    command = group.get_command(top, arguments[0])
    assert command is not None, arguments
    context: click.Context = command.make_context(arguments[0], arguments[1:], parent=top)
    return context


def test_every_shipped_page_is_a_topic() -> None:
    folder = Path(pages.__file__).parents[1] / "docs"
    assert {file.stem for file in folder.glob("*.md")} == set(pages.TOPICS)


@pytest.mark.parametrize("topic", pages.TOPICS)
def test_a_page_is_readable_at_eighty_columns(topic: str) -> None:
    text = pages.page(topic)
    assert text.startswith(f"# {topic.capitalize()}: ")
    assert text.endswith("\n")
    for name in pages.ROOMS:
        text = text.replace(pages.room(name), "")
    prose = [line for line in text.splitlines() if not line.startswith("|")]
    assert [line for line in prose if len(line) > 80] == []


@pytest.mark.parametrize("topic", pages.TOPICS)
def test_a_terminal_gets_a_laid_out_page(topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PAGER", "cat")
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    pages.show(console(stream), pages.page(topic))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()).splitlines()
    assert max(map(len, lines)) <= 80
    assert not any(line.startswith("#") for line in lines)


@pytest.mark.parametrize(
    "topic",
    [
        *("tutorial", "format", "glossary", "faq"),
        *("article", "stresses", "vintages", "calibration", "batch"),
    ],
)
def test_every_command_shown_can_be_given(topic: str) -> None:
    found = list(commands(topic))
    assert found
    for arguments in found:
        assert parse(arguments).params


def test_commands_are_read_as_a_shell_reads_them() -> None:
    found = list(commands("batch"))
    assert ["run", "-", "--paths", "100_000"] in found
    assert ["validate", "@neoclouds", "--quiet"] in found


def scenario_blocks(topic: str, folder: Path) -> list[Path]:
    """Write the scenarios of a page, by the names that their first lines give."""
    written = []
    for text in blocks(topic, "yaml"):
        name = _NAMED.match(text)
        assert name is not None, text
        written.append(folder / name[1])
        written[-1].write_text(text, encoding="utf-8")
    return written


def test_every_example_of_the_format_is_valid(tmp_path: Path) -> None:
    *files, overlay = scenario_blocks("format", tmp_path)
    assert len(files) == 2
    for file in files:
        assert load(file).warnings == []
    laid = load(files[0], overlays=[str(overlay)])
    assert laid.warnings == []
    assert laid.scenario.name == "acme + dear"


def starting_scenario(folder: Path) -> Path:
    """What `init` writes, which these pages build on."""
    assert main(["init", str(folder / "acme.yaml"), "-q"]) == 0
    return folder / "acme.yaml"


@pytest.mark.parametrize("topic", ["tutorial", "faq"])
def test_an_overlay_on_a_page_fits_the_scenario_that_init_writes(
    topic: str, tmp_path: Path
) -> None:
    acme = starting_scenario(tmp_path)
    (overlay,) = scenario_blocks(topic, tmp_path)
    assert load(acme, overlays=[str(overlay)]).warnings == []


@pytest.mark.parametrize("topic", ["tutorial", "faq"])
def test_a_page_asks_only_for_measures_and_keys_that_exist(topic: str, tmp_path: Path) -> None:
    acme = starting_scenario(tmp_path)
    names = {entry.name for entry in catalogue.catalogue(open_book(load(acme).scenario))}
    asked = re.findall(r"(?:--(?:target|measure|tail|target-error)|--fail-if ')\s?([\w.]+)",
                       pages.page(topic))  # fmt: skip
    assert asked
    assert [name for name in asked if name not in names] == []


def test_the_tutorial_has_ten_steps_and_each_says_what_is_seen_and_done() -> None:
    steps = re.split(r"^## ", pages.page("tutorial"), flags=re.MULTILINE)[1:11]
    assert [step.split()[0] for step in steps] == [f"{n}." for n in range(1, 11)]
    for step in steps:
        assert list(re.findall(rf"^ *{PROGRAM} ", step, re.MULTILINE)), step
        assert "*What you see.*" in step and "*What you do with it.*" in step


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    terms = re.findall(r"^- \*\*(.+?)\*\*", pages.page("glossary"), re.MULTILINE)
    folded = [term.casefold() for term in terms]
    assert folded == sorted(folded)
    assert len(set(folded)) == len(folded) > 100


def test_the_glossary_has_the_word_for_every_measure_and_cause() -> None:
    named = set(re.findall(r"`([\w.]+)`", pages.page("glossary")))
    known = {*catalogue.OF_ISSUERS, *catalogue.OF_TRANCHES, *catalogue.OF_PORTFOLIO, *CAUSES}
    assert known - named == set()


def test_the_glossary_has_the_word_for_every_score() -> None:
    text = pages.page("glossary").casefold()
    for name in scores(np.array([0.1, 0.2]), np.array([[True, False]])):
        assert name.replace("_", " ") in text, name


def test_the_outcomes_of_the_calibration_page_are_of_the_shipped_firms(tmp_path: Path) -> None:
    (file,) = scenario_blocks("calibration", tmp_path)
    record, neoclouds = outcomes.read(str(file)), load("@2025-06/neoclouds").scenario
    outcomes.check_names(record, {"neoclouds": neoclouds})
    outcomes.check_names(outcomes.read("@example/outcomes"), {"neoclouds": neoclouds})
    assert record.outcomes.until == 12


def test_the_pages_say_when_a_contract_is_first_billed() -> None:
    """In the months s < t <= e, which a reader would not guess from `start_month` alone."""
    (example,) = re.findall(
        r"start_month: (\d+), end_month: (\d+), +# billed in months (\d+) to (\d+)",
        pages.page("format"),
    )
    start, end, first, last = map(int, example)
    assert (first, last) == (start + 1, end)
    assert "s < t ≤ e (s `start_month`, e `end_month`)" in pages.page("model")
    for topic in ("format", "tutorial"):
        told = " ".join(pages.page(topic).split())
        assert "from the month after `start_month` to `end_month`" in told, topic


def test_the_settings_of_the_format_page_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario_blocks("format", tmp_path)
    given = [parse(arguments).params.get("settings") or () for arguments in commands("format")]
    assert sum(map(len, given)) == 3
    for settings in given:
        assert load("acme.yaml", settings).warnings == []


def test_the_mistake_on_the_format_page_is_the_one_that_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario_blocks("format", tmp_path)
    right = Path("acme.yaml").read_text(encoding="utf-8")
    Path("acme.yaml").write_text(right.replace("coupon: 0.11", "coupon: 11"), encoding="utf-8")
    with pytest.raises(ScenarioError) as failure:
        load("acme.yaml")
    shown = " ".join(pages.page("format").split())
    assert [line in shown for line in failure.value.lines] == [True]


def test_the_articles_runs_are_of_scenarios_that_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario_blocks("article", tmp_path)
    numbers = re.findall(r"^# \[(\d+)\]$", pages.page("article"), re.MULTILINE)
    runs = [arguments for arguments in commands("article") if arguments[0] in ("run", "explain")]
    assert [int(number) for number in numbers] == list(range(1, len(runs) + 1))
    wanted = set()
    for arguments in runs:
        given = parse(arguments).params
        (source,) = given.get("scenarios") or [given["scenario"]]
        wanted.add((source, tuple(given["settings"] or ())))
    for source, settings in wanted:
        load(source, settings)


def test_every_number_of_the_article_has_its_run() -> None:
    text, _, made = pages.page("article").partition("## How these numbers were made")
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
    listed = {int(number) for number in re.findall(r"^# \[(\d+)\]$", made, re.MULTILINE)}
    assert cited == listed
    assert re.findall(r"^## (\d+) ", text, re.MULTILINE) == [str(n) for n in range(1, 18)]


def test_the_model_page_holds_every_mechanisms_own_text() -> None:
    page = pages.page("model")
    folder = Path(mechanisms.__file__).parent
    rooms = [p for p in folder.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()]
    texts = {
        path.stem: ast.get_docstring(ast.parse((path / "__init__.py" if path.is_dir() else path)
                                               .read_text(encoding="utf-8"))) or ""
        for path in rooms
        if path.stem not in ("__init__", "columns")
    }  # fmt: skip
    assert set(texts) == set(pages.ROOMS)
    places = [page.index(texts[name]) for name in pages.ROOMS]
    assert places == sorted(places)
    assert pages.ROOMS_HERE not in page


def test_the_changes_begin_with_this_version() -> None:
    versions = re.findall(r"^## (\S+), \d+ \w+ \d{4}$", pages.page("changes"), re.MULTILINE)
    assert versions[0] == __version__
    order = [tuple(map(int, version.split("."))) for version in versions]
    assert order == sorted(order, reverse=True)
    assert len(order) > 1


def test_the_batch_page_names_the_format_of_everything_that_programs_read() -> None:
    package = Path(pages.__file__).parents[1]
    sources = (file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    written = {name for text in sources for name in _FORMAT.findall(text)}
    table = re.findall(r"^\| `(neocloud-mc/\w+/\d+)` \|", pages.page("batch"), re.MULTILINE)
    assert len(table) == len(set(table))
    assert set(table) == written
