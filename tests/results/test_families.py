"""One order of issuers on every page: the file's, vehicles after their parents."""

import pytest

from neocloud_mc.cli import main
from neocloud_mc.results.book import IssuerEntry
from neocloud_mc.results.families import in_families

START = "neocloud_mc/docs/start.yaml"
"""Its vehicle stands at its end, after an issuer that is not its parent."""


def entry(name: str, parent: str | None = None) -> IssuerEntry:
    return IssuerEntry(name, name, parent)


def test_vehicles_follow_their_parents_and_nobody_is_lost() -> None:
    spv, other, parent, orphan = (
        *(entry("spv", "parent"), entry("other"), entry("parent"), entry("orphan", "gone")),
    )
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
    text = capsys.readouterr().out.replace("acme_north", "vehicle")
    places = [text.index(name, text.index("sha256")) for name in ("acme", "vehicle", "bolt")]
    assert places == sorted(places)
