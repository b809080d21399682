"""Tables are whole: on a terminal of any width, and in a pipe."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render import terminal
from neocloud_mc.views.run import document
from tests.views import samples

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
FIGURE = re.compile(r"[$<]?[\d.,]+[%a-z]*( ±[\d.,?]+| \([\d.,–]+\))?")


def on_terminal(result: RunResult, width: int, *, is_full: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=True, width=width, color_system="standard", highlight=False
    )
    document([result], is_full=is_full).show(console)
    return stream.getvalue()


def in_pipe(*results: RunResult, is_full: bool = False) -> str:
    stream = io.StringIO()
    document(results, is_full=is_full).show(terminal.console(stream))
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("sample", ["plain", "large", "eventless", "hostile"])
def test_no_line_is_longer_than_the_terminal(sample: str, width: int) -> None:
    text = ESCAPE.sub("", on_terminal(getattr(samples, sample)(), width))
    assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("sample", ["plain", "large", "eventless"])
def test_every_figure_of_the_pipe_is_whole_on_the_terminal(sample: str, width: int) -> None:
    result = getattr(samples, sample)()
    text = ESCAPE.sub("", on_terminal(result, width, is_full=True))
    cells = {
        cell
        for line in in_pipe(result, is_full=True).splitlines()
        for cell in re.split(r"\s{2,}", line)
    }
    figures = {cell for cell in cells if FIGURE.fullmatch(cell)}
    assert figures
    assert all(figure in text for figure in figures)


@pytest.mark.parametrize("sample", ["plain", "large", "eventless", "hostile"])
def test_nothing_is_cut(sample: str) -> None:
    result = getattr(samples, sample)()
    assert "…" not in on_terminal(result, 80) + in_pipe(result, is_full=True)


def test_a_pipe_gets_plain_text_of_full_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = in_pipe(samples.large())
    assert "\x1b" not in text
    lines = text.splitlines()
    assert any("month 12 " in line and "month 240" in line for line in lines)
    assert "(further columns)" not in text


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "NO_COLOR"])
def test_colour_is_as_the_environment_says(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv(variable, "1")
    assert ("\x1b[" in in_pipe(samples.plain())) == (variable == "FORCE_COLOR")


def test_names_are_shown_never_obeyed() -> None:
    text = in_pipe(samples.hostile())
    assert "\x1b" not in text
    assert r"[red]x \x1b[31m|\n[/nothing] <b>*_é" in text
    on_screen = on_terminal(samples.hostile(), 300)
    assert "\x1b[31m" not in on_screen
    assert r"\x1b[31m" in on_screen


def test_scenarios_come_one_after_the_other() -> None:
    text = in_pipe(samples.plain(), samples.eventless())
    assert text.count("Probability of default by month") == 2


def test_a_committee_finds_what_it_looks_for() -> None:
    text = in_pipe(samples.plain(), is_full=True)
    for words in (
        "base date 2025-06-30, 24 months to Jun 2027, 1,000 paths, seed 1",
        "liquidity",
        "default, months",
        "rating",
        "contract,",
        "loss?",
        "EAD",
        "CDS,",
        "at least",
        "VaR",
        "99.9%",
        "h100, $/GPU-hour",
        "inconclusive",
        "paths would decide",
    ):
        assert words in text
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_what_has_no_interval_is_said() -> None:
    text = in_pipe(samples.eventless())
    assert "±?: too few events for an interval." in text
    assert "–: undefined." in text
    assert "AAA*" in text
    assert "no path defaults" in text


def test_an_old_locale_gets_ascii() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    document([samples.hostile()]).show(terminal.console(stream))
    stream.flush()
    text = raw.getvalue().decode("ascii")
    assert "% +-" in text
    assert r"\xe9" in text
