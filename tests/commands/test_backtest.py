"""`backtest` as a shell sees it, on an issuer that defaults when the price falls."""

import csv
import io
import json
import math
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import yaml
from scipy.stats import norm

from neocloud_mc.cli import main
from neocloud_mc.validation import worlds
from neocloud_mc.validation.merton import with_pd

Capture = pytest.CaptureFixture[str]
DRIFT, VOLATILITY, OWN, PATHS = -0.2, 0.8, 0.5, 8192
OWED: Final = with_pd(0.3, worlds.INCOME, DRIFT, VOLATILITY).principal
BASE: Final = "2025-06-30"


def scenario(folder: Path, name: str = "spot", base: str = BASE, **changes: Any) -> str:
    """Firms that live on spot rent for a month, of which the first two owe a third's PD."""
    firms = {
        "safe": worlds.bullet(OWED / 10),
        "acme": worlds.bullet(OWED),
        "apex": worlds.bullet(OWED),
    }
    tree = worlds.merged(
        {"name": name, "base_date": base, "horizon_months": 1},
        worlds.prices(DRIFT, VOLATILITY),
        {"issuers": {key: worlds.spot_issuer(loan) for key, loan in firms.items()}},
        {"market": {"resale": {"elasticity": 0.5}}},
        changes,
    )
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return str(file)


def outcomes(folder: Path, name: str = "outcomes", **changes: Any) -> str:
    known = {
        "base_date": BASE,
        "until": 1,
        "issuers": {"safe": "none", "acme": 1, "apex": "none"},
        **changes,
    }
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(known), encoding="utf-8")
    return str(file)


def scored(capsys: Capture, *arguments: str, form: str = "json") -> str:
    words = ["backtest", *arguments, "--paths", str(PATHS), "-q", "--format", form]
    assert main(words) == 0
    return capsys.readouterr().out


def found(capsys: Capture, *arguments: str) -> list[Any]:
    document = json.loads(scored(capsys, *arguments))
    assert document["schema"] == "neocloud-mc/backtest/1"
    backtests: list[Any] = document["backtests"]
    return backtests


def near(estimate: Any, truth: float, sigmas: float = 4.5) -> bool:
    error = math.sqrt(truth * (1 - truth) / PATHS)
    return abs(float(estimate["value"]) - truth) <= sigmas * error


def test_firms_of_one_market_default_together_in_the_number(
    tmp_path: Path, capsys: Capture
) -> None:
    """Both debtors default on the same paths, so two defaults are as likely as one."""
    (one,) = found(capsys, scenario(tmp_path), "--outcomes", outcomes(tmp_path))
    number = one["forecast"]["number"]
    assert near(one["issuers"]["acme"]["pd"], 0.3)
    assert number["actual"] == 1 and near(number["at_least"], 0.3)
    pd = one["issuers"]["acme"]["pd"]["value"]
    assert number["independent"]["at_least"] == pytest.approx(1 - (1 - pd) ** 2, abs=1e-3)
    assert one["forecast"]["scores"]["auc"]["found"]["value"] == 0.75
    assert one["in_market"] is None and one["market"] == []


def test_a_realised_price_lies_at_its_quantile(tmp_path: Path, capsys: Capture) -> None:
    """Of a log price that is normal, the type's own factor and ageing included."""
    gpu = {"gpu": {"obsolescence": 0.3, "volatility": OWN, "depreciation": 0.6}}
    price, used = 1.7, 18_500.0
    file = outcomes(tmp_path, prices={"gpu": {1: price}}, resale={"gpu": {1: used}})
    (one,) = found(capsys, scenario(tmp_path, gpus=gpu), "--outcomes", file)
    sd = math.sqrt((VOLATILITY**2 + OWN**2) / 12)
    mean = (DRIFT - 0.3) / 12
    truths = [
        norm.cdf((math.log(price / worlds.PRICE) - mean) / sd),
        norm.cdf(((math.log(used / worlds.RESALE) + 0.6 / 12) / 0.5 - mean) / sd),
    ]
    for point, truth in zip(one["market"], truths, strict=True):
        assert near(point["quantile"], truth), point
        assert point["quantile"]["low"] < point["quantile"]["value"] < point["quantile"]["high"]
        assert not point["rebased"]
    index = one["price_index"]["1"]
    assert index == pytest.approx(price / worlds.PRICE * math.exp(0.3 / 12))


def test_a_series_with_a_price_of_its_own_today_counts_by_its_change(
    tmp_path: Path, capsys: Capture
) -> None:
    file = outcomes(tmp_path, prices={"gpu": {0: 10.0, 1: 9.0}})
    (one,) = found(capsys, scenario(tmp_path), "--outcomes", file)
    assert one["price_index"] == {"1": pytest.approx(0.9)}
    (point,) = one["market"]
    assert point["rebased"] and point["month"] == 1
    truth = norm.cdf((math.log(0.9) - DRIFT / 12) / (VOLATILITY / math.sqrt(12)))
    assert near(point["quantile"], float(truth))


@pytest.mark.parametrize(("price", "pd"), [(1.3, 1.0), (2.0, 0.0)])
def test_in_the_market_that_was_the_price_is_no_longer_luck(
    tmp_path: Path, capsys: Capture, price: float, pd: float
) -> None:
    file = outcomes(tmp_path, prices={"gpu": {1: price}})
    (one,) = found(capsys, scenario(tmp_path), "--outcomes", file)
    assert near(one["issuers"]["acme"]["pd"], 0.3)
    assert one["issuers"]["acme"]["pd_in_market"]["value"] == pd
    assert one["in_market"]["number"]["expected"]["value"] == 2 * pd


def test_what_else_is_known_of_the_market_is_prescribed_too(
    tmp_path: Path, capsys: Capture
) -> None:
    file = outcomes(tmp_path, path={"price_index": {1: 0.5}, "regime": {1: "glut"}})
    (one,) = found(capsys, scenario(tmp_path), "--outcomes", file)
    assert one["issuers"]["acme"]["pd_in_market"]["value"] == 1.0
    assert one["price_index"] == {} and one["market"] == []


def test_the_scenario_runs_as_long_as_the_outcomes_are_known(
    tmp_path: Path, capsys: Capture
) -> None:
    """A shorter one is prolonged; what a longer one prescribes for later is left out."""
    prescribed = {"path": {"price_index": {1: 0.9, 3: 0.1}}}
    long = scenario(tmp_path, "long", market=prescribed, horizon_months=3)
    (one,) = found(capsys, long, "--outcomes", outcomes(tmp_path))
    assert one["months"] == one["until"] == 1
    later = outcomes(tmp_path, until=2, issuers={"acme": 2, "safe": "none"})
    (two,) = found(capsys, scenario(tmp_path), "--outcomes", later)
    assert two["months"] == 2 and near(two["issuers"]["acme"]["pd"], 0.3)


def test_vehicles_and_issuers_without_an_outcome_are_not_scored(
    tmp_path: Path, capsys: Capture
) -> None:
    issuers = {"shell": {**worlds.spot_issuer(worlds.bullet(OWED)), "parent": "acme",
                         "vehicle": {}}}  # fmt: skip
    file = outcomes(tmp_path, issuers={"acme": "none", "shell": 1, "safe": "none"})
    (one,) = found(capsys, scenario(tmp_path, issuers=issuers), "--outcomes", file)
    assert not one["issuers"]["shell"]["scored"] and one["forecast"]["number"]["firms"] == 2
    assert one["forecast"]["number"]["actual"] == 0 and one["left_out"] == ["apex"]
    assert one["forecast"]["scores"]["auc"]["found"]["value"] is None


def test_threads_do_not_change_the_answer(tmp_path: Path, capsys: Capture) -> None:
    words = (scenario(tmp_path), "--outcomes", outcomes(tmp_path, prices={"gpu": {1: 1.9}}))
    (one,), (two,) = (found(capsys, *words, "--threads", n) for n in ("1", "2"))
    for name in ("forecast", "in_market", "market", "issuers"):
        assert one[name] == two[name]


def test_each_scenario_meets_the_outcomes_of_its_base_date(tmp_path: Path, capsys: Capture) -> None:
    early, late = scenario(tmp_path, "early"), scenario(tmp_path, "late", base="2026-06-30")
    files = [
        word
        for name, base in (("a", BASE), ("b", "2026-06-30"))
        for word in ("--outcomes", outcomes(tmp_path, name, base_date=base))
    ]
    document = json.loads(scored(capsys, late, early, *files))
    assert [(one["scenario"], Path(one["outcomes"]).name) for one in document["backtests"]] == [
        ("early", "a.yaml"),
        ("late", "b.yaml"),
    ]
    pooled = document["pooled"]
    assert (pooled["firms"], pooled["defaults"]) == (6, 2)
    parts = [one["forecast"]["scores"]["brier"]["found"]["value"] for one in document["backtests"]]
    assert pooled["scores"]["brier"] == pytest.approx(float(np.mean(parts)))
    text = scored(capsys, late, early, *files, form="table")
    assert "All 2 together" in text and "together" in text


def test_tables_say_how_little_few_firms_prove(tmp_path: Path, capsys: Capture) -> None:
    file = outcomes(tmp_path, prices={"gpu": {0: 2.0, 1: 1.9}}, resale={"gpu": {1: 19_000}})
    words = (scenario(tmp_path), "--outcomes", file)
    text = scored(capsys, *words, form="table")
    for said in (
        "default in Jul 2025 (month 1)",
        "the same, did they fall independently",
        "Scores in the market that was",
        "Hosmer and Lemeshow's test needs ten firms in a band: not made.",
        "Whether it ranks better than chance cannot be said",
        "1.90 $/h *",
        "19,000 $",
        "3 firms prove little",
    ):
        assert said in text, said
    assert scored(capsys, *words, form="markdown").count("\n## ") == 6


def test_few_expected_defaults_are_not_shown_as_none(tmp_path: Path, capsys: Capture) -> None:
    rare = {"acme": {"tranches": {"loan": {"principal": with_pd(
        0.012, worlds.INCOME, DRIFT, VOLATILITY).principal}}}}  # fmt: skip
    file = scenario(tmp_path, issuers=rare)
    known = outcomes(tmp_path, issuers={"acme": "none"})
    text = scored(capsys, file, "--outcomes", known, form="table")
    assert re.search(r"expected \(95% of paths\) +0\.01 \(0 to 0\)", text)


def test_rows_have_every_number_with_its_interval(tmp_path: Path, capsys: Capture) -> None:
    words = (scenario(tmp_path), "--outcomes", outcomes(tmp_path, prices={"gpu": {1: 1.9}}))
    rows = list(csv.DictReader(io.StringIO(scored(capsys, *words, form="csv"))))
    (one,) = found(capsys, *words)
    by_name = {(row["issuer"], row["measure"], row["market"]): row for row in rows}
    assert len(by_name) == len(rows)
    for market, key in (("drawn", "pd"), ("realised", "pd_in_market")):
        pd = one["issuers"]["acme"][key]["value"]
        assert float(by_name["acme", "pd", market]["value"]) == pd
        assert float(by_name["acme", "defaulted", market]["value"]) == 1.0
        for name in ("auc", "brier", "log_score", "reliability", "defaults.at_least"):
            assert ("", name, market) in by_name
    quantile = by_name["", "market.price.gpu.quantile", "drawn"]
    assert quantile["low"] < quantile["value"] < quantile["high"]
    assert {row["base_date"] for row in rows} == {BASE}


def refused(capsys: Capture, *arguments: str) -> str:
    assert main(["backtest", *arguments, "--paths", str(PATHS)]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    return printed.err


def test_what_does_not_go_together_is_refused(tmp_path: Path, capsys: Capture) -> None:
    file, known = scenario(tmp_path), outcomes(tmp_path)
    other = outcomes(tmp_path, "other", base_date="2024-06-30")
    assert f"spot: base date {BASE}: no outcomes of it" in refused(
        capsys, file, "--outcomes", other
    )
    assert "other.yaml: base date 2024-06-30: no scenario of it is given" in refused(
        capsys, file, "--outcomes", known, "--outcomes", other
    )
    wrong = outcomes(tmp_path, "wrong", issuers={"acmee": 1})
    assert "issuers.acmee: is not in spot (did you mean 'acme'?)" in refused(
        capsys, file, "--outcomes", wrong
    )
    neutral = ("--set", "market.price_of_risk={price: 0.3}")
    assert "not drawn from the pricing measure" in refused(
        capsys, file, "--outcomes", known, *neutral
    )
    assert "--outcomes" in refused(capsys, file)
    again = outcomes(tmp_path, "again")
    assert "again.yaml: tells the outcomes of" in refused(
        capsys, file, "--outcomes", known, "--outcomes", again
    )
    assert "spot: the scenario is given twice" in refused(capsys, file, file, "--outcomes", known)
