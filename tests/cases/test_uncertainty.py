"""Default probabilities over inputs that are drawn, where their distribution is known."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neocloud_mc.cli import main
from neocloud_mc.results.intervals import proportion
from neocloud_mc.scenario.variants.drivers import Figure
from neocloud_mc.studies.parameter_uncertainty.inputs import quantile
from neocloud_mc.studies.parameter_uncertainty.quantiles import UncertainPd, count, uncertain_pd
from tests.cases import worlds

Capture = pytest.CaptureFixture[str]
CASH = Figure("cash", 50.0, 0.0, 200.0)
INVERSE = {"low": 0.95, "median": 0.5, "high": 0.05}
"""The PD falls with cash: shares of the cash at the quantiles of the PD."""


def truths() -> dict[str, float]:
    found = {name: worlds.pd(quantile(CASH, u)) for name, u in INVERSE.items()}
    every = [worlds.pd(quantile(CASH, (k + 0.5) / 4000)) for k in range(4000)]
    return found | {"deviation": float(np.std(every))}


def document(capsys: Capture, path: str, *arguments: str) -> Any:
    command = ["run", path, "--parameter-uncertainty", *arguments, "--format", "json", "-q"]
    assert main(command) == 0
    result = json.loads(capsys.readouterr().out)
    return result["parameter_uncertainty"]["issuers"]["a"]["pd"]["1"]


def simulated(seed: int, n_draws: int, n: int) -> UncertainPd:
    """What a run would find, the company's single month drawn here."""
    random, spread_of_rent = np.random.default_rng(seed), worlds.VOLATILITY / math.sqrt(12.0)
    luck = random.standard_normal(n)

    def limit(cash: float) -> float:
        return math.log((700.0 - cash) / worlds.HOURS) / spread_of_rent

    own = luck < limit(CASH.value)
    drawn = [np.packbits(luck < limit(quantile(CASH, float(u)))) for u in random.random(n_draws)]
    more = int(random.binomial(n_draws * n - n, worlds.pd(CASH.value)))
    whole = proportion(more + int(own.sum()), n_draws * n)
    return uncertain_pd(whole, count(np.packbits(own), drawn, n))


def test_closed_forms_are_those_of_the_triangular_cash() -> None:
    assert truths() == pytest.approx(
        {"low": 0.0176, "median": 0.1348, "high": 0.3030, "deviation": 0.0900}, abs=5e-5
    )


def test_quantiles_over_inputs_hold_the_closed_form_as_often_as_they_say() -> None:
    """60 seeds; at a coverage of 95%, 52 or more hold it with a chance of 99.7%.

    Means within four of their standard errors, and half a standard deviation for the extrapolation.
    """
    found = [simulated(seed, 200, 1000) for seed in range(60)]
    for name, truth in truths().items():
        estimates = [getattr(one, name) for one in found]
        values = [one.value for one in estimates]
        assert sum(one.low <= truth <= one.high for one in estimates) >= 52, name
        assert abs(np.mean(values) - truth) < np.std(values) * 0.7, name


def test_a_low_quantile_is_not_shifted_by_the_noise_of_the_own_value(
    tmp_path: Path, capsys: Capture
) -> None:
    path = worlds.write(
        tmp_path, worlds.with_cash(50), {"assumptions": {"issuers.a.cash": "range 0 to 200"}}
    )
    pd = document(capsys, path, "--draws", "200", "--paths", "400000", "--seed", "2")
    for name, truth in truths().items():
        one = pd[{"low": "p05", "high": "p95"}.get(name, name)]
        half_width = (one["high"] - one["low"]) / 2
        assert abs(one["value"] - truth) < 1.5 * half_width
        assert half_width < 0.05


def test_an_input_of_two_values_gives_two_probabilities(tmp_path: Path, capsys: Capture) -> None:
    """Three quarters of the draws owe in month 1, the others never within the horizon."""
    key = "issuers.a.tranches.t.maturity"
    path = worlds.write(
        tmp_path, worlds.with_cash(50), {"assumptions": {key: "a guess; range 1 to 2"}}
    )
    pd = document(capsys, path, "--draws", "200", "--paths", "400000")
    truth = worlds.pd(50)
    assert pd["p05"]["value"] == pd["p05"]["low"] == 0.0
    assert 0.0 < pd["p05"]["high"] < 0.003
    for name in ("median", "p95"):
        assert pd[name]["value"] == pytest.approx(pd["own"]["value"], abs=1e-12)
        assert abs(pd[name]["value"] - truth) < pd[name]["high"] - pd[name]["low"]
    assert pd["deviation"]["low"] < truth * math.sqrt(3 / 16) < pd["deviation"]["high"]
