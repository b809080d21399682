"""The page: whole, safe, readable by machines and by those who cannot see its pictures."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Final

import pytest

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.studies.parameter_uncertainty.quantiles import UncertainPd, Uncertainty
from neocloud_mc.views.report import term_structure, theme
from neocloud_mc.views.report.chart import blank, drawn
from neocloud_mc.views.report.picture import picture
from tests.views.report.pages import HOSTILE, html, report, text_of
from tests.views.samples import plain

_LARGEST: Final = 1_500_000
"""Bytes: 0.9 MB are the library."""


class Outline(HTMLParser):
    """What stands in the page: headings by level, tags, and text outside of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def outline() -> Outline:
    found = Outline()
    found.feed(html())
    return found


def test_it_is_one_file_that_asks_for_nothing(outline: Outline) -> None:
    assert len(html().encode()) < _LARGEST
    for _, attributes in outline.tags:
        assert not {"src", "srcset", "data", "poster"} & attributes.keys()
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import", html().partition("</style>")[0])
    policy = next(a["content"] for t, a in outline.tags if "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_what_is_not_known_is_not_drawn() -> None:
    """An empty cell is no number, not even 0."""
    marks = blank().mark_text().encode(x="x:Q", y="y:Q", text="label:N")
    rows = [(1, 0.5, "known"), (2, None, "unknown")]
    chart = drawn("x", "title", "words", ("x", "y", "label"), rows, marks)
    svg = picture([chart], ".svg", "light").decode()
    assert ">known<" in svg
    assert "unknown" not in svg


def test_bands_over_the_inputs_are_drawn_where_the_inputs_were() -> None:
    """One area and a point for each of two years, of 24 months."""
    result = plain()
    over = UncertainPd(*(Estimate(p, p, p) for p in (0.3, 0.4, 0.2, 0.6, 0.1)))
    known = Uncertainty(10, 100, 1, 1, 0, 0, {"issuer_0": {12: over, 24: over}})
    chart = term_structure.uncertain(replace(result, uncertainty=known), "issuer_0")
    assert chart
    svg = picture([chart], ".svg", "light").decode()
    assert svg.count(f'fill="{theme.THEMES["light"]["c2"]}"') == 1 + 2


def test_labels_are_never_markup(outline: Outline) -> None:
    assert "<b>" not in text_of(html())
    assert "<i>" not in html()
    assert html().count("<script") == html().count("</script>")
    text = "".join(outline.text)
    for label in HOSTILE[:2]:
        assert label in text
    assert "49" not in [found.strip() for found in re.findall(r"<b>(.*?)</b>", html())]
    assert "\u202e" not in html()
    assert "\\u202eright-to-left" in text


def test_numbers_of_charts_are_safe_in_a_spreadsheet() -> None:
    cells = [cell for rows in numbers() for row in rows for cell in row]
    assert any(HOSTILE[0] in cell for cell in cells)
    assert "'=1+1" in cells
    assert not any(re.match(r"[=@+]|-(?![0-9.])", cell) for cell in cells)


def numbers() -> list[list[list[str]]]:
    """Every chart's data as rows."""
    found = re.findall(
        r'</figcaption>\s*<script type="application/json">(.*?)</script>', html(), re.DOTALL
    )
    return [list(csv.reader(io.StringIO(json.loads(text)))) for text in found]


def test_every_chart_has_words_numbers_and_a_drawing(outline: Outline) -> None:
    figures = [attributes for tag, attributes in outline.tags if tag == "figure"]
    images = [attributes for _, attributes in outline.tags if attributes.get("role") == "img"]
    drawings = {a["id"] for t, a in outline.tags if t == "script" and "id" in a}
    assert len(figures) == len(images) == len(numbers()) > 30
    assert {one["data-drawing"] for one in figures} == drawings
    assert all(len(one["aria-label"] or "") > 30 for one in images)
    for rows in numbers():
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}


def test_files_of_numbers_have_names_of_their_own(outline: Outline) -> None:
    names = [attributes["download"] for _, attributes in outline.tags if "download" in attributes]
    assert len(names) == len(set(names)) == len(numbers())


def test_headings_go_down_by_one_level(outline: Outline) -> None:
    levels = outline.levels
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_anchors_lead_somewhere(outline: Outline) -> None:
    places = [a["id"] for _, a in outline.tags if "id" in a]
    assert len(places) == len(set(places))
    links = [a["href"] or "" for t, a in outline.tags if t == "a" and len(a["href"] or "") > 1]
    assert len(links) > 8
    assert {link[1:] for link in links} <= set(places)


def test_every_figure_stands_in_the_register(outline: Outline) -> None:
    text = "".join(outline.text)
    for entry in report().register:
        assert entry.path in text
    assert "told by </script>" in text


def test_the_digest_and_the_command_are_told(outline: Outline) -> None:
    text = "".join(outline.text)
    assert report().simulated.result.info.digest in text
    assert '"versions"' in text


@pytest.mark.parametrize("name", theme.THEMES)
def test_colours_can_be_read(name: str) -> None:
    """Contrast of text as WCAG 2 AA asks for (4.5), of marks as it asks for graphics (3)."""
    colours = theme.THEMES[name]
    for key in ("ink", "faint", "c1", "c2"):
        assert contrast(colours[key], colours["paper"]) >= 4.5, key
    for place in range(theme.SERIES):
        assert contrast(colours[f"c{place + 1}"], colours["paper"]) >= 3.0, place


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("lacking", ["protan", "deutan"])
def test_causes_differ_for_the_colour_blind(name: str, lacking: str) -> None:
    """In the planes of Viénot, Brettel and Mollon (1999), by more than a tenth of full range."""
    used = [theme.put_in(c, name) for c in theme.CAUSE_COLOURS.values()]
    seen = [dichromat(colour, lacking) for colour in used]
    for a in range(len(seen)):
        for b in range(a):
            distance = max(abs(x - y) for x, y in zip(seen[a], seen[b], strict=True))
            assert distance > 0.1, (used[a], used[b])


def channels(colour: str) -> list[float]:
    """Linear light of red, green and blue, 0 to 1."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(a: str, b: str) -> float:
    """Of WCAG 2."""
    light = [
        0.05 + sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels(x), strict=True))
        for x in (a, b)
    ]
    return max(light) / min(light)


def dichromat(colour: str, lacking: str) -> list[float]:
    """What is seen without one kind of cone, in gamma-corrected channels."""
    red, green, blue = channels(colour)
    if lacking == "protan":
        red = green = 0.11238 * red + 0.88762 * green
        blue += 0.00401 * (channels(colour)[0] - channels(colour)[1])
    else:
        red = green = 0.29275 * red + 0.70725 * green
        blue += -0.02234 * (channels(colour)[0] - channels(colour)[1])
    return [max(0.0, c) ** (1 / 2.2) for c in (red, green, blue)]
