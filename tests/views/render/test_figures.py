"""What a driver is, in words."""

from dataclasses import replace

import pytest

from neocloud_mc.scenario.variants.drivers import Driver, Figure
from neocloud_mc.views.render import headings, spoken
from neocloud_mc.views.render.figures import value_of
from tests.views import samples


def driver(value: float, unit: str, n_figures: int = 1) -> Driver:
    figures = tuple(Figure(f"path.{n}", value, 0.0, 2.0) for n in range(n_figures))
    return Driver("path", figures, unit, "range", None, "")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.0, "months", "1 month"),
        (1.5, "months", "1.5 months"),
        (0.0, "quarters", "0 quarters"),
        (7, "month", "month 7"),
        (1, "rank", "1"),
        (0.5, "share", "0.5"),
        (1.0, "per year", "1 per year"),
        (2.54, "USD per GPU-hour", "2.54 USD per GPU-hour"),
    ],
)
def test_a_value_has_its_unit_in_the_right_number_and_place(
    value: float, unit: str, text: str
) -> None:
    assert value_of(driver(value, unit)) == text


def test_several_figures_are_counted() -> None:
    assert value_of(driver(1.0, "", 6)) == "6 figures"
    assert value_of(driver(1.0, "GPUs", 6)) == "6 figures (GPUs)"


def test_one_is_one_wherever_it_is_counted() -> None:
    info = replace(samples.plain().info, paths=1, months=1, base_date=None)
    assert headings.of_run(info)[1].startswith("1 month, 1 path, seed 1")
    lead = "issuers.a.breach.lead_months"
    assert [spoken.exact(lead, n) for n in (1.0, 1.5)] == ["1 month", "1.5 months"]
