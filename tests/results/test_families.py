"""One order of issuers on every page: the file's, vehicles after their parents."""

from pathlib import Path

import pytest

from neocloud_mc.cli import main
from neocloud_mc.results.book import IssuerEntry
from neocloud_mc.results.families import in_families

START = "neocloud_mc/docs/start.yaml"
"""Its vehicle stands at its end, after an issuer that is not its parent."""


def entry(name: str, parent: str | None = None) -> IssuerEntry:
    return IssuerEntry(name, name, parent)


def test_vehicles_follow_their_parents_and_nobody_is_lost() -> None:
    spv, orphan = entry("spv", "parent"), entry("orphan", "gone")
    other, parent = entry("other"), entry("parent")
    assert in_families([spv, other, parent, orphan]) == [other, parent, spv, orphan]


@pytest.mark.parametrize(
    "words",
    [
        ["run", START],
        ["compare", START, "--with", "@stress/fire_sale"],
        ["compare", START, "--with", "@stress/fire_sale", "--summary"],
        ["sensitivity", START, "--only", "market.risk_free"],
        ["sweep", START, "--vary", "market.risk_free=0.03:0.04:2"],
    ],
    ids=lambda words: " ".join((words[0], *words[4:])),
)
def test_every_table_has_the_issuers_in_one_order(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--paths", "100", "-q"]) == 0
    assert are_in_order(capsys.readouterr().out)


def test_results_of_several_dates_have_the_issuers_in_that_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(tmp_path / f"{year}.json") for year in (2025, 2026)]
    for file in files:
        dated = ["--set", f"base_date={Path(file).stem}-06-30", "-o", file]
        assert main(["run", START, "--paths", "100", "-q", *dated]) == 0
    assert main(["track", *files]) == 0
    assert are_in_order(capsys.readouterr().out)


def are_in_order(text: str) -> bool:
    """Whether the issuers stand on a page, behind its heading, as they should."""
    text = text.replace("acme_north", "vehicle")
    places = [text.index(name, text.index("sha256")) for name in ("acme", "vehicle", "bolt")]
    return places == sorted(places)
