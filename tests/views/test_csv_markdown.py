"""CSV holds every number once; Markdown holds the tables of the terminal."""

import csv
import re

import pytest

from neocloud_mc.results.measures import measures, place_of
from neocloud_mc.views.run import document
from neocloud_mc.views.run.tables import blocks
from tests.views import samples


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_csv_has_a_row_for_every_measure_in_full_precision() -> None:
    result = samples.plain()
    found = rows(document([result]).text("csv"))
    sampled = [row for row in found if row["low"] or row["note"]]
    expected = list(measures(result.estimates))
    assert len(sampled) == len(expected)
    for row, measure in zip(sampled, expected, strict=True):
        assert float(row["value"] or "nan") == measure.estimate.value
        place = place_of(measure.path)
        assert (row["issuer"], row["tranche"], row["measure"]) == place[:3]
        assert row["month"] == ("" if place.month is None else str(place.month))
    first = next(row for row in found if row["measure"] == "pd")
    assert first == {
        **{name: first[name] for name in ("value", "low", "high", "rating")},
        **{"scenario": "sample", "issuer": "issuer_0", "tranche": "", "measure": "pd"},
        **{"month": "1", "unit": "share of 1", "note": "", "against": "", "label": "Issuer 0"},
        **{"paths": "1000", "seed": "1", "digest": result.info.digest},
        **{"probabilities": "real-world", "rating_note": ""},
    }


def test_every_row_of_a_rating_has_the_remark_on_it() -> None:
    found = rows(document([samples.eventless()]).text("csv"))
    remarked = {(row["rating"], row["rating_note"]) for row in found}
    assert ("AAA", "no path defaults") in remarked and ("", "") in remarked
    assert all(bool(rating) == bool(note) for rating, note in remarked)


def test_csv_has_the_terms_of_the_debt_without_an_interval() -> None:
    result = samples.plain()
    given = [row for row in rows(document([result]).text("csv")) if not row["low"] + row["note"]]
    found = {(row["tranche"], row["measure"]): float(row["value"]) for row in given}
    assert found["", "debt"] == 2e9 and found["", "portfolio.exposure"] == 4e9
    assert found["senior", "drawn"] == 1e9 and found["senior", "commitment"] == 0.0
    assert found["senior", "contract_spread"] == 0.05 and found["junior", "maturity"] == 36
    assert {row["unit"] for row in given} == {"USD", "month", "rank", "per year"}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("issuers.acme.pd.60", ("acme", "", "pd", 60)),
        ("issuers.acme.cds.12", ("acme", "", "cds", 12)),
        ("issuers.pd.lgd", ("pd", "", "lgd", None)),
        ("issuers.acme.breach.lead_months", ("acme", "", "breach.lead_months", None)),
        ("issuers.acme.tranches.cds.pd", ("acme", "cds", "pd", None)),
        ("joint.at_least.2", ("", "", "joint.at_least.2", None)),
        ("joint.pairs.acme.other.joint", ("acme", "", "joint.pairs.other.joint", None)),
        ("portfolio.es.99.9", ("", "", "portfolio.es.99.9", None)),
        ("portfolio.by_month_12.mean", ("", "", "portfolio.by_month_12.mean", None)),
        ("market.price_index.24.p50", ("", "", "market.price_index.p50", 24)),
        ("market.gpus.h100.resale.12.p05", ("", "", "market.gpus.h100.resale.p05", 12)),
        ("probability", ("", "", "probability", None)),
    ],
)
def test_a_full_name_is_taken_apart(path: str, place: tuple[object, ...]) -> None:
    assert place_of(path) == place


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
