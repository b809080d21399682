"""The page in a real browser: no fault, nothing asked of a network, pictures, hover, sorting."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.views.report.pages import HOSTILE, html

_CHROMIUM: Final = Path("/usr/bin/chromium")
_READY: Final = "document.documentElement.dataset.ready === 'yes'"
_DEADLINE: Final = 60_000
"""Milliseconds, for a machine that does much else."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, simulated and drawn before a browser's driver switches stacks."""
    found = tmp_path_factory.mktemp("page") / "report.html"
    found.write_text(html(), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def browser(file: Path) -> Iterator[Any]:
    """The system's Chromium, without a window; skips where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not _CHROMIUM.exists():
        pytest.skip(f"needs {_CHROMIUM}")
    with api.sync_playwright() as driver:
        try:
            found = driver.chromium.launch(executable_path=str(_CHROMIUM))
        except api.Error as error:
            pytest.skip(f"{_CHROMIUM} does not start: {str(error).splitlines()[0]}")
        yield found
        found.close()


@pytest.fixture(scope="module")
def opened(browser: Any, file: Path) -> Iterator[Any]:
    """The page once it is drawn; `told` is what its console said, `asked` what it requested."""
    page = browser.new_page(color_scheme="light", viewport={"width": 1280, "height": 900})
    page.set_default_timeout(_DEADLINE)
    page.told, page.asked = [], []
    page.on("console", lambda message: page.told.append(message.text))
    page.on("pageerror", lambda error: page.told.append(str(error)))
    page.on("dialog", lambda dialog: page.told.append("a label ran as a script"))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_function(_READY)
    yield page
    page.close()


def test_every_picture_is_drawn_without_a_fault_or_a_request(opened: Any) -> None:
    figures = opened.locator("figure.chart")
    drawn = opened.locator("figure.chart .drawing svg")
    assert figures.count() == drawn.count() > 30
    assert opened.told == []
    assert len(opened.asked) == 1
    assert opened.evaluate("document.documentElement.scrollWidth") == 1280


def test_hover_tells_numbers_as_text(opened: Any) -> None:
    """Over the end of a line: whose it is, when, and its interval; a label is never markup."""
    picture = opened.locator("figure.chart .drawing svg").first
    picture.evaluate("picture => picture.scrollIntoView({behavior: 'instant', block: 'center'})")
    box = picture.bounding_box()
    opened.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    tip = opened.locator("#tip")
    tip.wait_for(state="visible")
    text = tip.inner_text()
    assert "±" in text
    assert "PD" in text
    assert "(month " in text
    assert tip.locator("script, b").count() == 0


def test_tables_sort_by_number_with_the_keyboard(opened: Any) -> None:
    table = opened.locator("table.sortable").first
    column = (
        table.locator("thead th")
        .all_inner_texts()
        .index(next(t for t in table.locator("thead th").all_inner_texts() if "expected loss" in t))
    )
    table.locator("thead th button").nth(column).focus()
    for direction in ("ascending", "descending"):
        opened.keyboard.press("Enter")
        assert table.locator("thead th").nth(column).get_attribute("aria-sort") == direction
        keys = table.evaluate(
            "(table, column) => [...table.tBodies[0].rows]"
            ".map((row) => Number(row.cells[column].dataset.key))",
            column,
        )
        assert len(set(keys)) > 2
        assert keys == sorted(keys, reverse=direction == "descending")


def test_numbers_unfold_and_download(opened: Any) -> None:
    figure = opened.locator("figure.chart").first
    figure.locator("summary").click()
    rows = figure.locator("tbody tr")
    rows.first.wait_for()
    with opened.expect_download() as waiting:
        figure.locator("a.data").click()
    lines = waiting.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == rows.count() + 1
    assert HOSTILE[0] in lines[1]


def test_it_turns_dark_and_prints_light(opened: Any) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    stroke = (
        "getComputedStyle(document.querySelector('.drawing svg [stroke=\"var(--faint)\"]')).stroke"
    )
    light = opened.evaluate(paper), opened.evaluate(stroke)
    opened.emulate_media(color_scheme="dark")
    assert opened.evaluate(paper) == "rgb(18, 22, 28)"
    assert opened.evaluate(stroke) != light[1]
    opened.emulate_media(color_scheme="dark", media="print")
    assert (opened.evaluate(paper), opened.evaluate(stroke)) == light
    assert opened.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    opened.emulate_media(color_scheme="light", media="screen")


def test_a_telephone_scrolls_tables_not_the_page_and_cuts_no_legend(opened: Any) -> None:
    opened.set_viewport_size({"width": 400, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") == 400
    opened.wait_for_function(
        "[...document.querySelectorAll('.drawing svg')].every((picture) =>"
        " [...picture.querySelectorAll('.role-legend')].every((legend) =>"
        " legend.getBoundingClientRect().right <= picture.getBoundingClientRect().right + 1))"
    )
    opened.set_viewport_size({"width": 1280, "height": 900})
