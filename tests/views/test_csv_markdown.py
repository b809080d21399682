"""CSV holds every number once; Markdown holds the tables of the terminal."""

import csv
import re

from neocloud_mc.results.measures import measures
from neocloud_mc.views.run import document
from neocloud_mc.views.run.tables import blocks
from tests.views import samples


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_csv_has_a_row_for_every_measure_in_full_precision() -> None:
    result = samples.plain()
    found = rows(document([result]).text("csv"))
    expected = list(measures(result.estimates))
    assert len(found) == len(expected)
    for row, measure in zip(found, expected, strict=True):
        assert float(row["value"] or "nan") == measure.estimate.value
        assert (row["issuer"], row["tranche"]) == (measure.issuer, measure.tranche)
    assert found[0] | {"value": "", "low": "", "high": ""} == {
        "scenario": "sample",
        "section": "issuers",
        "issuer": "issuer_0",
        "tranche": "",
        "measure": "pd",
        "level": "1",
        "value": "",
        "low": "",
        "high": "",
        "note": "",
    }


def test_csv_leaves_empty_what_is_undefined_and_says_why() -> None:
    lgd = next(
        r for r in rows(document([samples.eventless()]).text("csv")) if r["measure"] == "lgd"
    )
    assert (lgd["value"], lgd["note"]) == ("", "no default with a claim")


def test_csv_of_several_scenarios_has_one_header_and_one_line_a_row() -> None:
    text = document([samples.plain(), samples.hostile()]).text("csv")
    assert text.count("scenario,") == 1
    assert "\x1b" not in text
    found = rows(text)
    assert len({row["scenario"] for row in found}) == 2
    assert len(text.splitlines()) == len(found) + 1


def test_markdown_has_every_table_with_rows_of_one_length() -> None:
    result = samples.hostile()
    text = document([result]).text("markdown")
    titles = [grid.title for block in blocks(result, is_full=False) for grid in block.grids]
    assert text.count("\n## ") == len([title for title in titles if title])
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lengths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(lengths) == 1


def test_markdown_takes_names_as_they_are() -> None:
    text = document([samples.hostile()]).text("markdown")
    assert "\x1b" not in text
    assert r"\[red\]x" in text
    assert r"\<b\>\*" in text
    assert "issuer_0.senior" in text
