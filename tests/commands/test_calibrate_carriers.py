"""`calibrate --by`: what each carrier moves, in a world where each issuer feels one of them alone.

Of three issuers, all within a month and each with a closed form, acme lives on spot rents, bank
rolls its loan over if the funding climate lets it, and landlord falls with its only customer.
"""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from math import exp, expm1, log1p, sqrt
from pathlib import Path
from statistics import NormalDist
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import pytest
import yaml

from neocloud_mc.cli import main
from neocloud_mc.studies.calibration.carriers import Carrier
from neocloud_mc.validation import worlds
from neocloud_mc.validation.worlds import Tree
from tests.commands.worlds import DEBT, DRIFT, VOLATILITY

PATHS: Final = 20_000
PD: Final = 0.3
"""Of each issuer in the real world."""
NORMAL: Final = NormalDist()
THRESHOLD: Final = NORMAL.inv_cdf(PD)
ERRORS: Final = 4.5 / 1.96
"""Half-widths of a 95% interval that 4.5 standard errors are: one false alarm in 150,000."""
FEELS: Final = {"acme": "price", "bank": "funding", "landlord": "customers"}
TRUTH: Final[dict[str, Callable[[float], float]]] = {
    "acme": lambda premium: NORMAL.cdf(THRESHOLD + premium * sqrt(1.0 / 12.0)),
    "bank": lambda premium: NORMAL.cdf(THRESHOLD + premium),
    "landlord": lambda premium: -expm1(log1p(-PD) * exp(premium)),
}
"""PD under a price of risk (sections 1 and 2): it lowers the month's normal by λ √(1/12), lowers a
climate without memory by λ, and multiplies the customer's intensity by exp(λ)."""


PREMIUMS: Final = {
    Carrier.PRICE: ("acme", 0.8),
    Carrier.FUNDING: ("bank", 0.6),
    Carrier.CUSTOMERS: ("landlord", -0.5),
    Carrier.ALL: ("bank", 0.4),
}
"""Who is quoted, and at what price of risk."""
PARTS: Final = [*FEELS.values()]
EACH: Final = pytest.mark.parametrize("by", PREMIUMS)


def world() -> Tree:
    """The three issuers; landlord's contract pays more than the spot market ever does."""
    refinance = {"months": 60, "window": THRESHOLD}
    lease = worlds.lease(price=10.0 * worlds.PRICE)
    return worlds.merged(
        {"name": "three", "horizon_months": 1},
        worlds.prices(DRIFT, VOLATILITY),
        worlds.market(funding={"persistence_years": 1e-6}),
        {"customers": {"tenant": {"default_intensity": -12.0 * log1p(-PD)}}},
        {
            "issuers": {
                "acme": worlds.spot_issuer(worlds.bullet(DEBT.principal)),
                "bank": {
                    "cash": 0.0,
                    "tranches": {"loan": {**worlds.bullet(1e6), "refinance": refinance}},
                },
                "landlord": {
                    **worlds.landlord("tenant"),
                    "costs": {"fixed": 9.0 * worlds.INCOME},
                    "contracts": {"lease": lease},
                },
            }
        },
    )


class Answer(NamedTuple):
    """What `calibrate` found, the overlay that it wrote, and what `run` makes of it."""

    found: Any
    overlay: Any
    run: Any


@cache
def answer(by: Carrier) -> Answer:
    """For several tests."""
    quoted, premium = PREMIUMS[by]
    with TemporaryDirectory() as folder:
        scenario, overlay = Path(folder, "three.yaml"), Path(folder, "neutral.yaml")
        scenario.write_text(yaml.safe_dump(world()), encoding="utf-8")
        quote = f"{quoted}.pd.1 = {TRUTH[quoted](premium)}"
        words = ("--by", by, "--to", quote, "--overlay", str(overlay))
        found = printed("calibrate", str(scenario), *words)
        run = printed("run", str(scenario), "--with", str(overlay))
        return Answer(found, yaml.safe_load(overlay.read_text(encoding="utf-8")), run)


def printed(*words: str) -> Any:
    """The JSON of a command."""
    with redirect_stdout(io.StringIO()) as text:
        assert main([*words, "--paths", str(PATHS), "-q", "--format", "json"]) == 0
    return json.loads(text.getvalue())


@EACH
def test_the_price_of_risk_is_that_of_the_closed_form(by: Carrier) -> None:
    found = answer(by).found["premium"]
    half_width = (found["high"] - found["low"]) / 2.0
    assert 0.0 < half_width < 0.2
    assert found["value"] == pytest.approx(PREMIUMS[by][1], abs=ERRORS * half_width)


@EACH
def test_a_carrier_moves_those_who_feel_it_and_nobody_else(by: Carrier) -> None:
    found = answer(by).found
    premium = found["premium"]["value"]
    for issuer, part in FEELS.items():
        both = found["measures"][f"issuers.{issuer}.pd.1"]
        real, neutral = both["real_world"], both["risk_neutral"]
        if by not in (part, "all"):
            assert neutral == real, issuer
            continue
        error = ERRORS * (neutral["high"] - neutral["low"]) / 2.0
        assert neutral["value"] == pytest.approx(TRUTH[issuer](premium), abs=error), issuer
        assert (neutral["value"] > real["value"]) == (premium > 0.0), issuer


@EACH
def test_the_overlay_has_the_number_in_the_parts_that_carry_it(by: Carrier) -> None:
    found, overlay, _ = answer(by)
    number = float(f"{found['premium']['value']:.6g}")
    parts = PARTS if by == "all" else [str(by)]
    assert overlay["market"]["price_of_risk"] == dict.fromkeys(parts, number)
    assert list(overlay["assumptions"]) == [f"market.price_of_risk.{part}" for part in parts]


@EACH
def test_the_overlay_makes_the_run_that_was_calibrated(by: Carrier) -> None:
    found, _, run = answer(by)
    for issuer in FEELS:
        neutral = found["measures"][f"issuers.{issuer}.pd.1"]["risk_neutral"]["value"]
        # The overlay keeps six digits of the price of risk: a path or two may differ.
        assert run["issuers"][issuer]["pd"]["1"]["value"] == pytest.approx(neutral, abs=2 / PATHS)
    for issuer in ("acme", "bank"):
        spread = found["measures"][f"issuers.{issuer}.fair_spread"]["risk_neutral"]["value"]
        assert run["issuers"][issuer]["fair_spread"]["value"] == pytest.approx(spread, rel=1e-3)
