"""The page `docs vintages`: its tables are there, and what is due soon is what is scheduled."""

import pytest

from neocloud_mc.mechanisms.debt import Tranche
from neocloud_mc.views import pages
from tests import vintages

TABLES = ("figures", "issuers", "tranches", "groups", "year", "prices", "assumptions")


def loan(**terms: object) -> Tranche:
    return Tranche.model_validate(
        {"kind": "term", "principal": 100.0, "coupon": 0.12, "maturity": 36} | terms
    )


def table(name: str) -> str:
    _, _, rest = pages.page("vintages").partition(f"<!-- {name} -->\n")
    found, _, _ = rest.partition(f"<!-- end of {name} -->\n")
    return found


def test_the_figures_on_the_page_are_those_of_the_files() -> None:
    """`make vintages` writes them anew."""
    assert table("figures") == vintages.figures()


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_rows_that_fit_its_head(name: str) -> None:
    head, _, *rows = table(name).splitlines()
    assert len(rows) >= 5
    assert {row.count(" | ") for row in rows} == {head.count(" | ")}


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ({"amortization": "bullet"}, 0.0),
        ({"amortization": "bullet", "maturity": 24}, 100.0),
        ({"amortization": "linear"}, 100.0 * 24 / 36),
        ({"amortization": "linear", "interest_only_until": 12}, 50.0),
        ({"amortization": {6: 10.0, 24: 20.0, 30: 5.0}}, 30.0),
        ({"amortization": "annuity"}, 100.0 * (1.01**24 - 1) / (1.01**36 - 1)),
        ({"amortization": "annuity", "coupon": None, "margin": 0.08}, 100.0 * 0.626_2),
    ],
)
def test_what_is_due_in_two_years_follows_from_the_schedule(
    terms: dict[str, object], due: float
) -> None:
    assert vintages.due(loan(**terms), 24, risk_free=0.04) == pytest.approx(due, rel=1e-3)


def test_prices_lay_where_the_page_says() -> None:
    rows = [row.strip("| ").split(" | ") for row in table("prices").splitlines()[2:]]
    found = {(name, int(month)): float(quantile) for name, month, _, quantile in rows}
    assert min(found["h200 price", 12], found["b200 price", 12]) >= 99.0
    assert found["h100 price", 12] >= 90.0
    assert min(value for (name, _), value in found.items() if "resale" in name) >= 87.5
