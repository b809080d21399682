"""Tables of differences: how changes are marked, what hostile names do, and what fits."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from neocloud_mc.results.intervals import Estimate
from neocloud_mc.results.run import RunInfo
from neocloud_mc.results.tally import tally
from neocloud_mc.studies.comparison import STATES, Comparisons, compare, every, measured
from neocloud_mc.studies.paired import Marks, PathChange, mark, path_change
from neocloud_mc.views.comparison import document
from neocloud_mc.views.render.changes import change
from neocloud_mc.views.render.grid import Alarm, Faint, Relief, fit
from tests.results.samples import book, independent
from tests.views.samples import HOSTILE

PD = "issuers.acme.pd.60"


def result(others: int = 1, *, name: str = "base", is_cut: bool = False) -> Comparisons:
    """Scenarios of two issuers, of which a third is only in the others."""
    of, here = book(2), book(3)
    info = RunInfo("0.1.0", name, "sha256:00", None, 800, 1, of.months)
    sides, marks = [], []
    for side, seed in ((of, 1), *((here, 2 + place) for place in range(others))):
        outcomes = [independent(side, 104, seed=10 * seed + b) for b in range(8)]
        sides.append(measured(side, [tally(side, outcome) for outcome in outcomes]))
        marks.append([mark(side, outcome, every(of)) for outcome in outcomes])
    counts = np.zeros((len(STATES), len(STATES)), dtype=np.int64)
    counts[0, 0], counts[0, 2], counts[1, 0] = 700, 60, 40
    switches = {"issuer_0": counts, "issuer_1": np.diag([800] + [0] * (len(STATES) - 1))}
    return Comparisons(
        base=info,
        is_cut=is_cut,
        unlike=(),
        labels={issuer.id: name if name == HOSTILE else issuer.label for issuer in here.issuers},
        own=sides[0].numbers,
        others=tuple(
            compare(
                replace(info, scenario=f"{name} {place}"),
                sides[0],
                side,
                switches,
                counted(marks[0], marks[place + 1]),
            )
            for place, side in enumerate(sides[1:])
        ),
    )


def counted(before: list[dict[str, Marks]], after: list[dict[str, Marks]]) -> dict[str, PathChange]:
    """How all paths change, by measure."""
    return {
        name: path_change(
            [np.concatenate([batch[name] for batch in side]) for side in (before, after)],
            (-1.0, 1.0),
            832,
        )
        for name in before[0]
    }


def shown(of: Comparisons, *, is_summary: bool = False) -> str:
    return document(of, is_summary=is_summary).text("table")


@pytest.mark.parametrize(
    ("estimate", "kind", "text"),
    [
        (Estimate(0.02, 0.015, 0.025), Alarm, "+2.0 ±0.5"),
        (Estimate(-0.02, -0.025, -0.015), Relief, "−2.0 ±0.5"),
        (Estimate(0.002, -0.003, 0.007), Faint, "~ +0.2 ±0.5"),
        (Estimate(-0.002, -0.007, 0.003), Faint, "~ −0.2 ±0.5"),
        (Estimate(0.0, 0.0, 0.0), Faint, "="),
        (Estimate(0.001, note="only 2 of 32 batches carry it"), Faint, "+0.10 ±?"),
        (Estimate(1e-12, -1e-12, 3e-12), Faint, "~ 0"),
        (Estimate(None, note="undefined on these paths"), str, "–"),
    ],
)
def test_a_change_is_marked_by_what_its_interval_says(
    estimate: Estimate, kind: type[str], text: str
) -> None:
    cell = change(PD, estimate)
    assert cell.dress is kind and cell == text


def test_prices_and_months_are_neither_good_nor_bad_news() -> None:
    rise = Estimate(0.5, 0.4, 0.6)
    assert change("market.price_index.12.p50", rise).dress is str
    assert change("issuers.acme.breach.lead_months", rise).dress is str
    assert change("issuers.acme.loan.fair_spread", rise).dress is Alarm


def test_an_issuer_that_only_one_has_is_shown_without_a_difference() -> None:
    lines = shown(result()).splitlines()
    rows = [line for line in lines if line.startswith("issuer_2 ")]
    assert len(rows) == 3 and all("only in base 0" in row and "+" not in row for row in rows)
    summary = shown(result(3), is_summary=True).splitlines()
    assert next(line for line in summary if line.startswith("base ")).endswith("–")
    assert next(line for line in summary if line.startswith("base 0")).endswith("only here")


def test_moves_that_happen_are_listed_the_most_frequent_first() -> None:
    (told,) = {line for line in shown(result()).splitlines() if "alive to refinancing 60" in line}
    assert told.index("alive to refinancing 60") < told.index("liquidity to alive 40")
    assert "covenant to alive" not in told


def test_a_shortened_horizon_is_told() -> None:
    assert "24 months, the shortest horizon of all" in shown(result(is_cut=True))
    assert "shortest" not in shown(result())


def test_every_mark_that_stands_is_explained_and_no_other() -> None:
    for block in document(result(), is_summary=False).blocks(80):
        assert block.heading
        for grid in block.grids:
            cells = [cell for row in grid.rows for cell in row[1:]]
            notes = " ".join(grid.notes)
            if "Paths that end otherwise" in grid.title:
                continue
            assert ("~:" in notes) == any(cell.startswith("~") for cell in cells)
            assert ("=:" in notes) == ("=" in cells)
            assert ("±?:" in notes) == any(cell.endswith("±?") for cell in cells)


@pytest.mark.parametrize("width", [80, 160])
def test_parts_of_tables_fit_the_terminal(width: int) -> None:
    for block in document(result(3), is_summary=False).blocks(width):
        for part in (part for grid in block.grids for part in fit(grid, width)):
            label, *figures = part.widths
            assert sum(figures) + 2 * len(figures) + min(label, 24) <= width


def test_hostile_names_stay_text() -> None:
    of = result(3, name=HOSTILE)
    text = shown(of)
    assert "\x1b" not in text and "[red]x \\x1b[31m" in text
    markdown = document(of, is_summary=False).text("markdown")
    assert "<b>" not in markdown.replace("\\<b\\>", "") and "\x1b" not in markdown
    rows = list(csv.DictReader(io.StringIO(document(of, is_summary=False).text("csv"))))
    assert all("\x1b" not in "".join(row.values()) for row in rows)


def test_json_is_plain_and_complete() -> None:
    found = json.loads(document(result(2), is_summary=False).text("json"))
    assert found["schema"] == "neocloud-mc/comparison/1" and found["scenario"] == "base"
    assert [other["scenario"] for other in found["comparisons"]] == ["base 0", "base 1"]
    other = found["comparisons"][0]
    assert set(other) == {
        *("scenario", "digest", "base_date", "issuers", "joint", "portfolio", "market"),
        "manifest",
    }
    assert set(other["portfolio"]["es"]) == {"95", "99", "99.9"}
    assert other["issuers"]["issuer_0"]["switches"]["alive"]["refinancing"] == 60
    assert other["issuers"]["issuer_0"]["new"]["value"] == 0.075
    assert other["issuers"]["issuer_2"]["pd"]["24"]["from"] is None
    assert other["joint"]["pairs"]["issuer_0"]["issuer_1"]["joint"]["change"]["low"] is not None
